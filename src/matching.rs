//! Pairs gold with predictions one-to-one: an [`Alignment`] of indices, optimal for the measure that asks.
//!
//! Only annotations that share at least one character can pair. They fall into connected groups, nearly always of one or two
//! items; within a group the pairing is an exact assignment, so the order of the input never matters. A group too large for
//! that is paired greedily and says so in [`Alignment::approximate`].
//!
//! An annotation that stands twice on one side is one annotation and a copy: the copy pairs with a copy on the other side, or with nothing, so that
//! repeating a prediction never raises a score.

mod chrf;
mod claims;
mod groups;
mod levels;

use std::fmt;

pub use self::chrf::chrf2;
pub use self::claims::align_claims;
use self::groups::{Groups, Overlaps};
pub use self::levels::Level;

use crate::annotation::Mention;
use crate::span::Span;

/// When a pair of entity mentions counts, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityMeasure {
    /// Same extent and same label (the CoNLL convention).
    Strict,
    /// Same extent, whatever the label.
    Exact,
    /// Same extent counts one, any overlap one half, whatever the label.
    Partial,
    /// Any overlap with the same label.
    Type,
    /// The same label, and characters (code points, white space included) that both cover at least this share of those that either covers
    /// (intersection over union).
    Overlap(Threshold),
}

impl EntityMeasure {
    /// The measures that are reported unless others are asked for, in the order of reports.
    pub const DEFAULT: [Self; 4] = [Self::Strict, Self::Exact, Self::Partial, Self::Type];

    /// Reads `strict`, `exact`, `partial`, `type`, or `overlap:t` with `t` above 0 and at most 1.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let named = Self::DEFAULT
            .into_iter()
            .find(|measure| measure.to_string() == name);
        named.or_else(|| Threshold::parse(name.strip_prefix("overlap:")?).map(Self::Overlap))
    }

    /// What a pair of overlapping mentions of `text` earns.
    #[must_use]
    pub fn judge(self, text: &str, gold: &Mention, predicted: &Mention) -> Judgement {
        let same_extent = gold.extent == predicted.extent;
        let same_label = gold.label == predicted.label;
        let correct = match self {
            Self::Strict => same_extent && same_label,
            Self::Exact => same_extent,
            Self::Partial if !same_extent => return Judgement::Partial,
            Self::Partial => true,
            Self::Type => same_label,
            Self::Overlap(_) if same_extent => same_label,
            Self::Overlap(threshold) => {
                let points = |spans: &mut dyn Iterator<Item = Span>| -> u64 {
                    spans.map(|span| span.of(text).chars().count() as u64).sum()
                };
                let size = |mention: &Mention| points(&mut mention.extent.spans().iter().copied());
                let shared = points(&mut gold.extent.intersection(&predicted.extent));
                same_label && threshold.reached(shared, size(gold) + size(predicted) - shared)
            }
        };
        Judgement::right(correct)
    }
}

impl fmt::Display for EntityMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Strict => f.pad("strict"),
            Self::Exact => f.pad("exact"),
            Self::Partial => f.pad("partial"),
            Self::Type => f.pad("type"),
            Self::Overlap(threshold) => f.pad(&format!("overlap:{threshold}")),
        }
    }
}

/// What a pair earns: one, one half, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Full credit.
    Correct,
    /// Half credit.
    Partial,
    /// Paired, but wrong.
    Incorrect,
}

impl Judgement {
    /// Full credit or none.
    #[must_use]
    pub const fn right(right: bool) -> Self {
        if right {
            Self::Correct
        } else {
            Self::Incorrect
        }
    }

    /// The one that earns less.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if self.halves() <= other.halves() {
            self
        } else {
            other
        }
    }

    /// The credit in halves.
    const fn halves(self) -> i128 {
        match self {
            Self::Correct => 2,
            Self::Partial => 1,
            Self::Incorrect => 0,
        }
    }
}

/// A share above 0 and at most 1, kept as an integer so that comparing with a ratio of counts is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold {
    millionths: u32,
}

