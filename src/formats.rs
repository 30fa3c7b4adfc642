//! The door to annotation files: each format is a room of its own behind it.

mod blocks;
pub mod brat;
pub mod conll;
pub mod jsonl;

use std::path::Path;

pub use self::blocks::{Block, Blocks, Parted};

use crate::error::{Excerpt, Problem};

/// The text of a file, which must be UTF-8; a byte order mark is kept, since offsets count it.
///
/// # Errors
/// Where the file cannot be read, or is not UTF-8: the problem points at the first bad byte.
pub fn read_text(path: &Path) -> Result<String, Problem> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        not_utf8(path, bytes, at).found(format!(
            "the byte 0x{:02X} at offset {at}",
            bytes.get(at).copied().unwrap_or_default()
        ))
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new("cannot read this file")
        .in_file(path)
        .found(error.to_string())
        .mend("check that it exists and that you may read it")
}

/// The problem that `bytes` are not UTF-8 from the byte `at` on.
fn not_utf8(path: &Path, bytes: &[u8], at: usize) -> Problem {
    // Each bad sequence becomes a replacement character, the first of which stands where it was.
    let text = String::from_utf8_lossy(bytes);
    Problem::new("this file is not UTF-8")
        .in_file(path)
        .at(Excerpt::of(&text, at..at + '\u{fffd}'.len_utf8()))
        .expected("UTF-8 text")
        .mend("convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW")
}
