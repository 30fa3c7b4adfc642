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
        let labels = || table.labels().map(|label| table.get(measure, label));
        let documents = || table.documents(measure, ALL_LABELS);
        match self {
            Self::Micro => Scores::of(table.get(measure, ALL_LABELS), conventions),
            Self::Macro => mean(labels().map(|counts| (counts, 1)), conventions),
            // Without gold nothing has weight; what was predicted is wrong all the same, as seqeval has it.
            Self::Weighted if table.get(measure, ALL_LABELS).possible() == 0 => {
                Self::Micro.of(table, measure, conventions)
            }
            Self::Weighted => mean(
                labels().map(|counts| (counts, counts.possible())),
                conventions,
            ),
            Self::MeanF => over_documents(documents(), conventions),
            Self::FOfMeans => {
                let means = over_documents(documents(), conventions);
                Scores::from_ratios(means.precision, means.recall, conventions.beta)
            }
            Self::Hipe => hipe(documents(), conventions),
        }
    }
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
    weighted(
        items.map(|(counts, weight)| (Scores::of(counts, conventions).all(), weight)),
        conventions,
    )
}

/// The mean of scores with weights.
fn weighted(
    items: impl Iterator<Item = ([Option<f64>; 3], u64)>,
    conventions: Conventions,
) -> Scores {
    let (mut sums, mut total) = ([0.0; 3], 0);
    for (scores, weight) in items {
        for (sum, score) in sums.iter_mut().zip(scores) {
            *sum += score.unwrap_or_default() * weight as f64;
        }
        total += weight;
    }
    divided(sums, [total; 3], conventions)
}

fn divided(sums: [f64; 3], totals: [u64; 3], conventions: Conventions) -> Scores {
    let of = |at: usize| {
        let mean = (totals[at] > 0).then(|| sums[at] / totals[at] as f64);
        mean.or(conventions.zero_division)
    };
    Scores {
        precision: of(0),
        recall: of(1),
        f: of(2),
    }
}

/// The mean over documents; those without gold and predictions as the conventions say.
fn over_documents(
    documents: impl Iterator<Item = (Counts, u64)>,
    conventions: Conventions,
) -> Scores {
    let scored = documents.filter_map(|(counts, documents)| {
        let scores = match (counts == Counts::default(), conventions.empty_documents) {
            (false, _) => Scores::of(counts, conventions).all(),
            (true, EmptyDocuments::LeftOut) => return None,
            (true, EmptyDocuments::One) => [Some(1.0); 3],
            (true, EmptyDocuments::Zero) => [Some(0.0); 3],
        };
        Some((scores, documents))
    });
    weighted(scored, conventions)
}

/// Every score over the documents where it is defined.
fn hipe(documents: impl Iterator<Item = (Counts, u64)>, conventions: Conventions) -> Scores {
    let defined = Conventions {
        zero_division: None,
        ..conventions
    };
    let (mut sums, mut totals) = ([0.0; 3], [0; 3]);
    for (counts, documents) in documents {
        let scores = Scores::of(counts, defined).all();
        for (at, score) in scores.into_iter().enumerate() {
            if let Some(score) = score {
                sums[at] += score * documents as f64;
                totals[at] += documents;
            }
        }
    }
    divided(sums, totals, conventions)
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
        let scores = match average {
            Average::Hipe => hipe(counts, conventions),
            Average::FOfMeans => {
                let means = over_documents(counts, conventions);
                Scores::from_ratios(means.precision, means.recall, 1.0)
            }
            _ => over_documents(counts, conventions),
        };
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
