//! When two extents of a claim's role, or two contents, count as the same.

use std::fmt;

use super::chrf::chrf2;
use super::{Judgement, Threshold, characters};
use crate::annotation::Content;
use crate::span::{Extent, Span};

/// A rung of the ladder of agreement, from the strictest to the most lenient; characters stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Every fragment begins and ends at the same byte.
    Exact,
    /// The same when white space, quotation marks and punctuation at the edges of each piece are left out.
    Trimmed,
    /// Exact counts one, any overlap one half.
    Partial,
    /// The characters that both cover are at least this share of those that either covers (intersection over union).
    Overlap(Threshold),
    /// They share a character.
    Any,
    /// Not pairs but the characters themselves are counted: shared, missing, spurious.
    Characters,
}

impl Level {
    /// The two levels that are reported unless others are asked for: `exact` and `overlap:0.5`.
    pub const DEFAULT: [Self; 2] = [
        Self::Exact,
        Self::Overlap(Threshold {
            millionths: 500_000,
        }),
    ];

    /// The levels with a name of one word, for messages.
    const NAMED: [Self; 5] = [
        Self::Exact,
        Self::Trimmed,
        Self::Partial,
        Self::Any,
        Self::Characters,
    ];

    /// Reads `exact`, `trimmed`, `partial`, `any`, `characters`, or `overlap:t` with `t` above 0 and at most 1, in at most six decimals.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let named = Self::NAMED
            .into_iter()
            .find(|level| level.to_string() == name);
        named.or_else(|| Threshold::parse(name.strip_prefix("overlap:")?).map(Self::Overlap))
    }

    /// What two extents of `text` earn at this level. White space does not count towards an overlap. Characters earn nothing as a pair.
    #[must_use]
    pub fn judge(self, text: &str, gold: &Extent, predicted: &Extent) -> Judgement {
        let shared = || characters(text, gold.intersection(predicted));
        match self {
            Self::Exact | Self::Characters => Judgement::right(gold == predicted),
            Self::Trimmed => Judgement::right(trimmed(text, gold) == trimmed(text, predicted)),
            Self::Partial if gold == predicted => Judgement::Correct,
            Self::Partial if shared() > 0 => Judgement::Partial,
            Self::Partial => Judgement::Incorrect,
            Self::Any => Judgement::right(shared() > 0),
            Self::Overlap(threshold) => {
                let shared = shared();
                let union = characters(text, gold.spans().iter().copied())
                    + characters(text, predicted.spans().iter().copied())
                    - shared;
                Judgement::right(threshold.reached(shared, union))
            }
        }
    }

    /// What two contents earn. Where either is words of its own, `exact` and `trimmed` compare the words, white space running together, and the others
    /// read chrF2 in place of the share of characters.
    #[must_use]
    pub fn judge_contents(self, text: &str, gold: &Content, predicted: &Content) -> Judgement {
        if let (Some(gold), Some(predicted)) = (gold.extent(), predicted.extent()) {
            return self.judge(text, gold, predicted);
        }
        let (gold, predicted) = (gold.words(text), predicted.words(text));
        let alike = || chrf2(&gold, &predicted);
        let same = || gold.split_whitespace().eq(predicted.split_whitespace());
        let core = |words: &str| -> Vec<String> {
            let words = words.trim_matches(is_edge).split_whitespace();
            words.map(str::to_owned).collect()
        };
        match self {
            Self::Exact | Self::Characters => Judgement::right(same()),
            Self::Trimmed => Judgement::right(core(&gold) == core(&predicted)),
            Self::Partial if same() => Judgement::Correct,
            Self::Partial if alike() > 0.0 => Judgement::Partial,
            Self::Partial => Judgement::Incorrect,
            Self::Any => Judgement::right(alike() > 0.0),
            Self::Overlap(threshold) => Judgement::right(alike() >= threshold.share()),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.pad("exact"),
            Self::Trimmed => f.pad("trimmed"),
            Self::Partial => f.pad("partial"),
            Self::Overlap(threshold) => f.pad(&format!("overlap:{threshold}")),
            Self::Any => f.pad("any"),
            Self::Characters => f.pad("characters"),
        }
    }
}

/// Whether a character may hang at the edge of a content without changing it: white space, quotation marks, punctuation.
fn is_edge(c: char) -> bool {
    const MARKS: &str = "'\"`.,;:!?()[]{}-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2026}\u{2018}\u{2019}\u{201a}\u{201b}\u{201c}\u{201d}\u{201e}\u{201f}\u{ab}\u{bb}\u{2039}\u{203a}\u{bf}\u{a1}\u{3001}\u{3002}\u{300a}\u{300b}\u{300c}\u{300d}\u{300e}\u{300f}";
    c.is_whitespace() || MARKS.contains(c)
}

/// The spans of an extent without the edge characters around each; an interrupted quotation has them around every piece. All of it where there is nothing else.
fn trimmed(text: &str, extent: &Extent) -> Vec<Span> {
    let core = |span: &Span| {
        let covered = span.of(text);
        let from = covered.len() - covered.trim_start_matches(is_edge).len();
        let to = covered.trim_end_matches(is_edge).len();
        Span::new(text, span.start() + from, span.start() + to).ok()
    };
    let spans: Vec<Span> = extent.spans().iter().filter_map(core).collect();
    if spans.is_empty() {
        extent.spans().to_vec()
    } else {
        spans
    }
}
