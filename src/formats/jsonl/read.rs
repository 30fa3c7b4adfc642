//! Reads goldspan JSON Lines: every line a document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::{Problem, nearest};
use crate::formats::Places;
use crate::formats::json::{Text, ranges_of, unreadable};
use crate::formats::{Attribute, Block, Draft, Frame, Options, Pairs, Says, Stretch, Target, Use};
use crate::offset::Unit;

#[derive(Debug, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    offsets: Option<String>,
    error: Option<serde_json::Value>,
    #[serde(borrow)]
    entities: Option<Vec<EntityWire<'a>>>,
    #[serde(borrow)]
    claims: Option<Vec<ClaimWire<'a>>>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct EntityWire<'a> {
    start: Option<i64>,
    end: Option<i64>,
    spans: Option<Vec<[i64; 2]>>,
    #[serde(borrow)]
    label: Cow<'a, str>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct ClaimWire<'a> {
    #[serde(borrow)]
    content: ContentWire<'a>,
    source: Option<Vec<[i64; 2]>>,
    cue: Option<Vec<[i64; 2]>>,
    #[serde(default, borrow)]
    attributes: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    parent: Option<usize>,
}

#[derive(Debug)]
enum ContentWire<'a> {
    Spans(Vec<[i64; 2]>),
    Words(Cow<'a, str>),
}

impl<'de: 'a, 'a> Deserialize<'de> for ContentWire<'a> {
    /// By the first character: an enum that serde tells apart by trying keeps a copy of what it tries.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor(PhantomData))
    }
}

struct ContentVisitor<'a>(PhantomData<&'a str>);

impl<'de: 'a, 'a> Visitor<'de> for ContentVisitor<'a> {
    type Value = ContentWire<'a>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "content is either spans, such as [[20, 41]], or words of its own in quotation marks",
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut spans = Vec::with_capacity(1);
        while let Some(span) = values.next_element()? {
            spans.push(span);
        }
        Ok(ContentWire::Spans(spans))
    }

    fn visit_borrowed_str<E>(self, words: &'de str) -> Result<Self::Value, E> {
        Ok(ContentWire::Words(Cow::Borrowed(words)))
    }

    fn visit_str<E>(self, words: &str) -> Result<Self::Value, E> {
        Ok(ContentWire::Words(Cow::Owned(words.to_owned())))
    }
}

/// Reads one line. Keys that mean nothing to goldspan are passed over.
pub(super) fn read<'a>(
    block: &'a Block,
    options: &Options,
) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    // An array of the right values would pass for an object.
    if !block.text().trim_start().starts_with('{') {
        let problem = block.problem(0..1, "this line is no JSON object");
        return Err(vec![
            problem.expected("an object { ... } with id, and entities or claims"),
        ]);
    }
    let wire: Wire<'_> = serde_json::from_str(block.text()).map_err(|error| {
        let problem = unreadable(block, &error, "a JSON object with id, and entities or claims");
        vec![problem.mend("each document is one line, such as {\"id\": \"a\", \"entities\": [{\"start\": 0, \"end\": 7, \"label\": \"PERSON\"}]}")]
    })?;
    Ok(Some(draft(block, wire, options)))
}

fn draft<'a>(block: &'a Block, wire: Wire<'a>, options: &Options) -> Draft<'a> {
    let mut problems = Vec::new();
    let said = |says: bool| if says { Says::Yes } else { Says::No };
    let mut draft = Draft {
        failure: failure(block, &wire).map(Cow::Owned),
        unit: unit(block, wire.offsets.as_deref(), &mut problems),
        says: [said(wire.entities.is_some()), said(wire.claims.is_some())],
        id: wire.id,
        text: wire.text.map(|Text(text)| text),
        plain_claims: true,
        metadata: wire.metadata,
        locate: Some(locate),
        ..Draft::default()
    };
    draft.problems = problems;
    let entities = wire.entities.unwrap_or_default();
    draft.stretches.reserve(entities.len());
    for (at, entity) in entities.into_iter().enumerate() {
        let mut used = Use::Mention;
        let pairs = match (entity.start, entity.end, entity.spans) {
            (Some(start), Some(end), None) => Pairs::One([start, end]),
            (None, None, Some(spans)) => spans.into(),
            (None, None, None) if options.unplaced && entity.text.is_some() => {
                used = Use::Unplaced;
                Pairs::Many(Vec::new())
            }
            _ => {
                let id = draft.id.clone();
                draft.complain(|| {
                    let (places, _) = locate(block.text());
                    let place = places.get(at).cloned().unwrap_or_default();
                    let what = format!("document {id}: entity {at} has no place");
                    let problem = block.problem(place, what);
                    problem.expected("start and end, or spans: [[start, end], ...]")
                });
                // It keeps its number, and has been told of.
                used = Use::Part;
                Pairs::Many(Vec::new())
            }
        };
        draft.stretches.push(Stretch {
            pairs,
            quoted: entity.text.map(|Text(text)| text),
            used,
            ..Stretch::new(entity.label, 0, 0)
        });
    }
    for claim in wire.claims.unwrap_or_default() {
        let frame = frame(claim, &mut draft.stretches);
        draft.frames.push(frame);
    }
    draft
}

