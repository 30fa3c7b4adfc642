//! Any bytes as an article and its standoff file: read or refused with problems that point into it, never a panic; what is read counts as itself.
#![no_main]

use std::path::Path;

use goldspan::annotation::{Prediction, Task};
use goldspan::counts::{Annotated, Measures, Rules, count};
use goldspan::document::Document;
use goldspan::formats::brat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (article, standoff) = text
        .split_once('\u{1}')
        .unwrap_or(("Ana Kos met the Bank of England.", &text));
    match brat::read(Path::new("a.ann"), standoff, article) {
        Ok(labelled) => {
            let prediction = Prediction(labelled.gold.0.clone());
            let document = Document::new("a", article);
            let rules = Rules {
                measures: &Measures::default(),
                annotated: &Annotated::default(),
                tasks: &Task::ALL,
            };
            let table = count(&document, &labelled.gold, &prediction, rules);
            for (_, counts) in table.iter() {
                assert_eq!(counts.correct, counts.possible());
            }
        }
        Err(problems) => assert!(
            problems
                .iter()
                .all(|problem| !problem.to_string().is_empty())
        ),
    }
});
