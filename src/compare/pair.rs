//! Two systems, compared: what they have in common laid side by side, resampled together.

use std::num::NonZeroUsize;

use super::{Common, Comparison, Items, LENGTH, Moved, Row, Side, Slice, Slicing, common};
use crate::annotation::{ALL_LABELS, Task};
use crate::counts::{Cell, Counts, Measure, Role};
use crate::error::{Error, Kind, Problem, Result, nearest};
use crate::ledger::{DocumentKey, Rows};
use crate::run::resample::{Difference, Resampling, differences, method};
use crate::scores::{Average, Conventions, Metric, Ratio};
use crate::statistics::{ALPHA, Layout, Quantity, Sample, Units, benjamini_hochberg, resolution};

/// How many documents that moved are told.
const MOST_MOVED: usize = 10;

/// What is asked of a comparison.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The score that the verdict is about; `None` for F1 of the first measure that both have.
    pub primary: Option<Metric>,
    /// Whether to compare what is common where the two are not over the same.
    pub intersect: bool,
    /// The keys of slices; empty for all that are apt.
    pub slices: Vec<String>,
    /// The metadata key whose values are resampled as a whole.
    pub cluster: Option<String>,
    /// How many replicates to draw.
    pub replicates: u32,
    /// How ratios are formed.
    pub conventions: Conventions,
    /// How many threads to use.
    pub threads: NonZeroUsize,
}

/// Compares two systems; the difference is the second less the first.
///
/// # Errors
/// [`Kind::Incomparable`] where they are of different gold, documents or rules; [`Kind::Input`] where the primary score, a slice or a cluster is not there.
pub fn compare(
    first: &Side<'_>,
    second: &Side<'_>,
    items: Option<Items>,
    asked: &Asked,
) -> Result<Comparison> {
    let (pair, common) = Pair::of(first, second, asked)?;
    let metrics = pair.metrics();
    let primary = pair.primary(asked, &metrics)?;
    let rows = pair.rows(&metrics, asked)?;
    let place = metrics.iter().position(|metric| *metric == primary);
    let primary_row = match place {
        Some(place) => rows[place].clone(),
        None => pair.rows(std::slice::from_ref(&primary), asked)?.remove(0),
    };
    let alpha_error = primary_row.difference.standard_error;
    Ok(Comparison {
        names: [first, second].map(|side| side.name.to_owned()),
        origins: [first, second].map(|side| side.origin.to_owned()),
        corpus: first.corpus.name.clone(),
        documents: pair.keys.len(),
        units: pair.units.number(),
        method: method(pair.units.number()),
        replicates: asked.replicates,
        left_out: common.left_out,
        notes: common.notes,
        slices: pair.slices(&primary, asked)?,
        moved: pair.moved(&primary),
        resolution: alpha_error.and_then(|error| resolution(error, pair.units.number(), ALPHA)),
        primary: primary_row,
        rows,
        items,
    })
}

/// Why two sides are not compared, and whether asking for what is common would help.
pub(super) fn incomparable(
    first: &Side<'_>,
    second: &Side<'_>,
    why: &[String],
    something_common: bool,
) -> Error {
    let what = format!("{} and {} cannot be compared", first.name, second.name);
    let problem = Problem::new(what)
        .found(why.join("; "))
        .expected("the same documents with the same gold, counted by the same rules")
        .mend(if something_common {
            "run both on the same corpus, or compare what is common with --intersect"
        } else {
            "run both on the same corpus, by the same rules"
        });
    Error::one(Kind::Incomparable, problem)
}

/// What two systems have in common, side by side.
#[derive(Debug, Clone)]
pub struct Pair {
    keys: Vec<DocumentKey>,
    units: Units,
    rows: [Rows; 2],
    pub(super) layout: Layout,
}

