//! Is this version better? Two systems over the same gold: differences with paired intervals and tests, documents that moved, items fixed and broken; several systems: a ranking.

mod items;
mod pair;
mod ranking;
mod sameness;
mod several;
mod slices;

pub use self::items::{Item, Items};
pub use self::pair::{Asked, Pair, compare, is_without_score, no_metric};
pub use self::ranking::{Ranked, Ranking, rank};
pub use self::sameness::{Common, Unlike, common};
pub use self::several::{Several, compare_all};
pub use self::slices::{LENGTH, Slicing};

use crate::counts::{Counts, Measures};
use crate::ledger::{CorpusLedger, SystemLedger};
use crate::run::resample::Difference;
use crate::scores::Metric;
use crate::statistics::{Method, Resolution};

/// One system on one corpus, wherever its counts come from.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What people call it, such as `shape 0.2`.
    pub name: &'a str,
    /// Where its counts come from: a run, a baseline, a file.
    pub origin: &'a str,
    /// What was counted.
    pub measures: &'a Measures,
    /// The entity labels that were counted alone; empty for all.
    pub labels: &'a [String],
    /// The corpus; of its systems only `system` is looked at.
    pub corpus: &'a CorpusLedger,
    /// The system.
    pub system: &'a SystemLedger,
}

/// Two systems compared on one corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The names of the first and the second.
    pub names: [String; 2],
    /// Where their counts come from.
    pub origins: [String; 2],
    /// The corpus's name.
    pub corpus: String,
    /// How many documents both were compared on.
    pub documents: usize,
    /// How many documents or clusters were resampled.
    pub units: usize,
    /// How the intervals were made.
    pub method: Method,
    /// How many replicates were drawn.
    pub replicates: u32,
    /// What was left out because only one side has it, a sentence each.
    pub left_out: Vec<String>,
    /// What only one side attempts, a sentence each.
    pub notes: Vec<String>,
    /// The score that the verdict is about.
    pub primary: Row,
    /// Every score, in the order of reports; the primary one too.
    pub rows: Vec<Row>,
    /// The primary score on parts of the corpus.
    pub slices: Vec<Slice>,
    /// The documents whose errors changed most under the primary score, the largest change first.
    pub moved: Vec<Moved>,
    /// The items fixed and broken; `None` where they are not known.
    pub items: Option<Items>,
    /// The smallest difference of the primary score that the corpus resolves; `None` where the systems are the same.
    pub resolution: Option<Resolution>,
}

/// One score of two systems.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which score.
    pub metric: Metric,
    /// What both come to.
    pub difference: Difference,
    /// The p-value after Benjamini and Hochberg, over every row of the comparison, shown or not; `None` where there is none.
    pub adjusted: Option<f64>,
}

/// The primary score on the documents that have something in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// The metadata key, or [`LENGTH`].
    pub key: String,
    /// Its value.
    pub value: String,
    /// How many documents have it.
    pub documents: usize,
    /// What both come to there.
    pub difference: Difference,
    /// The p-value after Benjamini and Hochberg, over all slices.
    pub adjusted: Option<f64>,
}

/// A document in which one system has other errors than the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its id.
    pub document: String,
    /// Its counts by the first and the second.
    pub counts: [Counts; 2],
}

impl Moved {
    /// How many errors the first and the second have: what is missing, spurious, and wrong on both sides.
    #[must_use]
    pub fn errors(&self) -> [u64; 2] {
        let errors = |counts: &Counts| {
            counts.missing + counts.spurious + 2 * (counts.incorrect + counts.partial)
        };
        [errors(&self.counts[0]), errors(&self.counts[1])]
    }

    /// How many errors more the second has.
    #[must_use]
    pub fn more_errors(&self) -> i64 {
        let [first, second] = self
            .errors()
            .map(|own| i64::try_from(own).unwrap_or(i64::MAX));
        second - first
    }
}
