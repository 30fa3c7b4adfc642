//! The table of counts of one document or of many: tables add up cell by cell, in any order.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::{Attribute, Counts, Measure, Role};
use crate::annotation::{ALL_LABELS, Label, Task};
use crate::matching::{EntityMeasure, Level};

/// One row's name in the table of counts: the measure, and the label or role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The rule.
    pub measure: Measure,
    /// An entity label, [`ALL_LABELS`], or the name of a [`Role`].
    pub label: Label,
}

/// How often one label was taken for another, or for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confused {
    /// How many pairs, or how many items without a partner, there are.
    pub items: u64,
    /// How many of the pairs have the same extent on both sides.
    pub same_extent: u64,
}

impl AddAssign for Confused {
    fn add_assign(&mut self, other: Self) {
        self.items += other.items;
        self.same_extent += other.same_extent;
    }
}

/// A place in the confusion: `M` and `L` are a measure and a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confusion<M, L> {
    /// Under which measure the pairs were made.
    pub measure: M,
    /// The label in gold; `None` for a spurious prediction.
    pub gold: Option<L>,
    /// The label predicted; `None` for a missing gold item.
    pub predicted: Option<L>,
}

/// What a claim's attribute was taken for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributeCell {
    /// The attribute.
    pub attribute: Attribute,
    /// Its value in gold.
    pub gold: Label,
    /// The value predicted; `None` where the prediction says nothing.
    pub predicted: Option<Label>,
}

/// The counts of one document or of many, by cell. Tables that hold the same numbers are equal, whatever the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct CountTable {
    labels: Vec<Label>,
    ids: BTreeMap<Label, usize>,
    entity: Vec<EntityTable>,
    claims: BTreeMap<(Level, Role), Counts>,
    attributes: BTreeMap<AttributeCell, u64>,
    documents: BTreeMap<Cell, BTreeMap<Counts, u64>>,
    /// How many alignments had groups of annotations too large for the exact pairing.
    pub approximate: u64,
    /// How many gold mentions stand there again, with the same extent and label.
    pub repeated: u64,
    /// How many mentions and claims were predicted.
    pub predictions: u64,
    /// How many of these have no place in their article: quotations that are nowhere, contents in words of their own.
    pub ungrounded: u64,
}

/// The counts under one measure of entities; labels by their place in [`CountTable::labels`].
#[derive(Debug, Clone)]
struct EntityTable {
    measure: EntityMeasure,
    pooled: Counts,
    labels: Vec<Counts>,
    /// By gold label, then predicted label; the first place of each stands for none.
    confusion: Vec<Vec<Confused>>,
    /// The same for places beyond [`MOST_DENSE`]: thousands of labels are seldom confused each with each.
    sparse: BTreeMap<(usize, usize), Confused>,
}

/// How many labels are kept as a table of all their pairs.
const MOST_DENSE: usize = 64;

impl EntityTable {
    fn confused_mut(&mut self, gold: usize, predicted: usize) -> &mut Confused {
        if gold.max(predicted) < MOST_DENSE {
            grown(grown(&mut self.confusion, gold), predicted)
        } else {
            self.sparse.entry((gold, predicted)).or_default()
        }
    }

    /// Every pair of places that something was counted at.
    fn all_confused(&self) -> impl Iterator<Item = ((usize, usize), Confused)> + '_ {
        let dense = self.confusion.iter().enumerate().flat_map(|(g, row)| {
            let row = row.iter().enumerate();
            row.map(move |(p, confused)| ((g, p), *confused))
        });
        let sparse = self
            .sparse
            .iter()
            .map(|(place, confused)| (*place, *confused));
        dense
            .chain(sparse)
            .filter(|(_, confused)| confused.items > 0)
    }
}