impl Pair {
    /// Lays two systems side by side.
    ///
    /// # Errors
    /// [`Kind::Incomparable`] where they are of different gold, documents or rules.
    pub fn of(first: &Side<'_>, second: &Side<'_>, asked: &Asked) -> Result<(Self, Common)> {
        let common = common(first, second)
            .map_err(|unlike| incomparable(first, second, &unlike.0, false))?;
        if !common.left_out.is_empty() && !asked.intersect {
            return Err(incomparable(first, second, &common.left_out, true));
        }
        let places = |side: usize| -> Vec<usize> {
            common.documents.iter().map(|places| places[side]).collect()
        };
        let kept = |side: &Side<'_>, places: &[usize]| {
            let measures = &common.measures;
            side.system
                .rows
                .reordered(places)
                .only(|cell| measures.contains(&cell.measure))
        };
        // The candidate's metadata are the newer ones; a prediction file has none.
        let keys = |side: &Side<'_>, places: Vec<usize>| -> Vec<DocumentKey> {
            let places = places.into_iter();
            places
                .map(|place| side.corpus.documents[place].clone())
                .collect()
        };
        let mut own = keys(second, places(1));
        for (key, other) in own.iter_mut().zip(keys(first, places(0))) {
            if key.metadata.is_empty() {
                key.metadata = other.metadata;
            }
            key.bytes = key.bytes.max(other.bytes);
        }
        let rows = [kept(first, &places(0)), kept(second, &places(1))];
        let pair = Self {
            units: Units::of(&own, asked.cluster.as_deref()),
            layout: Layout::of(&rows),
            keys: own,
            rows,
        };
        Ok((pair, common))
    }

    /// The documents, in order of id.
    #[must_use]
    pub fn documents(&self) -> &[DocumentKey] {
        &self.keys
    }

    /// The same with some of its documents, by their places.
    #[must_use]
    pub fn within(&self, places: &[usize], asked: &Asked) -> Self {
        let keys: Vec<DocumentKey> = places.iter().map(|&at| self.keys[at].clone()).collect();
        Self {
            units: Units::of(&keys, asked.cluster.as_deref()),
            layout: self.layout.clone(),
            rows: [0, 1].map(|side: usize| self.rows[side].reordered(places)),
            keys,
        }
    }

    /// How many documents or clusters are resampled.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units.number()
    }

    /// What both come to in these scores; `None` for one that neither has counted.
    ///
    /// # Errors
    /// Where threads cannot be had.
    pub fn differences(
        &self,
        metrics: &[Metric],
        asked: &Asked,
    ) -> Result<Vec<Option<Difference>>> {
        let quantities: Vec<Option<Quantity>> = metrics
            .iter()
            .map(|metric| self.layout.quantity(metric))
            .collect();
        let [first, second] = [0, 1].map(|side| self.sample(side, asked));
        let there: Vec<Quantity> = quantities.iter().flatten().cloned().collect();
        let resampling = self.resampling(asked);
        let mut found = differences([&first, &second], &there, &resampling)?.into_iter();
        let own = quantities.iter();
        Ok(own
            .map(|quantity| quantity.as_ref().and_then(|_| found.next()))
            .collect())
    }

    pub(super) fn sample(&self, side: usize, asked: &Asked) -> Sample {
        self.layout
            .sample(&self.rows[side], &self.units, asked.conventions)
    }

    pub(super) fn resampling(&self, asked: &Asked) -> Resampling {
        Resampling {
            replicates: asked.replicates,
            conventions: asked.conventions,
            seed: self.units.seed(),
            threads: asked.threads,
        }
    }

    /// Every score, in the order of reports: pooled with its averages, then by label; claims by role.
    pub(super) fn metrics(&self) -> Vec<Metric> {
        let mut cells: Vec<Cell> = self.layout.cells().to_vec();
        let role = |cell: &Cell| match cell.measure {
            Measure::Entity(_) => None,
            Measure::Claim(_) => Role::from_name(&cell.label),
        };
        cells.sort_by(|a, b| (a.measure, role(a), &a.label).cmp(&(b.measure, role(b), &b.label)));
        let mut metrics = Vec::new();
        for cell in cells {
            for average in Average::ALL {
                for ratio in Ratio::ALL {
                    let metric = Metric {
                        cell: cell.clone(),
                        average,
                        ratio,
                    };
                    if self.layout.quantity(&metric).is_some() {
                        metrics.push(metric);
                    }
                }
            }
        }
        metrics
    }

    /// The score that the verdict is about.
    pub(super) fn primary(&self, asked: &Asked, metrics: &[Metric]) -> Result<Metric> {
        let is_first = |metric: &&Metric| {
            let pooled = match metric.cell.measure.task() {
                Task::Entities => metric.cell.label == ALL_LABELS,
                Task::Claims => metric.cell.label == Role::Claim.name(),
            };
            pooled && metric.average == Average::Micro && metric.ratio == Ratio::F
        };
        let Some(wanted) = &asked.primary else {
            let first = metrics.iter().find(is_first).or(metrics.first());
            return first.cloned().ok_or_else(|| {
                let problem = Problem::new("there is no score to compare");
                Error::one(Kind::Incomparable, problem)
            });
        };
        if metrics.contains(wanted) {
            return Ok(wanted.clone());
        }
        let known: Vec<String> = metrics.iter().map(ToString::to_string).collect();
        Err(no_metric(&wanted.to_string(), &known).into())
    }

    pub(super) fn rows(&self, metrics: &[Metric], asked: &Asked) -> Result<Vec<Row>> {
        let found: Vec<Difference> = self
            .differences(metrics, asked)?
            .into_iter()
            .flatten()
            .collect();
        let adjusted = adjusted(&found);
        // All of these metrics are of the layout, so that none is without a difference.
        let rows = metrics.iter().zip(found).zip(adjusted);
        Ok(rows
            .map(|((metric, difference), adjusted)| Row {
                metric: metric.clone(),
                difference,
                adjusted,
            })
            .collect())
    }

    /// The primary score on parts of the corpus.
    fn slices(&self, primary: &Metric, asked: &Asked) -> Result<Vec<Slice>> {
        let slicing = Slicing::of(&self.keys, &asked.slices).map_err(|key| {
            let known = self.keys.iter().flat_map(|key| key.metadata.keys());
            let mut known: Vec<&str> = known.map(String::as_str).chain([LENGTH]).collect();
            known.sort_unstable();
            known.dedup();
            let problem =
                Problem::new("no document has this metadata, so there are no such slices")
                    .found(format!("{key:?}"))
                    .expected(format!("one of {}", known.join(", ")));
            match nearest(&key, known) {
                Some(near) => problem.mend(format!("did you mean {near:?}?")),
                None => problem,
            }
        })?;
        let mut found = Vec::new();
        for (_, _, places) in &slicing.slices {
            let own = self.within(places, asked);
            found.extend(
                own.differences(std::slice::from_ref(primary), asked)?
                    .into_iter()
                    .flatten(),
            );
        }
        let adjusted = adjusted(&found);
        let slices = slicing.slices.into_iter().zip(found).zip(adjusted);
        Ok(slices
            .map(|(((key, value, places), difference), adjusted)| Slice {
                key,
                value,
                documents: places.len(),
                difference,
                adjusted,
            })
            .collect())
    }

    /// The documents whose errors changed most in the primary score's cell.
    fn moved(&self, primary: &Metric) -> Vec<Moved> {
        let of = |rows: &Rows, document: usize| {
            let cells = rows.document(document);
            let mut own = cells.filter(|(cell, _)| rows.cells()[*cell] == primary.cell);
            own.next().map_or(Counts::default(), |(_, counts)| counts)
        };
        let [first, second] = &self.rows;
        let documents = self.keys.iter().enumerate().map(|(at, key)| Moved {
            document: key.id.clone(),
            counts: [of(first, at), of(second, at)],
        });
        let mut moved: Vec<Moved> = documents
            .filter(|moved| moved.counts[0] != moved.counts[1])
            .collect();
        // The largest change first, for the worse before for the better.
        moved.sort_by(|a, b| {
            let key = |moved: &Moved| {
                let more = moved.more_errors();
                (std::cmp::Reverse(more.unsigned_abs()), more < 0)
            };
            key(a)
                .cmp(&key(b))
                .then_with(|| a.document.cmp(&b.document))
        });
        moved.truncate(MOST_MOVED);
        moved
    }
}

