//! The manifest of a corpus: one CSV row an article, every column but `id` kept as metadata.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Excerpt, Problem, nearest};
use crate::formats::read_text;

/// The metadata of each id. What is wrong with the manifest is added to `problems`.
pub(super) fn read(
    path: &Path,
    ids: &BTreeSet<&str>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let source = match read_text(path) {
        Ok(source) => source,
        Err(problem) => {
            problems.push(problem);
            return BTreeMap::new();
        }
    };
    let mut found = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(source.trim_start_matches('\u{feff}').as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            problems.push(unreadable(path, &source, &error));
            return found;
        }
    };
    let Some(id_column) = headers.iter().position(|header| header == "id") else {
        problems.push(
            Problem::new("the manifest has no column \"id\"")
                .in_file(path)
                .at(Excerpt::of(
                    &source,
                    0..source.find('\n').unwrap_or(source.len()),
                ))
                .expected("a header line such as id,date,topic")
                .mend("add the column, or correct its name"),
        );
        return found;
    };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(unreadable(path, &source, &error));
                continue;
            }
        };
        let start = record
            .position()
            .map_or(0, |position| position.byte() as usize);
        let id = &record[id_column];
        let place = || Excerpt::of(&source, start..start + id.len());
        if !ids.contains(id) {
            let mend = nearest(id, ids.iter().copied()).map_or_else(
                || "add the article, or delete the row".to_owned(),
                |near| format!("did you mean {near}?"),
            );
            problems.push(
                Problem::new("the manifest names an article that is not there")
                    .in_file(path)
                    .at(place())
                    .found(format!("{id:?}"))
                    .expected("the id of an article of the corpus")
                    .mend(mend),
            );
            continue;
        }
        let pairs = headers
            .iter()
            .zip(record.iter())
            .filter(|(header, _)| *header != "id");
        let row: BTreeMap<String, String> = pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        if found.insert(id.to_owned(), row).is_some() {
            problems.push(
                Problem::new("the manifest names an article twice")
                    .in_file(path)
                    .at(place())
                    .found(format!("{id:?} again"))
                    .expected("one row for each article")
                    .mend("delete one of the rows"),
            );
        }
    }
    for id in ids.iter().filter(|id| !found.contains_key(**id)) {
        problems.push(
            Problem::new("the manifest has no row for an article")
                .in_file(path)
                .found(format!("no row {id:?}"))
                .expected("one row for each article")
                .mend("add the row, or take the article out of the corpus"),
        );
    }
    found
}

fn unreadable(path: &Path, source: &str, error: &csv::Error) -> Problem {
    let problem = Problem::new("this line of the manifest cannot be read")
        .in_file(path)
        .found(error.to_string())
        .expected("as many cells as the header line has")
        .mend("quote cells that hold commas");
    match error.position() {
        Some(position) => {
            let start = position.byte() as usize;
            problem.at(Excerpt::of(source, start..start))
        }
        None => problem,
    }
}