impl CountTable {
    /// The cells in order of measure, then label; all labels together first.
    pub fn iter(&self) -> impl Iterator<Item = (Cell, Counts)> + '_ {
        let entities = self.by_measure().into_iter().flat_map(|table| {
            let pooled = (Label::Borrowed(ALL_LABELS), table.pooled);
            let by_label = self.ids.iter().filter_map(|(label, &at)| {
                let counts = table.labels.get(at).copied().unwrap_or_default();
                (counts != Counts::default()).then(|| (label.clone(), counts))
            });
            std::iter::once(pooled)
                .chain(by_label)
                .map(|(label, counts)| (Measure::Entity(table.measure), label, counts))
        });
        let claims = self.claims.iter().map(|((level, role), counts)| {
            (
                Measure::Claim(*level),
                Label::Borrowed(role.name()),
                *counts,
            )
        });
        entities
            .chain(claims)
            .map(|(measure, label, counts)| (Cell { measure, label }, counts))
    }

    /// The counts of one cell; zeros where nothing was counted.
    #[must_use]
    pub fn get(&self, measure: Measure, label: &str) -> Counts {
        let found = match measure {
            Measure::Entity(measure) => {
                let table = self.entity.iter().find(|table| table.measure == measure);
                table.and_then(|table| match label {
                    ALL_LABELS => Some(table.pooled),
                    _ => table.labels.get(*self.ids.get(label)?).copied(),
                })
            }
            Measure::Claim(level) => {
                let role = Role::from_name(label);
                role.and_then(|role| self.claims.get(&(level, role)).copied())
            }
        };
        found.unwrap_or_default()
    }

    /// Which label was taken for which, in order of measure, gold label and predicted label; none before any.
    #[must_use]
    pub fn confusion(&self) -> Vec<(Confusion<EntityMeasure, &Label>, Confused)> {
        let label = |place: usize| place.checked_sub(1).map(|at| &self.labels[at]);
        let mut found = Vec::new();
        for table in self.by_measure() {
            let places = table.all_confused().map(|((g, p), confused)| {
                let confusion = Confusion {
                    measure: table.measure,
                    gold: label(g),
                    predicted: label(p),
                };
                (confusion, confused)
            });
            found.extend(places);
        }
        found.sort_by_key(|(place, _)| *place);
        found
    }

    /// What the attributes of paired claims were taken for, in order.
    pub fn attributes(&self) -> impl Iterator<Item = (&AttributeCell, u64)> {
        self.attributes.iter().map(|(cell, items)| (cell, *items))
    }

    /// The distinct counts of single documents under a cell (all labels together, or a role), and how many documents have them.
    pub fn documents(&self, measure: Measure, label: &str) -> impl Iterator<Item = (Counts, u64)> {
        let cell = Cell {
            measure,
            label: Label::Owned(label.to_owned()),
        };
        let documents = self.documents.get(&cell).into_iter().flatten();
        documents.map(|(counts, documents)| (*counts, *documents))
    }

    /// The entity labels that either side has, in order.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.ids.keys()
    }

    /// Takes out what was counted for a task.
    pub fn remove(&mut self, task: Task) {
        match task {
            Task::Entities => {
                self.entity.clear();
                self.repeated = 0;
            }
            Task::Claims => {
                self.claims.clear();
                self.attributes.clear();
            }
        }
        self.documents.retain(|cell, _| cell.measure.task() != task);
    }

    fn by_measure(&self) -> Vec<&EntityTable> {
        let mut tables: Vec<&EntityTable> = self.entity.iter().collect();
        tables.sort_by_key(|table| table.measure);
        tables
    }

    /// The place of a label.
    pub(super) fn label(&mut self, label: &Label) -> usize {
        if let Some(at) = self.ids.get(label) {
            return *at;
        }
        self.labels.push(label.clone());
        self.ids.insert(label.clone(), self.labels.len() - 1);
        self.labels.len() - 1
    }

    /// The place of a measure.
    pub(super) fn measure(&mut self, measure: EntityMeasure) -> usize {
        let found = self
            .entity
            .iter()
            .position(|table| table.measure == measure);
        found.unwrap_or_else(|| {
            self.entity.push(EntityTable {
                measure,
                pooled: Counts::default(),
                labels: Vec::new(),
                confusion: Vec::new(),
                sparse: BTreeMap::new(),
            });
            self.entity.len() - 1
        })
    }

    pub(super) fn pooled(&mut self, measure: usize) -> &mut Counts {
        &mut self.entity[measure].pooled
    }

    pub(super) fn of_label(&mut self, measure: usize, label: usize) -> &mut Counts {
        grown(&mut self.entity[measure].labels, label)
    }

    pub(super) fn confuse(&mut self, place: Confusion<usize, usize>, confused: Confused) {
        let at = |label: Option<usize>| label.map_or(0, |label| label + 1);
        let table = &mut self.entity[place.measure];
        *table.confused_mut(at(place.gold), at(place.predicted)) += confused;
    }

    /// Adds the counts of one document under a measure of entities to the distinct ones.
    pub(super) fn add_document(&mut self, measure: EntityMeasure, counts: Counts) {
        self.add_documents(
            Measure::Entity(measure),
            Label::Borrowed(ALL_LABELS),
            counts,
            1,
        );
    }

    fn add_documents(&mut self, measure: Measure, label: Label, counts: Counts, documents: u64) {
        let cell = Cell { measure, label };
        *self
            .documents
            .entry(cell)
            .or_default()
            .entry(counts)
            .or_default() += documents;
    }

    /// Adds the counts of one document's claims at a level.
    pub(super) fn add_claims(&mut self, level: Level, role: Role, counts: Counts) {
        *self.claims.entry((level, role)).or_default() += counts;
        self.add_documents(
            Measure::Claim(level),
            Label::Borrowed(role.name()),
            counts,
            1,
        );
    }

    pub(super) fn add_attribute(&mut self, cell: AttributeCell) {
        *self.attributes.entry(cell).or_default() += 1;
    }
}

