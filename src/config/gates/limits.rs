//! The limits of a gate: floors and drops as shares or points, and whether two gates contradict each other.

use super::Gate;
use crate::config::tables::{Place, Table};
use crate::error::Problem;
use crate::scores::Metric;

/// The limits of one gate.
pub(super) struct Limits {
    pub(super) floor: Option<f64>,
    pub(super) max_drop: Option<f64>,
    pub(super) hard_drop: Option<f64>,
}

/// A number as people write it.
enum Written {
    /// A share: `0.01`.
    Share(f64),
    /// Points: `1.0pt`; as a share.
    Points(f64),
    /// `1%`; as a share.
    Percent(f64),
}

impl Written {
    fn parse(text: &str) -> Option<Self> {
        // The nearest float to what is written, which a division by 100 need not be.
        let hundredth = |number: &str| {
            let number = number.trim_end();
            let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-');
            (number.chars().all(plain))
                .then(|| format!("{number}e-2").parse().ok())
                .flatten()
        };
        if let Some(points) = text.strip_suffix("pt") {
            return hundredth(points).map(Self::Points);
        }
        if let Some(percent) = text.strip_suffix('%') {
            return hundredth(percent).map(Self::Percent);
        }
        let share: f64 = text.parse().ok()?;
        share.is_finite().then_some(Self::Share(share))
    }

    const fn share(&self) -> f64 {
        match self {
            Self::Share(share) | Self::Points(share) | Self::Percent(share) => *share,
        }
    }
}

