//! P-values, intervals and corrections beside those of SciPy and statsmodels (`tests/parity/significance.json`), and the cases whose answer is known.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use goldspan::annotation::{ALL_LABELS, Label};
use goldspan::counts::{Cell, Counts, Measure};
use goldspan::ledger::{DocumentKey, Rows};
use goldspan::matching::EntityMeasure;
use goldspan::run::resample::{Difference, Resampling, differences, intervals, method};
use goldspan::scores::{Average, Conventions, Metric, Ratio};
use goldspan::statistics::{
    ALPHA, Interval, Layout, Method, Quantity, Sample, Units, benjamini_hochberg, delta, holm,
};
use serde::Deserialize;

use crate::scratch::repository;

/// Ours; the fixture has ten times as many.
const REPLICATES: u32 = 10_000;

/// The standard error of an end of a percentile interval, in widths of the interval, times the root of the number of replicates: a share of .025 is estimated with
/// sqrt(.025 * .975), the normal density there is .0584, and the interval is 3.92 standard deviations wide.
const END_ERROR: f64 = 0.156_1 / 0.058_4 / 3.92;

/// What counts as the same in simulation: so many standard errors. There are some hundred comparisons.
const ERRORS: f64 = 5.0;

/// Documents as correct, missing, spurious.
type System = Vec<[u64; 3]>;

#[derive(Deserialize)]
struct Fixture {
    exact: Vec<Case>,
    sampled: Vec<Case>,
    large: Vec<Case>,
    families: Vec<Family>,
    resamples: f64,
}

#[derive(Deserialize)]
struct Case {
    systems: [System; 2],
    #[serde(default)]
    method: String,
    p: BTreeMap<String, f64>,
    #[serde(default)]
    first: BTreeMap<String, [f64; 3]>,
    #[serde(default)]
    difference: BTreeMap<String, [f64; 3]>,
}

#[derive(Deserialize)]
struct Family {
    p: Vec<f64>,
    holm: Vec<f64>,
    fdr_bh: Vec<f64>,
    false_discovery_control: Vec<f64>,
}

fn fixture() -> Fixture {
    let path = repository().join("tests/parity/significance.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn cell() -> Cell {
    Cell {
        measure: Measure::Entity(EntityMeasure::Strict),
        label: Label::Borrowed(ALL_LABELS),
    }
}

/// Two systems, with precision, recall and F1, ready for statistics.
struct Ready {
    samples: [Sample; 2],
    quantities: Vec<Quantity>,
    resampling: Resampling,
}

impl Ready {
    fn of(systems: &[System; 2]) -> Self {
        let rows = systems.each_ref().map(|system| {
            let mut rows = Rows::default();
            for &[correct, missing, spurious] in system {
                let counts = Counts {
                    correct,
                    missing,
                    spurious,
                    ..Counts::default()
                };
                rows.push([(cell(), counts)].into_iter());
            }
            rows
        });
        let keys = (0..systems[0].len()).map(|number| DocumentKey {
            id: number.to_string(),
            ..DocumentKey::default()
        });
        let units = Units::of(&keys.collect::<Vec<_>>(), None);
        let layout = Layout::of(&rows);
        let conventions = Conventions::default();
        let quantity = |ratio| {
            layout.quantity(&Metric {
                cell: cell(),
                average: Average::Micro,
                ratio,
            })
        };
        Self {
            samples: [0, 1].map(|at| layout.sample(&rows[at], &units, conventions)),
            quantities: Ratio::ALL.map(|ratio| quantity(ratio).unwrap()).into(),
            resampling: Resampling {
                replicates: REPLICATES,
                conventions,
                seed: units.seed(),
                threads: NonZeroUsize::MIN,
            },
        }
    }

    /// What the two come to, by the name of the ratio.
    fn compared(&self) -> BTreeMap<&'static str, Difference> {
        let [first, second] = &self.samples;
        let found = differences([first, second], &self.quantities, &self.resampling).unwrap();
        let names = Ratio::ALL.map(Ratio::name);
        names.into_iter().zip(found).collect()
    }
}

/// As far from the peer's interval as chance explains, in either end.
#[track_caller]
fn assert_close(found: Interval, expected: [f64; 3], within: f64, what: &str) {
    let [low, high, _] = expected;
    for (found, expected) in [(found.low, low), (found.high, high)] {
        let apart = (found - expected).abs() / (high - low);
        assert!(
            apart <= within,
            "{what}: {found} is {apart:.4} widths from {expected}"
        );
    }
}

