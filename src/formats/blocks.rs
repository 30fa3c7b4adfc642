//! Parts files into blocks, most of which are a document each - a line, the lines up to the next marker, a whole file with the article beside it - so that no
//! corpus need fit in memory.

mod elements;
mod lines;
mod rows;

use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::lines::Lines;
use super::input;
use super::options::Limits;
use crate::error::{Excerpt, Problem};

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The file.
    pub path: Arc<Path>,
    /// The number of its first line, from 1.
    pub line: usize,
    /// Its text, with the line ends within it.
    pub text: String,
}

impl Piece {
    /// The excerpt around a byte range of the piece.
    #[must_use]
    pub fn excerpt(&self, range: Range<usize>) -> Excerpt {
        Excerpt::of(&self.text, range).from_line(self.line)
    }
}

/// What a reader makes a document of: a piece of a file, and pieces of other files that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The piece.
    pub piece: Piece,
    /// How many blocks its file has up to this one, itself included.
    pub number: usize,
    /// How many blocks all files together have up to this one, itself included.
    pub ordinal: usize,
    /// Whether the whole file is this block.
    pub whole: bool,
    /// What belongs to it: the article of a standoff file, the header of a table, the rows of re3d.
    pub companions: Vec<Piece>,
}

impl Block {
    /// A block of one piece.
    #[must_use]
    pub fn new(path: impl AsRef<Path>, line: usize, text: impl Into<String>) -> Self {
        Self {
            piece: Piece {
                path: path.as_ref().into(),
                line,
                text: text.into(),
            },
            number: 1,
            ordinal: 1,
            whole: false,
            companions: Vec::new(),
        }
    }

    /// The block of this number in its file.
    fn of(piece: Piece, number: usize, companions: Vec<Piece>) -> Self {
        Self {
            piece,
            number,
            ordinal: number,
            whole: false,
            companions,
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.piece.path
    }

    /// The number of its first line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.piece.line
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.piece.text
    }

    /// How many bytes its first line has, without its line end: a line stands for what a whole block says.
    #[must_use]
    pub fn first_line(&self) -> usize {
        let text = self.text();
        memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len())
    }

    /// The excerpt around a byte range of the block.
    #[must_use]
    pub fn excerpt(&self, range: Range<usize>) -> Excerpt {
        self.piece.excerpt(range)
    }

    /// A problem at a byte range of the block.
    #[must_use]
    pub fn problem(&self, range: Range<usize>, what: impl Into<String>) -> Problem {
        Problem::new(what)
            .in_file(self.path())
            .at(self.excerpt(range))
    }

    /// The id that the file's name gives: what stands before the first of the endings `endings`, or before the last dot.
    #[must_use]
    pub fn stem(&self) -> String {
        stem(self.path())
    }
}

/// Endings of two parts, the longer before the shorter.
const LONG_ENDINGS: [&str; 3] = [".txt.knowtator.xml", ".knowtator.xml", ".gate.xml"];

/// The id that a file's name gives: its name without its ending and without that of a compressed file.
#[must_use]
pub fn stem(path: &Path) -> String {
    let mut name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    for ending in input::COMPRESSED {
        if let Some(rest) = name.strip_suffix(&format!(".{ending}")) {
            name.truncate(rest.len());
        }
    }
    let long = LONG_ENDINGS.iter().find_map(|end| name.strip_suffix(end));
    let short = || name.rsplit_once('.').map(|(stem, _)| stem);
    let found = long.or_else(short).filter(|stem| !stem.is_empty());
    found.unwrap_or(&name).to_owned()
}

