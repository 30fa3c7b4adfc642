//! Any bytes as CoNLL columns, UTF-8 or not, in every scheme and repair: every sentence is read or refused with problems that point into it, and what its last
//! two columns hold can be counted against each other.
#![no_main]

use goldspan::document::Document;
use goldspan::formats::Parted;
use goldspan::formats::conll::{IllFormed, Reading, Scheme, TagColumn, Width, columns, sentence};
use goldspan_fuzz::{blocks, check, count};
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
    let blocks = blocks(rest, Parted::ByBlankLines);
    let width = match blocks.first() {
        Some(block) if *first < 128 => Width::Exactly(columns(block)),
        _ => Width::Ragged,
    };
    for block in &blocks {
        let read = |column| sentence(block, reading, width, column);
        match (read(TagColumn::BeforeLast), read(TagColumn::Last)) {
            (Ok(gold), Ok(predicted)) => {
                assert_eq!(gold.tokens, predicted.tokens);
                let on = predicted.on(&gold);
                assert_eq!(on, predicted.annotations);
                let document = Document::new("1", gold.text.clone()).from_line(gold.line);
                count(&document, gold.annotations, on);
            }
            (gold, predicted) => {
                for problems in [gold.err(), predicted.err()].into_iter().flatten() {
                    check(&problems);
                }
            }
        }
    }
});
