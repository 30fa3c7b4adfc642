//! Puts what was written of documents into files: one for all, some for each, or some that all share; never half a file, never over what was there.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::{Layout, Output};
use crate::error::{Error, Kind, Problem, Result};
use crate::formats::Format;
use crate::formats::input::COMPRESSED;

/// Where to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Standard output, or any other stream, for formats of one file.
    Stream,
    /// A file, or a folder for formats of several.
    Path(PathBuf),
}

/// The files that are being written.
pub struct Files {
    layout: Layout,
    /// The file for all documents, or the folder.
    path: Option<PathBuf>,
    one: Option<BufWriter<fs::File>>,
    /// Where the file goes when all is done, if it is not kept under a name.
    stream: Option<Box<dyn Write>>,
    /// The files of single documents, and the names that they get when all is done.
    ready: Vec<(TempPath, PathBuf)>,
    /// The file that takes the place of the one that is named when all is done.
    aside: Option<NamedTempFile>,
    shared: BTreeMap<&'static str, BufWriter<NamedTempFile>>,
    documents: u64,
}

impl Files {
    /// Prepares to write documents of a format. `stream` is where [`Place::Stream`] leads.
    ///
    /// # Errors
    /// [`Kind::Input`] where there is something at the place already, or the format needs a folder; [`Kind::Machine`] where the place cannot be written to.
    pub fn create(
        format: &Format,
        place: &Place,
        replace: bool,
        stream: impl Write + 'static,
    ) -> Result<Self> {
        let layout = format.writer.layout;
        let mut files = Self {
            layout,
            path: None,
            one: None,
            stream: None,
            ready: Vec::new(),
            aside: None,
            shared: BTreeMap::new(),
            documents: 0,
        };
        match (layout, place) {
            (Layout::OneFile { .. }, Place::Stream) => {
                // Half a product on standard output would pass for a whole one.
                let file = tempfile::tempfile();
                let file = file.map_err(|error| unwritable(&std::env::temp_dir(), &error))?;
                files.one = Some(BufWriter::new(file));
                files.stream = Some(Box::new(stream));
            }
            (_, Place::Stream) => {
                let what = format!(
                    "{} is several files, which standard output cannot hold",
                    format.title
                );
                let problem = Problem::new(what).expected("a folder");
                return Err(problem.mend("name a folder with -o").into());
            }
            (Layout::OneFile { .. }, Place::Path(path)) => {
                refuse_compressed(path)?;
                refuse_existing(path, path.exists() && !replace, "a file")?;
                refuse_other(path, path.is_dir(), "a folder", "a file")?;
                let file = aside(parent(path)).map_err(|error| unwritable(path, &error))?;
                let handle = file.reopen().map_err(|error| unwritable(path, &error))?;
                files.aside = Some(file);
                files.one = Some(BufWriter::new(handle));
                files.path = Some(path.clone());
            }
            (_, Place::Path(path)) => {
                let holds = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
                refuse_other(path, path.is_file(), "a file", "a folder")?;
                refuse_existing(path, holds && !replace, "an empty folder, or one")?;
                fs::create_dir_all(path).map_err(|error| unwritable(path, &error))?;
                files.path = Some(path.clone());
            }
        }
        files.begin().map_err(|error| files.failed(&error))?;
        Ok(files)
    }

    fn failed(&self, error: &io::Error) -> Error {
        unwritable(
            self.path.as_deref().unwrap_or(Path::new("standard output")),
            error,
        )
    }

    fn begin(&mut self) -> io::Result<()> {
        match (self.layout, &mut self.one) {
            (Layout::OneFile { begin, .. }, Some(file)) => file.write_all(begin.as_bytes()),
            _ => Ok(()),
        }
    }

    /// Writes what was made of one document.
    ///
    /// # Errors
    /// [`Kind::Machine`] where it cannot be written.
    pub fn write(&mut self, id: &str, outputs: &[Output]) -> Result<()> {
        let written = self.put(id, outputs);
        self.documents += u64::from(!outputs.is_empty());
        written.map_err(|error| self.failed(&error))
    }

