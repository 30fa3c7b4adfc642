//! What the writers of XML share: characters that XML has no place for, those that must be escaped, and labels that are read back as they are.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::annotation::ALL_LABELS;
use crate::formats::claims::Mapping;

/// Whether XML has a place for a character at all.
pub(in crate::formats) const fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}

/// The text with a space for every character that XML forbids, and how many those were. All of them are one unit of UTF-16 long, as the space is.
pub(in crate::formats) fn legal(text: &str) -> (Cow<'_, str>, u64) {
    let count = text.chars().filter(|c| !is_legal(*c)).count() as u64;
    if count == 0 {
        return (Cow::Borrowed(text), 0);
    }
    let replaced = text.chars().map(|c| if is_legal(c) { c } else { ' ' });
    (Cow::Owned(replaced.collect()), count)
}

/// Adds text to an attribute, so that every character of it survives.
pub(in crate::formats) fn push_attribute(out: &mut String, text: &str) {
    push_escaped(out, text, |c| match c {
        '\n' => Some("&#10;"),
        '\t' => Some("&#9;"),
        '"' => Some("&quot;"),
        _ => None,
    });
}

/// Adds text to an element, so that every character of it survives.
pub(in crate::formats) fn push_text(out: &mut String, text: &str) {
    push_escaped(out, text, |_| None);
}

fn push_escaped(out: &mut String, text: &str, more: impl Fn(char) -> Option<&'static str>) {
    for c in text.chars() {
        let escaped = match c {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '\r' => Some("&#13;"),
            // Readers of XML 1.1 would take these for line ends.
            '\u{85}' => Some("&#133;"),
            '\u{2028}' => Some("&#8232;"),
            _ => more(c),
        };
        match escaped {
            Some(escaped) => out.push_str(escaped),
            None => out.push(c),
        }
    }
}

/// Whether a label can be written in XML, and is read back as that of a mention.
pub(in crate::formats) fn is_label(label: &str) -> bool {
    static DEFAULT: LazyLock<Mapping> = LazyLock::new(Mapping::default);
    let written = !label.is_empty() && label != ALL_LABELS && label.chars().all(is_legal);
    written && DEFAULT.part(label).is_none()
}
