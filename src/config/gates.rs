//! The tables `[[gate]]`: which scores must hold, against which floors and drops.

use std::path::PathBuf;

use crate::error::Excerpt;
use crate::scores::Metric;

/// The name of the baseline where none is named.
pub const BASELINE: &str = "main";

/// One `[[gate]]` of a configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// The score.
    pub metric: Metric,
    /// The labels that are gated each by itself; empty for the metric as it is.
    pub labels: Vec<String>,
    /// Only this corpus; `None` for each.
    pub corpus: Option<String>,
    /// Only this extractor; `None` for each that attempts the task.
    pub extractor: Option<String>,
    /// Only the documents whose metadata has this value for this key.
    pub slice: Option<(String, String)>,
    /// The score must not be below this.
    pub floor: Option<f64>,
    /// A drop by more than this, as a share (0.01 is a point), fails where it is significant.
    pub max_drop: Option<f64>,
    /// A drop by more than this fails whatever the test says.
    pub hard_drop: Option<f64>,
    /// With fewer gold items than this nothing is judged.
    pub min_support: Option<u64>,
    /// The name of the baseline.
    pub baseline: String,
    /// Whether there may be no baseline yet: floors are judged all the same.
    pub allow_missing_baseline: bool,
    /// Where the configuration says so; problems point there.
    pub place: (PathBuf, Excerpt),
}
