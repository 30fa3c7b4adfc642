//! Any bytes as JSON Lines, UTF-8 or not: every line is read or refused with a problem that points into it, and what is read can be counted against the line
//! after it.
#![no_main]

use goldspan::document::Document;
use goldspan::formats::{Options, Parted, Record, jsonl};
use goldspan::offset::Unit;
use goldspan_fuzz::{blocks, check, count};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let options = Options {
        unit: Some(Unit::ALL[usize::from(*first) % Unit::ALL.len()]),
        ..Options::default()
    };
    let blocks = blocks(rest, Parted::ByLines);
    let record = |block| match Record::of(&jsonl::FORMAT, block, &options) {
        Ok(record) => record,
        Err(problems) => {
            check(&problems);
            None
        }
    };
    let records: Vec<Record<'_>> = blocks.iter().filter_map(record).collect();
    for pair in records.chunks(2) {
        let (gold, predicted) = (&pair[0], pair.last().unwrap_or(&pair[0]));
        // An offset may ask for a text of many megabytes, which is slow and no mistake.
        let characters = gold.stand_in().max(predicted.stand_in()).min(1 << 16);
        let document = match gold.text().or(predicted.text()) {
            Some(text) => Document::new(gold.id(), text),
            None => Document::without_text(gold.id(), characters),
        };
        check(predicted.other_text(document.text(), "the gold").as_slice());
        match (
            gold.read(&document, &options),
            predicted.read(&document, &options),
        ) {
            (Ok(gold), Ok(predicted)) => count(&document, gold.annotations, predicted.annotations),
            (gold, predicted) => {
                for problems in [gold.err(), predicted.err()].into_iter().flatten() {
                    check(&problems);
                }
            }
        }
    }
});
