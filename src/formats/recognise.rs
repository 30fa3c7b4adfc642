//! Which format a file is in, by its beginning and its name; what could be several is asked for, never guessed.

use std::io::Read;
use std::path::Path;

use super::input::{self, COMPRESSED, unreadable};
use super::{FORMATS, Format, Limits};
use crate::error::{Excerpt, Problem};

/// How much of a file is looked at.
const HEAD_BYTES: u64 = 1 << 16;

/// The beginning of a file.
#[derive(Debug)]
pub struct Head<'a> {
    /// The file.
    pub path: &'a Path,
    /// The ending of its name, without that of a compressed file, in lower case.
    pub extension: String,
    /// Its first 64 KiB, without a byte order mark; empty for a folder.
    pub text: &'a str,
}

impl Head<'_> {
    /// Whether the file has this ending.
    #[must_use]
    pub fn ends(&self, extension: &str) -> bool {
        self.extension == extension
    }

    /// The first lines that are not blank.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| !line.trim().is_empty())
    }

    /// The first JSON value, or as much of it as was looked at: what stands after the bracket where the file is an array of objects.
    #[must_use]
    pub fn first_value(&self) -> &str {
        let text = self.text.trim_start();
        match text.strip_prefix('[') {
            Some(rest) if rest.trim_start().starts_with(['{', '[']) => rest.trim_start(),
            _ => text,
        }
    }

    /// Whether the first JSON object has this key, at whatever depth, within what was looked at.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        let quoted = format!("\"{key}\"");
        let first = self.first_value();
        let mut found = first.match_indices(&quoted);
        found.any(|(at, _)| first[at + quoted.len()..].trim_start().starts_with(':'))
    }
}

/// The ending of a file's name in lower case, without that of a compressed file.
#[must_use]
pub fn extension(path: &Path) -> String {
    let lower = |path: &Path| {
        let found = path
            .extension()
            .map(|found| found.to_string_lossy().to_lowercase());
        found.unwrap_or_default()
    };
    let last = lower(path);
    if COMPRESSED.contains(&last.as_str()) {
        return path
            .file_stem()
            .map(|stem| lower(Path::new(stem)))
            .unwrap_or_default();
    }
    last
}

/// The format of a file or folder.
///
/// # Errors
/// Where it cannot be read, or looks like no format.
pub fn recognise(path: &Path, limits: Limits) -> Result<&'static Format, Problem> {
    let mut bytes = Vec::new();
    if path.is_file() {
        let input = input::open(path, limits)?;
        let read = input.take(HEAD_BYTES).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(path, &error))?;
    } else if !path.is_dir() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(unreadable(path, &missing));
    }
    let text = String::from_utf8_lossy(&bytes);
    let head = Head {
        path,
        extension: extension(path),
        text: text.trim_start_matches('\u{feff}'),
    };
    if head.lines().next().is_none() && path.is_file() {
        // Nothing is said in any format; the plainest that has the ending says so best.
        let mut plain = FORMATS.into_iter().rev();
        let found = plain.find(|format| format.extensions.contains(&head.extension.as_str()));
        if let Some(found) = found {
            return Ok(found);
        }
    }
    let found = FORMATS.into_iter().find(|format| (format.recognise)(&head));
    found.ok_or_else(|| {
        let first = head.lines().next().unwrap_or_default();
        let problem = Problem::new("it is not clear what format this file has").in_file(path);
        let problem = if path.is_file() {
            problem.at(Excerpt::of(
                head.text,
                head.text.find(first).map_or(0..0, |at| at..at + 1),
            ))
        } else {
            problem
        };
        problem
            .expected(format!("one of {}", Format::names().join(", ")))
            .mend("say what it is with --from")
    })
}
