//! What came out of a run: integers by corpus, extractor and document, and what went wrong.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use super::evaluate::DocumentResult;
use super::{
    Inspected, Inspection, MOST_MISTAKES, Observer, Plan, PlannedCorpus, PlannedExtractor,
};
use crate::corpus::Entry;
use crate::counts::{Annotated, CountTable, Measures};
use crate::extract::About;
use crate::grounding::Tally;
use crate::ledger::{CorpusLedger, DocumentKey, Ledger, Rows, SystemLedger};
use crate::mistakes::{Listed, Ranked};

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
    /// The documents that were scored, in order of id, as far as they matter for resampling.
    pub keys: Vec<DocumentKey>,
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
    /// How often it was asked for each document; the counts are sums over these times.
    pub repeats: u32,
    /// Its counts over all annotated documents.
    pub table: CountTable,
    /// The same for each repeat alone, in their order; empty where it was asked once.
    pub by_repeat: Vec<CountTable>,
    /// The same, document by document in order of id.
    pub rows: Rows,
    /// What went wrong in the first repeat, in the order in which it is told; `None` where it was not to be listed.
    pub mistakes: Option<Ranked>,
    /// The documents that it failed on in some repeat, in order of id; these repeats count as nothing predicted.
    pub failures: Vec<Failure>,
    /// How many extractions that makes: a document counts once for each repeat that failed.
    pub failed: u64,
    /// Time spent in the extractor, over all threads or workers.
    pub time: Duration,
    /// How its predictions came about, which may differ between two runs of the same plan.
    pub origins: Origins,
}

/// How the predictions of an extractor came about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// How many were kept by an unfinished run of the same plan.
    pub kept: u64,
    /// How many came from the cache.
    pub cached: u64,
    /// How many mentions have a label that the extractor does not name among its own, by label; those of an unfinished run are not known any more.
    pub foreign: BTreeMap<String, u64>,
    /// When the oldest of these was made, in seconds since 1970.
    pub oldest: Option<u64>,
    /// How many documents the extractor itself was asked for, each repeat of each counted, as everywhere here.
    pub ran: u64,
    /// How the quotations of these were found in the articles, where the extractor answers with quotations.
    pub tally: Tally,
    /// The documents that were asked for more than once, in order of id.
    pub again: Vec<Again>,
    /// How many cached predictions were made again to be compared.
    pub audited: u64,
    /// The documents of these whose prediction is another now, in order of id.
    pub differing: Vec<String>,
    /// The documents of these that the extractor failed on this time, each with why.
    pub unaudited: Vec<String>,
}

/// A document that was asked for more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The document's id.
    pub document: String,
    /// Which of its repeats, from 1.
    pub repeat: u32,
    /// How often it was asked for.
    pub attempts: u32,
    /// Why attempts failed that asked for it alone.
    pub earlier: Vec<String>,
    /// Whether there is a prediction now. With errors before it the extractor is flaky.
    pub answered: bool,
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
    /// How many extractions failed, those on documents that changed included, and how many there were: documents times repeats, of each extractor.
    #[must_use]
    pub fn failures(&self) -> (u64, u64) {
        let (mut failed, mut total) = (0, 0);
        for corpus in &self.corpora {
            for extractor in &corpus.extractors {
                let repeats = u64::from(extractor.repeats);
                failed += extractor.failed + repeats * corpus.changed.len() as u64;
                total += repeats * corpus.documents;
            }
        }
        (failed, total)
    }
}

impl Run {
    /// The counts by document, beside what the result itself knows of the documents.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let corpora = self.corpora.iter().map(|result| CorpusLedger {
            name: result.name.clone(),
            annotated: result.annotated.clone(),
            documents: result.keys.clone(),
            systems: result
                .extractors
                .iter()
                .map(ExtractorResult::ledger)
                .collect(),
        });
        Ledger {
            measures: self.measures.clone(),
            labels: self.labels.clone(),
            corpora: corpora.collect(),
        }
    }

    /// The same, beside what the inspection found in them.
    #[must_use]
    pub fn ledger_of(&self, inspection: &Inspection) -> Ledger {
        let mut ledger = self.ledger();
        for (corpus, inspected) in ledger.corpora.iter_mut().zip(&inspection.corpora) {
            let inspected = inspected.iter().map(|own| (own.id.as_str(), own));
            let inspected: BTreeMap<&str, &Inspected> = inspected.collect();
            for key in &mut corpus.documents {
                if let Some(own) = inspected.get(key.id.as_str()) {
                    key.text = Some(own.article.clone());
                    key.gold.clone_from(&own.annotations);
                    key.bytes = own.bytes;
                }
            }
        }
        ledger
    }
}

impl Origins {
    /// Adds those of one document.
    pub(super) fn add(&mut self, other: Self) {
        self.kept += other.kept;
        self.cached += other.cached;
        for (label, count) in other.foreign {
            *self.foreign.entry(label).or_default() += count;
        }
        self.oldest = self.oldest.into_iter().chain(other.oldest).min();
        self.ran += other.ran;
        self.tally += other.tally;
        self.again.extend(other.again);
        self.audited += other.audited;
        self.differing.extend(other.differing);
        self.unaudited.extend(other.unaudited);
    }
}

impl ExtractorResult {
    /// What it got, as a ledger keeps it.
    #[must_use]
    pub fn ledger(&self) -> SystemLedger {
        SystemLedger {
            name: self.name.clone(),
            extractor: self.about.name.clone(),
            version: self.about.version.clone(),
            tasks: self.about.tasks.clone(),
            repeats: self.repeats,
            failures: self.failures.iter().map(|f| f.document.clone()).collect(),
            rows: self.rows.clone(),
        }
    }
}

impl CorpusResult {
    pub(super) fn begin(plan: &Plan, planned: &PlannedCorpus) -> Self {
        let result = |extractor: &PlannedExtractor| ExtractorResult {
            name: extractor.name.clone(),
            about: extractor.engine.about().clone(),
            repeats: extractor.repeats.get(),
            table: CountTable::default(),
            by_repeat: match extractor.repeats.get() {
                1 => Vec::new(),
                repeats => (0..repeats).map(|_| CountTable::default()).collect(),
            },
            rows: Rows::default(),
            mistakes: None,
            failures: Vec::new(),
            failed: 0,
            time: Duration::ZERO,
            origins: Origins::default(),
        };
        Self {
            name: planned.corpus.name.clone(),
            annotated: planned.annotated.clone(),
            documents: 0,
            scored: 0,
            changed: Vec::new(),
            extra: Vec::new(),
            extra_is_spurious: false,
            keys: Vec::new(),
            extractors: plan.extractors.iter().map(result).collect(),
        }
    }

    /// Adds one document, and tells the observer.
    pub(super) fn fold(
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
        if done.scored {
            self.keys.push(DocumentKey {
                id: entry.id.clone(),
                metadata: entry.metadata.clone(),
                ..DocumentKey::default()
            });
        }
        let results = self.extractors.iter_mut().zip(lists);
        for ((result, listed), extraction) in results.zip(done.extractions) {
            if done.scored {
                result.rows.push(extraction.table.iter());
            }
            result.table += &extraction.table;
            for (sum, table) in result.by_repeat.iter_mut().zip(&extraction.by_repeat) {
                *sum += table;
            }
            match extraction.mistakes {
                Some(mistakes) => listed.extend(mistakes, MOST_MISTAKES),
                None => listed.cut = true,
            }
            result.time += extraction.time;
            result.origins.add(extraction.origin);
            result.failed += extraction.failed;
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
