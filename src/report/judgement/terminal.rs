//! What gates say as a table for people, with the reason of everything that is not green.

use super::{
    before, change, change_interval, counts, one_line, p, ratio, resolutions, score_name, slice,
    system,
};
use crate::gate::{Judged, Judgement, Verdict};
use crate::report::table::grid;

/// One line for each gated score, then reasons, counts, what the corpora resolve, and suggestions. `units` is what is resampled, in the plural: `documents`.
#[must_use]
pub fn table(judgement: &Judgement, units: &str) -> String {
    let mut out = String::new();
    if !judgement.judged.is_empty() {
        rows(&mut out, &judgement.judged);
    }
    let reasons = judgement
        .judged
        .iter()
        .filter(|judged| judged.verdict != Verdict::NotWorse);
    let reasons: Vec<String> = reasons
        .map(|judged| {
            let (system, score) = (system(judged), score_name(judged));
            let reason = one_line(&judged.reason);
            format!("  {}: {system}, {score}: {reason}", judged.verdict.name())
        })
        .collect();
    let mut paragraph = |lines: Vec<String>| {
        if !lines.is_empty() {
            out.push('\n');
        }
        for line in lines {
            out.push_str(&line);
            out.push('\n');
        }
    };
    paragraph(reasons);
    let mut closing = vec![format!("gate: {}", counts(judgement))];
    closing.extend(resolutions(judgement, units));
    closing.extend(judgement.suggestions.iter().map(|line| one_line(line)));
    paragraph(closing);
    out
}

fn rows(out: &mut String, judged: &[Judged]) {
    let baselines: std::collections::BTreeSet<&str> = judged
        .iter()
        .filter_map(|own| own.baseline.as_deref())
        .collect();
    let one = (baselines.len() == 1)
        .then(|| baselines.iter().next())
        .flatten();
    let sliced = judged.iter().any(|own| own.slice.is_some());
    let baseline = one.map_or_else(|| "baseline".to_owned(), |name| format!("baseline {name}"));
    let mut header = ["verdict", "extractor", "metric", "slice", "score", "floor"]
        .map(str::to_owned)
        .to_vec();
    header.push(baseline);
    header.extend(["points", "95 % CI", "p (Holm)", "support"].map(str::to_owned));
    let row = |own: &Judged| {
        let before = match &own.baseline {
            Some(name) if one.is_none() => format!("{} ({name})", ratio(before(own))),
            _ => ratio(before(own)),
        };
        vec![
            own.verdict.name().to_owned(),
            system(own),
            one_line(&own.metric.spoken()),
            slice(own),
            ratio(own.score),
            ratio(own.floor),
            before,
            change(own),
            change_interval(own),
            p(own),
            own.support.to_string(),
        ]
    };
    let mut lines = vec![header];
    lines.extend(judged.iter().map(row));
    if !sliced {
        for line in &mut lines {
            line.remove(3);
        }
    }
    grid(out, lines);
}
