//! `goldspan check`: every rule shows what is wrong and is silent beside it; splits, predictions, configurations, and the forms of its report.

use snapbox::{IntoData, str};

use crate::scratch::{ARTICLE, CONFIG, GOLD, Scratch};

/// A line of goldspan JSON Lines: every entity as its offsets and its label.
fn line(id: &str, text: &str, entities: &[(usize, usize, &str)]) -> String {
    let entity = |(start, end, label): &(usize, usize, &str)| {
        format!("{{\"start\":{start},\"end\":{end},\"label\":\"{label}\"}}")
    };
    let entities: Vec<String> = entities.iter().map(entity).collect();
    format!(
        "{{\"id\":\"{id}\",\"text\":\"{text}\",\"entities\":[{}]}}\n",
        entities.join(",")
    )
}

/// Files of a test: each its name and its content.
type Named<'a> = &'a [(&'a str, String)];

fn folder(files: Named<'_>) -> Scratch {
    let scratch = Scratch::new();
    for (name, content) in files {
        scratch.write(name, content);
    }
    scratch
}

/// `goldspan check ARGUMENTS` over the bad files prints `told`; over the clean ones the rule finds nothing.
#[track_caller]
fn shows(
    rule: &str,
    arguments: &str,
    bad: Named<'_>,
    clean: Named<'_>,
    code: i32,
    told: impl IntoData,
) {
    let mark = format!("[{rule}]:");
    let command = format!("check {arguments}");
    let shown = folder(bad).goldspan(&command).assert().code(code);
    let printed = String::from_utf8(shown.get_output().stdout.clone()).unwrap();
    assert!(printed.contains(&mark), "{printed}");
    shown.stderr_eq("").stdout_eq(told);
    let output = folder(clean).goldspan(&command).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("Checked ") && !printed.contains(&mark),
        "{printed}"
    );
}

#[test]
fn every_rule_has_a_case_here() {
    let here = include_str!("check.rs");
    for rule in goldspan::check::Rule::ALL {
        let case = format!("shows(\n        \"{}\",", rule.name());
        assert!(here.contains(&case), "no case shows {}", rule.name());
    }
}

const ANA: &str = "Ana Kos left Oslo.";

#[test]
fn an_annotation_beyond_its_text_is_unreadable() {
    shows(
        "unreadable",
        "a.jsonl",
        &[("a.jsonl", line("d1", ANA, &[(13, 99, "GPE")]))],
        &[("a.jsonl", line("d1", ANA, &[(13, 17, "GPE")]))],
        2,
        str![[r#"
error[unreadable]: document d1: entity 0: an offset lies outside the text
 --> a.jsonl:1:52
  |
1 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":13,"end":99,"label":"GPE"}]}
  |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 13 99
  |
  = note: expected offsets up to 18, the length of the text in code points
  = help: no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets

      1 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 1 document, 0 mentions, 0 claims

"#]],
    );
}

#[test]
fn an_extractor_that_answers_the_same_document_in_two_ways_is_found() {
    let config = format!("{CONFIG}\n[extractor.moody]\nonce = [\"sh\", \"moody.sh\"]\n");
    let files = |label: &str| {
        let script = format!(
            "cat >/dev/null; label={label}; touch seen\n\
             echo '{{\"entities\": [{{\"start\": 2, \"end\": 12, \"label\": \"'$label'\"}}]}}'\n"
        );
        [
            ("goldspan.toml", config.clone()),
            ("moody.sh", script),
            ("news/a.txt", ARTICLE.to_owned()),
            ("gold/a.ann", GOLD.to_owned()),
        ]
    };
    shows(
        "nondeterministic",
        "--ignore rare-label",
        &files("$([ -e seen ] && echo ORG || echo PERSON)"),
        &files("ORG"),
        0,
        str![[r#"
warning[nondeterministic]: extractor moody answers otherwise for document a in another order
 |
 = note: found 1 mention and 0 claims, of them ORG "e will sta"
 = note: expected as at first, 1 mention and 0 claims, of them PERSON "e will sta"
 = help: fix its seeds, and what depends on its batches or threads; or, if it may vary, let it say "deterministic": false in ready

      1 warning  nondeterministic An extractor answers the same document in several ways, and does not say that it may.
Checked 1 document, 3 mentions, 1 claim
Labels: DATE 1, GPE 1, PERSON 1
Extractor moody (moody blake3:58be2ea6) asked for 1 article, in order, backwards, alone and started anew

"#]],
    );
}

#[test]
fn an_extractor_that_cannot_start_is_found() {
    let config = |param: &str| {
        format!("{CONFIG}\n[extractor.names]\nbuiltin = \"gazetteer\"\nparams = {{ {param} }}\n")
    };
    let files = |param: &str| {
        [
            ("goldspan.toml", config(param)),
            ("names.tsv", "PERSON\tAna Kos\n".to_owned()),
            ("news/a.txt", ARTICLE.to_owned()),
            ("gold/a.ann", GOLD.to_owned()),
        ]
    };
    shows(
        "extractor",
        "--ignore rare-label",
        &files("lexicon = \"gone.tsv\""),
        &files("lexicon = \"names.tsv\""),
        2,
        str![[r#"
error[extractor]: cannot read this file
--> gone.tsv
 = note: found No such file or directory (os error 2)
 = help: check that it exists and that you may read it; it is named at goldspan.toml:13:22

      1 error    extractor       An extractor of the configuration cannot start, or fails on an article that it is tried on.
Checked 1 document, 3 mentions, 1 claim
Labels: DATE 1, GPE 1, PERSON 1

"#]],
    );
}

#[test]
fn a_prediction_on_another_text_or_for_no_gold_is_found() {
    let gold = line("d1", ANA, &[(0, 7, "PERSON")]);
    let wrong = line("d1", "Ana Kos left  Oslo.", &[(0, 7, "PERSON")])
        + &line("d01", ANA, &[(0, 7, "PERSON")]);
    shows(
        "prediction",
        "gold.jsonl -p pred.jsonl",
        &[("gold.jsonl", gold.clone()), ("pred.jsonl", wrong)],
        &[("gold.jsonl", gold.clone()), ("pred.jsonl", gold)],
        2,
        str![[r#"
error[prediction]: document d1: its text is not that of the gold
 --> pred.jsonl:1:1
  |
1 | {"id":"d1","text":"Ana Kos left  Oslo.","entities":[{"start":0,"end":7,"label":"PERSON"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected the gold's text, letter by letter
  = help: predict on the text of the gold
error[prediction]: document d01: there is no gold for this prediction
 --> pred.jsonl:2:1
  |
2 | {"id":"d01","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":7,"label":"PERSON"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected the id of a document of the gold
  = help: is the id written otherwise there? goldspan score can pair by texts, with --pair text

      2 error    prediction      A prediction has no gold, or was made on another text than the gold's.
Checked 1 document, 1 mention, 0 claims
Labels: PERSON 1

"#]],
    );
}

#[test]
fn the_same_text_in_two_splits_is_an_error() {
    let train = line("d1", ANA, &[(0, 7, "PERSON")]);
    let other = "Ben Vidmar stayed in Rome.";
    shows(
        "split-overlap",
        "train.jsonl test.jsonl",
        &[
            ("train.jsonl", train.clone()),
            ("test.jsonl", line("t1", ANA, &[(0, 7, "PERSON")])),
        ],
        &[
            ("train.jsonl", train),
            ("test.jsonl", line("t1", other, &[(0, 10, "PERSON")])),
        ],
        2,
        str![[r#"
error[split-overlap]: document t1: its text is in another split too
 --> test.jsonl:1:1
  |
1 | {"id":"t1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":7,"label":"PERSON"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found document d1 of train.jsonl
  |
  = note: expected a text of its own
  = help: take one of the two out: what was seen in training makes scores better than they are

      1 error    split-overlap   The same text is in two splits.
Checked 2 documents, 2 mentions, 0 claims
Labels: PERSON 2

"#]],
    );
}

#[test]
fn offsets_that_fit_only_by_another_unit_are_told() {
    let task = |start: usize| {
        format!(
            "[{{\"id\":1,\"data\":{{\"text\":\"😀 Ana Kos left.\"}},\"annotations\":[{{\"id\":7,\"result\":[{{\"id\":\"r1\",\"type\":\"labels\",\"value\":{{\"start\":{start},\"end\":{},\"text\":\"Ana Kos\",\"labels\":[\"PERSON\"]}}}}]}}]}}]",
            start + 7
        )
    };
    shows(
        "unit",
        "project.json",
        &[("project.json", task(3))],
        &[("project.json", task(2))],
        0,
        str![[r#"
warning[unit]: document 1: its offsets count UTF-16 units
 --> project.json:1:1
  |
1 | {"id":1,"data":{"text":"😀 Ana Kos left."},"annotations":[{"id":7,"result":[{"id":"r1","type":"labels","value":{"start":3,"end":10,"text":"Ana Kos","labels":["PERSON"]}}]}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found UTF-16 units, by the texts that the file quotes
  |
  = note: expected code points, as Label Studio JSON has it
  = help: declare it with --offsets utf16

      1 warning  unit            Offsets fit their quoted texts only when counted otherwise than the format does.
Checked 1 document, 1 mention, 0 claims
Labels: PERSON 1

"#]],
    );
}

#[test]
fn a_mention_that_stands_twice_is_found() {
    shows(
        "duplicate",
        "a.jsonl",
        &[(
            "a.jsonl",
            line("d1", ANA, &[(0, 7, "PERSON"), (0, 7, "PERSON")]),
        )],
        &[(
            "a.jsonl",
            line("d1", ANA, &[(0, 7, "PERSON"), (0, 3, "PERSON")]),
        )],
        0,
        str![[r#"
warning[duplicate]: document d1: entity 1: the same mention as entity 0
 --> a.jsonl:1:89
  |
1 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":7,"label":"PERSON"},{"start":0,"end":7,"label":"PERSON"}]}
  |                                                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: delete one of the two; both are counted as gold

      1 warning  duplicate       A mention stands twice.
Checked 1 document, 2 mentions, 0 claims
Labels: PERSON 2

"#]],
    );
}

#[test]
fn mentions_that_cross_are_found_and_nested_ones_are_not() {
    shows(
        "crossing",
        "a.jsonl",
        &[("a.jsonl", line("d1", ANA, &[(0, 12, "X"), (4, 17, "X")]))],
        &[(
            "a.jsonl",
            line("d1", ANA, &[(0, 12, "X"), (4, 12, "X"), (13, 17, "X")]),
        )],
        0,
        str![[r#"
warning[crossing]: document d1: entity 1: this mention crosses another
 --> a.jsonl:1:85
  |
1 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":12,"label":"X"},{"start":4,"end":17,"label":"X"}]}
  |                                                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found X "Kos left Oslo", which crosses X "Ana Kos left"
  |
  = note: expected mentions apart from each other, or one within the other
  = help: correct the edges of one of the two

      1 warning  crossing        Two mentions share characters, and neither holds the other.
Checked 1 document, 2 mentions, 0 claims
Labels: X 2

"#]],
    );
}

#[test]
fn white_space_at_the_edge_of_a_mention_or_a_part_of_a_claim_is_found() {
    let claims = |start: usize| {
        format!(
            "{{\"id\":\"d1\",\"text\":\"Ana said it fell.\",\"entities\":[{{\"start\":0,\"end\":{start},\"label\":\"PERSON\"}}],\"claims\":[{{\"content\":[[9,16]],\"source\":[[0,3]],\"cue\":[[{start},8]]}}]}}\n"
        )
    };
    let clean = claims(3).replace("[[3,8]]", "[[4,8]]");
    shows(
        "edge-space",
        "a.jsonl",
        &[("a.jsonl", claims(4) + &claims(3).replace("d1", "d2"))],
        &[("a.jsonl", clean)],
        0,
        str![[r#"
warning[edge-space]: document d1: entity 0: it begins or ends in white space
 --> a.jsonl:1:51
  |
1 | {"id":"d1","text":"Ana said it fell.","entities":[{"start":0,"end":4,"label":"PERSON"}],"claims":[{"content":[[9,16]],"source":[[0,3]...
  |                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "Ana "
  |
  = note: expected "Ana"
  = help: take the white space off its edges; --fix does it in the formats that it can write to
warning[edge-space]: document d2: claim 0, cue: it begins or ends in white space
 --> a.jsonl:2:99
  |
2 | ...:3,"label":"PERSON"}],"claims":[{"content":[[9,16]],"source":[[0,3]],"cue":[[3,8]]}]}
  |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found " said"
  |
  = note: expected "said"
  = help: take the white space off its edges
warning[same-text]: document d2: its text stands under another id too
 --> a.jsonl:2:1
  |
2 | {"id":"d2","text":"Ana said it fell.","entities":[{"start":0,"end":3,"label":"PERSON"}],"claims":[{"content":[[9,16]],"source":[[0,3]],"cue":[[3,8]]}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found document d1
  |
  = note: expected a text of its own
  = help: take one of the two out: what stands twice counts twice

      2 warning  edge-space      An annotation begins or ends in white space.
      1 warning  same-text       The same text stands under two ids.
Checked 2 documents, 2 mentions, 2 claims
Labels: PERSON 2

"#]],
    );
}

#[test]
fn an_edge_within_a_word_is_found_but_not_in_scripts_without_spaces() {
    shows(
        "cut-word",
        "a.jsonl",
        &[(
            "a.jsonl",
            line("d1", ANA, &[(0, 6, "PERSON"), (14, 17, "PERSON")]),
        )],
        &[(
            "a.jsonl",
            line("d1", "王毅在北京说", &[(0, 2, "PERSON"), (3, 5, "PERSON")]),
        )],
        0,
        str![[r#"
warning[cut-word]: document d1: entity 0: it begins or ends within a word
 --> a.jsonl:1:52
  |
1 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":6,"label":"PERSON"},{"start":14,"end":17,"label":"PERSON"}]}
  |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "[Ana Ko]s left Oslo."
  |
  = note: expected whole words
  = help: move the edge to that of the word
warning[cut-word]: document d1: entity 1: it begins or ends within a word
 --> a.jsonl:1:89
  |
1 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":6,"label":"PERSON"},{"start":14,"end":17,"label":"PERSON"}]}
  |                                                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "Ana Kos left O[slo]."
  |
  = note: expected whole words
  = help: move the edge to that of the word

      2 warning  cut-word        An annotation begins or ends within a word.
Checked 1 document, 2 mentions, 0 claims
Labels: PERSON 2

"#]],
    );
}

#[test]
fn a_label_of_a_single_mention_is_rare_where_there_are_enough_mentions() {
    let people = [(0, 7, "PERSON"), (13, 17, "GPE")];
    let others = |count: usize| -> String {
        let one = |at: usize| {
            let text = format!("Eva Zajc sang song {at}.");
            line(&format!("e{at}"), &text, &[(0, 8, "PERSON")])
        };
        (0..count).map(one).collect()
    };
    shows(
        "rare-label",
        "a.jsonl",
        &[("a.jsonl", line("d1", ANA, &people) + &others(28))],
        &[("a.jsonl", line("d1", ANA, &people) + &others(27))],
        0,
        str![[r#"
warning[rare-label]: document d1: entity 1: the label GPE stands only here
 --> a.jsonl:1:89
  |
1 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":7,"label":"PERSON"},{"start":13,"end":17,"label":"GPE"}]}
  |                                                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: is it a slip? no score of one mention means anything

      1 warning  rare-label      Only one mention has this label.
Checked 29 documents, 30 mentions, 0 claims
Labels: GPE 1, PERSON 29

"#]],
    );
}

#[test]
fn a_label_that_is_nearly_another_is_found() {
    let with = |label| {
        line("d1", ANA, &[(0, 7, "PERSON"), (13, 17, "LOCATION")])
            + &line(
                "d2",
                "Eva Zajc left Rome.",
                &[(0, 8, "PERSON"), (14, 18, label)],
            )
            + &line(
                "d3",
                "Bor Kranjc left Bern.",
                &[(0, 10, "PERSON"), (16, 20, "LOCATION")],
            )
    };
    shows(
        "similar-labels",
        "a.jsonl",
        &[("a.jsonl", with("Locations"))],
        &[("a.jsonl", with("CITY"))],
        0,
        str![[r#"
warning[similar-labels]: document d2: entity 1: the label Locations is nearly that of another
 --> a.jsonl:2:90
  |
2 | {"id":"d2","text":"Eva Zajc left Rome.","entities":[{"start":0,"end":8,"label":"PERSON"},{"start":14,"end":18,"label":"Locations"}]}
  |                                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found Locations, once
  |
  = note: expected LOCATION, which stands 2 times
  = help: rename Locations to LOCATION where it is meant

      1 warning  similar-labels  Two labels have nearly the same name.
Checked 3 documents, 6 mentions, 0 claims
Labels: LOCATION 2, Locations 1, PERSON 3

"#]],
    );
}

#[test]
fn a_label_of_predictions_that_the_gold_does_not_have_is_found() {
    let gold = line("d1", ANA, &[(0, 7, "PERSON")]);
    let predicted = gold.replace("PERSON", "PERSONS");
    shows(
        "unknown-label",
        "gold.jsonl -p pred.jsonl",
        &[("gold.jsonl", gold.clone()), ("pred.jsonl", predicted)],
        &[("gold.jsonl", gold.clone()), ("pred.jsonl", gold)],
        0,
        str![[r#"
warning[unknown-label]: document d1: entity 0: the label PERSONS is none of the gold's
 --> pred.jsonl:1:52
  |
1 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":7,"label":"PERSONS"}]}
  |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found PERSONS, once
  |
  = note: expected one of PERSON
  = help: is it PERSON? map it, or every such prediction is wrong

      1 warning  unknown-label   The gold has no such label.
Checked 1 document, 1 mention, 0 claims
Labels: PERSON 1

"#]],
    );
}

/// Three documents that name Oslo; the third labels it so.
fn oslo(third: &[(usize, usize, &str)]) -> String {
    line("d1", "Rain fell on Oslo today.", &[(13, 17, "GPE")])
        + &line("d2", "They left Oslo by ship.", &[(10, 14, "GPE")])
        + &line("d3", "In Oslo it rained.", third)
}

#[test]
fn a_name_that_is_labelled_elsewhere_is_found_unlabelled() {
    shows(
        "unlabelled",
        "a.jsonl",
        &[("a.jsonl", oslo(&[]))],
        &[("a.jsonl", oslo(&[(3, 7, "GPE")]))],
        0,
        str![[r#"
warning[unlabelled]: "Oslo" is not labelled here
 --> a.jsonl:3:1
  |
3 | {"id":"d3","text":"In Oslo it rained.","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "In [Oslo] it rained."
  |
  = note: expected GPE, as in 2 other places; it stands unlabelled in 1
  = help: label it, or leave it where it is something else

      1 warning  unlabelled      A name is labelled in most places, and not in some.
Checked 3 documents, 2 mentions, 0 claims
Labels: GPE 2

"#]],
    );
}

#[test]
fn a_name_with_another_label_than_elsewhere_is_found() {
    shows(
        "label-varies",
        "a.jsonl --ignore rare-label",
        &[("a.jsonl", oslo(&[(3, 7, "ORG")]))],
        &[("a.jsonl", oslo(&[(3, 7, "GPE")]))],
        0,
        str![[r#"
warning[label-varies]: document d3: entity 0: "Oslo" has another label elsewhere
 --> a.jsonl:3:52
  |
3 | {"id":"d3","text":"In Oslo it rained.","entities":[{"start":3,"end":7,"label":"ORG"}]}
  |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found ORG here; in all GPE 2, ORG 1
  |
  = note: expected GPE
  = help: correct the label, or leave it where the two are two things

      1 warning  label-varies    A name has different labels in different places.
Checked 3 documents, 3 mentions, 0 claims
Labels: GPE 2, ORG 1

"#]],
    );
}

#[test]
fn a_document_of_a_corpus_without_gold_is_found() {
    let files = |gold: &'static str| {
        [
            ("goldspan.toml", CONFIG.to_owned()),
            ("news/a.txt", ARTICLE.to_owned()),
            ("news/b.txt", "Nothing here.\n".to_owned()),
            ("gold/a.ann", GOLD.to_owned()),
            (gold, String::new()),
        ]
    };
    shows(
        "no-gold",
        "--ignore rare-label",
        &files("notes.md"),
        &files("gold/b.ann"),
        0,
        str![[r#"
warning[no-gold]: document b: it has no gold
--> news/b.txt
 = note: expected gold, which may say that nothing is there
 = help: label it, or take it out: it is not scored

      1 warning  no-gold         A document has no gold.
Checked 2 documents, 3 mentions, 1 claim
Labels: DATE 1, GPE 1, PERSON 1

"#]],
    );
}

#[test]
fn a_document_of_the_gold_without_a_prediction_is_found() {
    let gold =
        line("d1", ANA, &[(0, 7, "PERSON")]) + &line("d2", "Eva Zajc sang.", &[(0, 8, "PERSON")]);
    let first = line("d1", ANA, &[(0, 7, "PERSON")]);
    shows(
        "no-prediction",
        "gold.jsonl -p pred.jsonl",
        &[("gold.jsonl", gold.clone()), ("pred.jsonl", first)],
        &[("gold.jsonl", gold.clone()), ("pred.jsonl", gold)],
        0,
        str![[r#"
warning[no-prediction]: document d2: it has no prediction
--> pred.jsonl
 = help: predict it: without a prediction it counts as nothing predicted

      1 warning  no-prediction   A document of the gold has no prediction.
Checked 2 documents, 2 mentions, 0 claims
Labels: PERSON 2

"#]],
    );
}

#[test]
fn the_same_text_under_two_ids_is_found() {
    let first = line("d1", ANA, &[(0, 7, "PERSON")]);
    let other = line("d2", "Ana Kos left Rome.", &[(0, 7, "PERSON")]);
    shows(
        "same-text",
        "a.jsonl",
        &[("a.jsonl", first.clone() + &first.replace("d1", "d2"))],
        &[("a.jsonl", first + &other)],
        0,
        str![[r#"
warning[same-text]: document d2: its text stands under another id too
 --> a.jsonl:2:1
  |
2 | {"id":"d2","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":7,"label":"PERSON"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found document d1
  |
  = note: expected a text of its own
  = help: take one of the two out: what stands twice counts twice

      1 warning  same-text       The same text stands under two ids.
Checked 2 documents, 2 mentions, 0 claims
Labels: PERSON 2

"#]],
    );
}

/// A text of a hundred words; `change` takes the place of the fiftieth.
fn long_text(seed: &str, change: &str) -> String {
    let word = |at: usize| match at {
        50 => change.to_owned(),
        _ => format!("{seed}{at}"),
    };
    (0..100).map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_text_that_is_nearly_that_of_another_split_is_a_warning() {
    let train = line("d1", &long_text("word", "old"), &[]);
    let near = line("t1", &long_text("word", "new"), &[]);
    shows(
        "near-duplicate",
        "train.jsonl test.jsonl",
        &[("train.jsonl", train.clone()), ("test.jsonl", near)],
        &[
            ("train.jsonl", train),
            ("test.jsonl", line("t1", &long_text("other", "new"), &[])),
        ],
        0,
        str![[r#"
warning[near-duplicate]: document t1: its text is nearly that of another
 --> test.jsonl:1:1
  |
1 | {"id":"t1","text":"word0 word1 word2 word3 wo...5 word96 word97 word98 word99","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 93 % of the runs of five words shared with document d1 of train.jsonl
  |
  = note: expected a text of its own
  = help: put both in one split: what was seen in training makes scores better than they are

      1 warning  near-duplicate  Two texts are nearly the same.
Checked 2 documents, 0 mentions, 0 claims

"#]],
    );
}

#[test]
fn what_a_reader_remarks_is_told() {
    let files = |quoted: &str| {
        [
            ("d1.txt", "Ana\u{a0}Kos left.\n".to_owned()),
            ("d1.ann", format!("T1\tPERSON 0 7\t{quoted}\n")),
        ]
    };
    shows(
        "remark",
        "d1.ann",
        &files("Ana Kos"),
        &files("Ana\u{a0}Kos"),
        0,
        str![[r#"
warning[remark]: T1: the quoted text has other white space than the article
 --> d1.ann:1:15
  |
1 | T1    PERSON 0 7    Ana Kos
  |                     ^^^^^^^ found "Ana Kos"
  |
  = note: expected "Ana/u{a0}Kos"

      1 warning  remark          A reader read something that is no error and worth knowing.
Checked 1 document, 1 mention, 0 claims
Labels: PERSON 1

"#]],
    );
}

/// What `goldspan check ARGUMENTS` over these files prints, on both streams.
#[track_caller]
fn prints(files: Named<'_>, arguments: &str, code: i32, told: impl IntoData, err: impl IntoData) {
    let command = format!("check {arguments}");
    let shown = folder(files).goldspan(&command).assert().code(code);
    shown.stderr_eq(err).stdout_eq(told);
}

#[test]
fn predictions_for_gold_without_text_are_for_its_documents() {
    // Offsets alone are gold too, and every prediction has its document.
    let gold = "{\"id\":\"d1\",\"entities\":[{\"start\":0,\"end\":7,\"label\":\"PERSON\"}]}\n";
    let more = "{\"id\":\"d2\",\"entities\":[]}\n";
    prints(
        &[
            ("gold.jsonl", format!("{gold}{more}")),
            ("pred.jsonl", gold.to_owned()),
        ],
        "gold.jsonl -p pred.jsonl",
        0,
        str![[r#"
warning[no-prediction]: document d2: it has no prediction
--> pred.jsonl
 = help: predict it: without a prediction it counts as nothing predicted

      1 warning  no-prediction   A document of the gold has no prediction.
Checked 2 documents, 1 mention, 0 claims
Labels: PERSON 1

"#]],
        "",
    );
}

#[test]
fn a_document_that_stands_twice_in_one_set_is_an_error() {
    let gold = line("d1", ANA, &[(0, 7, "PERSON")]);
    prints(
        &[("a.jsonl", format!("{gold}{gold}"))],
        "a.jsonl",
        2,
        str![[r#"
error[unreadable]: document d1: it stands twice
 --> a.jsonl:2:1
  |
2 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":7,"label":"PERSON"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected one document for each id
  = help: take one out, rename it, or choose one of several people with --annotator

      1 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 2 documents, 2 mentions, 0 claims
Labels: PERSON 2

"#]],
        "",
    );
}

#[test]
fn several_predictions_are_each_held_against_the_gold() {
    let gold = line("d1", ANA, &[(0, 7, "PERSON")]);
    prints(
        &[
            ("gold.jsonl", gold.clone()),
            ("one.jsonl", gold.replace("PERSON", "Person")),
            ("two.jsonl", "{\"id\":\"d9\",\"entities\":[]}\n".to_owned()),
        ],
        "gold.jsonl -p one.jsonl -p two.jsonl",
        2,
        str![[r#"
error[prediction]: document d9: there is no gold for this prediction
 --> two.jsonl:1:1
  |
1 | {"id":"d9","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected the id of a document of the gold
  = help: is the id written otherwise there? goldspan score can pair by texts, with --pair text
warning[unknown-label]: document d1: entity 0: the label Person is none of the gold's
 --> one.jsonl:1:52
  |
1 | {"id":"d1","text":"Ana Kos left Oslo.","entities":[{"start":0,"end":7,"label":"Person"}]}
  |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found Person, once
  |
  = note: expected one of PERSON
  = help: is it PERSON? map it, or every such prediction is wrong
warning[no-prediction]: document d1: it has no prediction
--> two.jsonl
 = help: predict it: without a prediction it counts as nothing predicted

      1 error    prediction      A prediction has no gold, or was made on another text than the gold's.
      1 warning  unknown-label   The gold has no such label.
      1 warning  no-prediction   A document of the gold has no prediction.
Checked 1 document, 1 mention, 0 claims
Labels: PERSON 1

"#]],
        "",
    );
}

#[test]
fn gold_without_an_article_is_an_error_of_the_configuration() {
    prints(
        &[
            ("goldspan.toml", CONFIG.to_owned()),
            ("news/a.txt", ARTICLE.to_owned()),
            ("gold/a.ann", GOLD.to_owned()),
            ("gold/A2.ann", GOLD.to_owned()),
        ],
        "--ignore rare-label",
        2,
        str![[r#"
error[unreadable]: this gold has no article
--> gold/A2.ann
 = note: found gold for "A2"
 = note: expected an article with this id in the corpus
 = help: add the article, or delete the file

      1 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 1 document, 3 mentions, 1 claim
Labels: DATE 1, GPE 1, PERSON 1

"#]],
        "",
    );
}

#[test]
fn splits_of_a_manifest_that_share_a_text_are_an_error() {
    let config = CONFIG.replace(
        "[extractor.quotes]",
        "manifest = \"m.csv\"\n\n[extractor.quotes]",
    );
    prints(
        &[
            ("goldspan.toml", config),
            ("m.csv", "id,split\na,train\nb,test\n".to_owned()),
            ("news/a.txt", ARTICLE.to_owned()),
            ("news/b.txt", ARTICLE.to_owned()),
            ("gold/a.ann", GOLD.to_owned()),
            ("gold/b.ann", GOLD.to_owned()),
        ],
        "",
        2,
        str![[r#"
error[split-overlap]: document b: its text is in another split too
 --> news/b.txt:1:1
  |
1 | “We will stay,” said Ana Kos. She left Zürich on Monday.
  | ^ found document a of train
  |
  = note: expected a text of its own
  = help: take one of the two out: what was seen in training makes scores better than they are

      1 error    split-overlap   The same text is in two splits.
Checked 2 documents, 6 mentions, 2 claims
Labels: DATE 2, GPE 2, PERSON 2

"#]],
        "",
    );
}

/// A file of which errors and warnings are told, with all that a report must escape in its name and its ids.
fn odd() -> [(&'static str, String); 1] {
    let crossing = [(0, 6, "X:Y"), (3, 8, "X:Y"), (0, 6, "X:Y")];
    [(
        "a, b:%.jsonl",
        line("50%, d\\n1:", "Ana Kos", &[(40, 50, "X")]) + &line("d2", "a: b\\nc\\td", &crossing),
    )]
}

#[test]
fn json_is_a_list_of_findings() {
    prints(
        &odd(),
        "*.jsonl -f json",
        2,
        str![[r#"
[
{"rule":"unreadable","severity":"error","what":"document 50%, d/n1:: entity 0: an offset lies outside the text","path":"a, b:%.jsonl","line":1,"column":49,"found":"40 50","expected":"offsets up to 7, the length of the text in code points","mend":"no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets"},
{"rule":"duplicate","severity":"warning","what":"document d2: entity 2: the same mention as entity 0","path":"a, b:%.jsonl","line":2,"column":112,"mend":"delete one of the two; both are counted as gold"},
{"rule":"crossing","severity":"warning","what":"document d2: entity 1: this mention crosses another","path":"a, b:%.jsonl","line":2,"column":78,"found":"X:Y /"b//nc//td/", which crosses X:Y /"a: b//nc/"","expected":"mentions apart from each other, or one within the other","mend":"correct the edges of one of the two"}
]

"#]],
        "",
    );
}

#[test]
fn annotations_of_github_escape_what_ends_a_message_or_a_property() {
    prints(
        &odd(),
        "*.jsonl -f github",
        2,
        str![[r#"
::error title=unreadable,file=a%2C b%3A%25.jsonl,line=1,col=49::document 50%25, d%0A1:: entity 0: an offset lies outside the text; found: 40 50; expected: offsets up to 7, the length of the text in code points; mend: no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets
::warning title=duplicate,file=a%2C b%3A%25.jsonl,line=2,col=112::document d2: entity 2: the same mention as entity 0; mend: delete one of the two; both are counted as gold
::warning title=crossing,file=a%2C b%3A%25.jsonl,line=2,col=78::document d2: entity 1: this mention crosses another; found: X:Y "b/nc/td", which crosses X:Y "a: b/nc"; expected: mentions apart from each other, or one within the other; mend: correct the edges of one of the two

"#]],
        "",
    );
}

#[test]
fn sarif_has_what_its_readers_require() {
    let output = folder(&odd())
        .goldspan("check *.jsonl -f sarif")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    assert_eq!(run["tool"]["driver"]["name"], "goldspan");
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            assert!(rule["shortDescription"]["text"].is_string());
            rule["id"].as_str().unwrap()
        })
        .collect();
    let names = goldspan::check::Rule::ALL.map(goldspan::check::Rule::name);
    assert_eq!(rules, names);
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 2);
    for result in results {
        let id = result["ruleId"].as_str().unwrap();
        assert!(names.contains(&id), "{id}");
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        for location in result["locations"].as_array().unwrap() {
            let place = &location["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "a%2C%20b%3A%25.jsonl");
            assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
            assert!(place["region"]["startColumn"].as_u64().unwrap() >= 1);
        }
    }
}

#[test]
fn rules_that_are_ignored_are_neither_told_nor_counted() {
    let gold = line(
        "d1",
        ANA,
        &[(0, 8, "PERSON"), (0, 8, "PERSON"), (13, 17, "GPE")],
    );
    let files = [("a.jsonl", gold)];
    prints(
        &files,
        "a.jsonl --ignore edge-space,duplicate --ignore rare-label",
        0,
        str![[r#"
Checked 1 document, 3 mentions, 0 claims; nothing is wrong by the other rules
Labels: GPE 1, PERSON 2

"#]],
        "",
    );
    prints(
        &files,
        "a.jsonl --ignore edge-spaces",
        2,
        "",
        str![[r#"
error: invalid value 'edge-spaces' for '--ignore <RULE>': expected one of unreadable, extractor, nondeterministic, prediction, split-overlap, unit, duplicate, crossing, edge-space, cut-word, rare-label, similar-labels, unknown-label, unlabelled, label-varies, no-gold, no-prediction, same-text, near-duplicate, remark; did you mean edge-space?

For more information, try '--help'.

"#]],
    );
}

#[test]
fn warnings_fail_a_strict_check_and_no_other() {
    let files = [("a.jsonl", line("d1", ANA, &[(0, 8, "PERSON")]))];
    let scratch = folder(&files);
    scratch.goldspan("check a.jsonl").assert().code(0);
    scratch.goldspan("check a.jsonl --strict").assert().code(2);
    let ignored = "check a.jsonl --strict --ignore edge-space";
    scratch.goldspan(ignored).assert().code(0);
}

#[test]
fn few_findings_of_each_rule_are_shown_and_all_counted() {
    let many: String = (0..7)
        .map(|at| line(&format!("d{at}"), &format!("Ana {at}0 Kos"), &[(0, 4, "X")]))
        .collect();
    let files = [("a.jsonl", many)];
    prints(
        &files,
        "a.jsonl --show 1",
        0,
        str![[r#"
warning[edge-space]: document d0: entity 0: it begins or ends in white space
 --> a.jsonl:1:44
  |
1 | {"id":"d0","text":"Ana 00 Kos","entities":[{"start":0,"end":4,"label":"X"}]}
  |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "Ana "
  |
  = note: expected "Ana"
  = help: take the white space off its edges; --fix does it in the formats that it can write to
warning[edge-space]: and 6 more; --show N shows more of each rule, --format json all

      7 warning  edge-space      An annotation begins or ends in white space.
Checked 7 documents, 7 mentions, 0 claims
Labels: X 7

"#]],
        "",
    );
    prints(
        &files,
        "a.jsonl --show 0",
        0,
        str![[r#"

      7 warning  edge-space      An annotation begins or ends in white space.
Checked 7 documents, 7 mentions, 0 claims
Labels: X 7

"#]],
        "",
    );
    let output = folder(&files)
        .goldspan("check a.jsonl --show 7")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed.matches("warning[edge-space]").count(), 7);
}

#[test]
fn nothing_to_check_is_said_and_has_its_exit_code() {
    let scratch = Scratch::new();
    scratch.write("empty.jsonl", "");
    for (arguments, code, told) in [
        (
            "check",
            2,
            str![[r#"
error: there is nothing to check
 |
 = note: expected files to check, or goldspan.toml in this folder
 = help: name files, go to the project's folder, or name a file with --config

"#]],
        ),
        (
            "check empty.jsonl",
            4,
            str![[r#"
error: there is nothing to check
--> empty.jsonl
 = note: expected at least one annotated document

"#]],
        ),
        (
            "check gone.jsonl",
            2,
            str![[r#"
error: there is no such file or folder
--> gone.jsonl
 = help: correct the path

"#]],
        ),
    ] {
        scratch
            .goldspan(arguments)
            .assert()
            .code(code)
            .stdout_eq("")
            .stderr_eq(told);
    }
}

#[test]
fn offsets_of_predictions_without_text_lie_within_that_of_the_gold() {
    let gold = line("d1", ANA, &[(0, 7, "PERSON")]);
    let predicted = |end: usize| {
        format!(
            "{{\"id\":\"d1\",\"entities\":[{{\"start\":0,\"end\":{end},\"label\":\"PERSON\"}}]}}\n"
        )
    };
    let files = |end| [("gold.jsonl", gold.clone()), ("pred.jsonl", predicted(end))];
    prints(
        &files(19),
        "gold.jsonl -p pred.jsonl",
        2,
        str![[r#"
error[prediction]: document d1: an offset lies outside the gold's text
 --> pred.jsonl:1:1
  |
1 | {"id":"d1","entities":[{"start":0,"end":19,"label":"PERSON"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 19
  |
  = note: expected offsets up to 18, the length of the text in code points
  = help: if the offsets count something else, say so: "offsets": "utf16" or "byte" in the line, or --offsets

      1 error    prediction      A prediction has no gold, or was made on another text than the gold's.
Checked 1 document, 1 mention, 0 claims
Labels: PERSON 1

"#]],
        "",
    );
    let whole = folder(&files(18));
    let checked = whole.goldspan("check gold.jsonl -p pred.jsonl --strict");
    checked.assert().code(0);
}
