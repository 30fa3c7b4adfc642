//! What holds for every input, by random search: invariants of counting, and the pairing against an exhaustive one.

use goldspan::annotation::{
    Annotations, Certainty, Claim, Content, Gold, Mention, Polarity, Prediction, Task, Unplaced,
};
use goldspan::counts::{Annotated, CountTable, Counts, Measure, Measures, Rules, count};
use goldspan::document::Document;
use goldspan::formats::{Block, Options, Record, jsonl};
use goldspan::matching::{Candidates, EntityMeasure, Judgement, Level, align_claims, chrf2};
use goldspan::mistakes;
use goldspan::scores::{Average, Conventions, Scores};
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
    let kind = prop::option::of(prop::sample::select(vec!["fact", "wish"]));
    (content(), role(), role(), polarity, certainty, kind).prop_map(
        |(content, source, cue, polarity, certainty, kind)| Claim {
            source,
            cue,
            polarity,
            certainty,
            kind: kind.map(Into::into),
            ..Claim::new(content)
        },
    )
}

/// Mostly stretches of the text, sometimes words of their own.
fn content() -> impl Strategy<Value = Content> {
    let words = prop::sample::select(vec!["ab cd", "cd éf gh", "xyz", "mn  op", "b c"]);
    prop_oneof![
        4 => visible_extent().prop_map(Content::Spans),
        1 => words.prop_map(|words| Content::Text(words.into())),
    ]
}

/// Every rung of the ladder but the characters, whose counts are not of claims.
fn levels() -> Vec<Level> {
    let names = ["exact", "trimmed", "partial", "overlap:0.5", "any"];
    names.map(|name| Level::from_name(name).unwrap()).to_vec()
}

fn annotations(most: usize) -> impl Strategy<Value = Annotations> {
    (
        prop::collection::vec(mention(), 0..most),
        prop::collection::vec(claim(), 0..most),
    )
        .prop_map(|(mentions, claims)| Annotations {
            mentions,
            claims,
            ..Annotations::default()
        })
}

