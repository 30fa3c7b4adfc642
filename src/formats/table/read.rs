//! Reads the rows of one document.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::{Columns, delimiter};
use crate::error::Problem;
use crate::formats::{Block, Draft, Options, Pairs, Piece, Says, Stretch};
use crate::offset::{CodePoints, Unit};

pub(super) fn read<'a>(block: &'a Block, _: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let own_header = block.whole;
    let header_text = if own_header {
        block.text()
    } else {
        block
            .companions
            .first()
            .map_or("", |piece| piece.text.as_str())
    };
    let delimiter = delimiter(header_text);
    let header = first_record(header_text, delimiter);
    let columns = Columns::of(&header);
    if columns.label.is_none()
        || (columns.start.is_none() || columns.end.is_none()) && columns.text.is_none()
    {
        return Err(vec![unclear(block, &header)]);
    }
    let article: Option<&'a Piece> = block.companions.get(usize::from(!own_header));
    let mut rows = Rows {
        block,
        columns,
        article: article.map(|piece| piece.text.as_str()),
        points: OnceCell::new(),
        taken: HashMap::new(),
        draft: Draft {
            id: Cow::Owned(block.stem()),
            text: article.map(|piece| Cow::Borrowed(piece.text.as_str())),
            says: [Says::Yes, Says::No],
            ..Draft::default()
        },
    };
    if !block.text().contains('"') {
        rows.plain(delimiter, own_header);
        return Ok(Some(rows.draft));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(own_header)
        .flexible(true)
        .from_reader(block.text().as_bytes());
    let mut record = csv::StringRecord::new();
    let mut begin = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let byte = record.position().map_or(0, |at| at.byte());
                begin = usize::try_from(byte).unwrap_or_default();
                let end = usize::try_from(reader.position().byte()).unwrap_or_default();
                rows.row(&record, begin..end.min(block.text().len()));
            }
            Err(error) => {
                let problem =
                    block.problem(0..block.first_line(), "a row of this table cannot be read");
                rows.draft.problems.push(problem.found(error.to_string()));
                break;
            }
        }
    }
    rows.draft
        .problems
        .extend(swallowed(block, begin, delimiter));
    Ok(Some(rows.draft))
}

/// The problem that no columns of a table say what it needs.
fn unclear(block: &Block, header: &csv::StringRecord) -> Problem {
    let names: Vec<&str> = header.iter().collect();
    block
        .problem(
            0..block.first_line(),
            "the columns of this table are not clear",
        )
        .found(format!("columns {}", names.join(", ")))
        .expected("a header with document, start, end, label and text; or document, label and text")
        .mend("name the columns so in the first line")
}

/// The problem that a cell of the last row, which begins at this byte, swallows the rows after it.
fn swallowed(block: &Block, begin: usize, delimiter: u8) -> Option<Problem> {
    let last = block.text().get(begin..)?;
    let at = begin + unclosed(last.as_bytes(), delimiter)?;
    let what = "the quotation mark of this cell is never closed";
    let problem = block.problem(at..at + 1, what);
    let problem =
        problem.expected("a second quotation mark, or none: all that follows is one cell");
    Some(problem.mend("close the cell, or write a quotation mark within a quoted cell twice"))
}

/// Where the cell begins that swallows the end of a row, since its quotation mark is never closed.
fn unclosed(row: &[u8], delimiter: u8) -> Option<usize> {
    let (mut at, mut begins) = (0, true);
    while at < row.len() {
        if !begins || row[at] != b'"' {
            begins = row[at] == delimiter || matches!(row[at], b'\n' | b'\r');
            at += 1;
            continue;
        }
        let open = at;
        at += 1;
        loop {
            let Some(next) = memchr::memchr(b'"', &row[at..]) else {
                return Some(open);
            };
            at += next + 1;
            // Within the cell a quotation mark is written twice.
            if row.get(at) != Some(&b'"') {
                break;
            }
            at += 1;
        }
        begins = false;
    }
    None
}

fn first_record(text: &str, delimiter: u8) -> csv::StringRecord {
    let line = text.lines().next().unwrap_or_default();
    if !line.contains('"') {
        // A reader of CSV builds its machine anew for each document; a plain header needs none.
        return line.split(char::from(delimiter)).collect::<Vec<_>>().into();
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // A header that cannot be read has no columns, which is told.
    let _ = reader.read_record(&mut record);
    record
}

struct Rows<'a> {
    block: &'a Block,
    columns: Columns,
    article: Option<&'a str>,
    /// The positions of the article's characters, made when a text is first looked for.
    points: OnceCell<CodePoints<'a>>,
    /// Where the search for the next occurrence of a label and text begins.
    taken: HashMap<(String, String), usize>,
    draft: Draft<'a>,
}

impl<'a> Rows<'a> {
    /// Takes rows without quotation marks: every line is one, and needs no machine to be read.
    fn plain(&mut self, delimiter: u8, own_header: bool) {
        let block = self.block;
        let mut start = 0;
        let mut record = csv::StringRecord::new();
        for (at, line) in block.text().split('\n').enumerate() {
            let place = start..start + line.len();
            start = place.end + 1;
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() || at == 0 && own_header {
                continue;
            }
            record.clear();
            for cell in line.split(char::from(delimiter)) {
                record.push_field(cell);
            }
            self.row(&record, place);
        }
    }

