//! spaCy's documents as `Doc.to_json` makes them, a line each, and the old pairs of a text and its entities; offsets in code points.
//!
//! `ents` is read unless another spans key is named. Spans that no token fits are left out by spaCy itself before anything is written, with a warning of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Places;
use super::json::{Id, Text, id_of, ranges_of, unreadable};
use super::writing::Claims;
use super::{
    Block, Draft, Format, Head, Holds, Layout, Losses, Options, Output, Parted, Says, Stretch,
    Whole, Writer,
};
use crate::error::{Problem, nearest};
use crate::offset::{CodePoints, Unit};

/// The format.
pub static FORMAT: Format = Format {
    name: "spacy",
    title: "spaCy Doc.to_json",
    extensions: &["jsonl", "json"],
    unit: Unit::CodePoint,
    about_offsets: "spaCy counts characters (code points) from 0, end exclusive; say --offsets where another tool wrote the file",
    parted: Parted::ByValues,
    recognise,
    read,
    annotators: None,
    frames: false,
    writer: Writer {
        layout: Layout::LINES,
        holds: Holds {
            overlapping: false,
            repeated: false,
            discontinuous: false,
            claims: Claims::No,
            attributes: false,
            ..Holds::EVERYTHING
        },
        write,
    },
};

/// The layer that is read unless another is named.
const ENTITIES: &str = "ents";

fn recognise(head: &Head<'_>) -> bool {
    let first = head.first_value();
    let pair = first
        .strip_prefix('[')
        .is_some_and(|rest| rest.trim_start().starts_with('"'));
    // Without a component for entities a document has no ents; its spans are an object of keys.
    let layers = head.has_key(ENTITIES)
        || head
            .value("spans")
            .is_some_and(|value| value.starts_with('{'));
    (first.starts_with('{') && head.has_key("text") && layers)
        || (pair && first.contains("\"entities\""))
}

#[derive(Debug, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    id: Option<Id<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    ents: Option<Vec<SpanWire<'a>>>,
    #[serde(borrow, default)]
    spans: BTreeMap<Cow<'a, str>, Vec<SpanWire<'a>>>,
}

#[derive(Debug, Deserialize)]
struct SpanWire<'a> {
    start: i64,
    end: i64,
    #[serde(borrow)]
    label: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Pair<'a>(#[serde(borrow)] Cow<'a, str>, #[serde(borrow)] Labelled<'a>);

#[derive(Debug, Deserialize)]
struct Labelled<'a> {
    #[serde(borrow)]
    entities: Vec<Triple<'a>>,
}

#[derive(Debug, Deserialize)]
struct Triple<'a>(i64, i64, #[serde(borrow)] Cow<'a, str>);

fn read<'a>(block: &'a Block, options: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let refuse = |error: serde_json::Error| {
        let expected = "an object with text and ents, or a pair [text, {\"entities\": [[start, end, label], ...]}]";
        let problem = unreadable(block, &error, expected);
        vec![problem.mend("write a line for each document: json.dumps(doc.to_json())")]
    };
    if block.text().trim_start().starts_with('[') {
        let Pair(text, labelled) = serde_json::from_str(block.text()).map_err(refuse)?;
        let triples = labelled.entities.into_iter();
        return Ok(Some(Draft {
            id: id_of(None, block),
            text: Some(text),
            says: [Says::Yes, Says::Perhaps],
            stretches: triples
                .map(|Triple(start, end, label)| Stretch::new(label, start, end))
                .collect(),
            locate: Some(locate_pairs),
            ..Draft::default()
        }));
    }
    let mut wire: Wire<'_> = serde_json::from_str(block.text()).map_err(refuse)?;
    let mut draft = Draft {
        id: id_of(wire.id.take(), block),
        text: wire.text.take().map(|Text(text)| text),
        says: [Says::Yes, Says::Perhaps],
        ..Draft::default()
    };
    let layer = options.layer.as_deref().unwrap_or(ENTITIES);
    let spans = if layer == ENTITIES {
        draft.locate = Some(locate);
        wire.ents.take()
    } else {
        wire.spans.remove(layer)
    };
    if spans.is_none() && options.layer.is_some() {
        draft.problems.push(no_layer(block, layer, &wire));
    }
    let spans = spans.into_iter().flatten();
    draft.stretches = spans
        .map(|span| Stretch::new(span.label, span.start, span.end))
        .collect();
    if options.layer.is_none() {
        let others = wire.spans.iter().filter(|(_, spans)| !spans.is_empty());
        for (key, spans) in others {
            let what = format!("spans under the key {key:?}, which --layer {key} reads");
            *draft.unread.entry(Cow::Owned(what)).or_default() += spans.len() as u64;
        }
    }
    Ok(Some(draft))
}

fn no_layer(block: &Block, layer: &str, wire: &Wire<'_>) -> Problem {
    let known: Vec<&str> = [ENTITIES]
        .into_iter()
        .chain(wire.spans.keys().map(AsRef::as_ref))
        .collect();
    let problem = block
        .problem(
            0..block.first_line(),
            "this document has no spans under this key",
        )
        .found(format!("--layer {layer}"))
        .expected(format!("one of {}", known.join(", ")));
    match nearest(layer, known) {
        Some(near) => problem.mend(format!("did you mean {near}?")),
        None => problem.mend("name a key that the documents have, or leave --layer out"),
    }
}

#[derive(Debug, Default, Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    ents: Option<Vec<&'a RawValue>>,
}

fn locate(text: &str) -> Places {
    let written: Written<'_> = serde_json::from_str(text).unwrap_or_default();
    (ranges_of(text, written.ents.as_ref()), Vec::new())
}

#[derive(Debug, Deserialize)]
struct WrittenPair<'a>(serde::de::IgnoredAny, #[serde(borrow)] WrittenLabelled<'a>);

#[derive(Debug, Deserialize)]
struct WrittenLabelled<'a> {
    #[serde(borrow)]
    entities: Vec<&'a RawValue>,
}

fn locate_pairs(text: &str) -> Places {
    let written: Option<WrittenPair<'_>> = serde_json::from_str(text).ok();
    let entities = written.map(|pair| pair.1.entities);
    (ranges_of(text, entities.as_ref()), Vec::new())
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    text: &'a str,
    ents: Vec<SpanRow<'a>>,
}

#[derive(Serialize)]
struct SpanRow<'a> {
    start: usize,
    end: usize,
    label: &'a str,
}

/// Writes a document, whose entities do not overlap: spaCy refuses entities that do.
fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (document, annotations) = (whole.document, whole.annotations);
    let points = CodePoints::new(document.text());
    let ents = annotations.mentions.iter().map(|mention| SpanRow {
        start: points.of_byte(mention.extent.start()),
        end: points.of_byte(mention.extent.end()),
        label: &mention.label,
    });
    let line = serde_json::to_string(&Line {
        id: document.id(),
        text: document.text(),
        ents: ents.collect(),
    });
    super::json::output(line, document.id(), losses)
}
