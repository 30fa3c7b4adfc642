//! Comparisons for people: tables, then the verdict in one sentence, which is the last line.

use std::fmt::Write as _;

use super::super::ratio;
use super::super::table::grid;
use super::{
    Shown, few, identical, item, notes, of_ranking, p_cell, range, resampled, resolves, rows,
    sentence, signed,
};
use crate::compare::{Comparison, Item, Several};
use crate::error::visible;
use crate::run::resample::Difference;
use crate::statistics::{ALPHA, Interval};

/// Everything, one block for each comparison; each block ends in its sentence.
#[must_use]
pub fn table(shown: &Shown<'_>) -> String {
    let pairs = shown.comparisons.iter().map(|own| pair(own, shown));
    let blocks: Vec<String> = pairs.chain(shown.rankings.iter().map(ranking)).collect();
    blocks.join("\n")
}

fn pair(comparison: &Comparison, shown: &Shown<'_>) -> String {
    let mut out = String::new();
    heading(&mut out, comparison);
    scores(&mut out, comparison, shown.all);
    slices(&mut out, comparison);
    moved(&mut out, comparison);
    items(&mut out, comparison, shown.items);
    let mut told = notes(comparison);
    told.extend(resolves(comparison));
    said(&mut out, &told);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "\n{}", sentence(comparison));
    out
}

fn heading(out: &mut String, comparison: &Comparison) {
    let [first, second] = comparison.names.each_ref().map(|name| visible(name));
    let [of_first, of_second] = comparison.origins.each_ref().map(|own| visible(own));
    let corpus = visible(&comparison.corpus);
    let documents = comparison.documents;
    let noun = if documents == 1 {
        "document"
    } else {
        "documents"
    };
    let differing = comparison
        .primary
        .difference
        .tested
        .map_or_else(String::new, |tested| {
            let unit = super::noun(comparison.units, documents);
            format!("; {} {unit} differ in the score", tested.differing)
        });
    let how = resampled(
        comparison.units, documents, comparison.method, comparison.replicates,
    );
    let _ = writeln!(out, "{second} against {first} on {corpus}");
    let _ = writeln!(out, "  A: {first}, {of_first}");
    let _ = writeln!(out, "  B: {second}, {of_second}");
    if identical(comparison) {
        let _ = writeln!(out, "  identical: the same run");
    }
    let _ = writeln!(out, "  compared: {documents} {noun}{differing}");
    let _ = writeln!(out, "  resampled: {how}");
}

/// The cells of a difference: both scores, points, interval, p, adjusted p, and a mark.
fn cells(difference: &Difference, adjusted: Option<f64>) -> Vec<String> {
    let mark = adjusted.filter(|p| *p < ALPHA).map_or("", |_| "*");
    vec![
        ratio(difference.first),
        ratio(difference.second),
        signed(difference.difference),
        range(difference.interval),
        p_cell(difference.tested.map(|tested| tested.p)),
        p_cell(adjusted),
        mark.to_owned(),
    ]
}

const DIFFERENCE: [&str; 7] = ["A", "B", "points", "95 % CI", "p", "adjusted", ""];

fn scores(out: &mut String, comparison: &Comparison, all: bool) {
    let mut lines = vec![header(&["score"])];
    for row in rows(comparison, all) {
        let mut line = vec![row.metric.to_string()];
        line.extend(cells(&row.difference, row.adjusted));
        lines.push(line);
    }
    grid(out, lines);
    let tested = comparison.rows.iter().filter(|row| row.adjusted.is_some());
    let tested = tested.count();
    if tested > 0 {
        let _ = writeln!(
            out,
            "  adjusted by Benjamini and Hochberg over all {tested} scores that both have; * below {ALPHA}"
        );
    }
}

fn header(first: &[&str]) -> Vec<String> {
    let all = first.iter().chain(&DIFFERENCE);
    all.map(|name| (*name).to_owned()).collect()
}

fn slices(out: &mut String, comparison: &Comparison) {
    if comparison.slices.is_empty() {
        return;
    }
    let metric = comparison.primary.metric.to_string();
    let mut lines = vec![header(&[&format!("{metric} by"), "documents"])];
    for slice in &comparison.slices {
        let mut line = vec![
            format!("{} = {}", slice.key, slice.value),
            slice.documents.to_string(),
        ];
        line.extend(cells(&slice.difference, slice.adjusted));
        lines.push(line);
    }
    grid(out, lines);
}

