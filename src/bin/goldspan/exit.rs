//! Exit codes: a public interface, documented here and nowhere else invented.

use std::process::ExitCode;

/// How the program ends. Codes are only ever added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: complete.
    Complete,
    /// 1: something unexpected; never a verdict.
    Unexpected,
    /// 2: wrong usage, configuration or input; nothing was evaluated.
    Input,
    /// 4: nothing was there to evaluate.
    Nothing,
    /// 100: a gate failed.
    Failed,
    /// 102: a gate could not tell, and `--strict` wants it to.
    Inconclusive,
    /// 103: the baseline is missing, or what is to be compared cannot be.
    Incomparable,
    /// 104: documents failed beyond the budget; what was counted was reported.
    Incomplete,
    /// 105: an extractor cannot start.
    Extractor,
    /// 106: the cache has predictions that the extractor does not make any more.
    StaleCache,
    /// 130: interrupted from the keyboard; the same command goes on.
    Interrupted,
    /// 143: told to end; the same command goes on.
    Terminated,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Complete => 0,
            Exit::Unexpected => 1,
            Exit::Input => 2,
            Exit::Nothing => 4,
            Exit::Failed => 100,
            Exit::Inconclusive => 102,
            Exit::Incomparable => 103,
            Exit::Incomplete => 104,
            Exit::Extractor => 105,
            Exit::StaleCache => 106,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        })
    }
}

impl From<goldspan::error::Kind> for Exit {
    fn from(kind: goldspan::error::Kind) -> Self {
        use goldspan::error::Kind;
        match kind {
            Kind::Input => Self::Input,
            Kind::Nothing => Self::Nothing,
            Kind::Incomparable => Self::Incomparable,
            Kind::Incomplete => Self::Incomplete,
            Kind::Extractor => Self::Extractor,
            Kind::Machine => Self::Unexpected,
            Kind::Interrupted => Self::Interrupted,
        }
    }
}
