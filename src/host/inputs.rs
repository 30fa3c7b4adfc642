//! What an extractor's answers depend on, as far as it is declared: the first half of a cache key.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::protocol::{VERSION, names};
use super::settings::{Settings, Transport};
use crate::error::{Problem, Result};
use crate::extract::About;

/// What an extractor's answers depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// This, in hexadecimal.
    Known(String),
    /// Nobody knows, so nothing is cached.
    Unknown {
        /// Why nobody knows.
        why: &'static str,
        /// The digest of all that is known, and of the files that the command names: an unfinished run is gone on with only where that is the same.
        program: String,
    },
}

/// The identity of an extractor that has said what it is.
///
/// # Errors
/// Where a declared input cannot be read, or a pattern matches nothing.
pub(super) fn identity(settings: &Settings, about: &About, offsets: &str) -> Result<Identity> {
    let files = files(settings)?;
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        // With its length before it, so that no two lists of parts are the same bytes.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    add(&format!("protocol {VERSION}"));
    match &settings.transport {
        Transport::Command(command) | Transport::Once(command) => {
            for word in command {
                add(word);
            }
        }
        Transport::Http(url) => add(url),
        // What is asked of a model is in its fingerprint.
        Transport::Llm(_) | Transport::Predictions(_) => {}
    }
    add(offsets);
    add(&about.name);
    add(&about.version);
    add(about.fingerprint.as_deref().unwrap_or_default());
    add(&names(&about.tasks).join(","));
    add(&format!("params {}", settings.params.len()));
    for (name, value) in &settings.params {
        add(name);
        add(value);
    }
    add(&format!("env {}", settings.env.len()));
    for name in &settings.env {
        add(name);
        match std::env::var_os(name) {
            Some(value) => add(&format!("={}", value.to_string_lossy())),
            None => add("not set"),
        }
    }
    for (name, digest) in &files {
        add(name);
        add(digest);
    }
    let why = if !settings.cache {
        "the configuration says cache = false"
    } else if about.fingerprint.is_none() && files.is_empty() {
        "it has no fingerprint, and no inputs are declared"
    } else {
        return Ok(Identity::Known(hasher.finalize().to_hex().to_string()));
    };
    // For an unfinished run all that is known counts, and what the command names besides.
    hasher.update(program(settings).as_bytes());
    let program = hasher.finalize().to_hex().to_string();
    Ok(Identity::Unknown { why, program })
}

/// The digest of the command, and of the files among its words.
pub(super) fn program(settings: &Settings) -> String {
    let mut hasher = blake3::Hasher::new();
    if let Transport::Command(command) | Transport::Once(command) = &settings.transport {
        for word in command {
            hasher.update(&(word.len() as u64).to_le_bytes());
            hasher.update(word.as_bytes());
            if let Ok(mut file) = std::fs::File::open(settings.base.join(word)) {
                // What is no file that can be read, such as a folder, is only a word.
                let _ = std::io::copy(&mut file, &mut hasher);
            }
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// The declared files by their path from the configuration's folder, with their digests, sorted.
fn files(settings: &Settings) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for pattern in &settings.inputs {
        let found = matching(settings, pattern)?;
        if found.is_empty() {
            let problem = Problem::new(format!(
                "extractor {}: no file matches this of its inputs",
                settings.name
            ));
            let problem = problem
                .found(format!("{pattern:?}"))
                .expected("files, relative to the configuration's folder")
                .mend("correct inputs; what is not there cannot be hashed into the cache key");
            return Err(problem.into());
        }
        for path in found {
            let unreadable = |error: std::io::Error| {
                Problem::new("this input of an extractor cannot be read")
                    .in_file(&path)
                    .found(error.to_string())
            };
            let mut hasher = blake3::Hasher::new();
            let mut file = std::fs::File::open(&path).map_err(unreadable)?;
            std::io::copy(&mut file, &mut hasher).map_err(unreadable)?;
            let name = undotted(&path);
            let name = name.strip_prefix(undotted(&settings.base)).unwrap_or(&name);
            let name = name.display().to_string();
            files.push((name, hasher.finalize().to_hex().to_string()));
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// The same path without parts that lead nowhere, `./`.
fn undotted(path: &Path) -> PathBuf {
    let parts = path.components();
    parts.filter(|part| *part != Component::CurDir).collect()
}

/// The files of one pattern.
fn matching(settings: &Settings, pattern: &str) -> Result<Vec<PathBuf>> {
    let path = settings.base.join(pattern);
    if path.is_file() {
        return Ok(vec![path]);
    }
    // Only the pattern is one: the folder of the configuration may be called anything.
    let (base, below) = (undotted(&settings.base), undotted(Path::new(pattern)));
    let escaped = globset::escape(&base.join("").to_string_lossy());
    let whole = if below.is_absolute() {
        below.to_string_lossy().into_owned()
    } else {
        escaped + &below.to_string_lossy()
    };
    let glob = GlobBuilder::new(&whole)
        .literal_separator(true)
        .build()
        .map_err(|error| {
            Problem::new("this pattern of files cannot be read").found(error.to_string())
        })?
        .compile_matcher();
    // The folder before the first part with a sign of a pattern.
    let plain = |part: &std::path::Component<'_>| {
        let part = part.as_os_str().to_string_lossy();
        !part.contains(['*', '?', '[', '{'])
    };
    let beginning: PathBuf = below.components().take_while(plain).collect();
    let root = base.join(beginning);
    let root = if root.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        root
    };
    if !root.exists() {
        return Ok(Vec::new());
    }
    // What Python compiles beside its sources says nothing that they do not, and changes when it runs.
    let kept = |entry: &walkdir::DirEntry| entry.file_name() != "__pycache__";
    let inside = WalkDir::new(&root).follow_links(true).into_iter();
    let inside = inside.filter_entry(kept).collect::<Result<Vec<_>, _>>();
    let inside = inside.map_err(|error| {
        let problem = Problem::new("the inputs of an extractor cannot be listed");
        let problem = problem.in_file(error.path().unwrap_or(&root));
        problem.found(error.to_string())
    })?;
    let whole_folder = path.is_dir();
    let file = |entry: walkdir::DirEntry| {
        let found = entry.path().strip_prefix("./").unwrap_or(entry.path());
        let wanted = entry.file_type().is_file() && (whole_folder || glob.is_match(found));
        wanted.then(|| entry.path().to_owned())
    };
    Ok(inside.into_iter().filter_map(file).collect())
}
