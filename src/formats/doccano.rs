//! doccano's JSON Lines, both shapes: triples of offsets and label, or entities with ids and relations between them.
//!
//! Offsets count UTF-16 units, as the browser does, or graphemes where the project was set up so; nothing in the file says which, and no text is quoted that could
//! tell. Where the text has characters beyond the basic plane a remark says so.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Places;
use super::claims::as_links;
use super::json::{Id, Text, id_of, ranges_of, unreadable};
use super::writing::Claims;
use super::{
    Block, Draft, Format, Head, Holds, Layout, Link, Losses, Options, Output, Parted, Stretch,
    Target, Whole, Writer,
};
use crate::error::Problem;
use crate::offset::{CodePoints, Unit};

/// The format.
pub static FORMAT: Format = Format {
    name: "doccano",
    title: "doccano JSON Lines",
    extensions: &["jsonl", "json"],
    unit: Unit::Utf16,
    about_offsets: "doccano counts UTF-16 units, or graphemes where the project is set up so: try --offsets codepoint or --offsets grapheme",
    parted: Parted::ByValues,
    recognise,
    read,
    annotators: None,
    frames: false,
    writer: Writer {
        layout: Layout::LINES,
        holds: Holds {
            discontinuous: false,
            claims: Claims::Stretches,
            attributes: false,
            ..Holds::EVERYTHING
        },
        write,
    },
};

fn recognise(head: &Head<'_>) -> bool {
    let list = |key: &str| head.value(key).is_some_and(|value| value.starts_with('['));
    let entities = || {
        let value = head.value("entities")?.strip_prefix('[')?.trim_start();
        // Triples, objects with start_offset, or none of either beside the relations.
        let empty =
            value.starts_with(']') && (list("relations") || list("Comments") || list("cats"));
        Some(value.starts_with('[') || value.contains("\"start_offset\"") || empty)
    };
    let labels = (list("label") || list("labels")) && !head.has_key("spans");
    head.first_value().starts_with('{')
        && (head.has_key("text") || head.has_key("data"))
        && !head.has_key("annotations")
        && (labels || entities().unwrap_or(false))
}

/// A task. Imported data may have columns of any name and shape beside what doccano writes, so what is only perhaps its own is looked at later.
#[derive(Debug, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    id: Option<Id<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    label: Option<&'a RawValue>,
    #[serde(borrow)]
    labels: Option<&'a RawValue>,
    #[serde(borrow)]
    entities: Option<&'a RawValue>,
    #[serde(borrow)]
    relations: Option<&'a RawValue>,
    #[serde(borrow, rename = "Comments")]
    comments: Option<&'a RawValue>,
}

/// The list that a key holds; `None` where it holds something else.
fn list<'a, T: Deserialize<'a>>(value: Option<&'a RawValue>) -> Option<Vec<T>> {
    let value = value?.get();
    serde_json::from_str(value).ok()
}

#[derive(Debug, Deserialize)]
struct Triple<'a>(i64, i64, #[serde(borrow)] Cow<'a, str>);

#[derive(Debug, Deserialize)]
struct Entity<'a> {
    id: Option<i64>,
    #[serde(borrow)]
    label: Cow<'a, str>,
    start_offset: i64,
    end_offset: i64,
}

#[derive(Debug, Deserialize)]
struct Relation<'a> {
    from_id: i64,
    to_id: i64,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

