//! CoNLL columns: a token a line, its tag in the last column, sentences parted by blank lines; the scheme of the tags is declared, never guessed.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use crate::annotation::{Annotations, Label, Mention};
use crate::error::{Excerpt, Problem};
use crate::span::Span;

/// What the letters before the types mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// I inside; B only where a mention follows another of its type.
    Iob1,
    /// B begins every mention, I continues it.
    Iob2,
    /// I inside; E only where a mention of the same type follows.
    Ioe1,
    /// E ends every mention, I is before it.
    Ioe2,
    /// B begins, I continues, E ends, S is a mention of one token.
    Iobes,
    /// As IOBES, with L for E and U for S.
    Bilou,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 6] = [
        Self::Iob1,
        Self::Iob2,
        Self::Ioe1,
        Self::Ioe2,
        Self::Iobes,
        Self::Bilou,
    ];

    /// The name in flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iob1 => "iob1",
            Self::Iob2 => "iob2",
            Self::Ioe1 => "ioe1",
            Self::Ioe2 => "ioe2",
            Self::Iobes => "iobes",
            Self::Bilou => "bilou",
        }
    }

    /// The scheme of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// What a letter means in this scheme, `None` where it has no such letter.
    const fn place(self, letter: char) -> Option<Place> {
        match (self, letter) {
            (_, 'I') => Some(Place::Inside),
            (Self::Iob1 | Self::Iob2 | Self::Iobes | Self::Bilou, 'B') => Some(Place::Begin),
            (Self::Ioe1 | Self::Ioe2 | Self::Iobes, 'E') | (Self::Bilou, 'L') => Some(Place::End),
            (Self::Iobes, 'S') | (Self::Bilou, 'U') => Some(Place::Single),
            _ => None,
        }
    }

    /// The letters of this scheme besides O.
    fn letters(self) -> String {
        let letters = ['B', 'I', 'L', 'E', 'S', 'U']
            .into_iter()
            .filter(|letter| self.place(*letter).is_some());
        letters.map(String::from).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What to do with tags that cannot follow each other in their scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IllFormed {
    /// They are problems.
    Refuse,
    /// As conlleval.pl and seqeval's default mode do: a tag that cannot continue a mention begins one, and every mention ends where it must.
    Conlleval,
}

/// One sentence: its tokens joined by single spaces, and its mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence<'a> {
    /// The tokens.
    pub tokens: Vec<&'a str>,
    /// The tokens joined by single spaces; mentions lie in this text.
    pub text: String,
    /// The mentions.
    pub annotations: Annotations,
    /// The line of the first token, from 1.
    pub line: usize,
}

impl Sentence<'_> {
    /// The annotations of this sentence, laid over the tokens of `other`, which has as many: predictions on tokens that were written differently.
    #[must_use]
    pub fn on(&self, other: &Self) -> Annotations {
        let (own, others) = (starts(&self.tokens), starts(&other.tokens));
        // Every mention begins and ends with a token.
        let token = |at: usize| own.partition_point(|start| *start <= at) - 1;
        let mention = |mention: &Mention| {
            let (first, last) = (
                token(mention.extent.start()),
                token(mention.extent.end() - 1),
            );
            let end = others[last] + other.tokens[last].len();
            Span::new(&other.text, others[first], end)
                .ok()
                .map(|span| Mention {
                    extent: span.into(),
                    label: mention.label.clone(),
                })
        };
        Annotations {
            mentions: self
                .annotations
                .mentions
                .iter()
                .filter_map(mention)
                .collect(),
            claims: Vec::new(),
        }
    }
}

/// The byte at which each token begins in the text of its sentence.
fn starts(tokens: &[&str]) -> Vec<usize> {
    let start = |at: &mut usize, token: &&str| {
        let begun = *at;
        *at += token.len() + 1;
        Some(begun)
    };
    tokens.iter().scan(0, start).collect()
}

/// What a tag says of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Begin,
    Inside,
    End,
    Single,
}

/// One line: the token, and its place and type unless it is O.
#[derive(Debug, Clone)]
struct Row<'a> {
    token: &'a str,
    tag: Option<(Place, &'a str)>,
    range: Range<usize>,
}

/// Reads the file `source`, which lies at `path`. Lines that begin with `-DOCSTART-` part documents and are passed over.
///
/// # Errors
/// Every line with too few or too many columns, every tag that the scheme does not have, and, unless they are to be repaired, every tag that cannot stand
/// where it stands.
pub fn read<'a>(
    path: &Path,
    source: &'a str,
    scheme: Scheme,
    ill_formed: IllFormed,
) -> Result<Vec<Sentence<'a>>, Vec<Problem>> {
    let mut reader = Reader {
        path,
        source,
        scheme,
        ill_formed,
        columns: None,
        problems: Vec::new(),
    };
    let mut sentences = Vec::new();
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive('\n').chain([""]) {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        let text = source[range.clone()].trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            if !rows.is_empty() {
                sentences.push(reader.sentence(&rows));
                rows.clear();
            }
        } else if !text.starts_with("-DOCSTART-") {
            rows.extend(reader.row(text, range));
        }
    }
    if reader.problems.is_empty() {
        Ok(sentences)
    } else {
        Err(reader.problems)
    }
}

