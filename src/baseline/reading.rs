//! A baseline from its file, or what is wrong with the file, at its line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{Baseline, Provenance, SCHEMA, accepting, stem};
use crate::annotation::{Label, Task};
use crate::counts::{Annotated, Cell, Counts, Measure, Measures, Role};
use crate::error::{Error, Excerpt, Kind, Problem, Result, quoted};
use crate::ledger::{CorpusLedger, DocumentKey, Ledger, Rows, SystemLedger};
use crate::matching::{EntityMeasure, Level};

/// What version control leaves at the begin of lines where two sides changed the same.
const CONFLICT_MARKERS: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];

/// A word that names something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct MeasureIn(Measure);

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct RoleIn(Role);

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct TaskIn(Task);

impl TryFrom<String> for MeasureIn {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let measure = match name.strip_prefix("claims.") {
            Some(level) => Level::from_name(level).map(Measure::Claim),
            None => EntityMeasure::from_name(&name).map(Measure::Entity),
        };
        measure
            .map(Self)
            .ok_or_else(|| format!("the unknown measure {}", quoted(&name)))
    }
}

impl TryFrom<String> for RoleIn {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let role = Role::from_name(&name).map(Self);
        role.ok_or_else(|| format!("the unknown role {}", quoted(&name)))
    }
}

impl TryFrom<String> for TaskIn {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let task = Task::from_name(&name).map(Self);
        task.ok_or_else(|| format!("the unknown task {}", quoted(&name)))
    }
}

/// What tells a baseline from other JSON.
#[derive(Debug, Deserialize)]
struct Stamp {
    #[serde(rename = "goldspan-baseline")]
    schema: u32,
    goldspan: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileIn<'a> {
    #[serde(rename = "goldspan-baseline")]
    _schema: u32,
    checksum: Option<String>,
    goldspan: String,
    run: String,
    accepted: String,
    commit: Option<String>,
    message: Option<String>,
    measures: Vec<MeasureIn>,
    require: Vec<RoleIn>,
    nested: bool,
    labels: Vec<String>,
    #[serde(borrow)]
    corpora: Vec<CorpusIn<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorpusIn<'a> {
    corpus: String,
    tasks: Vec<TaskIn>,
    roles: Vec<RoleIn>,
    documents: Vec<DocumentIn>,
    #[serde(borrow)]
    extractors: Vec<SystemIn<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentIn {
    id: String,
    text: Option<String>,
    gold: Option<String>,
    #[serde(default)]
    bytes: u64,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemIn<'a> {
    name: String,
    extractor: String,
    version: String,
    tasks: Vec<TaskIn>,
    repeats: u32,
    failures: Vec<String>,
    #[serde(default)]
    nothing: BTreeMap<MeasureIn, Vec<String>>,
    /// As they stand in the file, so that their places are known.
    #[serde(borrow)]
    counts: Vec<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowIn<'a> {
    #[serde(borrow)]
    document: Cow<'a, str>,
    cells: BTreeMap<MeasureIn, BTreeMap<String, [u32; 5]>>,
}

/// The file that is read.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

/// The baseline that the bytes of a file are.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Baseline> {
    let lossy = String::from_utf8_lossy(bytes);
    let source = Source { path, text: &lossy };
    source.look_for_conflicts()?;
    if matches!(lossy, Cow::Owned(_)) {
        let at = lossy.find('\u{fffd}').unwrap_or_default();
        let problem = Problem::new("this baseline is no text").found("bytes that are not UTF-8");
        return Err(source.damaged(problem, at));
    }
    source.look_at_kind()?;
    let file: FileIn<'_> =
        serde_json::from_str(&lossy).map_err(|error| source.unreadable(&error, &lossy, 0))?;
    let checksum = file.checksum.clone();
    let baseline = source.baseline(file)?;
    if checksum.as_deref() == Some(baseline.checksum().as_str()) {
        return Ok(baseline);
    }
    let problem = Problem::new("this baseline was changed by hand");
    let problem = problem
        .found(checksum.map_or_else(
            || "no checksum".to_owned(),
            |own| format!("the checksum {own}"),
        ))
        .expected(format!("{}, which its content has", baseline.checksum()));
    let at = lossy.find("\"checksum\"").unwrap_or_default();
    Err(source.damaged(problem, at))
}