fn moved(out: &mut String, comparison: &Comparison) {
    if comparison.moved.is_empty() {
        return;
    }
    let names = ["documents that moved most", "errors of A", "of B", "change"];
    let mut lines = vec![names.map(str::to_owned).to_vec()];
    for moved in &comparison.moved {
        let [before, after] = moved.errors();
        lines.push(vec![
            moved.document.clone(),
            before.to_string(),
            after.to_string(),
            format!("{:+}", moved.more_errors()),
        ]);
    }
    grid(out, lines);
}

fn items(out: &mut String, comparison: &Comparison, most: usize) {
    if most == 0 {
        return;
    }
    let Some(items) = &comparison.items else {
        let _ = writeln!(
            out,
            "\n  items fixed and broken are not known: a baseline keeps counts alone"
        );
        return;
    };
    let _ = writeln!(out, "\n  items wrong in both: {}", items.both);
    listed(out, "fixed", &items.fixed, most);
    listed(out, "broken", &items.broken, most);
}

/// The first items of a list, under a line that counts all.
fn listed(out: &mut String, what: &str, items: &[Item], most: usize) {
    if items.is_empty() {
        let _ = writeln!(out, "  {what}: none");
        return;
    }
    let shown = match items.len() {
        all if all > most => format!("{what}: {all}, the first {most}"),
        all => format!("{what}: {all}"),
    };
    let mut lines = vec![
        [shown.as_str(), "what", "words", "document:line"]
            .map(str::to_owned)
            .to_vec(),
    ];
    lines.extend(items.iter().take(most).map(|own| item(own).to_vec()));
    grid(out, lines);
}

fn said(out: &mut String, notes: &[String]) {
    if !notes.is_empty() {
        out.push('\n');
    }
    for note in notes {
        let _ = writeln!(out, "  note: {}", visible(note));
    }
}

fn ranking(several: &Several) -> String {
    let ranking = &several.ranking;
    let mut out = String::new();
    let documents = ranking.documents;
    let how = resampled(several.units, documents, several.method, several.replicates);
    let _ = writeln!(
        out,
        "{} systems on {}",
        ranking.systems.len(),
        visible(&ranking.corpus)
    );
    for (name, origin) in &several.origins {
        let _ = writeln!(out, "  {}, {}", visible(name), visible(origin));
    }
    let _ = writeln!(
        out,
        "  compared: {documents} documents, on {}",
        ranking.metric.spoken()
    );
    let _ = writeln!(out, "  resampled: {how}");
    let names = ["system", "rank", "score", "95 % CI", "group"];
    let mut lines = vec![names.map(str::to_owned).to_vec()];
    for (place, own) in ranking.systems.iter().enumerate() {
        lines.push(vec![
            own.name.clone(),
            (place + 1).to_string(),
            ratio(own.score),
            absolute(own.interval),
            letters(&own.groups),
        ]);
    }
    grid(&mut out, lines);
    let names = ["pair", "points", "95 % CI", "p", "adjusted", ""];
    let mut lines = vec![names.map(str::to_owned).to_vec()];
    for (better, worse, own, adjusted) in &ranking.pairs {
        let [better, worse] = [better, worse].map(|at| ranking.systems[*at].name.as_str());
        let mut line = vec![format!("{better} over {worse}")];
        line.extend(cells(own, *adjusted).split_off(2));
        lines.push(line);
    }
    grid(&mut out, lines);
    let _ = writeln!(
        out,
        "  adjusted by Holm over all {} pairs; * below {ALPHA}; no two systems of a group can be told apart",
        ranking.pairs.len()
    );
    let mut told: Vec<String> = several
        .left_out
        .iter()
        .map(|why| format!("left out: {why}"))
        .collect();
    told.extend(few(
        several.units, documents, several.method, several.replicates,
    ));
    said(&mut out, &told);
    let _ = writeln!(out, "\n{}", of_ranking(several));
    out
}

/// Groups as letters; beyond `z` as numbers.
pub(super) fn letters(groups: &[usize]) -> String {
    let letter = |group: &usize| match u8::try_from(*group) {
        Ok(group @ 0..26) => char::from(b'a' + group).to_string(),
        _ => format!("({})", group + 1),
    };
    groups.iter().map(letter).collect()
}

/// The ends of the interval of a score.
pub(super) fn absolute(interval: Option<Interval>) -> String {
    interval.map_or_else(
        || "-".to_owned(),
        |own| format!("{:.4} to {:.4}", own.low, own.high),
    )
}
