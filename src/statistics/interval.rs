//! Intervals of scores: from replicates by percentiles or BCa, and from influences by the delta method.

use super::{CONFIDENCE, Quantity, Sample, normal};
use crate::scores::Conventions;

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// The percentile bootstrap.
    Percentile,
    /// The bootstrap, bias-corrected and accelerated.
    Bca,
    /// The delta method.
    Delta,
}

impl Method {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percentile => "percentile bootstrap",
            Self::Bca => "BCa bootstrap",
            Self::Delta => "delta method",
        }
    }
}

/// Where a score lies with [`CONFIDENCE`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Where at least so many of a hundred replicates leave a score undefined, it has no interval: the few documents that it depends on say too little.
const MOST_UNDEFINED_PERCENT: usize = 5;

/// The replicates that are defined; `None` where too many are not.
fn defined(replicates: &[f64]) -> Option<Vec<f64>> {
    let defined: Vec<f64> = replicates.iter().copied().filter(|r| !r.is_nan()).collect();
    let undefined = replicates.len() - defined.len();
    let enough = undefined * 100 < MOST_UNDEFINED_PERCENT * replicates.len();
    (enough && !defined.is_empty()).then_some(defined)
}

/// The value below which a share of the values lies, interpolated linearly between the two nearest (Hyndman and Fan 1996, type 7; NumPy's default). Changes their order.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let below = place.floor();
    // A share between 0 and 1 gives a place among the values.
    let at = below as usize;
    let (_, value, above) = values.select_nth_unstable_by(at, f64::total_cmp);
    let value = *value;
    let next = above
        .iter()
        .copied()
        .min_by(f64::total_cmp)
        .unwrap_or(value);
    value + (place - below) * (next - value)
}

/// The percentile interval (Efron 1979) of replicates; NaN is an undefined one.
#[must_use]
pub fn percentile(replicates: &[f64]) -> Option<Interval> {
    let mut values = defined(replicates)?;
    let tail = (1.0 - CONFIDENCE) / 2.0;
    Some(Interval {
        low: quantile(&mut values, tail),
        high: quantile(&mut values, 1.0 - tail),
    })
}

/// The BCa interval (Efron 1987, "Better bootstrap confidence intervals"): `estimate` is the score of all units, `jackknife` those of all but one.
///
/// Where no replicate lies on one side of the estimate, or the jackknife says nothing, it is the percentile interval.
#[must_use]
pub fn bca(replicates: &[f64], estimate: f64, jackknife: &[f64]) -> Option<Interval> {
    let mut values = defined(replicates)?;
    let share = |which: fn(&f64, &f64) -> bool| {
        let count = values
            .iter()
            .filter(|value| which(value, &estimate))
            .count();
        count as f64 / values.len() as f64
    };
    let less = share(|value, estimate| value < estimate);
    let not_more = share(|value, estimate| value <= estimate);
    let position = f64::midpoint(less, not_more);
    let (Some(acceleration), true) = (acceleration(jackknife), position > 0.0 && position < 1.0)
    else {
        return percentile(replicates);
    };
    let bias = normal::quantile(position);
    let tail = (1.0 - CONFIDENCE) / 2.0;
    let mut end = |share: f64| {
        let shifted = bias + normal::quantile(share);
        let adjusted = normal::below(bias + shifted / (1.0 - acceleration * shifted));
        quantile(&mut values, adjusted.clamp(0.0, 1.0))
    };
    Some(Interval {
        low: end(tail),
        high: end(1.0 - tail),
    })
}

/// A sixth of the skewness of the jackknife; `None` where all its values are the same, or some are undefined.
fn acceleration(jackknife: &[f64]) -> Option<f64> {
    let mean = jackknife.iter().sum::<f64>() / jackknife.len() as f64;
    let moment = |power: i32| -> f64 { jackknife.iter().map(|v| (mean - v).powi(power)).sum() };
    let squares = moment(2);
    let acceleration = moment(3) / (6.0 * squares * squares.sqrt());
    (squares > 0.0 && acceleration.is_finite()).then_some(acceleration)
}

