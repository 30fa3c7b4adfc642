//! The lines of a standoff file: what each says, and where its parts lie, before anything is looked up.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use crate::formats::Pairs;

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

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record<'a> {
    /// `T1<TAB>TYPE s e[;s e]*<TAB>text`
    TextBound {
        kind: &'a str,
        pairs: Pairs,
        quoted: Cow<'a, str>,
    },
    /// `E1<TAB>TYPE:T1 ROLE:T2 ...`
    Event {
        kind: &'a str,
        trigger: &'a str,
        arguments: Vec<(&'a str, &'a str)>,
    },
    /// `R1<TAB>TYPE Arg1:T1 Arg2:T2`
    Relation {
        kind: &'a str,
        arguments: [(&'a str, &'a str); 2],
    },
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
    while start < source.len() {
        let end = memchr(b'\n', &source.as_bytes()[start..]).map_or(source.len(), |at| start + at);
        let range = start..start + source[start..end].trim_end_matches('\r').len();
        start = end + 1;
        let text = &source[range.clone()];
        if text.trim().is_empty() {
            continue;
        }
        if is_continuation(text) {
            match lines.last_mut().map(|line| &mut line.record) {
                Some(Record::TextBound { quoted, .. }) => {
                    let quoted = quoted.to_mut();
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
    let mut parts = body.split_whitespace();
    let kind = parts.next()?;
    let arguments = [
        parts.next()?.split_once(':')?,
        parts.next()?.split_once(':')?,
    ];
    parts
        .next()
        .is_none()
        .then_some(Record::Relation { kind, arguments })
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
    match pairs(offsets) {
        Some(pairs) if !kind.is_empty() => {
            line.record = Record::TextBound {
                kind,
                pairs,
                quoted: Cow::Borrowed(quoted),
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

/// `0 7` or `0 7;9 12`.
fn pairs(offsets: &str) -> Option<Pairs> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i64>().ok()).flatten()
    };
    let pair = |text: &str| {
        let (start, end) = text.trim().split_once(' ')?;
        Some([number(start)?, number(end)?])
    };
    if !offsets.contains(';') {
        return pair(offsets).map(Pairs::One);
    }
    let pairs: Option<Vec<_>> = offsets.split(';').map(pair).collect();
    pairs.map(Pairs::from)
}
