//! What holds for every input, by random search: invariants of counting, and the pairing against an exhaustive one.

use std::path::Path;

use goldspan::annotation::{
    Annotations, Certainty, Claim, Gold, Mention, Polarity, Prediction, Task,
};
use goldspan::counts::{Annotated, CountTable, Counts, Measure, Measures, count};
use goldspan::document::Document;
use goldspan::formats::{Block, jsonl};
use goldspan::matching::{Candidates, EntityMeasure, Judgement, align_claims};
use goldspan::offset::Unit;
use goldspan::scores::Scores;
use goldspan::span::{Extent, Span};
use proptest::prelude::*;

/// A text with white space and characters of several bytes; every span of the strategies is made of its words and letters.
const TEXT: &str = "ab cd éf gh ij 😀l mn op";

fn boundaries() -> Vec<usize> {
    (0..=TEXT.len())
        .filter(|&at| TEXT.is_char_boundary(at))
        .collect()
}

fn extent() -> impl Strategy<Value = Extent> {
    let last = boundaries().len() - 1;
    prop::collection::vec((0..last, 1..6_usize), 1..3).prop_filter_map(
        "overlapping fragments",
        move |pieces| {
            let at = boundaries();
            let span = |(start, len): (usize, usize)| {
                Span::new(TEXT, at[start], at[(start + len).min(last)]).ok()
            };
            Extent::new(pieces.into_iter().map(span).collect::<Option<Vec<_>>>()?).ok()
        },
    )
}

/// Readers refuse annotations of nothing but white space: such an extent shares no character with anything, itself included.
fn visible_extent() -> impl Strategy<Value = Extent> {
    extent().prop_filter("white space", |extent| !extent.text(TEXT).trim().is_empty())
}

fn mention() -> impl Strategy<Value = Mention> {
    (visible_extent(), prop::sample::select(vec!["A", "B"])).prop_map(|(extent, label)| Mention {
        extent,
        label: label.into(),
    })
}

fn claim() -> impl Strategy<Value = Claim> {
    let role = || prop::option::of(visible_extent());
    let polarity = prop::option::of(prop::sample::select(vec![
        Polarity::Affirmed,
        Polarity::Denied,
    ]));
    let certainty = prop::option::of(prop::sample::select(vec![
        Certainty::Certain,
        Certainty::Hedged,
    ]));
    (visible_extent(), role(), role(), polarity, certainty).prop_map(
        |(content, source, cue, polarity, certainty)| Claim {
            source,
            cue,
            polarity,
            certainty,
            ..Claim::new(content)
        },
    )
}

fn annotations(most: usize) -> impl Strategy<Value = Annotations> {
    (
        prop::collection::vec(mention(), 0..most),
        prop::collection::vec(claim(), 0..most),
    )
        .prop_map(|(mentions, claims)| Annotations { mentions, claims })
}

/// The same annotations, each of them once.
fn without_copies(mut annotations: Annotations) -> Annotations {
    annotations.mentions.sort();
    annotations.mentions.dedup();
    let parts = |claim: &Claim| {
        (
            claim.content.clone(),
            claim.source.clone(),
            claim.cue.clone(),
        )
    };
    annotations.claims.sort_by_key(parts);
    annotations.claims.dedup_by_key(|claim| parts(claim));
    annotations
}

/// Every kind of measure of entities.
fn measures() -> Vec<EntityMeasure> {
    let overlap = ["overlap:0.5", "overlap:0.75", "overlap:1"]
        .map(|name| EntityMeasure::from_name(name).unwrap());
    EntityMeasure::DEFAULT.into_iter().chain(overlap).collect()
}

fn table(gold: &Annotations, prediction: &Annotations) -> CountTable {
    count(
        &Document::new("a", TEXT),
        &Gold(gold.clone()),
        &Prediction(prediction.clone()),
        &Measures {
            entity: measures(),
            ..Measures::default()
        },
        &Annotated::default(),
        &Task::ALL,
    )
}

