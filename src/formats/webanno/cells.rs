//! The cells of WebAnno's rows: values stacked by bars, numbers in brackets behind them, backslashes before what would mean something.

use std::borrow::Cow;

use memchr::memchr;

/// A value of a stack: what stands before its number in brackets, and that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item<'a> {
    /// As it is written, escapes and all.
    pub(super) raw: &'a str,
    /// The digits in the brackets behind it.
    pub(super) id: Option<&'a str>,
}

impl<'a> Item<'a> {
    /// Parts a value from what stands in brackets behind it.
    pub(super) fn of(whole: &'a str) -> Self {
        let alone = Self {
            raw: whole,
            id: None,
        };
        let Some(inner) = whole.strip_suffix(']') else {
            return alone;
        };
        // A bracket that belongs to the value has a backslash before it.
        if inner.ends_with('\\') {
            return alone;
        }
        match inner.rsplit_once('[') {
            Some((raw, id)) => Self { raw, id: Some(id) },
            None => alone,
        }
    }

    /// The value; `None` where the annotation has none.
    pub(super) fn value(&self) -> Option<Cow<'a, str>> {
        if matches!(self.raw, "*" | "_" | "") {
            None
        } else {
            Some(unescaped(self.raw))
        }
    }
}

/// The pieces of a cell between separators that no backslash stands before.
#[derive(Debug)]
pub(super) struct Stack<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

/// The stacked values of a cell.
pub(super) fn stack(cell: &str) -> Stack<'_> {
    Stack {
        rest: Some(cell),
        separator: b'|',
    }
}

/// The slots of one stacked value.
pub(super) fn slots(value: &str) -> Stack<'_> {
    Stack {
        rest: Some(value),
        separator: b';',
    }
}

impl<'a> Iterator for Stack<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let bytes = rest.as_bytes();
        let mut from = 0;
        while let Some(found) = memchr(self.separator, &bytes[from..]) {
            let at = from + found;
            let slashes = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\');
            if slashes.count() % 2 == 0 {
                self.rest = Some(&rest[at + 1..]);
                return Some(&rest[..at]);
            }
            from = at + 1;
        }
        self.rest = None;
        Some(rest)
    }
}

/// A value without the backslashes that guard it. One before anything else is a backslash.
pub(super) fn unescaped(raw: &str) -> Cow<'_, str> {
    if memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let mut skip = 1;
        match after.bytes().next() {
            Some(b'\\' | b'[' | b']' | b'|' | b'_' | b';' | b'*') => out.push_str(&after[..1]),
            Some(b't') => out.push('\t'),
            Some(b'n') => out.push('\n'),
            Some(b'-') if after.starts_with("->") => {
                out.push_str("->");
                skip = 2;
            }
            _ => {
                out.push('\\');
                skip = 0;
            }
        }
        rest = &after[skip..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Adds a value with a backslash before all that would mean something.
pub(super) fn escape(out: &mut String, value: &str) {
    let mut characters = value.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' | '[' | ']' | '|' | '_' | ';' | '*' => out.extend(['\\', c]),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '-' if characters.peek() == Some(&'>') => out.push_str("\\-"),
            _ => out.push(c),
        }
    }
}

/// The text of a `#Text=` line. Up to version 3.1 it is escaped as Java source is, from 3.2 on only control characters and backslashes are.
pub(super) fn unescaped_text(raw: &str, as_java: bool) -> Cow<'_, str> {
    if memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut units: Vec<u16> = Vec::new();
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        if at > 0 {
            flush(&mut out, &mut units);
        }
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some(unit) = as_java.then(|| java_unit(after)).flatten() {
            // Java writes a character beyond U+FFFF as two escapes.
            units.push(unit);
            rest = &after[5..];
            continue;
        }
        flush(&mut out, &mut units);
        let next = after.chars().next();
        let meant = match next {
            Some('t') => Some('\t'),
            Some('n') => Some('\n'),
            Some('f') => Some('\u{c}'),
            Some('r') => Some('\r'),
            Some('b') => Some('\u{8}'),
            Some('\\') => Some('\\'),
            Some(c) if c < ' ' => Some(c),
            Some(c) if as_java && matches!(c, '"' | '\'' | '/') => Some(c),
            _ => None,
        };
        out.push(meant.unwrap_or('\\'));
        rest = &after[meant.and(next).map_or(0, char::len_utf8)..];
    }
    if !rest.is_empty() {
        flush(&mut out, &mut units);
    }
    out.push_str(rest);
    flush(&mut out, &mut units);
    Cow::Owned(out)
}

/// The UTF-16 unit of `u00e4`.
fn java_unit(after: &str) -> Option<u16> {
    let digits = after.strip_prefix('u')?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

fn flush(out: &mut String, units: &mut Vec<u16>) {
    if !units.is_empty() {
        out.push_str(&String::from_utf16_lossy(units));
        units.clear();
    }
}

/// Adds a line of text, escaped as from version 3.2 on.
pub(super) fn escape_text(out: &mut String, line: &str) {
    for c in line.chars() {
        match c {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            '\\' => out.push_str("\\\\"),
            '\u{b}' => out.push(c),
            c if c < ' ' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back() {
        for value in [
            "", "a_b", "\\", "[1]", "x|y;z*", "a->b-c", "tab\tline\n", "ä😊\\_", "\\n",
        ] {
            let mut out = String::new();
            escape(&mut out, value);
            assert_eq!(stack(&out).collect::<Vec<_>>(), [out.as_str()]);
            assert_eq!(Item::of(&out).id, None, "{out}");
            assert_eq!(unescaped(&out), value);
            out.clear();
            escape_text(&mut out, value);
            assert_eq!(unescaped_text(&out, false), value);
        }
        let mut out = String::new();
        escape_text(&mut out, "\r\u{1}\u{b}\u{c}\u{8}");
        assert_eq!(unescaped_text(&out, false), "\r\u{1}\u{b}\u{c}\u{8}");
    }

    #[test]
    fn stacks_are_parted_at_bars_without_a_backslash() {
        let items: Vec<_> = stack(r"a[1]|b\|c\\|*[12]|d\[3\]").map(Item::of).collect();
        let item = |raw, id| Item { raw, id };
        assert_eq!(
            items,
            [
                item("a", Some("1")),
                item(r"b\|c\\", None),
                item("*", Some("12")),
                item(r"d\[3\]", None)
            ]
        );
        assert_eq!(items[2].value(), None);
        assert_eq!(items[1].value().unwrap(), "b|c\\");
        assert_eq!(slots(r"p1;p\;2").collect::<Vec<_>>(), ["p1", r"p\;2"]);
    }

    #[test]
    fn old_text_is_unescaped_as_java_source() {
        assert_eq!(
            unescaped_text(r#"\u00e4\uD83D\uDE0A \"x\" \/"#, true),
            "ä😊 \"x\" /"
        );
        assert_eq!(unescaped_text(r"\u00e4 \[", false), r"\u00e4 \[");
        assert_eq!(unescaped_text("end\\", false), "end\\");
        assert_eq!(unescaped_text(r"\uD83D", true), "\u{fffd}");
    }
}
