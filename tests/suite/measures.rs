//! What `goldspan score` can be asked for: measures, averages, conventions, labels, levels of claims, parts of the tables.

use snapbox::str;

use crate::scratch::Scratch;

/// Four documents: right and wrong labels and places, one empty on both sides, one with nothing predicted.
const GOLD: &str = r#"
{"id":"a","text":"Ana Kos met Reuters in Rome. Ana Kos left.","entities":[{"start":0,"end":7,"label":"PER"},{"start":12,"end":19,"label":"ORG"},{"start":23,"end":27,"label":"GPE"},{"start":29,"end":36,"label":"PER"}]}
{"id":"b","text":"Reuters reported it.","entities":[{"start":0,"end":7,"label":"ORG"}]}
{"id":"c","text":"It rained.","entities":[]}
{"id":"d","text":"Rome is\nfar from Oslo.","entities":[{"start":0,"end":4,"label":"GPE"},{"start":17,"end":21,"label":"GPE"}]}
"#;

const PREDICTED: &str = r#"
{"id":"a","entities":[{"start":0,"end":3,"label":"PER"},{"start":12,"end":19,"label":"GPE"},{"start":23,"end":27,"label":"GPE"},{"start":29,"end":32,"label":"ORG"},{"start":37,"end":41,"label":"LAW"}]}
{"id":"b","entities":[{"start":0,"end":7,"label":"ORG"}]}
{"id":"c","entities":[]}
{"id":"d","entities":[]}
"#;

#[track_caller]
fn printed(arguments: &str, expected: impl snapbox::IntoData) {
    let scratch = Scratch::pair(GOLD, PREDICTED);
    scratch
        .goldspan(&format!("score gold.jsonl pred.jsonl {arguments}"))
        .assert()
        .code(0)
        .stderr_eq("")
        .stdout_eq(expected);
}

