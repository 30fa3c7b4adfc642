//! Code points to bytes and back: the only room that converts between the offsets of files and those of the library.

use std::cell::OnceCell;

use str_indices::{chars, utf16};
use unicode_segmentation::UnicodeSegmentation;

/// How many bytes lie between two remembered positions: small enough to scan in a moment, large enough to cost nothing.
const STRIDE_BYTES: usize = 1024;

/// How many code points lie between two remembered ones: looking one up is a division and a few steps.
const STEP_POINTS: usize = 16;

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
    /// Extended grapheme clusters (UAX #29), what a person sees as one character.
    Grapheme,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 4] = [Self::CodePoint, Self::Utf16, Self::Byte, Self::Grapheme];

    /// The name in files and flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodePoint => "codepoint",
            Self::Utf16 => "utf16",
            Self::Byte => "byte",
            Self::Grapheme => "grapheme",
        }
    }

    /// What it is called among people, in the plural.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::CodePoint => "code points",
            Self::Utf16 => "UTF-16 units",
            Self::Byte => "bytes",
            Self::Grapheme => "graphemes",
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
    /// The byte at which every sixteenth code point begins; made when first asked for.
    sixteenths: OnceCell<Vec<usize>>,
    /// The byte at which each grapheme begins, and the end of the text; made when first asked for.
    graphemes: OnceCell<Vec<usize>>,
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
                sixteenths: OnceCell::new(),
                graphemes: OnceCell::new(),
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
            sixteenths: OnceCell::new(),
            graphemes: OnceCell::new(),
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
        let sixteenths = self.sixteenths.get_or_init(|| {
            let every = self.text.char_indices().step_by(STEP_POINTS);
            every.map(|(byte, _)| byte).collect()
        });
        let Some(begin) = sixteenths.get(point / STEP_POINTS) else {
            return Some(self.text.len());
        };
        let mut rest = self.text[*begin..].char_indices();
        let byte = rest.nth(point % STEP_POINTS).map(|(byte, _)| begin + byte);
        Some(byte.unwrap_or(self.text.len()))
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
            Unit::Grapheme => self.graphemes().get(at).copied(),
        }
    }

    /// The byte at which each grapheme begins, and the end of the text.
    fn graphemes(&self) -> &[usize] {
        self.graphemes.get_or_init(|| {
            let begins = self.text.grapheme_indices(true).map(|(byte, _)| byte);
            begins.chain([self.text.len()]).collect()
        })
    }

    /// The offset in `unit` of byte `byte`, which must lie on a character boundary; `None` inside a grapheme where those are counted.
    #[must_use]
    pub fn offset_of(&self, byte: usize, unit: Unit) -> Option<usize> {
        match unit {
            Unit::CodePoint => Some(self.of_byte(byte)),
            Unit::Byte => Some(byte),
            Unit::Utf16 if self.marks.is_empty() => Some(byte),
            Unit::Utf16 => {
                let at = self.marks.partition_point(|mark| mark.0 <= byte) - 1;
                let (start, _, before) = self.marks[at];
                Some(before + utf16::count(&self.text[start..byte]))
            }
            Unit::Grapheme => self.graphemes().binary_search(&byte).ok(),
        }
    }

    /// The offset in `unit` at which the text ends.
    #[must_use]
    pub fn end(&self, unit: Unit) -> usize {
        match unit {
            Unit::CodePoint => self.len,
            Unit::Byte => self.text.len(),
            Unit::Utf16 => self.marks.last().map_or(self.len, |mark| mark.2),
            Unit::Grapheme => self.graphemes().len() - 1,
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

/// Why an offset of a file is no byte of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// It lies before the beginning or past the end of the text.
    Outside,
    /// It lies inside a character.
    Inside,
}

/// How the offsets of one document are counted: a unit, and what a carriage return before a line feed counts.
#[derive(Debug)]
pub struct Ruler<'a> {
    points: &'a CodePoints<'a>,
    unit: Unit,
    /// Where each carriage return before a line feed stands, in the unit, where the two count as one; else empty.
    pairs: Vec<usize>,
}

impl<'a> Ruler<'a> {
    /// The ruler over the text of `points`.
    #[must_use]
    pub fn new(points: &'a CodePoints<'a>, unit: Unit, crlf_is_one: bool) -> Self {
        // A grapheme holds both.
        let folded = crlf_is_one && unit != Unit::Grapheme;
        let found = points.text.match_indices("\r\n").filter(|_| folded);
        let pairs = found.filter_map(|(byte, _)| points.offset_of(byte, unit));
        Self {
            points,
            unit,
            pairs: pairs.collect(),
        }
    }

    /// What is counted.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        self.unit
    }

    /// The byte of an offset.
    ///
    /// # Errors
    /// Where the offset is no boundary of a character of the text.
    pub fn byte(&self, offset: i64) -> Result<usize, Miss> {
        let offset = usize::try_from(offset).map_err(|_| Miss::Outside)?;
        // The k-th pair stands k earlier where every pair before it counts as one.
        let before = match self.pairs.as_slice() {
            [] => 0,
            pairs => first_not(pairs, |k, at| at - k < offset),
        };
        let offset = offset.saturating_add(before);
        self.points.byte_of(offset, self.unit).ok_or_else(|| {
            if offset <= self.points.end(self.unit) {
                Miss::Inside
            } else {
                Miss::Outside
            }
        })
    }

    /// The offset at which the text ends.
    #[must_use]
    pub fn end(&self) -> usize {
        self.points.end(self.unit) - self.pairs.len()
    }
}

/// The first index whose value does not fulfil `holds`, which holds for none after it.
fn first_not(values: &[usize], holds: impl Fn(usize, usize) -> bool) -> usize {
    let (mut low, mut high) = (0, values.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if holds(middle, values[middle]) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
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
    fn graphemes_are_what_a_person_sees_as_one_character() {
        let text = "e\u{301}👩‍👧b";
        let index = CodePoints::new(text);
        let found: Vec<_> = (0..5).map(|at| index.byte_of(at, Unit::Grapheme)).collect();
        assert_eq!(found, [Some(0), Some(3), Some(14), Some(15), None]);
        assert_eq!(index.end(Unit::Grapheme), 3);
        assert_eq!(index.offset_of(14, Unit::Grapheme), Some(2));
        assert_eq!(index.offset_of(1, Unit::Grapheme), None);
        assert_eq!(index.offset_of(14, Unit::Utf16), Some(7));
    }

    #[test]
    fn a_carriage_return_before_a_line_feed_may_count_as_one_with_it() {
        let text = "a\r\nb\r\n\r\nc";
        let index = CodePoints::new(text);
        let ruler = Ruler::new(&index, Unit::CodePoint, true);
        let found: Vec<_> = (0..8).map(|at| ruler.byte(at)).collect();
        let bytes = [0, 1, 3, 4, 6, 8, 9].map(Ok);
        assert_eq!(found[..7], bytes);
        assert_eq!(found[7], Err(Miss::Outside));
        assert_eq!((ruler.end(), ruler.byte(-1)), (6, Err(Miss::Outside)));
        let ruler = Ruler::new(&index, Unit::CodePoint, false);
        assert_eq!((ruler.end(), ruler.byte(3)), (9, Ok(3)));
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
