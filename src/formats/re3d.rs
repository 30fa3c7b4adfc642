//! re3d's folders of JSON Lines: documents.json, with the rows of entities.json that name each; offsets in code points.
//!
//! A row of confidence 0 is a label that the crowd rejected: it is counted and left out.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::json::{Id, unreadable};
use super::writing::Claims;
use super::{
    At, Block, Draft, Format, Head, Holds, Layout, Losses, Options, Output, Parted, Piece, Says,
    Stretch, Whole, Writer,
};
use crate::error::Problem;
use crate::offset::{CodePoints, Unit};

/// The format.
pub static FORMAT: Format = Format {
    name: "re3d",
    title: "re3d JSON",
    extensions: &["json"],
    unit: Unit::CodePoint,
    about_offsets: "re3d counts characters (code points) from 0, end exclusive",
    parted: Parted::ByFolder,
    recognise: |head: &Head<'_>| head.path.join("documents.json").is_file(),
    read,
    annotators: None,
    frames: false,
    writer: Writer {
        layout: Layout::SharedFiles,
        holds: Holds {
            discontinuous: false,
            claims: Claims::No,
            attributes: false,
            ..Holds::EVERYTHING
        },
        write,
    },
};

#[derive(Debug, Deserialize)]
struct DocumentWire<'a> {
    #[serde(borrow, rename = "_id")]
    id: Id<'a>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    title: Option<String>,
    #[serde(rename = "sourceName")]
    source: Option<String>,
    #[serde(rename = "sourceUrl")]
    url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Row<'a> {
    begin: i64,
    end: i64,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    value: Option<super::json::Text<'a>>,
    confidence: Option<f64>,
}

fn read<'a>(block: &'a Block, _: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let wire: DocumentWire<'_> = serde_json::from_str(block.text())
        .map_err(|error| vec![unreadable(block, &error, "a JSON object with _id and text")])?;
    let mut draft = Draft {
        id: wire.id.text(),
        text: Some(wire.text),
        says: [Says::Yes, Says::No],
        ..Draft::default()
    };
    let known = [
        ("title", wire.title),
        ("source", wire.source),
        ("url", wire.url),
    ];
    for (key, value) in known {
        draft
            .metadata
            .extend(value.map(|value| (key.to_owned(), value)));
    }
    for (at, piece) in block.companions.iter().enumerate() {
        if piece
            .path
            .file_name()
            .is_some_and(|name| name == "entities.json")
        {
            entity(piece, at, &mut draft);
        } else {
            draft.pass_over("relations");
        }
    }
    Ok(Some(draft))
}

fn entity<'a>(piece: &'a Piece, companion: usize, draft: &mut Draft<'a>) {
    let row: Row<'_> = match serde_json::from_str(&piece.text) {
        Ok(row) => row,
        Err(error) => {
            draft.complain(|| {
                let at = error.column().saturating_sub(1).min(piece.text.len());
                let problem = Problem::new("this row cannot be read")
                    .in_file(&piece.path)
                    .at(piece.excerpt(at..at + 1))
                    .found(error.to_string());
                problem.expected("a JSON object with begin, end and type")
            });
            return;
        }
    };
    if row.confidence.is_some_and(|confidence| confidence <= 0.0) {
        draft.pass_over("entities that the crowd rejected (confidence 0)");
        return;
    }
    let value = row.value.map(|super::json::Text(value)| value);
    if value.as_ref().is_some_and(|value| value.trim().is_empty()) {
        draft.pass_over("entities of white space alone");
        return;
    }
    let at = At {
        part: companion + 1,
        range: 0..piece.text.len(),
    };
    draft.stretches.push(Stretch {
        quoted: value,
        at: at.clone(),
        quoted_at: at,
        ..Stretch::new(row.kind, row.begin, row.end)
    });
}

#[derive(Serialize)]
struct DocumentRow<'a> {
    _id: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct EntityRow<'a> {
    _id: String,
    begin: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: &'a str,
    value: &'a str,
    #[serde(rename = "documentId")]
    document: &'a str,
    confidence: u8,
}

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (id, text) = (whole.document.id(), whole.document.text());
    let points = CodePoints::new(text);
    let mut entities = String::new();
    for (at, mention) in whole.annotations.mentions.iter().enumerate() {
        let span = mention.extent.spans()[0];
        let row = serde_json::to_string(&EntityRow {
            _id: format!("{id}-{at}"),
            begin: points.of_byte(span.start()),
            end: points.of_byte(span.end()),
            kind: &mention.label,
            value: span.of(text),
            document: id,
            confidence: 1,
        });
        entities.extend(
            super::json::output(row, id, losses)
                .into_iter()
                .map(|output| output.text),
        );
    }
    let document = serde_json::to_string(&DocumentRow { _id: id, text });
    let documents = super::json::output(document, id, losses).into_iter();
    let documents = documents.map(|output| output.text).collect();
    vec![
        Output {
            file: "documents.json",
            text: documents,
        },
        Output {
            file: "entities.json",
            text: entities,
        },
    ]
}
