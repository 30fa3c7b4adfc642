//! `goldspan score`: predictions made elsewhere, as JSON Lines.

use snapbox::str;

use crate::scratch::Scratch;

const GOLD: &str = r#"{"id":"d1","text":"Žižek 😀 said the bank of Kenya fell.","entities":[{"start":0,"end":5,"label":"PERSON"},{"spans":[[17,21],[25,30]],"label":"ORG"},{"start":25,"end":30,"label":"GPE"}],"claims":[{"content":[[13,35]],"source":[[0,5]],"cue":[[8,12]],"attributes":{"polarity":"affirmed","certainty":"certain"}}]}
{"id":"d2","text":"Nothing here.","entities":[],"claims":[]}
"#;

#[track_caller]
fn refused(gold: &str, predicted: &str, arguments: &str, code: i32, told: impl snapbox::IntoData) {
    let scratch = Scratch::pair(gold, predicted);
    let command = format!("score gold.jsonl pred.jsonl {arguments}");
    scratch
        .goldspan(&command)
        .assert()
        .code(code)
        .stdout_eq("")
        .stderr_eq(told);
}

#[test]
fn gold_against_itself_scores_one_in_every_row() {
    let scratch = Scratch::pair(GOLD, GOLD);
    let output = scratch
        .goldspan("score gold.jsonl pred.jsonl -f csv")
        .output()
        .unwrap();
    let csv = String::from_utf8(output.stdout).unwrap();
    let scores = |row: &str| row.split(',').skip(13).take(3).collect::<Vec<_>>() == ["1.0"; 3];
    assert!(
        csv.lines().count() > 40 && csv.lines().skip(1).all(scores),
        "{csv}"
    );
}

#[test]
fn predictions_need_no_text_and_may_count_in_utf16() {
    // The emoji is two units of UTF-16, so all that follows it is one further.
    let predicted = r#"
{"id":"d1","offsets":"utf16","entities":[{"start":0,"end":5,"label":"PERSON"},{"start":26,"end":31,"label":"ORG"}]}
{"id":"d2","entities":[]}
"#;
    let scratch = Scratch::pair(GOLD, predicted);
    let table = scratch.goldspan("score gold.jsonl pred.jsonl -m strict -m exact -m overlap:0.5");
    table.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 2 of 2 documents scored
  claims: not attempted, so not scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                0.5000  0.3333  0.4000        -        1          1        0        1         0        3
   exact                 1.0000  0.6667  0.8000        -        2          0        0        1         0        3
   overlap:0.5           1.0000  0.6667  0.8000        -        2          0        0        1         0        3

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                        -  0.0000       -        -        0          0        0        1         0        1
   ORG                   0.0000  0.0000  0.0000        -        0          1        0        0         0        1
   PERSON                1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
}

