//! One batch of documents: read, extracted by every extractor, matched and counted.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::remote;
use super::work::{Asked, Work};
use super::{Counted, Origins, PlannedExtractor};
use crate::annotation::{Gold, Prediction};
use crate::corpus::Entry;
use crate::counts::{CountTable, Rules, count};
use crate::document::Document;
use crate::error::{Problem, Result};
use crate::extract::Extractor;
use crate::host::Engine;
use crate::mistakes::{self, Mistake};

/// What one extractor made of one document.
pub(super) struct Extraction {
    pub(super) table: CountTable,
    /// `None` where the list was full.
    pub(super) mistakes: Option<Vec<Mistake>>,
    pub(super) error: Option<String>,
    pub(super) time: Duration,
    pub(super) origin: Origins,
}

/// What all extractors made of one document, or why it could not be read any more.
pub(super) struct DocumentResult {
    pub(super) changed: Option<String>,
    pub(super) scored: bool,
    pub(super) extractions: Vec<Extraction>,
    pub(super) rendered: Vec<u8>,
}

/// A document as far as it could be read, with its gold where it is annotated.
type Readable = Result<(Document, Option<Gold>), String>;

/// A batch that was read, and that extractors that live elsewhere have answered.
pub(super) struct Prepared {
    documents: Vec<Readable>,
    /// For each extractor the answers by document; none for those that are built in.
    answers: Vec<Vec<Option<Asked>>>,
}

impl Work<'_> {
    /// Reads the documents, and asks the extractors that live elsewhere, all at once.
    ///
    /// # Errors
    /// Where what they answer cannot be kept.
    pub(super) fn prepare(&self, batch: &[Entry], pool: &rayon::ThreadPool) -> Result<Prepared> {
        let documents: Vec<Readable> = pool.install(|| batch.par_iter().map(read).collect());
        let readable: Vec<Option<&Document>> = documents
            .iter()
            .map(|read| read.as_ref().ok().map(|(document, _)| document))
            .collect();
        let ask = |extractor: &PlannedExtractor| match &extractor.engine {
            Engine::BuiltIn(_) => Ok(Vec::new()),
            Engine::Remote(host) => remote::ask(self, extractor, host.as_ref(), &readable, pool),
        };
        let answers: Vec<io::Result<Vec<Option<Asked>>>> = std::thread::scope(|scope| {
            let (ask, extractors) = (&ask, self.plan.extractors.iter());
            let asked: Vec<_> = extractors
                .map(|extractor| match &extractor.engine {
                    Engine::BuiltIn(_) => None,
                    Engine::Remote(_) => Some(scope.spawn(move || ask(extractor))),
                })
                .collect();
            let joined = asked
                .into_iter()
                .map(|asked| match asked.map(|a| a.join()) {
                    Some(Ok(answers)) => answers,
                    Some(Err(panic)) => std::panic::resume_unwind(panic),
                    None => Ok(Vec::new()),
                });
            joined.collect()
        });
        let answers = answers.into_iter().collect::<io::Result<Vec<_>>>();
        let answers = answers.map_err(|error| super::unkept(&error))?;
        Ok(Prepared { documents, answers })
    }

    /// Lets the built-in extractors work, and counts.
    pub(super) fn evaluate(
        &self,
        batch: &[Entry],
        prepared: Prepared,
    ) -> Vec<io::Result<DocumentResult>> {
        let Prepared { documents, answers } = prepared;
        // By document instead of by extractor, so that each is taken by the thread that counts it.
        let mut by_document: Vec<Vec<Option<Asked>>> = batch.iter().map(|_| Vec::new()).collect();
        for answers in answers {
            let mut answers = answers.into_iter();
            for own in &mut by_document {
                own.push(answers.next().flatten());
            }
        }
        let work = documents.into_par_iter().zip(by_document);
        work.map(|(document, answers)| self.process(document, answers))
            .collect()
    }

    /// One document: extracted by every extractor, matched and counted.
    fn process(
        &self,
        document: Readable,
        answers: Vec<Option<Asked>>,
    ) -> io::Result<DocumentResult> {
        let done = match document {
            Ok((document, gold)) => self.extract(&document, gold.as_ref(), answers)?,
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

    fn extract(
        &self,
        document: &Document,
        gold: Option<&Gold>,
        answers: Vec<Option<Asked>>,
    ) -> io::Result<DocumentResult> {
        let extractors = &self.plan.extractors;
        let mut extractions = Vec::with_capacity(extractors.len());
        for ((extractor, listing), answer) in extractors.iter().zip(&self.listing).zip(answers) {
            let asked = match (answer, &extractor.engine) {
                (Some(asked), _) => asked,
                (None, Engine::BuiltIn(built_in)) => {
                    self.by_built_in(extractor, built_in.as_ref(), document)?
                }
                // Only work that was stopped leaves documents unanswered; then nothing is counted in the end.
                (None, Engine::Remote(_)) => Asked::unanswered(),
            };
            extractions.push(self.counted(extractor, *listing, document, gold, asked));
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

    /// Lets a built-in extractor work on a document, and journals what it found. A panic inside the extractor is an error of this document only.
    fn by_built_in(
        &self,
        extractor: &PlannedExtractor,
        built_in: &dyn Extractor,
        document: &Document,
    ) -> io::Result<Asked> {
        let begun = Instant::now();
        // An extractor that panicked is used again: its trait promises the same answer whatever came before.
        let outcome = catch_unwind(AssertUnwindSafe(|| built_in.extract(document)));
        let outcome = match outcome {
            Ok(Ok(prediction)) => Ok(extractor.mapped(prediction)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(panic) => Err(format!("panicked: {}", panic_message(&*panic))),
        };
        let asked = Asked {
            outcome,
            time: begun.elapsed(),
            origin: Origins {
                ran: 1,
                ..Origins::default()
            },
        };
        self.journal(extractor, document, &asked.outcome)?;
        Ok(asked)
    }

    /// Counts what was found against the gold.
    fn counted(
        &self,
        extractor: &PlannedExtractor,
        listing: bool,
        document: &Document,
        gold: Option<&Gold>,
        asked: Asked,
    ) -> Extraction {
        let (prediction, error) = match asked.outcome {
            Ok(prediction) => (prediction, None),
            Err(error) => (Prediction::default(), Some(error)),
        };
        let rules = Rules {
            measures: &self.plan.measures,
            annotated: &self.planned.annotated,
            tasks: &extractor.engine.about().tasks,
        };
        let table = gold.map(|gold| count(document, gold, &prediction, rules));
        let mistakes = || Some(mistakes::of(document, gold?, &prediction, rules));
        Extraction {
            table: table.unwrap_or_default(),
            mistakes: listing.then(|| mistakes().unwrap_or_default()),
            error,
            time: asked.time,
            origin: asked.origin,
        }
    }
}

/// The document of an entry, and its gold where it is annotated.
fn read(entry: &Entry) -> Readable {
    let document = entry.document().map_err(|problem| problem.to_string())?;
    let first = |problems: Vec<Problem>| {
        problems
            .first()
            .map_or_else(String::new, ToString::to_string)
    };
    let labelled = entry.labelled(&document).map_err(first)?;
    Ok((document, labelled.map(|labelled| labelled.gold)))
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
