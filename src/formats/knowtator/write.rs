//! Writes Knowtator XML: an article, and the annotations that belong to it.

use std::fmt::Write;

use super::BETWEEN_FRAGMENTS;
use crate::annotation::Mention;
use crate::formats::writing::Claims;
use crate::formats::xml::{is_label, is_legal, push_attribute, push_text};
use crate::formats::{Holds, Layout, Losses, Output, Whole, Writer};
use crate::offset::CodePoints;

pub(super) const WRITER: Writer = Writer {
    layout: Layout::FilesByDocument,
    holds: Holds {
        claims: Claims::No,
        attributes: false,
        label: is_label,
        ..Holds::EVERYTHING
    },
    write,
};

/// Who is said to have annotated: the format has a place for it that readers expect to be filled.
const ANNOTATOR: &str = "goldspan";

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (id, text) = (whole.document.id(), whole.document.text());
    let points = CodePoints::new(text);
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<annotations textSource=\"");
    push_attribute(&mut out, id);
    out.push_str(".txt\">\n");
    for (at, mention) in whole.annotations.mentions.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "  <annotation>\n    <mention id=\"goldspan_Instance_{}\" />\n    <annotator id=\"{ANNOTATOR}\">{ANNOTATOR}</annotator>\n",
            at + 1
        );
        for span in mention.extent.spans() {
            let (start, end) = (points.of_byte(span.start()), points.of_byte(span.end()));
            let _ = writeln!(out, "    <span start=\"{start}\" end=\"{end}\" />");
        }
        push_quoted(&mut out, mention, text, id, losses);
        out.push_str("  </annotation>\n");
    }
    for (at, mention) in whole.annotations.mentions.iter().enumerate() {
        let _ = write!(
            out,
            "  <classMention id=\"goldspan_Instance_{}\">\n    <mentionClass id=\"",
            at + 1
        );
        push_attribute(&mut out, &mention.label);
        out.push_str("\">");
        push_text(&mut out, &mention.label);
        out.push_str("</mentionClass>\n  </classMention>\n");
    }
    out.push_str("</annotations>\n");
    vec![
        Output {
            file: ".txt",
            text: text.to_owned(),
        },
        Output {
            file: ".txt.knowtator.xml",
            text: out,
        },
    ]
}

/// Adds the text that a mention covers, unless XML has no place for it.
fn push_quoted(out: &mut String, mention: &Mention, text: &str, id: &str, losses: &mut Losses) {
    let pieces: Vec<&str> = mention
        .extent
        .spans()
        .iter()
        .map(|span| span.of(text))
        .collect();
    let quoted = pieces.join(BETWEEN_FRAGMENTS);
    if quoted.chars().all(is_legal) {
        out.push_str("    <spannedText>");
        push_text(out, &quoted);
        out.push_str("</spannedText>\n");
    } else {
        losses.add("quoted texts with characters that XML forbids", id, "");
    }
}
