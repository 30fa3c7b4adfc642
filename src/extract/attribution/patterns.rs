//! The sentence patterns of indirect speech, each a small function over the tokens of one sentence.

use std::ops::Range;

use super::super::clause::{QUOTES, bytes, is_negated, is_passive, source_after, source_before};
use super::super::cues::{self, Cue, Form};
use super::super::speech::Speech;
use super::super::text::{Shape, Token};

/// How far behind its verb a "that" or "to" may stand: "told reporters in the capital on Monday that".
const LONGEST_ADJUNCT_TOKENS: usize = 12;

/// A dash further on is no longer the end of a dateline.
const LONGEST_DATELINE_TOKENS: usize = 16;

/// Words that show that a stretch of text is a clause.
const FINITE: [&str; 34] = [
    "is", "are", "was", "were", "has", "have", "had", "will", "would", "could", "can", "may",
    "might", "must", "should", "shall", "does", "do", "did", "be", "been", "went", "came", "took",
    "made", "left", "gave", "saw", "got", "ran", "lay", "stood", "began", "fell",
];

/// Words that introduce a content and stay inside it.
const INNER_OPENERS: [&str; 6] = ["whether", "if", "how", "why", "what", "who"];

/// One sentence and its tokens.
struct Sentence<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// For every token whether it stands inside quotation marks.
    quoted: Vec<bool>,
}

/// The reports of indirect speech in the sentence of `tokens`.
pub(super) fn find(text: &str, tokens: &[Token]) -> Vec<Speech> {
    let sentence = Sentence {
        text,
        tokens,
        quoted: quoted(text, tokens),
    };
    let mut reports: Vec<Speech> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if sentence.quoted[at] {
            continue;
        }
        let word = sentence.word(at);
        let found = match word {
            "according" | "According" => sentence.according(at),
            "reportedly" | "allegedly" => sentence.adverb(at),
            "quoted" => sentence.quoted_as_saying(at),
            // Part of the cue before it.
            "saying" if sentence.word(at.wrapping_sub(1)) == "as" => None,
            _ if token.shape != Shape::Lower => None,
            _ => match cues::verb(word) {
                Some(cue) => {
                    let subject = reports.last().and_then(|report| report.source.clone());
                    sentence
                        .verb(at, cue, subject)
                        .or_else(|| sentence.noun(at))
                }
                None => sentence.noun(at),
            },
        };
        // "rejected the suggestion that ...": the verb has reported this content already.
        let again = |report: &Speech| {
            report.source.is_none() && reports.iter().any(|other| other.content == report.content)
        };
        reports.extend(found.filter(|report| !again(report)));
    }
    reports
}

/// For every token whether it stands inside quotation marks of its sentence.
fn quoted(text: &str, tokens: &[Token]) -> Vec<bool> {
    let mut inside = false;
    let mut flags = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let word = token.of(text);
        match word {
            "“" | "„" => inside = true,
            "”" => inside = false,
            "\"" => inside = !inside,
            "'" | "‘" | "’" => {
                let glued_before =
                    at > 0 && tokens[at - 1].end == token.start && tokens[at - 1].is_word();
                let glued_after = tokens
                    .get(at + 1)
                    .is_some_and(|next| next.start == token.end);
                if !inside && !glued_before && glued_after {
                    // Only where a closing mark follows: otherwise it is an apostrophe.
                    inside = tokens[at + 1..]
                        .iter()
                        .any(|t| matches!(t.of(text), "'" | "’"));
                } else if inside {
                    inside = false;
                }
            }
            _ => {}
        }
        flags.push(inside);
    }
    flags
}

