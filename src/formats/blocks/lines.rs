//! Reads a file line by line into blocks: each line, or the lines between blank lines or markers.

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

use memchr::{memchr, memmem, memrchr};

use super::{Block, Parted, Piece};
use crate::error::{Excerpt, Problem};
use crate::formats::input::{not_utf8, unreadable};
use crate::formats::options::Limits;

/// A file that is read line by line.
pub(super) struct Lines {
    path: Arc<Path>,
    input: Box<dyn BufRead + Send>,
    limits: Limits,
    /// How many lines were read.
    lines: usize,
    /// How many blocks were made.
    blocks: usize,
    /// Whether the disk gave up.
    ended: bool,
    /// The line that begins the next section, where it was read with the last one.
    held: Option<Vec<u8>>,
}

/// The bytes of some lines and what is wrong with some of them.
#[derive(Default)]
struct Gathered {
    /// The number of the first line.
    line: usize,
    bytes: Vec<u8>,
    problems: Vec<Problem>,
}

impl Lines {
    pub(super) fn new(path: &Path, input: Box<dyn BufRead + Send>, limits: Limits) -> Self {
        Self {
            path: path.into(),
            input,
            limits,
            lines: 0,
            blocks: 0,
            ended: false,
            held: None,
        }
    }

    /// The next block, or what is wrong with its lines.
    pub(super) fn block(&mut self, parted: Parted) -> Option<Result<Block, Vec<Problem>>> {
        if self.ended {
            return None;
        }
        let gathered = match parted {
            Parted::ByBlankLines => self.paragraph(),
            Parted::ByMarker(marker) => self.section(marker.as_bytes()),
            _ => self.one_line(),
        }?;
        self.blocks += 1;
        Some(self.finish(gathered))
    }

    fn finish(&self, gathered: Gathered) -> Result<Block, Vec<Problem>> {
        if !gathered.problems.is_empty() {
            return Err(gathered.problems);
        }
        let line = gathered.line;
        let text = self.text(gathered).map_err(|problem| vec![problem])?;
        let piece = Piece {
            path: Arc::clone(&self.path),
            line,
            text,
        };
        Ok(Block::of(piece, self.blocks, Vec::new()))
    }

    /// Appends the next line without its line end; `None` at the end of the file. A line that is too long, or cannot be read, is a problem and appends nothing.
    fn line(&mut self, bytes: &mut Vec<u8>) -> Option<Result<(), Problem>> {
        let begin = bytes.len();
        let most = usize::try_from(self.limits.line_bytes).unwrap_or(usize::MAX);
        let read = match append_line(&mut self.input, bytes, most) {
            Ok(read) => read,
            Err(error) => {
                self.ended = true;
                bytes.truncate(begin);
                return Some(Err(unreadable(&self.path, &error)));
            }
        };
        if read == 0 {
            return None;
        }
        self.lines += 1;
        if read > most {
            let problem = self.too_long(&bytes[begin..]);
            bytes.truncate(begin);
            return Some(Err(problem));
        }
        while bytes.len() > begin && matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        if self.lines == 1 && bytes[begin..].starts_with("\u{feff}".as_bytes()) {
            bytes.drain(begin..begin + '\u{feff}'.len_utf8());
        }
        Some(Ok(()))
    }

    /// The next line that is not blank.
    fn one_line(&mut self) -> Option<Gathered> {
        let mut gathered = Gathered::default();
        loop {
            let read = self.line(&mut gathered.bytes)?;
            gathered.line = self.lines;
            if let Err(problem) = read {
                gathered.problems.push(problem);
                return Some(gathered);
            }
            if !is_blank(&gathered.bytes) {
                return Some(gathered);
            }
            gathered.bytes.clear();
        }
    }

    /// The lines up to the next blank one.
    fn paragraph(&mut self) -> Option<Gathered> {
        let mut gathered = Gathered::default();
        loop {
            let begin = gathered.bytes.len();
            if begin > 0 {
                gathered.bytes.push(b'\n');
            }
            let from = gathered.bytes.len();
            match self.line(&mut gathered.bytes) {
                None => {
                    gathered.bytes.truncate(begin);
                    break;
                }
                Some(Err(problem)) => {
                    gathered.bytes.truncate(begin);
                    gathered.problems.push(problem);
                }
                Some(Ok(())) => {
                    let line = &gathered.bytes[from..];
                    if is_blank(line) || line.starts_with(b"-DOCSTART-") {
                        gathered.bytes.truncate(begin);
                        if begin > 0 || !gathered.problems.is_empty() {
                            break;
                        }
                    } else if begin == 0 {
                        gathered.line = self.lines;
                    }
                }
            }
        }
        (!gathered.bytes.is_empty() || !gathered.problems.is_empty()).then_some(gathered)
    }

