//! What is wrong, or odd, in annotated documents: rules over single documents and over all of them together, each finding with its place and mend.
//!
//! Errors are what no number may be computed from; warnings are what annotators get wrong. The rules look at documents one by one and remember little of each,
//! so that a corpus need not fit in memory.

mod document;
pub mod fix;
mod labels;
mod names;
mod similar;

use std::path::Path;

pub use self::document::look_at;
pub use self::labels::{Labels, unknown_labels};
pub use self::names::{Names, Odd, Stands};
pub use self::similar::{Alike, Sketch, sketch};

use crate::document::Document;
use crate::error::{Excerpt, Problem};
use crate::formats::{Read, Record};

/// Whether a finding stops an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No number may be computed from it.
    Error,
    /// It is probably a mistake.
    Warning,
}

impl Severity {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A file or an annotation that cannot be read, or does not fit its text.
    Unreadable,
    /// An extractor of the configuration that cannot start, or fails on an article that it is tried on.
    Extractor,
    /// An extractor that answers the same document in several ways, and does not say that it may.
    Nondeterministic,
    /// A prediction for a document that there is no gold for, or on another text than the gold's.
    Prediction,
    /// The same text in two splits.
    SplitOverlap,
    /// A remark of a reader: white space or quotation marks that differ, parts of claims in no claim.
    Remark,
    /// Offsets that fit their quoted texts only when counted otherwise than the format does.
    Unit,
    /// A mention that stands twice.
    Duplicate,
    /// Two mentions that share characters and neither holds the other.
    Crossing,
    /// An annotation that begins or ends in white space.
    EdgeSpace,
    /// An annotation that begins or ends within a word.
    CutWord,
    /// A label that only one mention has.
    RareLabel,
    /// Two labels with nearly the same name.
    SimilarLabels,
    /// A label of predictions that the gold does not have.
    UnknownLabel,
    /// A name that is labelled in most places and not in some.
    Unlabelled,
    /// A name that has different labels in different places.
    LabelVaries,
    /// A document without gold.
    NoGold,
    /// A document of the gold without a prediction.
    NoPrediction,
    /// The same text under two ids.
    SameText,
    /// Two texts that are nearly the same, in two splits or in one set.
    NearDuplicate,
}

impl Rule {
    /// Every rule, in the order of reports.
    pub const ALL: [Self; 20] = [
        Self::Unreadable,
        Self::Extractor,
        Self::Nondeterministic,
        Self::Prediction,
        Self::SplitOverlap,
        Self::Unit,
        Self::Duplicate,
        Self::Crossing,
        Self::EdgeSpace,
        Self::CutWord,
        Self::RareLabel,
        Self::SimilarLabels,
        Self::UnknownLabel,
        Self::Unlabelled,
        Self::LabelVaries,
        Self::NoGold,
        Self::NoPrediction,
        Self::SameText,
        Self::NearDuplicate,
        Self::Remark,
    ];

    /// The name in reports and flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Extractor => "extractor",
            Self::Nondeterministic => "nondeterministic",
            Self::Prediction => "prediction",
            Self::SplitOverlap => "split-overlap",
            Self::Remark => "remark",
            Self::Unit => "unit",
            Self::Duplicate => "duplicate",
            Self::Crossing => "crossing",
            Self::EdgeSpace => "edge-space",
            Self::CutWord => "cut-word",
            Self::RareLabel => "rare-label",
            Self::SimilarLabels => "similar-labels",
            Self::UnknownLabel => "unknown-label",
            Self::Unlabelled => "unlabelled",
            Self::LabelVaries => "label-varies",
            Self::NoGold => "no-gold",
            Self::NoPrediction => "no-prediction",
            Self::SameText => "same-text",
            Self::NearDuplicate => "near-duplicate",
        }
    }

    /// What the rule looks for, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Unreadable => "A file or an annotation cannot be read, or does not fit its text.",
            Self::Extractor => {
                "An extractor of the configuration cannot start, or fails on an article that it is tried on."
            }
            Self::Nondeterministic => {
                "An extractor answers the same document in several ways, and does not say that it may."
            }
            Self::Prediction => {
                "A prediction has no gold, or was made on another text than the gold's."
            }
            Self::SplitOverlap => "The same text is in two splits.",
            Self::Remark => "A reader read something that is no error and worth knowing.",
            Self::Unit => {
                "Offsets fit their quoted texts only when counted otherwise than the format does."
            }
            Self::Duplicate => "A mention stands twice.",
            Self::Crossing => "Two mentions share characters, and neither holds the other.",
            Self::EdgeSpace => "An annotation begins or ends in white space.",
            Self::CutWord => "An annotation begins or ends within a word.",
            Self::RareLabel => "Only one mention has this label.",
            Self::SimilarLabels => "Two labels have nearly the same name.",
            Self::UnknownLabel => "The gold has no such label.",
            Self::Unlabelled => "A name is labelled in most places, and not in some.",
            Self::LabelVaries => "A name has different labels in different places.",
            Self::NoGold => "A document has no gold.",
            Self::NoPrediction => "A document of the gold has no prediction.",
            Self::SameText => "The same text stands under two ids.",
            Self::NearDuplicate => "Two texts are nearly the same.",
        }
    }

    /// The rule of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// Whether what it finds stops an evaluation.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Unreadable | Self::Extractor | Self::Prediction | Self::SplitOverlap => {
                Severity::Error
            }
            _ => Severity::Warning,
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Rule,
    /// What it is, where, and how to mend it.
    pub problem: Problem,
}

impl Finding {
    pub(crate) const fn new(rule: Rule, problem: Problem) -> Self {
        Self { rule, problem }
    }
}

/// A document with its gold, as the rules see it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The document.
    pub document: &'a Document,
    /// The file of its text, where it is one of its own.
    pub article: Option<&'a Path>,
    /// Its record and what was read of it; `None` where it is not annotated.
    pub gold: Option<(&'a Record<'a>, &'a Read)>,
}

impl View<'_> {
    /// A problem at a place of the text: in the article's file, else in the line that holds the document.
    #[must_use]
    pub(crate) fn problem(
        &self,
        range: std::ops::Range<usize>,
        what: impl Into<String>,
    ) -> Problem {
        let text = self.document.text();
        if let Some(article) = self.article {
            return Problem::new(what)
                .in_file(article)
                .at(Excerpt::of(text, range));
        }
        let companion = self.gold.and_then(|(record, _)| {
            let mut companions = record.block.companions.iter();
            companions.find(|piece| piece.text == text)
        });
        match (companion, self.gold) {
            (Some(piece), _) => Problem::new(what)
                .in_file(&piece.path)
                .at(piece.excerpt(range)),
            (None, Some((record, _))) => record.problem(what),
            (None, None) => Problem::new(what),
        }
    }
}

/// How many characters of its surroundings are shown with a stretch of text.
const AROUND: usize = 20;

/// A stretch of text in brackets, with some of what stands around it, on one line.
pub(crate) fn in_context(text: &str, start: usize, end: usize) -> String {
    let before: Vec<char> = text[..start].chars().rev().take(AROUND).collect();
    let before: String = before.into_iter().rev().collect();
    let after: String = text[end..].chars().take(AROUND).collect();
    let inside: String = if text[start..end].chars().count() > 60 {
        let begin: String = text[start..end].chars().take(57).collect();
        begin + "..."
    } else {
        text[start..end].to_owned()
    };
    format!("{before}[{inside}]{after}").replace(['\n', '\r', '\t'], " ")
}
