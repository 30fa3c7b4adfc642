//! The parallel part: reads the blocks of documents, matches and counts them, in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::sources::{Batch, Pair};
use super::{Keeping, Manner, Pairing, Scoring};
use crate::annotation::{Annotations, Gold, Label, Prediction, Task};
use crate::counts::{self, Annotated, CountTable, Role, Rules};
use crate::document::Document;
use crate::error::{Problem, Result};
use crate::formats::conll::{self, Reading, TagColumn, Width};
use crate::formats::{Block, Format, Options, Parted, Read, Record, Says};
use crate::ledger::{DocumentKey, Rows};
use crate::mistakes::{self, Mistake};

/// How many documents one task takes: enough that a table of counts is worth its while.
const TASK_DOCUMENTS: usize = 32;

/// What every thread needs to know.
pub(super) struct Worker<'a> {
    pub(super) scoring: &'a Scoring<'a>,
    pub(super) gold: PathBuf,
    pub(super) predicted: Option<PathBuf>,
    pub(super) manner: Manner,
    /// The formats of either side.
    pub(super) formats: (&'static Format, &'static Format),
    /// How many columns the lines of either file have.
    pub(super) widths: (Width, Width),
    /// One table of counts for each thread: they are sums of integers, so it does not matter who counted what.
    pub(super) tables: &'a [Mutex<CountTable>],
}

/// What came of some pairs of blocks.
#[derive(Default)]
pub(super) struct Share {
    pub(super) pairs: Vec<Done>,
    pub(super) mistakes: Vec<Mistake>,
    /// What is kept of the documents that were counted.
    pub(super) keys: Vec<DocumentKey>,
    pub(super) rows: Rows,
    pub(super) tally: Tally,
}

/// What came of one pair of blocks.
#[derive(Default)]
pub(super) struct Done {
    /// The documents.
    pub(super) gold: Option<Known>,
    pub(super) predicted: Option<Known>,
    /// Why nothing was predicted for a document that gold annotates.
    pub(super) failure: Option<String>,
    /// Whether they were one document, or did not need to be; otherwise they wait for their partners.
    pub(super) settled: bool,
    pub(super) problems: Vec<Problem>,
    /// The problem that one file has no more sentences, of which one is enough.
    pub(super) too_few: Option<Problem>,
}

/// What is known of a document before it is read.
pub(super) struct Known {
    /// What it has in common with its partner: its id, or the digest of its text.
    pub(super) key: String,
    /// Its id.
    pub(super) id: String,
    /// The line that it begins in, from 1.
    pub(super) line: usize,
}

