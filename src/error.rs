//! What can go wrong with input: where it is, what was found, what was expected, and how to mend it.
//!
//! A [`Problem`] is a value, not text: the program decides how to show it, tests compare its parts, and many problems are
//! gathered before any is told, so that a person mends a gold set in one round.

use std::fmt;
use std::path::{Path, PathBuf};

/// A place in a text file that a problem points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line's number, from 1.
    pub line: usize,
    /// The line's text, without its line end; of a very long line what surrounds the mark.
    pub text: String,
    /// How many code points of the line stand before `text`.
    pub skipped: usize,
    /// The byte range within `text` that is wrong; it may be empty.
    pub mark: std::ops::Range<usize>,
}

impl Excerpt {
    /// The excerpt of `source` around the byte range `range`, cut to the first line that the range touches.
    #[must_use]
    pub fn of(source: &str, range: std::ops::Range<usize>) -> Self {
        let start = floor_boundary(source, range.start.min(source.len()));
        let end = floor_boundary(source, range.end.clamp(start, source.len()));
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..]
            .find('\n')
            .map_or(source.len(), |at| start + at);
        let line_end = line_start + source[line_start..line_end].trim_end_matches('\r').len();
        let (start, end) = (
            start.clamp(line_start, line_end),
            end.clamp(line_start, line_end),
        );
        // A line may be a whole document: a thousand problems in it must not keep it a thousand times.
        let from = line_start.max(floor_boundary(source, start.saturating_sub(EXCERPT_BYTES)));
        let to = line_end.min(floor_boundary(
            source,
            start.saturating_add(EXCERPT_BYTES).min(source.len()),
        ));
        Self {
            line: memchr::memchr_iter(b'\n', &source.as_bytes()[..start]).count() + 1,
            text: source[from..to].to_owned(),
            skipped: source[line_start..from].chars().count(),
            mark: start - from..end.min(to) - from,
        }
    }

    /// The same place in a file of which the excerpt's source begins at line `line`, from 1.
    #[must_use]
    pub const fn from_line(mut self, line: usize) -> Self {
        self.line += line - 1;
        self
    }

    /// The column of the mark in code points, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.text
            .get(..self.mark.start)
            .map_or(1, |before| self.skipped + before.chars().count() + 1)
    }
}

/// How many bytes of a line an excerpt keeps on either side of its mark's start.
const EXCERPT_BYTES: usize = 2000;

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One thing that is wrong with somebody's input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one clause, without the path.
    pub what: String,
    /// The file or folder it is in, where there is one.
    pub path: Option<PathBuf>,
    /// The place within the file, where it is known.
    pub excerpt: Option<Excerpt>,
    /// What was found there.
    pub found: Option<String>,
    /// What was expected instead.
    pub expected: Option<String>,
    /// What the person can do about it.
    pub mend: Option<String>,
}

impl Problem {
    /// A problem that is only named so far; the builder methods add the rest.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            path: None,
            excerpt: None,
            found: None,
            expected: None,
            mend: None,
        }
    }

    /// The same problem, in this file or folder.
    #[must_use]
    pub fn in_file(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// The same problem, at this place.
    #[must_use]
    pub fn at(mut self, excerpt: Excerpt) -> Self {
        self.excerpt = Some(excerpt);
        self
    }

    /// The same problem, with what was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// The same problem, with what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// The same problem, with the way to mend it.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// The same problem, its mend saying where the file that it is in was named.
    #[must_use]
    pub fn named(mut self, place: Option<&(PathBuf, Excerpt)>) -> Self {
        if let Some((path, excerpt)) = place {
            let named = format!(
                "it is named at {}:{}:{}",
                path.display(),
                excerpt.line,
                excerpt.column()
            );
            self.mend = Some(
                self.mend
                    .map_or_else(|| named.clone(), |mend| format!("{mend}; {named}")),
            );
        }
        self
    }

    /// How two problems are put in order: by path, line, column, then text.
    #[must_use]
    pub fn in_order(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }

    /// The key by which problems are put in order: path, line, column, then text.
    fn order(&self) -> (Option<&PathBuf>, usize, usize, &str) {
        let (line, column) = self
            .excerpt
            .as_ref()
            .map_or((0, 0), |excerpt| (excerpt.line, excerpt.mark.start));
        (self.path.as_ref(), line, column, &self.what)
    }
}

