//! `quotes`: direct speech between quotation marks, with its speaker and cue.

use std::ops::Range;

use super::clause::{QUOTES, bytes, source_after, source_before};
use super::cues::{self, Form};
use super::speech::Speech;
use super::text::{Token, is_abbreviation, lines, tokenize};
use super::{About, ExtractError, Extractor};
use crate::annotation::{Annotations, Prediction, Task};
use crate::document::Document;

/// How many words may stand between a quotation and its cue.
const LONGEST_LEAD_TOKENS: usize = 24;

/// A paragraph that is one quotation counts as speech from this length on; shorter ones are headlines and mottos.
const SHORTEST_LONE_WORDS: usize = 4;

pub(super) struct Quotes {
    about: About,
}

impl Quotes {
    pub(super) fn new() -> Self {
        Self {
            about: About::new(
                "quotes",
                "1",
                &[Task::Claims],
                "Direct speech: whole quotations with a reporting verb before, between or after, and paragraphs that are one quotation; no indirect speech.",
            ),
        }
    }
}

impl Extractor for Quotes {
    fn about(&self) -> &About {
        &self.about
    }

    fn extract(&self, document: &Document) -> Result<Prediction, ExtractError> {
        let text = document.text();
        let mut claims = Vec::new();
        let mut tokens = Vec::new();
        for line in lines(text) {
            if !text[line.clone()].contains(QUOTES) {
                continue;
            }
            for speech in speeches(text, line, &mut tokens) {
                claims.extend(speech.into_claim(text)?);
            }
        }
        Ok(Prediction(Annotations {
            mentions: Vec::new(),
            claims,
            ..Annotations::default()
        }))
    }
}

/// A quotation: the bytes between its marks, and those with them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Quotation {
    inner: Range<usize>,
    outer: Range<usize>,
}

/// Who reports a quotation, and where that report ends.
struct Report {
    source: Option<Range<usize>>,
    cue: Range<usize>,
    denies: bool,
    hedges: bool,
    end: usize,
}

/// The direct speech of one line.
fn speeches(text: &str, line: Range<usize>, tokens: &mut Vec<Token>) -> Vec<Speech> {
    let quotations = quotations(text, line.clone());
    let mut speeches = Vec::new();
    let mut at = 0;
    while at < quotations.len() {
        let quotation = &quotations[at];
        let next = quotations.get(at + 1);
        let after = quotation.outer.end..next.map_or(line.end, |next| next.outer.start);
        let before = at
            .checked_sub(1)
            .map_or(line.start, |last| quotations[last].outer.end)
            ..quotation.outer.start;
        let mut speech = Speech {
            content: vec![quotation.inner.clone()],
            ..Speech::default()
        };
        at += 1;
        let report = if is_speech(text, quotation, &after) {
            report_after(text, &after, tokens)
        } else {
            None
        };
        if let Some(report) = report {
            // "We will stay," she said, "until the end." The report must fill the gap up to the second part.
            if let Some(next) = next
                && continues(
                    text,
                    report.end..after.end,
                    quotations.get(at + 1),
                    next,
                    &line,
                    tokens,
                )
            {
                speech.content.push(next.inner.clone());
                at += 1;
            }
            (speech.source, speech.cue) = (report.source, vec![report.cue]);
            (speech.denies, speech.hedges) = (report.denies, report.hedges);
        } else if let Some(report) = report_before(text, &before, quotation, tokens) {
            (speech.source, speech.cue) = (report.source, vec![report.cue]);
            (speech.denies, speech.hedges) = (report.denies, report.hedges);
        } else if !stands_alone(text, &line, quotation) {
            continue;
        }
        speeches.push(speech);
    }
    speeches
}

/// The quotations of one line, in order; one that the line does not close runs to its end.
fn quotations(text: &str, line: Range<usize>) -> Vec<Quotation> {
    let mut found = Vec::new();
    let mut at = line.start;
    // Where no mark closes one kind of quotation, none closes a later one of the same line: without this a line of lone marks takes quadratic time.
    let mut unclosed: Vec<char> = Vec::new();
    while let Some((open, mark)) = text[at..line.end]
        .char_indices()
        .find_map(|(i, c)| opens(text, at + i, c, &line))
    {
        let inner = open + mark.len_utf8();
        let close = if unclosed.contains(&mark) {
            None
        } else {
            closing(text, inner..line.end, mark)
        };
        if close.is_none() {
            unclosed.push(mark);
        }
        let (end, outer_end) = match close {
            Some((close, c)) => (close, close + c.len_utf8()),
            // A quotation of several paragraphs is closed by a later one; a lone single mark is an apostrophe.
            None if matches!(mark, '\'' | '‘') || open != line.start => {
                at = inner;
                continue;
            }
            None => (line.end, line.end),
        };
        if text[inner..end].chars().any(char::is_alphanumeric) {
            found.push(Quotation {
                inner: inner..end,
                outer: open..outer_end,
            });
        }
        at = outer_end;
    }
    found
}

