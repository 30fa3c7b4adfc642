//! The tables `[[gate]]`: which scores must hold, against which floors and drops.

mod limits;

use std::path::PathBuf;

use self::limits::Limits;
use super::tables::{Place, Table};
use super::{CorpusConfig, natural};
use crate::annotation::ALL_LABELS;
use crate::counts::{Measure, Measures, Role};
use crate::error::{Excerpt, Problem, nearest};
use crate::scores::{Average, Metric, Ratio};

/// The name of the baseline where none is named.
pub const BASELINE: &str = "main";

/// One `[[gate]]` of a configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// The score.
    pub metric: Metric,
    /// The labels that are gated each by itself; empty for the metric as it is.
    pub labels: Vec<String>,
    /// Only this corpus; `None` for each.
    pub corpus: Option<String>,
    /// Only this extractor; `None` for each that attempts the task.
    pub extractor: Option<String>,
    /// Only the documents whose metadata has this value for this key.
    pub slice: Option<(String, String)>,
    /// The score must not be below this.
    pub floor: Option<f64>,
    /// A drop by more than this, as a share (0.01 is a point), fails where it is significant.
    pub max_drop: Option<f64>,
    /// A drop by more than this fails whatever the test says.
    pub hard_drop: Option<f64>,
    /// With fewer gold items than this nothing is judged.
    pub min_support: Option<u64>,
    /// The name of the baseline.
    pub baseline: String,
    /// Whether there may be no baseline yet: floors are judged all the same.
    pub allow_missing_baseline: bool,
    /// Where the configuration says so; problems point there.
    pub place: (PathBuf, Excerpt),
}

/// What a gate may name.
pub(super) struct Known<'a> {
    /// The corpora.
    pub(super) corpora: &'a [String],
    /// The extractors.
    pub(super) extractors: &'a [String],
    /// Those of the corpora that could be read.
    pub(super) read: &'a [CorpusConfig],
    /// What is counted.
    pub(super) measures: &'a Measures,
    /// Whether that could be read: otherwise nothing is said of what is not counted.
    pub(super) measures_are_read: bool,
}

/// Reads every `[[gate]]`; call it when the rest of the file is read, for gates name what stands there.
pub(super) fn read(
    root: &mut Table<'_>,
    known: &Known<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Gate> {
    let mut gates: Vec<Gate> = Vec::new();
    root.list("gate", problems, |table, problems| {
        let Some(gate) = gate(table, known, problems) else {
            return;
        };
        if let Some(problem) = limits::contradiction(&gate, &gates, &table.place()) {
            problems.push(problem);
        }
        gates.push(gate);
    });
    gates
}

fn gate(table: &mut Table<'_>, known: &Known<'_>, problems: &mut Vec<Problem>) -> Option<Gate> {
    let metric = metric(table, known, problems);
    let limits = limits::read(table, problems);
    let support = table.whole("min-support", problems);
    let min_support =
        support.and_then(|(number, place)| Some(natural(number, &place, problems)? as u64));
    let named = metric.as_ref().map(|(metric, _)| metric);
    let labels = labels(table, named, problems);
    let slice = slice(table, problems);
    let corpus = one_of(table, "corpus", known.corpora, problems);
    let extractor = one_of(table, "extractor", known.extractors, problems);
    let (baseline, allow_missing_baseline) = baseline(table, &limits, problems);
    let (metric, place) = metric?;
    annotated(&metric, corpus.as_deref(), known, &place, problems);
    Some(Gate {
        metric,
        labels,
        corpus,
        extractor,
        slice,
        floor: limits.floor,
        max_drop: limits.max_drop,
        hard_drop: limits.hard_drop,
        min_support,
        baseline,
        allow_missing_baseline,
        place: table.place().kept(),
    })
}

/// The score, which there must be, and whose measure must be counted.
fn metric<'a>(
    table: &mut Table<'a>,
    known: &Known<'_>,
    problems: &mut Vec<Problem>,
) -> Option<(Metric, Place<'a>)> {
    if !table.has("metric") {
        let problem = table.place().problem("this gate does not say which score");
        problems.push(problem.expected("a metric, such as metric = \"entity.strict.f1\""));
    }
    let (name, place) = table.text("metric", problems)?;
    let Some(metric) = Metric::from_name(&name) else {
        problems.push(no_metric(&name, &place, known));
        return None;
    };
    if name.ends_with(&format!("[{ALL_LABELS}]")) {
        problems.push(all_labels(&place));
        return None;
    }
    let (key, list, counted): (_, _, Vec<String>) = match metric.cell.measure {
        Measure::Entity(_) => ("entity", "entity", names(&known.measures.entity)),
        Measure::Claim(_) => ("claim", "claim.levels", names(&known.measures.claim)),
    };
    let measure = metric.cell.measure.to_string();
    if known.measures_are_read && !counted.contains(&measure) {
        let problem = place
            .problem("nothing is counted by the measure of this gate")
            .found(format!("{measure:?} of {key}"))
            .expected(format!("one of {}", counted.join(", ")));
        let mend = format!("add {measure:?} to {list} of [score], or gate another score");
        problems.push(problem.mend(mend));
    }
    Some((metric, place))
}

