//! Finds the articles of a corpus, the gold that belongs to each and what is known about them; reads them one at a time.

mod discovery;
mod metadata;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use self::source::Source;

use crate::annotation::Gold;
use crate::document::Document;
use crate::error::{Error, Excerpt, Kind, Problem, Result};
use crate::formats::{Options, Record, brat, read_text};

/// Where a corpus lies, as its user describes it. Relative paths are relative to `base`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The corpus's name in reports.
    pub name: String,
    /// The folder that relative paths start from.
    pub base: PathBuf,
    /// The articles: a folder (its `.txt` files) or a glob.
    pub articles: String,
    /// The gold: a folder (its `.ann` files) or a glob; `None` looks beside the articles.
    pub gold: Option<String>,
    /// A CSV file with a column `id` and any others, which become the articles' metadata.
    pub manifest: Option<String>,
    /// How many articles there must be.
    pub expect_documents: Option<usize>,
    /// Where a configuration says these things, by key; problems point there.
    pub declared: BTreeMap<&'static str, (PathBuf, Excerpt)>,
}

/// One article on disk. The text is read when it is needed, so a corpus of any size costs only its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The article's id: its file name without extension.
    pub id: String,
    /// The article.
    pub article: PathBuf,
    /// Its gold; `None` means *not annotated*.
    pub gold: Option<PathBuf>,
    /// What the manifest says about it.
    pub metadata: BTreeMap<String, String>,
}

/// A corpus: its entries sorted by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// Its name in reports.
    pub name: String,
    /// Its articles, sorted by id.
    pub entries: Vec<Entry>,
}

/// The gold of one article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The annotations.
    pub gold: Gold,
    /// The bytes of the gold file, for its digest.
    pub source: String,
    /// Remarks that are no errors.
    pub warnings: Vec<Problem>,
}

impl Entry {
    /// Reads the article.
    ///
    /// # Errors
    /// Where it cannot be read or is not UTF-8.
    pub fn document(&self) -> Result<Document, Problem> {
        let text = read_text(&self.article)?;
        Ok(Document::new(self.id.clone(), text).with_metadata(self.metadata.clone()))
    }

    /// Reads the gold of this entry's `document`; `None` where it is not annotated.
    ///
    /// # Errors
    /// Every problem of the gold file.
    pub fn labelled(&self, document: &Document) -> Result<Option<Labelled>, Vec<Problem>> {
        let Some(path) = &self.gold else {
            return Ok(None);
        };
        let source = read_text(path).map_err(|problem| vec![problem])?;
        let block = brat::block(path, &source, document.text());
        let options = Options::default();
        let Some(record) = Record::of(&brat::FORMAT, &block, &options)? else {
            return Ok(None);
        };
        let read = record.read(document, &options)?;
        let mut warnings = record.repeated(&read);
        warnings.extend(read.remarks);
        Ok(Some(Labelled {
            gold: Gold(read.annotations),
            source,
            warnings,
        }))
    }
}

impl Corpus {
    /// Finds the files of a corpus; nothing is read but the manifest. What is wrong with single files comes beside the corpus, so that a person can be told of it
    /// together with what is wrong inside them.
    ///
    /// # Errors
    /// [`Kind::Nothing`] where no article, or no gold, matches; [`Kind::Input`] where a glob cannot be read or a folder cannot be listed.
    pub fn find(location: &Location) -> Result<(Self, Vec<Problem>)> {
        let articles = discovery::files(&location.base, &location.articles, "txt")?;
        if articles.is_empty() {
            return Err(location.nothing("articles", "article", "txt", &location.articles));
        }
        let gold = location.gold_files()?;
        let mut problems = Vec::new();
        let articles = by_id(articles, "two articles have the same id", &mut problems);
        let mut gold = by_id(gold, "two gold files have the same id", &mut problems);
        let mut metadata = match &location.manifest {
            Some(path) => {
                let ids = articles.keys().map(String::as_str).collect();
                let path = location.base.join(path);
                match read_text(&path) {
                    Ok(source) => metadata::read(&path, &source, &ids, &mut problems),
                    Err(problem) => {
                        problems.push(problem.named(location.declared.get("manifest")));
                        BTreeMap::new()
                    }
                }
            }
            None => BTreeMap::new(),
        };
        let entries: Vec<Entry> = articles
            .into_iter()
            .map(|(id, article)| Entry {
                article,
                gold: gold.remove(&id),
                metadata: metadata.remove(&id).unwrap_or_default(),
                id,
            })
            .collect();
        problems.extend(gold.values().map(|path| without_article(path, &entries)));
        problems.extend(location.unexpected(entries.len()));
        let name = location.name.clone();
        Ok((Self { name, entries }, problems))
    }

