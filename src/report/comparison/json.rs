//! Comparisons for programs: everything, in serde structs; what is undefined is `null`.

use std::io::{self, Write};

use serde::Serialize;

use super::{Shown, identical, of_ranking, sentence};
use crate::compare::{Comparison, Item, Items, Several};
use crate::counts::Counts;
use crate::mistakes::Side;
use crate::report::SCHEMA;
use crate::run::resample::Difference;

#[derive(Debug, Serialize)]
struct Compared<'a> {
    schema: u32,
    comparisons: Vec<ComparisonOut<'a>>,
    rankings: Vec<RankingOut<'a>>,
}

#[derive(Debug, Serialize)]
struct ComparisonOut<'a> {
    first: SystemOut<'a>,
    second: SystemOut<'a>,
    identical: bool,
    corpus: &'a str,
    documents: usize,
    units: usize,
    method: &'static str,
    resamples: u32,
    verdict: String,
    primary: RowOut,
    left_out: &'a [String],
    notes: &'a [String],
    resolution: Option<ResolutionOut>,
    scores: Vec<RowOut>,
    slices: Vec<SliceOut<'a>>,
    moved: Vec<MovedOut<'a>>,
    items: Option<ItemsOut<'a>>,
}

#[derive(Debug, Serialize)]
struct SystemOut<'a> {
    name: &'a str,
    origin: &'a str,
}

#[derive(Debug, Serialize)]
struct ResolutionOut {
    difference: f64,
    units_for_a_point: Option<u64>,
}

#[derive(Debug, Serialize)]
struct RowOut {
    metric: String,
    #[serde(flatten)]
    difference: DifferenceOut,
}

/// A difference; also what the rows of CSV are made of.
#[derive(Debug, Serialize)]
pub(super) struct DifferenceOut {
    first: Option<f64>,
    second: Option<f64>,
    difference: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    standard_error: Option<f64>,
    p: Option<f64>,
    exact: Option<bool>,
    differing: Option<usize>,
    p_adjusted: Option<f64>,
}

impl DifferenceOut {
    /// The numbers of a difference.
    pub(super) fn of(own: &Difference, adjusted: Option<f64>) -> Self {
        Self {
            first: own.first,
            second: own.second,
            difference: own.difference,
            low: own.interval.map(|interval| interval.low),
            high: own.interval.map(|interval| interval.high),
            standard_error: own.standard_error,
            p: own.tested.map(|tested| tested.p),
            exact: own.tested.map(|tested| tested.exact),
            differing: own.tested.map(|tested| tested.differing),
            p_adjusted: adjusted,
        }
    }

    /// The same numbers, the difference the other way round.
    pub(super) fn turned(self) -> Self {
        Self {
            difference: self.difference.map(|own| -own),
            low: self.high.map(|own| -own),
            high: self.low.map(|own| -own),
            ..self
        }
    }

    /// The numbers as the cells of a row.
    pub(super) fn cells(&self) -> impl Serialize + '_ {
        (
            [self.first, self.second, self.difference],
            [self.low, self.high, self.standard_error],
            self.p,
            self.exact,
            self.differing,
            self.p_adjusted,
        )
    }
}

#[derive(Debug, Serialize)]
struct SliceOut<'a> {
    key: &'a str,
    value: &'a str,
    documents: usize,
    #[serde(flatten)]
    difference: DifferenceOut,
}

#[derive(Debug, Serialize)]
struct MovedOut<'a> {
    document: &'a str,
    errors: [u64; 2],
    more_errors: i64,
    first: CountsOut,
    second: CountsOut,
}

#[derive(Debug, Serialize)]
struct CountsOut {
    correct: u64,
    incorrect: u64,
    partial: u64,
    missing: u64,
    spurious: u64,
}

impl From<Counts> for CountsOut {
    fn from(counts: Counts) -> Self {
        Self {
            correct: counts.correct,
            incorrect: counts.incorrect,
            partial: counts.partial,
            missing: counts.missing,
            spurious: counts.spurious,
        }
    }
}

#[derive(Debug, Serialize)]
struct ItemsOut<'a> {
    wrong_in_both: u64,
    cut: bool,
    fixed: Vec<ItemOut<'a>>,
    broken: Vec<ItemOut<'a>>,
}

#[derive(Debug, Serialize)]
struct ItemOut<'a> {
    kind: &'static str,
    task: &'static str,
    part: &'static str,
    document: &'a str,
    line: usize,
    gold: Option<SideOut<'a>>,
    predicted: Option<SideOut<'a>>,
}

