//! Gold and predictions that were made elsewhere, paired as they are read: memory grows with the disorder of the two files, not with their size.
//!
//! Both files are read block by block. Where the next block of each is the same document - nearly always - the two are parsed, matched and counted together,
//! in parallel; a block whose partner has not come yet waits for it as the text that it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::{Failure, pool};
use crate::annotation::{Annotations, Gold, Prediction, Task};
use crate::counts::{Annotated, CountTable, Measures};
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result, nearest};
use crate::formats::conll::{self, Reading, TagColumn};
use crate::formats::jsonl::{self, Record};
use crate::formats::{Block, Blocks, Parted};
use crate::mistakes::{self, Mistake};
use crate::offset::Unit;

/// How many bytes of either file are in work at once: enough for all threads, little enough to bound memory.
const BATCH_BYTES: usize = 2 << 20;

/// How many documents one task takes: enough that a table of counts is worth its while.
const TASK_DOCUMENTS: usize = 32;

/// How many pairs that found each other late are counted together.
const LATE_DOCUMENTS: usize = 1024;

/// How many problems are kept; the rest is counted.
const MOST_PROBLEMS: usize = 1000;

/// What to do with two files.
#[derive(Debug)]
pub struct Scoring<'a> {
    /// How they are written.
    pub format: Format,
    /// What to count.
    pub measures: &'a Measures,
    /// Only entities with these labels, on both sides; `None` for all.
    pub labels: Option<&'a BTreeSet<String>>,
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
    /// The counts.
    pub table: CountTable,
    /// What went wrong, where that was asked for.
    pub mistakes: Vec<Mistake>,
    /// The documents of the gold without a prediction, in order of id: they count as nothing predicted.
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

/// Some blocks of either file.
struct Batch {
    /// The shorter file ends with nothing.
    pairs: Vec<Pair>,
    /// The number of the first pair, from 1.
    first: usize,
}

/// A block of either file.
type Pair = (Option<Block>, Option<Block>);

/// Both files.
struct Sources {
    gold: Blocks,
    predicted: Option<Blocks>,
    problems: Problems,
    /// How many pairs were read.
    blocks: usize,
}

impl Sources {
    /// The next blocks of both files, as many of each as they have and memory allows.
    fn batch(&mut self) -> Batch {
        let mut batch = Batch {
            pairs: Vec::new(),
            first: self.blocks + 1,
        };
        let mut bytes = 0;
        while bytes < BATCH_BYTES {
            let gold = next(&mut self.gold, &mut self.problems);
            let predicted = self
                .predicted
                .as_mut()
                .and_then(|blocks| next(blocks, &mut self.problems));
            if gold.is_none() && predicted.is_none() {
                break;
            }
            let size = |block: &Option<Block>| block.as_ref().map_or(0, |block| block.text.len());
            bytes += size(&gold).max(size(&predicted));
            batch.pairs.push((gold, predicted));
        }
        self.blocks += batch.pairs.len();
        batch
    }
}

/// The next block. One that cannot be read is nothing but its problems; where blocks pair by position, an empty one keeps its place.
fn next(blocks: &mut Blocks, problems: &mut Problems) -> Option<Block> {
    loop {
        match blocks.next()? {
            Ok(block) => return Some(block),
            Err(found) => problems.add(found),
        }
        if blocks.parted() == Parted::ByBlankLines {
            return Some(Block {
                line: 1,
                text: String::new(),
            });
        }
    }
}

/// Problems, of which the first are kept.
#[derive(Debug, Default)]
struct Problems {
    kept: Vec<Problem>,
    more: u64,
}

impl Problems {
    fn add(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            if self.kept.len() < MOST_PROBLEMS {
                self.kept.push(problem);
            } else {
                self.more += 1;
            }
        }
    }
}

impl Problems {
    fn append(&mut self, others: Self) {
        self.add(others.kept);
        self.more += others.more;
    }
}

/// What every thread needs to know.
struct Worker<'a> {
    scoring: &'a Scoring<'a>,
    gold: PathBuf,
    predicted: Option<PathBuf>,
    /// How many columns the lines of either file have.
    columns: (usize, usize),
    /// One table of counts for each thread: they are sums of integers, so it does not matter who counted what.
    tables: &'a [Mutex<CountTable>],
}

