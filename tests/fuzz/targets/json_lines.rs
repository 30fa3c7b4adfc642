//! Any bytes as JSON Lines: every line is read or refused with a problem that points into it, and what is read can be counted against the line after it.
#![no_main]

#[path = "shared.rs"]
mod shared;

use std::path::Path;

use goldspan::document::Document;
use goldspan::formats::{Parted, jsonl};
use goldspan::offset::Unit;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let unit = Unit::ALL[usize::from(*first) % Unit::ALL.len()];
    let blocks = shared::blocks(rest, Parted::ByLines);
    let records: Vec<_> = blocks
        .iter()
        .filter_map(|block| jsonl::record(Path::new("fuzz"), block).ok())
        .collect();
    for pair in records.chunks(2) {
        let (gold, predicted) = (&pair[0], pair.last().unwrap_or(&pair[0]));
        // An offset may ask for a text of many megabytes, which is slow and no mistake.
        let characters = gold.stand_in().max(predicted.stand_in()).min(1 << 16);
        let document = match gold.text().or(predicted.text()) {
            Some(text) => Document::new(gold.id(), text),
            None => Document::without_text(gold.id(), characters),
        };
        let _ = predicted.other_text(document.text());
        let read = |record: &jsonl::Record<'_>| record.annotations(document.text(), unit);
        match (read(gold), read(predicted)) {
            (Ok(gold), Ok(predicted)) => shared::count(&document, gold, predicted),
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
