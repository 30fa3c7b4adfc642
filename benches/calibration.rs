//! Whether the statistics keep what they promise: false alarms, coverage, families and power, on simulated pairs of extractors whose true scores are known, as tables in Markdown.
//!
//! `cargo bench --bench calibration -- 500 power` takes 500 simulations for each line, and prints the tables of this name only.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints tables"
)]

#[path = "../tests/suite/numbers.rs"]
mod numbers;
#[path = "../tests/suite/simulated.rs"]
mod simulated;

use goldspan::run::resample::{Difference, differences, intervals, method};
use goldspan::statistics::{
    ALPHA, CONFIDENCE, Interval, LANES, Resamples, Weights, bca, holm, percentile, resolution,
};

use crate::simulated::{Design, Drawn, TRUE_F1, Unit};

/// Fewer than in earnest, so that thousands of simulations end in minutes: a p-value of 999 replicates can be .05 exactly.
const REPLICATES: u32 = 999;

/// Simulations for each line, unless another number is asked for.
const SIMULATIONS: u64 = 2000;

/// Whether news articles have many entities or few.
const MENTIONS: [(&str, [usize; 2]); 2] = [("40", [40, 40]), ("5 to 8", [5, 8])];

const CLUSTERING: [f64; 3] = [0.0, 0.06, 0.12];

/// Two equally good extractors that share nothing but the articles.
const EQUAL: Design = Design {
    documents: 100,
    mentions: [40, 40],
    labels: 0,
    clustering: 0.12,
    apart: 1.0,
    drop: 0.0,
};

/// Prints a table of so many simulations for each line.
type Table = fn(u64);

/// The tables by name.
const TABLES: [(&str, Table); 5] = [
    ("coverage", false_alarms_and_coverage),
    ("few", few_documents),
    ("families", families),
    ("units", wrong_units),
    ("power", power),
];

fn main() {
    let arguments = std::env::args().skip(1);
    // Cargo says `--bench`.
    let arguments: Vec<String> = arguments.filter(|a| !a.starts_with('-')).collect();
    let number = arguments.iter().find_map(|argument| argument.parse().ok());
    let simulations: u64 = number.unwrap_or(SIMULATIONS);
    let names: Vec<&String> = arguments
        .iter()
        .filter(|argument| argument.parse::<u64>().is_err())
        .collect();
    println!("# Calibration of the statistics\n");
    println!(
        "{simulations} simulations for each line, {REPLICATES} replicates each (10,000 in earnest). True F1 {TRUE_F1}; articles differ in difficulty, \
         for both extractors alike; *clustering* is the standard deviation of what an extractor's quality in a document is apart from that. \
         A share of 5 % or of 95 % is uncertain by {:.1} points, two standard errors of the simulation.\n",
        100.0 * 2.0 * (0.05 * 0.95 / simulations as f64).sqrt()
    );
    for (name, table) in TABLES {
        if names.is_empty() || names.iter().any(|asked| *asked == name) {
            table(simulations);
        }
    }
}

/// What `work` makes of each simulation, on all processors.
fn each<T: Send>(simulations: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let of = |thread: u64| (thread..simulations).step_by(threads as usize).map(&work);
    std::thread::scope(|scope| {
        let running = (0..threads).map(|thread| scope.spawn(move || of(thread).collect()));
        let running: Vec<std::thread::ScopedJoinHandle<'_, Vec<T>>> = running.collect();
        let done = running.into_iter().map(|thread| thread.join().unwrap());
        done.flatten().collect()
    })
}

/// The share in per cent.
fn percent(found: &[bool]) -> f64 {
    100.0 * found.iter().filter(|found| **found).count() as f64 / found.len() as f64
}

fn compared(drawn: &Drawn) -> Vec<Difference> {
    let [first, second] = &drawn.samples;
    differences([first, second], &drawn.quantities, &drawn.resampling).unwrap()
}

fn is_alarm(difference: &Difference) -> bool {
    difference.tested.is_some_and(|tested| tested.p <= ALPHA)
}

fn covers(interval: Option<Interval>, truth: f64) -> bool {
    interval.is_some_and(|interval| interval.low <= truth && truth <= interval.high)
}

