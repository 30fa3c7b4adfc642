//! Predictions in files, found by the ids of documents: what a run takes for an extractor that ran elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::gold::{self, GoldFile};
use super::source::Source;
use super::stem;
use crate::annotation::{Annotations, Task};
use crate::document::Document;
use crate::error::{Problem, Result};
use crate::formats::{Options, Parted, Record, Says};

/// The predictions of many documents.
#[derive(Debug)]
pub struct PredictedFiles {
    by_id: BTreeMap<String, GoldFile>,
    paths: Vec<std::path::PathBuf>,
}

impl PredictedFiles {
    /// The predictions of a source. What is wrong with single documents is added to `problems`.
    ///
    /// # Errors
    /// Where a file cannot be read at all.
    pub fn of(source: &Source, reading: &Options, problems: &mut Vec<Problem>) -> Result<Self> {
        let reading = Arc::new(reading.clone());
        let by_id = match source.format.parted {
            Parted::Not | Parted::WithArticle(_) => {
                let file = |path: &std::path::PathBuf| {
                    let file = GoldFile::file(source.format, &reading, path.clone());
                    (stem(path), file)
                };
                source.files.iter().map(file).collect()
            }
            _ => gold::inside(source, &reading, problems)?,
        };
        let paths = source.files.clone();
        Ok(Self { by_id, paths })
    }

    /// The tasks that some document says something about; a document that cannot be read says so when it is asked for.
    #[must_use]
    pub fn tasks(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        for (id, file) in &self.by_id {
            if tasks.len() == Task::ALL.len() {
                break;
            }
            let Ok(block) = file.block(Some(file.path()), &Document::new(id.as_str(), "")) else {
                continue;
            };
            let Ok(Some(record)) = Record::of(file.format, &block, &file.reading) else {
                continue;
            };
            let said = |task: &Task| record.says(*task, &file.reading) == Says::Yes;
            let new = |task: &Task| !tasks.contains(task) && said(task);
            let new: Vec<Task> = Task::ALL.into_iter().filter(new).collect();
            tasks.extend(new);
        }
        tasks.sort_unstable();
        tasks
    }

    /// A digest of all files, as it stands for a version.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn digest(&self) -> Result<String> {
        let mut hasher = blake3::Hasher::new();
        for path in self.paths.iter().filter(|path| path.is_file()) {
            let unreadable = |error: std::io::Error| {
                let problem = Problem::new("this file cannot be read").in_file(path);
                problem.found(error.to_string())
            };
            let mut file = std::fs::File::open(path).map_err(unreadable)?;
            std::io::copy(&mut file, &mut hasher).map_err(unreadable)?;
        }
        Ok(format!("blake3:{}", &hasher.finalize().to_hex()[..16]))
    }

    /// What was predicted for a document: annotations, or why there are none; `None` where nothing is said of it.
    ///
    /// # Errors
    /// Every annotation that does not fit the document.
    pub fn read(
        &self,
        document: &Document,
    ) -> Result<Option<Result<Annotations, String>>, Vec<Problem>> {
        let Some(file) = self.by_id.get(document.id()) else {
            return Ok(None);
        };
        let block = file
            .block(Some(file.path()), document)
            .map_err(|problem| vec![problem])?;
        let Some(record) = file.record(&block, document)? else {
            return Ok(None);
        };
        if let Some(failure) = record.failure() {
            return Ok(Some(Err(failure.to_owned())));
        }
        let read = record.read(document, &file.reading)?;
        Ok(Some(Ok(read.annotations)))
    }
}