fn names<T: ToString>(measures: &[T]) -> Vec<String> {
    measures.iter().map(ToString::to_string).collect()
}

/// Why this names no score.
fn no_metric(name: &str, place: &Place<'_>, known: &Known<'_>) -> Problem {
    let labelled = name.strip_suffix(']').and_then(|name| name.split_once('['));
    if let Some((pooled, label)) = labelled
        && let Some(metric) = Metric::from_name(pooled)
        && !label.is_empty()
    {
        return has_no_labels(&metric, place).mend(format!("write {pooled:?}"));
    }
    let problem = place
        .problem("there is no metric of this name")
        .found(format!("{name:?}"))
        .expected(
            "KIND.MEASURE.RATIO, such as \"entity.strict.f1\", \"entity.strict.macro.f1\" or \"claim.exact.recall\"",
        );
    let metrics = metrics(known.measures);
    match nearest(name, metrics.iter().map(String::as_str)) {
        Some(near) => problem.mend(format!("did you mean {near:?}?")),
        None => problem,
    }
}

/// The names of all scores of what is counted, those of single labels apart.
fn metrics(measures: &Measures) -> Vec<String> {
    let entity = measures.entity.iter().flat_map(|measure| {
        let averages = Average::ALL.into_iter();
        averages.map(move |average| match average {
            Average::Micro => format!("entity.{measure}"),
            average => format!("entity.{measure}.{}", average.name()),
        })
    });
    let claim = measures.claim.iter().flat_map(|level| {
        let roles = Role::ALL.into_iter();
        roles.map(move |role| format!("{}.{level}", role.name()))
    });
    let all = entity.chain(claim);
    all.flat_map(|name| Ratio::ALL.map(|ratio| format!("{name}.{}", ratio.name())))
        .collect()
}

fn has_no_labels(metric: &Metric, place: &Place<'_>) -> Problem {
    let reason = match metric.cell.measure {
        Measure::Claim(_) => "claims have no labels",
        Measure::Entity(_) => {
            "an average is over all labels or documents, so it has none of one label"
        }
    };
    place
        .problem(reason)
        .found(format!("a label with {metric}"))
        .expected("a metric of entities without an average, such as \"entity.strict.f1\"")
}

fn all_labels(place: &Place<'_>) -> Problem {
    let problem = place.problem(format!(
        "{ALL_LABELS} is no label: it stands for all labels in every report"
    ));
    problem.mend("name a label of the gold, or take the label out to gate all together")
}

/// The labels that are gated each by itself.
fn labels(
    table: &mut Table<'_>,
    metric: Option<&Metric>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let Some(named) = table.text_or_texts("label", problems) else {
        return Vec::new();
    };
    let list = table.place_of("label");
    if let (true, Some(place)) = (named.is_empty(), &list) {
        let problem = place.problem("this list names no label");
        problems.push(problem.mend("name a label, or take it out to gate all together"));
    }
    let refused = metric.zip(list).and_then(|(metric, place)| {
        if let Some(label) = metric.label() {
            let problem = place
                .problem("the metric of this gate is of one label already")
                .found(format!("{metric}"));
            return Some(problem.mend(format!(
                "take [{label}] out of the metric, or label out of the gate"
            )));
        }
        let none = metric.of_label("a label").is_none();
        none.then(|| has_no_labels(metric, &place).mend("take label out"))
    });
    problems.extend(refused);
    let mut labels: Vec<String> = Vec::new();
    for (label, place) in named {
        if label == ALL_LABELS {
            problems.push(all_labels(&place));
        } else if label.is_empty() {
            problems.push(place.problem("a label cannot be empty"));
        } else if labels.contains(&label) {
            let problem = place.problem("this label stands twice");
            problems.push(problem.found(format!("{label:?}")).mend("take one out"));
        } else {
            labels.push(label);
        }
    }
    labels
}

