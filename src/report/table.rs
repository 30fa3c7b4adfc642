//! Tables for people: one block for each extractor, with the line that says what was not attempted.

use std::fmt::Write;

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width, presets};

use super::{not_attempted, ordered};
use crate::annotation::{ALL_LABELS, Task};
use crate::counts::{Cell, Counts, Measure};
use crate::matching::{EntityMeasure, Level};
use crate::run::{CorpusResult, ExtractorResult, Run};
use crate::scores::Scores;

/// What people reach against each other on public attribution gold (355 pairs of annotators of PolNeAR): beside it nobody will ask for 1.
const HUMAN_AGREEMENT: &str = "people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)";

/// How many failed documents a block names.
const SHOWN_FAILURES: usize = 10;

/// The width of the column of names, so that the tables of a block stand in line.
const NAMES_CHARS: u16 = 22;

/// The whole report, ending in a line end.
#[must_use]
pub fn render(run: &Run) -> String {
    let mut out = String::new();
    let mut claims_shown = false;
    for corpus in &run.corpora {
        for result in &corpus.extractors {
            block(&mut out, run, corpus, result);
            out.push('\n');
            claims_shown |= corpus.annotated.tasks.contains(&Task::Claims)
                && result.about.tasks.contains(&Task::Claims);
        }
    }
    if claims_shown {
        let _ = writeln!(out, "{HUMAN_AGREEMENT}");
    }
    out
}

fn block(out: &mut String, run: &Run, corpus: &CorpusResult, result: &ExtractorResult) {
    let about = &result.about;
    let scored = format!(
        "{}: {} of {} documents scored",
        corpus.name, corpus.scored, corpus.documents
    );
    // Writing to a string cannot fail. Predictions made elsewhere say nothing of who made them.
    let _ = match (about.version, about.name == result.name) {
        ("", _) => writeln!(out, "{} on {scored}", result.name),
        (version, true) => writeln!(out, "{} version {version} on {scored}", result.name),
        (version, false) => writeln!(
            out,
            "{} ({}) version {version} on {scored}",
            result.name, about.name
        ),
    };
    if !about.attempts.is_empty() {
        let _ = writeln!(out, "  attempts: {}", about.attempts);
    }
    changed(out, corpus);
    for task in not_attempted(corpus, result) {
        let _ = writeln!(out, "  {task}: not attempted, so not scored");
    }
    failures(out, result);
    let cells = ordered(result);
    let pooled =
        |cell: &Cell| matches!(cell.measure, Measure::Entity(_)) && cell.label == ALL_LABELS;
    let measures = cells.iter().filter(|(cell, _)| pooled(cell));
    rows(
        out,
        "entities",
        measures.map(|(cell, counts)| (cell.measure.to_string(), **counts)),
    );
    // One measure by label is what fits on a screen; scores.csv has them all.
    if let Some(&measure) = run.measures.entity.iter().min() {
        let of_measure =
            |cell: &Cell| cell.measure == Measure::Entity(measure) && cell.label != ALL_LABELS;
        let labels = cells.iter().filter(|(cell, _)| of_measure(cell));
        rows(
            out,
            &by_label(measure),
            labels.map(|(cell, counts)| (cell.label.to_string(), **counts)),
        );
    }
    for level in &run.measures.claim {
        let of_level = |cell: &Cell| cell.measure == Measure::Claim(*level);
        let roles = cells.iter().filter(|(cell, _)| of_level(cell));
        rows(
            out,
            &claims_at(*level),
            roles.map(|(cell, counts)| (cell.label.to_string(), **counts)),
        );
    }
    if result.table.approximate > 0 {
        let _ = writeln!(
            out,
            "  note: {} groups of overlapping annotations were too large for the exact pairing and were paired greedily",
            result.table.approximate
        );
    }
}

fn by_label(measure: EntityMeasure) -> String {
    format!("by label, {measure}")
}

fn claims_at(level: Level) -> String {
    format!("claims, {level}")
}

fn changed(out: &mut String, corpus: &CorpusResult) {
    let title = "changed during the run, so left out of every number:";
    listed(
        out,
        title,
        corpus
            .changed
            .iter()
            .map(|failure| (&failure.document, failure.error.as_str())),
    );
    let title = "predicted without gold, so not scored:";
    listed(
        out,
        title,
        corpus.extra.iter().map(|document| (document, "")),
    );
}

fn failures(out: &mut String, result: &ExtractorResult) {
    let title = "failed, counted as nothing predicted:";
    listed(
        out,
        title,
        result
            .failures
            .iter()
            .map(|failure| (&failure.document, failure.error.as_str())),
    );
}

/// Documents, each with what is to be said of it, under a line that counts them.
fn listed<'a>(
    out: &mut String,
    title: &str,
    documents: impl ExactSizeIterator<Item = (&'a String, &'a str)>,
) {
    let count = documents.len();
    if count == 0 {
        return;
    }
    let noun = if count == 1 { "document" } else { "documents" };
    let _ = writeln!(out, "  {count} {noun} {title}");
    for (document, remark) in documents.take(SHOWN_FAILURES) {
        let colon = if remark.is_empty() { "" } else { ": " };
        let _ = writeln!(out, "    {document}{colon}{remark}");
    }
    if count > SHOWN_FAILURES {
        let _ = writeln!(out, "    and {} more", count - SHOWN_FAILURES);
    }
}

/// One table of named counts, if there are any.
fn rows(out: &mut String, title: &str, rows: impl Iterator<Item = (String, Counts)>) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        title, "P", "R", "F1", "correct", "incorrect", "partial", "missing", "spurious", "support",
    ]);
    let mut any = false;
    for (name, counts) in rows {
        any = true;
        let scores = Scores::from(counts);
        table.add_row([
            name,
            ratio(scores.precision),
            ratio(scores.recall),
            ratio(scores.f1),
            counts.correct.to_string(),
            counts.incorrect.to_string(),
            counts.partial.to_string(),
            counts.missing.to_string(),
            counts.spurious.to_string(),
            counts.possible().to_string(),
        ]);
    }
    if !any {
        return;
    }
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(NAMES_CHARS)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    out.push('\n');
    for line in table.lines() {
        let _ = writeln!(out, "  {}", line.trim_end());
    }
}

/// A score in four decimals; `-` where it is undefined.
fn ratio(score: Option<f64>) -> String {
    score.map_or_else(|| "-".to_owned(), |score| format!("{score:.4}"))
}
