//! The folder that a run leaves: the plan first, predictions as they come, tables and scores at the end.
//!
//! | file | what | the same for any number of threads |
//! |---|---|---|
//! | `manifest.json` | the plan: documents and their digests, extractors and their parameters | yes |
//! | `predictions.jsonl` | one line for each document and extractor, and each repeat, in order of arrival; what is there is not asked for again when an unfinished run goes on | as a set of lines |
//! | `documents.csv` | the table of counts, in order of document | yes |
//! | `scores.csv`, `results.json` | scores | yes |
//! | `confusion.csv` | which label was taken for which | yes |
//! | `mistakes.csv` | every item that went wrong | yes |
//! | `run.json` | what varies: when, how long, how many threads | no |
//!
//! Files of results are written aside and renamed, so none is ever half there. [`read`] reads a finished run again; [`find`] and [`list`] look among many.

mod again;
mod files;
mod history;
mod journal;
mod manifest;
mod reading;
mod table;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tempfile::NamedTempFile;

pub use self::history::{Removal, State, Summary, SystemScores, find, list};
pub use self::reading::{Recorded, RecordedCorpus, RecordedExtractor, read};

use self::again::AskedAgain;
use self::journal::Journal;
use self::manifest::manifest;
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::gate::Judgement;
use crate::host::Engine;
use crate::report;
use crate::run::estimates::Estimates;
use crate::run::{Again, Counted, Inspection, Kept, Observer, Plan, Run};

/// The file whose presence says that a folder is a run's.
const MANIFEST: &str = "manifest.json";

/// What extractors found, as it came.
const PREDICTIONS: &str = "predictions.jsonl";

/// Which documents an unfinished run asked for more than once.
const ASKED_AGAIN: &str = "asked-again.jsonl";

/// The file whose presence says that a run is finished: it is written last.
const RESULTS: &str = "results.json";

/// Everything that a run writes.
const FILES: [&str; 9] = [
    MANIFEST, PREDICTIONS, ASKED_AGAIN, "documents.csv", "scores.csv", "confusion.csv",
    "mistakes.csv", "run.json", RESULTS,
];

/// Where a run's folder is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A new folder with a name that sorts by time, in this one.
    Within(PathBuf),
    /// This folder; the run that it holds, if any, is kept beside it with `.old` (or `.unfinished`) behind its name.
    Exactly(PathBuf),
}

/// A run's folder while the run goes on.
pub struct RunFolder {
    path: PathBuf,
    journal: Journal,
    again: AskedAgain,
    documents: Mutex<BufWriter<NamedTempFile>>,
    /// Locked while the run goes on, so that nobody else goes on with it.
    _lock: File,
}

/// What `run.json` says: everything that may differ between two runs of the same plan.
#[derive(Debug, Clone, Serialize)]
pub struct Circumstances {
    /// When the run began, RFC 3339.
    pub began: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How many threads it used.
    pub threads: usize,
    /// How much text it read, in bytes.
    pub bytes: u64,
    /// Each extractor, over all corpora.
    pub extractors: Vec<ExtractorCircumstances>,
}

/// What may differ of an extractor between two runs of the same plan.
#[derive(Debug, Clone, Serialize)]
pub struct ExtractorCircumstances {
    /// Its name.
    pub name: String,
    /// Seconds in it, over all threads or workers.
    pub seconds: f64,
    /// How many documents it was asked for, each repeat of each counted.
    pub ran: u64,
    /// How many predictions came from the cache.
    pub cached: u64,
    /// When the oldest of these was made, RFC 3339.
    pub oldest: Option<String>,
    /// How many predictions an unfinished run had kept.
    pub kept: u64,
    /// The documents that were asked for more than once.
    pub again: Vec<AgainOut>,
    /// How many cached predictions were made again to be compared.
    pub audited: u64,
    /// The documents that could not be made again then, each with why.
    pub unaudited: Vec<String>,
    /// The documents whose prediction was another then.
    pub differing: Vec<String>,
    /// What else there is to know, such as tokens.
    pub totals: std::collections::BTreeMap<String, f64>,
    /// Remarks, one sentence each.
    pub remarks: Vec<String>,
}

/// A document that was asked for more than once.
#[derive(Debug, Clone, Serialize)]
pub struct AgainOut {
    /// The document's id.
    pub document: String,
    /// Which of its repeats, from 1; left out where that is the first.
    #[serde(skip_serializing_if = "is_first")]
    pub repeat: u32,
    /// How often it was asked for.
    pub attempts: u32,
    /// Why attempts failed that asked for it alone.
    pub earlier: Vec<String>,
    /// Whether there is a prediction now.
    pub answered: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands on a reference"
)]
const fn is_first(repeat: &u32) -> bool {
    *repeat == 1
}