    /// The lines up to the next that begins with the marker, as they are, blank lines and carriage returns included. Whole buffers are copied at once.
    fn section(&mut self, marker: &[u8]) -> Option<Gathered> {
        let mut gathered = Gathered {
            line: self.lines + 1,
            ..Gathered::default()
        };
        let most = self.limits.whole_bytes;
        let mut dropped = 0_u64;
        if let Some(held) = self.held.take() {
            gathered.bytes = held;
            self.lines += 1;
        }
        loop {
            let found = match self.input.fill_buf() {
                Ok(found) => found,
                Err(error) => {
                    self.ended = true;
                    gathered.problems.push(unreadable(&self.path, &error));
                    break;
                }
            };
            if found.is_empty() {
                break;
            }
            let fresh = gathered.bytes.is_empty() && dropped == 0;
            let at_line = fresh || gathered.bytes.last() == Some(&b'\n');
            let Some(end) = memrchr(b'\n', found) else {
                // The rest of this line is in the next buffer, and with it perhaps the rest of a marker.
                match self.rest_of_line(&mut gathered, marker, at_line) {
                    true => continue,
                    false => break,
                }
            };
            let lines = &found[..=end];
            let next = next_marker(lines, marker, at_line, is_blank(&gathered.bytes));
            let used = next.unwrap_or(lines.len());
            self.lines += memchr::memchr_iter(b'\n', &lines[..used]).count();
            if (gathered.bytes.len() + used) as u64 > most {
                dropped += used as u64;
            } else {
                gathered.bytes.extend_from_slice(&lines[..used]);
            }
            self.input.consume(used);
            if next.is_some() {
                break;
            }
        }
        if dropped > 0 {
            gathered.problems.push(self.too_large(gathered.line));
        }
        self.strip_mark(&mut gathered);
        let blank = is_blank(&gathered.bytes) && gathered.problems.is_empty();
        (!blank).then_some(gathered)
    }

    /// Reads a line that lies in two buffers or more; whether the section goes on after it. The line that begins the next section is held for it.
    fn rest_of_line(&mut self, gathered: &mut Gathered, marker: &[u8], at_line: bool) -> bool {
        let mut line = Vec::new();
        let most = usize::try_from(self.limits.whole_bytes).unwrap_or(usize::MAX);
        let room = most.saturating_sub(gathered.bytes.len());
        match append_line(&mut self.input, &mut line, room) {
            Ok(read) if read > room => {
                gathered.problems.push(self.too_large(gathered.line));
                self.lines += 1;
                false
            }
            Ok(_) if at_line && line.starts_with(marker) && !is_blank(&gathered.bytes) => {
                self.held = Some(line);
                false
            }
            Ok(_) => {
                gathered.bytes.append(&mut line);
                self.lines += 1;
                true
            }
            Err(error) => {
                self.ended = true;
                gathered.problems.push(unreadable(&self.path, &error));
                false
            }
        }
    }

    /// Takes the byte order mark off the first line of the file.
    fn strip_mark(&self, gathered: &mut Gathered) {
        let mark = "\u{feff}".as_bytes();
        if gathered.line == 1 && gathered.bytes.starts_with(mark) {
            gathered.bytes.drain(..mark.len());
        }
    }

    fn too_large(&self, line: usize) -> Problem {
        let excerpt = Excerpt::of("", 0..0).from_line(line.max(1));
        Problem::new("this document is too large to be read whole")
            .in_file(&self.path)
            .at(excerpt)
            .found(format!("more than {} MiB", self.limits.whole_bytes >> 20))
            .expected("a smaller document; a marker begins the next one")
            .mend("raise the limit with --max-size, or part the file by documents")
    }

    fn text(&self, gathered: Gathered) -> Result<String, Problem> {
        let Gathered { line, bytes, .. } = gathered;
        if let Some(at) = memchr(0, &bytes) {
            let place = Place::of(&bytes, at, line);
            let text = String::from_utf8_lossy(place.text);
            let excerpt = Excerpt::of(&text, place.at..place.at + 1).from_line(place.number);
            let problem = Problem::new("this line holds a NUL byte").in_file(&self.path);
            return Err(problem
                .at(excerpt)
                .expected("UTF-8 text")
                .mend("if the file is UTF-16, convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW"));
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let place = Place::of(error.as_bytes(), at, line);
            let byte = place.text.get(place.at).copied().unwrap_or_default();
            let mut problem = not_utf8(&self.path, place.text, place.at);
            let excerpt = problem.excerpt.take();
            problem.excerpt = excerpt.map(|excerpt| excerpt.from_line(place.number));
            problem.found(format!(
                "the byte 0x{byte:02X} at byte {} of the line",
                place.at + 1
            ))
        })
    }

    fn too_long(&self, bytes: &[u8]) -> Problem {
        let begin = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
        Problem::new("this line is too long")
            .in_file(&self.path)
            .at(Excerpt::of(&begin, 0..0).from_line(self.lines))
            .found(format!(
                "more than {} MiB without a line end",
                self.limits.line_bytes >> 20
            ))
            .expected("one document, or one token, in a line")
            .mend("raise the limit with --max-size, or write a line for each document")
    }
}

