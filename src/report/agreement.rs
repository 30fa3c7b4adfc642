//! Renders the agreement of annotators: tables for people, CSV and JSON for machines, and the list of differences to adjudicate.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::json;

use crate::annotation::Task;
use crate::counts::{Counts, Measure, Role};
use crate::error::visible;
use crate::matching::EntityMeasure;
use crate::mistakes::Kind;
use crate::run::agree::{Agreement, Pair};
use crate::scores::Scores;

/// One number of an agreement, by what it is of.
struct Number {
    /// `f1`, `kappa`, `alpha`, `alpha-u`.
    kind: &'static str,
    /// Both annotators; empty for what is of all.
    pair: (String, String),
    measure: String,
    label: String,
    value: Option<f64>,
}

/// Every number, in the order of reports.
fn numbers(agreement: &Agreement) -> Vec<Number> {
    let mut numbers = Vec::new();
    let entities = agreement.tasks.contains(&Task::Entities);
    for pair in &agreement.pairs {
        let mut add = |kind, measure: String, label: &str, value| {
            numbers.push(Number {
                kind,
                pair: (pair.one.clone(), pair.other.clone()),
                measure,
                label: label.to_owned(),
                value,
            });
        };
        for (cell, counts) in pair.table.iter() {
            add("f1", cell.measure.to_string(), &cell.label, f_of(counts));
        }
        if entities {
            add("kappa", "tokens".to_owned(), "*", pair.kappa);
            for (label, value) in &pair.kappa_by_label {
                add("kappa", "tokens".to_owned(), label, *value);
            }
        }
    }
    let everybody = |kind, measure: &str, label: &str, value| Number {
        kind,
        pair: (String::new(), String::new()),
        measure: measure.to_owned(),
        label: label.to_owned(),
        value,
    };
    if entities {
        numbers.push(everybody("alpha", "tokens", "*", agreement.alpha));
        let by_label = agreement.alpha_by_label.iter();
        numbers.extend(by_label.map(|(label, value)| everybody("alpha", "tokens", label, *value)));
        numbers.push(everybody("alpha-u", "characters", "*", agreement.alpha_u));
        let by_label = agreement.alpha_u_by_label.iter();
        numbers.extend(
            by_label.map(|(label, value)| everybody("alpha-u", "characters", label, *value)),
        );
    }
    numbers
}

/// Writes every number as a row of CSV: kind, both annotators, measure, label, value; an undefined value is an empty cell.
///
/// # Errors
/// Where it cannot be written.
pub fn write_csv(agreement: &Agreement, out: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["kind", "annotator", "other", "measure", "label", "value"])?;
    for number in numbers(agreement) {
        let value = number
            .value
            .map_or_else(String::new, |value| value.to_string());
        writer.write_record([
            number.kind, &number.pair.0, &number.pair.1, &number.measure, &number.label, &value,
        ])?;
    }
    writer.flush()
}

/// Writes what was compared, and every number, as JSON; an undefined value is null.
///
/// # Errors
/// Where it cannot be written.
pub fn write_json(agreement: &Agreement, out: &mut impl Write) -> io::Result<()> {
    let annotators: Vec<_> = agreement
        .annotators
        .iter()
        .map(|(name, documents)| json!({"name": name, "documents": documents}))
        .collect();
    let pairs: Vec<_> = agreement.pairs.iter().map(|pair| json!({"annotator": pair.one, "other": pair.other, "documents": pair.documents, "differences": pair.differences.mistakes.len()})).collect();
    let rows: Vec<_> = numbers(agreement).into_iter().map(|number| {
        json!({"kind": number.kind, "annotator": number.pair.0, "other": number.pair.1, "measure": number.measure, "label": number.label, "value": number.value})
    }).collect();
    let whole = json!({
        "annotators": annotators,
        "documents": {"shared": agreement.shared, "by_all": agreement.by_all, "alone": agreement.alone.len()},
        "pairs": pairs,
        "values": rows,
    });
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    out.write_all(b"\n")
}

