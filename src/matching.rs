//! Pairs gold with predictions one-to-one: an [`Alignment`] of indices, optimal for the measure that asks.
//!
//! Only annotations that share at least one character can pair. They fall into connected groups, nearly always of one or two
//! items; within a group the pairing is an exact assignment, so the order of the input never matters. A group too large for
//! that is paired greedily and says so in [`Alignment::approximate`].
//!
//! An annotation that stands twice on one side is one annotation and a copy: the copy pairs with a copy on the other side, or with nothing, so that
//! repeating a prediction never raises a score.

mod groups;

use std::fmt;

use self::groups::Groups;

use crate::annotation::{Claim, Mention};
use crate::span::{Extent, Span};

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
    /// The same label, and characters that both cover at least this share of those that either covers (intersection over union).
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
            Self::Overlap(threshold) => {
                same_label
                    && Level::Overlap(threshold).accepts(text, &gold.extent, &predicted.extent)
            }
        };
        if correct {
            Judgement::Correct
        } else {
            Judgement::Incorrect
        }
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
    /// The credit in halves.
    const fn halves(self) -> i128 {
        match self {
            Self::Correct => 2,
            Self::Partial => 1,
            Self::Incorrect => 0,
        }
    }
}

/// When two extents of a claim's role count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Every fragment begins and ends at the same byte.
    Exact,
    /// The characters that both cover are at least this share of those that either covers (intersection over union).
    Overlap(Threshold),
}

impl Level {
    /// The two levels that are reported unless others are asked for: `exact` and `overlap:0.5`.
    pub const DEFAULT: [Self; 2] = [
        Self::Exact,
        Self::Overlap(Threshold {
            millionths: 500_000,
        }),
    ];

    /// Reads `exact` or `overlap:t` with `t` above 0 and at most 1, in at most six decimals.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "exact" {
            return Some(Self::Exact);
        }
        Threshold::parse(name.strip_prefix("overlap:")?).map(Self::Overlap)
    }

    /// Whether the two extents of `text` are the same at this level. White space does not count towards an overlap.
    #[must_use]
    pub fn accepts(self, text: &str, gold: &Extent, predicted: &Extent) -> bool {
        match self {
            Self::Exact => gold == predicted,
            Self::Overlap(threshold) => {
                let shared = characters(text, gold.intersection(predicted));
                let union = characters(text, gold.spans().iter().copied())
                    + characters(text, predicted.spans().iter().copied())
                    - shared;
                shared > 0 && shared * 1_000_000 >= u64::from(threshold.millionths) * union
            }
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.pad("exact"),
            Self::Overlap(threshold) => f.pad(&format!("overlap:{threshold}")),
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

/// The overlapping pairs of two lists of mentions, found once and then aligned under each measure.
#[derive(Debug)]
pub struct Candidates<'a> {
    text: &'a str,
    gold: &'a [&'a Mention],
    predicted: &'a [&'a Mention],
    groups: Groups,
}

impl<'a> Candidates<'a> {
    /// Finds which mentions of `text` overlap which.
    #[must_use]
    pub fn between(text: &'a str, gold: &'a [&'a Mention], predicted: &'a [&'a Mention]) -> Self {
        let groups = Groups::of(
            gold,
            predicted,
            |mention| &mention.extent,
            |mention| *mention,
        );
        Self {
            text,
            gold,
            predicted,
            groups,
        }
    }

    /// What the pair of gold mention `gold` and prediction `predicted` earns under `measure`.
    #[must_use]
    pub fn judge(&self, measure: EntityMeasure, gold: usize, predicted: usize) -> Judgement {
        measure.judge(self.text, self.gold[gold], self.predicted[predicted])
    }

    /// The pairing that maximises credit under `measure`, then the number of pairs, then the bytes shared; ties fall to the earlier position.
    #[must_use]
    pub fn align(&self, measure: EntityMeasure) -> Alignment {
        self.groups.align(|gold, predicted| {
            let shared: usize = self.gold[gold]
                .extent
                .intersection(&self.predicted[predicted].extent)
                .map(|span| span.end() - span.start())
                .sum();
            let credit = self.judge(measure, gold, predicted).halves();
            (credit << 88) + (1 << 56) + shared as i128
        })
    }
}

/// Pairs claims by the F1 of their contents' characters, summed over the document; ties fall to the larger cue overlap, then source overlap, then the
/// earlier position. Claims whose contents share nothing never pair.
#[must_use]
pub fn align_claims(text: &str, gold: &[Claim], predicted: &[Claim]) -> Alignment {
    let contents = |claims: &'_ [Claim]| -> Vec<u64> {
        claims
            .iter()
            .map(|claim| characters(text, claim.content.spans().iter().copied()))
            .collect()
    };
    let (gold_size, predicted_size) = (contents(gold), contents(predicted));
    let parts = |claim: &'_ Claim| {
        (
            claim.content.clone(),
            claim.source.clone(),
            claim.cue.clone(),
        )
    };
    let groups = Groups::of(gold, predicted, |claim| &claim.content, parts);
    let shared = |a: Option<&Extent>, b: Option<&Extent>| -> i128 {
        let (Some(a), Some(b)) = (a, b) else { return 0 };
        i128::from(characters(text, a.intersection(b)).min(1 << 20))
    };
    groups.align(|i, j| {
        let (g, p) = (&gold[i], &predicted[j]);
        let content = characters(text, g.content.intersection(&p.content));
        // A share of white space alone is no overlap: weight 0 never pairs.
        if content == 0 {
            return 0;
        }
        // 2^40 steps: two claims of a million characters each are still told apart.
        let f1 = (i128::from(2 * content) << 40) / i128::from(gold_size[i] + predicted_size[j]);
        (f1 << 72)
            + (shared(g.cue.as_ref(), p.cue.as_ref()) << 36)
            + shared(g.source.as_ref(), p.source.as_ref())
            + 1
    })
}

/// How many characters (code points) that are not white space the spans cover.
fn characters(text: &str, spans: impl Iterator<Item = Span>) -> u64 {
    spans
        .map(|span| {
            let covered = span.of(text);
            covered.chars().filter(|c| !c.is_whitespace()).count() as u64
        })
        .sum()
}
