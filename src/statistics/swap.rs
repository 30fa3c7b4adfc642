//! Approximate randomisation (Chinchor, Hirschman and Lewis 1993; Noreen 1989): how often is a difference as large when the two systems change places by chance, document by
//! document?

use super::{Column, LANES, Quantity, Sample, Scoreboard, Weights};
use crate::scores::Conventions;

/// Within this two differences are the same: sums of counts are exact, ratios are not.
const TOLERANCE: f64 = 1e-12;

/// What a test says of one score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// The two-sided p-value.
    pub p: f64,
    /// Whether every way of swapping was tried; otherwise p is (b + 1)/(R + 1) of R replicates.
    pub exact: bool,
    /// In how many units the two systems differ in this score.
    pub differing: usize,
}

impl Tested {
    /// The smallest p-value that so many differing units can give: all swapped or none.
    #[must_use]
    pub fn smallest_possible(&self) -> f64 {
        match self.differing {
            0 => 1.0,
            differing => 2.0_f64.powi(1 - i32::try_from(differing).unwrap_or(i32::MAX)),
        }
    }

    /// The p-value of `extreme` of `replicates` replicates.
    #[must_use]
    pub fn approximate(extreme: u32, replicates: u32, differing: usize) -> Self {
        Self {
            p: (f64::from(extreme) + 1.0) / (f64::from(replicates) + 1.0),
            exact: false,
            differing,
        }
    }
}

/// Whether a difference under a swap is at least as large as the observed one; an undefined one counts against the observed.
#[must_use]
pub fn is_as_extreme(swapped: f64, observed: f64) -> bool {
    swapped.is_nan() || swapped.abs() >= observed.abs() - TOLERANCE
}

/// Two systems over the same units, ready to change places.
#[derive(Debug, Clone)]
pub struct Swaps {
    totals: [Vec<f64>; 2],
    /// The second system's columns less the first's, over the units in which any of them differs.
    pub differences: Sample,
    conventions: Conventions,
}

impl Swaps {
    /// Two samples over the same units with the same columns.
    #[must_use]
    pub fn of(first: &Sample, second: &Sample, conventions: Conventions) -> Self {
        let columns = first.columns.iter().zip(&second.columns);
        let mut dense = vec![0.0; first.units];
        let columns: Vec<Vec<(u32, f64)>> = columns
            .map(|(first, second)| difference(first, second, &mut dense))
            .collect();
        // Units without a difference stay what they are, whoever swaps them.
        let mut places = vec![None; first.units];
        for (unit, _) in columns.iter().flatten() {
            places[*unit as usize] = Some(0);
        }
        let mut units = 0;
        for place in places.iter_mut().flatten() {
            *place = units;
            units += 1;
        }
        let moved = |(unit, value): (u32, f64)| Some((places[unit as usize]?, value));
        let columns = columns
            .into_iter()
            .map(|column| Column::new(column.into_iter().filter_map(moved)));
        Self {
            totals: [first.totals(), second.totals()],
            differences: Sample {
                units: units as usize,
                columns: columns.collect(),
            },
            conventions,
        }
    }

    /// The scores of both systems, and the second less the first.
    #[must_use]
    pub fn observed(&self, quantity: &Quantity) -> ([Option<f64>; 2], Option<f64>) {
        let [first, second] = &self.totals;
        let both = [first, second].map(|totals| quantity.of(totals, self.conventions));
        (
            both,
            both[1].zip(both[0]).map(|(second, first)| second - first),
        )
    }

    /// The units in which the systems differ in what a score depends on, each with the differences of its columns.
    fn differing(&self, quantity: &Quantity) -> Vec<Vec<(usize, f64)>> {
        let mut units: std::collections::BTreeMap<u32, Vec<(usize, f64)>> = Default::default();
        for column in quantity.columns() {
            for (unit, value) in self.differences.columns[column].iter() {
                units.entry(unit).or_default().push((column, value));
            }
        }
        units.into_values().collect()
    }

    /// In how many units the systems differ in what a score depends on.
    #[must_use]
    pub fn number_differing(&self, quantity: &Quantity) -> usize {
        let columns = quantity.columns().into_iter();
        let units = columns.flat_map(|column| self.differences.columns[column].iter());
        let mut seen = vec![false; self.differences.units];
        units.for_each(|(unit, _)| seen[unit as usize] = true);
        seen.into_iter().filter(|seen| *seen).count()
    }

    /// The exact p-value of a score over all ways of swapping; `None` where it is undefined for a system, or where there are more ways than `most`.
    #[must_use]
    pub fn exact(&self, quantity: &Quantity, most: u32) -> Option<Tested> {
        let observed = self.observed(quantity).1?;
        let differing = u32::try_from(self.number_differing(quantity)).ok()?;
        let ways = 1_u32.checked_shl(differing).filter(|ways| *ways <= most)?;
        let units = self.differing(quantity);
        let extreme = (0..ways).filter(|way| {
            let [mut first, mut second] = self.totals.clone();
            let swapped = units.iter().enumerate();
            let swapped = swapped.filter(|(bit, _)| way >> bit & 1 == 1);
            for (column, value) in swapped.flat_map(|(_, unit)| unit) {
                first[*column] += value;
                second[*column] -= value;
            }
            is_as_extreme(self.difference(quantity, &first, &second), observed)
        });
        Some(Tested {
            p: extreme.count() as f64 / f64::from(ways),
            exact: true,
            differing: units.len(),
        })
    }

