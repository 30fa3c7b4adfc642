//! The kit for authors: the guide's ten lines and every example of `extractors/` run as they are shown, on the bundled articles.

use std::io::Write;

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::scratch::{Scratch, repository};

/// Whether a program is there; where it is not, that is said.
fn there(program: &str) -> bool {
    let found = std::process::Command::new(program)
        .arg("--version")
        .output()
        .is_ok();
    if !found {
        // Past the capture of libtest: a test that did not run must not look as if it had.
        let _ = writeln!(std::io::stderr(), "DID NOT RUN: there is no {program}");
    }
    found
}

/// The first block of this kind in the guide.
fn block(kind: &str) -> String {
    let guide = std::fs::read_to_string(repository().join("docs/extractors.md")).unwrap();
    let block = guide.split(&format!("```{kind}\n")).nth(1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// A project over the bundled articles, with a copy of `extractors/` and these tables.
fn project(tables: &str) -> Scratch {
    let scratch = Scratch::new();
    for entry in std::fs::read_dir(repository().join("extractors")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            scratch.write(&format!("extractors/{name}"), std::fs::read(&path).unwrap());
        }
    }
    let root = repository().display();
    scratch.write(
        "goldspan.toml",
        format!(
            "[corpus.newswire]\narticles = \"{root}/corpora/newswire/*.txt\"\ngold = \"{root}/gold/newswire/*.ann\"\n\
             [score]\nentity = [\"partial\"]\nclaim = {{ levels = [\"overlap:0.5\"] }}\n{tables}"
        ),
    );
    scratch
}

/// The counts of the first pooled row, and whatever failed.
fn scored(scratch: &Scratch) -> String {
    let output = scratch.goldspan("run -o out").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    let results: Value = serde_json::from_str(&scratch.read("out/results.json")).unwrap();
    let extractor = &results["corpora"][0]["extractors"][0];
    assert_eq!(extractor["failures"], Value::Array(Vec::new()));
    let row = &extractor["scores"][0];
    let counts = ["correct", "incorrect", "partial", "missing", "spurious"];
    let counts = counts.map(|count| format!("{count} {}", row[count]));
    let told = stderr.lines().filter(|line| line.contains(" cached"));
    format!(
        "{}\n{}\n",
        counts.join(", "),
        told.collect::<Vec<_>>().join("\n")
    )
}

#[test]
fn the_ten_lines_of_the_guide_are_an_extractor() {
    if !there("python3") {
        return;
    }
    let scratch = project(&block("toml"));
    scratch.write("extractors/years.py", block("python"));
    assert_data_eq!(
        scored(&scratch),
        str![[r#"
correct 36, incorrect 0, partial 33, missing 1736, spurious 8
years: 0 cached; 28 run

"#]]
    );
    let again = scratch.goldspan("run -o again").output().unwrap();
    let stderr = String::from_utf8(again.stderr).unwrap();
    assert!(
        stderr.contains("years: 28 cached"),
        "its fingerprint is its own: {stderr}"
    );
    scratch
        .goldspan("check --ignore rare-label")
        .assert()
        .code(0);
    let article = repository().join("corpora/newswire/001-air-bases.txt");
    let mut by_hand = std::process::Command::new("python3");
    let by_hand = by_hand.arg("extractors/years.py").arg(article);
    let printed = by_hand.current_dir(scratch.path()).output().unwrap();
    assert!(printed.status.success());
    assert!(String::from_utf8(printed.stdout).unwrap().contains("DATE"));
}

#[test]
fn the_script_for_each_article_counts_bytes_and_is_right() {
    let head = std::fs::read_to_string(repository().join("extractors/money.sh")).unwrap();
    // The table that the script shows in its own first lines.
    let table = head.lines().filter_map(|line| line.strip_prefix("#     "));
    let scratch = project(&table.collect::<Vec<_>>().join("\n"));
    assert_data_eq!(
        scored(&scratch),
        str![[r#"
correct 41, incorrect 0, partial 15, missing 1749, spurious 5
money: 0 cached; 28 run

"#]]
    );
}

#[test]
fn the_extractor_in_node_counts_utf16_units_and_is_right() {
    if !there("node") {
        return;
    }
    let scratch = project("[extractor.quotes]\ncommand = [\"node\", \"extractors/quotes.mjs\"]\n");
    assert_data_eq!(
        scored(&scratch),
        str![[r#"
correct 18, incorrect 10, partial 0, missing 424, spurious 5
quotes: 0 cached; 28 run

"#]]
    );
}
