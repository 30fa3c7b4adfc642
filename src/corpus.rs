//! Finds the articles of a corpus, the gold that belongs to each and what is known about them; reads them one at a time.

mod discovery;
mod gold;
mod metadata;
mod predicted;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::gold::GoldFile;
pub use self::predicted::PredictedFiles;
pub use self::source::Source;

use crate::annotation::Gold;
use crate::document::Document;
use crate::error::{Error, Excerpt, Kind, Problem, Result};
use crate::formats::{Block, FORMATS, Format, Options, Parted, extension, read_text, stem};

/// Where a corpus lies, as its user describes it. Relative paths are relative to `base`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// The corpus's name in reports.
    pub name: String,
    /// The folder that relative paths start from.
    pub base: PathBuf,
    /// The articles: a folder (its `.txt` files) or a glob; `None` for the texts that the gold has itself.
    pub articles: Option<String>,
    /// The gold: a file, a folder or a glob; `None` looks for brat standoff beside the articles.
    pub gold: Option<String>,
    /// The format of the gold; `None` for the one that it looks like.
    pub format: Option<&'static Format>,
    /// How the gold is to be read.
    pub reading: Options,
    /// A CSV file with a column `id` and any others, which become the articles' metadata.
    pub manifest: Option<String>,
    /// How many articles there must be.
    pub expect_documents: Option<usize>,
    /// Where a configuration says these things, by key; problems point there.
    pub declared: BTreeMap<&'static str, (PathBuf, Excerpt)>,
}

/// One article. Files are read when they are needed, so a corpus of any size costs only its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The article's id: its file name without extension, or what its gold calls it.
    pub id: String,
    /// The article; `None` where its gold has the text.
    pub article: Option<PathBuf>,
    /// Its gold; `None` means *not annotated*.
    pub gold: Option<GoldFile>,
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
    /// The bytes of the gold, for its digest.
    pub source: String,
    /// Remarks that are no errors.
    pub warnings: Vec<Problem>,
}

impl Entry {
    /// Reads the article.
    ///
    /// # Errors
    /// Where it cannot be read or is not UTF-8, or the gold has no text.
    pub fn document(&self) -> Result<Document, Problem> {
        let text = match (&self.article, &self.gold) {
            (Some(article), _) => read_text(article)?,
            (None, Some(gold)) => gold.text(&self.id)?,
            (None, None) => String::new(),
        };
        Ok(Document::new(self.id.clone(), text).with_metadata(self.metadata.clone()))
    }

    /// The block of this entry's gold, for the article `document`; `None` where it is not annotated.
    ///
    /// # Errors
    /// Where the gold cannot be read.
    pub fn block(&self, document: &Document) -> Result<Option<Arc<Block>>, Problem> {
        let Some(gold) = &self.gold else {
            return Ok(None);
        };
        gold.block(self.article.as_deref(), document).map(Some)
    }

    /// Reads the gold of this entry's `document`; `None` where it is not annotated.
    ///
    /// # Errors
    /// Every problem of the gold.
    pub fn labelled(&self, document: &Document) -> Result<Option<Labelled>, Vec<Problem>> {
        let block = self.block(document).map_err(|problem| vec![problem])?;
        let (Some(gold), Some(block)) = (&self.gold, block) else {
            return Ok(None);
        };
        let Some(record) = gold.record(&block, document)? else {
            return Ok(None);
        };
        let read = record.read(document, &gold.reading)?;
        let mut warnings = record.repeated(&read);
        warnings.extend(read.remarks);
        Ok(Some(Labelled {
            gold: Gold(read.annotations),
            source: block.text().to_owned(),
            warnings,
        }))
    }
}

