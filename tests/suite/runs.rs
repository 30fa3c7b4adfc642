//! Runs that are read again: the same counts as when they were made, damage told and never used; and `goldspan runs`.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use goldspan::config::Config;
use goldspan::corpus::Corpus;
use goldspan::error::{Error, Kind};
use goldspan::ledger::Ledger;
use goldspan::run::estimates::{Manner, estimate};
use goldspan::run::{self, Caching, Plan, PlannedCorpus, PlannedExtractor, Run};
use goldspan::scores::Conventions;
use goldspan::store::{self, Circumstances, Place, RunFolder};
use snapbox::str;

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

/// Runs the project by the library into the folder `out`, with something done after its files were inspected: what the run itself has, and its folder.
fn run_by_library(scratch: &Scratch, meanwhile: impl Fn()) -> (Run, Ledger, PathBuf) {
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
                repeats: extractor.repeats,
            })
            .collect(),
        measures: config.measures,
        threads: NonZeroUsize::MIN,
        caching: Caching::default(),
    };
    let inspection = run::inspect(&plan).unwrap();
    let place = Place::Exactly(scratch.path().join("out"));
    let folder = RunFolder::create(&place, &plan, &inspection, false).unwrap();
    meanwhile();
    let run = run::run(&plan, &folder).unwrap();
    let circumstances = Circumstances {
        began: "2026-01-02T03:04:05Z".to_owned(),
        seconds: 0.5,
        threads: 1,
        bytes: 0,
        extractors: Vec::new(),
    };
    let manner = Manner {
        replicates: 0,
        cluster: None,
        conventions: Conventions::default(),
    };
    let estimates = estimate(&run, manner, NonZeroUsize::MIN).unwrap();
    let path = folder
        .finish(&run, &estimates, None, &circumstances)
        .unwrap();
    let ledger = run.ledger_of(&inspection);
    (run, ledger, path)
}