/// What parts a file into blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parted {
    /// Every line that is not blank is a block.
    ByLines,
    /// Blank lines, and lines that begin with `-DOCSTART-`, stand between blocks.
    ByBlankLines,
    /// A line that begins with this begins a block.
    ByMarker(&'static str),
    /// Lines of JSON values, or the elements of one JSON array, or one JSON value.
    ByValues,
    /// The rows of a CSV or TSV table that share the value of its column of documents.
    ByRows,
    /// The whole file.
    Not,
    /// The whole file, with the article of this ending that has its name.
    WithArticle(&'static str),
    /// A folder of re3d: a line of documents.json with the lines of the other files that name it.
    ByFolder,
}

/// The blocks of some files, in order. One that cannot be read is the problems of its lines; the blocks after it still come.
pub struct Blocks {
    name: PathBuf,
    files: VecDeque<PathBuf>,
    /// Where articles lie that do not lie beside their annotations.
    articles: Option<PathBuf>,
    parted: Parted,
    limits: Limits,
    /// How many blocks were given so far.
    given: usize,
    current: Option<Open>,
}

/// A file that is being read.
enum Open {
    Lines(Lines, Parted),
    /// Blocks that were made at once.
    Ready(std::vec::IntoIter<Result<Block, Vec<Problem>>>),
}

impl Blocks {
    /// Opens files, the first of them at once. `name` is how the person named them.
    ///
    /// # Errors
    /// Where the first cannot be opened.
    pub fn open(
        name: &Path,
        files: Vec<PathBuf>,
        articles: Option<&Path>,
        parted: Parted,
        limits: Limits,
    ) -> Result<Self, Problem> {
        let mut blocks = Self {
            name: name.to_owned(),
            files: files.into(),
            articles: articles.map(Path::to_owned),
            parted,
            limits,
            given: 0,
            current: None,
        };
        if let Some(first) = blocks.files.pop_front() {
            blocks.current = Some(blocks.begin(&first)?);
        }
        Ok(blocks)
    }

    /// The blocks of something that is read already, under the name that problems give it.
    #[must_use]
    pub fn of(path: &Path, input: impl std::io::BufRead + Send + 'static, parted: Parted) -> Self {
        let limits = Limits::default();
        let lines = Lines::new(path, Box::new(input), limits);
        Self {
            name: path.to_owned(),
            files: VecDeque::new(),
            articles: None,
            parted,
            limits,
            given: 0,
            current: Some(Open::Lines(lines, parted)),
        }
    }

    /// The files, as the person named them.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.name
    }

    /// What parts the blocks.
    #[must_use]
    pub const fn parted(&self) -> Parted {
        self.parted
    }

    fn begin(&self, path: &Path) -> Result<Open, Problem> {
        let limits = self.limits;
        let ready = |blocks: Vec<Result<Block, Vec<Problem>>>| Open::Ready(blocks.into_iter());
        let whole = |companions: Vec<Piece>, text: String| {
            let mut block = Block::new(path, 1, without_mark(text));
            block.whole = true;
            block.companions = companions;
            ready(vec![Ok(block)])
        };
        match self.parted {
            Parted::ByLines | Parted::ByBlankLines | Parted::ByMarker(_) => {
                let lines = Lines::new(path, input::open(path, limits)?, limits);
                Ok(Open::Lines(lines, self.parted))
            }
            Parted::ByValues => elements::open(path, limits),
            Parted::ByRows => {
                let articles = self.articles.as_deref();
                Ok(ready(rows::parted(path, articles, limits)?))
            }
            Parted::ByFolder => Ok(ready(rows::of_folder(path, limits)?)),
            Parted::Not => Ok(whole(Vec::new(), input::read_whole(path, limits)?)),
            Parted::WithArticle(ending) => {
                let article = article(path, self.articles.as_deref(), ending)?;
                let text = input::read_whole(&article, limits)?;
                let article = Piece {
                    path: article.as_path().into(),
                    line: 1,
                    text,
                };
                Ok(whole(vec![article], input::read_whole(path, limits)?))
            }
        }
    }
}

impl Iterator for Blocks {
    type Item = Result<Block, Vec<Problem>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let next = match &mut self.current {
                Some(Open::Lines(lines, parted)) => lines.block(*parted),
                Some(Open::Ready(blocks)) => blocks.next(),
                None => None,
            };
            if let Some(mut next) = next {
                self.given += 1;
                if let Ok(block) = &mut next {
                    block.ordinal = self.given;
                }
                return Some(next);
            }
            let file = self.files.pop_front()?;
            match self.begin(&file) {
                Ok(open) => self.current = Some(open),
                Err(problem) => {
                    self.current = None;
                    return Some(Err(vec![problem]));
                }
            }
        }
    }
}

/// A byte order mark before the first character is an editor's, and no part of what the file says.
fn without_mark(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    text
}

/// The article that belongs to an annotation file: in `folder`, or beside it.
fn article(path: &Path, folder: Option<&Path>, ending: &str) -> Result<PathBuf, Problem> {
    let name = format!("{}.{ending}", stem(path));
    let beside = path.with_file_name(&name);
    let wanted = folder.map_or_else(|| beside.clone(), |folder| folder.join(&name));
    if wanted.is_file() {
        return Ok(wanted);
    }
    Err(Problem::new("the article of this file is missing")
        .in_file(path)
        .expected(format!("the article at {}", wanted.display()))
        .mend("put the article there, or name the folder of the articles with --articles"))
}
