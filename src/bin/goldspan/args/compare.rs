//! The flags of `goldspan compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CountingArguments, GateArguments, ReadArguments, StatisticsArguments};

#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// Two or more of: a run (latest, latest~1, the begin of a name, a folder), a baseline (its name, or its file), predictions in any format (with --gold); one extractor of several by :NAME behind it, such as latest:shape. The first is what the second is held against
    #[arg(value_name = "SYSTEM", required = true, num_args = 2..)]
    pub(crate) systems: Vec<String>,

    /// The score that the last sentence is about, such as entity.strict.f1, claim.exact.f1 or entity.strict.recall[PERSON] [default: F1 of the first measure that both have]
    #[arg(long, value_name = "METRIC")]
    pub(crate) metric: Option<String>,

    /// Compare the documents and measures that are the same on all sides, where some are not; otherwise that is refused
    #[arg(long)]
    pub(crate) intersect: bool,

    /// Show the score on the documents of each value of this column of the manifest, or by length; may be repeated [default: length, and every column with 2 to 12 values]
    #[arg(long, value_name = "KEY")]
    pub(crate) slice: Vec<String>,

    /// Only this corpus; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) corpus: Vec<String>,

    /// How many of the items fixed, and of those broken, to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) items: usize,

    /// Show every score: all measures, labels, averages, precision and recall
    #[arg(long)]
    pub(crate) all: bool,

    /// What to print on standard output
    #[arg(long, short, value_enum, default_value_t = CompareFormat::Table)]
    pub(crate) format: CompareFormat,

    /// How many threads to use, at most 512 [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    /// The folder of runs
    #[arg(long, value_name = "DIR", default_value = ".goldspan/runs")]
    pub(crate) runs: PathBuf,

    /// Judge the gates of this configuration: the first system is the baseline, the second is gated
    #[arg(long, value_name = "FILE")]
    pub(crate) gates: Option<PathBuf>,

    /// The gold of predictions that are files: a file, a folder or a quoted glob, in any format; what follows is for these alone
    #[arg(long, value_name = "GOLD")]
    pub(crate) gold: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) counting: CountingArguments,

    #[command(flatten)]
    pub(crate) reading: ReadArguments,

    #[command(flatten)]
    pub(crate) statistics: StatisticsArguments,

    #[command(flatten)]
    pub(crate) gate: GateArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// Tables for people, the verdict last
    Table,
    /// Everything, as an object
    Json,
    /// A row for each score
    Csv,
    /// A comment for a pull request, the verdict first
    Markdown,
}
