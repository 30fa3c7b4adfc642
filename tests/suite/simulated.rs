//! Simulated pairs of extractors whose errors are clustered by document, and whose true scores are known: `calibration` tests with few of them, `benches/calibration.rs` with many.

use std::num::NonZeroUsize;

use goldspan::annotation::{ALL_LABELS, Label};
use goldspan::counts::{Cell, Counts, Measure};
use goldspan::ledger::{DocumentKey, Rows};
use goldspan::matching::EntityMeasure;
use goldspan::run::resample::Resampling;
use goldspan::scores::{Average, Conventions, Metric, Ratio};
use goldspan::statistics::{Layout, Quantity, Sample, Units};

use crate::numbers::Numbers;

/// The true F1 of every simulated extractor, less its drop: so many mentions are found, and one is invented for each one that is missed, on average.
pub(crate) const TRUE_F1: f64 = 0.8;

/// How far articles differ in difficulty, for both extractors alike, on either side of [`TRUE_F1`].
const DIFFICULTY: f64 = 0.08;

/// How the articles and the extractors are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Design {
    /// How many documents there are.
    pub(crate) documents: usize,
    /// The fewest and the most mentions that a document has, all numbers between them alike.
    pub(crate) mentions: [usize; 2],
    /// How many labels are told apart, beside all together.
    pub(crate) labels: usize,
    /// The standard deviation of what an extractor's quality in a document is apart from the document's difficulty: its errors come in clusters.
    pub(crate) clustering: f64,
    /// The share of mentions on which the two extractors decide by themselves; they decide the others together.
    pub(crate) apart: f64,
    /// How much lower the true F1 of the second is.
    pub(crate) drop: f64,
}

/// What is resampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The document, as it should be.
    Document,
    /// The mention, as if the errors in a document knew nothing of each other.
    Mention,
}

/// Two extractors, ready for statistics.
pub(crate) struct Drawn {
    /// Their counts.
    pub(crate) samples: [Sample; 2],
    /// F1 of all labels together, then of each label.
    pub(crate) quantities: Vec<Quantity>,
    /// How to resample, on one thread.
    pub(crate) resampling: Resampling,
}

impl Design {
    /// The simulation of this number: articles, decisions, and names of documents of its own, for on these the random numbers of the statistics depend.
    pub(crate) fn draw(&self, simulation: u64, unit: Unit, replicates: u32) -> Drawn {
        let (keys, rows) = self.counts(simulation, unit);
        self.ready(&keys, &rows, replicates)
    }

    /// The same as counts by document: what a run keeps.
    pub(crate) fn counts(&self, simulation: u64, unit: Unit) -> (Vec<DocumentKey>, [Rows; 2]) {
        let seed = self.seed(simulation);
        let mut numbers = Numbers(seed);
        let (mut keys, mut rows) = (Vec::new(), [Rows::default(), Rows::default()]);
        let mut push = |counts: &mut [Vec<Counts>; 2]| {
            let id = format!("{seed:016x}-{:07}", keys.len());
            keys.push(DocumentKey {
                id,
                ..DocumentKey::default()
            });
            for (rows, counts) in rows.iter_mut().zip(counts) {
                rows.push(counts.iter().enumerate().map(|(at, c)| (cell(at), *c)));
                counts.fill(Counts::default());
            }
        };
        let mut counts = [0, 1].map(|_| vec![Counts::default(); self.labels + 1]);
        for _ in 0..self.documents {
            let manners = self.manners(&mut numbers);
            for _ in 0..between(self.mentions, &mut numbers) {
                self.mention(manners, &mut numbers, &mut counts);
                if unit == Unit::Mention {
                    push(&mut counts);
                }
            }
            if unit == Unit::Document {
                push(&mut counts);
            }
        }
        (keys, rows)
    }

