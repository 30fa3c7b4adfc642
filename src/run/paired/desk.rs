//! The part that one thread does: who was seen, who waits for a partner, what is wrong.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use super::sources::{Batch, Pair, Problems};
use super::worker::{Known, Share, Tally, Worker};
use super::{Manner, Scored};
use crate::annotation::Task;
use crate::counts::CountTable;
use crate::error::{Error, Kind, Problem, Result};
use crate::formats::Block;
use crate::ledger::{DocumentKey, Rows};
use crate::mistakes::Mistake;
use crate::run::Failure;

/// What only one thread does: who was seen, who waits, what is wrong.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) documents: u64,
    /// The line of each id, by its digest.
    pub(super) seen_gold: HashMap<[u8; 16], (PathBuf, usize)>,
    pub(super) seen_predicted: HashMap<[u8; 16], (PathBuf, usize)>,
    /// Blocks whose partners have not come, by id.
    pub(super) waiting_gold: BTreeMap<String, Block>,
    pub(super) waiting_predicted: BTreeMap<String, (String, Block)>,
    /// Blocks whose partners came later.
    pub(super) late: Vec<Pair>,
    pub(super) told_too_few: bool,
    pub(super) missing: Vec<Failure>,
    pub(super) extra: Vec<String>,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) keys: Vec<DocumentKey>,
    pub(super) rows: Rows,
    pub(super) tally: Tally,
    pub(super) problems: Problems,
}

impl Desk {
    /// Takes back a batch and what came of it.
    pub(super) fn take(&mut self, worker: &Worker<'_>, batch: Batch, shares: Vec<Share>) {
        let mut blocks = batch.pairs.into_iter();
        for share in shares {
            self.mistakes.extend(share.mistakes);
            self.keys.extend(share.keys);
            self.rows.append(&share.rows);
            self.tally += share.tally;
            for (done, (gold, predicted)) in share.pairs.into_iter().zip(&mut blocks) {
                self.problems.add(done.problems);
                if !self.told_too_few {
                    self.told_too_few = done.too_few.is_some();
                    self.problems.add(done.too_few);
                }
                let columns = matches!(worker.manner, Manner::Columns(_));
                self.documents += u64::from(columns || done.gold.is_some());
                let twice = [
                    stands_twice(&mut self.seen_gold, done.gold.as_ref(), gold.as_ref()),
                    stands_twice(
                        &mut self.seen_predicted,
                        done.predicted.as_ref(),
                        predicted.as_ref(),
                    ),
                ];
                self.problems.add(twice.into_iter().flatten());
                if done.settled {
                    self.fail(done.gold, done.failure);
                    continue;
                }
                if let (Some(Known { key, .. }), Some(block)) = (done.gold, gold) {
                    match self.waiting_predicted.remove(&key) {
                        Some((_, partner)) => self.late.push((Some(block), Some(partner))),
                        None => drop(self.waiting_gold.insert(key, block)),
                    }
                }
                if let (Some(Known { key, id, .. }), Some(block)) = (done.predicted, predicted) {
                    match self.waiting_gold.remove(&key) {
                        Some(partner) => self.late.push((Some(partner), Some(block))),
                        None => drop(self.waiting_predicted.insert(key, (id, block))),
                    }
                }
            }
        }
    }

    /// Counts the pairs that found each other late.
    pub(super) fn settle(&mut self, worker: &Worker<'_>, pool: &rayon::ThreadPool, last: bool) {
        let batch = Batch {
            pairs: std::mem::take(&mut self.late),
            first: 1,
        };
        for share in pool.install(|| worker.work(&batch, last)) {
            self.mistakes.extend(share.mistakes);
            self.keys.extend(share.keys);
            self.rows.append(&share.rows);
            self.tally += share.tally;
            for done in share.pairs {
                self.problems.add(done.problems);
                self.fail(done.gold, done.failure);
            }
        }
    }

    /// Notes that nothing was predicted for a document, if that is so.
    fn fail(&mut self, document: Option<Known>, failure: Option<String>) {
        if let Some((Known { id, .. }, error)) = document.zip(failure) {
            let document = id;
            self.missing.push(Failure { document, error });
        }
    }

    /// Counts the documents of the gold that no prediction came for: nothing was predicted there.
    pub(super) fn settle_rest(&mut self, worker: &Worker<'_>, pool: &rayon::ThreadPool) {
        let gold = std::mem::take(&mut self.waiting_gold).into_values();
        self.late.extend(gold.map(|block| (Some(block), None)));
        for (id, block) in std::mem::take(&mut self.waiting_predicted).into_values() {
            self.extra.push(id);
            if worker.scoring.extra_is_spurious {
                self.late.push((None, Some(block)));
            }
        }
        self.settle(worker, pool, true);
    }

    pub(super) fn scored(mut self) -> Result<Scored> {
        self.missing.sort_by(|a, b| a.document.cmp(&b.document));
        self.extra.sort();
        let more = self.problems.more;
        Error::all(Kind::Input, self.problems.kept).map_err(|error| error.and_more(more))?;
        // Predictions that say nothing at all attempted everything, and found nothing.
        let silent = self.tally.attempted.is_empty();
        let attempted = |task: &Task| silent || self.tally.attempted.contains(task);
        let mut annotated: Vec<Task> = self.tally.annotated.into_iter().collect();
        if annotated.is_empty() && self.tally.perhaps {
            // Gold whose format cannot say what it annotates, and that has nothing: nothing is there.
            annotated = Task::ALL.to_vec();
        }
        // Documents were counted in the order in which partners found each other.
        let mut order: Vec<usize> = (0..self.keys.len()).collect();
        order.sort_by(|&a, &b| self.keys[a].id.cmp(&self.keys[b].id));
        Ok(Scored {
            documents: self.documents,
            scored: self.tally.scored,
            attempted: annotated.iter().copied().filter(attempted).collect(),
            annotated,
            gold_roles: self.tally.roles.into_iter().collect(),
            rows: self.rows.reordered(&order),
            keys: order
                .iter()
                .map(|&at| std::mem::take(&mut self.keys[at]))
                .collect(),
            table: CountTable::default(),
            mistakes: self.mistakes,
            missing: self.missing,
            extra: self.extra,
            other_labels: self.tally.other_labels,
            other_tokens: self.tally.other_tokens,
            left_out: self.tally.left_out,
            tried: self.tally.tried,
            remarks: self.tally.remarks,
        })
    }
}

/// The problem that a document stands twice in its file, if it does.
fn stands_twice(
    seen: &mut HashMap<[u8; 16], (PathBuf, usize)>,
    document: Option<&Known>,
    block: Option<&Block>,
) -> Option<Problem> {
    let Known { key, id, line } = document?;
    let mut digest = [0; 16];
    digest.copy_from_slice(&blake3::hash(key.as_bytes()).as_bytes()[..16]);
    let block = block?;
    let (path, first) = seen
        .entry(digest)
        .or_insert_with(|| (block.path().to_owned(), *line));
    if (path.as_path(), *first) == (block.path(), *line) {
        return None;
    }
    let place = if path == block.path() {
        format!("line {first}")
    } else {
        format!("at {}:{first}", path.display())
    };
    let twice = block
        .problem(0..block.first_line(), "this document stands twice")
        .found(format!("{id:?}, which is also {place}"))
        .expected("one line for each document")
        .mend("take one out");
    Some(twice)
}