/// The greatest value of any one-to-one pairing, by trying them all. `value` of a pair is `None` where it may not pair.
fn best<V: Ord + Copy>(
    gold: usize,
    predicted: usize,
    zero: V,
    value: &dyn Fn(usize, usize) -> Option<V>,
    add: &dyn Fn(V, V) -> V,
) -> V {
    fn go<V: Ord + Copy>(
        g: usize,
        gold: usize,
        free: &mut Vec<bool>,
        value: &dyn Fn(usize, usize) -> Option<V>,
        add: &dyn Fn(V, V) -> V,
        sum: V,
    ) -> V {
        if g == gold {
            return sum;
        }
        let mut best = go(g + 1, gold, free, value, add, sum);
        for p in 0..free.len() {
            if let Some(gain) = value(g, p).filter(|_| free[p]) {
                free[p] = false;
                best = best.max(go(g + 1, gold, free, value, add, add(sum, gain)));
                free[p] = true;
            }
        }
        best
    }
    go(0, gold, &mut vec![true; predicted], value, add, zero)
}

fn halves(judgement: Judgement) -> u64 {
    match judgement {
        Judgement::Correct => 2,
        Judgement::Partial => 1,
        Judgement::Incorrect => 0,
    }
}

fn shared(a: &Extent, b: &Extent) -> u64 {
    a.intersection(b)
        .map(|span| (span.end() - span.start()) as u64)
        .sum()
}

