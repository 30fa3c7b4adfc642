//! What a person may say about an extractor that lives elsewhere.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::process::Trace;
use crate::annotation::Task;
use crate::formats::{Format, Options};
use crate::offset::Unit;

/// How an extractor is spoken to.
#[expect(
    clippy::large_enum_variant,
    reason = "there are as many as there are extractors"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// A program that stays, and speaks the protocol.
    Command(Vec<String>),
    /// A program that is started for each document.
    Once(Vec<String>),
    /// Predictions that were made elsewhere.
    Predictions(PredictionFiles),
}

/// Files of predictions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredictionFiles {
    /// A file, a folder or a glob.
    pub pattern: String,
    /// Their format; `None` for the one that they look like.
    pub format: Option<&'static Format>,
    /// How they are to be read.
    pub reading: Options,
}

/// Everything about one extractor.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its name in reports.
    pub name: String,
    /// How it is spoken to.
    pub transport: Transport,
    /// The folder in which it runs, and that relative paths start from.
    pub base: PathBuf,
    /// Its parameters.
    pub params: BTreeMap<String, String>,
    /// Files that its answers depend on: paths or globs.
    pub inputs: Vec<String>,
    /// Environment variables that its answers depend on, by name.
    pub env: Vec<String>,
    /// What to ask it for.
    pub tasks: Vec<Task>,
    /// How many workers it has: processes, or requests at a time.
    pub workers: usize,
    /// How many threads each process is told to use.
    pub threads: usize,
    /// How long a request may take.
    pub timeout: Duration,
    /// After how long an unanswered request is told of.
    pub slow_after: Duration,
    /// How long a process may take to end when it is asked to.
    pub grace: Duration,
    /// How long it may take to get ready.
    pub start_timeout: Duration,
    /// How often a document is asked for again that failed in a way that may pass.
    pub retries: u32,
    /// How often workers are started again in all.
    pub restarts: u32,
    /// How many bytes of address space each process may have; enforced on Linux.
    pub memory: Option<u64>,
    /// How many documents a request has at most; the extractor may say less.
    pub batch: Option<usize>,
    /// Whether its answers may be cached.
    pub cache: bool,
    /// What its offsets count, where it cannot say so itself.
    pub unit: Unit,
    /// Its version, where it cannot say so itself.
    pub version: String,
    /// How many bytes a line of its answers may have.
    pub line_bytes: usize,
    /// Who hears the exact bytes of both sides.
    pub trace: Option<Trace>,
}

impl Settings {
    /// An extractor with the default of everything else.
    #[must_use]
    pub fn new(name: impl Into<String>, transport: Transport) -> Self {
        Self {
            name: name.into(),
            transport,
            base: PathBuf::new(),
            params: BTreeMap::new(),
            inputs: Vec::new(),
            env: Vec::new(),
            tasks: Task::ALL.to_vec(),
            workers: 1,
            threads: 1,
            timeout: Duration::from_secs(30),
            slow_after: Duration::from_secs(10),
            grace: Duration::from_secs(5),
            start_timeout: Duration::from_secs(60),
            retries: 1,
            restarts: 20,
            memory: None,
            batch: None,
            cache: true,
            unit: Unit::CodePoint,
            version: String::new(),
            line_bytes: 64 << 20,
            trace: None,
        }
    }
}