#[test]
fn every_average_is_shown_beside_micro_under_its_own_name() {
    printed(
        "-m strict --average macro --average weighted --average mean-f --average f-of-means --average hipe",
        str![[r#"
pred.jsonl on gold.jsonl: 4 of 4 documents scored

   entities                   P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.3333  0.2857  0.3077  -                    2          3        0        2         1        7
   strict, macro         0.2500  0.2083  0.2250  0.0000–0.5000
   strict, weighted      0.3571  0.2857  0.3143  0.1667–1.0000
   strict, mean-f        0.4000  0.4167  0.4074  0.0000–1.0000
   strict, f-of-means    0.4000  0.4167  0.4082  0.0000–1.0000
   strict, hipe          0.6000  0.4167  0.6111  -

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                   0.5000  0.3333  0.4000        -        1          0        0        2         1        3
   LAW                   0.0000       -       -        -        0          0        0        0         1        0
   ORG                   0.5000  0.5000  0.5000        -        1          0        0        1         1        2
   PER                   0.0000  0.0000  0.0000        -        0          1        0        1         0        2

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
}

#[test]
fn beta_names_the_f_that_is_shown() {
    printed(
        "-m strict -m partial --beta 2 --average macro",
        str![[r#"
pred.jsonl on gold.jsonl: 4 of 4 documents scored

   entities                   P       R      F2  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.3333  0.2857  0.2941  -                    2          3        0        2         1        7
   strict, macro         0.2500  0.2083  0.2143  0.0000–0.5000
   partial               0.6667  0.5714  0.5882  -                    3          0        2        2         1        7
   partial, macro        0.3750  0.2708  0.2837  0.0000–0.5000

   by label, strict           P       R      F2  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                   0.5000  0.3333  0.3571        -        1          0        0        2         1        3
   LAW                   0.0000       -       -        -        0          0        0        0         1        0
   ORG                   0.5000  0.5000  0.5000        -        1          0        0        1         1        2
   PER                   0.0000  0.0000  0.0000        -        0          1        0        1         0        2

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
    printed(
        "-m strict --beta 0.5 -f csv",
        str![[r#"
corpus,extractor,task,measure,label,average,correct,incorrect,partial,missing,spurious,possible,actual,precision,recall,f0.5,error,undergeneration,overgeneration,substitution,precision_low,precision_high,recall_low,recall_high,f0.5_low,f0.5_high,error_low,error_high,undergeneration_low,undergeneration_high,overgeneration_low,overgeneration_high,substitution_low,substitution_high
gold.jsonl,pred.jsonl,entities,strict,*,micro,2,3,0,2,1,7,6,0.3333333333333333,0.2857142857142857,0.3225806451612903,0.75,0.2857142857142857,0.16666666666666666,0.6,,,0.0,1.0,,,0.0,1.0,0.0,1.0,,,,
gold.jsonl,pred.jsonl,entities,strict,*,macro,,,,,,,,0.25,0.20833333333333331,0.23863636363636365,,,,,0.0,1.0,0.0,0.5,0.0,1.0,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,weighted,,,,,,,,0.35714285714285715,0.2857142857142857,0.3376623376623376,,,,,0.19230769230769232,1.0,0.0,1.0,0.20512820512820515,1.0,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,mean-f,,,,,,,,0.39999999999999997,0.4166666666666667,0.40277777777777773,,,,,0.0,1.0,0.0,1.0,0.0,1.0,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,f-of-means,,,,,,,,0.39999999999999997,0.4166666666666667,0.4032258064516128,,,,,0.0,1.0,0.0,1.0,0.0,1.0,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,*,hipe,,,,,,,,0.6,0.4166666666666667,0.6041666666666666,,,,,,,0.0,1.0,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,GPE,,1,0,0,2,1,3,2,0.5,0.3333333333333333,0.45454545454545453,0.75,0.6666666666666666,0.5,0.0,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,LAW,,0,0,0,0,1,0,1,0.0,,,1.0,,1.0,,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,ORG,,1,0,0,1,1,2,2,0.5,0.5,0.5,0.6666666666666666,0.5,0.5,0.0,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,entities,strict,PER,,0,1,0,1,0,2,1,0.0,0.0,0.0,1.0,0.5,0.0,1.0,,,,,,,,,,,,,,

"#]],
    );
}

#[test]
fn a_peers_zero_division_and_empty_documents_can_be_asked_for() {
    printed(
        "-m strict --zero-division 0 --average macro",
        str![[r#"
pred.jsonl on gold.jsonl: 4 of 4 documents scored

   entities                   P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.3333  0.2857  0.3077  0.0000–1.0000        2          3        0        2         1        7
   strict, macro         0.2500  0.2083  0.2250  0.0000–0.5000

   by label, strict           P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   GPE                   0.5000  0.3333  0.4000  0.0000–0.6667        1          0        0        2         1        3
   LAW                   0.0000  0.0000  0.0000  0.0000–0.0000        0          0        0        0         1        0
   ORG                   0.5000  0.5000  0.5000  0.0000–1.0000        1          0        0        1         1        2
   PER                   0.0000  0.0000  0.0000  0.0000–0.0000        0          1        0        1         0        2

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
    printed(
        "-m strict --zero-division 1 --average macro",
        str![[r#"
pred.jsonl on gold.jsonl: 4 of 4 documents scored

   entities                   P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.3333  0.2857  0.3077  0.0000–1.0000        2          3        0        2         1        7
   strict, macro         0.2500  0.4583  0.2250  0.0000–0.5000

   by label, strict           P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   GPE                   0.5000  0.3333  0.4000  0.0000–1.0000        1          0        0        2         1        3
   LAW                   0.0000  1.0000  0.0000  0.0000–1.0000        0          0        0        0         1        0
   ORG                   0.5000  0.5000  0.5000  0.0000–1.0000        1          0        0        1         1        2
   PER                   0.0000  0.0000  0.0000  0.0000–1.0000        0          1        0        1         0        2

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
    printed(
        "-m strict --empty-documents 1 --average mean-f",
        str![[r#"
pred.jsonl on gold.jsonl: 4 of 4 documents scored

   entities                   P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.3333  0.2857  0.3077  -                    2          3        0        2         1        7
   strict, mean-f        0.5500  0.5625  0.5556  0.1111–1.0000

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                   0.5000  0.3333  0.4000        -        1          0        0        2         1        3
   LAW                   0.0000       -       -        -        0          0        0        0         1        0
   ORG                   0.5000  0.5000  0.5000        -        1          0        0        1         1        2
   PER                   0.0000  0.0000  0.0000        -        0          1        0        1         0        2

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
    printed(
        "-m strict --empty-documents 0 --average mean-f",
        str![[r#"
pred.jsonl on gold.jsonl: 4 of 4 documents scored

   entities                   P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.3333  0.2857  0.3077  -                    2          3        0        2         1        7
   strict, mean-f        0.3000  0.3125  0.3056  0.0009–0.8056

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                   0.5000  0.3333  0.4000        -        1          0        0        2         1        3
   LAW                   0.0000       -       -        -        0          0        0        0         1        0
   ORG                   0.5000  0.5000  0.5000        -        1          0        0        1         1        2
   PER                   0.0000  0.0000  0.0000        -        0          1        0        1         0        2

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
}

#[test]
fn confusion_error_rates_and_mistakes_are_shown_where_they_are_asked_for() {
    printed(
        "-m strict -m partial --show confusion --show rates --show mistakes",
        str![[r#"
pred.jsonl on gold.jsonl: 4 of 4 documents scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                0.3333  0.2857  0.3077        -        2          3        0        2         1        7
   partial               0.6667  0.5714  0.6154        -        3          0        2        2         1        7

   error rates              ERR     UND     OVG     SUB  possible  actual
   strict                0.7500  0.2857  0.1667  0.6000         7       6
   partial               0.5000  0.2857  0.1667  0.2000         7       6

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                   0.5000  0.3333  0.4000        -        1          0        0        2         1        3
   LAW                   0.0000       -       -        -        0          0        0        0         1        0
   ORG                   0.5000  0.5000  0.5000        -        1          0        0        1         1        2
   PER                   0.0000  0.0000  0.0000        -        0          1        0        1         0        2

   confusion, strict     GPE  LAW  ORG  PER  missing
   GPE                     1    0    0    0        2
   LAW                     0    0    0    0        0
   ORG                     1    0    1    0        0
   PER                     0    0    1    1        0
   spurious                0    1    0    0

   what goes wrong       times  how                                                     first in
   Ana Kos                   2  misbounded PER 1, mistyped-and-misbounded PER as ORG 1  a:1
   Oslo                      1  missed GPE 1                                            d:2
   Reuters                   1  mistyped ORG as GPE 1                                   a:1
   Rome                      1  missed GPE 1                                            d:1
   left                      1  spurious LAW 1                                          a:1

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
}

#[test]
fn only_the_labels_that_are_asked_for_are_scored_and_the_others_are_told() {
    let scratch = Scratch::pair(GOLD, PREDICTED);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl -m strict --labels ORG,GPE");
    score.assert().code(0).stderr_eq(str![[r#"
left out, because of their labels, on either side: 4, with LAW, PER

"#]]).stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 4 of 4 documents scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                0.5000  0.4000  0.4444        -        2          1        0        2         1        5

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                   0.5000  0.3333  0.4000        -        1          0        0        2         1        3
   ORG                   0.5000  0.5000  0.5000        -        1          0        0        1         1        2

  note: few documents (4 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl -m strict --labels ORGG");
    score
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: no mention has this label, in gold or prediction
 |
 = note: found "ORGG"
 = note: expected one of GPE, LAW, ORG, PER
 = help: did you mean "ORG"?

"#]])
        .stdout_eq("");
}

#[test]
fn json_holds_scores_confusion_and_mistakes() {
    let scratch = Scratch::pair(GOLD, PREDICTED);
    let score = scratch.goldspan("score gold.jsonl pred.jsonl -m strict -f json --show mistakes");
    score.assert().code(0).stdout_eq(str![[r#"
{
  "schema": 3,
  "goldspan": "0.1.0",
  "require": [
    "source",
    "cue"
  ],
  "nested": true,
  "beta": 1.0,
  "zero_division": null,
  "empty_documents": null,
  "intervals": {
    "confidence": 0.95,
    "replicates": 200,
    "cluster": null
  },
  "corpora": [
    {
      "name": "gold.jsonl",
      "documents": 4,
      "scored": 4,
      "tasks": [
        "entities"
      ],
      "changed": [],
      "extra": [],
      "extra_is_spurious": false,
      "extractors": [
        {
          "name": "pred.jsonl",
          "extractor": "predictions",
          "version": "",
          "params": {},
          "repeats": 1,
          "not_attempted": [],
          "approximate_pairings": 0,
          "repeated_gold": 0,
          "failures": [],
          "intervals": "BCa bootstrap",
          "units": 4,
          "scores": [
            {"task": "entities", "measure": "strict", "label": "*", "average": "micro", "correct": 2, "incorrect": 3, "partial": 0, "missing": 2, "spurious": 1, "possible": 7, "actual": 6, "precision": 0.3333333333333333, "recall": 0.2857142857142857, "f1": 0.30769230769230765, "error": 0.75, "undergeneration": 0.2857142857142857, "overgeneration": 0.16666666666666666, "substitution": 0.6, "precision_low": null, "precision_high": null, "recall_low": 0.0, "recall_high": 1.0, "f1_low": null, "f1_high": null, "error_low": 0.0, "error_high": 1.0, "undergeneration_low": 0.0, "undergeneration_high": 1.0, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "*", "average": "macro", "correct": null, "incorrect": null, "partial": null, "missing": null, "spurious": null, "possible": null, "actual": null, "precision": 0.25, "recall": 0.20833333333333331, "f1": 0.225, "error": null, "undergeneration": null, "overgeneration": null, "substitution": null, "precision_low": 0.0, "precision_high": 1.0, "recall_low": 0.0, "recall_high": 0.5, "f1_low": 0.0, "f1_high": 0.5, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "*", "average": "weighted", "correct": null, "incorrect": null, "partial": null, "missing": null, "spurious": null, "possible": null, "actual": null, "precision": 0.35714285714285715, "recall": 0.2857142857142857, "f1": 0.31428571428571433, "error": null, "undergeneration": null, "overgeneration": null, "substitution": null, "precision_low": 0.19230769230769232, "precision_high": 1.0, "recall_low": 0.0, "recall_high": 1.0, "f1_low": 0.16666666666666666, "f1_high": 1.0, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "*", "average": "mean-f", "correct": null, "incorrect": null, "partial": null, "missing": null, "spurious": null, "possible": null, "actual": null, "precision": 0.39999999999999997, "recall": 0.4166666666666667, "f1": 0.40740740740740744, "error": null, "undergeneration": null, "overgeneration": null, "substitution": null, "precision_low": 0.0, "precision_high": 1.0, "recall_low": 0.0, "recall_high": 1.0, "f1_low": 0.0, "f1_high": 1.0, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "*", "average": "f-of-means", "correct": null, "incorrect": null, "partial": null, "missing": null, "spurious": null, "possible": null, "actual": null, "precision": 0.39999999999999997, "recall": 0.4166666666666667, "f1": 0.40816326530612246, "error": null, "undergeneration": null, "overgeneration": null, "substitution": null, "precision_low": 0.0, "precision_high": 1.0, "recall_low": 0.0, "recall_high": 1.0, "f1_low": 0.0, "f1_high": 1.0, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "*", "average": "hipe", "correct": null, "incorrect": null, "partial": null, "missing": null, "spurious": null, "possible": null, "actual": null, "precision": 0.6, "recall": 0.4166666666666667, "f1": 0.6111111111111112, "error": null, "undergeneration": null, "overgeneration": null, "substitution": null, "precision_low": null, "precision_high": null, "recall_low": 0.0, "recall_high": 1.0, "f1_low": null, "f1_high": null, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "GPE", "average": "", "correct": 1, "incorrect": 0, "partial": 0, "missing": 2, "spurious": 1, "possible": 3, "actual": 2, "precision": 0.5, "recall": 0.3333333333333333, "f1": 0.4, "error": 0.75, "undergeneration": 0.6666666666666666, "overgeneration": 0.5, "substitution": 0.0, "precision_low": null, "precision_high": null, "recall_low": null, "recall_high": null, "f1_low": null, "f1_high": null, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "LAW", "average": "", "correct": 0, "incorrect": 0, "partial": 0, "missing": 0, "spurious": 1, "possible": 0, "actual": 1, "precision": 0.0, "recall": null, "f1": null, "error": 1.0, "undergeneration": null, "overgeneration": 1.0, "substitution": null, "precision_low": null, "precision_high": null, "recall_low": null, "recall_high": null, "f1_low": null, "f1_high": null, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "ORG", "average": "", "correct": 1, "incorrect": 0, "partial": 0, "missing": 1, "spurious": 1, "possible": 2, "actual": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5, "error": 0.6666666666666666, "undergeneration": 0.5, "overgeneration": 0.5, "substitution": 0.0, "precision_low": null, "precision_high": null, "recall_low": null, "recall_high": null, "f1_low": null, "f1_high": null, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null},
            {"task": "entities", "measure": "strict", "label": "PER", "average": "", "correct": 0, "incorrect": 1, "partial": 0, "missing": 1, "spurious": 0, "possible": 2, "actual": 1, "precision": 0.0, "recall": 0.0, "f1": 0.0, "error": 1.0, "undergeneration": 0.5, "overgeneration": 0.0, "substitution": 1.0, "precision_low": null, "precision_high": null, "recall_low": null, "recall_high": null, "f1_low": null, "f1_high": null, "error_low": null, "error_high": null, "undergeneration_low": null, "undergeneration_high": null, "overgeneration_low": null, "overgeneration_high": null, "substitution_low": null, "substitution_high": null}
          ],
          "confusion": [
            {"measure": "strict", "gold": null, "predicted": "LAW", "items": 1, "same_extent": 0},
            {"measure": "strict", "gold": "GPE", "predicted": null, "items": 2, "same_extent": 0},
            {"measure": "strict", "gold": "GPE", "predicted": "GPE", "items": 1, "same_extent": 1},
            {"measure": "strict", "gold": "ORG", "predicted": "GPE", "items": 1, "same_extent": 1},
            {"measure": "strict", "gold": "ORG", "predicted": "ORG", "items": 1, "same_extent": 1},
            {"measure": "strict", "gold": "PER", "predicted": "ORG", "items": 1, "same_extent": 0},
            {"measure": "strict", "gold": "PER", "predicted": "PER", "items": 1, "same_extent": 0}
          ],
          "attributes": [],
          "mistakes": [
            {"task": "entities", "kind": "misbounded", "times": 2, "document": "a", "line": 1, "gold": {"label": "PER", "spans": [[0, 7]], "text": "Ana Kos"}, "predicted": {"label": "PER", "spans": [[0, 3]], "text": "Ana"}},
            {"task": "entities", "kind": "mistyped-and-misbounded", "times": 2, "document": "a", "line": 1, "gold": {"label": "PER", "spans": [[29, 36]], "text": "Ana Kos"}, "predicted": {"label": "ORG", "spans": [[29, 32]], "text": "Ana"}},
            {"task": "entities", "kind": "missed", "times": 1, "document": "d", "line": 2, "gold": {"label": "GPE", "spans": [[17, 21]], "text": "Oslo"}, "predicted": null},
            {"task": "entities", "kind": "mistyped", "times": 1, "document": "a", "line": 1, "gold": {"label": "ORG", "spans": [[12, 19]], "text": "Reuters"}, "predicted": {"label": "GPE", "spans": [[12, 19]], "text": "Reuters"}},
            {"task": "entities", "kind": "missed", "times": 1, "document": "d", "line": 1, "gold": {"label": "GPE", "spans": [[0, 4]], "text": "Rome"}, "predicted": null},
            {"task": "entities", "kind": "spurious", "times": 1, "document": "a", "line": 1, "gold": null, "predicted": {"label": "LAW", "spans": [[37, 41]], "text": "left"}}
          ],
          "mistakes_cut": false
        }
      ]
    }
  ]
}

"#]]);
}

#[test]
fn mistakes_are_written_as_csv_those_that_go_wrong_most_often_first() {
    let scratch = Scratch::pair(GOLD, PREDICTED);
    let score =
        scratch.goldspan("score gold.jsonl pred.jsonl -m strict --mistakes wrong.csv -f csv");
    score.assert().code(0);
    snapbox::assert_data_eq!(
        scratch.read("wrong.csv"),
        str![[r#"
corpus,extractor,task,kind,part,times,document,line,gold_label,gold_spans,gold_text,predicted_label,predicted_spans,predicted_text
gold.jsonl,pred.jsonl,entities,misbounded,,2,a,1,PER,0-7,Ana Kos,PER,0-3,Ana
gold.jsonl,pred.jsonl,entities,mistyped-and-misbounded,,2,a,1,PER,29-36,Ana Kos,ORG,29-32,Ana
gold.jsonl,pred.jsonl,entities,missed,,1,d,2,GPE,17-21,Oslo,,,
gold.jsonl,pred.jsonl,entities,mistyped,,1,a,1,ORG,12-19,Reuters,GPE,12-19,Reuters
gold.jsonl,pred.jsonl,entities,missed,,1,d,1,GPE,0-4,Rome,,,
gold.jsonl,pred.jsonl,entities,spurious,,1,a,1,,,,LAW,37-41,left

"#]]
    );
    let score = scratch.goldspan("score gold.jsonl pred.jsonl --mistakes no/such/folder.csv");
    score.assert().code(2).stderr_eq(str![[r#"
error: the mistakes cannot be written there
--> no/such/folder.csv
 = note: found a path in a folder that does not exist
 = note: expected a file of its own
 = help: name another file with --mistakes

"#]]);
}

#[test]
fn what_was_predicted_for_documents_without_gold_is_spurious_where_that_is_asked_for() {
    let scratch = Scratch::pair(
        "{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"X\"}]}\n",
        "{\"id\":\"z\",\"entities\":[{\"start\":5,\"end\":9,\"label\":\"X\"}]}\n{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"X\"}]}\n",
    );
    let score =
        scratch.goldspan("score gold.jsonl pred.jsonl -m strict --count-extra --average mean-f");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 2 of 2 documents scored
  1 document predicted without gold, counted as spurious:
    z

   entities                   P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.5000  1.0000  0.6667  -                    1          0        0        0         1        1
   strict, mean-f        0.5000  0.5000  0.5000  0.0000–1.0000

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   X                     0.5000  1.0000  0.6667        -        1          0        0        0         1        1

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
}

/// One claim that is denied, with a nested one; the prediction trims a quotation mark, says it is affirmed, and has the source too long.
const CLAIMS: &str = r#"{"id":"a","text":"“We will not leave, as the ministry said,” Ana Kos of Oslo denied.","claims":[{"content":[[0,42]],"source":[[43,50]],"cue":[[59,65]],"attributes":{"polarity":"denied","certainty":"certain","type":"statement"}},{"content":[[1,18]],"source":[[23,35]],"cue":[[36,40]],"attributes":{"polarity":"affirmed","certainty":"certain"},"parent":0}]}
"#;

const CLAIMED: &str = r#"{"id":"a","claims":[{"content":[[1,40]],"source":[[43,58]],"cue":[[59,65]],"attributes":{"polarity":"affirmed","certainty":"certain"}},{"content":[[1,18]],"source":[[23,35]],"attributes":{"polarity":"affirmed","certainty":"hedged"},"parent":0}]}
"#;

#[test]
fn the_whole_ladder_of_claims_and_their_attributes() {
    let scratch = Scratch::pair(CLAIMS, CLAIMED);
    let ladder = "--level exact --level trimmed --level partial --level overlap:0.5 --level any --level characters";
    let score = scratch.goldspan(&format!(
        "score gold.jsonl pred.jsonl {ladder} --show mistakes"
    ));
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   claims, exact              P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   content               0.5000  0.5000  0.5000        -        1          1        0        0         0        2
   source                0.5000  0.5000  0.5000        -        1          1        0        0         0        2
   cue                   0.5000  0.5000  0.5000        -        1          1        0        0         0        2

   claims, trimmed            P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   content               1.0000  1.0000  1.0000        -        2          0        0        0         0        2
   source                0.5000  0.5000  0.5000        -        1          1        0        0         0        2
   cue                   0.5000  0.5000  0.5000        -        1          1        0        0         0        2

   claims, partial            P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.2500  0.2500  0.2500        -        0          1        1        0         0        2
   content               0.7500  0.7500  0.7500        -        1          0        1        0         0        2
   source                0.7500  0.7500  0.7500        -        1          0        1        0         0        2
   cue                   0.5000  0.5000  0.5000        -        1          1        0        0         0        2

   claims, overlap:0.5        P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.5000  0.5000  0.5000        -        1          1        0        0         0        2
   content               1.0000  1.0000  1.0000        -        2          0        0        0         0        2
   source                1.0000  1.0000  1.0000        -        2          0        0        0         0        2
   cue                   0.5000  0.5000  0.5000        -        1          1        0        0         0        2

   claims, any                P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.5000  0.5000  0.5000        -        1          1        0        0         0        2
   content               1.0000  1.0000  1.0000        -        2          0        0        0         0        2
   source                1.0000  1.0000  1.0000        -        2          0        0        0         0        2
   cue                   0.5000  0.5000  0.5000        -        1          1        0        0         0        2

   claims, characters         P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   content               1.0000  0.9388  0.9684        -       46          0        0        3         0       49
   source                0.7391  1.0000  0.8500        -       17          0        0        0         6       17
   cue                   1.0000  0.6000  0.7500        -        6          0        0        4         0       10

   attributes of pairs   accuracy  right  pairs  wrong
   polarity                0.5000      1      2  denied for affirmed 1
   certainty               0.5000      1      2  certain for hedged 1
   type                    0.0000      0      1  statement for nothing 1

   what goes wrong                              times  how                                                      first in
   “We will not leave, as the ministry said...      3  flipped polarity 1, misbounded content 1, missed type 1  a:1
   Ana Kos                                          1  misbounded source 1                                      a:1
   We will not leave                                1  mistyped certainty 1                                     a:1
   said                                             1  missed cue 1                                             a:1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
}

#[test]
fn nested_claims_can_be_left_out_and_requirements_be_named() {
    let scratch = Scratch::pair(CLAIMS, CLAIMED);
    let score = scratch
        .goldspan("score gold.jsonl pred.jsonl --level overlap:0.5 --no-nested --require cue");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   claims, overlap:0.5        P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   content               1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   source                1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   cue                   1.0000  1.0000  1.0000        -        1          0        0        0         0        1

   attributes of pairs   accuracy  right  pairs  wrong
   polarity                0.0000      0      1  denied for affirmed 1
   certainty               1.0000      1      1
   type                    0.0000      0      1  statement for nothing 1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
    let score = scratch
        .goldspan("score gold.jsonl pred.jsonl --level overlap:0.5 --require nothing -f csv");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
corpus,extractor,task,measure,label,average,correct,incorrect,partial,missing,spurious,possible,actual,precision,recall,f1,error,undergeneration,overgeneration,substitution,precision_low,precision_high,recall_low,recall_high,f1_low,f1_high,error_low,error_high,undergeneration_low,undergeneration_high,overgeneration_low,overgeneration_high,substitution_low,substitution_high
gold.jsonl,pred.jsonl,claims,overlap:0.5,claim,,2,0,0,0,0,2,2,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,claims,overlap:0.5,content,,2,0,0,0,0,2,2,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,claims,overlap:0.5,source,,2,0,0,0,0,2,2,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
gold.jsonl,pred.jsonl,claims,overlap:0.5,cue,,1,1,0,0,0,2,2,0.5,0.5,0.5,0.5,0.0,0.0,0.5,,,,,,,,,,,,,,

"#]]);
}

#[test]
fn claims_in_words_of_their_own_pair_and_are_judged_by_chrf2() {
    let predicted = r#"{"id":"a","claims":[{"content":"We will not leave as the ministry said","attributes":{"polarity":"denied"}},{"content":"Quite another thing"}]}
"#;
    let scratch = Scratch::pair(CLAIMS, predicted);
    let ladder = "--level exact --level trimmed --level overlap:0.9 --level overlap:0.5 --level any --level characters";
    let score = scratch.goldspan(&format!(
        "score gold.jsonl pred.jsonl {ladder} --require nothing --mistakes wrong.csv"
    ));
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   claims, exact              P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   content               0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   source                0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   cue                   0.0000  0.0000  0.0000        -        0          2        0        0         0        2

   claims, trimmed            P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   content               0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   source                0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   cue                   0.0000  0.0000  0.0000        -        0          2        0        0         0        2

   claims, overlap:0.9        P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   content               0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   source                0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   cue                   0.0000  0.0000  0.0000        -        0          2        0        0         0        2

   claims, overlap:0.5        P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.5000  0.5000  0.5000        -        1          1        0        0         0        2
   content               0.5000  0.5000  0.5000        -        1          1        0        0         0        2
   source                0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   cue                   0.0000  0.0000  0.0000        -        0          2        0        0         0        2

   claims, any                P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 1.0000  1.0000  1.0000        -        2          0        0        0         0        2
   content               1.0000  1.0000  1.0000        -        2          0        0        0         0        2
   source                0.0000  0.0000  0.0000        -        0          2        0        0         0        2
   cue                   0.0000  0.0000  0.0000        -        0          2        0        0         0        2

   claims, characters    P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   content               -  0.0000   -        -        0          0        0       49         0       49
   source                -  0.0000   -        -        0          0        0       17         0       17
   cue                   -  0.0000   -        -        0          0        0       10         0       10

   attributes of pairs   accuracy  right  pairs  wrong
   polarity                0.5000      1      2  affirmed for nothing 1
   certainty               0.0000      0      2  certain for nothing 2
   type                    0.0000      0      1  statement for nothing 1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

  note: predictions without a place in their article, such as quotations that are nowhere: 2 of 2 (100.0 %)

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
    snapbox::assert_data_eq!(
        scratch.read("wrong.csv"),
        str![[r#"
corpus,extractor,task,kind,part,times,document,line,gold_label,gold_spans,gold_text,predicted_label,predicted_spans,predicted_text
gold.jsonl,pred.jsonl,claims,missed,certainty,3,a,1,certain,1-18,We will not leave,,,
gold.jsonl,pred.jsonl,claims,missed,polarity,3,a,1,affirmed,1-18,We will not leave,,,
gold.jsonl,pred.jsonl,claims,reworded,content,3,a,1,,1-18,We will not leave,,,Quite another thing
gold.jsonl,pred.jsonl,claims,missed,certainty,3,a,1,certain,0-42,"“We will not leave, as the ministry said,”",,,
gold.jsonl,pred.jsonl,claims,missed,type,3,a,1,statement,0-42,"“We will not leave, as the ministry said,”",,,
gold.jsonl,pred.jsonl,claims,reworded,content,3,a,1,,0-42,"“We will not leave, as the ministry said,”",,,We will not leave as the ministry said
gold.jsonl,pred.jsonl,claims,missed,source,1,a,1,,43-50,Ana Kos,,,
gold.jsonl,pred.jsonl,claims,missed,cue,1,a,1,,59-65,denied,,,
gold.jsonl,pred.jsonl,claims,missed,cue,1,a,1,,36-40,said,,,
gold.jsonl,pred.jsonl,claims,missed,source,1,a,1,,23-35,the ministry,,,

"#]]
    );
}

#[test]
fn documents_in_any_order_and_any_number_of_threads_give_the_same_bytes() {
    let turned = |text: &str| text.lines().rev().collect::<Vec<_>>().join("\n");
    let print = |gold: &str, predicted: &str, jobs: &str| {
        let scratch = Scratch::pair(gold, predicted);
        let score = scratch.goldspan(&format!(
            "score gold.jsonl pred.jsonl -f json --mistakes m.csv -j {jobs}"
        ));
        let output = score.output().unwrap();
        (output.stdout, scratch.read("m.csv"))
    };
    let (gold, predicted) = (many(GOLD), many(PREDICTED));
    let straight = print(&gold, &predicted, "1");
    assert!(straight.0.len() > 10_000);
    assert_eq!(straight, print(&turned(&gold), &predicted, "2"));
    assert_eq!(straight, print(&gold, &turned(&predicted), "7"));
}

/// The documents of a file over and over, under new names.
fn many(lines: &str) -> String {
    let copy = |at: usize| lines.replace("{\"id\":\"", &format!("{{\"id\":\"{at:04}-"));
    (0..700).map(copy).collect()
}

#[test]
fn one_file_of_columns_holds_gold_and_prediction_in_its_last_two() {
    let scratch = Scratch::new();
    scratch.write("both.txt", "-DOCSTART- O O\n\nAna NNP B-PER B-PER\nKos NNP I-PER O\nleft VBD O O\n\nRome NNP B-LOC I-LOC\n");
    let score = scratch
        .goldspan("score both.txt --scheme iob2 --repair seqeval -m strict --mistakes wrong.csv");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
last column on both.txt: 2 of 2 documents scored

   entities                   P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.5000  0.5000  0.5000  0.0000–1.0000        1          1        0        0         0        2

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   LOC                   1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   PER                   0.0000  0.0000  0.0000        -        0          1        0        0         0        1

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
    snapbox::assert_data_eq!(
        scratch.read("wrong.csv"),
        str![[r#"
corpus,extractor,task,kind,part,times,document,line,gold_label,gold_spans,gold_text,predicted_label,predicted_spans,predicted_text
both.txt,last column,entities,misbounded,,1,1,3,PER,0-7,Ana Kos,PER,0-3,Ana

"#]]
    );
    let score = scratch.goldspan("score both.txt --scheme iob2 --repair seqeval-strict -m strict");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
last column on both.txt: 2 of 2 documents scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                0.0000  0.0000  0.0000        -        0          1        0        1         0        2

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   LOC                        -  0.0000       -        -        0          0        0        1         0        1
   PER                   0.0000  0.0000  0.0000        -        0          1        0        0         0        1

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
    let score = scratch.goldspan("score both.txt");
    score
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: the tags of these columns are not declared
--> both.txt
 = note: expected one of iob1, iob2, ioe1, ioe2, iobes, bilou
 = help: declare the tags with --scheme, such as --scheme iob2; a scheme is never guessed

"#]])
        .stdout_eq("");
}

#[test]
fn gold_mentions_that_stand_twice_are_noted() {
    let gold = r#"{"id":"a","entities":[{"start":0,"end":3,"label":"X"},{"start":0,"end":3,"label":"X"}]}
"#;
    let scratch = Scratch::pair(
        gold,
        "{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"X\"}]}\n",
    );
    let score = scratch.goldspan("score gold.jsonl pred.jsonl -m strict");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  0.5000  0.6667        -        1          0        0        1         0        2

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   X                     1.0000  0.5000  0.6667        -        1          0        0        1         0        2

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

  note: gold mentions that stand there again, with the same place and label: 1; a copy is right only where the prediction repeats it too


"#]]);
}

#[test]
fn mistakes_whose_words_are_not_known_are_not_taken_for_the_same_words() {
    let gold = "{\"id\":\"a\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"X\"},{\"start\":5,\"end\":8,\"label\":\"X\"}]}\n";
    let scratch = Scratch::pair(gold, "{\"id\":\"a\",\"entities\":[]}\n");
    let score = scratch
        .goldspan("score gold.jsonl pred.jsonl -m strict --mistakes wrong.csv --show mistakes");
    score.assert().code(0).stderr_eq("").stdout_eq(str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   entities              P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                -  0.0000   -        -        0          0        0        2         0        2

   by label, strict      P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   X                     -  0.0000   -        -        0          0        0        2         0        2

   what goes wrong       times  how         first in
   (text not known)          1  missed X 2  a:1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
    snapbox::assert_data_eq!(
        scratch.read("wrong.csv"),
        str![[r#"
corpus,extractor,task,kind,part,times,document,line,gold_label,gold_spans,gold_text,predicted_label,predicted_spans,predicted_text
gold.jsonl,pred.jsonl,entities,missed,,1,a,1,X,0-3,,,,
gold.jsonl,pred.jsonl,entities,missed,,1,a,1,X,5-8,,,,

"#]]
    );
}
