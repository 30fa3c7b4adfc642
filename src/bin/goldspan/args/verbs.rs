//! The verbs that read annotated documents and score nothing: convert, check, agree.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use goldspan::check::Rule;
use goldspan::error::nearest;
use goldspan::formats::Format;
use goldspan::matching::{EntityMeasure, Level};

use super::Required;
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
pub(crate) struct AgreeArguments {
    /// The annotators: a file, a folder or a quoted glob each, in any format, with the same documents by id; or one file of Label Studio or Prodigy that holds several
    #[arg(value_name = "ANNOTATOR", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// A measure of entities: strict, exact, partial, type or overlap:t; may be repeated [default: the first four]
    #[arg(long, short, value_name = "MEASURE", value_parser = super::parse_measure)]
    pub(crate) measure: Vec<EntityMeasure>,

    /// A level of claims: exact, trimmed, partial, overlap:t, any or characters; may be repeated [default: exact and overlap:0.5]
    #[arg(long, value_name = "LEVEL", value_parser = super::parse_level)]
    pub(crate) level: Vec<Level>,

    /// What must be the same besides its content for a whole claim to be the same: source, cue, both parted by a comma, or nothing [default: source,cue]
    #[arg(long, value_name = "ROLES", value_parser = super::parse_require)]
    pub(crate) require: Option<Required>,

    /// Write every difference to this file, as CSV, by document
    #[arg(long, value_name = "FILE")]
    pub(crate) disagreements: Option<PathBuf>,

    /// How many differences the table shows, what differs most often first
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) show: usize,

    /// What to print on standard output
    #[arg(long, short, value_enum, default_value_t = super::Format::Table)]
    pub(crate) format: super::Format,

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

    /// How many articles each extractor that lives elsewhere is asked for, several times: in order, backwards, alone and started anew; 0 only starts it [default: 4, but language models, which cost, only where this is given]
    #[arg(long, value_name = "N", conflicts_with = "paths")]
    pub(crate) probe: Option<usize>,

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
