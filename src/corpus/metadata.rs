//! The manifest of a corpus: one CSV row an article, every column but `id` kept as metadata.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Excerpt, Problem, nearest};

/// The metadata of each id in the manifest `source`. What is wrong with the manifest is added to `problems`.
pub(super) fn read(
    path: &Path,
    source: &str,
    ids: &BTreeSet<&str>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let manifest = Manifest { path, source, ids };
    let mut reader = csv::Reader::from_reader(source.trim_start_matches('\u{feff}').as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            problems.push(manifest.unreadable(&error));
            return found;
        }
    };
    let Some(id_column) = headers.iter().position(|header| header == "id") else {
        problems.push(manifest.without_id());
        return found;
    };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(manifest.unreadable(&error));
                continue;
            }
        };
        let start = manifest.start(record.position());
        let id = &record[id_column];
        if !ids.contains(id) {
            problems.push(manifest.unknown(start, id));
            continue;
        }
        let cells = headers.iter().zip(record.iter());
        let row = cells
            .filter(|(header, _)| *header != "id")
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        if found.insert(id.to_owned(), row.collect()).is_some() {
            problems.push(manifest.repeated(start, id));
        }
    }
    let missing = ids.iter().filter(|id| !found.contains_key(**id));
    problems.extend(missing.map(|id| manifest.missing(id)));
    found
}

/// The manifest that is read, for what is wrong with it.
struct Manifest<'a> {
    path: &'a Path,
    source: &'a str,
    ids: &'a BTreeSet<&'a str>,
}

impl Manifest<'_> {
    fn problem(&self, what: &str) -> Problem {
        Problem::new(what).in_file(self.path)
    }

    /// Where the record begins in the file: the reader's position lies before the line ends and blank lines that it skips, and does not count the byte order mark.
    fn start(&self, position: Option<&csv::Position>) -> usize {
        let mark = self.source.len() - self.source.trim_start_matches('\u{feff}').len();
        let at = mark + position.map_or(0, |position| position.byte() as usize);
        let rest = self.source.get(at..).unwrap_or_default();
        at + (rest.len() - rest.trim_start_matches(['\r', '\n']).len())
    }

    fn row(&self, what: &str, start: usize, id: &str) -> Problem {
        let line = self.source[start..].lines().next().unwrap_or_default();
        // The cell, not a part of another that holds the same letters.
        let cells = line.split(',').scan(start, |at, cell| {
            let begun = *at;
            *at += cell.len() + 1;
            Some((begun, cell))
        });
        let mut cells = cells.filter(|(_, cell)| cell.trim_matches('"') == id);
        let at = cells.next().map_or(start, |(at, _)| at);
        self.problem(what)
            .at(Excerpt::of(self.source, at..at + id.len()))
    }

    fn without_id(&self) -> Problem {
        let header = 0..self.source.find('\n').unwrap_or(self.source.len());
        self.problem("the manifest has no column \"id\"")
            .at(Excerpt::of(self.source, header))
            .expected("a header line such as id,date,topic")
            .mend("add the column, or correct its name")
    }

    fn unknown(&self, start: usize, id: &str) -> Problem {
        let mend = nearest(id, self.ids.iter().copied()).map_or_else(
            || "add the article, or delete the row".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        self.row("the manifest names an article that is not there", start, id)
            .found(format!("{id:?}"))
            .expected("the id of an article of the corpus")
            .mend(mend)
    }

    fn repeated(&self, start: usize, id: &str) -> Problem {
        self.row("the manifest names an article twice", start, id)
            .found(format!("{id:?} again"))
            .expected("one row for each article")
            .mend("delete one of the rows")
    }

    fn missing(&self, id: &str) -> Problem {
        self.problem("the manifest has no row for an article")
            .found(format!("no row {id:?}"))
            .expected("one row for each article")
            .mend("add the row, or take the article out of the corpus")
    }

    fn unreadable(&self, error: &csv::Error) -> Problem {
        let start = self.start(error.position());
        self.row("this line of the manifest cannot be read", start, "")
            .found(error.to_string())
            .expected("as many cells as the header line has")
            .mend("quote cells that hold commas")
    }
}