/// What came of some pairs of blocks.
#[derive(Default)]
struct Share {
    pairs: Vec<Done>,
    mistakes: Vec<Mistake>,
    tally: Tally,
}

/// What came of one pair of blocks.
#[derive(Default)]
struct Done {
    /// The documents' ids and lines.
    gold: Option<(String, usize)>,
    predicted: Option<(String, usize)>,
    /// Whether they were one document, or did not need to be; otherwise they wait for their partners.
    settled: bool,
    problems: Vec<Problem>,
}

/// Sums over documents.
#[derive(Debug, Default)]
struct Tally {
    scored: u64,
    annotated: BTreeSet<Task>,
    attempted: BTreeSet<Task>,
    /// The labels that were left out, and how many mentions had them.
    other_labels: BTreeMap<String, u64>,
    other_tokens: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.scored += other.scored;
        self.annotated.extend(other.annotated);
        self.attempted.extend(other.attempted);
        for (label, mentions) in other.other_labels {
            *self.other_labels.entry(label).or_default() += mentions;
        }
        self.other_tokens += other.other_tokens;
    }
}

/// A document with what either side says of it.
struct Case {
    document: Document,
    gold: Annotations,
    predicted: Annotations,
    /// What gold says anything about.
    annotated: Vec<Task>,
}

