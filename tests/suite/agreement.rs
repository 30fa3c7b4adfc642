//! `goldspan agree`: tables, CSV and JSON of annotators of the same documents, the list of their differences, and what cannot be compared.

use snapbox::{IntoData, str};

use crate::scratch::Scratch;

/// Three annotators of two documents; Eva did not do the second, and Ben alone the third.
fn three() -> Scratch {
    let scratch = Scratch::new();
    let (one, two) = ("Ana Kos left Oslo on Monday.", "Eva sang in Rome.");
    let line = |id: &str, text: &str, entities: &[(usize, usize, &str)]| {
        let entity = |(start, end, label): &(usize, usize, &str)| {
            format!("{{\"start\":{start},\"end\":{end},\"label\":\"{label}\"}}")
        };
        let entities: Vec<String> = entities.iter().map(entity).collect();
        let entities = entities.join(",");
        format!("{{\"id\":\"{id}\",\"text\":\"{text}\",\"entities\":[{entities}]}}\n")
    };
    scratch.write(
        "ana.jsonl",
        line(
            "d1",
            one,
            &[(0, 7, "PER"), (13, 17, "LOC"), (21, 27, "DATE")],
        ) + &line("d2", two, &[(0, 3, "PER"), (12, 16, "LOC")]),
    );
    scratch.write(
        "ben.jsonl",
        line("d1", one, &[(0, 7, "PER"), (13, 17, "ORG")])
            + &line("d2", two, &[(0, 3, "PER"), (12, 16, "LOC")])
            + &line("d3", "Nobody.", &[]),
    );
    scratch.write(
        "eva.jsonl",
        line(
            "d1",
            one,
            &[(4, 7, "PER"), (13, 17, "LOC"), (21, 27, "DATE")],
        ),
    );
    scratch
}

#[track_caller]
fn agrees(scratch: &Scratch, arguments: &str, code: i32, out: impl IntoData, err: impl IntoData) {
    let command = format!("agree {arguments}");
    let shown = scratch.goldspan(&command).assert().code(code);
    shown.stdout_eq(out).stderr_eq(err);
}

