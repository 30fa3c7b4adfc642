//! The flags of intervals and tests.

use clap::Args;
use goldspan::config::Statistics;

#[derive(Debug, Args)]
#[command(next_help_heading = "Statistics")]
pub(crate) struct StatisticsArguments {
    /// How many resamples of the documents the intervals and tests are made of; 0 for none of these [default: 10000]
    #[arg(long, value_name = "N", env = "GOLDSPAN_RESAMPLES", hide_env_values = true, value_parser = parse_resamples)]
    pub(crate) resamples: Option<u32>,

    /// Resample all documents together that have the same value of this column of the manifest, such as story [default: each document by itself]
    #[arg(long, value_name = "KEY")]
    pub(crate) cluster: Option<String>,
}

impl StatisticsArguments {
    /// What is asked for here, and what is configured otherwise.
    pub(crate) fn over(&self, configured: Statistics) -> Statistics {
        Statistics {
            resamples: self.resamples.unwrap_or(configured.resamples),
            cluster: self.cluster.clone().or(configured.cluster),
        }
    }
}

fn parse_resamples(text: &str) -> Result<u32, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| Statistics::allows(*number));
    number.ok_or_else(|| "expected a number from 100 to 10000000, or 0".to_owned())
}
