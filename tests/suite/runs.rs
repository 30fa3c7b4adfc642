//! Runs that are read again: the same counts as when they were made, damage told and never used; and `goldspan runs`.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use goldspan::config::Config;
use goldspan::corpus::Corpus;
use goldspan::error::{Error, Kind};
use goldspan::ledger::Ledger;
use goldspan::run::{self, Caching, Plan, PlannedCorpus, PlannedExtractor, Run};
use goldspan::store::{self, Circumstances, Place, RunFolder};

use crate::scratch::{ARTICLE, CONFIG, GOLD, Scratch};

/// A project of two corpora: one with a document that fails, one that is empty of entities, one without gold, ids that CSV must quote, a manifest; and one
/// whose gold annotates entities alone.
fn project() -> Scratch {
    let scratch = Scratch::project();
    scratch.write("news/b, \"c\".txt", ARTICLE.repeat(2));
    scratch.write("news/b, \"c\".ann", GOLD);
    scratch.write("gold/b, \"c\".ann", GOLD);
    scratch.write("news/empty.txt", "Nobody said anything.\n");
    scratch.write("gold/empty.ann", "");
    scratch.write("news/long.txt", ARTICLE.repeat(3));
    scratch.write("gold/long.ann", GOLD);
    scratch.write("news/ungold.txt", ARTICLE);
    scratch.write(
        "manifest.csv",
        "id,split\na,dev\n\"b, \"\"c\"\"\",test\nempty,test\nlong,dev\nungold,dev\n",
    );
    scratch.write("names/z.txt", ARTICLE);
    scratch.write("names/z.ann", "T1\tORG 21 28\tAna Kos\n");
    scratch.write(
        "goldspan.toml",
        CONFIG
            .replace("gold = \"gold\"", "gold = \"gold\"\nmanifest = \"manifest.csv\"")
            .replace(
                "builtin = \"shape\"",
                "builtin = \"shape\"\nparams = { max-characters = 150 }",
            )
            + "\n[corpus.names]\narticles = \"names\"\ntasks = [\"entities\"]\n\n[score]\nentity = [\"strict\", \"overlap:0.5\"]\nclaim = { levels = [\"exact\", \"characters\"] }\n",
    );
    scratch
}

/// Runs the project by the library into the folder `out`: what the run itself has, and what the folder says.
fn run_by_library(scratch: &Scratch) -> (Run, Ledger, PathBuf) {
    let config = Config::read(&scratch.path().join("goldspan.toml")).unwrap();
    let corpora = config.corpora.iter().map(|corpus| {
        let mut location = corpus.location.clone();
        let inside = |name: String| scratch.path().join(name).to_string_lossy().into_owned();
        location.articles = location.articles.map(inside);
        location.gold = location.gold.map(inside);
        PlannedCorpus {
            corpus: Corpus::find(&location).unwrap().0,
            annotated: corpus.annotated.clone(),
        }
    });
    let plan = Plan {
        corpora: corpora.collect(),
        extractors: config
            .extractors
            .into_iter()
            .map(|extractor| PlannedExtractor {
                engine: extractor.start().unwrap(),
                name: extractor.name,
                labels: extractor.labels,
            })
            .collect(),
        measures: config.measures,
        threads: NonZeroUsize::MIN,
        caching: Caching::default(),
    };
    let inspection = run::inspect(&plan).unwrap();
    let place = Place::Exactly(scratch.path().join("out"));
    let folder = RunFolder::create(&place, &plan, &inspection, false).unwrap();
    let run = run::run(&plan, &folder).unwrap();
    let circumstances = Circumstances {
        began: "2026-01-02T03:04:05Z".to_owned(),
        seconds: 0.5,
        threads: 1,
        bytes: 0,
        extractors: Vec::new(),
    };
    let path = folder.finish(&run, &circumstances).unwrap();
    let ledger = run::ledger(&run, &plan, &inspection);
    (run, ledger, path)
}

