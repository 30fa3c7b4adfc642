//! What those who extract have in common: the plan, who hears of it, and what an answer is.

use std::io;
use std::time::Duration;

use super::{Observer, Origins, Plan, PlannedCorpus, PlannedExtractor};
use crate::annotation::Prediction;
use crate::document::Document;
use crate::error::Result;
use crate::formats::jsonl;

/// What the documents of a batch have in common.
pub(super) struct Work<'a> {
    pub(super) plan: &'a Plan,
    pub(super) planned: &'a PlannedCorpus,
    pub(super) observer: &'a dyn Observer,
    /// For each extractor whether its list of mistakes has room.
    pub(super) listing: Vec<bool>,
}

impl Work<'_> {
    /// Tells the observer what an extractor found in a repeat of a document, counted from 1.
    pub(super) fn journal(
        &self,
        extractor: &PlannedExtractor,
        document: &Document,
        repeat: u32,
        outcome: &Result<Prediction, String>,
    ) -> io::Result<()> {
        let origin = jsonl::Origin {
            corpus: &self.planned.corpus.name,
            extractor: &extractor.name,
            repeat,
            tasks: &extractor.engine.about().tasks,
        };
        let told = outcome
            .as_ref()
            .map(|prediction| &prediction.0)
            .map_err(String::as_str);
        let line = jsonl::prediction_line(document, origin, told)?;
        self.observer.prediction(&line)
    }
}

/// What an extractor answered for a document, once.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// What it found, in the gold's labels, or why nothing.
    pub(super) outcome: Result<Prediction, String>,
    /// How long it took.
    pub(super) time: Duration,
    /// How that came about.
    pub(super) origin: Origins,
}

impl Asked {
    /// Nothing, since the work was stopped.
    pub(super) fn unanswered() -> Self {
        Self {
            outcome: Err("the run was interrupted".to_owned()),
            time: Duration::ZERO,
            origin: Origins::default(),
        }
    }

    pub(super) fn found(prediction: Prediction, origin: Origins) -> Self {
        Self {
            outcome: Ok(prediction),
            time: Duration::ZERO,
            origin,
        }
    }
}
