//! A score as a function of the totals of columns: computed of a resample by the same formulas as of the whole.

use std::ops::Range;

use crate::counts::Counts;
use crate::scores::{Average, Conventions, ErrorRates, Ratio, Scores, Shares};

/// Where the five counts of a cell lie among the columns: the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellColumns(pub usize);

impl CellColumns {
    fn range(self) -> Range<usize> {
        self.0..self.0 + 5
    }

    /// The counts that the totals come to.
    fn counts(self, totals: &[f64]) -> Counts {
        // Totals of counts are whole, and below 2^53.
        let at = |offset: usize| totals[self.0 + offset] as u64;
        Counts {
            correct: at(0),
            incorrect: at(1),
            partial: at(2),
            missing: at(3),
            spurious: at(4),
        }
    }
}

/// What a score is computed from.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// A ratio of one cell.
    Cell(CellColumns, Value),
    /// Macro or weighted, over the cells of labels; labels that a resample does not have do not count in it.
    Labels {
        /// Which of the two.
        average: Average,
        /// All labels together.
        pooled: CellColumns,
        /// Each label.
        labels: Vec<CellColumns>,
        /// The ratio.
        ratio: Ratio,
    },
    /// An average over documents, of six columns: three sums and three totals.
    Documents {
        /// Which of the three.
        average: Average,
        /// The first of the columns.
        columns: usize,
        /// The ratio.
        ratio: Ratio,
    },
}

/// A ratio of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Precision, recall or F.
    Ratio(Ratio),
    /// The error rate at this place of [`ErrorRates::all`].
    Rate(usize),
}

impl Quantity {
    /// The score of these totals of all columns; `None` where it is undefined.
    #[must_use]
    pub fn of(&self, totals: &[f64], conventions: Conventions) -> Option<f64> {
        match self {
            Self::Cell(cell, value) => {
                let counts = cell.counts(totals);
                match value {
                    Value::Ratio(ratio) => ratio.of(Scores::of(counts, conventions)),
                    Value::Rate(at) => ErrorRates::from(counts).all()[*at],
                }
            }
            Self::Labels {
                average,
                pooled,
                labels,
                ratio,
            } => {
                let labels = labels.iter().map(|cell| cell.counts(totals));
                let there = labels.filter(|counts| *counts != Counts::default());
                ratio.of(average.over_labels(pooled.counts(totals), there, conventions))
            }
            Self::Documents {
                average,
                columns,
                ratio,
            } => {
                let three = |first: usize| std::array::from_fn(|at| totals[first + at]);
                let shares = Shares {
                    sums: three(*columns),
                    totals: three(columns + 3),
                };
                ratio.of(average.of_shares(shares, conventions))
            }
        }
    }

    /// The columns that it depends on.
    #[must_use]
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::Cell(cell, _) => cell.range().collect(),
            Self::Labels { pooled, labels, .. } => {
                let cells = std::iter::once(pooled).chain(labels);
                cells.flat_map(|cell| cell.range()).collect()
            }
            Self::Documents { columns, .. } => (*columns..columns + 6).collect(),
        }
    }
}

impl Quantity {
    /// The same score of columns that lie so many places further on.
    #[must_use]
    pub fn moved_by(&self, places: usize) -> Self {
        let moved = |cell: &CellColumns| CellColumns(cell.0 + places);
        match self {
            Self::Cell(cell, value) => Self::Cell(moved(cell), *value),
            Self::Labels {
                average,
                pooled,
                labels,
                ratio,
            } => Self::Labels {
                average: *average,
                pooled: moved(pooled),
                labels: labels.iter().map(moved).collect(),
                ratio: *ratio,
            },
            Self::Documents {
                average,
                columns,
                ratio,
            } => Self::Documents {
                average: *average,
                columns: columns + places,
                ratio: *ratio,
            },
        }
    }
}