    /// The difference of a score; NaN where it is undefined.
    fn difference(&self, quantity: &Quantity, first: &[f64], second: &[f64]) -> f64 {
        let of = |totals: &[f64]| quantity.of(totals, self.conventions);
        let difference = of(second).zip(of(first)).map(|(b, a)| b - a);
        difference.unwrap_or(f64::NAN)
    }

    /// How the totals of columns move under the weights of a block.
    #[must_use]
    pub fn moved(&self, columns: &[usize], weights: &[Weights]) -> Vec<(usize, [f64; LANES])> {
        let columns = columns.iter();
        columns
            .map(|&column| (column, self.differences.columns[column].totals(weights)))
            .collect()
    }

    /// For each score of a board the difference of the systems in a block, once the totals of columns have moved so; NaN where it is undefined.
    #[must_use]
    pub fn replicates(
        &self,
        board: &Scoreboard,
        moved: &[(usize, [f64; LANES])],
    ) -> Vec<[f64; LANES]> {
        let mut found = Vec::new();
        let [mut first, mut second] = self.totals.clone();
        let mut rooms = [Vec::new(), Vec::new()];
        for lane in 0..LANES {
            for (column, by) in moved {
                first[*column] = self.totals[0][*column] + by[lane];
                second[*column] = self.totals[1][*column] - by[lane];
            }
            let [room, other] = &mut rooms;
            let both = board
                .compute(&first, room)
                .zip(board.compute(&second, other));
            for (at, (first, second)) in both.enumerate() {
                if lane == 0 {
                    found.push([0.0; LANES]);
                }
                found[at][lane] = second - first;
            }
        }
        found
    }
}

/// The second column less the first, without zeros; `dense` is all zeros before and after.
fn difference(first: &Column, second: &Column, dense: &mut [f64]) -> Vec<(u32, f64)> {
    for (unit, value) in first.iter() {
        dense[unit as usize] -= value;
    }
    for (unit, value) in second.iter() {
        dense[unit as usize] += value;
    }
    let mut found = Vec::new();
    for (unit, _) in first.iter().chain(second.iter()) {
        let value = std::mem::take(&mut dense[unit as usize]);
        if value != 0.0 {
            found.push((unit, value));
        }
    }
    found
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    reason = "sums and ratios of small whole numbers are exact"
)]
mod tests {
    use super::*;
    use crate::scores::Ratio;
    use crate::statistics::{Basis, CellColumns, Value};

    /// A sample of one cell, whose documents have so many correct, missing and spurious.
    fn sample(documents: &[(u64, u64, u64)]) -> Sample {
        let column = |of: fn(&(u64, u64, u64)) -> u64| {
            let values = (0..).zip(documents.iter().map(of));
            Column::new(values.map(|(unit, value)| (unit, value as f64)))
        };
        Sample {
            units: documents.len(),
            columns: vec![
                column(|d| d.0),
                Column::default(),
                Column::default(),
                column(|d| d.1),
                column(|d| d.2),
            ],
        }
    }

    const RECALL: Quantity = Quantity {
        basis: Basis::Cell(CellColumns(0)),
        value: Value::Ratio(Ratio::Recall),
    };

    #[test]
    fn identical_systems_have_p_one() {
        let same = sample(&[(1, 1, 0), (2, 0, 1)]);
        let swaps = Swaps::of(&same, &same, Conventions::default());
        let tested = swaps.exact(&RECALL, 100).unwrap();
        assert_eq!((tested.p, tested.exact, tested.differing), (1.0, true, 0));
        assert_eq!(tested.smallest_possible(), 1.0);
    }

    #[test]
    fn few_documents_are_enumerated() {
        // The second system finds one more in each of three documents: only all or none of them swapped is as extreme.
        let first = sample(&[(1, 1, 0), (1, 1, 0), (0, 1, 0), (3, 0, 1)]);
        let second = sample(&[(2, 0, 0), (2, 0, 0), (1, 0, 0), (3, 0, 1)]);
        let swaps = Swaps::of(&first, &second, Conventions::default());
        let tested = swaps.exact(&RECALL, 100).unwrap();
        assert_eq!((tested.p, tested.differing), (0.25, 3));
        assert_eq!(tested.smallest_possible(), 0.25);
        assert_eq!(swaps.observed(&RECALL).1, Some(1.0 - 5.0 / 8.0));
    }

    #[test]
    fn a_swap_of_all_turns_the_difference_round() {
        let first = sample(&[(1, 1, 0), (0, 2, 0)]);
        let second = sample(&[(2, 0, 0), (1, 1, 1)]);
        let swaps = Swaps::of(&first, &second, Conventions::default());
        let moved = swaps.moved(&[0, 3, 4], &[[1; LANES]; 2]);
        let board = Scoreboard::of(&[vec![(1.0, &RECALL)]], Conventions::default());
        let replicates = swaps.replicates(&board, &moved);
        assert_eq!(replicates, [[-0.5; LANES]]);
    }

    #[test]
    fn what_is_undefined_counts_against_the_observed() {
        assert!(is_as_extreme(f64::NAN, 0.5) && is_as_extreme(-0.5, 0.5));
        assert!(!is_as_extreme(0.499, 0.5));
    }
}