/// Reads the limits, of which there must be one.
pub(super) fn read(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Limits {
    let limits = Limits {
        floor: floor(table, problems),
        max_drop: drop(table, "max-drop", problems),
        hard_drop: drop(table, "hard-drop", problems),
    };
    if !["floor", "max-drop", "hard-drop"]
        .iter()
        .any(|key| table.has(key))
    {
        let problem = table.place().problem("this gate holds nothing");
        problems.push(problem.expected("floor, max-drop or hard-drop, such as max-drop = \"1pt\""));
    }
    if let (Some(most), Some(hard)) = (limits.max_drop, limits.hard_drop)
        && hard < most
        && let Some(place) = table.place_of("hard-drop")
    {
        let problem = place
            .problem("hard-drop is below max-drop: it would forbid what max-drop allows")
            .found(points(hard))
            .expected(format!("at least max-drop, {}", points(most)));
        problems.push(problem.mend("exchange the two, or take one out"));
    }
    limits
}

fn floor(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<f64> {
    let (text, place) = table.text_or_whole("floor", problems)?;
    let expected = "0 to 1, such as floor = 0.6, or \"60%\"";
    let Some(written) = Written::parse(&text) else {
        let problem = place.problem("this floor cannot be read").found(text);
        problems.push(problem.expected(expected));
        return None;
    };
    let floor = written.share();
    if (0.0..=1.0).contains(&floor) {
        return Some(floor);
    }
    let problem = place
        .problem("a floor lies between 0 and 1, as scores do")
        .found(text)
        .expected(expected);
    problems.push(as_hundredths(problem, &written, "floor", "%"));
    None
}

fn drop(table: &mut Table<'_>, key: &'static str, problems: &mut Vec<Problem>) -> Option<f64> {
    let (text, place) = table.text_or_whole(key, problems)?;
    let expected = format!("points, such as {key} = \"1.0pt\", or a share, such as 0.01");
    let Some(written) = Written::parse(&text) else {
        let problem = place.problem("this drop cannot be read").found(text);
        problems.push(problem.expected(expected));
        return None;
    };
    let drop = written.share();
    if matches!(written, Written::Percent(_)) {
        let number = text.trim_end_matches('%').trim_end();
        let problem = place
            .problem("a drop is not told in percent: relative drops have no meaning near zero")
            .found(text.clone())
            .expected(expected);
        problems.push(problem.mend(format!("for points of the score write \"{number}pt\"")));
        return None;
    }
    if (0.0..1.0).contains(&drop) {
        return Some(drop);
    }
    let what = if drop < 0.0 {
        "a drop is not negative"
    } else {
        "a drop by all of the score allows everything"
    };
    let problem = place.problem(what).found(text).expected(expected);
    problems.push(as_hundredths(problem, &written, key, "pt"));
    None
}

/// The problem with what was perhaps meant: a bare number above 1 is one of hundredths.
fn as_hundredths(problem: Problem, written: &Written, key: &str, unit: &str) -> Problem {
    match written {
        Written::Share(share) if (1.0..=100.0).contains(share) => {
            problem.mend(format!("did you mean {key} = \"{share}{unit}\"?"))
        }
        _ => problem,
    }
}

/// A share in points, without digits that nobody wrote.
fn points(share: f64) -> String {
    let points = (share * 1e8).round() / 1e6;
    format!("{points}pt")
}

/// The first of the earlier gates that this one contradicts or repeats, as a problem at its place.
pub(super) fn contradiction(gate: &Gate, earlier: &[Gate], place: &Place<'_>) -> Option<Problem> {
    earlier.iter().find_map(|other| {
        let shared = shared(gate, other)?;
        let line = other.place.1.line;
        if is_same(gate, other) {
            let problem = place
                .problem("this gate stands twice")
                .found(format!("{shared}, as in line {line}"));
            return Some(problem.mend("take one out"));
        }
        let (here, there) = disagreement(gate, other)?;
        let problem = place
            .problem("two gates hold the same score to different limits")
            .found(format!("{shared}: {here}, and in line {line} {there}"));
        Some(problem.mend("keep one of the two limits"))
    })
}

/// A score that both gates are of, over the same documents of the same extractors.
fn shared(gate: &Gate, other: &Gate) -> Option<Metric> {
    let scope = |gate: &Gate| {
        (
            gate.corpus.clone(),
            gate.extractor.clone(),
            gate.slice.clone(),
        )
    };
    let cells = |gate: &Gate| match gate.labels.as_slice() {
        [] => vec![gate.metric.clone()],
        labels => labels
            .iter()
            .filter_map(|label| gate.metric.of_label(label))
            .collect(),
    };
    let others = cells(other);
    let same = cells(gate).into_iter().find(|cell| others.contains(cell));
    same.filter(|_| scope(gate) == scope(other))
}

/// Whether the two gates say the same of the score that they share.
fn is_same(gate: &Gate, other: &Gate) -> bool {
    let said = |gate: &Gate| {
        (
            gate.limits().map(|(_, limit)| limit),
            gate.min_support,
            gate.allow_missing_baseline,
        )
    };
    said(gate) == said(other) && gate.baseline == other.baseline
}

/// The limit of each that the other contradicts. Drops from two baselines are different things.
fn disagreement(gate: &Gate, other: &Gate) -> Option<(String, String)> {
    let said = |name: &str, limit: f64| match name {
        "floor" => format!("floor is {limit}"),
        _ => format!("{name} is {}", points(limit)),
    };
    let pairs = gate.limits().into_iter().zip(other.limits());
    let same_baseline = gate.baseline == other.baseline;
    let differing = pairs.filter(|((name, _), _)| *name == "floor" || same_baseline);
    for ((name, here), (_, there)) in differing {
        if let (Some(here), Some(there)) = (here, there)
            && here.to_bits() != there.to_bits()
        {
            return Some((said(name, here), said(name, there)));
        }
    }
    if !same_baseline {
        return None;
    }
    match (gate.max_drop, other.hard_drop) {
        (Some(most), Some(hard)) if hard < most => {
            return Some((said("max-drop", most), said("hard-drop", hard)));
        }
        _ => {}
    }
    match (gate.hard_drop, other.max_drop) {
        (Some(hard), Some(most)) if hard < most => {
            Some((said("hard-drop", hard), said("max-drop", most)))
        }
        _ => None,
    }
}

impl Gate {
    /// The limits with their names.
    const fn limits(&self) -> [(&'static str, Option<f64>); 3] {
        [
            ("floor", self.floor),
            ("max-drop", self.max_drop),
            ("hard-drop", self.hard_drop),
        ]
    }
}
