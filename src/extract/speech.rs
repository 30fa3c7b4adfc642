//! Reported speech as the claim extractors find it, and the claim that it becomes.

use std::ops::Range;

use super::ExtractError;
use super::clause::{is_hedged, trim_content};
use crate::annotation::{Certainty, Claim, Polarity};
use crate::span::{Extent, Span, SpanError};

/// A report of speech: byte ranges of its parts, and what its cue says about the content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Speech {
    /// What is claimed, in fragments whose edges are not yet trimmed.
    pub(super) content: Vec<Range<usize>>,
    pub(super) source: Option<Range<usize>>,
    /// The expression that reports, in fragments; empty where there is none.
    pub(super) cue: Vec<Range<usize>>,
    /// The source rejects the content.
    pub(super) denies: bool,
    /// The source is not sure of the content.
    pub(super) hedges: bool,
}

impl Speech {
    /// The claim, or `None` where nothing is left of the content.
    ///
    /// # Errors
    /// Where the ranges are no spans of the text: a defect of the extractor.
    pub(super) fn into_claim(self, text: &str) -> Result<Option<Claim>, ExtractError> {
        self.claim(text)
            .map_err(|error| ExtractError::new(error.to_string()))
    }

    fn claim(self, text: &str) -> Result<Option<Claim>, SpanError> {
        let trimmed = self.content.into_iter();
        let content: Vec<Range<usize>> = trimmed
            .map(|piece| trim_content(text, piece))
            .filter(|piece| !piece.is_empty())
            .collect();
        if content.is_empty() {
            return Ok(None);
        }
        let doubtful = |piece: &Range<usize>| is_hedged(&text[piece.clone()]);
        let hedged = self.hedges || content.iter().any(doubtful);
        let mut claim = Claim::new(extent(text, content)?);
        claim.source = self
            .source
            .map(|source| extent(text, vec![source]))
            .transpose()?;
        if !self.cue.is_empty() {
            claim.cue = Some(extent(text, self.cue)?);
        }
        claim.polarity = Some(if self.denies {
            Polarity::Denied
        } else {
            Polarity::Affirmed
        });
        claim.certainty = Some(if hedged {
            Certainty::Hedged
        } else {
            Certainty::Certain
        });
        Ok(Some(claim))
    }
}

fn extent(text: &str, ranges: Vec<Range<usize>>) -> Result<Extent, SpanError> {
    let spans = ranges
        .into_iter()
        .map(|range| Span::new(text, range.start, range.end));
    Extent::new(spans.collect::<Result<_, _>>()?)
}

/// What `extractor` finds in `text`, a line a claim: `source | cue | content fragments`, with `> ` before nested ones.
#[cfg(test)]
pub(super) fn shown(extractor: &dyn super::Extractor, text: &str) -> Vec<String> {
    let document = crate::document::Document::new("a", text);
    let prediction = extractor.extract(&document).unwrap();
    let show = |extent: Option<&Extent>| extent.map_or("-".to_owned(), |extent| extent.text(text));
    let line = |claim: &Claim| {
        let spans = claim.content.extent().map_or(&[][..], Extent::spans);
        let content: Vec<&str> = spans.iter().map(|span| span.of(text)).collect();
        let nested = if claim.parent.is_some() { "> " } else { "" };
        format!(
            "{nested}{} | {} | {}",
            show(claim.source.as_ref()),
            show(claim.cue.as_ref()),
            content.join(" / ")
        )
    };
    prediction.0.claims.iter().map(line).collect()
}
