//! The flags of `goldspan accept`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct AcceptArguments {
    /// The run to accept: latest, latest~N, the begin of its name, or a path
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,

    /// The name of the baseline: letters, digits, -, _ and .
    #[arg(long, value_name = "NAME", default_value = "main")]
    pub(crate) name: String,

    /// The folder of baselines, to be committed
    #[arg(long, value_name = "DIR", default_value = "baselines")]
    pub(crate) dir: PathBuf,

    /// Why it is accepted; kept in the file
    #[arg(long, short, value_name = "TEXT")]
    pub(crate) message: Option<String>,

    /// The commit that the extractors were at; kept in the file
    #[arg(long, value_name = "COMMIT")]
    pub(crate) commit: Option<String>,

    /// Accept it though scores fall, extractors are gone, documents failed, or the baseline that is there cannot be read
    #[arg(long)]
    pub(crate) force: bool,

    /// Print what would change, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// The folder of runs
    #[arg(long, value_name = "DIR", default_value = ".goldspan/runs")]
    pub(crate) runs: PathBuf,
}