/// Sums over documents.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) scored: u64,
    pub(super) annotated: BTreeSet<Task>,
    pub(super) attempted: BTreeSet<Task>,
    /// The roles that some gold claim has.
    pub(super) roles: BTreeSet<Role>,
    /// The labels that were left out, and how many mentions had them.
    pub(super) other_labels: BTreeMap<String, u64>,
    pub(super) other_tokens: u64,
    /// Whether some gold document cannot say what it annotates.
    pub(super) perhaps: bool,
    pub(super) left_out: BTreeMap<String, u64>,
    pub(super) tried: BTreeMap<(PathBuf, String), u64>,
    pub(super) remarks: Vec<Problem>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.scored += other.scored;
        self.annotated.extend(other.annotated);
        self.attempted.extend(other.attempted);
        self.roles.extend(other.roles);
        for (label, mentions) in other.other_labels {
            *self.other_labels.entry(label).or_default() += mentions;
        }
        self.other_tokens += other.other_tokens;
        self.perhaps |= other.perhaps;
        for (why, documents) in other.left_out {
            *self.left_out.entry(why).or_default() += documents;
        }
        for (what, documents) in other.tried {
            *self.tried.entry(what).or_default() += documents;
        }
        let room = MOST_REMARKS.saturating_sub(self.remarks.len());
        self.remarks.extend(other.remarks.into_iter().take(room));
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
    pub(super) fn look_at(&mut self, batch: &Batch) -> Result<()> {
        if batch.pairs.is_empty() || !matches!(self.manner, Manner::Columns(_)) {
            return Ok(());
        }
        let ragged = self.scoring.options[0].ragged;
        let width = |side: fn(&Pair) -> &Option<Block>| {
            let blocks = batch.pairs.iter().filter_map(|pair| side(pair).as_ref());
            let mut readable = blocks.filter(|block| !block.text().is_empty());
            let columns = readable.next().map_or(2, conll::columns);
            (
                columns,
                if ragged {
                    Width::Ragged
                } else {
                    Width::Exactly(columns)
                },
            )
        };
        let (columns, gold) = width(|pair| &pair.0);
        self.widths = (gold, width(|pair| &pair.1).1);
        let too_few = self.predicted.is_none() && columns < 3;
        let problem = too_few.then(|| {
            Problem::new("this file has no column of predictions")
                .in_file(&self.gold)
                .found(format!("{columns} columns"))
                .expected("three or more: a token, ..., its gold tag, its predicted tag")
                .mend("name the file of the predictions after that of the gold")
        });
        problem.map_or(Ok(()), |problem| Err(problem.into()))
    }

    /// The file of the predictions, which is that of the gold where one holds both.
    pub(super) fn predicted(&self) -> &Path {
        self.predicted.as_deref().unwrap_or(&self.gold)
    }

    /// Reads, matches and counts. The `last` pairs wait for no partner any more.
    pub(super) fn work(&self, batch: &Batch, last: bool) -> Vec<Share> {
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
                    let done = match self.manner {
                        Manner::Documents => self.documents(pair, last, &mut share, &mut table),
                        Manner::Columns(reading) => {
                            self.columns(pair, *number, reading, &mut share, &mut table)
                        }
                    };
                    share.pairs.push(done);
                }
                share
            })
            .collect()
    }

    fn documents(
        &self,
        (gold, predicted): &Pair,
        last: bool,
        share: &mut Share,
        table: &mut CountTable,
    ) -> Done {
        let mut done = Done::default();
        let options = self.scoring.options;
        let gold = self.record(
            (self.formats.0, options[0]),
            gold.as_ref(),
            &mut done,
            share,
        );
        let predicted = self.record(
            (self.formats.1, options[1]),
            predicted.as_ref(),
            &mut done,
            share,
        );
        let known = |record: &Record<'_>| Known {
            key: self.key(record),
            id: record.id().to_owned(),
            line: record.line(),
        };
        done.gold = gold.as_ref().map(known);
        done.predicted = predicted.as_ref().map(known);
        let both = done.gold.as_ref().zip(done.predicted.as_ref());
        done.settled = last || both.is_some_and(|(gold, predicted)| gold.key == predicted.key);
        if !done.settled {
            return done;
        }
        share.tally.hear(gold.as_ref(), predicted.as_ref(), options);
        let annotated = gold.as_ref().is_some_and(|gold| {
            Task::ALL
                .iter()
                .any(|task| gold.draft.says(*task) != Says::No)
        });
        if annotated {
            done.failure = match &predicted {
                Some(predicted) => predicted.failure().map(str::to_owned),
                None => Some(self.nothing()),
            };
        }
        match self.together(gold.as_ref(), predicted.as_ref(), &mut share.tally) {
            Ok(Some(case)) => self.count(case, share, table),
            Ok(None) => {}
            Err(problems) => done.problems.extend(problems),
        }
        done
    }

    /// Why nothing was predicted for a document that the predictions do not have.
    fn nothing(&self) -> String {
        let what = match self.formats.1.parted {
            Parted::ByLines => "line",
            _ => "document",
        };
        format!("no {what} in {}", self.predicted().display())
    }

    /// What a document has in common with its partner.
    fn key(&self, record: &Record<'_>) -> String {
        match (self.scoring.pairing, record.text()) {
            (Pairing::Text, Some(text)) => {
                // The digest pairs; the words are for people.
                let words: String = text.chars().take(30).collect();
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                let digest = blake3::hash(text.as_bytes()).to_hex();
                format!("{words} (text {})", &digest[..16])
            }
            _ => record.id().to_owned(),
        }
    }

    /// The record of a block; a block that cannot be read is one more problem, one that is left out is counted.
    fn record<'b>(
        &self,
        (format, options): (&'static Format, &Options),
        block: Option<&'b Block>,
        done: &mut Done,
        share: &mut Share,
    ) -> Option<Record<'b>> {
        match Record::of(format, block?, options) {
            Ok(Some(record)) => match &record.draft.left_out {
                None => Some(record),
                Some(why) => {
                    *share.tally.left_out.entry(why.to_string()).or_default() += 1;
                    None
                }
            },
            Ok(None) => None,
            Err(problems) => {
                done.problems.extend(problems);
                None
            }
        }
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
        if blocks.into_iter().any(|block| block.text().is_empty()) {
            return done;
        }
        let sentence = |block, width, column| conll::sentence(block, reading, width, column);
        let read = match (gold, predicted, &self.predicted) {
            (Some(gold), _, None) => (
                sentence(gold, self.widths.0, TagColumn::BeforeLast),
                sentence(gold, self.widths.0, TagColumn::Last),
            ),
            (Some(gold), Some(predicted), Some(_)) => (
                sentence(gold, self.widths.0, TagColumn::Last),
                sentence(predicted, self.widths.1, TagColumn::Last),
            ),
            _ => {
                done.too_few = self.too_few(gold.as_ref().or(predicted.as_ref()), gold.is_some());
                return done;
            }
        };
        let (gold, predicted) = match read {
            (Ok(gold), Ok(predicted)) => (gold, predicted),
            (gold, predicted) => {
                let problems = [gold.err(), predicted.err()].into_iter().flatten();
                done.problems.extend(problems.flatten());
                // One file is read once for each column: what is wrong with a whole line is found twice.
                done.problems.dedup();
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
        let line = lone?.line();
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
            let mut wanted = |label: &Label| {
                let wanted = labels.contains(label.as_ref());
                if !wanted {
                    let others = &mut share.tally.other_labels;
                    *others.entry(label.to_string()).or_default() += 1;
                }
                wanted
            };
            for side in [&mut case.gold, &mut case.predicted] {
                side.mentions.retain(|mention| wanted(&mention.label));
                side.unplaced.retain(|unplaced| wanted(&unplaced.label));
            }
        }
        share.tally.scored += u64::from(!case.annotated.is_empty());
        let (gold, predicted) = (Gold(case.gold), Prediction(case.predicted));
        for claim in &gold.0.claims {
            share
                .tally
                .roles
                .extend(claim.source.as_ref().map(|_| Role::Source));
            share
                .tally
                .roles
                .extend(claim.cue.as_ref().map(|_| Role::Cue));
        }
        let annotated = Annotated {
            roles: self.scoring.roles.to_vec(),
            ..Annotated::default()
        };
        let rules = Rules {
            measures: self.scoring.measures,
            annotated: &annotated,
            tasks: &case.annotated,
        };
        match self.scoring.ledger {
            Keeping::Nothing => table.count(&case.document, &gold, &predicted, rules),
            keeping => {
                let own = counts::count(&case.document, &gold, &predicted, rules);
                share.rows.push(own.iter());
                share.keys.push(key(&case.document, &gold, keeping));
                *table += &own;
            }
        }
        if self.scoring.mistakes {
            let mistakes = mistakes::of(&case.document, &gold, &predicted, rules);
            share.mistakes.extend(mistakes);
        }
    }
}

