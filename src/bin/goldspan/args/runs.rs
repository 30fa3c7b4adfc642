//! The flags of `goldspan runs`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::cache::parse_age;

#[derive(Debug, Args)]
pub(crate) struct RunsArguments {
    #[command(subcommand)]
    pub(crate) verb: Option<RunsVerb>,

    /// The folder of runs
    #[arg(
        long = "runs",
        value_name = "DIR",
        default_value = ".goldspan/runs",
        global = true
    )]
    pub(crate) folder: PathBuf,
}

/// What to do with the runs of this folder.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsVerb {
    /// List them, the newest last, with the F1 of each extractor under the first measure; also what runs without a verb does
    List {
        /// What to print on standard output
        #[arg(long, short, value_enum, default_value_t = RunsFormat::Table)]
        format: RunsFormat,
    },

    /// Say what one was: when, how long, by which versions, its scores and failures; its table of counts is checked
    Show {
        /// latest, latest~1 for the one before it, the begin of a name, or a path
        #[arg(value_name = "RUN")]
        run: String,

        /// What to print on standard output
        #[arg(long, short, value_enum, default_value_t = ShowFormat::Table)]
        format: ShowFormat,
    },

    /// Delete the named ones
    Rm {
        /// Each as show has it
        #[arg(value_name = "RUN", required = true)]
        names: Vec<String>,
    },

    /// Delete old ones; those that are unfinished, or that cannot be read, stay
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Prune {
        /// All but the newest N
        #[arg(long, value_name = "N", group = "which")]
        keep: Option<usize>,

        /// Those that began longer ago than this, such as 30d, 12h or 5m
        #[arg(long, value_name = "TIME", value_parser = parse_age, group = "which")]
        older_than: Option<Duration>,

        /// Unfinished ones too, as if they were finished
        #[arg(long)]
        unfinished: bool,

        /// Print what would be deleted, and delete nothing
        #[arg(long)]
        dry_run: bool,
    },

    /// Print a row for each run, corpus, extractor and score
    Export {
        /// What to print on standard output
        #[arg(long, short, value_enum, default_value_t = ExportFormat::Csv)]
        format: ExportFormat,

        /// Only this score, such as entity.strict.f1 or entity.strict.recall[PERSON]; may be repeated [default: precision, recall and F1 of all labels together, and of the parts of claims]
        #[arg(long, short, value_name = "METRIC")]
        metric: Vec<String>,
    },

    /// Print how a score went from run to run, and by how much
    Trend {
        /// The score, such as entity.strict.f1, claim.exact.f1 or entity.strict.recall[PERSON]
        #[arg(value_name = "METRIC")]
        metric: String,

        /// Only this extractor
        #[arg(long, short, value_name = "NAME")]
        extractor: Option<String>,

        /// Only this corpus
        #[arg(long, value_name = "NAME")]
        corpus: Option<String>,

        /// Only the newest N values of each
        #[arg(long, value_name = "N")]
        last: Option<usize>,

        /// What to print on standard output
        #[arg(long, short, value_enum, default_value_t = RunsFormat::Table)]
        format: RunsFormat,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunsFormat {
    /// Tables for people
    Table,
    /// A list of objects
    Json,
    /// Rows of cells
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// Tables for people
    Table,
    /// An object
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Rows of cells
    Csv,
    /// A list of objects
    Json,
}
