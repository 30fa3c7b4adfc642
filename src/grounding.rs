//! Finds the places of quotations: language models answer with words, not with offsets.
//!
//! # The rules
//!
//! How a quotation is found, the first that applies ([`Grounder::find`]):
//!
//! 1. *exact*: the article has these very characters, white space at the ends of the quotation left out;
//! 2. *normalised*: the same after [normalisation](#normalisation), as it is quoted or without one pair of quotation marks around it;
//! 3. *within words*, for the contents of claims only: exact, then normalised, where the quotation begins or ends in the middle of a word;
//! 4. *fuzzy*: a stretch that begins and ends between words and is at least 85 % like the quotation, which has 12 to 4,000 characters. Likeness is 1 - edit
//!    distance / length of the longer, in code points of the normalised texts. Of equally like stretches the first is taken. Only stretches are looked at
//!    that share four characters in a row with the quotation; a quotation made of what stands everywhere in a long article is given up.
//!
//! Else it is *nowhere*. Occurrences are whole words where the quotation begins and ends with a letter or a digit: `US` does not stand in `USSR`. Scripts that
//! write no spaces between words, and Hangul, whose particles follow without one, have no such edges. Occurrences do not overlap; the earlier is taken.
//!
//! What stands more than once is *ambiguous* ([`ground`]):
//!
//! - A mention takes the first occurrence that no mention of its label has taken. Where the same words and label are listed as often as they occur, nothing is
//!   ambiguous: each occurrence was meant. A listing beyond the number of occurrences is nowhere, and stays a prediction.
//! - A content takes the first occurrence that no other content has taken, or the first of all: two may claim the same.
//! - A source or cue is taken where it stands nearest to its content and outside of it, counted in bytes from edge to edge; of two equally near the one before
//!   the content. For a cue the bytes to its source are added, 64 at most: in `Ana said so. "No," Kos said.` the nearer `said` is not that of Kos. Where the
//!   content has no place, the first is taken.
//!
//! A source or cue that is nowhere is left out of its claim; a content that is nowhere stays as words of its own; a mention that is nowhere stays as
//! [`Unplaced`](crate::annotation::Unplaced). All three are counted in the [`Tally`].
//!
//! ## Normalisation
//!
//! Letters are lowercase, one by one; accents are taken apart (canonical decomposition); quotation marks, apostrophes, primes and backticks are one sign, and a
//! run of them is one; dashes, hyphens and the minus are one sign; a run of white space is one space; soft hyphens and characters of no width are not there.
//! Places lead back to the article on boundaries of characters, and never part an accent from its letter.

mod fold;
mod fuzzy;
mod place;
mod search;

use std::cell::OnceCell;
use std::ops::AddAssign;

pub use self::place::ground;

use self::fold::{Folded, without_outer_marks};
use self::fuzzy::Grams;
use self::search::{is_whole, occurrences};
use crate::annotation::{Annotations, Certainty, Polarity};
use crate::span::Span;

/// A mention as an extractor quotes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuotedMention<'a> {
    /// Its words.
    pub words: &'a str,
    /// Its class.
    pub label: &'a str,
}

/// A claim as an extractor quotes it. A source or cue without words is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuotedClaim<'a> {
    /// The words of what is claimed.
    pub content: &'a str,
    /// The words for who claims it.
    pub source: Option<&'a str>,
    /// The words of the expression that reports it.
    pub cue: Option<&'a str>,
    /// Whether the source affirms it.
    pub polarity: Option<Polarity>,
    /// How sure the source is.
    pub certainty: Option<Certainty>,
    /// What kind of claim it is.
    pub kind: Option<&'a str>,
}

/// Where a quotation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Once, in these very characters.
    Exact(Span),
    /// Once, after normalisation.
    Normalised(Span),
    /// In a stretch that is nearly the same.
    Fuzzy {
        /// The stretch.
        span: Span,
        /// How like the quotation it is, in thousandths.
        alike: u16,
    },
    /// More than once.
    Ambiguous {
        /// Every occurrence, in order.
        spans: Vec<Span>,
        /// Whether in these very characters; else after normalisation.
        exact: bool,
    },
    /// Nowhere.
    Nowhere,
}

