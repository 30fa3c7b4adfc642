//! Swapping by groups: documents that differ in the same way are as good as each other, and how many of them swap is a binomial number, the ones among as many random bits.

use std::collections::BTreeMap;

use rand_core::Rng;
use rand_pcg::Pcg64;

use super::{CellColumns, LANES, Sample, Seed};

/// So many times as many units as groups there must be for groups to be faster than single units.
const PAYS_FROM: usize = 16;

/// The units of a sample of differences, grouped by how they differ in one cell.
#[derive(Debug, Clone)]
pub struct Groups {
    cell: CellColumns,
    /// The five differences of a group, and how many units have them; in order.
    groups: Vec<([f64; 5], u32)>,
    seed: Seed,
}

impl Groups {
    /// The groups of a cell, where they are faster than single units.
    #[must_use]
    pub fn of(differences: &Sample, cell: CellColumns, seed: Seed) -> Option<Self> {
        let mut units: Vec<[i64; 5]> = vec![[0; 5]; differences.units];
        for (at, column) in differences.columns[cell.0..cell.0 + 5].iter().enumerate() {
            for (unit, value) in column.iter() {
                // Differences of counts are whole.
                units[unit as usize][at] = value as i64;
            }
        }
        units.sort_unstable();
        let mut groups: BTreeMap<[i64; 5], u32> = BTreeMap::new();
        for run in units.chunk_by(|a, b| a == b) {
            // A sample has fewer units than four thousand million.
            groups.insert(run[0], run.len() as u32);
        }
        groups.remove(&[0; 5]);
        let differing: usize = groups.values().map(|units| *units as usize).sum();
        (differing >= groups.len() * PAYS_FROM && differing > 0).then(|| Self {
            cell,
            groups: groups
                .into_iter()
                .map(|(difference, units)| (difference.map(|value| value as f64), units))
                .collect(),
            seed,
        })
    }

    /// How the totals of the cell's columns move in a block.
    #[must_use]
    pub fn moved(&self, block: u32) -> Vec<(usize, [f64; LANES])> {
        let mut moved = [[0.0; LANES]; 5];
        let mut bits = Bits {
            generator: self.seed.generator(block),
            kept: 0,
            left: 0,
        };
        for lane in 0..LANES {
            for (difference, units) in &self.groups {
                let swapped = f64::from(bits.ones(*units));
                for (moved, difference) in moved.iter_mut().zip(difference) {
                    moved[lane] += swapped * difference;
                }
            }
        }
        (self.cell.0..).zip(moved).collect()
    }
}

/// Random bits, none of them wasted.
struct Bits {
    generator: Pcg64,
    kept: u64,
    left: u32,
}

impl Bits {
    /// How many of the next `number` bits are ones.
    fn ones(&mut self, number: u32) -> u32 {
        let mut ones = 0;
        for _ in 0..number / 64 {
            ones += self.generator.next_u64().count_ones();
        }
        let mut rest = number % 64;
        while rest > 0 {
            if self.left == 0 {
                (self.kept, self.left) = (self.generator.next_u64(), 64);
            }
            let take = rest.min(self.left);
            // Fewer than 64: a whole word was taken above.
            ones += (self.kept & ((1 << take) - 1)).count_ones();
            self.kept >>= take;
            self.left -= take;
            rest -= take;
        }
        ones
    }
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    reason = "sums and ratios of small whole numbers are exact"
)]
mod tests {
    use super::*;
    use crate::statistics::Column;

    #[test]
    fn as_many_swap_as_a_binomial_number_says() {
        let units = 1000_u32;
        let sample = Sample {
            units: 1000,
            columns: vec![
                Column::new((0..units).map(|unit| (unit, 1.0))),
                Column::default(),
                Column::default(),
                Column::new((0..units).map(|unit| (unit, -1.0))),
                Column::default(),
            ],
        };
        let groups = Groups::of(&sample, CellColumns(0), Seed::of(b"c")).unwrap();
        let mut all = Vec::new();
        for block in 0..100 {
            let moved = groups.moved(block);
            assert_eq!(moved[0].1, moved[3].1.map(|by| -by));
            all.extend(moved[0].1);
        }
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let variance =
            all.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (all.len() - 1) as f64;
        // 500 and 250, within four standard errors.
        assert!((mean - 500.0).abs() < 1.6, "{mean}");
        assert!((variance - 250.0).abs() < 36.0, "{variance}");
    }

    #[test]
    fn units_that_all_differ_in_other_ways_are_not_grouped() {
        let column = Column::new((0..100).map(|unit| (unit, f64::from(unit + 1))));
        let empty = Column::default;
        let sample = Sample {
            units: 100,
            columns: vec![column, empty(), empty(), empty(), empty()],
        };
        assert!(Groups::of(&sample, CellColumns(0), Seed::of(b"d")).is_none());
    }
}