impl Corpus {
    /// Finds the files of a corpus; nothing is read but the manifest, and gold files that hold several documents. What is wrong with single files comes beside the
    /// corpus, so that a person can be told of it together with what is wrong inside them.
    ///
    /// # Errors
    /// [`Kind::Nothing`] where no article, or no gold, matches; [`Kind::Input`] where a glob cannot be read or a folder cannot be listed.
    pub fn find(location: &Location) -> Result<(Self, Vec<Problem>)> {
        let mut problems = Vec::new();
        let articles = location.article_files(&mut problems)?;
        let mut gold = location.gold_files(&mut problems)?;
        let ids: BTreeSet<&str> = match &articles {
            Some(articles) => articles.keys().map(String::as_str).collect(),
            None => gold.keys().map(String::as_str).collect(),
        };
        let mut metadata = location.metadata(&ids, &mut problems);
        let without = |(id, gold): (&String, &GoldFile)| {
            articles
                .as_ref()
                .filter(|articles| !articles.contains_key(id))
                .map(|articles| without_article(id, gold, articles))
        };
        problems.extend(gold.iter().filter_map(without));
        let articles: BTreeMap<String, Option<PathBuf>> = match articles {
            Some(articles) => articles
                .into_iter()
                .map(|(id, path)| (id, Some(path)))
                .collect(),
            None => gold.keys().map(|id| (id.clone(), None)).collect(),
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
    /// The articles by id; `None` where the gold has the texts.
    fn article_files(
        &self,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<BTreeMap<String, PathBuf>>> {
        let Some(pattern) = &self.articles else {
            return Ok(None);
        };
        let articles = discovery::files(&self.base, pattern, "txt")?;
        if articles.is_empty() {
            return Err(self.nothing("articles", "article", "txt", pattern));
        }
        Ok(Some(by_id(
            articles,
            "two articles have the same id",
            problems,
        )))
    }

    /// The gold by id.
    fn gold_files(&self, problems: &mut Vec<Problem>) -> Result<BTreeMap<String, GoldFile>> {
        let reading = Arc::new(self.reading.clone());
        let what = "two gold files have the same id";
        let brat = Format::from_name("brat").unwrap_or(FORMATS[0]);
        let standoff = |files: Vec<PathBuf>, problems: &mut Vec<Problem>| {
            let files = by_id(files, what, problems).into_iter();
            let file = |(id, path)| (id, GoldFile::file(brat, &reading, path));
            files.map(file).collect()
        };
        let Some(pattern) = &self.gold else {
            let articles = self.articles.as_deref().unwrap_or_default();
            let files = discovery::siblings(&self.base, articles, "ann")?;
            return Ok(standoff(files, problems));
        };
        // A folder with standoff is a folder of standoff, whatever lies beside it.
        let files = discovery::files(&self.base, pattern, "ann")?;
        let is_standoff = |path: &PathBuf| extension(path) == "ann";
        if self.format.is_none_or(|format| *format == *brat) && files.iter().any(is_standoff) {
            return Ok(standoff(files, problems));
        }
        let limits = self.reading.limits;
        let found = Source::find_in(&self.base, Path::new(pattern), self.format, None, limits);
        let source = match found {
            Err(error) if error.kind == Kind::Nothing => {
                return Err(self.nothing("gold", "gold file", "ann", pattern));
            }
            found => found?,
        };
        match source.format.parted {
            Parted::Not | Parted::WithArticle(_) => {
                let mut files = BTreeMap::new();
                for path in source.files {
                    let id = stem(&path);
                    let file = GoldFile::file(source.format, &reading, path.clone());
                    if let Some(first) = files.insert(id.clone(), file) {
                        problems.push(same_id(what, &path, &id, first.path()));
                    }
                }
                Ok(files)
            }
            _ => gold::inside(&source, &reading, problems),
        }
    }

    fn metadata(
        &self,
        ids: &BTreeSet<&str>,
        problems: &mut Vec<Problem>,
    ) -> BTreeMap<String, BTreeMap<String, String>> {
        let Some(path) = &self.manifest else {
            return BTreeMap::new();
        };
        let path = self.base.join(path);
        match read_text(&path) {
            Ok(source) => metadata::read(&path, &source, ids, problems),
            Err(problem) => {
                problems.push(problem.named(self.declared.get("manifest")));
                BTreeMap::new()
            }
        }
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
            shown(
                &self.base,
                self.articles
                    .as_deref()
                    .or(self.gold.as_deref())
                    .unwrap_or_default()
            )
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
            Some(first) => problems.push(same_id(what, &path, id, first)),
            None => {
                found.insert(id.to_owned(), path);
            }
        }
    }
    found
}

fn same_id(what: &str, path: &Path, id: &str, first: &Path) -> Problem {
    Problem::new(what)
        .in_file(path)
        .found(format!("{id}, which is also {}", first.display()))
        .expected("one file for each id")
        .mend("rename one of the two, or narrow the glob")
}

fn without_article(id: &str, gold: &GoldFile, articles: &BTreeMap<String, PathBuf>) -> Problem {
    let near = crate::error::nearest(id, articles.keys().map(String::as_str));
    let without = if gold.is_part() {
        "take the document out of this file"
    } else {
        "delete the file"
    };
    let mend = match near {
        Some(near) => {
            format!("is it the gold of {near}? rename it, or add the article, or {without}")
        }
        None => format!("add the article, or {without}"),
    };
    gold.problem("this gold has no article")
        .found(format!("gold for {id:?}"))
        .expected("an article with this id in the corpus")
        .mend(mend)
}