#[derive(Debug, Serialize)]
struct SideOut<'a> {
    spans: &'a [(usize, usize)],
    label: &'a str,
    words: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct RankingOut<'a> {
    corpus: &'a str,
    metric: String,
    documents: usize,
    units: usize,
    method: &'static str,
    resamples: u32,
    verdict: String,
    left_out: &'a [String],
    origins: Vec<SystemOut<'a>>,
    systems: Vec<RankedOut<'a>>,
    pairs: Vec<PairOut<'a>>,
}

#[derive(Debug, Serialize)]
struct RankedOut<'a> {
    rank: usize,
    name: &'a str,
    score: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    groups: &'a [usize],
}

/// Of a pair the difference is the first less the second: the better less the worse.
#[derive(Debug, Serialize)]
struct PairOut<'a> {
    better: &'a str,
    worse: &'a str,
    #[serde(flatten)]
    difference: DifferenceOut,
}

/// Writes everything as one object, ending in a line end.
///
/// # Errors
/// Where it cannot be written.
pub fn write_json(shown: &Shown<'_>, mut out: impl Write) -> io::Result<()> {
    let compared = Compared {
        schema: SCHEMA,
        comparisons: shown.comparisons.iter().map(comparison).collect(),
        rankings: shown.rankings.iter().map(ranking).collect(),
    };
    serde_json::to_writer_pretty(&mut out, &compared)?;
    writeln!(out)
}

fn comparison(own: &Comparison) -> ComparisonOut<'_> {
    let system = |side: usize| SystemOut {
        name: &own.names[side],
        origin: &own.origins[side],
    };
    let row = |row: &crate::compare::Row| RowOut {
        metric: row.metric.to_string(),
        difference: DifferenceOut::of(&row.difference, row.adjusted),
    };
    let slices = own.slices.iter().map(|slice| SliceOut {
        key: &slice.key,
        value: &slice.value,
        documents: slice.documents,
        difference: DifferenceOut::of(&slice.difference, slice.adjusted),
    });
    let moved = own.moved.iter().map(|moved| MovedOut {
        document: &moved.document,
        errors: moved.errors(),
        more_errors: moved.more_errors(),
        first: moved.counts[0].into(),
        second: moved.counts[1].into(),
    });
    ComparisonOut {
        first: system(0),
        second: system(1),
        identical: identical(own),
        corpus: &own.corpus,
        documents: own.documents,
        units: own.units,
        method: own.method.name(),
        resamples: own.replicates,
        verdict: sentence(own),
        primary: row(&own.primary),
        left_out: &own.left_out,
        notes: &own.notes,
        resolution: own.resolution.map(|resolution| ResolutionOut {
            difference: resolution.difference,
            units_for_a_point: resolution.units_for_a_point,
        }),
        scores: own.rows.iter().map(row).collect(),
        slices: slices.collect(),
        moved: moved.collect(),
        items: own.items.as_ref().map(items),
    }
}

fn items(own: &Items) -> ItemsOut<'_> {
    ItemsOut {
        wrong_in_both: own.both,
        cut: own.cut,
        fixed: own.fixed.iter().map(item).collect(),
        broken: own.broken.iter().map(item).collect(),
    }
}

fn item(own: &Item) -> ItemOut<'_> {
    ItemOut {
        kind: own.kind.name(),
        task: own.task.name(),
        part: own.part,
        document: &own.document,
        line: own.line,
        gold: own.gold.as_ref().map(side),
        predicted: own.predicted.as_ref().map(side),
    }
}

fn side(own: &Side) -> SideOut<'_> {
    SideOut {
        spans: &own.spans,
        label: &own.label,
        words: own.words.as_deref(),
    }
}

fn ranking(several: &Several) -> RankingOut<'_> {
    let own = &several.ranking;
    let systems = own.systems.iter().enumerate();
    let systems = systems.map(|(place, system)| RankedOut {
        rank: place + 1,
        name: &system.name,
        score: system.score,
        low: system.interval.map(|interval| interval.low),
        high: system.interval.map(|interval| interval.high),
        groups: &system.groups,
    });
    let pairs = own.pairs.iter();
    let pairs = pairs.map(|(better, worse, difference, adjusted)| PairOut {
        better: &own.systems[*better].name,
        worse: &own.systems[*worse].name,
        difference: DifferenceOut::of(difference, *adjusted),
    });
    let origins = several.origins.iter();
    RankingOut {
        corpus: &own.corpus,
        metric: own.metric.to_string(),
        documents: own.documents,
        units: several.units,
        method: several.method.name(),
        resamples: several.replicates,
        verdict: of_ranking(several),
        left_out: &several.left_out,
        origins: origins
            .map(|(name, origin)| SystemOut { name, origin })
            .collect(),
        systems: systems.collect(),
        pairs: pairs.collect(),
    }
}
