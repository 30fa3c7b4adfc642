//! Parts of sentences that both claim extractors need: the edges of contents and the noun phrases of sources.

use std::ops::Range;

use super::cues;
use super::text::{Shape, Token, is_abbreviation, trim};

/// Marks that open or close a quotation.
pub(super) const QUOTES: [char; 7] = ['"', '“', '”', '\'', '‘', '’', '„'];

/// A source of more words than this is more likely a clause.
const LONGEST_SOURCE_TOKENS: usize = 14;

const AUXILIARIES: [&str; 23] = [
    "had", "has", "have", "was", "were", "is", "are", "be", "been", "being", "would", "will",
    "could", "can", "may", "might", "must", "did", "does", "do", "also", "then", "later",
];

const NEGATIONS: [&str; 9] = [
    "not", "never", "neither", "nor", "cannot", "declined", "refused", "refuse", "unable",
];

/// Words at which the search for a source to the left of its verb stops.
const CLAUSE_OPENERS: [&str; 27] = [
    "that", "but", "while", "because", "when", "after", "before", "if", "where", "which",
    "although", "though", "since", "until", "whether", "so", "as", "than", "or", "yet", "what",
    "how", "why", "said", "says", "adding", "saying",
];

const PREPOSITIONS: [&str; 24] = [
    "on", "in", "at", "by", "after", "before", "for", "from", "with", "during", "under", "since",
    "until", "over", "between", "despite", "of", "to", "earlier", "later", "last", "late", "early",
    "hours",
];

/// Words that end a source to the right of its verb.
const SOURCE_ENDS: [&str; 27] = [
    "on", "at", "who", "whom", "which", "that", "after", "before", "when", "while", "as", "adding",
    "during", "late", "earlier", "yesterday", "today", "last", "to", "but", "because", "since",
    "with", "if", "where", "through", "via",
];

const DETERMINERS: [&str; 14] = [
    "the", "a", "an", "its", "his", "her", "their", "our", "some", "many", "several", "two",
    "three", "one",
];

const PRONOUNS: [&str; 10] = [
    "he", "she", "it", "they", "we", "i", "He", "She", "who", "others",
];

/// The bytes of a content without the marks and spaces at its edges that do not belong to it.
///
/// An edge quotation mark stays where its partner lies inside; a full stop stays where it belongs to an abbreviation (U.S.).
pub(super) fn trim_content(text: &str, range: Range<usize>) -> Range<usize> {
    let mut range = range;
    loop {
        let before = range.clone();
        range = trim(text, range, |c| {
            c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '—' | '-' | '…')
        });
        let piece = &text[range.clone()];
        if let Some(first) = piece.chars().next().filter(|c| QUOTES.contains(c))
            && !has_partner(&piece[first.len_utf8()..], true)
        {
            range.start += first.len_utf8();
            continue;
        }
        let piece = &text[range.clone()];
        if let Some(last) = piece.chars().next_back() {
            let rest = &piece[..piece.len() - last.len_utf8()];
            let lone_quote = QUOTES.contains(&last) && !has_partner(rest, false);
            if lone_quote
                || last == '.' && !ends_in_abbreviation(rest)
                || matches!(last, ')') && !rest.contains('(')
            {
                range.end -= last.len_utf8();
                continue;
            }
        }
        if range == before || range.is_empty() {
            return range;
        }
    }
}

/// Whether the rest of a piece holds the partner of the quotation mark at its edge, with words on its far side.
fn has_partner(rest: &str, opening: bool) -> bool {
    let mut inner = rest.char_indices().filter(|&(at, c)| {
        let before = rest[..at].chars().next_back();
        let after = rest[at + c.len_utf8()..].chars().next();
        let apostrophe = matches!(c, '\'' | '’')
            && before.is_some_and(char::is_alphanumeric)
            && after.is_some_and(char::is_alphanumeric);
        QUOTES.contains(&c) && !apostrophe
    });
    let far = if opening {
        inner.next_back()
    } else {
        inner.next()
    };
    far.is_some_and(|(at, c)| {
        let (before, after) = (&rest[..at], &rest[at + c.len_utf8()..]);
        let beyond = if opening { after } else { before };
        beyond.chars().any(char::is_alphanumeric)
    })
}

fn ends_in_abbreviation(before_stop: &str) -> bool {
    let word = before_stop
        .rsplit(|c: char| c.is_whitespace())
        .next()
        .unwrap_or("");
    let mut letters = word.split('.');
    word.contains('.') && letters.all(|letter| letter.chars().count() == 1)
}