impl Worker<'_> {
    /// Looks at the first blocks: what all others have to be like.
    fn look_at(&mut self, batch: &Batch) -> Result<()> {
        let Some((gold, predicted)) = batch.pairs.first() else {
            return Ok(());
        };
        match self.scoring.format {
            Format::JsonLines(_) => {
                let gold = gold
                    .as_ref()
                    .map(|block| jsonl::recognise(&self.gold, block));
                let path = self.predicted();
                let predicted = predicted
                    .as_ref()
                    .map(|block| jsonl::recognise(path, block));
                let problems = [gold, predicted]
                    .into_iter()
                    .flatten()
                    .filter_map(Result::err);
                Error::all(Kind::Input, problems.collect())
            }
            Format::Columns(_) => {
                let columns = |side: fn(&Pair) -> &Option<Block>| {
                    let blocks = batch.pairs.iter().filter_map(|pair| side(pair).as_ref());
                    let mut readable = blocks.filter(|block| !block.text.is_empty());
                    readable.next().map_or(2, conll::columns)
                };
                self.columns = (columns(|pair| &pair.0), columns(|pair| &pair.1));
                let too_few = self.predicted.is_none() && self.columns.0 < 3;
                let problem = too_few.then(|| {
                    Problem::new("this file has no column of predictions")
                        .in_file(&self.gold)
                        .found(format!("{} columns", self.columns.0))
                        .expected("three or more: a token, ..., its gold tag, its predicted tag")
                        .mend("name the file of the predictions after that of the gold")
                });
                problem.map_or(Ok(()), |problem| Err(problem.into()))
            }
        }
    }

    /// The file of the predictions, which is that of the gold where one holds both.
    fn predicted(&self) -> &Path {
        self.predicted.as_deref().unwrap_or(&self.gold)
    }

    /// Reads, matches and counts. The `last` pairs wait for no partner any more.
    fn work(&self, batch: &Batch, last: bool) -> Vec<Share> {
        let numbered: Vec<(usize, &Pair)> = (batch.first..).zip(&batch.pairs).collect();
        let tasks = numbered.par_chunks(TASK_DOCUMENTS);
        tasks
            .map(|chunk| {
                let thread = rayon::current_thread_index().unwrap_or_default();
                let mut table = self.tables[thread]
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let mut share = Share::default();
                for (number, pair) in chunk {
                    let done = match self.scoring.format {
                        Format::JsonLines(unit) => {
                            self.json_lines(pair, unit, last, &mut share, &mut table)
                        }
                        Format::Columns(reading) => {
                            self.columns(pair, *number, reading, &mut share, &mut table)
                        }
                    };
                    share.pairs.push(done);
                }
                share
            })
            .collect()
    }

    fn json_lines(
        &self,
        (gold, predicted): &Pair,
        unit: Unit,
        last: bool,
        share: &mut Share,
        table: &mut CountTable,
    ) -> Done {
        let mut done = Done::default();
        let gold = record(&self.gold, gold.as_ref(), &mut done.problems);
        let predicted = record(self.predicted(), predicted.as_ref(), &mut done.problems);
        let id = |record: &Record<'_>| (record.id().to_owned(), record.line());
        done.gold = gold.as_ref().map(id);
        done.predicted = predicted.as_ref().map(id);
        share.tally.hear(gold.as_ref(), predicted.as_ref());
        let same = |g: &Record<'_>, p: &Record<'_>| g.id() == p.id();
        done.settled = last
            || gold
                .as_ref()
                .zip(predicted.as_ref())
                .is_some_and(|(g, p)| same(g, p));
        if done.settled {
            match together(gold.as_ref(), predicted.as_ref(), unit) {
                Ok(Some(case)) => self.count(case, share, table),
                Ok(None) => {}
                Err(problems) => done.problems.extend(problems),
            }
        }
        done
    }

    fn columns(
        &self,
        (gold, predicted): &Pair,
        number: usize,
        reading: Reading,
        share: &mut Share,
        table: &mut CountTable,
    ) -> Done {
        let mut done = Done {
            settled: true,
            ..Done::default()
        };
        let blocks = [gold, predicted].into_iter().flatten();
        if blocks.into_iter().any(|block| block.text.is_empty()) {
            return done;
        }
        let sentence =
            |path, block, columns, column| conll::sentence(path, block, reading, columns, column);
        let read = match (gold, predicted, &self.predicted) {
            (Some(gold), _, None) => (
                sentence(&self.gold, gold, self.columns.0, TagColumn::BeforeLast),
                sentence(&self.gold, gold, self.columns.0, TagColumn::Last),
            ),
            (Some(gold), Some(predicted), Some(path)) => (
                sentence(&self.gold, gold, self.columns.0, TagColumn::Last),
                sentence(path, predicted, self.columns.1, TagColumn::Last),
            ),
            _ => {
                done.problems
                    .extend(self.too_few(gold.as_ref().or(predicted.as_ref()), gold.is_some()));
                return done;
            }
        };
        let (gold, predicted) = match read {
            (Ok(gold), Ok(predicted)) => (gold, predicted),
            (gold, predicted) => {
                let problems = [gold.err(), predicted.err()].into_iter().flatten();
                done.problems.extend(problems.flatten());
                return done;
            }
        };
        let (expected, found) = (gold.tokens.len(), predicted.tokens.len());
        if expected != found {
            let problem = self.unlike(format!(
                "{found} tokens in the sentence at line {}",
                predicted.line
            ));
            done.problems.push(problem.expected(format!(
                "{expected}, as in the gold's at line {}",
                gold.line
            )));
            return done;
        }
        let pairs = gold.tokens.iter().zip(&predicted.tokens);
        share.tally.other_tokens += pairs.filter(|(a, b)| a != b).count() as u64;
        share.tally.annotated.insert(Task::Entities);
        share.tally.attempted.insert(Task::Entities);
        let predicted = predicted.on(&gold);
        let case = Case {
            document: Document::new(number.to_string(), gold.text).from_line(gold.line),
            gold: gold.annotations,
            predicted,
            annotated: vec![Task::Entities],
        };
        self.count(case, share, table);
        done
    }

    /// The problem of a sentence that stands in one file only.
    fn too_few(&self, lone: Option<&Block>, in_gold: bool) -> Option<Problem> {
        let line = lone?.line;
        let (has, lacks) = if in_gold {
            ("the gold", "the predictions")
        } else {
            ("the predictions", "the gold")
        };
        let problem = self.unlike(format!("no more sentences in {lacks}"));
        Some(problem.expected(format!("one for that at line {line} of {has}")))
    }

    fn unlike(&self, found: String) -> Problem {
        Problem::new("the predictions are not on the sentences of the gold")
            .in_file(self.predicted())
            .found(found)
            .mend("predict on the tokens of the gold; sentences are parted by blank lines")
    }

    /// Counts one document, without the labels that are not asked for.
    fn count(&self, mut case: Case, share: &mut Share, table: &mut CountTable) {
        if let Some(labels) = self.scoring.labels {
            for mentions in [&mut case.gold.mentions, &mut case.predicted.mentions] {
                mentions.retain(|mention| {
                    let wanted = labels.contains(mention.label.as_ref());
                    if !wanted {
                        let others = &mut share.tally.other_labels;
                        *others.entry(mention.label.to_string()).or_default() += 1;
                    }
                    wanted
                });
            }
        }
        share.tally.scored += u64::from(!case.annotated.is_empty());
        let (gold, predicted) = (Gold(case.gold), Prediction(case.predicted));
        let (measures, annotated) = (self.scoring.measures, Annotated::default());
        table.count(
            &case.document, &gold, &predicted, measures, &annotated, &case.annotated,
        );
        if self.scoring.mistakes {
            share.mistakes.extend(mistakes::of(
                &case.document, &gold, &predicted, measures, &annotated, &case.annotated,
            ));
        }
    }
}

