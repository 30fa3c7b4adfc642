//! goldspan's own JSON Lines: one document a line, offsets in code points, half-open.

mod read;
mod write;

pub use self::write::{Origin, prediction_line};

use super::{Format, Head, Parted};
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

/// Every line is an object with an id, and entities or claims. Other formats of lines are asked before this one.
fn recognise(head: &Head<'_>) -> bool {
    let first = head.lines().next().unwrap_or_default().trim_start();
    first.starts_with('{')
        && (head.has_key("id") || head.has_key("entities") || head.has_key("claims"))
}
