//! The counts of documents as columns, each grouped by value: the total of a column under random weights is a sum of few products and many small additions.

use super::{LANES, Weights};

/// One number for each unit; zeros take no room.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    /// The distinct values in ascending order, each with where its units end.
    groups: Vec<(f64, usize)>,
    units: Vec<u32>,
}

impl Column {
    /// A column of units and their values; each unit at most once, in any order.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = (u32, f64)>) -> Self {
        let mut values: Vec<(u32, f64)> = values.into_iter().filter(|(_, v)| *v != 0.0).collect();
        values.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let mut column = Self::default();
        for (unit, value) in values {
            column.units.push(unit);
            let end = column.units.len();
            match column.groups.last_mut() {
                Some((last, last_end)) if last.total_cmp(&value).is_eq() => *last_end = end,
                _ => column.groups.push((value, end)),
            }
        }
        column
    }

    /// The units with their values, by value.
    pub fn iter(&self) -> impl Iterator<Item = (u32, f64)> + '_ {
        let mut start = 0;
        self.groups.iter().flat_map(move |&(value, end)| {
            let units = &self.units[start..end];
            start = end;
            units.iter().map(move |&unit| (unit, value))
        })
    }

    /// The sum over all units, each counting once.
    #[must_use]
    pub fn total(&self) -> f64 {
        let (mut start, mut total) = (0, 0.0);
        for &(value, end) in &self.groups {
            total += value * (end - start) as f64;
            start = end;
        }
        total
    }

    /// The sums over all units under the weights of a block.
    #[must_use]
    pub fn totals(&self, weights: &[Weights]) -> [f64; LANES] {
        let (mut start, mut totals) = (0, [0.0; LANES]);
        for &(value, end) in &self.groups {
            // A sum of 65,535 coins, or of all draws of a bootstrap, is a number of 16 bits.
            for units in self.units[start..end].chunks(usize::from(u16::MAX)) {
                let mut times: Weights = [0; LANES];
                for &unit in units {
                    let weights = &weights[unit as usize];
                    for lane in 0..LANES {
                        times[lane] += weights[lane];
                    }
                }
                for lane in 0..LANES {
                    totals[lane] += value * f64::from(times[lane]);
                }
            }
            start = end;
        }
        totals
    }
}

/// Columns over the same units: documents, or clusters of documents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// How many units there are.
    pub units: usize,
    /// The columns.
    pub columns: Vec<Column>,
}

impl Sample {
    /// The totals of all columns.
    #[must_use]
    pub fn totals(&self) -> Vec<f64> {
        self.columns.iter().map(Column::total).collect()
    }
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    reason = "sums and ratios of small whole numbers are exact"
)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_sums_under_weights() {
        let values = [(0, 2.0), (1, 0.0), (2, -1.0), (3, 2.0)];
        let column = Column::new(values);
        assert_eq!(column.total(), 3.0);
        let weights: Vec<Weights> = (0..4u16)
            .map(|unit| std::array::from_fn(|lane| unit + lane as u16))
            .collect();
        let expected = |lane: usize| -> f64 {
            let of = |(unit, value): (u32, f64)| value * (f64::from(unit) + lane as f64);
            values.into_iter().map(of).sum()
        };
        assert_eq!(column.totals(&weights), std::array::from_fn(expected));
        let back: Vec<(u32, f64)> = column.iter().collect();
        assert_eq!(back, [(2, -1.0), (0, 2.0), (3, 2.0)]);
    }
}
