//! From a folder or glob to a sorted list of files.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use crate::error::{Error, Problem, Result};

/// The files of `pattern`, sorted: those of a folder with this extension, those that match a glob, or one file.
///
/// # Errors
/// Where the glob cannot be read, or a folder cannot be listed.
pub(super) fn files(base: &Path, pattern: &str, extension: &str) -> Result<Vec<PathBuf>> {
    let whole = base.join(pattern);
    let pattern = if whole.is_dir() {
        whole.join(format!("*.{extension}"))
    } else {
        whole
    };
    let root = fixed_part(&pattern);
    let text = pattern.to_string_lossy();
    let glob = GlobBuilder::new(&text)
        .literal_separator(true)
        .build()
        .map_err(|error| bad_glob(&text, &error))?
        .compile_matcher();
    if !root.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(&root).follow_links(true) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) if glob.is_match(entry.path()) => files.push(entry.into_path()),
            Ok(_) => {}
            // A link to nothing: reading it will say so, in its place among the articles.
            Err(error) => match error.path().filter(|path| path.is_symlink()) {
                Some(path) if glob.is_match(path) => files.push(path.to_owned()),
                Some(_) => {}
                None => return Err(unlisted(&root, &error)),
            },
        }
    }
    files.sort();
    Ok(files)
}

/// The files of this extension in the folder of the articles of `pattern`, sorted.
///
/// # Errors
/// As [`files`].
pub(super) fn siblings(base: &Path, pattern: &str, extension: &str) -> Result<Vec<PathBuf>> {
    let whole = base.join(pattern);
    if whole.is_dir() {
        return files(base, pattern, extension);
    }
    let beside = whole.with_extension(extension);
    files(Path::new(""), &beside.to_string_lossy(), extension)
}

/// The leading folders of a glob that hold no special character: where the walk begins.
fn fixed_part(pattern: &Path) -> PathBuf {
    let special = |part: &std::path::Component<'_>| {
        part.as_os_str()
            .to_string_lossy()
            .contains(['*', '?', '[', '{'])
    };
    let fixed: PathBuf = pattern
        .components()
        .take_while(|part| !special(part))
        .collect();
    if fixed.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        fixed
    }
}

fn bad_glob(text: &str, error: &globset::Error) -> Error {
    Problem::new("this glob cannot be read")
        .found(format!("{text} ({})", error.kind()))
        .expected("a glob such as corpora/news/*.txt")
        .mend("close every [ and {")
        .into()
}

fn unlisted(root: &Path, error: &walkdir::Error) -> Error {
    Problem::new("cannot list this folder")
        .in_file(error.path().unwrap_or(root))
        .found(error.to_string())
        .mend("check that you may read it")
        .into()
}
