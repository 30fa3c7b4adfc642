//! From a folder, a file or a glob to a sorted list of files.

use std::io;
use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use crate::error::{Problem, Result};

/// The files of `pattern`, sorted: those of a folder with this extension, one file, or those that match a glob. Only `pattern` is a glob; `base` and a folder
/// that exists are taken as they are, whatever characters their names hold.
///
/// # Errors
/// Where the glob cannot be read, or a folder cannot be listed.
pub(super) fn files(base: &Path, pattern: &str, extension: &str) -> Result<Vec<PathBuf>> {
    let whole = base.join(pattern);
    if whole.is_dir() {
        return walk(&whole, 1, |relative| {
            relative.extension().is_some_and(|found| found == extension)
        });
    }
    if whole.is_file() {
        return Ok(vec![whole]);
    }
    glob(base, Path::new(pattern))
}

/// The files of this extension beside the articles of `pattern`, sorted.
///
/// # Errors
/// As [`files`].
pub(super) fn siblings(base: &Path, pattern: &str, extension: &str) -> Result<Vec<PathBuf>> {
    if base.join(pattern).is_dir() {
        return files(base, pattern, extension);
    }
    let beside = Path::new(pattern).with_extension(extension);
    files(base, &beside.to_string_lossy(), extension)
}

/// The files of a folder, or those that match a glob, sorted; hidden ones are left out.
///
/// # Errors
/// As [`files`].
pub(super) fn annotations(base: &Path, pattern: &Path) -> Result<Vec<PathBuf>> {
    let whole = base.join(pattern);
    if whole.is_dir() {
        let shown = |relative: &Path| !relative.to_string_lossy().starts_with('.');
        return walk(&whole, 1, shown);
    }
    glob(base, pattern)
}

/// Whether a path has characters that make it a glob.
pub(super) fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

fn glob(base: &Path, pattern: &Path) -> Result<Vec<PathBuf>> {
    let special = |part: &Component<'_>| is_glob(Path::new(part.as_os_str()));
    // "./news/*.txt" means "news/*.txt".
    let parts: Vec<Component<'_>> = pattern
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    let fixed = parts.iter().take_while(|part| !special(part)).count();
    let root = base.join(parts[..fixed].iter().collect::<PathBuf>());
    let rest: PathBuf = parts[fixed..].iter().collect();
    // An empty path means the current folder.
    let is_folder = root.as_os_str().is_empty() || root.is_dir();
    if rest.as_os_str().is_empty() || !is_folder {
        return Ok(Vec::new());
    }
    let text = rest.to_string_lossy();
    let matcher = GlobBuilder::new(&text)
        .literal_separator(true)
        .build()
        .map_err(|error| bad_glob(pattern, &error))?
        .compile_matcher();
    let deep = text.contains("**");
    let depth = if deep {
        usize::MAX
    } else {
        parts.len() - fixed
    };
    walk(&root, depth, |relative| matcher.is_match(relative))
}

/// The files below `root`, at most `depth` folders down, whose path from there is wanted.
fn walk(root: &Path, depth: usize, wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    // An empty path means the current folder.
    let start = if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    };
    for entry in WalkDir::new(start).follow_links(true).max_depth(depth) {
        let (path, is_folder) = match entry {
            Ok(entry) => {
                let is_folder = entry.file_type().is_dir();
                (entry.into_path(), is_folder)
            }
            Err(error) => match error.path().filter(|path| path.is_symlink()) {
                // A link to nothing: reading it will say so, in its place among the articles. A link that goes round in a circle holds no files.
                Some(path) => (path.to_owned(), path.exists() || is_loop(path)),
                None => return Err(unlisted(root, &error)),
            },
        };
        let relative = path.strip_prefix(start).unwrap_or(&path);
        if !is_folder && wanted(relative) {
            files.push(root.join(relative));
        }
    }
    files.sort();
    Ok(files)
}

fn is_loop(link: &Path) -> bool {
    let metadata = std::fs::metadata(link);
    metadata.is_err_and(|error| error.kind() != io::ErrorKind::NotFound)
}

fn bad_glob(pattern: &Path, error: &globset::Error) -> crate::error::Error {
    Problem::new("this glob cannot be read")
        .found(format!("{} ({})", pattern.display(), error.kind()))
        .expected("a glob such as corpora/news/*.txt")
        .mend("close every [ and {")
        .into()
}

fn unlisted(root: &Path, error: &walkdir::Error) -> crate::error::Error {
    Problem::new("cannot list this folder")
        .in_file(error.path().unwrap_or(root))
        .found(error.to_string())
        .mend("check that you may read it")
        .into()
}
