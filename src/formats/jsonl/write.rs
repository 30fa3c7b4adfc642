//! Writes goldspan JSON Lines: the predictions of a run, and documents of other formats.

use serde::Serialize;

use crate::annotation::{Annotations, Claim, Content, Label, Mention, Task};
use crate::document::Document;
use crate::formats::json::output;
use crate::formats::{Holds, Layout, Losses, Output, Whole, Writer};
use crate::offset::CodePoints;
use crate::span::Extent;

pub(super) const WRITER: Writer = Writer {
    layout: Layout::LINES,
    holds: Holds {
        unplaced: true,
        ..Holds::EVERYTHING
    },
    write,
};

/// A pair of code points: start, end.
type Pair = [usize; 2];

/// One line. `corpus`, `extractor`, and `repeat` from the second on, stand in the predictions of a run and are left out elsewhere.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    corpus: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extractor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entities: Option<Vec<EntityRow<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<Vec<ClaimRow>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum EntityRow<'a> {
    One {
        start: usize,
        end: usize,
        label: &'a str,
    },
    Many {
        spans: Vec<Pair>,
        label: &'a str,
    },
    Unplaced {
        text: &'a str,
        label: &'a str,
    },
}

#[derive(Debug, Serialize)]
struct ClaimRow {
    content: ContentRow,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Vec<Pair>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cue: Option<Vec<Pair>>,
    attributes: Attributes,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ContentRow {
    Spans(Vec<Pair>),
    Words(Box<str>),
}

#[derive(Debug, Serialize)]
struct Attributes {
    #[serde(skip_serializing_if = "Option::is_none")]
    polarity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certainty: Option<&'static str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<Label>,
}

/// Where a prediction comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The corpus that the document belongs to.
    pub corpus: &'a str,
    /// The extractor.
    pub extractor: &'a str,
    /// Which of the repeats of the document this is, from 1.
    pub repeat: u32,
    /// The tasks that it attempts; a line says nothing about the others.
    pub tasks: &'a [Task],
}

/// One line, without its line end, of what an extractor found in a document, or of why it found nothing.
///
/// # Errors
/// Never in practice: every part of a line is a string or a number.
pub fn prediction_line(
    document: &Document,
    origin: Origin<'_>,
    outcome: Result<&Annotations, &str>,
) -> Result<String, serde_json::Error> {
    let points = CodePoints::new(document.text());
    let found = outcome.ok();
    let of_task = |task| found.filter(|_| origin.tasks.contains(&task));
    let entities = of_task(Task::Entities).map(|found| entities(&points, found));
    let claims = of_task(Task::Claims).map(|found| found.claims.iter());
    serde_json::to_string(&Line {
        id: document.id(),
        corpus: Some(origin.corpus),
        extractor: Some(origin.extractor),
        repeat: (origin.repeat > 1).then_some(origin.repeat),
        text: None,
        error: outcome.err(),
        entities,
        claims: claims.map(|all| all.map(|claim| row(&points, claim)).collect()),
    })
}

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (document, annotations) = (whole.document, whole.annotations);
    let points = CodePoints::new(document.text());
    let claims = annotations.claims.iter().map(|claim| row(&points, claim));
    let line = serde_json::to_string(&Line {
        id: document.id(),
        corpus: None,
        extractor: None,
        repeat: None,
        text: (!document.is_stand_in()).then(|| document.text()),
        error: None,
        entities: whole.says[0].then(|| entities(&points, annotations)),
        claims: whole.says[1].then(|| claims.collect()),
    });
    output(line, document.id(), losses)
}

/// Those with a place, then those without.
fn entities<'a>(points: &CodePoints<'_>, annotations: &'a Annotations) -> Vec<EntityRow<'a>> {
    let placed = annotations.mentions.iter();
    let unplaced = annotations.unplaced.iter();
    let unplaced = unplaced.map(|unplaced| EntityRow::Unplaced {
        text: &unplaced.words,
        label: &unplaced.label,
    });
    let placed = placed.map(|mention| entity(points, mention));
    placed.chain(unplaced).collect()
}

fn entity<'a>(points: &CodePoints<'_>, mention: &'a Mention) -> EntityRow<'a> {
    let label = &mention.label;
    match pairs(points, &mention.extent).as_slice() {
        &[[start, end]] => EntityRow::One { start, end, label },
        spans => EntityRow::Many {
            spans: spans.to_vec(),
            label,
        },
    }
}

fn row(points: &CodePoints<'_>, claim: &Claim) -> ClaimRow {
    let role = |extent: &Option<Extent>| extent.as_ref().map(|extent| pairs(points, extent));
    ClaimRow {
        content: match &claim.content {
            Content::Spans(extent) => ContentRow::Spans(pairs(points, extent)),
            Content::Text(words) => ContentRow::Words(words.clone()),
        },
        source: role(&claim.source),
        cue: role(&claim.cue),
        attributes: Attributes {
            polarity: claim.polarity.map(|polarity| polarity.name()),
            certainty: claim.certainty.map(|certainty| certainty.name()),
            kind: claim.kind.clone(),
        },
        parent: claim.parent,
    }
}

fn pairs(points: &CodePoints<'_>, extent: &Extent) -> Vec<Pair> {
    let spans = extent.spans().iter();
    spans
        .map(|span| [points.of_byte(span.start()), points.of_byte(span.end())])
        .collect()
}
