//! An article: its id, its exact text and what is known about it. The only text that anyone slices.

use std::collections::BTreeMap;

/// One article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    id: String,
    text: String,
    metadata: BTreeMap<String, String>,
    first_line: usize,
    stand_in: bool,
}

impl Document {
    /// The article `id` with exactly this text and no metadata.
    #[must_use]
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            text: text.into(),
            metadata: BTreeMap::new(),
            first_line: 1,
            stand_in: false,
        }
    }

    /// The article `id`, whose text is not known: letters stand in for so many characters of it, so that offsets mean something.
    #[must_use]
    pub fn without_text(id: impl Into<String>, characters: usize) -> Self {
        Self {
            stand_in: true,
            ..Self::new(id, "x".repeat(characters))
        }
    }

    /// Whether the text is not the article's but stands in for it.
    #[must_use]
    pub const fn is_stand_in(&self) -> bool {
        self.stand_in
    }

    /// The same article, whose text begins at this line of its file, from 1.
    #[must_use]
    pub const fn from_line(mut self, line: usize) -> Self {
        self.first_line = line;
        self
    }

    /// The line of the file in which byte `at` of the text lies, from 1.
    #[must_use]
    pub fn line_of(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        self.first_line + memchr::memchr_iter(b'\n', before).count()
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
