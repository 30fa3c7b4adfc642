//! A baseline as text: the same bytes for the same baseline, one line for each document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Baseline, SCHEMA};
use crate::annotation::Task;
use crate::counts::{Cell, Counts, Measure, Role};
use crate::ledger::{CorpusLedger, DocumentKey, SystemLedger};

/// The text; without a checksum it is what the checksum is of.
pub(super) fn render(baseline: &Baseline, checksum: Option<&str>) -> String {
    let (provenance, ledger) = (&baseline.provenance, &baseline.ledger);
    let measures = &ledger.measures;
    let entity = measures.entity.iter().copied().map(Measure::Entity);
    let claim = measures.claim.iter().copied().map(Measure::Claim);
    let mut keys = Vec::new();
    keys.extend(checksum.map(|checksum| ("checksum", string(checksum))));
    keys.push(("goldspan", string(&provenance.goldspan)));
    keys.push(("run", string(&provenance.run)));
    keys.push(("accepted", string(&provenance.accepted)));
    let told = [
        ("commit", &provenance.commit),
        ("message", &provenance.message),
    ];
    let told = told
        .into_iter()
        .filter_map(|(key, own)| Some((key, own.as_ref()?)));
    keys.extend(told.map(|(key, own)| (key, string(own))));
    keys.push(("measures", strings(entity.chain(claim).map(measure_name))));
    keys.push(("require", roles(&measures.require)));
    keys.push(("nested", measures.nested.to_string()));
    keys.push(("labels", strings(ledger.labels.iter().cloned())));
    let mut text = format!("{{\n\"goldspan-baseline\":{SCHEMA},\n");
    for (key, value) in keys {
        text.push_str(&format!("\"{key}\":{value},\n"));
    }
    let corpora = ledger.corpora.iter().map(corpus);
    text.push_str(&format!("\"corpora\":{}\n}}\n", lines(corpora)));
    text
}

fn corpus(corpus: &CorpusLedger) -> String {
    let documents = corpus.documents.iter().map(document);
    let systems = corpus
        .systems
        .iter()
        .map(|own| system(own, &corpus.documents));
    format!(
        "{{\"corpus\":{},\"tasks\":{},\"roles\":{},\"documents\":{},\n\"extractors\":{}}}",
        string(&corpus.name),
        tasks(&corpus.annotated.tasks),
        roles(&corpus.annotated.roles),
        lines(documents),
        lines(systems)
    )
}

fn document(document: &DocumentKey) -> String {
    let mut line = format!("{{\"id\":{}", string(&document.id));
    let digests = [("text", &document.text), ("gold", &document.gold)];
    let digests = digests
        .into_iter()
        .filter_map(|(key, own)| Some((key, own.as_ref()?)));
    for (key, digest) in digests {
        line.push_str(&format!(",\"{key}\":{}", string(digest)));
    }
    if document.bytes > 0 {
        line.push_str(&format!(",\"bytes\":{}", document.bytes));
    }
    if !document.metadata.is_empty() {
        let pairs = document.metadata.iter();
        let pairs = pairs.map(|(key, value)| (string(key), string(value)));
        line.push_str(&format!(",\"metadata\":{}", object(pairs)));
    }
    line.push('}');
    line
}

fn system(system: &SystemLedger, documents: &[DocumentKey]) -> String {
    let mut text = format!(
        "{{\"name\":{},\"extractor\":{},\"version\":{},\"tasks\":{},\"repeats\":{},\"failures\":{}",
        string(&system.name),
        string(&system.extractor),
        string(&system.version),
        tasks(&system.tasks),
        system.repeats,
        strings(system.failures.iter().cloned())
    );
    let mut nothing: BTreeSet<&Cell> = system.rows.cells().iter().collect();
    let rows: Vec<String> = (documents.iter().enumerate())
        .map(|(at, document)| {
            let cells = system.rows.document(at);
            let cells: BTreeMap<&Cell, Counts> = cells
                .map(|(cell, counts)| (&system.rows.cells()[cell], counts))
                .collect();
            nothing.retain(|cell| !cells.contains_key(*cell));
            row(document, &cells)
        })
        .collect();
    if !nothing.is_empty() {
        // Cells that could be counted and never were: nothing was there, on either side.
        let labels = nothing
            .into_iter()
            .map(|cell| (cell.measure, string(&cell.label)));
        let labels = grouped(labels).into_iter();
        let labels = labels.map(|(measure, own)| (measure, format!("[{}]", own.join(","))));
        text.push_str(&format!(",\"nothing\":{}", object(labels)));
    }
    text.push_str(&format!(",\"counts\":{}}}", lines(rows.into_iter())));
    text
}

fn row(document: &DocumentKey, cells: &BTreeMap<&Cell, Counts>) -> String {
    let cells = cells.iter().map(|(cell, counts)| {
        let Counts {
            correct,
            incorrect,
            partial,
            missing,
            spurious,
        } = counts;
        let numbers = format!("[{correct},{incorrect},{partial},{missing},{spurious}]");
        (cell.measure, format!("{}:{numbers}", string(&cell.label)))
    });
    let measures = grouped(cells).into_iter();
    let measures = measures.map(|(measure, own)| (measure, format!("{{{}}}", own.join(","))));
    format!(
        "{{\"document\":{},\"cells\":{}}}",
        string(&document.id),
        object(measures)
    )
}

/// The texts of cells by their measure, which is named as a key.
fn grouped(cells: impl Iterator<Item = (Measure, String)>) -> Vec<(String, Vec<String>)> {
    let mut measures: BTreeMap<Measure, Vec<String>> = BTreeMap::new();
    for (measure, text) in cells {
        measures.entry(measure).or_default().push(text);
    }
    let measures = measures.into_iter();
    measures
        .map(|(measure, own)| (string(&measure_name(measure)), own))
        .collect()
}

/// The name of a measure in the file: levels of claims have a name of their own, since entities have a measure `exact` too.
pub(super) fn measure_name(measure: Measure) -> String {
    match measure {
        Measure::Entity(measure) => measure.to_string(),
        Measure::Claim(level) => format!("claims.{level}"),
    }
}

fn string(text: &str) -> String {
    Value::from(text).to_string()
}

fn strings(texts: impl Iterator<Item = String>) -> String {
    Value::from_iter(texts).to_string()
}

fn tasks(tasks: &[Task]) -> String {
    strings(tasks.iter().map(|task| task.name().to_owned()))
}

fn roles(roles: &[Role]) -> String {
    strings(roles.iter().map(|role| role.name().to_owned()))
}

/// An object of keys and values that are JSON already, on one line.
fn object(pairs: impl Iterator<Item = (String, String)>) -> String {
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}:{value}")).collect();
    format!("{{{}}}", pairs.join(","))
}

/// A list with a line for each item.
fn lines(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n{}\n]", items.join(",\n"))
}
