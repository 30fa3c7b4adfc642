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

    /// The keys of the first JSON object itself, none of those within its values, with what follows each; as far as the file was looked at.
    #[must_use]
    pub fn keys(&self) -> Vec<(&str, &str)> {
        let text = self.first_value();
        let (mut depth, mut at) = (0_usize, 0);
        let mut keys = Vec::new();
        while let Some(found) = text[at..].find(['{', '}', '[', ']', '"']) {
            at += found;
            match text.as_bytes()[at] {
                b'{' | b'[' => depth += 1,
                b'"' => {
                    let Some(end) = end_of_string(text, at) else {
                        break;
                    };
                    let after = text[end..].trim_start();
                    if let Some(value) = after.strip_prefix(':').filter(|_| depth == 1) {
                        keys.push((&text[at + 1..end - 1], value.trim_start()));
                    }
                    at = end - 1;
                }
                _ => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
            }
            at += 1;
        }
        keys
    }

    /// What follows a key of the first JSON object itself.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        let mut keys = self.keys().into_iter();
        keys.find(|(found, _)| *found == key)
            .map(|(_, value)| value)
    }

    /// Whether the first JSON object has this key, itself and not within a value.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.value(key).is_some()
    }
}

/// The byte after the string that begins at `from`; `None` where it does not end.
fn end_of_string(text: &str, from: usize) -> Option<usize> {
    let mut at = from + 1;
    while let Some(found) = text.get(at..)?.find(['"', '\\']) {
        at += found;
        if text.as_bytes()[at] == b'"' {
            return Some(at + 1);
        }
        // What is escaped may be a character of several bytes.
        at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        let head = Head {
            path: Path::new("a.json"),
            extension: "json".to_owned(),
            text,
        };
        head.keys()
            .into_iter()
            .map(|(key, _)| key.to_owned())
            .collect()
    }

    #[test]
    fn only_the_keys_of_the_first_object_itself_are_found() {
        assert_eq!(
            keys(r#"{"text": "a \"label\": {", "ents": [{"label": "X"}], "z": 1} {"b": 1}"#),
            ["text", "ents", "z"]
        );
        assert_eq!(
            keys(r#"[ {"id": 1, "data": {"text": "x"}}, {"c": 1}]"#),
            ["id", "data"]
        );
        assert_eq!(keys(r#"{"text": "cut off in the mid"#), ["text"]);
        assert_eq!(keys("{\"a\\é"), Vec::<String>::new());
        assert_eq!(keys(""), Vec::<String>::new());
    }
}