    fn put(&mut self, id: &str, outputs: &[Output]) -> io::Result<()> {
        let folder = self.path.clone().unwrap_or_default();
        for output in outputs {
            let bytes = output.text.as_bytes();
            match (self.layout, &mut self.one) {
                (Layout::OneFile { between, .. }, Some(file)) => {
                    if self.documents > 0 {
                        file.write_all(between.as_bytes())?;
                    }
                    file.write_all(bytes)?;
                }
                (Layout::SharedFiles, _) => {
                    if !self.shared.contains_key(output.file) {
                        let file = BufWriter::new(aside(&folder)?);
                        self.shared.insert(output.file, file);
                    }
                    if let Some(file) = self.shared.get_mut(output.file) {
                        file.write_all(bytes)?;
                    }
                }
                _ => {
                    let mut file = aside(&folder)?;
                    file.write_all(bytes)?;
                    let name = folder.join(format!("{id}{}", output.file));
                    self.ready.push((file.into_temp_path(), name));
                }
            }
        }
        Ok(())
    }

    /// Whether an id can be the name of a file, and leads to no other folder.
    #[must_use]
    pub fn is_name(id: &str) -> bool {
        !id.is_empty() && !id.starts_with('.') && !id.contains(['/', '\\', '\0', ':'])
    }

    /// Ends the files, and gives how many documents they hold.
    ///
    /// # Errors
    /// [`Kind::Machine`] where they cannot be written.
    pub fn finish(mut self) -> Result<u64> {
        let ended = self.end();
        ended.map_err(|error| self.failed(&error))?;
        Ok(self.documents)
    }

    fn end(&mut self) -> io::Result<()> {
        if let (Layout::OneFile { end, .. }, Some(mut file)) = (self.layout, self.one.take()) {
            file.write_all(end.as_bytes())?;
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            if let Some(mut stream) = self.stream.take() {
                file.rewind()?;
                io::copy(&mut file, &mut stream)?;
                stream.flush()?;
            }
        }
        for (file, name) in std::mem::take(&mut self.ready) {
            file.persist(name)?;
        }
        if let (Some(file), Some(path)) = (self.aside.take(), &self.path) {
            file.persist(path)?;
        }
        let folder = self.path.clone().unwrap_or_default();
        for (name, file) in std::mem::take(&mut self.shared) {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.persist(folder.join(name))?;
        }
        Ok(())
    }
}

fn parent(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// A file beside its place, readable by whom the folder's other files are.
fn aside(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn refuse_existing(path: &Path, exists: bool, expected: &str) -> Result<()> {
    if !exists {
        return Ok(());
    }
    let problem = Problem::new("there is something at this place already").in_file(path);
    Err(problem
        .expected(format!("{expected} that is not there yet"))
        .mend("name another place with -o, or write over it with --force")
        .into())
}

/// Refuses a folder in the place of a file, and a file in the place of a folder.
fn refuse_other(path: &Path, is: bool, found: &str, expected: &str) -> Result<()> {
    if !is {
        return Ok(());
    }
    let problem = Problem::new("this cannot be written over").in_file(path);
    let problem = problem.found(found).expected(expected);
    Err(problem.mend("name another place with -o").into())
}

/// Refuses a name that promises what is not written.
fn refuse_compressed(path: &Path) -> Result<()> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let Some(ending) = ending.filter(|ending| COMPRESSED.contains(ending)) else {
        return Ok(());
    };
    let problem = Problem::new("compressed files are read and not written").in_file(path);
    let problem = problem.expected(format!("a name without .{ending}"));
    Err(problem
        .mend("compress it afterwards, or write to standard output and through a compressor")
        .into())
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    let problem = Problem::new("cannot write there").in_file(path);
    let problem = problem.found(error.to_string());
    Error::one(
        Kind::Machine,
        problem.mend("check the space and the rights of the folder"),
    )
}