/// Writes every difference as a row of CSV: both annotators, what it is, where, and what either has.
///
/// # Errors
/// Where it cannot be written.
pub fn write_differences(agreement: &Agreement, out: impl Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out);
    writer.write_record([
        "annotator", "other", "document", "line", "task", "kind", "part", "annotator_label",
        "annotator_spans", "annotator_text", "other_label", "other_spans", "other_text",
    ])?;
    for pair in &agreement.pairs {
        let mut rows: Vec<_> = pair
            .differences
            .mistakes
            .iter()
            .map(|(_, mistake)| mistake)
            .collect();
        // To adjudicate, one reads document by document.
        rows.sort_by(|a, b| {
            (&a.document, a.line)
                .cmp(&(&b.document, b.line))
                .then_with(|| a.cmp(b))
        });
        for difference in rows {
            writer.serialize((
                (&pair.one, &pair.other),
                (&difference.document, difference.line),
                difference.task.name(),
                kind(difference.kind),
                difference.part,
                super::csv::side(difference.gold.as_ref()),
                super::csv::side(difference.predicted.as_ref()),
            ))?;
        }
    }
    writer.flush()
}

/// How two annotators differ: neither is right, so nothing is missed and nothing spurious.
const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Missed => "only-the-first",
        Kind::Spurious => "only-the-second",
        other => other.name(),
    }
}

/// The tables for people; `shown` differences are listed.
#[must_use]
pub fn render(agreement: &Agreement, shown: usize) -> String {
    let mut out = String::new();
    let who: Vec<String> = agreement
        .annotators
        .iter()
        .map(|(name, documents)| format!("{name} {documents}"))
        .collect();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{} annotators: {}",
        who.len(),
        visible(&who.join(", "))
    );
    let _ = writeln!(
        out,
        "documents that two or more have: {}, that all have: {}",
        agreement.shared, agreement.by_all
    );
    if let Some((id, annotator)) = agreement.alone.first() {
        let _ = writeln!(
            out,
            "documents that one alone has, not compared: {}, the first of them {} of {}",
            agreement.alone.len(),
            visible(id),
            visible(annotator)
        );
    }
    if agreement.tasks.contains(&Task::Entities) {
        entities(agreement, &mut out);
    }
    if agreement.tasks.contains(&Task::Claims) {
        claims(agreement, &mut out);
    }
    differences(agreement, shown, &mut out);
    out
}

fn shown_value(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"))
}

/// A table: the names of the columns, then rows of a name and values.
fn table(title: &str, columns: &[String], rows: &[(String, Vec<Option<f64>>)], out: &mut String) {
    let name = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .chain([title.chars().count()])
        .max()
        .unwrap_or_default();
    let _ = write!(out, "\n   {title:<name$}");
    for column in columns {
        let _ = write!(out, "  {column:>9}");
    }
    out.push('\n');
    for (row, values) in rows {
        let _ = write!(out, "   {row:<name$}");
        for (value, column) in values.iter().zip(columns) {
            let width = column.chars().count().max(9);
            let _ = write!(out, "  {:>width$}", shown_value(*value));
        }
        out.push('\n');
    }
}

fn pair_name(pair: &Pair) -> String {
    visible(&format!("{} and {}", pair.one, pair.other))
}

/// The mean of the values that are defined, where there is one.
fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let values: Vec<f64> = values.flatten().collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The rows of the pairs, and where there are several their mean.
fn with_mean(
    agreement: &Agreement,
    of: impl Fn(&Pair) -> Vec<Option<f64>>,
) -> Vec<(String, Vec<Option<f64>>)> {
    let mut rows: Vec<(String, Vec<Option<f64>>)> = agreement
        .pairs
        .iter()
        .map(|pair| (pair_name(pair), of(pair)))
        .collect();
    if rows.len() > 1 {
        let columns = rows[0].1.len();
        let column = |at: usize| mean(rows.iter().map(|(_, values)| values[at]));
        let means = (0..columns).map(column).collect();
        rows.push(("mean of pairs".to_owned(), means));
    }
    rows
}

fn f1(pair: &Pair, measure: Measure, label: &str) -> Option<f64> {
    f_of(pair.table.get(measure, label))
}

/// F1 between two annotators: nothing in common is 0, also where one of them has nothing at all; undefined only where both have nothing. So it does not matter who
/// stands in the place of gold, and a mean of pairs leaves no disagreement out.
fn f_of(counts: Counts) -> Option<f64> {
    let any = counts.possible() + counts.actual() > 0;
    Scores::from(counts).f.or(any.then_some(0.0))
}