/// What names a document, and tells whether another of its name has the same gold.
fn key(document: &Document, gold: &Gold, keeping: Keeping) -> DocumentKey {
    let digests = keeping == Keeping::CountsAndDigests;
    let text = document.text();
    let known = digests && !document.is_stand_in();
    DocumentKey {
        id: document.id().to_owned(),
        text: known.then(|| blake3::hash(text.as_bytes()).to_hex().to_string()),
        gold: digests.then(|| gold.0.digest()),
        bytes: text.len() as u64,
        metadata: document.metadata().clone(),
    }
}

impl Worker<'_> {
    /// The annotations of both sides, laid over the text that either of them has, or over letters in its place. What gold does not have is annotated as far as
    /// it was predicted: nothing is there.
    fn together(
        &self,
        gold: Option<&Record<'_>>,
        predicted: Option<&Record<'_>>,
        tally: &mut Tally,
    ) -> Result<Option<Case>, Vec<Problem>> {
        let options = self.scoring.options;
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
            problems.extend(predicted.and_then(|record| record.other_text(text, "the gold")));
        }
        if document.is_stand_in() {
            let both = gold.zip(predicted);
            problems
                .extend(both.and_then(|(gold, predicted)| needs_text(gold, predicted, options)));
        }
        let mut annotations = |record: Option<&Record<'_>>, options, side: &Path| {
            let Some(record) = record else {
                return Annotations::default();
            };
            match record.read(&document, options) {
                Ok(read) => {
                    tally.note(side, &read);
                    read.annotations
                }
                Err(found) => {
                    problems.extend(found);
                    Annotations::default()
                }
            }
        };
        let found_gold = annotations(gold, options[0], &self.gold);
        let found = annotations(predicted, options[1], self.predicted());
        if !problems.is_empty() {
            return Err(problems);
        }
        let says = |task: &Task| main.draft.says(*task) != Says::No;
        Ok(Some(Case {
            annotated: Task::ALL.into_iter().filter(says).collect(),
            document,
            gold: found_gold,
            predicted: found,
        }))
    }
}

