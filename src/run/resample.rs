//! The parallel part of statistics: blocks of replicates on all threads, gathered in their order.

use std::num::NonZeroUsize;

use rayon::prelude::*;

use super::pool;
use crate::error::Result;
use crate::scores::Conventions;
use crate::statistics::{
    Basis, Coins, FEW_UNITS, Groups, Interval, LANES, MANY_UNITS, Method, Quantity, Resamples,
    Sample, Scoreboard, Seed, Swaps, Tested, Weights, bca, delta, is_as_extreme, percentile,
    standard_error,
};

/// How many scores are resampled together: their replicates are kept until they are sorted.
const SCORES_TOGETHER: usize = 256;

/// How to resample.
#[derive(Debug, Clone, Copy)]
pub struct Resampling {
    /// How many replicates to draw.
    pub replicates: u32,
    /// How ratios are formed.
    pub conventions: Conventions,
    /// What the draws depend on.
    pub seed: Seed,
    /// How many threads to use.
    pub threads: NonZeroUsize,
}

/// What two systems come to in one score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The score of the first.
    pub first: Option<f64>,
    /// The score of the second.
    pub second: Option<f64>,
    /// The second less the first; `None` where either is undefined.
    pub difference: Option<f64>,
    /// Its interval, both drawn with the same documents.
    pub interval: Option<Interval>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// The test that they are the same; `None` where either score is undefined.
    pub tested: Option<Tested>,
}

/// How intervals over so many units are made.
#[must_use]
pub const fn method(units: usize) -> Method {
    match units {
        0..FEW_UNITS => Method::Bca,
        FEW_UNITS..=MANY_UNITS => Method::Percentile,
        _ => Method::Delta,
    }
}

/// The interval of each score of one system; `None` where it is undefined, or nearly so.
///
/// # Errors
/// Where threads cannot be had.
pub fn intervals(
    sample: &Sample,
    quantities: &[Quantity],
    resampling: &Resampling,
) -> Result<Vec<Option<Interval>>> {
    let scores: Vec<Signed<'_>> = quantities.iter().map(|one| vec![(1.0, one)]).collect();
    let spreads = pool(resampling.threads)?.install(|| spreads(sample, &scores, resampling));
    Ok(spreads.into_iter().map(|spread| spread.interval).collect())
}

/// What two systems come to in each score. The samples are over the same units, and have the same columns.
///
/// # Errors
/// Where threads cannot be had.
pub fn differences(
    [first, second]: [&Sample; 2],
    quantities: &[Quantity],
    resampling: &Resampling,
) -> Result<Vec<Difference>> {
    let pool = pool(resampling.threads)?;
    let both = Sample {
        units: first.units,
        columns: [first, second]
            .into_iter()
            .flat_map(|sample| sample.columns.iter().cloned())
            .collect(),
    };
    let moved: Vec<Quantity> = quantities
        .iter()
        .map(|quantity| quantity.moved_by(first.columns.len()))
        .collect();
    let scores: Vec<Signed<'_>> = quantities
        .iter()
        .zip(&moved)
        .map(|(first, second)| vec![(1.0, second), (-1.0, first)])
        .collect();
    let spreads = pool.install(|| spreads(&both, &scores, resampling));
    drop(both);
    let swaps = Swaps::of(first, second, resampling.conventions);
    let tested = pool.install(|| tests(&swaps, quantities, resampling));
    let of = |((quantity, spread), tested): ((&Quantity, Spread), Option<Tested>)| {
        let ([first, second], difference) = swaps.observed(quantity);
        Difference {
            first,
            second,
            difference,
            interval: spread.interval,
            standard_error: spread.standard_error,
            tested,
        }
    };
    Ok(quantities.iter().zip(spreads).zip(tested).map(of).collect())
}

/// A score, or the difference of two: quantities with their signs.
type Signed<'a> = Vec<(f64, &'a Quantity)>;

