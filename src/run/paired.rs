//! Gold and predictions that were made elsewhere, paired as they are read: memory grows with the disorder of the two files, not with their size.
//!
//! Both files are read block by block. Where the next block of each is the same document - nearly always - the two are parsed, matched and counted together,
//! in parallel; a block whose partner has not come yet waits for it as the text that it is.

mod desk;
mod sources;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use self::desk::Desk;
use self::sources::{Problems, Sources};
use self::worker::Worker;
use super::{Failure, pool};
use crate::annotation::Task;
use crate::corpus::Source;
use crate::counts::{CountTable, Measures, Role};
use crate::error::{Error, Kind, Problem, Result, nearest};
use crate::formats::conll::{self, Reading};
use crate::formats::{Options, Parted};
use crate::ledger::{DocumentKey, Rows};
use crate::mistakes::Mistake;

/// How many pairs that found each other late are counted together.
const LATE_DOCUMENTS: usize = 1024;

/// What to do with two files.
#[derive(Debug)]
pub struct Scoring<'a> {
    /// How gold is to be read, and how the predictions.
    pub options: [&'a Options; 2],
    /// What two documents have in common that are one.
    pub pairing: Pairing,
    /// What to count.
    pub measures: &'a Measures,
    /// Only entities with these labels, on both sides; `None` for all.
    pub labels: Option<&'a BTreeSet<String>>,
    /// The roles of claims that the gold annotates.
    pub roles: &'a [Role],
    /// Whether what was predicted for documents without gold is spurious; where not, such documents are only named.
    pub extra_is_spurious: bool,
    /// Whether to list what went wrong.
    pub mistakes: bool,
    /// Whether to keep the counts of every document, and to digest what it holds.
    pub ledger: Keeping,
    /// How many threads to use.
    pub threads: NonZeroUsize,
}

/// What is kept of every document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keeping {
    /// Nothing.
    #[default]
    Nothing,
    /// Its counts.
    Counts,
    /// Its counts, and the digests of its text and gold, by which two ledgers are known to be of the same gold.
    CountsAndDigests,
}

/// What two documents have in common that are one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pairing {
    /// Their ids.
    #[default]
    Id,
    /// Their texts.
    Text,
}

/// How two sources are paired.
#[derive(Debug, Clone, Copy)]
enum Manner {
    /// Document by document.
    Documents,
    /// Both are columns: sentence by sentence, in order.
    Columns(Reading),
}

/// What came out.
#[derive(Debug, Default)]
pub struct Scored {
    /// How many documents the gold has.
    pub documents: u64,
    /// How many of them the gold annotates.
    pub scored: u64,
    /// What the gold annotates, and what the predictions say anything about.
    pub annotated: Vec<Task>,
    /// The tasks of these that the predictions attempt.
    pub attempted: Vec<Task>,
    /// The roles, of source and cue, that some gold claim has.
    pub gold_roles: Vec<Role>,
    /// The counts.
    pub table: CountTable,
    /// The scored documents, in order of id, where that was asked for; the sentences of columns are named by their number.
    pub keys: Vec<DocumentKey>,
    /// The counts of each of these.
    pub rows: Rows,
    /// What went wrong, where that was asked for.
    pub mistakes: Vec<Mistake>,
    /// The documents that gold annotates and that nothing was predicted for, because there is no line or the line says so, in order of id.
    pub missing: Vec<Failure>,
    /// The documents that were predicted and have no gold, in order of id.
    pub extra: Vec<String>,
    /// The labels that were not asked for, and how many mentions of either side were left out with them.
    pub other_labels: BTreeMap<String, u64>,
    /// How many tokens of the predictions are not those of the gold.
    pub other_tokens: u64,
    /// How many documents of either side were left out, by why.
    pub left_out: BTreeMap<String, u64>,
    /// In how many documents of either file offsets were found to count something else than the format says: the file, the unit, the number.
    pub tried: BTreeMap<(std::path::PathBuf, String), u64>,
    /// What a person should know though it is no error, as far as it was kept.
    pub remarks: Vec<Problem>,
}