#[test]
fn three_annotators_are_compared_two_by_two_and_all_together() {
    agrees(
        &three(),
        "ana.jsonl ben.jsonl eva.jsonl",
        0,
        str![[r#"
3 annotators: ana 2, ben 3, eva 1
documents that two or more have: 2, that all have: 1
documents that one alone has, not compared: 1, the first of them d3 of ben

   entities: F1, kappa on tokens     strict      exact    partial       type      kappa
   ana and ben                       0.6667     0.8889     0.8889     0.6667     0.7363
   ana and eva                       0.6667     0.6667     0.8333     1.0000     0.7879
   ben and eva                       0.0000     0.4000     0.6000     0.4000     0.3226
   mean of pairs                     0.4444     0.6519     0.7741     0.6889     0.6156

   all annotators together           alpha
   Krippendorff's alpha, tokens     0.7010
   unitizing alpha, characters      0.4672

   by label, means of pairs  strict F1      kappa      alpha    alpha-u
   DATE                         0.3333     0.3333     0.4828     0.2913
   LOC                          0.5556     0.5417     0.7222     0.3409
   ORG                          0.0000     0.0000     0.0000    -0.2185
   PER                          0.3333     0.7255     0.8214     0.7696

   one annotator's label and the other's, over all pairs
         2  DATE and nothing
         2  LOC and ORG

differences to adjudicate: 6
   d1 line 1: entity only-the-first: ana has DATE "Monday", ben has nothing
   d1 line 1: entity mistyped: ana has LOC "Oslo", ben has ORG "Oslo"
   d1 line 1: entity misbounded: ana has PER "Ana Kos", eva has PER "Kos"
   d1 line 1: entity misbounded: ben has PER "Ana Kos", eva has PER "Kos"
   d1 line 1: entity only-the-second: ben has nothing, eva has DATE "Monday"
   d1 line 1: entity mistyped: ben has ORG "Oslo", eva has LOC "Oslo"

"#]],
        str![[r#"
note: --disagreements FILE writes all of them, by document

"#]],
    );
}

#[test]
fn few_differences_are_shown_or_none() {
    let command = "ana.jsonl ben.jsonl -m strict --show";
    agrees(
        &three(),
        &format!("{command} 1"),
        0,
        str![[r#"
2 annotators: ana 2, ben 3
documents that two or more have: 2, that all have: 2
documents that one alone has, not compared: 1, the first of them d3 of ben

   entities: F1, kappa on tokens     strict      kappa
   ana and ben                       0.6667     0.7363

   all annotators together           alpha
   Krippendorff's alpha, tokens     0.7444
   unitizing alpha, characters      0.5672

   by label, means of pairs  strict F1      kappa      alpha    alpha-u
   DATE                         0.0000     0.0000     0.0000    -0.2850
   LOC                          0.6667     0.6250     0.6349     0.5811
   ORG                          0.0000     0.0000     0.0000    -0.1541
   PER                          1.0000     1.0000     1.0000     1.0000

   one annotator's label and the other's, over all pairs
         1  DATE and nothing
         1  LOC and ORG

differences to adjudicate: 2
   d1 line 1: entity only-the-first: ana has DATE "Monday", ben has nothing

"#]],
        str![[r#"
note: --disagreements FILE writes all of them, by document

"#]],
    );
    agrees(
        &three(),
        &format!("{command} 0"),
        0,
        str![[r#"
2 annotators: ana 2, ben 3
documents that two or more have: 2, that all have: 2
documents that one alone has, not compared: 1, the first of them d3 of ben

   entities: F1, kappa on tokens     strict      kappa
   ana and ben                       0.6667     0.7363

   all annotators together           alpha
   Krippendorff's alpha, tokens     0.7444
   unitizing alpha, characters      0.5672

   by label, means of pairs  strict F1      kappa      alpha    alpha-u
   DATE                         0.0000     0.0000     0.0000    -0.2850
   LOC                          0.6667     0.6250     0.6349     0.5811
   ORG                          0.0000     0.0000     0.0000    -0.1541
   PER                          1.0000     1.0000     1.0000     1.0000

   one annotator's label and the other's, over all pairs
         1  DATE and nothing
         1  LOC and ORG

differences to adjudicate: 2

"#]],
        str![[r#"
note: --disagreements FILE writes all of them, by document

"#]],
    );
}

#[test]
fn csv_has_every_number() {
    agrees(
        &three(),
        "ana.jsonl ben.jsonl -m strict -f csv",
        0,
        str![[r#"
kind,annotator,other,measure,label,value
f1,ana,ben,strict,*,0.6666666666666665
f1,ana,ben,strict,DATE,0
f1,ana,ben,strict,LOC,0.6666666666666666
f1,ana,ben,strict,ORG,0
f1,ana,ben,strict,PER,1
kappa,ana,ben,tokens,*,0.7362637362637363
kappa,ana,ben,tokens,DATE,0
kappa,ana,ben,tokens,LOC,0.625
kappa,ana,ben,tokens,ORG,0
kappa,ana,ben,tokens,PER,1
alpha,,,tokens,*,0.7444444444444445
alpha,,,tokens,DATE,0
alpha,,,tokens,LOC,0.6349206349206349
alpha,,,tokens,ORG,0
alpha,,,tokens,PER,1
alpha-u,,,characters,*,0.5672401064665411
alpha-u,,,characters,DATE,-0.28502415458937214
alpha-u,,,characters,LOC,0.5810874704491726
alpha-u,,,characters,ORG,-0.1541125541125541
alpha-u,,,characters,PER,1

"#]],
        "",
    );
}

#[test]
fn json_has_who_was_compared_on_what_and_every_number() {
    agrees(
        &three(),
        "ana.jsonl ben.jsonl -m strict -f json",
        0,
        str![[r#"
{
  "annotators": [
    {
      "documents": 2,
      "name": "ana"
    },
    {
      "documents": 3,
      "name": "ben"
    }
  ],
  "documents": {
    "alone": 1,
    "by_all": 2,
    "shared": 2
  },
  "pairs": [
    {
      "annotator": "ana",
      "differences": 2,
      "documents": 2,
      "other": "ben"
    }
  ],
  "values": [
    {
      "annotator": "ana",
      "kind": "f1",
      "label": "*",
      "measure": "strict",
      "other": "ben",
      "value": 0.6666666666666665
    },
    {
      "annotator": "ana",
      "kind": "f1",
      "label": "DATE",
      "measure": "strict",
      "other": "ben",
      "value": 0.0
    },
    {
      "annotator": "ana",
      "kind": "f1",
      "label": "LOC",
      "measure": "strict",
      "other": "ben",
      "value": 0.6666666666666666
    },
    {
      "annotator": "ana",
      "kind": "f1",
      "label": "ORG",
      "measure": "strict",
      "other": "ben",
      "value": 0.0
    },
    {
      "annotator": "ana",
      "kind": "f1",
      "label": "PER",
      "measure": "strict",
      "other": "ben",
      "value": 1.0
    },
    {
      "annotator": "ana",
      "kind": "kappa",
      "label": "*",
      "measure": "tokens",
      "other": "ben",
      "value": 0.7362637362637363
    },
    {
      "annotator": "ana",
      "kind": "kappa",
      "label": "DATE",
      "measure": "tokens",
      "other": "ben",
      "value": 0.0
    },
    {
      "annotator": "ana",
      "kind": "kappa",
      "label": "LOC",
      "measure": "tokens",
      "other": "ben",
      "value": 0.625
    },
    {
      "annotator": "ana",
      "kind": "kappa",
      "label": "ORG",
      "measure": "tokens",
      "other": "ben",
      "value": 0.0
    },
    {
      "annotator": "ana",
      "kind": "kappa",
      "label": "PER",
      "measure": "tokens",
      "other": "ben",
      "value": 1.0
    },
    {
      "annotator": "",
      "kind": "alpha",
      "label": "*",
      "measure": "tokens",
      "other": "",
      "value": 0.7444444444444445
    },
    {
      "annotator": "",
      "kind": "alpha",
      "label": "DATE",
      "measure": "tokens",
      "other": "",
      "value": 0.0
    },
    {
      "annotator": "",
      "kind": "alpha",
      "label": "LOC",
      "measure": "tokens",
      "other": "",
      "value": 0.6349206349206349
    },
    {
      "annotator": "",
      "kind": "alpha",
      "label": "ORG",
      "measure": "tokens",
      "other": "",
      "value": 0.0
    },
    {
      "annotator": "",
      "kind": "alpha",
      "label": "PER",
      "measure": "tokens",
      "other": "",
      "value": 1.0
    },
    {
      "annotator": "",
      "kind": "alpha-u",
      "label": "*",
      "measure": "characters",
      "other": "",
      "value": 0.5672401064665411
    },
    {
      "annotator": "",
      "kind": "alpha-u",
      "label": "DATE",
      "measure": "characters",
      "other": "",
      "value": -0.28502415458937214
    },
    {
      "annotator": "",
      "kind": "alpha-u",
      "label": "LOC",
      "measure": "characters",
      "other": "",
      "value": 0.5810874704491726
    },
    {
      "annotator": "",
      "kind": "alpha-u",
      "label": "ORG",
      "measure": "characters",
      "other": "",
      "value": -0.1541125541125541
    },
    {
      "annotator": "",
      "kind": "alpha-u",
      "label": "PER",
      "measure": "characters",
      "other": "",
      "value": 1.0
    }
  ]
}

"#]],
        "",
    );
}

#[test]
fn all_differences_are_written_by_document() {
    let scratch = three();
    let command = "ana.jsonl ben.jsonl eva.jsonl -f csv --disagreements out.csv";
    let shown = scratch.goldspan(&format!("agree {command}")).assert();
    shown.code(0).stderr_eq("");
    snapbox::assert_data_eq!(
        scratch.read("out.csv"),
        str![[r#"
annotator,other,document,line,task,kind,part,annotator_label,annotator_spans,annotator_text,other_label,other_spans,other_text
ana,ben,d1,1,entities,only-the-first,,DATE,21-27,Monday,,,
ana,ben,d1,1,entities,mistyped,,LOC,13-17,Oslo,ORG,13-17,Oslo
ana,eva,d1,1,entities,misbounded,,PER,0-7,Ana Kos,PER,4-7,Kos
ben,eva,d1,1,entities,only-the-second,,,,,DATE,21-27,Monday
ben,eva,d1,1,entities,mistyped,,ORG,13-17,Oslo,LOC,13-17,Oslo
ben,eva,d1,1,entities,misbounded,,PER,0-7,Ana Kos,PER,4-7,Kos

"#]]
    );
}

#[test]
fn differences_are_not_written_over_what_is_compared() {
    let scratch = three();
    let before = scratch.read("ana.jsonl");
    agrees(
        &scratch,
        "ana.jsonl ben.jsonl --disagreements ana.jsonl",
        2,
        "",
        str![[r#"
error: the differences cannot be written there
--> ana.jsonl
 = note: found one of the files to compare
 = note: expected a file of its own
 = help: name another file with --disagreements

"#]],
    );
    assert_eq!(scratch.read("ana.jsonl"), before);
    agrees(
        &scratch,
        "ana.jsonl ben.jsonl --disagreements gone/out.csv",
        2,
        "",
        str![[r#"
error: the differences cannot be written there
--> gone/out.csv
 = note: found a path in a folder that does not exist
 = note: expected a file of its own
 = help: name another file with --disagreements

"#]],
    );
}

/// A project that Ana and Ben labelled; Ben skipped the second task.
const PROJECT: &str = r#"[{"id":1,"data":{"text":"Ana left Oslo."},"annotations":[{"completed_by":{"id":1,"email":"ana@x.org"},"result":[{"id":"a","type":"labels","value":{"start":0,"end":3,"text":"Ana","labels":["PER"]}},{"id":"b","type":"labels","value":{"start":9,"end":13,"text":"Oslo","labels":["LOC"]}}]},{"completed_by":{"id":2,"email":"ben@x.org"},"result":[{"id":"c","type":"labels","value":{"start":0,"end":3,"text":"Ana","labels":["PER"]}}]}]},
{"id":2,"data":{"text":"Eva sang."},"annotations":[{"completed_by":{"id":1,"email":"ana@x.org"},"result":[]},{"completed_by":{"id":2,"email":"ben@x.org"},"was_cancelled":true,"result":[]}]}]
"#;

#[test]
fn the_people_of_one_project_are_told_apart() {
    let scratch = Scratch::new();
    scratch.write("project.json", PROJECT);
    agrees(
        &scratch,
        "project.json -m strict",
        0,
        str![[r#"
2 annotators: ana@x.org 2, ben@x.org 1
documents that two or more have: 1, that all have: 1
documents that one alone has, not compared: 1, the first of them 2 of ana@x.org

   entities: F1, kappa on tokens     strict      kappa
   ana@x.org and ben@x.org           0.6667     0.5556

   all annotators together           alpha
   Krippendorff's alpha, tokens     0.5882
   unitizing alpha, characters      0.3098

   by label, means of pairs  strict F1      kappa      alpha    alpha-u
   LOC                          0.0000     0.0000     0.0000    -0.5630
   PER                          1.0000     1.0000     1.0000     1.0000

   one annotator's label and the other's, over all pairs
         1  LOC and nothing

differences to adjudicate: 1
   1 line 1: entity only-the-first: ana@x.org has LOC "Oslo", ben@x.org has nothing

"#]],
        str![[r#"
note: --disagreements FILE writes all of them, by document

"#]],
    );
}

#[test]
fn sessions_of_prodigy_are_told_apart() {
    let scratch = Scratch::new();
    let task = |who: &str, spans: &str| {
        format!(
            "{{\"text\":\"Ana left\",\"_input_hash\":7,\"spans\":[{spans}],\"answer\":\"accept\",\"_session_id\":\"set-{who}\"}}\n"
        )
    };
    let span = "{\"start\":0,\"end\":3,\"label\":\"PER\"}";
    scratch.write("set.jsonl", task("ana", span) + &task("ben", ""));
    agrees(
        &scratch,
        "set.jsonl -m strict",
        0,
        str![[r#"
2 annotators: set-ana 1, set-ben 1
documents that two or more have: 1, that all have: 1

   entities: F1, kappa on tokens     strict      kappa
   set-ana and set-ben               0.0000     0.0000

   all annotators together           alpha
   Krippendorff's alpha, tokens     0.0000
   unitizing alpha, characters     -0.6250

   by label, means of pairs  strict F1      kappa      alpha    alpha-u
   PER                          0.0000     0.0000     0.0000    -0.6250

   one annotator's label and the other's, over all pairs
         1  PER and nothing

differences to adjudicate: 1
   7 line 1: entity only-the-first: set-ana has PER "Ana", set-ben has nothing

"#]],
        str![[r#"
note: --disagreements FILE writes all of them, by document

"#]],
    );
}

#[test]
fn one_annotator_is_nobody_to_agree_with() {
    let scratch = three();
    agrees(
        &scratch,
        "ana.jsonl",
        2,
        "",
        str![[r#"
error: there is only one annotator to compare
--> ana.jsonl
 = note: found goldspan JSON Lines, which does not say who annotated
 = note: expected two files or more, or one of Label Studio or Prodigy with several annotators
 = help: name the other annotators' files too

"#]],
    );
    let alone = PROJECT.replace("ben@x.org", "ana@x.org");
    scratch.write("project.json", alone);
    agrees(
        &scratch,
        "project.json",
        2,
        "",
        str![[r#"
error: there is only one annotator to compare
--> project.json
 = note: found annotations by ana@x.org
 = note: expected two files or more, or one of Label Studio or Prodigy with several annotators
 = help: name the other annotators' files too

"#]],
    );
}

#[test]
fn texts_that_differ_are_told_and_nothing_is_computed() {
    let scratch = three();
    let other = scratch.read("ben.jsonl").replace("sang in", "sang  in");
    scratch.write("ben.jsonl", other);
    agrees(
        &scratch,
        "ana.jsonl ben.jsonl",
        2,
        "",
        str![[r#"
error: document d2: its text is not the same for all annotators
--> ben.jsonl
 = note: found "Eva sang  in Rome." around character 9
 = note: expected "Eva sang in Rome.", as ana has it
 = help: give every annotator the same text, letter by letter

"#]],
    );
}

#[test]
fn annotators_without_a_document_in_common_are_told() {
    let scratch = three();
    let other = scratch
        .read("ben.jsonl")
        .replace("\"id\":\"d", "\"id\":\"b");
    scratch.write("ben.jsonl", other);
    agrees(
        &scratch,
        "ana.jsonl ben.jsonl",
        4,
        "",
        str![[r#"
error: no document was annotated by two of them
 |
 = note: expected the same documents, by their ids, in two files at least
 = help: are the ids written otherwise in one of the files?

"#]],
    );
}

/// The numbers of every measure and label, without whose they are.
fn numbers(scratch: &Scratch, arguments: &str) -> Vec<String> {
    let output = scratch
        .goldspan(&format!("agree {arguments} -f csv"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let csv = String::from_utf8(output.stdout).unwrap();
    let number = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        format!("{} {} {} {}", cells[0], cells[3], cells[4], cells[5])
    };
    let mut numbers: Vec<String> = csv.lines().skip(1).map(number).collect();
    numbers.sort();
    numbers
}

#[test]
fn it_does_not_matter_who_is_named_first() {
    let scratch = three();
    let forth = numbers(&scratch, "ana.jsonl ben.jsonl eva.jsonl");
    assert!(forth.len() > 40);
    for back in [
        "ben.jsonl ana.jsonl eva.jsonl",
        "eva.jsonl ben.jsonl ana.jsonl",
    ] {
        assert_eq!(numbers(&scratch, back), forth, "{back}");
    }
}

#[test]
fn an_annotator_agrees_wholly_with_themselves() {
    let scratch = three();
    scratch.write("again.jsonl", scratch.read("ana.jsonl"));
    for row in numbers(&scratch, "ana.jsonl again.jsonl") {
        assert!(row.ends_with(" 1"), "{row}");
    }
    // The same file twice is two annotators too, told apart by nothing but their places.
    agrees(
        &scratch,
        "ana.jsonl ana.jsonl -m strict",
        0,
        str![[r#"
2 annotators: ana.jsonl 2, ana.jsonl (2) 2
documents that two or more have: 2, that all have: 2

   entities: F1, kappa on tokens     strict      kappa
   ana.jsonl and ana.jsonl (2)       1.0000     1.0000

   all annotators together           alpha
   Krippendorff's alpha, tokens     1.0000
   unitizing alpha, characters      1.0000

   by label, means of pairs  strict F1      kappa      alpha    alpha-u
   DATE                         1.0000     1.0000     1.0000     1.0000
   LOC                          1.0000     1.0000     1.0000     1.0000
   PER                          1.0000     1.0000     1.0000     1.0000

differences to adjudicate: 0

"#]],
        str![""],
    );
}

#[test]
fn claims_are_compared_by_their_parts() {
    let scratch = Scratch::new();
    let claim = |source: &str| {
        format!(
            "{{\"id\":\"d1\",\"text\":\"Ana said it fell. Eva too.\",\"claims\":[{{\"content\":[[9,16]],\"source\":{source},\"cue\":[[4,8]]}}]}}\n"
        )
    };
    scratch.write("ana.jsonl", claim("[[0,3]]"));
    scratch.write("ben.jsonl", claim("[[18,21]]"));
    agrees(
        &scratch,
        "ana.jsonl ben.jsonl --level exact",
        0,
        str![[r#"
2 annotators: ana 1, ben 1
documents that two or more have: 1, that all have: 1

   claims, exact: F1      claim    content     source        cue
   ana and ben           0.0000     1.0000     0.0000     1.0000

differences to adjudicate: 1
   d1 line 1: source misbounded: ana has "Ana", ben has "Eva"

"#]],
        str![[r#"
note: --disagreements FILE writes all of them, by document

"#]],
    );
    agrees(
        &scratch,
        "ana.jsonl ben.jsonl --level exact --require cue --show 0",
        0,
        str![[r#"
2 annotators: ana 1, ben 1
documents that two or more have: 1, that all have: 1

   claims, exact: F1      claim    content     source        cue
   ana and ben           1.0000     1.0000     0.0000     1.0000

differences to adjudicate: 1

"#]],
        str![[r#"
note: --disagreements FILE writes all of them, by document

"#]],
    );
}

#[test]
fn annotators_may_use_different_tools_and_units() {
    let scratch = Scratch::new();
    let gold = "{\"id\":\"1\",\"text\":\"😀 Ana left\",\"entities\":[{\"start\":2,\"end\":5,\"label\":\"PER\"}]}\n";
    scratch.write("ana.jsonl", gold);
    scratch.write(
        "ben.jsonl",
        "{\"id\":1,\"text\":\"😀 Ana left\",\"label\":[[2,5,\"PER\"]]}\n",
    );
    let numbers = numbers(
        &scratch,
        "ana.jsonl ben.jsonl --from jsonl,doccano --offsets codepoint",
    );
    assert!(numbers.iter().all(|row| row.ends_with(" 1")), "{numbers:?}");
    scratch.write("ben.jsonl", gold.replace("2,\"end\":5", "3,\"end\":6"));
    let numbers = self::numbers(&scratch, "ana.jsonl ben.jsonl --offsets codepoint,utf16");
    assert!(numbers.iter().all(|row| row.ends_with(" 1")), "{numbers:?}");
}

#[test]
fn an_annotator_without_text_annotated_that_of_the_others() {
    let scratch = Scratch::new();
    let bare = "{\"id\":\"d1\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"PER\"}]}\n";
    scratch.write("ana.jsonl", bare);
    scratch.write(
        "ben.jsonl",
        bare.replace("\"d1\",", "\"d1\",\"text\":\"Ana left Oslo.\","),
    );
    let numbers = numbers(&scratch, "ana.jsonl ben.jsonl");
    assert!(numbers.iter().all(|row| row.ends_with(" 1")), "{numbers:?}");
    scratch.write("ana.jsonl", bare.replace(":3", ":30"));
    agrees(
        &scratch,
        "ana.jsonl ben.jsonl",
        2,
        "",
        str![[r#"
error: document d1: entity 0: an offset lies outside the text
 --> ana.jsonl:1:24
  |
1 | {"id":"d1","entities":[{"start":0,"end":30,"label":"PER"}]}
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 0 30
  |
  = note: expected offsets up to 14, the length of the text in code points
  = help: no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets

"#]],
    );
    scratch.write("ben.jsonl", bare);
    agrees(
        &scratch,
        "ana.jsonl ben.jsonl",
        2,
        "",
        str![[r#"
error: document d1: its text is not known
 --> ana.jsonl:1:1
  |
1 | {"id":"d1","entities":[{"start":0,"end":30,"label":"PER"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected the text, in one of the files or as an article beside it
  = help: add the text to one annotator's file, or name the folder of the articles with --articles
error: document d1: its text is not known
 --> ben.jsonl:1:1
  |
1 | {"id":"d1","entities":[{"start":0,"end":3,"label":"PER"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected the text, in one of the files or as an article beside it
  = help: add the text to one annotator's file, or name the folder of the articles with --articles
error: 2 problems; nothing was evaluated

"#]],
    );
}