struct Reader<'a> {
    path: &'a Path,
    source: &'a str,
    scheme: Scheme,
    ill_formed: IllFormed,
    /// How many columns the first line has.
    columns: Option<usize>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn complain(
        &mut self,
        range: Range<usize>,
        what: &str,
        found: String,
        expected: String,
        mend: &str,
    ) {
        let excerpt = Excerpt::of(self.source, range);
        let problem = Problem::new(what).in_file(self.path).at(excerpt);
        self.problems
            .push(problem.found(found).expected(expected).mend(mend));
    }

    fn row<'a>(&mut self, text: &'a str, range: Range<usize>) -> Option<Row<'a>> {
        let cells: Vec<&str> = text
            .split(['\t', ' '])
            .filter(|cell| !cell.is_empty())
            .collect();
        let expected = *self.columns.get_or_insert(cells.len().max(2));
        let (Some(token), Some(tag)) = (cells.first(), cells.last()) else {
            return None;
        };
        if cells.len() != expected {
            let (found, expected) = (
                format!("{} columns", cells.len()),
                format!("{expected}, as in the first line: a token, and its tag in the last"),
            );
            self.complain(
                range,
                "this line has another number of columns",
                found,
                expected,
                "part the columns by one tab or space, and sentences by blank lines",
            );
            return None;
        }
        let tag = if *tag == "O" {
            None
        } else {
            let parsed = tag.split_once('-').and_then(|(letter, kind)| {
                let mut letters = letter.chars();
                let place = self.scheme.place(letters.next()?)?;
                (letters.next().is_none() && !kind.is_empty()).then_some((place, kind))
            });
            if parsed.is_none() {
                let expected = format!(
                    "O, or one of {} before a hyphen and a type, such as I-PER",
                    self.scheme.letters()
                );
                let end = range.end;
                self.complain(
                    end - tag.len()..end,
                    &format!("this tag is not of the scheme {}", self.scheme),
                    format!("{tag:?}"),
                    expected,
                    "declare the scheme of the file with --scheme, or correct the tag",
                );
                return None;
            }
            parsed
        };
        Some(Row { token, tag, range })
    }

    fn sentence<'a>(&mut self, rows: &[Row<'a>]) -> Sentence<'a> {
        let tokens: Vec<&str> = rows.iter().map(|row| row.token).collect();
        let text = tokens.join(" ");
        let starts = starts(&tokens);
        let mut mentions = Vec::new();
        let mut begun: Option<usize> = None;
        for at in 0..=rows.len() {
            let begins = begins(rows, at);
            if let Some(first) =
                begun.filter(|_| begins || rows.get(at).is_none_or(|row| row.tag.is_none()))
            {
                self.check_end(rows, at - 1);
                let end = starts[at - 1] + tokens[at - 1].len();
                // Tokens are not empty, so neither is what they cover.
                if let (Ok(span), Some((_, kind))) =
                    (Span::new(&text, starts[first], end), rows[first].tag)
                {
                    mentions.push(Mention {
                        extent: span.into(),
                        label: Label::Owned(kind.to_owned()),
                    });
                }
                begun = None;
            }
            if begins {
                self.check_begin(rows, at);
                begun = Some(at);
            }
        }
        Sentence {
            tokens,
            text,
            annotations: Annotations {
                mentions,
                claims: Vec::new(),
            },
            line: rows.first().map_or(1, |row| {
                self.source[..row.range.start].matches('\n').count() + 1
            }),
        }
    }

    /// Complains of a mention that begins with a tag that cannot begin one.
    fn check_begin(&mut self, rows: &[Row<'_>], at: usize) {
        let Some((place, kind)) = rows[at].tag else {
            return;
        };
        let after_same = at > 0 && rows[at - 1].tag.is_some_and(|(_, before)| before == kind);
        let fits = match self.scheme {
            Scheme::Iob2 => place == Place::Begin,
            // B is only for a mention that follows another of its type.
            Scheme::Iob1 => place == Place::Inside || after_same,
            Scheme::Ioe1 | Scheme::Ioe2 => true,
            Scheme::Iobes | Scheme::Bilou => matches!(place, Place::Begin | Place::Single),
        };
        self.refuse(rows, at, fits, "begin a mention");
    }

    /// Complains of a mention that ends with a tag that cannot end one.
    fn check_end(&mut self, rows: &[Row<'_>], at: usize) {
        let Some((place, kind)) = rows[at].tag else {
            return;
        };
        let before_same = rows
            .get(at + 1)
            .and_then(|row| row.tag)
            .is_some_and(|(_, after)| after == kind);
        let fits = match self.scheme {
            Scheme::Iob1 | Scheme::Iob2 => true,
            Scheme::Ioe2 => place == Place::End,
            // E is only for a mention that another of its type follows.
            Scheme::Ioe1 => place == Place::Inside || before_same,
            Scheme::Iobes | Scheme::Bilou => matches!(place, Place::End | Place::Single),
        };
        self.refuse(rows, at, fits, "end a mention");
    }

    fn refuse(&mut self, rows: &[Row<'_>], at: usize, fits: bool, what: &str) {
        if fits || self.ill_formed == IllFormed::Conlleval {
            return;
        }
        let line = |row: &Row<'_>| {
            self.source[row.range.clone()]
                .rsplit(['\t', ' '])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        let near = |at: Option<usize>| {
            at.and_then(|at| rows.get(at))
                .map_or_else(|| "the sentence's edge".to_owned(), &line)
        };
        let found = format!(
            "{} between {} and {}",
            line(&rows[at]),
            near(at.checked_sub(1)),
            near(Some(at + 1))
        );
        let expected = format!("tags in the order of the scheme {}", self.scheme);
        let what = format!("this tag cannot {what} here");
        self.complain(rows[at].range.clone(), &what, found, expected, "declare the scheme of the file with --scheme, correct the tag, or read it as conlleval does with --repair conlleval");
    }
}

/// Whether a mention begins at row `at`: by its letter, by a change of type, or because the row before ended one. This is conlleval's rule, with S and U as
/// mentions of their own.
fn begins(rows: &[Row<'_>], at: usize) -> bool {
    let Some((place, kind)) = rows.get(at).and_then(|row| row.tag) else {
        return false;
    };
    let before = at.checked_sub(1).and_then(|before| rows[before].tag);
    let goes_on = before.is_some_and(|(before, same)| {
        same == kind && !matches!(before, Place::End | Place::Single)
    });
    matches!(place, Place::Begin | Place::Single) || !goes_on
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mentions of a sentence of tags, as `type from-to`, or the number of problems.
    fn found(tags: &str, scheme: Scheme, ill_formed: IllFormed) -> Result<Vec<String>, usize> {
        let source: String = tags
            .split(' ')
            .enumerate()
            .map(|(at, tag)| format!("t{at} {tag}\n"))
            .collect();
        let sentences =
            read(Path::new("x"), &source, scheme, ill_formed).map_err(|problems| problems.len())?;
        let token = |text: &str, at: usize| text[..at].matches(' ').count();
        let show = |sentence: &Sentence<'_>, mention: &Mention| {
            let (from, to) = (
                token(&sentence.text, mention.extent.start()),
                token(&sentence.text, mention.extent.end()),
            );
            format!("{} {from}-{to}", mention.label)
        };
        let mentions = |sentence: &'_ Sentence<'_>| -> Vec<String> {
            sentence
                .annotations
                .mentions
                .iter()
                .map(|mention| show(sentence, mention))
                .collect()
        };
        Ok(sentences.iter().flat_map(mentions).collect())
    }

    #[test]
    fn every_scheme_reads_its_own_sequences() {
        let expected = Ok(vec![
            "A 0-1".to_owned(),
            "A 2-2".to_owned(),
            "B 4-4".to_owned(),
        ]);
        for (scheme, tags) in [
            (Scheme::Iob2, "B-A I-A B-A O B-B"),
            (Scheme::Iob1, "I-A I-A B-A O I-B"),
            (Scheme::Ioe2, "I-A E-A E-A O E-B"),
            (Scheme::Ioe1, "I-A E-A I-A O I-B"),
            (Scheme::Iobes, "B-A E-A S-A O S-B"),
            (Scheme::Bilou, "B-A L-A U-A O U-B"),
        ] {
            assert_eq!(found(tags, scheme, IllFormed::Refuse), expected, "{scheme}");
            assert_eq!(
                found(tags, scheme, IllFormed::Conlleval),
                expected,
                "{scheme}"
            );
        }
    }

    #[test]
    fn sequences_that_cannot_be_are_refused_or_repaired_as_conlleval_does() {
        let repaired = |tags, scheme| found(tags, scheme, IllFormed::Conlleval).unwrap();
        let refused = |tags, scheme| found(tags, scheme, IllFormed::Refuse).unwrap_err();
        assert_eq!(refused("I-A I-A O I-B", Scheme::Iob2), 2);
        assert_eq!(repaired("I-A I-A O I-B", Scheme::Iob2), ["A 0-1", "B 3-3"]);
        assert_eq!(refused("B-A I-B", Scheme::Iob2), 1);
        assert_eq!(repaired("B-A I-B", Scheme::Iob2), ["A 0-0", "B 1-1"]);
        assert_eq!(refused("B-A I-A", Scheme::Iob1), 1);
        assert_eq!(refused("I-A O", Scheme::Ioe2), 1);
        assert_eq!(refused("E-A O", Scheme::Ioe1), 1);
        assert_eq!(refused("B-A S-A", Scheme::Iobes), 1);
        assert_eq!(repaired("B-A S-A", Scheme::Iobes), ["A 0-0", "A 1-1"]);
        assert_eq!(repaired("U-A U-A", Scheme::Bilou), ["A 0-0", "A 1-1"]);
        assert_eq!(refused("S-A O", Scheme::Iob2), 1);
    }
}
