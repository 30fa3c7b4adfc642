//! Several systems over the same gold: every pair compared under one score, and the ranking that follows.

use std::collections::{BTreeMap, BTreeSet};

use super::pair::{Asked, Pair, incomparable};
use super::{Ranking, Side, common, rank};
use crate::error::Result;
use crate::ledger::{CorpusLedger, SystemLedger};
use crate::run::resample::{Difference, intervals, method};
use crate::scores::Metric;
use crate::statistics::{Interval, Method};

/// Several systems, ranked, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Several {
    /// The names of the systems with where their counts come from, as they were named.
    pub origins: Vec<(String, String)>,
    /// The systems from the best to the worst.
    pub ranking: Ranking,
    /// How many documents or clusters were resampled.
    pub units: usize,
    /// How the intervals were made.
    pub method: Method,
    /// How many replicates were drawn.
    pub replicates: u32,
    /// What was left out because not all have it, a sentence each.
    pub left_out: Vec<String>,
}

/// Ranks two systems or more by the primary score, over the documents that all have in common.
///
/// # Errors
/// [`Kind::Incomparable`](crate::error::Kind::Incomparable) where two are of different gold, documents or rules; [`Kind::Input`](crate::error::Kind::Input) where the
/// primary score is not there.
pub fn compare_all(sides: &[Side<'_>], asked: &Asked) -> Result<Several> {
    let pairs = pairs(sides.len());
    let mut left_out: Vec<String> = Vec::new();
    let mut ids: Option<BTreeSet<&str>> = None;
    for &(one, other) in &pairs {
        let (one, other) = (&sides[one], &sides[other]);
        let common =
            common(one, other).map_err(|unlike| incomparable(one, other, &unlike.0, false))?;
        if !common.left_out.is_empty() && !asked.intersect {
            return Err(incomparable(one, other, &common.left_out, true));
        }
        for sentence in common.left_out {
            if !left_out.contains(&sentence) {
                left_out.push(sentence);
            }
        }
        let documents = common.documents.iter();
        let own = documents.map(|places| one.corpus.documents[places[0]].id.as_str());
        let own: BTreeSet<&str> = own.collect();
        ids = Some(ids.map_or_else(|| own.clone(), |ids| &ids & &own));
    }
    let ids = ids.unwrap_or_default();
    if ids.is_empty() {
        let why = ["no document is the same in all".to_owned()];
        return Err(incomparable(
            &sides[0],
            &sides[sides.len() - 1],
            &why,
            false,
        ));
    }
    let kept: Vec<(CorpusLedger, SystemLedger)> =
        sides.iter().map(|side| restricted(side, &ids)).collect();
    let sides: Vec<Side<'_>> = sides
        .iter()
        .zip(&kept)
        .map(|(side, (corpus, system))| Side {
            corpus,
            system,
            ..*side
        })
        .collect();
    ranked(&sides, &pairs, left_out, asked)
}

/// Every two places, the lower first.
fn pairs(systems: usize) -> Vec<(usize, usize)> {
    let firsts = 0..systems;
    firsts
        .flat_map(|one| (one + 1..systems).map(move |other| (one, other)))
        .collect()
}

/// A side on these documents alone.
fn restricted(side: &Side<'_>, ids: &BTreeSet<&str>) -> (CorpusLedger, SystemLedger) {
    let documents = side.corpus.documents.iter().enumerate();
    let places: Vec<usize> = documents
        .filter(|(_, document)| ids.contains(document.id.as_str()))
        .map(|(place, _)| place)
        .collect();
    let corpus = CorpusLedger {
        name: side.corpus.name.clone(),
        annotated: side.corpus.annotated.clone(),
        documents: places
            .iter()
            .map(|&place| side.corpus.documents[place].clone())
            .collect(),
        systems: Vec::new(),
    };
    let system = SystemLedger {
        rows: side.system.rows.reordered(&places),
        ..side.system.clone()
    };
    (corpus, system)
}

fn ranked(
    sides: &[Side<'_>],
    pairs: &[(usize, usize)],
    left_out: Vec<String>,
    asked: &Asked,
) -> Result<Several> {
    let mut asked = asked.clone();
    let mut differences: BTreeMap<(usize, usize), Difference> = BTreeMap::new();
    let mut estimated: Vec<(Option<f64>, Option<Interval>)> = vec![(None, None); sides.len()];
    let mut size = (0, 0);
    for &(one, other) in pairs {
        let (first, second) = (&sides[one], &sides[other]);
        let (pair, _) = Pair::of(first, second, &asked)?;
        let primary = pair.primary(&asked, &pair.metrics())?;
        let difference = pair.rows(std::slice::from_ref(&primary), &asked)?.remove(0);
        for (place, side, score) in [
            (one, 0, difference.difference.first),
            (other, 1, difference.difference.second),
        ] {
            if estimated[place].1.is_none() {
                estimated[place] = (score, pair.interval(side, &primary, &asked)?);
            }
        }
        size = (pair.documents().len(), pair.units());
        differences.insert((one, other), difference.difference);
        // What the first two are compared by, all are.
        asked.primary = Some(primary);
    }
    let systems = sides.iter().zip(&estimated);
    let systems =
        systems.map(|(side, (score, interval))| (side.name.to_owned(), *score, *interval));
    let difference = |one: usize, other: usize| less(&differences, one, other);
    let metric = asked.primary.clone();
    let metric = metric.ok_or_else(|| incomparable(&sides[0], &sides[0], &[], false))?;
    Ok(Several {
        origins: sides
            .iter()
            .map(|side| (side.name.to_owned(), side.origin.to_owned()))
            .collect(),
        ranking: rank(
            &sides[0].corpus.name,
            &metric,
            size.0,
            systems.collect(),
            difference,
        ),
        units: size.1,
        method: method(size.1),
        replicates: asked.replicates,
        left_out,
    })
}

/// The first's score less the second's, of differences that are the later less the earlier.
fn less(
    differences: &BTreeMap<(usize, usize), Difference>,
    one: usize,
    other: usize,
) -> Difference {
    let none = Difference {
        first: None,
        second: None,
        difference: None,
        interval: None,
        standard_error: None,
        tested: None,
    };
    let found = differences.get(&(one.min(other), one.max(other)));
    let found = found.copied().unwrap_or(none);
    if one > other {
        return Difference {
            first: found.second,
            second: found.first,
            ..found
        };
    }
    Difference {
        difference: found.difference.map(|own| -own),
        interval: found.interval.map(|own| Interval {
            low: -own.high,
            high: -own.low,
        }),
        ..found
    }
}

impl Pair {
    /// The interval of a side's score.
    fn interval(&self, side: usize, metric: &Metric, asked: &Asked) -> Result<Option<Interval>> {
        let Some(quantity) = self.layout.quantity(metric) else {
            return Ok(None);
        };
        let sample = self.sample(side, asked);
        let found = intervals(&sample, &[quantity], &self.resampling(asked))?;
        Ok(found.into_iter().next().flatten())
    }
}
