//! Renders a finished run: one room for each output format. Renders; computes nothing but ratios of what was counted.

pub mod accepted;
pub mod agreement;
pub mod comparison;
pub mod csv;
pub mod findings;
pub mod history;
pub mod json;
pub mod judgement;
mod repeats;
pub mod table;

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::annotation::{ALL_LABELS, Task};
use crate::counts::{Cell, Counts, Measure, Role};
use crate::matching::EntityMeasure;
use crate::run::estimates::{Estimates, Intervals};
use crate::run::{CorpusResult, ExtractorResult, Run};
use crate::scores::{Average, Conventions, ErrorRates, Ratio, Scores};
use crate::statistics::Interval;

/// The version of the shapes of `results.json` and of the CSV files.
pub const SCHEMA: u32 = 3;

/// How a run is to be shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Presentation {
    /// How ratios are formed.
    pub conventions: Conventions,
    /// The averages that the tables show beside the pooled scores; the other formats have them all.
    pub averages: Vec<Average>,
    /// What the tables show besides scores; the other formats have all of it.
    pub sections: Vec<Section>,
}

/// A part of the tables that is shown where it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Which label was taken for which.
    Confusion,
    /// MUC's error rates.
    Rates,
    /// What went wrong most often.
    Mistakes,
    /// The intervals of precision and recall beside that of F.
    Intervals,
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 4] = [
        Self::Confusion,
        Self::Rates,
        Self::Mistakes,
        Self::Intervals,
    ];

    /// The name in flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confusion => "confusion",
            Self::Rates => "rates",
            Self::Mistakes => "mistakes",
            Self::Intervals => "intervals",
        }
    }

    /// The section of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }
}

/// The name of F in reports: `f1`, or `f2`, `f0.5`, ...
fn f_name(conventions: Conventions) -> String {
    format!("f{}", conventions.beta)
}

/// A score in four decimals; `-` where it is undefined.
fn ratio(score: Option<f64>) -> String {
    score.map_or_else(|| "-".to_owned(), |score| format!("{score:.4}"))
}

/// The cells of an extractor's table in the order of reports: the measures as configured, all labels first, then label by label; claims by role.
fn ordered(result: &ExtractorResult) -> Vec<(Cell, Counts)> {
    let mut cells: Vec<(Cell, Counts)> = result.table.iter().collect();
    let role = |cell: &Cell| match cell.measure {
        Measure::Entity(_) => None,
        Measure::Claim(_) => Role::from_name(&cell.label),
    };
    cells.sort_by(|(a, _), (b, _)| {
        (a.measure, role(a), &a.label).cmp(&(b.measure, role(b), &b.label))
    });
    cells
}

/// The tasks that the gold annotates and this extractor does not attempt.
fn not_attempted(corpus: &CorpusResult, result: &ExtractorResult) -> Vec<Task> {
    let tasks = corpus.annotated.tasks.iter().copied();
    tasks
        .filter(|task| !result.about.tasks.contains(task))
        .collect()
}

/// Whether entities were counted.
fn has_entities(corpus: &CorpusResult, result: &ExtractorResult) -> bool {
    let of = |tasks: &[Task]| tasks.contains(&Task::Entities);
    of(&corpus.annotated.tasks) && of(&result.about.tasks)
}

/// One value of a row: the same in `scores.csv` and `results.json`. What is undefined is an empty cell, or `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum Field {
    Text(Cow<'static, str>),
    Count(u64),
    Score(Option<f64>),
    Nothing(()),
}

/// Named values in order.
#[derive(Debug)]
struct Row(Vec<(Cow<'static, str>, Field)>);

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, field)| (name, field)))
    }
}

