//! What can be typed: verbs and their flags.

mod accept;
mod cache;
mod compare;
mod extractor;
mod gating;
mod reading;
mod runs;
mod statistics;
mod verbs;

use std::num::NonZeroU32;
use std::path::PathBuf;

pub(crate) use self::accept::AcceptArguments;
pub(crate) use self::cache::{CacheArguments, CacheVerb};
pub(crate) use self::compare::{CompareArguments, CompareFormat};
pub(crate) use self::extractor::{CasesFormat, ExtractorArguments, ExtractorVerb, TestArguments};
pub(crate) use self::gating::GateArguments;
pub(crate) use self::reading::ReadArguments;
pub(crate) use self::runs::{ExportFormat, RunsArguments, RunsFormat, RunsVerb, ShowFormat};
pub(crate) use self::statistics::StatisticsArguments;
pub(crate) use self::verbs::{AgreeArguments, CheckArguments, ConvertArguments, FindingsFormat};

use clap::{Args, Parser, Subcommand, ValueEnum};
use goldspan::annotation::Task;
use goldspan::config::{Budget, MOST_REPEATS};
use goldspan::counts::Role;
use goldspan::matching::{EntityMeasure, Level};
use goldspan::report::{Presentation, Section};
use goldspan::scores::{Average, Conventions, EmptyDocuments};

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
  2    wrong usage, configuration or input, and nothing was evaluated; of check: there are errors;
       of extractor test: a case failed
  4    nothing was there to evaluate
  100  a gate failed
  102  a gate is inconclusive (--strict)
  103  the baseline is missing, or what is to be compared or read again cannot be
  104  documents failed beyond the budget, or a run that is to be read is not finished
  105  an extractor cannot start
  106  the cache has predictions that its extractor does not make any more (--cache-audit)
  130  interrupted, 143 told to end: the same command goes on where the run ended";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Apply the extractors to the corpora, score them against the gold, report
    Run(RunArguments),

    /// Look at the runs of the past: list, show, trend of a score, export, delete
    Runs(RunsArguments),

    /// Make a run the baseline that later ones are held against: a file to commit, refused where scores would fall unseen
    Accept(AcceptArguments),

    /// Say whether one version is better than another: differences with their intervals and tests, items fixed and broken; of several, a ranking
    Compare(CompareArguments),

    /// Score predictions that were made elsewhere, against gold in any format
    Score(ScoreArguments),

    /// Say what is wrong or odd in the configuration, the corpora, the gold, predictions and extractors, and how to mend it
    Check(CheckArguments),

    /// Look after the cache of predictions in this folder: what it holds, whether it is whole, taking out
    Cache(CacheArguments),

    /// Say how far annotators agree on the same documents, and list where they do not
    Agree(AgreeArguments),

    /// Write documents of one format in another, offsets checked on the way, and say what could not be carried
    Convert(ConvertArguments),

    /// For authors of extractors: try whether a program keeps to the protocol
    Extractor(ExtractorArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArguments {
    /// The gold: a file, a folder or a quoted glob, in any format that goldspan reads
    #[arg(value_name = "GOLD")]
    pub(crate) gold: PathBuf,

    /// The predictions, in any format: documents pair by id, CoNLL sentences by position. Of CoNLL columns they may be left out: then the last two columns of GOLD are gold and prediction
    #[arg(value_name = "PRED")]
    pub(crate) predictions: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) counting: CountingArguments,

    /// How many documents of the gold may lack a prediction: a number, or a share such as 2.5%
    #[arg(long, value_name = "N", default_value = "0", value_parser = parse_budget)]
    pub(crate) max_failures: Budget,

    /// How many threads to use, at most 512 [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    /// Judge the gates of this configuration; the scores are those of the extractor --name on the corpus --corpus
    #[arg(long, value_name = "FILE")]
    pub(crate) gates: Option<PathBuf>,

    /// What the predictions are called, in reports and for gates [default: their file]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// What the gold is called, in reports and for gates [default: its file]
    #[arg(long, value_name = "NAME")]
    pub(crate) corpus: Option<String>,

    /// Write every item that went wrong to this file, as CSV; --format json lists them too then
    #[arg(long, value_name = "FILE")]
    pub(crate) mistakes: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: ReadArguments,

    #[command(flatten)]
    pub(crate) statistics: StatisticsArguments,

    #[command(flatten)]
    pub(crate) gate: GateArguments,

    #[command(flatten)]
    pub(crate) show: ShowArguments,
}

