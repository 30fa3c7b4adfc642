//! Krippendorff's unitizing alpha: how far annotators agree on where units of a label begin and end.
//!
//! The coefficient of 1995, "On the reliability of unitizing contiguous data", with the correction of 2004 ("Content Analysis", 2nd edition, chapter 11). For each
//! label the continuum of an annotator is parted into units and gaps. Two units that share a place differ by the squares of the distances of their beginnings and
//! of their ends; a unit that lies wholly within the other's gap differs from it by the square of its length; all else differs by nothing. What chance would do is
//! that every two sections of anybody lie beside each other in every way.

use std::collections::BTreeMap;

/// The units of one label by one annotator: half-open, in order, apart from each other.
pub type Units = Vec<(u64, u64)>;

/// What was observed and what chance would do, for one label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disagreement {
    /// Observed, over the squared length.
    pub observed: f64,
    /// Expected by chance, over the squared length.
    pub expected: f64,
}

/// The disagreement of annotators on the units of one label, on a continuum of this length; `None` for fewer than two annotators, or an empty continuum.
#[must_use]
pub fn alpha_u(annotators: &[Units], length: u64) -> Option<Disagreement> {
    if annotators.len() < 2 || length == 0 {
        return None;
    }
    let mut differences = 0_u128;
    for (at, one) in annotators.iter().enumerate() {
        for other in &annotators[at + 1..] {
            differences += between(one, other, length);
        }
    }
    // Every pair of annotators counts in both orders.
    let annotator_count = annotators.len() as f64;
    let square = length as f64 * length as f64;
    let observed = 2.0 * differences as f64 / (annotator_count * (annotator_count - 1.0) * square);
    let (sum, pairs) = by_chance(annotators, length);
    let expected = if pairs == 0 {
        0.0
    } else {
        2.0 * sum as f64 / (length as f64 * pairs as f64)
    };
    Some(Disagreement { observed, expected })
}

impl Disagreement {
    /// 1 - observed / expected; `None` where chance expects nothing.
    #[must_use]
    pub fn alpha(self) -> Option<f64> {
        (self.expected > 0.0).then(|| 1.0 - self.observed / self.expected)
    }
}

/// The alpha of all labels together: the sums of what was observed and of what was expected; `None` where chance expects nothing.
#[must_use]
pub fn all_labels(labels: &BTreeMap<String, Disagreement>) -> Option<f64> {
    let observed = labels.values().map(|label| label.observed).sum();
    let expected = labels.values().map(|label| label.expected).sum();
    Disagreement { observed, expected }.alpha()
}

/// The differences between the sections of two annotators, each pair once.
fn between(one: &Units, other: &Units, length: u64) -> u128 {
    let square = |a: u64, b: u64| u128::from(a.abs_diff(b)) * u128::from(a.abs_diff(b));
    let mut sum = 0;
    let mut from = 0;
    for (start, end) in one {
        // Units are in order, so those of the other that end before this begins stay behind.
        while from < other.len() && other[from].1 <= *start {
            from += 1;
        }
        let shared = other[from..].iter().take_while(|unit| unit.0 < *end);
        sum += shared
            .map(|unit| square(*start, unit.0) + square(*end, unit.1))
            .sum::<u128>();
    }
    sum + in_gaps(one, other, length) + in_gaps(other, one, length)
}

/// The squares of the lengths of the units that lie wholly within a gap of the other annotator.
fn in_gaps(units: &Units, others: &Units, length: u64) -> u128 {
    let mut at = 0;
    let mut sum = 0;
    for (start, end) in units {
        while at < others.len() && others[at].1 <= *start {
            at += 1;
        }
        let gap_end = others.get(at).map_or(length, |unit| unit.0);
        if *end <= gap_end {
            sum += u128::from(end - start) * u128::from(end - start);
        }
    }
    sum
}

/// The sum over placements in the closed form as published, and the number of ordered pairs of places that do not lie in one unit.
fn by_chance(annotators: &[Units], length: u64) -> (u128, u128) {
    let mut gaps: Vec<u64> = Vec::new();
    for units in annotators {
        let mut at = 0;
        for (start, end) in units {
            gaps.extend((*start > at).then(|| start - at));
            at = *end;
        }
        gaps.extend((length > at).then(|| length - at));
    }
    gaps.sort_unstable();
    // What all gaps from here on have together.
    let mut after: Vec<u128> = vec![0; gaps.len() + 1];
    for (at, gap) in gaps.iter().enumerate().rev() {
        after[at] = after[at + 1] + u128::from(*gap);
    }
    let units = || annotators.iter().flatten().map(|(start, end)| end - start);
    let others = (units().count() as u128).saturating_sub(1);
    let mut sum = 0_u128;
    let mut within = 0_u128;
    for unit in units() {
        let l = u128::from(unit);
        // 2 l^3 - 3 l^2 + l is six times a sum of squares, so a third of it is whole.
        sum += others * (l * (l - 1) * (2 * l - 1) / 3);
        let first = gaps.partition_point(|gap| *gap < unit);
        let larger = (gaps.len() - first) as u128;
        // The sum of g - l + 1 over the gaps that hold the unit.
        sum += l * l * (after[first] + larger - larger * l);
        within += l * (l - 1);
    }
    let places = annotators.len() as u128 * u128::from(length);
    (sum, places * (places - 1) - within)
}