fn frame<'a>(claim: ClaimWire<'a>, stretches: &mut Vec<Stretch<'a>>) -> Frame<'a> {
    let mut frame = Frame {
        kind: Cow::Borrowed("Attribution"),
        ..Frame::default()
    };
    let mut part = |role: &'static str, spans: Vec<[i64; 2]>, frame: &mut Frame<'a>| {
        let target = Target::Stretch(stretches.len());
        frame.arguments.push((Cow::Borrowed(role), target));
        stretches.push(Stretch {
            pairs: spans.into(),
            used: Use::Part,
            ..Stretch::new(role, 0, 0)
        });
    };
    match claim.content {
        ContentWire::Spans(spans) => part("Content", spans, &mut frame),
        ContentWire::Words(words) => frame.words = Some(words),
    }
    for (role, spans) in [("Source", claim.source), ("Cue", claim.cue)] {
        // An empty list says that there is none.
        if let Some(spans) = spans.filter(|spans| !spans.is_empty()) {
            part(role, spans, &mut frame);
        }
    }
    if let Some(parent) = claim.parent {
        let target = Target::Frame(parent);
        frame.arguments.push((Cow::Borrowed("Parent"), target));
    }
    let attributes = claim.attributes.into_iter();
    frame.attributes = attributes
        .map(|(name, value)| Attribute {
            name,
            value,
            id: Cow::Borrowed(""),
            at: Default::default(),
        })
        .collect();
    frame
}

fn unit(block: &Block, name: Option<&str>, problems: &mut Vec<Problem>) -> Option<Unit> {
    let name = name?;
    let unit = Unit::from_name(name);
    if unit.is_none() {
        let known = Unit::ALL.map(Unit::name);
        let problem = block
            .problem(
                0..block.text().len(),
                "there is no unit of offsets of this name",
            )
            .found(format!("{name:?}"))
            .expected(format!("one of {}", known.join(", ")));
        problems.push(match nearest(name, known) {
            Some(near) => problem.mend(format!("did you mean {near:?}?")),
            None => problem,
        });
    }
    unit
}

/// Why nothing was predicted for this document, where the line says that the extractor failed on it, or says nothing at all.
fn failure(block: &Block, wire: &Wire<'_>) -> Option<String> {
    match &wire.error {
        Some(serde_json::Value::String(error)) => Some(error.clone()),
        Some(serde_json::Value::Null) | None => {
            let silent = wire.entities.is_none() && wire.claims.is_none();
            silent.then(|| {
                let near = nearest_key(block.text());
                format!("its line has neither entities nor claims{near}")
            })
        }
        Some(error) => Some(error.to_string()),
    }
}

/// `; did you mean "entities" by "entites"?` where a key of the line is near one that means something.
fn nearest_key(line: &str) -> String {
    let keys: BTreeMap<String, serde::de::IgnoredAny> =
        serde_json::from_str(line).unwrap_or_default();
    let near = keys.keys().find_map(|key| {
        let known = ["entities", "claims"];
        nearest(key, known).map(|known| format!("; did you mean {known:?} by {key:?}?"))
    });
    near.unwrap_or_default()
}

/// The entities and claims of a line as they are written.
#[derive(Debug, Default, Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    entities: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    claims: Option<Vec<&'a RawValue>>,
}

/// The parts of a claim, of which only the number matters here.
#[derive(Debug, Deserialize)]
struct Parts {
    content: serde_json::Value,
    source: Option<Vec<serde::de::IgnoredAny>>,
    cue: Option<Vec<serde::de::IgnoredAny>>,
}

/// The places of the entities and of the parts of claims, and of the claims: a part stands where its claim does.
fn locate(line: &str) -> Places {
    let written: Written<'_> = serde_json::from_str(line).unwrap_or_default();
    let mut stretches = ranges_of(line, written.entities.as_ref());
    let claims = ranges_of(line, written.claims.as_ref());
    for (claim, place) in written.claims.iter().flatten().zip(&claims) {
        let parts = serde_json::from_str::<Parts>(claim.get()).ok();
        let count = parts.map_or(0, |parts| {
            let role = |role: &Option<Vec<_>>| role.as_ref().is_some_and(|spans| !spans.is_empty());
            usize::from(parts.content.is_array())
                + usize::from(role(&parts.source))
                + usize::from(role(&parts.cue))
        });
        stretches.extend(std::iter::repeat_n(place.clone(), count));
    }
    (stretches, claims)
}
