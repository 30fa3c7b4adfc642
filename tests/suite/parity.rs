//! The numbers of the field's scorers, recorded by really running them (`tests/parity/`): ours are the same, or differ as recorded there.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use goldspan::corpus::Source;
use goldspan::counts::{CountTable, Counts, Measure, Measures, Role};
use goldspan::formats::conll::{self, IllFormed, Reading, Scheme, TagColumn, Width};
use goldspan::formats::{Block, Format, Options};
use goldspan::matching::{EntityMeasure, chrf2};
use goldspan::run::paired::{Keeping, Pairing, Scoring, score};
use goldspan::scores::{Average, Conventions, Scores};
use serde::Deserialize;

use crate::scratch::{Scratch, repository};

const STRICT: Measure = Measure::Entity(EntityMeasure::Strict);

/// Precision, recall, F; `null` where the peer has none.
type Three = [Option<f64>; 3];

fn fixture<T: for<'a> Deserialize<'a>>(name: &str, sets: usize) -> Vec<T> {
    let path = repository().join("tests/parity").join(name);
    let read: Vec<T> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(read.len(), sets, "{name} is whole");
    read
}

/// What `goldspan score` counts of two files, or of one with both columns.
fn counted(tags: Option<Reading>, gold: &str, predicted: Option<&str>) -> CountTable {
    let measures = Measures::default();
    let options = Options {
        tags,
        ..Options::default()
    };
    let scoring = Scoring {
        options: [&options; 2],
        pairing: Pairing::Id,
        measures: &measures,
        labels: None,
        roles: &Role::ALL,
        // The peers that know documents at all pair over the union of them.
        extra_is_spurious: true,
        mistakes: false,
        ledger: Keeping::Nothing,
        threads: NonZeroUsize::MIN,
    };
    let scratch = Scratch::new();
    let format = if tags.is_some() { "conll" } else { "jsonl" };
    let source = |name: &str, text: &str| {
        let path = scratch.write(name, text);
        Source::find(&path, Format::from_name(format), None, options.limits).unwrap()
    };
    let predicted = predicted.map(|text| source("predicted", text));
    score(&scoring, &source("gold", gold), predicted.as_ref())
        .unwrap()
        .table
}

fn json_lines(gold: &str, predicted: &str) -> CountTable {
    counted(None, gold, Some(predicted))
}

fn columns(scheme: &str, ill_formed: IllFormed) -> Option<Reading> {
    let scheme = Scheme::from_name(scheme).unwrap();
    Some(Reading { scheme, ill_formed })
}

/// The peers say 0 where we say undefined.
#[track_caller]
fn assert_scores(scores: Scores, expected: Three, what: &str) {
    for (found, expected) in scores.all().into_iter().zip(expected) {
        let (found, expected) = (found.unwrap_or_default(), expected.unwrap_or_default());
        assert!(
            (found - expected).abs() <= 1e-12,
            "{what}: {found} is not {expected}"
        );
    }
}

fn five(counts: Counts) -> [u64; 5] {
    [
        counts.correct, counts.incorrect, counts.partial, counts.missing, counts.spurious,
    ]
}

#[derive(Deserialize)]
struct SeqevalSet {
    scheme: String,
    gold: String,
    predicted: String,
    expected: BTreeMap<String, Three>,
}

#[test]
fn seqevals_default_mode_is_ours_to_the_last_digit() {
    for (number, set) in fixture::<SeqevalSet>("seqeval.json", 120)
        .iter()
        .enumerate()
    {
        let format = columns(&set.scheme, IllFormed::Conlleval);
        let table = counted(format, &set.gold, Some(&set.predicted));
        for (label, expected) in &set.expected {
            let scores = Scores::from(table.get(STRICT, label));
            assert_scores(scores, *expected, &format!("set {number}, {label}"));
        }
    }
}

#[derive(Deserialize)]
struct AveragesSet {
    scheme: String,
    gold: String,
    predicted: String,
    zero_division: BTreeMap<String, AverageRows>,
    #[serde(default)]
    beta: BTreeMap<String, AverageRows>,
}

