//! Renders a finished run: one room for each output format. Renders; computes nothing but the scores of a cell.

pub mod csv;
pub mod json;
pub mod table;

use serde::Serialize;

use crate::annotation::Task;
use crate::counts::{Cell, Counts, Measure, Role};
use crate::run::{CorpusResult, ExtractorResult};
use crate::scores::Scores;

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

/// The cells of one score, the same in `scores.csv` and `results.json`. An undefined score is an empty cell or `null`.
#[derive(Debug, Serialize)]
struct ScoreRow<'a> {
    task: &'static str,
    measure: String,
    label: &'a str,
    correct: u64,
    incorrect: u64,
    partial: u64,
    missing: u64,
    spurious: u64,
    possible: u64,
    actual: u64,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
}

/// The scores of an extractor on a corpus, in the order of reports.
fn score_rows(result: &ExtractorResult) -> impl Iterator<Item = ScoreRow<'_>> {
    ordered(result).into_iter().map(|(cell, counts)| {
        let scores = Scores::from(*counts);
        ScoreRow {
            task: cell.measure.task().name(),
            measure: cell.measure.to_string(),
            label: &cell.label,
            correct: counts.correct,
            incorrect: counts.incorrect,
            partial: counts.partial,
            missing: counts.missing,
            spurious: counts.spurious,
            possible: counts.possible(),
            actual: counts.actual(),
            precision: scores.precision,
            recall: scores.recall,
            f1: scores.f1,
        }
    })
}
