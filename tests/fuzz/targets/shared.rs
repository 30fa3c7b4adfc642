//! Checks what must hold of any document that could be read, whatever it holds.

use std::io::Cursor;
use std::path::Path;

use goldspan::annotation::{Annotations, Gold, Prediction, Task};
use goldspan::counts::{Annotated, CountTable, Measure, Measures, Rules};
use goldspan::document::Document;
use goldspan::formats::{Block, Blocks, Parted};
use goldspan::matching::{EntityMeasure, Level};
use goldspan::mistakes;
use goldspan::scores::{Average, Conventions, ErrorRates};

/// The blocks of some bytes; those that cannot be read say why.
pub fn blocks(data: &[u8], parted: Parted) -> Vec<Block> {
    let blocks = Blocks::of(Path::new("fuzz"), Cursor::new(data.to_vec()), parted);
    let read = blocks.filter_map(|block| {
        block
            .map_err(|problem| assert!(!problem.to_string().is_empty()))
            .ok()
    });
    read.collect()
}

/// Counts two readings of one document and checks what must hold.
pub fn count(document: &Document, gold: Annotations, predicted: Annotations) {
    let claim = [
        "exact", "trimmed", "partial", "overlap:0.5", "any", "characters",
    ];
    let mut measures = Measures {
        claim: claim.into_iter().filter_map(Level::from_name).collect(),
        ..Measures::default()
    };
    measures
        .entity
        .extend(EntityMeasure::from_name("overlap:0.5"));
    let (gold, predicted) = (Gold(gold), Prediction(predicted));
    let (annotated, tasks) = (Annotated::default(), &Task::ALL);
    let mut table = CountTable::default();
    let rules = Rules {
        measures: &measures,
        annotated: &annotated,
        tasks,
    };
    table.count(document, &gold, &predicted, rules);
    for (cell, counts) in table.iter() {
        for rate in ErrorRates::from(counts).all().into_iter().flatten() {
            assert!((0.0..=1.0).contains(&rate));
        }
        if let Measure::Entity(_) = cell.measure {
            for average in Average::ALL {
                let scores = average.of(&table, cell.measure, Conventions::default());
                for score in scores.all().into_iter().flatten() {
                    assert!((0.0..=1.0 + 1e-9).contains(&score));
                }
            }
        }
    }
    let wrong = mistakes::of(document, &gold, &predicted, rules);
    let all = wrong.len();
    let listed = mistakes::Listed {
        kept: wrong,
        cut: false,
    };
    assert_eq!(listed.ranked().mistakes.len(), all);
}
