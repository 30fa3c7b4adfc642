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

/// What scores are computed from: those of one basis are computed together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// One cell.
    Cell(CellColumns),
    /// Macro or weighted, over the cells of labels; labels that a resample does not have do not count in it.
    Labels {
        /// Which of the two.
        average: Average,
        /// All labels together.
        pooled: CellColumns,
        /// Each label.
        labels: Vec<CellColumns>,
    },
    /// An average over documents, of six columns: three sums and three totals.
    Documents {
        /// Which of the three.
        average: Average,
        /// The first of the columns.
        columns: usize,
    },
}

/// One of the scores of a basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Precision, recall or F.
    Ratio(Ratio),
    /// The error rate at this place of [`ErrorRates::all`]; only cells have them.
    Rate(usize),
}

/// One score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// What it is computed from.
    pub basis: Basis,
    /// Which of its scores it is.
    pub value: Value,
}

/// Precision, recall, F and the four error rates of a basis; NaN where undefined.
pub type Values = [f64; 7];

impl Value {
    /// Its place among [`Values`].
    #[must_use]
    pub const fn place(self) -> usize {
        match self {
            Self::Ratio(Ratio::Precision) => 0,
            Self::Ratio(Ratio::Recall) => 1,
            Self::Ratio(Ratio::F) => 2,
            Self::Rate(place) => 3 + place,
        }
    }
}

impl Basis {
    /// All its scores of these totals of all columns.
    #[must_use]
    pub fn values(&self, totals: &[f64], conventions: Conventions) -> Values {
        let mut rates = [None; 4];
        let scores = match self {
            Self::Cell(cell) => {
                let counts = cell.counts(totals);
                rates = ErrorRates::from(counts).all();
                Scores::of(counts, conventions)
            }
            Self::Labels {
                average,
                pooled,
                labels,
            } => {
                let labels = labels.iter().map(|cell| cell.counts(totals));
                let there = labels.filter(|counts| *counts != Counts::default());
                average.over_labels(pooled.counts(totals), there, conventions)
            }
            Self::Documents { average, columns } => {
                let three = |first: usize| std::array::from_fn(|at| totals[first + at]);
                let shares = Shares {
                    sums: three(*columns),
                    totals: three(columns + 3),
                };
                average.of_shares(shares, conventions)
            }
        };
        let ([precision, recall, f], [a, b, c, d]) = (scores.all(), rates);
        [precision, recall, f, a, b, c, d].map(|value| value.unwrap_or(f64::NAN))
    }

    /// The columns that it depends on.
    #[must_use]
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::Cell(cell) => cell.range().collect(),
            Self::Labels { pooled, labels, .. } => {
                let cells = std::iter::once(pooled).chain(labels);
                cells.flat_map(|cell| cell.range()).collect()
            }
            Self::Documents { columns, .. } => (*columns..columns + 6).collect(),
        }
    }

    /// The same of columns that lie so many places further on.
    #[must_use]
    pub fn moved_by(&self, places: usize) -> Self {
        let moved = |cell: &CellColumns| CellColumns(cell.0 + places);
        match self {
            Self::Cell(cell) => Self::Cell(moved(cell)),
            Self::Labels {
                average,
                pooled,
                labels,
            } => Self::Labels {
                average: *average,
                pooled: moved(pooled),
                labels: labels.iter().map(moved).collect(),
            },
            Self::Documents { average, columns } => Self::Documents {
                average: *average,
                columns: columns + places,
            },
        }
    }
}

impl Quantity {
    /// The score of these totals of all columns; `None` where it is undefined.
    #[must_use]
    pub fn of(&self, totals: &[f64], conventions: Conventions) -> Option<f64> {
        let value = self.basis.values(totals, conventions)[self.value.place()];
        (!value.is_nan()).then_some(value)
    }

    /// The columns that it depends on.
    #[must_use]
    pub fn columns(&self) -> Vec<usize> {
        self.basis.columns()
    }

    /// The same score of columns that lie so many places further on.
    #[must_use]
    pub fn moved_by(&self, places: usize) -> Self {
        Self {
            basis: self.basis.moved_by(places),
            value: self.value,
        }
    }
}

/// Scores, each a sum of quantities with signs, ready to be computed of many totals: what several have in common is computed once.
#[derive(Debug, Clone)]
pub struct Scoreboard {
    bases: Vec<Basis>,
    /// For each score its terms: the sign, the place of the basis, the place among its values.
    terms: Vec<Vec<(f64, usize, usize)>>,
    conventions: Conventions,
}

impl Scoreboard {
    /// The scoreboard of these scores.
    #[must_use]
    pub fn of(scores: &[Vec<(f64, &Quantity)>], conventions: Conventions) -> Self {
        let bases = scores.iter().flatten().map(|(_, quantity)| &quantity.basis);
        let mut bases: Vec<Basis> = bases.cloned().collect();
        bases.sort();
        bases.dedup();
        let place = |basis: &Basis| bases.binary_search(basis).unwrap_or_default();
        let term = |(sign, quantity): &(f64, &Quantity)| {
            (*sign, place(&quantity.basis), quantity.value.place())
        };
        let terms = scores.iter();
        Self {
            terms: terms
                .map(|score| score.iter().map(term).collect())
                .collect(),
            bases,
            conventions,
        }
    }

    /// The columns that the scores depend on, in order.
    #[must_use]
    pub fn columns(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = self.bases.iter().flat_map(Basis::columns).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The scores of these totals, NaN where one is undefined; `values` is room to work in.
    pub fn compute<'a>(
        &'a self,
        totals: &[f64],
        values: &'a mut Vec<Values>,
    ) -> impl Iterator<Item = f64> + 'a {
        values.clear();
        let bases = self.bases.iter();
        values.extend(bases.map(|basis| basis.values(totals, self.conventions)));
        let values: &[Values] = values;
        self.terms.iter().map(move |terms| {
            let terms = terms.iter();
            terms
                .map(|(sign, basis, place)| sign * values[*basis][*place])
                .sum()
        })
    }
}
