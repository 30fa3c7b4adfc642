//! Accepted results, kept in version control: the counts of every document in a file that a person reviews as a diff.
//!
//! `baselines/<name>.json` is JSON with one line for each document, and one for each document of each extractor, so a document that changed is a line that changed.
//! Counts are `[correct, incorrect, partial, missing, spurious]` by measure and label; what was not counted is not there. Of digests the first [`DIGEST_DIGITS`] are
//! kept, enough to see that a text or its gold is another; [`crate::ledger::DocumentKey::same_text`] compares as far as both are known. A checksum over
//! everything else makes changes by hand visible; line ends and indentation are not part of it, since version control and formatters change these.
//!
//! The name of a baseline is that of its file, so a copy is a baseline of its own. [`Changes`] says what another run would change.

mod changes;
mod reading;
mod text;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

pub use self::changes::{Changes, CorpusChange, ScoreChange, System};

use crate::error::{Error, Kind, Problem, Result, nearest, quoted};
use crate::ledger::Ledger;

/// The shape of the file; another number is another shape.
pub const SCHEMA: u32 = 1;

/// How many hexadecimal digits of each digest are kept.
pub const DIGEST_DIGITS: usize = 16;

/// How many baselines a message names.
const NAMED_BASELINES: usize = 5;

/// Results that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Its name: that of its file without `.json`.
    pub name: String,
    /// Where it came from.
    pub provenance: Provenance,
    /// The counts of every document; digests are short.
    pub ledger: Ledger,
}

/// Where a baseline came from. Who accepted it is not kept: version control knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The version of goldspan that accepted it.
    pub goldspan: String,
    /// The name of the run.
    pub run: String,
    /// When it was accepted, RFC 3339.
    pub accepted: String,
    /// The commit that the extractors were at, where that was told.
    pub commit: Option<String>,
    /// Why it was accepted, where that was told.
    pub message: Option<String>,
}

impl Baseline {
    /// The baseline of these results; digests become short, as they are in the file.
    #[must_use]
    pub fn new(name: String, provenance: Provenance, mut ledger: Ledger) -> Self {
        let documents = ledger.corpora.iter_mut().flat_map(|own| &mut own.documents);
        for document in documents {
            for digest in [&mut document.text, &mut document.gold] {
                *digest = digest.take().map(|own| shortened(&own));
            }
        }
        Self {
            name,
            provenance,
            ledger,
        }
    }

    /// Reads the baseline in a file.
    ///
    /// # Errors
    /// [`Kind::Incomparable`] where there is none, or it is damaged, changed by hand, of another version, or no baseline.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing(path)),
            Err(error) => {
                let problem = Problem::new("cannot read this baseline").in_file(path);
                let problem = problem.found(error.to_string());
                let mend = "check the path and the rights of the file";
                return Err(Error::one(Kind::Incomparable, problem.mend(mend)));
            }
        };
        reading::parse(path, &bytes)
    }

    /// Writes the file aside and renames it, so that it is never half there; makes its folder where that is missing.
    ///
    /// # Errors
    /// [`Kind::Input`] where it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let folder = path.parent().filter(|own| !own.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        written(folder, path, &self.to_text()).map_err(|error| {
            let problem = Problem::new("cannot write the baseline here").in_file(path);
            let problem = problem.found(error.to_string());
            let mend = "name another folder with --dir, or check rights and space";
            problem.mend(mend).into()
        })
    }

    /// The content of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::render(self, Some(&self.checksum()))
    }

    /// The digest of everything in the file but itself.
    fn checksum(&self) -> String {
        let text = text::render(self, None);
        shortened_to(blake3::hash(text.as_bytes()).to_hex().as_str(), 32)
    }
}

/// The file of the baseline of this name in a folder of baselines.
///
/// # Errors
/// [`Kind::Input`] where that is no name.
pub fn place(folder: &Path, name: &str) -> Result<PathBuf> {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with(['.', '-']) || !name.chars().all(letter) {
        let problem = Problem::new("this cannot be the name of a baseline").found(quoted(name));
        let expected = "letters from a to z, digits, -, _ and ., neither - nor . first";
        return Err(problem.expected(expected).into());
    }
    Ok(folder.join(format!("{name}.json")))
}

/// The names of the files in a folder that may be baselines, in order; none where there is no such folder.
#[must_use]
pub fn names(folder: &Path) -> Vec<String> {
    let inside = fs::read_dir(folder).into_iter().flatten();
    let paths = inside.filter_map(|entry| Some(entry.ok()?.path()));
    let json = |path: &PathBuf| path.extension().is_some_and(|own| own == "json");
    let mut names: Vec<String> = paths.filter(json).map(|path| stem(&path)).collect();
    names.sort();
    names
}

/// The name of the baseline in a file.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// The command that accepts this baseline.
fn accepting(path: &Path, force: bool) -> String {
    let folder = path.parent().filter(|own| *own != Path::new("baselines"));
    let folder = folder.map_or_else(String::new, |own| format!(" --dir {}", own.display()));
    let force = if force { " --force" } else { "" };
    format!("goldspan accept RUN --name {}{folder}{force}", stem(path))
}

fn missing(path: &Path) -> Error {
    let problem = Problem::new("there is no such baseline").in_file(path);
    let names = names(path.parent().unwrap_or(Path::new("")));
    let own = stem(path);
    let near = nearest(&own, names.iter().map(String::as_str));
    let mean = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
    let mend = format!("{mean}{} makes it of a run", accepting(path, false));
    let shown = names.iter().take(NAMED_BASELINES).cloned();
    let shown = shown.collect::<Vec<_>>().join(", ");
    let expected = match names.len().checked_sub(NAMED_BASELINES) {
        _ if names.is_empty() => "a baseline; there are none in this folder".to_owned(),
        None | Some(0) => format!("a baseline that is there: {shown}"),
        Some(more) => format!("a baseline that is there: {shown} and {more} more"),
    };
    Error::one(Kind::Incomparable, problem.expected(expected).mend(mend))
}

fn written(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are readable by their owner only; this one is to be committed.
        let mode = fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(mode)?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn shortened(digest: &str) -> String {
    shortened_to(digest, DIGEST_DIGITS)
}

fn shortened_to(digest: &str, digits: usize) -> String {
    digest.chars().take(digits).collect()
}
