//! Annotated documents as a person names them - a file, a folder, a glob - with their format, recognised or declared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::discovery;
use crate::error::{Error, Kind, Problem, Result};
use crate::formats::{Blocks, FORMATS, Format, Limits, Parted, extension, recognise};

/// Annotated documents in one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What the person named.
    pub name: PathBuf,
    /// The format.
    pub format: &'static Format,
    /// The files, sorted; for a format of folders, the folders.
    pub files: Vec<PathBuf>,
    /// Where the articles lie that do not lie beside their annotations.
    pub articles: Option<PathBuf>,
}

impl Source {
    /// The documents at `path`, in the format that was declared, else the one that they look like.
    ///
    /// # Errors
    /// [`Kind::Nothing`] where there are no files; [`Kind::Input`] where they are in no format, or in several.
    pub fn find(
        path: &Path,
        declared: Option<&'static Format>,
        articles: Option<&Path>,
        limits: Limits,
    ) -> Result<Self> {
        Self::find_in(Path::new(""), path, declared, articles, limits)
    }

    /// The same, where a relative path begins at the folder `base`, whose name is taken as it is, whatever characters it holds.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_in(
        base: &Path,
        pattern: &Path,
        declared: Option<&'static Format>,
        articles: Option<&Path>,
        limits: Limits,
    ) -> Result<Self> {
        let path = &base.join(pattern);
        let source = |format, files| Self {
            name: path.clone(),
            format,
            files,
            articles: articles.map(Path::to_owned),
        };
        if path.is_file() || is_single(path, declared) {
            let format = match declared {
                Some(format) => format,
                None => recognise(path, limits)?,
            };
            return Ok(source(format, vec![path.clone()]));
        }
        if !path.exists() && !discovery::is_glob(pattern) {
            let gone = Problem::new("there is no such file or folder").in_file(path);
            return Err(gone.mend("correct the path").into());
        }
        let files = discovery::annotations(base, pattern)?;
        let (format, files) = match declared {
            Some(format) => (format, of_format(files, format)),
            None => the_only_format(path, files, limits)?,
        };
        if files.is_empty() {
            return Err(nothing(path, format));
        }
        Ok(source(format, files))
    }

    /// The blocks of the documents.
    ///
    /// # Errors
    /// Where the first file cannot be opened.
    pub fn blocks(&self, parted: Parted, limits: Limits) -> Result<Blocks, Problem> {
        let files = self.files.clone();
        Blocks::open(&self.name, files, self.articles.as_deref(), parted, limits)
    }
}

/// Whether a folder is one thing in itself.
fn is_single(path: &Path, declared: Option<&'static Format>) -> bool {
    let by_folder = |format: &&'static Format| format.parted == Parted::ByFolder;
    let wanted = match declared {
        Some(format) => by_folder(&format),
        None => true,
    };
    wanted && path.join("documents.json").is_file()
}

fn of_format(files: Vec<PathBuf>, format: &Format) -> Vec<PathBuf> {
    let known = |path: &PathBuf| format.extensions.contains(&extension(path).as_str());
    files.into_iter().filter(known).collect()
}

/// The format that the first file of each known ending looks like, and its files.
fn the_only_format(
    path: &Path,
    files: Vec<PathBuf>,
    limits: Limits,
) -> Result<(&'static Format, Vec<PathBuf>)> {
    let known = |ending: &str| {
        FORMATS
            .iter()
            .any(|format| format.extensions.contains(&ending))
    };
    let mut endings: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        let ending = extension(&file);
        if known(&ending) {
            endings.entry(ending).or_default().push(file);
        }
    }
    let mut found: Vec<(&'static Format, Vec<PathBuf>)> = Vec::new();
    let mut unclear = None;
    for files in endings.into_values() {
        match recognise(&files[0], limits) {
            Ok(format) => match found.iter_mut().find(|(other, _)| *other == format) {
                Some((_, all)) => all.extend(files),
                None => found.push((format, files)),
            },
            Err(problem) => unclear = Some(problem),
        }
    }
    if found.len() > 1 {
        let names: Vec<&str> = found.iter().map(|(format, _)| format.name).collect();
        let problem = Problem::new("these files are in several formats")
            .in_file(path)
            .found(names.join(", "))
            .expected("files of one format")
            .mend("name one with --from, or narrow the path to *.EXTENSION, quoted");
        return Err(problem.into());
    }
    match (found.pop(), unclear) {
        (Some((format, mut files)), _) => {
            files.sort();
            Ok((format, files))
        }
        (None, Some(problem)) => Err(problem.into()),
        (None, None) => Err(nothing(path, FORMATS[0])),
    }
}

fn nothing(path: &Path, format: &Format) -> Error {
    let endings: Vec<&str> = match path.exists() {
        true => FORMATS
            .iter()
            .flat_map(|format| format.extensions)
            .copied()
            .collect(),
        false => format.extensions.to_vec(),
    };
    let mut endings: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
    endings.sort();
    endings.dedup();
    let problem = Problem::new("no annotated documents are there")
        .in_file(path)
        .expected(format!(
            "a file, a folder or a quoted glob with files such as {}",
            endings.join(", ")
        ))
        .mend("correct the path, or say with --from what format the files have");
    Error::one(Kind::Nothing, problem)
}
