//! Cases of matching and counting as data: `tests/cases/<rule>-<fact>/` holds a document, gold, a prediction and the rows expected.
//!
//! A new case needs no Rust. `GOLDSPAN_BLESS=1 cargo test cases` writes the expected rows; read them before you commit them.

use std::fs;
use std::path::{Path, PathBuf};

use goldspan::annotation::{Annotations, Gold, Prediction, Task};
use goldspan::counts::{Annotated, CountTable, Measures, Rules, count};
use goldspan::document::Document;
use goldspan::formats::{Options, Record, brat};
use goldspan::matching::{EntityMeasure, Level};
use goldspan::scores::Scores;

use crate::scratch::repository;

fn folders() -> Vec<PathBuf> {
    let all = fs::read_dir(repository().join("tests/cases")).unwrap();
    let mut folders: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn annotations(folder: &Path, name: &str, text: &str) -> Annotations {
    let path = folder.join(name);
    let source = fs::read_to_string(&path).unwrap();
    let block = brat::block(&path, &source, text);
    let options = Options::default();
    let record = Record::of(&brat::FORMAT, &block, &options)
        .unwrap()
        .unwrap();
    let document = Document::new("case", text);
    record.read(&document, &options).unwrap().annotations
}

/// The rows of a table in the form of the expected file.
fn rows(table: &CountTable) -> String {
    let mut rows =
        "measure,label,correct,incorrect,partial,missing,spurious,precision,recall,f1\n".to_owned();
    let ratio = |score: Option<f64>| score.map_or_else(String::new, |score| format!("{score:.4}"));
    for (cell, counts) in table.iter() {
        let scores = Scores::from(counts);
        rows.push_str(&format!(
            "{},{},{},{},{},{},{},{},{},{}\n",
            cell.measure,
            cell.label,
            counts.correct,
            counts.incorrect,
            counts.partial,
            counts.missing,
            counts.spurious,
            ratio(scores.precision),
            ratio(scores.recall),
            ratio(scores.f)
        ));
    }
    rows
}

/// The default measures, overlap, and the whole ladder of claims.
fn measures() -> Measures {
    let ladder = [
        "exact", "trimmed", "partial", "overlap:0.5", "any", "characters",
    ];
    let mut measures = Measures {
        claim: ladder.into_iter().filter_map(Level::from_name).collect(),
        ..Measures::default()
    };
    measures
        .entity
        .extend(EntityMeasure::from_name("overlap:0.5"));
    measures
}

/// The table of a case; both orders of the annotations must give the same one.
fn table(folder: &Path) -> CountTable {
    let text = fs::read_to_string(folder.join("document.txt")).unwrap();
    let gold = annotations(folder, "gold.ann", &text);
    let prediction = annotations(folder, "prediction.ann", &text);
    let claims = !gold.claims.is_empty() || !prediction.claims.is_empty();
    let task = if claims { Task::Claims } else { Task::Entities };
    let document = Document::new("case", text);
    let counted = |gold: &Annotations, prediction: &Annotations| {
        let rules = Rules {
            measures: &measures(),
            annotated: &Annotated::default(),
            tasks: &[task],
        };
        let (gold, prediction) = (Gold(gold.clone()), Prediction(prediction.clone()));
        count(&document, &gold, &prediction, rules)
    };
    let backwards = |annotations: &Annotations| Annotations {
        mentions: annotations.mentions.iter().rev().cloned().collect(),
        claims: annotations.claims.iter().rev().cloned().collect(),
        ..Annotations::default()
    };
    let table = counted(&gold, &prediction);
    assert_eq!(
        table,
        counted(&backwards(&gold), &backwards(&prediction)),
        "{}: order matters",
        folder.display()
    );
    table
}

#[test]
fn every_case_gives_its_expected_rows_in_any_order() {
    let mut wrong = Vec::new();
    let folders = folders();
    assert!(folders.len() >= 20, "the cases are there");
    for folder in folders {
        let found = rows(&table(&folder));
        let expected = folder.join("expected.csv");
        if std::env::var_os("GOLDSPAN_BLESS").is_some() {
            fs::write(&expected, &found).unwrap();
        }
        if fs::read_to_string(&expected).ok().as_deref() != Some(&found) {
            wrong.push(format!("{}:\n{found}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "cases that differ:\n{}", wrong.join("\n"));
}
