//! How long 10,000 bootstrap replicates and 10,000 permutations of two runs take, from counts by document to intervals and p-values, on all processors.
//!
//! Timed: making columns of the ledgers, drawing, summing, sorting. Not timed: reading files, matching. The documents are simulated: 40 mentions of fourteen labels each, nine of
//! ten found, errors clustered by document; the second system decides three of a hundred mentions anew.

#[path = "../tests/suite/numbers.rs"]
mod numbers;

use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::{Criterion, criterion_group, criterion_main};
use goldspan::annotation::{ALL_LABELS, Label};
use goldspan::counts::{Cell, Counts, Measure};
use goldspan::ledger::{DocumentKey, Rows};
use goldspan::matching::EntityMeasure;
use goldspan::run::resample::{Resampling, differences};
use goldspan::scores::{Average, Conventions, Metric, Ratio};
use goldspan::statistics::{Layout, Quantity, REPLICATES, Units};

use crate::numbers::Numbers;

const LABELS: usize = 14;
const MENTIONS: usize = 40;

/// Two systems on so many documents, under so many measures.
fn systems(documents: usize, measures: &[EntityMeasure]) -> [Rows; 2] {
    let mut numbers = Numbers(1);
    let mut rows = [Rows::default(), Rows::default()];
    for _ in 0..documents {
        let quality = 0.82 + 0.16 * numbers.share();
        let mut counts = [[Counts::default(); LABELS + 1]; 2];
        for _ in 0..MENTIONS {
            let label = 1 + ((numbers.share() * numbers.share()) * LABELS as f64) as usize;
            let mut decide = || (numbers.share() < quality, numbers.share() < 0.1);
            let first = decide();
            let second = decide();
            let second = if numbers.share() < 0.03 {
                second
            } else {
                first
            };
            for (counts, (found, invented)) in counts.iter_mut().zip([first, second]) {
                for at in [0, label] {
                    counts[at].correct += u64::from(found);
                    counts[at].missing += u64::from(!found);
                    counts[at].spurious += u64::from(invented);
                }
            }
        }
        for (rows, counts) in rows.iter_mut().zip(counts) {
            let cells = measures.iter().flat_map(|measure| {
                counts.iter().enumerate().map(move |(at, counts)| {
                    let label = match at {
                        0 => Label::Borrowed(ALL_LABELS),
                        at => Label::Owned(format!("L{at}")),
                    };
                    let measure = Measure::Entity(*measure);
                    (Cell { measure, label }, *counts)
                })
            });
            rows.push(cells);
        }
    }
    rows
}

fn compared(
    rows: &[Rows; 2],
    keys: &[DocumentKey],
    averages: bool,
    wanted: impl Fn(&Metric) -> bool,
) -> usize {
    let units = Units::of(keys, None);
    let layout = Layout::of(rows);
    let layout = if averages {
        layout
    } else {
        layout.without_averages()
    };
    let conventions = Conventions::default();
    let [first, second] = [0, 1].map(|at| layout.sample(&rows[at], &units, conventions));
    let mut quantities: Vec<Quantity> = Vec::new();
    for cell in layout.cells() {
        for average in Average::ALL {
            for ratio in Ratio::ALL {
                let metric = Metric {
                    cell: cell.clone(),
                    average,
                    ratio,
                };
                quantities.extend(wanted(&metric).then(|| layout.quantity(&metric)).flatten());
            }
        }
    }
    let resampling = Resampling {
        replicates: REPLICATES,
        conventions,
        seed: units.seed(),
        threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
    };
    let compared = differences([&first, &second], &quantities, &resampling);
    black_box(compared).map_or(0, |compared| compared.len())
}

fn statistics(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("10,000 resamples and 10,000 permutations");
    group.sample_size(10);
    let headline =
        |metric: &Metric| metric.cell.label == ALL_LABELS && metric.average == Average::Micro;
    let keys = |documents: usize| -> Vec<DocumentKey> {
        let ids = (0..documents).map(|number| format!("{number:07}"));
        ids.map(|id| DocumentKey {
            id,
            ..DocumentKey::default()
        })
        .collect()
    };
    let few = systems(20_000, &EntityMeasure::DEFAULT);
    let few_keys = keys(20_000);
    group.bench_function("headline of 20,000 documents", |bench| {
        bench.iter(|| {
            compared(&few, &few_keys, false, |metric| {
                headline(metric) && metric.cell.measure == Measure::Entity(EntityMeasure::Strict)
            })
        })
    });
    group.bench_function("every measure and label of 20,000 documents", |bench| {
        bench.iter(|| {
            compared(&few, &few_keys, false, |metric| {
                metric.average == Average::Micro
            })
        })
    });
    group.bench_function(
        "every measure, label and average of 20,000 documents",
        |bench| bench.iter(|| compared(&few, &few_keys, true, |_| true)),
    );
    drop(few);
    let many = systems(1_000_000, &[EntityMeasure::Strict]);
    let many_keys = keys(1_000_000);
    group.bench_function("headline of 1,000,000 documents", |bench| {
        bench.iter(|| compared(&many, &many_keys, false, headline))
    });
    group.finish();
}

criterion_group!(benches, statistics);
criterion_main!(benches);
