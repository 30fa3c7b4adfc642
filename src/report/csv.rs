//! `scores.csv`, `confusion.csv`, `mistakes.csv` and `documents.csv`: one flat row for each cell or item.

use std::io::{self, Write};

use serde::Serialize;

use super::{Field, estimated, results, score_names, score_rows};
use crate::counts::{Cell, Counts};
use crate::mistakes::Side;
use crate::run::estimates::Estimates;
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
            writer.serialize(document_row(counted, extractor, &cell, counts))?;
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
    counts: Counts,
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
pub fn write_scores(run: &Run, estimates: &Estimates, out: impl Write) -> io::Result<()> {
    let mut writer = writer(out);
    let conventions = estimates.manner.conventions;
    let names = score_names(conventions);
    let header = ["corpus".to_owned(), "extractor".to_owned()];
    writer.write_record(header.into_iter().chain(names))?;
    for (corpus, result, intervals) in estimated(run, estimates) {
        for row in score_rows(corpus, result, conventions, intervals) {
            let fields: Vec<Field> = row.0.into_iter().map(|(_, field)| field).collect();
            writer.serialize((&corpus.name, &result.name, fields))?;
        }
    }
    writer.flush()
}

/// Writes `confusion.csv`: which label was taken for which under which measure; no gold label is spurious, no predicted one missing.
///
/// # Errors
/// Where it cannot be written.
pub fn write_confusion(run: &Run, out: impl Write) -> io::Result<()> {
    let mut writer = writer(out);
    writer.write_record([
        "corpus", "extractor", "measure", "gold", "predicted", "items", "same_extent",
    ])?;
    for (corpus, result) in results(run) {
        for (place, confused) in result.table.confusion() {
            writer.serialize((
                &corpus.name,
                &result.name,
                place.measure.to_string(),
                place.gold,
                place.predicted,
                confused.items,
                confused.same_extent,
            ))?;
        }
    }
    writer.flush()
}

/// Writes `mistakes.csv`: every item that went wrong, those whose words go wrong most often first. Spans are code points, `0-3;9-12`.
///
/// # Errors
/// Where it cannot be written.
pub fn write_mistakes(run: &Run, out: impl Write) -> io::Result<()> {
    let mut writer = writer(out);
    writer.write_record([
        "corpus", "extractor", "task", "kind", "part", "times", "document", "line", "gold_label",
        "gold_spans", "gold_text", "predicted_label", "predicted_spans", "predicted_text",
    ])?;
    for (corpus, result) in results(run) {
        for (times, mistake) in result.mistakes.iter().flat_map(|ranked| &ranked.mistakes) {
            writer.serialize((
                (&corpus.name, &result.name),
                mistake.task.name(),
                mistake.kind.name(),
                mistake.part,
                times,
                &mistake.document,
                mistake.line,
                side(mistake.gold.as_ref()),
                side(mistake.predicted.as_ref()),
            ))?;
        }
    }
    writer.flush()
}

/// Label, spans and text of one side; empty where there is none.
pub(super) fn side(side: Option<&Side>) -> (&str, String, &str) {
    let spans = |side: &Side| {
        let spans = side.spans.iter();
        let pieces: Vec<String> = spans.map(|(start, end)| format!("{start}-{end}")).collect();
        pieces.join(";")
    };
    (
        side.map_or("", |side| &side.label),
        side.map_or_else(String::new, spans),
        side.and_then(|side| side.words.as_deref())
            .unwrap_or_default(),
    )
}

fn writer<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out)
}
