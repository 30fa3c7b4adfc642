//! Whole documents of CoNLL columns, read and written: their text is their tokens, joined by spaces and, between sentences, by line ends.

use std::borrow::Cow;
use std::fmt::Write;

use super::columns;
use super::rows::{Reader, Row};
use super::scheme::{Reading, TagColumn, Width};
use crate::error::Problem;
use crate::formats::writing::{Claims, sentences, tokens};
use crate::formats::{
    Block, Draft, Holds, Layout, Losses, Options, Output, Says, Stretch, Whole, Writer,
};
use crate::offset::Unit;

/// What begins a document.
const DOCUMENT: &str = "-DOCSTART-";

/// Reads a document. What its tags mean must be declared.
pub(super) fn read<'a>(
    block: &'a Block,
    options: &Options,
) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let Some(reading) = options.tags else {
        return Err(vec![super::undeclared(block.path())]);
    };
    let text = block.text();
    let mut reader = Reader {
        block,
        reading,
        width: width(block, options, reading),
        column: TagColumn::Last,
        problems: Vec::new(),
        more: 0,
        ragged: 0,
    };
    let mut draft = Draft {
        id: id(block),
        unit: Some(Unit::Byte),
        says: [Says::Yes, Says::No],
        ..Draft::default()
    };
    let mut article = String::with_capacity(text.len());
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut before = 0;
    let mut start = 0;
    while start < text.len() {
        let rest = &text.as_bytes()[start..];
        let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &text[start..end];
        match kind(line, reading) {
            Kind::Token => rows.extend(reader.row(line, start..end)),
            Kind::Comment => draft.pass_over("comments"),
            Kind::Break => {
                sentence(&mut reader, before, &mut rows, &mut article, &mut draft);
                before = reader.wrong();
            }
        }
        start = end + 1;
    }
    sentence(&mut reader, before, &mut rows, &mut article, &mut draft);
    if !reader.problems.is_empty() {
        return Err(reader.told());
    }
    if reader.ragged > 0 {
        let what = "lines with another number of columns than a token and its tag were read by their first and last";
        let remark = Problem::new(what).in_file(block.path());
        draft
            .remarks
            .push(remark.found(format!("{} lines", reader.ragged)));
    }
    draft.text = Some(Cow::Owned(article));
    Ok(Some(draft))
}

fn id(block: &Block) -> Cow<'static, str> {
    if block.number == 1 && !block.text().trim_start().starts_with(DOCUMENT) {
        return Cow::Owned(block.stem());
    }
    let first = block.text().lines().next().unwrap_or_default();
    // `-DOCSTART- (a.txt)` and `-DOCSTART- a` name their documents; the original corpora write only `-DOCSTART- -X- O O`.
    let name = first.trim_start_matches(DOCUMENT).trim();
    let named = !name.is_empty() && !name.starts_with('-') && !name.contains(' ') && name != "O";
    if named {
        return Cow::Owned(name.trim_matches(['(', ')']).to_owned());
    }
    Cow::Owned(format!("{}-{}", block.stem(), block.number))
}

/// How many columns the document has, by the first of its lines that is neither a marker nor a comment.
fn width(block: &Block, options: &Options, reading: Reading) -> Width {
    if options.ragged {
        return Width::Ragged;
    }
    let mut lines = block.text().lines();
    let first = lines.find(|line| {
        !line.trim().is_empty() && !line.starts_with(DOCUMENT) && !is_comment(line, reading)
    });
    Width::Exactly(columns(&Block::new("", 1, first.unwrap_or_default())))
}

/// Whether a line that begins with `#` is a comment: it is where its last cell is no tag, for `#` is also a token of tweets.
fn is_comment(line: &str, reading: Reading) -> bool {
    if !line.starts_with('#') {
        return false;
    }
    let last = super::cells(line).last().unwrap_or_default();
    let letter = last.split_once('-').and_then(|(letter, _)| {
        let mut letters = letter.chars();
        letters.next().filter(|_| letters.next().is_none())
    });
    let tag = last == "O" || letter.is_some_and(|letter| reading.scheme.place(letter).is_some());
    !tag || super::cells(line).count() < 2
}

