//! `manifest.json`: the plan of a run, written before work begins; whether two runs are of the same plan is whether these bytes are the same.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::annotation::Task;
use crate::corpus::Entry;
use crate::counts::Role;
use crate::host::{Engine, Identity};
use crate::report;
use crate::run::{Inspected, Inspection, Plan, PlannedCorpus, PlannedExtractor};

#[derive(Debug, Serialize)]
struct Manifest<'a> {
    schema: u32,
    goldspan: &'static str,
    measures: Vec<String>,
    require: Vec<&'static str>,
    nested: bool,
    extractors: Vec<ExtractorOut<'a>>,
    corpora: Vec<CorpusOut<'a>>,
}

#[derive(Debug, Serialize)]
struct ExtractorOut<'a> {
    name: &'a str,
    extractor: &'a str,
    version: &'a str,
    tasks: Vec<&'static str>,
    params: &'a BTreeMap<String, String>,
    labels: &'a BTreeMap<String, String>,
    /// How often it is asked for each document.
    repeats: u32,
    /// What its answers depend on, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct CorpusOut<'a> {
    name: &'a str,
    tasks: Vec<&'static str>,
    roles: Vec<&'static str>,
    documents: Vec<DocumentOut<'a>>,
}

#[derive(Debug, Serialize)]
struct DocumentOut<'a> {
    id: &'a str,
    article: &'a str,
    gold: Option<&'a str>,
    /// The digest of what the gold says, whatever its format: two runs with the same can be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<&'a str>,
    bytes: u64,
    /// What the manifest of the corpus says, which an extractor sees too.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
}

/// The bytes of the file.
///
/// # Errors
/// Never in practice: everything in it is a text, a number or a list.
pub(super) fn manifest(plan: &Plan, inspection: &Inspection) -> io::Result<Vec<u8>> {
    let measures = &plan.measures;
    let entity = measures.entity.iter().map(ToString::to_string);
    let claim = measures.claim.iter().map(|level| format!("claims.{level}"));
    let corpora = plan.corpora.iter().zip(&inspection.corpora);
    let manifest = Manifest {
        schema: report::SCHEMA,
        goldspan: env!("CARGO_PKG_VERSION"),
        measures: entity.chain(claim).collect(),
        require: roles(&measures.require),
        nested: measures.nested,
        extractors: plan.extractors.iter().map(extractor).collect(),
        corpora: corpora
            .map(|(planned, documents)| corpus(planned, documents))
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn extractor(planned: &PlannedExtractor) -> ExtractorOut<'_> {
    let about = planned.engine.about();
    let identity = match &planned.engine {
        Engine::Remote(host) => Some(host.identity()),
        Engine::BuiltIn(_) => None,
    };
    ExtractorOut {
        name: &planned.name,
        extractor: &about.name,
        version: &about.version,
        tasks: tasks(&about.tasks),
        params: &about.params,
        labels: &planned.labels,
        repeats: planned.repeats.get(),
        identity: identity.map(|identity| match identity {
            Identity::Known(identity) => identity.as_str(),
            Identity::Unknown { program, .. } => program.as_str(),
        }),
    }
}

fn corpus<'a>(planned: &'a PlannedCorpus, documents: &'a [Inspected]) -> CorpusOut<'a> {
    let documents = documents.iter().zip(&planned.corpus.entries);
    CorpusOut {
        name: &planned.corpus.name,
        tasks: tasks(&planned.annotated.tasks),
        roles: roles(&planned.annotated.roles),
        documents: documents.map(document).collect(),
    }
}

fn document<'a>((document, entry): (&'a Inspected, &'a Entry)) -> DocumentOut<'a> {
    DocumentOut {
        id: &document.id,
        article: &document.article,
        gold: document.gold.as_deref(),
        annotations: document.annotations.as_deref(),
        bytes: document.bytes,
        metadata: &entry.metadata,
    }
}

fn tasks(tasks: &[Task]) -> Vec<&'static str> {
    tasks.iter().map(|task| task.name()).collect()
}

fn roles(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}