impl RunFolder {
    /// Makes the folder and writes the plan into it, or goes on with an unfinished run of the same plan that is there; `fresh` leaves such a run alone.
    ///
    /// # Errors
    /// Where the folder cannot be made or written, or holds something that is no run.
    pub fn create(
        place: &Place,
        plan: &Plan,
        inspection: &Inspection,
        fresh: bool,
    ) -> Result<Self> {
        let manifest =
            manifest(plan, inspection).map_err(|error| unwritable(Path::new(MANIFEST), &error))?;
        let unfinished = unfinished_at(place, &manifest).filter(|_| !fresh);
        if let Some((path, lock)) = unfinished {
            return Self::open(path, lock, plan);
        }
        let path = match place {
            Place::Within(parent) => new_name(parent, &manifest)?,
            Place::Exactly(path) => {
                // Without a slash at its end, to which .old could not be added.
                let path: PathBuf = path.components().collect();
                set_aside(&path)?;
                path
            }
        };
        let folder = |error: io::Error| unwritable(&path, &error);
        fs::create_dir_all(&path).map_err(folder)?;
        write_aside(&path.join(MANIFEST), |out| out.write_all(&manifest)).map_err(folder)?;
        let lock = File::open(path.join(MANIFEST)).map_err(folder)?;
        // A folder that is new is nobody else's; where locks are not to be had, nobody goes on with a run either.
        let _ = lock.try_lock();
        Self::open(path, lock, plan)
    }

    /// Takes up what is in the folder.
    fn open(path: PathBuf, lock: File, plan: &Plan) -> Result<Self> {
        let folder = |error: io::Error| unwritable(&path, &error);
        // What a killed run did not rename.
        let left = fs::read_dir(&path)
            .map_err(folder)?
            .filter_map(io::Result::ok);
        for entry in left.filter(|e| is_on_its_way(&e.file_name().to_string_lossy())) {
            // Another file in the folder does no harm.
            let _ = fs::remove_file(entry.path());
        }
        let journal = Journal::open(&path.join(PREDICTIONS), elsewhere(plan)).map_err(folder)?;
        let again = AskedAgain::open(path.join(ASKED_AGAIN)).map_err(folder)?;
        let documents = NamedTempFile::new_in(&path).map_err(folder)?;
        let mut documents = BufWriter::new(documents);
        documents
            .write_all(report::csv::DOCUMENTS_HEADER.as_bytes())
            .map_err(folder)?;
        Ok(Self {
            path,
            journal,
            again,
            documents: Mutex::new(documents),
            _lock: lock,
        })
    }

    /// How many predictions an unfinished run had kept.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.journal.kept()
    }

    /// Where the folder is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the tables and scores of the finished run into the folder. The estimates are those of the default conventions: what is kept does not depend on how somebody wants
    /// to look at it.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn finish(
        self,
        run: &Run,
        estimates: &Estimates,
        judgement: Option<&Judgement>,
        circumstances: &Circumstances,
    ) -> Result<PathBuf> {
        let path = self.path.clone();
        let unkept = |error: io::Error| Error {
            // Everything was evaluated, and is there for the run that goes on with this one.
            kind: Kind::Machine,
            ..unwritable(&path, &error)
        };
        self.write_results(run, estimates, judgement, circumstances)
            .map_err(unkept)?;
        Ok(path)
    }

    fn write_results(
        self,
        run: &Run,
        estimates: &Estimates,
        judgement: Option<&Judgement>,
        circumstances: &Circumstances,
    ) -> io::Result<()> {
        let documents = self
            .documents
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let file = documents
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        keep(file, &self.path.join("documents.csv"))?;
        write_aside(&self.path.join("scores.csv"), |out| {
            report::csv::write_scores(run, estimates, out)
        })?;
        write_aside(&self.path.join("confusion.csv"), |out| {
            report::csv::write_confusion(run, out)
        })?;
        write_aside(&self.path.join("mistakes.csv"), |out| {
            report::csv::write_mistakes(run, out)
        })?;
        write_aside(&self.path.join("run.json"), |out| {
            serde_json::to_writer_pretty(&mut *out, circumstances)?;
            out.write_all(b"\n")
        })?;
        write_aside(&self.path.join(RESULTS), |out| {
            report::json::write(run, estimates, judgement, out)
        })?;
        self.again.finish()
    }
}

impl Observer for RunFolder {
    fn kept(
        &self,
        corpus: &str,
        extractor: &str,
        document: &Document,
        repeat: u32,
    ) -> Option<Kept> {
        let prediction = self.journal.read(corpus, extractor, document, repeat)?;
        Some(Kept {
            prediction,
            again: self.again.of(corpus, extractor, document.id(), repeat),
        })
    }