/// The p-values of a family after Benjamini and Hochberg, for those that have one.
fn adjusted(found: &[Difference]) -> Vec<Option<f64>> {
    let tested: Vec<f64> = found
        .iter()
        .filter_map(|own| own.tested.map(|t| t.p))
        .collect();
    let mut adjusted = benjamini_hochberg(&tested).into_iter();
    let own = found.iter();
    own.map(|own| own.tested.and_then(|_| adjusted.next()))
        .collect()
}

/// What [`no_metric`] says first.
const NO_SCORE: &str = "there is no score of this name";

/// Whether a comparison failed because the two have no such score.
#[must_use]
pub fn is_without_score(error: &Error) -> bool {
    error
        .problems
        .iter()
        .any(|problem| problem.what == NO_SCORE)
}

/// The problem that there is no score of this name.
#[must_use]
pub fn no_metric(wanted: &str, known: &[String]) -> Problem {
    let micro: Vec<&str> = known
        .iter()
        .map(String::as_str)
        .filter(|n| !n.contains('['))
        .collect();
    let problem = Problem::new(NO_SCORE)
        .found(format!("{wanted:?}"))
        .expected(format!("one of {}", micro.join(", ")));
    match nearest(wanted, known.iter().map(String::as_str)) {
        Some(near) => problem.mend(format!("did you mean {near:?}?")),
        None => problem,
    }
}
