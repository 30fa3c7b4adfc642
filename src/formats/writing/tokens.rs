//! Tokens and sentences for formats that must have them: words and marks by UAX #29, cut wherever an annotation begins or ends, so that none is lost.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::annotation::{Annotations, Content};
use crate::span::{Extent, Span};

/// A token: bytes of the text, holding no white space at its edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) struct Token {
    pub(in crate::formats) start: usize,
    pub(in crate::formats) end: usize,
}

/// Everything that is annotated.
fn extents(annotations: &Annotations) -> impl Iterator<Item = &Extent> {
    let mentions = annotations.mentions.iter().map(|mention| &mention.extent);
    let claims = annotations.claims.iter().flat_map(|claim| {
        let content = match &claim.content {
            Content::Spans(extent) => Some(extent),
            Content::Text(_) => None,
        };
        [content, claim.source.as_ref(), claim.cue.as_ref()]
            .into_iter()
            .flatten()
    });
    mentions.chain(claims)
}

/// The tokens of a text, in order. Every annotation begins and ends with a token, white space at its edges left aside.
pub(in crate::formats) fn tokens(text: &str, annotations: &Annotations) -> Vec<Token> {
    let mut cuts: Vec<usize> = Vec::new();
    for span in extents(annotations).flat_map(Extent::spans) {
        cuts.extend([span.start(), span.end()]);
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut cuts = cuts.into_iter().peekable();
    let mut found = Vec::new();
    for (start, word) in text.split_word_bound_indices() {
        let end = start + word.len();
        let mut from = start;
        while cuts.next_if(|cut| *cut <= from).is_some() {}
        while let Some(cut) = cuts.next_if(|cut| *cut < end) {
            push(&mut found, text, from, cut);
            from = cut;
        }
        push(&mut found, text, from, end);
    }
    found
}

fn push(found: &mut Vec<Token>, text: &str, start: usize, end: usize) {
    let piece = &text[start..end];
    let trimmed = piece.trim_start();
    let start = end - trimmed.len();
    let end = start + trimmed.trim_end().len();
    if start < end {
        found.push(Token { start, end });
    }
}

/// The tokens in sentences: a line each, though none ends inside an annotation.
pub(in crate::formats) fn sentences<'t>(
    text: &str,
    tokens: &'t [Token],
    annotations: &Annotations,
) -> Vec<&'t [Token]> {
    let mut inside: Vec<(usize, usize)> = extents(annotations)
        .map(|extent| (extent.start(), extent.end()))
        .collect();
    inside.sort_unstable();
    let mut reach = 0;
    let mut next = 0;
    let mut begin = 0;
    let mut found = Vec::new();
    for at in 1..tokens.len() {
        let (before, after) = (tokens[at - 1].end, tokens[at].start);
        while next < inside.len() && inside[next].0 < after {
            reach = reach.max(inside[next].1);
            next += 1;
        }
        if reach <= before && text[before..after].contains('\n') {
            found.push(&tokens[begin..at]);
            begin = at;
        }
    }
    if begin < tokens.len() {
        found.push(&tokens[begin..]);
    }
    found
}

/// The tokens that a span covers, by index, and whether it begins and ends with them; it does not where white space stands at its edges.
pub(in crate::formats) fn covered(tokens: &[Token], span: Span) -> (Range<usize>, bool) {
    let first = tokens.partition_point(|token| token.end <= span.start());
    let end = tokens
        .partition_point(|token| token.start < span.end())
        .max(first);
    let exact =
        first < end && tokens[first].start == span.start() && tokens[end - 1].end == span.end();
    (first..end, exact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::Mention;

    fn shown(text: &str, ranges: &[(usize, usize)]) -> Vec<Vec<String>> {
        let mention = |&(start, end): &(usize, usize)| Mention {
            extent: Span::new(text, start, end).unwrap().into(),
            label: "X".into(),
        };
        let annotations = Annotations {
            mentions: ranges.iter().map(mention).collect(),
            claims: Vec::new(),
            ..Annotations::default()
        };
        let tokens = tokens(text, &annotations);
        let sentences = sentences(text, &tokens, &annotations);
        let show = |token: &Token| text[token.start..token.end].to_owned();
        sentences
            .into_iter()
            .map(|all| all.iter().map(show).collect())
            .collect()
    }

    #[test]
    fn tokens_are_cut_where_annotations_begin_and_end() {
        let text = "Rebel-held Idlib's\nnorth.";
        assert_eq!(
            shown(text, &[(2, 8), (11, 16)]),
            [
                vec!["Re", "bel", "-", "he", "ld", "Idlib", "'s"],
                vec!["north", "."]
            ]
        );
    }

    #[test]
    fn a_sentence_does_not_end_inside_an_annotation() {
        assert_eq!(
            shown("a b\nc\nd", &[(2, 5)]),
            [vec!["a", "b", "c"], vec!["d"]]
        );
        assert_eq!(shown("", &[]), Vec::<Vec<String>>::new());
    }
}
