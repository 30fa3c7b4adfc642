//! One number for many labels or many documents, each way of averaging under its own name.

use super::{Conventions, Scores};
use crate::annotation::ALL_LABELS;
use crate::counts::{CountTable, Counts, Measure};

/// A way of averaging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Average {
    /// All items pooled, whatever their label and document.
    Micro,
    /// The mean over the labels that either side has, each counting the same; an undefined score is 0 in it.
    Macro,
    /// The mean over labels, each counting by its gold items; an undefined score is 0 in it.
    Weighted,
    /// The mean over documents of precision, recall and F, each for itself; what is undefined because only one side has items is 0.
    MeanF,
    /// The means over documents of precision and recall, and the F of these two.
    FOfMeans,
    /// Precision over the documents with predictions, recall over those with gold, F over those with both: the HIPE scorer's, which rewards silence.
    Hipe,
}

impl Average {
    /// Every average, in the order of reports.
    pub const ALL: [Self; 6] = [
        Self::Micro,
        Self::Macro,
        Self::Weighted,
        Self::MeanF,
        Self::FOfMeans,
        Self::Hipe,
    ];

    /// The name in flags and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Micro => "micro",
            Self::Macro => "macro",
            Self::Weighted => "weighted",
            Self::MeanF => "mean-f",
            Self::FOfMeans => "f-of-means",
            Self::Hipe => "hipe",
        }
    }

    /// The average of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|average| average.name() == name)
    }

    /// The average of a table under a measure of entities.
    #[must_use]
    pub fn of(self, table: &CountTable, measure: Measure, conventions: Conventions) -> Scores {
        let pooled = table.get(measure, ALL_LABELS);
        match self {
            Self::Micro | Self::Macro | Self::Weighted => {
                let labels = table.labels().map(|label| table.get(measure, label));
                self.over_labels(pooled, labels, conventions)
            }
            Self::MeanF | Self::FOfMeans | Self::Hipe => {
                self.over_documents(table.documents(measure, ALL_LABELS), conventions)
            }
        }
    }

    /// Micro, macro or weighted, of the counts of all labels together and of each label that either side has.
    #[must_use]
    pub fn over_labels(
        self,
        pooled: Counts,
        labels: impl Iterator<Item = Counts>,
        conventions: Conventions,
    ) -> Scores {
        match self {
            Self::Macro => mean(labels.map(|counts| (counts, 1)), conventions),
            // Without gold nothing has weight; what was predicted is wrong all the same, as seqeval has it.
            Self::Weighted if pooled.possible() > 0 => mean(
                labels.map(|counts| (counts, counts.possible())),
                conventions,
            ),
            _ => Scores::of(pooled, conventions),
        }
    }

    /// One of the averages over documents, of distinct counts and how many documents have them.
    fn over_documents(
        self,
        documents: impl Iterator<Item = (Counts, u64)>,
        conventions: Conventions,
    ) -> Scores {
        let (mut sums, mut totals) = ([0.0; 3], [0.0; 3]);
        for (counts, documents) in documents {
            let own = self.share(counts, conventions);
            for at in 0..3 {
                sums[at] += own.sums[at] * documents as f64;
                totals[at] += own.totals[at] * documents as f64;
            }
        }
        self.of_shares(Shares { sums, totals }, conventions)
    }

    /// What a document adds to an average over documents.
    #[must_use]
    pub fn share(self, counts: Counts, conventions: Conventions) -> Shares {
        let all = |value: f64| Shares {
            sums: [value; 3],
            totals: [1.0; 3],
        };
        if self == Self::Hipe {
            let defined = Conventions {
                zero_division: None,
                ..conventions
            };
            let scores = Scores::of(counts, defined).all();
            return Shares {
                sums: scores.map(Option::unwrap_or_default),
                totals: scores.map(|score| f64::from(u8::from(score.is_some()))),
            };
        }
        match (counts == Counts::default(), conventions.empty_documents) {
            (false, _) => Shares {
                sums: Scores::of(counts, conventions)
                    .all()
                    .map(Option::unwrap_or_default),
                totals: [1.0; 3],
            },
            (true, EmptyDocuments::LeftOut) => Shares::default(),
            (true, EmptyDocuments::One) => all(1.0),
            (true, EmptyDocuments::Zero) => all(0.0),
        }
    }

    /// The average over documents of what they add.
    #[must_use]
    pub fn of_shares(self, shares: Shares, conventions: Conventions) -> Scores {
        let of = |at: usize| {
            let mean = (shares.totals[at] > 0.0).then(|| shares.sums[at] / shares.totals[at]);
            mean.or(conventions.zero_division)
        };
        let (precision, recall) = (of(0), of(1));
        match self {
            Self::FOfMeans => Scores::from_ratios(precision, recall, conventions.beta),
            _ => Scores {
                precision,
                recall,
                f: of(2),
            },
        }
    }
}

