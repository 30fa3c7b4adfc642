//! What gates say as Markdown: a comment on a pull request, or the summary of a step.

use super::{
    before, change, change_interval, counts, one_line, p, ratio, resolutions, score_name, slice,
};
use crate::gate::{Judged, Judgement, Verdict};

/// What marks the comment, so that the next one replaces it.
const MARKER: &str = "<!-- goldspan -->";

/// How many characters of a title are shown.
const TITLE_CHARACTERS: usize = 200;

/// How many bytes each part may have: together less than the 65,536 characters that GitHub allows a comment, and the 60,000 bytes that are promised.
const TABLE_BYTES: usize = 14_000;
const REASONS_BYTES: usize = 14_000;
const NOTES_BYTES: usize = 6_000;
const DETAILS_BYTES: usize = 20_000;

/// A heading with the verdict, what is not green with its reasons, and all scores folded; less than 60,000 bytes, whatever the number of gates. `units` is what is
/// resampled, in the plural: `documents`.
#[must_use]
pub fn markdown(judgement: &Judgement, title: &str, units: &str) -> String {
    let verdict = judgement.verdict().map_or("no gates", Verdict::name);
    let title: String = one_line(title).chars().take(TITLE_CHARACTERS).collect();
    let mut out = format!(
        "{MARKER}\n## {}: {verdict}\n\n{}\n",
        escaped(&title),
        counts(judgement)
    );
    let red = judgement
        .judged
        .iter()
        .filter(|judged| judged.verdict != Verdict::NotWorse);
    // The worst first: they are what is seen where others are left out.
    let mut red: Vec<&Judged> = red.collect();
    red.sort_by_key(|judged| std::cmp::Reverse(judged.verdict));
    if !red.is_empty() {
        out.push_str("\n| verdict | extractor | corpus | metric | slice | score | points | 95 % CI | p (Holm) |\n");
        out.push_str("|---|---|---|---|---|--:|--:|---|--:|\n");
        out.push_str(&within(
            TABLE_BYTES,
            red.iter().map(|judged| brief(judged)),
            "\n",
        ));
        out.push('\n');
        out.push_str(&within(
            REASONS_BYTES,
            red.iter().map(|judged| reason(judged)),
            "",
        ));
    }
    let notes = resolutions(judgement, units);
    let notes = notes.iter().chain(&judgement.suggestions);
    let notes: Vec<String> = notes
        .map(|note| format!("\n{}", escaped(&one_line(note))))
        .collect();
    out.push_str(&within(NOTES_BYTES, notes.into_iter(), "\n"));
    if !judgement.judged.is_empty() {
        out.push_str("\n<details>\n<summary>All scores</summary>\n\n");
        out.push_str("| verdict | extractor | corpus | metric | slice | score | floor | baseline | before | points | 95 % CI | p (Holm) | support |\n");
        out.push_str("|---|---|---|---|---|--:|--:|---|--:|--:|---|--:|--:|\n");
        out.push_str(&within(
            DETAILS_BYTES,
            judgement.judged.iter().map(whole),
            "\n",
        ));
        out.push_str("\n</details>\n");
    }
    out
}

/// As many lines as fit, and how many do not; `apart` stands between the lines and that number.
fn within(bytes: usize, lines: impl Iterator<Item = String>, apart: &str) -> String {
    let mut text = String::new();
    let mut left_out = 0_usize;
    for line in lines {
        if text.len() + line.len() < bytes {
            text.push_str(&line);
            text.push('\n');
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let are = if left_out == 1 { "is" } else { "are" };
        text.push_str(&format!(
            "{apart}*{left_out} more {are} left out here; `results.json` has them all*\n"
        ));
    }
    text
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    format!("| {} |", cells.join(" | "))
}

/// The cells that say which score it is, after its verdict.
fn named(judged: &Judged) -> Vec<String> {
    vec![
        judged.verdict.name().to_owned(),
        one_line(&judged.extractor),
        one_line(&judged.corpus),
        one_line(&judged.metric.spoken()),
        slice(judged),
        ratio(judged.score),
    ]
}

fn brief(judged: &Judged) -> String {
    let mut cells = named(judged);
    cells.extend([change(judged), change_interval(judged), p(judged)]);
    row(&cells)
}

fn whole(judged: &Judged) -> String {
    let mut cells = named(judged);
    cells.extend([
        ratio(judged.floor),
        one_line(judged.baseline.as_deref().unwrap_or("-")),
        ratio(before(judged)),
        change(judged),
        change_interval(judged),
        p(judged),
        judged.support.to_string(),
    ]);
    row(&cells)
}

fn reason(judged: &Judged) -> String {
    format!(
        "- **{}**: {}, {}: {}",
        judged.verdict.name(),
        escaped(&super::system(judged)),
        escaped(&score_name(judged)),
        escaped(&one_line(&judged.reason))
    )
}

/// Text that Markdown shows as it is: no markup, no table cells, no HTML, and nobody is notified by a label that looks like a name.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // GitHub looks for names and numbers of issues in what is left after unescaping: a space of no width keeps them apart.
            '@' | '#' => {
                out.push(c);
                out.push_str("&#8203;");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