/// Scores two files; where there is one only, its last two columns are gold and prediction.
///
/// # Errors
/// [`Kind::Input`] with the problems of both files, the first thousand of them and the number of the others; [`Kind::Machine`] where threads cannot be had.
pub fn score(scoring: &Scoring<'_>, gold: &Source, predicted: Option<&Source>) -> Result<Scored> {
    let pool = pool(scoring.threads)?;
    let manner = manner(scoring, gold, predicted)?;
    let parted = |source: &Source| match manner {
        Manner::Columns(_) => Parted::ByBlankLines,
        Manner::Documents => source.format.parted,
    };
    let blocks = |source: &Source| source.blocks(parted(source), scoring.options[0].limits);
    let formats = (
        gold.format,
        predicted.map_or(gold.format, |source| source.format),
    );
    let opened = (blocks(gold), predicted.map(blocks).transpose());
    let problems = [opened.0.as_ref().err(), opened.1.as_ref().err()];
    let problems = problems.into_iter().flatten().cloned().collect();
    Error::all(Kind::Input, problems)?;
    let (gold, predicted) = (opened.0?, opened.1?);
    let tables: Vec<_> = (0..scoring.threads.get())
        .map(|_| Mutex::default())
        .collect();
    let mut worker = Worker {
        scoring,
        manner,
        formats,
        gold: gold.path().to_owned(),
        predicted: predicted.as_ref().map(|blocks| blocks.path().to_owned()),
        widths: (conll::Width::Ragged, conll::Width::Ragged),
        tables: &tables,
    };
    let mut desk = Desk::default();
    let mut sources = Sources {
        gold,
        predicted,
        problems: Problems::default(),
        blocks: 0,
    };
    let mut batch = sources.batch();
    worker.look_at(&batch)?;
    while !batch.pairs.is_empty() {
        let (next, done) =
            pool.install(|| rayon::join(|| sources.batch(), || worker.work(&batch, false)));
        desk.problems.append(std::mem::take(&mut sources.problems));
        desk.take(&worker, batch, done);
        if desk.late.len() > LATE_DOCUMENTS {
            desk.settle(&worker, &pool, false);
        }
        batch = next;
    }
    desk.problems.append(sources.problems);
    desk.settle(&worker, &pool, false);
    desk.settle_rest(&worker, &pool);
    let mut scored = desk.scored()?;
    for table in tables {
        scored.table += &table.into_inner().unwrap_or_else(PoisonError::into_inner);
    }
    scored.finish(scoring)
}

/// How the two are paired: columns by position, where both are columns, else by document.
fn manner(scoring: &Scoring<'_>, gold: &Source, predicted: Option<&Source>) -> Result<Manner> {
    let is_columns = |source: &Source| *source.format == conll::FORMAT;
    if is_columns(gold) && predicted.is_none_or(is_columns) {
        return match scoring.options[0].tags {
            Some(reading) => Ok(Manner::Columns(reading)),
            None => Err(conll::undeclared(&gold.name).into()),
        };
    }
    if predicted.is_some() {
        return Ok(Manner::Documents);
    }
    let problem = Problem::new("there are no predictions to score")
        .in_file(&gold.name)
        .found(format!("one file, of {}", gold.format.title))
        .expected("a second file; only CoNLL columns hold gold and predictions in one");
    Err(problem.mend("name the predictions after the gold").into())
}

impl Scored {
    /// Leaves out what the predictions do not attempt, and checks that every label that was asked for is there.
    fn finish(mut self, scoring: &Scoring<'_>) -> Result<Self> {
        for task in Task::ALL {
            if !self.attempted.contains(&task) || !self.annotated.contains(&task) {
                self.table.remove(task);
                self.mistakes.retain(|mistake| mistake.task != task);
            }
        }
        let here: BTreeSet<&str> = self.table.labels().map(AsRef::as_ref).collect();
        let asked = scoring.labels.into_iter().flatten();
        let unknown = asked.filter(|label| !here.contains(label.as_str()));
        let problem = |label: &String| {
            let known = || {
                here.iter()
                    .copied()
                    .chain(self.other_labels.keys().map(String::as_str))
            };
            let problem = Problem::new("no mention has this label, in gold or prediction")
                .found(format!("{label:?}"))
                .expected(match known().collect::<Vec<_>>().join(", ") {
                    none if none.is_empty() => "labels, of which there are none".to_owned(),
                    labels => format!("one of {labels}"),
                });
            match nearest(label, known()) {
                Some(near) => problem.mend(format!("did you mean {near:?}?")),
                None => problem,
            }
        };
        Error::all(Kind::Input, unknown.map(problem).collect())?;
        Ok(self)
    }
}
