//! The statistics keep what they promise, in short: `benches/calibration.rs` does the same with thousands of simulations, and the bounds here are four standard errors of a few hundred.

use goldspan::annotation::Task;
use goldspan::compare::Asked;
use goldspan::config::Gate;
use goldspan::counts::{Annotated, Measures};
use goldspan::error::Excerpt;
use goldspan::gate::{Baselines, Verdict, judge};
use goldspan::ledger::{CorpusLedger, DocumentKey, Ledger, Rows, SystemLedger};
use goldspan::run::resample::{differences, intervals};
use goldspan::scores::{Conventions, Metric};
use goldspan::statistics::{ALPHA, CONFIDENCE, Interval, holm, resolution};

use crate::simulated::{Design, Drawn, TRUE_F1, Unit};

/// P-values can be .05 exactly.
const REPLICATES: u32 = 199;

/// Two equally good extractors whose errors come in clusters.
const EQUAL: Design = Design {
    documents: 60,
    mentions: [15, 25],
    labels: 0,
    clustering: 0.12,
    apart: 1.0,
    drop: 0.0,
};

/// How often something happened, beside how often it should: at most four standard errors apart.
#[track_caller]
fn assert_share(found: &[bool], expected: f64, what: &str) {
    let (share, error) = share(found, expected);
    assert!(
        (share - expected).abs() <= 4.0 * error,
        "{what}: {share} is not {expected}"
    );
}

fn share(found: &[bool], expected: f64) -> (f64, f64) {
    let number = found.len() as f64;
    let share = found.iter().filter(|found| **found).count() as f64 / number;
    (share, (expected * (1.0 - expected) / number).sqrt())
}

/// What came out of each of many simulations.
struct Found {
    /// The p-value of the test.
    p: Vec<f64>,
    /// Whether the interval of the first extractor's F1 covers the truth.
    one: Vec<bool>,
    /// Whether that of the difference does.
    both: Vec<bool>,
}

impl Found {
    fn of(design: Design, unit: Unit, simulations: u64) -> Self {
        let (mut p, mut one, mut both) = (Vec::new(), Vec::new(), Vec::new());
        for simulation in 0..simulations {
            let Drawn {
                samples: [first, second],
                quantities,
                resampling,
            } = design.draw(simulation, unit, REPLICATES);
            let found = differences([&first, &second], &quantities, &resampling).unwrap()[0];
            let covers = |interval: Option<Interval>, truth: f64| {
                interval.is_some_and(|interval| interval.low <= truth && truth <= interval.high)
            };
            let alone = intervals(&first, &quantities, &resampling).unwrap()[0];
            p.push(found.tested.unwrap().p);
            one.push(covers(alone, TRUE_F1));
            both.push(covers(found.interval, -design.drop));
        }
        Self { p, one, both }
    }

    fn alarms(&self) -> Vec<bool> {
        self.p.iter().map(|p| *p <= ALPHA).collect()
    }
}

#[test]
fn equal_extractors_are_called_different_at_the_level_and_intervals_cover() {
    let found = Found::of(EQUAL, Unit::Document, 400);
    assert_share(&found.alarms(), ALPHA, "false alarms");
    assert_share(&found.one, CONFIDENCE, "coverage of F1");
    assert_share(&found.both, CONFIDENCE, "coverage of the difference");
    // The bounds are narrow enough to tell: a test of the direction that was observed, as some scorers have it, halves p and would not pass.
    let halved: Vec<bool> = found.p.iter().map(|p| p / 2.0 <= ALPHA).collect();
    let (share, error) = share(&halved, ALPHA);
    assert!(share > ALPHA + 4.0 * error, "{share}");
}

#[test]
fn few_documents_with_few_entities_are_no_exception() {
    let design = Design {
        documents: 20,
        mentions: [5, 8],
        ..EQUAL
    };
    let found = Found::of(design, Unit::Document, 400);
    assert_share(&found.alarms(), ALPHA, "false alarms");
}

/// Nor would mentions do as units, as if the errors in a document knew nothing of each other: that breaks every bound by far.
#[test]
fn resampling_mentions_in_place_of_documents_would_not_pass() {
    let design = Design {
        documents: 20,
        mentions: [40, 40],
        ..EQUAL
    };
    let found = Found::of(design, Unit::Mention, 60);
    for (found, expected) in [
        (found.alarms(), ALPHA),
        (found.one, CONFIDENCE),
        (found.both, CONFIDENCE),
    ] {
        let (share, error) = share(&found, expected);
        assert!((share - expected).abs() > 8.0 * error, "{share}");
    }
}

