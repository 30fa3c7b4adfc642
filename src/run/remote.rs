//! Asks an extractor that lives elsewhere for a batch of documents: what an unfinished run kept, then what the cache has, then the extractor itself.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rayon::prelude::*;

use super::work::{Asked, Work};
use super::{Again, Origins, PlannedExtractor};
use crate::annotation::{Annotations, Prediction};
use crate::cache::{Cached, Key};
use crate::document::Document;
use crate::formats::jsonl;
use crate::host::{Answer, Identity, Listener, Remote};

/// The answers for a batch, repeat by repeat and in each by document; `None` for documents that could not be read, or were not asked for since the work was stopped.
///
/// No request has a document twice: each repeat begins when the one before it is answered.
///
/// # Errors
/// Where an answer cannot be kept.
pub(super) fn ask(
    work: &Work<'_>,
    extractor: &PlannedExtractor,
    host: &dyn Remote,
    documents: &[Option<&Document>],
    pool: &rayon::ThreadPool,
) -> io::Result<Vec<Vec<Option<Asked>>>> {
    let repeats = 1..=extractor.repeats.get();
    repeats
        .map(|repeat| {
            let asking = Asking {
                work,
                extractor,
                host,
                repeat,
            };
            asking.ask(documents, pool)
        })
        .collect()
}

/// What the documents of a batch have in common while they are asked for once.
#[derive(Clone, Copy)]
struct Asking<'a> {
    work: &'a Work<'a>,
    extractor: &'a PlannedExtractor,
    host: &'a dyn Remote,
    /// The repeat, from 1.
    repeat: u32,
}

impl<'a> Asking<'a> {
    /// The answers of this repeat, by document.
    fn ask(
        self,
        documents: &[Option<&'a Document>],
        pool: &rayon::ThreadPool,
    ) -> io::Result<Vec<Option<Asked>>> {
        let look = |document: &Option<&Document>| {
            let known = document.map(|document| Known::of(document, self));
            known.transpose()
        };
        let known: io::Result<Vec<Option<Known>>> =
            pool.install(|| documents.par_iter().map(look).collect());
        let mut answers: Vec<Option<Asked>> = vec![None; documents.len()];
        let mut open = Vec::new();
        let mut audits = Vec::new();
        for (index, (known, document)) in known?.into_iter().zip(documents).enumerate() {
            let (Some(known), Some(document)) = (known, document) else {
                continue;
            };
            match known {
                Known::Kept(asked) => answers[index] = Some(asked),
                Known::Cached(asked, key) => {
                    if key.is_in_share(self.work.plan.caching.audit) {
                        audits.push(open.len());
                        open.push((index, *document, Some(key)));
                    }
                    answers[index] = Some(asked);
                }
                Known::Nothing(key) => open.push((index, *document, key)),
            }
        }
        let hearing = Hearing {
            asking: self,
            open: &open,
            audits: &audits,
            answers: Mutex::new(answers),
            failure: Mutex::new(None),
        };
        if !open.is_empty() {
            let asked: Vec<&Document> = open.iter().map(|(_, document, _)| *document).collect();
            self.host.extract_all(&asked, &hearing);
        }
        match hearing.failure.into_inner() {
            Ok(Some(error)) => Err(error),
            _ => Ok(hearing
                .answers
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// A document as lists of single answers name it.
    fn named(self, document: &Document) -> String {
        match self.repeat {
            1 => document.id().to_owned(),
            repeat => format!("{} (repeat {repeat})", document.id()),
        }
    }
}

/// What is known of a document before the extractor is asked.
enum Known {
    /// An unfinished run kept it.
    Kept(Asked),
    /// The cache has it.
    Cached(Asked, Key),
    /// Nothing; what will be known goes into the cache under this key.
    Nothing(Option<Key>),
}

impl Known {
    fn of(document: &Document, asking: Asking<'_>) -> io::Result<Self> {
        let Asking {
            work,
            extractor,
            host,
            repeat,
        } = asking;
        let (corpus, name) = (&work.planned.corpus.name, &extractor.name);
        if let Some(kept) = work.observer.kept(corpus, name, document, repeat) {
            let origin = Origins {
                kept: 1,
                again: kept.again.into_iter().collect(),
                ..Origins::default()
            };
            return Ok(Self::Kept(Asked::found(kept.prediction, origin)));
        }
        let caching = &work.plan.caching;
        let (Some(cache), Identity::Known(identity)) = (&caching.cache, host.identity()) else {
            return Ok(Self::Nothing(None));
        };
        let key = Key::of(identity, document).of_repeat(repeat);
        let found = caching.read.then(|| cache.get(&key, document)).flatten();
        let Some(Cached { annotations, made }) = found else {
            return Ok(Self::Nothing(Some(key)));
        };
        let origin = Origins {
            cached: 1,
            foreign: extractor.foreign(&annotations),
            oldest: Some(made),
            ..Origins::default()
        };
        let prediction = extractor.mapped(Prediction(annotations));
        let asked = Asked::found(prediction, origin);
        work.journal(extractor, document, repeat, &asked.outcome)?;
        Ok(Self::Cached(asked, key))
    }
}

/// Takes the answers as they come.
struct Hearing<'a> {
    asking: Asking<'a>,
    /// The documents that were asked for, with their places in the batch and their keys.
    open: &'a [(usize, &'a Document, Option<Key>)],
    /// Which of these are asked for only to be compared.
    audits: &'a [usize],
    answers: Mutex<Vec<Option<Asked>>>,
    failure: Mutex<Option<io::Error>>,
}

impl Hearing<'_> {
    fn keep(&self, at: usize, answer: Answer) -> io::Result<()> {
        let (index, document, key) = self.open[at];
        let again = (answer.attempts > 1).then(|| Again {
            document: document.id().to_owned(),
            repeat: self.asking.repeat,
            attempts: answer.attempts,
            earlier: answer.earlier.iter().map(ToString::to_string).collect(),
            answered: answer.outcome.is_ok(),
        });
        if let (Ok(prediction), Some(key)) = (&answer.outcome, key) {
            self.put(document, prediction, key)?;
        }
        let foreign = answer
            .outcome
            .as_ref()
            .map(|prediction| self.asking.extractor.foreign(&prediction.0));
        let foreign = foreign.unwrap_or_default();
        let asked = Asked {
            outcome: answer
                .outcome
                .map(|prediction| self.asking.extractor.mapped(prediction))
                .map_err(|error| error.to_string()),
            time: answer.time,
            origin: Origins {
                ran: 1,
                foreign,
                tally: answer.tally,
                again: again.into_iter().collect(),
                ..Origins::default()
            },
        };
        let Asking {
            work,
            extractor,
            repeat,
            ..
        } = self.asking;
        for again in &asked.origin.again {
            let corpus = &work.planned.corpus.name;
            work.observer.asked_again(corpus, &extractor.name, again)?;
        }
        work.journal(extractor, document, repeat, &asked.outcome)?;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers[index] = Some(asked);
        Ok(())
    }

