//! How many failures a run may have: `3`, or `2.5%`.

use std::fmt;

/// How many documents extractors may fail on before a run counts as incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// At most this many failures.
    Number(u64),
    /// At most this share of all extractions, in hundredths of a percent.
    BasisPoints(u64),
}

impl Budget {
    /// Reads `3` or `2.5%`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Some(percent) = text.strip_suffix('%') else {
            return text.parse().ok().map(Self::Number);
        };
        let (whole, fraction) = percent
            .trim_end()
            .split_once('.')
            .unwrap_or((percent.trim_end(), ""));
        if fraction.len() > 2 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let points = whole.parse::<u64>().ok()?.checked_mul(100)?
            + format!("{fraction:0<2}").parse::<u64>().ok()?;
        (points <= 10_000).then_some(Self::BasisPoints(points))
    }

    /// Whether `failed` of `total` extractions are within the budget.
    #[must_use]
    pub const fn allows(self, failed: u64, total: u64) -> bool {
        match self {
            Self::Number(limit) => failed <= limit,
            Self::BasisPoints(limit) => failed * 10_000 <= limit * total,
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(limit) => write!(f, "{limit}"),
            Self::BasisPoints(points) => write!(f, "{}.{:02}%", points / 100, points % 100),
        }
    }
}
