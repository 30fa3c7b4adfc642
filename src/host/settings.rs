//! What a person may say about an extractor that lives elsewhere.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::trace::Trace;
use crate::annotation::Task;
use crate::formats::{Format, Options};
use crate::offset::Unit;

/// How an extractor is spoken to.
#[derive(Debug, Clone, PartialEq)]
pub enum Transport {
    /// A program that stays, and speaks the protocol.
    Command(Vec<String>),
    /// A program that is started for each document.
    Once(Vec<String>),
    /// A service at this address that speaks the protocol over HTTP.
    Http(String),
    /// A language model behind an endpoint like OpenAI's.
    Llm(LlmSettings),
    /// Predictions that were made elsewhere.
    Predictions(PredictionFiles),
}

/// A language model, and what it is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct LlmSettings {
    /// Where it is asked; `/chat/completions` is added unless it ends so.
    pub endpoint: String,
    /// Its name there.
    pub model: String,
    /// The file of the prompt.
    pub prompt: String,
    /// How freely it chooses words.
    pub temperature: Option<f64>,
    /// The number that its choices begin from.
    pub seed: Option<i64>,
    /// How long its answers may be.
    pub max_tokens: Option<u32>,
    /// What a million tokens of a question cost.
    pub input_price: Option<f64>,
    /// What a million tokens of an answer cost.
    pub output_price: Option<f64>,
    /// The labels that it may give; empty for any.
    pub label_set: Vec<String>,
    /// The environment variable that holds the key.
    pub api_key: Option<String>,
}

/// A header of requests whose value comes from the environment when the run starts, so that it is written down nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// What stands before the value, such as `Bearer`; empty for nothing.
    pub prefix: String,
    /// The environment variable that holds the value.
    pub variable: String,
}

impl Header {
    /// Reads `env:NAME`, or `PREFIX env:NAME`; `None` where it is a value itself.
    #[must_use]
    pub fn parse(name: &str, value: &str) -> Option<Self> {
        let (prefix, variable) = value.rsplit_once("env:")?;
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let nothing_else = variable.chars().all(letter)
            && variable.starts_with(|c: char| !c.is_ascii_digit())
            && (prefix.is_empty() || prefix.ends_with(' '))
            // More than a word such as Bearer may be the value itself.
            && prefix.trim_end().chars().all(|c| c.is_ascii_alphabetic() || c == '-')
            && prefix.len() <= LONGEST_PREFIX;
        nothing_else.then(|| Self {
            name: name.to_owned(),
            prefix: prefix.trim_end().to_owned(),
            variable: variable.to_owned(),
        })
    }
}

/// How long a word before a value may be.
const LONGEST_PREFIX: usize = 16;

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
    /// Headers of its requests.
    pub headers: Vec<Header>,
    /// How many requests are made a minute at most.
    pub requests_per_minute: Option<u32>,
    /// How many bytes a line of its answers may have, or an answer over HTTP.
    pub line_bytes: usize,
    /// Who hears the exact bytes of both sides.
    pub trace: Option<Trace>,
}

impl Settings {
    /// An extractor with the default of everything else.
    #[must_use]
    pub fn new(name: impl Into<String>, transport: Transport) -> Self {
        let service = matches!(transport, Transport::Http(_) | Transport::Llm(_));
        // A model writes word by word, and an answer that nobody waits for is paid for.
        let slowness = match transport {
            Transport::Llm(_) => 4,
            _ => 1,
        };
        Self {
            name: name.into(),
            transport,
            base: PathBuf::new(),
            params: BTreeMap::new(),
            inputs: Vec::new(),
            env: Vec::new(),
            tasks: Task::ALL.to_vec(),
            workers: if service { 4 } else { 1 },
            threads: 1,
            timeout: Duration::from_secs(30 * slowness),
            slow_after: Duration::from_secs(10 * slowness),
            grace: Duration::from_secs(5),
            start_timeout: Duration::from_secs(60),
            retries: if service { 4 } else { 1 },
            restarts: 20,
            memory: None,
            batch: None,
            cache: true,
            unit: Unit::CodePoint,
            version: String::new(),
            headers: Vec::new(),
            requests_per_minute: None,
            line_bytes: 64 << 20,
            trace: None,
        }
    }
}
