//! Renders runs of the past: the list of them, one of them, their scores as rows, and how a score went from run to run.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::table::{grid, ratio};
use crate::error::visible;

/// A run in a list of runs.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// The name of its folder.
    pub run: String,
    /// When it began, RFC 3339.
    pub began: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// The version of goldspan that made it.
    pub goldspan: Option<String>,
    /// `finished`, `unfinished` or `unreadable`.
    pub state: &'static str,
    /// What else is to be said of its state.
    pub remark: Option<String>,
    /// How many documents it has.
    pub documents: u64,
    /// Its extractors, on each corpus where it is finished.
    pub extractors: Vec<Headline>,
}

/// An extractor in a list of runs, with the score that stands for the others.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Headline {
    /// The corpus; empty where the run is not finished.
    pub corpus: String,
    /// The extractor's name.
    pub extractor: String,
    /// Its version.
    pub version: String,
    /// The name of the score.
    pub metric: Option<String>,
    /// Its value, where it is defined.
    pub value: Option<f64>,
}

/// Every run with its extractors, for people; what is to be said of those that are not finished stands below.
#[must_use]
pub fn list_table(runs: &[Listed]) -> String {
    let header = [
        "run", "began (UTC)", "documents", "corpus", "extractor", "metric", "score",
    ];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    let mut remarks = String::new();
    for run in runs {
        let mut first = vec![
            run.run.clone(),
            run.began.as_deref().map_or_else(String::new, clock),
            run.documents.to_string(),
        ];
        let state = (run.state != "finished").then(|| run.state.to_owned());
        let none = [Headline::default()];
        let extractors = match run.extractors.as_slice() {
            [] => &none,
            extractors => extractors,
        };
        for own in extractors {
            let metric = state.clone().or_else(|| own.metric.clone());
            let score = own.metric.as_ref().map(|_| ratio(own.value));
            let mut line = std::mem::replace(&mut first, vec![String::new(); 3]);
            line.extend([
                own.corpus.clone(),
                versioned(&own.extractor, &own.version),
                metric.unwrap_or_default(),
                score.unwrap_or_default(),
            ]);
            lines.push(line);
        }
        if let Some(remark) = &run.remark {
            // Writing to a string cannot fail.
            let _ = writeln!(remarks, "  {}: {}", visible(&run.run), visible(remark));
        }
    }
    let mut out = String::new();
    grid(&mut out, lines);
    if !remarks.is_empty() {
        out = format!("{out}\n{remarks}");
    }
    out.trim_start_matches('\n').to_owned()
}

/// Writes a row for each run, corpus and extractor; a run that cannot be read has one with its name.
///
/// # Errors
/// Where it cannot be written.
pub fn write_list_csv(runs: &[Listed], out: impl Write) -> io::Result<()> {
    let mut writer = table_of(out);
    writer.write_record([
        "run", "began", "seconds", "goldspan", "state", "documents", "corpus", "extractor",
        "version", "metric", "value",
    ])?;
    for run in runs {
        let none = [Headline::default()];
        let extractors = match run.extractors.as_slice() {
            [] => &none,
            extractors => extractors,
        };
        for own in extractors {
            writer.serialize((
                (&run.run, &run.began, run.seconds, &run.goldspan, run.state),
                run.documents,
                own,
            ))?;
        }
    }
    writer.flush()
}

/// A run as it is shown alone.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The name of its folder.
    pub run: String,
    /// The folder.
    pub folder: String,
    /// When it began, RFC 3339.
    pub began: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// The version of goldspan that made it.
    pub goldspan: String,
    /// Its corpora.
    pub corpora: Vec<ShownCorpus>,
}

/// A corpus of a run that is shown alone.
#[derive(Debug, Serialize)]
pub struct ShownCorpus {
    /// Its name.
    pub name: String,
    /// How many documents were read.
    pub documents: u64,
    /// How many were scored.
    pub scored: u64,
    /// Those that changed during the run.
    pub changed: Vec<ShownFailure>,
    /// Its extractors.
    pub extractors: Vec<ShownExtractor>,
}

/// An extractor on a corpus of a run that is shown alone.
#[derive(Debug, Serialize)]
pub struct ShownExtractor {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The documents that it failed on.
    pub failures: Vec<ShownFailure>,
    /// The scores of all labels together, and of the parts of claims.
    pub scores: Vec<ShownScore>,
}