    fn row(&mut self, record: &csv::StringRecord, place: Range<usize>) {
        let cell = |column: Option<usize>| column.and_then(|at| record.get(at)).unwrap_or_default();
        let (start, end) = (
            cell(self.columns.start).trim(),
            cell(self.columns.end).trim(),
        );
        let (label, text) = (cell(self.columns.label).trim(), cell(self.columns.text));
        if let Some(document) = self.columns.document.and_then(|at| record.get(at)) {
            self.draft.id = Cow::Owned(document.to_owned());
        }
        let nothing = [start, end, label, text].into_iter().all(str::is_empty);
        if nothing {
            // The document is there, and nothing is in it.
            return;
        }
        let pairs = if start.is_empty() && end.is_empty() {
            self.looked_for(label, text, &place)
        } else {
            self.written(start, end, &place)
        };
        let Some(pairs) = pairs else { return };
        self.draft.stretches.push(Stretch {
            pairs,
            quoted: (!text.is_empty()).then(|| Cow::Owned(text.to_owned())),
            at: place.clone().into(),
            quoted_at: place.into(),
            ..Stretch::new(label.to_owned(), 0, 0)
        });
    }

    /// The offsets of a row: a number in each cell, or several parted by semicolons.
    fn written(&mut self, start: &str, end: &str, place: &Range<usize>) -> Option<Pairs> {
        // Spreadsheets write 12.0 for 12.
        let number = |text: &str| text.trim().trim_end_matches(".0").parse::<i64>().ok();
        let all = |text: &str| text.split(';').map(number).collect::<Option<Vec<i64>>>();
        let pairs = match (all(start), all(end)) {
            (Some(starts), Some(ends)) if starts.len() == ends.len() => {
                let pairs = starts
                    .into_iter()
                    .zip(ends)
                    .map(|(start, end)| [start, end]);
                Some(Pairs::from(pairs.collect::<Vec<_>>()))
            }
            _ => None,
        };
        if pairs.is_none() {
            self.complain(place, "the offsets of this row cannot be read", |problem| {
                problem
                    .found(format!("start {start:?}, end {end:?}"))
                    .expected("a whole number in each, or as many in the one as in the other, parted by semicolons")
                    .mend("correct the row, or leave both empty so that its text is looked for")
            });
        }
        pairs
    }

    /// The next occurrence of a text that no earlier row of its label has taken.
    fn looked_for(&mut self, label: &str, text: &str, place: &Range<usize>) -> Option<Pairs> {
        let Some(article) = self.article else {
            let what = "this row has no offsets, and its article is not known";
            self.complain(place, what, |problem| {
                problem
                    .expected("start and end, or the article in which to look for the text")
                    .mend("name the folder of the articles with --articles")
            });
            return None;
        };
        let key = (label.to_owned(), text.to_owned());
        let from = self.taken.get(&key).copied().unwrap_or(0);
        let found = (!text.is_empty())
            .then(|| article[from..].find(text))
            .flatten();
        let Some(found) = found else {
            let what = if from > 0 {
                "this text stands in its article less often than in the table"
            } else {
                "this text does not stand in its article"
            };
            self.complain(place, what, |problem| {
                problem
                    .found(format!("{text:?}"))
                    .expected("words as the article has them, letter by letter")
                    .mend("correct the text, or give the row its offsets")
            });
            return None;
        };
        let start = from + found;
        self.taken.insert(key, start + text.len());
        let index = self.points.get_or_init(|| CodePoints::new(article));
        let points = |byte: usize| i64::try_from(index.of_byte(byte)).unwrap_or(i64::MAX);
        self.draft.unit = Some(Unit::CodePoint);
        Some(Pairs::One([points(start), points(start + text.len())]))
    }

    fn complain(
        &mut self,
        place: &Range<usize>,
        what: &str,
        with: impl FnOnce(Problem) -> Problem,
    ) {
        let (block, id) = (self.block, self.draft.id.clone());
        self.draft
            .complain(|| with(block.problem(place.clone(), format!("document {id}: {what}"))));
    }
}

#[cfg(test)]
mod tests {
    use super::unclosed;

    #[test]
    fn only_a_quotation_mark_at_the_beginning_of_a_cell_opens_it_until_a_single_one() {
        for (row, at) in [
            ("a,b", None),
            ("a,\"b\"", None),
            ("a,\"b\"\n", None),
            ("a,5\" pipe", None),
            ("a,\"b \"\"c\"\" d\"", None),
            ("a,\"b", Some(2)),
            ("\"", Some(0)),
            ("a,\"b \"\"", Some(2)),
            ("a,\"\"\"", Some(2)),
            ("\"a\nb\",\"c\n\nd", Some(6)),
            ("", None),
        ] {
            assert_eq!(unclosed(row.as_bytes(), b','), at, "{row:?}");
        }
    }
}
