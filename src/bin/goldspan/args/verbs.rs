//! The verbs that read annotated documents and score nothing: convert, check, agree.

use std::path::PathBuf;

use clap::Args;
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
