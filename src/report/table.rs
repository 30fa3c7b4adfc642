//! Tables for people: one block for each extractor, with the line that says what was not attempted.

mod sections;

use std::fmt::Write;

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width, presets};

use super::{Presentation, Section, f_name, has_entities, not_attempted, ordered};
use crate::annotation::{ALL_LABELS, Task};
use crate::counts::{Cell, Counts, Measure};
use crate::error::visible;
use crate::matching::{EntityMeasure, Level};
use crate::run::{CorpusResult, ExtractorResult, Run};
use crate::scores::{Average, Conventions, Scores};

/// What people reach against each other on public attribution gold (355 pairs of annotators of PolNeAR): beside it nobody will ask for 1.
const HUMAN_AGREEMENT: &str = "people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)";

/// How many failed documents a block names.
const SHOWN_FAILURES: usize = 10;

/// The width of the column of names, so that the tables of a block stand in line.
const NAMES_CHARS: u16 = 22;

/// The whole report, ending in a line end.
#[must_use]
pub fn render(run: &Run, presentation: &Presentation) -> String {
    let mut out = String::new();
    let mut claims_shown = false;
    for corpus in &run.corpora {
        for result in &corpus.extractors {
            block(&mut out, run, corpus, result, presentation);
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

fn block(
    out: &mut String,
    run: &Run,
    corpus: &CorpusResult,
    result: &ExtractorResult,
    presentation: &Presentation,
) {
    heading(out, corpus, result);
    changed(out, corpus);
    for task in not_attempted(corpus, result) {
        let _ = writeln!(out, "  {task}: not attempted, so not scored");
    }
    failures(out, result);
    if has_entities(corpus, result) {
        entities(out, run, result, presentation);
    }
    let conventions = presentation.conventions;
    for level in &run.measures.claim {
        let cells = ordered(result).into_iter();
        let roles = cells.filter(|(cell, _)| cell.measure == Measure::Claim(*level));
        rows(
            out,
            &claims_at(*level),
            conventions,
            roles.map(|(cell, counts)| {
                (
                    cell.label.to_string(),
                    Some(counts),
                    Scores::of(counts, conventions),
                )
            }),
        );
    }
    sections::attributes(out, result);
    if presentation.sections.contains(&Section::Mistakes) {
        sections::mistakes(out, result);
    }
    notes(out, result);
}

fn heading(out: &mut String, corpus: &CorpusResult, result: &ExtractorResult) {
    let about = &result.about;
    let scored = format!(
        "{}: {} of {} documents scored",
        corpus.name, corpus.scored, corpus.documents
    );
    // Writing to a string cannot fail. Predictions made elsewhere say nothing of who made them.
    let _ = match (about.version.as_str(), about.name == result.name) {
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
}

/// The measures of entities, all labels together; then one measure by label, and what was asked for besides.
fn entities(out: &mut String, run: &Run, result: &ExtractorResult, presentation: &Presentation) {
    let conventions = presentation.conventions;
    let cells = ordered(result);
    let entity = |cell: &Cell| matches!(cell.measure, Measure::Entity(_));
    let pooled: Vec<(Measure, Counts)> = cells
        .iter()
        .filter(|(cell, _)| entity(cell) && cell.label == ALL_LABELS)
        .map(|(cell, counts)| (cell.measure, *counts))
        .collect();
    let averaged = pooled.iter().flat_map(|(measure, counts)| {
        let micro = (
            measure.to_string(),
            Some(*counts),
            Scores::of(*counts, conventions),
        );
        let others = presentation
            .averages
            .iter()
            .filter(|average| **average != Average::Micro);
        let others = others.map(move |average| {
            let name = format!("{measure}, {}", average.name());
            (name, None, average.of(&result.table, *measure, conventions))
        });
        std::iter::once(micro).chain(others)
    });
    rows(out, "entities", conventions, averaged);
    if presentation.sections.contains(&Section::Rates) {
        sections::rates(out, &pooled);
    }
    // One measure by label is what fits on a screen; the other formats have them all.
    let Some(&measure) = run.measures.entity.iter().min() else {
        return;
    };
    let of_measure =
        |cell: &Cell| cell.measure == Measure::Entity(measure) && cell.label != ALL_LABELS;
    let labels = cells.iter().filter(|(cell, _)| of_measure(cell));
    rows(
        out,
        &by_label(measure),
        conventions,
        labels.map(|(cell, counts)| {
            (
                cell.label.to_string(),
                Some(*counts),
                Scores::of(*counts, conventions),
            )
        }),
    );
    if presentation.sections.contains(&Section::Confusion) {
        sections::confusion(out, result, measure);
    }
}

fn notes(out: &mut String, result: &ExtractorResult) {
    let table = &result.table;
    if table.repeated > 0 {
        let _ = writeln!(
            out,
            "\n  note: gold mentions that stand there again, with the same place and label: {}; a copy is right only where the prediction repeats it too",
            table.repeated
        );
    }
    if table.ungrounded > 0 {
        let (without, all) = (table.ungrounded, table.predictions);
        let _ = writeln!(
            out,
            "\n  note: predictions without a place in their article, such as quotations that are nowhere: {without} of {all} ({:.1} %)",
            100.0 * without as f64 / all.max(1) as f64
        );
    }
    if let Some(listed) = result.mistakes.as_ref().filter(|listed| listed.cut) {
        let _ = writeln!(
            out,
            "\n  note: only the first {} mistakes, by document, are listed in mistakes.csv and results.json; all are counted in the scores",
            listed.mistakes.len()
        );
    }
    if table.approximate > 0 {
        let _ = writeln!(
            out,
            "\n  note: pairings in which some group of overlapping annotations was too large to be paired exactly and was paired greedily, for each document and measure: {}",
            table.approximate
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
    let title = if corpus.extra_is_spurious {
        "predicted without gold, counted as spurious:"
    } else {
        "predicted without gold, so not scored (--count-extra counts it as spurious):"
    };
    listed(
        out,
        title,
        corpus.extra.iter().map(|document| (document, "")),
    );
}

fn failures(out: &mut String, result: &ExtractorResult) {
    let title = if result.about.version.is_empty() {
        "without a prediction, counted as nothing predicted:"
    } else {
        "failed, counted as nothing predicted:"
    };
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
        let _ = writeln!(out, "    {}{colon}{}", visible(document), visible(remark));
    }
    if count > SHOWN_FAILURES {
        let _ = writeln!(out, "    and {} more", count - SHOWN_FAILURES);
    }
}

/// One table of named scores, if there are any; an average has no counts.
fn rows(
    out: &mut String,
    title: &str,
    conventions: Conventions,
    rows: impl Iterator<Item = (String, Option<Counts>, Scores)>,
) {
    let f = f_name(conventions).to_uppercase();
    let header = [
        title, "P", "R", &f, "correct", "incorrect", "partial", "missing", "spurious", "support",
    ];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    for (name, counts, scores) in rows {
        let mut line = vec![name];
        line.extend(scores.all().map(ratio));
        if let Some(counts) = counts {
            let numbers = [
                counts.correct,
                counts.incorrect,
                counts.partial,
                counts.missing,
                counts.spurious,
                counts.possible(),
            ];
            line.extend(numbers.map(|number| number.to_string()));
        }
        lines.push(line);
    }
    if lines.len() > 1 {
        grid(out, lines);
    }
}

/// Lines of cells under each other, the first of them as the header; names to the left, numbers to the right.
pub(super) fn grid(out: &mut String, mut lines: Vec<Vec<String>>) {
    // Labels and texts are somebody's.
    for cell in lines.iter_mut().flatten() {
        *cell = visible(cell);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(lines.remove(0));
    let words: Vec<bool> = (0..table.column_count())
        .map(|column| is_words(&lines, column))
        .collect();
    for line in lines {
        table.add_row(line);
    }
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(NAMES_CHARS)));
    }
    for (column, words) in table.column_iter_mut().zip(words).skip(1) {
        if !words {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    out.push('\n');
    for line in table.lines() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {}", line.trim_end());
    }
}

/// Whether a column holds something else than numbers.
fn is_words(lines: &[Vec<String>], column: usize) -> bool {
    let cells = lines.iter().filter_map(|line| line.get(column));
    let number = |cell: &String| cell.is_empty() || cell == "-" || cell.parse::<f64>().is_ok();
    !cells.into_iter().all(number)
}

/// A score in four decimals; `-` where it is undefined.
pub(super) fn ratio(score: Option<f64>) -> String {
    score.map_or_else(|| "-".to_owned(), |score| format!("{score:.4}"))
}