/// The record of a block, or one more problem.
fn record<'a>(
    path: &'a Path,
    block: Option<&'a Block>,
    problems: &mut Vec<Problem>,
) -> Option<Record<'a>> {
    let record = jsonl::record(path, block?);
    record.map_err(|problem| problems.push(problem)).ok()
}

/// The annotations of both sides, laid over the text that either of them has, or over letters in its place. What gold does not have is annotated as far as
/// it was predicted: nothing is there.
fn together(
    gold: Option<&Record<'_>>,
    predicted: Option<&Record<'_>>,
    unit: Unit,
) -> Result<Option<Case>, Vec<Problem>> {
    let Some(main) = gold.or(predicted) else {
        return Ok(None);
    };
    let records = || [gold, predicted].into_iter().flatten();
    let document = match records().find_map(Record::text) {
        Some(text) => Document::new(main.id(), text),
        None => {
            let characters = records().map(Record::stand_in).max();
            Document::without_text(main.id(), characters.unwrap_or_default())
        }
    };
    let mut problems = Vec::new();
    if let Some(text) = gold.and_then(Record::text) {
        problems.extend(predicted.and_then(|record| record.other_text(text)));
    }
    let mut annotations = |record: Option<&Record<'_>>| {
        let Some(record) = record else {
            return Annotations::default();
        };
        let read = record.annotations(document.text(), unit);
        read.unwrap_or_else(|found| {
            problems.extend(found);
            Annotations::default()
        })
    };
    let (found_gold, found) = (annotations(gold), annotations(predicted));
    if !problems.is_empty() {
        return Err(problems);
    }
    let says = |task: &Task| main.says(*task);
    Ok(Some(Case {
        annotated: Task::ALL.into_iter().filter(says).collect(),
        document,
        gold: found_gold,
        predicted: found,
    }))
}

impl Tally {
    /// Notes which tasks a document of either file says something about.
    fn hear(&mut self, gold: Option<&Record<'_>>, predicted: Option<&Record<'_>>) {
        for task in Task::ALL {
            if gold.is_some_and(|record| record.says(task)) {
                self.annotated.insert(task);
            }
            if predicted.is_some_and(|record| record.says(task)) {
                self.attempted.insert(task);
            }
        }
    }
}

/// What only one thread does: who was seen, who waits, what is wrong.
#[derive(Default)]
struct Desk {
    documents: u64,
    /// The line of each id, by its digest.
    seen_gold: HashMap<[u8; 16], usize>,
    seen_predicted: HashMap<[u8; 16], usize>,
    /// Blocks whose partners have not come, by id.
    waiting_gold: BTreeMap<String, Block>,
    waiting_predicted: BTreeMap<String, Block>,
    /// Blocks whose partners came later.
    late: Vec<Pair>,
    missing: Vec<Failure>,
    extra: Vec<String>,
    mistakes: Vec<Mistake>,
    tally: Tally,
    problems: Problems,
}

