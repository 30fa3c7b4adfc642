//! A finished run, read again: the counts of every document as a ledger, and its mistakes where they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::files::{
    self, CHANGED, CorpusIn, DocumentIn, Manifest, PlannedIn, Results, other_version, unreadable,
};
use super::{MANIFEST, history, table};
use crate::annotation::{Label, Task};
use crate::counts::{Annotated, Attribute, Measures, Role};
use crate::error::{Error, Kind, Problem, Result, quoted};
use crate::ledger::{CorpusLedger, DocumentKey, Ledger, SystemLedger};
use crate::matching::{EntityMeasure, Level};
use crate::mistakes::{self, Listed, Mistake, Side};
use crate::report::SCHEMA;
use crate::run::Failure;

/// A finished run as its folder has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The folder's name.
    pub id: String,
    /// The folder.
    pub path: PathBuf,
    /// The version of goldspan that made it.
    pub goldspan: String,
    /// When it began, RFC 3339; `None` where `run.json` does not say.
    pub began: Option<String>,
    /// How long it took, in seconds; `None` where `run.json` does not say.
    pub seconds: Option<f64>,
    /// The counts of every document.
    pub ledger: Ledger,
    /// What else is known of each corpus, in the order of the ledger.
    pub corpora: Vec<RecordedCorpus>,
}

/// What is known of a corpus of a finished run besides counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCorpus {
    /// The corpus's name.
    pub name: String,
    /// How many documents were read, with gold or without.
    pub documents: u64,
    /// The documents that changed during the run, in order of id: they are not scored.
    pub changed: Vec<Failure>,
    /// The documents that were predicted and have no gold.
    pub extra: Vec<String>,
    /// One for each extractor, in the order of the ledger.
    pub extractors: Vec<RecordedExtractor>,
}

/// What is known of an extractor of a finished run besides counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedExtractor {
    /// Its name in the plan.
    pub name: String,
    /// Its parameters.
    pub params: BTreeMap<String, String>,
    /// The documents that it failed on, each with why.
    pub failures: Vec<Failure>,
    /// Whether its list of mistakes was full before all were listed.
    pub mistakes_cut: bool,
}

/// Reads a finished run. The table of counts is held against the plan and against the scores, so what was changed by hand is told and never used.
///
/// # Errors
/// [`Kind::Input`] where the folder is no run's; [`Kind::Incomplete`] where the run is unfinished; [`Kind::Incomparable`] where its files are damaged, changed, or
/// another version's.
pub fn read(folder: &Path) -> Result<Recorded> {
    let manifest: Manifest<DocumentIn> = files::manifest(folder)?;
    let results = files::results(folder, &manifest)?;
    let clock = files::clock(folder);
    let goldspan = manifest.goldspan.clone();
    let corpora = corpora(&manifest, &results);
    let measures = measures(folder, &manifest)?;
    let mut ledger = Ledger {
        labels: results.labels.clone(),
        corpora: ledgers(folder, manifest, &results)?,
        measures,
    };
    let path = folder.join("documents.csv");
    let rows = table::read(&path, &ledger.measures, &ledger.corpora)?;
    for (corpus, rows) in ledger.corpora.iter_mut().zip(rows) {
        for (system, rows) in corpus.systems.iter_mut().zip(rows) {
            system.rows = rows;
        }
    }
    table::check_sums(&path, &ledger.corpora, &results)?;
    Ok(Recorded {
        id: history::id(folder),
        path: folder.to_owned(),
        goldspan,
        began: clock.began,
        seconds: clock.seconds,
        ledger,
        corpora,
    })
}

fn corpora(manifest: &Manifest<DocumentIn>, results: &Results) -> Vec<RecordedCorpus> {
    let failures =
        |failures: &[files::FailureIn]| failures.iter().cloned().map(Failure::from).collect();
    let corpora = manifest.corpora.iter().zip(&results.corpora);
    let corpora = corpora.map(|(planned, found)| {
        let extractors = manifest.extractors.iter().zip(&found.extractors);
        RecordedCorpus {
            name: planned.name.clone(),
            documents: planned.documents.len() as u64,
            changed: failures(&found.changed),
            extra: found.extra.clone(),
            extractors: extractors
                .map(|(planned, found)| RecordedExtractor {
                    name: planned.name.clone(),
                    params: planned.params.clone(),
                    failures: failures(&found.failures),
                    mistakes_cut: found.mistakes_cut,
                })
                .collect(),
        }
    });
    corpora.collect()
}

