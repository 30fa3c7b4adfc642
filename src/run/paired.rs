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
use crate::counts::{CountTable, Measures, Role};
use crate::error::{Error, Kind, Problem, Result, nearest};
use crate::formats::Blocks;
use crate::formats::conll::Reading;
use crate::mistakes::Mistake;
use crate::offset::Unit;

/// How many pairs that found each other late are counted together.
const LATE_DOCUMENTS: usize = 1024;

/// What to do with two files.
#[derive(Debug)]
pub struct Scoring<'a> {
    /// How they are written.
    pub format: Format,
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
    /// How many threads to use.
    pub threads: NonZeroUsize,
}

/// How two files are written.
#[derive(Debug, Clone, Copy)]
pub enum Format {
    /// goldspan JSON Lines, paired by id; what offsets count where a line does not say.
    JsonLines(Unit),
    /// CoNLL columns, paired by position.
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
}

/// Scores two files; where there is one only, its last two columns are gold and prediction.
///
/// # Errors
/// [`Kind::Input`] with the problems of both files, the first thousand of them and the number of the others; [`Kind::Machine`] where threads cannot be had.
pub fn score(scoring: &Scoring<'_>, gold: Blocks, predicted: Option<Blocks>) -> Result<Scored> {
    let pool = pool(scoring.threads)?;
    let tables: Vec<_> = (0..scoring.threads.get())
        .map(|_| Mutex::default())
        .collect();
    let mut worker = Worker {
        scoring,
        gold: gold.path().to_owned(),
        predicted: predicted.as_ref().map(|blocks| blocks.path().to_owned()),
        columns: (0, 0),
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
impl Scored {
    /// Leaves out what the predictions do not attempt, and checks that every label that was asked for is there.
    fn finish(mut self, scoring: &Scoring<'_>) -> Result<Self> {
        for task in Task::ALL {
            if !self.attempted.contains(&task) {
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
