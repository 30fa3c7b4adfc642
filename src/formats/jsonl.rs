//! goldspan's own JSON Lines: one document a line, offsets in code points, half-open.

mod read;
mod write;

pub use self::write::{Origin, prediction_line};

use super::{Block, Format, Head, Options, Parted, Record};
use crate::annotation::Annotations;
use crate::document::Document;
use crate::error::Problem;
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "jsonl",
    title: "goldspan JSON Lines",
    extensions: &["jsonl", "ndjson", "json"],
    unit: Unit::CodePoint,
    about_offsets: "if the offsets count something else, say so: \"offsets\": \"utf16\" or \"byte\" in the line, or --offsets",
    parted: Parted::ByLines,
    recognise,
    read: read::read,
    annotators: None,
    frames: true,
    writer: write::WRITER,
};

/// The annotations of one line, laid over `document`; what its offsets count is `unit`, unless it says so itself. The id and the text of the line are not looked at.
///
/// # Errors
/// What cannot be read, and every annotation that does not fit the document.
pub fn annotations(
    line: &str,
    document: &Document,
    unit: Unit,
) -> Result<Annotations, Vec<Problem>> {
    let block = Block::new("line", 1, line);
    let options = Options {
        unit: Some(unit),
        unplaced: true,
        ..Options::default()
    };
    match Record::of(&FORMAT, &block, &options)? {
        Some(record) => Ok(record.read(document, &options)?.annotations),
        None => Ok(Annotations::default()),
    }
}

/// Every line is an object with an id, and entities or claims. Other formats of lines are asked before this one.
fn recognise(head: &Head<'_>) -> bool {
    let first = head.lines().next().unwrap_or_default().trim_start();
    first.starts_with('{')
        && (head.has_key("id") || head.has_key("entities") || head.has_key("claims"))
}