/// What a line is.
enum Kind {
    Token,
    Comment,
    /// It parts sentences.
    Break,
}

/// What a line is; nearly all are tokens, which their first byte shows.
fn kind(line: &str, reading: Reading) -> Kind {
    match line.as_bytes().first() {
        Some(b'#') if is_comment(line, reading) => Kind::Comment,
        Some(b'-') if line.starts_with(DOCUMENT) => Kind::Break,
        Some(byte) if byte.is_ascii_graphic() => Kind::Token,
        _ if line.trim().is_empty() => Kind::Break,
        _ => Kind::Token,
    }
}

/// Adds the tokens and mentions of the rows of a sentence, and takes them away.
fn sentence<'a>(
    reader: &mut Reader<'a>,
    before: u64,
    rows: &mut Vec<Row<'a>>,
    article: &mut String,
    draft: &mut Draft<'a>,
) {
    if rows.is_empty() {
        return;
    }
    // Around a line that could not be read no sequence means anything.
    let tagged = reader.wrong() == before && rows.iter().any(|row| row.tag.is_some());
    let places = if tagged {
        reader.mentions(rows)
    } else {
        Vec::new()
    };
    if !article.is_empty() {
        article.push('\n');
    }
    let mut places = places.into_iter().peekable();
    let (mut begun, mut first) = (0, 0);
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            article.push(' ');
        }
        if places.peek().is_some_and(|(start, _)| *start == at) {
            (begun, first) = (article.len(), at);
        }
        article.push_str(row.token);
        if let Some((_, kind)) = rows[first].tag
            && places.next_if(|(_, end)| *end == at + 1).is_some()
        {
            let offset = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
            draft.stretches.push(Stretch {
                at: rows[first].range.clone().into(),
                ..Stretch::new(kind, offset(begun), offset(article.len()))
            });
        }
    }
    rows.clear();
}

pub(super) const WRITER: Writer = Writer {
    layout: Layout::one_file("conll"),
    holds: Holds {
        overlapping: false,
        repeated: false,
        discontinuous: false,
        unplaced: false,
        claims: Claims::No,
        attributes: false,
        exact_text: false,
        edges: false,
        controls: true,
        label: |label| !label.is_empty() && !label.contains(char::is_whitespace),
    },
    write,
};

/// Writes a document in IOB2, its id behind the marker of documents.
fn write(whole: &Whole<'_>, _: &mut Losses) -> Vec<Output> {
    let (text, annotations) = (whole.document.text(), whole.annotations);
    // An id with white space in it would be none.
    let id = whole.document.id().replace(char::is_whitespace, "_");
    let mut out = format!("{DOCUMENT} ({id})\n\n");
    let all = tokens(text, annotations);
    let mut mentions = annotations.mentions.iter().peekable();
    for sentence in sentences(text, &all, annotations) {
        for token in sentence {
            let past = |mention: &&&crate::annotation::Mention| mention.extent.end() <= token.start;
            while mentions.next_if(|mention| past(&mention)).is_some() {}
            let inside = mentions
                .peek()
                .filter(|mention| mention.extent.start() < token.end);
            let tag = match inside {
                None => "O".to_owned(),
                Some(mention) if mention.extent.start() >= token.start => {
                    format!("B-{}", mention.label)
                }
                Some(mention) => format!("I-{}", mention.label),
            };
            // White space parts columns, so none may stand in a token.
            let word: String = text[token.start..token.end]
                .chars()
                .map(|c| if c.is_whitespace() { '_' } else { c })
                .collect();
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{word}\t{tag}");
        }
        out.push('\n');
    }
    Output::one(out)
}
