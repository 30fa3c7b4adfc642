//! Prodigy's JSON Lines: spans with offsets in code points, relations between tokens, and an answer; only accepted tasks are read.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Places;
use super::claims::as_links;
use super::json::{Id, Text, id_of, ranges_of, unreadable};
use super::writing::{Claims, tokens};
use super::{
    Block, Draft, Format, Head, Holds, Layout, Link, Losses, Options, Output, Parted, Stretch,
    Target, Whole, Writer,
};
use crate::annotation::{Annotations, Claim};
use crate::error::Problem;
use crate::offset::{CodePoints, Unit};
use crate::span::{Extent, Span};

/// The format.
pub static FORMAT: Format = Format {
    name: "prodigy",
    title: "Prodigy JSON Lines",
    extensions: &["jsonl", "json"],
    unit: Unit::CodePoint,
    about_offsets: "Prodigy counts characters (code points) from 0, end exclusive; say --offsets where another tool wrote the file",
    parted: Parted::ByValues,
    recognise,
    read,
    annotators: Some(annotators),
    frames: false,
    writer: Writer {
        layout: Layout::LINES,
        holds: Holds {
            // Relations name spans by place and label, so two that are the same cannot be told apart.
            discontinuous: false,
            claims: Claims::Stretches,
            attributes: false,
            ..Holds::EVERYTHING
        },
        write,
    },
};

fn recognise(head: &Head<'_>) -> bool {
    let own = ["_input_hash", "_task_hash", "_session_id", "answer"];
    let spans = head
        .value("spans")
        .is_some_and(|value| value.starts_with('['));
    head.first_value().starts_with('{')
        && head.has_key("text")
        && !head.has_key("ents")
        && (own.into_iter().any(|key| head.has_key(key)) || spans)
}

#[derive(Debug, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    id: Option<Id<'a>>,
    #[serde(borrow)]
    meta: Option<Meta<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow, default)]
    spans: Vec<SpanWire<'a>>,
    #[serde(borrow, default)]
    relations: Vec<Relation<'a>>,
    #[serde(borrow)]
    answer: Option<Cow<'a, str>>,
    #[serde(rename = "_input_hash")]
    input_hash: Option<i64>,
    #[serde(borrow, rename = "_annotator_id")]
    annotator: Option<Text<'a>>,
    #[serde(borrow, rename = "_session_id")]
    session: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct Meta<'a> {
    #[serde(borrow)]
    id: Option<Id<'a>>,
}

#[derive(Debug, Deserialize)]
struct SpanWire<'a> {
    start: i64,
    end: i64,
    #[serde(borrow)]
    label: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    token_end: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Relation<'a> {
    head: Option<i64>,
    child: Option<i64>,
    #[serde(borrow)]
    label: Cow<'a, str>,
    #[serde(borrow)]
    head_span: Option<SpanWire<'a>>,
    #[serde(borrow)]
    child_span: Option<SpanWire<'a>>,
}

fn read<'a>(block: &'a Block, options: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let wire: Wire<'_> = serde_json::from_str(block.text()).map_err(|error| {
        let expected =
            "a task with text, and spans: [{\"start\": 0, \"end\": 7, \"label\": \"PERSON\"}, ...]";
        let problem = unreadable(block, &error, expected);
        vec![problem.mend("export with db-out, or say --from what format this is")]
    })?;
    let hash = wire.input_hash.map(|hash| Id::Number(hash.into()));
    let id = wire.id.or(wire.meta.and_then(|meta| meta.id)).or(hash);
    let annotator = wire.annotator.or(wire.session).map(|Text(name)| name);
    let mut draft = Draft {
        id: id_of(id, block),
        text: wire.text.map(|Text(text)| text),
        left_out: left_out(wire.answer.as_deref(), annotator.as_deref(), options),
        annotator,
        locate: Some(locate),
        ..Draft::default()
    };
    let mut ends = Ends::default();
    for span in wire.spans {
        let at = draft.stretches.len();
        // A span that was only suggested for choosing has no label.
        let label = span.label.map_or(Cow::Borrowed(""), |Text(label)| label);
        ends.by_token
            .extend(span.token_end.map(|token| (token, at)));
        ends.by_place
            .insert((span.start, span.end, label.to_string()), at);
        draft.stretches.push(Stretch {
            quoted: span.text.map(|Text(text)| text),
            ..Stretch::new(label, span.start, span.end)
        });
    }
    for relation in wire.relations {
        let from = ends.of(relation.head_span.as_ref(), relation.head);
        let to = ends.of(relation.child_span.as_ref(), relation.child);
        match (from, to) {
            (Some(from), Some(to)) => draft.links.push(Link {
                kind: relation.label,
                from: Target::Stretch(from),
                to: Target::Stretch(to),
                at: Default::default(),
            }),
            // Relations may join bare tokens, which are no annotations.
            _ => draft.pass_over("relations between tokens"),
        }
    }
    Ok(Some(draft))
}

