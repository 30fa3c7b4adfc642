//! Judges gates: every gated score against its floor and its baseline, all drops of one run corrected together.

use std::collections::BTreeMap;

use super::absent::absent;
use super::verdict::{Measured, settled};
use super::{Gate, Judged, Judgement, Verdict};
use crate::compare::{Asked, Pair, Side};
use crate::counts::Counts;
use crate::error::{Problem, Result};
use crate::ledger::{CorpusLedger, Ledger, SystemLedger};
use crate::scores::Metric;
use crate::statistics::{ALPHA, Layout, REPLICATES, Units, holm, resolution};

/// How many times the smallest p-value of a family is below the level.
const WELL_BELOW: f64 = 10.0;

/// The baselines that are there, by name: the counts, or why they cannot be used.
pub type Baselines = BTreeMap<String, std::result::Result<Ledger, Problem>>;

/// One gated score before the verdict.
struct Case<'a> {
    place: usize,
    gate: &'a Gate,
    corpus: &'a CorpusLedger,
    system: Option<&'a SystemLedger>,
    extractor: String,
    metric: Metric,
    measured: Measured,
    units: usize,
}

/// Judges the scores of a run.
///
/// # Errors
/// Where threads cannot be had.
pub fn judge(
    gates: &[Gate],
    run: &Ledger,
    baselines: &Baselines,
    asked: &Asked,
) -> Result<Judgement> {
    let mut cases = Vec::new();
    for (place, gate) in gates.iter().enumerate() {
        cases.extend(cases_of(place, gate, run));
    }
    let asked = &enough(asked, &cases);
    for case in &mut cases {
        case.alone(asked);
    }
    // The labels of a gate are drawn together.
    let together = |a: &Case<'_>, b: &Case<'_>| {
        (a.place, &a.corpus.name, &a.extractor) == (b.place, &b.corpus.name, &b.extractor)
    };
    for group in cases.chunk_by_mut(together) {
        against(group, run, baselines, asked)?;
    }
    let tested = cases.iter().filter_map(Case::p);
    let tested: Vec<f64> = tested.collect();
    let mut adjusted = holm(&tested).into_iter();
    let family = tested.len().max(1);
    let judged = cases.into_iter().map(|case| {
        let adjusted = case.p().and_then(|_| adjusted.next());
        case.judged(adjusted, family)
    });
    let mut judged: Vec<Judged> = judged.collect();
    judged.extend(absent(gates, run, baselines, &judged));
    judged.sort_by_key(|own| own.gate);
    Ok(Judgement {
        suggestions: suggestions(&judged),
        judged,
    })
}

