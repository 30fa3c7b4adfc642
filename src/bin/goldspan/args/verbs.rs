//! The verbs that read annotated documents and score nothing: convert, check, agree.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use goldspan::check::Rule;
use goldspan::error::nearest;
use goldspan::formats::Format;

use super::reading::{ReadArguments, parse_format};

#[derive(Debug, Args)]
pub(crate) struct ConvertArguments {
    /// The documents: a file, a folder or a quoted glob, in any format that goldspan reads
    #[arg(value_name = "INPUT")]
    pub(crate) input: PathBuf,

    /// The format to write: one of those of --from
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    pub(crate) to: &'static Format,

    /// The file to write, or the folder for formats of several files; - is standard output [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// Write over what is there
    #[arg(long)]
    pub(crate) force: bool,

    /// Where the articles of brat, Knowtator and tables lie that do not lie beside them
    #[arg(long, value_name = "DIR")]
    pub(crate) articles: Option<PathBuf>,

    /// How many threads to use, at most 512 [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    #[command(flatten)]
    pub(crate) reading: ReadArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Annotated documents: files, folders or quoted globs, in any format; several must have no text in common, as splits have none [default: the corpora of the configuration]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Predictions to hold against the documents, in any format; may be repeated
    #[arg(long, short, value_name = "PATH")]
    pub(crate) predictions: Vec<PathBuf>,

    /// The configuration [default: goldspan.toml in this folder, where there is one]
    #[arg(long, short, value_name = "FILE", conflicts_with = "paths")]
    pub(crate) config: Option<PathBuf>,

    /// What to print on standard output
    #[arg(long, short, value_enum, default_value_t = FindingsFormat::Text)]
    pub(crate) format: FindingsFormat,

    /// Take white space off the edges of annotations, and exact copies out, in the files themselves; what changes is printed as a diff first
    #[arg(long)]
    pub(crate) fix: bool,

    /// Print what --fix would change, and change nothing
    #[arg(long, conflicts_with = "fix")]
    pub(crate) diff: bool,

    /// Leave a rule out; may be repeated, or parted by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = parse_rule)]
    pub(crate) ignore: Vec<Rule>,

    /// Warnings are as bad as errors
    #[arg(long)]
    pub(crate) strict: bool,

    /// How many findings of each rule the text shows; the others are counted
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) show: usize,

    /// Where the articles of brat, Knowtator and tables lie that do not lie beside them
    #[arg(long, value_name = "DIR", requires = "paths")]
    pub(crate) articles: Option<PathBuf>,

    /// How many threads to use, at most 512 [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    #[command(flatten)]
    pub(crate) reading: ReadArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// Each finding with its place, as compilers show theirs
    Text,
    /// A list of objects
    Json,
    /// SARIF 2.1.0, which code scanners and editors read
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

fn parse_rule(name: &str) -> Result<Rule, String> {
    Rule::from_name(name).ok_or_else(|| {
        let names = Rule::ALL.map(Rule::name);
        let near = nearest(name, names);
        let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        format!("expected one of {}{near}", names.join(", "))
    })
}
