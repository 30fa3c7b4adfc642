//! Puts the text of a WebAnno document together from its sentences and the offsets of its tokens, and checks every token against it.

use std::ops::Range;

use super::cells::{unescaped, unescaped_text};
use crate::formats::record::MOST_CHARACTERS;
use crate::offset::Unit;

/// Why a sentence or a token does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It begins before what comes before it ends, at this offset.
    TooEarly(usize),
    /// It begins further on than any text is believed to be.
    TooFar,
    /// It ends past its sentence, which ends at this offset.
    Outside(usize),
    /// An offset lies inside a character.
    Inside,
    /// The text has something else there.
    Other(String),
}

/// The text so far.
#[derive(Debug)]
pub(super) struct Article<'a> {
    pub(super) text: String,
    width: fn(char) -> usize,
    as_java: bool,
    /// The lines of the sentence whose first token is yet to come.
    lines: Vec<&'a str>,
    /// How many units the text has.
    units: usize,
    /// A position in the text: unit and byte.
    cursor: (usize, usize),
    /// Where the sentence begins, and whether all its characters are of one unit and one byte.
    begin: (usize, usize),
    plain: bool,
    sentences: usize,
}

impl<'a> Article<'a> {
    /// No text. Offsets count this unit.
    pub(super) fn new(unit: Unit, as_java: bool, bytes: usize) -> Self {
        let width: fn(char) -> usize = match unit {
            Unit::Utf16 | Unit::Grapheme => char::len_utf16,
            Unit::CodePoint => |_| 1,
            Unit::Byte => char::len_utf8,
        };
        Self {
            text: String::with_capacity(bytes),
            width,
            as_java,
            lines: Vec::new(),
            units: 0,
            cursor: (0, 0),
            begin: (0, 0),
            plain: true,
            sentences: 0,
        }
    }

    fn count(&self, text: &str) -> usize {
        if text.is_ascii() {
            text.len()
        } else {
            text.chars().map(self.width).sum()
        }
    }

    /// Takes a line of the next sentence.
    pub(super) fn line(&mut self, line: &'a str) {
        self.lines.push(line);
    }

    /// Whether a sentence waits for its first token.
    pub(super) const fn waits(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Adds the waiting sentence, which begins at this offset.
    pub(super) fn sentence(&mut self, begin: usize) -> Result<(), Misfit> {
        let lines = std::mem::take(&mut self.lines);
        if begin < self.units {
            return Err(Misfit::TooEarly(self.units));
        }
        if begin > MOST_CHARACTERS {
            return Err(Misfit::TooFar);
        }
        // Nothing says what stood between sentences: most likely they were lines.
        let mut gap = begin - self.units;
        if gap > 0 && self.sentences > 0 {
            self.text.push('\n');
            gap -= 1;
        }
        self.text.extend(std::iter::repeat_n(' ', gap));
        let from = self.text.len();
        for (at, line) in lines.into_iter().enumerate() {
            if at > 0 {
                self.text.push('\n');
            }
            self.text.push_str(&unescaped_text(line, self.as_java));
        }
        let sentence = &self.text[from..];
        self.plain = sentence.is_ascii();
        self.units = begin + self.count(sentence);
        self.begin = (begin, from);
        self.cursor = self.begin;
        self.sentences += 1;
        Ok(())
    }

    /// Adds the waiting sentence, which has no tokens, as a line of its own.
    pub(super) fn without_tokens(&mut self) -> Result<(), Misfit> {
        self.sentence(self.units + usize::from(self.sentences > 0))
    }

    /// The byte at this offset of the sentence.
    fn byte(&mut self, unit: usize) -> Result<usize, Misfit> {
        if unit < self.begin.0 {
            return Err(Misfit::TooEarly(self.begin.0));
        }
        if unit > self.units {
            return Err(Misfit::Outside(self.units));
        }
        if self.plain {
            return Ok(self.begin.1 + (unit - self.begin.0));
        }
        let (mut at, mut byte) = self.cursor;
        if unit < at {
            for c in self.text[..byte].chars().rev() {
                if at <= unit {
                    break;
                }
                at -= (self.width)(c);
                byte -= c.len_utf8();
            }
        } else {
            for c in self.text[byte..].chars() {
                if at >= unit {
                    break;
                }
                at += (self.width)(c);
                byte += c.len_utf8();
            }
        }
        self.cursor = (at, byte);
        if at == unit {
            Ok(byte)
        } else {
            Err(Misfit::Inside)
        }
    }

    /// Checks that a token stands in the sentence where its offsets say. The text of a token is escaped or not, as it pleases the tool.
    pub(super) fn check(&mut self, range: Range<usize>, form: &str) -> Result<(), Misfit> {
        let start = self.byte(range.start)?;
        if range.end > self.units {
            return Err(Misfit::Outside(self.units));
        }
        let length = range.end - range.start;
        let fits = |form: &str| self.text[start..].starts_with(form) && self.count(form) == length;
        if fits(form) {
            return Ok(());
        }
        let escaped = form.contains('\\');
        if escaped && (fits(&unescaped(form)) || fits(&unescaped_text(form, self.as_java))) {
            return Ok(());
        }
        let end = self.byte(range.end)?;
        Err(Misfit::Other(self.text[start..end].to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_stand_where_their_first_tokens_begin_and_gaps_are_filled() {
        let mut article = Article::new(Unit::Utf16, false, 0);
        article.line("a😊");
        article.line("b\\t");
        assert_eq!(article.sentence(2), Ok(()));
        article.line("c");
        assert_eq!(article.sentence(8), Ok(()));
        article.line("d");
        assert_eq!(article.sentence(11), Ok(()));
        article.line("e");
        assert_eq!(article.sentence(12), Ok(()));
        article.line("f");
        assert_eq!(article.without_tokens(), Ok(()));
        assert_eq!(article.text, "  a😊\nb\tc\n de\nf");
        article.line("g");
        assert_eq!(article.sentence(3), Err(Misfit::TooEarly(15)));
        article.line("g");
        assert_eq!(article.sentence(1 << 40), Err(Misfit::TooFar));
    }

    #[test]
    fn tokens_are_checked_by_any_unit() {
        for (unit, width) in [(Unit::Utf16, 2), (Unit::CodePoint, 1), (Unit::Byte, 4)] {
            let mut article = Article::new(unit, false, 0);
            article.line("😊x[y😊");
            article.sentence(0).unwrap();
            assert_eq!(article.check(0..width, "😊"), Ok(()));
            assert_eq!(article.check(width..width + 2, "x["), Ok(()));
            assert_eq!(article.check(width..width + 2, "x\\["), Ok(()));
            assert_eq!(article.check(0..width + 1, "😊x"), Ok(()));
            let last = width + 3;
            assert_eq!(article.check(last..last + width, "😊"), Ok(()));
            assert_eq!(
                article.check(width..width + 1, "y"),
                Err(Misfit::Other("x".into()))
            );
            let past = last + width;
            assert_eq!(
                article.check(last..past + 1, "😊"),
                Err(Misfit::Outside(past))
            );
            if width > 1 {
                assert_eq!(article.check(1..width, "😊"), Err(Misfit::Inside));
            }
        }
    }
}
