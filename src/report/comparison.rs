//! Renders comparisons: two systems side by side, or several ranked; for people, programs and pull requests.

mod csv;
mod json;
mod markdown;
mod sentence;
mod table;

pub use self::csv::write_csv;
pub use self::json::write_json;
pub use self::markdown::markdown;
pub use self::sentence::{of_ranking, sentence};
pub use self::table::table;

use crate::annotation::ALL_LABELS;
use crate::compare::{Comparison, Item, Row, Several};
use crate::counts::{Measure, Role};
use crate::scores::{Average, Ratio};
use crate::statistics::{ALPHA, FEW_UNITS, Interval, Method};

/// What was compared, and how much of it is to be shown.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// Two systems each.
    pub comparisons: &'a [Comparison],
    /// Several systems each.
    pub rankings: &'a [Several],
    /// How many items fixed and how many broken the table shows, and pull requests.
    pub items: usize,
    /// Whether to show every score.
    pub all: bool,
}

/// Whether both sides are one system of one run.
fn identical(comparison: &Comparison) -> bool {
    comparison.names[0] == comparison.names[1] && comparison.origins[0] == comparison.origins[1]
}

/// The scores that people look at first: F1 of every measure, of the labels of the first, and the primary score with its precision and recall; or all.
fn rows(comparison: &Comparison, all: bool) -> Vec<&Row> {
    let measures: Vec<Measure> = comparison
        .rows
        .iter()
        .map(|row| row.metric.cell.measure)
        .collect();
    let first = |measure: Measure| {
        let mut of_task = measures.iter().filter(|own| own.task() == measure.task());
        of_task.next() == Some(&measure)
    };
    let primary = &comparison.primary.metric;
    let wanted = |row: &&Row| {
        let metric = &row.metric;
        let pooled = match metric.cell.measure {
            Measure::Entity(_) => metric.cell.label == ALL_LABELS,
            Measure::Claim(_) => metric.cell.label == Role::Claim.name(),
        };
        let own = metric.cell == primary.cell && metric.average == primary.average;
        let headline = metric.average == Average::Micro
            && metric.ratio == Ratio::F
            && (pooled || first(metric.cell.measure));
        all || own || headline
    };
    comparison.rows.iter().filter(wanted).collect()
}

/// A difference of scores in points with its sign; `-` where it is undefined.
fn signed(difference: Option<f64>) -> String {
    difference.map_or_else(
        || "-".to_owned(),
        |difference| match points(difference) {
            text if difference > 0.0 => format!("+{text}"),
            text => text,
        },
    )
}

/// A difference of scores in points: one decimal, two where there would be nothing to see.
fn points(difference: f64) -> String {
    let points = 100.0 * difference;
    let text = format!("{points:.1}");
    match text.as_str() {
        "0.0" | "-0.0" => {
            let finer = format!("{points:.2}");
            if matches!(finer.as_str(), "0.00" | "-0.00") {
                "0.0".to_owned()
            } else {
                finer
            }
        }
        _ => text,
    }
}

/// `-2.2 to -0.7`; `-` where there is no interval.
fn range(interval: Option<Interval>) -> String {
    interval.map_or_else(
        || "-".to_owned(),
        |interval| format!("{} to {}", points(interval.low), points(interval.high)),
    )
}

/// `0.002`, `<0.001`, `1`; `-` where nothing was tested.
fn p_cell(p: Option<f64>) -> String {
    p.map_or_else(
        || "-".to_owned(),
        |p| match p_value(p) {
            (true, text) => format!("<{text}"),
            (false, text) => text,
        },
    )
}

/// A p-value in three decimals, and whether it is below that.
fn p_value(p: f64) -> (bool, String) {
    let text = format!("{p:.3}");
    match text.as_str() {
        "1.000" => (false, "1".to_owned()),
        _ if p < 0.001 => (true, "0.001".to_owned()),
        // What was found must not look as if it was not.
        "0.050" if p < ALPHA => (false, format!("{p:.5}")),
        _ => (false, text),
    }
}

/// How the intervals and tests were made.
fn resampled(units: usize, documents: usize, method: Method, replicates: u32) -> String {
    if replicates == 0 {
        return "nothing: no intervals, no tests".to_owned();
    }
    let noun = noun(units, documents);
    let by = match method {
        Method::Delta => format!("{units} {noun}, {}", method.name()),
        _ => format!("{units} {noun}, {replicates} times, {}", method.name()),
    };
    format!("{by}; p by swapping the two at random")
}

/// What is resampled.
fn noun(units: usize, documents: usize) -> &'static str {
    match (units == documents, units) {
        (true, 1) => "document",
        (true, _) => "documents",
        (false, 1) => "cluster",
        (false, _) => "clusters",
    }
}

/// What a person should know before believing the numbers, a sentence each.
fn notes(comparison: &Comparison) -> Vec<String> {
    let mut notes: Vec<String> = comparison
        .left_out
        .iter()
        .map(|why| format!("left out: {why}"))
        .collect();
    notes.extend(comparison.notes.iter().cloned());
    notes.extend(few(
        comparison.units, comparison.documents, comparison.method, comparison.replicates,
    ));
    let tested = comparison.primary.difference.tested;
    if let Some(tested) = tested.filter(|own| own.differing > 0 && own.smallest_possible() >= ALPHA)
    {
        notes.push(format!(
            "only {} of the {} differ in the score, so no p below {} is possible: nothing can be told apart at {ALPHA}",
            tested.differing,
            noun(comparison.units, comparison.documents),
            tested.smallest_possible()
        ));
    }
    if comparison.items.as_ref().is_some_and(|items| items.cut) {
        notes.push("a list of mistakes was full, so there may be more items".to_owned());
    }
    notes
}

/// Where intervals may be too narrow.
fn few(units: usize, documents: usize, method: Method, replicates: u32) -> Option<String> {
    (replicates > 0 && method == Method::Bca).then(|| {
        format!(
            "few {} ({units} of at least {FEW_UNITS}): the intervals may be too narrow",
            noun(2, if units == documents { 2 } else { 3 })
        )
    })
}

/// What a corpus tells at all; nothing where that is not known.
fn resolves(comparison: &Comparison) -> Option<String> {
    let resolution = comparison.resolution?;
    let (units, documents) = (comparison.units, comparison.documents);
    let (these, resolves) = if units == 1 {
        ("this", "resolves")
    } else {
        ("these", "resolve")
    };
    let noun = noun(units, documents);
    let needed = resolution.units_for_a_point.map_or_else(
        || "one point would take more than anybody labels".to_owned(),
        |needed| format!("one point would take {needed}"),
    );
    Some(format!(
        "{these} {units} {noun} {resolves} differences of {} points, and {needed}",
        points(resolution.difference)
    ))
}

/// How an item went wrong, its label, its words, and where it stands.
fn item(item: &Item) -> [String; 4] {
    let labels: Vec<&str> = [&item.gold, &item.predicted]
        .into_iter()
        .flatten()
        .map(|side| side.label.as_ref())
        .filter(|label: &&str| !label.is_empty())
        .collect();
    let label = match labels.as_slice() {
        [gold, predicted] if gold != predicted => format!("{gold}, predicted {predicted}"),
        [label, ..] => (*label).to_owned(),
        [] => String::new(),
    };
    let parts = [item.part, &label];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let side = item.gold.as_ref().or(item.predicted.as_ref());
    let words = side.and_then(|side| side.words.as_deref());
    [
        item.kind.name().to_owned(),
        parts.collect::<Vec<_>>().join(" "),
        words.unwrap_or_default().to_owned(),
        format!("{}:{}", item.document, item.line),
    ]
}
