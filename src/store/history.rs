//! The runs in a folder of runs: which there are and what they scored, finding one by what a person types, taking some out.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::IgnoredAny;

use super::files::{self, ExtractorResults, Manifest, Results, ScoreIn};
use super::{MANIFEST, PREDICTIONS, RESULTS, holds_only, is_on_its_way, is_ours};
use crate::error::{Error, Kind, Problem, Result, nearest, quoted};
use crate::scores::{Average, Metric, Ratio};

/// How many runs a message names.
const NAMED_RUNS: usize = 5;

/// What people call the newest finished run.
const LATEST: &str = "latest";

/// How far a run came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It has results.
    Finished,
    /// It ended before it was done, or is at work.
    Unfinished {
        /// How many predictions it has.
        predicted: u64,
        /// How many it is to have.
        wanted: u64,
    },
    /// It cannot be read, and why.
    Unreadable(Error),
}

/// A run in a few words: everything but what was counted in single documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The folder's name.
    pub id: String,
    /// The folder.
    pub path: PathBuf,
    /// How far it came.
    pub state: State,
    /// When it began, or where that is not known, when its folder changed; `None` where neither is known.
    pub began: Option<Timestamp>,
    /// How long it took, in seconds, where it says so.
    pub seconds: Option<f64>,
    /// The version of goldspan that made it, where it says so.
    pub goldspan: Option<String>,
    /// How many documents there are, over all corpora.
    pub documents: u64,
    /// The names of its corpora.
    pub corpora: Vec<String>,
    /// The names and versions of its extractors.
    pub extractors: Vec<(String, String)>,
    /// What each extractor scored on each corpus; empty where the run is not finished.
    pub systems: Vec<SystemScores>,
}

/// What one extractor scored on one corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemScores {
    /// The corpus's name.
    pub corpus: String,
    /// The extractor's name in the plan.
    pub extractor: String,
    /// The extractor's version.
    pub version: String,
    /// How many documents were scored.
    pub scored: u64,
    /// How many documents it failed on.
    pub failures: u64,
    /// Every score with its name, in the order of reports; an undefined one is `None`.
    pub values: Vec<(Metric, Option<f64>)>,
}

impl SystemScores {
    /// The value of a metric; nothing where it is undefined or was not counted.
    #[must_use]
    pub fn value(&self, metric: &Metric) -> Option<f64> {
        let found = self.values.iter().find(|(own, _)| own == metric);
        found.and_then(|(_, value)| *value)
    }

    /// The F1 that stands for the others: of the first measure of entities, or where there is none, of whole claims at the first level.
    #[must_use]
    pub fn headline(&self) -> Option<(&Metric, Option<f64>)> {
        let mut values = self.values.iter();
        let first = values.find(|(metric, _)| metric.ratio == Ratio::F);
        first.map(|(metric, value)| (metric, *value))
    }
}

impl Summary {
    /// What an extractor scored on a corpus.
    #[must_use]
    pub fn system(&self, corpus: &str, extractor: &str) -> Option<&SystemScores> {
        let mut systems = self.systems.iter();
        systems.find(|own| own.corpus == corpus && own.extractor == extractor)
    }

    /// The run in a folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let mut summary = Self {
            id: id(folder),
            path: folder.to_owned(),
            state: State::Finished,
            began: began(folder),
            seconds: files::clock(folder).seconds,
            goldspan: None,
            documents: 0,
            corpora: Vec::new(),
            extractors: Vec::new(),
            systems: Vec::new(),
        };
        if let Err(error) = summary.take_up(folder) {
            summary.state = match error.kind {
                Kind::Incomplete => State::Unfinished {
                    predicted: files::lines(&folder.join(PREDICTIONS)) as u64,
                    wanted: summary.documents * summary.extractors.len() as u64,
                },
                _ => State::Unreadable(error),
            };
        }
        summary
    }

    fn take_up(&mut self, folder: &Path) -> Result<()> {
        let manifest: Manifest<IgnoredAny> = files::manifest(folder)?;
        let documents = manifest
            .corpora
            .iter()
            .map(|own| own.documents.len() as u64);
        self.documents = documents.sum();
        self.corpora = manifest
            .corpora
            .iter()
            .map(|own| own.name.clone())
            .collect();
        let extractors = manifest.extractors.iter();
        self.extractors = extractors
            .map(|own| (own.name.clone(), own.version.clone()))
            .collect();
        self.goldspan = Some(manifest.goldspan.clone());
        let results = files::results(folder, &manifest)?;
        self.systems = systems(folder, results)?;
        Ok(())
    }
}

fn systems(folder: &Path, results: Results) -> Result<Vec<SystemScores>> {
    let mut systems = Vec::new();
    for corpus in results.corpora {
        for own in corpus.extractors {
            let ExtractorResults {
                name,
                version,
                failures,
                scores,
                ..
            } = own;
            let mut values = Vec::new();
            for row in scores {
                let metrics = metrics(&row).ok_or_else(|| {
                    let path = folder.join(RESULTS);
                    let found = quoted(&format!("{} {} {}", row.task, row.measure, row.average));
                    let problem = Problem::new("a score of this run has a name that no score has");
                    let problem = problem.in_file(&path).found(found);
                    Error::one(Kind::Incomparable, problem.mend(files::CHANGED))
                })?;
                values.extend(metrics);
            }
            systems.push(SystemScores {
                corpus: corpus.name.clone(),
                extractor: name,
                version,
                scored: corpus.scored,
                failures: failures.len() as u64,
                values,
            });
        }
    }
    Ok(systems)
}

