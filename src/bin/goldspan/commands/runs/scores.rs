//! `goldspan runs export` and `goldspan runs trend`: the scores of runs as rows, and how one went from run to run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use goldspan::error::{Problem, Result, nearest};
use goldspan::report::history::{self as shown, Exported, Point, Trend};
use goldspan::scores::{Average, Metric};
use goldspan::store::{Summary, SystemScores};

use super::finished;
use crate::args::{ExportFormat, RunsFormat};

/// What a trend is to be of.
pub(super) struct Wanted<'a> {
    pub(super) metric: &'a str,
    pub(super) extractor: Option<&'a str>,
    pub(super) corpus: Option<&'a str>,
    pub(super) last: Option<usize>,
}

/// Prints a row for each score of each finished run.
pub(super) fn export(
    out: &mut impl Write,
    folder: &Path,
    metrics: &[String],
    format: ExportFormat,
) -> anyhow::Result<()> {
    let runs = finished(folder)?;
    let wanted: Vec<Metric> = metrics
        .iter()
        .map(|name| metric(name, &runs))
        .collect::<Result<_>>()?;
    let is_wanted = |metric: &Metric| match wanted.as_slice() {
        [] => metric.average == Average::Micro && metric.label().is_none(),
        wanted => wanted.contains(metric),
    };
    let mut rows = Vec::new();
    for (run, own) in systems(&runs) {
        let values = own.values.iter().filter(|(metric, _)| is_wanted(metric));
        rows.extend(values.map(|(metric, value)| Exported {
            run: run.id.clone(),
            began: run.began.map(|began| began.to_string()),
            corpus: own.corpus.clone(),
            extractor: own.extractor.clone(),
            version: own.version.clone(),
            metric: metric.to_string(),
            value: *value,
        }));
    }
    match format {
        ExportFormat::Csv => shown::write_export_csv(&rows, out)?,
        ExportFormat::Json => shown::write_json(&rows, out)?,
    }
    Ok(())
}

/// Prints how a score went, by corpus and extractor.
pub(super) fn trend(
    out: &mut impl Write,
    folder: &Path,
    wanted: &Wanted<'_>,
    format: RunsFormat,
) -> anyhow::Result<()> {
    let mut runs = finished(folder)?;
    let extractors = systems(&runs).map(|(_, own)| own.extractor.as_str());
    known("an extractor", wanted.extractor, extractors)?;
    let corpora = systems(&runs).map(|(_, own)| own.corpus.as_str());
    known("a corpus", wanted.corpus, corpora)?;
    for run in &mut runs {
        run.systems.retain(|own| {
            wanted.extractor.is_none_or(|name| own.extractor == name)
                && wanted.corpus.is_none_or(|name| own.corpus == name)
        });
    }
    let metric = metric(wanted.metric, &runs)?;
    // A run that did not count it has no value, but only where another of the same extractor on the same corpus did.
    let counted: BTreeSet<(&str, &str)> = systems(&runs)
        .filter(|(_, own)| own.values.iter().any(|(named, _)| *named == metric))
        .map(|(_, own)| (own.corpus.as_str(), own.extractor.as_str()))
        .collect();
    let mut points: BTreeMap<(&str, &str), Vec<Point>> = BTreeMap::new();
    for (run, own) in systems(&runs) {
        let key = (own.corpus.as_str(), own.extractor.as_str());
        if counted.contains(&key) {
            points.entry(key).or_default().push(Point {
                run: run.id.clone(),
                began: run.began.map(|began| began.to_string()),
                version: own.version.clone(),
                value: own.value(&metric),
                change: None,
            });
        }
    }
    let name = metric.to_string();
    let trends: Vec<Trend> = points
        .into_iter()
        .map(|((corpus, extractor), points)| {
            Trend::new([corpus, extractor, &name], points, wanted.last)
        })
        .collect();
    match format {
        RunsFormat::Table => out.write_all(shown::trend_table(&trends).as_bytes())?,
        RunsFormat::Json => shown::write_json(&trends, out)?,
        RunsFormat::Csv => shown::write_trend_csv(&trends, out)?,
    }
    Ok(())
}

fn systems(runs: &[Summary]) -> impl Iterator<Item = (&Summary, &SystemScores)> {
    runs.iter()
        .flat_map(|run| run.systems.iter().map(move |own| (run, own)))
}

/// The score of this name, which a run must have.
fn metric(name: &str, runs: &[Summary]) -> Result<Metric> {
    let known: BTreeSet<&Metric> = systems(runs)
        .flat_map(|(_, own)| own.values.iter().map(|(metric, _)| metric))
        .collect();
    let read = Metric::from_name(name);
    if let Some(found) = read.as_ref().filter(|read| known.contains(read)) {
        return Ok(found.clone());
    }
    let what = match read {
        Some(_) => "no run has this score",
        None => "this is no name of a score",
    };
    let names: Vec<String> = known.iter().map(ToString::to_string).collect();
    let near = nearest(name, names.iter().map(String::as_str));
    let mend = near.map_or_else(
        || "goldspan runs export shows the scores that there are".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    let problem = Problem::new(what).found(format!("{name:?}")).expected(
        "KIND.MEASURE.RATIO, such as entity.strict.f1, claim.exact.recall or entity.strict.f1[PERSON]",
    );
    Err(problem.mend(mend).into())
}

/// Refuses a name that no run has.
fn known<'a>(what: &str, wanted: Option<&str>, names: impl Iterator<Item = &'a str>) -> Result<()> {
    let names: BTreeSet<&str> = names.collect();
    let Some(wanted) = wanted.filter(|wanted| !names.contains(wanted)) else {
        return Ok(());
    };
    let problem = Problem::new(format!("no run has {what} of this name"))
        .found(format!("{wanted:?}"))
        .expected(format!(
            "one of {}",
            names.iter().copied().collect::<Vec<_>>().join(", ")
        ));
    let near = nearest(wanted, names.iter().copied());
    let mend = near.map_or_else(
        || "correct the name".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    Err(problem.mend(mend).into())
}