fn false_alarms_and_coverage(simulations: u64) {
    println!("## One score: false alarms at {ALPHA}, coverage of {CONFIDENCE} intervals\n");
    println!(
        "| entities a document | clustering | documents | interval | false alarms of the swap test, % | coverage of F1, % | coverage of the difference, % |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (name, mentions) in MENTIONS {
        for clustering in CLUSTERING {
            for documents in [20, 49, 50, 100, 400, 1000] {
                let design = Design {
                    documents,
                    mentions,
                    clustering,
                    ..EQUAL
                };
                let found = each(simulations, |simulation| {
                    let drawn = design.draw(simulation, Unit::Document, REPLICATES);
                    let [difference] = compared(&drawn)[..] else {
                        unreachable!()
                    };
                    let one =
                        intervals(&drawn.samples[0], &drawn.quantities, &drawn.resampling).unwrap();
                    [
                        is_alarm(&difference),
                        covers(one[0], TRUE_F1),
                        covers(difference.interval, 0.0),
                    ]
                });
                let [alarms, one, two] =
                    [0, 1, 2].map(|at| percent(&found.iter().map(|f| f[at]).collect::<Vec<_>>()));
                println!(
                    "| {name} | {clustering} | {documents} | {} | {alarms:.1} | {one:.1} | {two:.1} |",
                    method(documents).name()
                );
            }
        }
    }
    println!();
}

fn few_documents(simulations: u64) {
    println!("## Few documents: coverage of F1 of one extractor, %\n");
    println!(
        "*Expanded* is the percentile bootstrap with the tails of Hesterberg 2015: as far out as Student's t with one degree of freedom fewer than there are documents, \
         and by the root of n/(n - 1). goldspan does not use it.\n"
    );
    println!("| entities a document | clustering | documents | percentile | BCa | expanded |");
    println!("|---|---|---|---|---|---|");
    for (name, mentions) in MENTIONS {
        for clustering in CLUSTERING {
            for documents in [10, 20, 49, 100] {
                let design = Design {
                    documents,
                    mentions,
                    clustering,
                    ..EQUAL
                };
                let found = each(simulations, |simulation| {
                    three_ways(&design.draw(simulation, Unit::Document, REPLICATES))
                        .map(|interval| covers(interval, TRUE_F1))
                });
                let [plain, corrected, expanded] =
                    [0, 1, 2].map(|at| percent(&found.iter().map(|f| f[at]).collect::<Vec<_>>()));
                println!(
                    "| {name} | {clustering} | {documents} | {plain:.1} | {corrected:.1} | {expanded:.1} |"
                );
            }
        }
    }
    println!();
}

/// The interval of the first extractor's F1 by percentiles, by BCa and by expanded percentiles, whatever the driver would take.
fn three_ways(drawn: &Drawn) -> [Option<Interval>; 3] {
    let sample = &drawn.samples[0];
    let of = |totals: &[f64]| {
        let value = drawn.quantities[0].of(totals, drawn.resampling.conventions);
        value.unwrap_or(f64::NAN)
    };
    let draws = Resamples {
        units: sample.units,
        seed: drawn.resampling.seed,
    };
    let mut weights: Vec<Weights> = Vec::new();
    let mut replicates = Vec::new();
    for block in 0..REPLICATES.div_ceil(LANES as u32) {
        draws.weights(block, &mut weights);
        let columns = sample.columns.iter();
        let totals: Vec<[f64; LANES]> = columns.map(|column| column.totals(&weights)).collect();
        replicates.extend((0..LANES).map(|lane| {
            let totals: Vec<f64> = totals.iter().map(|totals| totals[lane]).collect();
            of(&totals)
        }));
    }
    let totals = sample.totals();
    let mut without = vec![totals.clone(); sample.units];
    for (at, column) in sample.columns.iter().enumerate() {
        for (unit, value) in column.iter() {
            without[unit as usize][at] -= value;
        }
    }
    let jackknife: Vec<f64> = without.iter().map(|totals| of(totals)).collect();
    [
        percentile(&replicates),
        bca(&replicates, of(&totals), &jackknife),
        expanded(replicates, sample.units),
    ]
}

/// The percentile interval whose tails are those of Student's t (Hesterberg 2015, "What Teachers Should Know About the Bootstrap").
fn expanded(mut replicates: Vec<f64>, units: usize) -> Option<Interval> {
    replicates.sort_unstable_by(f64::total_cmp);
    let (z, freedom) = (1.959_963_984_540_054_f64, units as f64 - 1.0);
    // The expansion of Fisher and Cornish; from nine degrees of freedom on it is right to three digits.
    let t = z
        + (z.powi(3) + z) / (4.0 * freedom)
        + (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * freedom.powi(2))
        + (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z)
            / (384.0 * freedom.powi(3));
    let reach = t * (units as f64 / freedom).sqrt();
    let tail = 0.5 * libm::erfc(reach / std::f64::consts::SQRT_2);
    let at = |share: f64| (share * (replicates.len() - 1) as f64).round() as usize;
    let [low, high] = [tail, 1.0 - tail].map(|share| replicates.get(at(share)).copied());
    Some(Interval {
        low: low?,
        high: high?,
    })
}

