//! `documents.csv` as it is read again: row by row, each held against the plan, so that a table that was cut or changed is told and never used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::files::{CHANGED, Results, cell, cell_of, unreadable};
use crate::annotation::{ALL_LABELS, Task};
use crate::counts::{Cell, Counts, Measure, Measures, Rules};
use crate::error::{Error, Excerpt, Kind, Problem, Result, quoted};
use crate::ledger::{CorpusLedger, Rows};
use crate::matching::Level;
use crate::report::csv::DOCUMENTS_HEADER;

/// How much of a line a problem shows.
const EXCERPT_BYTES: u64 = 2000;

/// A document and an extractor, by their places in the corpora.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    corpus: usize,
    document: usize,
    system: usize,
}

/// The table on its way in.
struct Table<'a> {
    path: &'a Path,
    corpora: &'a [CorpusLedger],
    /// The measures as rows name them.
    measures: Vec<(&'static str, String, Measure)>,
    /// For each corpus and extractor the cells that every document has.
    always: Vec<Vec<BTreeSet<Cell>>>,
    /// For each corpus and extractor what was read.
    rows: Vec<Vec<Rows>>,
    /// The document whose rows are read, and its cells so far.
    open: Option<Place>,
    cells: Vec<(Cell, Counts)>,
}

/// The counts of every document of the corpora, by corpus and extractor.
///
/// # Errors
/// [`Kind::Incomparable`] where the table cannot be read or does not fit the plan.
pub(super) fn read(
    path: &Path,
    measures: &Measures,
    corpora: &[CorpusLedger],
) -> Result<Vec<Vec<Rows>>> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(BufReader::with_capacity(1 << 16, file));
    let mut table = Table::new(path, measures, corpora);
    let mut order = order(corpora);
    let mut record = csv::StringRecord::new();
    let mut first = true;
    while table.next_record(&mut reader, &mut record)? {
        if first {
            table.check_header(&record)?;
            first = false;
            continue;
        }
        if !table.open.is_some_and(|place| table.is_at(place, &record)) {
            table.close(Some(&record))?;
            let next = table.following(&mut order);
            match next.filter(|place| table.is_at(*place, &record)) {
                Some(place) => table.open = Some(place),
                None => return Err(table.unexpected(next, &record)),
            }
        }
        table.add(&record)?;
    }
    table.close(None)?;
    if first {
        return Err(table.ended("its header"));
    }
    if let Some(next) = table.following(&mut order) {
        return Err(table.ended(&format!("the rows of {}", table.name(next))));
    }
    table.check_end()?;
    Ok(table.rows)
}

/// Every document and extractor in the order in which a run writes them.
fn order(corpora: &[CorpusLedger]) -> impl Iterator<Item = Place> + '_ {
    corpora.iter().enumerate().flat_map(|(corpus, ledger)| {
        let documents = 0..ledger.documents.len();
        documents.flat_map(move |document| {
            (0..ledger.systems.len()).map(move |system| Place {
                corpus,
                document,
                system,
            })
        })
    })
}

impl<'a> Table<'a> {
    fn new(path: &'a Path, measures: &Measures, corpora: &'a [CorpusLedger]) -> Self {
        let entity = measures.entity.iter().map(|own| Measure::Entity(*own));
        let claim = measures.claim.iter().map(|own| Measure::Claim(*own));
        let named = |measure: Measure| (measure.task().name(), measure.to_string(), measure);
        let per_system = corpora.iter().map(|corpus| {
            let systems = corpus.systems.iter();
            let cells = systems.map(|system| always(measures, corpus, &system.tasks));
            cells.collect()
        });
        let rows = corpora
            .iter()
            .map(|corpus| vec![Rows::default(); corpus.systems.len()]);
        Self {
            path,
            corpora,
            measures: entity.chain(claim).map(named).collect(),
            always: per_system.collect(),
            rows: rows.collect(),
            open: None,
            cells: Vec::new(),
        }
    }

