//! Both files as batches of blocks that pair by position, and what could not be read of them.

use crate::error::Problem;
use crate::formats::{Block, Blocks, Parted};

/// How many bytes of either file are in work at once: enough for all threads, little enough to bound memory.
const BATCH_BYTES: usize = 2 << 20;

/// How many problems are kept; the rest is counted.
const MOST_PROBLEMS: usize = 1000;

/// Some blocks of either file.
pub(super) struct Batch {
    /// The shorter file ends with nothing.
    pub(super) pairs: Vec<Pair>,
    /// The number of the first pair, from 1.
    pub(super) first: usize,
}

/// A block of either file.
pub(super) type Pair = (Option<Block>, Option<Block>);

/// Both files.
pub(super) struct Sources {
    pub(super) gold: Blocks,
    pub(super) predicted: Option<Blocks>,
    pub(super) problems: Problems,
    /// How many pairs were read.
    pub(super) blocks: usize,
}

impl Sources {
    /// The next blocks of both files, as many of each as they have and memory allows.
    pub(super) fn batch(&mut self) -> Batch {
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
            let size = |block: &Option<Block>| block.as_ref().map_or(0, |block| block.text().len());
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
            return Some(Block::new(blocks.path(), 1, ""));
        }
    }
}

/// Problems, of which the first are kept.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) kept: Vec<Problem>,
    pub(super) more: u64,
}

impl Problems {
    pub(super) fn add(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            if self.kept.len() < MOST_PROBLEMS {
                self.kept.push(problem);
            } else {
                self.more += 1;
            }
        }
    }

    pub(super) fn append(&mut self, others: Self) {
        self.add(others.kept);
        self.more += others.more;
    }
}
