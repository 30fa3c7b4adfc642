//! Writes GATE XML: the text with a node wherever an annotation begins or ends, and the annotations in the unnamed set.

use std::fmt::Write;

use super::SEGMENTS;
use crate::formats::writing::Claims;
use crate::formats::xml::{is_label, legal, push_attribute, push_text};
use crate::formats::{Holds, Layout, Losses, Output, Whole, Writer};
use crate::offset::{CodePoints, Unit};

pub(super) const WRITER: Writer = Writer {
    layout: Layout::FilesByDocument,
    holds: Holds {
        discontinuous: false,
        claims: Claims::No,
        attributes: false,
        controls: false,
        label: |label| is_label(label) && !SEGMENTS.contains(&label),
        ..Holds::EVERYTHING
    },
    write,
};

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (id, text) = (whole.document.id(), whole.document.text());
    let points = CodePoints::new(text);
    // GATE numbers its nodes by UTF-16, and so do we, though readers need not rely on it.
    let number = |byte: usize| points.offset_of(byte, Unit::Utf16).unwrap_or(byte);
    let kept = &whole.annotations.mentions;
    let ends = kept
        .iter()
        .flat_map(|mention| [mention.extent.start(), mention.extent.end()]);
    let mut nodes: Vec<usize> = ends.collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GateDocument version=\"3\">\n<GateDocumentFeatures>\n</GateDocumentFeatures>\n<TextWithNodes>",
    );
    let (mut written, mut forbidden) = (0, 0);
    for node in nodes {
        forbidden += push_legal(&mut out, &text[written..node]);
        // Writing to a string cannot fail.
        let _ = write!(out, "<Node id=\"{}\"/>", number(node));
        written = node;
    }
    forbidden += push_legal(&mut out, &text[written..]);
    losses.add_many("characters that XML forbids", forbidden, id, "");
    out.push_str("</TextWithNodes>\n<AnnotationSet>\n");
    for (at, mention) in kept.iter().enumerate() {
        let _ = write!(out, "<Annotation Id=\"{at}\" Type=\"");
        push_attribute(&mut out, &mention.label);
        let (start, end) = (number(mention.extent.start()), number(mention.extent.end()));
        let _ = writeln!(
            out,
            "\" StartNode=\"{start}\" EndNode=\"{end}\">\n</Annotation>"
        );
    }
    out.push_str("</AnnotationSet>\n</GateDocument>\n");
    vec![Output {
        file: ".xml",
        text: out,
    }]
}

/// Adds text, with spaces for the characters that XML forbids, and gives how many those were.
fn push_legal(out: &mut String, text: &str) -> u64 {
    let (text, forbidden) = legal(text);
    push_text(out, &text);
    forbidden
}
