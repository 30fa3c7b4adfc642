//! The folder that a run leaves: the plan first, predictions as they come, tables and scores at the end.
//!
//! | file | what | the same for any number of threads |
//! |---|---|---|
//! | `manifest.json` | the plan: documents and their digests, extractors and their parameters | yes |
//! | `predictions.jsonl` | one line for each document and extractor, in order of arrival | as a set of lines |
//! | `documents.csv` | the table of counts, in order of document | yes |
//! | `scores.csv`, `results.json` | scores | yes |
//! | `confusion.csv` | which label was taken for which | yes |
//! | `mistakes.csv` | every item that went wrong | yes |
//! | `run.json` | what varies: when, how long, how many threads | no |
//!
//! Files of results are written aside and renamed, so none is ever half there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tempfile::NamedTempFile;

use crate::error::{Error, Kind, Problem, Result};
use crate::report;
use crate::run::{Counted, Inspection, Observer, Plan, Run};
use crate::scores::Conventions;

/// The file whose presence says that a folder is a run's.
const MANIFEST: &str = "manifest.json";

/// The file whose presence says that a run is finished: it is written last.
const RESULTS: &str = "results.json";

/// Everything that a run writes.
const FILES: [&str; 8] = [
    MANIFEST, "predictions.jsonl", "documents.csv", "scores.csv", "confusion.csv", "mistakes.csv",
    "run.json", RESULTS,
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
    predictions: Mutex<File>,
    documents: Mutex<BufWriter<NamedTempFile>>,
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
    /// Seconds in each extractor, over all threads and corpora.
    pub extractor_seconds: Vec<(String, f64)>,
}

#[derive(Debug, Serialize)]
struct Manifest<'a> {
    schema: u32,
    goldspan: &'static str,
    measures: Vec<String>,
    require: Vec<&'static str>,
    extractors: Vec<ExtractorOut<'a>>,
    corpora: Vec<CorpusOut<'a>>,
}

#[derive(Debug, Serialize)]
struct ExtractorOut<'a> {
    name: &'a str,
    extractor: &'a str,
    version: &'a str,
    params: &'a std::collections::BTreeMap<String, String>,
    labels: &'a std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
struct CorpusOut<'a> {
    name: &'a str,
    documents: Vec<DocumentOut<'a>>,
}

#[derive(Debug, Serialize)]
struct DocumentOut<'a> {
    id: &'a str,
    article: &'a str,
    gold: Option<&'a str>,
}

impl RunFolder {
    /// Makes the folder and writes the plan into it.
    ///
    /// # Errors
    /// Where the folder cannot be made or written, or holds something that is no run.
    pub fn create(place: &Place, plan: &Plan, inspection: &Inspection) -> Result<Self> {
        let manifest =
            manifest(plan, inspection).map_err(|error| unwritable(Path::new(MANIFEST), &error))?;
        let path = match place {
            Place::Within(parent) => new_name(parent, &manifest)?,
            Place::Exactly(path) => {
                // Without a slash at its end, to which .old could not be added.
                let path: PathBuf = path.components().collect();
                set_aside(&path)?;
                path
            }
        };
        fs::create_dir_all(&path).map_err(|error| unwritable(&path, &error))?;
        let folder = |error: io::Error| unwritable(&path, &error);
        write_aside(&path.join(MANIFEST), |out| out.write_all(&manifest)).map_err(folder)?;
        let predictions = File::create(path.join("predictions.jsonl")).map_err(folder)?;
        let documents = NamedTempFile::new_in(&path).map_err(folder)?;
        let mut documents = BufWriter::new(documents);
        documents
            .write_all(report::csv::DOCUMENTS_HEADER.as_bytes())
            .map_err(folder)?;
        Ok(Self {
            path,
            predictions: Mutex::new(predictions),
            documents: Mutex::new(documents),
        })
    }

    /// Where the folder is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the tables and scores of the finished run into the folder.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn finish(self, run: &Run, circumstances: &Circumstances) -> Result<PathBuf> {
        let path = self.path.clone();
        self.write_results(run, circumstances)
            .map_err(|error| unwritable(&path, &error))?;
        Ok(path)
    }

    fn write_results(self, run: &Run, circumstances: &Circumstances) -> io::Result<()> {
        let documents = self
            .documents
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let file = documents
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        keep(file, &self.path.join("documents.csv"))?;
        // What is kept does not depend on how somebody wants to look at it.
        let conventions = Conventions::default();
        write_aside(&self.path.join("scores.csv"), |out| {
            report::csv::write_scores(run, conventions, out)
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
            report::json::write(run, conventions, out)
        })
    }
}

impl Observer for RunFolder {
    fn prediction(&self, line: &str) -> io::Result<()> {
        // One write a line: a process that is killed leaves whole lines.
        let line = format!("{line}\n");
        let mut file = self
            .predictions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())
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

fn manifest(plan: &Plan, inspection: &Inspection) -> io::Result<Vec<u8>> {
    let entity = plan.measures.entity.iter().map(ToString::to_string);
    let claim = plan
        .measures
        .claim
        .iter()
        .map(|level| format!("claims.{level}"));
    let manifest = Manifest {
        schema: report::SCHEMA,
        goldspan: env!("CARGO_PKG_VERSION"),
        measures: entity.chain(claim).collect(),
        require: plan
            .measures
            .require
            .iter()
            .map(|role| role.name())
            .collect(),
        extractors: plan
            .extractors
            .iter()
            .map(|planned| {
                let about = planned.extractor.about();
                ExtractorOut {
                    name: &planned.name,
                    extractor: about.name,
                    version: about.version,
                    params: &about.params,
                    labels: &planned.labels,
                }
            })
            .collect(),
        corpora: plan
            .corpora
            .iter()
            .zip(&inspection.corpora)
            .map(|(planned, documents)| CorpusOut {
                name: &planned.corpus.name,
                documents: documents
                    .iter()
                    .map(|document| DocumentOut {
                        id: &document.id,
                        article: &document.article,
                        gold: document.gold.as_deref(),
                    })
                    .collect(),
            })
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
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
    if is_empty(path).map_err(|error| unwritable(path, &error))? {
        return Ok(());
    }
    if !is_run(path) {
        return Err(refuse(path, "other files"));
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
    let ours = |entry: io::Result<fs::DirEntry>| {
        let name = entry.map(|entry| entry.file_name().to_string_lossy().into_owned());
        name.is_ok_and(|name| FILES.contains(&name.as_str()) || name.starts_with(".tmp"))
    };
    stamped && fs::read_dir(path).is_ok_and(|mut inside| inside.all(ours))
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
