//! Every document through every extractor, matched and counted: the only parallel room.
//!
//! Work is a slice of entries in sorted order, taken in batches; the thread that takes an entry reads its text, so memory grows with the batch and not with
//! the corpus. Counts are folded in the order of the slice, so no thread decides an order and any number of threads gives the same result.

pub mod agree;
pub mod check;
pub mod convert;
pub mod documents;
pub mod estimates;
mod evaluate;
mod finished;
pub mod paired;
pub mod probe;
mod remote;
pub mod resample;
mod work;

use std::collections::BTreeMap;
use std::io;
use std::num::{NonZeroU32, NonZeroUsize};
use std::thread;
use std::time::Duration;

use rayon::prelude::*;

pub use self::finished::{Again, CorpusResult, ExtractorResult, Failure, Origins, Run};

use self::work::Work;
use crate::annotation::{Annotations, Label, Prediction};
use crate::cache::Cache;
use crate::corpus::{Corpus, Entry};
use crate::counts::{Annotated, CountTable, Measures};
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::host::Engine;
use crate::mistakes::Listed;

/// How many documents are in work before their counts are folded: large enough that no thread waits long for the slowest document of a batch, small enough to
/// bound memory.
const BATCH_DOCUMENTS: usize = 256;

/// How many mistakes a run lists for each extractor on each corpus, the first by document: more than anyone reads, and memory is finite. The others are
/// counted.
const MOST_MISTAKES: usize = 100_000;

/// Everything that a run needs to know.
pub struct Plan {
    /// The corpora, each with what its gold annotates.
    pub corpora: Vec<PlannedCorpus>,
    /// The extractors, in the order of reports.
    pub extractors: Vec<PlannedExtractor>,
    /// What to count.
    pub measures: Measures,
    /// How many threads to use.
    pub threads: NonZeroUsize,
    /// What was predicted before.
    pub caching: Caching,
}

/// What to do with what was predicted before.
#[derive(Default)]
pub struct Caching {
    /// The store; `None` where there is none.
    pub cache: Option<Cache>,
    /// Whether to take predictions from it.
    pub read: bool,
    /// Whether to put predictions into it.
    pub write: bool,
    /// How many of 10,000 predictions that it has are made again, to be compared.
    pub audit: u32,
}

/// A corpus of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCorpus {
    /// Its files.
    pub corpus: Corpus,
    /// What its gold annotates.
    pub annotated: Annotated,
}

/// An extractor of a plan.
pub struct PlannedExtractor {
    /// Its name in reports.
    pub name: String,
    /// The extractor itself.
    pub engine: Engine,
    /// Its labels onto those of the gold.
    pub labels: BTreeMap<String, String>,
    /// How often it is asked for each document.
    pub repeats: NonZeroU32,
}

/// What one document holds, found before any extraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The document's id.
    pub id: String,
    /// blake3 of the article's bytes, in hexadecimal.
    pub article: String,
    /// blake3 of the gold file's bytes; `None` where the document is not annotated.
    pub gold: Option<String>,
    /// The digest of what is annotated, whatever the format of its file; `None` where the document is not annotated.
    pub annotations: Option<String>,
    /// The article's size in bytes.
    pub bytes: u64,
    /// How many mentions the gold has.
    pub mentions: u64,
    /// How many claims the gold has.
    pub claims: u64,
}

/// What all documents of a plan hold, and the remarks on their gold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// One list for each corpus, in order of id.
    pub corpora: Vec<Vec<Inspected>>,
    /// Remarks that are no errors, in order of file and line.
    pub warnings: Vec<Problem>,
}

/// Who hears of a run while it goes on. Called from many threads.
pub trait Observer: Sync {
    /// One line of predictions, as soon as an extractor is done with a document; the order is that of arrival.
    ///
    /// # Errors
    /// Where it cannot be kept; the run stops.
    fn prediction(&self, line: &str) -> io::Result<()>;

