//! How annotation files are to be read where they do not say it themselves: one value, the same for every verb and every format.

use super::claims::Mapping;
use super::conll::Reading;
use crate::offset::Unit;

/// What a person may say about files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// What offsets count; `None` for what the file says, or the format's convention, checked against quoted text.
    pub unit: Option<Unit>,
    /// Whether offsets count a carriage return and line feed as one character.
    pub crlf_is_one: bool,
    /// The scheme of tags in columns.
    pub tags: Option<Reading>,
    /// Whether lines of columns with another number of cells are read by their first and last.
    pub ragged: bool,
    /// Whose annotations to take where a file holds those of several people.
    pub annotator: Option<String>,
    /// Which layer to take where a file holds several: an annotation type of UIMA or WebAnno, a set of GATE, a spans key of spaCy.
    pub layer: Option<String>,
    /// Which labels and relations are parts of claims.
    pub claims: Mapping,
    /// Whether entities may have words and no place. Predictions may: what a language model quotes need not be in the article. Gold may not.
    pub unplaced: bool,
    /// What is too large.
    pub limits: Limits,
}

/// What is too large to be read: input may be made to fill a machine's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes a compressed file may unpack to.
    pub unpacked_bytes: u64,
    /// Of those, how many are believed however small the compressed file is.
    pub unsuspected_bytes: u64,
    /// Beyond those, how many bytes each compressed byte may unpack to. Text packs to a tenth, rarely to a hundredth; what packs to a thousandth is made to fill a
    /// machine, or to keep it busy for minutes.
    pub unpacked_ratio: u64,
    /// How many bytes a file may have that must be read whole.
    pub whole_bytes: u64,
    /// How many bytes a line may have.
    pub line_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked_bytes: 4 << 30,
            unsuspected_bytes: 1 << 30,
            unpacked_ratio: 200,
            whole_bytes: 256 << 20,
            line_bytes: 64 << 20,
        }
    }
}

impl Limits {
    /// Limits that let files of `bytes` bytes pass, and never less than the default ones.
    #[must_use]
    pub fn raised_to(bytes: u64) -> Self {
        let default = Self::default();
        Self {
            unpacked_bytes: default.unpacked_bytes.max(bytes),
            unsuspected_bytes: default.unsuspected_bytes.max(bytes),
            unpacked_ratio: default.unpacked_ratio,
            whole_bytes: default.whole_bytes.max(bytes),
            line_bytes: default.line_bytes.max(bytes),
        }
    }

    /// How many bytes a compressed file of so many bytes may unpack to.
    pub(super) fn most_unpacked(&self, compressed: u64) -> u64 {
        let believed = compressed.saturating_mul(self.unpacked_ratio);
        self.unpacked_bytes
            .min(believed.max(self.unsuspected_bytes))
    }
}

/// XML elements nested deeper than this are refused.
pub(crate) const MOST_XML_DEPTH: usize = 256;