#[derive(Deserialize)]
struct AverageRows {
    micro: Option<Three>,
    #[serde(rename = "macro")]
    over_labels: Option<Three>,
    weighted: Option<Three>,
    #[serde(default)]
    types: BTreeMap<String, [Option<f64>; 4]>,
}

#[test]
fn seqevals_averages_zero_divisions_and_betas_are_ours_to_the_last_digit() {
    let mut compared = 0;
    for (number, set) in fixture::<AveragesSet>("seqeval_averages.json", 90)
        .iter()
        .enumerate()
    {
        let format = columns(&set.scheme, IllFormed::Conlleval);
        let table = counted(format, &set.gold, Some(&set.predicted));
        let with_zero = set
            .zero_division
            .iter()
            .map(|(value, rows)| (1.0, value, rows));
        let zero = "0".to_owned();
        let betas = set.beta.iter();
        let with_beta = betas.map(|(beta, rows)| (beta.parse::<f64>().unwrap(), &zero, rows));
        for (beta, zero_division, rows) in with_zero.chain(with_beta) {
            let conventions = Conventions {
                beta,
                zero_division: Some(zero_division.parse().unwrap()),
                ..Conventions::default()
            };
            let what = format!("set {number}, zero {zero_division}, beta {beta}");
            let averages = [
                (Average::Micro, rows.micro),
                (Average::Macro, rows.over_labels),
                (Average::Weighted, rows.weighted),
            ];
            for (average, expected) in averages {
                let found = average.of(&table, STRICT, conventions);
                // Over no label at all seqeval's macro is not a number; ours is the convention.
                let Some(expected) = expected.filter(|three| three.iter().all(Option::is_some))
                else {
                    assert_eq!(
                        (average, table.labels().count()),
                        (Average::Macro, 0),
                        "{what}"
                    );
                    continue;
                };
                compared += 1;
                assert_scores(found, expected, &format!("{what}, {}", average.name()));
            }
            for (label, [p, r, f, support]) in &rows.types {
                let counts = table.get(STRICT, label);
                let what = format!("{what}, {label}");
                assert_scores(Scores::of(counts, conventions), [*p, *r, *f], &what);
                assert_eq!(Some(counts.possible() as f64), *support, "{what}");
            }
        }
    }
    assert!(compared > 900, "{compared}");
}

#[derive(Deserialize)]
struct StrictSet {
    scheme: String,
    gold: String,
    predicted: String,
    gold_entities: Vec<(usize, String, usize, usize)>,
    predicted_entities: Vec<(usize, String, usize, usize)>,
    micro: Three,
    #[serde(rename = "macro")]
    over_labels: Three,
    weighted: Three,
    types: BTreeMap<String, [Option<f64>; 4]>,
}

/// The mentions of a file in seqeval's terms: sentence, type, first token, token after the last.
fn entities(scheme: &str, text: &str) -> Vec<(usize, String, usize, usize)> {
    let reading = Reading {
        scheme: Scheme::from_name(scheme).unwrap(),
        ill_formed: IllFormed::SeqevalStrict,
    };
    let mut found = Vec::new();
    for (number, sentence) in text.split("\n\n").enumerate() {
        let block = Block::new("x", 1, sentence.trim_end());
        let width = Width::Exactly(2);
        let sentence = conll::sentence(&block, reading, width, TagColumn::Last).unwrap();
        let token = |at: usize| sentence.text[..at].matches('\n').count();
        found.extend(sentence.annotations.mentions.iter().map(|mention| {
            let (start, end) = (mention.extent.start(), mention.extent.end());
            (
                number,
                mention.label.to_string(),
                token(start),
                token(end) + 1,
            )
        }));
    }
    found
}