    /// Puts a prediction into the cache, with the extractor's own labels.
    fn put(&self, document: &Document, prediction: &Prediction, key: Key) -> io::Result<()> {
        let caching = &self.asking.work.plan.caching;
        let (Some(cache), true) = (&caching.cache, caching.write) else {
            return Ok(());
        };
        let origin = jsonl::Origin {
            corpus: "",
            extractor: "",
            // The key says which repeat it is.
            repeat: 1,
            tasks: &self.asking.extractor.engine.about().tasks,
        };
        let line = jsonl::prediction_line(document, origin, Ok(&prediction.0))?;
        cache.put(key, &self.asking.extractor.name, &line);
        Ok(())
    }

    /// Compares an answer with what the cache has.
    fn audit(&self, at: usize, answer: Answer) {
        let (index, document, _) = self.open[at];
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(asked) = answers[index].as_mut() else {
            return;
        };
        asked.origin.audited += 1;
        let now = answer
            .outcome
            .map(|prediction| self.asking.extractor.mapped(prediction));
        // A failure says nothing about what the cache has.
        let same = match (&now, &asked.outcome) {
            (Ok(now), Ok(cached)) => sorted(now) == sorted(cached),
            (Err(error), _) => {
                let what = format!("{} ({error})", self.asking.named(document));
                asked.origin.unaudited.push(what);
                true
            }
            (Ok(_), Err(_)) => false,
        };
        if !same {
            asked.origin.differing.push(self.asking.named(document));
        }
    }
}

/// A prediction in an order of its own: the order in which an extractor tells things never matters.
fn sorted(prediction: &Prediction) -> Prediction {
    let mut prediction = prediction.clone();
    let Annotations {
        mentions,
        claims,
        unplaced,
        ..
    } = &mut prediction.0;
    mentions.sort();
    claims.sort();
    unplaced.sort();
    prediction
}

impl Listener for Hearing<'_> {
    fn answered(&self, at: usize, answer: Answer) {
        self.asking.work.observer.answered();
        if self.audits.contains(&at) {
            self.audit(at, answer);
        } else if let Err(error) = self.keep(at, answer) {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
        }
    }

    fn slow(&self, indices: &[usize], after: Duration) {
        let documents: Vec<&str> = indices.iter().map(|at| self.open[*at].1.id()).collect();
        let Asking {
            work, extractor, ..
        } = self.asking;
        work.observer.slow(&extractor.name, &documents, after);
    }

    fn stopped(&self) -> bool {
        let failed = self.failure.lock().is_ok_and(|failure| failure.is_some());
        failed || self.asking.work.observer.stopped()
    }
}
