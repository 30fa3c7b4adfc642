//! Four systems of a shared task beside each other, from files of columns to intervals and p-values, where the data is present.

use std::num::NonZeroUsize;

use goldspan::annotation::{ALL_LABELS, Label};
use goldspan::corpus::Source;
use goldspan::counts::{Cell, Measure, Measures, Role};
use goldspan::formats::conll::{IllFormed, Reading, Scheme};
use goldspan::formats::{Format, Options};
use goldspan::matching::EntityMeasure;
use goldspan::run::paired::{Keeping, Pairing, Scored, Scoring, score};
use goldspan::run::resample::{Resampling, differences, intervals, method};
use goldspan::scores::{Average, Conventions, Metric, Ratio};
use goldspan::statistics::{Layout, Method, Units, holm};
use snapbox::{assert_data_eq, str};

use crate::real_input::data;

/// In the order of the published F1.
const SYSTEMS: [&str; 4] = ["uh_ritual", "arcada", "flytxt", "mic-cis.txt"];

/// What `goldspan score` makes of a submission, with the counts of every tweet.
fn scored(system: &str) -> Option<Scored> {
    let folder = data("wnut17")?;
    let options = Options {
        tags: Some(Reading {
            scheme: Scheme::Iob2,
            ill_formed: IllFormed::Conlleval,
        }),
        ..Options::default()
    };
    let measures = Measures::default();
    let scoring = Scoring {
        options: [&options; 2],
        pairing: Pairing::Id,
        measures: &measures,
        labels: None,
        roles: &Role::ALL,
        extra_is_spurious: false,
        mistakes: false,
        ledger: Keeping::Counts,
        threads: NonZeroUsize::MIN,
    };
    let source = |name: &str| {
        let format = Format::from_name("conll");
        Source::find(&folder.join(name), format, None, options.limits).unwrap()
    };
    let gold = source("emerging.test.annotated");
    let predicted = source(&format!("submissions/{system}"));
    Some(score(&scoring, &gold, Some(&predicted)).unwrap())
}

#[test]
fn the_systems_of_wnut_2017_come_out_in_their_order_with_what_chance_can_do() {
    let Some(systems) = SYSTEMS.map(scored).into_iter().collect::<Option<Vec<_>>>() else {
        return;
    };
    let units = Units::of(&systems[0].keys, None);
    assert_eq!(units.number(), 1287, "every tweet is a unit");
    assert_eq!(method(1287), Method::Percentile);
    let layout = Layout::of(systems.iter().map(|system| &system.rows)).without_averages();
    let conventions = Conventions::default();
    let f1 = Metric {
        cell: Cell {
            measure: Measure::Entity(EntityMeasure::Strict),
            label: Label::Borrowed(ALL_LABELS),
        },
        average: Average::Micro,
        ratio: Ratio::F,
    };
    let f1 = [layout.quantity(&f1).unwrap()];
    let resampling = Resampling {
        // A fifth of what is drawn in earnest: the suite is not optimised.
        replicates: 2000,
        conventions,
        seed: units.seed(),
        threads: NonZeroUsize::MIN,
    };
    let samples = systems.iter().map(|system| {
        assert_eq!(system.keys, systems[0].keys, "the same tweets");
        layout.sample(&system.rows, &units, conventions)
    });
    let samples: Vec<_> = samples.collect();
    let mut table = String::new();
    for (name, sample) in SYSTEMS.iter().zip(&samples) {
        let value = 100.0 * f1[0].of(&sample.totals(), conventions).unwrap();
        let interval = intervals(sample, &f1, &resampling).unwrap()[0].unwrap();
        let [low, high] = [interval.low, interval.high].map(|end| 100.0 * end);
        table += &format!("{name:24}{value:6.2}  [{low:.1}, {high:.1}]\n");
    }
    let pairs = (0..4).flat_map(|a| (a + 1..4).map(move |b| (a, b)));
    let pairs: Vec<(usize, usize)> = pairs.collect();
    let compared = pairs.iter().map(|&(a, b)| {
        let samples = [&samples[a], &samples[b]];
        differences(samples, &f1, &resampling).unwrap()[0]
    });
    let compared: Vec<_> = compared.collect();
    let p: Vec<f64> = compared.iter().map(|d| d.tested.unwrap().p).collect();
    for (((a, b), found), (p, held)) in pairs.iter().zip(&compared).zip(p.iter().zip(holm(&p))) {
        let interval = found.interval.unwrap();
        let ends = [found.difference.unwrap(), interval.low, interval.high];
        let [difference, low, high] = ends.map(|end| 100.0 * end);
        let pair = format!("{} - {}", SYSTEMS[*b], SYSTEMS[*a]);
        table += &format!(
            "{pair:24}{difference:6.2}  [{low:.1}, {high:.1}]  p {p:.4}, Holm {held:.4}, {} tweets differ\n",
            found.tested.unwrap().differing
        );
    }
    assert_data_eq!(
        table,
        str![[r#"
uh_ritual                41.86  [38.1, 45.1]
arcada                   39.98  [36.6, 43.1]
flytxt                   38.35  [34.9, 41.8]
mic-cis.txt              37.06  [34.0, 40.2]
arcada - uh_ritual       -1.88  [-4.5, 0.8]  p 0.1714, Holm 0.5142, 372 tweets differ
flytxt - uh_ritual       -3.51  [-6.2, -0.8]  p 0.0155, Holm 0.0775, 343 tweets differ
mic-cis.txt - uh_ritual  -4.81  [-7.6, -1.9]  p 0.0015, Holm 0.0090, 448 tweets differ
flytxt - arcada          -1.62  [-4.0, 0.8]  p 0.1964, Holm 0.5142, 370 tweets differ
mic-cis.txt - arcada     -2.92  [-5.7, -0.3]  p 0.0415, Holm 0.1659, 484 tweets differ
mic-cis.txt - flytxt     -1.30  [-4.0, 1.5]  p 0.3448, Holm 0.5142, 475 tweets differ

"#]]
    );
}
