//! What a corpus can tell at all: the smallest difference that a test would find, and how many articles a smaller one would take.

use super::normal;

/// How often a difference is to be found where there is one.
const POWER: f64 = 0.8;

/// What is smaller is the rounding of differences that are the same in every document: there is no error to judge by.
const LEAST_DIFFERENCE: f64 = 1e-9;

/// The smallest difference that a corpus resolves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolution {
    /// The smallest true difference of two scores that the test finds in four of five such corpora.
    pub difference: f64,
    /// How many units it would take to find a difference of one point (0.01); `None` where that is no number.
    pub units_for_a_point: Option<u64>,
}

/// The resolution of a two-sided test at level `alpha`, where the difference of `units` units has this standard error, which shrinks with the root of their number (Card
/// et al. 2020, "With little power comes great responsibility"). `None` where there is no error to judge by, and where there are too few units to
/// find anything.
#[must_use]
pub fn resolution(standard_error: f64, units: usize, alpha: f64) -> Option<Resolution> {
    let (level, power) = (normal::quantile(1.0 - alpha / 2.0), normal::quantile(POWER));
    let mut reach = level + power;
    for _ in 0..50 {
        // Where there is a difference, swapping scatters more than sampling does: by the square of the difference itself, which matters with few documents.
        reach = power + level * (1.0 + reach * reach / units.max(1) as f64).sqrt();
    }
    let difference = reach * standard_error;
    let needed = (units as f64 * (difference / 0.01).powi(2)).ceil();
    // With two or three units no difference is large enough, and none is larger than a whole score.
    (difference > LEAST_DIFFERENCE && difference <= 1.0).then(|| Resolution {
        difference,
        // Beyond what a float holds exactly nobody labels articles.
        units_for_a_point: (needed < 1e15).then_some(needed as u64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_times_the_articles_resolve_half_the_difference() {
        let resolved = resolution(0.005, 100, 0.05).unwrap();
        assert!(
            (resolved.difference / 0.005 - 2.881).abs() < 1e-3,
            "{resolved:?}"
        );
        assert_eq!(resolved.units_for_a_point, Some(208));
        let finer = resolution(0.0025, 400, 0.05).unwrap();
        assert!(
            (finer.difference / 0.0025 - 2.822).abs() < 2e-3,
            "{finer:?}"
        );
        assert_eq!(resolution(0.0, 100, 0.05), None);
        // What rounding leaves of a difference that is the same in every document.
        assert_eq!(resolution(1e-17, 100, 0.05), None);
        assert_eq!(resolution(0.01, 2, 0.05), None);
    }
}