/// The place and mark of an opening quotation mark at `at`, if it is one.
fn opens(text: &str, at: usize, c: char, line: &Range<usize>) -> Option<(usize, char)> {
    let fits = match c {
        '“' | '„' => true,
        '"' | '\'' | '‘' => {
            let before = text[line.start..at].chars().next_back();
            let after = text[at + c.len_utf8()..line.end].chars().next();
            before.is_none_or(|b| {
                b.is_whitespace() || matches!(b, '(' | '[' | '—' | '–' | '-' | '“' | ':')
            }) && after.is_some_and(|a| !a.is_whitespace())
        }
        _ => false,
    };
    fits.then_some((at, c))
}

/// The place and character of the mark that closes a quotation opened by `mark`.
fn closing(text: &str, range: Range<usize>, mark: char) -> Option<(usize, char)> {
    let piece = &text[range.clone()];
    let mut candidate = None;
    for (i, c) in piece.char_indices() {
        let matches = match mark {
            '“' | '„' => matches!(c, '”' | '“') || c == '"',
            '"' => matches!(c, '"' | '”'),
            _ => matches!(c, '\'' | '’'),
        };
        if !matches {
            continue;
        }
        let before = piece[..i].chars().next_back();
        let after = piece[i + c.len_utf8()..].chars().next();
        if after.is_some_and(char::is_alphanumeric) || before.is_none_or(char::is_whitespace) {
            continue;
        }
        let found = (range.start + i, c);
        let single = matches!(mark, '\'' | '‘');
        // A single mark after an s may be a possessive (the ministers' plan): prefer one after punctuation.
        let plural = single && before == Some('s') && after.is_some_and(char::is_whitespace);
        if !plural {
            return Some(found);
        }
        candidate.get_or_insert(found);
    }
    candidate
}

/// Whether the quotation is a sentence of its own rather than a few quoted words, going by its ending and beginning.
fn is_speech(text: &str, quotation: &Quotation, after: &Range<usize>) -> bool {
    let inner = text[quotation.inner.clone()].trim_end();
    let capital = inner
        .chars()
        .find(|c| c.is_alphanumeric())
        .is_some_and(|c| !c.is_lowercase());
    let ends = inner.ends_with([',', '.', '?', '!', '—', '…'])
        || text[after.clone()].starts_with([',', '.']);
    capital && ends
}

/// The report that follows a quotation: "she said", "said Ana Kos".
fn report_after(text: &str, gap: &Range<usize>, tokens: &mut Vec<Token>) -> Option<Report> {
    tokens.clear();
    tokenize(text, gap.clone(), tokens);
    let from = usize::from(tokens.first().is_some_and(|token| token.of(text) == ","));
    let to = sentence_end(text, tokens, from);
    let (at, cue) = first_cue(text, tokens, from, to.min(from + LONGEST_LEAD_TOKENS))?;
    let (source, end) = if at == from {
        let source = source_after(text, tokens, at + 1, to);
        let end = source.as_ref().map_or(at + 1, |source| source.end);
        (source, end)
    } else {
        (source_before(text, tokens, from, at), at + 1)
    };
    Some(Report {
        source: source.map(|source| bytes(tokens, &source)),
        cue: tokens[at].start..tokens[at].end,
        denies: cue.denies,
        hedges: cue.hedges,
        end: tokens[end - 1].end,
    })
}

/// The report that leads up to a quotation: "She said: ...".
fn report_before(
    text: &str,
    gap: &Range<usize>,
    quotation: &Quotation,
    tokens: &mut Vec<Token>,
) -> Option<Report> {
    let lead = text[gap.clone()].trim_end();
    let capital =
        text[quotation.inner.clone()].starts_with(|c: char| c.is_uppercase() || c.is_numeric());
    tokens.clear();
    tokenize(text, gap.clone(), tokens);
    let marked = lead.ends_with([':', ',']);
    let to = tokens.len() - usize::from(marked && !tokens.is_empty());
    let from = (0..to)
        .rev()
        .find(|&at| matches!(tokens[at].of(text), "." | "!" | "?"))
        .map_or(0, |at| at + 1);
    let (at, cue) = last_cue(text, tokens, from, to)?;
    // Without a colon or comma the cue itself must touch the quotation.
    let near = if marked {
        to - at <= LONGEST_LEAD_TOKENS
    } else {
        at + 1 == to
    };
    if !near || !capital {
        return None;
    }
    Some(Report {
        source: source_before(text, tokens, from, at).map(|source| bytes(tokens, &source)),
        cue: tokens[at].start..tokens[at].end,
        denies: cue.denies,
        hedges: cue.hedges,
        end: tokens[at].end,
    })
}