impl Sentence<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.of(self.text))
    }

    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn bytes(&self, range: Range<usize>) -> Range<usize> {
        bytes(self.tokens, &range)
    }

    fn is_quote(&self, at: usize) -> bool {
        self.word(at).chars().all(|c| QUOTES.contains(&c)) && at < self.len()
    }

    /// Where the clause that holds token `at` begins: after the last opening word or colon before it.
    fn clause_start(&self, at: usize) -> usize {
        let opens =
            |i: &usize| matches!(self.word(*i), ":" | ";" | "that" | "–" | "—") && !self.quoted[*i];
        (0..at).rev().find(opens).map_or(0, |i| i + 1)
    }

    /// A cue verb: the content after it, or else before it.
    fn verb(&self, at: usize, cue: Cue, subject: Option<Range<usize>>) -> Option<Speech> {
        let from = self.clause_start(at);
        let auxiliary = |word: &str| {
            matches!(
                word,
                "will" | "would" | "did" | "does" | "do" | "to" | "can" | "could"
            )
        };
        let bare_base = cue.form == Form::Base
            && at > 0
            && !auxiliary(self.word(at - 1))
            && !self.tokens[at - 1].is_word();
        let nominal = at > 0
            && matches!(
                self.word(at - 1),
                "the" | "a" | "an" | "its" | "his" | "her" | "their" | "to" | "this" | "'s" | "’s"
            );
        // "...," said Ana Kos: direct speech.
        let direct = at > 0 && self.is_quote(at - 1);
        if bare_base || nominal || direct || is_negated(self.text, self.tokens, from, at) {
            return None;
        }
        let passive = cue.form == Form::Finite && is_passive(self.text, self.tokens, from, at);
        if passive && self.word(at + 1) == "to" {
            return self.passive_infinitive(at, cue, from);
        }
        let source = if passive {
            None
        } else {
            match source_before(self.text, self.tokens, from, at) {
                Some(source) => Some(self.bytes(source)),
                None if cue.form == Form::Gerund => subject.or_else(|| self.subject(at)),
                None => subject,
            }
        };
        let report = |content: Vec<Range<usize>>, source: Option<Range<usize>>| Speech {
            source,
            cue: vec![self.bytes(at..at + 1)],
            content,
            denies: cue.denies,
            hedges: cue.hedges,
        };
        if let Some(content) = self.content_after(at, cue) {
            let end = self.content_end(content, at);
            return (end > content).then(|| report(vec![self.bytes(content..end)], source));
        }
        if cue.form != Form::Finite || passive {
            return None;
        }
        let (content, source) = self.content_before(at)?;
        Some(report(content, Some(source)))
    }

    /// Where the content after the cue begins, if a clause or infinitive follows.
    fn content_after(&self, cue_at: usize, cue: Cue) -> Option<usize> {
        let limit = self.len().min(cue_at + 1 + LONGEST_ADJUNCT_TOKENS);
        if cue.denies && self.word(cue_at + 1).ends_with("ing") {
            return Some(cue_at + 1);
        }
        for at in cue_at + 1..limit {
            match self.word(at) {
                // "rejected that account" points; it opens no clause.
                "that" if !self.quoted[at] => {
                    return self
                        .opens_content(at + 1)
                        .filter(|&start| !cue.denies || self.is_clause(start));
                }
                opener if INNER_OPENERS.contains(&opener) && at == cue_at + 1 => return Some(at),
                "whether" => return Some(at),
                "to" if cue.infinitive
                    && self
                        .tokens
                        .get(at + 1)
                        .is_some_and(|next| next.shape == Shape::Lower)
                    && self.word(at + 1) != "the" =>
                {
                    return Some(at);
                }
                "." | "?" | "!" | ":" | ";" | "," => break,
                _ if at > cue_at + 1
                    && cues::verb(self.word(at))
                        .is_some_and(|other| other.form == Form::Finite && !other.weak) =>
                {
                    break;
                }
                _ => {}
            }
        }
        if cue.weak {
            return None;
        }
        let start = self.skip_adjunct(cue_at + 1);
        self.opens_content(start)
            .filter(|&start| self.is_clause(start))
    }

    /// `at`, unless the content would be nothing but direct speech.
    fn opens_content(&self, at: usize) -> Option<usize> {
        let starts = at < self.len() && (self.tokens[at].is_word() || self.is_quote(at));
        let direct = self.is_quote(at) && matches!(self.word(at.wrapping_sub(1)), "," | ":");
        (starts && !direct).then_some(at)
    }

    /// Skips "on Monday", "late on Tuesday", "in a statement" and the like.
    fn skip_adjunct(&self, at: usize) -> usize {
        let weekday = |i: usize| {
            self.word(i).ends_with("day") && self.tokens.get(i).is_some_and(Token::is_capitalised)
        };
        match self.word(at) {
            "on" if weekday(at + 1) => at + 2,
            "late" | "early" if self.word(at + 1) == "on" && weekday(at + 2) => at + 3,
            "yesterday" | "today" | "later" => at + 1,
            "in" if matches!(self.word(at + 1), "a" | "an" | "its") => at + 3,
            _ if weekday(at) => at + 1,
            _ => at,
        }
    }

    /// Whether a finite verb stands between `start` and the next stop.
    fn is_clause(&self, start: usize) -> bool {
        let words = (start..self.len()).map(|at| self.word(at));
        let first = self.word(start);
        let subject = !matches!(
            first,
            "," | "." | "on" | "in" | "at" | "by" | "to" | "of" | "and" | "with" | "for" | "as"
        );
        let mut before_stop = words.take_while(|word| !matches!(*word, "." | ";" | ":"));
        subject
            && before_stop.any(|word| {
                FINITE.contains(&word) || word.ends_with("ed") && word.len() > 3 || word == "n't"
            })
    }

    /// The token after the last of a content that begins at `start`: the end of the sentence, or the next report.
    fn content_end(&self, start: usize, cue_at: usize) -> usize {
        let mut at = start;
        while at < self.len() {
            if self.quoted[at] {
                at += 1;
                continue;
            }
            let next = self.word(at + 1);
            let cut = match self.word(at) {
                "," => {
                    let gerund = cues::verb(next).is_some_and(|cue| cue.form == Form::Gerund);
                    gerund
                        || matches!(next, "according" | "although" | "though" | "without")
                        || matches!(next, "while" | "but") && self.reports_in(at + 2, 10)
                        || next == "and" && self.is_finite(at + 2)
                        || self.ends_in_report(at + 1)
                }
                "and" => self.verb_at(at + 1) && at > cue_at + 2,
                "according" => next == "to",
                ";" => true,
                _ => false,
            };
            if cut {
                return at;
            }
            at += 1;
        }
        at
    }

    /// Whether the token can be the finite verb of a second predicate: ", and had been turned down".
    fn is_finite(&self, at: usize) -> bool {
        let word = self.word(at);
        FINITE.contains(&word) || word.ends_with("ed") && word.len() > 3 || self.verb_at(at)
    }

    /// "was quoted as saying that ...", "quoted him as saying that ...": the source is the person quoted.
    fn quoted_as_saying(&self, at: usize) -> Option<Speech> {
        let near = self.len().min(at + LONGEST_ADJUNCT_TOKENS);
        let saying =
            (at + 2..near).find(|&i| self.word(i) == "saying" && self.word(i - 1) == "as")?;
        let (source, cue) = if saying == at + 2 {
            (
                source_before(self.text, self.tokens, self.clause_start(at), at)?,
                vec![self.bytes(at..saying + 1)],
            )
        } else {
            (
                at + 1..saying - 1,
                vec![self.bytes(at..at + 1), self.bytes(saying - 1..saying + 1)],
            )
        };
        let content = if self.word(saying + 1) == "that" {
            saying + 2
        } else {
            saying + 1
        };
        let end = self.content_end(content.min(self.len()), saying);
        (end > content).then(|| Speech {
            source: Some(self.bytes(source)),
            cue,
            content: vec![self.bytes(content..end)],
            denies: false,
            hedges: false,
        })
    }

    fn verb_at(&self, at: usize) -> bool {
        cues::verb(self.word(at)).is_some_and(|cue| cue.form == Form::Finite && !cue.weak)
    }

    fn reports_in(&self, from: usize, span: usize) -> bool {
        (from..self.len().min(from + span)).any(|at| self.verb_at(at))
    }

    /// Whether ", NP said" ends the sentence from `at` on.
    fn ends_in_report(&self, at: usize) -> bool {
        let Some(cue) = (at + 1..self.len().min(at + 8)).find(|&i| self.verb_at(i)) else {
            return false;
        };
        let rest = self.len() - cue - 1;
        let plain = (at..cue).all(|i| self.tokens[i].is_word());
        plain
            && rest <= 4
            && self
                .content_after(
                    cue,
                    Cue {
                        weak: true,
                        ..self.cue(cue)
                    },
                )
                .is_none()
    }

    fn cue(&self, at: usize) -> Cue {
        cues::verb(self.word(at)).unwrap_or(Cue {
            form: Form::Finite,
            denies: false,
            hedges: false,
            infinitive: false,
            weak: true,
        })
    }

    /// The content before a report that stands at the end ("..., the bank said") or in the middle ("Prices, the bank said, would ...").
    fn content_before(&self, at: usize) -> Option<(Vec<Range<usize>>, Range<usize>)> {
        let comma = (0..at)
            .rev()
            .find(|&i| self.word(i) == "," && !self.quoted[i] || self.is_quote(i))?;
        // An apposition: "..., Ana Kos, the minister, said".
        let (comma, source) = match source_before(self.text, self.tokens, comma + 1, at) {
            Some(source) => (comma, source),
            None if comma + 1 == at => {
                let source = source_after(self.text, self.tokens, at + 1, self.len())?;
                (comma, source)
            }
            None => return None,
        };
        if self.is_quote(comma) || comma == 0 || self.is_quote(comma - 1) {
            return None;
        }
        let first = self.content_head(comma);
        if self.is_quote(first) {
            return None;
        }
        // A headline needs no finite verb: "No talks before May, ministry says".
        let ends_here = at + 1 == self.len();
        if !self.is_clause(first) && self.word(at + 1) != "," && !ends_here {
            return None;
        }
        let mut content = vec![self.bytes(first..comma)];
        let after = at.max(source.end.saturating_sub(1)) + 1;
        if self.word(after) == "," && after + 1 < self.len() && !self.is_quote(after + 1) {
            let end = self.content_end(after + 1, after);
            if end > after + 1 {
                content.push(self.bytes(after + 1..end));
            }
        }
        Some((content, self.bytes(source)))
    }

    /// Where a content that ends before token `end` begins: after a closed quotation or an earlier report, or with the sentence.
    fn content_head(&self, end: usize) -> usize {
        let mut head = 0;
        for at in 0..end {
            // A dateline ends at a dash: GENEVA, March 3 (Meridian Wire) -
            let dateline = matches!(self.word(at), "-" | "–" | "—")
                && at < LONGEST_DATELINE_TOKENS
                && self.tokens[0].shape == Shape::Upper;
            if (matches!(self.word(at), ";" | ":") || dateline) && !self.quoted[at] {
                head = at + 1;
            }
        }
        if matches!(self.word(head), "But" | "And" | "Yet") && head + 1 < end {
            head += 1;
        }
        head
    }

    /// "The trial is expected to last": no source, and a content in two parts.
    fn passive_infinitive(&self, at: usize, cue: Cue, from: usize) -> Option<Speech> {
        let subject = source_before(self.text, self.tokens, from, at)?;
        let end = self.content_end(at + 1, at);
        let told = matches!(self.word(at), "ordered" | "told" | "asked" | "urged");
        let mut content = vec![self.bytes(at + 1..end)];
        if !told {
            content.insert(0, self.bytes(subject));
        }
        Some(Speech {
            source: None,
            cue: vec![self.bytes(at..at + 1)],
            content,
            denies: cue.denies,
            hedges: cue.hedges,
        })
    }

    /// The subject of the sentence, for "..., saying that": what stands before its first finite verb.
    fn subject(&self, before: usize) -> Option<Range<usize>> {
        let verb = (1..before).find(|&at| {
            let word = self.word(at);
            self.tokens[at].shape == Shape::Lower
                && (FINITE.contains(&word) || word.ends_with("ed") && word.len() > 4)
        })?;
        source_before(self.text, self.tokens, 0, verb).map(|source| self.bytes(source))
    }

    /// "According to X, ...", "..., according to X" and "..., according to X, ...".
    fn according(&self, at: usize) -> Option<Speech> {
        if self.word(at + 1) != "to" {
            return None;
        }
        let source = source_after(self.text, self.tokens, at + 2, self.len())?;
        let mut content = Vec::new();
        let start = self.clause_start(at);
        if start + 1 < at && !self.is_quote(at - 1) && !self.is_quote(at.saturating_sub(2)) {
            content.push(self.bytes(start..at));
        }
        // An apposition after the source ends at its second comma.
        let mut after = source.end;
        if self.word(after) == "," && after + 1 < self.len() {
            let closing = (after + 1..self.len()).find(|&i| self.word(i) == ",");
            if let Some(closing) = closing
                && matches!(
                    self.word(after + 1),
                    "the" | "a" | "an" | "which" | "who" | "head"
                )
                && !self.range_is_clause(after + 1, closing)
            {
                after = closing;
            }
            let end = self.content_end(after + 1, after);
            if end > after + 1 && (content.is_empty() || !self.range_is_clause(start, at)) {
                content.push(self.bytes(after + 1..end));
            }
        }
        (!content.is_empty()).then(|| Speech {
            source: Some(self.bytes(source)),
            cue: vec![self.bytes(at..at + 2)],
            content,
            denies: false,
            hedges: false,
        })
    }

    fn range_is_clause(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| FINITE.contains(&self.word(at)) || self.word(at).ends_with("ed"))
    }

    /// A cue noun with "that": "the ministry's statement that ...".
    fn noun(&self, at: usize) -> Option<Speech> {
        let hedges = cues::noun(self.word(at))?;
        if self.word(at + 1) != "that" || at + 2 >= self.len() {
            return None;
        }
        let before = self.word(at.wrapping_sub(1));
        let source = match before {
            "its" | "his" | "her" | "their" => Some(self.bytes(at - 1..at)),
            "'s" | "’s" => source_before(self.text, self.tokens, self.clause_start(at), at - 1)
                .map(|source| self.bytes(source)),
            _ => None,
        };
        let end = self.content_end(at + 2, at);
        Some(Speech {
            source,
            cue: vec![self.bytes(at..at + 1)],
            content: vec![self.bytes(at + 2..end)],
            denies: false,
            hedges,
        })
    }

    /// "reportedly": the clause around it, without the word itself.
    fn adverb(&self, at: usize) -> Option<Speech> {
        let start = (0..at)
            .rev()
            .find(|&i| matches!(self.word(i), "," | ";" | ":" | "that") && !self.quoted[i])
            .map_or(0, |i| i + 1);
        let end = (at + 1..self.len())
            .find(|&i| matches!(self.word(i), "," | ";" | "." | ":") && !self.quoted[i])
            .unwrap_or(self.len());
        let mut content = Vec::new();
        if start < at {
            content.push(self.bytes(start..at));
        }
        if at + 1 < end {
            content.push(self.bytes(at + 1..end));
        }
        (!content.is_empty()).then(|| Speech {
            source: None,
            cue: vec![self.bytes(at..at + 1)],
            content,
            denies: false,
            hedges: true,
        })
    }
}
