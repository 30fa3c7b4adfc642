//! The rules of the house, as tests: which room may use which, what stays in one room, how a file begins, how long a function may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::scratch::repository;

/// The rooms of the library from the ground up: a room may use only those above it in this list.
const ROOMS: [&str; 26] = [
    "error", "span", "document", "annotation", "offset", "grounding", "formats", "corpus", "check",
    "extract", "host", "cache", "matching", "counts", "ledger", "mistakes", "scores", "statistics",
    "agreement", "config", "run", "baseline", "compare", "gate", "report", "store",
];

/// Rooms that may not use others though those stand above them: an extractor sees one document and cannot reach gold or files.
const FORBIDDEN: [(&str, &[&str]); 8] = [
    (
        "agreement",
        &["formats", "corpus", "check", "extract", "offset"],
    ),
    ("extract", &["formats", "corpus", "offset"]),
    ("matching", &["formats", "corpus", "extract", "offset"]),
    ("counts", &["formats", "corpus", "extract", "offset"]),
    ("ledger", &["formats", "corpus", "extract", "offset"]),
    ("mistakes", &["formats", "corpus", "extract"]),
    ("statistics", &["formats", "corpus", "extract", "offset"]),
    ("scores", &["formats", "corpus", "extract", "offset"]),
];

/// Packages that belong to some rooms only. A path names a file or a folder under `src`.
const OWNED: [(&str, &[&str]); 19] = [
    ("rayon", &["run.rs", "run"]),
    ("indicatif", &["bin/goldspan/progress.rs"]),
    (
        "csv::",
        &[
            "corpus/metadata.rs", "formats/blocks/rows.rs", "formats/table.rs", "formats/table",
            "report", "store",
        ],
    ),
    ("quick_junit", &["report/judgement"]),
    ("quick_xml", &["formats/xml.rs"]),
    ("flate2", &["formats/input.rs"]),
    ("zstd", &["formats/input.rs", "cache/value.rs"]),
    ("redb", &["cache.rs"]),
    ("comfy_table", &["report/table.rs", "report/table"]),
    ("pathfinding", &["matching"]),
    ("rapidfuzz", &["grounding"]),
    ("str_indices", &["offset.rs"]),
    ("annotate_snippets", &["bin/goldspan/message.rs"]),
    ("toml::", &["config"]),
    ("rand_", &["statistics"]),
    ("libm::", &["statistics"]),
    ("ureq", &["host/web.rs", "host/web"]),
    ("backon::", &["host/web.rs"]),
    ("governor::", &["host/web.rs"]),
];

/// Rooms that are pure: no files, no environment, no network, no clock, no threads.
const PURE: [&str; 15] = [
    "error", "span", "document", "annotation", "offset", "grounding", "check", "extract",
    "matching", "counts", "ledger", "mistakes", "scores", "statistics", "agreement",
];

