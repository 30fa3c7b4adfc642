//! Tables of mentions, CSV or TSV: a row each, with the document, where it lies, its label and its text; or with its text alone, which is then looked for.
//!
//! Columns are known by the words of the header. A row without offsets is the next occurrence of its text in the article that no earlier row of its label has
//! taken. Several fragments stand in one cell, parted by semicolons.

mod read;

use super::writing::Claims;
use super::{Format, Head, Holds, Layout, Losses, Output, Parted, Whole, Writer};
use crate::offset::{CodePoints, Unit};

/// The format.
pub static FORMAT: Format = Format {
    name: "table",
    title: "CSV or TSV",
    extensions: &["csv", "tsv"],
    unit: Unit::CodePoint,
    about_offsets: "offsets of tables count code points from 0, end exclusive, unless --offsets says otherwise",
    parted: Parted::ByRows,
    recognise,
    read: read::read,
    annotators: None,
    frames: false,
    writer: Writer {
        layout: Layout::OneFile {
            extension: "csv",
            begin: "document,start,end,label,text\n",
            between: "",
            end: "",
        },
        holds: Holds {
            claims: Claims::No,
            attributes: false,
            exact_text: false,
            edges: true,
            controls: true,
            label: |label| !label.trim().is_empty() && label.trim() == label,
            ..Holds::EVERYTHING
        },
        write,
    },
};

/// A header with a label, and a place or a text.
fn recognise(head: &Head<'_>) -> bool {
    let line = head.lines().next().unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(line))
        .has_headers(false)
        .from_reader(line.as_bytes());
    let mut header = csv::StringRecord::new();
    let read = reader.read_record(&mut header).unwrap_or(false);
    let columns = Columns::of(&header);
    let place = columns.start.is_some() && columns.end.is_some();
    read && columns.label.is_some()
        && (place || columns.text.is_some())
        && !line.starts_with(['{', '[', '#'])
}

/// The columns of a table that mean something, by the words of its header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) document: Option<usize>,
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
    pub(super) label: Option<usize>,
    pub(super) text: Option<usize>,
}

impl Columns {
    /// The columns of a header; the case of letters, spaces and underscores mean nothing.
    pub(super) fn of(header: &csv::StringRecord) -> Self {
        let plain = |cell: &str| cell.to_lowercase().replace([' ', '_', '-', '\u{feff}'], "");
        let cells: Vec<String> = header.iter().map(plain).collect();
        let find = |names: &[&str]| {
            let mut names = names.iter();
            names.find_map(|name| cells.iter().position(|cell| cell == name))
        };
        Self {
            document: find(&[
                "document", "documentid", "doc", "docid", "article", "file", "filename", "id",
            ]),
            start: find(&["start", "begin", "startoffset", "from", "startchar"]),
            end: find(&["end", "stop", "endoffset", "to", "endchar"]),
            label: find(&[
                "label", "type", "entity", "entitytype", "category", "class", "tag",
            ]),
            text: find(&[
                "text", "value", "surface", "mention", "span", "verbatim", "entitytext",
            ]),
        }
    }
}

/// What parts the cells of a table: of tab, semicolon and comma the one that its first line has most of.
pub(super) fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default().as_bytes();
    let count = |byte: u8| memchr::memchr_iter(byte, first).count();
    let candidates = [b'\t', b';', b','];
    let best = candidates.into_iter().rev().max_by_key(|byte| count(*byte));
    best.filter(|byte| count(*byte) > 0).unwrap_or(b',')
}

/// Writes the rows of a document; one without mentions is a row that says so.
fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (document, text) = (whole.document, whole.document.text());
    let points = CodePoints::new(text);
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut failed = false;
    for mention in &whole.annotations.mentions {
        let spans = mention.extent.spans().iter();
        let offsets = |of: fn(&crate::span::Span) -> usize| {
            let all = spans
                .clone()
                .map(|span| points.of_byte(of(span)).to_string());
            all.collect::<Vec<_>>().join(";")
        };
        let (start, end) = (offsets(|span| span.start()), offsets(|span| span.end()));
        // Letters that stand in for a text are no words of it.
        let covered = if document.is_stand_in() {
            Default::default()
        } else {
            mention.extent.text(text)
        };
        failed |= writer
            .write_record([document.id(), &start, &end, &mention.label, &covered])
            .is_err();
    }
    if whole.annotations.mentions.is_empty() {
        failed |= writer
            .write_record([document.id(), "", "", "", ""])
            .is_err();
    }
    let bytes = writer.into_inner().unwrap_or_default();
    if failed {
        losses.add("documents that a table cannot hold", document.id(), "");
    }
    // What was written came from strings.
    Output::one(String::from_utf8(bytes).unwrap_or_default())
}