/// `slice = { topic = "war" }`.
fn slice(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<(String, String)> {
    let before = problems.len();
    let mut keys = table.strings("slice", problems);
    let place = table.place_of("slice")?;
    if keys.len() == 1 {
        return keys.pop().map(|[(key, _), (value, _)]| (key, value));
    }
    // A value of the wrong type has been told.
    if problems.len() == before {
        let found = match keys.len() {
            0 => "no key".to_owned(),
            many => format!("{many} keys"),
        };
        let problem = place
            .problem("a slice is the documents with one value of one metadata key")
            .found(found)
            .expected("one key, such as slice = { topic = \"war\" }");
        problems.push(match keys.len() {
            0 => problem.mend("name a key, or take slice out to gate all documents"),
            _ => problem.mend("write a gate for each key"),
        });
    }
    None
}

/// The name at `key`, which must be one of those that are known.
fn one_of(
    table: &mut Table<'_>,
    key: &'static str,
    known: &[String],
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let (name, place) = table.text(key, problems)?;
    if !known.contains(&name) {
        let problem = place
            .problem(format!("there is no {key} of this name"))
            .found(format!("{name:?}"))
            .expected(match known {
                [] => format!("a table [{key}.NAME] to name"),
                known => format!("one of {}", known.join(", ")),
            });
        let near = nearest(&name, known.iter().map(String::as_str));
        problems.push(match near {
            Some(near) => problem.mend(format!("did you mean {near:?}?")),
            None => problem,
        });
    }
    Some(name)
}

/// The name of the baseline, and whether there may be none; both say nothing where no drop is held against it.
fn baseline(table: &mut Table<'_>, limits: &Limits, problems: &mut Vec<Problem>) -> (String, bool) {
    let named = table.text("baseline", problems);
    let allowed = table.truth("allow-missing-baseline", problems);
    for key in ["baseline", "allow-missing-baseline"] {
        // Where a drop is named and cannot be read, that has been told.
        let drops = table.has("max-drop") || table.has("hard-drop");
        if let (false, true, Some(place)) = (drops, limits.floor.is_some(), table.place_of(key)) {
            let problem = place
                .problem(format!("{key} has no effect: this gate has only a floor"))
                .expected("max-drop or hard-drop beside it");
            problems.push(problem.mend(format!("add max-drop = \"1pt\", or take {key} out")));
        }
    }
    let name = named.map(|(name, place)| {
        // What `baseline::place` says of names; a configuration is read before there are baselines.
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.starts_with(['.', '-']) || !name.chars().all(letter) {
            let problem = place
                .problem("this cannot be the name of a baseline")
                .found(format!("{name:?}"));
            let expected = "letters from a to z, digits, -, _ and ., neither - nor . first";
            problems.push(problem.expected(expected));
        }
        name
    });
    let name = name.unwrap_or_else(|| BASELINE.to_owned());
    (name, allowed.unwrap_or(false))
}

/// Complains where no corpus of the gate annotates what it gates: it would never be judged.
fn annotated(
    metric: &Metric,
    corpus: Option<&str>,
    known: &Known<'_>,
    place: &Place<'_>,
    problems: &mut Vec<Problem>,
) {
    let task = metric.cell.measure.task();
    let of_gate = known
        .read
        .iter()
        .filter(|own| corpus.is_none_or(|corpus| own.location.name == corpus));
    let of_gate: Vec<&CorpusConfig> = of_gate.collect();
    let annotates = |own: &&CorpusConfig| own.annotated.tasks.contains(&task);
    let all_read = known.read.len() == known.corpora.len();
    if all_read && !of_gate.is_empty() && !of_gate.iter().any(annotates) {
        let named: Vec<&str> = of_gate
            .iter()
            .map(|own| own.location.name.as_str())
            .collect();
        let problem = place
            .problem(format!("no corpus of this gate annotates {task}"))
            .found(format!("{metric} on {}", named.join(", ")));
        problems.push(problem.mend("gate what is annotated, or correct tasks of the corpus"));
    }
}