/// Where the next line begins that begins with the marker; the first line of a section, and those after nothing but blank lines, are its own.
fn next_marker(lines: &[u8], marker: &[u8], at_line: bool, mut blank: bool) -> Option<usize> {
    let mut from = 0;
    let mut first = at_line;
    loop {
        let found = if first && lines[from..].starts_with(marker) {
            Some(from)
        } else {
            let hit = memmem::find_iter(&lines[from..], marker).find(|at| {
                let at = from + at;
                at > 0 && lines[at - 1] == b'\n'
            });
            hit.map(|at| from + at)
        }?;
        blank = blank && is_blank(&lines[..found]);
        if !blank {
            return Some(found);
        }
        // This one begins the section itself.
        (blank, first, from) = (false, false, found + marker.len());
    }
}

/// A byte of some lines.
struct Place<'a> {
    /// The line that it lies in.
    text: &'a [u8],
    /// Where in that line.
    at: usize,
    /// The line's number, from 1.
    number: usize,
}

impl<'a> Place<'a> {
    /// The place of byte `at` of `bytes`, whose first line has the number `first`.
    fn of(bytes: &'a [u8], at: usize, first: usize) -> Self {
        let begin = bytes[..at].iter().rposition(|byte| *byte == b'\n');
        let begin = begin.map_or(0, |at| at + 1);
        let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        Self {
            text: &bytes[begin..end],
            at: at - begin,
            number: first + bytes[..begin].iter().filter(|byte| **byte == b'\n').count(),
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    match line.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => true,
        Some(byte) if byte.is_ascii() => false,
        // White space beyond ASCII is rare enough to be looked at twice.
        Some(_) => std::str::from_utf8(line).is_ok_and(|line| line.trim().is_empty()),
    }
}

/// Appends the bytes up to the next line end, that included, and gives their number; of a line longer than `most` only so many bytes are kept, and one more is
/// counted.
fn append_line(input: &mut impl BufRead, bytes: &mut Vec<u8>, most: usize) -> io::Result<usize> {
    let mut read = 0;
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            return Ok(read);
        }
        let end = memchr(b'\n', available);
        let used = end.map_or(available.len(), |at| at + 1);
        let kept = used.min(most.saturating_sub(read));
        bytes.extend_from_slice(&available[..kept]);
        input.consume(used);
        read = if kept < used {
            most.saturating_add(1)
        } else {
            read + used
        };
        if end.is_some() {
            return Ok(read);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    /// The sections of a text, with the number of the first line of each, read through a buffer of so many bytes.
    fn sections(text: &str, buffer: usize) -> Vec<(usize, String)> {
        let input = BufReader::with_capacity(buffer, Cursor::new(text.as_bytes().to_vec()));
        let mut lines = Lines::new(Path::new("x"), Box::new(input), Limits::default());
        std::iter::from_fn(|| lines.block(Parted::ByMarker("-D-")))
            .map(|block| block.unwrap())
            .map(|block| (block.line(), block.text().to_owned()))
            .collect()
    }

    #[test]
    fn a_section_goes_to_the_next_line_that_begins_with_the_marker_however_the_file_is_buffered() {
        let owned = |all: &[(usize, &str)]| -> Vec<(usize, String)> {
            all.iter()
                .map(|(line, text)| (*line, (*text).to_owned()))
                .collect()
        };
        let cases: [(&str, &[(usize, &str)]); 6] = [
            (
                "a O\nb -D-\n\n-D- x\nc O\n-D-\nd O",
                &[(1, "a O\nb -D-\n\n"), (4, "-D- x\nc O\n"), (6, "-D-\nd O")],
            ),
            ("-D- 1\n-D- 2\n", &[(1, "-D- 1\n"), (2, "-D- 2\n")]),
            ("\n\n-D- 1\na\n", &[(1, "\n\n-D- 1\na\n")]),
            (
                "\u{feff}-D- 1\na\n-D- 2\n",
                &[(1, "-D- 1\na\n"), (3, "-D- 2\n")],
            ),
            ("a-D-\nb", &[(1, "a-D-\nb")]),
            (" \n\n", &[]),
        ];
        for (text, expected) in cases {
            for buffer in [1, 2, 3, 5, 8, 64] {
                assert_eq!(
                    sections(text, buffer),
                    owned(expected),
                    "{text:?} by {buffer}"
                );
            }
        }
    }
}
