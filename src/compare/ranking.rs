//! Several systems by their primary score: who is before whom, and who cannot be told apart.

use crate::run::resample::Difference;
use crate::scores::Metric;
use crate::statistics::{ALPHA, Interval, holm};

/// Systems from the best to the worst.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The corpus.
    pub corpus: String,
    /// The score that they are ranked by.
    pub metric: Metric,
    /// How many documents all were compared on.
    pub documents: usize,
    /// The systems, the best first.
    pub systems: Vec<Ranked>,
    /// Every pair, the better first: their places in `systems`, the difference of the first less the second, and p after Holm over all pairs.
    pub pairs: Vec<(usize, usize, Difference, Option<f64>)>,
}

/// One system of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Its name.
    pub name: String,
    /// Its score; `None` where it is undefined.
    pub score: Option<f64>,
    /// The interval of its score.
    pub interval: Option<Interval>,
    /// The groups that it belongs to, by number from 0: no two systems of a group can be told apart.
    pub groups: Vec<usize>,
}

/// Ranks systems by their scores. `difference` has, for two places, the first's score less the second's.
#[must_use]
pub fn rank(
    corpus: &str,
    metric: &Metric,
    documents: usize,
    systems: Vec<(String, Option<f64>, Option<Interval>)>,
    difference: impl Fn(usize, usize) -> Difference,
) -> Ranking {
    let mut order: Vec<usize> = (0..systems.len()).collect();
    // An undefined score is behind every other.
    let score = |at: usize| systems[at].1.unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
    let mut pairs = Vec::new();
    for better in 0..order.len() {
        for worse in better + 1..order.len() {
            pairs.push((better, worse, difference(order[better], order[worse])));
        }
    }
    let tested: Vec<f64> = pairs
        .iter()
        .filter_map(|pair| pair.2.tested.map(|t| t.p))
        .collect();
    let mut adjusted = holm(&tested).into_iter();
    let pairs: Vec<(usize, usize, Difference, Option<f64>)> = pairs
        .into_iter()
        .map(|(better, worse, own)| {
            let adjusted = own.tested.and_then(|_| adjusted.next());
            (better, worse, own, adjusted)
        })
        .collect();
    let apart = |a: usize, b: usize| {
        let pair = pairs.iter().find(|pair| (pair.0, pair.1) == (a, b));
        pair.is_some_and(|pair| pair.3.is_some_and(|p| p < ALPHA))
    };
    let groups = groups(order.len(), apart);
    let ranked = order.iter().enumerate().map(|(place, &at)| {
        let (name, score, interval) = &systems[at];
        let of = |(number, group): (usize, &Vec<usize>)| group.contains(&place).then_some(number);
        Ranked {
            name: name.clone(),
            score: *score,
            interval: *interval,
            groups: groups.iter().enumerate().filter_map(of).collect(),
        }
    });
    Ranking {
        corpus: corpus.to_owned(),
        metric: metric.clone(),
        documents,
        systems: ranked.collect(),
        pairs,
    }
}

/// The largest groups of neighbours no two of which can be told apart.
fn groups(systems: usize, apart: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for first in 0..systems {
        let together = |last: &usize| {
            let mut pairs = (first..*last).flat_map(|a| (a + 1..=*last).map(move |b| (a, b)));
            !pairs.any(|(a, b)| apart(a, b))
        };
        let last = (first..systems)
            .take_while(together)
            .last()
            .unwrap_or(first);
        let within = |group: &Vec<usize>| group.contains(&first) && group.contains(&last);
        if !groups.iter().any(within) {
            groups.push((first..=last).collect());
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn a_system_may_belong_to_two_groups() {
        // The first and the last can be told apart, the one between them from neither.
        assert_eq!(groups(3, |a, b| (a, b) == (0, 2)), [[0, 1], [1, 2]]);
        assert_eq!(groups(3, |_, _| false), [[0, 1, 2]]);
        assert_eq!(groups(2, |_, _| true), [[0], [1]]);
    }
}