/// What is counted where gold and predictions are files.
#[derive(Debug, Args)]
pub(crate) struct CountingArguments {
    /// A measure of entities: strict, exact, partial, type or overlap:t; may be repeated [default: the first four]
    #[arg(long, short, value_name = "MEASURE", value_parser = parse_measure)]
    pub(crate) measure: Vec<EntityMeasure>,

    /// Only entities with these labels, on both sides; parted by commas
    #[arg(long, value_name = "LABELS", value_delimiter = ',')]
    pub(crate) labels: Vec<String>,

    /// A level of claims: exact, trimmed, partial, overlap:t, any or characters; may be repeated [default: exact and overlap:0.5]
    #[arg(long, value_name = "LEVEL", value_parser = parse_level)]
    pub(crate) level: Vec<Level>,

    /// What must be right besides its content for a whole claim to be right: source, cue, both parted by a comma, or nothing [default: source,cue]
    #[arg(long, value_name = "ROLES", value_parser = parse_require)]
    pub(crate) require: Option<Required>,

    /// The roles of claims that the gold annotates: source, cue, both parted by a comma, or nothing; the others are not scored [default: source,cue]
    #[arg(long, value_name = "ROLES", value_parser = parse_require)]
    pub(crate) roles: Option<Required>,

    /// Leave claims within other claims out, on both sides
    #[arg(long)]
    pub(crate) no_nested: bool,

    /// Where the articles of brat, Knowtator and tables lie that do not lie beside them
    #[arg(long, value_name = "DIR")]
    pub(crate) articles: Option<PathBuf>,

    /// What two documents have in common that are one: their id, or their text
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = Pair::Id)]
    pub(crate) pair: Pair,

    /// Count what was predicted for documents without gold as spurious; otherwise they are named and not scored
    #[arg(long)]
    pub(crate) count_extra: bool,
}

/// What two documents have in common that are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pair {
    /// Their ids
    Id,
    /// Their texts, for files without ids
    Text,
}

/// How results are shown on standard output; what a run keeps in its folder does not depend on it.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is printed")]
pub(crate) struct ShowArguments {
    /// What to print on standard output
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// An average for the tables to show beside micro: macro, weighted, mean-f, f-of-means or hipe; may be repeated
    #[arg(long, value_name = "AVERAGE", value_parser = parse_average)]
    pub(crate) average: Vec<Average>,

    /// The weight of recall against precision in F
    #[arg(long, value_name = "B", default_value = "1", value_parser = parse_beta)]
    pub(crate) beta: f64,

    /// What a ratio without a denominator is, where it would be undefined: 0 or 1
    #[arg(long, value_name = "VALUE", value_parser = ["0", "1"])]
    pub(crate) zero_division: Option<String>,

    /// What documents without gold and predictions are in averages over documents, where they would be left out: 0 or 1
    #[arg(long, value_name = "VALUE", value_parser = ["0", "1"])]
    pub(crate) empty_documents: Option<String>,

    /// A part for the tables to show: confusion, rates (MUC's ERR, UND, OVG, SUB), mistakes, or intervals (of precision and recall too); may be repeated
    #[arg(long, value_name = "PART", value_parser = parse_section)]
    pub(crate) show: Vec<Section>,
}

impl ShowArguments {
    /// How the results are to be shown.
    pub(crate) fn presentation(&self) -> Presentation {
        let number = |text: &String| if text == "1" { 1.0 } else { 0.0 };
        Presentation {
            conventions: Conventions {
                beta: self.beta,
                zero_division: self.zero_division.as_ref().map(number),
                empty_documents: match self.empty_documents.as_deref() {
                    None => EmptyDocuments::LeftOut,
                    Some("1") => EmptyDocuments::One,
                    Some(_) => EmptyDocuments::Zero,
                },
            },
            averages: once_each(&self.average),
            sections: once_each(&self.show),
        }
    }
}