/// What documents add to an average over documents: sums of precision, recall and F, and over how many documents.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Shares {
    /// The sums of the three scores.
    pub sums: [f64; 3],
    /// How many documents each of the three is over.
    pub totals: [f64; 3],
}

/// What a document without gold and predictions is in an average over documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyDocuments {
    /// It counts in no average.
    LeftOut,
    /// It was right to find nothing: 1, as in GERBIL.
    One,
    /// It earned nothing: 0, as in the scripts of i2b2 2014.
    Zero,
}

/// The mean of the scores of counts with weights; `None`, or the convention, where there is no weight. What is undefined is 0, or the convention.
fn mean(items: impl Iterator<Item = (Counts, u64)>, conventions: Conventions) -> Scores {
    let (mut sums, mut total) = ([0.0; 3], 0);
    for (counts, weight) in items {
        for (sum, score) in sums.iter_mut().zip(Scores::of(counts, conventions).all()) {
            *sum += score.unwrap_or_default() * weight as f64;
        }
        total += weight;
    }
    let [precision, recall, f] = sums.map(|sum| {
        let mean = (total > 0).then(|| sum / total as f64);
        mean.or(conventions.zero_division)
    });
    Scores {
        precision,
        recall,
        f,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The F of documents given as (correct, spurious, missing), in four decimals.
    fn f(
        average: Average,
        empty_documents: EmptyDocuments,
        documents: &[(u64, u64, u64)],
    ) -> String {
        let counts = documents.iter().map(|&(correct, spurious, missing)| {
            let counts = Counts {
                correct,
                spurious,
                missing,
                ..Counts::default()
            };
            (counts, 1)
        });
        let conventions = Conventions {
            empty_documents,
            ..Conventions::default()
        };
        let scores = average.over_documents(counts, conventions);
        scores.f.map_or("-".to_owned(), |f| format!("{f:.4}"))
    }

    #[test]
    fn averages_over_documents_are_those_of_the_tools_they_are_named_after() {
        // One right, one empty on both sides, one only wrong: GERBIL's macro F is 2/3, that of i2b2's scripts 1/3.
        let documents = [(1, 0, 0), (0, 0, 0), (0, 1, 0)];
        assert_eq!(f(Average::MeanF, EmptyDocuments::One, &documents), "0.6667");
        assert_eq!(
            f(Average::FOfMeans, EmptyDocuments::Zero, &documents),
            "0.3333"
        );
        assert_eq!(
            f(Average::MeanF, EmptyDocuments::LeftOut, &documents),
            "0.5000"
        );
        let documents = [(9, 1, 0), (1, 0, 9)];
        assert_eq!(
            f(Average::MeanF, EmptyDocuments::LeftOut, &documents),
            "0.5646"
        );
        assert_eq!(
            f(Average::FOfMeans, EmptyDocuments::LeftOut, &documents),
            "0.6967"
        );
        // Predicting in one easy document only.
        let documents = [(1, 0, 0), (0, 0, 5), (0, 0, 5)];
        assert_eq!(
            f(Average::Hipe, EmptyDocuments::LeftOut, &documents),
            "1.0000"
        );
        assert_eq!(
            f(Average::MeanF, EmptyDocuments::LeftOut, &documents),
            "0.3333"
        );
        assert_eq!(f(Average::MeanF, EmptyDocuments::LeftOut, &[]), "-");
    }
}
