//! Alignments become integers that add up: the only numbers of a run that are stored.

use std::collections::BTreeMap;
use std::fmt;
use std::iter::Sum;
use std::ops::AddAssign;

use crate::annotation::{ALL_LABELS, Claim, Gold, Label, Mention, Prediction, Task};
use crate::document::Document;
use crate::matching::{Candidates, EntityMeasure, Judgement, Level, align_claims};
use crate::span::Extent;

/// The five numbers of SemEval-2013 task 9.1. Every gold item is in exactly one of the first four, every prediction in one of the first three or the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs with full credit.
    pub correct: u64,
    /// Pairs without credit.
    pub incorrect: u64,
    /// Pairs with half credit.
    pub partial: u64,
    /// Gold items without a partner.
    pub missing: u64,
    /// Predictions without a partner.
    pub spurious: u64,
}

impl Counts {
    /// How many gold items there are; also called support.
    #[must_use]
    pub const fn possible(&self) -> u64 {
        self.correct + self.incorrect + self.partial + self.missing
    }

    /// How many predictions there are.
    #[must_use]
    pub const fn actual(&self) -> u64 {
        self.correct + self.incorrect + self.partial + self.spurious
    }

    fn add_pair(&mut self, judgement: Judgement) {
        match judgement {
            Judgement::Correct => self.correct += 1,
            Judgement::Partial => self.partial += 1,
            Judgement::Incorrect => self.incorrect += 1,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.correct += other.correct;
        self.incorrect += other.incorrect;
        self.partial += other.partial;
        self.missing += other.missing;
        self.spurious += other.spurious;
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let mut total = Self::default();
        all.for_each(|counts| total += counts);
        total
    }
}

/// Under which rule something was counted: a measure of entities or a level of claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Entity mentions.
    Entity(EntityMeasure),
    /// Claims and their roles.
    Claim(Level),
}

impl Measure {
    /// The task that the measure belongs to.
    #[must_use]
    pub const fn task(self) -> Task {
        match self {
            Self::Entity(_) => Task::Entities,
            Self::Claim(_) => Task::Claims,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entity(measure) => measure.fmt(f),
            Self::Claim(level) => level.fmt(f),
        }
    }
}

/// A part of a claim that is scored by itself, and the claim as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The whole claim: its content and every required role.
    Claim,
    /// What is claimed.
    Content,
    /// Who claims it.
    Source,
    /// The expression that reports it.
    Cue,
}

impl Role {
    /// Every role, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Claim, Self::Content, Self::Source, Self::Cue];

    /// The name in the label column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Content => "content",
            Self::Source => "source",
            Self::Cue => "cue",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// The measures of entities.
    pub entity: Vec<EntityMeasure>,
    /// The levels of claims.
    pub claim: Vec<Level>,
    /// The roles, besides content, that must be right for the whole claim to be right.
    pub require: Vec<Role>,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            entity: EntityMeasure::DEFAULT.to_vec(),
            claim: Level::DEFAULT.to_vec(),
            require: vec![Role::Source, Role::Cue],
        }
    }
}

/// What a gold set annotates; the rest is left out of account, never scored as wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    /// The tasks that are annotated.
    pub tasks: Vec<Task>,
    /// The roles of claims that are annotated.
    pub roles: Vec<Role>,
}

impl Default for Annotated {
    fn default() -> Self {
        Self {
            tasks: Task::ALL.to_vec(),
            roles: Role::ALL.to_vec(),
        }
    }
}

/// One row's name in the table of counts: the measure, and the label or role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The rule.
    pub measure: Measure,
    /// An entity label, [`ALL_LABELS`], or the name of a [`Role`].
    pub label: Label,
}

/// The counts of one document or of many, by cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountTable {
    cells: BTreeMap<Cell, Counts>,
    /// How many groups of annotations were too large for the exact pairing.
    pub approximate: u64,
}

impl CountTable {
    /// The cells in order of measure, then label.
    pub fn iter(&self) -> impl Iterator<Item = (&Cell, &Counts)> {
        self.cells.iter()
    }

    /// The counts of one cell; zeros where nothing was counted.
    #[must_use]
    pub fn get(&self, measure: Measure, label: &str) -> Counts {
        let cell = Cell {
            measure,
            label: Label::Owned(label.to_owned()),
        };
        self.cells.get(&cell).copied().unwrap_or_default()
    }

    fn add(&mut self, measure: Measure, label: Label, counts: Counts) {
        *self.cells.entry(Cell { measure, label }).or_default() += counts;
    }
}

impl AddAssign<&Self> for CountTable {
    fn add_assign(&mut self, other: &Self) {
        for (cell, counts) in &other.cells {
            match self.cells.get_mut(cell) {
                Some(total) => *total += *counts,
                None => {
                    self.cells.insert(cell.clone(), *counts);
                }
            }
        }
        self.approximate += other.approximate;
    }
}