/// Whether the verb group that ends in the cue at `cue` is negated or refuses to speak.
pub(super) fn is_negated(text: &str, tokens: &[Token], from: usize, cue: usize) -> bool {
    let group = &tokens[from.max(cue.saturating_sub(4))..cue];
    let words = group.iter().rev().map(|token| token.of(text));
    words
        .take_while(|word| *word == "to" || is_verb_group(word))
        .any(|word| NEGATIONS.contains(&word))
}

/// Whether the cue at `cue` is a passive: "was told", "been reported".
pub(super) fn is_passive(text: &str, tokens: &[Token], from: usize, cue: usize) -> bool {
    let mut words = tokens[from..cue].iter().rev().map(|token| token.of(text));
    let verb = words.find(|word| !(is_adverb(word) || *word == "also" || *word == "not"));
    verb.is_some_and(|verb| {
        matches!(
            verb,
            "was" | "were" | "been" | "is" | "are" | "be" | "being"
        )
    })
}

fn is_verb_group(word: &str) -> bool {
    AUXILIARIES.contains(&word) || NEGATIONS.contains(&word) || is_adverb(word)
}

/// Whether the word has the ending of an adverb and is not one of the nouns that share it.
fn is_adverb(word: &str) -> bool {
    let noun = matches!(
        word,
        "daily"
            | "weekly"
            | "monthly"
            | "quarterly"
            | "family"
            | "assembly"
            | "supply"
            | "rally"
            | "anomaly"
            | "monopoly"
    );
    word.ends_with("ly") && word.len() > 4 && word.starts_with(char::is_lowercase) && !noun
}

/// The noun phrase whose verb is the cue at `cue`, as a token range within `from..cue`.
pub(super) fn source_before(
    text: &str,
    tokens: &[Token],
    from: usize,
    cue: usize,
) -> Option<Range<usize>> {
    let word = |at: usize| tokens[at].of(text);
    let mut end = cue;
    while end > from && is_verb_group(word(end - 1)) {
        end -= 1;
    }
    // "Ana Kos, the minister, said": the phrase before the apposition.
    if end > from && matches!(word(end - 1), "," | ")") {
        let closing = word(end - 1);
        let opening = if closing == ")" { "(" } else { "," };
        let open = (from..end - 1).rev().find(|&at| word(at) == opening)?;
        end = open;
    }
    let mut start = end;
    while start > from {
        let token = &tokens[start - 1];
        let before = token.of(text);
        let abbreviation =
            before == "." && start < end && start >= 2 && is_abbreviation(word(start - 2));
        let possessive = !token.is_word() && before.ends_with('s');
        let joined_names = before == "and"
            && start < end
            && tokens[start].is_capitalised()
            && start >= 2
            && tokens[start - 2].is_capitalised();
        let stops = !token.is_word() && !abbreviation && !possessive
            || CLAUSE_OPENERS.contains(&before)
            || before == "and" && !joined_names;
        if stops {
            break;
        }
        start -= 1;
    }
    let start = skip_adverbial(text, tokens, start, end);
    let long = end.saturating_sub(start) > LONGEST_SOURCE_TOKENS;
    let ends_well = end > start && (tokens[end - 1].shape != Shape::Number);
    let is_verb = end > start && end - start == 1 && cues::verb(word(start)).is_some();
    (ends_well && !long && !is_verb).then_some(start..end)
}

/// Skips what stands before the subject: "On Monday the minister", "In Baku officials", "Then she".
fn skip_adverbial(text: &str, tokens: &[Token], start: usize, end: usize) -> usize {
    let word = |at: usize| tokens[at].of(text);
    if start >= end {
        return start;
    }
    let first = word(start).to_lowercase();
    let adverb = matches!(
        first.as_str(),
        "then"
            | "later"
            | "earlier"
            | "meanwhile"
            | "instead"
            | "still"
            | "and"
            | "but"
            | "also"
            | "here"
    );
    if adverb && start + 1 < end {
        return start + 1;
    }
    if !PREPOSITIONS.contains(&first.as_str()) {
        return start;
    }
    // "On Monday Radio Bor": a date is two words, and what follows is the subject.
    if start + 2 < end && is_day(word(start + 1)) {
        return start + 2;
    }
    let opens = |at: &usize| DETERMINERS.contains(&word(*at)) || PRONOUNS.contains(&word(*at));
    match (start + 1..end).rev().find(opens) {
        Some(at) if at > start + 1 || PRONOUNS.contains(&word(at)) => at,
        _ => end - 1,
    }
}

/// Whether the word names a day of the week.
pub(super) fn is_day(word: &str) -> bool {
    word.len() > 5 && word.ends_with("day") && word.starts_with(char::is_uppercase)
}

