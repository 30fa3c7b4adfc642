//! Comparisons as a comment for a pull request: the verdict first, the rest below it, never more than a comment may hold.

use std::fmt::Write as _;

use super::super::ratio;
use super::table::{absolute, letters};
use super::{
    Shown, item, notes, of_ranking, p_cell, range, resampled, resolves, rows, sentence, signed,
};
use crate::compare::{Comparison, Item, Several};
use crate::error::visible;
use crate::run::resample::Difference;
use crate::statistics::ALPHA;

/// By this a bot finds its own comment again.
const MARKER: &str = "<!-- goldspan -->";

/// A comment holds 65,536 characters; what does not fit is told.
const MOST_BYTES: usize = 60_000;

/// Everything, beginning with the marker.
#[must_use]
pub fn markdown(shown: &Shown<'_>) -> String {
    let mut out = format!("{MARKER}\n");
    let mut left = 0;
    let pairs = shown.comparisons.iter().map(|own| pair(own, shown));
    let rankings = shown.rankings.iter().map(ranking);
    let ending = "\nMore than a comment holds was left out; `--format table` has it.\n";
    for (verdict, parts) in pairs.chain(rankings) {
        // What is too long is left out part by part, the verdict last of all.
        for part in std::iter::once(format!("\n**{verdict}**\n")).chain(parts) {
            if out.len() + part.len() + ending.len() > MOST_BYTES {
                left += 1;
            } else {
                out.push_str(&part);
            }
        }
    }
    if left > 0 {
        out.push_str(ending);
    }
    out
}

fn pair(comparison: &Comparison, shown: &Shown<'_>) -> (String, Vec<String>) {
    let [first, second] = comparison.names.each_ref().map(|name| escaped(name));
    let mut head = format!(
        "\n{}: {} documents; resampled: {}\n\n",
        escaped(&comparison.corpus),
        comparison.documents,
        resampled(
            comparison.units, comparison.documents, comparison.method, comparison.replicates,
        )
    );
    let _ = writeln!(
        head,
        "| score | {first} | {second} | points | 95 % CI | p | adjusted |"
    );
    head.push_str("|---|---:|---:|---:|---|---:|---:|\n");
    for row in rows(comparison, shown.all) {
        let _ = writeln!(
            head,
            "| {} |{}",
            escaped(&row.metric.to_string()),
            numbers(&row.difference, row.adjusted)
        );
    }
    let mut parts = vec![head];
    let mut told = notes(comparison);
    told.extend(resolves(comparison));
    let told = told.iter().map(|note| format!("- {}\n", escaped(note)));
    parts.push(format!("\n{}", told.collect::<String>()));
    if !comparison.slices.is_empty() {
        let mut slices = String::from(
            "| | documents | A | B | points | 95 % CI | p | adjusted |\n|---|---:|---:|---:|---:|---|---:|---:|\n",
        );
        for own in &comparison.slices {
            let _ = writeln!(
                slices,
                "| {} = {} | {} |{}",
                escaped(&own.key),
                escaped(&own.value),
                own.documents,
                numbers(&own.difference, own.adjusted)
            );
        }
        parts.push(details("Slices", &slices));
    }
    if !comparison.moved.is_empty() {
        let mut moved =
            String::from("| document | errors before | after | change |\n|---|---:|---:|---:|\n");
        for own in &comparison.moved {
            let [before, after] = own.errors();
            let _ = writeln!(
                moved,
                "| {} | {before} | {after} | {:+} |",
                escaped(&own.document),
                own.more_errors()
            );
        }
        parts.push(details("Documents that moved most", &moved));
    }
    if let Some(items) = comparison.items.as_ref().filter(|_| shown.items > 0) {
        parts.extend(listed("fixed", &items.fixed, shown.items));
        parts.extend(listed("broken", &items.broken, shown.items));
    }
    (escaped(&sentence(comparison)), parts)
}

/// The cells of a difference behind its name.
fn numbers(own: &Difference, adjusted: Option<f64>) -> String {
    let p = p_cell(own.tested.map(|tested| tested.p)).replace('<', "&lt;");
    let adjusted = match adjusted {
        Some(p) if p < ALPHA => format!("**{}**", p_cell(adjusted).replace('<', "&lt;")),
        _ => p_cell(adjusted),
    };
    format!(
        " {} | {} | {} | {} | {p} | {adjusted} |",
        ratio(own.first),
        ratio(own.second),
        signed(own.difference),
        range(own.interval)
    )
}

fn listed(what: &str, items: &[Item], most: usize) -> Option<String> {
    let mut list = String::from("| how | what | words | where |\n|---|---|---|---|\n");
    for own in items.iter().take(most) {
        let cells = item(own).map(|cell| escaped(&cell));
        let _ = writeln!(list, "| {} |", cells.join(" | "));
    }
    let number = items.len();
    let noun = if number == 1 { "item" } else { "items" };
    let first = if number > most {
        format!(", the first {most}")
    } else {
        String::new()
    };
    (number > 0).then(|| details(&format!("{number} {noun} {what}{first}"), &list))
}

fn details(summary: &str, body: &str) -> String {
    format!("\n<details><summary>{summary}</summary>\n\n{body}\n</details>\n")
}

fn ranking(several: &Several) -> (String, Vec<String>) {
    let own = &several.ranking;
    let mut ranks = format!(
        "\n{}: {} documents; resampled: {}\n\n| rank | system | {} | 95 % CI | group |\n|---:|---|---:|---|---|\n",
        escaped(&own.corpus),
        own.documents,
        resampled(
            several.units, own.documents, several.method, several.replicates
        ),
        escaped(&own.metric.spoken())
    );
    for (place, system) in own.systems.iter().enumerate() {
        let _ = writeln!(
            ranks,
            "| {} | {} | {} | {} | {} |",
            place + 1,
            escaped(&system.name),
            ratio(system.score),
            absolute(system.interval),
            letters(&system.groups)
        );
    }
    let mut pairs = String::from(
        "| pair | first | second | points | 95 % CI | p | adjusted (Holm) |\n|---|---:|---:|---:|---|---:|---:|\n",
    );
    for (better, worse, difference, adjusted) in &own.pairs {
        let [better, worse] = [better, worse].map(|at| escaped(&own.systems[*at].name));
        let _ = writeln!(
            pairs,
            "| {better} over {worse} |{}",
            numbers(difference, *adjusted)
        );
    }
    (
        escaped(&of_ranking(several)),
        vec![ranks, details("Pairs", &pairs)],
    )
}

/// Somebody's words as they are, in a cell of a table.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in visible(text).chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '@' | '~' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
}