/// Who answered a task.
fn annotators(block: &Block) -> Vec<String> {
    let wire: Option<Wire<'_>> = serde_json::from_str(block.text()).ok();
    let who = wire.and_then(|wire| wire.annotator.or(wire.session));
    who.map(|Text(name)| name.into_owned())
        .into_iter()
        .collect()
}

/// Why a task is not to be read.
fn left_out(
    answer: Option<&str>,
    annotator: Option<&str>,
    options: &Options,
) -> Option<Cow<'static, str>> {
    if let Some(answer) = answer.filter(|answer| *answer != "accept") {
        return Some(Cow::Owned(format!("their answer is {answer:?}")));
    }
    let wanted = options.annotator.as_deref()?;
    // A session is a data set and a name joined by a hyphen.
    let named = annotator.is_some_and(|found| {
        found == wanted
            || found
                .rsplit_once('-')
                .is_some_and(|(_, name)| name == wanted)
    });
    (!named).then_some(Cow::Borrowed("they are by other annotators"))
}

/// What relations name spans by.
#[derive(Default)]
struct Ends {
    by_place: HashMap<(i64, i64, String), usize>,
    /// The last token of each span.
    by_token: HashMap<i64, usize>,
}

impl Ends {
    fn of(&self, span: Option<&SpanWire<'_>>, token: Option<i64>) -> Option<usize> {
        let label = |span: &SpanWire<'_>| {
            let label = span.label.as_ref();
            label.map_or_else(String::new, |Text(label)| label.to_string())
        };
        let place = span.map(|span| (span.start, span.end, label(span)));
        let by_place = place.and_then(|place| self.by_place.get(&place));
        by_place.or_else(|| self.by_token.get(&token?)).copied()
    }
}

#[derive(Debug, Default, Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    spans: Option<Vec<&'a RawValue>>,
}

fn locate(text: &str) -> Places {
    let written: Written<'_> = serde_json::from_str(text).unwrap_or_default();
    (ranges_of(text, written.spans.as_ref()), Vec::new())
}

#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    meta: MetaRow<'a>,
    tokens: Vec<TokenRow<'a>>,
    spans: Vec<SpanRow<'a>>,
    relations: Vec<RelationRow<'a>>,
    answer: &'static str,
}

#[derive(Serialize)]
struct MetaRow<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct TokenRow<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    id: usize,
    ws: bool,
}

#[derive(Serialize, Clone)]
struct SpanRow<'a> {
    start: usize,
    end: usize,
    token_start: usize,
    token_end: usize,
    label: &'a str,
}

