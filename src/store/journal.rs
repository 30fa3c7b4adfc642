//! What extractors found, a line for each document, and each repeat of it, as it came: appended line by line, and read again where an unfinished run goes on.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use tempfile::NamedTempFile;

use super::keep;
use crate::annotation::Prediction;
use crate::document::Document;
use crate::formats::jsonl;
use crate::offset::Unit;

/// Where lines are, by whose they are: their first byte once compacted, and their length.
pub(super) type Places = HashMap<[u8; 16], (u64, usize)>;

/// The file, and where in it the lines of an unfinished run are.
pub(super) struct Journal {
    appended: Mutex<File>,
    kept: Mutex<File>,
    places: Places,
}

/// Whose line it is.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    corpus: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    extractor: std::borrow::Cow<'a, str>,
    repeat: Option<u32>,
    error: Option<serde::de::IgnoredAny>,
}

impl Journal {
    /// Opens the file. Of an unfinished run the predictions of extractors that live `elsewhere` stay; errors, which may have passed, and half a line are taken out,
    /// so that every repeat of a document has one line in the end.
    pub(super) fn open(path: &Path, elsewhere: impl Fn(&str) -> bool) -> io::Result<Self> {
        let mut kept = Places::new();
        if path.exists() {
            let folder = path.parent().unwrap_or(Path::new("."));
            let mut compact = BufWriter::new(NamedTempFile::new_in(folder)?);
            kept = places(path, elsewhere, |line| compact.write_all(line))?;
            let compact = compact
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            keep(compact, path)?;
        }
        let mut open = fs::OpenOptions::new();
        let appended = open.append(true).create(true).open(path)?;
        Ok(Self {
            appended: Mutex::new(appended),
            kept: Mutex::new(File::open(path)?),
            places: kept,
        })
    }

    /// How many predictions an unfinished run had kept.
    pub(super) fn kept(&self) -> u64 {
        self.places.len() as u64
    }

    /// What an unfinished run had kept of this extractor for this repeat of a document.
    pub(super) fn read(
        &self,
        corpus: &str,
        extractor: &str,
        document: &Document,
        repeat: u32,
    ) -> Option<Prediction> {
        let key = key(corpus, extractor, document.id(), repeat);
        let (at, length) = self.places.get(&key)?;
        let mut line = vec![0; *length];
        {
            let mut file = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(*at)).ok()?;
            file.read_exact(&mut line).ok()?;
        }
        let line = str::from_utf8(&line).ok()?;
        let annotations = jsonl::annotations(line, document, Unit::CodePoint).ok()?;
        Some(Prediction(annotations))
    }

    /// Adds a line, in one write: a process that is killed leaves whole lines, and at most one that is not.
    pub(super) fn add(&self, line: &str) -> io::Result<()> {
        let line = format!("{line}\n");
        let mut file = self.appended.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())
    }
}

/// Where the lines that stay will be, each of which is given to `take` in turn.
///
/// # Errors
/// Where the file cannot be read, or `take` fails.
pub(super) fn places(
    path: &Path,
    elsewhere: impl Fn(&str) -> bool,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Places> {
    let mut places = Places::new();
    let mut at = 0;
    let mut lines = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        if let Some(key) = key_of(&line, &elsewhere)
            && !places.contains_key(&key)
        {
            take(&line)?;
            places.insert(key, (at, line.len() - 1));
            at += line.len() as u64;
        }
        line.clear();
    }
    Ok(places)
}

/// The key of a line that stays.
fn key_of(line: &[u8], elsewhere: impl Fn(&str) -> bool) -> Option<[u8; 16]> {
    let line = str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let head: Head<'_> = serde_json::from_str(line).ok()?;
    let stays = head.error.is_none() && elsewhere(&head.extractor);
    let repeat = head.repeat.unwrap_or(1);
    stays.then(|| key(&head.corpus, &head.extractor, &head.id, repeat))
}

pub(super) fn key(corpus: &str, extractor: &str, document: &str, repeat: u32) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in [corpus, extractor, document] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(&repeat.to_le_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}