    fn next_record(
        &self,
        reader: &mut csv::Reader<BufReader<File>>,
        record: &mut csv::StringRecord,
    ) -> Result<bool> {
        reader.read_record(record).map_err(|error| {
            let problem =
                Problem::new("this row of counts cannot be read").found(match error.kind() {
                    csv::ErrorKind::UnequalLengths { len, .. } => format!("cells: {len}"),
                    csv::ErrorKind::Utf8 { .. } => "bytes that are not UTF-8".to_owned(),
                    _ => error.to_string(),
                });
            let problem = problem.expected(format!("the cells {}", DOCUMENTS_HEADER.trim_end()));
            self.problem(problem, error.position(), None)
        })
    }

    fn check_header(&self, record: &csv::StringRecord) -> Result<()> {
        if record.iter().eq(DOCUMENTS_HEADER.trim_end().split(',')) {
            return Ok(());
        }
        let problem = Problem::new("this table of counts has another header")
            .expected(DOCUMENTS_HEADER.trim_end());
        Err(self.problem(problem, record.position(), None))
    }

    /// Whether a row is of this document and extractor.
    fn is_at(&self, place: Place, record: &csv::StringRecord) -> bool {
        let corpus = &self.corpora[place.corpus];
        &record[0] == corpus.name.as_str()
            && &record[1] == corpus.documents[place.document].id.as_str()
            && &record[2] == corpus.systems[place.system].name.as_str()
    }

    /// The next document and extractor that has rows; those without are passed by.
    fn following(&mut self, order: &mut impl Iterator<Item = Place>) -> Option<Place> {
        for place in order {
            if !self.always[place.corpus][place.system].is_empty() {
                return Some(place);
            }
            self.rows[place.corpus][place.system].push(std::iter::empty());
        }
        None
    }

    /// Adds a row to the document that is open.
    fn add(&mut self, record: &csv::StringRecord) -> Result<()> {
        let Some(place) = self.open else {
            return Ok(());
        };
        let measure = self.measures.iter();
        let mut measure =
            measure.filter(|(task, name, _)| *task == &record[3] && name == &record[4]);
        let always = &self.always[place.corpus][place.system];
        let cell = measure
            .next()
            .and_then(|(.., own)| cell_of(*own, &record[5]));
        // Beside the cells that every document has there are only those of labels.
        let fits = |cell: &Cell| {
            let of_label = matches!(cell.measure, Measure::Entity(_)) && cell.label != ALL_LABELS;
            always.contains(cell)
                || of_label && always.iter().any(|own| own.measure == cell.measure)
        };
        let Some(cell) = cell.filter(fits) else {
            let names = self.measures.iter().map(|(_, name, _)| name.as_str());
            let names: BTreeSet<&str> = names.collect();
            let names: Vec<&str> = names.into_iter().collect();
            let problem = Problem::new("this row counts what the run did not")
                .found(quoted(&format!(
                    "{} {} {}",
                    &record[3], &record[4], &record[5]
                )))
                .expected(format!(
                    "what {} counts there, under {}",
                    self.name(place),
                    names.join(", ")
                ));
            return Err(self.problem(problem, record.position(), Some((record, 4))));
        };
        let mut numbers = [0; 5];
        for (column, number) in (6..).zip(&mut numbers) {
            *number = record[column].parse::<u32>().map_err(|_| {
                let problem = Problem::new("this is no number of items")
                    .found(quoted(&record[column]))
                    .expected("a whole number from 0");
                self.problem(problem, record.position(), Some((record, column)))
            })?;
        }
        let [correct, incorrect, partial, missing, spurious] = numbers.map(u64::from);
        let counts = Counts {
            correct,
            incorrect,
            partial,
            missing,
            spurious,
        };
        self.cells.push((cell, counts));
        Ok(())
    }