/// Asks for as many replicates as the tests of a family need: the smallest p-value that there can be, one of so many, times the size of the family, must lie well below
/// the level, or no drop could ever be significant.
fn enough(asked: &Asked, cases: &[Case<'_>]) -> Asked {
    let family = cases
        .iter()
        .filter(|case| case.gate.max_drop.is_some())
        .count();
    // A family is no larger than what somebody wrote down.
    let needed = (WELL_BELOW * family as f64 / ALPHA).ceil() as u32;
    let drawn = match asked.replicates {
        0 => REPLICATES,
        drawn => drawn,
    };
    Asked {
        replicates: drawn.max(needed),
        ..asked.clone()
    }
}

/// The scores that a gate is of: for each corpus and extractor, label by label.
fn cases_of<'a>(place: usize, gate: &'a Gate, run: &'a Ledger) -> Vec<Case<'a>> {
    let task = gate.metric.cell.measure.task();
    let corpora = run.corpora.iter();
    let corpora =
        corpora.filter(|corpus| gate.corpus.as_ref().is_none_or(|own| *own == corpus.name));
    let mut cases = Vec::new();
    for corpus in corpora {
        // A corpus whose gold does not annotate the task is gated only where it is named.
        if gate.corpus.is_none() && !corpus.annotated.tasks.contains(&task) {
            continue;
        }
        let systems: Vec<(String, Option<&SystemLedger>)> = match &gate.extractor {
            Some(name) => {
                let found = corpus.systems.iter().find(|system| system.name == *name);
                vec![(name.clone(), found)]
            }
            None => {
                let attempting = corpus.systems.iter().filter(|s| s.tasks.contains(&task));
                attempting
                    .map(|system| (system.name.clone(), Some(system)))
                    .collect()
            }
        };
        for (extractor, system) in systems {
            for metric in metrics(gate) {
                cases.push(Case {
                    place,
                    gate,
                    corpus,
                    system,
                    extractor: extractor.clone(),
                    metric,
                    measured: Measured::default(),
                    units: 0,
                });
            }
        }
    }
    cases
}

/// The metric of a gate, or that of each of its labels.
fn metrics(gate: &Gate) -> Vec<Metric> {
    if gate.labels.is_empty() {
        return vec![gate.metric.clone()];
    }
    let labels = gate.labels.iter();
    labels
        .filter_map(|label| gate.metric.of_label(label))
        .collect()
}

impl Case<'_> {
    /// The p-value of its drop, where that is tested.
    fn p(&self) -> Option<f64> {
        let tested = self.measured.difference.as_ref().and_then(|own| own.tested);
        tested
            .filter(|_| self.gate.max_drop.is_some() && !self.is_thin())
            .map(|t| t.p)
    }

    fn is_thin(&self) -> bool {
        let least = self.gate.min_support.unwrap_or_default();
        self.measured.support > 0 && self.measured.support < least
    }

    /// Whether it is to be held against a baseline.
    fn wants(&self) -> bool {
        let drops = self.gate.max_drop.is_some() || self.gate.hard_drop.is_some();
        drops && self.measured.missing.is_none() && !self.is_thin()
    }

    /// The places of the documents that the gate is of.
    fn places(&self, documents: &[crate::ledger::DocumentKey]) -> Vec<usize> {
        let within = |document: &crate::ledger::DocumentKey| match &self.gate.slice {
            Some((key, value)) => document.metadata.get(key) == Some(value),
            None => true,
        };
        let documents = documents.iter().enumerate();
        documents
            .filter(|(_, document)| within(document))
            .map(|(at, _)| at)
            .collect()
    }

    /// The score of the run by itself, or why there is none.
    fn alone(&mut self, asked: &Asked) {
        let task = self.metric.cell.measure.task();
        let Some(system) = self.system else {
            let (extractor, corpus) = (&self.extractor, &self.corpus.name);
            self.measured.missing = Some(format!("{extractor} was not run on {corpus}"));
            return;
        };
        let who = match (
            system.tasks.contains(&task),
            self.corpus.annotated.tasks.contains(&task),
        ) {
            (true, true) => None,
            (true, false) => Some("the gold does not annotate"),
            (false, _) => Some("it does not attempt"),
        };
        if let Some(who) = who {
            self.measured.missing = Some(format!("there is no such score: {who} {task}"));
            return;
        }
        let places = self.places(&self.corpus.documents);
        let rows = system.rows.reordered(&places);
        let keys: Vec<_> = places
            .iter()
            .map(|&at| self.corpus.documents[at].clone())
            .collect();
        let units = Units::of(&keys, None);
        let layout = Layout::of([&rows]);
        let sample = layout.sample(&rows, &units, asked.conventions);
        let quantity = layout.quantity(&self.metric);
        self.measured.score = quantity.and_then(|own| own.of(&sample.totals(), asked.conventions));
        let own = (0..rows.documents()).flat_map(|at| rows.document(at));
        let own = own.filter(|(cell, _)| rows.cells()[*cell] == self.metric.cell);
        let support: u64 = own
            .map(|(_, counts): (usize, Counts)| counts.possible())
            .sum();
        self.measured.support = support / u64::from(system.repeats.max(1));
        self.measured.documents = rows.documents();
        self.units = units.number();
    }

    fn judged(self, adjusted: Option<f64>, family: usize) -> Judged {
        let (verdict, reason) = settled(self.gate, &self.measured, adjusted);
        let error = self
            .measured
            .difference
            .as_ref()
            .and_then(|own| own.standard_error);
        Judged {
            gate: self.place,
            corpus: self.corpus.name.clone(),
            extractor: self.extractor,
            metric: self.metric,
            slice: self.gate.slice.clone(),
            support: self.measured.support,
            score: self.measured.score,
            floor: self.gate.floor,
            max_drop: self.gate.max_drop,
            hard_drop: self.gate.hard_drop,
            baseline: (self.gate.max_drop.or(self.gate.hard_drop))
                .map(|_| self.gate.baseline.clone()),
            resolution: error
                .and_then(|error| resolution(error, self.units, ALPHA / family as f64)),
            difference: self.measured.difference,
            adjusted,
            verdict,
            reason,
        }
    }
}