#[test]
fn a_run_that_is_read_again_has_the_ledger_and_the_mistakes_that_it_was_made_with() {
    let scratch = project();
    let (run, ledger, path) = run_by_library(&scratch);
    let recorded = store::read(&path).unwrap();
    assert_eq!(recorded.ledger, ledger);
    assert_eq!(recorded.id, "out");
    assert_eq!(recorded.began.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(recorded.goldspan, env!("CARGO_PKG_VERSION"));
    // The project has what can go wrong: metadata, a failure, a document without gold, tasks that are not annotated.
    let corpora = &recorded.ledger.corpora;
    let news = corpora.iter().position(|own| own.name == "news").unwrap();
    let documents: Vec<&str> = corpora[news]
        .documents
        .iter()
        .map(|own| own.id.as_str())
        .collect();
    assert_eq!(documents, ["a", "b, \"c\"", "empty", "long"]);
    assert_eq!(corpora[news].documents[0].metadata["split"], "dev");
    assert_eq!(corpora[news].systems[1].failures, ["long"]);
    assert_eq!(recorded.corpora[news].documents, 5);
    let mut mistakes = recorded.mistakes().unwrap();
    let mut compared = 0;
    for corpus in &run.corpora {
        for own in &corpus.extractors {
            let read = mistakes
                .remove(&(corpus.name.clone(), own.name.clone()))
                .unwrap();
            compared += read.kept.len();
            assert_eq!(Some(read.ranked()), own.mistakes);
        }
    }
    assert!(compared > 8 && mistakes.is_empty(), "{compared}");
}

/// What reading the folder fails with, in one line.
fn refused(folder: &Path) -> (Kind, String) {
    let error: Error = store::read(folder).unwrap_err();
    let text = error.to_string();
    (
        error.kind,
        text.replace(&folder.display().to_string(), "RUN"),
    )
}

/// A run of the small project in the folder `out`.
fn small() -> (Scratch, PathBuf) {
    let scratch = Scratch::project();
    scratch.write("news/b.txt", ARTICLE);
    scratch.write("gold/b.ann", GOLD);
    let (_, _, path) = run_by_library(&scratch);
    (scratch, path)
}

/// Whether the table of counts is refused with what is expected of each damage, and what to do.
fn refuses(path: &Path, damaged: impl IntoIterator<Item = (String, String)>) {
    for (text, expected) in damaged {
        fs::write(path.join("documents.csv"), &text).unwrap();
        let (kind, told) = refused(path);
        assert!(told.contains(&expected), "{expected}\n{told}");
        let mend = "(it was cut or changed after the run: take it from a copy, or run again)";
        assert!(told.ends_with(mend), "{told}");
        assert_eq!(kind, Kind::Incomparable);
    }
}

#[test]
fn a_table_of_counts_that_was_cut_or_reordered_is_told_with_its_line() {
    let (_scratch, path) = small();
    let table = path.join("documents.csv");
    let whole = fs::read_to_string(&table).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    let mut twice = lines.clone();
    twice.insert(3, lines[2]);
    let mut reordered = lines.clone();
    reordered[1..].rotate_left(8);
    let early = |lacking: &str| format!("ends too early, expected {lacking}");
    let damaged = [
        (String::new(), early("its header")),
        (joined(&lines[..1]), early("the rows of quotes on document a of news")),
        (
            joined(&lines[..5]),
            "a row of quotes on document a of news is missing at the end: found \"overlap:0.5 claim\"".to_owned(),
        ),
        (joined(&lines[..9]), early("the rows of shape on document a of news")),
        (whole.trim_end().to_owned(), early("the end of its last line")),
        (
            whole[..whole.len() - 5].to_owned(),
            "cannot be read: found cells: 9".to_owned(),
        ),
        (
            joined(&twice),
            "documents.csv:11:1: before this row, a row of quotes on document a of news stands twice: found \"exact content\"".to_owned(),
        ),
        (
            joined(&reordered),
            "documents.csv:2:6: this row stands out of order, twice, or in the place of others, expected a row of quotes on document a of news".to_owned(),
        ),
    ];
    refuses(&path, damaged);
    fs::write(&table, b"\xff\n").unwrap();
    assert!(refused(&path).1.contains("bytes that are not UTF-8"));
    fs::remove_file(&table).unwrap();
    let (kind, told) = refused(&path);
    assert!(
        told.starts_with("RUN/documents.csv: cannot read this file of a run"),
        "{told}"
    );
    assert_eq!(kind, Kind::Incomparable);
}

#[test]
fn a_table_of_counts_that_was_changed_is_told_with_its_cell() {
    let (_scratch, path) = small();
    let whole = fs::read_to_string(path.join("documents.csv")).unwrap();
    let sums = "RUN/documents.csv: the counts of shape on news, strict";
    let changes = [
        (
            "label",
            "class",
            "documents.csv:1:1: this table of counts has another header",
        ),
        (
            "news,a,",
            "olds,a,",
            "csv:2:1: the run has no corpus of this name: found \"olds\"",
        ),
        (
            "news,a,",
            "news,z,",
            "csv:2:6: the run has no scored document of this name: found \"z\"",
        ),
        (
            ",shape,",
            ",shapes,",
            "csv:10:8: the run has no extractor of this name: found \"shapes\"",
        ),
        (
            "exact,content",
            "any,content",
            "csv:3:22: this row counts what the run did not: found \"claims any content\"",
        ),
        (
            "exact,content",
            "exact,speaker",
            "this row counts what the run did not",
        ),
        (
            "strict,*,2,",
            "strict,*,two,",
            "csv:10:32: this is no number of items: found \"two\"",
        ),
        (
            "strict,*,2,",
            "strict,*,-2,",
            "this is no number of items: found \"-2\"",
        ),
    ];
    let changed = changes.map(|(from, to, told)| (whole.replacen(from, to, 1), told.to_owned()));
    refuses(&path, changed);
    let counts = "do not add up to those of results.json: found correct";
    let changed = [
        (
            whole.replacen("strict,*,2,0,0,1,0", "strict,*,3,0,0,0,0", 1),
            format!(
                "{sums} *, {counts} 5, incorrect 0, partial 0, missing 1, spurious 0, \
                 expected correct 4, incorrect 0, partial 0, missing 2, spurious 0"
            ),
        ),
        (
            whole.replacen("strict,GPE", "strict,GEP", 1),
            format!(
                "{sums} GEP, {counts} 0, incorrect 0, partial 0, missing 1, spurious 0, expected no such counts"
            ),
        ),
    ];
    refuses(&path, changed);
}

/// What reading the folder fails with while one of its files has another text.
fn refused_with(folder: &Path, file: &str, change: impl Fn(&str) -> String) -> String {
    let path = folder.join(file);
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, change(&whole)).unwrap();
    let (kind, told) = refused(folder);
    fs::write(&path, whole).unwrap();
    assert_eq!(kind, Kind::Incomparable);
    told
}

