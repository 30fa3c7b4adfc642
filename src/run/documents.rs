//! The documents of a source, read in parallel and handed on in order: what every verb does that reads one source.

use rayon::prelude::*;

use crate::corpus::Source;
use crate::error::{Problem, Result};
use crate::formats::{Block, Blocks, Options, Record};

/// How many bytes of a source are in work at once: enough for all threads, little enough to bound memory.
const BATCH_BYTES: usize = 4 << 20;

/// A document as far as it could be read: `None` where it is left out on purpose.
pub type Found<'a> = Result<Option<Record<'a>>, Vec<Problem>>;

/// Applies `work` to every document, on the threads of `pool`, and gives its results to `take` in the order of the documents.
///
/// # Errors
/// Where the source cannot be opened, and what `take` fails with.
pub fn each<T: Send>(
    source: &Source,
    options: &Options,
    pool: &rayon::ThreadPool,
    work: impl Fn(Found<'_>) -> T + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let mut blocks = source.blocks(source.format.parted, options.limits)?;
    let one = |block: Result<Block, Vec<Problem>>| match block {
        Ok(block) => work(Record::of(source.format, &block, options)),
        Err(problems) => work(Err(problems)),
    };
    let mut batch = next(&mut blocks);
    while !batch.is_empty() {
        let (following, done) = pool.install(|| {
            rayon::join(
                || next(&mut blocks),
                || batch.into_par_iter().map(one).collect::<Vec<T>>(),
            )
        });
        for result in done {
            take(result)?;
        }
        batch = following;
    }
    Ok(())
}

fn next(blocks: &mut Blocks) -> Vec<Result<Block, Vec<Problem>>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while bytes < BATCH_BYTES {
        let Some(block) = blocks.next() else { break };
        if let Ok(block) = &block {
            let companions = block.companions.iter().map(|piece| piece.text.len());
            bytes += block.text().len() + companions.sum::<usize>();
        }
        batch.push(block);
    }
    batch
}
