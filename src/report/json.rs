//! `results.json`: everything that a run found, in an order that depends on nothing but the input.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{SCHEMA, ScoreRow, not_attempted, score_rows};
use crate::annotation::Task;
use crate::counts::Role;
use crate::run::{Failure, Run};

#[derive(Debug, Serialize)]
struct Results<'a> {
    schema: u32,
    goldspan: &'static str,
    require: Vec<&'static str>,
    corpora: Vec<CorpusOut<'a>>,
}

#[derive(Debug, Serialize)]
struct CorpusOut<'a> {
    name: &'a str,
    documents: u64,
    scored: u64,
    tasks: Vec<&'static str>,
    changed: Vec<FailureOut<'a>>,
    extra: &'a [String],
    extractors: Vec<ExtractorOut<'a>>,
}

#[derive(Debug, Serialize)]
struct ExtractorOut<'a> {
    name: &'a str,
    extractor: &'a str,
    version: &'a str,
    params: &'a BTreeMap<String, String>,
    not_attempted: Vec<&'static str>,
    approximate_groups: u64,
    failures: Vec<FailureOut<'a>>,
    scores: Vec<ScoreRow<'a>>,
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
pub fn write(run: &Run, mut out: impl Write) -> io::Result<()> {
    let names = |tasks: &[Task]| tasks.iter().map(|task| task.name()).collect();
    let corpora = run.corpora.iter().map(|corpus| CorpusOut {
        name: &corpus.name,
        documents: corpus.documents,
        scored: corpus.scored,
        tasks: names(&corpus.annotated.tasks),
        changed: failures(&corpus.changed),
        extra: &corpus.extra,
        extractors: corpus
            .extractors
            .iter()
            .map(|result| ExtractorOut {
                name: &result.name,
                extractor: result.about.name,
                version: result.about.version,
                params: &result.about.params,
                not_attempted: names(&not_attempted(corpus, result)),
                approximate_groups: result.table.approximate,
                failures: failures(&result.failures),
                scores: score_rows(result).collect(),
            })
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
        corpora: corpora.collect(),
    };
    serde_json::to_writer_pretty(&mut out, &results)?;
    out.write_all(b"\n")
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
