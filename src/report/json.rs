//! `results.json`: everything that a run found, in an order that depends on nothing but the input.

mod lines;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use self::lines::Lines;
use super::judgement::JudgementOut;
use super::repeats::{self, SpreadOut};
use super::{Row, SCHEMA, not_attempted, score_rows};
use crate::annotation::Task;
use crate::counts::Role;
use crate::gate::Judgement;
use crate::mistakes::{Mistake, Side};
use crate::run::estimates::{Estimates, Intervals};
use crate::run::{CorpusResult, ExtractorResult, Failure, Run};
use crate::scores::{Conventions, EmptyDocuments};
use crate::statistics::CONFIDENCE;

#[derive(Debug, Serialize)]
struct Results<'a> {
    schema: u32,
    goldspan: &'static str,
    require: Vec<&'static str>,
    nested: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    labels: &'a [String],
    beta: f64,
    zero_division: Option<f64>,
    empty_documents: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intervals: Option<IntervalsOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<JudgementOut<'a>>,
    corpora: Vec<CorpusOut<'a>>,
}

/// How the intervals were made.
#[derive(Debug, Serialize)]
struct IntervalsOut<'a> {
    confidence: f64,
    replicates: u32,
    cluster: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct CorpusOut<'a> {
    name: &'a str,
    documents: u64,
    scored: u64,
    tasks: Vec<&'static str>,
    changed: Vec<FailureOut<'a>>,
    extra: &'a [String],
    extra_is_spurious: bool,
    extractors: Vec<ExtractorOut<'a>>,
}

#[derive(Debug, Serialize)]
struct ExtractorOut<'a> {
    name: &'a str,
    extractor: &'a str,
    version: &'a str,
    params: &'a BTreeMap<String, String>,
    /// How often it was asked for each document: counts are sums over these times, mistakes are those of the first.
    repeats: u32,
    not_attempted: Vec<&'static str>,
    approximate_pairings: u64,
    repeated_gold: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ungrounded: Option<UngroundedOut>,
    failures: Vec<FailureOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intervals: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<usize>,
    scores: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spread: Option<Vec<SpreadOut>>,
    confusion: Vec<ConfusionOut<'a>>,
    attributes: Vec<AttributeOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mistakes: Option<Vec<MistakeOut<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mistakes_cut: Option<bool>,
}

/// Which label was taken for which: no gold label is spurious, no predicted one missing.
#[derive(Debug, Serialize)]
struct ConfusionOut<'a> {
    measure: String,
    gold: Option<&'a str>,
    predicted: Option<&'a str>,
    items: u64,
    same_extent: u64,
}

#[derive(Debug, Serialize)]
struct AttributeOut<'a> {
    attribute: &'static str,
    gold: &'a str,
    predicted: Option<&'a str>,
    pairs: u64,
}

#[derive(Debug, Serialize)]
struct MistakeOut<'a> {
    task: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    part: &'static str,
    times: u64,
    document: &'a str,
    line: usize,
    gold: Option<SideOut<'a>>,
    predicted: Option<SideOut<'a>>,
}

#[derive(Debug, Serialize)]
struct SideOut<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    spans: &'a [(usize, usize)],
    text: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct FailureOut<'a> {
    document: &'a str,
    error: &'a str,
}