/// How a score varies from sample to sample.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    interval: Option<Interval>,
    standard_error: Option<f64>,
}

fn spreads(sample: &Sample, scores: &[Signed<'_>], resampling: &Resampling) -> Vec<Spread> {
    // One unit, drawn again and again, never varies: that says nothing of other documents.
    if sample.units < 2 || resampling.replicates == 0 {
        return vec![Spread::default(); scores.len()];
    }
    match method(sample.units) {
        Method::Delta => {
            let scores = scores.par_iter();
            scores
                .map(|score| by_delta(sample, score, resampling.conventions))
                .collect()
        }
        _ => {
            let together = scores.chunks(SCORES_TOGETHER);
            together
                .flat_map(|scores| by_bootstrap(sample, scores, resampling))
                .collect()
        }
    }
}

fn by_delta(sample: &Sample, score: &Signed<'_>, conventions: Conventions) -> Spread {
    let estimated = delta(sample, score, conventions);
    Spread {
        interval: estimated.map(|(estimate, error)| Interval::normal(estimate, error)),
        standard_error: estimated.map(|(_, error)| error),
    }
}

fn by_bootstrap(sample: &Sample, scores: &[Signed<'_>], resampling: &Resampling) -> Vec<Spread> {
    let draws = Resamples {
        units: sample.units,
        seed: resampling.seed.derive("bootstrap"),
    };
    let board = Scoreboard::of(scores, resampling.conventions);
    let columns = board.columns();
    let blocks = blocks(
        resampling.replicates,
        |block, weights: &mut Vec<Weights>| {
            draws.weights(block, weights);
            let drawn = columns
                .iter()
                .map(|&at| (at, sample.columns[at].totals(weights)));
            let drawn: Vec<(usize, [f64; LANES])> = drawn.collect();
            let mut totals = vec![0.0; sample.columns.len()];
            let mut found = vec![[0.0; LANES]; scores.len()];
            let mut room = Vec::new();
            for lane in 0..LANES {
                for (at, drawn) in &drawn {
                    totals[*at] = drawn[lane];
                }
                for (found, score) in found.iter_mut().zip(board.compute(&totals, &mut room)) {
                    found[lane] = score;
                }
            }
            found
        },
    );
    let whole: Vec<f64> = board.compute(&sample.totals(), &mut Vec::new()).collect();
    let jackknife = match method(sample.units) {
        Method::Bca => jackknife(sample, &board, scores.len()),
        _ => vec![Vec::new(); scores.len()],
    };
    let work = whole.into_par_iter().zip(jackknife).enumerate();
    work.map(|(at, (estimate, jackknife))| {
        if estimate.is_nan() {
            return Spread::default();
        }
        let replicates = gathered(&blocks, at, resampling.replicates);
        Spread {
            interval: match method(sample.units) {
                Method::Bca => bca(&replicates, estimate, &jackknife),
                _ => percentile(&replicates),
            },
            standard_error: standard_error(&replicates),
        }
    })
    .collect()
}

/// The scores of all units but one, for each score and unit.
fn jackknife(sample: &Sample, board: &Scoreboard, scores: usize) -> Vec<Vec<f64>> {
    let mut without = vec![sample.totals(); sample.units];
    for (at, column) in sample.columns.iter().enumerate() {
        for (unit, value) in column.iter() {
            without[unit as usize][at] -= value;
        }
    }
    let mut found = vec![Vec::new(); scores];
    let mut room = Vec::new();
    for totals in without {
        for (found, score) in found.iter_mut().zip(board.compute(&totals, &mut room)) {
            found.push(score);
        }
    }
    found
}

/// What `work` makes of each block of so many replicates, in their order.
fn blocks<T: Send>(
    replicates: u32,
    work: impl Fn(u32, &mut Vec<Weights>) -> T + Sync + Send,
) -> Vec<T> {
    // A lane is a number of 32 bits.
    let blocks = replicates.div_ceil(LANES as u32);
    let numbers = (0..blocks).into_par_iter();
    numbers
        .map_init(Vec::new, |weights, block| work(block, weights))
        .collect()
}

/// The replicates of one score.
fn gathered(blocks: &[Vec<[f64; LANES]>], at: usize, replicates: u32) -> Vec<f64> {
    let lanes = blocks.iter().flat_map(|block| block[at]);
    lanes.take(replicates as usize).collect()
}

/// The test of each score: exact where there are few ways of swapping, by groups where these are faster, document by document otherwise.
fn tests(swaps: &Swaps, quantities: &[Quantity], resampling: &Resampling) -> Vec<Option<Tested>> {
    if resampling.replicates == 0 {
        return vec![None; quantities.len()];
    }
    let mut tested: Vec<Option<Tested>> = quantities
        .par_iter()
        .map(|q| swaps.exact(q, resampling.replicates))
        .collect();
    let open = (0..quantities.len())
        .filter(|at| tested[*at].is_none() && swaps.observed(&quantities[*at]).1.is_some());
    let open: Vec<usize> = open.collect();
    let seed = resampling.seed.derive("swap");
    let (grouped, single) = by_manner(swaps, quantities, open, seed);
    for (groups, ats) in grouped {
        let board = board(quantities, &ats, resampling);
        let blocks = blocks(resampling.replicates, |block, _| {
            swaps.replicates(&board, &groups.moved(block))
        });
        finish(swaps, quantities, &ats, &blocks, &mut tested, resampling);
    }
    let coins = Coins {
        units: swaps.differences.units,
        seed,
    };
    for ats in single.chunks(SCORES_TOGETHER) {
        let board = board(quantities, ats, resampling);
        let columns = board.columns();
        let blocks = blocks(resampling.replicates, |block, weights| {
            coins.weights(block, weights);
            swaps.replicates(&board, &swaps.moved(&columns, weights))
        });
        finish(swaps, quantities, ats, &blocks, &mut tested, resampling);
    }
    tested
}

/// The board of the scores at these places.
fn board(quantities: &[Quantity], ats: &[usize], resampling: &Resampling) -> Scoreboard {
    let scores: Vec<Signed<'_>> = ats.iter().map(|&at| vec![(1.0, &quantities[at])]).collect();
    Scoreboard::of(&scores, resampling.conventions)
}

/// Which scores are tested by groups, those of one cell together, and which document by document.
fn by_manner(
    swaps: &Swaps,
    quantities: &[Quantity],
    open: Vec<usize>,
    seed: Seed,
) -> (Vec<(Groups, Vec<usize>)>, Vec<usize>) {
    let mut cells: std::collections::BTreeMap<_, Vec<usize>> = Default::default();
    let mut single = Vec::new();
    for at in open {
        match &quantities[at].basis {
            Basis::Cell(cell) => cells.entry(*cell).or_default().push(at),
            _ => single.push(at),
        }
    }
    let mut grouped = Vec::new();
    for (cell, ats) in cells {
        match Groups::of(&swaps.differences, cell, seed.derive("groups")) {
            Some(groups) => grouped.push((groups, ats)),
            None => single.extend(ats),
        }
    }
    (grouped, single)
}

fn finish(
    swaps: &Swaps,
    quantities: &[Quantity],
    ats: &[usize],
    blocks: &[Vec<[f64; LANES]>],
    tested: &mut [Option<Tested>],
    resampling: &Resampling,
) {
    for (place, &at) in ats.iter().enumerate() {
        let observed = swaps.observed(&quantities[at]).1.unwrap_or(f64::NAN);
        let replicates = gathered(blocks, place, resampling.replicates);
        let extreme = replicates
            .iter()
            .filter(|replicate| is_as_extreme(**replicate, observed));
        // There are no more of them than replicates.
        let extreme = extreme.count() as u32;
        let differing = swaps.number_differing(&quantities[at]);
        tested[at] = Some(Tested::approximate(
            extreme, resampling.replicates, differing,
        ));
    }
}