    /// The counts of one document in the form in which they will be kept. Called where they were counted, so that this work is parallel too.
    ///
    /// # Errors
    /// Where they have no such form; the run stops.
    fn render(&self, counted: &Counted<'_>) -> io::Result<Vec<u8>>;

    /// Keeps what [`Self::render`] made of a document. Called in order of corpus and id.
    ///
    /// # Errors
    /// Where it cannot be kept; the run stops.
    fn document(&self, rendered: &[u8]) -> io::Result<()>;

    /// One more document is done with by all extractors.
    fn tick(&self) {}

    /// An extractor that lives elsewhere has answered for one document: a sign of life, since documents are done with many at a time.
    fn answered(&self) {}

    /// What an earlier, unfinished run of the same plan kept of this extractor for this repeat of a document, from 1, in the gold's labels.
    fn kept(
        &self,
        corpus: &str,
        extractor: &str,
        document: &Document,
        repeat: u32,
    ) -> Option<Kept> {
        let _ = (corpus, extractor, document, repeat);
        None
    }

    /// An extractor was asked for a document more than once. Called before its prediction is told.
    ///
    /// # Errors
    /// Where it cannot be kept; the run stops.
    fn asked_again(&self, corpus: &str, extractor: &str, again: &Again) -> io::Result<()> {
        let _ = (corpus, extractor, again);
        Ok(())
    }

    /// An extractor has not answered for these documents for so long.
    fn slow(&self, extractor: &str, documents: &[&str], after: Duration) {
        let _ = (extractor, documents, after);
    }

    /// Whether the run is to end before it is finished.
    fn stopped(&self) -> bool {
        false
    }
}

/// What an unfinished run had kept of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The prediction, in the gold's labels.
    pub prediction: Prediction,
    /// How often it was asked for, where that was more than once.
    pub again: Option<Again>,
}

/// The counts of one document by each extractor.
#[derive(Debug)]
pub struct Counted<'a> {
    /// The corpus's name.
    pub corpus: &'a str,
    /// The document's id.
    pub document: &'a str,
    /// The extractors' names and counts, in order of the plan; empty where the document is not annotated.
    pub extractors: Vec<(&'a str, &'a CountTable)>,
}

/// Reads every document and its gold once, before any extraction.
///
/// # Errors
/// [`Kind::Input`] with every problem of every article and gold file.
pub fn inspect(plan: &Plan) -> Result<Inspection> {
    let mut inspection = Inspection::default();
    let mut problems = Vec::new();
    let pool = pool(plan.threads)?;
    for planned in &plan.corpora {
        let entries = &planned.corpus.entries;
        let results: Vec<_> = pool.install(|| entries.par_iter().map(inspect_entry).collect());
        let mut documents = Vec::new();
        for result in results {
            match result {
                Ok((document, warnings)) => {
                    documents.push(document);
                    inspection.warnings.extend(warnings);
                }
                Err(found) => problems.extend(found),
            }
        }
        inspection.corpora.push(documents);
    }
    Error::all(Kind::Input, problems)?;
    Ok(inspection)
}

fn inspect_entry(entry: &Entry) -> Result<(Inspected, Vec<Problem>), Vec<Problem>> {
    let document = entry.document().map_err(|problem| vec![problem])?;
    let labelled = entry.labelled(&document)?;
    let annotations = labelled.as_ref().map(|labelled| &labelled.gold.0);
    let digest = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    let inspected = Inspected {
        id: entry.id.clone(),
        article: digest(document.text()),
        bytes: document.text().len() as u64,
        gold: labelled.as_ref().map(|labelled| digest(&labelled.source)),
        annotations: annotations.map(Annotations::digest),
        mentions: annotations.map_or(0, |annotations| annotations.mentions.len() as u64),
        claims: annotations.map_or(0, |annotations| annotations.claims.len() as u64),
    };
    Ok((
        inspected,
        labelled.map_or_else(Vec::new, |labelled| labelled.warnings),
    ))
}

