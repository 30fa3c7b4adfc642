//! White space in the last column of CoNLL-U: `\s` is a space, `\t` a tab, `\n` a line end.

use std::borrow::Cow;

/// What an escaped value stands for. A backslash before anything unknown is a backslash.
pub(super) fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let meant = match rest.as_bytes().get(at + 1) {
            Some(b's') => Some(' '),
            Some(b't') => Some('\t'),
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b'p') => Some('|'),
            Some(b'\\') => Some('\\'),
            _ => None,
        };
        out.push(meant.unwrap_or('\\'));
        rest = &rest[at + 1 + usize::from(meant.is_some())..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Adds a value, escaped.
pub(super) fn escape(out: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            ' ' => out.push_str("\\s"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '|' => out.push_str("\\p"),
            '\\' => out.push_str("\\\\"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_comes_back() {
        for text in ["", " ", "\r\n\t |\\s\u{a0}\u{2028}", "\\"] {
            let mut out = String::new();
            escape(&mut out, text);
            assert!(!out.contains([' ', '\t', '\n', '\r', '|']));
            assert_eq!(unescaped(&out), text);
        }
        assert_eq!(unescaped("\\x\\"), "\\x\\");
    }
}