#[test]
fn a_family_of_ten_labels_is_called_different_at_most_at_the_level() {
    let design = Design {
        documents: 50,
        labels: 10,
        ..EQUAL
    };
    let (mut plain, mut corrected) = (Vec::new(), Vec::new());
    for simulation in 0..100 {
        // After Holm the smallest of ten can be .05 exactly.
        let mut drawn = design.draw(simulation, Unit::Document, REPLICATES);
        drawn.quantities.remove(0);
        let [first, second] = &drawn.samples;
        let family = differences([first, second], &drawn.quantities, &drawn.resampling).unwrap();
        let p: Vec<f64> = family.iter().map(|d| d.tested.unwrap().p).collect();
        let any = |p: &[f64]| p.iter().any(|p| *p <= ALPHA);
        plain.push(any(&p));
        corrected.push(any(&holm(&p)));
    }
    let (with, error) = share(&corrected, ALPHA);
    assert!(with <= ALPHA + 4.0 * error, "{with}");
    assert!(share(&plain, ALPHA).0 > ALPHA + 4.0 * error, "{plain:?}");
}

#[test]
fn a_drop_is_found_as_often_as_was_foretold() {
    let told = (0..20).filter_map(|simulation| {
        let drawn = EQUAL.draw(simulation, Unit::Document, 999);
        let [first, second] = &drawn.samples;
        let compared = differences([first, second], &drawn.quantities, &drawn.resampling);
        resolution(compared.unwrap()[0].standard_error?, EQUAL.documents, ALPHA)
    });
    let told: Vec<f64> = told.map(|resolved| resolved.difference).collect();
    let design = Design {
        drop: told.iter().sum::<f64>() / told.len() as f64,
        ..EQUAL
    };
    let found = Found::of(design, Unit::Document, 200);
    assert_share(&found.alarms(), 0.8, "drops found");
    assert_share(&found.both, CONFIDENCE, "coverage of the drop");
}

/// A gate on F1 of each of ten labels, each of which may not drop at all.
fn ten_gated_labels() -> Gate {
    Gate {
        metric: Metric::from_name("entity.strict.f1").unwrap(),
        labels: (1..=10).map(|label| format!("L{label}")).collect(),
        corpus: None,
        extractor: None,
        slice: None,
        floor: None,
        max_drop: Some(0.0),
        hard_drop: None,
        min_support: None,
        baseline: "main".to_owned(),
        allow_missing_baseline: false,
        place: ("goldspan.toml".into(), Excerpt::of("[[gate]]", 0..8)),
    }
}

/// What a run of one extractor keeps.
fn kept(documents: Vec<DocumentKey>, rows: Rows) -> Ledger {
    let system = SystemLedger {
        name: "simulated".to_owned(),
        extractor: "simulated".to_owned(),
        version: "1".to_owned(),
        tasks: vec![Task::Entities],
        repeats: 1,
        failures: Vec::new(),
        rows,
    };
    let corpus = CorpusLedger {
        name: "simulated".to_owned(),
        annotated: Annotated::default(),
        documents,
        systems: vec![system],
    };
    Ledger {
        measures: Measures {
            entity: vec![goldspan::matching::EntityMeasure::Strict],
            ..Measures::default()
        },
        labels: Vec::new(),
        corpora: vec![corpus],
    }
}

/// The worst verdict of ten gated labels in each of many simulations.
fn gated(design: Design, simulations: u64) -> Vec<bool> {
    let asked = Asked {
        primary: None,
        intersect: false,
        slices: Vec::new(),
        cluster: None,
        // The smallest p-value must survive a correction for ten.
        replicates: 999,
        conventions: Conventions::default(),
        threads: std::num::NonZeroUsize::MIN,
    };
    let worse = |simulation| {
        let (keys, [first, second]) = design.counts(simulation, Unit::Document);
        let baseline = kept(keys.clone(), first);
        let baselines = Baselines::from([("main".to_owned(), Ok(baseline))]);
        let gates = [ten_gated_labels()];
        let judged = judge(&gates, &kept(keys, second), &baselines, &asked).unwrap();
        assert_eq!(judged.judged.len(), 10);
        judged.verdict() == Some(Verdict::Worse)
    };
    (0..simulations).map(worse).collect()
}

#[test]
fn a_gate_of_ten_labels_stops_an_equally_good_version_at_most_at_its_level() {
    let design = Design {
        documents: 40,
        labels: 10,
        ..EQUAL
    };
    let (stopped, error) = share(&gated(design, 60), ALPHA);
    assert!(stopped <= ALPHA + 4.0 * error, "{stopped}");
    // One that is much worse is stopped nearly always.
    let worse = Design {
        drop: 0.15,
        ..design
    };
    let (stopped, _) = share(&gated(worse, 15), ALPHA);
    assert!(stopped > 0.8, "{stopped}");
}