/// The standard deviation of the replicates that are defined; `None` where too many are not.
#[must_use]
pub fn standard_error(replicates: &[f64]) -> Option<f64> {
    let values = defined(replicates)?;
    let number = values.len() as f64;
    let mean = values.iter().sum::<f64>() / number;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Some((squares / (number - 1.0).max(1.0)).sqrt())
}

/// The estimate, and its standard error by the delta method: the influence of a unit is what it adds to the totals, times how the score changes with them.
///
/// `signed` are quantities of the same columns with their signs: one score, or the one less the other.
#[must_use]
pub fn delta(
    sample: &Sample,
    signed: &[(f64, &Quantity)],
    conventions: Conventions,
) -> Option<(f64, f64)> {
    let mut totals = sample.totals();
    let mut estimate = 0.0;
    let mut influences = vec![0.0; sample.units];
    for (sign, quantity) in signed {
        estimate += sign * quantity.of(&totals, conventions)?;
        for column in quantity.columns() {
            let slope = sign * slope(quantity, column, &mut totals, conventions)?;
            if slope == 0.0 {
                continue;
            }
            for (unit, value) in sample.columns[column].iter() {
                influences[unit as usize] += slope * value;
            }
        }
    }
    let units = sample.units as f64;
    let mean = influences.iter().sum::<f64>() / units;
    let squares: f64 = influences.iter().map(|i| (i - mean) * (i - mean)).sum();
    Some((estimate, squares.sqrt()))
}

/// How a score changes with the total of a column: by one on either side, since counts are whole numbers.
fn slope(
    quantity: &Quantity,
    column: usize,
    totals: &mut [f64],
    conventions: Conventions,
) -> Option<f64> {
    let total = totals[column];
    if total == 0.0 {
        return Some(0.0);
    }
    let mut at = |value: f64| {
        totals[column] = value;
        quantity.of(totals, conventions)
    };
    let (more, less) = (at(total + 1.0), at(total - 1.0));
    totals[column] = total;
    Some((more? - less?) / 2.0)
}

impl Interval {
    /// The interval of an estimate with a standard error, where it is distributed normally.
    #[must_use]
    pub fn normal(estimate: f64, standard_error: f64) -> Self {
        let reach = normal::quantile(f64::midpoint(1.0, CONFIDENCE)) * standard_error;
        Self {
            low: estimate - reach,
            high: estimate + reach,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_the_nearest_replicates() {
        let replicates: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        let interval = percentile(&replicates).unwrap();
        assert!((interval.low - 2.5).abs() < 1e-12 && (interval.high - 97.5).abs() < 1e-12);
    }

    #[test]
    fn a_score_that_is_often_undefined_has_no_interval() {
        let mut replicates = vec![0.5; 100];
        replicates[..4].fill(f64::NAN);
        assert!(percentile(&replicates).is_some());
        replicates[..5].fill(f64::NAN);
        assert_eq!(percentile(&replicates), None);
        assert_eq!(percentile(&[]), None);
    }

    #[test]
    fn without_skew_and_bias_bca_is_the_percentile_interval() {
        let replicates: Vec<f64> = (-50..=50).map(f64::from).collect();
        let interval = bca(&replicates, 0.0, &[-1.0, 0.0, 1.0]).unwrap();
        let plain = percentile(&replicates).unwrap();
        assert!((interval.low - plain.low).abs() < 1e-9);
        assert!((interval.high - plain.high).abs() < 1e-9);
    }

    #[test]
    fn replicates_that_are_all_the_same_have_an_interval_of_no_width() {
        let same = [0.25; 20];
        let point = Interval {
            low: 0.25,
            high: 0.25,
        };
        assert_eq!(bca(&same, 0.25, &[0.25; 5]), Some(point));
        assert_eq!(standard_error(&same), Some(0.0));
    }
}
