//! What chance can do to a score: resampling of documents, intervals, tests of a difference, corrections for many tests, power.
//!
//! Everything here is a function of integers by document. Replicates are made in blocks of [`LANES`], each block from random numbers of its own that depend on the seed
//! and the block alone; so who computes which block, and in what order, changes nothing.

mod columns;
mod draws;
mod families;
mod grouped;
mod interval;
mod layout;
mod normal;
mod power;
mod quantity;
mod swap;

pub use self::columns::{Column, Sample};
pub use self::draws::{Coins, LANES, Resamples, Seed, Weights};
pub use self::families::{benjamini_hochberg, holm};
pub use self::grouped::Groups;
pub use self::interval::{Interval, Method, bca, delta, percentile, standard_error};
pub use self::layout::{Layout, Units};
pub use self::power::{Resolution, resolution};
pub use self::quantity::{Basis, CellColumns, Quantity, Scoreboard, Value, Values};
pub use self::swap::{Swaps, Tested, is_as_extreme};

/// How many replicates are drawn unless another number is asked for.
pub const REPLICATES: u32 = 10_000;

/// The confidence of intervals.
pub const CONFIDENCE: f64 = 0.95;

/// The level of tests: how often a true null hypothesis may be rejected.
pub const ALPHA: f64 = 0.05;

/// Below so many units intervals cover too little, 92 to 94 of a hundred times at 20 (`benches/calibration.rs`): BCa takes the place of percentiles, which mends bias and
/// skew, not that, and people are warned.
pub const FEW_UNITS: usize = 50;

/// Above so many units the delta method takes the place of the bootstrap: by then they agree to a hundredth of the interval's width, and weights are kept in 16 bits.
pub const MANY_UNITS: usize = 50_000;