fn entities(agreement: &Agreement, out: &mut String) {
    let measures = &agreement.measures.entity;
    let mut columns: Vec<String> = measures.iter().map(ToString::to_string).collect();
    columns.push("kappa".to_owned());
    let of = |pair: &Pair| {
        let scores = measures
            .iter()
            .map(|measure| f1(pair, Measure::Entity(*measure), "*"));
        scores.chain([pair.kappa]).collect()
    };
    table(
        "entities: F1, kappa on tokens",
        &columns,
        &with_mean(agreement, of),
        out,
    );
    let all = [
        (
            "Krippendorff's alpha, tokens".to_owned(),
            vec![agreement.alpha],
        ),
        (
            "unitizing alpha, characters".to_owned(),
            vec![agreement.alpha_u],
        ),
    ];
    table("all annotators together", &["alpha".to_owned()], &all, out);
    let first = measures.first().copied().unwrap_or(EntityMeasure::Strict);
    let by_label: Vec<(String, Vec<Option<f64>>)> = agreement
        .alpha_by_label
        .iter()
        .map(|(label, alpha)| {
            let kappa = mean(
                agreement
                    .pairs
                    .iter()
                    .map(|pair| pair.kappa_by_label.get(label).copied().flatten()),
            );
            let score = mean(
                agreement
                    .pairs
                    .iter()
                    .map(|pair| f1(pair, Measure::Entity(first), label)),
            );
            let unitizing = agreement.alpha_u_by_label.get(label).copied().flatten();
            (visible(label), vec![score, kappa, *alpha, unitizing])
        })
        .collect();
    let columns = [
        format!("{first} F1"),
        "kappa".to_owned(),
        "alpha".to_owned(),
        "alpha-u".to_owned(),
    ];
    table("by label, means of pairs", &columns, &by_label, out);
    confusion(agreement, first, out);
}

/// Which label of the one annotator was which of the other, over all pairs, where the two are not the same.
fn confusion(agreement: &Agreement, measure: EntityMeasure, out: &mut String) {
    let mut cells: BTreeMap<(String, String), u64> = BTreeMap::new();
    for pair in &agreement.pairs {
        for (place, confused) in pair.table.confusion() {
            if place.measure != measure || place.gold == place.predicted {
                continue;
            }
            let name = |label: Option<&crate::annotation::Label>| {
                label.map_or_else(|| "nothing".to_owned(), ToString::to_string)
            };
            // Neither of two annotators is right, so that both orders are one.
            let (a, b) = (name(place.gold), name(place.predicted));
            let key = if a <= b { (a, b) } else { (b, a) };
            *cells.entry(key).or_default() += confused.items;
        }
    }
    if cells.is_empty() {
        return;
    }
    let mut rows: Vec<_> = cells.into_iter().collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let _ = writeln!(
        out,
        "\n   one annotator's label and the other's, over all pairs"
    );
    for ((a, b), items) in rows.iter().take(20) {
        let _ = writeln!(out, "   {items:>7}  {} and {}", visible(a), visible(b));
    }
    if rows.len() > 20 {
        let _ = writeln!(
            out,
            "   and {} more; --format csv has the scores of every label",
            rows.len() - 20
        );
    }
}

fn claims(agreement: &Agreement, out: &mut String) {
    for level in &agreement.measures.claim {
        let roles = Role::ALL;
        let columns: Vec<String> = roles.iter().map(|role| role.name().to_owned()).collect();
        let of = |pair: &Pair| {
            roles
                .iter()
                .map(|role| f1(pair, Measure::Claim(*level), role.name()))
                .collect()
        };
        table(
            &format!("claims, {level}: F1"),
            &columns,
            &with_mean(agreement, of),
            out,
        );
    }
}

fn differences(agreement: &Agreement, shown: usize, out: &mut String) {
    let total: usize = agreement
        .pairs
        .iter()
        .map(|pair| pair.differences.mistakes.len())
        .sum();
    let _ = writeln!(out, "\ndifferences to adjudicate: {total}");
    let all = agreement.pairs.iter().flat_map(|pair| {
        pair.differences
            .mistakes
            .iter()
            .map(move |(_, difference)| (pair, difference))
    });
    for (pair, difference) in all.take(shown) {
        let side = |side: Option<&crate::mistakes::Side>| {
            side.map_or_else(
                || "nothing".to_owned(),
                |side| {
                    let words = side.words.as_deref().unwrap_or_default();
                    // Parts of claims have no label.
                    format!("{} {words:?}", side.label).trim_start().to_owned()
                },
            )
        };
        let line = format!(
            "   {} line {}: {} {}: {} has {}, {} has {}",
            difference.document,
            difference.line,
            if difference.part.is_empty() {
                "entity"
            } else {
                difference.part
            },
            kind(difference.kind),
            pair.one,
            side(difference.gold.as_ref()),
            pair.other,
            side(difference.predicted.as_ref()),
        );
        let _ = writeln!(out, "{}", visible(&line));
    }
}