    fn asked_again(&self, corpus: &str, extractor: &str, again: &Again) -> io::Result<()> {
        self.again.add(corpus, extractor, again)
    }

    fn slow(&self, _: &str, _: &[&str], _: Duration) {}

    fn prediction(&self, line: &str) -> io::Result<()> {
        self.journal.add(line)
    }

    fn render(&self, counted: &Counted<'_>) -> io::Result<Vec<u8>> {
        report::csv::document_rows(counted)
    }

    fn document(&self, rendered: &[u8]) -> io::Result<()> {
        let mut documents = self
            .documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        documents.write_all(rendered)
    }
}

/// An unfinished run that would be gone on with.
pub struct Unfinished {
    /// Its folder.
    pub path: PathBuf,
    kept: journal::Places,
}

impl Unfinished {
    /// The unfinished run of this plan, if there is one; nothing is changed.
    ///
    /// # Errors
    /// Where its files cannot be read.
    pub fn find(place: &Place, plan: &Plan, inspection: &Inspection) -> Result<Option<Self>> {
        let manifest =
            manifest(plan, inspection).map_err(|error| unwritable(Path::new(MANIFEST), &error))?;
        let Some((path, _lock)) = unfinished_at(place, &manifest) else {
            return Ok(None);
        };
        let file = path.join(PREDICTIONS);
        let kept = journal::places(&file, elsewhere(plan), |_| Ok(()));
        let kept = kept.map_err(|error| unwritable(&file, &error))?;
        Ok(Some(Self { path, kept }))
    }

    /// Whether it has kept the prediction of this repeat of a document.
    #[must_use]
    pub fn has(&self, corpus: &str, extractor: &str, document: &str, repeat: u32) -> bool {
        let key = journal::key(corpus, extractor, document, repeat);
        self.kept.contains_key(&key)
    }
}

/// Whether an extractor of the plan lives elsewhere, by its name.
fn elsewhere(plan: &Plan) -> impl Fn(&str) -> bool {
    |name| {
        let mut extractors = plan.extractors.iter();
        extractors.any(|e| e.name == name && matches!(e.engine, Engine::Remote(_)))
    }
}

fn unfinished_at(place: &Place, manifest: &[u8]) -> Option<(PathBuf, File)> {
    match place {
        Place::Within(parent) => latest_unfinished(parent, manifest),
        Place::Exactly(path) => unfinished(path, manifest).map(|lock| (path.clone(), lock)),
    }
}

/// How many seconds an extractor took for a document in the latest of the finished runs in a folder in which it was asked for any.
#[must_use]
pub fn seconds_a_document(runs: &Path, extractor: &str) -> Option<f64> {
    #[derive(serde::Deserialize)]
    struct Told {
        extractors: Vec<One>,
    }
    #[derive(serde::Deserialize)]
    struct One {
        name: String,
        seconds: f64,
        ran: u64,
    }
    let inside = fs::read_dir(runs).ok()?;
    let mut folders: Vec<PathBuf> = inside.filter_map(|e| Some(e.ok()?.path())).collect();
    folders.sort();
    folders.iter().rev().find_map(|folder| {
        let told: Told = serde_json::from_slice(&fs::read(folder.join("run.json")).ok()?).ok()?;
        let mut own = told.extractors.into_iter();
        let own = own.find(|one| one.name == extractor && one.ran > 0)?;
        Some(own.seconds / own.ran as f64)
    })
}

/// The lock of the unfinished run of this plan in a folder, if there is one that nobody works on.
fn unfinished(path: &Path, manifest: &[u8]) -> Option<File> {
    let same = fs::read(path.join(MANIFEST)).is_ok_and(|bytes| bytes == manifest);
    if !same || path.join(RESULTS).exists() {
        return None;
    }
    let lock = File::open(path.join(MANIFEST)).ok()?;
    lock.try_lock().ok()?;
    Some(lock)
}

/// The latest run of this plan in a folder of runs, where that is unfinished: one that was begun anew since has taken its place.
fn latest_unfinished(parent: &Path, manifest: &[u8]) -> Option<(PathBuf, File)> {
    let mut runs: Vec<PathBuf> = fs::read_dir(parent)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    runs.sort();
    let same = |path: &PathBuf| fs::read(path.join(MANIFEST)).is_ok_and(|own| own == manifest);
    let latest = runs.into_iter().rev().find(same)?;
    Some((latest.clone(), unfinished(&latest, manifest)?))
}

