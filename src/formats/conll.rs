//! CoNLL columns: a token a line, its tag in the last column, sentences parted by blank lines; the scheme of the tags is declared, never guessed.

mod documents;
mod seqeval;

use std::fmt;
use std::ops::Range;
use std::path::Path;

use super::draft::MOST_PROBLEMS;
use super::{Format, Head, Parted};
use crate::annotation::{Annotations, Label, Mention};
use crate::error::Problem;
use crate::formats::Block;
use crate::offset::Unit;
use crate::span::Span;

/// The format.
pub static FORMAT: Format = Format {
    name: "conll",
    title: "CoNLL columns",
    extensions: &["conll", "bio", "iob", "iob2", "bioes"],
    unit: Unit::Byte,
    about_offsets: "",
    parted: Parted::ByMarker("-DOCSTART-"),
    recognise,
    read: documents::read,
    annotators: None,
    frames: false,
    writer: documents::WRITER,
};

/// Most lines are a token and a tag: `O`, or a letter, a hyphen and a type.
fn recognise(head: &Head<'_>) -> bool {
    let is_tag = |cell: &str| {
        let letter = cell.split_once('-').map(|(letter, _)| letter);
        cell == "O"
            || letter.is_some_and(|letter| matches!(letter, "B" | "I" | "E" | "L" | "S" | "U"))
    };
    let tagged = |line: &str| cells(line).count() > 1 && cells(line).last().is_some_and(is_tag);
    let (mut yes, mut all) = (0, 0);
    for line in head.lines().take(200) {
        yes += usize::from(tagged(line));
        all += 1;
    }
    all > 0 && yes * 2 > all
}

/// The problem that columns are to be read and nobody said what their tags mean.
#[must_use]
pub fn undeclared(path: &Path) -> Problem {
    Problem::new("the tags of these columns are not declared")
        .in_file(path)
        .expected(format!(
            "one of {}",
            Scheme::ALL.map(Scheme::name).join(", ")
        ))
        .mend("declare the tags with --scheme, such as --scheme iob2; a scheme is never guessed")
}

/// How many columns the lines of a file have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Every line has as many; another number is a problem.
    Exactly(usize),
    /// Any number: the first cell is the token, the last its tag, and a line of a token alone is outside of everything.
    Ragged,
}

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
    /// As seqeval's strict mode does: they are no mention.
    SeqevalStrict,
}

/// The column of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagColumn {
    /// The last.
    Last,
    /// The one before the last, where the last holds the predictions.
    BeforeLast,
}

/// How a file of columns is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What the letters mean.
    pub scheme: Scheme,
    /// What to do with what the scheme does not allow.
    pub ill_formed: IllFormed,
}

/// How columns that goldspan itself wrote are to be read.
pub const WRITTEN: Option<Reading> = Some(Reading {
    scheme: Scheme::Iob2,
    ill_formed: IllFormed::Refuse,
});

/// One sentence: its tokens, and its mentions in the text that the tokens make, a token a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence<'a> {
    /// The tokens.
    pub tokens: Vec<&'a str>,
    /// The tokens joined by line ends, as they stand in the file; mentions lie in this text.
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
        if self.text == other.text {
            return self.annotations.clone();
        }
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

/// One line: the token, and the tag with its place and type unless it is O, and its bytes in the block.
#[derive(Debug, Clone)]
struct Row<'a> {
    token: &'a str,
    cell: &'a str,
    tag: Option<(Place, &'a str)>,
    range: Range<usize>,
}

/// How many columns the lines of a file have, by the first of them; two at least.
#[must_use]
pub fn columns(first: &Block) -> usize {
    let line = first.text().lines().next().unwrap_or_default();
    cells(line).count().max(2)
}

/// Reads a sentence, whose lines have so many columns.
///
/// # Errors
/// Every line with too few or too many columns, every tag that the scheme does not have, and, unless they are to be repaired, every tag that cannot stand
/// where it stands.
pub fn sentence<'a>(
    block: &'a Block,
    reading: Reading,
    width: Width,
    column: TagColumn,
) -> Result<Sentence<'a>, Vec<Problem>> {
    let mut reader = Reader {
        block,
        reading,
        width,
        column,
        problems: Vec::new(),
        more: 0,
        ragged: 0,
    };
    let rows = reader.rows(0..block.text().len());
    // Around a line that could not be read no sequence means anything.
    if reader.problems.is_empty() {
        let sentence = reader.sentence(&rows);
        if reader.problems.is_empty() {
            return Ok(sentence);
        }
    }
    Err(reader.told())
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    let blank = |c: char| matches!(c, '\t' | ' ' | '\r');
    line.split(blank).filter(|cell| !cell.is_empty())
}

