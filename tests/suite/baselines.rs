//! Accepted results: the file round trip and its bytes, everything that can be wrong with it, and when `goldspan accept` refuses.

use std::collections::BTreeMap;

use goldspan::annotation::Task;
use goldspan::baseline::{Baseline, Provenance, names, place};
use goldspan::counts::{Annotated, Cell, Counts, Measure, Measures, Role};
use goldspan::error::Kind;
use goldspan::ledger::{CorpusLedger, DocumentKey, Ledger, Rows, SystemLedger, same_digest};
use goldspan::matching::{EntityMeasure, Level};
use proptest::prelude::*;
use snapbox::str;

use crate::scratch::{ARTICLE, CONFIG, GOLD, Scratch, goldspan, repository};

fn provenance() -> Provenance {
    Provenance {
        goldspan: "0.1.0".into(),
        run: "20260102T030405Z-abcd".into(),
        accepted: "2026-01-02T03:04:05Z".into(),
        commit: None,
        message: None,
    }
}

fn cell() -> impl Strategy<Value = Cell> {
    let label = prop::sample::select(vec!["*", "PERSON", "ORG \"x\"", "\n<<<<<<< ", "Ö\u{2028}"]);
    let entity = prop::sample::select(EntityMeasure::DEFAULT.to_vec());
    let entity = (entity, label).prop_map(|(measure, label)| Cell {
        measure: Measure::Entity(measure),
        label: label.into(),
    });
    let level = prop::sample::select(vec![
        Level::Exact,
        Level::Any,
        Level::from_name("overlap:0.25").unwrap(),
    ]);
    let role = prop::sample::select(Role::ALL.to_vec());
    let claim = (level, role).prop_map(|(level, role)| Cell {
        measure: Measure::Claim(level),
        label: role.name().into(),
    });
    prop_oneof![entity, claim]
}

fn counts() -> impl Strategy<Value = Counts> {
    let number = || prop_oneof![Just(0), 0..4_u64, Just(u64::from(u32::MAX))];
    (number(), number(), number(), number(), number()).prop_map(|numbers| Counts {
        correct: numbers.0,
        incorrect: numbers.1,
        partial: numbers.2,
        missing: numbers.3,
        spurious: numbers.4,
    })
}

fn row() -> impl Strategy<Value = BTreeMap<Cell, Counts>> {
    prop::collection::btree_map(cell(), counts(), 0..5)
}

fn system(name: &'static str, documents: usize) -> impl Strategy<Value = SystemLedger> {
    let rows = prop::collection::vec(row(), documents);
    (rows, 1..3_u32).prop_map(move |(rows, repeats)| {
        let mut packed = Rows::default();
        for row in rows {
            packed.push(row.into_iter());
        }
        SystemLedger {
            name: name.into(),
            extractor: "shape".into(),
            version: String::new(),
            tasks: vec![Task::Claims],
            repeats,
            failures: (repeats > 1).then(|| "d0".to_owned()).into_iter().collect(),
            rows: packed,
        }
    })
}

fn ledger() -> impl Strategy<Value = Ledger> {
    let corpus = (0..4_usize).prop_flat_map(|documents| {
        let known = prop::collection::vec(any::<bool>(), documents);
        (system("b", documents), system("a", documents), known)
    });
    let corpora = prop::collection::vec(corpus, 0..3);
    (corpora, any::<bool>()).prop_map(|(corpora, nested)| Ledger {
        measures: Measures {
            nested,
            ..Measures::default()
        },
        labels: nested.then(|| "PERSON".to_owned()).into_iter().collect(),
        corpora: corpora.into_iter().enumerate().map(corpus_ledger).collect(),
    })
}

