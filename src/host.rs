//! Hosts extractors that live elsewhere - programs, services, language models, files of predictions - so that none can hang, corrupt or lose a run.
//!
//! An extractor is [`Settings`] until [`start`] has met it; then it is a [`Remote`], which is handed many documents at a time and answers each of them once, with a
//! prediction or with an error. Whatever one document does to its extractor, the others keep their results.

mod answer;
pub mod conformance;
mod desk;
mod group;
mod guard;
mod http;
mod inputs;
mod knowledge;
mod llm;
mod once;
mod pool;
mod predictions;
mod process;
mod protocol;
mod quotations;
mod settings;
mod trace;
mod web;
mod worker;

use std::path::Path;
use std::time::Duration;

pub use self::inputs::Identity;
pub use self::protocol::VERSION;
pub use self::settings::{Header, LlmSettings, PredictionFiles, Settings, Transport};
pub use self::trace::{Trace, Way};

use crate::annotation::Prediction;
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::extract::{About, ExtractError, Extractor};
use crate::grounding::Tally;

/// What came of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was found, or why nothing was.
    pub outcome: Result<Prediction, ExtractError>,
    /// How its quotations were found in the article, where it answers with quotations.
    pub tally: Tally,
    /// How often the document was asked for; 1 where all went well.
    pub attempts: u32,
    /// Why earlier attempts failed that asked for this document alone. With a prediction beside it the extractor is flaky.
    pub earlier: Vec<ExtractError>,
    /// How long the answer took, its share of the request that it came with.
    pub time: Duration,
}

/// Who hears of the answers of an extractor. Called from many threads.
pub trait Listener: Sync {
    /// The answer for the document of this index. Called once for each document, unless the work was stopped.
    fn answered(&self, index: usize, answer: Answer);

    /// A request has been unanswered for so long.
    fn slow(&self, indices: &[usize], after: Duration) {
        let _ = (indices, after);
    }

    /// Whether the work is to end: what is not answered then stays unanswered.
    fn stopped(&self) -> bool {
        false
    }
}

/// What a person should know about an extractor that has ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Epilogue {
    /// Remarks, one sentence each.
    pub remarks: Vec<String>,
    /// Counters by name, such as tokens, for `run.json`.
    pub totals: Vec<(String, f64)>,
}

/// What is known of an extractor that lives elsewhere, once it has been met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What it says about itself.
    pub about: About,
    /// What its answers depend on.
    pub identity: Identity,
    /// How many requests it works on at once.
    pub workers: usize,
    /// How many documents it may be asked for in a minute at most, where that is limited.
    pub per_minute: Option<u64>,
}

/// An extractor that lives elsewhere.
pub trait Remote: Send + Sync {
    /// What is known of it.
    fn card(&self) -> &Card;

    /// What it says about itself.
    fn about(&self) -> &About {
        &self.card().about
    }

    /// What its answers depend on, for the cache.
    fn identity(&self) -> &Identity {
        &self.card().identity
    }

    /// How many requests it works on at once.
    fn workers(&self) -> usize {
        self.card().workers
    }

    /// Extracts from documents with as many workers as it has, and tells the listener of each answer as it comes. Workers live on from call to call.
    fn extract_all(&self, documents: &[&Document], listener: &dyn Listener);

    /// Ends the extractor, with everything that it started.
    fn finish(&self) -> Epilogue;
}

/// Something that extracts.
pub enum Engine {
    /// Built in: one document at a time, on the threads of the run.
    BuiltIn(Box<dyn Extractor>),
    /// Elsewhere: many documents at a time, on workers of its own.
    Remote(Box<dyn Remote>),
}

impl Engine {
    /// What the extractor says about itself.
    #[must_use]
    pub fn about(&self) -> &About {
        match self {
            Self::BuiltIn(extractor) => extractor.about(),
            Self::Remote(remote) => remote.about(),
        }
    }
}

impl From<Box<dyn Extractor>> for Engine {
    fn from(extractor: Box<dyn Extractor>) -> Self {
        Self::BuiltIn(extractor)
    }
}

/// Starts an extractor and meets it.
///
/// # Errors
/// [`Kind::Extractor`] where it cannot start, with what it said; [`Kind::Input`] where its files cannot be read.
pub fn start(settings: Settings) -> Result<Box<dyn Remote>> {
    match &settings.transport {
        Transport::Command(_) => Ok(Box::new(pool::Pool::start(settings)?)),
        Transport::Once(_) => Ok(Box::new(once::Once::start(settings)?)),
        Transport::Http(_) => Ok(Box::new(http::Http::start(settings)?)),
        Transport::Llm(llm) => {
            let llm = llm.clone();
            Ok(Box::new(llm::Llm::start(settings, &llm)?))
        }
        Transport::Predictions(source) => {
            let source = source.clone();
            Ok(Box::new(predictions::Predictions::start(
                settings, &source,
            )?))
        }
    }
}

/// Whether the file of a program is there: below `base` where it is named by a path, else in a folder of the search path.
fn program_is_there(command: &[String], base: &Path) -> bool {
    let program = command.first().map_or("", String::as_str);
    if program.contains('/') {
        return base.join(program).is_file();
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// The error that an extractor cannot start.
fn refusal(name: &str, what: &str) -> Problem {
    Problem::new(format!("extractor {name} cannot start: {what}"))
}

fn refused(problem: Problem) -> Error {
    Error::one(Kind::Extractor, problem)
}
