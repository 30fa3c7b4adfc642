//! The tables `[[gate]]`: read back whole, and every way of writing them wrong told with its line and mend.

use goldspan::config::{Config, Gate};
use goldspan::scores::Metric;
use snapbox::str;

use crate::scratch::{CONFIG, Scratch};

/// A project whose configuration ends with these gates, which begin in its line 11.
fn with_gates(gates: &str) -> Scratch {
    let scratch = Scratch::project();
    scratch.write("goldspan.toml", format!("{CONFIG}\n{gates}"));
    scratch
}

/// Compares what a run says of these gates before it refuses them.
#[track_caller]
fn refused(gates: &str, told: impl snapbox::IntoData) {
    let scratch = with_gates(gates);
    scratch
        .goldspan("run")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(told);
    assert!(
        !scratch.path().join(".goldspan").exists(),
        "a refused run leaves no folder"
    );
}

fn read(gates: &str) -> Vec<Gate> {
    let scratch = with_gates(gates);
    Config::read(&scratch.path().join("goldspan.toml"))
        .unwrap()
        .gates
}

#[test]
fn a_gate_with_every_key_is_read_whole() {
    let gates = read(
        "\
[[gate]]
metric = \"entity.strict.f1\"
floor = 0.60
max-drop = \"1.0pt\"
hard-drop = \"3.0pt\"
min-support = 30
label = [\"PERSON\", \"ORG\"]
slice = { topic = \"war\" }
corpus = \"news\"
extractor = \"shape\"
baseline = \"release-1.2_a\"
allow-missing-baseline = true

[[gate]]
metric = \"claim.overlap:0.5.r\"
floor = \"57%\"
",
    );
    let [full, short] = <[Gate; 2]>::try_from(gates).unwrap();
    assert_eq!((full.place.1.line, short.place.1.line), (11, 24));
    assert!(full.place.0.ends_with("goldspan.toml"));
    let expected = Gate {
        metric: Metric::from_name("entity.strict.f1").unwrap(),
        labels: vec!["PERSON".to_owned(), "ORG".to_owned()],
        corpus: Some("news".to_owned()),
        extractor: Some("shape".to_owned()),
        slice: Some(("topic".to_owned(), "war".to_owned())),
        floor: Some(0.6),
        max_drop: Some(0.01),
        hard_drop: Some(0.03),
        min_support: Some(30),
        baseline: "release-1.2_a".to_owned(),
        allow_missing_baseline: true,
        place: full.place.clone(),
    };
    assert_eq!(full, expected);
    let expected = Gate {
        metric: Metric::from_name("claim.overlap:0.5.recall").unwrap(),
        labels: Vec::new(),
        corpus: None,
        extractor: None,
        slice: None,
        floor: Some(0.57),
        max_drop: None,
        hard_drop: None,
        min_support: None,
        baseline: "main".to_owned(),
        allow_missing_baseline: false,
        place: short.place.clone(),
    };
    assert_eq!(short, expected);
}

#[test]
fn numbers_are_what_is_written_however_it_is_written() {
    for (written, floor) in [
        ("0.29", 0.29),
        ("\"29%\"", 0.29),
        ("\"29 %\"", 0.29),
        ("\"29pt\"", 0.29),
        ("\"0.29\"", 0.29),
        ("1", 1.0),
        ("\"100%\"", 1.0),
        ("0", 0.0),
    ] {
        let gates = read(&format!(
            "[[gate]]\nmetric = \"entity.exact.p\"\nfloor = {written}\n"
        ));
        assert_eq!(gates[0].floor, Some(floor), "{written}");
    }
    for (written, drop) in [("0.023", 0.023), ("\"2.3pt\"", 0.023), ("\"0pt\"", 0.0)] {
        let gates = read(&format!(
            "[[gate]]\nmetric = \"entity.exact.p\"\nmax-drop = {written}\nhard-drop = {written}\n"
        ));
        assert_eq!(
            (gates[0].max_drop, gates[0].hard_drop),
            (Some(drop), Some(drop)),
            "{written}"
        );
    }
}

#[test]
fn gates_of_one_score_may_differ_in_what_they_are_of_and_in_their_baseline() {
    let gates = read(
        "\
[[gate]]
metric = \"entity.strict.f1\"
max-drop = \"1pt\"

[[gate]]
metric = \"entity.strict.f1\"
max-drop = \"2pt\"
baseline = \"release\"

[[gate]]
metric = \"entity.strict.f1\"
label = \"PERSON\"
max-drop = \"3pt\"

[[gate]]
metric = \"entity.strict.f1[ORG]\"
max-drop = \"4pt\"

[[gate]]
metric = \"entity.strict.f1\"
extractor = \"shape\"
max-drop = \"5pt\"

[[gate]]
metric = \"entity.strict.f1\"
floor = 0.5
",
    );
    assert_eq!(gates.len(), 6);
}

#[test]
fn metrics_that_do_not_exist_or_are_not_counted_are_told() {
    refused(
        "\
[score]
claim = { levels = [\"exact\"] }

[[gate]]
metric = \"entity.strikt.f1\"
floor = 0.5

[[gate]]
metric = \"speech\"
floor = 0.5

[[gate]]
metric = \"entity.overlap:0.7.f1\"
floor = 0.5

[[gate]]
metric = \"claim.partial.f1\"
floor = 0.5

[[gate]]
metric = \"entity.strict.f1[*]\"
floor = 0.5

[[gate]]
floor = 0.5

[[gate]]
metric = 3
floor = 0.5
",
        str![[r#"
error: there is no metric of this name
  --> goldspan.toml:15:10
   |
15 | metric = "entity.strikt.f1"
   |          ^^^^^^^^^^^^^^^^^^ found "entity.strikt.f1"
   |
   = note: expected KIND.MEASURE.RATIO, such as "entity.strict.f1", "entity.strict.macro.f1" or "claim.exact.recall"
   = help: did you mean "entity.strict.f1"?
error: there is no metric of this name
  --> goldspan.toml:19:10
   |
19 | metric = "speech"
   |          ^^^^^^^^ found "speech"
   |
   = note: expected KIND.MEASURE.RATIO, such as "entity.strict.f1", "entity.strict.macro.f1" or "claim.exact.recall"
error: nothing is counted by the measure of this gate
  --> goldspan.toml:23:10
   |
23 | metric = "entity.overlap:0.7.f1"
   |          ^^^^^^^^^^^^^^^^^^^^^^^ found "overlap:0.7" of entity
   |
   = note: expected one of strict, exact, partial, type
   = help: add "overlap:0.7" to entity of [score], or gate another score
error: nothing is counted by the measure of this gate
  --> goldspan.toml:27:10
   |
27 | metric = "claim.partial.f1"
   |          ^^^^^^^^^^^^^^^^^^ found "partial" of claim
   |
   = note: expected one of exact
   = help: add "partial" to claim.levels of [score], or gate another score
error: * is no label: it stands for all labels in every report
  --> goldspan.toml:31:10
   |
31 | metric = "entity.strict.f1[*]"
   |          ^^^^^^^^^^^^^^^^^^^^^
   |
   = help: name a label of the gold, or take the label out to gate all together
error: this gate does not say which score
  --> goldspan.toml:34:1
   |
34 | [[gate]]
   | ^^^^^^^^
   |
   = note: expected a metric, such as metric = "entity.strict.f1"
error: metric has the wrong type
  --> goldspan.toml:38:10
   |
38 | metric = 3
   |          ^ found an integer
   |
   = note: expected a text in quotation marks
error: 7 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn labels_where_there_are_none_are_told() {
    refused(
        "\
[[gate]]
metric = \"claim.exact.f1\"
label = \"PERSON\"
floor = 0.5

[[gate]]
metric = \"entity.strict.macro.f1\"
label = [\"PERSON\"]
floor = 0.5

[[gate]]
metric = \"claim.exact.f1[PERSON]\"
floor = 0.5

[[gate]]
metric = \"entity.strict.f1[PERSON]\"
label = \"ORG\"
floor = 0.5

[[gate]]
metric = \"entity.strict.f1\"
label = [\"*\", \"\", \"GPE\", \"GPE\"]
floor = 0.5

[[gate]]
metric = \"entity.exact.f1\"
label = []
floor = 0.5

[[gate]]
metric = \"entity.partial.f1\"
label = 7
floor = 0.5
",
        str![[r#"
error: claims have no labels
  --> goldspan.toml:13:9
   |
13 | label = "PERSON"
   |         ^^^^^^^^ found a label with claim.exact.f1
   |
   = note: expected a metric of entities without an average, such as "entity.strict.f1"
   = help: take label out
error: an average is over all labels or documents, so it has none of one label
  --> goldspan.toml:18:9
   |
18 | label = ["PERSON"]
   |         ^^^^^^^^^^ found a label with entity.strict.macro.f1
   |
   = note: expected a metric of entities without an average, such as "entity.strict.f1"
   = help: take label out
error: claims have no labels
  --> goldspan.toml:22:10
   |
22 | metric = "claim.exact.f1[PERSON]"
   |          ^^^^^^^^^^^^^^^^^^^^^^^^ found a label with claim.exact.f1
   |
   = note: expected a metric of entities without an average, such as "entity.strict.f1"
   = help: write "claim.exact.f1"
error: the metric of this gate is of one label already
  --> goldspan.toml:27:9
   |
27 | label = "ORG"
   |         ^^^^^ found entity.strict.f1[PERSON]
   |
   = help: take [PERSON] out of the metric, or label out of the gate
error: * is no label: it stands for all labels in every report
  --> goldspan.toml:32:10
   |
32 | label = ["*", "", "GPE", "GPE"]
   |          ^^^
   |
   = help: name a label of the gold, or take the label out to gate all together
error: a label cannot be empty
  --> goldspan.toml:32:15
   |
32 | label = ["*", "", "GPE", "GPE"]
   |               ^^
error: this label stands twice
  --> goldspan.toml:32:26
   |
32 | label = ["*", "", "GPE", "GPE"]
   |                          ^^^^^ found "GPE"
   |
   = help: take one out
error: this list names no label
  --> goldspan.toml:37:9
   |
37 | label = []
   |         ^^
   |
   = help: name a label, or take it out to gate all together
error: label has the wrong type
  --> goldspan.toml:42:9
   |
42 | label = 7
   |         ^ found an integer
   |
   = note: expected a text in quotation marks, or a list of them
error: 9 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn corpora_extractors_slices_and_keys_that_do_not_exist_are_told() {
    refused(
        "\
[[gate]]
metric = \"entity.strict.f1\"
floor = 0.5
corpus = \"newz\"
extractor = \"quote\"

[[gate]]
metric = \"entity.exact.f1\"
floor = 0.5
slice = { topic = \"war\", year = 2020 }
min-suport = 3

[[gate]]
metric = \"entity.partial.f1\"
floor = 0.5
slice = {}
min-support = -1

[[gate]]
metric = \"entity.type.f1\"
max-drop = 0.01
baseline = \"../main\"
slice = \"war\"
",
        str![[r#"
error: there is no corpus of this name
  --> goldspan.toml:14:10
   |
14 | corpus = "newz"
   |          ^^^^^^ found "newz"
   |
   = note: expected one of news
   = help: did you mean "news"?
error: there is no extractor of this name
  --> goldspan.toml:15:13
   |
15 | extractor = "quote"
   |             ^^^^^^^ found "quote"
   |
   = note: expected one of quotes, shape
   = help: did you mean "quotes"?
error: a slice is the documents with one value of one metadata key
  --> goldspan.toml:20:9
   |
20 | slice = { topic = "war", year = 2020 }
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 2 keys
   |
   = note: expected one key, such as slice = { topic = "war" }
   = help: write a gate for each key
error: gate has no key of this name
  --> goldspan.toml:21:1
   |
21 | min-suport = 3
   | ^^^^^^^^^^ found "min-suport"
   |
   = note: expected one of metric, floor, max-drop, hard-drop, min-support, label, slice, corpus, extractor, baseline, allow-missing-baseline
   = help: did you mean "min-support"?
error: a slice is the documents with one value of one metadata key
  --> goldspan.toml:26:9
   |
26 | slice = {}
   |         ^^ found no key
   |
   = note: expected one key, such as slice = { topic = "war" }
   = help: name a key, or take slice out to gate all documents
error: this number cannot be negative
  --> goldspan.toml:27:15
   |
27 | min-support = -1
   |               ^^ found -1
   |
   = note: expected 0 or more
error: this cannot be the name of a baseline
  --> goldspan.toml:32:12
   |
32 | baseline = "../main"
   |            ^^^^^^^^^ found "../main"
   |
   = note: expected letters from a to z, digits, -, _ and ., neither - nor . first
error: slice has the wrong type
  --> goldspan.toml:33:9
   |
33 | slice = "war"
   |         ^^^^^ found a string
   |
   = note: expected a table, such as { name = "value" }
error: 8 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn limits_that_mean_nothing_are_told() {
    refused(
        "\
[[gate]]
metric = \"entity.strict.f1\"

[[gate]]
metric = \"entity.strict.p\"
max-drop = \"1%\"

[[gate]]
metric = \"entity.strict.r\"
floor = 60
max-drop = 1
hard-drop = -0.01

[[gate]]
metric = \"entity.exact.f1\"
floor = \"high\"
max-drop = \"2 points\"
hard-drop = true

[[gate]]
metric = \"entity.exact.p\"
max-drop = \"3pt\"
hard-drop = \"1pt\"

[[gate]]
metric = \"entity.exact.r\"
floor = 0.5
baseline = \"main\"
allow-missing-baseline = true

[[gate]]
metric = \"entity.partial.r\"
floor = nan
max-drop = \"200pt\"
",
        str![[r#"
error: this gate holds nothing
  --> goldspan.toml:11:1
   |
11 | [[gate]]
   | ^^^^^^^^
   |
   = note: expected floor, max-drop or hard-drop, such as max-drop = "1pt"
error: a drop is not told in percent: relative drops have no meaning near zero
  --> goldspan.toml:16:12
   |
16 | max-drop = "1%"
   |            ^^^^ found 1%
   |
   = note: expected points, such as max-drop = "1.0pt", or a share, such as 0.01
   = help: for points of the score write "1pt"
error: a floor lies between 0 and 1, as scores do
  --> goldspan.toml:20:9
   |
20 | floor = 60
   |         ^^ found 60
   |
   = note: expected 0 to 1, such as floor = 0.6, or "60%"
   = help: did you mean floor = "60%"?
error: a drop by all of the score allows everything
  --> goldspan.toml:21:12
   |
21 | max-drop = 1
   |            ^ found 1
   |
   = note: expected points, such as max-drop = "1.0pt", or a share, such as 0.01
   = help: did you mean max-drop = "1pt"?
error: a drop is not negative
  --> goldspan.toml:22:13
   |
22 | hard-drop = -0.01
   |             ^^^^^ found -0.01
   |
   = note: expected points, such as hard-drop = "1.0pt", or a share, such as 0.01
error: this floor cannot be read
  --> goldspan.toml:26:9
   |
26 | floor = "high"
   |         ^^^^^^ found high
   |
   = note: expected 0 to 1, such as floor = 0.6, or "60%"
error: this drop cannot be read
  --> goldspan.toml:27:12
   |
27 | max-drop = "2 points"
   |            ^^^^^^^^^^ found 2 points
   |
   = note: expected points, such as max-drop = "1.0pt", or a share, such as 0.01
error: this drop cannot be read
  --> goldspan.toml:28:13
   |
28 | hard-drop = true
   |             ^^^^ found true
   |
   = note: expected points, such as hard-drop = "1.0pt", or a share, such as 0.01
error: hard-drop is below max-drop: it would forbid what max-drop allows
  --> goldspan.toml:33:13
   |
33 | hard-drop = "1pt"
   |             ^^^^^ found 1pt
   |
   = note: expected at least max-drop, 3pt
   = help: exchange the two, or take one out
error: baseline has no effect: this gate has only a floor
  --> goldspan.toml:38:12
   |
38 | baseline = "main"
   |            ^^^^^^
   |
   = note: expected max-drop or hard-drop beside it
   = help: add max-drop = "1pt", or take baseline out
error: allow-missing-baseline has no effect: this gate has only a floor
  --> goldspan.toml:39:26
   |
39 | allow-missing-baseline = true
   |                          ^^^^
   |
   = note: expected max-drop or hard-drop beside it
   = help: add max-drop = "1pt", or take allow-missing-baseline out
error: this floor cannot be read
  --> goldspan.toml:43:9
   |
43 | floor = nan
   |         ^^^ found nan
   |
   = note: expected 0 to 1, such as floor = 0.6, or "60%"
error: a drop by all of the score allows everything
  --> goldspan.toml:44:12
   |
44 | max-drop = "200pt"
   |            ^^^^^^^ found 200pt
   |
   = note: expected points, such as max-drop = "1.0pt", or a share, such as 0.01
error: 13 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn gates_that_contradict_each_other_are_told_with_the_line_of_the_other() {
    refused(
        "\
[[gate]]
metric = \"entity.strict.f1\"
floor = 0.5
max-drop = \"2pt\"

[[gate]]
metric = \"entity.strict.f1\"
floor = 0.55

[[gate]]
metric = \"entity.strict.f1\"
hard-drop = \"1pt\"

[[gate]]
metric = \"entity.exact.f1\"
label = [\"ORG\", \"PERSON\"]
slice = { topic = \"war\" }
max-drop = \"2pt\"

[[gate]]
metric = \"entity.exact.f1[PERSON]\"
slice = { topic = \"war\" }
max-drop = 0.03

[[gate]]
metric = \"claim.exact.f1\"
floor = 0.5

[[gate]]
metric = \"claim.exact.f1\"
floor = \"50%\"
",
        str![[r#"
error: two gates hold the same score to different limits
  --> goldspan.toml:16:1
   |
16 | [[gate]]
   | ^^^^^^^^ found entity.strict.f1: floor is 0.55, and in line 11 floor is 0.5
   |
   = help: keep one of the two limits
error: two gates hold the same score to different limits
  --> goldspan.toml:20:1
   |
20 | [[gate]]
   | ^^^^^^^^ found entity.strict.f1: hard-drop is 1pt, and in line 11 max-drop is 2pt
   |
   = help: keep one of the two limits
error: two gates hold the same score to different limits
  --> goldspan.toml:30:1
   |
30 | [[gate]]
   | ^^^^^^^^ found entity.exact.f1[PERSON]: max-drop is 3pt, and in line 24 max-drop is 2pt
   |
   = help: keep one of the two limits
error: this gate stands twice
  --> goldspan.toml:39:1
   |
39 | [[gate]]
   | ^^^^^^^^ found claim.exact.f1, as in line 35
   |
   = help: take one out
error: 4 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn gates_that_are_not_a_list_of_tables_are_told() {
    refused(
        "[gate]\nmetric = \"entity.strict.f1\"\n",
        str![[r#"
error: gate has the wrong type
  --> goldspan.toml:11:1
   |
11 | [gate]
   | ^^^^^^ found a table
   |
   = note: expected tables, each under [[gate]]

"#]],
    );
    let scratch = Scratch::project();
    scratch.write("goldspan.toml", format!("gate = [3]\n{CONFIG}"));
    scratch
        .goldspan("run")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: gate has the wrong type
 --> goldspan.toml:1:9
  |
1 | gate = [3]
  |         ^ found an integer
  |
  = note: expected tables, each under [[gate]]

"#]]);
}

#[test]
fn a_gate_of_what_no_corpus_annotates_is_told() {
    let scratch = Scratch::project();
    let config = CONFIG.replacen(
        "gold = \"gold\"\n",
        "gold = \"gold\"\ntasks = [\"entities\"]\n",
        1,
    );
    let gates = "[[gate]]\nmetric = \"claim.exact.f1\"\nfloor = 0.5\n";
    scratch.write("goldspan.toml", format!("{config}\n{gates}"));
    scratch
        .goldspan("run")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: no corpus of this gate annotates claims
  --> goldspan.toml:13:10
   |
13 | metric = "claim.exact.f1"
   |          ^^^^^^^^^^^^^^^^ found claim.exact.f1 on news
   |
   = help: gate what is annotated, or correct tasks of the corpus

"#]]);
}

#[test]
fn a_gate_is_not_blamed_for_what_is_wrong_elsewhere() {
    let scratch = Scratch::project();
    let gate = "[[gate]]\nmetric = \"entity.type.f1\"\ncorpus = \"web\"\nextractor = \"odd\"\nfloor = 0.5\n";
    let broken = "[corpus.web]\n\n[extractor.odd]\n\n[score]\nentity = [\"tipe\"]\n";
    scratch.write("goldspan.toml", format!("{CONFIG}\n{broken}\n{gate}"));
    scratch
        .goldspan("run")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: corpus.web has no articles
  --> goldspan.toml:11:9
   |
11 | [corpus.web]
   |         ^^^
   |
   = note: expected the articles: articles = "corpora/news/*.txt", or gold that has the texts itself
error: extractor odd does not say what it is
  --> goldspan.toml:13:12
   |
13 | [extractor.odd]
   |            ^^^
   |
   = note: expected one of builtin, command, once, http, predictions, llm; builtin = one of gazetteer, shape, quotes, attribution
error: there is no measure of this name
  --> goldspan.toml:16:11
   |
16 | entity = ["tipe"]
   |           ^^^^^^ found "tipe"
   |
   = note: expected one of strict, exact, partial, type, overlap:0.5
   = help: did you mean "type"?
error: 3 problems; nothing was evaluated

"#]]);
}
