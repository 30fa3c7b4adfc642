//! The scores of the repeats of an extractor one by one, and how far they lie apart.

use serde::Serialize;

use super::{f_name, ordered, ratio as decimals};
use crate::annotation::ALL_LABELS;
use crate::counts::{Cell, Measure, Role};
use crate::run::{ExtractorResult, Run};
use crate::scores::{Conventions, Ratio, Scores, Spread};

/// How many repeats a line names one by one.
const SHOWN: usize = 10;

/// One score over the repeats: a row of `spread` in `results.json`. Without a repeat in which it is defined all its numbers are `null`.
#[derive(Debug, Serialize)]
pub(super) struct SpreadOut {
    task: &'static str,
    measure: String,
    label: String,
    score: String,
    /// In how many repeats it is defined.
    defined: u64,
    mean: Option<f64>,
    deviation: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
}

/// The rows of an extractor, in the order of its scores: all labels together, and the roles of claims. `None` where it was asked once.
pub(super) fn spread(result: &ExtractorResult, conventions: Conventions) -> Option<Vec<SpreadOut>> {
    if result.by_repeat.is_empty() {
        return None;
    }
    let cells = ordered(result).into_iter().map(|(cell, _)| cell);
    let pooled =
        cells.filter(|cell| matches!(cell.measure, Measure::Claim(_)) || cell.label == ALL_LABELS);
    let rows = pooled.flat_map(|cell| {
        Ratio::ALL.map(|ratio| {
            let spread = Spread::of(&scores(result, &cell, ratio, conventions));
            SpreadOut {
                task: cell.measure.task().name(),
                measure: cell.measure.to_string(),
                label: cell.label.to_string(),
                score: match ratio {
                    Ratio::F => f_name(conventions),
                    ratio => ratio.name().to_owned(),
                },
                defined: spread.map_or(0, |spread| spread.values),
                mean: spread.map(|spread| spread.mean),
                deviation: spread.and_then(|spread| spread.deviation),
                min: spread.map(|spread| spread.min),
                max: spread.map(|spread| spread.max),
            }
        })
    });
    Some(rows.collect())
}

/// What a table says of repeats: how many, and one score of each; `None` where it was asked once.
pub(super) fn line(
    run: &Run,
    result: &ExtractorResult,
    conventions: Conventions,
) -> Option<String> {
    if result.by_repeat.is_empty() {
        return None;
    }
    let repeats = result.repeats;
    let begun = format!(
        "{repeats} repeats of each document; counts are sums, and support is {repeats} times the gold"
    );
    let Some((name, cell)) = foremost(run, result) else {
        return Some(begun);
    };
    let values = scores(result, &cell, Ratio::F, conventions);
    let shown = values.iter().take(SHOWN).map(|value| decimals(*value));
    let shown = shown.collect::<Vec<_>>().join(" ");
    let more = match values.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let deviation = Spread::of(&values).and_then(|spread| spread.deviation);
    Some(format!(
        "{begun}; {name} {} of the repeats: {shown}{more} (standard deviation {})",
        f_name(conventions).to_uppercase(),
        decimals(deviation)
    ))
}

/// The cell that stands for the others: the first measure of entities, else whole claims at the first level.
fn foremost(run: &Run, result: &ExtractorResult) -> Option<(String, Cell)> {
    let cells = || ordered(result).into_iter().map(|(cell, _)| cell);
    let entities = run.measures.entity.iter().min().and_then(|measure| {
        cells().find(|cell| cell.measure == Measure::Entity(*measure) && cell.label == ALL_LABELS)
    });
    let claims = || {
        let level = run.measures.claim.first()?;
        let role = Role::Claim.name();
        cells().find(|cell| cell.measure == Measure::Claim(*level) && cell.label == role)
    };
    if let Some(cell) = entities {
        return Some((cell.measure.to_string(), cell));
    }
    claims().map(|cell| (format!("claims, {},", cell.measure), cell))
}

/// One score of a cell in each repeat.
fn scores(
    result: &ExtractorResult,
    cell: &Cell,
    ratio: Ratio,
    conventions: Conventions,
) -> Vec<Option<f64>> {
    let tables = result.by_repeat.iter();
    tables
        .map(|table| {
            let counts = table.get(cell.measure, &cell.label);
            ratio.of(Scores::of(counts, conventions))
        })
        .collect()
}