/// A document that could not be done.
#[derive(Debug, Serialize)]
pub struct ShownFailure {
    /// Its id.
    pub document: String,
    /// Why.
    pub error: String,
}

/// The three ratios of one measure.
#[derive(Debug, Serialize)]
pub struct ShownScore {
    /// The name of its metrics without the ratio.
    pub score: String,
    /// Precision.
    pub precision: Option<f64>,
    /// Recall.
    pub recall: Option<f64>,
    /// F1.
    pub f1: Option<f64>,
}

/// A run for people: what it was, then a block for each extractor on each corpus.
#[must_use]
pub fn show_table(run: &Shown) -> String {
    let mut out = format!("{}\n", visible(&run.run));
    let began = run.began.as_deref().map(clock).unwrap_or_default();
    let seconds = run.seconds;
    let seconds = seconds.map_or_else(String::new, |seconds| format!("{seconds:.2} s"));
    for (name, value) in [
        ("began", format!("{began} UTC")),
        ("took", seconds),
        ("by", format!("goldspan {}", run.goldspan)),
        ("folder", run.folder.clone()),
    ] {
        if !value.is_empty() && value != " UTC" {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {name:<8}{}", visible(&value));
        }
    }
    for corpus in &run.corpora {
        for own in &corpus.extractors {
            let _ = writeln!(
                out,
                "\n{} on {}: {} of {} documents scored",
                visible(&versioned(&own.name, &own.version)),
                visible(&corpus.name),
                corpus.scored,
                corpus.documents
            );
            for (what, failures) in [
                ("changed during the run", &corpus.changed),
                ("failed", &own.failures),
            ] {
                for failure in failures {
                    let (document, error) = (visible(&failure.document), visible(&failure.error));
                    let _ = writeln!(out, "  {what}: {document}: {error}");
                }
            }
            let mut lines = vec![["scores", "P", "R", "F1"].map(str::to_owned).to_vec()];
            lines.extend(own.scores.iter().map(|score| {
                let ratios = [score.precision, score.recall, score.f1].map(ratio);
                std::iter::once(score.score.clone()).chain(ratios).collect()
            }));
            if lines.len() > 1 {
                grid(&mut out, lines);
            } else {
                let _ = writeln!(out, "  nothing that it attempts is annotated there");
            }
        }
    }
    out
}

/// One score of one extractor on one corpus in one run.
#[derive(Debug, Clone, Serialize)]
pub struct Exported {
    /// The name of the run's folder.
    pub run: String,
    /// When the run began, RFC 3339.
    pub began: Option<String>,
    /// The corpus.
    pub corpus: String,
    /// The extractor.
    pub extractor: String,
    /// Its version.
    pub version: String,
    /// The name of the score.
    pub metric: String,
    /// Its value, where it is defined.
    pub value: Option<f64>,
}

/// How a score of an extractor on a corpus went from run to run.
#[derive(Debug, Serialize)]
pub struct Trend {
    /// The corpus.
    pub corpus: String,
    /// The extractor.
    pub extractor: String,
    /// The name of the score.
    pub metric: String,
    /// The values as a line of blocks.
    pub sparkline: String,
    /// The values, the oldest first.
    pub runs: Vec<Point>,
}

/// The score in one run.
#[derive(Debug, Clone, Serialize)]
pub struct Point {
    /// The name of the run's folder.
    pub run: String,
    /// When the run began, RFC 3339.
    pub began: Option<String>,
    /// The extractor's version.
    pub version: String,
    /// The value, where it is defined.
    pub value: Option<f64>,
    /// By how much it is more than in the run before, where both are defined.
    pub change: Option<f64>,
}

impl Trend {
    /// The trend of these points, oldest first, of which only the last are kept where that is said; the changes are filled in.
    #[must_use]
    pub fn new(
        [corpus, extractor, metric]: [&str; 3],
        mut points: Vec<Point>,
        last: Option<usize>,
    ) -> Self {
        let mut before = None;
        for point in &mut points {
            let change = |(value, before): (f64, f64)| value - before;
            point.change = point.value.zip(before).map(change);
            before = point.value;
        }
        let kept = last.unwrap_or(points.len());
        points.drain(..points.len().saturating_sub(kept));
        let values: Vec<Option<f64>> = points.iter().map(|point| point.value).collect();
        Self {
            corpus: corpus.to_owned(),
            extractor: extractor.to_owned(),
            metric: metric.to_owned(),
            sparkline: sparkline(&values),
            runs: points,
        }
    }
}

