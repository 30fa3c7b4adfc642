//! Code points to bytes and back: the only room that converts between the offsets of files and those of the library.

use str_indices::{chars, utf16};

/// How many bytes lie between two remembered positions: small enough to scan in a moment, large enough to cost nothing.
const STRIDE_BYTES: usize = 1024;

/// What offsets in a file count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unit {
    /// Unicode code points, as Python strings and brat count.
    #[default]
    CodePoint,
    /// UTF-16 code units, as JavaScript and Java count.
    Utf16,
    /// Bytes of UTF-8.
    Byte,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 3] = [Self::CodePoint, Self::Utf16, Self::Byte];

    /// The name in files and flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodePoint => "codepoint",
            Self::Utf16 => "utf16",
            Self::Byte => "byte",
        }
    }

    /// The unit of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }
}

/// The code-point positions of one text, for offsets in any order.
#[derive(Debug)]
pub struct CodePoints<'a> {
    text: &'a str,
    /// (byte, code point, UTF-16 unit) at every stride, on character boundaries; empty where the text is ASCII and all are equal.
    marks: Vec<(usize, usize, usize)>,
    len: usize,
}

impl<'a> CodePoints<'a> {
    /// The index of `text`; linear time.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self {
                text,
                marks: Vec::new(),
                len: text.len(),
            };
        }
        let mut marks = vec![(0, 0, 0)];
        let (mut byte, mut point, mut unit) = (0, 0, 0);
        while byte < text.len() {
            let mut next = (byte + STRIDE_BYTES).min(text.len());
            while !text.is_char_boundary(next) {
                next += 1;
            }
            point += chars::count(&text[byte..next]);
            unit += utf16::count(&text[byte..next]);
            byte = next;
            marks.push((byte, point, unit));
        }
        Self {
            text,
            marks,
            len: point,
        }
    }

    /// How many code points the text has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the text is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The byte at which code point `point` begins; `None` past the end of the text.
    #[must_use]
    pub fn to_byte(&self, point: usize) -> Option<usize> {
        if point > self.len {
            return None;
        }
        if self.marks.is_empty() {
            return Some(point);
        }
        let at = self.marks.partition_point(|mark| mark.1 <= point) - 1;
        let (byte, before, _) = self.marks[at];
        Some(byte + chars::to_byte_idx(&self.text[byte..], point - before))
    }

    /// The byte of offset `at` in `unit`; `None` past the end of the text, or inside a character.
    #[must_use]
    pub fn byte_of(&self, at: usize, unit: Unit) -> Option<usize> {
        match unit {
            Unit::CodePoint => self.to_byte(at),
            Unit::Byte => self.text.is_char_boundary(at).then_some(at),
            Unit::Utf16 if self.marks.is_empty() => self.to_byte(at),
            Unit::Utf16 => {
                let mark = self.marks.partition_point(|mark| mark.2 <= at) - 1;
                let (start, _, before) = self.marks[mark];
                let rest = &self.text[start..];
                let byte = utf16::to_byte_idx(rest, at - before);
                (utf16::from_byte_idx(rest, byte) == at - before).then_some(start + byte)
            }
        }
    }

    /// The offset in `unit` at which the text ends.
    #[must_use]
    pub fn end(&self, unit: Unit) -> usize {
        match unit {
            Unit::CodePoint => self.len,
            Unit::Byte => self.text.len(),
            Unit::Utf16 => self.marks.last().map_or(self.len, |mark| mark.2),
        }
    }

    /// The number of code points before byte `byte`, which must lie on a character boundary.
    #[must_use]
    pub fn of_byte(&self, byte: usize) -> usize {
        if self.marks.is_empty() {
            return byte;
        }
        let at = self.marks.partition_point(|mark| mark.0 <= byte) - 1;
        let (start, before, _) = self.marks[at];
        before + chars::count(&self.text[start..byte])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_past_the_end_or_inside_a_character_have_no_byte() {
        let text = "a😀b";
        let index = CodePoints::new(text);
        let bytes = |unit, most: usize| {
            (0..most)
                .map(|at| index.byte_of(at, unit))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            bytes(Unit::CodePoint, 5),
            [Some(0), Some(1), Some(5), Some(6), None]
        );
        assert_eq!(
            bytes(Unit::Utf16, 6),
            [Some(0), Some(1), None, Some(5), Some(6), None]
        );
        assert_eq!(
            bytes(Unit::Byte, 8),
            [Some(0), Some(1), None, None, None, Some(5), Some(6), None]
        );
    }

    #[test]
    fn code_points_and_bytes_round_trip_across_strides() {
        for text in [
            String::new(),
            "plain".repeat(1000),
            "aä€😀".repeat(2000),
            "😀".to_owned(),
        ] {
            let index = CodePoints::new(&text);
            let mut point = 0;
            for (byte, _) in text.char_indices() {
                assert_eq!(index.to_byte(point), Some(byte));
                assert_eq!(index.of_byte(byte), point);
                point += 1;
            }
            assert_eq!(index.len(), point);
            assert_eq!(index.to_byte(point), Some(text.len()));
            assert_eq!(index.to_byte(point + 1), None);
        }
    }
}