impl Source<'_> {
    fn look_for_conflicts(&self) -> Result<()> {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            if CONFLICT_MARKERS
                .iter()
                .any(|marker| line.starts_with(marker))
            {
                let mark = at..at + line.trim_end().len();
                let problem = Problem::new("this baseline has the marks of a merge conflict");
                let mend = format!(
                    "two sides accepted different results, and neither is that of both together: merge the code, run again, then {}",
                    accepting(self.path, true)
                );
                let problem = problem.expected("one side").mend(mend);
                return Err(self.error(problem.at(Excerpt::of(self.text, mark))));
            }
            at += line.len();
        }
        Ok(())
    }

    /// Refuses what is no JSON, no baseline, or another version's.
    fn look_at_kind(&self) -> Result<()> {
        if let Err(error) = serde_json::from_str::<IgnoredAny>(self.text) {
            let problem = if error.is_eof() {
                Problem::new("this baseline ends too early").expected("the rest of it")
            } else {
                Problem::new("this baseline is no JSON").found(said(&error))
            };
            return Err(self.damaged(problem, offset(self.text, &error)));
        }
        let Ok(stamp) = serde_json::from_str::<Stamp>(self.text) else {
            let problem = Problem::new("this file is no baseline of goldspan")
                .expected("\"goldspan-baseline\" as its first key, as goldspan accept writes it");
            let mend = format!(
                "name another baseline, or move this file away, then {}",
                accepting(self.path, false)
            );
            return Err(self.error(problem.mend(mend)));
        };
        if stamp.schema == SCHEMA {
            return Ok(());
        }
        let by = stamp.goldspan.unwrap_or_default();
        let problem = Problem::new("another version of goldspan wrote this baseline")
            .found(format!("shape {} of goldspan {by}", stamp.schema))
            .expected(format!(
                "shape {SCHEMA}, that of goldspan {}",
                env!("CARGO_PKG_VERSION")
            ));
        let mend = format!(
            "use that version, or accept anew: {}",
            accepting(self.path, true)
        );
        Err(self.error(problem.mend(mend)))
    }

    fn baseline(&self, file: FileIn<'_>) -> Result<Baseline> {
        let mut measures = Measures {
            entity: Vec::new(),
            claim: Vec::new(),
            require: file.require.iter().map(|role| role.0).collect(),
            nested: file.nested,
        };
        for measure in file.measures {
            match measure.0 {
                Measure::Entity(measure) => measures.entity.push(measure),
                Measure::Claim(level) => measures.claim.push(level),
            }
        }
        let corpora = file.corpora.into_iter().map(|own| self.corpus(own));
        Ok(Baseline {
            name: stem(self.path),
            provenance: Provenance {
                goldspan: file.goldspan,
                run: file.run,
                accepted: file.accepted,
                commit: file.commit,
                message: file.message,
            },
            ledger: Ledger {
                measures,
                labels: file.labels,
                corpora: corpora.collect::<Result<_>>()?,
            },
        })
    }

    fn corpus(&self, corpus: CorpusIn<'_>) -> Result<CorpusLedger> {
        let documents = corpus.documents.into_iter().map(|own| DocumentKey {
            id: own.id,
            text: own.text,
            gold: own.gold,
            bytes: own.bytes,
            metadata: own.metadata,
        });
        let documents: Vec<DocumentKey> = documents.collect();
        let systems = corpus.extractors.into_iter();
        let systems = systems.map(|own| self.system(own, &corpus.corpus, &documents));
        Ok(CorpusLedger {
            annotated: Annotated {
                tasks: corpus.tasks.iter().map(|task| task.0).collect(),
                roles: corpus.roles.iter().map(|role| role.0).collect(),
            },
            systems: systems.collect::<Result<_>>()?,
            name: corpus.corpus,
            documents,
        })
    }

    fn system(
        &self,
        system: SystemIn<'_>,
        corpus: &str,
        documents: &[DocumentKey],
    ) -> Result<SystemLedger> {
        let mut rows = Rows::default();
        let mut raws = system.counts.iter();
        for document in documents {
            let Some(raw) = raws.next() else {
                let last = system.counts.last().map_or(0, |raw| self.place(raw));
                let what = format!("the counts of {} on {corpus} lack documents", system.name);
                let problem = Problem::new(what).expected(format!("those of {}", document.id));
                return Err(self.damaged(problem, last));
            };
            rows.push(self.row(raw, &document.id)?.into_iter());
        }
        if let Some(raw) = raws.next() {
            let problem = Problem::new("these counts are of no document of their corpus");
            return Err(self.damaged(problem, self.place(raw)));
        }
        let nothing = system.nothing.into_iter().flat_map(|(measure, labels)| {
            let cells = labels.into_iter().map(move |own| cell(measure.0, own));
            cells.map(|cell| cell.map(|cell| (cell, Counts::default())))
        });
        let nothing: Option<Vec<_>> = nothing.collect();
        let Some(nothing) = nothing else {
            let at = system.counts.first().map_or(0, |raw| self.place(raw));
            let what = format!(
                "{} on {corpus} has roles of claims that are none",
                system.name
            );
            return Err(self.damaged(Problem::new(what), at));
        };
        let mut registered = Rows::default();
        registered.push(nothing.into_iter());
        // Of a document that is left out only its cells stay.
        let order: Vec<usize> = (0..rows.documents()).collect();
        rows.append(&registered);
        Ok(SystemLedger {
            name: system.name,
            extractor: system.extractor,
            version: system.version,
            tasks: system.tasks.iter().map(|task| task.0).collect(),
            repeats: system.repeats,
            failures: system.failures,
            rows: rows.reordered(&order),
        })
    }

    /// The cells of one document.
    fn row(&self, raw: &RawValue, document: &str) -> Result<Vec<(Cell, Counts)>> {
        let at = self.place(raw);
        let row: RowIn<'_> = serde_json::from_str(raw.get())
            .map_err(|error| self.unreadable(&error, raw.get(), at))?;
        if row.document != document {
            let problem = Problem::new("this line is not of the document whose turn it is")
                .found(quoted(&row.document))
                .expected(quoted(document));
            return Err(self.damaged(problem, at));
        }
        let mut cells = Vec::new();
        for (measure, labels) in row.cells {
            for (label, [correct, incorrect, partial, missing, spurious]) in labels {
                let problem = || {
                    let problem = Problem::new("this line counts a role that claims do not have");
                    self.damaged(problem.found(quoted(&label)), at)
                };
                let counts = Counts {
                    correct: correct.into(),
                    incorrect: incorrect.into(),
                    partial: partial.into(),
                    missing: missing.into(),
                    spurious: spurious.into(),
                };
                let cell = cell(measure.0, label.clone()).ok_or_else(problem)?;
                cells.push((cell, counts));
            }
        }
        Ok(cells)
    }

    /// Where in the file something stands that was read from it.
    fn place(&self, raw: &RawValue) -> usize {
        let begin = self.text.as_ptr().addr();
        raw.get().as_ptr().addr().saturating_sub(begin)
    }

    /// What the reader could not take, in a part of the file that begins at `base`.
    fn unreadable(&self, error: &serde_json::Error, part: &str, base: usize) -> Error {
        let problem = Problem::new("this line of the baseline cannot be read").found(said(error));
        self.damaged(problem, base + offset(part, error))
    }

    fn damaged(&self, problem: Problem, at: usize) -> Error {
        let mend = format!(
            "baselines are changed only by goldspan accept: take the file back from version control, or {}",
            accepting(self.path, true)
        );
        self.error(problem.mend(mend).at(Excerpt::of(self.text, at..at)))
    }

    fn error(&self, problem: Problem) -> Error {
        Error::one(Kind::Incomparable, problem.in_file(self.path))
    }
}

/// The cell of a measure; `None` where it is of claims, and the label is no role.
fn cell(measure: Measure, label: String) -> Option<Cell> {
    let label = match measure {
        Measure::Entity(_) => Label::Owned(label),
        Measure::Claim(_) => Label::Borrowed(Role::from_name(&label)?.name()),
    };
    Some(Cell { measure, label })
}

/// What the reader says, without the place, which a problem shows.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let said = text
        .rsplit_once(" at line")
        .map_or(text.as_str(), |(said, _)| said);
    said.to_owned()
}

/// Where the reader stopped.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let before = error.line().saturating_sub(1);
    let lines = text.split_inclusive('\n').take(before);
    let begin: usize = lines.map(str::len).sum();
    (begin + error.column().saturating_sub(1)).min(text.len())
}