/// Counts one document under every measure of the tasks that `tasks` names and the gold annotates.
#[must_use]
pub fn count(
    document: &Document,
    gold: &Gold,
    prediction: &Prediction,
    measures: &Measures,
    annotated: &Annotated,
    tasks: &[Task],
) -> CountTable {
    let mut table = CountTable::default();
    let wanted = |task| tasks.contains(&task) && annotated.tasks.contains(&task);
    if wanted(Task::Entities) {
        count_entities(
            &mut table,
            document.text(),
            &measures.entity,
            &gold.0.mentions,
            &prediction.0.mentions,
        );
    }
    if wanted(Task::Claims) {
        count_claims(
            &mut table,
            document.text(),
            measures,
            annotated,
            &gold.0.claims,
            &prediction.0.claims,
        );
    }
    table
}

/// Entities: all labels pooled, then each label by itself.
///
/// A label's row is what would be counted if no other label existed, so a PERSON predicted as ORG is a missing PERSON and a spurious ORG. This is the
/// per-type convention of conlleval, seqeval and nervaluate.
fn count_entities(
    table: &mut CountTable,
    text: &str,
    measures: &[EntityMeasure],
    gold: &[Mention],
    predicted: &[Mention],
) {
    let all_gold: Vec<&Mention> = gold.iter().collect();
    let all_predicted: Vec<&Mention> = predicted.iter().collect();
    count_mentions(
        table,
        text,
        measures,
        &Label::Borrowed(ALL_LABELS),
        &all_gold,
        &all_predicted,
    );

    let mut by_label: BTreeMap<&Label, (Vec<&Mention>, Vec<&Mention>)> = BTreeMap::new();
    for mention in gold {
        by_label.entry(&mention.label).or_default().0.push(mention);
    }
    for mention in predicted {
        by_label.entry(&mention.label).or_default().1.push(mention);
    }
    for (label, (gold, predicted)) in &by_label {
        count_mentions(table, text, measures, label, gold, predicted);
    }
}

fn count_mentions(
    table: &mut CountTable,
    text: &str,
    measures: &[EntityMeasure],
    label: &Label,
    gold: &[&Mention],
    predicted: &[&Mention],
) {
    let candidates = Candidates::between(text, gold, predicted);
    for &measure in measures {
        let alignment = candidates.align(measure);
        let mut counts = Counts {
            missing: alignment.missing.len() as u64,
            spurious: alignment.spurious.len() as u64,
            ..Counts::default()
        };
        for &(g, p) in &alignment.pairs {
            counts.add_pair(candidates.judge(measure, g, p));
        }
        debug_assert_eq!(counts.possible(), gold.len() as u64);
        debug_assert_eq!(counts.actual(), predicted.len() as u64);
        table.approximate += u64::from(alignment.approximate);
        table.add(Measure::Entity(measure), label.clone(), counts);
    }
}

/// Claims: one alignment on content, then every role inside its pairs, at every level.
fn count_claims(
    table: &mut CountTable,
    text: &str,
    measures: &Measures,
    annotated: &Annotated,
    gold: &[Claim],
    predicted: &[Claim],
) {
    let alignment = align_claims(text, gold, predicted);
    table.approximate += u64::from(alignment.approximate);
    for &level in &measures.claim {
        for role in Role::ALL {
            if !annotated.roles.contains(&role) {
                continue;
            }
            let mut counts = Counts {
                missing: alignment.missing.len() as u64,
                spurious: alignment.spurious.len() as u64,
                ..Counts::default()
            };
            for &(g, p) in &alignment.pairs {
                let right = is_right(
                    level, role, text, measures, annotated, &gold[g], &predicted[p],
                );
                counts.add_pair(if right {
                    Judgement::Correct
                } else {
                    Judgement::Incorrect
                });
            }
            debug_assert_eq!(counts.possible(), gold.len() as u64);
            debug_assert_eq!(counts.actual(), predicted.len() as u64);
            table.add(Measure::Claim(level), Label::Borrowed(role.name()), counts);
        }
    }
}

/// Whether one role of a pair of claims is right at this level. That there is no source (or cue) is a value: right when both sides have none.
fn is_right(
    level: Level,
    role: Role,
    text: &str,
    measures: &Measures,
    annotated: &Annotated,
    gold: &Claim,
    predicted: &Claim,
) -> bool {
    let same = |a: Option<&Extent>, b: Option<&Extent>| match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => level.accepts(text, a, b),
        _ => false,
    };
    let right = |role: Role| match role {
        Role::Content | Role::Claim => level.accepts(text, &gold.content, &predicted.content),
        Role::Source => same(gold.source.as_ref(), predicted.source.as_ref()),
        Role::Cue => same(gold.cue.as_ref(), predicted.cue.as_ref()),
    };
    match role {
        Role::Claim => {
            let mut required = measures.require.iter();
            right(Role::Content)
                && required.all(|role| !annotated.roles.contains(role) || right(*role))
        }
        _ => right(role),
    }
}
