//! Reads back what was written of a document, so that nothing is handed on that its reader would read otherwise.

use std::path::Path;

use super::{Layout, Output};
use crate::document::Document;
use crate::error::Problem;
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
