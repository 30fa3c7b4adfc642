//! The lines of a standoff file: what each says, and where its parts lie, before anything is looked up.

use std::ops::Range;

/// One annotation line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// `T1`, `E2`, `A3`, ...
    pub(super) id: &'a str,
    /// What it says.
    pub(super) record: Record<'a>,
    /// The bytes of the whole line.
    pub(super) range: Range<usize>,
    /// The bytes of the part after the id.
    pub(super) body: Range<usize>,
    /// The bytes of a text-bound's offsets; elsewhere empty.
    pub(super) offsets: Range<usize>,
    /// The bytes of a text-bound's quoted text; elsewhere empty.
    pub(super) quoted: Range<usize>,
}

impl Line<'_> {
    /// Whether the line is an event of this type.
    pub(super) fn is_event(&self, wanted: &str) -> bool {
        matches!(&self.record, Record::Event { kind, .. } if *kind == wanted)
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record<'a> {
    /// `T1<TAB>TYPE s e[;s e]*<TAB>text`
    TextBound {
        kind: &'a str,
        fragments: Vec<(usize, usize)>,
        quoted: String,
    },
    /// `E1<TAB>TYPE:T1 ROLE:T2 ...`
    Event {
        kind: &'a str,
        trigger: &'a str,
        arguments: Vec<(&'a str, &'a str)>,
    },
    /// `R1<TAB>TYPE Arg1:T1 Arg2:T2`
    Relation { arguments: Vec<(&'a str, &'a str)> },
    /// `A1<TAB>NAME target [value]`
    Attribute {
        name: &'a str,
        target: &'a str,
        value: &'a str,
    },
    /// Notes, normalisations and equivalences, which say nothing about spans.
    Other,
}

/// What is wrong with a line: where, what, and what was expected.
pub(super) type Fault = (Range<usize>, String, &'static str);

/// The lines of a file, and what is wrong with those that cannot be read; such a line keeps its id and says nothing.
pub(super) fn parse(source: &str) -> (Vec<Line<'_>>, Vec<Fault>) {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut faults = Vec::new();
    let mut start = 0;
    for raw in source.split_inclusive('\n') {
        // A byte order mark before the first id is an editor's, not the annotator's.
        let mark = if start == 0 && raw.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let range = start + mark..start + raw.trim_end_matches(['\n', '\r']).len();
        start += raw.len();
        let text = &source[range.clone()];
        if text.trim().is_empty() {
            continue;
        }
        if is_continuation(text) {
            match lines.last_mut().map(|line| &mut line.record) {
                Some(Record::TextBound { quoted, .. }) => {
                    quoted.push(' ');
                    quoted.push_str(text);
                }
                _ => faults.push((
                    range,
                    "this is no annotation line".to_owned(),
                    "an id such as T1, a tab, and what it says",
                )),
            }
            continue;
        }
        let (line, fault) = line(source, range);
        lines.push(line);
        faults.extend(fault);
    }
    (lines, faults)
}

/// Whether a line does not begin with an id: the rest of a quoted text that holds a line end.
fn is_continuation(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let note = first.starts_with(['#', '*']);
    // An id that stands before no tab is a broken line, not more of the text above.
    !note && !is_id(first)
}

/// Whether the word is an id: a letter for the kind, then digits, then whatever suffix an annotator has.
fn is_id(word: &str) -> bool {
    let mut chars = word.chars();
    let kind = chars
        .next()
        .is_some_and(|c| matches!(c, 'T' | 'E' | 'R' | 'A' | 'M' | 'N'));
    kind && chars.next().is_some_and(|c| c.is_ascii_digit())
}

fn line(source: &str, range: Range<usize>) -> (Line<'_>, Option<Fault>) {
    let text = &source[range.clone()];
    let (id, body) = text
        .split_once('\t')
        .unwrap_or_else(|| (text.split(' ').next().unwrap_or(text), ""));
    let tabbed = text.contains('\t') && !id.contains(' ');
    let mut line = Line {
        id,
        record: Record::Other,
        body: range.end - body.len()..range.end,
        offsets: 0..0,
        quoted: 0..0,
        range,
    };
    if !tabbed && !id.starts_with(['#', '*']) {
        let fault = (
            line.range.clone(),
            format!(
                "{}: no tab after the id",
                &id[..id.find(' ').unwrap_or(id.len())]
            ),
            "an id, a tab, and what it says",
        );
        return (line, Some(fault));
    }
    let (record, what, expected) = match id.as_bytes().first() {
        Some(b'T') => return text_bound(line, body),
        Some(b'E') => (
            event(body),
            "this event cannot be read",
            "TYPE:TRIGGER ROLE:ID ..., such as Attribution:T2 Source:T1 Content:T3",
        ),
        Some(b'R') => (
            relation(body),
            "this relation cannot be read",
            "TYPE Arg1:ID Arg2:ID",
        ),
        Some(b'A' | b'M') => (
            attribute(body),
            "this attribute cannot be read",
            "NAME ID or NAME ID VALUE, such as Polarity E1 denied",
        ),
        _ => (Some(Record::Other), "", ""),
    };
    match record {
        Some(record) => {
            line.record = record;
            (line, None)
        }
        None => {
            let fault = (line.body.clone(), format!("{id}: {what}"), expected);
            (line, Some(fault))
        }
    }
}

fn event(body: &str) -> Option<Record<'_>> {
    let mut parts = body.split_whitespace().map(|part| part.split_once(':'));
    let (kind, trigger) = parts.next()??;
    let arguments = parts.collect::<Option<Vec<_>>>()?;
    Some(Record::Event {
        kind,
        trigger,
        arguments,
    })
}

fn relation(body: &str) -> Option<Record<'_>> {
    let parts = body.split_whitespace().skip(1);
    let arguments = parts
        .map(|part| part.split_once(':'))
        .collect::<Option<Vec<_>>>()?;
    (arguments.len() == 2).then_some(Record::Relation { arguments })
}

fn attribute(body: &str) -> Option<Record<'_>> {
    let mut parts = body.split_whitespace();
    let (name, target) = (parts.next()?, parts.next()?);
    let value = parts.next().unwrap_or("");
    parts.next().is_none().then_some(Record::Attribute {
        name,
        target,
        value,
    })
}

fn text_bound<'a>(mut line: Line<'a>, body: &'a str) -> (Line<'a>, Option<Fault>) {
    let (place, quoted) = body.split_once('\t').unwrap_or((body, ""));
    let (kind, offsets) = place.split_once(' ').unwrap_or((place, ""));
    let place_end = line.body.start + place.len();
    line.offsets = place_end - offsets.len()..place_end;
    line.quoted = line.body.end - quoted.len()..line.body.end;
    let fragment = |text: &str| {
        let (start, end) = text.trim().split_once(' ')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    };
    let fragments: Option<Vec<(usize, usize)>> = offsets.split(';').map(fragment).collect();
    match fragments {
        Some(fragments) if !kind.is_empty() => {
            line.record = Record::TextBound {
                kind,
                fragments,
                quoted: quoted.to_owned(),
            };
            (line, None)
        }
        _ => {
            let fault = (
                line.offsets.clone(),
                format!("{}: these offsets cannot be read", line.id),
                "TYPE START END, a tab, and the text, such as PERSON 0 7<TAB>Ana Kos",
            );
            (line, Some(fault))
        }
    }
}
