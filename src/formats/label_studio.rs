//! Label Studio's JSON: tasks with the annotations of one or several people, regions with labels, relations, choices by region; the full export and JSON-MIN.
//!
//! Offsets count code points, as its editor does today; older exports count UTF-16 units, which shows where regions quote their text. Where a task holds several annotations, one must be chosen: the ground truth, or that of a named annotator.

mod read;
mod wire;
mod write;

use super::{Format, Head, Parted};
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "label-studio",
    title: "Label Studio JSON",
    extensions: &["json", "jsonl"],
    unit: Unit::CodePoint,
    about_offsets: "Label Studio counts characters (code points; older versions UTF-16 units) from 0, end exclusive, in the text as its task has it; was the task's text changed after it was labelled?",
    parted: Parted::ByValues,
    recognise,
    read: read::read,
    annotators: Some(read::annotators),
    frames: false,
    writer: write::WRITER,
};

/// A task has its text under `data` and its annotations in lists; JSON-MIN has regions under the name of their control, and who labelled them.
fn recognise(head: &Head<'_>) -> bool {
    let lists = ["annotations", "completions", "predictions"];
    let full = head.has_key("data") && lists.into_iter().any(|key| head.has_key(key));
    let minimal = head.has_key("annotation_id") || head.has_key("lead_time");
    head.first_value().starts_with('{') && (full || minimal)
}