#[test]
fn a_run_that_is_read_again_has_the_ledger_and_the_mistakes_that_it_was_made_with() {
    let scratch = project();
    scratch.write("news/moved.txt", ARTICLE);
    scratch.write("gold/moved.ann", GOLD);
    // The gold of one document is damaged while the run goes on.
    let damage = || {
        scratch.write("gold/moved.ann", "T1\tPERSON 21 99\tAna Kos\n");
    };
    let (run, ledger, path) = run_by_library(&scratch, damage);
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
    assert_eq!(recorded.corpora[news].documents, 6);
    assert_eq!(recorded.corpora[news].changed[0].document, "moved");
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
    let (_, _, path) = run_by_library(&scratch, || ());
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
            let old = text.replace("\"schema\": 3,", "\"schema\": 1,");
            old.replace("\"0.1.0\"", "\"0.0.9\"")
        });
        assert_eq!(
            told,
            format!(
                "RUN/{file}: this run was made by another version of goldspan, 0.0.9 (schema 1); this one is 0.1.0, \
                 expected schema 3, with all that it has (run it again with this version)"
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
        let version = "another version of goldspan, 0.1.0 (schema 3)";
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

/// Three finished runs, in which `shape` gets worse and loses GPE in the end, and `quotes` has nothing to find in the second.
const RUNS: [&str; 3] = [
    "20200101T000000Z-aaaa", "20200102T000000Z-aabb", "20200103T000000Z-bbbb",
];

/// The small project with these runs, their times as their names have them.
fn with_runs() -> Scratch {
    let scratch = Scratch::project();
    let only_names = &GOLD[..GOLD.find("T4").unwrap()];
    let golds = [
        GOLD.to_owned(),
        only_names.to_owned(),
        GOLD.replace("GPE", "LOC")
            .replace("DATE 49 55\tMonday", "DATE 46 55\ton Monday"),
    ];
    for (day, (run, gold)) in (1..).zip(RUNS.into_iter().zip(golds)) {
        scratch.write("gold/a.ann", gold);
        let command = format!("run -q -o .goldspan/runs/{run}");
        scratch.goldspan(&command).assert().code(0);
        let clock = format!("{{\"began\": \"2020-01-0{day}T00:00:00Z\", \"seconds\": {day}.5}}");
        scratch.write(&format!(".goldspan/runs/{run}/run.json"), clock);
    }
    scratch
}

/// Copies a run to another name without one of its files.
fn copy_without(scratch: &Scratch, from: &str, to: &str, without: &str) {
    let runs = scratch.path().join(".goldspan/runs");
    for entry in fs::read_dir(runs.join(from)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name != without && name != "run.json" {
            scratch.write(
                &format!(".goldspan/runs/{to}/{name}"),
                fs::read(&path).unwrap(),
            );
        }
    }
}

/// What `goldspan runs ARGUMENTS` prints, and its exit code.
fn runs(scratch: &Scratch, arguments: &str) -> snapbox::cmd::OutputAssert {
    scratch.goldspan(&format!("runs {arguments}")).assert()
}

#[test]
fn the_list_has_finished_unfinished_and_unreadable_runs_oldest_first() {
    let scratch = with_runs();
    copy_without(&scratch, RUNS[0], "20200104T000000Z-cccc", "results.json");
    copy_without(&scratch, RUNS[0], "20191231T000000Z-dddd", "documents.csv");
    scratch.write(
        ".goldspan/runs/20191231T000000Z-dddd/results.json",
        "{\"schema\": 1, \"goldspan\": \"0.0.9\"}",
    );
    scratch.write(".goldspan/runs/note.txt", "a file is no run");
    let table = str![[r#"
   run                    began (UTC)          documents  corpus  extractor         metric             score
   20191231T000000Z-dddd  2019-12-31 00:00:00          1          quotes version 1  unreadable
                                                                  shape version 1   unreadable
   20200101T000000Z-aaaa  2020-01-01 00:00:00          1  news    quotes version 1  claim.exact.f1    1.0000
                                                          news    shape version 1   entity.strict.f1  0.8000
   20200102T000000Z-aabb  2020-01-02 00:00:00          1  news    quotes version 1  claim.exact.f1         -
                                                          news    shape version 1   entity.strict.f1  0.8000
   20200103T000000Z-bbbb  2020-01-03 00:00:00          1  news    quotes version 1  claim.exact.f1    1.0000
                                                          news    shape version 1   entity.strict.f1  0.4000
   20200104T000000Z-cccc  2020-01-04 00:00:00          1          quotes version 1  unfinished
                                                                  shape version 1   unfinished

  20191231T000000Z-dddd: this run was made by another version of goldspan, 0.0.9 (schema 1); this one is 0.1.0
  20200104T000000Z-cccc: 2 of 2 predictions; the same goldspan run command goes on with it

"#]];
    runs(&scratch, "")
        .code(0)
        .stderr_eq("")
        .stdout_eq(table.clone());
    runs(&scratch, "list").code(0).stdout_eq(table);
    runs(&scratch, "list --format csv")
        .code(0)
        .stdout_eq(str![[r#"
run,began,seconds,goldspan,state,documents,corpus,extractor,version,metric,value
20191231T000000Z-dddd,2019-12-31T00:00:00Z,,0.1.0,unreadable,1,,quotes,1,,
20191231T000000Z-dddd,2019-12-31T00:00:00Z,,0.1.0,unreadable,1,,shape,1,,
20200101T000000Z-aaaa,2020-01-01T00:00:00Z,1.5,0.1.0,finished,1,news,quotes,1,claim.exact.f1,1.0
20200101T000000Z-aaaa,2020-01-01T00:00:00Z,1.5,0.1.0,finished,1,news,shape,1,entity.strict.f1,0.8
20200102T000000Z-aabb,2020-01-02T00:00:00Z,2.5,0.1.0,finished,1,news,quotes,1,claim.exact.f1,
20200102T000000Z-aabb,2020-01-02T00:00:00Z,2.5,0.1.0,finished,1,news,shape,1,entity.strict.f1,0.8
20200103T000000Z-bbbb,2020-01-03T00:00:00Z,3.5,0.1.0,finished,1,news,quotes,1,claim.exact.f1,1.0
20200103T000000Z-bbbb,2020-01-03T00:00:00Z,3.5,0.1.0,finished,1,news,shape,1,entity.strict.f1,0.4
20200104T000000Z-cccc,2020-01-04T00:00:00Z,,0.1.0,unfinished,1,,quotes,1,,
20200104T000000Z-cccc,2020-01-04T00:00:00Z,,0.1.0,unfinished,1,,shape,1,,

"#]]);
    let json = runs(&scratch, "list --format json").code(0);
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    let states = json.as_array().unwrap().iter().map(|run| &run["state"]);
    let states: Vec<&serde_json::Value> = states.collect();
    assert_eq!(
        states,
        [
            "unreadable", "finished", "finished", "finished", "unfinished"
        ]
    );
    snapbox::assert_data_eq!(
        serde_json::to_string_pretty(&json[1]).unwrap(),
        str![[r#"
{
  "began": "2020-01-01T00:00:00Z",
  "documents": 1,
  "extractors": [
    {
      "corpus": "news",
      "extractor": "quotes",
      "metric": "claim.exact.f1",
      "value": 1.0,
      "version": "1"
    },
    {
      "corpus": "news",
      "extractor": "shape",
      "metric": "entity.strict.f1",
      "value": 0.8,
      "version": "1"
    }
  ],
  "goldspan": "0.1.0",
  "remark": null,
  "run": "20200101T000000Z-aaaa",
  "seconds": 1.5,
  "state": "finished"
}
"#]]
    );
}

#[test]
fn a_run_is_shown_with_when_it_was_what_it_scored_and_what_failed() {
    let scratch = project();
    scratch
        .goldspan("run -q -o .goldspan/runs/one")
        .assert()
        .code(104);
    scratch.write(
        ".goldspan/runs/one/run.json",
        "{\"began\": \"2020-01-01T00:00:00Z\", \"seconds\": 1.5}",
    );
    runs(&scratch, "show one")
        .code(0)
        .stderr_eq("")
        .stdout_eq(str![[r#"
one
  began   2020-01-01 00:00:00 UTC
  took    1.50 s
  by      goldspan 0.1.0
  folder  .goldspan/runs/one

quotes version 1 on names: 1 of 1 documents scored
  nothing that it attempts is annotated there

shape version 1 on names: 1 of 1 documents scored

   scores                     P       R      F1
   entity.strict         0.0000  0.0000  0.0000
   entity.overlap:0.5    0.0000  0.0000  0.0000

quotes version 1 on news: 4 of 5 documents scored

   scores                     P       R      F1
   claim.exact           0.5000  1.0000  0.6667
   content.exact         0.5000  1.0000  0.6667
   source.exact          0.5000  1.0000  0.6667
   cue.exact             0.5000  1.0000  0.6667
   content.characters    0.5000  1.0000  0.6667
   source.characters     0.5000  1.0000  0.6667
   cue.characters        0.5000  1.0000  0.6667

shape version 1 on news: 4 of 5 documents scored
  failed: long: the article has 171 characters, more than max-characters = 150

   scores                     P       R      F1
   entity.strict         0.6667  0.4444  0.5333
   entity.overlap:0.5    0.6667  0.4444  0.5333

"#]]);
    let scratch = with_runs();
    runs(&scratch, "show latest --format json")
        .code(0)
        .stdout_eq(str![[r#"
{
  "run": "20200103T000000Z-bbbb",
  "folder": ".goldspan/runs/20200103T000000Z-bbbb",
  "began": "2020-01-03T00:00:00Z",
  "seconds": 3.5,
  "goldspan": "0.1.0",
  "corpora": [
    {
      "name": "news",
      "documents": 1,
      "scored": 1,
      "changed": [],
      "extractors": [
        {
          "name": "quotes",
          "version": "1",
          "failures": [],
          "scores": [
            {
              "score": "claim.exact",
              "precision": 1.0,
              "recall": 1.0,
              "f1": 1.0
            },
            {
              "score": "content.exact",
              "precision": 1.0,
              "recall": 1.0,
              "f1": 1.0
            },
            {
              "score": "source.exact",
              "precision": 1.0,
              "recall": 1.0,
              "f1": 1.0
            },
            {
              "score": "cue.exact",
              "precision": 1.0,
              "recall": 1.0,
              "f1": 1.0
            },
            {
              "score": "claim.overlap:0.5",
              "precision": 1.0,
              "recall": 1.0,
              "f1": 1.0
            },
            {
              "score": "content.overlap:0.5",
              "precision": 1.0,
              "recall": 1.0,
              "f1": 1.0
            },
            {
              "score": "source.overlap:0.5",
              "precision": 1.0,
              "recall": 1.0,
              "f1": 1.0
            },
            {
              "score": "cue.overlap:0.5",
              "precision": 1.0,
              "recall": 1.0,
              "f1": 1.0
            }
          ]
        },
        {
          "name": "shape",
          "version": "1",
          "failures": [],
          "scores": [
            {
              "score": "entity.strict",
              "precision": 0.5,
              "recall": 0.3333333333333333,
              "f1": 0.4
            },
            {
              "score": "entity.exact",
              "precision": 0.5,
              "recall": 0.3333333333333333,
              "f1": 0.4
            },
            {
              "score": "entity.partial",
              "precision": 0.75,
              "recall": 0.5,
              "f1": 0.6
            },
            {
              "score": "entity.type",
              "precision": 1.0,
              "recall": 0.6666666666666666,
              "f1": 0.8
            }
          ]
        }
      ]
    }
  ]
}

"#]]);
}

#[test]
fn a_trend_has_each_value_with_its_change_and_a_gap_where_it_is_undefined() {
    let scratch = with_runs();
    runs(&scratch, "trend entity.strict.f1")
        .code(0)
        .stderr_eq("")
        .stdout_eq(str![[r#"
shape on news: entity.strict.f1  ██▁

   run                    began (UTC)          version   value   change
   20200101T000000Z-aaaa  2020-01-01 00:00:00        1  0.8000
   20200102T000000Z-aabb  2020-01-02 00:00:00        1  0.8000   0.0000
   20200103T000000Z-bbbb  2020-01-03 00:00:00        1  0.4000  -0.4000

"#]]);
    runs(
        &scratch,
        "trend claim.exact.f --corpus news -e quotes --format csv",
    )
    .code(0)
    .stdout_eq(str![[r#"
corpus,extractor,metric,run,began,version,value,change
news,quotes,claim.exact.f1,20200101T000000Z-aaaa,2020-01-01T00:00:00Z,1,1.0,
news,quotes,claim.exact.f1,20200102T000000Z-aabb,2020-01-02T00:00:00Z,1,,
news,quotes,claim.exact.f1,20200103T000000Z-bbbb,2020-01-03T00:00:00Z,1,1.0,

"#]]);
    runs(&scratch, "trend entity.strict.recall[GPE]")
        .code(0)
        .stdout_eq(str![[r#"
shape on news: entity.strict.recall[GPE]  ▄▄

   run                    began (UTC)          version   value  change
   20200101T000000Z-aaaa  2020-01-01 00:00:00        1  0.0000
   20200102T000000Z-aabb  2020-01-02 00:00:00        1  0.0000  0.0000
   20200103T000000Z-bbbb  2020-01-03 00:00:00        1       -

"#]]);
    runs(&scratch, "trend entity.strict.f1 --last 2 --format json")
        .code(0)
        .stdout_eq(str![[r#"
[
  {
    "corpus": "news",
    "extractor": "shape",
    "metric": "entity.strict.f1",
    "sparkline": "█▁",
    "runs": [
      {
        "run": "20200102T000000Z-aabb",
        "began": "2020-01-02T00:00:00Z",
        "version": "1",
        "value": 0.8,
        "change": 0.0
      },
      {
        "run": "20200103T000000Z-bbbb",
        "began": "2020-01-03T00:00:00Z",
        "version": "1",
        "value": 0.4,
        "change": -0.4
      }
    ]
  }
]

"#]]);
}

#[test]
fn scores_are_exported_as_a_row_each() {
    let scratch = with_runs();
    runs(
        &scratch,
        "export -m entity.strict.f1 -m entity.type.recall[DATE] -m entity.strict.macro.f1",
    )
    .code(0)
    .stderr_eq("")
    .stdout_eq(str![[r#"
run,began,corpus,extractor,version,metric,value
20200101T000000Z-aaaa,2020-01-01T00:00:00Z,news,shape,1,entity.strict.f1,0.8
20200101T000000Z-aaaa,2020-01-01T00:00:00Z,news,shape,1,entity.strict.macro.f1,0.6666666666666666
20200101T000000Z-aaaa,2020-01-01T00:00:00Z,news,shape,1,entity.type.recall[DATE],1.0
20200102T000000Z-aabb,2020-01-02T00:00:00Z,news,shape,1,entity.strict.f1,0.8
20200102T000000Z-aabb,2020-01-02T00:00:00Z,news,shape,1,entity.strict.macro.f1,0.6666666666666666
20200102T000000Z-aabb,2020-01-02T00:00:00Z,news,shape,1,entity.type.recall[DATE],1.0
20200103T000000Z-bbbb,2020-01-03T00:00:00Z,news,shape,1,entity.strict.f1,0.4
20200103T000000Z-bbbb,2020-01-03T00:00:00Z,news,shape,1,entity.strict.macro.f1,0.3333333333333333
20200103T000000Z-bbbb,2020-01-03T00:00:00Z,news,shape,1,entity.type.recall[DATE],1.0

"#]]);
    let all = runs(&scratch, "export").code(0);
    let all = String::from_utf8(all.get_output().stdout.clone()).unwrap();
    // Two levels of four parts, four measures, three ratios, three runs.
    assert_eq!(all.lines().count(), 1 + (2 * 4 + 4) * 3 * 3, "{all}");
    let json = runs(&scratch, "export --format json -m cue.exact.p").code(0);
    json.stdout_eq(str![[r#"
[
  {
    "run": "20200101T000000Z-aaaa",
    "began": "2020-01-01T00:00:00Z",
    "corpus": "news",
    "extractor": "quotes",
    "version": "1",
    "metric": "cue.exact.precision",
    "value": 1.0
  },
  {
    "run": "20200102T000000Z-aabb",
    "began": "2020-01-02T00:00:00Z",
    "corpus": "news",
    "extractor": "quotes",
    "version": "1",
    "metric": "cue.exact.precision",
    "value": 0.0
  },
  {
    "run": "20200103T000000Z-bbbb",
    "began": "2020-01-03T00:00:00Z",
    "corpus": "news",
    "extractor": "quotes",
    "version": "1",
    "metric": "cue.exact.precision",
    "value": 1.0
  }
]

"#]]);
}

#[test]
fn what_cannot_be_shown_is_told_with_its_exit_code() {
    let scratch = Scratch::project();
    let nothing = str![[r#"
error: there are no runs here
--> .goldspan/runs
 = help: give goldspan run first, go to the project's folder, or name its folder of runs with --runs

"#]];
    for verb in [
        "list", "show latest", "trend entity.strict.f1", "export", "rm latest",
    ] {
        runs(&scratch, verb)
            .code(4)
            .stdout_eq("")
            .stderr_eq(nothing.clone());
    }
    let scratch = with_runs();
    for (verb, expected) in [
        (
            "trend entity.strict.recal",
            str![[r#"
error: this is no name of a score
 |
 = note: found "entity.strict.recal"
 = note: expected KIND.MEASURE.RATIO, such as entity.strict.f1, claim.exact.recall or entity.strict.f1[PERSON]
 = help: did you mean entity.strict.recall?

"#]],
        ),
        (
            "trend entity.strict.f1[PRSON]",
            str![[r#"
error: no run has this score
 |
 = note: found "entity.strict.f1[PRSON]"
 = note: expected KIND.MEASURE.RATIO, such as entity.strict.f1, claim.exact.recall or entity.strict.f1[PERSON]
 = help: did you mean entity.strict.f1[PERSON]?

"#]],
        ),
        (
            "export -m f1",
            str![[r#"
error: this is no name of a score
 |
 = note: found "f1"
 = note: expected KIND.MEASURE.RATIO, such as entity.strict.f1, claim.exact.recall or entity.strict.f1[PERSON]
 = help: goldspan runs export shows the scores that there are

"#]],
        ),
        (
            "trend entity.strict.f1 -e shap",
            str![[r#"
error: no run has an extractor of this name
 |
 = note: found "shap"
 = note: expected one of quotes, shape
 = help: did you mean shape?

"#]],
        ),
        (
            "trend entity.strict.f1 --corpus olds",
            str![[r#"
error: no run has a corpus of this name
 |
 = note: found "olds"
 = note: expected one of news
 = help: correct the name

"#]],
        ),
        (
            "show news/",
            str![[r#"
error: this folder is no run's
--> news/
 = note: expected manifest.json in it, which every run writes first
 = help: name a run as goldspan runs list shows it, or the folder that -o named

"#]],
        ),
    ] {
        runs(&scratch, verb)
            .code(2)
            .stdout_eq("")
            .stderr_eq(expected);
    }
    copy_without(&scratch, RUNS[0], "unfinished", "results.json");
    runs(&scratch, "show unfinished")
        .code(104)
        .stderr_eq(str![[r#"
error: this run is not finished
--> .goldspan/runs/unfinished
 = note: found predictions: 2 of 2
 = note: expected results.json, which a run writes last
 = help: give the same goldspan run command again: it goes on with what is there

"#]]);
    copy_without(&scratch, RUNS[0], "damaged", "documents.csv");
    let table = scratch.read(&format!(".goldspan/runs/{}/documents.csv", RUNS[0]));
    scratch.write(
        ".goldspan/runs/damaged/documents.csv",
        table.replace("strict,*,2", "strict,*,\u{1b}2"),
    );
    runs(&scratch, "show damaged").code(103).stderr_eq(str![[r#"
error: this is no number of items
  --> .goldspan/runs/damaged/documents.csv:10:32
   |
10 | news,a,shape,entities,strict,*,�2,0,0,1,0
   |                                ^^ found "/u{1b}2"
   |
   = note: expected a whole number from 0
   = help: it was cut or changed after the run: take it from a copy, or run again

"#]]);
}

#[test]
fn a_run_is_found_by_latest_by_the_begin_of_its_name_and_by_its_path() {
    let scratch = with_runs();
    let folder = scratch.path().join(".goldspan/runs");
    // Unfinished runs do not count for latest, and alone they are none.
    copy_without(&scratch, RUNS[0], "20200104T000000Z-cccc", "results.json");
    let path = folder.join(RUNS[1]);
    for (reference, expected) in [
        ("latest", RUNS[2]),
        ("latest~0", RUNS[2]),
        ("latest~1", RUNS[1]),
        ("latest~2", RUNS[0]),
        ("20200101", RUNS[0]),
        ("20200104", "20200104T000000Z-cccc"),
        (RUNS[1], RUNS[1]),
        (path.to_str().unwrap(), RUNS[1]),
    ] {
        assert_eq!(
            store::find(&folder, reference),
            Ok(folder.join(expected)),
            "{reference}"
        );
    }
    // A whole name is that run though another begins with it.
    copy_without(&scratch, RUNS[0], &format!("{}-1", RUNS[0]), "");
    assert_eq!(store::find(&folder, RUNS[0]), Ok(folder.join(RUNS[0])));
    for (reference, expected) in [
        (
            "2020010",
            "more than one run has a name that begins so: found \"2020010\", expected one of 20200104T000000Z-cccc, 20200103T000000Z-bbbb, 20200102T000000Z-aabb, ",
        ),
        (
            "latest~9",
            "there are not so many finished runs: found \"latest~9\", expected latest to latest~3",
        ),
        (
            "latest~x",
            "this is no way to name a run: found \"latest~x\"",
        ),
        (
            "20200102T000000Z-aaba",
            "the newest are 20200104T000000Z-cccc, 20200103T000000Z-bbbb, 20200102T000000Z-aabb, 20200101T000000Z-aaaa-1, 20200101T000000Z-aaaa (did you mean 20200102T000000Z-aabb?",
        ),
        ("", "there is no run of this name"),
        ("./nowhere", "there is no run of this name"),
    ] {
        let error = store::find(&folder, reference).unwrap_err();
        assert_eq!(error.kind, Kind::Input);
        assert!(error.to_string().contains(expected), "{expected}\n{error}");
    }
}

#[test]
fn runs_that_are_all_unfinished_have_no_latest_and_no_trend() {
    let scratch = with_runs();
    for run in RUNS {
        fs::remove_file(
            scratch
                .path()
                .join(".goldspan/runs")
                .join(run)
                .join("results.json"),
        )
        .unwrap();
    }
    runs(&scratch, "show latest")
        .code(4)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: no run is finished
--> .goldspan/runs
 = note: found "latest"
 = note: expected a run with results
 = help: give the same goldspan run command again: it goes on with the unfinished run

"#]]);
    runs(&scratch, "export")
        .code(4)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: no run is finished
--> .goldspan/runs
 = help: goldspan runs list says what there is; goldspan run goes on with what is unfinished

"#]]);
    runs(&scratch, "list").code(0);
}

/// The manifest of a run, locked as a goldspan at work has it.
fn at_work(scratch: &Scratch, run: &str) -> fs::File {
    let folder = scratch.path().join(".goldspan/runs").join(run);
    let manifest = fs::File::open(folder.join("manifest.json")).unwrap();
    manifest.try_lock().unwrap();
    manifest
}

/// The names of the runs that are there.
fn left(scratch: &Scratch) -> Vec<String> {
    let inside = fs::read_dir(scratch.path().join(".goldspan/runs")).unwrap();
    let names = inside.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn only_the_named_runs_are_deleted_and_none_where_one_may_not_be() {
    let scratch = with_runs();
    scratch.goldspan("run -q -o out").assert().code(0);
    runs(&scratch, "rm latest ./out")
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: this folder does not lie in the folder of runs
--> ./out
 = help: only what lies in .goldspan/runs, or in what --runs names, is taken out; delete other folders by hand

"#]]);
    let working = at_work(&scratch, RUNS[0]);
    runs(&scratch, "rm latest 20200101")
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: another goldspan is at work in this run
--> .goldspan/runs/20200101T000000Z-aaaa
 = help: wait until it is done, or end it first

"#]]);
    drop(working);
    scratch.write(".goldspan/runs/20200102T000000Z-aabb/notes.txt", "mine");
    runs(&scratch, "rm latest 20200102")
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: this folder holds files that no run writes
--> .goldspan/runs/20200102T000000Z-aabb
 = help: move them away, or delete the folder by hand

"#]]);
    #[cfg(unix)]
    {
        let link = scratch.path().join(".goldspan/runs/link");
        std::os::unix::fs::symlink(scratch.path().join("out"), &link).unwrap();
        runs(&scratch, "rm link").code(2);
        fs::remove_file(link).unwrap();
    }
    scratch.write(".goldspan/runs/data/results.json", "somebody's");
    runs(&scratch, "rm data").code(2).stdout_eq("");
    fs::remove_dir_all(scratch.path().join(".goldspan/runs/data")).unwrap();
    assert_eq!(left(&scratch), RUNS);
    assert!(scratch.path().join("out/results.json").exists());
    // A run that is named twice is deleted once.
    runs(&scratch, "rm latest 20200103 latest~2")
        .code(0)
        .stderr_eq("")
        .stdout_eq(str![[r#"
deleted 20200103T000000Z-bbbb
deleted 20200101T000000Z-aaaa

"#]]);
    assert_eq!(left(&scratch), [RUNS[1]]);
    runs(&scratch, "rm --runs . out")
        .code(0)
        .stdout_eq("deleted out\n");
    assert!(!scratch.path().join("out").exists());
}

#[test]
fn old_runs_are_pruned_and_unfinished_ones_only_where_that_is_said() {
    let scratch = with_runs();
    copy_without(&scratch, RUNS[0], "20191231T000000Z-dddd", "results.json");
    scratch.write(".goldspan/runs/broken/manifest.json", "{");
    runs(&scratch, "prune --keep 1 --dry-run")
        .code(0)
        .stderr_eq("")
        .stdout_eq(str![[r#"
would delete 20200101T000000Z-aaaa
would delete 20200102T000000Z-aabb
2 runs would be deleted, 3 left

"#]]);
    runs(&scratch, "prune --keep 1 --unfinished --dry-run")
        .code(0)
        .stdout_eq(str![[r#"
would delete 20191231T000000Z-dddd
would delete 20200101T000000Z-aaaa
would delete 20200102T000000Z-aabb
3 runs would be deleted, 2 left

"#]]);
    // The runs are of the first days of 2020, and nobody runs this a hundred years later.
    runs(&scratch, "prune --older-than 36500d")
        .code(0)
        .stdout_eq(str![[r#"
0 runs deleted, 5 left

"#]]);
    assert_eq!(left(&scratch).len(), 5);
    let working = at_work(&scratch, RUNS[0]);
    runs(&scratch, "prune --keep 1")
        .code(0)
        .stderr_eq(str![[r#"
warning: 20200101T000000Z-aaaa stays: another goldspan is at work in this run

"#]])
        .stdout_eq(str![[r#"
deleted 20200102T000000Z-aabb
1 run deleted, 4 left

"#]]);
    drop(working);
    runs(&scratch, "prune --older-than 1s --unfinished")
        .code(0)
        .stderr_eq("")
        .stdout_eq(str![[r#"
deleted 20191231T000000Z-dddd
deleted 20200101T000000Z-aaaa
deleted 20200103T000000Z-bbbb
3 runs deleted, 1 left

"#]]);
    assert_eq!(left(&scratch), ["broken"]);
    runs(&scratch, "prune --keep 0 --older-than 1d").code(2);
    let scratch = Scratch::new();
    runs(&scratch, "prune --keep 1")
        .code(0)
        .stdout_eq("0 runs deleted, 0 left\n");
}
