//! The flags of `goldspan cache`.

use std::time::Duration;

use clap::{Args, Subcommand};
use goldspan::config::parse_time;

#[derive(Debug, Args)]
pub(crate) struct CacheArguments {
    #[command(subcommand)]
    pub(crate) verb: CacheVerb,
}

/// What to do with the cache of predictions in this folder.
#[derive(Debug, Subcommand)]
pub(crate) enum CacheVerb {
    /// Say what it holds, by extractor, and how old the oldest is
    Stat,

    /// Read everything, and say whether it is whole
    Verify,

    /// Take predictions out: damaged ones always, others as told
    Prune {
        /// Those made longer ago than this, such as 30d, 12h or 5m
        #[arg(long, value_name = "TIME", value_parser = parse_age)]
        older_than: Option<Duration>,

        /// Those of this extractor, by its name in the configuration
        #[arg(long, short, value_name = "NAME")]
        extractor: Option<String>,

        /// All of them
        #[arg(long)]
        all: bool,
    },
}

/// Reads `30d`, `12h`, `5m`.
pub(super) fn parse_age(text: &str) -> Result<Duration, String> {
    let days = text
        .strip_suffix('d')
        .and_then(|days| days.parse::<u64>().ok());
    let days = days.map(|days| Duration::from_secs(days.saturating_mul(86_400)));
    days.or_else(|| parse_time(text))
        .ok_or_else(|| "expected a time such as 30d, 12h or 5m".to_owned())
}
