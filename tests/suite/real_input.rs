//! Real annotated corpora, where they are present: `GOLDSPAN_DATA`, or `../shared/data` beside the project. A test that did not run says so.

use std::io::Write;
use std::path::PathBuf;

use crate::scratch::{Scratch, goldspan};

/// The folder of a real corpus; `None`, told on standard error, where it is not present.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GOLDSPAN_DATA").map_or_else(
        || crate::scratch::repository().join("../shared/data"),
        PathBuf::from,
    );
    let folder = root.join(name);
    if folder.is_dir() {
        return folder.canonicalize().ok();
    }
    // Not through the macros, which the test runner would swallow.
    let _ = writeln!(
        std::io::stderr(),
        "DID NOT RUN: no {name} in {} (set GOLDSPAN_DATA)",
        root.display()
    );
    None
}

/// The numbers at `measure,label` of the printed scores: correct to spurious.
fn row(csv: &str, extractor: &str, measure: &str, label: &str) -> Vec<u64> {
    let line = csv
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>())
        .find(|cells| cells[1] == extractor && cells[3] == measure && cells[4] == label);
    line.unwrap_or_else(|| panic!("no row {extractor} {measure} {label} in\n{csv}"))[6..11]
        .iter()
        .map(|cell| cell.parse().unwrap())
        .collect()
}

fn run(arguments: &str) -> String {
    let scratch = Scratch::new();
    let output = goldspan(scratch.path(), arguments).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_wikinews_claims_are_read_and_scored() {
    let Some(folder) = data("gum-news/claims") else {
        return;
    };
    let csv = run(&format!(
        "run -q --articles {} --task claims --format csv",
        folder.display()
    ));
    for extractor in ["attribution", "quotes"] {
        let content = row(&csv, extractor, "overlap:0.5", "content");
        assert_eq!(
            content[0] + content[1] + content[2] + content[3],
            176,
            "all 176 attributions are gold"
        );
        assert!(content[0] > 0, "{extractor} finds some");
    }
    assert!(
        !csv.contains("gazetteer,entities"),
        "entities are not annotated here"
    );
}

#[test]
fn the_wikinews_entities_are_read_and_scored_with_mapped_labels() {
    let Some(folder) = data("gum-news/entities") else {
        return;
    };
    let config = crate::scratch::repository().join("corpora/gum-news.toml");
    let csv = run(&format!(
        "run -q --config {} --articles {} --task entities --format csv",
        config.display(),
        folder.display()
    ));
    for extractor in ["gazetteer", "shape"] {
        let strict = row(&csv, extractor, "strict", "*");
        assert_eq!(
            strict[0] + strict[1] + strict[2] + strict[3],
            3580,
            "all 3,580 mentions are gold"
        );
        assert!(strict[0] > 100, "{extractor}: {strict:?}");
    }
    assert!(
        !csv.contains(",PERSON,"),
        "every label is mapped onto the gold's"
    );
}

#[test]
fn discontinuous_nested_and_crossing_mentions_of_biomedical_articles_are_read() {
    let Some(folder) = data("craft-discontinuous") else {
        return;
    };
    let csv = run(&format!(
        "run -q --articles {} --gold {} --task entities -e shape --format csv",
        folder.join("txt").display(),
        folder.join("brat").display()
    ));
    let strict = row(&csv, "shape", "strict", "*");
    let lines: usize = ["15492776", "16410827", "17002498"]
        .iter()
        .map(|id| {
            let source =
                std::fs::read_to_string(folder.join("brat").join(format!("{id}.ann"))).unwrap();
            source.lines().filter(|line| line.starts_with('T')).count()
        })
        .sum();
    assert_eq!(
        strict[..4].iter().sum::<u64>(),
        lines as u64,
        "every text-bound is a mention"
    );
}

/// The numbers that the shared task published for four systems, to their last digit: precision, recall, F1, and correct of predicted.
#[test]
fn the_systems_of_wnut_2017_get_their_published_scores() {
    let Some(folder) = data("wnut17") else { return };
    for (system, published, correct, predicted) in [
        ("uh_ritual", "57.54/32.90/41.86", 355, 617),
        ("arcada", "47.40/34.57/39.98", 373, 787),
        ("flytxt", "47.92/31.97/38.35", 345, 720),
        ("mic-cis.txt", "40.97/33.83/37.06", 365, 891),
    ] {
        let gold = folder.join("emerging.test.annotated");
        let submission = folder.join("submissions").join(system);
        let csv = run(&format!(
            "score {} {} --scheme iob2 --repair conlleval -m strict -f csv",
            gold.display(),
            submission.display()
        ));
        let line = csv
            .lines()
            .find(|line| line.contains(",strict,*,"))
            .unwrap();
        let cells: Vec<&str> = line.split(',').collect();
        let percent = |at: usize| format!("{:.2}", 100.0 * cells[at].parse::<f64>().unwrap());
        assert_eq!(
            format!("{}/{}/{}", percent(13), percent(14), percent(15)),
            published,
            "{system}"
        );
        assert_eq!(
            (cells[6], cells[11], cells[12]),
            (&*correct.to_string(), "1079", &*predicted.to_string()),
            "{system}"
        );
    }
}