#[derive(Serialize)]
struct RelationRow<'a> {
    head: usize,
    child: usize,
    label: &'static str,
    head_span: SpanRow<'a>,
    child_span: SpanRow<'a>,
}

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (document, annotations) = (whole.document, whole.annotations);
    let text = document.text();
    let points = CodePoints::new(text);
    let all = tokens(text, annotations);
    let token_rows = all.iter().enumerate().map(|(id, token)| TokenRow {
        text: &text[token.start..token.end],
        start: points.of_byte(token.start),
        end: points.of_byte(token.end),
        id,
        ws: text[token.end..].starts_with(char::is_whitespace),
    });
    let row = |label, span: Span| SpanRow {
        start: points.of_byte(span.start()),
        end: points.of_byte(span.end()),
        // White space at the edges of a span belongs to no token.
        token_start: all.partition_point(|token| token.end <= span.start()),
        token_end: all
            .partition_point(|token| token.start < span.end())
            .saturating_sub(1),
        label,
    };
    let separable = separable(annotations, document.id(), losses);
    let linked = as_links(&separable);
    let parts: Vec<SpanRow<'_>> = linked
        .stretches
        .iter()
        .map(|(label, span)| row(*label, *span))
        .collect();
    let own = once_each(&parts);
    let kept = (0..parts.len()).filter(|at| own[*at] == *at);
    let kept: Vec<SpanRow<'_>> = kept.map(|at| parts[at].clone()).collect();
    let relations = linked.links.iter().map(|(kind, from, to)| RelationRow {
        head: parts[*from].token_end,
        child: parts[*to].token_end,
        label: kind,
        head_span: parts[*from].clone(),
        child_span: parts[*to].clone(),
    });
    let relations = relations.collect();
    let mentions = annotations.mentions.iter();
    let mentions = mentions.map(|mention| row(&mention.label, mention.extent.spans()[0]));
    let line = serde_json::to_string(&Line {
        text,
        meta: MetaRow { id: document.id() },
        tokens: token_rows.collect(),
        spans: mentions.chain(kept).collect(),
        relations,
        answer: "accept",
    });
    super::json::output(line, document.id(), losses)
}

/// The claims that Prodigy's relations can tell apart, since these name spans by place and label: no two may hang on the same span, and parts that share a
/// fragment must be the same.
fn separable(annotations: &Annotations, id: &str, losses: &mut Losses) -> Annotations {
    let mut anchors: HashSet<(&'static str, &Extent)> = HashSet::new();
    let mut contents: HashSet<(&'static str, &Extent)> = HashSet::new();
    let mut whole: HashMap<(&'static str, Span), &Extent> = HashMap::new();
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut claims: Vec<Claim> = Vec::new();
    for claim in &annotations.claims {
        let content = claim.content.extent().map(|content| ("Content", content));
        let cue = claim.cue.as_ref().map(|cue| ("Cue", cue));
        let source = claim.source.as_ref().map(|source| ("Source", source));
        let parts = || [content, cue, source].into_iter().flatten();
        let fragments = || {
            parts().flat_map(|(label, extent)| {
                extent
                    .spans()
                    .iter()
                    .map(move |span| ((label, *span), extent))
            })
        };
        let mixed =
            fragments().any(|(key, extent)| whole.get(&key).is_some_and(|other| *other != extent));
        let anchor = cue.or(content);
        // A content that one claim hangs on is no other's.
        let lone = cue.is_none();
        let shared = content.is_some_and(|content| {
            anchors.contains(&content) || lone && contents.contains(&content)
        });
        if mixed || shared || anchor.is_some_and(|anchor| anchors.contains(&anchor)) {
            places.push(None);
            losses.add("claims whose cue or content another claim has too", id, "");
            continue;
        }
        anchors.extend(anchor);
        contents.extend(content);
        whole.extend(fragments());
        places.push(Some(claims.len()));
        claims.push(claim.clone());
    }
    for claim in &mut claims {
        if let Some(parent) = claim.parent {
            claim.parent = places.get(parent).copied().flatten();
            losses.add_many(
                "parents of claims",
                u64::from(claim.parent.is_none()),
                id,
                "",
            );
        }
    }
    Annotations {
        mentions: Vec::new(),
        claims,
        ..Annotations::default()
    }
}

/// For each part the first that is the same to a relation: it has the same place and label.
fn once_each(parts: &[SpanRow<'_>]) -> Vec<usize> {
    let mut first: HashMap<(usize, usize, &str), usize> = HashMap::new();
    let parts = parts.iter().enumerate();
    let own = parts.map(|(at, part)| {
        *first
            .entry((part.start, part.end, part.label))
            .or_insert(at)
    });
    own.collect()
}