/// Whether the quotation `next` goes on with the speech before it: the report ends at a comma or stop right before it, and `next` has no report of its own.
fn continues(
    text: &str,
    rest_of_gap: Range<usize>,
    following: Option<&Quotation>,
    next: &Quotation,
    line: &Range<usize>,
    tokens: &mut Vec<Token>,
) -> bool {
    tokens.clear();
    tokenize(text, rest_of_gap.clone(), tokens);
    let stops = tokens
        .iter()
        .filter(|token| matches!(token.of(text), "." | "!" | "?"))
        .count();
    let closed = tokens
        .last()
        .is_some_and(|token| matches!(token.of(text), "," | "." | ":" | "—" | "–"));
    let reports_again = last_cue(text, tokens, 0, tokens.len()).is_some();
    let after = next.outer.end..following.map_or(line.end, |following| following.outer.start);
    stops <= 1
        && closed
        && !reports_again
        && !(is_speech(text, next, &after) && report_after(text, &after, tokens).is_some())
}

/// Whether the line holds nothing but this quotation.
fn stands_alone(text: &str, line: &Range<usize>, quotation: &Quotation) -> bool {
    let rest = [
        &text[line.start..quotation.outer.start],
        &text[quotation.outer.end..line.end],
    ];
    let words = text[quotation.inner.clone()].split_whitespace().count();
    words >= SHORTEST_LONE_WORDS
        && rest
            .iter()
            .all(|piece| !piece.chars().any(char::is_alphanumeric))
}

fn sentence_end(text: &str, tokens: &[Token], from: usize) -> usize {
    let stop = |at: &usize| {
        let abbreviation = *at > from && is_abbreviation(tokens[*at - 1].of(text));
        matches!(tokens[*at].of(text), "." | "!" | "?" | ";") && !abbreviation
    };
    (from..tokens.len()).find(stop).unwrap_or(tokens.len())
}

fn first_cue(text: &str, tokens: &[Token], from: usize, to: usize) -> Option<(usize, cues::Cue)> {
    (from..to.min(tokens.len())).find_map(|at| finite(text, tokens, at))
}

fn last_cue(text: &str, tokens: &[Token], from: usize, to: usize) -> Option<(usize, cues::Cue)> {
    (from..to)
        .rev()
        .find_map(|at| finite(text, tokens, at).or_else(|| gerund(text, tokens, at)))
}

fn finite(text: &str, tokens: &[Token], at: usize) -> Option<(usize, cues::Cue)> {
    cues::verb(tokens[at].of(text))
        .filter(|cue| cue.form == Form::Finite)
        .map(|cue| (at, cue))
}

fn gerund(text: &str, tokens: &[Token], at: usize) -> Option<(usize, cues::Cue)> {
    cues::verb(tokens[at].of(text))
        .filter(|cue| cue.form == Form::Gerund)
        .map(|cue| (at, cue))
}

#[cfg(test)]
mod tests {
    use super::super::speech::shown;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        shown(&Quotes::new(), text)
    }

    #[test]
    fn the_report_may_follow_precede_or_interrupt() {
        assert_eq!(
            found("“We will stay,” said Ana Kos, the minister."),
            ["Ana Kos | said | We will stay"]
        );
        assert_eq!(
            found("The minister replied: \"Not today.\""),
            ["The minister | replied | Not today"]
        );
        assert_eq!(
            found("'We will stay,' she said, 'until the end.'"),
            ["she | said | We will stay / until the end"]
        );
        assert_eq!(
            found("“We will stay,” she said. “Nobody leaves.”"),
            ["she | said | We will stay / Nobody leaves"]
        );
    }

    #[test]
    fn two_speakers_in_one_line_are_two_claims() {
        assert_eq!(
            found("\"It is over,\" Kos said. \"It is not,\" Bor replied."),
            ["Kos | said | It is over", "Bor | replied | It is not"]
        );
    }

    #[test]
    fn quoted_words_are_not_speech_and_apostrophes_are_not_quotation_marks() {
        assert_eq!(
            found("The talks were \"going nowhere\" on Monday."),
            [""; 0]
        );
        assert_eq!(found("The ministers' plan isn't the union's."), [""; 0]);
        assert_eq!(
            found("'The ministers' plan is dead,' he said."),
            ["he | said | The ministers' plan is dead"]
        );
    }

    #[test]
    fn a_paragraph_that_is_one_quotation_is_a_claim_without_source_or_cue() {
        assert_eq!(
            found("“Nobody told us that it would rain.”\n\n“Rain?”"),
            ["- | - | Nobody told us that it would rain"]
        );
    }

    #[test]
    fn an_unclosed_quotation_runs_to_the_end_of_its_paragraph() {
        assert_eq!(found("\"We waited."), [""; 0]);
        assert_eq!(
            found("\"We waited for hours at the gate."),
            ["- | - | We waited for hours at the gate"]
        );
    }
}
