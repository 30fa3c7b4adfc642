//! Who hears the exact bytes that pass between the host and an extractor: `goldspan extractor test --dump`.

use std::sync::Arc;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the extractor.
    To,
    /// From the extractor.
    From,
    /// From its standard error.
    Words,
}

/// What is called with bytes, and the way they went.
type Hearer = dyn Fn(Way, &[u8]) + Send + Sync;

/// Who hears the exact bytes of both sides.
#[derive(Clone)]
pub struct Trace(pub Arc<Hearer>);

impl std::fmt::Debug for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trace")
    }
}