#[test]
fn seqevals_strict_mode_drops_what_we_drop_under_its_name() {
    for (number, set) in fixture::<StrictSet>("seqeval_strict.json", 150)
        .iter()
        .enumerate()
    {
        let what = format!("set {number}, {}", set.scheme);
        assert_eq!(
            entities(&set.scheme, &set.gold),
            set.gold_entities,
            "{what}"
        );
        assert_eq!(
            entities(&set.scheme, &set.predicted),
            set.predicted_entities,
            "{what}"
        );
        let format = columns(&set.scheme, IllFormed::SeqevalStrict);
        let table = counted(format, &set.gold, Some(&set.predicted));
        let conventions = Conventions {
            zero_division: Some(0.0),
            ..Conventions::default()
        };
        for (average, expected) in [
            (Average::Micro, set.micro),
            (Average::Macro, set.over_labels),
            (Average::Weighted, set.weighted),
        ] {
            let found = average.of(&table, STRICT, conventions);
            assert_scores(found, expected, &format!("{what}, {}", average.name()));
        }
        for (label, [p, r, f, support]) in &set.types {
            let counts = table.get(STRICT, label);
            assert_scores(Scores::of(counts, conventions), [*p, *r, *f], &what);
            assert_eq!(Some(counts.possible() as f64), *support, "{what}");
        }
    }
}

#[derive(Deserialize)]
struct ConllevalSet {
    scheme: String,
    columns: String,
    phrases: Phrases,
    rows: BTreeMap<String, Vec<serde_json::Value>>,
}

#[derive(Deserialize)]
struct Phrases {
    gold: u64,
    found: u64,
    correct: u64,
}

#[test]
fn conllevals_printed_digits_are_ours() {
    for (number, set) in fixture::<ConllevalSet>("conlleval.json", 100)
        .iter()
        .enumerate()
    {
        let table = counted(
            columns(&set.scheme, IllFormed::Conlleval),
            &set.columns,
            None,
        );
        let all = table.get(STRICT, "*");
        let phrases = (all.possible(), all.actual(), all.correct);
        let expected = (set.phrases.gold, set.phrases.found, set.phrases.correct);
        assert_eq!(phrases, expected, "set {number}");
        for (label, row) in &set.rows {
            let counts = table.get(STRICT, label);
            let printed = Scores::from(counts).all().map(|score| {
                let percent = 100.0 * score.unwrap_or_default();
                serde_json::Value::from(format!("{percent:.2}"))
            });
            assert_eq!(printed.as_slice(), &row[..3], "set {number}, {label}");
            if let Some(found) = row.get(3) {
                assert_eq!(found, counts.actual(), "set {number}, {label}");
            }
        }
    }
}

#[derive(Deserialize)]
struct NervaluateSet {
    gold: String,
    predicted: String,
    expected: BTreeMap<String, NervaluateRow>,
    types: BTreeMap<String, BTreeMap<String, NervaluateRow>>,
}

#[derive(Deserialize)]
struct NervaluateRow {
    counts: [u64; 5],
    scores: Three,
}

#[test]
fn nervaluates_strict_exact_and_partial_are_ours_to_the_last_digit() {
    for (number, set) in fixture::<NervaluateSet>("nervaluate.json", 40)
        .iter()
        .enumerate()
    {
        let table = json_lines(&set.gold, &set.predicted);
        let all = ("*".to_owned(), &set.expected);
        let by_label = set.types.iter().map(|(label, rows)| (label.clone(), rows));
        for (label, rows) in std::iter::once(all).chain(by_label) {
            for (measure, expected) in rows {
                let what = format!("set {number}, {label}, {measure}");
                let measure = EntityMeasure::from_name(measure).unwrap();
                let counts = table.get(Measure::Entity(measure), &label);
                assert_eq!(five(counts), expected.counts, "{what}");
                assert_scores(Scores::from(counts), expected.scores, &what);
            }
        }
    }
}

#[derive(Deserialize)]
struct SpacySet {
    gold: String,
    predicted: String,
    micro: Three,
    types: BTreeMap<String, Three>,
}

#[test]
fn spacys_ner_scores_on_equal_tokens_are_ours_to_the_last_digit() {
    for (number, set) in fixture::<SpacySet>("spacy.json", 40).iter().enumerate() {
        let table = json_lines(&set.gold, &set.predicted);
        let micro = Scores::from(table.get(STRICT, "*"));
        assert_scores(micro, set.micro, &format!("set {number}"));
        for (label, expected) in &set.types {
            let scores = Scores::from(table.get(STRICT, label));
            assert_scores(scores, *expected, &format!("set {number}, {label}"));
        }
    }
}

#[derive(Deserialize)]
struct NelevalSet {
    gold: String,
    predicted: String,
    untyped: NelevalRow,
    typed: NelevalRow,
}