/// The values of a score: the counts where it has counts, and the ratios.
fn score_row(
    measure: Measure,
    label: Cow<'static, str>,
    average: &'static str,
    counts: Option<Counts>,
    scores: Scores,
    conventions: Conventions,
    (of_ratios, of_rates): ([Option<Interval>; 3], [Option<Interval>; 4]),
) -> Row {
    let text =
        |name: &'static str, text: Cow<'static, str>| (Cow::Borrowed(name), Field::Text(text));
    let mut row = vec![
        text("task", measure.task().name().into()),
        text("measure", measure.to_string().into()),
        text("label", label),
        text("average", average.into()),
    ];
    let count = |of: fn(&Counts) -> u64| match &counts {
        Some(counts) => Field::Count(of(counts)),
        None => Field::Nothing(()),
    };
    row.extend([
        ("correct".into(), count(|counts| counts.correct)),
        ("incorrect".into(), count(|counts| counts.incorrect)),
        ("partial".into(), count(|counts| counts.partial)),
        ("missing".into(), count(|counts| counts.missing)),
        ("spurious".into(), count(|counts| counts.spurious)),
        ("possible".into(), count(Counts::possible)),
        ("actual".into(), count(Counts::actual)),
        ("precision".into(), Field::Score(scores.precision)),
        ("recall".into(), Field::Score(scores.recall)),
        (f_name(conventions).into(), Field::Score(scores.f)),
    ]);
    let rates = counts.map_or([None; 4], |counts| ErrorRates::from(counts).all());
    let names = ["error", "undergeneration", "overgeneration", "substitution"];
    let rates = names.into_iter().zip(rates);
    row.extend(rates.map(|(name, rate)| (name.into(), Field::Score(rate))));
    let ratios = Ratio::ALL.map(|ratio| match ratio {
        Ratio::F => f_name(conventions),
        ratio => ratio.name().to_owned(),
    });
    let ratios = ratios.into_iter().zip(of_ratios);
    let rates = names.map(str::to_owned).into_iter().zip(of_rates);
    for (name, interval) in ratios.chain(rates) {
        let ends = [interval.map(|i| i.low), interval.map(|i| i.high)];
        let names = [format!("{name}_low"), format!("{name}_high")];
        let ends = names.into_iter().zip(ends);
        row.extend(ends.map(|(name, end)| (name.into(), Field::Score(end))));
    }
    Row(row)
}

/// The names of the values of a score.
fn score_names(conventions: Conventions) -> Vec<String> {
    let measure = Measure::Entity(EntityMeasure::Strict);
    let scores = Scores::from(Counts::default());
    let none = ([None; 3], [None; 4]);
    let row = score_row(measure, "".into(), "", None, scores, conventions, none);
    row.0
        .into_iter()
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// The scores of an extractor on a corpus, in the order of reports: after the pooled score of a measure the other averages, then its labels.
fn score_rows(
    corpus: &CorpusResult,
    result: &ExtractorResult,
    conventions: Conventions,
    intervals: Option<&Intervals>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let ratios = |cell: &Cell, average| {
        intervals.map_or([None; 3], |intervals| intervals.ratios(cell, average))
    };
    let rates = |cell: &Cell| intervals.map_or([None; 4], |intervals| intervals.rates(cell));
    for (cell, counts) in ordered(result) {
        let own = (ratios(&cell, Average::Micro), rates(&cell));
        let averages = Average::ALL.map(|average| ratios(&cell, average));
        let pooled = matches!(cell.measure, Measure::Entity(_)) && cell.label == ALL_LABELS;
        let average = if pooled { Average::Micro.name() } else { "" };
        rows.push(score_row(
            cell.measure,
            cell.label,
            average,
            Some(counts),
            Scores::of(counts, conventions),
            conventions,
            own,
        ));
        if pooled && has_entities(corpus, result) {
            for (average, of_ratios) in Average::ALL.iter().zip(averages).skip(1) {
                let scores = average.of(&result.table, cell.measure, conventions);
                rows.push(score_row(
                    cell.measure,
                    ALL_LABELS.into(),
                    average.name(),
                    None,
                    scores,
                    conventions,
                    (of_ratios, [None; 4]),
                ));
            }
        }
    }
    rows
}

/// Every extractor's result with the corpus that it is of.
fn results(run: &Run) -> impl Iterator<Item = (&CorpusResult, &ExtractorResult)> {
    run.corpora
        .iter()
        .flat_map(|corpus| corpus.extractors.iter().map(move |result| (corpus, result)))
}

/// The same with its intervals.
fn estimated<'a>(
    run: &'a Run,
    estimates: &'a Estimates,
) -> impl Iterator<Item = (&'a CorpusResult, &'a ExtractorResult, Option<&'a Intervals>)> {
    let corpora = run.corpora.iter().enumerate();
    corpora.flat_map(move |(at, corpus)| {
        let extractors = corpus.extractors.iter().enumerate();
        extractors.map(move |(place, result)| (corpus, result, estimates.of(at, place)))
    })
}