fn swapped(counts: Counts) -> Counts {
    Counts {
        missing: counts.spurious,
        spurious: counts.missing,
        ..counts
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mentions_pair_as_well_as_any_pairing_could(gold in prop::collection::vec(mention(), 0..5), predicted in prop::collection::vec(mention(), 0..5)) {
        // Copies have a rule and a property of their own.
        let distinct = |mentions| without_copies(Annotations { mentions, claims: vec![] }).mentions;
        let (gold, predicted) = (distinct(gold), distinct(predicted));
        let candidates = Candidates::between(TEXT, &gold, &predicted);
        for measure in measures() {
            let alignment = candidates.align(measure);
            let value = |i: usize, j: usize| {
                let bytes = shared(&gold[i].extent, &predicted[j].extent);
                (bytes > 0).then(|| (halves(candidates.judge(measure, i, j)), 1_u64, bytes))
            };
            let add = |a: (u64, u64, u64), b: (u64, u64, u64)| (a.0 + b.0, a.1 + b.1, a.2 + b.2);
            let reached = alignment.pairs.iter().filter_map(|&(i, j)| value(i, j)).fold((0, 0, 0), add);
            prop_assert_eq!(reached, best(gold.len(), predicted.len(), (0, 0, 0), &value, &add));
            let mut used: Vec<usize> = alignment.pairs.iter().map(|pair| pair.0).chain(alignment.missing).collect();
            used.sort_unstable();
            prop_assert_eq!(used, (0..gold.len()).collect::<Vec<_>>());
            let mut used: Vec<usize> = alignment.pairs.iter().map(|pair| pair.1).chain(alignment.spurious).collect();
            used.sort_unstable();
            prop_assert_eq!(used, (0..predicted.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn claims_pair_as_well_as_any_pairing_could(gold in prop::collection::vec(claim(), 0..5), predicted in prop::collection::vec(claim(), 0..5)) {
        let distinct = |claims| without_copies(Annotations { mentions: vec![], claims }).claims;
        let (gold, predicted) = (distinct(gold), distinct(predicted));
        let visible = |spans: &mut dyn Iterator<Item = Span>| -> u64 {
            spans.map(|span| span.of(TEXT).chars().filter(|c| !c.is_whitespace()).count() as u64).sum()
        };
        let content = |claim: &Claim| claim.content.extent().unwrap().clone();
        let size = |claim: &Claim| visible(&mut content(claim).spans().iter().copied());
        let role = |a: &Option<Extent>, b: &Option<Extent>| match (a, b) {
            (Some(a), Some(b)) => i128::from(visible(&mut a.intersection(b))),
            _ => 0,
        };
        let value = |i: usize, j: usize| {
            let (g, p) = (&gold[i], &predicted[j]);
            let shared = visible(&mut content(g).intersection(&content(p)));
            let f1 = || (i128::from(2 * shared) << 40) / i128::from(size(g) + size(p));
            (shared > 0).then(|| (f1(), role(&g.cue, &p.cue), role(&g.source, &p.source)))
        };
        let add = |a: (i128, i128, i128), b: (i128, i128, i128)| (a.0 + b.0, a.1 + b.1, a.2 + b.2);
        let alignment = align_claims(TEXT, &gold.iter().collect::<Vec<_>>(), &predicted.iter().collect::<Vec<_>>());
        let reached = alignment.pairs.iter().filter_map(|&(i, j)| value(i, j)).fold((0, 0, 0), add);
        prop_assert_eq!(alignment.pairs.iter().filter(|&&(i, j)| value(i, j).is_none()).count(), 0);
        prop_assert_eq!(reached, best(gold.len(), predicted.len(), (0, 0, 0), &value, &add));
    }

    #[test]
    fn every_count_adds_up_and_every_score_is_a_share(gold in annotations(8), prediction in annotations(8)) {
        for (cell, counts) in table(&gold, &prediction).iter() {
            let (possible, actual) = match cell.measure {
                Measure::Entity(_) => {
                    let of = |mentions: &[Mention]| mentions.iter().filter(|m| cell.label == "*" || m.label == cell.label).count();
                    (of(&gold.mentions), of(&prediction.mentions))
                }
                Measure::Claim(_) => (gold.claims.len(), prediction.claims.len()),
            };
            prop_assert_eq!((counts.possible(), counts.actual()), (possible as u64, actual as u64));
            for score in Scores::from(counts).all().into_iter().flatten() {
                prop_assert!((0.0..=1.0).contains(&score));
            }
        }
    }

    #[test]
    fn gold_as_prediction_scores_one(gold in annotations(8)) {
        for (_, counts) in table(&gold, &gold).iter() {
            prop_assert_eq!(counts.correct, counts.possible());
            prop_assert_eq!((counts.partial, counts.incorrect, counts.missing, counts.spurious), (0, 0, 0, 0));
        }
    }

    #[test]
    fn nothing_predicted_scores_recall_zero_and_no_precision(gold in annotations(8)) {
        for (_, counts) in table(&gold, &Annotations::default()).iter().filter(|(_, counts)| counts.possible() > 0) {
            prop_assert_eq!(Scores::from(counts).all(), [None, Some(0.0), None]);
        }
    }

    #[test]
    fn swapping_gold_and_prediction_swaps_precision_and_recall(gold in annotations(8), prediction in annotations(8)) {
        let there: Vec<_> = table(&gold, &prediction).iter().map(|(cell, counts)| (cell, counts)).collect();
        let back: Vec<_> = table(&prediction, &gold).iter().map(|(cell, counts)| (cell, swapped(counts))).collect();
        let entities = |rows: &[(goldspan::counts::Cell, Counts)]| rows.iter().filter(|(cell, _)| matches!(cell.measure, Measure::Entity(_))).cloned().collect::<Vec<_>>();
        prop_assert_eq!(entities(&there), entities(&back));
    }

    #[test]
    fn the_order_of_annotations_changes_nothing(gold in annotations(8), prediction in annotations(8), turn in 0..8_usize) {
        let turned = |annotations: &Annotations| {
            let mut turned = annotations.clone();
            turned.mentions.rotate_left(turn % annotations.mentions.len().max(1));
            turned.claims.reverse();
            turned
        };
        prop_assert_eq!(table(&gold, &prediction), table(&turned(&gold), &turned(&prediction)));
    }

    #[test]
    fn a_duplicated_prediction_is_spurious_and_changes_nothing_else(gold in annotations(6), prediction in annotations(6), which in 0..6_usize) {
        let gold = without_copies(gold);
        let mut doubled = prediction.clone();
        doubled.mentions.extend(prediction.mentions.get(which).cloned());
        doubled.claims.extend(prediction.claims.get(which).cloned());
        let (before, after) = (table(&gold, &prediction), table(&gold, &doubled));
        for (cell, counts) in before.iter() {
            let copies = match cell.measure {
                Measure::Entity(_) => prediction.mentions.get(which).is_some_and(|copy| cell.label == "*" || copy.label == cell.label),
                Measure::Claim(_) => which < prediction.claims.len(),
            };
            let expected = Counts { spurious: counts.spurious + u64::from(copies), ..counts };
            prop_assert_eq!(after.get(cell.measure, &cell.label), expected);
        }
    }

    #[test]
    fn what_is_written_as_json_lines_is_read_as_it_was(annotations in annotations(8)) {
        let document = Document::new("d \"1\"\n", TEXT);
        let origin = jsonl::Origin { corpus: "c", extractor: "e", tasks: &Task::ALL };
        let line = jsonl::prediction_line(&document, origin, Ok(&annotations)).unwrap();
        prop_assert!(!line.contains('\n'));
        let block = Block { line: 1, text: line };
        let record = jsonl::record(Path::new("p.jsonl"), &block).unwrap();
        prop_assert_eq!(record.id(), document.id());
        prop_assert_eq!(record.annotations(TEXT, Unit::CodePoint).unwrap(), annotations);
    }
}
