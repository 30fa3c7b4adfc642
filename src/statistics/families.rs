//! Corrections for many tests at once.

/// The p-values of a family after Holm 1979: comparing them with the level keeps the chance of any false alarm in the family below it.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let order = ascending(p);
    let mut adjusted = vec![0.0; p.len()];
    let mut before = 0.0_f64;
    for (place, at) in order.into_iter().enumerate() {
        let others = (p.len() - place) as f64;
        before = before.max((others * p[at]).min(1.0));
        adjusted[at] = before;
    }
    adjusted
}

/// The p-values of a family after Benjamini and Hochberg 1995: calling those below a level differences, at most that share of the calls is false on average.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let order = ascending(p);
    let mut adjusted = vec![0.0; p.len()];
    let mut after = 1.0_f64;
    for (place, at) in order.into_iter().enumerate().rev() {
        let scaled = p[at] * p.len() as f64 / (place + 1) as f64;
        after = after.min(scaled);
        adjusted[at] = after;
    }
    adjusted
}

/// The places of the values from the smallest on.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(p: Vec<f64>) -> Vec<f64> {
        p.into_iter().map(|p| (p * 1e6).round() / 1e6).collect()
    }

    #[test]
    fn adjusted_p_values_are_those_of_the_definitions() {
        let p = [0.01, 0.04, 0.03, 0.005];
        assert_eq!(rounded(holm(&p)), [0.03, 0.06, 0.06, 0.02]);
        assert_eq!(rounded(benjamini_hochberg(&p)), [0.02, 0.04, 0.04, 0.02]);
        assert_eq!(holm(&[0.6, 0.7]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty() && benjamini_hochberg(&[]).is_empty());
    }
}