/// Every name as what it names.
///
/// # Errors
/// Where one is not known: then another version wrote it.
fn named<T>(
    folder: &Path,
    goldspan: &str,
    names: &[String],
    from_name: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>> {
    let known = names.iter().map(|name| {
        from_name(name).ok_or_else(|| {
            let problem = other_version(&folder.join(MANIFEST), Some(SCHEMA), goldspan);
            Error::one(Kind::Incomparable, problem.found(quoted(name)))
        })
    });
    known.collect()
}

fn measures(folder: &Path, manifest: &Manifest<DocumentIn>) -> Result<Measures> {
    let claim = |name: &&String| name.starts_with("claims.");
    let (claims, entities): (Vec<&String>, Vec<&String>) =
        manifest.measures.iter().partition(claim);
    let owned = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>();
    let goldspan = &manifest.goldspan;
    Ok(Measures {
        entity: named(folder, goldspan, &owned(entities), EntityMeasure::from_name)?,
        claim: named(folder, goldspan, &owned(claims), |name| {
            Level::from_name(name.strip_prefix("claims.")?)
        })?,
        require: named(folder, goldspan, &manifest.require, Role::from_name)?,
        nested: manifest.nested,
    })
}

/// The ledgers of the corpora, their rows still empty.
fn ledgers(
    folder: &Path,
    manifest: Manifest<DocumentIn>,
    results: &Results,
) -> Result<Vec<CorpusLedger>> {
    let goldspan = &manifest.goldspan;
    let system = |planned: &PlannedIn, failures: &[files::FailureIn]| {
        let failures = failures.iter().cloned().map(Failure::from);
        Ok(SystemLedger {
            name: planned.name.clone(),
            extractor: planned.extractor.clone(),
            version: planned.version.clone(),
            tasks: named(folder, goldspan, &planned.tasks, Task::from_name)?,
            repeats: 1,
            failures: failures.map(|failure| failure.document).collect(),
            rows: Default::default(),
        })
    };
    let mut ledgers = Vec::new();
    for (planned, found) in manifest.corpora.into_iter().zip(&results.corpora) {
        let systems = manifest.extractors.iter().zip(&found.extractors);
        let systems = systems.map(|(planned, found)| system(planned, &found.failures));
        ledgers.push(CorpusLedger {
            annotated: Annotated {
                tasks: named(folder, goldspan, &planned.tasks, Task::from_name)?,
                roles: named(folder, goldspan, &planned.roles, Role::from_name)?,
            },
            systems: systems.collect::<Result<_>>()?,
            name: planned.name.clone(),
            documents: scored(folder, goldspan, planned, &found.changed)?,
        });
    }
    Ok(ledgers)
}

/// The documents that were scored: those with gold that did not change during the run.
fn scored(
    folder: &Path,
    goldspan: &str,
    planned: CorpusIn<DocumentIn>,
    changed: &[files::FailureIn],
) -> Result<Vec<DocumentKey>> {
    let changed: BTreeSet<&str> = changed.iter().map(files::FailureIn::document).collect();
    let documents = planned.documents.into_iter();
    let scored = documents
        .filter(|document| document.gold.is_some() && !changed.contains(document.id.as_str()));
    let key = |document: DocumentIn| {
        if document.annotations.is_none() {
            let problem = other_version(&folder.join(MANIFEST), Some(SCHEMA), goldspan);
            let found = format!("document {} with gold and without annotations", document.id);
            return Err(Error::one(Kind::Incomparable, problem.found(found)));
        }
        Ok(DocumentKey {
            id: document.id,
            text: Some(document.article),
            gold: document.annotations,
            bytes: document.bytes,
            metadata: document.metadata,
        })
    };
    scored.map(key).collect()
}

/// A row of `mistakes.csv`.
#[derive(Debug, serde::Deserialize)]
struct MistakeIn {
    corpus: String,
    extractor: String,
    task: String,
    kind: String,
    part: String,
    #[serde(rename = "times")]
    _times: u64,
    document: Box<str>,
    line: usize,
    gold_label: String,
    gold_spans: String,
    gold_text: String,
    predicted_label: String,
    predicted_spans: String,
    predicted_text: String,
}

impl Recorded {
    /// The mistakes of each extractor on each corpus, by corpus and extractor; read when they are asked for, since they are many.
    ///
    /// # Errors
    /// [`Kind::Incomparable`] where `mistakes.csv` cannot be read, or is not as goldspan wrote it.
    pub fn mistakes(&self) -> Result<BTreeMap<(String, String), Listed>> {
        let path = self.path.join("mistakes.csv");
        let mut lists: BTreeMap<(String, String), Listed> = BTreeMap::new();
        for corpus in &self.corpora {
            for extractor in &corpus.extractors {
                let key = (corpus.name.clone(), extractor.name.clone());
                lists.entry(key).or_default().cut = extractor.mistakes_cut;
            }
        }
        let mut reader = csv::Reader::from_path(&path).map_err(|error| {
            let found = std::io::Error::other(error.to_string());
            unreadable(&path, &found)
        })?;
        let mut record = csv::StringRecord::new();
        let headers = reader.headers().cloned().unwrap_or_default();
        loop {
            let read = reader.read_record(&mut record);
            let row = match read {
                Ok(false) => break,
                Ok(true) => record.deserialize::<MistakeIn>(Some(&headers)),
                Err(error) => Err(error),
            };
            let row = row.map_err(|error| wrong(&path, error.position(), &error.to_string()))?;
            let key = (row.corpus.clone(), row.extractor.clone());
            let mistake = mistake(row).zip(lists.get_mut(&key));
            let Some((mistake, listed)) = mistake else {
                return Err(wrong(
                    &path,
                    record.position(),
                    &record.iter().collect::<Vec<_>>().join(","),
                ));
            };
            listed.kept.push(mistake);
        }
        for listed in lists.values_mut() {
            // The file has them by how often their words go wrong.
            listed.kept.sort_by(|a, b| a.document.cmp(&b.document));
        }
        Ok(lists)
    }
}

fn wrong(path: &Path, position: Option<&csv::Position>, found: &str) -> Error {
    let mut problem = Problem::new("this is no mistake as the run wrote it")
        .in_file(path)
        .found(quoted(found))
        .expected("a corpus and an extractor of the run, how it went wrong, and its places")
        .mend(CHANGED);
    if let Some(position) = position {
        let excerpt = table::excerpt(path, position, None);
        problem = excerpt.map_or(problem.clone(), |excerpt| problem.at(excerpt));
    }
    Error::one(Kind::Incomparable, problem)
}

/// The mistake that a row tells; `None` where it tells none.
fn mistake(row: MistakeIn) -> Option<Mistake> {
    let roles = Role::ALL.map(Role::name).into_iter();
    let attributes = Attribute::ALL.map(Attribute::name);
    let mut parts = roles.chain(attributes).chain([""]);
    let kind = mistakes::Kind::from_name(&row.kind)?;
    // Which side there is follows from how it went wrong.
    let gold = match kind {
        mistakes::Kind::Spurious => None,
        _ => Some(side(row.gold_label, &row.gold_spans, row.gold_text)?),
    };
    let predicted = match kind {
        mistakes::Kind::Missed => None,
        _ => Some(side(
            row.predicted_label, &row.predicted_spans, row.predicted_text,
        )?),
    };
    Some(Mistake {
        kind,
        document: row.document,
        line: row.line,
        task: Task::from_name(&row.task)?,
        part: parts.find(|part| *part == row.part)?,
        gold,
        predicted,
    })
}

fn side(label: String, spans: &str, words: String) -> Option<Side> {
    let span = |span: &str| {
        let (start, end) = span.split_once('-')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    };
    let spans = spans.split_terminator(';').map(span);
    Some(Side {
        spans: spans.collect::<Option<_>>()?,
        label: Label::Owned(label),
        words: Some(words.into()),
    })
}
