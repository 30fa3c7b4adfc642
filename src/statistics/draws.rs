//! Random weights of documents, in blocks of sixteen replicates: how often each document is drawn (bootstrap), or whether the systems change places in it (swap).

use rand_core::Rng;
use rand_pcg::Pcg64;

/// How many replicates a block has: sixteen 16-bit weights lie side by side, so that adding them up is a few instructions for all.
pub const LANES: usize = 16;

/// How often a unit counts in each replicate of a block.
pub type Weights = [u16; LANES];

/// What all random numbers of an analysis depend on: the content of what is analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// The seed of this content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self(*blake3::hash(content).as_bytes())
    }

    /// A seed for one purpose of several.
    #[must_use]
    pub fn derive(self, purpose: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(purpose.as_bytes());
        Self(*hasher.finalize().as_bytes())
    }

    /// The generator of a block: PCG XSL RR 128/64 (O'Neill 2014), whose numbers are the same on every machine.
    pub(super) fn generator(self, block: u32) -> Pcg64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(&block.to_le_bytes());
        let mut state = [0; 32];
        state.copy_from_slice(hasher.finalize().as_bytes());
        let (low, high) = state.split_at(16);
        let number = |half: &[u8]| {
            half.iter()
                .fold(0, |sum, byte| sum << 8 | u128::from(*byte))
        };
        Pcg64::new(number(low), number(high))
    }
}

/// The bootstrap (Efron 1979): as many units as there are, drawn with replacement.
#[derive(Debug, Clone, Copy)]
pub struct Resamples {
    /// How many units there are: at most [`super::MANY_UNITS`].
    pub units: usize,
    /// What the draws depend on.
    pub seed: Seed,
}

impl Resamples {
    /// Writes the weights of all units in a block.
    pub fn weights(&self, block: u32, weights: &mut Vec<Weights>) {
        weights.clear();
        weights.resize(self.units, [0; LANES]);
        // There are fewer units than 65,536.
        let units = self.units as u32;
        let mut bits = Halves::new(self.seed.generator(block));
        // One replicate after the other: each takes as many numbers as there are units.
        for draw in 0..LANES * self.units {
            weights[bits.below(units) as usize][draw / self.units] += 1;
        }
    }
}

/// The swap: each unit changes sides or not, with equal chances.
#[derive(Debug, Clone, Copy)]
pub struct Coins {
    /// How many units there are.
    pub units: usize,
    /// What the draws depend on.
    pub seed: Seed,
}

impl Coins {
    /// Writes the weights of all units in a block: 1 where a unit changes sides.
    pub fn weights(&self, block: u32, weights: &mut Vec<Weights>) {
        weights.clear();
        let mut generator = self.seed.generator(block);
        while weights.len() < self.units {
            let mut bits = generator.next_u64();
            for _ in 0..(self.units - weights.len()).min(4) {
                weights.push(std::array::from_fn(|lane| (bits >> lane & 1) as u16));
                bits >>= LANES;
            }
        }
    }
}

/// Random numbers of 32 bits, two out of each of 64.
struct Halves {
    generator: Pcg64,
    kept: Option<u32>,
}

impl Halves {
    const fn new(generator: Pcg64) -> Self {
        Self {
            generator,
            kept: None,
        }
    }

    fn next(&mut self) -> u32 {
        if let Some(half) = self.kept.take() {
            return half;
        }
        let both = self.generator.next_u64();
        self.kept = Some((both >> 32) as u32);
        both as u32
    }

    /// A number below `bound`, each with exactly the same chance (Lemire 2019, "Fast random integer generation in an interval").
    fn below(&mut self, bound: u32) -> u32 {
        let mut product = u64::from(self.next()) * u64::from(bound);
        if (product as u32) < bound {
            let threshold = bound.wrapping_neg() % bound;
            while (product as u32) < threshold {
                product = u64::from(self.next()) * u64::from(bound);
            }
        }
        (product >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resample_has_as_many_units_as_there_are() {
        let mut weights = Vec::new();
        let resamples = Resamples {
            units: 37,
            seed: Seed::of(b"a"),
        };
        resamples.weights(3, &mut weights);
        for lane in 0..LANES {
            let drawn: u16 = weights.iter().map(|weights| weights[lane]).sum();
            assert_eq!(drawn, 37);
        }
    }

    #[test]
    fn the_numbers_are_those_of_every_machine() {
        let mut bits = Halves::new(Seed::of(b"goldspan").generator(7));
        let numbers: Vec<u32> = (0..5).map(|_| bits.below(1000)).collect();
        assert_eq!(numbers, [462, 210, 585, 929, 457]);
    }

    #[test]
    fn half_of_the_coins_show_heads() {
        let mut weights = Vec::new();
        let coins = Coins {
            units: 10_001,
            seed: Seed::of(b"b"),
        };
        coins.weights(0, &mut weights);
        assert_eq!(weights.len(), 10_001);
        for lane in 0..LANES {
            let heads: u32 = weights.iter().map(|w| u32::from(w[lane])).sum();
            // Six standard deviations of 50.
            assert!(heads.abs_diff(5_000) < 300, "{heads}");
        }
    }
}
