//! What the readers of JSON share: a parser's complaint as a problem with its place, and where the items of a list stand.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Block, Losses, Output};
use crate::error::Problem;

/// The problem that a block is no JSON of the expected shape.
pub(super) fn unreadable(block: &Block, error: &serde_json::Error, expected: &str) -> Problem {
    // serde_json counts lines and columns, in bytes, from 1.
    let line = error.line().saturating_sub(1);
    let begin: usize = block
        .text()
        .split_inclusive('\n')
        .take(line)
        .map(str::len)
        .sum();
    let at = (begin + error.column().saturating_sub(1)).min(block.text().len());
    let full = error.to_string();
    let what = full
        .rsplit_once(" at line")
        .map_or(full.as_str(), |(what, _)| what);
    let what_is_it = if block.text().contains('\n') {
        "this JSON cannot be read"
    } else {
        "this line cannot be read"
    };
    block
        .problem(at..at + 1, what_is_it)
        .found(what)
        .expected(expected)
}

/// The bytes of a value that was read as a slice of `text`.
pub(super) fn range_of(text: &str, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - text.as_ptr() as usize;
    start..start + value.get().len()
}

/// The bytes of each value of a list.
pub(super) fn ranges_of(text: &str, values: Option<&Vec<&RawValue>>) -> Vec<Range<usize>> {
    let values = values.into_iter().flatten();
    values.map(|value| range_of(text, value)).collect()
}

/// An id that is a string or a number, as tools write either.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Id<'a> {
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Number(serde_json::Number),
}

impl<'a> Id<'a> {
    pub(super) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }
}

/// A string that is borrowed where it holds no escapes; inside an option serde borrows none unasked.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// The id of a document whose file gives it none: the how-many-eth of all files it is.
pub(super) fn id_of<'a>(id: Option<Id<'a>>, block: &Block) -> Cow<'a, str> {
    id.map_or_else(|| Cow::Owned(block.ordinal.to_string()), Id::text)
}

/// A line that was made of a document; one that could not be made is a loss.
pub(super) fn output(
    line: Result<String, serde_json::Error>,
    id: &str,
    losses: &mut Losses,
) -> Vec<Output> {
    match line {
        Ok(line) => Output::one(line + "\n"),
        Err(error) => {
            losses.add(format!("documents that JSON cannot hold: {error}"), id, "");
            Vec::new()
        }
    }
}