#[test]
fn documents_that_only_one_side_has_are_named_and_a_missing_one_counts_as_nothing_predicted() {
    let predicted = "{\"id\":\"d2\",\"entities\":[]}\n{\"id\":\"d9\",\"entities\":[]}\n";
    let scratch = Scratch::pair(GOLD, predicted);
    let strict = scratch.goldspan("score gold.jsonl pred.jsonl -m strict");
    strict
        .assert()
        .code(104)
        .stderr_eq(str![[r#"
error: 1 of 2 documents have no prediction, more than the budget of 0
help: mend what the report names, or allow more with --max-failures

"#]])
        .stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 2 of 2 documents scored
  1 document predicted without gold, so not scored (--count-extra counts it as spurious):
    d9
  claims: not attempted, so not scored
  1 document without a prediction, counted as nothing predicted:
    d1: no line in pred.jsonl

   entities              P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                -  0.0000   -        -        0          0        0        3         0        3

   by label, strict      P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                   -  0.0000   -        -        0          0        0        1         0        1
   ORG                   -  0.0000   -        -        0          0        0        1         0        1
   PERSON                -  0.0000   -        -        0          0        0        1         0        1

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
    scratch
        .goldspan("score gold.jsonl pred.jsonl --max-failures 50%")
        .assert()
        .code(0)
        .stderr_eq("");
}

#[test]
fn files_without_any_text_are_scored_by_their_offsets_alone() {
    let gold = "{\"id\":\"a\",\"entities\":[{\"start\":3,\"end\":5,\"label\":\"X\"},{\"start\":90,\"end\":95,\"label\":\"X\"}]}\n";
    let predicted = "{\"id\":\"a\",\"entities\":[{\"start\":3,\"end\":5,\"label\":\"X\"},{\"start\":94,\"end\":99,\"label\":\"X\"}]}\n";
    let scratch = Scratch::pair(gold, predicted);
    scratch
        .goldspan("score gold.jsonl pred.jsonl -f csv")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
corpus,extractor,task,measure,label,average,correct,incorrect,partial,missing,spurious,possible,actual,precision,recall,f1,error,undergeneration,overgeneration,substitution,precision_low,precision_high,recall_low,recall_high,f1_low,f1_high,error_low,error_high,undergeneration_low,undergeneration_high,overgeneration_low,overgeneration_high,substitution_low,substitution_high
gold.jsonl,pred.jsonl,entities,strict,*,micro,1,1,0,0,0,2,2,0.5,0.5,0.5,0.5,0.0,0.0,0.5,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,macro,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,weighted,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,mean-f,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,f-of-means,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,hipe,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,X,,1,1,0,0,0,2,2,0.5,0.5,0.5,0.5,0.0,0.0,0.5,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,exact,*,micro,1,1,0,0,0,2,2,0.5,0.5,0.5,0.5,0.0,0.0,0.5,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,exact,*,macro,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,exact,*,weighted,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,exact,*,mean-f,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,exact,*,f-of-means,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,exact,*,hipe,,,,,,,,0.5,0.5,0.5,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,exact,X,,1,1,0,0,0,2,2,0.5,0.5,0.5,0.5,0.0,0.0,0.5,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,partial,*,micro,1,0,1,0,0,2,2,0.75,0.75,0.75,0.25,0.0,0.0,0.25,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,partial,*,macro,,,,,,,,0.75,0.75,0.75,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,partial,*,weighted,,,,,,,,0.75,0.75,0.75,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,partial,*,mean-f,,,,,,,,0.75,0.75,0.75,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,partial,*,f-of-means,,,,,,,,0.75,0.75,0.75,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,partial,*,hipe,,,,,,,,0.75,0.75,0.75,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,partial,X,,1,0,1,0,0,2,2,0.75,0.75,0.75,0.25,0.0,0.0,0.25,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,type,*,micro,2,0,0,0,0,2,2,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,type,*,macro,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,type,*,weighted,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,type,*,mean-f,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,type,*,f-of-means,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,type,*,hipe,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,type,X,,2,0,0,0,0,2,2,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,

"#]]);
}

#[test]
fn lines_that_cannot_be_read_are_all_told_with_their_place() {
    let predicted = "\
{\"id\":\"d1\",\"entities\":[{\"start\":0,\"end\":5,\"label\":7}]}
{\"entities\":[]}
not json
{\"id\":\"d2\",\"entities\":[]}
{\"id\":\"d2\",\"entities\":[]}
{\"id\":\"d3\",\"entities\":[]
";
    refused(
        GOLD,
        predicted,
        "",
        2,
        str![[r#"
error: this line cannot be read
 --> pred.jsonl:1:51
  |
1 | {"id":"d1","entities":[{"start":0,"end":5,"label":7}]}
  |                                                   ^ found invalid type: integer `7`, expected a string
  |
  = note: expected a JSON object with id, and entities or claims
  = help: each document is one line, such as {"id": "a", "entities": [{"start": 0, "end": 7, "label": "PERSON"}]}
error: this line cannot be read
 --> pred.jsonl:2:15
  |
2 | {"entities":[]}
  |               ^ found missing field `id`
  |
  = note: expected a JSON object with id, and entities or claims
  = help: each document is one line, such as {"id": "a", "entities": [{"start": 0, "end": 7, "label": "PERSON"}]}
error: this line is no JSON object
 --> pred.jsonl:3:1
  |
3 | not json
  | ^
  |
  = note: expected an object { ... } with id, and entities or claims
error: this document stands twice
 --> pred.jsonl:5:1
  |
5 | {"id":"d2","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^ found "d2", which is also line 4
  |
  = note: expected one line for each document
  = help: take one out
error: this line cannot be read
 --> pred.jsonl:6:24
  |
6 | {"id":"d3","entities":[]
  |                        ^ found EOF while parsing an object
  |
  = note: expected a JSON object with id, and entities or claims
  = help: each document is one line, such as {"id": "a", "entities": [{"start": 0, "end": 7, "label": "PERSON"}]}
error: 5 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn annotations_that_do_not_fit_are_all_told() {
    let predicted = "\
{\"id\":\"d1\",\"entities\":[{\"start\":0,\"end\":99,\"label\":\"A\"},{\"start\":5,\"end\":5,\"label\":\"A\"},{\"start\":-1,\"end\":5,\"label\":\"A\"},{\"label\":\"A\"},{\"start\":5,\"end\":6,\"label\":\"A\"},{\"spans\":[[0,3],[2,4]],\"label\":\"A\"},{\"start\":0,\"end\":1,\"label\":\"*\"}],\"claims\":[{\"content\":[]},{\"content\":[[0,5]],\"parent\":7},{\"content\":[[0,5]],\"attributes\":{\"polarity\":\"maybe\"}}]}
{\"id\":\"d2\",\"offsets\":\"utf8\",\"entities\":[]}
";
    refused(
        GOLD,
        predicted,
        "",
        2,
        str![[r#"
error: document d1: entity 0: an offset lies outside the text
 --> pred.jsonl:1:24
  |
1 | {"id":"d1","entities":[{"start":0,"end":99,"label":"A"},{"start":5,"end":5,"label":"A"},{"start":-1,"end":5,"label":"A"},{"label":"A"...
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 0 99
  |
  = note: expected offsets up to 36, the length of the text in code points
  = help: no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets
error: document d1: entity 1: the end is not after the start
 --> pred.jsonl:1:57
  |
1 | {"id":"d1","entities":[{"start":0,"end":99,"label":"A"},{"start":5,"end":5,"label":"A"},{"start":-1,"end":5,"label":"A"},{"label":"A"...
  |                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 5 5
  |
  = note: expected an end after the start
  = help: correct the offsets, or delete the annotation
error: document d1: entity 2: an offset lies outside the text
 --> pred.jsonl:1:89
  |
1 | ...abel":"A"},{"start":5,"end":5,"label":"A"},{"start":-1,"end":5,"label":"A"},{"label":"A"},{"start":5,"end":6,"label":"A"},{"spans"...
  |                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found -1 5
  |
  = note: expected offsets up to 36, the length of the text in code points
  = help: if the offsets count something else, say so: "offsets": "utf16" or "byte" in the line, or --offsets
error: document d1: entity 3 has no place
 --> pred.jsonl:1:122
  |
1 | ...":5,"end":5,"label":"A"},{"start":-1,"end":5,"label":"A"},{"label":"A"},{"start":5,"end":6,"label":"A"},{"spans":[[0,3],[2,4]],"la...
  |                                                              ^^^^^^^^^^^^^
  |
  = note: expected start and end, or spans: [[start, end], ...]
error: document d1: entity 4: nothing but white space is annotated
 --> pred.jsonl:1:136
  |
1 | ...},{"start":-1,"end":5,"label":"A"},{"label":"A"},{"start":5,"end":6,"label":"A"},{"spans":[[0,3],[2,4]],"label":"A"},{"start":0,"e...
  |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected at least one visible character
  = help: correct the offsets, or delete the annotation
error: document d1: entity 5: two fragments of one annotation overlap
 --> pred.jsonl:1:168
  |
1 | ...l":"A"},{"start":5,"end":6,"label":"A"},{"spans":[[0,3],[2,4]],"label":"A"},{"start":0,"end":1,"label":"*"}],"claims":[{"content":...
  |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 0 3;2 4
  |
  = note: expected fragments that do not share characters
  = help: correct the offsets, or delete the annotation
error: document d1: entity 6: "*" is no label
 --> pred.jsonl:1:204
  |
1 | ..."label":"A"},{"spans":[[0,3],[2,4]],"label":"A"},{"start":0,"end":1,"label":"*"}],"claims":[{"content":[]},{"content":[[0,5]],"par...
  |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected a name such as PERSON: the star stands for all labels in every report
  = help: rename the label
error: document d1: claim 0, content: an annotation without any span
 --> pred.jsonl:1:247
  |
1 | ..."},{"start":0,"end":1,"label":"*"}],"claims":[{"content":[]},{"content":[[0,5]],"parent":7},{"content":[[0,5]],"attributes":{"pola...
  |                                                  ^^^^^^^^^^^^^^ found no offsets at all
  |
  = note: expected a start and a later end
  = help: correct the offsets, or delete the annotation
error: document d1: claim 1: its parent is no other claim
 --> pred.jsonl:1:262
  |
1 | ...:0,"end":1,"label":"*"}],"claims":[{"content":[]},{"content":[[0,5]],"parent":7},{"content":[[0,5]],"attributes":{"polarity":"mayb...
  |                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected another claim of this document
  = help: name the claim whose content holds this one, or take the parent out
error: there is no polarity of this name
 --> pred.jsonl:1:293
  |
1 | ...{"content":[[0,5]],"parent":7},{"content":[[0,5]],"attributes":{"polarity":"maybe"}}]}
  |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "maybe"
  |
  = note: expected one of affirmed, denied
error: there is no unit of offsets of this name
 --> pred.jsonl:2:1
  |
2 | {"id":"d2","offsets":"utf8","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "utf8"
  |
  = note: expected one of codepoint, utf16, byte, grapheme
  = help: did you mean "utf16"?
error: 11 problems; nothing was evaluated

"#]],
    );
    let inside = "{\"id\":\"d1\",\"entities\":[{\"start\":0,\"end\":1,\"label\":\"A\"}]}\n{\"id\":\"d2\",\"entities\":[]}\n";
    refused(
        GOLD,
        inside,
        "--offsets byte",
        2,
        str![[r#"
error: document d1: entity 0: a boundary lies inside a character
 --> pred.jsonl:1:24
  |
1 | {"id":"d1","entities":[{"start":0,"end":1,"label":"A"}]}
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 0 1
  |
  = note: expected boundaries of characters, counted in bytes from 0
  = help: if the offsets count something else, say so: "offsets": "utf16" or "byte" in the line, or --offsets

"#]],
    );
}

#[test]
fn gold_without_anything_to_score_exits_with_4() {
    refused(
        "",
        "",
        "",
        4,
        str![[r#"
error: this gold holds nothing to score
--> gold.jsonl
 = note: found no document with entities or claims
 = note: expected at least one line with entities or claims; an empty list means that there are none
 = help: name the gold first and the predictions second

"#]],
    );
    refused(
        "{\"id\":\"a\",\"text\":\"x\"}\n",
        "{\"id\":\"a\"}\n",
        "",
        4,
        str![[r#"
error: this gold holds nothing to score
--> gold.jsonl
 = note: found no document with entities or claims
 = note: expected at least one line with entities or claims; an empty list means that there are none
 = help: name the gold first and the predictions second

"#]],
    );
}

#[test]
fn a_file_that_is_not_there_and_a_measure_that_does_not_exist_are_wrong_usage() {
    let scratch = Scratch::pair(GOLD, GOLD);
    scratch
        .goldspan("score gold.jsonl gone.jsonl")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: there is no such file or folder
--> gone.jsonl
 = help: correct the path

"#]]);
    scratch
        .goldspan("score gold.jsonl pred.jsonl -m strikt")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: invalid value 'strikt' for '--measure <MEASURE>': expected strict, exact, partial, type, or overlap:t with t above 0 and at most 1

For more information, try '--help'.

"#]]);
}

#[test]
fn a_prediction_on_another_text_than_the_golds_is_an_error() {
    let predicted = "{\"id\":\"d2\",\"text\":\"Nothing  here.\",\"entities\":[]}\n{\"id\":\"d1\",\"entities\":[]}\n";
    refused(
        GOLD,
        predicted,
        "",
        2,
        str![[r#"
error: document d2: its text is not that of the gold
 --> pred.jsonl:1:1
  |
1 | {"id":"d2","text":"Nothing  here.","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "Nothing  here." around character 8
  |
  = note: expected "Nothing here."
  = help: use the text of the gold, or leave the text out where the offsets are those of the gold's text

"#]],
    );
}

const GOLD_COLUMNS: &str =
    "-DOCSTART- O\n\nAna B-PER\nKos I-PER\nleft O\nRome B-LOC\n\nIt\tO\nrained\tO\n";

#[test]
fn conll_columns_are_scored_under_their_declared_scheme() {
    let predicted = "Ana B-PER\nKos I-PER\nleft O\nRoma B-ORG\n \nIt O\nrained O";
    let scratch = Scratch::pair(GOLD_COLUMNS, predicted);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --scheme iob2 -m strict -m exact");
    score.assert().code(0).stderr_eq(str![[r#"
warning: tokens of the predictions that differ from the gold's: 1; all are paired by position

"#]]).stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 2 of 2 documents scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                0.5000  0.5000  0.5000        -        1          1        0        0         0        2
   exact                 1.0000  1.0000  1.0000        -        2          0        0        0         0        2

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   LOC                        -  0.0000       -        -        0          0        0        1         0        1
   ORG                   0.0000       -       -        -        0          0        0        0         1        0
   PER                   1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
}

#[test]
fn ill_formed_tags_are_refused_unless_they_are_to_be_read_as_conlleval_does() {
    let predicted = "Ana I-PER\nKos I-PER\nleft O\nRome I-LOC\n\nIt O\nrained O\n";
    refused(
        GOLD_COLUMNS,
        predicted,
        "--scheme iob2",
        2,
        str![[r#"
error: this tag cannot begin a mention here
 --> pred.jsonl:1:5
  |
1 | Ana I-PER
  |     ^^^^^ found I-PER between the sentence's edge and I-PER
  |
  = note: expected tags in the order of the scheme iob2
  = help: declare the scheme of the file with --scheme, correct the tag, or read it as conlleval does with --repair conlleval
error: this tag cannot begin a mention here
 --> pred.jsonl:4:6
  |
4 | Rome I-LOC
  |      ^^^^^ found I-LOC between O and the sentence's edge
  |
  = note: expected tags in the order of the scheme iob2
  = help: declare the scheme of the file with --scheme, correct the tag, or read it as conlleval does with --repair conlleval
error: 2 problems; nothing was evaluated

"#]],
    );
    let scratch = Scratch::pair(GOLD_COLUMNS, predicted);
    let repaired = scratch
        .goldspan("score gold.jsonl pred.jsonl --scheme iob2 --repair conlleval -m strict -f csv");
    repaired.assert().code(0).stdout_eq(str![[r#"
corpus,extractor,task,measure,label,average,correct,incorrect,partial,missing,spurious,possible,actual,precision,recall,f1,error,undergeneration,overgeneration,substitution,precision_low,precision_high,recall_low,recall_high,f1_low,f1_high,error_low,error_high,undergeneration_low,undergeneration_high,overgeneration_low,overgeneration_high,substitution_low,substitution_high
gold.jsonl,pred.jsonl,entities,strict,*,micro,2,0,0,0,0,2,2,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,macro,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,weighted,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,mean-f,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,f-of-means,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,hipe,,,,,,,,1.0,1.0,1.0,,,,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,LOC,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,PER,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,

"#]]);
}

#[test]
fn columns_that_cannot_be_read_or_paired_are_told_with_their_line() {
    refused(
        GOLD_COLUMNS,
        "Ana U-PER\nKos\nleft NN O\nRome B-\n",
        "--scheme iob2",
        2,
        str![[r#"
error: the predictions are not on the sentences of the gold
--> pred.jsonl
 = note: found no more sentences in the predictions
 = note: expected one for that at line 8 of the gold
 = help: predict on the tokens of the gold; sentences are parted by blank lines
error: this tag is not of the scheme iob2
 --> pred.jsonl:1:5
  |
1 | Ana U-PER
  |     ^^^^^ found "U-PER"
  |
  = note: expected O, or one of B, I before a hyphen and a type, such as I-PER
  = help: declare the scheme of the file with --scheme, or correct the tag
error: this line has another number of columns
 --> pred.jsonl:2:1
  |
2 | Kos
  | ^^^ found 1 column
  |
  = note: expected 2, as in the first line: a token, and its tag in the last
  = help: part the columns by one tab or space, and sentences by blank lines; --ragged reads such lines all the same
error: this line has another number of columns
 --> pred.jsonl:3:1
  |
3 | left NN O
  | ^^^^^^^^^ found 3 columns
  |
  = note: expected 2, as in the first line: a token, and its tag in the last
  = help: part the columns by one tab or space, and sentences by blank lines; --ragged reads such lines all the same
error: this tag is not of the scheme iob2
 --> pred.jsonl:4:6
  |
4 | Rome B-
  |      ^^ found "B-"
  |
  = note: expected O, or one of B, I before a hyphen and a type, such as I-PER
  = help: declare the scheme of the file with --scheme, or correct the tag
error: 5 problems; nothing was evaluated

"#]],
    );
    refused(
        GOLD_COLUMNS,
        "Ana O\n",
        "--scheme iob2",
        2,
        str![[r#"
error: the predictions are not on the sentences of the gold
--> pred.jsonl
 = note: found 1 tokens in the sentence at line 1
 = note: expected 4, as in the gold's at line 3
 = help: predict on the tokens of the gold; sentences are parted by blank lines
error: the predictions are not on the sentences of the gold
--> pred.jsonl
 = note: found no more sentences in the predictions
 = note: expected one for that at line 8 of the gold
 = help: predict on the tokens of the gold; sentences are parted by blank lines
error: 2 problems; nothing was evaluated

"#]],
    );
    refused(
        GOLD_COLUMNS,
        "Ana O\nKos O\nleft O\n\nIt O\n",
        "--scheme iob2",
        2,
        str![[r#"
error: the predictions are not on the sentences of the gold
--> pred.jsonl
 = note: found 3 tokens in the sentence at line 1
 = note: expected 4, as in the gold's at line 3
 = help: predict on the tokens of the gold; sentences are parted by blank lines
error: the predictions are not on the sentences of the gold
--> pred.jsonl
 = note: found 1 tokens in the sentence at line 5
 = note: expected 2, as in the gold's at line 8
 = help: predict on the tokens of the gold; sentences are parted by blank lines
error: 2 problems; nothing was evaluated

"#]],
    );
    refused(
        GOLD_COLUMNS,
        GOLD_COLUMNS,
        "--scheme bio",
        2,
        str![[r#"
error: invalid value 'bio' for '--scheme <SCHEME>': expected one of iob1, iob2, ioe1, ioe2, iobes, bilou

For more information, try '--help'.

"#]],
    );
    refused(
        GOLD_COLUMNS,
        GOLD_COLUMNS,
        "",
        2,
        str![[r#"
error: the tags of these columns are not declared
--> gold.jsonl
 = note: expected one of iob1, iob2, ioe1, ioe2, iobes, bilou
 = help: declare the tags with --scheme, such as --scheme iob2; a scheme is never guessed

"#]],
    );
}

#[test]
fn lines_with_nul_bytes_bad_utf_8_or_no_end_are_told_and_the_others_still_checked() {
    let scratch = Scratch::new();
    scratch.write("gold.jsonl", "{\"id\":\"a\",\"entities\":[]}\n");
    let mut predicted = b"{\"id\":\"a\",\"x\":\"\0\"}\n{\"id\":\"b\",\"x\":\"\xe4\"}\n".to_vec();
    predicted.extend(vec![b'['; 70 << 20]);
    predicted.extend(b"\n{\"id\":\"d\",\"entities\":[{\"start\":0,\"end\":3}]}\n{\"id\":7}\n");
    scratch.write("pred.jsonl", predicted);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl");
    score.assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: this line holds a NUL byte
 --> pred.jsonl:1:16
  |
1 | {"id":"a","x":"�"}
  |                ^
  |
  = note: expected UTF-8 text
  = help: if the file is UTF-16, convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW
error: this file is not UTF-8
 --> pred.jsonl:2:16
  |
2 | {"id":"b","x":"�"}
  |                ^ found the byte 0xE4 at byte 16 of the line
  |
  = note: expected UTF-8 text
  = help: convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW
error: this line is too long
 --> pred.jsonl:3:1
  |
3 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
  | ^ found more than 64 MiB without a line end
  |
  = note: expected one document, or one token, in a line
  = help: raise the limit with --max-size, or write a line for each document
error: this line cannot be read
 --> pred.jsonl:4:41
  |
4 | {"id":"d","entities":[{"start":0,"end":3}]}
  |                                         ^ found missing field `label`
  |
  = note: expected a JSON object with id, and entities or claims
  = help: each document is one line, such as {"id": "a", "entities": [{"start": 0, "end": 7, "label": "PERSON"}]}
error: this line cannot be read
 --> pred.jsonl:5:7
  |
5 | {"id":7}
  |       ^ found invalid type: integer `7`, expected a string
  |
  = note: expected a JSON object with id, and entities or claims
  = help: each document is one line, such as {"id": "a", "entities": [{"start": 0, "end": 7, "label": "PERSON"}]}
error: 5 problems; nothing was evaluated

"#]]);
}

#[test]
fn columns_with_nul_bytes_or_a_line_without_end_are_told() {
    let mut predicted = b"Ana\0 B-PER\nKos I-PER\n\nRome\tB-LOC\n\n".to_vec();
    predicted.extend(vec![b'x'; 70 << 20]);
    let scratch = Scratch::new();
    scratch.write("gold.txt", "Ana B-PER\nKos I-PER\n\nRome\tB-LOC\n");
    scratch.write("pred.txt", predicted);
    let score = scratch.goldspan("score gold.txt pred.txt --scheme iob2");
    score.assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: this line holds a NUL byte
 --> pred.txt:1:4
  |
1 | Ana� B-PER
  |    ^
  |
  = note: expected UTF-8 text
  = help: if the file is UTF-16, convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW
error: this line is too long
 --> pred.txt:6:1
  |
6 | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
  | ^ found more than 64 MiB without a line end
  |
  = note: expected one document, or one token, in a line
  = help: raise the limit with --max-size, or write a line for each document
error: 2 problems; nothing was evaluated

"#]]);
}

#[test]
fn an_offset_that_no_text_could_have_is_an_error_and_not_a_text_of_that_length() {
    let gold =
        "{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":9000000000000000,\"label\":\"X\"}]}\n";
    refused(
        gold,
        "{\"id\":\"a\",\"entities\":[]}\n",
        "",
        2,
        str![[r#"
error: document a: entity 0: an offset lies outside the text
 --> gold.jsonl:1:23
  |
1 | {"id":"a","entities":[{"start":0,"end":9000000000000000,"label":"X"}]}
  |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 0 9000000000000000
  |
  = note: expected offsets of at most 67108864 where no text is given
  = help: if the offsets count something else, say so: "offsets": "utf16" or "byte" in the line, or --offsets

"#]],
    );
}

#[test]
fn of_very_many_problems_fifty_are_shown_and_all_are_counted() {
    let bad: String = (0..3000).map(|at| format!("{{\"id\":{at}}}\n")).collect();
    let scratch = Scratch::pair("{\"id\":\"a\",\"entities\":[]}\n", &bad);
    let output = scratch
        .goldspan("score gold.jsonl pred.jsonl")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(told.matches("error: this line cannot be read").count(), 50);
    assert!(
        told.ends_with("error: and 2950 more problems; mend these first\n"),
        "{told}"
    );
}

#[test]
fn gold_and_predictions_that_end_at_different_sentences_are_told() {
    let scratch = Scratch::pair("Ana B-PER\n\nRome B-LOC\n", "Ana B-PER\n");
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --scheme iob2");
    score.assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: the predictions are not on the sentences of the gold
--> pred.jsonl
 = note: found no more sentences in the predictions
 = note: expected one for that at line 3 of the gold
 = help: predict on the tokens of the gold; sentences are parted by blank lines

"#]]);
}

#[test]
fn a_measure_a_level_or_an_average_that_is_named_twice_is_counted_once() {
    let once = Scratch::pair(GOLD, GOLD);
    let print = |arguments: &str| {
        let score = once.goldspan(&format!("score gold.jsonl pred.jsonl {arguments}"));
        String::from_utf8(score.output().unwrap().stdout).unwrap()
    };
    let expected = print("-m strict -m overlap:0.5 --level exact --average macro");
    let twice = print(
        "-m strict -m overlap:0.5 -m strict -m overlap:.50 --level exact --level exact --average macro --average macro",
    );
    assert_eq!(twice, expected);
}

#[test]
fn lines_that_say_that_the_extractor_failed_or_nothing_at_all_are_named_and_use_the_budget() {
    let gold = "{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"X\"}]}\n{\"id\":\"b\",\"entities\":[]}\n{\"id\":\"c\",\"entities\":[]}\n{\"id\":\"d\"}\n";
    let predicted = "{\"id\":\"a\",\"error\":\"crashed\"}\n{\"id\":\"b\",\"entites\":[]}\n{\"id\":\"c\",\"entities\":[]}\n";
    let scratch = Scratch::pair(gold, predicted);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl -m strict");
    score
        .assert()
        .code(104)
        .stderr_eq(str![[r#"
error: 2 of 4 documents have no prediction, more than the budget of 0
help: mend what the report names, or allow more with --max-failures

"#]])
        .stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 3 of 4 documents scored
  2 documents without a prediction, counted as nothing predicted:
    a: crashed
    b: its line has neither entities nor claims; did you mean "entities" by "entites"?

   entities              P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                -  0.0000   -        -        0          0        0        1         0        1

   by label, strict      P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   X                     -  0.0000   -        -        0          0        0        1         0        1

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
}

#[test]
fn predictions_of_nothing_have_recall_zero_and_extra_ones_do_not_stretch_the_budget() {
    let gold = "{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"X\"}]}\n";
    let scratch = Scratch::pair(gold, "");
    let score = scratch.goldspan("score gold.jsonl pred.jsonl -m strict --max-failures 100%");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored
  1 document without a prediction, counted as nothing predicted:
    a: no line in pred.jsonl

   entities              P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                -  0.0000   -        -        0          0        0        1         0        1

   by label, strict      P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   X                     -  0.0000   -        -        0          0        0        1         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
    let extra = "{\"id\":\"x\",\"entities\":[]}\n{\"id\":\"y\",\"entities\":[]}\n{\"id\":\"z\",\"entities\":[]}\n";
    let scratch = Scratch::pair(gold, extra);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --count-extra --max-failures 30%");
    score.assert().code(104);
}

#[test]
fn without_a_text_offsets_in_two_units_and_words_against_spans_are_errors() {
    let gold = "{\"id\":\"a\",\"offsets\":\"byte\",\"entities\":[{\"start\":3,\"end\":5,\"label\":\"X\"}]}\n{\"id\":\"b\",\"claims\":[{\"content\":[[0,9]]}]}\n";
    let predicted = "{\"id\":\"a\",\"entities\":[{\"start\":3,\"end\":5,\"label\":\"X\"}]}\n{\"id\":\"b\",\"claims\":[{\"content\":\"xxxxxxxxx\"}]}\n";
    refused(
        gold,
        predicted,
        "",
        2,
        str![[r#"
error: document a: its offsets count one thing in gold and another here
 --> pred.jsonl:1:1
  |
1 | {"id":"a","entities":[{"start":3,"end":5,"label":"X"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found codepoint here, byte in gold
  |
  = note: expected the text of the document, in either file
  = help: add "text" to its line in gold
error: document b: contents in words of their own can only be compared with spans where the text is known
 --> pred.jsonl:2:1
  |
2 | {"id":"b","claims":[{"content":"xxxxxxxxx"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected the text of the document, in either file
  = help: add "text" to its line in gold
error: 2 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn mistakes_are_never_written_over_what_is_read_or_where_they_cannot_be() {
    let scratch = Scratch::pair(GOLD, GOLD);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --mistakes ./pred.jsonl");
    score.assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: the mistakes cannot be written there
--> ./pred.jsonl
 = note: found one of the files to score
 = note: expected a file of its own
 = help: name another file with --mistakes

"#]]);
    assert_eq!(scratch.read("pred.jsonl"), GOLD);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --mistakes .");
    score.assert().code(2).stdout_eq("");
}

#[test]
fn a_role_that_nobody_annotated_is_warned_of_and_can_be_left_out() {
    let gold = "{\"id\":\"a\",\"claims\":[{\"content\":[[0,9]]}]}\n";
    let predicted = "{\"id\":\"a\",\"claims\":[{\"content\":[[0,9]],\"source\":[[10,12]],\"cue\":[[13,15]]}]}\n";
    let scratch = Scratch::pair(gold, predicted);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --level exact");
    score.assert().code(0).stderr_eq(str![[r#"
warning: no gold claim has a source; where the gold does not annotate it, say what it does with --roles, or predictions of it count as wrong
warning: no gold claim has a cue; where the gold does not annotate it, say what it does with --roles, or predictions of it count as wrong

"#]]);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --level exact --roles nothing");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   claims, exact              P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   content               1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
}

#[test]
fn claims_that_differ_in_their_type_alone_pair_with_their_own_and_equal_sums_fall_to_the_cue() {
    let claim = |kind: &str, polarity: &str| {
        format!(
            "{{\"content\":[[0,9]],\"attributes\":{{\"type\":\"{kind}\",\"polarity\":\"{polarity}\"}}}}"
        )
    };
    let line = |claims: String| format!("{{\"id\":\"a\",\"claims\":[{claims}]}}\n");
    let gold = line(format!(
        "{},{}",
        claim("A", "affirmed"),
        claim("B", "denied")
    ));
    let scratch = Scratch::pair(&gold, &line(claim("B", "denied")));
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --level exact --roles nothing");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   claims, exact              P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 1.0000  0.5000  0.6667        -        1          0        0        1         0        2
   content               1.0000  0.5000  0.6667        -        1          0        0        1         0        2

   attributes of pairs   accuracy  right  pairs  wrong
   polarity                1.0000      1      1
   type                    1.0000      1      1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
    // 1/3 + 2/3 and 1/2 + 1/2 are equal, so the cues decide.
    let gold = line(
        "{\"content\":[[2,6]],\"cue\":[[10,14]]},{\"content\":[[0,2]],\"cue\":[[20,24]]}"
            .to_owned(),
    );
    let predicted = line(
        "{\"content\":[[1,2],[4,5]],\"cue\":[[10,14]]},{\"content\":[[0,4]],\"cue\":[[20,24]]}"
            .to_owned(),
    );
    let scratch = Scratch::pair(&gold, &predicted);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --level exact --roles cue");
    score.assert().code(0).stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   claims, exact              P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   content               0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   cue                   1.0000  1.0000  1.0000        -        2          0        0        0         0        2

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
}

#[test]
fn very_many_claims_in_words_of_their_own_still_pair_with_themselves() {
    let claims: Vec<String> = (0..900)
        .map(|at| format!("{{\"content\":\"claim number {at}\"}}"))
        .collect();
    let line = format!("{{\"id\":\"a\",\"claims\":[{}]}}\n", claims.join(","));
    let scratch = Scratch::pair(&line, &line);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --level exact --roles nothing");
    score.assert().code(0).stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   claims, exact              P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 1.0000  1.0000  1.0000        -      900          0        0        0         0      900
   content               1.0000  1.0000  1.0000        -      900          0        0        0         0      900

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

  note: predictions without a place in their article, such as quotations that are nowhere: 900 of 900 (100.0 %)

  note: pairings in which some group of overlapping annotations was too large to be paired exactly and was paired greedily, for each document and measure: 1

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
}

#[test]
fn a_confusion_that_need_not_be_is_none() {
    let gold = "{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":5,\"label\":\"B\"}]}\n";
    let predicted = "{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":5,\"label\":\"A\"},{\"start\":0,\"end\":5,\"label\":\"B\"}]}\n";
    let scratch = Scratch::pair(gold, predicted);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl -m exact --show confusion");
    score.assert().code(0).stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   exact                 0.5000  1.0000  0.6667        -        1          0        0        0         1        1

   by label, exact            P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   A                     0.0000       -       -        -        0          0        0        0         1        0
   B                     1.0000  1.0000  1.0000        -        1          0        0        0         0        1

   confusion, exact      A  B  missing
   A                     0  0        0
   B                     0  1        0
   spurious              1  0

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
}

#[test]
fn labels_and_ids_cannot_write_to_the_terminal() {
    let gold = "{\"id\":\"a\\u001b[2J\",\"entities\":[{\"start\":0,\"end\":5,\"label\":\"P\\u001b[31m\\nX\"}]}\n";
    let scratch = Scratch::pair(gold, "");
    let score =
        scratch.goldspan("score gold.jsonl pred.jsonl -m strict --show confusion --show mistakes");
    let output = score.output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("\u{fffd}[2J") && shown.contains("P\u{fffd}[31m\u{fffd}X"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}') && !output.stderr.contains(&0x1b));
}

#[test]
fn claims_that_lie_in_themselves_by_way_of_others_are_an_error() {
    let gold = "{\"id\":\"a\",\"claims\":[{\"content\":[[0,9]],\"parent\":1},{\"content\":[[2,5]],\"parent\":0}]}\n";
    refused(
        gold,
        "{\"id\":\"a\",\"claims\":[]}\n",
        "",
        2,
        str![[r#"
error: document a: claim 0: its parents lead back to it
 --> gold.jsonl:1:21
  |
1 | {"id":"a","claims":[{"content":[[0,9]],"parent":1},{"content":[[2,5]],"parent":0}]}
  |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected parents that end at a claim without one
  = help: take the parent out of the outermost claim
error: document a: claim 1: its parents lead back to it
 --> gold.jsonl:1:52
  |
1 | {"id":"a","claims":[{"content":[[0,9]],"parent":1},{"content":[[2,5]],"parent":0}]}
  |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected parents that end at a claim without one
  = help: take the parent out of the outermost claim
error: 2 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn a_line_with_very_many_bad_annotations_tells_a_hundred_of_them_and_counts_the_others() {
    let bad = vec!["{\"start\":1,\"end\":1,\"label\":\"X\"}"; 50_000].join(",");
    let gold = format!("{{\"id\":\"a\",\"entities\":[{bad}]}}\n");
    let scratch = Scratch::pair(&gold, "{\"id\":\"a\",\"entities\":[]}\n");
    let output = scratch
        .goldspan("score gold.jsonl pred.jsonl")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told.contains("error: document a: more of its annotations do not fit: 49900"),
        "{told}"
    );
    assert!(
        told.ends_with("error: and 51 more problems; mend these first\n"),
        "{told}"
    );
}

#[test]
fn json_lines_read_as_columns_are_told_which_flag_is_wrong() {
    refused(
        GOLD,
        GOLD,
        "--scheme iob2",
        2,
        str![[r#"
error: --scheme declares the tags of columns, and none of the files has columns
 |
 = note: found --scheme iob2, and goldspan JSON Lines and goldspan JSON Lines
 = note: expected CoNLL columns: a token in each line, and its tag in the last column
 = help: leave --scheme out, or say --from conll

"#]],
    );
}

#[test]
fn words_without_a_place_are_spurious_predictions_and_no_gold() {
    let predicted = r#"
{"id":"d1","entities":[{"start":0,"end":5,"label":"PERSON"},{"text":"Žižek","label":"PERSON"},{"text":"the  bank\nof Chile","label":"ORG"},{"text":"the bank of Chile","label":"ORG"}]}
{"id":"d2","entities":[{"text":"Nobody","label":"PERSON"}]}
"#;
    let scratch = Scratch::pair(GOLD, predicted);
    let table = scratch.goldspan(
        "score gold.jsonl pred.jsonl -m strict -m partial --show confusion --show mistakes",
    );
    table.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 2 of 2 documents scored
  claims: not attempted, so not scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                0.2000  0.3333  0.2500        -        1          0        0        2         4        3
   partial               0.2000  0.3333  0.2500        -        1          0        0        2         4        3

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                        -  0.0000       -        -        0          0        0        1         0        1
   ORG                   0.0000  0.0000  0.0000        -        0          0        0        1         2        1
   PERSON                0.3333  1.0000  0.5000        -        1          0        0        0         2        1

   confusion, strict     GPE  ORG  PERSON  missing
   GPE                     0    0       0        1
   ORG                     0    0       0        1
   PERSON                  0    0       1        0
   spurious                0    2       2

   what goes wrong       times  how                first in
   the bank of Chile         2  spurious ORG 2     d1:1
   Kenya                     1  missed GPE 1       d1:1
   Nobody                    1  spurious PERSON 1  d2:1
   bank Kenya                1  missed ORG 1       d1:1
   Žižek                     1  spurious PERSON 1  d1:1

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow

  note: predictions without a place in their article, such as quotations that are nowhere: 4 of 5 (80.0 %)


"#]]);
    let labels = scratch.goldspan("score gold.jsonl pred.jsonl -m strict --labels PERSON");
    labels.assert().code(0).stderr_eq(str![[r#"
left out, because of their labels, on either side: 4, with GPE, ORG

"#]]).stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 2 of 2 documents scored
  claims: not attempted, so not scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                0.3333  1.0000  0.5000        -        1          0        0        0         2        1

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   PERSON                0.3333  1.0000  0.5000        -        1          0        0        0         2        1

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow

  note: predictions without a place in their article, such as quotations that are nowhere: 2 of 3 (66.7 %)


"#]]);
    scratch.write("gold.jsonl", predicted);
    let gold = scratch.goldspan("score gold.jsonl pred.jsonl");
    gold.assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: document d1: entity 1 has no place
 --> gold.jsonl:2:61
  |
2 | {"id":"d1","entities":[{"start":0,"end":5,"label":"PERSON"},{"text":"Žižek","label":"PERSON"},{"text":"the  bank/nof Chile","label":"...
  |                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected start and end, or spans: [[start, end], ...]
error: document d1: entity 2 has no place
 --> gold.jsonl:2:95
  |
2 | ...PERSON"},{"text":"Žižek","label":"PERSON"},{"text":"the  bank/nof Chile","label":"ORG"},{"text":"the bank of Chile","label":"ORG"}]}
  |                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected start and end, or spans: [[start, end], ...]
error: document d1: entity 3 has no place
 --> gold.jsonl:2:140
  |
2 | ..."text":"the  bank/nof Chile","label":"ORG"},{"text":"the bank of Chile","label":"ORG"}]}
  |                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected start and end, or spans: [[start, end], ...]
error: document d2: entity 0 has no place
 --> gold.jsonl:3:24
  |
3 | {"id":"d2","entities":[{"text":"Nobody","label":"PERSON"}]}
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected start and end, or spans: [[start, end], ...]
error: 4 problems; nothing was evaluated

"#]]);
}
