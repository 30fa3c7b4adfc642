//! Predictions that were made elsewhere, as an extractor: files in any format that goldspan reads, found by the documents' ids.

use std::path::Path;
use std::time::Instant;

use super::inputs::Identity;
use super::settings::{PredictionFiles, Settings};
use super::{Answer, Card, Epilogue, Listener, Remote};
use crate::annotation::{Prediction, Task};
use crate::corpus::{PredictedFiles, Source};
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::extract::{About, ExtractError};
use crate::grounding::Tally;

/// Files of predictions.
pub(super) struct Predictions {
    files: PredictedFiles,
    card: Card,
}

impl Predictions {
    /// Finds the files, and what documents they hold.
    ///
    /// # Errors
    /// Where there are none, or they cannot be read.
    pub(super) fn start(settings: Settings, source: &PredictionFiles) -> Result<Self> {
        let limits = source.reading.limits;
        let pattern = Path::new(&source.pattern);
        let found = Source::find_in(&settings.base, pattern, source.format, None, limits);
        let refuse = |error: Error| Error {
            kind: Kind::Extractor,
            ..error
        };
        let found = found.map_err(refuse)?;
        let mut problems = Vec::new();
        let files = PredictedFiles::of(&found, &source.reading, &mut problems).map_err(refuse)?;
        Error::all(Kind::Extractor, problems)?;
        // As with predictions that are scored without a run: what they say nothing about was not attempted.
        let said = files.tasks();
        let tasks = settings.tasks.into_iter();
        let tasks: Vec<Task> = tasks.filter(|task| said.contains(task)).collect();
        let about = About {
            params: [("files".to_owned(), source.pattern.clone())].into(),
            ..About::new("predictions", &files.digest()?, &tasks, "")
        };
        Ok(Self {
            files,
            card: Card {
                about,
                identity: Identity::Unknown {
                    why: "its answers are files already",
                    program: blake3::hash(format!("{source:?} {tasks:?}").as_bytes())
                        .to_hex()
                        .to_string(),
                },
                workers: 1,
                per_minute: None,
            },
        })
    }

    fn answer(&self, document: &Document) -> Result<Prediction, ExtractError> {
        let told = |problems: Vec<Problem>| {
            let first = problems.first().map(ToString::to_string);
            let more = problems.len().saturating_sub(1);
            let more = if more > 0 {
                format!("; and {more} more problems")
            } else {
                String::new()
            };
            ExtractError::of("bad_answer", first.unwrap_or_default() + &more)
        };
        match self.files.read(document).map_err(told)? {
            Some(Ok(annotations)) => Ok(Prediction(annotations)),
            Some(Err(failure)) => Err(ExtractError::of("failed", failure)),
            None => Err(ExtractError::of(
                "missing",
                "the files have no prediction for this document",
            )),
        }
    }
}

impl Remote for Predictions {
    fn card(&self) -> &Card {
        &self.card
    }

    fn extract_all(&self, documents: &[&Document], listener: &dyn Listener) {
        for (index, document) in documents.iter().enumerate() {
            if listener.stopped() {
                return;
            }
            let begun = Instant::now();
            let outcome = self.answer(document);
            listener.answered(
                index,
                Answer {
                    outcome,
                    tally: Tally::default(),
                    attempts: 1,
                    earlier: Vec::new(),
                    time: begun.elapsed(),
                },
            );
        }
    }

    fn finish(&self) -> Epilogue {
        Epilogue::default()
    }
}
