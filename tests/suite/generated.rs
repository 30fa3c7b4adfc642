//! The generated set of 20,000 documents on which the field's scorers agree: slow to make, so behind the feature `slow`.
//!
//! `cargo test --release --features slow generated` makes the set with Python and scores it; `GOLDSPAN_GENERATED` names a folder that holds its `docs.jsonl` already.

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::scratch::{Scratch, goldspan, repository};

/// The set, made where it is not there yet; `None`, after saying so, where it cannot be made here.
fn documents(scratch: &Scratch) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("GOLDSPAN_GENERATED") {
        return Some(Path::new(&folder).join("docs.jsonl"));
    }
    let script = repository().join("../shared/peers/gen.py");
    let folder = scratch.path().join("set");
    let mut made = Command::new("python3");
    made.arg(&script).arg(&folder).arg("--no-conll");
    if script.is_file() && made.output().is_ok_and(|output| output.status.success()) {
        return Some(folder.join("docs.jsonl"));
    }
    let _ = writeln!(
        std::io::stderr(),
        "DID NOT RUN: no generator at {} (set GOLDSPAN_GENERATED to a folder with docs.jsonl)",
        script.display()
    );
    None
}

/// One side of the set as JSON Lines.
fn write_side(documents: &Path, side: &str, to: &Path) {
    let mut out = BufWriter::new(fs::File::create(to).unwrap());
    for line in BufReader::new(fs::File::open(documents).unwrap()).lines() {
        let document: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let entity = |span: &Value| json!({"start": span[0], "end": span[1], "label": span[2]});
        let entities: Vec<Value> = document[side]
            .as_array()
            .unwrap()
            .iter()
            .map(entity)
            .collect();
        writeln!(
            out,
            "{}",
            json!({"id": document["id"], "entities": entities})
        )
        .unwrap();
    }
    out.flush().unwrap();
}

#[test]
fn the_generated_set_gets_the_numbers_that_all_scorers_agree_on() {
    let scratch = Scratch::new();
    let Some(documents) = documents(&scratch) else {
        return;
    };
    let side = |name: &str| {
        let path = scratch.path().join(format!("{name}.jsonl"));
        write_side(&documents, name, &path);
        path
    };
    let (gold, predicted) = (side("gold"), side("a"));
    let command = format!("score {} {} -f csv", gold.display(), predicted.display());
    let output = goldspan(scratch.path(), &command).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let csv = String::from_utf8(output.stdout).unwrap();
    let cells = |measure: &str, label: &str, average: &str| -> Vec<String> {
        let row = format!(",{measure},{label},{average},");
        let line = csv.lines().find(|line| line.contains(&row)).unwrap();
        line.split(',').skip(6).map(str::to_owned).collect()
    };
    // correct, incorrect, partial, missing, spurious, possible, actual, precision, recall, f1
    let strict = cells("strict", "*", "micro");
    assert_eq!(
        [&strict[0], &strict[5], &strict[6]],
        ["619948", "788666", "773486"]
    );
    let digits = [
        "0.8014986696591794", "0.7860716703902539", "0.7937102151391157",
    ];
    assert_eq!(strict[7..10], digits);
    let exact = cells("exact", "*", "micro");
    assert_eq!(
        [&exact[0], &exact[3], &exact[4]],
        ["659511", "60105", "44925"]
    );
    assert_eq!(cells("partial", "*", "micro")[2], "69050");
    let printed = |cells: &[String]| -> Vec<String> {
        let cells = cells[7..10].iter().map(|cell| cell.parse::<f64>().unwrap());
        cells.map(|score| format!("{score:.6}")).collect()
    };
    assert_eq!(
        printed(&cells("strict", "*", "macro")),
        ["0.797059", "0.786317", "0.791634"]
    );
    assert_eq!(
        printed(&cells("strict", "*", "weighted")),
        ["0.801545", "0.786072", "0.793721"]
    );
    assert_eq!(cells("strict", "PER", "")[6], "230211");
}
