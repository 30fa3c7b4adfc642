//! The table `[statistics]`: how often to resample, and what is resampled as a whole.

use super::tables::Table;
use crate::error::Problem;
use crate::statistics::REPLICATES;

/// How intervals and tests are to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// How many replicates to draw; 0 for none.
    pub resamples: u32,
    /// The metadata key whose values are resampled as a whole; `None` for documents.
    pub cluster: Option<String>,
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            resamples: REPLICATES,
            cluster: None,
        }
    }
}

/// The largest number of replicates: beyond it nothing gets more exact that anyone reads.
const MOST_RESAMPLES: u32 = 10_000_000;

/// The smallest number of replicates of which the ends of a 95 % interval can be told.
const FEWEST_RESAMPLES: u32 = 100;

impl Statistics {
    /// Whether so many replicates can be drawn.
    #[must_use]
    pub fn allows(resamples: u32) -> bool {
        resamples == 0 || (FEWEST_RESAMPLES..=MOST_RESAMPLES).contains(&resamples)
    }
}

pub(super) fn read(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Statistics {
    let mut statistics = Statistics::default();
    if let Some((number, place)) = table.whole("resamples", problems) {
        match u32::try_from(number) {
            Ok(number) if Statistics::allows(number) => statistics.resamples = number,
            _ => problems.push(
                place
                    .problem("this number of resamples cannot be used")
                    .found(number.to_string())
                    .expected(format!(
                        "{FEWEST_RESAMPLES} to {MOST_RESAMPLES}, or 0 for no intervals and no tests"
                    )),
            ),
        }
    }
    statistics.cluster = table.text("cluster", problems).map(|(key, _)| key);
    statistics
}