    /// What the random numbers of a simulation begin with. Designs that differ in their documents have nothing in common; those that differ in the extractors share the articles.
    fn seed(&self, simulation: u64) -> u64 {
        let [least, most] = self.mentions;
        let parts = [self.documents, least, most, self.labels].map(|part| part as u64);
        let parts = parts.into_iter().chain([self.clustering.to_bits()]);
        // The multiplier of Steele and Vigna 2022; any odd number with its bits well mixed would do.
        parts.fold(simulation, |seed, part| {
            (seed ^ part.rotate_left(32)).wrapping_mul(0xD134_2543_DE82_EF95)
        })
    }

    /// How a document is decided: together, by the first alone, by the second alone; each as the chance to find a mention and the chance to invent one.
    fn manners(&self, numbers: &mut Numbers) -> [[f64; 2]; 3] {
        let quality = TRUE_F1 + DIFFICULTY * (2.0 * numbers.share() - 1.0);
        // What is decided together cannot differ, so the rest has all of the drop.
        [0.0, 0.0, self.drop / self.apart].map(|drop| {
            let found = self.spread(quality - drop, numbers);
            [found, 1.0 - self.spread(quality - drop, numbers)]
        })
    }

    /// A chance of this mean: Beta, with the standard deviation of the design for documents of middling difficulty.
    fn spread(&self, mean: f64, numbers: &mut Numbers) -> f64 {
        if self.clustering <= 0.0 {
            return mean;
        }
        let concentration = TRUE_F1 * (1.0 - TRUE_F1) / self.clustering.powi(2) - 1.0;
        let for_it = gamma(concentration * mean, numbers);
        for_it / (for_it + gamma(concentration * (1.0 - mean), numbers))
    }

    fn mention(
        &self,
        manners: [[f64; 2]; 3],
        numbers: &mut Numbers,
        counts: &mut [Vec<Counts>; 2],
    ) {
        let label = match self.labels {
            0 => 0,
            labels => between([1, labels], numbers),
        };
        let mut decided =
            |[found, invented]: [f64; 2]| [numbers.share() < found, numbers.share() < invented];
        let both = decided(manners[0]);
        let alone = [decided(manners[1]), decided(manners[2])];
        let both = if numbers.share() < self.apart {
            alone
        } else {
            [both; 2]
        };
        for (counts, [found, invented]) in counts.iter_mut().zip(both) {
            let places = [Some(0), (label > 0).then_some(label)];
            for place in places.into_iter().flatten() {
                let counts = &mut counts[place];
                counts.correct += u64::from(found);
                counts.missing += u64::from(!found);
                counts.spurious += u64::from(invented);
            }
        }
    }

    fn ready(&self, keys: &[DocumentKey], rows: &[Rows; 2], replicates: u32) -> Drawn {
        let units = Units::of(keys, None);
        let layout = Layout::of(rows).without_averages();
        let conventions = Conventions::default();
        let metric = |at| Metric {
            cell: cell(at),
            average: Average::Micro,
            ratio: Ratio::F,
        };
        let quantities = (0..=self.labels).map(|at| layout.quantity(&metric(at)).unwrap());
        Drawn {
            quantities: quantities.collect(),
            samples: [0, 1].map(|at| layout.sample(&rows[at], &units, conventions)),
            resampling: Resampling {
                replicates,
                conventions,
                seed: units.seed(),
                threads: NonZeroUsize::MIN,
            },
        }
    }
}

/// The cell of all labels, or of a label.
fn cell(at: usize) -> Cell {
    Cell {
        measure: Measure::Entity(EntityMeasure::Strict),
        label: match at {
            0 => Label::Borrowed(ALL_LABELS),
            at => Label::Owned(format!("L{at}")),
        },
    }
}

fn between([least, most]: [usize; 2], numbers: &mut Numbers) -> usize {
    least + (numbers.share() * (most - least + 1) as f64) as usize
}

/// A gamma number of a shape of at least 1 and scale 1 (Marsaglia and Tsang 2000).
fn gamma(shape: f64, numbers: &mut Numbers) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        // Box and Muller 1958; 1 less a share is never 0.
        let radius = (-2.0 * (1.0 - numbers.share()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * numbers.share()).cos();
        let v = (1.0 + c * normal).powi(3);
        let drawn = 1.0 - numbers.share();
        if v > 0.0 && drawn.ln() < 0.5 * normal * normal + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}
