//! Claims as stretches and links, for formats that know nothing but labelled spans and relations between them.

use crate::annotation::{Annotations, Claim, Content};
use crate::span::{Extent, Span};

/// The parts of all claims as labelled spans, and what joins them. Reading them back with the default mapping gives the same claims.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::formats) struct Linked {
    /// Label and span.
    pub(in crate::formats) stretches: Vec<(&'static str, Span)>,
    /// Type, and the indices of the stretches where it begins and ends.
    pub(in crate::formats) links: Vec<(&'static str, usize, usize)>,
    /// Index of a stretch, name and value of what is said of its claim.
    pub(in crate::formats) attributes: Vec<(usize, &'static str, String)>,
    /// How many claims could not be written so, since their contents are words of their own.
    pub(in crate::formats) wordy: u64,
}

/// The claims of a document as stretches and links. A claim hangs on its cue, or where it has none on its content; further fragments hang on the first.
pub(in crate::formats) fn as_links(annotations: &Annotations) -> Linked {
    let mut linked = Linked::default();
    let mut anchors: Vec<Option<usize>> = Vec::with_capacity(annotations.claims.len());
    for claim in &annotations.claims {
        let Content::Spans(content) = &claim.content else {
            linked.wordy += 1;
            anchors.push(None);
            continue;
        };
        let cue = claim.cue.as_ref().map(|cue| linked.part("Cue", cue));
        let content = linked.part("Content", content);
        if let Some(cue) = cue {
            linked.links.push(("content", cue, content));
        }
        let anchor = cue.unwrap_or(content);
        if let Some(source) = &claim.source {
            let source = linked.part("Source", source);
            linked.links.push(("source", anchor, source));
        }
        linked.say(anchor, claim);
        anchors.push(Some(anchor));
    }
    for (at, claim) in annotations.claims.iter().enumerate() {
        let parent = claim.parent.and_then(|parent| anchors.get(parent).copied());
        if let (Some(Some(parent)), Some(own)) = (parent, anchors[at]) {
            linked.links.push(("parent", own, parent));
        }
    }
    linked
}

impl Linked {
    /// Adds the fragments of a part, and gives the index of the first.
    fn part(&mut self, label: &'static str, extent: &Extent) -> usize {
        let first = self.stretches.len();
        for (at, span) in extent.spans().iter().enumerate() {
            self.stretches.push((label, *span));
            if at > 0 {
                self.links.push(("same", first, first + at));
            }
        }
        first
    }

    fn say(&mut self, anchor: usize, claim: &Claim) {
        let polarity = claim.polarity.map(|value| value.name().to_owned());
        let certainty = claim.certainty.map(|value| value.name().to_owned());
        let kind = claim.kind.as_ref().map(ToString::to_string);
        let said = [
            ("Polarity", polarity),
            ("Certainty", certainty),
            ("Type", kind),
        ];
        let said = said.into_iter();
        let said = said.filter_map(|(name, value)| Some((anchor, name, value?)));
        self.attributes.extend(said);
    }
}
