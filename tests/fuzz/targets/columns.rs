//! Any bytes as CoNLL columns, in every scheme and repair: every sentence is read or refused with problems that point into it, and what its last two columns
//! hold can be counted against each other.
#![no_main]

#[path = "shared.rs"]
mod shared;

use std::path::Path;

use goldspan::document::Document;
use goldspan::formats::Parted;
use goldspan::formats::conll::{IllFormed, Reading, Scheme, TagColumn, columns, sentence};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let scheme = Scheme::ALL[usize::from(*first) % Scheme::ALL.len()];
    let repairs = [
        IllFormed::Refuse,
        IllFormed::Conlleval,
        IllFormed::SeqevalStrict,
    ];
    let ill_formed = repairs[usize::from(*first) / 8 % repairs.len()];
    let reading = Reading { scheme, ill_formed };
    let blocks = shared::blocks(rest, Parted::ByBlankLines);
    let width = blocks.first().map_or(2, columns);
    for block in &blocks {
        let read = |column| sentence(Path::new("fuzz"), block, reading, width, column);
        match (read(TagColumn::BeforeLast), read(TagColumn::Last)) {
            (Ok(gold), Ok(predicted)) => {
                assert_eq!(gold.tokens, predicted.tokens);
                let on = predicted.on(&gold);
                assert_eq!(on, predicted.annotations);
                let document = Document::new("1", gold.text.clone()).from_line(gold.line);
                shared::count(&document, gold.annotations, on);
            }
            (gold, predicted) => {
                let problems = gold.err().into_iter().chain(predicted.err()).flatten();
                assert!(
                    problems
                        .into_iter()
                        .all(|problem| !problem.to_string().is_empty())
                );
            }
        }
    }
});
