//! Counts become precision, recall and F1; what has no denominator is `None`, never 0 and never NaN.

use crate::counts::Counts;

/// The three ratios that people read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// Credit over predictions; `None` where nothing was predicted.
    pub precision: Option<f64>,
    /// Credit over gold items; `None` where gold has none.
    pub recall: Option<f64>,
    /// The harmonic mean of the two; `None` where either is, 0 where both are 0.
    pub f1: Option<f64>,
}

impl From<Counts> for Scores {
    /// precision = (correct + partial/2) / (correct + incorrect + partial + spurious), recall = (correct + partial/2) / (correct + incorrect + partial +
    /// missing), F1 = 2PR/(P+R): SemEval-2013 task 9.1.
    fn from(counts: Counts) -> Self {
        // Halves, so that the credit is an integer until the one division.
        let halves = 2 * counts.correct + counts.partial;
        let ratio = |items: u64| (items > 0).then(|| halves as f64 / (2 * items) as f64);
        let (precision, recall) = (ratio(counts.actual()), ratio(counts.possible()));
        let f1 = precision.zip(recall).map(|(precision, recall)| {
            if halves == 0 {
                0.0
            } else {
                2.0 * precision * recall / (precision + recall)
            }
        });
        Self {
            precision,
            recall,
            f1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_without_items_is_undefined_and_one_without_credit_is_zero() {
        let nothing = Scores::from(Counts::default());
        assert_eq!(
            (nothing.precision, nothing.recall, nothing.f1),
            (None, None, None)
        );
        let silent = Scores::from(Counts {
            missing: 3,
            ..Counts::default()
        });
        assert_eq!(
            (silent.precision, silent.recall, silent.f1),
            (None, Some(0.0), None)
        );
        let wrong = Scores::from(Counts {
            incorrect: 3,
            ..Counts::default()
        });
        assert_eq!(
            (wrong.precision, wrong.recall, wrong.f1),
            (Some(0.0), Some(0.0), Some(0.0))
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
}
