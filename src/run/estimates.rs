//! The intervals of every score of a finished run.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use super::resample::{Resampling, intervals, method};
use super::{CorpusResult, ExtractorResult, Run};
use crate::counts::Cell;
use crate::error::Result;
use crate::scores::{Average, Conventions, Metric, Ratio};
use crate::statistics::{Interval, Layout, Method, Quantity, Units};

/// The number of error rates.
const RATES: usize = 4;

/// How intervals are to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Manner {
    /// How many replicates to draw; 0 for no intervals.
    pub replicates: u32,
    /// The metadata key whose values are resampled as a whole; `None` for documents.
    pub cluster: Option<String>,
    /// How ratios are formed.
    pub conventions: Conventions,
}

/// The intervals of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// How they were made.
    pub manner: Manner,
    /// By corpus and extractor, in the order of the run.
    by: Vec<Vec<Intervals>>,
}

/// The intervals of one extractor on one corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Intervals {
    /// How they were made.
    pub method: Method,
    /// How many documents or clusters were resampled.
    pub units: usize,
    ratios: BTreeMap<(Cell, Average), [Option<Interval>; 3]>,
    rates: BTreeMap<Cell, [Option<Interval>; RATES]>,
}

impl Estimates {
    /// The intervals of an extractor on a corpus, by their places in the run; `None` where none were made.
    #[must_use]
    pub fn of(&self, corpus: usize, extractor: usize) -> Option<&Intervals> {
        self.by.get(corpus)?.get(extractor)
    }
}

impl Intervals {
    /// Those of precision, recall and F.
    #[must_use]
    pub fn ratios(&self, cell: &Cell, average: Average) -> [Option<Interval>; 3] {
        let found = self.ratios.get(&(cell.clone(), average));
        found.copied().unwrap_or_default()
    }

    /// Those of the error rates, in the order of [`crate::scores::ErrorRates::all`].
    #[must_use]
    pub fn rates(&self, cell: &Cell) -> [Option<Interval>; RATES] {
        self.rates.get(cell).copied().unwrap_or_default()
    }
}

/// Makes the intervals of every score of a run.
///
/// # Errors
/// Where threads cannot be had.
pub fn estimate(run: &Run, manner: Manner, threads: NonZeroUsize) -> Result<Estimates> {
    let mut by = Vec::new();
    for corpus in run.corpora.iter().filter(|_| manner.replicates > 0) {
        let units = Units::of(&corpus.keys, manner.cluster.as_deref());
        let resampling = Resampling {
            replicates: manner.replicates,
            conventions: manner.conventions,
            seed: units.seed(),
            threads,
        };
        let of = |result| of_extractor(corpus, result, &units, &resampling);
        by.push(corpus.extractors.iter().map(of).collect::<Result<_>>()?);
    }
    Ok(Estimates { manner, by })
}

fn of_extractor(
    corpus: &CorpusResult,
    result: &ExtractorResult,
    units: &Units,
    resampling: &Resampling,
) -> Result<Intervals> {
    debug_assert_eq!(corpus.keys.len(), result.rows.documents());
    let layout = Layout::of([&result.rows]);
    let mut ratios: Vec<(Cell, Average)> = Vec::new();
    let mut quantities: Vec<Quantity> = Vec::new();
    for cell in layout.cells() {
        for average in Average::ALL {
            let own = Ratio::ALL.map(|ratio| {
                layout.quantity(&Metric {
                    cell: cell.clone(),
                    average,
                    ratio,
                })
            });
            if let [Some(precision), Some(recall), Some(f)] = own {
                ratios.push((cell.clone(), average));
                quantities.extend([precision, recall, f]);
            }
        }
    }
    let rates = layout.cells().iter();
    let rates = rates.flat_map(|cell| (0..RATES).filter_map(|at| layout.rate(cell, at)));
    quantities.extend(rates);
    let sample = layout.sample(&result.rows, units, resampling.conventions);
    let made = intervals(&sample, &quantities, resampling)?;
    let (of_ratios, of_rates) = made.split_at(3 * ratios.len());
    let fours = of_rates.chunks(RATES);
    Ok(Intervals {
        method: method(units.number()),
        units: units.number(),
        ratios: ratios
            .into_iter()
            .zip(of_ratios.chunks(3))
            .map(|(name, three)| (name, [three[0], three[1], three[2]]))
            .collect(),
        rates: layout
            .cells()
            .iter()
            .cloned()
            .zip(fours.map(|four| [four[0], four[1], four[2], four[3]]))
            .collect(),
    })
}

/// The metadata keys by which documents can be clustered, and whether one of them is `key`: so that a misspelt one is told.
///
/// # Errors
/// With the keys that some document of the run has.
pub fn known_cluster<'a>(
    metadata: impl Iterator<Item = &'a BTreeMap<String, String>>,
    cluster: &str,
) -> Result<(), Vec<String>> {
    let mut known: Vec<String> = Vec::new();
    for key in metadata.flat_map(BTreeMap::keys) {
        if key == cluster {
            return Ok(());
        }
        if !known.contains(key) {
            known.push(key.clone());
        }
    }
    known.sort();
    Err(known)
}
