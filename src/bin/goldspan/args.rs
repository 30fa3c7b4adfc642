//! What can be typed: verbs and their flags.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use goldspan::annotation::Task;
use goldspan::config::Budget;
use goldspan::formats::conll::Scheme;
use goldspan::matching::EntityMeasure;
use goldspan::offset::Unit;

/// Parallel batch evaluation of claim and entity extractors over news articles, scored against hand-labelled gold.
#[derive(Debug, Parser)]
#[command(name = "goldspan", version, about, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes:
  0    complete
  1    something unexpected
  2    wrong usage, configuration or input; nothing was evaluated
  4    nothing was there to evaluate
  104  documents failed beyond the budget
  105  an extractor cannot start";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Apply the extractors to the corpora, score them against the gold, report
    Run(RunArguments),

    /// Score predictions that were made elsewhere: goldspan JSON Lines, or CoNLL columns
    Score(ScoreArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArguments {
    /// The gold: JSON Lines, or CoNLL columns with --scheme
    #[arg(value_name = "GOLD")]
    pub(crate) gold: PathBuf,

    /// The predictions, in the same format; JSON Lines pair by id, CoNLL sentences by position
    #[arg(value_name = "PRED")]
    pub(crate) predictions: PathBuf,

    /// A measure of entities: strict, exact, partial, type or overlap:t; may be repeated [default: the first four]
    #[arg(long, short, value_name = "MEASURE", value_parser = parse_measure)]
    pub(crate) measure: Vec<EntityMeasure>,

    /// The tags of CoNLL columns: iob1, iob2, ioe1, ioe2, iobes or bilou
    #[arg(long, value_name = "SCHEME", value_parser = parse_scheme, conflicts_with = "offsets")]
    pub(crate) scheme: Option<Scheme>,

    /// Read tags that cannot follow each other as conlleval.pl does, where they would be errors
    #[arg(long, value_enum, requires = "scheme")]
    pub(crate) repair: Option<Repair>,

    /// What offsets of JSON Lines count where a line does not say: codepoint, utf16 or byte
    #[arg(long, value_name = "UNIT", default_value = "codepoint", value_parser = parse_unit)]
    pub(crate) offsets: Unit,

    /// How many documents of the gold may lack a prediction: a number, or a share such as 2.5%
    #[arg(long, value_name = "N", default_value = "0", value_parser = parse_budget)]
    pub(crate) max_failures: Budget,

    /// How many threads to use, at most 512 [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    /// What to print on standard output
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The configuration [default: goldspan.toml in this folder, where there is one]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Only this corpus of the configuration; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) corpus: Vec<String>,

    /// Articles in place of the configuration's corpora: a folder (its .txt files) or a quoted glob
    #[arg(long, value_name = "PATH", conflicts_with = "corpus")]
    pub(crate) articles: Option<String>,

    /// The gold of --articles: a folder (its .ann files) or a quoted glob [default: beside the articles]
    #[arg(long, value_name = "PATH", requires = "articles")]
    pub(crate) gold: Option<String>,

    /// A task that the gold of --articles annotates; may be repeated [default: entities and claims]
    #[arg(long, value_name = "TASK", requires = "articles", value_parser = parse_task)]
    pub(crate) task: Vec<Task>,

    /// Only this extractor; may be repeated
    #[arg(long, short, value_name = "NAME")]
    pub(crate) extractor: Vec<String>,

    /// Only articles whose manifest says split = NAME
    #[arg(long, value_name = "NAME")]
    pub(crate) split: Option<String>,

    /// Only the first N articles of each corpus, in order of id
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) limit: Option<usize>,

    /// How many threads to use, at most 512 [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    /// How many failures a run may have: a number, or a share such as 2.5% [default: 0]
    #[arg(long, value_name = "N", value_parser = parse_budget)]
    pub(crate) max_failures: Option<Budget>,

    /// What to print on standard output
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// The folder of this run [default: a new one in .goldspan/runs]
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,

    /// No progress and no remarks on standard error; errors are still told
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Repair {
    /// A tag that cannot continue a mention begins one
    Conlleval,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for people
    Table,
    /// The content of results.json
    Json,
    /// The content of scores.csv
    Csv,
}

fn parse_task(name: &str) -> Result<Task, String> {
    Task::from_name(name)
        .ok_or_else(|| format!("expected one of {}", Task::ALL.map(Task::name).join(", ")))
}

fn parse_measure(name: &str) -> Result<EntityMeasure, String> {
    let known = "expected strict, exact, partial, type, or overlap:t with t above 0 and at most 1";
    EntityMeasure::from_name(name).ok_or_else(|| known.to_owned())
}

fn parse_scheme(name: &str) -> Result<Scheme, String> {
    Scheme::from_name(name).ok_or_else(|| {
        format!(
            "expected one of {}",
            Scheme::ALL.map(Scheme::name).join(", ")
        )
    })
}

fn parse_unit(name: &str) -> Result<Unit, String> {
    Unit::from_name(name)
        .ok_or_else(|| format!("expected one of {}", Unit::ALL.map(Unit::name).join(", ")))
}

fn parse_budget(text: &str) -> Result<Budget, String> {
    Budget::parse(text)
        .ok_or_else(|| "expected a number such as 3, or a share such as 2.5%".to_owned())
}
