//! Renders a finished run: one room for each output format. Renders; computes nothing but the scores of a cell.

pub mod csv;
pub mod json;
pub mod table;

use crate::annotation::Task;
use crate::counts::{Cell, Counts, Measure, Role};
use crate::run::{CorpusResult, ExtractorResult};

/// The version of the shapes of `results.json`, `scores.csv` and `documents.csv`.
pub const SCHEMA: u32 = 1;

/// The cells of an extractor's table in the order of reports: the measures as configured, all labels first, then label by label; claims by role.
fn ordered(result: &ExtractorResult) -> Vec<(&Cell, &Counts)> {
    let mut cells: Vec<(&Cell, &Counts)> = result.table.iter().collect();
    let role = |cell: &Cell| match cell.measure {
        Measure::Entity(_) => None,
        Measure::Claim(_) => Role::from_name(&cell.label),
    };
    cells.sort_by(|(a, _), (b, _)| {
        (a.measure, role(a), &a.label).cmp(&(b.measure, role(b), &b.label))
    });
    cells
}

/// The tasks that the gold annotates and this extractor does not attempt.
fn not_attempted(corpus: &CorpusResult, result: &ExtractorResult) -> Vec<Task> {
    let tasks = corpus.annotated.tasks.iter().copied();
    tasks
        .filter(|task| !result.about.tasks.contains(task))
        .collect()
}
