//! What another run would change in a baseline: documents, and every score over the documents that are the same in both.
//!
//! Scores are compared as fractions of integers, so none falls by a rounding error; chance is left out of account.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::annotation::ALL_LABELS;
use crate::counts::{Cell, Counts, Measure, Role};
use crate::ledger::{CorpusLedger, DocumentKey, Ledger, SystemLedger};
use crate::scores::{Average, Metric, Ratio, Scores};

/// What a run would change in a baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The corpora that both have, in order of name.
    pub corpora: Vec<CorpusChange>,
    /// The extractors that only the run has, each with its corpus.
    pub added: Vec<System>,
    /// The extractors that only the baseline has.
    pub gone: Vec<System>,
    /// Whether other rules were counted under: required roles, nested claims, labels, or what gold annotates.
    pub other_rules: bool,
    /// The scores of the extractors that both have.
    pub scores: Vec<ScoreChange>,
}

/// An extractor on a corpus.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct System {
    /// The corpus's name.
    pub corpus: String,
    /// The extractor's name in the plan.
    pub extractor: String,
}

/// What became of the documents of a corpus, each by its id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorpusChange {
    /// The corpus's name.
    pub name: String,
    /// Those that only the run has.
    pub added: Vec<String>,
    /// Those that only the baseline has.
    pub gone: Vec<String>,
    /// Those with another text.
    pub other_text: Vec<String>,
    /// Those with the same text and other gold.
    pub other_gold: Vec<String>,
    /// Those with the same text and gold: scores are compared over these alone.
    pub same: Vec<String>,
}

/// One score before and after, over the documents that are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreChange {
    /// Whose score it is.
    pub system: System,
    /// Which score.
    pub metric: Metric,
    /// Its value in the baseline; `None` where it is undefined or was not counted.
    pub before: Option<f64>,
    /// Its value in the run.
    pub after: Option<f64>,
    /// Whether it fell, stayed or rose; what is no longer defined fell.
    pub direction: Ordering,
}

impl ScoreChange {
    /// Whether it is one that must not fall unseen: the F1 of all labels together, or of a role of claims.
    #[must_use]
    pub fn is_headline(&self) -> bool {
        !self.is_of_label() && self.metric.ratio == Ratio::F
    }

    /// Whether it is of the entities of one label.
    #[must_use]
    pub fn is_of_label(&self) -> bool {
        let cell = &self.metric.cell;
        matches!(cell.measure, Measure::Entity(_)) && cell.label != ALL_LABELS
    }
}

impl CorpusChange {
    fn between(before: &CorpusLedger, after: &CorpusLedger) -> Self {
        let mut change = Self {
            name: after.name.clone(),
            ..Self::default()
        };
        let known = by_id(&before.documents);
        for document in &after.documents {
            let list = match known.get(document.id.as_str()) {
                None => &mut change.added,
                Some((_, own)) if !own.same_text(document) => &mut change.other_text,
                Some((_, own)) if !own.same_gold(document) => &mut change.other_gold,
                Some(_) => &mut change.same,
            };
            list.push(document.id.clone());
        }
        let stay = by_id(&after.documents);
        let gone = before.documents.iter().map(|document| &document.id);
        let gone = gone.filter(|id| !stay.contains_key(id.as_str()));
        change.gone = gone.cloned().collect();
        change
    }

    /// How many documents the run has.
    #[must_use]
    pub fn documents(&self) -> usize {
        let lists = [&self.added, &self.other_text, &self.other_gold, &self.same];
        lists.into_iter().map(Vec::len).sum()
    }

    /// Whether the documents and their gold are the same in both.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let changed = [&self.added, &self.gone, &self.other_text, &self.other_gold];
        changed.into_iter().all(Vec::is_empty)
    }
}

impl Changes {
    /// What `after` would change in `before`. Of an extractor that is new, every score is, over all of its documents.
    #[must_use]
    pub fn between(before: Option<&Ledger>, after: &Ledger) -> Self {
        let old = before.map(systems).unwrap_or_default();
        let new = systems(after);
        let only = |own: &BTreeSet<System>, other: &BTreeSet<System>| {
            own.difference(other).cloned().collect()
        };
        let mut changes = Self {
            corpora: Vec::new(),
            added: only(&new, &old),
            gone: only(&old, &new),
            other_rules: before.is_some_and(|before| other_rules(before, after)),
            scores: Vec::new(),
        };
        for after in &after.corpora {
            let mut known = before.iter().flat_map(|own| &own.corpora);
            let before = known.find(|own| own.name == after.name);
            let corpus = before.map(|before| CorpusChange::between(before, after));
            for system in &after.systems {
                let named = |own: &&SystemLedger| own.name == system.name;
                let old = before.and_then(|own| own.systems.iter().find(named));
                let sums = match (before, old, &corpus) {
                    (Some(before), Some(old), Some(corpus)) => [
                        sums(old, &before.documents, Some(&corpus.same)),
                        sums(system, &after.documents, Some(&corpus.same)),
                    ],
                    _ => [BTreeMap::new(), sums(system, &after.documents, None)],
                };
                let system = System {
                    corpus: after.name.clone(),
                    extractor: system.name.clone(),
                };
                changes.scores.extend(scores(&system, &sums));
            }
            changes.corpora.extend(corpus);
        }
        changes
    }

    /// The headline scores that would fall.
    pub fn falling(&self) -> impl Iterator<Item = &ScoreChange> {
        let scores = self.scores.iter().filter(|own| own.is_headline());
        scores.filter(|own| own.direction == Ordering::Less)
    }
}

