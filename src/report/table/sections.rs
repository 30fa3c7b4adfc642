//! The parts of the tables that show what went wrong: confusion, error rates, attributes, mistakes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{grid, ratio};
use crate::annotation::Label;
use crate::counts::{Attribute, AttributeCell, Counts, Measure};
use crate::matching::EntityMeasure;
use crate::mistakes::{self, Mistake};
use crate::run::ExtractorResult;
use crate::scores::ErrorRates;

/// More labels than this do not fit beside each other: then the confused pairs are listed.
const MOST_COLUMNS: usize = 10;

/// How many pairs or mistakes a list shows.
const MOST_LISTED: usize = 20;

/// How many characters of a text are shown.
const WORDS_CHARS: usize = 40;

/// Which label was taken for which: gold down, predictions across.
pub(super) fn confusion(out: &mut String, result: &ExtractorResult, measure: EntityMeasure) {
    let cells: BTreeMap<(Option<&Label>, Option<&Label>), u64> = result
        .table
        .confusion()
        .into_iter()
        .filter(|(place, _)| place.measure == measure)
        .map(|(place, confused)| ((place.gold, place.predicted), confused.items))
        .collect();
    let labels: BTreeSet<&Label> = cells.keys().flat_map(|(g, p)| [*g, *p]).flatten().collect();
    if labels.is_empty() {
        return;
    }
    if labels.len() > MOST_COLUMNS {
        return confused_pairs(out, measure, &cells);
    }
    let columns: Vec<Option<&Label>> = labels.iter().copied().map(Some).chain([None]).collect();
    let name =
        |label: Option<&Label>, none: &str| label.map_or(none.to_owned(), ToString::to_string);
    let mut rows = vec![
        std::iter::once(format!("confusion, {measure}"))
            .chain(columns.iter().map(|label| name(*label, "missing")))
            .collect::<Vec<_>>(),
    ];
    for gold in &columns {
        let cell = |predicted: &Option<&Label>| match (gold, predicted) {
            (None, None) => String::new(),
            place => cells
                .get(&(*place.0, *place.1))
                .copied()
                .unwrap_or_default()
                .to_string(),
        };
        let row = std::iter::once(name(*gold, "spurious")).chain(columns.iter().map(cell));
        rows.push(row.collect());
    }
    grid(out, rows);
}

fn confused_pairs(
    out: &mut String,
    measure: EntityMeasure,
    cells: &BTreeMap<(Option<&Label>, Option<&Label>), u64>,
) {
    let wrong = cells
        .iter()
        .filter(|((gold, predicted), _)| gold != predicted);
    let mut wrong: Vec<_> = wrong.collect();
    wrong.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let name =
        |label: Option<&Label>, none: &str| label.map_or(none.to_owned(), ToString::to_string);
    let mut rows = vec![["gold", "predicted", "items"].map(str::to_owned).to_vec()];
    rows[0][0] = format!("confusion, {measure}: gold");
    for ((gold, predicted), items) in wrong.iter().take(MOST_LISTED) {
        let (gold, predicted) = (name(*gold, "- (spurious)"), name(*predicted, "- (missing)"));
        rows.push(vec![gold, predicted, items.to_string()]);
    }
    grid(out, rows);
    more(out, wrong.len());
}

/// MUC's error rates of each measure.
pub(super) fn rates(out: &mut String, cells: &[(Measure, Counts)]) {
    let header = [
        "error rates", "ERR", "UND", "OVG", "SUB", "possible", "actual",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for (measure, counts) in cells {
        let mut row = vec![measure.to_string()];
        row.extend(ErrorRates::from(*counts).all().map(ratio));
        row.extend([counts.possible().to_string(), counts.actual().to_string()]);
        rows.push(row);
    }
    if rows.len() > 1 {
        grid(out, rows);
    }
}

/// How often the attributes of paired claims are right, and what they were taken for.
pub(super) fn attributes(out: &mut String, result: &ExtractorResult) {
    let cells: Vec<(&AttributeCell, u64)> = result.table.attributes().collect();
    let header = ["attributes of pairs", "accuracy", "right", "pairs", "wrong"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for attribute in Attribute::ALL {
        let own = || cells.iter().filter(|(cell, _)| cell.attribute == attribute);
        let right = |cell: &AttributeCell| Some(&cell.gold) == cell.predicted.as_ref();
        let pairs: u64 = own().map(|(_, pairs)| pairs).sum();
        let correct: u64 = own()
            .filter(|(cell, _)| right(cell))
            .map(|(_, pairs)| pairs)
            .sum();
        if pairs == 0 {
            continue;
        }
        let wrong = own().filter(|(cell, _)| !right(cell)).map(|(cell, pairs)| {
            let taken = cell.predicted.as_deref().unwrap_or("nothing");
            format!("{} for {taken} {pairs}", cell.gold)
        });
        rows.push(vec![
            attribute.name().to_owned(),
            ratio(Some(correct as f64 / pairs as f64)),
            correct.to_string(),
            pairs.to_string(),
            wrong.collect::<Vec<_>>().join(", "),
        ]);
    }
    if rows.len() > 1 {
        grid(out, rows);
    }
}

/// The surface forms that go wrong most often, and how.
pub(super) fn mistakes(out: &mut String, result: &ExtractorResult) {
    let ranked = result.mistakes.iter().flat_map(|ranked| &ranked.mistakes);
    // One line for each form, where its first mistake stands.
    let mut forms: Vec<(&Mistake, u64, BTreeMap<String, u64>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (times, mistake) in ranked {
        let at = *places.entry(mistake.form()).or_insert_with(|| {
            forms.push((mistake, *times, BTreeMap::new()));
            forms.len() - 1
        });
        *forms[at].2.entry(how(mistake)).or_default() += 1;
    }
    if forms.is_empty() {
        return;
    }
    let header = ["what goes wrong", "times", "how", "first in"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for (first, times, kinds) in forms.iter().take(MOST_LISTED) {
        let kinds = kinds.iter().map(|(kind, items)| format!("{kind} {items}"));
        rows.push(vec![
            shortened(first.form()),
            times.to_string(),
            kinds.collect::<Vec<_>>().join(", "),
            format!("{}:{}", first.document, first.line),
        ]);
    }
    grid(out, rows);
    more(out, forms.len());
}

/// `mistyped ORG as GPE`, `missed source`, ...
fn how(mistake: &Mistake) -> String {
    let kind = mistake.kind.name();
    let label = |side: &Option<mistakes::Side>| side.as_ref().map(|side| side.label.to_string());
    match (
        mistake.part,
        label(&mistake.gold),
        label(&mistake.predicted),
    ) {
        ("", Some(gold), Some(predicted)) if gold != predicted => {
            format!("{kind} {gold} as {predicted}")
        }
        ("", Some(label), _) | ("", None, Some(label)) => format!("{kind} {label}"),
        (part, ..) => format!("{kind} {part}"),
    }
}

fn shortened(words: &str) -> String {
    if words.is_empty() {
        return "(text not known)".to_owned();
    }
    let kept: String = words.chars().take(WORDS_CHARS).collect();
    if kept.len() < words.len() {
        format!("{kept}...")
    } else {
        kept
    }
}

fn more(out: &mut String, all: usize) {
    if all > MOST_LISTED {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  and {} more", all - MOST_LISTED);
    }
}
