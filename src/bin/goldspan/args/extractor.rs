//! The verb for authors of extractors.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use goldspan::annotation::Task;
use goldspan::config::parse_time;

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct ExtractorArguments {
    #[command(subcommand)]
    pub(crate) verb: ExtractorVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExtractorVerb {
    /// Try whether a program keeps to the extractor protocol, also where it fails, and say how to mend it
    Test(TestArguments),
}

#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Show the bytes of both sides as they pass, on standard error: > to the extractor, < from it, ! its own words on standard error; long lines are cut, with =FILE all bytes are written there
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) dump: Option<Option<PathBuf>>,

    /// How long a request may take
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_duration)]
    pub(crate) timeout: Duration,

    /// How long the extractor may take to get ready
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_duration)]
    pub(crate) start_timeout: Duration,

    /// How long it may take to end, and to answer a cancelled request
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration)]
    pub(crate) grace: Duration,

    /// A parameter for the extractor; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_param)]
    pub(crate) param: Vec<(String, String)>,

    /// A task to ask for; may be repeated [default: entities and claims]
    #[arg(long, value_name = "TASK", value_parser = super::parse_task)]
    pub(crate) task: Vec<Task>,

    /// What to print on standard output
    #[arg(long, short, value_enum, default_value_t = CasesFormat::Text)]
    pub(crate) format: CasesFormat,

    /// The program and its arguments, after --
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CasesFormat {
    /// A line for each case as it ends, and what is wrong
    Text,
    /// An object with a list of all cases
    Json,
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    parse_time(text).ok_or_else(|| "expected a time such as 10s, 500ms or 2m".to_owned())
}

fn parse_param(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}