/// The three ratios of a row, each with its name.
fn metrics(row: &ScoreIn) -> Option<[(Metric, Option<f64>); 3]> {
    let cell = files::cell(&row.task, &row.measure, &row.label)?;
    let average = match row.average.as_str() {
        "" => Average::Micro,
        name => Average::from_name(name)?,
    };
    let values = [
        (Ratio::Precision, row.precision),
        (Ratio::Recall, row.recall),
        (Ratio::F, row.f1),
    ];
    Some(values.map(|(ratio, value)| {
        let metric = Metric {
            cell: cell.clone(),
            average,
            ratio,
        };
        (metric, value)
    }))
}

/// The name of a run's folder.
pub(super) fn id(folder: &Path) -> String {
    let real = || folder.canonicalize().ok();
    let name = folder.file_name().map(ToOwned::to_owned);
    let name = name.or_else(|| Some(real()?.file_name()?.to_owned()));
    name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// When a run began, as it says itself, as its name says, or as its folder was changed.
fn began(folder: &Path) -> Option<Timestamp> {
    let told = files::clock(folder).began;
    let told = told.and_then(|text| text.parse::<Timestamp>().ok());
    told.or_else(|| {
        let name = id(folder);
        let time = DateTime::strptime("%Y%m%dT%H%M%SZ", name.get(..16)?).ok()?;
        Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
    .or_else(|| Timestamp::try_from(fs::metadata(folder).ok()?.modified().ok()?).ok())
}

/// The folders in a folder of runs, oldest first.
fn folders(runs: &Path) -> Result<Vec<PathBuf>> {
    let inside = match fs::read_dir(runs) {
        Ok(inside) => inside,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let problem = Problem::new("cannot read this folder of runs").in_file(runs);
            let problem = problem.found(error.to_string());
            return Err(problem.mend("name another with --runs").into());
        }
    };
    let paths = inside.filter_map(|entry| Some(entry.ok()?.path()));
    let paths = paths.filter(|path| path.is_dir() && !id(path).starts_with('.'));
    let mut timed: Vec<(Option<Timestamp>, PathBuf)> =
        paths.map(|path| (began(&path), path)).collect();
    timed.sort();
    Ok(timed.into_iter().map(|(_, path)| path).collect())
}

/// Every run in a folder of runs, oldest first. One that cannot be read is there with why.
///
/// # Errors
/// [`Kind::Nothing`] where there is none, [`Kind::Input`] where the folder cannot be read.
pub fn list(runs: &Path) -> Result<Vec<Summary>> {
    let folders = folders(runs)?;
    if folders.is_empty() {
        return Err(none(runs));
    }
    Ok(folders.iter().map(|folder| Summary::of(folder)).collect())
}

fn none(runs: &Path) -> Error {
    let problem = Problem::new("there are no runs here").in_file(runs);
    let mend = "give goldspan run first, go to the project's folder, or name its folder of runs with --runs";
    Error::one(Kind::Nothing, problem.mend(mend))
}

/// The folder of the run that `reference` means: `latest` or `latest~N` (finished runs, from the newest back), the name of a run or what only one name begins
/// with, or else a path to a folder.
///
/// # Errors
/// [`Kind::Nothing`] where there are no runs, [`Kind::Input`] where none or more than one is meant.
pub fn find(runs: &Path, reference: &str) -> Result<PathBuf> {
    let is_path = reference.contains(std::path::is_separator) || reference.starts_with('.');
    if is_path && Path::new(reference).is_dir() {
        return Ok(PathBuf::from(reference));
    }
    let mut folders = folders(runs)?;
    folders.reverse();
    if let Some(back) = back(reference) {
        return nth(runs, &folders, reference, back?);
    }
    let named: Vec<&PathBuf> = folders
        .iter()
        .filter(|path| !reference.is_empty() && id(path).starts_with(reference))
        .collect();
    let exact = named.iter().find(|path| id(path) == reference);
    match (exact, named.as_slice()) {
        (Some(one), _) | (None, [one]) => Ok((*one).clone()),
        (None, []) if Path::new(reference).is_dir() => Ok(PathBuf::from(reference)),
        (None, []) if folders.is_empty() => Err(none(runs)),
        (None, []) => Err(unknown(runs, &folders, reference)),
        (None, several) => {
            let problem = Problem::new("more than one run has a name that begins so")
                .in_file(runs)
                .found(quoted(reference))
                .expected(format!(
                    "one of {}",
                    names(several.iter().map(|path| path.as_path()))
                ));
            Err(problem.mend("write more of the name").into())
        }
    }
}

/// How many finished runs before the newest is meant, where that is how it is said.
fn back(reference: &str) -> Option<Result<usize>> {
    let rest = reference.strip_prefix(LATEST)?;
    if rest.is_empty() {
        return Some(Ok(0));
    }
    let number = rest.strip_prefix('~')?;
    Some(number.parse().map_err(|_| {
        let problem = Problem::new("this is no way to name a run").found(quoted(reference));
        let expected =
            "latest~N with a whole number, such as latest~1 for the run before the newest";
        problem.expected(expected).into()
    }))
}

/// The finished run that is so many before the newest; `folders` are newest first.
fn nth(runs: &Path, folders: &[PathBuf], reference: &str, back: usize) -> Result<PathBuf> {
    if folders.is_empty() {
        return Err(none(runs));
    }
    let finished = || {
        let folders = folders.iter();
        folders.filter(|path| path.join(RESULTS).is_file())
    };
    if let Some(found) = finished().nth(back) {
        return Ok(found.clone());
    }
    let found = |what: &str| {
        let problem = Problem::new(what).in_file(runs);
        problem.found(quoted(reference))
    };
    let (kind, problem) = match finished().count().checked_sub(1) {
        None => {
            let problem = found("no run is finished").expected("a run with results");
            let mend =
                "give the same goldspan run command again: it goes on with the unfinished run";
            (Kind::Nothing, problem.mend(mend))
        }
        Some(oldest) => {
            let problem = found("there are not so many finished runs");
            let problem = problem.expected(format!("{LATEST} to {LATEST}~{oldest}"));
            (Kind::Input, problem)
        }
    };
    Err(Error::one(kind, problem))
}

fn unknown(runs: &Path, folders: &[PathBuf], reference: &str) -> Error {
    let ids: Vec<String> = folders.iter().map(|path| id(path)).collect();
    let near = nearest(reference, ids.iter().map(String::as_str));
    let mend = near.map_or_else(
        || "goldspan runs list shows all".to_owned(),
        |near| format!("did you mean {near}? goldspan runs list shows all"),
    );
    let problem = Problem::new("there is no run of this name")
        .in_file(runs)
        .found(quoted(reference))
        .expected(format!(
            "{LATEST}, {LATEST}~1, a path, or the begin of a name; the newest are {}",
            names(folders.iter().map(PathBuf::as_path))
        ));
    problem.mend(mend).into()
}

/// The first names, and how many more there are.
fn names<'a>(folders: impl Iterator<Item = &'a Path>) -> String {
    let ids: Vec<String> = folders.map(id).collect();
    let shown = ids.iter().take(NAMED_RUNS).cloned().collect::<Vec<_>>();
    match ids.len().saturating_sub(NAMED_RUNS) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A run that may be taken out: it lies in the folder of runs, holds nothing that no run writes, and nobody works on it while this lives.
#[derive(Debug)]
pub struct Removal {
    path: PathBuf,
    _lock: Option<File>,
}

impl Removal {
    /// Makes sure that the run in a folder may be taken out.
    ///
    /// # Errors
    /// [`Kind::Input`] where it may not.
    pub fn of(runs: &Path, folder: &Path) -> Result<Self> {
        let refuse = |what: &str, mend: &str| {
            let problem = Problem::new(what).in_file(folder).mend(mend);
            Err(problem.into())
        };
        let real = |path: &Path| path.canonicalize().ok();
        let within = real(folder).and_then(|path| Some(path.parent()?.to_owned()));
        if within.is_none() || within != real(runs) {
            let mend = "only what lies in .goldspan/runs, or in what --runs names, is taken out; delete other folders by hand";
            return refuse("this folder does not lie in the folder of runs", mend);
        }
        // A run that was killed before it wrote its plan left nothing but files on their way.
        let planned = folder.join(MANIFEST).is_file() || holds_only(folder, is_on_its_way);
        if !planned {
            let mend = "name a run as goldspan runs list shows it";
            return refuse("this folder is no run's", mend);
        }
        if !holds_only(folder, is_ours) {
            let mend = "move them away, or delete the folder by hand";
            return refuse("this folder holds files that no run writes", mend);
        }
        let lock = File::open(folder.join(MANIFEST)).ok();
        let taken = lock.as_ref().map(File::try_lock);
        if matches!(taken, Some(Err(fs::TryLockError::WouldBlock))) {
            let mend = "wait until it is done, or end it first";
            return refuse("another goldspan is at work in this run", mend);
        }
        Ok(Self {
            path: folder.to_owned(),
            _lock: lock,
        })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's name.
    #[must_use]
    pub fn id(&self) -> String {
        id(&self.path)
    }

    /// Takes the run out.
    ///
    /// # Errors
    /// [`Kind::Machine`] where it cannot be deleted.
    pub fn carry_out(self) -> Result<()> {
        fs::remove_dir_all(&self.path).map_err(|error| {
            let problem = Problem::new("cannot take this run out").in_file(&self.path);
            let problem = problem.found(error.to_string());
            Error::one(
                Kind::Machine,
                problem.mend("check the rights of its folder"),
            )
        })
    }
}