/// Applies every extractor to every document, and counts.
///
/// While the documents of one batch are counted, extractors that live elsewhere work on those of the next.
///
/// # Errors
/// [`Kind::Machine`] where the observer cannot keep what it hears, or threads cannot be had; [`Kind::Interrupted`] where the observer wants it to end. A document
/// that an extractor fails on is no error: it is listed in the result.
pub fn run(plan: &Plan, observer: &dyn Observer) -> Result<Run> {
    let pool = pool(plan.threads)?;
    let mut corpora = Vec::new();
    for planned in &plan.corpora {
        let mut result = CorpusResult::begin(plan, planned);
        let mut lists = vec![Listed::default(); plan.extractors.len()];
        let work = |lists: &[Listed]| Work {
            plan,
            planned,
            observer,
            listing: lists
                .iter()
                .map(|listed| listed.kept.len() < MOST_MISTAKES)
                .collect(),
        };
        let mut batches = planned.corpus.entries.chunks(BATCH_DOCUMENTS);
        let mut next = match batches.next() {
            Some(batch) => Some((batch, work(&lists).prepare(batch, &pool)?)),
            None => None,
        };
        while let Some((batch, prepared)) = next.take() {
            if observer.stopped() {
                return Err(interrupted());
            }
            let work = work(&lists);
            let following = batches.next();
            let (done, ahead) = thread::scope(|scope| {
                let ahead =
                    following.map(|batch| (batch, scope.spawn(|| work.prepare(batch, &pool))));
                let done = pool.install(|| work.evaluate(batch, prepared));
                (done, ahead.map(|(batch, ahead)| (batch, ahead.join())))
            });
            for (entry, done) in batch.iter().zip(done) {
                let folded = done.and_then(|done| result.fold(entry, done, &mut lists, observer));
                folded.map_err(|error| unkept(&error))?;
            }
            next = match ahead {
                Some((batch, Ok(prepared))) => Some((batch, prepared?)),
                Some((_, Err(panic))) => std::panic::resume_unwind(panic),
                None => None,
            };
        }
        for (result, listed) in result.extractors.iter_mut().zip(lists) {
            result.mistakes = Some(listed.ranked());
        }
        corpora.push(result);
    }
    if observer.stopped() {
        return Err(interrupted());
    }
    Ok(Run {
        corpora,
        measures: plan.measures.clone(),
        labels: Vec::new(),
    })
}

fn interrupted() -> Error {
    Error::one(Kind::Interrupted, Problem::new("the run was interrupted"))
}

fn pool(threads: NonZeroUsize) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.get())
        .build()
        .map_err(|error| {
            let problem = Problem::new("cannot start the threads")
                .found(error.to_string())
                .mend("ask for fewer with -j");
            Error::one(Kind::Machine, problem)
        })
}

fn unkept(error: &io::Error) -> Error {
    let problem = Problem::new("cannot write the results of the run")
        .found(error.to_string())
        .mend("check the space and the rights of the output folder, then run again");
    Error::one(Kind::Machine, problem)
}

impl PlannedExtractor {
    /// How many mentions of a prediction, in the extractor's own labels, have one that it does not name.
    fn foreign(&self, prediction: &Annotations) -> BTreeMap<String, u64> {
        let own = &self.engine.about().labels;
        let mut foreign = BTreeMap::new();
        if own.is_empty() {
            return foreign;
        }
        let placed = prediction.mentions.iter().map(|mention| &mention.label);
        let unplaced = prediction.unplaced.iter().map(|unplaced| &unplaced.label);
        for label in placed.chain(unplaced) {
            if !own.iter().any(|own| own == label.as_ref()) {
                *foreign.entry(label.to_string()).or_default() += 1;
            }
        }
        foreign
    }

    /// The prediction in the gold's labels.
    fn mapped(&self, mut prediction: Prediction) -> Prediction {
        let Annotations {
            mentions, unplaced, ..
        } = &mut prediction.0;
        let labels = mentions.iter_mut().map(|mention| &mut mention.label);
        for own in labels.chain(unplaced.iter_mut().map(|unplaced| &mut unplaced.label)) {
            if let Some(label) = self.labels.get(own.as_ref()) {
                *own = Label::Owned(label.clone());
            }
        }
        prediction
    }
}
