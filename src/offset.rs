//! Code points to bytes and back: the only room that converts between the offsets of files and those of the library.

use str_indices::chars;

/// How many bytes lie between two remembered positions: small enough to scan in a moment, large enough to cost nothing.
const STRIDE_BYTES: usize = 1024;

/// The code-point positions of one text, for offsets in any order.
#[derive(Debug)]
pub struct CodePoints<'a> {
    text: &'a str,
    /// (byte, code point) at every stride, on character boundaries; empty where the text is ASCII and both are equal.
    marks: Vec<(usize, usize)>,
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
        let mut marks = vec![(0, 0)];
        let (mut byte, mut point) = (0, 0);
        while byte < text.len() {
            let mut next = (byte + STRIDE_BYTES).min(text.len());
            while !text.is_char_boundary(next) {
                next += 1;
            }
            point += chars::count(&text[byte..next]);
            byte = next;
            marks.push((byte, point));
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
        let (byte, before) = self.marks[at];
        Some(byte + chars::to_byte_idx(&self.text[byte..], point - before))
    }

    /// The number of code points before byte `byte`, which must lie on a character boundary.
    #[must_use]
    pub fn of_byte(&self, byte: usize) -> usize {
        if self.marks.is_empty() {
            return byte;
        }
        let at = self.marks.partition_point(|mark| mark.0 <= byte) - 1;
        let (start, before) = self.marks[at];
        before + chars::count(&self.text[start..byte])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
