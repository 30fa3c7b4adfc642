//! Reads goldspan JSON Lines: every line a document, checked against its text where there is one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

use crate::annotation::{ALL_LABELS, Annotations, Certainty, Claim, Label, Mention, Polarity};
use crate::error::{Excerpt, Problem, nearest};
use crate::offset::{CodePoints, Unit};
use crate::span::{Extent, Span, SpanError};

/// The documents of a file by id, and the file itself for messages.
#[derive(Debug)]
pub struct Records<'a> {
    path: &'a Path,
    source: &'a str,
    /// The documents.
    pub by_id: BTreeMap<String, Record<'a>>,
}

/// One document as it stands in its line: offsets are not yet looked up.
#[derive(Debug)]
pub struct Record<'a> {
    /// The text, where the line has it.
    pub text: Option<Cow<'a, str>>,
    /// Whether the line says something about entities.
    pub has_entities: bool,
    /// Whether the line says something about claims.
    pub has_claims: bool,
    wire: Wire<'a>,
    range: Range<usize>,
}

#[derive(Debug, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    offsets: Option<String>,
    entities: Option<Vec<EntityWire>>,
    claims: Option<Vec<ClaimWire>>,
}

#[derive(Debug, Deserialize)]
struct EntityWire {
    start: Option<i64>,
    end: Option<i64>,
    spans: Option<Vec<[i64; 2]>>,
    label: String,
}

#[derive(Debug, Deserialize)]
struct ClaimWire {
    content: Vec<[i64; 2]>,
    source: Option<Vec<[i64; 2]>>,
    cue: Option<Vec<[i64; 2]>>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    parent: Option<usize>,
}

/// Reads the file `source`, which lies at `path`. Blank lines are passed over; keys that mean nothing to goldspan too.
///
/// # Errors
/// Every line that is no JSON, lacks a key or has a value of the wrong type, and every id that stands twice.
pub fn read<'a>(path: &'a Path, source: &'a str) -> Result<Records<'a>, Vec<Problem>> {
    let mut records = Records {
        path,
        source,
        by_id: BTreeMap::new(),
    };
    // Another format altogether would only give one problem a line.
    let first = source.find(|c: char| !c.is_whitespace() && c != '\u{feff}');
    if let Some(at) = first.filter(|at| !source[*at..].starts_with('{')) {
        let problem = records.problem(at..at + 1, "this file is no JSON Lines");
        let problem = problem.expected("an object { ... } in each line");
        return Err(vec![
            problem.mend("for CoNLL columns declare their tags with --scheme"),
        ]);
    }
    let mut problems = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let from = start;
        start += line.len();
        let text = line.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        let from = from + (line.len() - line.trim_start_matches('\u{feff}').trim_start().len());
        match serde_json::from_str::<Wire<'a>>(text) {
            Ok(wire) => problems.extend(records.add(wire, from..from + text.len())),
            Err(error) => problems.push(records.unreadable(&error, from, text)),
        }
    }
    if problems.is_empty() {
        Ok(records)
    } else {
        Err(problems)
    }
}

impl<'a> Records<'a> {
    fn problem(&self, range: Range<usize>, what: impl Into<String>) -> Problem {
        Problem::new(what)
            .in_file(self.path)
            .at(Excerpt::of(self.source, range))
    }

    /// Keeps the document, or says that its id stands twice.
    fn add(&mut self, mut wire: Wire<'a>, range: Range<usize>) -> Option<Problem> {
        let id = wire.id.to_string();
        if let Some(first) = self.by_id.get(&id) {
            let line = self.source[..first.range.start].matches('\n').count() + 1;
            let problem = self.problem(range, "this document stands twice");
            let problem = problem.found(format!("{id:?}, which is also line {line}"));
            return Some(
                problem
                    .expected("one line for each document")
                    .mend("take one out"),
            );
        }
        let record = Record {
            text: wire.text.take(),
            has_entities: wire.entities.is_some(),
            has_claims: wire.claims.is_some(),
            wire,
            range,
        };
        self.by_id.insert(id, record);
        None
    }

    fn unreadable(&self, error: &serde_json::Error, from: usize, text: &str) -> Problem {
        // serde_json counts columns in bytes from 1.
        let at = from + error.column().saturating_sub(1).min(text.len());
        let full = error.to_string();
        let what = full
            .rsplit_once(" at line")
            .map_or(full.as_str(), |(what, _)| what);
        self.problem(at..at + 1, "this line cannot be read")
            .found(what)
            .expected("a JSON object with id, and entities or claims")
            .mend("each document is one line, such as {\"id\": \"a\", \"entities\": [{\"start\": 0, \"end\": 7, \"label\": \"PERSON\"}]}")
    }

