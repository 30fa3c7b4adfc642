//! The verdict in one sentence, the second named first since it is the candidate.

use super::{identical, p_value, points, range, resolves, signed};
use crate::compare::{Comparison, Several};
use crate::error::visible;
use crate::statistics::ALPHA;

/// What two systems come to under the primary score, tested at 0.05 and not adjusted: it is one test, chosen beforehand.
#[must_use]
pub fn sentence(comparison: &Comparison) -> String {
    let [first, second] = comparison.names.each_ref().map(|name| visible(name));
    let metric = comparison.primary.metric.spoken();
    let metric = visible(&metric);
    let own = &comparison.primary.difference;
    let Some(difference) = own.difference else {
        let without = match (own.first, own.second) {
            (None, None) => "both".to_owned(),
            (None, _) => first.clone(),
            _ => second.clone(),
        };
        return format!(
            "{second} and {first} cannot be compared on {metric}: it is undefined for {without}."
        );
    };
    let Some(tested) = own.tested else {
        return format!(
            "{second} and {first} differ on {metric} by {} points; nothing was tested.",
            signed(Some(difference))
        );
    };
    if tested.differing == 0 || identical(comparison) {
        let unit = if comparison.units == comparison.documents {
            "document"
        } else {
            "cluster"
        };
        return format!(
            "{second} and {first} are the same on {metric}: no {unit} differs (p = 1)."
        );
    }
    let interval = match own.interval {
        None => "no interval".to_owned(),
        interval => format!("95 % CI {}", range(interval)),
    };
    let p = spoken(tested.p);
    if tested.p < ALPHA {
        let than = if difference < 0.0 { "worse" } else { "better" };
        let by = points(difference.abs());
        return format!(
            "{second} is {than} than {first} on {metric} by {by} points ({interval}, {p})."
        );
    }
    let resolves = resolves(comparison).map_or_else(String::new, |own| format!("; {own}"));
    let by = signed(Some(difference));
    format!(
        "{second} and {first} cannot be told apart on {metric}: {by} points ({interval}, {p}){resolves}."
    )
}

/// `p = 0.002`, `p < 0.001`.
fn spoken(p: f64) -> String {
    match p_value(p) {
        (true, text) => format!("p < {text}"),
        (false, text) => format!("p = {text}"),
    }
}

/// Who is best, and who cannot be told apart from it.
#[must_use]
pub fn of_ranking(several: &Several) -> String {
    let ranking = &several.ranking;
    let metric = visible(&ranking.metric.spoken());
    let Some(best) = ranking.systems.first() else {
        return format!("nothing was ranked on {metric}.");
    };
    let Some(score) = best.score else {
        return format!("{metric} is undefined for every system.");
    };
    let name = visible(&best.name);
    let others = ranking.pairs.iter().filter(|pair| pair.0 == 0);
    let others = others.filter(|pair| pair.3.is_some_and(|p| p >= ALPHA));
    let others: Vec<String> = others
        .map(|pair| visible(&ranking.systems[pair.1].name))
        .collect();
    let apart = match others.as_slice() {
        _ if several.replicates == 0 => "nothing was tested".to_owned(),
        [] => "every other can be told apart from it".to_owned(),
        [one] => format!("{one} cannot be told apart from it"),
        [most @ .., last] => format!(
            "{} and {last} cannot be told apart from it",
            most.join(", ")
        ),
    };
    format!("{name} is best on {metric} ({score:.4}); {apart}.")
}
