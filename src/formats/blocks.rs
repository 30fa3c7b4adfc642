//! Reads a file part by part - a line, or the lines between blank lines - so that no file need fit in memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{not_utf8, unreadable};
use crate::error::{Excerpt, Problem};

/// Longer lines are refused: a whole newspaper year of one document is shorter, and memory is finite.
const LONGEST_LINE_BYTES: usize = 64 << 20;

/// How much is read from the disk at once.
const BUFFER_BYTES: usize = 1 << 18;

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The number of its first line, from 1.
    pub line: usize,
    /// Its text, with the line ends within it; not blank.
    pub text: String,
}

impl Block {
    /// The excerpt around a byte range of the block.
    #[must_use]
    pub fn excerpt(&self, range: Range<usize>) -> Excerpt {
        Excerpt::of(&self.text, range).from_line(self.line)
    }
}

/// What parts a file into blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parted {
    /// Every line that is not blank is a block.
    ByLines,
    /// Blank lines, and lines that begin with `-DOCSTART-`, stand between blocks.
    ByBlankLines,
}

/// The blocks of one file, in order. One that cannot be read is the problems of its lines; the blocks after it still come.
pub struct Blocks {
    path: PathBuf,
    input: Box<dyn BufRead + Send>,
    parted: Parted,
    /// How many lines were read.
    lines: usize,
    /// Whether the disk gave up.
    ended: bool,
}

impl Blocks {
    /// Opens a file.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(path: &Path, parted: Parted) -> Result<Self, Problem> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let input = BufReader::with_capacity(BUFFER_BYTES, file);
        Ok(Self::of(path, input, parted))
    }

    /// The blocks of something that is read already, under the name that problems give it.
    #[must_use]
    pub fn of(path: &Path, input: impl BufRead + Send + 'static, parted: Parted) -> Self {
        Self {
            path: path.to_owned(),
            input: Box::new(input),
            parted,
            lines: 0,
            ended: false,
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What parts the blocks.
    #[must_use]
    pub const fn parted(&self) -> Parted {
        self.parted
    }

    /// The next line without its line end; `None` at the end of the file.
    fn line(&mut self) -> Option<Result<String, Problem>> {
        let mut bytes = Vec::new();
        let mut input = (&mut self.input).take(LONGEST_LINE_BYTES as u64 + 1);
        let read = input.read_until(b'\n', &mut bytes);
        if let Err(error) = read {
            self.ended = true;
            return Some(Err(unreadable(&self.path, &error)));
        }
        if bytes.is_empty() {
            return None;
        }
        self.lines += 1;
        if bytes.len() > LONGEST_LINE_BYTES {
            let problem = self.too_long(&bytes);
            let rest = if bytes.ends_with(b"\n") {
                Ok(())
            } else {
                skip_line(&mut self.input)
            };
            self.ended |= rest.is_err();
            return Some(Err(problem));
        }
        while bytes
            .last()
            .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
        {
            bytes.pop();
        }
        if self.lines == 1 && bytes.starts_with("\u{feff}".as_bytes()) {
            bytes.drain(..'\u{feff}'.len_utf8());
        }
        Some(self.text(bytes))
    }

    fn text(&self, bytes: Vec<u8>) -> Result<String, Problem> {
        let at_line = |problem: Problem| match problem.excerpt.clone() {
            Some(excerpt) => problem.at(excerpt.from_line(self.lines)),
            None => problem,
        };
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            let excerpt = Excerpt::of(&String::from_utf8_lossy(&bytes), at..at + 1);
            let problem = Problem::new("this line holds a NUL byte").in_file(&self.path);
            return Err(at_line(problem.at(excerpt).expected("UTF-8 text").mend(
                "if the file is UTF-16, convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW",
            )));
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(at).copied().unwrap_or_default();
            at_line(not_utf8(&self.path, error.as_bytes(), at)).found(format!(
                "the byte 0x{byte:02X} at byte {} of the line",
                at + 1
            ))
        })
    }

    fn too_long(&self, bytes: &[u8]) -> Problem {
        let begin = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
        let (expected, mend) = match self.parted {
            Parted::ByLines => (
                "one document in a line",
                "a JSON array is no JSON Lines: jq -c '.[]' OLD > NEW makes them",
            ),
            Parted::ByBlankLines => (
                "one token in a line",
                "write each token and its tag as a line of its own",
            ),
        };
        Problem::new("this line is too long")
            .in_file(&self.path)
            .at(Excerpt::of(&begin, 0..0).from_line(self.lines))
            .found(format!(
                "more than {} MiB without a line end",
                LONGEST_LINE_BYTES >> 20
            ))
            .expected(expected)
            .mend(mend)
    }

    /// The lines up to the next blank one as a block; where some cannot be read, their problems in its place.
    fn paragraph(&mut self) -> Option<Result<Block, Vec<Problem>>> {
        let mut block: Option<Block> = None;
        let mut problems = Vec::new();
        while let Some(line) = self.line() {
            let line = match line {
                Ok(line) => line,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            if line.trim().is_empty() || line.starts_with("-DOCSTART-") {
                if block.is_some() || !problems.is_empty() {
                    break;
                }
                continue;
            }
            match &mut block {
                Some(block) => {
                    block.text.push('\n');
                    block.text.push_str(&line);
                }
                None => {
                    block = Some(Block {
                        line: self.lines,
                        text: line,
                    });
                }
            }
        }
        if problems.is_empty() {
            block.map(Ok)
        } else {
            Some(Err(problems))
        }
    }
}

impl Iterator for Blocks {
    type Item = Result<Block, Vec<Problem>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        if self.parted == Parted::ByBlankLines {
            return self.paragraph();
        }
        loop {
            match self.line()? {
                Ok(line) if line.trim().is_empty() => {}
                Ok(text) => {
                    let line = self.lines;
                    return Some(Ok(Block { line, text }));
                }
                Err(problem) => return Some(Err(vec![problem])),
            }
        }
    }
}

/// Reads past the next line end, keeping nothing.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            return Ok(());
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(available.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}
