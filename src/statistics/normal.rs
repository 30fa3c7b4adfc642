//! The normal distribution, by functions that give the same digits on every machine.

/// The share of a standard normal distribution below `z`.
pub(super) fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The value below which this share of a standard normal distribution lies, to about fifteen digits; the share must lie between 0 and 1.
pub(super) fn quantile(share: f64) -> f64 {
    // The distribution is monotonic: sixty halvings of the interval leave nothing to be desired, and nothing here is called often.
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..200 {
        let middle: f64 = f64::midpoint(low, high);
        if below(middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_printed_tables() {
        for (share, expected) in [
            (0.975, 1.959_963_984_540_054),
            (0.5, 0.0),
            (0.8, 0.841_621_233_572_914_3),
            (0.025, -1.959_963_984_540_054),
            (0.0005, -3.290_526_731_491_926),
        ] {
            assert!((quantile(share) - expected).abs() < 1e-13, "{share}");
            assert!((below(quantile(share)) - share).abs() < 1e-15, "{share}");
        }
    }
}
