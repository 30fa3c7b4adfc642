//! Every document through every extractor, matched and counted: the only parallel room.
//!
//! Work is a slice of entries in sorted order, taken in batches; the thread that takes an entry reads its text, so memory grows with the batch and not with
//! the corpus. Counts are folded in the order of the slice, so no thread decides an order and any number of threads gives the same result.

pub mod agree;
pub mod check;
pub mod convert;
pub mod documents;
pub mod paired;

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::annotation::{Annotations, Gold, Label, Prediction};
use crate::corpus::{Corpus, Entry};
use crate::counts::{Annotated, CountTable, Measures, Rules, count};
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::extract::{About, Extractor};
use crate::formats::jsonl;
use crate::mistakes::{self, Listed, Mistake, Ranked};

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
    pub extractor: Box<dyn Extractor>,
    /// Its labels onto those of the gold.
    pub labels: BTreeMap<String, String>,
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

/// A finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// One result for each corpus.
    pub corpora: Vec<CorpusResult>,
    /// What was counted.
    pub measures: Measures,
    /// The entity labels that were counted alone, the others left out on both sides; empty for all.
    pub labels: Vec<String>,
}

/// What came out for one corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusResult {
    /// The corpus's name.
    pub name: String,
    /// What its gold annotates.
    pub annotated: Annotated,
    /// How many documents were read.
    pub documents: u64,
    /// How many of them are annotated, and so were scored.
    pub scored: u64,
    /// The documents whose files changed after they were inspected, in order of id: they are not scored, and the run is incomplete.
    pub changed: Vec<Failure>,
    /// The documents that were predicted and have no gold, in order of id.
    pub extra: Vec<String>,
    /// Whether what was predicted for these is counted as spurious all the same.
    pub extra_is_spurious: bool,
    /// One result for each extractor.
    pub extractors: Vec<ExtractorResult>,
}

/// What came out for one extractor on one corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtractorResult {
    /// The extractor's name in the plan.
    pub name: String,
    /// What it says about itself.
    pub about: About,
    /// Its counts over all annotated documents.
    pub table: CountTable,
    /// What went wrong, in the order in which it is told; `None` where it was not to be listed.
    pub mistakes: Option<Ranked>,
    /// The documents that it failed on, in order of id; they count as nothing predicted.
    pub failures: Vec<Failure>,
    /// Processor time spent in the extractor, over all threads.
    pub time: Duration,
}

/// One document that could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The document's id.
    pub document: String,
    /// Why.
    pub error: String,
}

impl Run {
    /// How many extractions failed, those on documents that changed included, and how many there were.
    #[must_use]
    pub fn failures(&self) -> (u64, u64) {
        let (mut failed, mut total) = (0, 0);
        for corpus in &self.corpora {
            let extractors = corpus.extractors.len() as u64;
            let own = corpus
                .extractors
                .iter()
                .map(|extractor| extractor.failures.len() as u64);
            failed += own.sum::<u64>() + extractors * corpus.changed.len() as u64;
            total += extractors * corpus.documents;
        }
        (failed, total)
    }
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
/// # Errors
/// [`Kind::Machine`] where the observer cannot keep what it hears, or threads cannot be had. A document that an extractor fails on is no error: it
/// is listed in the result.
pub fn run(plan: &Plan, observer: &dyn Observer) -> Result<Run> {
    let pool = pool(plan.threads)?;
    let mut corpora = Vec::new();
    for planned in &plan.corpora {
        let mut result = CorpusResult::begin(plan, planned);
        let mut lists = vec![Listed::default(); plan.extractors.len()];
        for batch in planned.corpus.entries.chunks(BATCH_DOCUMENTS) {
            let work = Work {
                plan,
                planned,
                observer,
                listing: lists
                    .iter()
                    .map(|listed| listed.kept.len() < MOST_MISTAKES)
                    .collect(),
            };
            let done: Vec<io::Result<DocumentResult>> =
                pool.install(|| batch.par_iter().map(|entry| work.process(entry)).collect());
            for (entry, done) in batch.iter().zip(done) {
                let done = done.map_err(|error| unkept(&error))?;
                result
                    .fold(entry, done, &mut lists, observer)
                    .map_err(|error| unkept(&error))?;
            }
        }
        for (result, listed) in result.extractors.iter_mut().zip(lists) {
            result.mistakes = Some(listed.ranked());
        }
        corpora.push(result);
    }
    Ok(Run {
        corpora,
        measures: plan.measures.clone(),
        labels: Vec::new(),
    })
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

/// What one extractor made of one document.
struct Extraction {
    table: CountTable,
    /// `None` where the list was full.
    mistakes: Option<Vec<Mistake>>,
    error: Option<String>,
    time: Duration,
}

/// What all extractors made of one document, or why it could not be read any more.
struct DocumentResult {
    changed: Option<String>,
    scored: bool,
    extractions: Vec<Extraction>,
    rendered: Vec<u8>,
}

/// What the documents of a batch have in common.
struct Work<'a> {
    plan: &'a Plan,
    planned: &'a PlannedCorpus,
    observer: &'a dyn Observer,
    /// For each extractor whether its list of mistakes has room.
    listing: Vec<bool>,
}

impl Work<'_> {
    /// One document: read, extracted by every extractor, matched and counted.
    fn process(&self, entry: &Entry) -> io::Result<DocumentResult> {
        let done = match read(entry) {
            Ok((document, gold)) => self.extract(&document, gold.as_ref())?,
            // The inspection read this file a moment ago: somebody changed it since.
            Err(error) => DocumentResult {
                changed: Some(error),
                scored: false,
                extractions: Vec::new(),
                rendered: Vec::new(),
            },
        };
        self.observer.tick();
        Ok(done)
    }

