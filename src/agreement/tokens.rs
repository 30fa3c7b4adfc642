//! The category that an annotator gives each token of a text: its label, or the labels that meet on it, or none.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

use crate::annotation::Mention;

/// The category of each token of one document, by one annotator: the labels on it joined by `+`, in order of name; empty where there is none.
pub type Categories = Vec<String>;

/// The categories of the tokens of `text`. A token is a word or a mark by UAX #29; white space is none. A mention labels every token that it shares a character
/// with.
#[must_use]
pub fn categories(text: &str, mentions: &[Mention]) -> Categories {
    let mut spans: Vec<(usize, usize, &str)> = Vec::new();
    for mention in mentions {
        let of = |span: &crate::span::Span| (span.start(), span.end(), mention.label.as_ref());
        spans.extend(mention.extent.spans().iter().map(of));
    }
    spans.sort_unstable();
    let mut next = 0;
    let mut open: Vec<(usize, usize, &str)> = Vec::new();
    let mut found = Vec::new();
    for (start, token) in text.split_word_bound_indices() {
        let end = start + token.len();
        while next < spans.len() && spans[next].0 < end {
            open.push(spans[next]);
            next += 1;
        }
        open.retain(|(_, reach, _)| *reach > start);
        if token.trim().is_empty() {
            continue;
        }
        let labels: BTreeSet<&str> = open.iter().map(|(_, _, label)| *label).collect();
        found.push(labels.into_iter().collect::<Vec<_>>().join("+"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn a_token_has_every_label_that_shares_a_character_with_it() {
        let text = "Bank of England's rate.";
        let mention = |start, end, label: &'static str| Mention {
            extent: Span::new(text, start, end).unwrap().into(),
            label: label.into(),
        };
        let mentions = [mention(0, 15, "ORG"), mention(8, 15, "GPE")];
        assert_eq!(
            categories(text, &mentions),
            ["ORG", "ORG", "GPE+ORG", "", ""]
        );
        assert_eq!(categories(" \n", &mentions[..0]), Vec::<String>::new());
    }
}
