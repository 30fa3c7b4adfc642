//! The writing half of the socket: what a format can hold, what it cannot and is told of, and how its files are laid out.

mod files;
mod fit;
mod tokens;
mod verify;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use self::files::{Files, Place};
pub(super) use self::tokens::{Token, covered, sentences, tokens};
pub use self::verify::{read_back, verify};

use super::claims::Mapping;
use crate::annotation::{Annotations, Claim, Content, Mention, Unplaced};
use crate::document::Document;

/// How a format is written.
#[derive(Debug)]
pub struct Writer {
    /// How its files are laid out.
    pub layout: Layout,
    /// What it can hold.
    pub holds: Holds,
    /// Writes one document, whose annotations are all of the kind that the format holds; what is left out all the same is added to the losses.
    pub write: fn(&Whole<'_>, &mut Losses) -> Vec<Output>,
}

/// How the files of a format are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// All documents in one file: what stands before the first, between two, and after the last.
    OneFile {
        /// The ending of the file.
        extension: &'static str,
        /// What stands before the first document.
        begin: &'static str,
        /// What stands between two documents.
        between: &'static str,
        /// What stands after the last document.
        end: &'static str,
    },
    /// Files of its own for each document, named by its id.
    FilesByDocument,
    /// A folder of files that all documents share.
    SharedFiles,
}

impl Layout {
    /// All documents in one file of lines of JSON.
    pub const LINES: Self = Self::one_file("jsonl");

    /// All documents in one file, one after the other.
    #[must_use]
    pub const fn one_file(extension: &'static str) -> Self {
        Self::OneFile {
            extension,
            begin: "",
            between: "",
            end: "",
        }
    }
}

/// What a format can hold.
#[derive(Debug, Clone, Copy)]
pub struct Holds {
    /// Whether mentions may share characters.
    pub overlapping: bool,
    /// Whether two mentions may be the same.
    pub repeated: bool,
    /// Whether mentions may have several fragments.
    pub discontinuous: bool,
    /// Whether mentions may have words and no place.
    pub unplaced: bool,
    /// Claims, and how.
    pub claims: Claims,
    /// Whether polarity, certainty and type of claims have a place.
    pub attributes: bool,
    /// Whether the text comes back exactly as it was, with all its white space.
    pub exact_text: bool,
    /// Whether annotations may begin and end with white space.
    pub edges: bool,
    /// Whether the text may have control characters and the like, for which XML has no place.
    pub controls: bool,
    /// Which labels can be written.
    pub label: fn(&str) -> bool,
}

/// How a format holds claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claims {
    /// Not at all.
    No,
    /// Where their contents are stretches of the text.
    Stretches,
    /// Also where their contents are words of their own.
    Words,
}

/// A document to be written.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'a> {
    /// The document. Its text may stand in for one that is not known.
    pub document: &'a Document,
    /// Its annotations.
    pub annotations: &'a Annotations,
    /// Whether entities, and claims, are annotated in it.
    pub says: [bool; 2],
}

/// Some text for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file: what follows the document's id, or its whole name where all documents share it; empty where there is one file only.
    pub file: &'static str,
    /// What to write there.
    pub text: String,
}

impl Output {
    /// The only output of a document whose format has one file.
    #[must_use]
    pub fn one(text: String) -> Vec<Self> {
        vec![Self { file: "", text }]
    }
}

/// How many examples of each loss are kept.
const EXAMPLES: usize = 3;

/// What could not be carried: what it is, how often, and the first places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Losses(BTreeMap<String, (u64, Vec<String>)>);

impl Losses {
    /// Adds a loss in a document.
    pub fn add(&mut self, what: impl Into<String>, document: &str, example: &str) {
        self.add_many(what, 1, document, example);
    }

    /// Adds several losses of one kind in a document.
    pub fn add_many(&mut self, what: impl Into<String>, count: u64, document: &str, example: &str) {
        if count == 0 {
            return;
        }
        let (sum, examples) = self.0.entry(what.into()).or_default();
        *sum += count;
        if examples.len() < EXAMPLES {
            let shown: String = example.chars().take(40).collect();
            examples.push(if shown.is_empty() {
                document.to_owned()
            } else {
                format!("{document}: {shown:?}")
            });
        }
    }

    /// Adds the losses of other documents, which come after these.
    pub fn append(&mut self, others: Self) {
        for (what, (count, examples)) in others.0 {
            let (sum, own) = self.0.entry(what).or_default();
            *sum += count;
            let room = EXAMPLES.saturating_sub(own.len());
            own.extend(examples.into_iter().take(room));
        }
    }

    /// Whether nothing was lost.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was lost, how often, and the first places, in order of what it is.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64, &[String])> {
        let all = self.0.iter();
        all.map(|(what, (count, examples))| (what.as_str(), *count, examples.as_slice()))
    }
}

