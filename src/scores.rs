//! Counts become precision, recall, F and error rates; what has no denominator is `None`, never 0 and never NaN.

mod averages;
mod metric;
mod spread;

pub use self::averages::{Average, EmptyDocuments, Shares};
pub use self::metric::{Metric, Ratio};
pub use self::spread::Spread;

use crate::counts::Counts;

/// How ratios are formed where people disagree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conventions {
    /// The weight of recall against precision in F: above 1 for recall, below for precision.
    pub beta: f64,
    /// What a ratio without a denominator is; `None` leaves it undefined.
    pub zero_division: Option<f64>,
    /// What documents without gold and predictions are in averages over documents.
    pub empty_documents: EmptyDocuments,
}

impl Default for Conventions {
    /// F1, and undefined is undefined.
    fn default() -> Self {
        Self {
            beta: 1.0,
            zero_division: None,
            empty_documents: EmptyDocuments::LeftOut,
        }
    }
}

/// The three ratios that people read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// Credit over predictions; `None` where nothing was predicted.
    pub precision: Option<f64>,
    /// Credit over gold items; `None` where gold has none.
    pub recall: Option<f64>,
    /// The weighted harmonic mean of the two; `None` where either is, 0 where both are 0.
    pub f: Option<f64>,
}

impl From<Counts> for Scores {
    /// The scores under the default conventions.
    fn from(counts: Counts) -> Self {
        Self::of(counts, Conventions::default())
    }
}

impl Scores {
    /// precision = (correct + partial/2) / (correct + incorrect + partial + spurious), recall = (correct + partial/2) / (correct + incorrect + partial +
    /// missing), as in SemEval-2013 task 9.1; F = (1 + b²) P R / (b² P + R), van Rijsbergen 1979.
    #[must_use]
    pub fn of(counts: Counts, conventions: Conventions) -> Self {
        // Halves, so that the credit is an integer until the one division.
        let halves = 2 * counts.correct + counts.partial;
        let ratio = |items: u64| {
            let ratio = (items > 0).then(|| halves as f64 / (2 * items) as f64);
            ratio.or(conventions.zero_division)
        };
        Self::from_ratios(
            ratio(counts.actual()),
            ratio(counts.possible()),
            conventions.beta,
        )
    }

    /// The scores of this precision and recall.
    #[must_use]
    fn from_ratios(precision: Option<f64>, recall: Option<f64>, beta: f64) -> Self {
        let f = precision.zip(recall).map(|(precision, recall)| {
            let squared = beta * beta;
            let denominator = squared * precision + recall;
            if denominator > 0.0 {
                (1.0 + squared) * precision * recall / denominator
            } else {
                0.0
            }
        });
        Self {
            precision,
            recall,
            f,
        }
    }

    /// The three numbers, in the order of reports.
    #[must_use]
    pub const fn all(self) -> [Option<f64>; 3] {
        [self.precision, self.recall, self.f]
    }
}

/// What went wrong, as shares: lower is better.
///
/// MUC-7 (Chinchor 1998) has no partial credit; where there is some, a partial pair is half an error, as in MUC-5 (Chinchor and Sundheim 1993).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErrorRates {
    /// ERR: everything wrong, of everything that either side has, pairs counted once.
    pub error: Option<f64>,
    /// UND, undergeneration: missing of gold items.
    pub undergeneration: Option<f64>,
    /// OVG, overgeneration: spurious of predictions.
    pub overgeneration: Option<f64>,
    /// SUB, substitution: wrong of pairs.
    pub substitution: Option<f64>,
}

impl From<Counts> for ErrorRates {
    /// ERR = (INC + PAR/2 + MIS + SPU) / (COR + PAR + INC + MIS + SPU), UND = MIS / POS, OVG = SPU / ACT, SUB = (INC + PAR/2) / (COR + PAR + INC).
    fn from(counts: Counts) -> Self {
        let ratio =
            |halves: u64, items: u64| (items > 0).then(|| halves as f64 / (2 * items) as f64);
        let pairs = counts.correct + counts.partial + counts.incorrect;
        let wrong = 2 * counts.incorrect + counts.partial;
        let lone = counts.missing + counts.spurious;
        Self {
            error: ratio(wrong + 2 * lone, pairs + lone),
            undergeneration: ratio(2 * counts.missing, counts.possible()),
            overgeneration: ratio(2 * counts.spurious, counts.actual()),
            substitution: ratio(wrong, pairs),
        }
    }
}

impl ErrorRates {
    /// The four rates, in the order of reports.
    #[must_use]
    pub const fn all(self) -> [Option<f64>; 4] {
        [
            self.error, self.undergeneration, self.overgeneration, self.substitution,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_without_items_is_undefined_and_one_without_credit_is_zero() {
        let scores = |counts| Scores::from(counts).all();
        assert_eq!(scores(Counts::default()), [None, None, None]);
        let silent = Counts {
            missing: 3,
            ..Counts::default()
        };
        assert_eq!(scores(silent), [None, Some(0.0), None]);
        let wrong = Counts {
            incorrect: 3,
            ..Counts::default()
        };
        assert_eq!(scores(wrong), [Some(0.0), Some(0.0), Some(0.0)]);
    }

    #[test]
    fn a_peers_convention_of_zero_division_is_taken_where_it_is_asked_for() {
        let with = |value| Conventions {
            zero_division: Some(value),
            ..Conventions::default()
        };
        let silent = Counts {
            missing: 3,
            ..Counts::default()
        };
        assert_eq!(Scores::of(silent, with(0.0)).all(), [Some(0.0); 3]);
        assert_eq!(
            Scores::of(silent, with(1.0)).all(),
            [Some(1.0), Some(0.0), Some(0.0)]
        );
        assert_eq!(
            Scores::of(Counts::default(), with(1.0)).all(),
            [Some(1.0); 3]
        );
    }

    #[test]
    fn the_numbers_of_semeval_2013_come_out() {
        // 2 correct, 3 partial of 5 pairs: credit 3.5.
        let scores = Scores::from(Counts {
            correct: 2,
            partial: 3,
            missing: 2,
            ..Counts::default()
        });
        assert_eq!(scores.precision, Some(0.7));
        assert_eq!(scores.recall, Some(0.5));
    }

    #[test]
    fn beta_moves_f_towards_recall_or_precision() {
        let counts = Counts {
            correct: 1,
            missing: 1,
            ..Counts::default()
        };
        let f = |beta| {
            let conventions = Conventions {
                beta,
                ..Conventions::default()
            };
            Scores::of(counts, conventions).f
        };
        assert_eq!(f(2.0), Some(2.5 / 4.5));
        assert_eq!(f(0.5), Some(0.625 / 0.75));
    }

    #[test]
    fn the_error_rates_of_muc_7_come_out() {
        let rates = ErrorRates::from(Counts {
            correct: 5,
            incorrect: 2,
            missing: 3,
            spurious: 1,
            partial: 0,
        });
        let expected = [6.0 / 11.0, 0.3, 0.125, 2.0 / 7.0].map(Some);
        assert_eq!(rates.all(), expected);
        assert_eq!(ErrorRates::from(Counts::default()).all(), [None; 4]);
    }
}