/// Whether a byte parts cells.
const fn is_blank(byte: u8) -> bool {
    byte <= b' ' && matches!(byte, b'\t' | b' ' | b'\r')
}

/// The cells of a line that matter, and how many there are.
#[derive(Default)]
struct Cells<'a> {
    token: &'a str,
    before: &'a str,
    last: &'a str,
    found: usize,
}

impl<'a> Cells<'a> {
    /// Most of a large file goes by here: bytes are looked at one by one and nothing is allocated.
    fn of(line: &'a str) -> Self {
        let bytes = line.as_bytes();
        // Nearly every line is two cells and one blank between them.
        if let Some(at) = bytes
            .iter()
            .position(|byte| is_blank(*byte))
            .filter(|at| *at > 0)
            && at + 1 < bytes.len()
            && !bytes[at + 1..].iter().any(|byte| is_blank(*byte))
        {
            let (token, last) = (&line[..at], &line[at + 1..]);
            return Self {
                token,
                before: token,
                last,
                found: 2,
            };
        }
        let mut cells = Self::default();
        let mut at = 0;
        while at < bytes.len() {
            if is_blank(bytes[at]) {
                at += 1;
                continue;
            }
            let begin = at;
            while at < bytes.len() && !is_blank(bytes[at]) {
                at += 1;
            }
            // Blanks are ASCII, so cells begin and end on characters.
            let cell = &line[begin..at];
            if cells.found == 0 {
                cells.token = cell;
            }
            (cells.before, cells.last) = (cells.last, cell);
            cells.found += 1;
        }
        cells
    }
}

struct Reader<'a> {
    block: &'a Block,
    reading: Reading,
    width: Width,
    column: TagColumn,
    problems: Vec<Problem>,
    /// How many problems more there are.
    more: u64,
    /// How many lines did not have the columns of the others and were read all the same.
    ragged: u64,
}