fn read<'a>(block: &'a Block, options: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let wire: Wire<'_> = serde_json::from_str(block.text()).map_err(|error| {
        let expected = "an object with text, and label: [[start, end, label], ...] or entities";
        let problem = unreadable(block, &error, expected);
        vec![problem.mend("export from doccano as JSONL, or say --from what format this is")]
    })?;
    let text = wire.text.map(|Text(text)| text);
    let data = || serde_json::from_str::<Text<'_>>(wire.data?.get()).ok();
    let mut draft = Draft {
        id: id_of(wire.id, block),
        text: text.or_else(|| data().map(|Text(text)| text)),
        locate: Some(locate),
        ..Draft::default()
    };
    let triples = list::<Triple<'_>>(wire.label).or_else(|| list(wire.labels));
    let slots = list::<Triple<'_>>(wire.entities);
    let entities = list::<Entity<'_>>(wire.entities);
    if triples.is_none() && slots.is_none() && entities.is_none() {
        draft.problems.push(without_labels(block, &draft.id));
    }
    let triples = triples.into_iter().chain(slots).flatten();
    draft
        .stretches
        .extend(triples.map(|Triple(start, end, label)| Stretch::new(label, start, end)));
    let mut ids: HashMap<i64, usize> = HashMap::new();
    for entity in entities.filter(|all| !all.is_empty()).into_iter().flatten() {
        ids.extend(entity.id.map(|id| (id, draft.stretches.len())));
        let (start, end) = (entity.start_offset, entity.end_offset);
        draft.stretches.push(Stretch::new(entity.label, start, end));
    }
    for relation in list::<Relation<'_>>(wire.relations).into_iter().flatten() {
        match (ids.get(&relation.from_id), ids.get(&relation.to_id)) {
            (Some(from), Some(to)) => draft.links.push(Link {
                kind: relation.kind,
                from: Target::Stretch(*from),
                to: Target::Stretch(*to),
                at: Default::default(),
            }),
            _ => {
                let id = draft.id.clone();
                draft.complain(|| dangling(block, &id, &relation));
            }
        }
    }
    for _ in list::<serde::de::IgnoredAny>(wire.comments)
        .into_iter()
        .flatten()
    {
        draft.pass_over("comments");
    }
    let wide = draft
        .text
        .as_ref()
        .is_some_and(|text| text.chars().any(|c| c.len_utf16() > 1));
    if wide && options.unit.is_none() && !draft.stretches.is_empty() {
        let what = format!(
            "document {}: its text has characters that UTF-16 counts twice, and doccano's files do not say what they count",
            draft.id
        );
        let remark = block.problem(0..block.first_line(), what);
        draft.remarks.push(remark.mend("UTF-16 units were taken; declare them with --offsets utf16, or say --offsets codepoint or --offsets grapheme"));
    }
    Ok(Some(draft))
}

fn without_labels(block: &Block, id: &str) -> Problem {
    let what = format!("document {id}: it has no labels that can be read");
    let problem = block.problem(0..block.first_line(), what);
    problem
        .expected("label: [[start, end, label], ...], or entities with start_offset, end_offset and label")
        .mend("export from doccano as JSONL, or say --from what format this is")
}

fn dangling(block: &Block, id: &str, relation: &Relation<'_>) -> Problem {
    let what = format!("document {id}: a relation leads to no entity");
    let problem = block.problem(0..block.first_line(), what);
    problem
        .found(format!(
            "from_id {}, to_id {}",
            relation.from_id, relation.to_id
        ))
        .expected("ids of entities of the same document")
        .mend("export the project again, or take the relation out")
}

fn locate(text: &str) -> Places {
    let Ok(wire) = serde_json::from_str::<Wire<'_>>(text) else {
        return Default::default();
    };
    let labels = list::<Triple<'_>>(wire.label).map_or(wire.labels, |_| wire.label);
    let mut places = Vec::new();
    for values in [labels, wire.entities] {
        places.extend(ranges_of(text, list(values).as_ref()));
    }
    (places, Vec::new())
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    text: &'a str,
    entities: Vec<EntityRow<'a>>,
    relations: Vec<RelationRow>,
}

#[derive(Serialize)]
struct EntityRow<'a> {
    id: usize,
    label: &'a str,
    start_offset: usize,
    end_offset: usize,
}

#[derive(Serialize)]
struct RelationRow {
    id: usize,
    from_id: usize,
    to_id: usize,
    #[serde(rename = "type")]
    kind: &'static str,
}

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (document, annotations) = (whole.document, whole.annotations);
    let points = CodePoints::new(document.text());
    let offset = |byte| points.offset_of(byte, Unit::Utf16).unwrap_or(byte);
    let linked = as_links(annotations);
    let mentions = annotations.mentions.iter();
    let mentions = mentions.map(|mention| (mention.label.as_ref(), mention.extent.spans()[0]));
    let parts = linked.stretches.iter().copied();
    let rows = mentions.chain(parts).enumerate();
    let entities = rows.map(|(at, (label, span))| EntityRow {
        id: at + 1,
        label,
        start_offset: offset(span.start()),
        end_offset: offset(span.end()),
    });
    let first = annotations.mentions.len() + 1;
    let links = linked.links.iter().enumerate();
    let relations = links.map(|(at, (kind, from, to))| RelationRow {
        id: at + 1,
        from_id: first + from,
        to_id: first + to,
        kind,
    });
    let line = serde_json::to_string(&Line {
        id: document.id(),
        text: document.text(),
        entities: entities.collect(),
        relations: relations.collect(),
    });
    super::json::output(line, document.id(), losses)
}