impl Threshold {
    /// Reads a decimal number such as `0.5`, `.75` or `1`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole)
            || !digits(fraction)
            || fraction.len() > 6
            || (whole.is_empty() && fraction.is_empty())
        {
            return None;
        }
        let whole: u32 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let millionths = format!("{fraction:0<6}").parse::<u32>().ok()? + whole.min(2) * 1_000_000;
        (1..=1_000_000)
            .contains(&millionths)
            .then_some(Self { millionths })
    }

    /// Whether `shared` of `all` is at least this share; nothing shared never is.
    fn reached(self, shared: u64, all: u64) -> bool {
        shared > 0 && shared * 1_000_000 >= u64::from(self.millionths) * all
    }

    /// The share as a number.
    fn share(self) -> f64 {
        f64::from(self.millionths) / 1_000_000.0
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.millionths == 1_000_000 {
            return f.write_str("1");
        }
        let digits = format!("{:06}", self.millionths);
        write!(f, "0.{}", digits.trim_end_matches('0'))
    }
}

/// Which gold item pairs with which prediction. Every index of either side stands in exactly one of the three lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alignment {
    /// (gold index, prediction index).
    pub pairs: Vec<(usize, usize)>,
    /// Gold items without a partner.
    pub missing: Vec<usize>,
    /// Predictions without a partner.
    pub spurious: Vec<usize>,
    /// Whether some group was too large for the exact assignment.
    pub approximate: bool,
}

/// The overlapping pairs of two lists of mentions, found once and then aligned under each measure: all labels together, or each label by itself.
#[derive(Debug)]
pub struct Candidates<'a> {
    text: &'a str,
    gold: &'a [Mention],
    predicted: &'a [Mention],
    pooled: Groups,
    by_label: Groups,
    repeated_gold: usize,
}

impl<'a> Candidates<'a> {
    /// Finds which mentions of `text` overlap which.
    #[must_use]
    pub fn between(text: &'a str, gold: &'a [Mention], predicted: &'a [Mention]) -> Self {
        let overlaps = Overlaps::of(
            gold,
            predicted,
            |mention| Some(&mention.extent),
            |mention| mention,
        );
        Self {
            text,
            gold,
            predicted,
            pooled: overlaps.groups(|_, _| true),
            by_label: overlaps.groups(|g, p| gold[g].label == predicted[p].label),
            repeated_gold: overlaps.repeated_gold(),
        }
    }

    /// How many gold mentions stand there again, with the same extent and label.
    #[must_use]
    pub const fn repeated_gold(&self) -> usize {
        self.repeated_gold
    }

    /// What the pair of gold mention `gold` and prediction `predicted` earns under `measure`.
    #[must_use]
    pub fn judge(&self, measure: EntityMeasure, gold: usize, predicted: usize) -> Judgement {
        measure.judge(self.text, &self.gold[gold], &self.predicted[predicted])
    }

    /// The pairing that maximises credit under `measure`, then the number of pairs, then the bytes shared, then equal labels; ties fall to the earlier
    /// position.
    #[must_use]
    pub fn align(&self, measure: EntityMeasure) -> Alignment {
        self.pooled.align(|g, p| self.weight(measure, g, p))
    }

    /// The same, where only mentions of one label may pair: what would be found if each label were alone.
    #[must_use]
    pub fn align_labels(&self, measure: EntityMeasure) -> Alignment {
        self.by_label.align(|g, p| self.weight(measure, g, p))
    }

    fn weight(&self, measure: EntityMeasure, gold: usize, predicted: usize) -> i128 {
        let shared: usize = self.gold[gold]
            .extent
            .intersection(&self.predicted[predicted].extent)
            .map(|span| span.end() - span.start())
            .sum();
        let credit = self.judge(measure, gold, predicted).halves();
        // The label comes last: it moves no credit, but a confusion that need not be is none.
        let same_label = self.gold[gold].label == self.predicted[predicted].label;
        (credit << 88) + (1 << 62) + ((shared as i128) << 20) + i128::from(same_label)
    }
}

/// How many characters (code points) that are not white space the spans cover.
pub(crate) fn characters(text: &str, spans: impl Iterator<Item = Span>) -> u64 {
    spans
        .map(|span| {
            let covered = span.of(text);
            covered.chars().filter(|c| !c.is_whitespace()).count() as u64
        })
        .sum()
}
