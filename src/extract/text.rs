//! Lines, sentences and words of an article, as the built-in extractors see them.

use std::ops::Range;

/// Longer lines are split for the sentence splitter, whose time grows faster than the line: no paragraph of news is as long.
const LONGEST_LINE_BYTES: usize = 8 * 1024;

/// What kind of token a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A word that begins with a small letter.
    Lower,
    /// A word that begins with a capital and has a small letter.
    Capital,
    /// A word of two or more letters, all of them capitals.
    Upper,
    /// Something that begins with a digit.
    Number,
    /// One character that is no letter, digit or space.
    Mark,
}

/// A word, number or mark: the bytes `start..end` of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
}

impl Token {
    pub(super) fn of<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }

    /// Whether the token is a word with a capital first letter.
    pub(super) fn is_capitalised(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper)
    }

    /// Whether the token is a word or a number.
    pub(super) fn is_word(&self) -> bool {
        self.shape != Shape::Mark
    }
}

/// Whether a full stop after `word` marks an abbreviation that a name goes on after: a title (Gen.) or an initial (J.).
pub(super) fn is_abbreviation(word: &str) -> bool {
    let title = matches!(
        word,
        "Gen"
            | "Col"
            | "Capt"
            | "Lt"
            | "Maj"
            | "Sgt"
            | "Adm"
            | "Cmdr"
            | "Dr"
            | "Prof"
            | "Mr"
            | "Mrs"
            | "Ms"
            | "St"
            | "Rev"
            | "Sen"
            | "Rep"
            | "Gov"
    );
    title || word.chars().count() == 1 && word.starts_with(char::is_uppercase)
}

/// The byte ranges of the lines of `text`, without their ends, leaving out those that are blank.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let from = start;
        start += line.len();
        let kept = line.trim_end();
        (!kept.is_empty()).then(|| from..from + kept.len())
    })
}

/// The byte ranges of the sentences of `text` in order; none crosses a line end, none begins or ends with white space.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for line in lines(text) {
        for piece in pieces(text, line) {
            for sentence in sentencex::get_sentence_boundaries("en", &text[piece.clone()]) {
                let range = piece.start + sentence.start_byte..piece.start + sentence.end_byte;
                let trimmed = trim(text, range, char::is_whitespace);
                if !trimmed.is_empty() {
                    found.push(trimmed);
                }
            }
        }
    }
    found
}

/// A line as it is, or in pieces of at most [`LONGEST_LINE_BYTES`] that end at white space where there is some.
fn pieces(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = line.start;
    while line.end - start > LONGEST_LINE_BYTES {
        let mut cut = start + LONGEST_LINE_BYTES;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        if let Some(space) = text[start..cut].rfind(' ').filter(|&at| at > 0) {
            cut = start + space;
        }
        pieces.push(start..cut);
        start = cut;
    }
    pieces.push(start..line.end);
    pieces
}

/// `range` without the characters at either end that `unwanted` accepts.
pub(super) fn trim(
    text: &str,
    range: Range<usize>,
    unwanted: impl Fn(char) -> bool,
) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start_matches(&unwanted).len());
    let end = start + text[start..range.end].trim_end_matches(&unwanted).len();
    start..end
}

/// Splits the bytes `range` of `text` into tokens and appends them to `tokens`.
///
/// A word may hold apostrophes, hyphens and full stops between letters (O'Neill, cease-fire, U.S), and a final stop where it is an abbreviation of single letters
/// (U.S.); a possessive mark is a token of its own. A number may hold separators between digits and letters after them (1,200, 2:05:14, 21st).
pub(super) fn tokenize(text: &str, range: Range<usize>, tokens: &mut Vec<Token>) {
    let mut at = range.start;
    while at < range.end {
        let rest = &text[at..range.end];
        let Some(first) = rest.chars().next() else {
            break;
        };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (len, shape) = if first.is_ascii_digit() {
            (number_len(rest), Shape::Number)
        } else if first.is_alphabetic() {
            let len = word_len(rest);
            (len, word_shape(&rest[..len], first))
        } else {
            (mark_len(rest, first), Shape::Mark)
        };
        tokens.push(Token {
            start: at,
            end: at + len,
            shape,
        });
        at += len;
    }
}

fn mark_len(rest: &str, first: char) -> usize {
    let possessive = matches!(first, '\'' | '’') && {
        let mut after = rest[first.len_utf8()..].chars();
        after.next() == Some('s') && !after.next().is_some_and(char::is_alphanumeric)
    };
    first.len_utf8() + usize::from(possessive)
}

fn number_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = matches!(c, ',' | '.' | ':')
            && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if !c.is_alphanumeric() && !joins {
            return at;
        }
    }
    rest.len()
}

fn word_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    let mut single_letters = true;
    let mut run = 0;
    while let Some((at, c)) = chars.next() {
        if c.is_alphanumeric() || is_combining(c) {
            run += 1;
            continue;
        }
        single_letters &= run == 1;
        let next = chars.peek().map(|&(_, next)| next);
        let joins = match c {
            '-' => next.is_some_and(char::is_alphanumeric),
            '.' => single_letters && next.is_some_and(char::is_alphabetic),
            '\'' | '’' => {
                next.is_some_and(char::is_alphabetic) && !is_possessive(&rest[at + c.len_utf8()..])
            }
            _ => false,
        };
        if !joins {
            // The last stop of an abbreviation of single letters belongs to it: U.S., p.m.
            let abbreviation = c == '.' && single_letters && rest[..at].contains('.');
            return at + usize::from(abbreviation);
        }
        run = 0;
    }
    rest.len()
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_possessive(after_mark: &str) -> bool {
    let mut chars = after_mark.chars();
    chars.next() == Some('s') && !chars.next().is_some_and(char::is_alphanumeric)
}

fn word_shape(word: &str, first: char) -> Shape {
    if !first.is_uppercase() {
        return Shape::Lower;
    }
    let mut letters = 0;
    for c in word.chars().filter(|c| c.is_alphabetic()) {
        if c.is_lowercase() {
            return Shape::Capital;
        }
        letters += 1;
    }
    if letters > 1 {
        Shape::Upper
    } else {
        Shape::Capital
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        tokenize(text, 0..text.len(), &mut tokens);
        tokens.iter().map(|token| token.of(text)).collect()
    }

    #[test]
    fn words_keep_their_inner_marks_and_lose_their_possessive() {
        assert_eq!(
            words("O'Neill’s cease-fire, the U.S. and Z.’s 1,200 km at 2:05:14 (21st)."),
            [
                "O'Neill", "’s", "cease-fire", ",", "the", "U.S.", "and", "Z", ".", "’s", "1,200",
                "km", "at", "2:05:14", "(", "21st", ")", "."
            ]
        );
    }

    #[test]
    fn sentences_keep_to_their_line_and_survive_a_line_without_end() {
        let text = "Gen. Kos left. He \"was ill. Very,\" she said.\n\nNext  \n";
        let found: Vec<&str> = sentences(text).into_iter().map(|s| &text[s]).collect();
        assert_eq!(
            found,
            ["Gen. Kos left.", "He \"was ill. Very,\" she said.", "Next"]
        );
        let endless = "ä".repeat(100_000);
        assert_eq!(
            sentences(&endless).iter().map(Range::len).sum::<usize>(),
            endless.len()
        );
    }
}
