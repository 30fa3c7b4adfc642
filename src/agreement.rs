//! How far annotators agree, beyond chance: Cohen's kappa and Krippendorff's alpha on tokens, and the unitizing alpha on stretches of text.
//!
//! Counts are integers until the one division at the end, so that no order of documents changes a digit. A coefficient that chance alone would always reach is
//! undefined, and `None`.

mod nominal;
mod tokens;
mod unitizing;

pub use self::nominal::{Alpha, Kappa};
pub use self::tokens::{Categories, categories};
pub use self::unitizing::{Disagreement, Units, all_labels, alpha_u};
