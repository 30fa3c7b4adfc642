//! The numbers of the field's scorers, recorded by really running them (`tests/parity/`): ours are the same.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;

use goldspan::annotation::{Annotations, Gold, Prediction, Task};
use goldspan::counts::{CountTable, Measure, Measures};
use goldspan::document::Document;
use goldspan::formats::conll::{self, IllFormed, Scheme};
use goldspan::formats::jsonl;
use goldspan::matching::EntityMeasure;
use goldspan::offset::Unit;
use goldspan::run::{Case, score};
use goldspan::scores::Scores;
use serde::Deserialize;

use crate::scratch::repository;

#[derive(Deserialize)]
struct SeqevalSet {
    scheme: String,
    gold: String,
    predicted: String,
    expected: BTreeMap<String, [f64; 3]>,
}

#[derive(Deserialize)]
struct NervaluateSet {
    gold: String,
    predicted: String,
    expected: BTreeMap<String, NervaluateRow>,
}

#[derive(Deserialize)]
struct NervaluateRow {
    counts: [u64; 5],
    scores: [f64; 3],
}

fn fixture<T: for<'a> Deserialize<'a>>(name: &str) -> Vec<T> {
    let path = repository().join("tests/parity").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn table(cases: &[Case]) -> CountTable {
    score(
        cases,
        &Measures::default(),
        &[Task::Entities],
        NonZeroUsize::MIN,
    )
    .unwrap()
}

fn case(id: &str, text: &str, gold: Annotations, predicted: Annotations) -> Case {
    Case {
        document: Document::new(id, text),
        gold: Gold(gold),
        prediction: Prediction(predicted),
    }
}

/// The peers say 0 where we say undefined.
#[track_caller]
fn assert_scores(scores: Scores, expected: [f64; 3], what: &str) {
    let found = [scores.precision, scores.recall, scores.f1].map(Option::unwrap_or_default);
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-12,
            "{what}: {found} is not {expected}"
        );
    }
}

#[test]
fn seqevals_default_mode_is_conlleval_repair_to_the_last_digit() {
    let sets = fixture::<SeqevalSet>("seqeval.json");
    assert_eq!(sets.len(), 120);
    for (number, set) in sets.iter().enumerate() {
        let scheme = Scheme::from_name(&set.scheme).unwrap();
        let read =
            |source| conll::read(Path::new("x"), source, scheme, IllFormed::Conlleval).unwrap();
        let (gold, predicted) = (read(&set.gold), read(&set.predicted));
        assert_eq!(gold.len(), predicted.len());
        let pairs = gold.into_iter().zip(predicted);
        let cases: Vec<Case> = pairs
            .map(|(g, p)| case("s", &g.text.clone(), g.annotations, p.annotations))
            .collect();
        let table = table(&cases);
        for (label, expected) in &set.expected {
            let counts = table.get(Measure::Entity(EntityMeasure::Strict), label);
            assert_scores(
                Scores::from(counts),
                *expected,
                &format!("set {number}, {label}"),
            );
        }
    }
}

#[test]
fn nervaluates_strict_exact_and_partial_are_ours_to_the_last_digit() {
    let sets = fixture::<NervaluateSet>("nervaluate.json");
    assert_eq!(sets.len(), 40);
    for (number, set) in sets.iter().enumerate() {
        let (gold, predicted) = (
            jsonl::read(Path::new("g"), &set.gold).unwrap(),
            jsonl::read(Path::new("p"), &set.predicted).unwrap(),
        );
        let text = "x".repeat(200);
        let case = |(id, record): (&String, &jsonl::Record<'_>)| {
            let gold = gold.annotations(record, &text, Unit::CodePoint).unwrap();
            let predicted = predicted
                .annotations(&predicted.by_id[id], &text, Unit::CodePoint)
                .unwrap();
            case(id, &text, gold, predicted)
        };
        let cases: Vec<Case> = gold.by_id.iter().map(case).collect();
        let table = table(&cases);
        for (measure, expected) in &set.expected {
            let counts = table.get(
                Measure::Entity(EntityMeasure::from_name(measure).unwrap()),
                "*",
            );
            let found = [
                counts.correct, counts.incorrect, counts.partial, counts.missing, counts.spurious,
            ];
            assert_eq!(found, expected.counts, "set {number}, {measure}");
            assert_scores(
                Scores::from(counts),
                expected.scores,
                &format!("set {number}, {measure}"),
            );
        }
    }
}