/// Writes the results; an undefined score is `null`.
///
/// # Errors
/// Where they cannot be written.
pub fn write(
    run: &Run,
    estimates: &Estimates,
    judgement: Option<&Judgement>,
    mut out: impl Write,
) -> io::Result<()> {
    let conventions = estimates.manner.conventions;
    let corpora = run.corpora.iter().enumerate();
    let corpora = corpora.map(|(at, corpus)| CorpusOut {
        name: &corpus.name,
        documents: corpus.documents,
        scored: corpus.scored,
        tasks: names(&corpus.annotated.tasks),
        changed: failures(&corpus.changed),
        extra: &corpus.extra,
        extra_is_spurious: corpus.extra_is_spurious,
        extractors: corpus
            .extractors
            .iter()
            .enumerate()
            .map(|(place, result)| extractor(corpus, result, conventions, estimates.of(at, place)))
            .collect(),
    });
    let results = Results {
        schema: SCHEMA,
        goldspan: env!("CARGO_PKG_VERSION"),
        require: run
            .measures
            .require
            .iter()
            .copied()
            .map(Role::name)
            .collect(),
        nested: run.measures.nested,
        labels: &run.labels,
        beta: conventions.beta,
        zero_division: conventions.zero_division,
        empty_documents: match conventions.empty_documents {
            EmptyDocuments::LeftOut => None,
            EmptyDocuments::One => Some(1.0),
            EmptyDocuments::Zero => Some(0.0),
        },
        intervals: (estimates.manner.replicates > 0).then_some(IntervalsOut {
            confidence: CONFIDENCE,
            replicates: estimates.manner.replicates,
            cluster: estimates.manner.cluster.as_deref(),
        }),
        gate: judgement.map(JudgementOut::from),
        corpora: corpora.collect(),
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Lines::new());
    results.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// How many predictions have no place in their article, of how many.
#[derive(Debug, Serialize)]
struct UngroundedOut {
    predictions: u64,
    without_place: u64,
}

fn names(tasks: &[Task]) -> Vec<&'static str> {
    tasks.iter().map(|task| task.name()).collect()
}

fn extractor<'a>(
    corpus: &CorpusResult,
    result: &'a ExtractorResult,
    conventions: Conventions,
    intervals: Option<&Intervals>,
) -> ExtractorOut<'a> {
    let confusion = result.table.confusion().into_iter();
    let attributes = result.table.attributes();
    let listed = result.mistakes.as_ref();
    let mistakes = listed.map(|listed| listed.mistakes.iter().map(mistake).collect());
    ExtractorOut {
        name: &result.name,
        extractor: &result.about.name,
        version: &result.about.version,
        params: &result.about.params,
        repeats: result.repeats,
        not_attempted: names(&not_attempted(corpus, result)),
        approximate_pairings: result.table.approximate,
        repeated_gold: result.table.repeated,
        ungrounded: (result.table.ungrounded > 0).then_some(UngroundedOut {
            predictions: result.table.predictions,
            without_place: result.table.ungrounded,
        }),
        failures: failures(&result.failures),
        intervals: intervals.map(|intervals| intervals.method.name()),
        units: intervals.map(|intervals| intervals.units),
        scores: score_rows(corpus, result, conventions, intervals),
        spread: repeats::spread(result, conventions),
        confusion: confusion
            .map(|(place, confused)| ConfusionOut {
                measure: place.measure.to_string(),
                gold: place.gold.map(AsRef::as_ref),
                predicted: place.predicted.map(AsRef::as_ref),
                items: confused.items,
                same_extent: confused.same_extent,
            })
            .collect(),
        attributes: attributes
            .map(|(cell, pairs)| AttributeOut {
                attribute: cell.attribute.name(),
                gold: &cell.gold,
                predicted: cell.predicted.as_deref(),
                pairs,
            })
            .collect(),
        mistakes,
        mistakes_cut: listed.map(|listed| listed.cut),
    }
}

fn mistake((times, mistake): &(u64, Mistake)) -> MistakeOut<'_> {
    MistakeOut {
        task: mistake.task.name(),
        kind: mistake.kind.name(),
        part: mistake.part,
        times: *times,
        document: &mistake.document,
        line: mistake.line,
        gold: mistake.gold.as_ref().map(side_out),
        predicted: mistake.predicted.as_ref().map(side_out),
    }
}

fn side_out(side: &Side) -> SideOut<'_> {
    SideOut {
        label: &side.label,
        spans: &side.spans,
        text: side.words.as_deref(),
    }
}

fn failures(documents: &[Failure]) -> Vec<FailureOut<'_>> {
    let documents = documents.iter();
    documents
        .map(|failure| FailureOut {
            document: &failure.document,
            error: &failure.error,
        })
        .collect()
}