    /// Takes up the document that is open, before the row that follows it.
    fn close(&mut self, following: Option<&csv::StringRecord>) -> Result<()> {
        let Some(place) = self.open.take() else {
            return Ok(());
        };
        let mut cells: Vec<&Cell> = self.cells.iter().map(|(cell, _)| cell).collect();
        cells.sort_unstable();
        let position = following.and_then(csv::StringRecord::position);
        let always = &self.always[place.corpus][place.system];
        let twice = cells.windows(2).find(|pair| pair[0] == pair[1]);
        let lacking = always.iter().find(|own| cells.binary_search(own).is_err());
        let what = match (twice, lacking) {
            (Some(pair), _) => Some(("stands twice", pair[0])),
            (None, Some(cell)) => Some(("is missing", cell)),
            (None, None) => None,
        };
        if let Some((how, cell)) = what {
            let named = format!("{} {}", cell.measure, cell.label);
            let what = format!("before this row, a row of {} {how}", self.name(place));
            let problem = match following {
                Some(_) => Problem::new(what).found(quoted(&named)),
                None => Problem::new(format!("a row of {} {how} at the end", self.name(place)))
                    .found(quoted(&named)),
            };
            return Err(self.problem(problem, position, None));
        }
        self.rows[place.corpus][place.system].push(self.cells.drain(..));
        Ok(())
    }

    /// The error that a row is not of the document and extractor whose turn it is.
    fn unexpected(&self, next: Option<Place>, record: &csv::StringRecord) -> Error {
        let corpus = self.corpora.iter().find(|own| own.name == record[0]);
        let unknown = |what: &str, column: usize| {
            let problem = Problem::new(format!("the run has no {what} of this name"));
            (problem.found(quoted(&record[column])), column)
        };
        let (problem, column) = match corpus {
            None => unknown("corpus", 0),
            Some(corpus) if corpus.systems.iter().all(|own| own.name != record[2]) => {
                unknown("extractor", 2)
            }
            Some(corpus) if corpus.documents.iter().all(|own| own.id != record[1]) => {
                unknown("scored document", 1)
            }
            Some(_) => (
                Problem::new("this row stands out of order, twice, or in the place of others"),
                1,
            ),
        };
        let expected = next.map_or_else(
            || "the end of the table".to_owned(),
            |next| format!("a row of {}", self.name(next)),
        );
        let problem = problem.expected(expected);
        self.problem(problem, record.position(), Some((record, column)))
    }

    fn ended(&self, lacking: &str) -> Error {
        let problem = Problem::new("this table of counts ends too early");
        self.problem(problem.expected(lacking), None, None)
    }

    /// Refuses a table whose last line has no end: its last number may be cut.
    fn check_end(&self) -> Result<()> {
        let mut last = [0];
        let read = File::open(self.path).and_then(|mut file| {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)
        });
        read.map_err(|error| unreadable(self.path, &error))?;
        if last == *b"\n" {
            return Ok(());
        }
        Err(self.ended("the end of its last line"))
    }

    /// How people say it: `shape on document a of news`.
    fn name(&self, place: Place) -> String {
        let corpus = &self.corpora[place.corpus];
        format!(
            "{} on document {} of {}",
            corpus.systems[place.system].name, corpus.documents[place.document].id, corpus.name
        )
    }

    /// The error at a row of the table, its cell marked where one is named.
    fn problem(
        &self,
        problem: Problem,
        position: Option<&csv::Position>,
        cell: Option<(&csv::StringRecord, usize)>,
    ) -> Error {
        let mut problem = problem.in_file(self.path).mend(CHANGED);
        if let Some(excerpt) = position.and_then(|at| excerpt(self.path, at, cell)) {
            problem = problem.at(excerpt);
        }
        Error::one(Kind::Incomparable, problem)
    }
}