/// Whether the same annotations would be counted otherwise.
fn other_rules(before: &Ledger, after: &Ledger) -> bool {
    let rules = |own: &Ledger| {
        let measures = &own.measures;
        (
            own.labels.clone(),
            measures.require.clone(),
            measures.nested,
        )
    };
    let annotated = after.corpora.iter().any(|after| {
        let mut corpora = before.corpora.iter();
        corpora.any(|own| own.name == after.name && own.annotated != after.annotated)
    });
    rules(before) != rules(after) || annotated
}

fn by_id(documents: &[DocumentKey]) -> BTreeMap<&str, (usize, &DocumentKey)> {
    let documents = documents.iter().enumerate();
    documents
        .map(|(at, own)| (own.id.as_str(), (at, own)))
        .collect()
}

fn systems(ledger: &Ledger) -> BTreeSet<System> {
    let systems = ledger.corpora.iter().flat_map(|corpus| {
        corpus.systems.iter().map(|system| System {
            corpus: corpus.name.clone(),
            extractor: system.name.clone(),
        })
    });
    systems.collect()
}

/// The counts of an extractor over some of its documents, or all.
fn sums(
    system: &SystemLedger,
    documents: &[DocumentKey],
    ids: Option<&Vec<String>>,
) -> BTreeMap<Cell, Counts> {
    let known = by_id(documents);
    let some = |ids: &Vec<String>| -> Vec<usize> {
        let found = ids.iter().filter_map(|id| known.get(id.as_str()));
        found.map(|(at, _)| *at).collect()
    };
    let mut sums: BTreeMap<Cell, Counts> = BTreeMap::new();
    for at in ids.map_or_else(|| (0..documents.len()).collect(), some) {
        for (cell, counts) in system.rows.document(at) {
            *sums.entry(system.rows.cells()[cell].clone()).or_default() += counts;
        }
    }
    sums
}

fn scores(system: &System, [before, after]: &[BTreeMap<Cell, Counts>; 2]) -> Vec<ScoreChange> {
    let cells: BTreeSet<&Cell> = before.keys().chain(after.keys()).collect();
    let mut cells: Vec<&Cell> = cells.into_iter().collect();
    // Roles in the order of reports; labels of entities stay in theirs.
    let role = |cell: &Cell| Role::ALL.iter().position(|own| own.name() == cell.label);
    cells.sort_by_key(|cell| match cell.measure {
        Measure::Claim(_) => (cell.measure, role(cell)),
        Measure::Entity(_) => (cell.measure, None),
    });
    let mut changes = Vec::new();
    for cell in cells {
        let of = |sums: &BTreeMap<Cell, Counts>| sums.get(cell).copied().unwrap_or_default();
        let (before, after) = (of(before), of(after));
        for ratio in Ratio::ALL {
            changes.push(ScoreChange {
                system: system.clone(),
                metric: Metric {
                    cell: cell.clone(),
                    average: Average::Micro,
                    ratio,
                },
                before: ratio.of(Scores::from(before)),
                after: ratio.of(Scores::from(after)),
                direction: compared(fraction(ratio, after), fraction(ratio, before)),
            });
        }
    }
    changes
}

/// A ratio in halves of items over items; `None` where it is undefined.
fn fraction(ratio: Ratio, counts: Counts) -> Option<(u64, u64)> {
    let (possible, actual) = (counts.possible(), counts.actual());
    let halves = 2 * counts.correct + counts.partial;
    match ratio {
        Ratio::Precision => (actual > 0).then_some((halves, 2 * actual)),
        Ratio::Recall => (possible > 0).then_some((halves, 2 * possible)),
        // 2PR/(P+R) with P and R of the same credit.
        Ratio::F => (actual > 0 && possible > 0).then_some((halves, actual + possible)),
    }
}

/// What is undefined is below everything.
fn compared(one: Option<(u64, u64)>, other: Option<(u64, u64)>) -> Ordering {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => {
            let product = |x: u64, y: u64| u128::from(x) * u128::from(y);
            product(a, d).cmp(&product(c, b))
        }
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(correct: u64, partial: u64, missing: u64, spurious: u64) -> Counts {
        Counts {
            correct,
            partial,
            missing,
            spurious,
            ..Counts::default()
        }
    }

    #[test]
    fn equal_fractions_are_equal_and_what_is_undefined_is_below_all() {
        let f = |counts| fraction(Ratio::F, counts);
        let compare = |one, other| compared(f(one), f(other));
        assert_eq!(
            compare(counts(1, 0, 2, 2), counts(7, 0, 14, 14)),
            Ordering::Equal
        );
        assert_eq!(
            compare(counts(1, 1, 2, 2), counts(1, 0, 3, 2)),
            Ordering::Greater
        );
        assert_eq!(
            compare(counts(0, 0, 3, 0), counts(0, 0, 3, 1)),
            Ordering::Less
        );
        assert_eq!(
            compare(counts(0, 0, 3, 0), counts(0, 0, 0, 1)),
            Ordering::Equal
        );
    }

    #[test]
    fn fractions_are_the_scores() {
        for own in [counts(3, 2, 5, 1), counts(0, 1, 0, 4), counts(9, 0, 1, 0)] {
            for ratio in Ratio::ALL {
                let (a, b) = fraction(ratio, own).unwrap();
                let score = ratio.of(Scores::from(own)).unwrap();
                assert!((a as f64 / b as f64 - score).abs() < 1e-12);
            }
        }
    }
}
