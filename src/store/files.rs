//! The files of a run folder as they are read again: their shapes, and what is told of those that are missing, damaged, or another version's.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{MANIFEST, PREDICTIONS, RESULTS};
use crate::annotation::{ALL_LABELS, Label, Task};
use crate::counts::{Cell, Counts, Measure, Role};
use crate::error::{Error, Excerpt, Kind, Problem, Result};
use crate::matching::{EntityMeasure, Level};
use crate::report::SCHEMA;
use crate::run::Failure;

/// What varies between two runs of the same plan.
pub(super) const CIRCUMSTANCES: &str = "run.json";

/// What to do about a file that is not as goldspan wrote it.
pub(super) const CHANGED: &str =
    "it was cut or changed after the run: take it from a copy, or run again";

/// What `manifest.json` says; `D` is what is wanted of each document.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest<D> {
    schema: u32,
    pub(super) goldspan: String,
    pub(super) measures: Vec<String>,
    pub(super) require: Vec<String>,
    pub(super) nested: bool,
    pub(super) extractors: Vec<PlannedIn>,
    pub(super) corpora: Vec<CorpusIn<D>>,
}

/// An extractor of the plan.
#[derive(Debug, Deserialize)]
pub(super) struct PlannedIn {
    pub(super) name: String,
    pub(super) extractor: String,
    pub(super) version: String,
    pub(super) tasks: Vec<String>,
    pub(super) params: BTreeMap<String, String>,
}

/// A corpus of the plan.
#[derive(Debug, Deserialize)]
pub(super) struct CorpusIn<D> {
    pub(super) name: String,
    pub(super) tasks: Vec<String>,
    pub(super) roles: Vec<String>,
    pub(super) documents: Vec<D>,
}

/// A document of the plan.
#[derive(Debug, Deserialize)]
pub(super) struct DocumentIn {
    pub(super) id: String,
    pub(super) article: String,
    pub(super) gold: Option<String>,
    pub(super) annotations: Option<String>,
    pub(super) bytes: u64,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, String>,
}

/// What is wanted of `results.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Results {
    schema: u32,
    goldspan: String,
    #[serde(default)]
    pub(super) labels: Vec<String>,
    pub(super) corpora: Vec<CorpusResults>,
}

/// What came out for a corpus.
#[derive(Debug, Deserialize)]
pub(super) struct CorpusResults {
    pub(super) name: String,
    pub(super) scored: u64,
    pub(super) changed: Vec<FailureIn>,
    pub(super) extra: Vec<String>,
    pub(super) extractors: Vec<ExtractorResults>,
}

/// What came out for an extractor.
#[derive(Debug, Deserialize)]
pub(super) struct ExtractorResults {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) failures: Vec<FailureIn>,
    pub(super) scores: Vec<ScoreIn>,
    #[serde(default)]
    pub(super) mistakes_cut: bool,
}

/// A document that could not be done.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FailureIn {
    document: String,
    error: String,
}

impl FailureIn {
    /// The document's id.
    pub(super) fn document(&self) -> &str {
        &self.document
    }
}

impl From<FailureIn> for Failure {
    fn from(failure: FailureIn) -> Self {
        Self {
            document: failure.document,
            error: failure.error,
        }
    }
}

/// A score; an average over labels or documents has no counts.
#[derive(Debug, Deserialize)]
pub(super) struct ScoreIn {
    pub(super) task: String,
    pub(super) measure: String,
    pub(super) label: String,
    pub(super) average: String,
    correct: Option<u64>,
    incorrect: Option<u64>,
    partial: Option<u64>,
    missing: Option<u64>,
    spurious: Option<u64>,
    pub(super) precision: Option<f64>,
    pub(super) recall: Option<f64>,
    pub(super) f1: Option<f64>,
}

impl ScoreIn {
    /// What the score was computed from, where that is counts.
    pub(super) fn counts(&self) -> Option<Counts> {
        Some(Counts {
            correct: self.correct?,
            incorrect: self.incorrect?,
            partial: self.partial?,
            missing: self.missing?,
            spurious: self.spurious?,
        })
    }
}

/// What is wanted of `run.json`; nothing depends on it, so what is not there is not known.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Clock {
    pub(super) began: Option<String>,
    pub(super) seconds: Option<f64>,
}

/// What every version of goldspan says of itself.
#[derive(Debug, Default, Deserialize)]
struct Stamp {
    schema: Option<u32>,
    goldspan: Option<String>,
}

/// Reads the plan of the run in a folder.
///
/// # Errors
/// [`Kind::Input`] where the folder is no run's, [`Kind::Incomparable`] where the plan is damaged or another version's.
pub(super) fn manifest<D: DeserializeOwned>(folder: &Path) -> Result<Manifest<D>> {
    let path = folder.join(MANIFEST);
    if !path.is_file() {
        let (what, expected) = if folder.is_dir() {
            (
                "this folder is no run's",
                format!("{MANIFEST} in it, which every run writes first"),
            )
        } else {
            (
                "there is no such run folder",
                "the folder of a run".to_owned(),
            )
        };
        let problem = Problem::new(what).in_file(folder).expected(expected);
        let mend = "name a run as goldspan runs list shows it, or the folder that -o named";
        return Err(problem.mend(mend).into());
    }
    let manifest: Manifest<D> = json(&path)?;
    same_schema(&path, manifest.schema, &manifest.goldspan)?;
    Ok(manifest)
}

