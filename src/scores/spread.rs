//! How far a score moves from repeat to repeat of an extractor that may answer differently each time.

/// What several values of one score have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// How many of the values are defined; the others are left out.
    pub values: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, that of a sample (n - 1); `None` of a single one.
    pub deviation: Option<f64>,
    /// The least of them.
    pub min: f64,
    /// The greatest of them.
    pub max: f64,
}

impl Spread {
    /// The spread of the values that are defined, summed up in their order; `None` where none is.
    #[must_use]
    pub fn of(values: &[Option<f64>]) -> Option<Self> {
        let values: Vec<f64> = values.iter().copied().flatten().collect();
        let first = *values.first()?;
        let count = values.len() as f64;
        // Measured from the first, so that equal values have exactly their own mean and no deviation.
        let mean = first + values.iter().map(|value| value - first).sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            values: values.len() as u64,
            mean,
            deviation: (values.len() > 1).then(|| (squares / (count - 1.0)).sqrt()),
            min: values.iter().copied().fold(first, f64::min),
            max: values.iter().copied().fold(first, f64::max),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        let spread = Spread::of(&[Some(0.2), None, Some(0.4), Some(0.9)]).unwrap();
        assert_eq!((spread.values, spread.min, spread.max), (3, 0.2, 0.9));
        assert!((spread.mean - 0.5).abs() < 1e-15);
        // (0.09 + 0.01 + 0.16) / 2 = 0.13
        assert!((spread.deviation.unwrap() - 0.13f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn equal_values_have_no_deviation_and_no_values_no_spread() {
        let spread = Spread::of(&[Some(0.1); 3]).unwrap();
        assert_eq!((spread.mean, spread.deviation), (0.1, Some(0.0)));
        let one = Spread::of(&[None, Some(0.1)]).unwrap();
        assert_eq!((one.values, one.deviation), (1, None));
        assert_eq!(Spread::of(&[None, None]), None);
        assert_eq!(Spread::of(&[]), None);
    }
}