/// A row of a table, its cell marked where one is named.
pub(super) fn excerpt(
    path: &Path,
    position: &csv::Position,
    cell: Option<(&csv::StringRecord, usize)>,
) -> Option<Excerpt> {
    let line = line_at(path, position.byte()).ok()?;
    // Cells with quotation marks are as wide as the file has them, so only of plain ones is the place known.
    let marked = cell.filter(|_| !line.contains('"'));
    let mark = marked.map_or(0..line.len(), |(record, column)| {
        let before: usize = record.iter().take(column).map(|cell| cell.len() + 1).sum();
        before..before + record[column].len()
    });
    let number = usize::try_from(position.line()).unwrap_or(1).max(1);
    Some(Excerpt::of(&line, mark).from_line(number))
}

/// The line that begins at this byte of a file.
fn line_at(path: &Path, byte: u64) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(byte))?;
    let mut line = Vec::new();
    BufReader::new(file.take(EXCERPT_BYTES)).read_until(b'\n', &mut line)?;
    let line = String::from_utf8_lossy(&line);
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// The cells that every document has, whatever is in it.
fn always(measures: &Measures, corpus: &CorpusLedger, tasks: &[Task]) -> BTreeSet<Cell> {
    let rules = Rules {
        measures,
        annotated: &corpus.annotated,
        tasks,
    };
    let mut cells = BTreeSet::new();
    if rules.want(Task::Entities) {
        let measures = measures.entity.iter().map(|own| Measure::Entity(*own));
        cells.extend(measures.filter_map(|measure| cell_of(measure, ALL_LABELS)));
    }
    if rules.want(Task::Claims) {
        for level in &measures.claim {
            let roles = corpus.annotated.roles.iter().map(|role| role.name());
            // The characters of a whole claim are those of its parts.
            let roles = roles.filter(|role| *level != Level::Characters || *role != "claim");
            cells.extend(roles.filter_map(|role| cell_of(Measure::Claim(*level), role)));
        }
    }
    cells
}

/// Refuses a table whose sums are not the counts that the run's scores were computed from.
pub(super) fn check_sums(path: &Path, corpora: &[CorpusLedger], results: &Results) -> Result<()> {
    for (corpus, found) in corpora.iter().zip(&results.corpora) {
        for (system, found) in corpus.systems.iter().zip(&found.extractors) {
            let sums = sums(&system.rows);
            let scores = found.scores.iter();
            let scored: BTreeMap<Cell, Counts> = scores
                .filter_map(|row| Some((cell(&row.task, &row.measure, &row.label)?, row.counts()?)))
                .collect();
            let cells: BTreeSet<&Cell> = sums.keys().chain(scored.keys()).collect();
            let of = |counts: &BTreeMap<Cell, Counts>, cell| counts.get(cell).copied();
            let differing = cells
                .into_iter()
                .find(|cell| of(&sums, cell) != of(&scored, cell));
            if let Some(cell) = differing {
                let told = |counts: Option<Counts>| {
                    counts.map_or_else(|| "no such counts".to_owned(), spelt)
                };
                let problem = Problem::new(format!(
                    "the counts of {} on {}, {} {}, do not add up to those of results.json",
                    system.name, corpus.name, cell.measure, cell.label
                ));
                let problem = problem.in_file(path).found(told(of(&sums, cell)));
                let problem = problem.expected(told(of(&scored, cell)));
                return Err(Error::one(Kind::Incomparable, problem.mend(CHANGED)));
            }
        }
    }
    Ok(())
}

fn sums(rows: &Rows) -> BTreeMap<Cell, Counts> {
    let mut sums = vec![Counts::default(); rows.cells().len()];
    for document in 0..rows.documents() {
        for (cell, counts) in rows.document(document) {
            sums[cell] += counts;
        }
    }
    rows.cells().iter().cloned().zip(sums).collect()
}

fn spelt(counts: Counts) -> String {
    let Counts {
        correct,
        incorrect,
        partial,
        missing,
        spurious,
    } = counts;
    format!(
        "correct {correct}, incorrect {incorrect}, partial {partial}, missing {missing}, spurious {spurious}"
    )
}
