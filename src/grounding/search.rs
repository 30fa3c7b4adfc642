//! Finds every occurrence of some words, and knows where words begin and end.

use memchr::memmem::Finder;
use unicode_normalization::char::is_combining_mark;

/// How many bytes may be compared in vain, for each byte of the text: only text made to be slow has so many occurrences that are no whole words.
const MOST_IN_VAIN: usize = 16;

/// The bytes of every occurrence that is to be kept, in order; the earlier of two that overlap.
pub(super) fn occurrences(
    text: &str,
    words: &str,
    keep: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let finder = Finder::new(words);
    let mut found = Vec::new();
    let mut from = 0;
    let mut patience = MOST_IN_VAIN.saturating_mul(text.len());
    while let Some(after) = finder.find(&text.as_bytes()[from..]) {
        let (start, end) = (from + after, from + after + words.len());
        if keep(start, end) {
            found.push((start, end));
            from = end;
        } else {
            from = start + text[start..].chars().next().map_or(1, char::len_utf8);
            patience = match patience.checked_sub(words.len()) {
                Some(left) => left,
                None => break,
            };
        }
    }
    found
}

/// Whether these bytes of a text begin and end between words.
pub(super) fn is_whole(text: &str, start: usize, end: usize) -> bool {
    !joined(
        text[..start].chars().next_back(),
        text[start..].chars().next(),
    ) && !joined(text[..end].chars().next_back(), text[end..].chars().next())
}

/// Whether two characters that follow one another are of one word.
pub(super) fn joined(a: Option<char>, b: Option<char>) -> bool {
    let (Some(a), Some(b)) = (a, b) else {
        return false;
    };
    let of_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    is_combining_mark(b) && !a.is_whitespace()
        || of_word(a) && of_word(b) && !is_unspaced(a) && !is_unspaced(b)
}

/// Whether the script of a character puts no space between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese; and Hangul, for its particles.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}
