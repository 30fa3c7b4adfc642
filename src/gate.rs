//! What must hold before a change lands: gates on scores, judged against floors and a baseline, with a verdict that CI can act on.

mod absent;
mod judge;
mod verdict;

pub use self::judge::{Baselines, judge};

pub use crate::config::Gate;

use crate::run::resample::Difference;
use crate::scores::Metric;
use crate::statistics::Resolution;

/// What one gate says of one score. The order is that of badness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Too few gold items: not judged.
    Thin,
    /// Not worse: no floor missed, and no drop beyond what is allowed is likely.
    NotWorse,
    /// The corpus cannot tell: the drop, or its interval, reaches beyond what is allowed, and is not significant.
    Inconclusive,
    /// Worse: a floor missed, a significant drop beyond what is allowed, or a hard drop; or the score is missing.
    Worse,
    /// There is no baseline, or it cannot be compared with.
    Incomparable,
}

impl Verdict {
    /// The name in reports and `results.json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Thin => "not judged",
            Self::NotWorse => "not worse",
            Self::Inconclusive => "inconclusive",
            Self::Worse => "worse",
            Self::Incomparable => "not comparable",
        }
    }
}

/// One gated score, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The place of its gate in the configuration, from 0.
    pub gate: usize,
    /// The corpus.
    pub corpus: String,
    /// The extractor.
    pub extractor: String,
    /// The score.
    pub metric: Metric,
    /// The documents that it is of, where not all.
    pub slice: Option<(String, String)>,
    /// How many gold items there are.
    pub support: u64,
    /// The score now; `None` where it is undefined.
    pub score: Option<f64>,
    /// The floor.
    pub floor: Option<f64>,
    /// The allowed drop.
    pub max_drop: Option<f64>,
    /// The drop that is never allowed.
    pub hard_drop: Option<f64>,
    /// The name of the baseline that it was held against.
    pub baseline: Option<String>,
    /// The baseline's score, the difference to it, its interval and test.
    pub difference: Option<Difference>,
    /// The p-value after Holm, over all scores that are gated by a drop.
    pub adjusted: Option<f64>,
    /// The smallest drop that the corpus resolves at the level that Holm leaves for the first of the family.
    pub resolution: Option<Resolution>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub reason: String,
}

/// What all gates say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judgement {
    /// Every gated score, in the order of gates, corpora, extractors, labels.
    pub judged: Vec<Judged>,
    /// Improvements that would be accepted, a sentence each.
    pub suggestions: Vec<String>,
}

impl Judgement {
    /// The worst verdict; `None` where there are no gates. Where nothing at all was judged, that is inconclusive.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        let worst = self.judged.iter().map(|judged| judged.verdict).max()?;
        Some(worst.max(match worst {
            Verdict::Thin => Verdict::Inconclusive,
            worst => worst,
        }))
    }

    /// How many scores have this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        let of = self
            .judged
            .iter()
            .filter(|judged| judged.verdict == verdict);
        of.count()
    }
}
