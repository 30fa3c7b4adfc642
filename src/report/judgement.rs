//! Renders what gates say: for a terminal, `results.json`, a pull request, JUnit and GitHub Actions.

mod actions;
mod json;
mod junit;
mod markdown;
mod terminal;

pub use self::actions::{annotations, outputs};
pub use self::json::JudgementOut;
pub use self::junit::junit;
pub use self::markdown::markdown;
pub use self::terminal::table;

use super::ratio;
use crate::error::visible;
use crate::gate::{Judged, Judgement, Verdict};
use crate::statistics::Interval;

/// The verdicts in the order in which they are counted for people.
const COUNTED: [Verdict; 5] = [
    Verdict::NotWorse,
    Verdict::Inconclusive,
    Verdict::Worse,
    Verdict::Incomparable,
    Verdict::Thin,
];

/// A verdict as machines have it: `not-worse`.
fn machine_name(verdict: Verdict) -> String {
    verdict.name().replace(' ', "-")
}

/// Text on one line, without control characters: names and reasons hold what somebody's files have.
fn one_line(text: &str) -> String {
    let lines = text.split(['\r', '\n']).map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    visible(&lines.join(" "))
}

/// `shape on news`.
fn system(judged: &Judged) -> String {
    one_line(&format!("{} on {}", judged.extractor, judged.corpus))
}

/// `topic=war`; nothing where the score is of all documents.
fn slice(judged: &Judged) -> String {
    let slice = judged.slice.as_ref();
    slice.map_or_else(String::new, |(key, value)| {
        one_line(&format!("{key}={value}"))
    })
}

/// `entity strict F1 of PERSON where topic=war`.
fn score_name(judged: &Judged) -> String {
    let spoken = one_line(&judged.metric.spoken());
    match slice(judged).as_str() {
        "" => spoken,
        slice => format!("{spoken} where {slice}"),
    }
}

/// A difference in points, with its sign.
fn points(difference: f64) -> String {
    let text = format!("{:+.2}", 100.0 * difference);
    match text.as_str() {
        "+0.00" | "-0.00" => "0.00".to_owned(),
        _ => text,
    }
}

/// The score of the baseline.
fn before(judged: &Judged) -> Option<f64> {
    judged.difference.as_ref()?.first
}

/// The change in points; `-` where there is none.
fn change(judged: &Judged) -> String {
    let difference = judged.difference.as_ref().and_then(|own| own.difference);
    difference.map_or_else(|| "-".to_owned(), points)
}

/// The interval of the change in points.
fn change_interval(judged: &Judged) -> String {
    let interval: Option<Interval> = judged.difference.as_ref().and_then(|own| own.interval);
    interval.map_or_else(
        || "-".to_owned(),
        |interval| format!("{} to {}", points(interval.low), points(interval.high)),
    )
}

/// The p-value after Holm.
fn p(judged: &Judged) -> String {
    match judged.adjusted {
        Some(p) if p < 0.0001 => "<0.0001".to_owned(),
        p => ratio(p),
    }
}

/// `12 scores: 10 not worse, 1 inconclusive, 1 worse`.
fn counts(judgement: &Judgement) -> String {
    let scores = match judgement.judged.len() {
        0 => return "no scores".to_owned(),
        1 => "1 score".to_owned(),
        many => format!("{many} scores"),
    };
    let counted = COUNTED
        .into_iter()
        .map(|verdict| (judgement.count(verdict), verdict))
        .filter(|(count, _)| *count > 0);
    let counted = counted.map(|(count, verdict)| format!("{count} {}", verdict.name()));
    format!("{scores}: {}", counted.collect::<Vec<_>>().join(", "))
}

/// For each corpus what it can tell at all, a sentence each.
fn resolutions(judgement: &Judgement, units: &str) -> Vec<String> {
    let mut corpora: Vec<&str> = Vec::new();
    for judged in &judgement.judged {
        if !corpora.contains(&judged.corpus.as_str()) {
            corpora.push(&judged.corpus);
        }
    }
    let sentences = corpora
        .into_iter()
        .filter_map(|corpus| resolution(judgement, corpus, units));
    sentences.collect()
}

/// `the smallest drop that news resolves: 1.2 points (80 % power); one point would take 87 documents`, over all gated scores of the corpus.
fn resolution(judgement: &Judgement, corpus: &str, units: &str) -> Option<String> {
    let of_corpus = judgement.judged.iter().filter(|own| own.corpus == corpus);
    let resolved: Vec<_> = of_corpus.filter_map(|own| own.resolution).collect();
    let drops = resolved.iter().map(|own| own.difference);
    let least = drops.clone().min_by(f64::total_cmp)?;
    let most = drops.max_by(f64::total_cmp)?;
    let (least, most) = (
        format!("{:.1}", 100.0 * least),
        format!("{:.1}", 100.0 * most),
    );
    let several = least != most;
    let drop = if several {
        format!("{least} to {most} points by score")
    } else {
        format!("{most} points")
    };
    // Where a score would take more than can be counted, none is named.
    let needed: Option<Vec<u64>> = resolved.iter().map(|own| own.units_for_a_point).collect();
    let needed = needed.and_then(|needed| needed.into_iter().max());
    let needed = needed.map_or_else(String::new, |needed| {
        let at_most = if several { "up to " } else { "" };
        format!("; one point would take {at_most}{needed} {units}")
    });
    let corpus = one_line(corpus);
    Some(format!(
        "the smallest drop that {corpus} resolves: {drop} (80 % power){needed}"
    ))
}
