//! Tables for people: one block for each extractor, with the line that says what was not attempted.

mod sections;

use std::fmt::Write;

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width, presets};

use super::{
    Presentation, Section, estimated, f_name, has_entities, not_attempted, ordered, ratio, repeats,
};
use crate::annotation::{ALL_LABELS, Task};
use crate::counts::{Cell, Counts, Measure};
use crate::error::visible;
use crate::matching::{EntityMeasure, Level};
use crate::run::estimates::{Estimates, Intervals};
use crate::run::{CorpusResult, ExtractorResult, Run};
use crate::scores::{Average, Scores};
use crate::statistics::{FEW_UNITS, Interval, Method};

/// What people reach against each other on public attribution gold (355 pairs of annotators of PolNeAR): beside it nobody will ask for 1.
const HUMAN_AGREEMENT: &str = "people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)";

/// How many failed documents a block names.
const SHOWN_FAILURES: usize = 10;

/// The width of the column of names, so that the tables of a block stand in line.
const NAMES_CHARS: u16 = 22;

/// The whole report, ending in a line end.
#[must_use]
pub fn render(run: &Run, estimates: &Estimates, presentation: &Presentation) -> String {
    let mut out = String::new();
    let mut claims_shown = false;
    for (corpus, result, intervals) in estimated(run, estimates) {
        let shown = Shown {
            run,
            corpus,
            result,
            intervals,
            presentation,
        };
        shown.block(&mut out);
        out.push('\n');
        claims_shown |= corpus.annotated.tasks.contains(&Task::Claims)
            && result.about.tasks.contains(&Task::Claims);
    }
    if claims_shown {
        let _ = writeln!(out, "{HUMAN_AGREEMENT}");
    }
    out
}

/// What a block shows.
struct Shown<'a> {
    run: &'a Run,
    corpus: &'a CorpusResult,
    result: &'a ExtractorResult,
    intervals: Option<&'a Intervals>,
    presentation: &'a Presentation,
}

/// One row of scores: its name, its counts where it has any, the scores, and the intervals of these.
type ScoreLine = (String, Option<Counts>, Scores, [Option<Interval>; 3]);

impl Shown<'_> {
    fn block(&self, out: &mut String) {
        let (corpus, result) = (self.corpus, self.result);
        heading(out, corpus, result);
        changed(out, corpus);
        for task in not_attempted(corpus, result) {
            let _ = writeln!(out, "  {task}: not attempted, so not scored");
        }
        failures(out, result);
        if has_entities(corpus, result) {
            self.entities(out);
        }
        for level in &self.run.measures.claim {
            let cells = ordered(result).into_iter();
            let roles = cells.filter(|(cell, _)| cell.measure == Measure::Claim(*level));
            let lines = roles.map(|(cell, counts)| self.line(&cell, counts, &cell.label));
            self.rows(out, &claims_at(*level), lines);
        }
        sections::attributes(out, result);
        if self.presentation.sections.contains(&Section::Mistakes) {
            sections::mistakes(out, result);
        }
        if let Some(line) = repeats::line(self.run, result, self.presentation.conventions) {
            let _ = writeln!(out, "\n  {line}");
        }
        self.interval_notes(out);
        notes(out, result);
    }

    /// The row of a cell.
    fn line(&self, cell: &Cell, counts: Counts, name: &str) -> ScoreLine {
        let scores = Scores::of(counts, self.presentation.conventions);
        let intervals = self.ratios(cell, Average::Micro);
        (name.to_owned(), Some(counts), scores, intervals)
    }

    fn ratios(&self, cell: &Cell, average: Average) -> [Option<Interval>; 3] {
        let intervals = self.intervals;
        intervals.map_or([None; 3], |intervals| intervals.ratios(cell, average))
    }

    /// The measures of entities, all labels together; then one measure by label, and what was asked for besides.
    fn entities(&self, out: &mut String) {
        let cells = ordered(self.result);
        let entity = |cell: &Cell| matches!(cell.measure, Measure::Entity(_));
        let pooled: Vec<&(Cell, Counts)> = cells
            .iter()
            .filter(|(cell, _)| entity(cell) && cell.label == ALL_LABELS)
            .collect();
        let averages = &self.presentation.averages;
        let lines = pooled.iter().flat_map(|(cell, counts)| {
            let measure = cell.measure.to_string();
            let micro = self.line(cell, *counts, &measure);
            let others = averages
                .iter()
                .filter(|average| **average != Average::Micro);
            let others = others.map(move |average| {
                let conventions = self.presentation.conventions;
                let scores = average.of(&self.result.table, cell.measure, conventions);
                let name = format!("{measure}, {}", average.name());
                (name, None, scores, self.ratios(cell, *average))
            });
            std::iter::once(micro).chain(others)
        });
        self.rows(out, "entities", lines);
        if self.presentation.sections.contains(&Section::Rates) {
            let pooled: Vec<(Measure, Counts)> = pooled
                .iter()
                .map(|(cell, counts)| (cell.measure, *counts))
                .collect();
            sections::rates(out, &pooled);
        }
        // One measure by label is what fits on a screen; the other formats have them all.
        let Some(&measure) = self.run.measures.entity.iter().min() else {
            return;
        };
        let of_measure =
            |cell: &Cell| cell.measure == Measure::Entity(measure) && cell.label != ALL_LABELS;
        let labels = cells.iter().filter(|(cell, _)| of_measure(cell));
        let lines = labels.map(|(cell, counts)| self.line(cell, *counts, &cell.label));
        self.rows(out, &by_label(measure), lines);
        if self.presentation.sections.contains(&Section::Confusion) {
            sections::confusion(out, self.result, measure);
        }
    }

    /// One table of named scores, if there are any; an average has no counts.
    fn rows(&self, out: &mut String, title: &str, rows: impl Iterator<Item = ScoreLine>) {
        let f = f_name(self.presentation.conventions).to_uppercase();
        let estimated = self.intervals.is_some();
        let all = self.presentation.sections.contains(&Section::Intervals);
        let mut header = vec![title.to_owned()];
        for (at, name) in ["P", "R", &f].into_iter().enumerate() {
            header.push(name.to_owned());
            if estimated && (all || at == 2) {
                header.push("95 % CI".to_owned());
            }
        }
        let counts = [
            "correct", "incorrect", "partial", "missing", "spurious", "support",
        ];
        header.extend(counts.map(str::to_owned));
        let mut lines = vec![header];
        for (name, counts, scores, intervals) in rows {
            let mut line = vec![name];
            for (at, (score, interval)) in scores.all().into_iter().zip(intervals).enumerate() {
                line.push(ratio(score));
                if estimated && (all || at == 2) {
                    line.push(between(interval));
                }
            }
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

    /// How the intervals were made, and where they may say too little.
    fn interval_notes(&self, out: &mut String) {
        let Some(intervals) = self.intervals else {
            return;
        };
        if intervals.method == Method::Bca {
            let _ = writeln!(
                out,
                "\n  note: few documents ({} of at least {FEW_UNITS}): the intervals, BCa bootstrap, may be too narrow",
                intervals.units
            );
        }
    }
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
    if result.repeats > 1 && result.mistakes.is_some() {
        let _ = writeln!(
            out,
            "\n  note: the mistakes of --show mistakes, mistakes.csv and results.json are those of the first repeat alone"
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

/// The ends of an interval in four decimals; `-` where there is none.
fn between(interval: Option<Interval>) -> String {
    interval.map_or_else(
        || "-".to_owned(),
        |interval| format!("{:.4}–{:.4}", interval.low, interval.high),
    )
}