    /// The values of the metadata key `key`, sorted.
    #[must_use]
    pub fn values(&self, key: &str) -> BTreeSet<&str> {
        let values = self
            .entries
            .iter()
            .filter_map(|entry| entry.metadata.get(key));
        values.map(String::as_str).collect()
    }
}

impl Location {
    fn gold_files(&self) -> Result<Vec<PathBuf>> {
        let Some(pattern) = &self.gold else {
            return discovery::siblings(&self.base, &self.articles, "ann");
        };
        let files = discovery::files(&self.base, pattern, "ann")?;
        if files.is_empty() {
            return Err(self.nothing("gold", "gold file", "ann", pattern));
        }
        Ok(files)
    }

    /// The problem, pointing to where the configuration says `key`.
    fn declared(&self, key: &str, problem: Problem) -> Problem {
        match self.declared.get(key) {
            Some((path, excerpt)) => problem.in_file(path).at(excerpt.clone()),
            None => problem,
        }
    }

    fn nothing(&self, key: &str, what: &str, extension: &str, pattern: &str) -> Error {
        let problem = Problem::new(format!("corpus {}: no {what} matches", self.name))
            .found("0 files")
            .expected(format!(
                ".{extension} files at {}",
                shown(&self.base, pattern)
            ))
            .mend(format!(
                "correct the path; a folder means its .{extension} files"
            ));
        Error::one(Kind::Nothing, self.declared(key, problem))
    }

    fn unexpected(&self, found: usize) -> Option<Problem> {
        let expected = self
            .expect_documents
            .filter(|expected| *expected != found)?;
        let problem = Problem::new(format!(
            "corpus {}: the number of articles is not the expected one",
            self.name
        ))
        .found(format!(
            "{found} articles at {}",
            shown(&self.base, &self.articles)
        ))
        .expected(format!("{expected}, from expect-documents"))
        .mend("find what is missing or too much, or correct expect-documents");
        Some(self.declared("expect-documents", problem))
    }
}

fn shown(base: &Path, pattern: &str) -> String {
    base.join(pattern).display().to_string()
}

/// The files by id, which is the file name without extension; a repeated id, or a name that is not UTF-8, is a problem.
fn by_id(
    files: Vec<PathBuf>,
    what: &str,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, PathBuf> {
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in files {
        let Some(id) = path.file_stem().and_then(|stem| stem.to_str()) else {
            let problem =
                Problem::new("this file's name is not UTF-8, so it can be no id").in_file(&path);
            problems.push(problem.mend("rename it"));
            continue;
        };
        match found.get(id) {
            Some(first) => problems.push(
                Problem::new(what)
                    .in_file(&path)
                    .found(format!("{id}, which is also {}", first.display()))
                    .expected("one file for each id")
                    .mend("rename one of the two, or narrow the glob"),
            ),
            None => {
                found.insert(id.to_owned(), path);
            }
        }
    }
    found
}

fn without_article(path: &Path, entries: &[Entry]) -> Problem {
    let id = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let near = crate::error::nearest(&id, entries.iter().map(|entry| entry.id.as_str()));
    let mend = match near {
        Some(near) => {
            format!("is it the gold of {near}? rename it, or add the article, or delete the file")
        }
        None => "add the article, or delete the file".to_owned(),
    };
    Problem::new("this gold has no article")
        .in_file(path)
        .found(format!("gold for {id:?}"))
        .expected("an article with this id in the corpus")
        .mend(mend)
}