impl fmt::Display for Problem {
    /// One line: `path:line:column: what: found X, expected Y (mend)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}", path.display())?;
            if let Some(excerpt) = &self.excerpt {
                write!(f, ":{}:{}", excerpt.line, excerpt.column())?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.what)?;
        if let Some(found) = &self.found {
            write!(f, ": found {found}")?;
        }
        if let Some(expected) = &self.expected {
            write!(f, ", expected {expected}")?;
        }
        if let Some(mend) = &self.mend {
            write!(f, " ({mend})")?;
        }
        Ok(())
    }
}

/// What kind of failure ended the work; each kind has its own exit code in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Input, configuration or gold that cannot be used.
    Input,
    /// Nothing was there to evaluate.
    Nothing,
    /// An extractor that cannot start.
    Extractor,
    /// What is to be compared is missing, damaged, or of something else.
    Incomparable,
    /// What is to be used is not finished.
    Incomplete,
    /// The machine did not do as asked: a write failed, a thread pool could not be made.
    Machine,
    /// Somebody wanted the work to end before it was done.
    Interrupted,
}

/// One or more problems that stop the work, all of one kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Error {
    /// Which kind of failure this is.
    pub kind: Kind,
    /// The problems, in order of path, line and column. Never empty.
    pub problems: Vec<Problem>,
    /// How many problems more there are, which were counted but not kept.
    pub more: u64,
}

impl Error {
    /// The same error, with problems that were counted but not kept.
    #[must_use]
    pub const fn and_more(mut self, more: u64) -> Self {
        self.more += more;
        self
    }

    /// The error that holds this one problem.
    #[must_use]
    pub fn one(kind: Kind, problem: Problem) -> Self {
        Self {
            kind,
            problems: vec![problem],
            more: 0,
        }
    }

    /// `Ok` where there are no problems, else the error that holds them all in order.
    ///
    /// # Errors
    /// The problems, where there are any.
    pub fn all(kind: Kind, mut problems: Vec<Problem>) -> Result<()> {
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by(Problem::in_order);
        Err(Self {
            kind,
            problems,
            more: 0,
        })
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::one(Kind::Input, problem)
    }
}

/// The result of work on somebody's input.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The text without control characters, which somebody's file could send to the terminal; each becomes a replacement character.
#[must_use]
pub fn visible(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() && c != '\t' {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

/// Text in quotation marks as a message shows it, cut where it is long: a damaged file may be one line.
#[must_use]
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARACTERS) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// How many characters of a text a message shows.
const QUOTED_CHARACTERS: usize = 80;

/// The word of `known` that `word` was most likely meant to be, or `None` where nothing is near.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_to_one_line_and_counts_columns_in_code_points() {
        let excerpt = Excerpt::of("one\nzwölf drei\nvier", 11..17);
        assert_eq!(
            excerpt,
            Excerpt {
                line: 2,
                text: "zwölf drei".into(),
                skipped: 0,
                mark: 7..11
            }
        );
        assert_eq!(excerpt.column(), 7);
    }

    #[test]
    fn an_excerpt_of_a_long_line_keeps_what_surrounds_its_mark() {
        let line = "ä".repeat(5000);
        let excerpt = Excerpt::of(&line, 6000..6002);
        assert_eq!((excerpt.text.len(), excerpt.skipped), (4000, 2000));
        assert_eq!((excerpt.mark.clone(), excerpt.column()), (2000..2002, 3001));
    }

    #[test]
    fn an_excerpt_past_the_end_or_inside_a_character_does_not_panic() {
        assert_eq!(Excerpt::of("ä", 1..9).mark, 0..2);
        assert_eq!(Excerpt::of("", 5..9).line, 1);
        assert_eq!(Excerpt::of("a\r\nb", 1..3).mark, 1..1);
    }

    #[test]
    fn the_nearest_word_is_suggested_only_when_it_is_near() {
        assert_eq!(nearest("atricles", ["articles", "gold"]), Some("articles"));
        assert_eq!(nearest("zebra", ["articles", "gold"]), None);
    }
}
