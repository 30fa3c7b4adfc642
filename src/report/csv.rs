//! `scores.csv` and `documents.csv`: one flat row for each cell.

use std::io::{self, Write};

use serde::Serialize;

use super::score_rows;
use crate::counts::{Cell, Counts};
use crate::run::{Counted, Run};

/// A row of `documents.csv`: the counts of one cell in one document.
#[derive(Debug, Serialize)]
struct DocumentRow<'a> {
    corpus: &'a str,
    document: &'a str,
    extractor: &'a str,
    task: &'static str,
    measure: String,
    label: &'a str,
    correct: u64,
    incorrect: u64,
    partial: u64,
    missing: u64,
    spurious: u64,
}

/// The first line of `documents.csv`.
pub const DOCUMENTS_HEADER: &str =
    "corpus,document,extractor,task,measure,label,correct,incorrect,partial,missing,spurious\n";

/// The rows of one document in `documents.csv`; none where it is not annotated.
///
/// # Errors
/// Never in practice: every cell is a text or a number.
pub fn document_rows(counted: &Counted<'_>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    for (extractor, table) in &counted.extractors {
        for (cell, counts) in table.iter() {
            writer.serialize(document_row(counted, extractor, cell, counts))?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

fn document_row<'a>(
    counted: &Counted<'a>,
    extractor: &'a str,
    cell: &'a Cell,
    counts: &Counts,
) -> DocumentRow<'a> {
    DocumentRow {
        corpus: counted.corpus,
        document: counted.document,
        extractor,
        task: cell.measure.task().name(),
        measure: cell.measure.to_string(),
        label: &cell.label,
        correct: counts.correct,
        incorrect: counts.incorrect,
        partial: counts.partial,
        missing: counts.missing,
        spurious: counts.spurious,
    }
}

/// Writes `scores.csv`: corpus and extractor, then the cells of each score.
///
/// # Errors
/// Where it cannot be written.
pub fn write_scores(run: &Run, out: impl Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out);
    writer.write_record([
        "corpus", "extractor", "task", "measure", "label", "correct", "incorrect", "partial",
        "missing", "spurious", "possible", "actual", "precision", "recall", "f1",
    ])?;
    for corpus in &run.corpora {
        for result in &corpus.extractors {
            for row in score_rows(result) {
                writer.serialize((&corpus.name, &result.name, row))?;
            }
        }
    }
    writer.flush()
}