#[test]
fn a_run_of_another_version_is_told_with_both_versions() {
    let (_scratch, path) = small();
    for file in ["manifest.json", "results.json"] {
        let told = refused_with(&path, file, |text| {
            let old = text.replace("\"schema\": 2,", "\"schema\": 1,");
            old.replace("\"0.1.0\"", "\"0.0.9\"")
        });
        assert_eq!(
            told,
            format!(
                "RUN/{file}: this run was made by another version of goldspan, 0.0.9 (schema 1); this one is 0.1.0, \
                 expected schema 2, with all that it has (run it again with this version)"
            )
        );
        let told = refused_with(&path, file, |text| text[..text.len() / 2].to_owned());
        let damaged = "this file of a run is damaged: found EOF while parsing";
        assert!(told.contains(damaged), "{told}");
    }
    for (file, from, to, found) in [
        (
            "manifest.json",
            "\"annotations\"",
            "\"notes\"",
            "document a with gold and without annotations",
        ),
        (
            "manifest.json", "\"nested\"", "\"nesting\"", "missing field `nested`",
        ),
        ("manifest.json", "\"strict\"", "\"sharp\"", "\"sharp\""),
        (
            "results.json", "\"changed\"", "\"moved\"", "missing field `changed`",
        ),
    ] {
        let told = refused_with(&path, file, |text| text.replace(from, to));
        let version = "another version of goldspan, 0.1.0 (schema 2)";
        assert!(told.contains(version), "{told}");
        assert!(told.contains(&format!("found {found}")), "{told}");
    }
}

#[test]
fn what_is_no_finished_run_is_told_with_what_to_do() {
    let (scratch, path) = small();
    let told = refused_with(&path, "results.json", |text| {
        text.replace("\"name\": \"shape\"", "\"name\": \"form\"")
    });
    assert!(
        told.contains("these results are not of the plan beside them"),
        "{told}"
    );
    fs::remove_file(path.join("results.json")).unwrap();
    let (kind, told) = refused(&path);
    assert_eq!(
        told,
        "RUN: this run is not finished: found predictions: 4 of 4, expected results.json, which a run writes last \
         (give the same goldspan run command again: it goes on with what is there)"
    );
    assert_eq!(kind, Kind::Incomplete);
    for (folder, what) in [
        ("news", "this folder is no run's"),
        ("nowhere", "there is no such run folder"),
    ] {
        let (kind, told) = refused(&scratch.path().join(folder));
        assert!(told.contains(what), "{told}");
        assert_eq!(kind, Kind::Input);
    }
}

#[test]
fn mistakes_that_were_changed_are_told_with_their_line() {
    let (_scratch, path) = small();
    let recorded = store::read(&path).unwrap();
    let file = path.join("mistakes.csv");
    let whole = fs::read_to_string(&file).unwrap();
    for (text, line) in [
        (whole.replacen(",missed,", ",lost,", 1), 2),
        (whole.replacen("39-45", "39+45", 1), 2),
        (whole.replacen(",shape,", ",shapes,", 1), 2),
        (whole.trim_end().rsplit_once(',').unwrap().0.to_owned(), 3),
    ] {
        fs::write(&file, &text).unwrap();
        let told = recorded.mistakes().unwrap_err().to_string();
        let place = format!("mistakes.csv:{line}:1: this is no mistake as the run wrote it");
        assert!(told.contains(&place), "{place}\n{told}\n{text}");
    }
}
