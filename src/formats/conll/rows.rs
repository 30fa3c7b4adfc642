//! Reads the rows of columns: each token with its tag, and the mentions that the tags of a sentence make, checked against the scheme.

use std::ops::Range;

use super::scheme::{IllFormed, Place, Reading, Scheme, TagColumn, Width};
use super::{Sentence, seqeval, starts};
use crate::annotation::{Annotations, Label, Mention};
use crate::error::Problem;
use crate::formats::Block;
use crate::formats::draft::MOST_PROBLEMS;
use crate::span::Span;

/// One line: the token, and the tag with its place and type unless it is O, and its bytes in the block.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    pub(super) token: &'a str,
    pub(super) cell: &'a str,
    pub(super) tag: Option<(Place, &'a str)>,
    pub(super) range: Range<usize>,
}

/// Whether a byte parts cells.
const fn is_blank(byte: u8) -> bool {
    byte <= b' ' && matches!(byte, b'\t' | b' ' | b'\r')
}

/// The cells of a line that matter, and how many there are.
#[derive(Default)]
pub(super) struct Cells<'a> {
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

pub(super) struct Reader<'a> {
    pub(super) block: &'a Block,
    pub(super) reading: Reading,
    pub(super) width: Width,
    pub(super) column: TagColumn,
    pub(super) problems: Vec<Problem>,
    /// How many problems more there are.
    pub(super) more: u64,
    /// How many lines did not have the columns of the others and were read all the same.
    pub(super) ragged: u64,
}

impl<'b> Reader<'b> {
    /// The rows of the lines in these bytes of the block.
    pub(super) fn rows(&mut self, range: Range<usize>) -> Vec<Row<'b>> {
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

    pub(super) fn complain(
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
    pub(super) fn wrong(&self) -> u64 {
        self.problems.len() as u64 + self.more
    }

    /// The problems, and how many there are beyond those that are told one by one.
    pub(super) fn told(mut self) -> Vec<Problem> {
        if self.more > 0 {
            let what = format!("more of these lines cannot be read: {}", self.more);
            self.problems
                .push(self.block.problem(0..self.block.first_line(), what));
        }
        self.problems
    }

    pub(super) fn row<'a>(&mut self, text: &'a str, range: Range<usize>) -> Option<Row<'a>> {
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

    pub(super) fn complain_of_width(&mut self, range: Range<usize>, found: usize) {
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

    pub(super) fn sentence<'a>(&mut self, rows: &[Row<'a>]) -> Sentence<'a> {
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
                ..Annotations::default()
            },
            line: self.block.line(),
        }
    }

    /// The mentions as their first row and the row after their last.
    pub(super) fn mentions(&mut self, rows: &[Row<'_>]) -> Vec<(usize, usize)> {
        match self.reading.ill_formed {
            IllFormed::SeqevalStrict => {
                let tags: Vec<_> = rows.iter().map(|row| row.tag).collect();
                seqeval::strict(self.reading.scheme, &tags)
            }
            IllFormed::Refuse | IllFormed::Conlleval => self.places(rows),
        }
    }

    /// The mentions as their first row and the row after their last, by conlleval's rule; what the scheme does not allow is complained of.
    pub(super) fn places(&mut self, rows: &[Row<'_>]) -> Vec<(usize, usize)> {
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