/// Annotations as predictions have them: some of the mentions have no place.
fn predictions(most: usize) -> impl Strategy<Value = Annotations> {
    let words = prop::sample::select(vec!["ab", "nobody", "nobody", ""]);
    let unplaced = (words, prop::sample::select(vec!["A", "B", "C"])).prop_map(|(words, label)| {
        let (label, words) = (label.into(), words.into());
        Unplaced { label, words }
    });
    let unplaced = prop::collection::vec(unplaced, 0..3);
    (annotations(most), unplaced).prop_map(|(annotations, unplaced)| Annotations {
        unplaced,
        ..annotations
    })
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
            claim.kind.clone(),
            (claim.polarity, claim.certainty),
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
    let measures = Measures {
        entity: measures(),
        claim: levels(),
        ..Measures::default()
    };
    let rules = Rules {
        measures: &measures,
        annotated: &Annotated::default(),
        tasks: &Task::ALL,
    };
    let (gold, prediction) = (Gold(gold.clone()), Prediction(prediction.clone()));
    count(&Document::new("a", TEXT), &gold, &prediction, rules)
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
        let distinct = |mentions| without_copies(Annotations { mentions, claims: vec![], ..Annotations::default() }).mentions;
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
        let distinct = |claims| without_copies(Annotations { mentions: vec![], claims, ..Annotations::default() }).claims;
        let (gold, predicted) = (distinct(gold), distinct(predicted));
        let visible = |spans: &mut dyn Iterator<Item = Span>| -> u64 {
            spans.map(|span| span.of(TEXT).chars().filter(|c| !c.is_whitespace()).count() as u64).sum()
        };
        let size = |extent: &Extent| visible(&mut extent.spans().iter().copied());
        let role = |a: &Option<Extent>, b: &Option<Extent>| match (a, b) {
            (Some(a), Some(b)) => i128::from(visible(&mut a.intersection(b))),
            _ => 0,
        };
        // The least common multiple of 1 to 40 holds every sum of two sizes; chrF2 is no fraction, so there the steps are those of the pairing.
        let words = gold.iter().chain(&predicted).any(|claim| claim.content.extent().is_none());
        let steps: i128 = if words { 1 << 40 } else { 5_342_931_457_063_200 };
        let value = |i: usize, j: usize| {
            let (g, p) = (&gold[i], &predicted[j]);
            let alike = match (g.content.extent(), p.content.extent()) {
                (Some(a), Some(b)) => i128::from(2 * visible(&mut a.intersection(b))) * steps / i128::from(size(a) + size(b)),
                _ => (chrf2(&g.content.words(TEXT), &p.content.words(TEXT)) * steps as f64) as i128,
            };
            let same_kind = i128::from(g.kind.is_some() && g.kind == p.kind);
            (alike > 0).then(|| (alike, role(&g.cue, &p.cue), role(&g.source, &p.source), same_kind))
        };
        type Value = (i128, i128, i128, i128);
        let add = |a: Value, b: Value| (a.0 + b.0, a.1 + b.1, a.2 + b.2, a.3 + b.3);
        let alignment = align_claims(TEXT, &gold.iter().collect::<Vec<_>>(), &predicted.iter().collect::<Vec<_>>());
        let reached = alignment.pairs.iter().filter_map(|&(i, j)| value(i, j)).fold((0, 0, 0, 0), add);
        prop_assert_eq!(alignment.pairs.iter().filter(|&&(i, j)| value(i, j).is_none()).count(), 0);
        prop_assert_eq!(reached, best(gold.len(), predicted.len(), (0, 0, 0, 0), &value, &add));
    }

    #[test]
    fn a_labels_row_is_what_would_be_counted_if_no_other_label_existed(gold in annotations(8), prediction in predictions(8)) {
        let only = |annotations: &Annotations, label: &str| {
            let mut only = annotations.clone();
            only.mentions.retain(|mention| mention.label == label);
            only.unplaced.retain(|unplaced| unplaced.label == label);
            only
        };
        let all = table(&gold, &prediction);
        for label in ["A", "B"] {
            let alone = table(&only(&gold, label), &only(&prediction, label));
            for measure in measures().into_iter().map(Measure::Entity) {
                prop_assert_eq!(all.get(measure, label), alone.get(measure, label));
                prop_assert_eq!(all.get(measure, label), alone.get(measure, "*"));
            }
        }
    }

    #[test]
    fn the_confusion_holds_every_mention_of_either_side_once(gold in annotations(8), prediction in predictions(8)) {
        let table = table(&gold, &prediction);
        for measure in measures() {
            let counts = table.get(Measure::Entity(measure), "*");
            let cells: Vec<_> = table.confusion().into_iter().filter(|(place, _)| place.measure == measure).collect();
            let items = |gold: bool, predicted: bool| -> u64 {
                let cells = cells.iter().filter(|(place, _)| (place.gold.is_some(), place.predicted.is_some()) == (gold, predicted));
                cells.map(|(_, confused)| confused.items).sum()
            };
            prop_assert_eq!(items(true, true), counts.correct + counts.incorrect + counts.partial);
            prop_assert_eq!((items(true, false), items(false, true)), (counts.missing, counts.spurious));
            let rules = Rules { measures: &Measures::default(), annotated: &Annotated::default(), tasks: &[Task::Entities] };
            let wrong = mistakes::of(&Document::new("a", TEXT), &Gold(gold.clone()), &Prediction(prediction.clone()), rules);
            if measure == EntityMeasure::Strict {
                prop_assert_eq!(wrong.len() as u64, counts.incorrect + counts.missing + counts.spurious);
            }
        }
    }

    #[test]
    fn averages_are_shares_and_turn_with_the_sides(gold in annotations(8), prediction in annotations(8)) {
        let (there, back) = (table(&gold, &prediction), table(&prediction, &gold));
        let close = |a: Option<f64>, b: Option<f64>| a.is_some() == b.is_some() && (a.unwrap_or_default() - b.unwrap_or_default()).abs() < 1e-12;
        for measure in measures().into_iter().map(Measure::Entity) {
            for average in Average::ALL {
                let scores = average.of(&there, measure, Conventions::default());
                for score in scores.all().into_iter().flatten() {
                    prop_assert!((0.0..=1.0 + 1e-12).contains(&score));
                }
                // Weighted counts by gold alone, so it turns with nothing.
                if average != Average::Weighted {
                    let turned = average.of(&back, measure, Conventions::default());
                    prop_assert!(close(scores.precision, turned.recall) && close(scores.recall, turned.precision) && close(scores.f, turned.f));
                }
            }
        }
    }

    #[test]
    fn tables_add_up_in_any_order(documents in prop::collection::vec((annotations(4), annotations(4)), 0..5)) {
        let tables: Vec<CountTable> = documents.iter().map(|(gold, prediction)| table(gold, prediction)).collect();
        let sum = |tables: &mut dyn Iterator<Item = &CountTable>| {
            let mut sum = CountTable::default();
            tables.for_each(|table| sum += table);
            sum
        };
        prop_assert_eq!(sum(&mut tables.iter()), sum(&mut tables.iter().rev()));
    }

    #[test]
    fn a_more_lenient_level_never_gives_less_credit(gold in annotations(6), prediction in annotations(6)) {
        let table = table(&gold, &prediction);
        let correct = |level: &str| table.get(Measure::Claim(Level::from_name(level).unwrap()), "content").correct;
        prop_assert!(correct("exact") <= correct("trimmed") && correct("exact") <= correct("overlap:0.5"));
        prop_assert!(correct("overlap:0.5") <= correct("any"));
        prop_assert_eq!(correct("exact"), correct("partial"));
    }

    #[test]
    fn every_count_adds_up_and_every_score_is_a_share(gold in annotations(8), prediction in predictions(8)) {
        for (cell, counts) in table(&gold, &prediction).iter() {
            let (possible, actual) = match cell.measure {
                Measure::Entity(_) => {
                    let of = |mentions: &[Mention]| mentions.iter().filter(|m| cell.label == "*" || m.label == cell.label).count();
                    let unplaced = prediction.unplaced.iter().filter(|m| cell.label == "*" || m.label == cell.label);
                    (of(&gold.mentions), of(&prediction.mentions) + unplaced.count())
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
        let there: Vec<_> = table(&gold, &prediction).iter().collect();
        let back: Vec<_> = table(&prediction, &gold).iter().map(|(cell, counts)| (cell, swapped(counts))).collect();
        let entities = |rows: &[(goldspan::counts::Cell, Counts)]| rows.iter().filter(|(cell, _)| matches!(cell.measure, Measure::Entity(_))).cloned().collect::<Vec<_>>();
        prop_assert_eq!(entities(&there), entities(&back));
    }

    #[test]
    fn the_order_of_annotations_changes_nothing(gold in annotations(8), prediction in predictions(8), turn in 0..8_usize) {
        let turned = |annotations: &Annotations| {
            let mut turned = annotations.clone();
            turned.mentions.rotate_left(turn % annotations.mentions.len().max(1));
            turned.unplaced.reverse();
            turned.claims.reverse();
            turned
        };
        prop_assert_eq!(table(&gold, &prediction), table(&turned(&gold), &turned(&prediction)));
    }

    #[test]
    fn a_duplicated_prediction_is_spurious_and_changes_nothing_else(gold in annotations(6), prediction in predictions(6), which in 0..6_usize) {
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
    fn predictions_without_a_place_are_spurious_and_change_nothing_else(gold in annotations(6), prediction in predictions(6)) {
        let placed = Annotations { unplaced: vec![], ..prediction.clone() };
        let (before, after) = (table(&gold, &placed), table(&gold, &prediction));
        for (cell, counts) in after.iter() {
            let Measure::Entity(_) = cell.measure else { continue };
            let without = before.get(cell.measure, &cell.label);
            let unplaced = prediction.unplaced.iter().filter(|unplaced| cell.label == "*" || unplaced.label == cell.label);
            prop_assert_eq!(counts, Counts { spurious: without.spurious + unplaced.count() as u64, ..without });
        }
    }

    #[test]
    fn what_is_written_as_json_lines_is_read_as_it_was(annotations in predictions(8)) {
        let document = Document::new("d \"1\"\n", TEXT);
        let origin = jsonl::Origin { corpus: "c", extractor: "e", repeat: 1, tasks: &Task::ALL };
        let line = jsonl::prediction_line(&document, origin, Ok(&annotations)).unwrap();
        prop_assert!(!line.contains('\n'));
        let block = Block::new("p.jsonl", 1, line);
        let options = Options { unplaced: true, ..Options::default() };
        let record = Record::of(&jsonl::FORMAT, &block, &options).unwrap().unwrap();
        prop_assert_eq!(record.id(), document.id());
        prop_assert_eq!(record.read(&document, &options).unwrap().annotations, annotations);
    }
}
