//! The door to annotation files: each format is a room of its own behind it.

pub mod brat;
pub mod conll;
pub mod jsonl;

use std::path::Path;

use crate::error::{Excerpt, Problem};

/// The text of a file, which must be UTF-8; a byte order mark is kept, since offsets count it.
///
/// # Errors
/// Where the file cannot be read, or is not UTF-8: the problem points at the first bad byte.
pub fn read_text(path: &Path) -> Result<String, Problem> {
    let bytes = std::fs::read(path).map_err(|error| {
        Problem::new("cannot read this file")
            .in_file(path)
            .found(error.to_string())
            .mend("check that it exists and that you may read it")
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let byte = bytes.get(at).copied().unwrap_or_default();
        let start = bytes[..at]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |n| n + 1);
        let end = bytes[at..]
            .iter()
            .position(|b| *b == b'\n')
            .map_or(bytes.len(), |n| at + n);
        let before = String::from_utf8_lossy(&bytes[start..at]).into_owned();
        let text = String::from_utf8_lossy(&bytes[start..end]).into_owned();
        let mark = before.len()..(before.len() + '\u{fffd}'.len_utf8()).min(text.len());
        Problem::new("this file is not UTF-8")
            .in_file(path)
            .at(Excerpt {
                line: bytes[..at].iter().filter(|b| **b == b'\n').count() + 1,
                text,
                mark,
            })
            .found(format!("the byte 0x{byte:02X} at offset {at}"))
            .expected("UTF-8 text")
            .mend("convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW")
    })
}