fn families(simulations: u64) {
    println!("## A family of ten labels: any false alarm at {ALPHA}, % of simulations\n");
    println!("| entities a document | clustering | documents | uncorrected | after Holm |");
    println!("|---|---|---|---|---|");
    for (name, mentions) in MENTIONS {
        for (clustering, documents) in [(0.0, 100), (0.06, 100), (0.12, 100), (0.12, 400)] {
            let design = Design {
                documents,
                mentions,
                clustering,
                labels: 10,
                ..EQUAL
            };
            let found = each(simulations, |simulation| {
                let mut drawn = design.draw(simulation, Unit::Document, REPLICATES);
                // The family is the labels.
                drawn.quantities.remove(0);
                let tested = compared(&drawn).into_iter();
                let p: Vec<f64> = tested.filter_map(|d| Some(d.tested?.p)).collect();
                let any = |p: &[f64]| p.iter().any(|p| *p <= ALPHA);
                [any(&p), any(&holm(&p))]
            });
            let [plain, corrected] =
                [0, 1].map(|at| percent(&found.iter().map(|f| f[at]).collect::<Vec<_>>()));
            println!("| {name} | {clustering} | {documents} | {plain:.1} | {corrected:.1} |");
        }
    }
    println!();
}

fn wrong_units(simulations: u64) {
    println!(
        "## Why documents: the same test and interval, were each mention a unit (100 documents of 40)\n"
    );
    println!(
        "| clustering | false alarms by document, % | by mention, % | coverage of F1 by document, % | by mention, % |"
    );
    println!("|---|---|---|---|---|");
    // A mention is 40 times as many units.
    let simulations = simulations.div_ceil(4);
    for clustering in CLUSTERING {
        let design = Design {
            clustering,
            ..EQUAL
        };
        let [document, mention] = [Unit::Document, Unit::Mention].map(|unit| {
            let found = each(simulations, |simulation| {
                let drawn = design.draw(simulation, unit, REPLICATES);
                let one =
                    intervals(&drawn.samples[0], &drawn.quantities, &drawn.resampling).unwrap();
                [is_alarm(&compared(&drawn)[0]), covers(one[0], TRUE_F1)]
            });
            [0, 1].map(|at| percent(&found.iter().map(|f| f[at]).collect::<Vec<_>>()))
        });
        println!(
            "| {clustering} | {:.1} | {:.1} | {:.1} | {:.1} |",
            document[0], mention[0], document[1], mention[1]
        );
    }
    println!("\n({simulations} simulations a line)\n");
}

/// Two kinds of pairs: extractors of different make, and two versions of one.
const PAIRS: [(&str, f64); 2] = [
    ("two extractors that share nothing", 1.0),
    (
        "two versions that decide a quarter of the mentions anew",
        0.25,
    ),
];

fn power(simulations: u64) {
    let simulations = simulations.div_ceil(4);
    println!("## Power: the share of true drops of F1 found at {ALPHA}, %\n");
    println!(
        "40 entities a document, clustering {}; {simulations} simulations a cell, so the shares are uncertain by up to {:.0} points. *Foretold* is the drop of which \
         `statistics::resolution` says that it is found in 80 %, from the standard error that a simulation itself has (the mean over simulations, in points); the last column is how often a true drop of that size was found.\n",
        EQUAL.clustering,
        100.0 / (simulations as f64).sqrt()
    );
    for (name, apart) in PAIRS {
        println!("### {name}\n");
        println!(
            "| documents | drop .5 | drop 1 | drop 2 | drop 3 | foretold for 80 %, points | foretold drop found, % |"
        );
        println!("|---|---|---|---|---|---|---|");
        for documents in [50, 100, 200, 500, 1000] {
            let found = |drop: f64| {
                let design = Design {
                    documents,
                    apart,
                    drop,
                    ..EQUAL
                };
                let found = each(simulations, |simulation| {
                    let drawn = design.draw(simulation, Unit::Document, REPLICATES);
                    let difference = compared(&drawn)[0];
                    let error = difference.standard_error.unwrap_or(f64::NAN);
                    let resolved = resolution(error, documents, ALPHA);
                    let worse = difference.difference.is_some_and(|d| d < 0.0);
                    let told = resolved.map_or(f64::NAN, |resolved| resolved.difference);
                    (is_alarm(&difference) && worse, told)
                });
                let told = found.iter().map(|(_, told)| told).sum::<f64>() / found.len() as f64;
                let found: Vec<bool> = found.into_iter().map(|(found, _)| found).collect();
                (percent(&found), told)
            };
            let foretold = found(0.0).1;
            let [half, one, two, three] = [0.005, 0.01, 0.02, 0.03].map(|drop| found(drop).0);
            println!(
                "| {documents} | {half:.0} | {one:.0} | {two:.0} | {three:.0} | {:.2} | {:.0} |",
                100.0 * foretold,
                found(foretold).0
            );
        }
        println!();
    }
}