impl Found {
    /// Every place, in order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        match self {
            Self::Exact(span) | Self::Normalised(span) | Self::Fuzzy { span, .. } => {
                std::slice::from_ref(span)
            }
            Self::Ambiguous { spans, .. } => spans,
            Self::Nowhere => &[],
        }
    }

    fn of(spans: Vec<Span>, exact: bool) -> Option<Self> {
        match spans.as_slice() {
            [] => None,
            [one] if exact => Some(Self::Exact(*one)),
            [one] => Some(Self::Normalised(*one)),
            _ => Some(Self::Ambiguous { spans, exact }),
        }
    }
}

/// How many quotations were found in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// In the very characters of the article.
    pub exact: u64,
    /// After normalisation.
    pub normalised: u64,
    /// In a stretch that is nearly the same.
    pub fuzzy: u64,
    /// More than once, so that the place was chosen.
    pub ambiguous: u64,
    /// Not at all, or more often than they occur.
    pub nowhere: u64,
}

impl Tally {
    /// The number of quotations.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.exact + self.normalised + self.fuzzy + self.ambiguous + self.nowhere
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.exact += other.exact;
        self.normalised += other.normalised;
        self.fuzzy += other.fuzzy;
        self.ambiguous += other.ambiguous;
        self.nowhere += other.nowhere;
    }
}

/// What became of the quotations of one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grounded {
    /// The annotations, in the order of the quotations; mentions that are nowhere are [`Annotations::unplaced`].
    pub annotations: Annotations,
    /// How they were found: mentions, contents, sources and cues together.
    pub tally: Tally,
    /// What a person should see: what was written against what stands there, and what is nowhere. At most a hundred, and how many more there are.
    pub remarks: Vec<String>,
}

/// A text in which quotations are looked for. What normalised and fuzzy search need is made when first asked for, in linear time.
#[derive(Debug)]
pub struct Grounder<'a> {
    text: &'a str,
    folded: OnceCell<Folded>,
    grams: OnceCell<Grams>,
}

impl<'a> Grounder<'a> {
    /// The grounder of this text.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self {
            text,
            folded: OnceCell::new(),
            grams: OnceCell::new(),
        }
    }

    /// Where these words stand, as whole words: mentions, sources, cues.
    #[must_use]
    pub fn find(&self, words: &str) -> Found {
        self.look(words, false)
    }

    /// Where these words stand, within words too if they stand nowhere else: contents of claims.
    #[must_use]
    pub fn find_content(&self, words: &str) -> Found {
        self.look(words, true)
    }

    fn look(&self, words: &str, within: bool) -> Found {
        let words = words.trim();
        if words.is_empty() || self.text.is_empty() {
            return Found::Nowhere;
        }
        if let Some(found) = self.exact(words, true) {
            return found;
        }
        let plain = Folded::of(words);
        let plain = plain.text().trim();
        let bare = without_outer_marks(plain);
        let normalised = |whole| {
            let found = self.normalised(plain, whole);
            found.or_else(|| self.normalised(bare.filter(|_| !plain.is_empty())?, whole))
        };
        let found = normalised(true)
            .or_else(|| self.exact(words, false).filter(|_| within))
            .or_else(|| normalised(false).filter(|_| within));
        found
            .or_else(|| self.fuzzy(bare.unwrap_or(plain)))
            .unwrap_or(Found::Nowhere)
    }

    fn exact(&self, words: &str, whole: bool) -> Option<Found> {
        let keep = |start, end| !whole || is_whole(self.text, start, end);
        let found = occurrences(self.text, words, keep).into_iter();
        let spans = found.filter_map(|(start, end)| Span::new(self.text, start, end).ok());
        Found::of(spans.collect(), true)
    }

    fn normalised(&self, words: &str, whole: bool) -> Option<Found> {
        if words.is_empty() {
            return None;
        }
        let folded = self.folded();
        let keep = |start, end| {
            folded.may_cut(start)
                && folded.may_cut(end)
                && (!whole || is_whole(folded.text(), start, end))
        };
        let found = occurrences(folded.text(), words, keep).into_iter();
        let spans = found.filter_map(|(start, end)| folded.back(self.text, start, end));
        Found::of(spans.collect(), false)
    }

    fn fuzzy(&self, words: &str) -> Option<Found> {
        let words: Vec<char> = words.chars().collect();
        if !fuzzy::LENGTHS.contains(&words.len()) {
            return None;
        }
        let folded = self.folded();
        let grams = self.grams.get_or_init(|| Grams::of(folded));
        let near = grams.nearest(&words)?;
        let span = folded.back(self.text, near.start, near.end)?;
        let alike = near.alike;
        Some(Found::Fuzzy { span, alike })
    }

    fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| Folded::of(self.text))
    }
}