impl Desk {
    /// Takes back a batch and what came of it.
    fn take(&mut self, worker: &Worker<'_>, batch: Batch, shares: Vec<Share>) {
        let mut blocks = batch.pairs.into_iter();
        for share in shares {
            self.mistakes.extend(share.mistakes);
            self.tally += share.tally;
            for (done, (gold, predicted)) in share.pairs.into_iter().zip(&mut blocks) {
                self.problems.add(done.problems);
                let columns = matches!(worker.scoring.format, Format::Columns(_));
                self.documents += u64::from(columns || done.gold.is_some());
                let twice = [
                    stands_twice(
                        &mut self.seen_gold,
                        &worker.gold,
                        done.gold.as_ref(),
                        gold.as_ref(),
                    ),
                    stands_twice(
                        &mut self.seen_predicted,
                        worker.predicted(),
                        done.predicted.as_ref(),
                        predicted.as_ref(),
                    ),
                ];
                self.problems.add(twice.into_iter().flatten());
                if done.settled {
                    continue;
                }
                if let (Some((id, _)), Some(block)) = (done.gold, gold) {
                    match self.waiting_predicted.remove(&id) {
                        Some(partner) => self.late.push((Some(block), Some(partner))),
                        None => drop(self.waiting_gold.insert(id, block)),
                    }
                }
                if let (Some((id, _)), Some(block)) = (done.predicted, predicted) {
                    match self.waiting_gold.remove(&id) {
                        Some(partner) => self.late.push((Some(partner), Some(block))),
                        None => drop(self.waiting_predicted.insert(id, block)),
                    }
                }
            }
        }
    }

    /// Counts the pairs that found each other late.
    fn settle(&mut self, worker: &Worker<'_>, pool: &rayon::ThreadPool, last: bool) {
        let batch = Batch {
            pairs: std::mem::take(&mut self.late),
            first: 1,
        };
        for share in pool.install(|| worker.work(&batch, last)) {
            self.mistakes.extend(share.mistakes);
            self.tally += share.tally;
            self.problems
                .add(share.pairs.into_iter().flat_map(|done| done.problems));
        }
    }

    /// Counts the documents of the gold that no prediction came for: nothing was predicted there.
    fn settle_rest(&mut self, worker: &Worker<'_>, pool: &rayon::ThreadPool) {
        for (id, block) in std::mem::take(&mut self.waiting_gold) {
            self.missing.push(Failure {
                document: id,
                error: format!("no line in {}", worker.predicted().display()),
            });
            self.late.push((Some(block), None));
        }
        for (id, block) in std::mem::take(&mut self.waiting_predicted) {
            self.extra.push(id);
            if worker.scoring.extra_is_spurious {
                self.late.push((None, Some(block)));
            }
        }
        self.settle(worker, pool, true);
    }

    fn scored(self) -> Result<Scored> {
        let more = self.problems.more;
        Error::all(Kind::Input, self.problems.kept).map_err(|error| error.and_more(more))?;
        let attempted = |task: &Task| self.tally.attempted.contains(task);
        let annotated: Vec<Task> = self.tally.annotated.into_iter().collect();
        Ok(Scored {
            documents: self.documents,
            scored: self.tally.scored,
            attempted: annotated.iter().copied().filter(attempted).collect(),
            annotated,
            table: CountTable::default(),
            mistakes: self.mistakes,
            missing: self.missing,
            extra: self.extra,
            other_labels: self.tally.other_labels,
            other_tokens: self.tally.other_tokens,
        })
    }
}

/// The problem that a document stands twice in its file, if it does.
fn stands_twice(
    seen: &mut HashMap<[u8; 16], usize>,
    path: &Path,
    document: Option<&(String, usize)>,
    block: Option<&Block>,
) -> Option<Problem> {
    let (id, line) = document?;
    let mut digest = [0; 16];
    digest.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..16]);
    let first = *seen.entry(digest).or_insert(*line);
    let twice = Problem::new("this document stands twice")
        .in_file(path)
        .found(format!("{id:?}, which is also line {first}"))
        .expected("one line for each document")
        .mend("take one out");
    let block = block.filter(|_| first != *line)?;
    Some(twice.at(block.excerpt(0..block.text.len())))
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
                .expected(format!("one of {}", known().collect::<Vec<_>>().join(", ")));
            match nearest(label, known()) {
                Some(near) => problem.mend(format!("did you mean {near:?}?")),
                None => problem,
            }
        };
        Error::all(Kind::Input, unknown.map(problem).collect())?;
        Ok(self)
    }
}