/// Functions longer than this do not fit on a screen.
const LONGEST_FUNCTION_LINES: usize = 70;

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // What a build leaves beside a package is nobody's prose.
                if !path.ends_with("target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(repository()).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The code of a file without its unit tests and comments.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = body
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The room that a library file belongs to.
fn room(path: &Path) -> Option<String> {
    let inside = path.strip_prefix("src").ok()?;
    let first = inside
        .components()
        .next()?
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    let room = first.trim_end_matches(".rs").to_owned();
    (!matches!(room.as_str(), "bin" | "lib")).then_some(room)
}

#[test]
fn every_file_of_the_library_belongs_to_a_known_room() {
    for (path, _) in sources("src") {
        if let Some(room) = room(&path) {
            assert!(
                ROOMS.contains(&room.as_str()),
                "{}: the room {room:?} is not in the table of tests/suite/tidy.rs",
                path.display()
            );
        }
    }
}

#[test]
fn rooms_use_only_rooms_above_them() {
    let place: BTreeMap<&str, usize> = ROOMS
        .iter()
        .enumerate()
        .map(|(at, room)| (*room, at))
        .collect();
    let mut checked = 0;
    for (path, text) in sources("src") {
        let Some(room) = room(&path) else { continue };
        for used in code(&text).split("crate::").skip(1) {
            let used: String = used
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let Some(&at) = place.get(used.as_str()) else {
                continue;
            };
            checked += 1;
            let forbidden = FORBIDDEN
                .iter()
                .any(|(from, to)| *from == room && to.contains(&used.as_str()));
            assert!(
                used == room || at < place[room.as_str()] && !forbidden,
                "{}: {room} may not use {used}; see the table of tests/suite/tidy.rs",
                path.display()
            );
        }
    }
    assert!(checked > 40, "the imports were found");
}

#[test]
fn packages_stay_in_the_rooms_that_own_them() {
    for (package, owners) in OWNED {
        let mut used = 0;
        for (path, text) in sources("src") {
            let text = code(&text);
            let uses = text.match_indices(package).filter(|(at, _)| {
                !text[..*at].ends_with("::")
                    && !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            });
            let uses = uses.count();
            used += uses;
            let owner = owners
                .iter()
                .any(|owner| path.starts_with(Path::new("src").join(owner)));
            assert!(
                uses == 0 || owner,
                "{}: {package} belongs to {owners:?}",
                path.display()
            );
        }
        assert!(used > 0, "{package} is not used at all");
    }
}

#[test]
fn pure_rooms_touch_no_files_environment_network_clock_or_threads() {
    for (path, text) in sources("src") {
        let Some(room) = room(&path).filter(|room| PURE.contains(&room.as_str())) else {
            continue;
        };
        for banned in [
            "std::fs", "std::env", "std::net", "std::time", "std::thread", "std::process",
            "std::io",
        ] {
            assert!(
                !code(&text).contains(banned),
                "{}: {room} is pure and may not use {banned}",
                path.display()
            );
        }
    }
}

#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    for folder in ["src", "tests", "benches"] {
        for (path, text) in sources(folder) {
            let first = text.lines().next().unwrap_or_default();
            assert!(
                first.starts_with("//! ") && first.len() > 20,
                "{}: the first line says what the room is for (//! ...)",
                path.display()
            );
        }
    }
}

#[test]
fn functions_fit_on_a_screen() {
    for folder in ["src", "tests", "benches"] {
        for (path, text) in sources(folder) {
            // Golden texts are data, not code to follow.
            let mut golden = false;
            let mut begun: Option<(usize, usize, String)> = None;
            for (number, line) in text.lines().enumerate() {
                golden = line.contains("r#\"") || golden && !line.contains("\"#");
                if golden {
                    if let Some((start, ..)) = &mut begun {
                        *start += 1;
                    }
                    continue;
                }
                let indent = line.len() - line.trim_start().len();
                let word = line.trim_start();
                if begun.is_none()
                    && (word.starts_with("fn ") || word.contains(" fn ") && word.starts_with("pub"))
                    && !word.ends_with([';', '}'])
                {
                    begun = Some((number, indent, word.to_owned()));
                } else if let Some((start, depth, name)) = &begun
                    && indent == *depth
                    && word.starts_with('}')
                {
                    let lines = number - start;
                    assert!(
                        lines <= LONGEST_FUNCTION_LINES,
                        "{}:{}: {lines} lines: {name}",
                        path.display(),
                        start + 1
                    );
                    begun = None;
                }
            }
        }
    }
}

#[test]
fn paths_that_the_documents_name_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(repository().join(document)).unwrap();
        for quoted in text.split('`').skip(1).step_by(2) {
            let looks_like_path = ["src/", "tests/", "benches/", "corpora/", "gold/", ".ci/"]
                .iter()
                .any(|start| quoted.starts_with(start));
            if looks_like_path && !quoted.contains(['<', '*', ' ', '{']) {
                assert!(
                    repository().join(quoted).exists(),
                    "{document} names {quoted}, which does not exist"
                );
            }
        }
    }
}
