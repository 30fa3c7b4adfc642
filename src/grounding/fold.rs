//! Normalises a text, and leads from places in the normalised one back to the text.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use crate::span::Span;

/// What stands for every quotation mark and apostrophe.
const MARK: char = '\'';

/// A normalised text.
#[derive(Debug, Default)]
pub(super) struct Folded {
    text: String,
    /// Where each of its characters comes from, in order.
    points: Vec<Point>,
}

/// A character of a normalised text: the byte at which it begins there, and the bytes of the text that it stands for.
#[derive(Debug, Clone, Copy)]
struct Point {
    at: usize,
    start: usize,
    end: usize,
}

impl Folded {
    /// Normalises `text`; linear time.
    pub(super) fn of(text: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            points: Vec::with_capacity(text.len()),
        };
        for (start, c) in text.char_indices() {
            let end = start + c.len_utf8();
            if c.is_whitespace() {
                folded.push(' ', start, end);
            } else if c.is_ascii() {
                folded.push(unified(c.to_ascii_lowercase()), start, end);
            } else if !has_no_width(c) {
                decompose_canonical(c, |part| {
                    for c in part.to_lowercase() {
                        folded.push(unified(c), start, end);
                    }
                });
            }
        }
        folded
    }

    /// Adds a character; of white space and of quotation marks only the first of a run, which then stands for all.
    fn push(&mut self, c: char, start: usize, end: usize) {
        if (c == ' ' || c == MARK)
            && self.text.ends_with(c)
            && let Some(last) = self.points.last_mut()
        {
            last.end = end;
            return;
        }
        let at = self.text.len();
        self.text.push(c);
        self.points.push(Point { at, start, end });
    }

    /// The normalised text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The number of the character that begins at this byte of the normalised text.
    fn number(&self, at: usize) -> usize {
        self.points.partition_point(|point| point.at < at)
    }

    /// Whether a place may begin or end at this byte of the normalised text: not within what one character of the text became, nor before an accent.
    pub(super) fn may_cut(&self, at: usize) -> bool {
        let number = self.number(at);
        self.parts(number) && !self.text[at..].starts_with(is_combining_mark)
    }

    /// Whether the character of this number begins another character of the text than the one before it does.
    pub(super) fn parts(&self, number: usize) -> bool {
        match (
            number.checked_sub(1).map(|before| self.points[before]),
            self.points.get(number),
        ) {
            (Some(before), Some(point)) => before.end <= point.start,
            _ => true,
        }
    }

    /// The span of `text`, which was normalised, for these bytes of the normalised one.
    pub(super) fn back(&self, text: &str, start: usize, end: usize) -> Option<Span> {
        let first = self.points.get(self.number(start))?;
        let last = self.points.get(self.number(end).checked_sub(1)?)?;
        Span::new(text, first.start, last.end).ok()
    }
}

/// Normalised words without the one pair of quotation marks around them, where there is one and something within.
pub(super) fn without_outer_marks(words: &str) -> Option<&str> {
    let within = words.strip_prefix(MARK)?.strip_suffix(MARK)?.trim();
    (!within.is_empty()).then_some(within)
}

/// One sign for all of its kind.
const fn unified(c: char) -> char {
    match c {
        '"' | '\'' | '`' | '\u{b4}' | '\u{ab}' | '\u{bb}' | '\u{2bb}'..='\u{2bd}' => MARK,
        '\u{2018}'..='\u{201f}' | '\u{2032}'..='\u{2037}' | '\u{2039}' | '\u{203a}' => MARK,
        '\u{300c}'..='\u{300f}' | '\u{301d}'..='\u{301f}' | '\u{ff02}' | '\u{ff07}' => MARK,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        // The sigma at the end of words.
        'ς' => 'σ',
        _ => c,
    }
}

/// Soft hyphens, joiners, marks of direction and of byte order.
const fn has_no_width(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}