/// The problem that two records without text can only be compared where there is one.
fn needs_text(
    gold: &Record<'_>,
    predicted: &Record<'_>,
    options: [&Options; 2],
) -> Option<Problem> {
    let (own, other) = (gold.unit(options[0]), predicted.unit(options[1]));
    let ((gold_words, gold_spans), (words, spans)) = (gold.contents(), predicted.contents());
    let id = gold.id();
    let problem = if own != other {
        let what = format!("document {id}: its offsets count one thing in gold and another here");
        let found = format!("{} here, {} in gold", other.name(), own.name());
        predicted.problem(what).found(found)
    } else if (gold_words && spans) || (words && gold_spans) {
        predicted.problem(format!(
            "document {id}: contents in words of their own can only be compared with spans where the text is known"
        ))
    } else {
        return None;
    };
    Some(
        problem
            .expected("the text of the document, in either file")
            .mend("add \"text\" to its line in gold"),
    )
}

/// How many remarks are kept.
const MOST_REMARKS: usize = 100;

impl Tally {
    /// Notes which tasks a document of either file says something about.
    fn hear(
        &mut self,
        gold: Option<&Record<'_>>,
        predicted: Option<&Record<'_>>,
        options: [&Options; 2],
    ) {
        for task in Task::ALL {
            let says = |record: Option<&Record<'_>>, options| {
                record.map(|record| record.says(task, options))
            };
            match says(gold, options[0]) {
                Some(Says::Yes) => drop(self.annotated.insert(task)),
                Some(Says::Perhaps) => self.perhaps = true,
                Some(Says::No) | None => {}
            }
            if says(predicted, options[1]) == Some(Says::Yes) {
                self.attempted.insert(task);
            }
        }
    }

    /// Notes what a person should know of a document that was read.
    fn note(&mut self, side: &Path, read: &Read) {
        if read.unit_was_tried {
            let key = (side.to_owned(), read.counted());
            *self.tried.entry(key).or_default() += 1;
        }
        let room = MOST_REMARKS.saturating_sub(self.remarks.len());
        self.remarks.extend(read.remarks.iter().take(room).cloned());
    }
}