    /// The annotations of a document of this file, whose text is `text`, with offsets in `unit` unless its line names another.
    ///
    /// # Errors
    /// Every annotation that does not fit the text, and every value that is not known.
    pub fn annotations(
        &self,
        record: &Record<'_>,
        text: &str,
        unit: Unit,
    ) -> Result<Annotations, Vec<Problem>> {
        let mut problems = Vec::new();
        let unit = match record
            .wire
            .offsets
            .as_deref()
            .map(|name| (name, Unit::from_name(name)))
        {
            None => unit,
            Some((_, Some(unit))) => unit,
            Some((name, None)) => {
                problems.push(self.unknown(
                    record,
                    "unit of offsets",
                    name,
                    &Unit::ALL.map(Unit::name),
                ));
                unit
            }
        };
        let resolver = Resolver {
            records: self,
            record,
            points: CodePoints::new(text),
            text,
            unit,
        };
        let mut annotations = Annotations::default();
        for (at, entity) in record.wire.entities.iter().flatten().enumerate() {
            match resolver.mention(at, entity) {
                Ok(mention) => annotations.mentions.push(mention),
                Err(problem) => problems.push(*problem),
            }
        }
        let claims: &[ClaimWire] = record.wire.claims.as_deref().unwrap_or_default();
        for (at, claim) in claims.iter().enumerate() {
            match resolver.claim(at, claim, claims.len()) {
                Ok(claim) => annotations.claims.push(claim),
                Err(problem) => problems.push(*problem),
            }
        }
        if problems.is_empty() {
            Ok(annotations)
        } else {
            Err(problems)
        }
    }

    fn unknown(
        &self,
        record: &Record<'_>,
        what: &str,
        found: &str,
        known: &[&'static str],
    ) -> Problem {
        let problem = self
            .problem(
                record.range.clone(),
                format!("there is no {what} of this name"),
            )
            .found(format!("{found:?}"))
            .expected(format!("one of {}", known.join(", ")));
        match nearest(found, known.iter().copied()) {
            Some(near) => problem.mend(format!("did you mean {near:?}?")),
            None => problem,
        }
    }

    /// The problem that the text of this document is not `gold`, the text that it was labelled in, if that is so: offsets into one mean nothing in the other.
    #[must_use]
    pub fn other_text(&self, record: &Record<'_>, gold: &str) -> Option<Problem> {
        let text = record.text.as_deref().filter(|text| *text != gold)?;
        let same = text
            .chars()
            .zip(gold.chars())
            .take_while(|(a, b)| a == b)
            .count();
        let around = |text: &str| -> String {
            text.chars()
                .skip(same.saturating_sub(10))
                .take(30)
                .collect()
        };
        let problem = self
            .problem(
                record.range.clone(),
                format!(
                    "document {}: its text is not that of the gold",
                    record.wire.id
                ),
            )
            .found(format!("{:?} around character {same}", around(text)))
            .expected(format!("{:?}", around(gold)));
        Some(problem.mend("predict on the text of the gold, or leave the text out where the offsets are those of the gold's text"))
    }

    /// The smallest text that holds every offset of a document without one: letters only, so that every offset is a character of its own.
    #[must_use]
    pub fn stand_in(record: &Record<'_>) -> usize {
        let wire = &record.wire;
        let entities = wire.entities.iter().flatten();
        let entities = entities.flat_map(|entity| {
            entity
                .end
                .into_iter()
                .chain(entity.spans.iter().flatten().map(|span| span[1]))
        });
        let claims = wire.claims.iter().flatten();
        let claims = claims.flat_map(|claim| {
            [
                Some(&claim.content),
                claim.source.as_ref(),
                claim.cue.as_ref(),
            ]
            .into_iter()
            .flatten()
            .flatten()
            .map(|span| span[1])
        });
        let last = entities.chain(claims).max().unwrap_or_default();
        usize::try_from(last).unwrap_or_default()
    }
}

/// Looks up the offsets of one document.
struct Resolver<'a> {
    records: &'a Records<'a>,
    record: &'a Record<'a>,
    points: CodePoints<'a>,
    text: &'a str,
    unit: Unit,
}