#[derive(Deserialize)]
struct NelevalRow {
    tp: u64,
    fp: u64,
    #[serde(rename = "fn")]
    missed: u64,
    scores: Three,
}

#[test]
fn nelevals_set_measures_on_nested_mentions_and_lone_documents_are_ours() {
    let mut untyped = 0;
    for (number, set) in fixture::<NelevalSet>("neleval.json", 40).iter().enumerate() {
        let table = json_lines(&set.gold, &set.predicted);
        let compare = |measure, row: &NelevalRow| {
            let counts = table.get(Measure::Entity(measure), "*");
            let found = (
                counts.correct,
                counts.actual() - counts.correct,
                counts.possible() - counts.correct,
            );
            assert_eq!(
                found,
                (row.tp, row.fp, row.missed),
                "set {number}, {measure}"
            );
            assert_scores(
                Scores::from(counts),
                row.scores,
                &format!("set {number}, {measure}"),
            );
        };
        compare(EntityMeasure::Strict, &set.typed);
        // Two labels over one extent are one untyped mention to neleval's sets, and two mentions to a pairing.
        let counts = table.get(Measure::Entity(EntityMeasure::Exact), "*");
        let items = (counts.possible(), counts.actual());
        if items
            == (
                set.untyped.tp + set.untyped.missed,
                set.untyped.tp + set.untyped.fp,
            )
        {
            untyped += 1;
            compare(EntityMeasure::Exact, &set.untyped);
        }
    }
    assert!(
        untyped >= 5,
        "{untyped} sets without two labels over one extent"
    );
}

#[derive(Deserialize)]
struct ChrfPair {
    hypothesis: String,
    reference: String,
    score: f64,
}

#[test]
fn sacrebleus_chrf2_is_ours_to_the_last_digit() {
    for pair in fixture::<ChrfPair>("chrf.json", 204) {
        let found = 100.0 * chrf2(&pair.reference, &pair.hypothesis);
        assert!(
            (found - pair.score).abs() <= 1e-12 * 100.0,
            "{:?} against {:?}: {found} is not {}",
            pair.hypothesis,
            pair.reference,
            pair.score
        );
    }
}

#[derive(Deserialize)]
struct Departure {
    peer: String,
    version: String,
    case: String,
    gold: String,
    predicted: String,
    scheme: Option<String>,
    ill_formed: Option<String>,
    measure: Option<String>,
    average: Option<String>,
    ours: Option<OurCounts>,
    ours_scores: Option<Three>,
    says: String,
    why: String,
}

#[derive(Deserialize)]
struct OurCounts {
    correct: u64,
    incorrect: u64,
    partial: u64,
    missing: u64,
    spurious: u64,
}

#[test]
fn where_we_depart_from_a_peer_we_say_what_is_recorded() {
    for departure in fixture::<Departure>("departures.json", 36) {
        let what = format!(
            "{} {}, {}",
            departure.peer, departure.version, departure.case
        );
        assert!(
            !departure.says.is_empty() && !departure.why.is_empty(),
            "{what}"
        );
        let table = match &departure.scheme {
            None => json_lines(&departure.gold, &departure.predicted),
            Some(scheme) => {
                let ill_formed = match departure.ill_formed.as_deref() {
                    Some("strict") => IllFormed::SeqevalStrict,
                    Some("conlleval") => IllFormed::Conlleval,
                    _ => IllFormed::Refuse,
                };
                let format = columns(scheme, ill_formed);
                counted(format, &departure.gold, Some(&departure.predicted))
            }
        };
        if let Some(expected) = departure.ours {
            let measure = EntityMeasure::from_name(&departure.measure.unwrap()).unwrap();
            let counts = table.get(Measure::Entity(measure), "*");
            let expected = [
                expected.correct, expected.incorrect, expected.partial, expected.missing,
                expected.spurious,
            ];
            assert_eq!(five(counts), expected, "{what}");
        } else {
            let average = Average::from_name(&departure.average.unwrap()).unwrap();
            let found = average.of(&table, STRICT, Conventions::default());
            assert_scores(found, departure.ours_scores.unwrap(), &what);
        }
    }
}
