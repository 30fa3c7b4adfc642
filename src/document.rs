//! An article: its id, its exact text and what is known about it. The only text that anyone slices.

use std::collections::BTreeMap;

/// One article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    id: String,
    text: String,
    metadata: BTreeMap<String, String>,
}

impl Document {
    /// The article `id` with exactly this text and no metadata.
    #[must_use]
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            text: text.into(),
            metadata: BTreeMap::new(),
        }
    }

    /// The same article with this metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: BTreeMap<String, String>) -> Self {
        self.metadata = metadata;
        self
    }

    /// The name by which article and gold find each other.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The text as it lies in the file: nothing normalised, nothing trimmed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is known about the article (`topic`, `date`, `outlet`, ...); used for slices, never for scoring.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }
}