/// Some of source and cue.
#[derive(Debug, Clone)]
pub(crate) struct Required(pub(crate) Vec<Role>);

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

    /// The gold of --articles, or gold that has the texts itself: a file, a folder or a quoted glob, in any format [default: .ann files beside the articles]
    #[arg(long, value_name = "PATH", conflicts_with = "corpus")]
    pub(crate) gold: Option<String>,

    /// A task that the gold of --articles or --gold annotates; may be repeated [default: entities and claims]
    #[arg(long, value_name = "TASK", value_parser = parse_task)]
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

    /// Ask so often for each document, 1 to 100, of every extractor that lives elsewhere and does not say that its answers never vary; counts are sums, and the spread is told [default: repeats in its table, else 1]
    #[arg(long, value_name = "N", value_parser = parse_repeats)]
    pub(crate) repeats: Option<NonZeroU32>,

    /// How many failures a run may have: a number, or a share such as 2.5% [default: 0]
    #[arg(long, value_name = "N", value_parser = parse_budget)]
    pub(crate) max_failures: Option<Budget>,

    /// The folder of this run [default: a new one in .goldspan/runs]
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,

    /// What to do with the cache of predictions, .goldspan/cache: use it, not at all, only read it, or make everything anew and put it there
    #[arg(long, value_enum, value_name = "HOW", default_value_t = CacheUse::On)]
    pub(crate) cache: CacheUse,

    /// Make so many of the cached predictions again, such as 5%, and fail where one is another now
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(crate) cache_audit: Option<u32>,

    /// Begin anew where an unfinished run of the same plan is there; otherwise that is gone on with
    #[arg(long)]
    pub(crate) fresh: bool,

    /// Print what would be done - documents, cached, to run, how long - and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// No progress and no remarks on standard error; errors are still told
    #[arg(long, short)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) reading: ReadArguments,

    #[command(flatten)]
    pub(crate) statistics: StatisticsArguments,

    #[command(flatten)]
    pub(crate) gate: GateArguments,

    #[command(flatten)]
    pub(crate) show: ShowArguments,
}

/// What a run does with the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CacheUse {
    /// Take predictions from it, and put new ones there
    On,
    /// Leave it alone
    Off,
    /// Take predictions from it, and put nothing there
    Read,
    /// Take nothing from it, and put all predictions there
    Refresh,
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

/// The values, each of them once, in the order in which they were first given.
pub(crate) fn once_each<T: Clone + PartialEq>(values: &[T]) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for value in values {
        if !once.contains(value) {
            once.push(value.clone());
        }
    }
    once
}

fn parse_task(name: &str) -> Result<Task, String> {
    Task::from_name(name)
        .ok_or_else(|| format!("expected one of {}", Task::ALL.map(Task::name).join(", ")))
}

fn parse_measure(name: &str) -> Result<EntityMeasure, String> {
    let known = "expected strict, exact, partial, type, or overlap:t with t above 0 and at most 1";
    EntityMeasure::from_name(name).ok_or_else(|| known.to_owned())
}

fn parse_level(name: &str) -> Result<Level, String> {
    let known = "expected exact, trimmed, partial, any, characters, or overlap:t with t above 0 and at most 1";
    Level::from_name(name).ok_or_else(|| known.to_owned())
}

fn parse_require(names: &str) -> Result<Required, String> {
    let role = |name: &str| match Role::from_name(name) {
        Some(role @ (Role::Source | Role::Cue)) => Ok(role),
        _ => Err("expected source, cue, source,cue or nothing".to_owned()),
    };
    let names = names.split(',').filter(|name| *name != "nothing");
    names.map(role).collect::<Result<_, _>>().map(Required)
}

fn parse_average(name: &str) -> Result<Average, String> {
    Average::from_name(name).ok_or_else(|| {
        let names = Average::ALL.map(Average::name);
        format!("expected one of {}", names.join(", "))
    })
}

fn parse_beta(text: &str) -> Result<f64, String> {
    let beta = text.parse::<f64>().ok();
    beta.filter(|beta| (0.001..=1000.0).contains(beta))
        .ok_or_else(|| "expected a number from 0.001 to 1000, such as 0.5 or 2".to_owned())
}

fn parse_section(name: &str) -> Result<Section, String> {
    Section::from_name(name).ok_or_else(|| {
        let names = Section::ALL.map(Section::name);
        format!("expected one of {}", names.join(", "))
    })
}

fn parse_repeats(text: &str) -> Result<NonZeroU32, String> {
    let repeats = text.parse::<NonZeroU32>().ok();
    repeats
        .filter(|repeats| repeats.get() <= MOST_REPEATS)
        .ok_or_else(|| format!("expected a whole number from 1 to {MOST_REPEATS}"))
}

/// A share in hundredths of a percent.
fn parse_share(text: &str) -> Result<u32, String> {
    match text.ends_with('%').then(|| Budget::parse(text)) {
        Some(Some(Budget::BasisPoints(points))) => u32::try_from(points).map_err(|e| e.to_string()),
        _ => Err("expected a share such as 5%".to_owned()),
    }
}

fn parse_budget(text: &str) -> Result<Budget, String> {
    Budget::parse(text)
        .ok_or_else(|| "expected a number such as 3, or a share such as 2.5%".to_owned())
}
