//! Alignments become integers that add up: the only numbers of a run that are stored.

mod claims;
mod entities;
mod measure;
mod table;

use std::ops::AddAssign;

pub use self::claims::{Attribute, scored};
pub use self::measure::{Annotated, Measure, Measures, Role, Rules};
pub use self::table::{AttributeCell, Cell, Confused, Confusion, CountTable};

use crate::annotation::{Gold, Prediction, Task};
use crate::document::Document;
use crate::matching::Judgement;

/// The five numbers of SemEval-2013 task 9.1. Every gold item is in exactly one of the first four, every prediction in one of the first three or the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl CountTable {
    /// Adds one document, counted under every measure of the tasks that are annotated and attempted.
    pub fn count(
        &mut self,
        document: &Document,
        gold: &Gold,
        prediction: &Prediction,
        rules: Rules<'_>,
    ) {
        let measures = rules.measures;
        let (gold, prediction) = (&gold.0, &prediction.0);
        if rules.want(Task::Entities) {
            entities::count(
                self,
                document.text(),
                &measures.entity,
                &gold.mentions,
                prediction,
            );
        }
        if rules.want(Task::Claims) {
            let (gold, predicted) = (
                scored(&gold.claims, measures.nested),
                scored(&prediction.claims, measures.nested),
            );
            claims::count(self, document.text(), rules, &gold, &predicted);
        }
    }
}

/// The counts of one document.
#[must_use]
pub fn count(
    document: &Document,
    gold: &Gold,
    prediction: &Prediction,
    rules: Rules<'_>,
) -> CountTable {
    let mut table = CountTable::default();
    table.count(document, gold, prediction, rules);
    table
}