/// The noun phrase that follows the cue: "said Ana Kos, the minister" gives "Ana Kos". A token range within `from..to`.
pub(super) fn source_after(
    text: &str,
    tokens: &[Token],
    from: usize,
    to: usize,
) -> Option<Range<usize>> {
    let word = |at: usize| tokens[at].of(text);
    let mut end = from;
    while end < to {
        let token = &tokens[end];
        let this = token.of(text);
        let name_stop = this == "." && end > from && end + 1 < to && is_abbreviation(word(end - 1));
        let possessive = !token.is_word() && this.ends_with('s');
        if !token.is_word() && !possessive && !name_stop || SOURCE_ENDS.contains(&this) {
            break;
        }
        let adjunct = this == "in"
            && end > from
            && (tokens[end - 1].is_capitalised()
                || tokens
                    .get(end + 1)
                    .is_some_and(|next| matches!(next.of(text), "a" | "an")));
        if adjunct {
            break;
        }
        let weekday = end > from && is_day(this);
        let period = this == "this"
            && end + 1 < to
            && matches!(word(end + 1), "week" | "month" | "year" | "morning");
        if weekday || period {
            break;
        }
        end += 1;
    }
    let ends_in_particle =
        end > from && matches!(word(end - 1), "the" | "a" | "of" | "in" | "for" | "from");
    let pronoun = from < to && matches!(word(from), "that" | "it" | "there");
    (end > from
        && end - from <= LONGEST_SOURCE_TOKENS
        && !ends_in_particle
        && (!pronoun || end == from + 1))
        .then_some(from..end)
}

/// The bytes that a token range covers; none where the range holds no token.
pub(super) fn bytes(tokens: &[Token], range: &Range<usize>) -> Range<usize> {
    let covered = tokens.get(range.clone()).unwrap_or_default();
    match (covered.first(), covered.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    }
}

/// Whether some word of the content makes it a possibility, or it asks a question.
pub(super) fn is_hedged(content: &str) -> bool {
    let words = content.split(|c: char| !c.is_alphanumeric());
    content.ends_with('?') || words.into_iter().any(cues::is_hedge)
}

#[cfg(test)]
mod tests {
    use super::super::text::tokenize;
    use super::*;

    fn trimmed(text: &str) -> &str {
        &text[trim_content(text, 0..text.len())]
    }

    fn before(text: &str, cue: &str) -> Option<String> {
        let mut tokens = Vec::new();
        tokenize(text, 0..text.len(), &mut tokens);
        let cue = tokens
            .iter()
            .rposition(|token| token.of(text) == cue)
            .unwrap();
        source_before(text, &tokens, 0, cue).map(|range| text[bytes(&tokens, &range)].to_owned())
    }

    fn after(text: &str, cue: &str) -> Option<String> {
        let mut tokens = Vec::new();
        tokenize(text, 0..text.len(), &mut tokens);
        let cue = tokens
            .iter()
            .position(|token| token.of(text) == cue)
            .unwrap();
        source_after(text, &tokens, cue + 1, tokens.len())
            .map(|range| text[bytes(&tokens, &range)].to_owned())
    }

    #[test]
    fn the_edges_of_a_content_lose_marks_that_do_not_belong_to_it() {
        assert_eq!(trimmed(" “We will stay,” "), "We will stay");
        assert_eq!(
            trimmed("the talks were “going nowhere”."),
            "the talks were “going nowhere”"
        );
        assert_eq!(
            trimmed("\"any base, old or new,\" had been discussed."),
            "\"any base, old or new,\" had been discussed"
        );
        assert_eq!(trimmed("it came from the U.S."), "it came from the U.S.");
        assert_eq!(trimmed("who knows?\""), "who knows?");
        assert_eq!(trimmed("\","), "");
    }

    #[test]
    fn a_source_before_its_verb_is_found_past_apposition_and_auxiliaries() {
        assert_eq!(
            before("Ana Kos, the minister, had repeatedly said", "said").as_deref(),
            Some("Ana Kos")
        );
        assert_eq!(
            before("On Monday the deputy minister said", "said").as_deref(),
            Some("the deputy minister")
        );
        assert_eq!(
            before("He left, but Gen. Oleh Bondar said", "said").as_deref(),
            Some("Gen. Oleh Bondar")
        );
        assert_eq!(
            before("according to Radio Bor, she said", "said").as_deref(),
            Some("she")
        );
    }

    #[test]
    fn a_source_after_its_verb_ends_at_apposition_and_adjuncts() {
        assert_eq!(
            after("said Ana Kos, the minister.", "said").as_deref(),
            Some("Ana Kos")
        );
        assert_eq!(
            after("said a spokesman for the ministry on Monday", "said").as_deref(),
            Some("a spokesman for the ministry")
        );
        assert_eq!(
            after("said Kos in a statement", "said").as_deref(),
            Some("Kos")
        );
        assert_eq!(after("said.", "said"), None);
    }
}
