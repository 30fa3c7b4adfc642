//! The coefficients beyond chance against scikit-learn, the package krippendorff, and exact fractions of the unitizing alpha; `tests/parity` holds them.

use std::collections::{BTreeMap, BTreeSet};

use goldspan::agreement::{Alpha, Kappa, Units, all_labels, alpha_u};
use serde::Deserialize;

use crate::scratch::repository;

#[derive(Deserialize)]
struct Fraction {
    numerator: String,
    denominator: String,
}

impl Fraction {
    /// Numerators and denominators of these sizes are exact enough in a float.
    fn value(&self) -> f64 {
        self.numerator.parse::<f64>().unwrap() / self.denominator.parse::<f64>().unwrap()
    }
}

#[derive(Deserialize)]
struct Tokens {
    kappa: Vec<Labelled>,
    alpha: Vec<Labelled>,
}

/// The labels of tokens by annotator; `null` where one did not look at a token.
#[derive(Deserialize)]
struct Labelled {
    name: String,
    annotators: Vec<Vec<Option<String>>>,
    exact: Option<Fraction>,
}

#[derive(Deserialize)]
struct Unitizing {
    published: Vec<Continuum>,
    random: Vec<Continuum>,
}

#[derive(Deserialize)]
struct Continuum {
    name: String,
    length: u64,
    annotators: Vec<Vec<(u64, u64, String)>>,
    alpha_u: ByLabel,
}

#[derive(Deserialize)]
struct ByLabel {
    labels: BTreeMap<String, Expected>,
    all: Option<Fraction>,
}

#[derive(Deserialize)]
struct Expected {
    observed: Fraction,
    expected: Fraction,
    alpha: Option<Fraction>,
}

fn fixture<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    let path = repository().join("tests/parity").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[track_caller]
fn assert_same(found: Option<f64>, expected: Option<&Fraction>, what: &str) {
    let expected = expected.map(Fraction::value);
    match (found, expected) {
        (None, None) => {}
        (Some(found), Some(expected)) => assert!(
            (found - expected).abs() <= 1e-12,
            "{what}: {found} is not {expected}"
        ),
        _ => panic!("{what}: {found:?} is not {expected:?}"),
    }
}

#[test]
fn kappa_is_that_of_scikit_learn() {
    let sets = fixture::<Tokens>("agreement.json").kappa;
    assert_eq!(sets.len(), 44);
    for set in sets {
        let labels = |at: usize| {
            set.annotators[at]
                .iter()
                .map(|label| label.as_deref().unwrap())
        };
        let mut kappa = Kappa::default();
        kappa.add(labels(0), labels(1));
        assert_same(kappa.value(), set.exact.as_ref(), &set.name);
    }
}

#[test]
fn alpha_on_tokens_is_that_of_the_package_krippendorff() {
    let sets = fixture::<Tokens>("agreement.json").alpha;
    assert_eq!(sets.len(), 46);
    for set in sets {
        let mut alpha = Alpha::default();
        for token in 0..set.annotators[0].len() {
            let labels = set
                .annotators
                .iter()
                .filter_map(|labels| labels[token].clone());
            alpha.add(labels);
        }
        assert_same(alpha.value(), set.exact.as_ref(), &set.name);
    }
}

#[test]
fn the_unitizing_alpha_is_the_exact_one_and_the_published_one() {
    let sets = fixture::<Unitizing>("u_alpha.json");
    assert_eq!((sets.published.len(), sets.random.len()), (4, 60));
    for set in sets.published.iter().chain(&sets.random) {
        let labels: BTreeSet<&str> = set
            .annotators
            .iter()
            .flatten()
            .map(|(_, _, label)| label.as_str())
            .collect();
        let mut found = BTreeMap::new();
        for label in labels {
            let units = |units: &Vec<(u64, u64, String)>| -> Units {
                let own = units.iter().filter(|(_, _, own)| own == label);
                let mut own: Units = own.map(|(start, end, _)| (*start, *end)).collect();
                own.sort_unstable();
                own
            };
            let annotators: Vec<Units> = set.annotators.iter().map(units).collect();
            let disagreement = alpha_u(&annotators, set.length).unwrap();
            let (expected, what) = (&set.alpha_u.labels[label], format!("{} {label}", set.name));
            assert_same(Some(disagreement.observed), Some(&expected.observed), &what);
            assert_same(Some(disagreement.expected), Some(&expected.expected), &what);
            assert_same(disagreement.alpha(), expected.alpha.as_ref(), &what);
            found.insert(label.to_owned(), disagreement);
        }
        assert_same(all_labels(&found), set.alpha_u.all.as_ref(), &set.name);
    }
}
