//! Fits extents to a format: white space at their edges, and fragments in which nothing can be seen, are left out where a format has no way to say them.

use std::borrow::Cow;

use super::{Holds, Losses};
use crate::annotation::{Claim, Content, Mention};
use crate::document::Document;
use crate::formats::xml::is_legal;
use crate::span::{Extent, Span};

/// What becomes of an extent.
enum Fitted {
    Same,
    /// White space was left out.
    Less(Extent),
    /// Nothing of it can be seen.
    Nothing,
}

const EDGES: &str = "white space at the edges of annotations";

impl Holds {
    fn fitted(&self, extent: &Extent, text: &str) -> Fitted {
        let visible = |c: char| !c.is_whitespace() && (self.controls || is_legal(c));
        let spans = extent.spans();
        if !spans.iter().any(|span| span.of(text).chars().any(visible)) {
            return Fitted::Nothing;
        }
        if self.edges && (self.discontinuous || spans.len() == 1) {
            return Fitted::Same;
        }
        let fragment = |span: &Span| {
            let covered = span.of(text);
            if !covered.chars().any(visible) {
                return None;
            }
            if self.edges {
                return Some(*span);
            }
            let start = span.end() - covered.trim_start().len();
            Span::new(text, start, start + covered.trim().len()).ok()
        };
        let fragments: Vec<Span> = spans.iter().filter_map(fragment).collect();
        if fragments == spans {
            return Fitted::Same;
        }
        Extent::new(fragments).map_or(Fitted::Nothing, Fitted::Less)
    }

    /// Why nothing can be seen of an annotation.
    const fn nothing(&self) -> &'static str {
        if self.controls {
            "of nothing but white space"
        } else {
            "of nothing but characters that XML forbids"
        }
    }

    /// A mention as the format can hold it.
    pub(super) fn fitted_mention<'m>(
        &self,
        mention: &'m Mention,
        document: &Document,
        losses: &mut Losses,
    ) -> Option<Cow<'m, Mention>> {
        match self.fitted(&mention.extent, document.text()) {
            Fitted::Same => Some(Cow::Borrowed(mention)),
            Fitted::Less(extent) => {
                let shown = mention.extent.text(document.text());
                losses.add(EDGES, document.id(), &shown);
                let label = mention.label.clone();
                Some(Cow::Owned(Mention { extent, label }))
            }
            Fitted::Nothing => {
                losses.add(format!("mentions {}", self.nothing()), document.id(), "");
                None
            }
        }
    }

    /// Makes a claim such that the format can hold its parts; whether there is anything left of it.
    pub(super) fn fit_claim(
        &self,
        claim: &mut Claim,
        document: &Document,
        losses: &mut Losses,
    ) -> bool {
        let (id, text) = (document.id(), document.text());
        if let Content::Spans(extent) = &mut claim.content {
            match self.fitted(extent, text) {
                Fitted::Same => {}
                Fitted::Less(less) => {
                    losses.add(EDGES, id, &extent.text(text));
                    *extent = less;
                }
                Fitted::Nothing => {
                    losses.add(format!("claims {}", self.nothing()), id, "");
                    return false;
                }
            }
        }
        for part in [&mut claim.source, &mut claim.cue] {
            let Some(extent) = part else { continue };
            match self.fitted(extent, text) {
                Fitted::Same => {}
                Fitted::Less(less) => {
                    losses.add(EDGES, id, &extent.text(text));
                    *part = Some(less);
                }
                Fitted::Nothing => {
                    let what = format!("sources and cues {}", self.nothing());
                    losses.add(what, id, "");
                    *part = None;
                }
            }
        }
        true
    }
}