#[test]
fn exact_p_values_are_scipys_to_the_last_digit() {
    let mut compared = 0;
    for (number, case) in fixture().exact.iter().enumerate() {
        for (ratio, found) in Ready::of(&case.systems).compared() {
            let tested = found.tested.unwrap();
            assert!(tested.exact);
            let expected = case.p[ratio];
            assert!(
                (tested.p - expected).abs() <= 1e-12,
                "set {number}, {ratio}: {} is not {expected}",
                tested.p
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 51);
}

#[test]
fn p_values_and_intervals_are_scipys_as_far_as_chance_lets_them() {
    let Fixture {
        sampled, resamples, ..
    } = fixture();
    let both = (1.0 / f64::from(REPLICATES) + 1.0 / resamples).sqrt();
    let within = ERRORS * END_ERROR * both;
    // That is a twentieth of the interval: wrong units or a one-sided interval would not pass.
    assert!(within < 0.05, "{within}");
    let mut methods = [0, 0];
    for case in &sampled {
        let documents = case.systems[0].len();
        let bca = method(documents) == Method::Bca;
        assert_eq!(case.method, ["percentile", "BCa"][usize::from(bca)]);
        methods[usize::from(bca)] += 1;
        let ready = Ready::of(&case.systems);
        let alone = intervals(&ready.samples[0], &ready.quantities, &ready.resampling).unwrap();
        for ((ratio, found), alone) in ready.compared().into_iter().zip(in_names(alone)) {
            let what = format!("{documents} documents, {ratio}");
            let expected = case.p[ratio];
            let p = found.tested.unwrap().p;
            let error = (expected * (1.0 - expected)).sqrt() * both;
            assert!(
                // Both count the observed difference as one of the replicates.
                (p - expected).abs() <= ERRORS * error + 1.0 / f64::from(REPLICATES),
                "{what}: {p} is not {expected}"
            );
            assert_close(alone.unwrap(), case.first[ratio], within, &what);
            let difference = case.difference[ratio];
            assert_close(found.interval.unwrap(), difference, within, &what);
            let error = found.standard_error.unwrap() / difference[2] - 1.0;
            // A standard deviation of R normal numbers is uncertain by 1 in sqrt(2 R).
            assert!(error.abs() <= ERRORS * both / 2.0_f64.sqrt(), "{what}");
        }
    }
    assert_eq!(methods, [4, 4]);
}

/// In the order in which a map has the ratios: F1, precision, recall.
fn in_names<T>(of_ratios: Vec<T>) -> Vec<T> {
    let names = Ratio::ALL.map(Ratio::name).into_iter();
    let named: BTreeMap<&str, T> = names.zip(of_ratios).collect();
    named.into_values().collect()
}

/// What takes the place of the bootstrap above 50,000 documents agrees with it long before.
#[test]
fn the_delta_method_agrees_with_scipys_bootstrap_to_a_hundredth_of_the_width() {
    for case in fixture().large {
        assert!(case.systems[0].len() == 2000 && case.method == "percentile");
        let ready = Ready::of(&case.systems);
        let [first, second] = &ready.samples;
        let f1 = &ready.quantities[2];
        let both = Sample {
            units: first.units,
            columns: [first.columns.clone(), second.columns.clone()].concat(),
        };
        let moved = f1.moved_by(first.columns.len());
        let conventions = ready.resampling.conventions;
        let alone = delta(first, &[(1.0, f1)], conventions).unwrap();
        let paired = delta(&both, &[(1.0, &moved), (-1.0, f1)], conventions).unwrap();
        for ((estimate, error), expected) in
            [(alone, case.first["f1"]), (paired, case.difference["f1"])]
        {
            let interval = Interval::normal(estimate, error);
            assert_close(interval, expected, 0.01, "delta");
            assert!((error / expected[2] - 1.0).abs() < 0.01);
        }
    }
}

#[test]
fn corrections_are_those_of_statsmodels_and_scipy_to_the_last_digit() {
    let families = fixture().families;
    assert_eq!(families.len(), 14);
    for family in families {
        let adjusted = benjamini_hochberg(&family.p);
        for (found, expected) in [
            (holm(&family.p), &family.holm),
            (adjusted.clone(), &family.fdr_bh),
            (adjusted, &family.false_discovery_control),
        ] {
            assert_eq!(found.len(), expected.len());
            let pairs = found.iter().zip(expected);
            for (found, expected) in pairs {
                assert!((found - expected).abs() <= 1e-12, "{found}, {expected}");
            }
        }
    }
}

#[test]
fn identical_systems_have_p_one_and_a_difference_of_nothing() {
    for case in fixture().sampled {
        let [system, _] = case.systems;
        for (ratio, found) in Ready::of(&[system.clone(), system.clone()]).compared() {
            let tested = found.tested.unwrap();
            assert_eq!(
                (tested.p.to_bits(), tested.differing),
                (1.0_f64.to_bits(), 0),
                "{ratio}"
            );
            let nothing = Interval {
                low: 0.0,
                high: 0.0,
            };
            assert_eq!(
                (found.difference, found.interval),
                (Some(0.0), Some(nothing))
            );
        }
    }
}

/// However many documents there are, and however large the difference: what counts is in how many the systems differ.
#[test]
fn five_differing_documents_or_fewer_can_never_be_below_the_level() {
    for (differing, possible) in [(1, false), (2, false), (4, false), (5, false), (6, true)] {
        let first: System = vec![[10, 10, 0]; 100];
        let mut second = first.clone();
        second[..differing].fill([20, 0, 0]);
        let found = Ready::of(&[first, second]).compared()["recall"];
        let tested = found.tested.unwrap();
        assert_eq!(tested.differing, differing);
        assert!((tested.p - tested.smallest_possible()).abs() < 1e-12);
        assert_eq!(tested.p <= ALPHA, possible, "{differing}");
        assert_eq!(tested.smallest_possible() <= ALPHA, possible);
    }
}

/// What was observed is one of the ways of swapping: a p-value of nothing would claim more than was tried.
#[test]
fn no_p_value_is_below_one_of_the_replicates_and_the_observed() {
    let first: System = (0..40).map(|at| [10 + at % 3, 30 + at % 5, 5]).collect();
    let better = |[correct, missing, spurious]: &[u64; 3]| [correct + 9, missing - 9, *spurious];
    let second = first.iter().map(better).collect();
    let tested = Ready::of(&[first, second]).compared()["f1"].tested.unwrap();
    assert!(!tested.exact && tested.differing == 40);
    assert!((tested.p - 1.0 / 10_001.0).abs() < 1e-15, "{}", tested.p);
}