/// The item at `at`, with empty ones before it where there are not so many yet.
fn grown<T: Default>(items: &mut Vec<T>, at: usize) -> &mut T {
    if items.len() <= at {
        items.resize_with(at + 1, T::default);
    }
    &mut items[at]
}

impl AddAssign<&Self> for CountTable {
    fn add_assign(&mut self, other: &Self) {
        let ids: Vec<usize> = other.labels.iter().map(|label| self.label(label)).collect();
        for table in &other.entity {
            let measure = self.measure(table.measure);
            *self.pooled(measure) += table.pooled;
            for (label, counts) in table.labels.iter().enumerate() {
                *self.of_label(measure, ids[label]) += *counts;
            }
            for ((g, p), confused) in table.all_confused() {
                let place = |at: usize| at.checked_sub(1).map(|at| ids[at]);
                let confusion = Confusion {
                    measure,
                    gold: place(g),
                    predicted: place(p),
                };
                self.confuse(confusion, confused);
            }
        }
        for (key, counts) in &other.claims {
            *self.claims.entry(*key).or_default() += *counts;
        }
        for (cell, items) in &other.attributes {
            *self.attributes.entry(cell.clone()).or_default() += items;
        }
        for (cell, distinct) in &other.documents {
            for (counts, documents) in distinct {
                self.add_documents(cell.measure, cell.label.clone(), *counts, *documents);
            }
        }
        self.approximate += other.approximate;
        self.repeated += other.repeated;
        self.predictions += other.predictions;
        self.ungrounded += other.ungrounded;
    }
}

impl PartialEq for CountTable {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
            && self.confusion() == other.confusion()
            && self.attributes == other.attributes
            && self.documents == other.documents
            && (self.approximate, self.repeated) == (other.approximate, other.repeated)
            && (self.predictions, self.ungrounded) == (other.predictions, other.ungrounded)
    }
}

impl Eq for CountTable {}