    fn extract(&self, document: &Document, gold: Option<&Gold>) -> io::Result<DocumentResult> {
        let extractors = &self.plan.extractors;
        let mut extractions = Vec::with_capacity(extractors.len());
        for (extractor, listing) in extractors.iter().zip(&self.listing) {
            extractions.push(self.extract_by(extractor, *listing, document, gold)?);
        }
        let scored = extractors.iter().zip(&extractions);
        let scored = scored.filter(|_| gold.is_some());
        let rendered = self.observer.render(&Counted {
            corpus: &self.planned.corpus.name,
            document: document.id(),
            extractors: scored
                .map(|(extractor, extraction)| (extractor.name.as_str(), &extraction.table))
                .collect(),
        })?;
        Ok(DocumentResult {
            changed: None,
            scored: gold.is_some(),
            extractions,
            rendered,
        })
    }

    /// Extracts from one document, journals what was found, and counts it against the gold.
    fn extract_by(
        &self,
        extractor: &PlannedExtractor,
        listing: bool,
        document: &Document,
        gold: Option<&Gold>,
    ) -> io::Result<Extraction> {
        let begun = Instant::now();
        let outcome = extractor.extract(document);
        let time = begun.elapsed();
        let tasks = extractor.extractor.about().tasks;
        let origin = jsonl::Origin {
            corpus: &self.planned.corpus.name,
            extractor: &extractor.name,
            tasks,
        };
        let told = outcome
            .as_ref()
            .map(|prediction| &prediction.0)
            .map_err(String::as_str);
        let line = jsonl::prediction_line(document, origin, told)?;
        self.observer.prediction(&line)?;
        let (prediction, error) = match outcome {
            Ok(prediction) => (prediction, None),
            Err(error) => (Prediction::default(), Some(error)),
        };
        let rules = Rules {
            measures: &self.plan.measures,
            annotated: &self.planned.annotated,
            tasks,
        };
        let table = gold.map(|gold| count(document, gold, &prediction, rules));
        let mistakes = || Some(mistakes::of(document, gold?, &prediction, rules));
        Ok(Extraction {
            table: table.unwrap_or_default(),
            mistakes: listing.then(|| mistakes().unwrap_or_default()),
            error,
            time,
        })
    }
}

/// The document of an entry, and its gold where it is annotated.
fn read(entry: &Entry) -> Result<(Document, Option<Gold>), String> {
    let document = entry.document().map_err(|problem| problem.to_string())?;
    let first = |problems: Vec<Problem>| {
        problems
            .first()
            .map_or_else(String::new, ToString::to_string)
    };
    let labelled = entry.labelled(&document).map_err(first)?;
    Ok((document, labelled.map(|labelled| labelled.gold)))
}

impl PlannedExtractor {
    /// What the extractor finds in the document, in the gold's labels. A panic inside the extractor is an error of this document only.
    ///
    /// # Errors
    /// What the extractor says, or that it panicked.
    pub fn extract(&self, document: &Document) -> Result<Prediction, String> {
        // An extractor that panicked is used again: its trait promises the same answer whatever came before.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.extractor.extract(document)));
        let mut prediction = match outcome {
            Ok(Ok(prediction)) => prediction,
            Ok(Err(error)) => return Err(error.to_string()),
            Err(panic) => return Err(format!("panicked: {}", panic_message(&*panic))),
        };
        let Annotations {
            mentions, unplaced, ..
        } = &mut prediction.0;
        let labels = mentions.iter_mut().map(|mention| &mut mention.label);
        for own in labels.chain(unplaced.iter_mut().map(|unplaced| &mut unplaced.label)) {
            if let Some(label) = self.labels.get(own.as_ref()) {
                *own = Label::Owned(label.clone());
            }
        }
        Ok(prediction)
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

impl CorpusResult {
    fn begin(plan: &Plan, planned: &PlannedCorpus) -> Self {
        let result = |extractor: &PlannedExtractor| ExtractorResult {
            name: extractor.name.clone(),
            about: extractor.extractor.about().clone(),
            table: CountTable::default(),
            mistakes: None,
            failures: Vec::new(),
            time: Duration::ZERO,
        };
        Self {
            name: planned.corpus.name.clone(),
            annotated: planned.annotated.clone(),
            documents: 0,
            scored: 0,
            changed: Vec::new(),
            extra: Vec::new(),
            extra_is_spurious: false,
            extractors: plan.extractors.iter().map(result).collect(),
        }
    }

    /// Adds one document, and tells the observer.
    fn fold(
        &mut self,
        entry: &Entry,
        done: DocumentResult,
        lists: &mut [Listed],
        observer: &dyn Observer,
    ) -> io::Result<()> {
        self.documents += 1;
        self.scored += u64::from(done.scored);
        self.changed.extend(done.changed.map(|error| Failure {
            document: entry.id.clone(),
            error,
        }));
        let results = self.extractors.iter_mut().zip(lists);
        for ((result, listed), extraction) in results.zip(done.extractions) {
            result.table += &extraction.table;
            match extraction.mistakes {
                Some(mistakes) => listed.extend(mistakes, MOST_MISTAKES),
                None => listed.cut = true,
            }
            result.time += extraction.time;
            result
                .failures
                .extend(extraction.error.map(|error| Failure {
                    document: entry.id.clone(),
                    error,
                }));
        }
        observer.document(&done.rendered)
    }
}
