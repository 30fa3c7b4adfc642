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
    /// The sum over the repeats.
    pub(super) table: CountTable,
    /// Each repeat alone; none where there is one.
    pub(super) by_repeat: Vec<CountTable>,
    /// Those of the first repeat; `None` where the list was full.
    pub(super) mistakes: Option<Vec<Mistake>>,
    pub(super) error: Option<String>,
    /// How many repeats failed.
    pub(super) failed: u64,
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

/// The answers of one extractor for one document, repeat by repeat; none where it is built in.
type Repeats = Vec<Option<Asked>>;

/// A batch that was read, and that extractors that live elsewhere have answered.
pub(super) struct Prepared {
    documents: Vec<Readable>,
    /// For each extractor and each repeat the answers by document; none for those that are built in.
    answers: Vec<Vec<Vec<Option<Asked>>>>,
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
        let answers: Vec<io::Result<Vec<Vec<Option<Asked>>>>> = std::thread::scope(|scope| {
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
        let mut by_document: Vec<Vec<Repeats>> = batch.iter().map(|_| Vec::new()).collect();
        for repeats in answers {
            let mut repeats: Vec<_> = repeats.into_iter().map(Vec::into_iter).collect();
            for own in &mut by_document {
                let answers = repeats.iter_mut().map(|answers| answers.next().flatten());
                own.push(answers.collect());
            }
        }
        let work = documents.into_par_iter().zip(by_document);
        work.map(|(document, answers)| self.process(document, answers))
            .collect()
    }

    /// One document: extracted by every extractor, matched and counted.
    fn process(&self, document: Readable, answers: Vec<Repeats>) -> io::Result<DocumentResult> {
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
        answers: Vec<Repeats>,
    ) -> io::Result<DocumentResult> {
        let extractors = &self.plan.extractors;
        let mut extractions = Vec::with_capacity(extractors.len());
        for ((extractor, listing), answer) in extractors.iter().zip(&self.listing).zip(answers) {
            let asked = match &extractor.engine {
                Engine::BuiltIn(built_in) => {
                    let repeats = 1..=extractor.repeats.get();
                    let ask = |repeat| self.by_built_in(extractor, &**built_in, document, repeat);
                    repeats.map(ask).collect::<io::Result<Vec<Asked>>>()?
                }
                // Only work that was stopped leaves documents unanswered; then nothing is counted in the end.
                Engine::Remote(_) => {
                    let answers = answer.into_iter();
                    answers
                        .map(|answer| answer.unwrap_or_else(Asked::unanswered))
                        .collect()
                }
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
        repeat: u32,
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
        self.journal(extractor, document, repeat, &asked.outcome)?;
        Ok(asked)
    }

    /// Counts what was found in each repeat against the gold, and adds that up.
    fn counted(
        &self,
        extractor: &PlannedExtractor,
        listing: bool,
        document: &Document,
        gold: Option<&Gold>,
        asked: Vec<Asked>,
    ) -> Extraction {
        let rules = Rules {
            measures: &self.plan.measures,
            annotated: &self.planned.annotated,
            tasks: &extractor.engine.about().tasks,
        };
        let (several, repeats) = (asked.len() > 1, asked.len());
        let mut extraction = Extraction {
            table: CountTable::default(),
            by_repeat: Vec::new(),
            mistakes: None,
            error: None,
            failed: 0,
            time: Duration::ZERO,
            origin: Origins::default(),
        };
        let mut errors = Vec::new();
        for (asked, repeat) in asked.into_iter().zip(1u32..) {
            let prediction = match asked.outcome {
                Ok(prediction) => prediction,
                Err(error) => {
                    errors.push((repeat, error));
                    Prediction::default()
                }
            };
            let table = gold.map(|gold| count(document, gold, &prediction, rules));
            let table = table.unwrap_or_default();
            // The mistakes of all repeats together would say of a form how often it was asked for.
            if listing && repeat == 1 {
                let mistakes = gold.map(|gold| mistakes::of(document, gold, &prediction, rules));
                extraction.mistakes = Some(mistakes.unwrap_or_default());
            }
            if several {
                extraction.table += &table;
                extraction.by_repeat.push(table);
            } else {
                extraction.table = table;
            }
            extraction.time += asked.time;
            extraction.origin.add(asked.origin);
        }
        extraction.failed = errors.len() as u64;
        extraction.error = told(errors, repeats);
        extraction
    }
}

/// What is told of a document of which these repeats failed.
fn told(mut errors: Vec<(u32, String)>, repeats: usize) -> Option<String> {
    if repeats <= 1 {
        return errors.pop().map(|(_, error)| error);
    }
    let failed = errors.len();
    // One sentence for each error, however many repeats have it.
    let mut distinct: Vec<(String, Vec<String>)> = Vec::new();
    for (repeat, error) in errors {
        match distinct.iter_mut().find(|(known, _)| *known == error) {
            Some((_, own)) => own.push(repeat.to_string()),
            None => distinct.push((error, vec![repeat.to_string()])),
        }
    }
    let sentence = |(error, own): &(String, Vec<String>)| match own.len() {
        1 => format!("{error} (repeat {})", own[0]),
        all if all == repeats => error.clone(),
        _ => format!("{error} (repeats {})", own.join(", ")),
    };
    let sentences: Vec<String> = distinct.iter().map(sentence).collect();
    (failed > 0).then(|| format!("{failed} of {repeats} repeats: {}", sentences.join("; ")))
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
