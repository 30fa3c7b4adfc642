//! Parts tables into the rows of each document, and folders of re3d into a document with its rows.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::{Block, Piece, without_mark};
use crate::error::Problem;
use crate::formats::input;
use crate::formats::options::Limits;
use crate::formats::table::{Columns, delimiter};

/// The blocks of a table: each the rows that follow each other with one value of the column of documents, the header as their companion.
pub(super) fn parted(
    path: &Path,
    articles: Option<&Path>,
    limits: Limits,
) -> Result<Vec<Result<Block, Vec<Problem>>>, Problem> {
    let text = without_mark(input::read_whole(path, limits)?);
    let whole = Block::new(path, 1, text);
    let text = whole.text();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(unreadable(&whole, &error)),
    };
    let columns = Columns::of(&header);
    let Some(column) = columns.document else {
        // One file is one document; its reader says what else is missing.
        let mut block = whole;
        block.whole = true;
        block
            .companions
            .extend(article(path, articles, &block.stem(), limits)?);
        return Ok(vec![Ok(block)]);
    };
    // Where the rows of each document begin, and the line there.
    let mut begun: Vec<(String, usize, usize)> = Vec::new();
    loop {
        let at = reader.position().clone();
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => return Err(unreadable(&whole, &error)),
        }
        let at = record.position().cloned().unwrap_or(at);
        let document = record.get(column).unwrap_or_default();
        if begun.last().is_none_or(|(last, ..)| last != document) {
            let byte = usize::try_from(at.byte()).unwrap_or_default();
            let (before, line) = begun
                .last()
                .map_or((0, 1), |(_, byte, line)| (*byte, *line));
            // A quoted cell may hold line ends, so rows are no lines.
            let between = &text.as_bytes()[before..byte.clamp(before, text.len())];
            let line = line + memchr::memchr_iter(b'\n', between).count();
            begun.push((document.to_owned(), byte, line));
        }
    }
    let folder = path;
    let path: Arc<Path> = path.into();
    let end_of_header = begun.first().map_or(text.len(), |(_, byte, _)| *byte);
    let piece = |text: &str, line| Piece {
        path: Arc::clone(&path),
        line,
        text: text.trim_end_matches(['\n', '\r']).to_owned(),
    };
    let ends = begun.iter().skip(1).map(|(_, byte, _)| *byte);
    let ends: Vec<usize> = ends.chain([text.len()]).collect();
    let block = |(at, ((id, byte, line), end)): (usize, (&(String, usize, usize), usize))| {
        let header = piece(&text[..end_of_header], 1);
        let article = article(folder, articles, id, limits).map_err(|problem| vec![problem])?;
        let companions = [Some(header), article].into_iter().flatten().collect();
        Ok(Block::of(
            piece(&text[*byte..end], *line),
            at + 1,
            companions,
        ))
    };
    Ok(begun.iter().zip(ends).enumerate().map(block).collect())
}

/// The article of a document of a table, where it lies in the folder of articles or beside the table.
fn article(
    table: &Path,
    folder: Option<&Path>,
    id: &str,
    limits: Limits,
) -> Result<Option<Piece>, Problem> {
    let folder = folder.or_else(|| table.parent()).unwrap_or(Path::new(""));
    // An id may be a path to anywhere; only a name is looked for.
    if id.contains(['/', '\\']) || id.is_empty() {
        return Ok(None);
    }
    let named = folder.join(id);
    let path = if id.ends_with(".txt") {
        named
    } else {
        folder.join(format!("{id}.txt"))
    };
    if !path.is_file() {
        return Ok(None);
    }
    let text = input::read_whole(&path, limits)?;
    Ok(Some(Piece {
        path: path.as_path().into(),
        line: 1,
        text,
    }))
}

fn unreadable(block: &Block, error: &csv::Error) -> Problem {
    let at = error.position().map(|position| position.byte());
    let at = at.and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
    let at = at.min(block.text().len());
    block
        .problem(at..at, "this table cannot be read")
        .found(error.to_string())
        .expected("rows of cells, such as document,start,end,label,text")
        .mend("write it as UTF-8, with cells that hold the separator or a line end in quotation marks")
}

/// What names a document in a line of re3d.
#[derive(Deserialize)]
struct Named {
    #[serde(alias = "documentId")]
    _id: Option<String>,
}

/// What names the document that a row of re3d belongs to.
#[derive(Deserialize)]
struct Belongs {
    #[serde(rename = "documentId")]
    document: String,
}

/// The documents of a folder of re3d, each with the lines of its entities and relations as companions.
pub(super) fn of_folder(
    path: &Path,
    limits: Limits,
) -> Result<Vec<Result<Block, Vec<Problem>>>, Problem> {
    let mut rows: HashMap<String, Vec<Piece>> = HashMap::new();
    let mut blocks: Vec<Result<Block, Vec<Problem>>> = Vec::new();
    for name in ["entities.json", "relations.json"] {
        let file = path.join(name);
        if !file.is_file() {
            continue;
        }
        for piece in lines(&file, limits)? {
            match serde_json::from_str::<Belongs>(&piece.text) {
                Ok(row) => rows.entry(row.document).or_default().push(piece),
                Err(_) => {
                    let problem = Problem::new("this row belongs to no document")
                        .in_file(&file)
                        .at(piece.excerpt(0..piece.text.len()))
                        .expected("a JSON object with documentId");
                    blocks.push(Err(vec![problem.mend("correct the row, or delete it")]));
                }
            }
        }
    }
    let mut first_lost: Vec<Piece> = Vec::new();
    for (at, piece) in lines(&path.join("documents.json"), limits)?
        .into_iter()
        .enumerate()
    {
        let named: Option<Named> = serde_json::from_str(&piece.text).ok();
        let id = named.and_then(|named| named._id).unwrap_or_default();
        let own = rows.remove(&id).unwrap_or_default();
        blocks.push(Ok(Block::of(piece, at + 1, own)));
    }
    first_lost.extend(rows.into_values().flatten());
    first_lost.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    blocks.extend(first_lost.into_iter().map(|piece| {
        let problem = Problem::new("this row's document does not exist")
            .in_file(&piece.path)
            .at(piece.excerpt(0..piece.text.len()))
            .expected("a documentId that documents.json has as _id");
        Err(vec![problem.mend("add the document, or delete the row")])
    }));
    Ok(blocks)
}

fn lines(path: &Path, limits: Limits) -> Result<Vec<Piece>, Problem> {
    let text = without_mark(input::read_whole(path, limits)?);
    let path: Arc<Path> = path.into();
    let piece = |(at, line): (usize, &str)| Piece {
        path: Arc::clone(&path),
        line: at + 1,
        text: line.to_owned(),
    };
    let lines = text.lines().enumerate();
    Ok(lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(piece)
        .collect())
}