impl Writer {
    /// Writes one document, and gives what of its annotations was written; what the format cannot hold is left out and added to the losses.
    pub fn document(&self, whole: &Whole<'_>, losses: &mut Losses) -> (Vec<Output>, Annotations) {
        let kept = self.holds.of(whole, losses);
        let outputs = (self.write)(
            &Whole {
                annotations: &kept,
                ..*whole
            },
            losses,
        );
        (outputs, kept)
    }
}

impl Holds {
    /// Everything that goldspan knows but mentions without a place; a format says what of it it lacks.
    pub const EVERYTHING: Self = Self {
        overlapping: true,
        repeated: true,
        discontinuous: true,
        unplaced: false,
        claims: Claims::Words,
        attributes: true,
        exact_text: true,
        edges: true,
        controls: true,
        label: |_| true,
    };

    /// What a format can hold of a document's annotations, in order of position.
    fn of(&self, whole: &Whole<'_>, losses: &mut Losses) -> Annotations {
        let (document, annotations) = (whole.document, whole.annotations);
        let (id, text) = (document.id(), document.text());
        let fitted = annotations.mentions.iter();
        let fitted = fitted.filter_map(|mention| self.fitted_mention(mention, document, losses));
        let mut mentions: Vec<Cow<'_, Mention>> = fitted.collect();
        // Of mentions that share characters the one that begins first is kept, and of those the longest.
        mentions.sort_by(|a, b| {
            let key = |m: &Mention| (m.extent.start(), std::cmp::Reverse(m.extent.end()));
            key(a).cmp(&key(b)).then_with(|| a.cmp(b))
        });
        let parts = Mapping::standard();
        let mut kept: Vec<Mention> = Vec::with_capacity(mentions.len());
        for mention in mentions {
            let shown = || mention.extent.text(text);
            let last = kept.last();
            if mention.extent.spans().len() > 1 && !self.discontinuous {
                losses.add("mentions of several fragments", id, &shown());
            } else if !(self.label)(&mention.label) {
                let what = format!("mentions with the label {:?}", mention.label);
                losses.add(what, id, &shown());
            } else if self.claims != Claims::Words && parts.part(&mention.label).is_some() {
                let what = format!(
                    "mentions with the label {:?}, which is a part of a claim there",
                    mention.label
                );
                losses.add(what, id, &shown());
            } else if !self.overlapping
                && last.is_some_and(|last| last.extent.end() > mention.extent.start())
            {
                losses.add("mentions that share characters with others", id, &shown());
            } else if !self.repeated && last == Some(&*mention) {
                losses.add("mentions that stand twice", id, &shown());
            } else {
                kept.push(mention.into_owned());
            }
        }
        Annotations {
            mentions: kept,
            unplaced: self.unplaced_of(id, &annotations.unplaced, losses),
            claims: self.claims_of(document, &annotations.claims, losses),
        }
    }

    fn unplaced_of(&self, id: &str, unplaced: &[Unplaced], losses: &mut Losses) -> Vec<Unplaced> {
        if self.unplaced {
            return unplaced.to_vec();
        }
        for unplaced in unplaced {
            losses.add("mentions without a place", id, &unplaced.words);
        }
        Vec::new()
    }

    fn claims_of(&self, document: &Document, claims: &[Claim], losses: &mut Losses) -> Vec<Claim> {
        let (id, text) = (document.id(), document.text());
        if self.claims == Claims::No {
            let first = claims.first();
            let first =
                first.map_or_else(String::new, |claim| claim.content.words(text).into_owned());
            losses.add_many("claims", claims.len() as u64, id, &first);
            return Vec::new();
        }
        // Parents are indices, so what is left out moves the others.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(claims.len());
        let mut kept: Vec<Claim> = Vec::with_capacity(claims.len());
        for claim in claims {
            if matches!(claim.content, Content::Text(_)) && self.claims != Claims::Words {
                let words = claim.content.words(text);
                losses.add("claims in words of their own", id, &words);
                places.push(None);
                continue;
            }
            let mut claim = claim.clone();
            if !self.fit_claim(&mut claim, document, losses) {
                places.push(None);
                continue;
            }
            places.push(Some(kept.len()));
            if !self.attributes {
                let said = [
                    claim.polarity.take().is_some(),
                    claim.certainty.take().is_some(),
                ];
                let said = said.into_iter().chain([claim.kind.take().is_some()]);
                let count = said.filter(|said| *said).count() as u64;
                losses.add_many("attributes of claims", count, id, "");
            }
            kept.push(claim);
        }
        for claim in &mut kept {
            if let Some(parent) = claim.parent {
                claim.parent = places.get(parent).copied().flatten();
                if claim.parent.is_none() {
                    losses.add("parents of claims", id, &claim.content.words(text));
                }
            }
        }
        kept
    }
}
