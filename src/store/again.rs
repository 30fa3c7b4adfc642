//! Which documents an unfinished run asked for more than once, kept beside its predictions: a run that is killed must not hide that its extractor is flaky.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::journal::key;
use crate::run::Again;

/// What a line says.
#[derive(Serialize, Deserialize)]
struct Line {
    corpus: String,
    extractor: String,
    document: String,
    repeat: u32,
    attempts: u32,
    earlier: Vec<String>,
    answered: bool,
}

/// The file, which is there as soon as there is something to say, and until the run is finished.
pub(super) struct AskedAgain {
    path: PathBuf,
    file: Mutex<Option<File>>,
    known: HashMap<[u8; 16], Again>,
}

impl AskedAgain {
    /// What an unfinished run had kept. Half a line, and what is none, is passed over; of several for one repeat of a document the last holds.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let mut known = HashMap::new();
        if path.exists() {
            let text = fs::read(&path)?;
            for line in text.split(|byte| *byte == b'\n') {
                let Ok(line) = serde_json::from_slice::<Line>(line) else {
                    continue;
                };
                let key = key(&line.corpus, &line.extractor, &line.document, line.repeat);
                let again = Again {
                    document: line.document,
                    repeat: line.repeat,
                    attempts: line.attempts,
                    earlier: line.earlier,
                    answered: line.answered,
                };
                known.insert(key, again);
            }
        }
        Ok(Self {
            path,
            file: Mutex::new(None),
            known,
        })
    }

    /// What is known of this repeat of a document.
    pub(super) fn of(
        &self,
        corpus: &str,
        extractor: &str,
        document: &str,
        repeat: u32,
    ) -> Option<Again> {
        let key = key(corpus, extractor, document, repeat);
        self.known.get(&key).cloned()
    }

    /// Adds a line, in one write that begins one: what a killed process had left of another is no part of it.
    pub(super) fn add(&self, corpus: &str, extractor: &str, again: &Again) -> io::Result<()> {
        let line = serde_json::to_string(&Line {
            corpus: corpus.to_owned(),
            extractor: extractor.to_owned(),
            document: again.document.clone(),
            repeat: again.repeat,
            attempts: again.attempts,
            earlier: again.earlier.clone(),
            answered: again.answered,
        })?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(opened(&self.path)?),
        };
        file.write_all(format!("\n{line}\n").as_bytes())
    }

    /// Takes the file away: `run.json` has what it says.
    pub(super) fn finish(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }
}

fn opened(path: &Path) -> io::Result<File> {
    fs::OpenOptions::new().append(true).create(true).open(path)
}