/// Values as blocks between the least and the greatest of them; an undefined one is a gap, and values that are all the same are of middle height.
fn sparkline(values: &[Option<f64>]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let defined = || values.iter().flatten().copied();
    let (least, most) = (defined().reduce(f64::min), defined().reduce(f64::max));
    let range = most.zip(least).map_or(0.0, |(most, least)| most - least);
    let block = |value: &Option<f64>| match (value, least) {
        (Some(_), _) if range <= 0.0 => BLOCKS[3],
        (Some(value), Some(least)) => BLOCKS[((value - least) / range * 7.0).round() as usize],
        _ => ' ',
    };
    values.iter().map(block).collect()
}

/// Trends for people: a line of blocks for each, then its values.
#[must_use]
pub fn trend_table(trends: &[Trend]) -> String {
    let mut out = String::new();
    for trend in trends {
        if !out.is_empty() {
            out.push('\n');
        }
        let (extractor, corpus) = (visible(&trend.extractor), visible(&trend.corpus));
        let title = format!("{extractor} on {corpus}: {}", visible(&trend.metric));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}",
            format!("{title}  {}", trend.sparkline).trim_end()
        );
        let header = ["run", "began (UTC)", "version", "value", "change"];
        let mut lines = vec![header.map(str::to_owned).to_vec()];
        lines.extend(trend.runs.iter().map(|point| {
            vec![
                point.run.clone(),
                point.began.as_deref().map_or_else(String::new, clock),
                point.version.clone(),
                ratio(point.value),
                point.change.map_or_else(String::new, signed),
            ]
        }));
        grid(&mut out, lines);
    }
    out
}

/// Writes a row for each value of each trend.
///
/// # Errors
/// Where it cannot be written.
pub fn write_trend_csv(trends: &[Trend], out: impl Write) -> io::Result<()> {
    let mut writer = table_of(out);
    writer.write_record([
        "corpus", "extractor", "metric", "run", "began", "version", "value", "change",
    ])?;
    for trend in trends {
        for point in &trend.runs {
            writer.serialize(((&trend.corpus, &trend.extractor, &trend.metric), point))?;
        }
    }
    writer.flush()
}

/// Writes a row for each score, under a header.
///
/// # Errors
/// Where it cannot be written.
pub fn write_export_csv(rows: &[Exported], out: impl Write) -> io::Result<()> {
    let mut writer = table_of(out);
    writer.write_record([
        "run", "began", "corpus", "extractor", "version", "metric", "value",
    ])?;
    for row in rows {
        writer.serialize(row)?;
    }
    writer.flush()
}

fn table_of<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out)
}

/// Writes anything of this room as JSON.
///
/// # Errors
/// Where it cannot be written.
pub fn write_json(shown: &(impl Serialize + ?Sized), mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, shown)?;
    out.write_all(b"\n")
}

/// A time as people read it: the date and the time of day, in seconds.
fn clock(time: &str) -> String {
    let second = time.get(..19).unwrap_or(time);
    second.replace('T', " ")
}

fn versioned(name: &str, version: &str) -> String {
    if version.is_empty() {
        name.to_owned()
    } else {
        format!("{name} version {version}")
    }
}

/// A difference with its sign; what rounds to nothing has none.
fn signed(change: f64) -> String {
    let text = format!("{change:+.4}");
    match text.trim_start_matches(['+', '-']) {
        zero @ "0.0000" => zero.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_blocks_goes_from_the_least_to_the_greatest_with_gaps() {
        let line = [Some(0.2), Some(0.9), None, Some(0.55), Some(0.2)];
        assert_eq!(sparkline(&line), "▁█ ▅▁");
        assert_eq!(sparkline(&[Some(0.5), None, Some(0.5)]), "▄ ▄");
        assert_eq!(sparkline(&[None]), " ");
        assert_eq!(sparkline(&[]), "");
    }

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        assert_eq!(
            [0.01, -0.01, -1e-9, 0.0].map(signed),
            ["+0.0100", "-0.0100", "0.0000", "0.0000"]
        );
    }
}
