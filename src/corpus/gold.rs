//! The gold of one article: a file of its own, or a part of a file that holds the gold of many.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::Source;
use crate::document::Document;
use crate::error::{Problem, Result};
use crate::formats::{Block, Format, Options, Parted, Piece, Record, read_whole};

/// Where the gold of an article is, and how it is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldFile {
    /// Its format.
    pub format: &'static Format,
    /// How it is to be read.
    pub reading: Arc<Options>,
    place: Place,
}

/// Where gold is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// A file of its own, which is read when it is needed.
    File(PathBuf),
    /// A part of a file that holds several documents, which was read already.
    Part(Arc<Block>),
}

impl GoldFile {
    /// The gold in a file of its own.
    #[must_use]
    pub fn file(format: &'static Format, reading: &Arc<Options>, path: PathBuf) -> Self {
        Self {
            format,
            reading: Arc::clone(reading),
            place: Place::File(path),
        }
    }

    /// Whether the file holds more documents than this one.
    #[must_use]
    pub const fn is_part(&self) -> bool {
        matches!(self.place, Place::Part(_))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match &self.place {
            Place::File(path) => path,
            Place::Part(block) => block.path(),
        }
    }

    /// A problem of this gold as a whole.
    pub(super) fn problem(&self, what: &str) -> Problem {
        match &self.place {
            Place::File(path) => Problem::new(what).in_file(path),
            Place::Part(block) => block.problem(0..block.first_line(), what),
        }
    }

    /// The text that the gold has itself.
    pub(super) fn text(&self, id: &str) -> Result<String, Problem> {
        let block = self.block(None, &Document::new(id, ""))?;
        let first = |problems: Vec<Problem>| problems.into_iter().next();
        let record = match Record::of(self.format, &block, &self.reading) {
            Ok(record) => record,
            Err(problems) => {
                let unreadable = || self.problem("this gold cannot be read");
                return Err(first(problems).unwrap_or_else(unreadable));
            }
        };
        let text = record.as_ref().and_then(Record::text);
        text.map(str::to_owned).ok_or_else(|| {
            let problem = self.problem("this gold has no text, and no articles are named");
            problem
                .expected("the text of the document, in the gold or as an article")
                .mend("name the articles with articles or --articles")
        })
    }

    /// The block that a reader needs; `article` is the path of the text of `document`, where it is a file.
    pub(super) fn block(
        &self,
        article: Option<&Path>,
        document: &Document,
    ) -> Result<Arc<Block>, Problem> {
        let path = match &self.place {
            Place::Part(block) => return Ok(Arc::clone(block)),
            Place::File(path) => path,
        };
        let text = read_whole(path, self.reading.limits)?;
        let mut block = Block::new(path, 1, text.trim_start_matches('\u{feff}'));
        block.whole = true;
        if let Parted::WithArticle(ending) = self.format.parted {
            let beside = path.with_extension(ending);
            let (path, text) = match article {
                Some(article) => (article, document.text().to_owned()),
                None => (beside.as_path(), read_whole(&beside, self.reading.limits)?),
            };
            block.companions = vec![Piece {
                path: path.into(),
                line: 1,
                text,
            }];
        }
        Ok(Arc::new(block))
    }

    /// The record of a block, which must have the text of `document` where it has one; `None` where it is left out on purpose.
    ///
    /// # Errors
    /// What cannot be read, and that the texts differ.
    pub fn record<'b>(
        &self,
        block: &'b Block,
        document: &Document,
    ) -> Result<Option<Record<'b>>, Vec<Problem>> {
        let record = Record::of(self.format, block, &self.reading)?;
        let Some(record) = record.filter(|record| record.draft.left_out.is_none()) else {
            return Ok(None);
        };
        match record.other_text(document.text(), "the article") {
            Some(problem) => Err(vec![problem]),
            None => Ok(Some(record)),
        }
    }
}

/// The gold of a file, or several, that hold many documents each, by id.
pub(super) fn inside(
    source: &Source,
    reading: &Arc<Options>,
    problems: &mut Vec<Problem>,
) -> Result<BTreeMap<String, GoldFile>> {
    let mut found: BTreeMap<String, GoldFile> = BTreeMap::new();
    for block in source.blocks(source.format.parted, reading.limits)? {
        let block = match block {
            Ok(block) => block,
            Err(wrong) => {
                problems.extend(wrong);
                continue;
            }
        };
        let id = match Record::of(source.format, &block, reading) {
            Ok(Some(record)) if record.draft.left_out.is_none() => record.id().to_owned(),
            Ok(_) => continue,
            Err(wrong) => {
                problems.extend(wrong);
                continue;
            }
        };
        let gold = GoldFile {
            format: source.format,
            reading: Arc::clone(reading),
            place: Place::Part(Arc::new(block)),
        };
        if let Some(first) = found.get(&id) {
            let twice = gold.problem("this document stands twice");
            let twice = twice.found(format!(
                "{id:?}, which is also in {}",
                first.path().display()
            ));
            problems.push(twice.expected("one for each document").mend("take one out"));
        } else {
            found.insert(id, gold);
        }
    }
    Ok(found)
}