fn corpus_ledger(
    (at, (b, a, known)): (usize, (SystemLedger, SystemLedger, Vec<bool>)),
) -> CorpusLedger {
    let documents = known.into_iter().enumerate();
    let documents = documents.map(|(at, known)| DocumentKey {
        id: format!("d{at}"),
        text: known.then(|| "0123456789abcdef".repeat(4)),
        gold: known.then(|| "fedcba9876543210".repeat(4)),
        bytes: u64::from(known) * 7,
        metadata: known
            .then(|| ("split".to_owned(), "dev\t\"1\"".to_owned()))
            .into_iter()
            .collect(),
    });
    CorpusLedger {
        name: format!("corpus {at}"),
        annotated: Annotated::default(),
        documents: documents.collect(),
        systems: vec![b, a],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_baseline_that_is_written_comes_back(ledger in ledger(), message in any::<Option<String>>()) {
        let scratch = Scratch::new();
        let provenance = Provenance { message, ..provenance() };
        let baseline = Baseline::new("main".into(), provenance, ledger);
        let path = scratch.path().join("new/folder/main.json");
        baseline.write(&path).unwrap();
        let read = Baseline::read(&path).unwrap();
        prop_assert_eq!(&read, &baseline);
        prop_assert_eq!(read.to_text(), baseline.to_text());
        prop_assert_eq!(scratch.read("new/folder/main.json"), baseline.to_text());
        // Version control may change line ends, and formatters indentation.
        std::fs::write(&path, baseline.to_text().replace('\n', "\r\n  ")).unwrap();
        prop_assert_eq!(&Baseline::read(&path).unwrap(), &baseline);
    }
}

#[test]
fn digests_are_the_same_as_far_as_both_are_known() {
    assert!(same_digest(Some("abcdef"), Some("abc")) && same_digest(Some("abc"), Some("abcdef")));
    assert!(same_digest(None, Some("abc")) && same_digest(None, None));
    assert!(!same_digest(Some("abd"), Some("abcdef")));
}

#[test]
fn names_are_plain_and_lie_in_their_folder() {
    let scratch = Scratch::new();
    for name in ["", "../main", "a/b", ".hidden", "-x", "ö", "a b"] {
        assert_eq!(place(scratch.path(), name).unwrap_err().kind, Kind::Input);
    }
    let path = place(scratch.path(), "v1.2_b-3").unwrap();
    assert_eq!(path, scratch.path().join("v1.2_b-3.json"));
    scratch.write("b.json", "");
    scratch.write("a.json", "");
    scratch.write("a.txt", "");
    assert_eq!(names(scratch.path()), ["a", "b"]);
}

/// A project whose run was accepted as `main`.
fn accepted() -> Scratch {
    let scratch = Scratch::project();
    scratch.goldspan("run -q").assert().code(0);
    scratch.goldspan("accept").assert().code(0);
    scratch
}

/// The configuration in which shape calls persons otherwise than the gold.
fn worse() -> String {
    format!("{CONFIG}labels = {{ PERSON = \"person\" }}\n")
}

#[test]
fn the_first_accept_writes_every_count_and_says_what_to_do() {
    let scratch = Scratch::project();
    scratch.goldspan("run -q").assert().code(0);
    scratch
        .goldspan("accept --message why --commit abc123")
        .assert()
        .code(0)
        .stderr_eq(str![[r#"
Wrote baselines/main.json: 1 document, 2 extractors, 1.4 kB
Commit this file: git add baselines/main.json

"#]])
        .stdout_eq(str![[r#"
quotes on news                        before   after   points
  claim exact F1                           -  1.0000
  content exact F1                         -  1.0000
  source exact F1                          -  1.0000
  cue exact F1                             -  1.0000
  claim overlap:0.5 F1                     -  1.0000
  content overlap:0.5 F1                   -  1.0000
  source overlap:0.5 F1                    -  1.0000
  cue overlap:0.5 F1                       -  1.0000

shape on news                         before   after   points
  entity strict F1                         -  0.8000
  entity exact F1                          -  0.8000
  entity partial F1                        -  0.8000
  entity type F1                           -  0.8000

"#]]);
    snapbox::assert_data_eq!(
        scratch.read("baselines/main.json"),
        str![[r#"
{
"goldspan-baseline":1,
"checksum":"[..]",
"goldspan":"0.1.0",
"run":"[..]",
"accepted":"[..]Z",
"commit":"abc123",
"message":"why",
"measures":["strict","exact","partial","type","claims.exact","claims.overlap:0.5"],
"require":["source","cue"],
"nested":true,
"labels":[],
"corpora":[
{"corpus":"news","tasks":["entities","claims"],"roles":["claim","content","source","cue"],"documents":[
{"id":"a","text":"0c92cd753bf1a8f0","gold":"db87cb7a603d1458","bytes":62}
],
"extractors":[
{"name":"quotes","extractor":"quotes","version":"1","tasks":["claims"],"repeats":1,"failures":[],"counts":[
{"document":"a","cells":{"claims.exact":{"claim":[1,0,0,0,0],"content":[1,0,0,0,0],"cue":[1,0,0,0,0],"source":[1,0,0,0,0]},"claims.overlap:0.5":{"claim":[1,0,0,0,0],"content":[1,0,0,0,0],"cue":[1,0,0,0,0],"source":[1,0,0,0,0]}}}
]},
{"name":"shape","extractor":"shape","version":"1","tasks":["entities"],"repeats":1,"failures":[],"counts":[
{"document":"a","cells":{"strict":{"*":[2,0,0,1,0],"DATE":[1,0,0,0,0],"GPE":[0,0,0,1,0],"PERSON":[1,0,0,0,0]},"exact":{"*":[2,0,0,1,0],"DATE":[1,0,0,0,0],"GPE":[0,0,0,1,0],"PERSON":[1,0,0,0,0]},"partial":{"*":[2,0,0,1,0],"DATE":[1,0,0,0,0],"GPE":[0,0,0,1,0],"PERSON":[1,0,0,0,0]},"type":{"*":[2,0,0,1,0],"DATE":[1,0,0,0,0],"GPE":[0,0,0,1,0],"PERSON":[1,0,0,0,0]}}}
]}
]}
]
}

"#]]
    );
}

#[test]
fn accepting_the_same_again_changes_no_byte() {
    let scratch = accepted();
    let before = scratch.read("baselines/main.json");
    scratch.goldspan("run -q").assert().code(0);
    let again = scratch.goldspan("accept --message other").assert();
    again.code(0).stdout_eq("").stderr_eq(str![[r#"
Nothing changed: baselines/main.json says the same as this run

"#]]);
    assert_eq!(scratch.read("baselines/main.json"), before);
}

#[test]
fn a_dry_run_writes_nothing() {
    let scratch = Scratch::project();
    scratch.goldspan("run -q").assert().code(0);
    scratch.goldspan("accept --dry-run").assert().code(0);
    assert!(!scratch.path().join("baselines").exists());
}

#[test]
fn what_falls_is_refused_until_it_is_forced() {
    let scratch = accepted();
    let before = scratch.read("baselines/main.json");
    scratch.write("goldspan.toml", worse());
    scratch.goldspan("run -q").assert().code(0);
    let refused = scratch.goldspan("accept").assert();
    refused.code(2).stderr_eq(str![[r#"
falls: entity strict F1, shape on news: 0.8000 -> 0.4000 (-40.00 points)
falls: entity type F1, shape on news: 0.8000 -> 0.4000 (-40.00 points)
error: the baseline is not written: this run is worse, or not whole
--> baselines/main.json
 = note: found 2 scores fall
 = help: mend what fell and run again, or accept it all the same: goldspan accept latest --name main --force

"#]]).stdout_eq(str![[r#"
quotes on news                        before   after   points
  claim exact F1                      1.0000  1.0000     0.00
  content exact F1                    1.0000  1.0000     0.00
  source exact F1                     1.0000  1.0000     0.00
  cue exact F1                        1.0000  1.0000     0.00
  claim overlap:0.5 F1                1.0000  1.0000     0.00
  content overlap:0.5 F1              1.0000  1.0000     0.00
  source overlap:0.5 F1               1.0000  1.0000     0.00
  cue overlap:0.5 F1                  1.0000  1.0000     0.00

shape on news                         before   after   points
  entity strict F1                    0.8000  0.4000   -40.00
  entity exact F1                     0.8000  0.8000     0.00
  entity partial F1                   0.8000  0.8000     0.00
  entity type F1                      0.8000  0.4000   -40.00
  entity strict precision             1.0000  0.5000   -50.00
  entity strict recall                0.6667  0.3333   -33.33
  entity strict F1 of PERSON          1.0000       -
  entity exact F1 of PERSON           1.0000       -
  entity partial F1 of PERSON         1.0000       -
  entity type precision               1.0000  0.5000   -50.00
  entity type recall                  0.6667  0.3333   -33.33
  entity type F1 of PERSON            1.0000       -

"#]]);
    assert_eq!(scratch.read("baselines/main.json"), before);
    scratch.goldspan("accept --dry-run").assert().code(2);
    let forced = scratch.goldspan("accept --force").assert();
    forced.code(0).stderr_eq(str![[r#"
falls: entity strict F1, shape on news: 0.8000 -> 0.4000 (-40.00 points)
falls: entity type F1, shape on news: 0.8000 -> 0.4000 (-40.00 points)
warning: with --force, though 2 scores fall
Wrote baselines/main.json: 1 document, 2 extractors, 1.4 kB
Commit this file: git add baselines/main.json

"#]]);
    assert_ne!(scratch.read("baselines/main.json"), before);
    // What was forced is the baseline now, and better again is no question.
    scratch.write("goldspan.toml", CONFIG);
    scratch.goldspan("run -q").assert().code(0);
    scratch.goldspan("accept").assert().code(0);
}

#[test]
fn a_run_without_an_extractor_of_the_baseline_is_refused() {
    let scratch = accepted();
    scratch.goldspan("run -q -e shape").assert().code(0);
    let refused = scratch.goldspan("accept").assert();
    refused.code(2).stderr_eq(str![[r#"
error: the baseline is not written: this run is worse, or not whole
--> baselines/main.json
 = note: found quotes on news is in the baseline and not in the run
 = help: mend what fell and run again, or accept it all the same: goldspan accept latest --name main --force

"#]]);
}

#[test]
fn a_run_with_failures_is_refused_and_names_them() {
    let scratch = Scratch::project();
    scratch.write("news/long.txt", ARTICLE.repeat(3));
    scratch.write("gold/long.ann", GOLD);
    let params = "builtin = \"shape\"\nparams = { max-characters = 100 }";
    let config = CONFIG.replace("builtin = \"shape\"", params);
    scratch.write("goldspan.toml", config);
    let run = scratch.goldspan("run -q --max-failures 1");
    run.assert().code(0);
    let refused = scratch.goldspan("accept").assert();
    refused.code(2).stderr_eq(str![[r#"
error: the baseline is not written: this run is worse, or not whole
--> baselines/main.json
 = note: found shape failed on 1 document of news: long
 = help: mend what fell and run again, or accept it all the same: goldspan accept latest --name main --force

"#]]);
    scratch.goldspan("accept --force").assert().code(0);
    let read = Baseline::read(&scratch.path().join("baselines/main.json")).unwrap();
    assert_eq!(read.ledger.corpora[0].systems[1].failures, ["long"]);
}

#[test]
fn documents_and_gold_that_changed_are_told_and_not_compared() {
    let scratch = Scratch::project();
    for name in ["b", "c"] {
        scratch.write(&format!("news/{name}.txt"), ARTICLE);
        scratch.write(&format!("gold/{name}.ann"), GOLD);
    }
    scratch.goldspan("run -q").assert().code(0);
    scratch.goldspan("accept").assert().code(0);
    scratch.write("gold/a.ann", GOLD.replace("PERSON", "ORG"));
    std::fs::remove_file(scratch.path().join("news/b.txt")).unwrap();
    std::fs::remove_file(scratch.path().join("gold/b.ann")).unwrap();
    scratch.write("news/d.txt", ARTICLE);
    scratch.write("gold/d.ann", GOLD);
    scratch.goldspan("run -q").assert().code(0);
    // A part of the corpus must not become the bar unseen.
    scratch
        .goldspan("accept")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
news: 1 document new (d), 1 document gone (b), 1 document with other gold (a); scores are compared over the 1 that are the same
error: the baseline is not written: this run is worse, or not whole
--> baselines/main.json
 = note: found 1 document of news is in the baseline and not in the run: b
 = help: mend what fell and run again, or accept it all the same: goldspan accept latest --name main --force

"#]]);
    let accepted = scratch.goldspan("accept --force").assert();
    accepted.code(0).stderr_eq(str![[r#"
news: 1 document new (d), 1 document gone (b), 1 document with other gold (a); scores are compared over the 1 that are the same
warning: with --force, though 1 document of news is in the baseline and not in the run: b
Wrote baselines/main.json: 3 documents, 2 extractors, 2.7 kB
Commit this file: git add baselines/main.json

"#]]).stdout_eq(str![[r#"
quotes on news                        before   after   points
  claim exact F1                      1.0000  1.0000     0.00
  content exact F1                    1.0000  1.0000     0.00
  source exact F1                     1.0000  1.0000     0.00
  cue exact F1                        1.0000  1.0000     0.00
  claim overlap:0.5 F1                1.0000  1.0000     0.00
  content overlap:0.5 F1              1.0000  1.0000     0.00
  source overlap:0.5 F1               1.0000  1.0000     0.00
  cue overlap:0.5 F1                  1.0000  1.0000     0.00
  over the 1 of 3 documents that are the same in both

shape on news                         before   after   points
  entity strict F1                    0.8000  0.8000     0.00
  entity exact F1                     0.8000  0.8000     0.00
  entity partial F1                   0.8000  0.8000     0.00
  entity type F1                      0.8000  0.8000     0.00
  over the 1 of 3 documents that are the same in both

"#]]);
    // A fall over what did not change is still one.
    scratch.write("goldspan.toml", worse());
    scratch.write("gold/a.ann", GOLD);
    scratch.goldspan("run -q").assert().code(0);
    scratch.goldspan("accept").assert().code(2);
}

#[test]
fn nothing_is_accepted_in_ci() {
    let scratch = Scratch::project();
    scratch.goldspan("run -q").assert().code(0);
    for ci in ["true", "1", "woodpecker"] {
        let refused = scratch.goldspan("accept --force").env("CI", ci).assert();
        refused.code(2).stdout_eq("").stderr_eq(str![[r#"
error: baselines are not accepted in CI
 |
 = note: found the environment variable CI=[..]
 = note: expected a person who accepts one, and others who review it in the pull request
 = help: on your own machine: goldspan run, then goldspan accept latest --name main, then commit the file

"#]]);
        assert!(!scratch.path().join("baselines").exists());
    }
    for ci in ["", "0", "False"] {
        let dry = scratch.goldspan("accept --dry-run").env("CI", ci);
        dry.assert().code(0);
    }
}

/// What reading these bytes as `main` comes to, in one line, without the folder.
fn told(bytes: &[u8]) -> String {
    let scratch = Scratch::new();
    let path = scratch.write("baselines/main.json", bytes);
    let error = Baseline::read(&path).unwrap_err();
    assert_eq!((error.kind, error.problems.len()), (Kind::Incomparable, 1));
    let folder = format!("{}/", scratch.path().display());
    error.to_string().replace(&folder, "")
}

#[test]
fn every_damage_of_a_baseline_is_told_at_its_line() {
    let scratch = accepted();
    let baseline = Baseline::read(&scratch.path().join("baselines/main.json")).unwrap();
    let text = Baseline::new("main".into(), provenance(), baseline.ledger).to_text();
    let swap = |from: &str, to: &str| {
        assert!(text.contains(from), "{from} in {text}");
        told(text.replacen(from, to, 1).as_bytes())
    };
    let conflict = format!("<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n");
    let all = [
        told(b""),
        told(b"{\"a\": [1,\n}"),
        told(&text.as_bytes()[..text.len() / 2]),
        told(b"\xff\xfe{}"),
        told(b"[1, 2]"),
        told(b"{\"schema\": 2, \"goldspan\": \"0.1.0\"}"),
        told(b"{\"goldspan-baseline\": 7, \"goldspan\": \"9.0.0\", \"new\": {}}"),
        told(conflict.as_bytes()),
        swap("[2,0,0,1,0]", "[3,0,0,0,0]"),
        swap("[2,0,0,1,0]", "[-3,0,0,0,0]"),
        swap("[2,0,0,1,0]", "[2,0,0,1]"),
        swap("\"strict\":{", "\"strikt\":{"),
        swap("\"content\":[1", "\"contents\":[1"),
        swap("{\"document\":\"a\"", "{\"document\":\"b\""),
        swap("{\"id\":\"a\"", "{\"id\":\"a\"},{\"id\":\"b\""),
        swap("\"bytes\":62", "\"bites\":62"),
        swap("\"nested\":true", "\"nested\":false"),
        swap("\"checksum\":\"", "\"checksum\":\"0"),
    ];
    snapbox::assert_data_eq!(
        all.join("\n"),
        str![[r#"
baselines/main.json:1:1: this baseline ends too early, expected the rest of it (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:2:1: this baseline is no JSON: found expected value (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:17:51: this baseline ends too early, expected the rest of it (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:1:1: this baseline is no text: found bytes that are not UTF-8 (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json: this file is no baseline of goldspan, expected "goldspan-baseline" as its first key, as goldspan accept writes it (name another baseline, or move this file away, then goldspan accept RUN --name main --dir baselines)
baselines/main.json: this file is no baseline of goldspan, expected "goldspan-baseline" as its first key, as goldspan accept writes it (name another baseline, or move this file away, then goldspan accept RUN --name main --dir baselines)
baselines/main.json: another version of goldspan wrote this baseline: found shape 7 of goldspan 9.0.0, expected shape 1, that of goldspan 0.1.0 (use that version, or accept anew: goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:1:1: this baseline has the marks of a merge conflict, expected one side (two sides accepted different results, and neither is that of both together: merge the code, run again, then goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:3:1: this baseline was changed by hand: found the checksum 1e9b1208dbbec68122dc3baf5124d456, expected 21e79a42bc53d43a768b7b1ef1810c8c, which its content has (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:20:42: this line of the baseline cannot be read: found invalid value: integer `-3`, expected u32 (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:20:48: this line of the baseline cannot be read: found invalid length 4, expected an array of length 5 (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:20:33: this line of the baseline cannot be read: found the unknown measure "strikt" (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:17:1: this line counts a role that claims do not have: found "contents" (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:17:1: this line is not of the document whose turn it is: found "b", expected "a" (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:17:1: the counts of quotes on news lack documents, expected those of b (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:13:69: this line of the baseline cannot be read: found unknown field `bites`, expected one of `id`, `text`, `gold`, `bytes`, `metadata` (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:3:1: this baseline was changed by hand: found the checksum 1e9b1208dbbec68122dc3baf5124d456, expected 9ba27dc3e14a29c4cf329173522887ea, which its content has (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
baselines/main.json:3:1: this baseline was changed by hand: found the checksum 01e9b1208dbbec68122dc3baf5124d456, expected 1e9b1208dbbec68122dc3baf5124d456, which its content has (baselines are changed only by goldspan accept: take the file back from version control, or goldspan accept RUN --name main --dir baselines --force)
"#]]
    );
}

#[test]
fn a_baseline_that_is_not_there_is_told_with_those_that_are() {
    let scratch = accepted();
    let read = |name: &str| {
        let error = Baseline::read(&scratch.path().join(name)).unwrap_err();
        assert_eq!(error.kind, Kind::Incomparable);
        let folder = format!("{}/", scratch.path().display());
        error.to_string().replace(&folder, "")
    };
    let all = [read("baselines/mian.json"), read("others/main.json")];
    snapbox::assert_data_eq!(
        all.join("\n"),
        str![[r#"
baselines/mian.json: there is no such baseline, expected a baseline that is there: main (did you mean main? goldspan accept RUN --name mian --dir baselines makes it of a run)
others/main.json: there is no such baseline, expected a baseline; there are none in this folder (goldspan accept RUN --name main --dir others makes it of a run)
"#]]
    );
}

#[test]
fn a_damaged_baseline_is_replaced_only_where_that_is_forced() {
    let scratch = accepted();
    let text = scratch.read("baselines/main.json");
    scratch.write("baselines/main.json", "<<<<<<< HEAD\n");
    scratch.goldspan("accept").assert().code(103);
    assert_eq!(scratch.read("baselines/main.json"), "<<<<<<< HEAD\n");
    scratch.goldspan("accept --force").assert().code(0);
    let counts = |text: &str| text.split_once("\"measures\"").map(|own| own.1.to_owned());
    assert_eq!(counts(&scratch.read("baselines/main.json")), counts(&text));
    scratch.goldspan("accept --name ../x").assert().code(2);
}

#[test]
fn the_baseline_of_the_bundled_corpus_is_small_and_has_a_line_for_each_document() {
    let scratch = Scratch::new();
    let run = scratch.path().join("run");
    let run = run.display();
    goldspan(repository(), &format!("run -q -o {run}"))
        .assert()
        .code(0);
    scratch.goldspan(&format!("accept {run}")).assert().code(0);
    let text = scratch.read("baselines/main.json");
    assert!(text.len() < 100_000, "{}", text.len());
    let lines = |begin: &str| text.lines().filter(|line| line.starts_with(begin)).count();
    assert_eq!(lines("{\"id\":"), 28);
    assert_eq!(lines("{\"document\":"), 4 * 28);
}
