//! Intervals for the verbs that score: of the flags, the configuration and the finished run.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use goldspan::config::Statistics;
use goldspan::error::{Problem, Result, nearest};
use goldspan::run::Run;
use goldspan::run::estimates::{Estimates, Manner, estimate, known_cluster};
use goldspan::scores::Conventions;

/// Makes the intervals of a run.
///
/// # Errors
/// Where no document has the metadata by which they are to be clustered.
pub(crate) fn estimated(
    finished: &Run,
    statistics: &Statistics,
    conventions: Conventions,
    threads: NonZeroUsize,
) -> Result<Estimates> {
    let manner = Manner {
        replicates: statistics.resamples,
        cluster: statistics.cluster.clone(),
        conventions,
    };
    let keys = finished.corpora.iter().flat_map(|corpus| &corpus.keys);
    refuse_unknown_cluster(keys.map(|key| &key.metadata), statistics)?;
    estimate(finished, manner, threads)
}

/// Refuses clusters by metadata that no document has.
pub(crate) fn refuse_unknown_cluster<'a>(
    metadata: impl Iterator<Item = &'a BTreeMap<String, String>>,
    statistics: &Statistics,
) -> Result<()> {
    let Some(cluster) = &statistics.cluster else {
        return Ok(());
    };
    known_cluster(metadata, cluster).map_err(|known| no_cluster(cluster, &known))
}

/// The same for what is printed, where its conventions are others than those of what is kept.
pub(crate) fn estimated_as_shown(
    kept: Estimates,
    finished: &Run,
    conventions: Conventions,
    threads: NonZeroUsize,
) -> Result<Estimates> {
    if kept.manner.conventions == conventions {
        return Ok(kept);
    }
    let manner = Manner {
        conventions,
        ..kept.manner
    };
    estimate(finished, manner, threads)
}

/// Why documents cannot be clustered.
fn no_cluster(cluster: &str, known: &[String]) -> goldspan::error::Error {
    let problem = Problem::new("no document has the metadata by which they are to be clustered")
        .found(format!("cluster = {cluster:?}"))
        .expected(match known {
            [] => "a column of the corpus's manifest, which has none".to_owned(),
            known => format!("one of {}", known.join(", ")),
        });
    match nearest(cluster, known.iter().map(String::as_str)) {
        Some(near) => problem.mend(format!("did you mean {near:?}?")).into(),
        None => problem.into(),
    }
}