impl<'b> Reader<'b> {
    /// The rows of the lines in these bytes of the block.
    fn rows(&mut self, range: Range<usize>) -> Vec<Row<'b>> {
        let text = self.block.text();
        let mut rows = Vec::new();
        let mut start = range.start;
        while start < range.end {
            let rest = &text.as_bytes()[start..range.end];
            let end = memchr::memchr(b'\n', rest).map_or(range.end, |at| start + at);
            rows.extend(self.row(&text[start..end], start..end));
            start = end + 1;
        }
        rows
    }

    fn complain(
        &mut self,
        range: Range<usize>,
        what: &str,
        found: String,
        expected: String,
        mend: &str,
    ) {
        if self.problems.len() >= MOST_PROBLEMS {
            self.more += 1;
            return;
        }
        let problem = self.block.problem(range, what);
        self.problems
            .push(problem.found(found).expected(expected).mend(mend));
    }

    /// How many things are wrong so far.
    fn wrong(&self) -> u64 {
        self.problems.len() as u64 + self.more
    }

    /// The problems, and how many there are beyond those that are told one by one.
    fn told(mut self) -> Vec<Problem> {
        if self.more > 0 {
            let what = format!("more of these lines cannot be read: {}", self.more);
            self.problems
                .push(self.block.problem(0..self.block.first_line(), what));
        }
        self.problems
    }

    fn row<'a>(&mut self, text: &'a str, range: Range<usize>) -> Option<Row<'a>> {
        let cells = Cells::of(text);
        let outside = Row {
            token: cells.token,
            cell: "O",
            tag: None,
            range: range.clone(),
        };
        if self.width == Width::Ragged {
            self.ragged += u64::from(cells.found != 2);
            if cells.found < 2 {
                return Some(outside);
            }
        } else if self.width != Width::Exactly(cells.found) {
            self.complain_of_width(range, cells.found);
            return None;
        }
        let cell = match self.column {
            TagColumn::Last => cells.last,
            TagColumn::BeforeLast => cells.before,
        };
        // Cells are slices of the line.
        let start = range.start + (cell.as_ptr() as usize - text.as_ptr() as usize);
        let range = start..start + cell.len();
        let row = |tag| Row {
            token: cells.token,
            cell,
            tag,
            range: range.clone(),
        };
        if cell == "O" {
            return Some(row(None));
        }
        let parsed = cell.split_once('-').and_then(|(letter, kind)| {
            let mut letters = letter.chars();
            let place = self.reading.scheme.place(letters.next()?)?;
            (letters.next().is_none() && !kind.is_empty()).then_some((place, kind))
        });
        match parsed {
            Some(tag) => Some(row(Some(tag))),
            None if self.width == Width::Ragged => {
                // Without a tag all of it is text, of which the first cell is kept.
                self.ragged += 1;
                Some(outside)
            }
            None => {
                self.complain_of_tag(range, cell);
                None
            }
        }
    }

    fn complain_of_width(&mut self, range: Range<usize>, found: usize) {
        let Width::Exactly(expected) = self.width else {
            return;
        };
        self.complain(
            range,
            "this line has another number of columns",
            format!("{found} {}", if found == 1 { "column" } else { "columns" }),
            format!("{expected}, as in the first line: a token, and its tag in the last"),
            "part the columns by one tab or space, and sentences by blank lines; --ragged reads such lines all the same",
        );
    }

    fn complain_of_tag(&mut self, range: Range<usize>, cell: &str) {
        let scheme = self.reading.scheme;
        let letters = scheme.letters();
        self.complain(
            range,
            &format!("this tag is not of the scheme {scheme}"),
            format!("{cell:?}"),
            format!("O, or one of {letters} before a hyphen and a type, such as I-PER"),
            "declare the scheme of the file with --scheme, or correct the tag",
        );
    }

    fn sentence<'a>(&mut self, rows: &[Row<'a>]) -> Sentence<'a> {
        let tokens: Vec<&str> = rows.iter().map(|row| row.token).collect();
        let text = tokens.join("\n");
        let starts = starts(&tokens);
        let places = self.mentions(rows);
        let mention = |(first, end): (usize, usize)| {
            let span = Span::new(
                &text,
                starts[first],
                starts[end - 1] + tokens[end - 1].len(),
            );
            // Tokens are not empty, so neither is what they cover.
            let (span, (_, kind)) = (span.ok()?, rows[first].tag?);
            Some(Mention {
                extent: span.into(),
                label: Label::Owned(kind.to_owned()),
            })
        };
        let mentions = places.into_iter().filter_map(mention).collect();
        Sentence {
            tokens,
            text,
            annotations: Annotations {
                mentions,
                claims: Vec::new(),
            },
            line: self.block.line(),
        }
    }

    /// The mentions as their first row and the row after their last.
    fn mentions(&mut self, rows: &[Row<'_>]) -> Vec<(usize, usize)> {
        match self.reading.ill_formed {
            IllFormed::SeqevalStrict => {
                let tags: Vec<_> = rows.iter().map(|row| row.tag).collect();
                seqeval::strict(self.reading.scheme, &tags)
            }
            IllFormed::Refuse | IllFormed::Conlleval => self.places(rows),
        }
    }

    /// The mentions as their first row and the row after their last, by conlleval's rule; what the scheme does not allow is complained of.
    fn places(&mut self, rows: &[Row<'_>]) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        let mut begun: Option<usize> = None;
        for at in 0..=rows.len() {
            let begins = begins(rows, at);
            if let Some(first) =
                begun.filter(|_| begins || rows.get(at).is_none_or(|row| row.tag.is_none()))
            {
                self.check_end(rows, at - 1);
                places.push((first, at));
                begun = None;
            }
            if begins {
                self.check_begin(rows, at);
                begun = Some(at);
            }
        }
        places
    }

    /// Complains of a mention that begins with a tag that cannot begin one.
    fn check_begin(&mut self, rows: &[Row<'_>], at: usize) {
        let Some((place, kind)) = rows[at].tag else {
            return;
        };
        let after_same = at > 0 && rows[at - 1].tag.is_some_and(|(_, before)| before == kind);
        let fits = match self.reading.scheme {
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
        let fits = match self.reading.scheme {
            Scheme::Iob1 | Scheme::Iob2 => true,
            Scheme::Ioe2 => place == Place::End,
            // E is only for a mention that another of its type follows.
            Scheme::Ioe1 => place == Place::Inside || before_same,
            Scheme::Iobes | Scheme::Bilou => matches!(place, Place::End | Place::Single),
        };
        self.refuse(rows, at, fits, "end a mention");
    }

    fn refuse(&mut self, rows: &[Row<'_>], at: usize, fits: bool, what: &str) {
        if fits || self.reading.ill_formed == IllFormed::Conlleval {
            return;
        }
        let near = |at: Option<usize>| {
            at.and_then(|at| rows.get(at))
                .map_or("the sentence's edge", |row| row.cell)
        };
        let found = format!(
            "{} between {} and {}",
            rows[at].cell,
            near(at.checked_sub(1)),
            near(Some(at + 1))
        );
        let expected = format!("tags in the order of the scheme {}", self.reading.scheme);
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
        let block = Block::new("x", 1, source.trim_end());
        let reading = Reading { scheme, ill_formed };
        let sentence = sentence(&block, reading, Width::Exactly(2), TagColumn::Last)
            .map_err(|problems| problems.len())?;
        let token = |text: &str, at: usize| text[..at].matches('\n').count();
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
        Ok(mentions(&sentence))
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
            for repair in [IllFormed::Conlleval, IllFormed::SeqevalStrict] {
                assert_eq!(found(tags, scheme, repair), expected, "{scheme}");
            }
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
