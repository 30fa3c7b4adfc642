//! Parts a file of JSON into its values: a value a line, the elements of one array, or one value over many lines.

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::lines::Lines;
use super::{Block, Open, Parted, Piece, without_mark};
use crate::error::Problem;
use crate::formats::input::{self, unreadable};
use crate::formats::options::Limits;

/// Opens a file of JSON values: by lines where its first line is a whole document, else read whole.
pub(super) fn open(path: &Path, limits: Limits) -> Result<Open, Problem> {
    let mut file = input::open(path, limits)?;
    let head = file.fill_buf().map_err(|error| unreadable(path, &error))?;
    if by_lines(head) {
        let lines = Lines::new(path, file, limits);
        return Ok(Open::Lines(lines, Parted::ByLines));
    }
    drop(file);
    let text = without_mark(input::read_whole(path, limits)?);
    Ok(Open::Ready(values(path, text)?.into_iter()))
}

/// Whether every line is a value of its own, to judge by the beginning of the file. An array is one document only where it begins with a string: the text of
/// spaCy's old pairs.
pub(crate) fn by_lines(head: &[u8]) -> bool {
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
    let head = head.trim_ascii_start();
    if head.starts_with(b"[") {
        return head[1..].trim_ascii_start().starts_with(b"\"");
    }
    let end = memchr::memchr(b'\n', head);
    let first = &head[..end.unwrap_or(head.len())];
    match serde_json::from_slice::<serde::de::IgnoredAny>(first) {
        Ok(_) => true,
        // A line longer than what was looked at goes on; one that ends in the middle of a value does not. What is no JSON is told of by its line.
        Err(error) => end.is_none() || !error.is_eof(),
    }
}

fn values(path: &Path, text: String) -> Result<Vec<Result<Block, Vec<Problem>>>, Problem> {
    let trimmed = text.trim();
    if !trimmed.starts_with('[') {
        let mut block = Block::new(path, 1, text);
        block.whole = true;
        return Ok(vec![Ok(block)]);
    }
    let elements: Vec<&RawValue> = serde_json::from_str(trimmed).map_err(|error| {
        let block = Block::new(path, 1, text.as_str());
        super::super::json::unreadable(&block, &error, "an array of documents")
    })?;
    let path: Arc<Path> = path.into();
    let mut line = 1;
    let mut counted = 0;
    let mut blocks = Vec::with_capacity(elements.len());
    for (at, element) in elements.iter().enumerate() {
        let element = element.get();
        // The element is a slice of the text.
        let start = element.as_ptr() as usize - text.as_ptr() as usize;
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..start]).count();
        counted = start;
        let piece = Piece {
            path: Arc::clone(&path),
            line,
            text: element.to_owned(),
        };
        blocks.push(Ok(Block::of(piece, at + 1, Vec::new())));
    }
    Ok(blocks)
}