impl Resolver<'_> {
    fn problem(&self, what: String) -> Problem {
        let id = &self.record.wire.id;
        self.records
            .problem(self.record.range.clone(), format!("document {id}: {what}"))
    }

    fn mention(&self, at: usize, entity: &EntityWire) -> Result<Mention, Box<Problem>> {
        let name = format!("entity {at}");
        let spans = match (entity.start, entity.end, &entity.spans) {
            (Some(start), Some(end), None) => vec![[start, end]],
            (None, None, Some(spans)) => spans.clone(),
            _ => {
                let problem = self.problem(format!("{name} has no place"));
                return Err(Box::new(
                    problem.expected("start and end, or spans: [[start, end], ...]"),
                ));
            }
        };
        if entity.label == ALL_LABELS || entity.label.is_empty() {
            let problem = self.problem(format!("{name}: {:?} is no label", entity.label));
            return Err(Box::new(problem.expected(
                "a name such as PERSON: the star stands for all labels in every report",
            )));
        }
        Ok(Mention {
            extent: self.extent(&name, &spans)?,
            label: Label::Owned(entity.label.clone()),
        })
    }

    fn claim(&self, at: usize, claim: &ClaimWire, claims: usize) -> Result<Claim, Box<Problem>> {
        let role = |name: &str, spans: &Option<Vec<[i64; 2]>>| {
            let spans = spans.as_ref().filter(|spans| !spans.is_empty());
            spans
                .map(|spans| self.extent(&format!("claim {at}, {name}"), spans))
                .transpose()
        };
        let mut read = Claim::new(self.extent(&format!("claim {at}, content"), &claim.content)?);
        read.source = role("source", &claim.source)?;
        read.cue = role("cue", &claim.cue)?;
        for (key, value) in &claim.attributes {
            let unknown = |known: &[&'static str]| {
                Box::new(self.records.unknown(self.record, key, value, known))
            };
            match (key.as_str(), value.as_str()) {
                ("polarity", "affirmed") => read.polarity = Some(Polarity::Affirmed),
                ("polarity", "denied") => read.polarity = Some(Polarity::Denied),
                ("certainty", "certain") => read.certainty = Some(Certainty::Certain),
                ("certainty", "hedged") => read.certainty = Some(Certainty::Hedged),
                ("polarity", _) => return Err(unknown(&["affirmed", "denied"])),
                ("certainty", _) => return Err(unknown(&["certain", "hedged"])),
                // Attributes of other schemas mean nothing to the scores.
                _ => {}
            }
        }
        if let Some(parent) = claim
            .parent
            .filter(|parent| *parent >= claims || *parent == at)
        {
            let problem = self.problem(format!("claim {at}: its parent is no other claim"));
            return Err(Box::new(
                problem
                    .found(parent.to_string())
                    .expected(format!("the index of another of the {claims} claims")),
            ));
        }
        read.parent = claim.parent;
        Ok(read)
    }

    fn extent(&self, name: &str, spans: &[[i64; 2]]) -> Result<Extent, Box<Problem>> {
        let refuse = |error: SpanError, found: String| {
            let expected = match error {
                SpanError::Empty | SpanError::NoSpan => "a start and a later end".to_owned(),
                SpanError::Overlapping => "spans that do not share characters".to_owned(),
                _ => format!(
                    "offsets within the text, counted in {} from 0",
                    self.unit.name()
                ),
            };
            let problem = self
                .problem(format!("{name}: {error}"))
                .found(found)
                .expected(expected);
            Box::new(problem.mend("if the offsets count something else, say so: \"offsets\": \"utf16\" or \"byte\" in the line, or --offsets"))
        };
        let byte = |at: i64| {
            usize::try_from(at)
                .ok()
                .and_then(|at| self.points.byte_of(at, self.unit))
        };
        let mut found = Vec::with_capacity(spans.len());
        for &[start, end] in spans {
            let span = match (byte(start), byte(end)) {
                _ if start >= end => Err(SpanError::Empty),
                (Some(start), Some(end)) => Span::new(self.text, start, end),
                // Within the text in bytes, though no boundary: a character is cut.
                _ if usize::try_from(end).is_ok_and(|end| end < self.text.len())
                    && start >= 0
                    && self.unit != Unit::CodePoint =>
                {
                    Err(SpanError::InsideCharacter)
                }
                _ => Err(SpanError::Outside),
            };
            found.push(span.map_err(|error| refuse(error, format!("[{start}, {end}]")))?);
        }
        let extent = Extent::new(found).map_err(|error| refuse(error, format!("{spans:?}")))?;
        if extent.text(self.text).trim().is_empty() {
            let problem = self.problem(format!("{name}: nothing but white space is annotated"));
            return Err(Box::new(problem.expected("at least one visible character")));
        }
        Ok(extent)
    }
}