/// Holds the labels of one gate, extractor and corpus against the baseline.
fn against(
    cases: &mut [Case<'_>],
    run: &Ledger,
    baselines: &Baselines,
    asked: &Asked,
) -> Result<()> {
    let mut cases: Vec<&mut Case<'_>> = cases.iter_mut().filter(|case| case.wants()).collect();
    let Some(case) = cases.first() else {
        return Ok(());
    };
    let pair = match laid(case, run, baselines, asked) {
        Ok(pair) => pair.within(&case.places(pair.documents()), asked),
        Err(unlaid) => {
            for case in cases {
                match &unlaid {
                    Unlaid::None(why) => case.measured.no_baseline = Some(why.clone()),
                    Unlaid::Other(why) => case.measured.other = Some(why.clone()),
                }
            }
            return Ok(());
        }
    };
    let metrics: Vec<Metric> = cases.iter().map(|case| case.metric.clone()).collect();
    let found = pair.differences(&metrics, asked)?;
    for (case, difference) in cases.iter_mut().zip(found) {
        case.units = pair.units();
        case.measured.difference = difference;
    }
    Ok(())
}

/// Why a score is not laid beside its baseline.
enum Unlaid {
    /// There is none.
    None(String),
    /// It is of something else, or cannot be used.
    Other(String),
}

/// The baseline and the run, side by side.
fn laid(
    case: &Case<'_>,
    run: &Ledger,
    baselines: &Baselines,
    asked: &Asked,
) -> std::result::Result<Pair, Unlaid> {
    let (name, extractor) = (&case.gate.baseline, &case.extractor);
    let baseline = match baselines.get(name) {
        Some(Ok(baseline)) => baseline,
        Some(Err(problem)) => return Err(Unlaid::Other(problem.to_string())),
        None => {
            return Err(Unlaid::None(format!(
                "there is no baseline {name:?} yet; goldspan accept latest --name {name} makes it"
            )));
        }
    };
    let mut corpora = baseline.corpora.iter();
    let before = corpora
        .find(|corpus| corpus.name == case.corpus.name)
        .and_then(|corpus| {
            let own = corpus.systems.iter().find(|own| own.name == *extractor)?;
            Some((corpus, own))
        });
    let (Some((corpus, before)), Some(system)) = (before, case.system) else {
        let why = format!(
            "the baseline {name:?} has no {extractor} on {}",
            case.corpus.name
        );
        return Err(Unlaid::None(why));
    };
    let first = side(baseline, corpus, before, "the baseline");
    let second = side(run, case.corpus, system, "this run");
    let pair = Pair::of(&first, &second, asked);
    pair.map(|(pair, _)| pair).map_err(|error| {
        let why = error.problems.first().and_then(|own| own.found.clone());
        Unlaid::Other(why.unwrap_or_else(|| error.to_string()))
    })
}

fn side<'a>(
    ledger: &'a Ledger,
    corpus: &'a CorpusLedger,
    system: &'a SystemLedger,
    name: &'a str,
) -> Side<'a> {
    Side {
        name,
        origin: name,
        measures: &ledger.measures,
        labels: &ledger.labels,
        corpus,
        system,
    }
}

/// The improvements that are significant, where nothing is worse.
fn suggestions(judged: &[Judged]) -> Vec<String> {
    if judged.iter().any(|own| own.verdict > Verdict::Inconclusive) {
        return Vec::new();
    }
    let told = judged.iter().filter_map(|own| {
        let points = 100.0 * better(own)?;
        let baseline = own.baseline.as_deref()?;
        Some(format!(
            "{} on {}: {} rose by {points:.1} points over the baseline {baseline:?}; to hold it there: goldspan accept latest --name {baseline}",
            own.extractor, own.corpus, own.metric.spoken()
        ))
    });
    told.collect()
}

/// The rise of a score, where it is significant.
fn better(own: &Judged) -> Option<f64> {
    let rise = own.difference.as_ref()?.difference?;
    (rise > 0.0 && own.adjusted? < ALPHA).then_some(rise)
}
