//! The flags of gates.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "Gates")]
pub(crate) struct GateArguments {
    /// Fail where a gate is inconclusive too (exit code 102)
    #[arg(long)]
    pub(crate) strict: bool,

    /// Judge no gates
    #[arg(long)]
    pub(crate) no_gate: bool,

    /// Where the baselines lie
    #[arg(long, value_name = "DIR", default_value = "baselines")]
    pub(crate) baselines: PathBuf,

    /// Write the verdicts of the gates as JUnit XML to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// Write the verdicts as Markdown, for a comment on a pull request, to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
}