/// A folder of a name that is not yet taken: the time, and some digits of the plan's digest.
fn new_name(parent: &Path, manifest: &[u8]) -> Result<PathBuf> {
    fs::create_dir_all(parent).map_err(|error| unwritable(parent, &error))?;
    let digest = blake3::hash(manifest).to_hex();
    let base = format!(
        "{}-{}",
        jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ"),
        &digest[..4]
    );
    for attempt in 0..100 {
        let name = if attempt == 0 {
            base.clone()
        } else {
            format!("{base}-{attempt}")
        };
        let path = parent.join(name);
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritable(&path, &error)),
        }
    }
    let error = io::Error::other("a hundred runs of the same plan began in this second");
    Err(unwritable(parent, &error))
}

/// Takes out what a run leaves that is killed before its first file has its name, where there is nothing else.
fn clear_begun(path: &Path) -> io::Result<()> {
    let inside = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    let begun = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(".tmp"));
        let ours = random.is_some_and(|random| {
            random.len() == 6 && random.chars().all(|c| c.is_ascii_alphanumeric())
        });
        ours && entry.file_type().is_ok_and(|kind| kind.is_file())
    };
    if inside.iter().all(begun) {
        for entry in inside {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes room at `path`: a finished run there is renamed to `<path>.old`, an unfinished one to `<path>.unfinished`, in the place of an earlier one of its kind; anything
/// else but an empty folder is refused.
fn set_aside(path: &Path) -> Result<()> {
    let refuse = |path: &Path, found: &str| {
        let problem = Problem::new("this output folder holds something that is no run")
            .in_file(path)
            .found(found)
            .expected("a folder that is new, empty, or an earlier run's")
            .mend("name another folder with -o, or empty this one");
        Error::one(Kind::Input, problem)
    };
    let is_empty = |path: &Path| fs::read_dir(path).map(|mut inside| inside.next().is_none());
    if !path.exists() {
        return Ok(());
    }
    if !path.is_dir() {
        return Err(refuse(path, "a file"));
    }
    clear_begun(path).map_err(|error| unwritable(path, &error))?;
    if is_empty(path).map_err(|error| unwritable(path, &error))? {
        return Ok(());
    }
    if !is_run(path) {
        return Err(refuse(path, "other files"));
    }
    let lock = File::open(path.join(MANIFEST)).map_err(|error| unwritable(path, &error))?;
    if matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)) {
        let problem = Problem::new("another goldspan is at work in this output folder")
            .in_file(path)
            .mend("wait until it is done, or name another folder with -o");
        return Err(Error::one(Kind::Input, problem));
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(if path.join(RESULTS).is_file() {
        ".old"
    } else {
        ".unfinished"
    });
    let aside = PathBuf::from(aside);
    if aside.exists() {
        if !is_run(&aside) {
            return Err(refuse(
                &aside,
                "other files, where the run before is to be kept",
            ));
        }
        fs::remove_dir_all(&aside).map_err(|error| unwritable(&aside, &error))?;
    }
    fs::rename(path, &aside).map_err(|error| unwritable(path, &error))
}

/// Whether the folder is one that a run left: its manifest says so, and nothing lies in it that no run writes.
fn is_run(path: &Path) -> bool {
    #[derive(serde::Deserialize)]
    struct Stamp {
        #[serde(rename = "goldspan")]
        _version: String,
    }
    let stamp = fs::read(path.join(MANIFEST)).ok();
    let stamped = stamp.is_some_and(|bytes| serde_json::from_slice::<Stamp>(&bytes).is_ok());
    stamped && holds_only(path, is_ours)
}

/// Whether nothing lies in the folder but files of such names.
fn holds_only(path: &Path, of: fn(&str) -> bool) -> bool {
    let names = |entry: io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| of(&entry.file_name().to_string_lossy()))
    };
    fs::read_dir(path).is_ok_and(|mut inside| inside.all(names))
}

/// Whether a run writes files of this name.
fn is_ours(name: &str) -> bool {
    FILES.contains(&name) || is_on_its_way(name)
}

/// Whether a file of this name is one that was not renamed yet.
fn is_on_its_way(name: &str) -> bool {
    name.starts_with(".tmp")
}

/// Writes a file beside its place and renames it there.
fn write_aside(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&mut NamedTempFile>) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    let mut out = BufWriter::new(&mut file);
    write(&mut out)?;
    out.flush()?;
    drop(out);
    keep(file, path)
}

/// Renames a temporary file to its place, readable as other files are.
fn keep(file: NamedTempFile, path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    let problem = Problem::new("cannot write the results of the run here")
        .in_file(path)
        .found(error.to_string())
        .expected("a folder that can be written")
        .mend("name another folder with -o, or check rights and space");
    Error::one(Kind::Input, problem)
}
