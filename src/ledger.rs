//! The counts of every document, kept beside the documents they are of: what a run stores, and what statistics draws from.

mod rows;

use std::collections::BTreeMap;

pub use self::rows::Rows;

use crate::annotation::Task;
use crate::counts::{Annotated, Measures};

/// Everything that was counted, document by document, and under which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// What was counted.
    pub measures: Measures,
    /// The entity labels that were counted alone; empty for all.
    pub labels: Vec<String>,
    /// One for each corpus, in order of name.
    pub corpora: Vec<CorpusLedger>,
}

/// What was counted on one corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusLedger {
    /// The corpus's name.
    pub name: String,
    /// What its gold annotates.
    pub annotated: Annotated,
    /// The documents that were scored, in order of id.
    pub documents: Vec<DocumentKey>,
    /// One for each extractor, in the order of the run.
    pub systems: Vec<SystemLedger>,
}

/// One scored document: its name, what was scored in it, and what is known about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentKey {
    /// Its id.
    pub id: String,
    /// blake3 of its text, in hexadecimal; `None` where that is not known.
    pub text: Option<String>,
    /// The digest of its gold ([`crate::annotation::Annotations::digest`]); `None` where that is not known.
    pub gold: Option<String>,
    /// The size of its text in bytes; 0 where that is not known.
    pub bytes: u64,
    /// What the manifest of its corpus says.
    pub metadata: BTreeMap<String, String>,
}

impl DocumentKey {
    /// Whether both have the same text, as far as their digests are known.
    #[must_use]
    pub fn same_text(&self, other: &Self) -> bool {
        same_digest(self.text.as_deref(), other.text.as_deref())
    }

    /// Whether both have the same gold, as far as their digests are known.
    #[must_use]
    pub fn same_gold(&self, other: &Self) -> bool {
        same_digest(self.gold.as_deref(), other.gold.as_deref())
    }
}

/// Whether two digests are the same as far as both are known: one may be missing, or be the first digits of the other, as a baseline keeps them.
#[must_use]
pub fn same_digest(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other)
        .is_none_or(|(one, other)| one.starts_with(other) || other.starts_with(one))
}

/// What one extractor got on one corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemLedger {
    /// Its name in the plan.
    pub name: String,
    /// The name that it gives itself.
    pub extractor: String,
    /// Its version; empty where it says none.
    pub version: String,
    /// What it attempts.
    pub tasks: Vec<Task>,
    /// How often it was asked for each document; the counts are sums over these times.
    pub repeats: u32,
    /// The documents that it failed on in some repeat, in order of id; these repeats count as nothing predicted.
    pub failures: Vec<String>,
    /// Its counts, a row for each of the corpus's documents.
    pub rows: Rows,
}
