//! Reads back what was written of a document, so that nothing is handed on that its reader would read otherwise.

use std::borrow::Cow;
use std::path::Path;

use super::{Holds, Layout, Output};
use crate::annotation::{Annotations, Mention};
use crate::document::Document;
use crate::error::Problem;
use crate::formats::xml::legal;
use crate::formats::{Block, Format, Options, Parted, Piece, Read, Record};

/// The document and annotations that a reader makes of what was written of the document `id`.
///
/// # Errors
/// What the reader complains of.
pub fn read_back(
    format: &'static Format,
    id: &str,
    outputs: &[Output],
    options: &Options,
) -> Result<Option<(Document, Read)>, Vec<Problem>> {
    let Some(block) = block(format, id, outputs) else {
        return Ok(None);
    };
    let Some(record) = Record::of(format, &block, options)? else {
        return Ok(None);
    };
    let document = match record.text() {
        Some(text) => Document::new(record.id(), text),
        None => Document::without_text(record.id(), record.stand_in()),
    };
    let read = record.read(&document, options)?;
    Ok(Some((document, read)))
}

/// The block that a file with nothing but this document has.
fn block(format: &Format, id: &str, outputs: &[Output]) -> Option<Block> {
    let piece = |file: &str, text: &str| Piece {
        path: Path::new(&format!("{id}{file}")).into(),
        line: 1,
        text: text.to_owned(),
    };
    let mut block = match format.parted {
        Parted::WithArticle(ending) => {
            let is_article = |output: &&Output| output.file.strip_prefix('.') == Some(ending);
            let article = outputs.iter().find(is_article)?;
            let own = outputs.iter().find(|output| !is_article(output))?;
            let mut block = Block::new(format!("{id}{}", own.file), 1, own.text.as_str());
            block.companions = vec![piece(article.file, &article.text)];
            block.whole = true;
            block
        }
        Parted::ByFolder => {
            let (documents, others) = outputs.split_first()?;
            let mut block = Block::new(documents.file, 1, documents.text.trim_end());
            for output in others {
                let lines = output.text.lines();
                block.companions.extend(lines.map(|line| Piece {
                    path: Path::new(output.file).into(),
                    line: 1,
                    text: line.to_owned(),
                }));
            }
            block
        }
        _ => {
            let own = outputs.first()?;
            Block::new(format!("{id}{}", own.file), 1, own.text.as_str())
        }
    };
    if let (Parted::ByRows, Layout::OneFile { begin, .. }) = (format.parted, format.writer.layout) {
        block.companions = vec![piece("", begin)];
    }
    block.whole |= format.parted == Parted::Not;
    Some(block)
}

/// Reads back what was written, and compares: a document that its own reader would read otherwise is a mistake of ours. `untouched` says that nothing was lost. Gives the id that the
/// document is read back with, which is another where its own has no place.
///
/// # Errors
/// What the reader complains of, or what it would read otherwise.
pub fn verify(
    format: &'static Format,
    document: &Document,
    outputs: &[Output],
    kept: &Annotations,
    untouched: bool,
) -> Result<String, Vec<Problem>> {
    let options = Options {
        tags: crate::formats::conll::WRITTEN,
        unplaced: true,
        ..Options::default()
    };
    let Some((back, read)) = read_back(format, document.id(), outputs, &options)? else {
        return Ok(document.id().to_owned());
    };
    let differs = |what: &str, found: String, expected: String| {
        let what = format!(
            "document {}: {what} would be read back otherwise from {}",
            document.id(),
            format.title
        );
        let problem = Problem::new(what).found(found).expected(expected);
        Err(vec![problem.mend(
            "this is a mistake of goldspan; please report it with the document",
        )])
    };
    let holds = &format.writer.holds;
    let exact = holds.exact_text && back.text() == document.text();
    let written = holds.written(document.text());
    if holds.exact_text && back.text() != written && !document.is_stand_in() {
        let shown = |text: &str| text.chars().take(60).collect::<String>();
        return differs("its text", shown(back.text()), shown(&written));
    }
    let (found, expected) = (
        shown(holds, &read.annotations.mentions, back.text(), exact),
        shown(holds, &kept.mentions, document.text(), exact),
    );
    let plain = document.is_stand_in() || back.is_stand_in();
    if !plain && found != expected {
        return differs(
            "its mentions",
            format!("{found:?}"),
            format!("{expected:?}"),
        );
    }
    if read.annotations.unplaced != kept.unplaced {
        let (found, expected) = (&read.annotations.unplaced, &kept.unplaced);
        let what = "its mentions without a place";
        return differs(what, format!("{found:?}"), format!("{expected:?}"));
    }
    // A claim of which a part was lost is told among the losses.
    if untouched && read.annotations.claims.len() != kept.claims.len() {
        let (found, expected) = (read.annotations.claims.len(), kept.claims.len());
        return differs("its claims", found.to_string(), expected.to_string());
    }
    Ok(back.id().to_owned())
}

/// The mentions in a form that can be compared: by place where the text is the same, else by their words.
fn shown(holds: &Holds, mentions: &[Mention], text: &str, exact: bool) -> Vec<String> {
    let one = |mention: &Mention| {
        if exact {
            format!("{} {:?}", mention.label, mention.extent)
        } else {
            let covered = mention.extent.text(text);
            let words: String = holds.written(&covered).split_whitespace().collect();
            format!("{} {}", mention.label, words.replace('_', ""))
        }
    };
    let mut shown: Vec<String> = mentions.iter().map(one).collect();
    shown.sort();
    shown
}

impl Holds {
    /// A text as files of the format have it.
    fn written<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.controls {
            Cow::Borrowed(text)
        } else {
            legal(text).0
        }
    }
}