/// Reads the results of the run in a folder.
///
/// # Errors
/// [`Kind::Incomplete`] where the run is unfinished, [`Kind::Incomparable`] where the results are damaged or another version's.
pub(super) fn results<D>(folder: &Path, manifest: &Manifest<D>) -> Result<Results> {
    let path = folder.join(RESULTS);
    if !path.is_file() {
        let total: usize = manifest.corpora.iter().map(|c| c.documents.len()).sum();
        let problem = Problem::new("this run is not finished")
            .in_file(folder)
            .found(format!(
                "predictions: {} of {}",
                lines(&folder.join(PREDICTIONS)),
                total * manifest.extractors.len()
            ))
            .expected(format!("{RESULTS}, which a run writes last"))
            .mend("give the same goldspan run command again: it goes on with what is there");
        return Err(Error::one(Kind::Incomplete, problem));
    }
    let results: Results = json(&path)?;
    same_schema(&path, results.schema, &results.goldspan)?;
    let extractors = || manifest.extractors.iter().map(|own| &own.name);
    let fits = |(planned, found): (&CorpusIn<D>, &CorpusResults)| {
        planned.name == found.name && extractors().eq(found.extractors.iter().map(|own| &own.name))
    };
    let mut pairs = manifest.corpora.iter().zip(&results.corpora);
    if manifest.corpora.len() != results.corpora.len() || !pairs.all(fits) {
        let problem = Problem::new("these results are not of the plan beside them")
            .in_file(&path)
            .expected(format!(
                "the corpora and extractors of {MANIFEST}, in its order"
            ));
        return Err(Error::one(Kind::Incomparable, problem.mend(CHANGED)));
    }
    Ok(results)
}

/// What is known of when the run in a folder was, and how long.
pub(super) fn clock(folder: &Path) -> Clock {
    let bytes = fs::read(folder.join(CIRCUMSTANCES)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let stamp: Stamp = serde_json::from_slice(&bytes).unwrap_or_default();
        match (stamp.schema, stamp.goldspan) {
            // What is JSON and lacks something was not written by this version.
            (schema, Some(goldspan)) if error.is_data() => {
                let problem = other_version(path, schema, &goldspan);
                Error::one(Kind::Incomparable, problem.found(error.to_string()))
            }
            _ => damaged(path, &bytes, &error),
        }
    })
}

fn same_schema(path: &Path, schema: u32, goldspan: &str) -> Result<()> {
    if schema == SCHEMA {
        return Ok(());
    }
    let problem = other_version(path, Some(schema), goldspan);
    Err(Error::one(Kind::Incomparable, problem))
}

/// The problem that a file was written by another version.
pub(super) fn other_version(path: &Path, schema: Option<u32>, goldspan: &str) -> Problem {
    let schema = schema.map_or_else(
        || "no schema".to_owned(),
        |schema| format!("schema {schema}"),
    );
    let own = env!("CARGO_PKG_VERSION");
    Problem::new(format!(
        "this run was made by another version of goldspan, {goldspan} ({schema}); this one is {own}"
    ))
    .in_file(path)
    .expected(format!("schema {SCHEMA}, with all that it has"))
    .mend("run it again with this version")
}

fn damaged(path: &Path, bytes: &[u8], error: &serde_json::Error) -> Error {
    let text = String::from_utf8_lossy(bytes);
    // serde_json counts lines and columns, in bytes, from 1.
    let before = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let begin: usize = before.map(str::len).sum();
    let at = begin + error.column().saturating_sub(1);
    let full = error.to_string();
    let found = full
        .rsplit_once(" at line")
        .map_or(full.as_str(), |(what, _)| what);
    let problem = Problem::new("this file of a run is damaged")
        .in_file(path)
        .at(Excerpt::of(&text, at..at + 1))
        .found(found)
        .expected("the JSON that goldspan wrote");
    Error::one(Kind::Incomparable, problem.mend(CHANGED))
}

/// The problem that a file of a run is missing or cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Error {
    let problem = Problem::new("cannot read this file of a run")
        .in_file(path)
        .found(error.to_string());
    let mend = "check that it exists and that you may read it; without it, run again";
    Error::one(Kind::Incomparable, problem.mend(mend))
}

/// How many whole lines a file has; none where it cannot be read.
pub(super) fn lines(path: &Path) -> usize {
    let Ok(file) = File::open(path) else {
        return 0;
    };
    let mut reader = BufReader::new(file);
    let mut buffer = vec![0; 1 << 16];
    let mut lines = 0;
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        lines += memchr::memchr_iter(b'\n', &buffer[..read]).count();
    }
    lines
}

/// The cell that a row names by task, measure and label.
pub(super) fn cell(task: &str, measure: &str, label: &str) -> Option<Cell> {
    let measure = match Task::from_name(task)? {
        Task::Entities => Measure::Entity(EntityMeasure::from_name(measure)?),
        Task::Claims => Measure::Claim(Level::from_name(measure)?),
    };
    cell_of(measure, label)
}

/// The cell of a label or a role under a measure.
pub(super) fn cell_of(measure: Measure, label: &str) -> Option<Cell> {
    let label = match measure {
        Measure::Entity(_) if label == ALL_LABELS => Label::Borrowed(ALL_LABELS),
        Measure::Entity(_) => Label::Owned(label.to_owned()),
        Measure::Claim(_) => Label::Borrowed(Role::from_name(label)?.name()),
    };
    Some(Cell { measure, label })
}
