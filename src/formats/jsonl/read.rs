//! Reads goldspan JSON Lines: every line a document, checked against its text where there is one.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::annotation::{
    ALL_LABELS, Annotations, Certainty, Claim, Content, Label, Mention, Polarity, Task,
};
use crate::error::{Problem, nearest};
use crate::formats::Block;
use crate::offset::{CodePoints, Unit};
use crate::span::{Extent, Span, SpanError};

/// How many problems of one line are told one by one; a line may hold millions of annotations.
const MOST_PROBLEMS: usize = 100;

/// A document without text is not believed to be longer than this: an offset beyond is a mistake, and memory is finite.
const MOST_CHARACTERS: usize = 1 << 26;

/// One document as it stands in its line: offsets are not yet looked up.
#[derive(Debug)]
pub struct Record<'a> {
    path: &'a Path,
    block: &'a Block,
    wire: Wire<'a>,
}

#[derive(Debug, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    text: Option<String>,
    offsets: Option<String>,
    error: Option<serde_json::Value>,
    #[serde(borrow)]
    entities: Option<Vec<EntityWire<'a>>>,
    claims: Option<Vec<ClaimWire>>,
}

#[derive(Debug, Deserialize)]
struct EntityWire<'a> {
    start: Option<i64>,
    end: Option<i64>,
    spans: Option<Vec<[i64; 2]>>,
    #[serde(borrow)]
    label: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct ClaimWire {
    content: ContentWire,
    source: Option<Vec<[i64; 2]>>,
    cue: Option<Vec<[i64; 2]>>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    parent: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "content is either spans, such as [[20, 41]], or words of its own in quotation marks"
)]
enum ContentWire {
    Spans(Vec<[i64; 2]>),
    Words(Box<str>),
}

/// Reads one line of the file at `path`. Keys that mean nothing to goldspan are passed over.
///
/// # Errors
/// Where the line is no JSON, lacks a key or has a value of the wrong type.
pub fn record<'a>(path: &'a Path, block: &'a Block) -> Result<Record<'a>, Problem> {
    // An array of the right values would pass for an object.
    if !block.text.trim_start().starts_with('{') {
        return Err(Problem::new("this line is no JSON object")
            .in_file(path)
            .at(block.excerpt(0..1))
            .expected("an object { ... } with id, and entities or claims"));
    }
    match serde_json::from_str(&block.text) {
        Ok(wire) => Ok(Record { path, block, wire }),
        Err(error) => Err(unreadable(path, block, &error)),
    }
}

/// Whether the first line of a file looks like JSON Lines: of another format altogether every line would be a problem.
///
/// # Errors
/// The problem that it does not.
pub fn recognise(path: &Path, first: &Block) -> Result<(), Problem> {
    if first.text.trim_start().starts_with('{') {
        return Ok(());
    }
    let mend = if first.text.trim_start().starts_with('[') {
        "a JSON array is no JSON Lines: jq -c '.[]' OLD > NEW makes them"
    } else {
        "for CoNLL columns declare their tags with --scheme"
    };
    Err(Problem::new("this file is no JSON Lines")
        .in_file(path)
        .at(first.excerpt(0..1))
        .expected("an object { ... } in each line")
        .mend(mend))
}

fn unreadable(path: &Path, block: &Block, error: &serde_json::Error) -> Problem {
    // serde_json counts columns in bytes from 1.
    let at = error.column().saturating_sub(1).min(block.text.len());
    let full = error.to_string();
    let what = full
        .rsplit_once(" at line")
        .map_or(full.as_str(), |(what, _)| what);
    Problem::new("this line cannot be read")
        .in_file(path)
        .at(block.excerpt(at..at + 1))
        .found(what)
        .expected("a JSON object with id, and entities or claims")
        .mend("each document is one line, such as {\"id\": \"a\", \"entities\": [{\"start\": 0, \"end\": 7, \"label\": \"PERSON\"}]}")
}

impl<'a> Record<'a> {
    /// The document's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.wire.id
    }

    /// The text, where the line has it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.wire.text.as_deref()
    }

    /// Why nothing was predicted for this document, where the line says that the extractor failed on it, or says nothing at all.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        match &self.wire.error {
            Some(serde_json::Value::String(error)) => Some(error.clone()),
            Some(serde_json::Value::Null) | None => {
                let silent = !Task::ALL.iter().any(|task| self.says(*task));
                silent.then(|| {
                    format!(
                        "its line has neither entities nor claims{}",
                        self.nearest_key()
                    )
                })
            }
            Some(error) => Some(error.to_string()),
        }
    }

    /// `; did you mean "entities" by "entites"?` where a key of the line is near one that means something.
    fn nearest_key(&self) -> String {
        let keys: BTreeMap<String, serde::de::IgnoredAny> =
            serde_json::from_str(&self.block.text).unwrap_or_default();
        let near = keys.keys().find_map(|key| {
            let known = ["entities", "claims"];
            nearest(key, known).map(|known| format!("; did you mean {known:?} by {key:?}?"))
        });
        near.unwrap_or_default()
    }

    /// What the offsets of the line count, where it says so.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        self.wire.offsets.as_deref().and_then(Unit::from_name)
    }

    /// Whether the contents of claims are words of their own: some of them, and some of them not.
    #[must_use]
    pub fn contents(&self) -> (bool, bool) {
        let contents = || {
            self.wire
                .claims
                .iter()
                .flatten()
                .map(|claim| &claim.content)
        };
        (
            contents().any(|content| matches!(content, ContentWire::Words(_))),
            contents().any(|content| matches!(content, ContentWire::Spans(_))),
        )
    }

    /// The number of the line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.block.line
    }

    /// Whether the line says something about this task.
    #[must_use]
    pub const fn says(&self, task: Task) -> bool {
        match task {
            Task::Entities => self.wire.entities.is_some(),
            Task::Claims => self.wire.claims.is_some(),
        }
    }

    /// A problem of this document.
    #[must_use]
    pub fn problem(&self, what: impl Into<String>) -> Problem {
        let end = self.block.text.len();
        Problem::new(what)
            .in_file(self.path)
            .at(self.block.excerpt(0..end))
    }

    /// The annotations of the document, whose text is `text`, with offsets in `unit` unless its line names another.
    ///
    /// # Errors
    /// Every annotation that does not fit the text, and every value that is not known.
    pub fn annotations(&self, text: &str, unit: Unit) -> Result<Annotations, Vec<Problem>> {
        let mut problems = Vec::new();
        let unit = match self
            .wire
            .offsets
            .as_deref()
            .map(|name| (name, Unit::from_name(name)))
        {
            None => unit,
            Some((_, Some(unit))) => unit,
            Some((name, None)) => {
                problems.push(self.unknown("unit of offsets", name, &Unit::ALL.map(Unit::name)));
                unit
            }
        };
        let mut resolver = Resolver {
            record: self,
            item: (Task::Entities, 0),
            full: false,
            written: OnceCell::new(),
            points: CodePoints::new(text),
            text,
            unit,
        };
        let mut annotations = Annotations::default();
        let mut more = 0_usize;
        for (at, entity) in self.wire.entities.iter().flatten().enumerate() {
            resolver.item = (Task::Entities, at);
            resolver.full = problems.len() >= MOST_PROBLEMS;
            match resolver.mention(at, entity) {
                Ok(mention) => annotations.mentions.push(mention),
                Err(_) if resolver.full => more += 1,
                Err(problem) => problems.push(*problem),
            }
        }
        let claims: &[ClaimWire] = self.wire.claims.as_deref().unwrap_or_default();
        for (at, claim) in claims.iter().enumerate() {
            resolver.item = (Task::Claims, at);
            resolver.full = problems.len() >= MOST_PROBLEMS;
            match resolver.claim(at, claim, claims.len()) {
                Ok(claim) => annotations.claims.push(claim),
                Err(_) if resolver.full => more += 1,
                Err(problem) => problems.push(*problem),
            }
        }
        if more > 0 {
            let what = format!(
                "document {}: more of its annotations do not fit: {more}",
                self.id()
            );
            problems.push(self.problem(what));
        }
        problems.extend(self.circle(&annotations.claims));
        if problems.is_empty() {
            Ok(annotations)
        } else {
            Err(problems)
        }
    }

    /// The problem that some claim is its own parent, by way of others.
    fn circle(&self, claims: &[Claim]) -> Option<Problem> {
        let parent = |at: usize| claims.get(at).and_then(|claim| claim.parent);
        let within_itself = (0..claims.len()).find(|&first| {
            let above = std::iter::successors(parent(first), |at| parent(*at));
            above.take(claims.len()).any(|at| at == first)
        })?;
        let problem = self.problem(format!(
            "document {}: claim {within_itself} lies in itself",
            self.id()
        ));
        Some(
            problem
                .expected("parents that end at a claim without one")
                .mend("take one of the parents out"),
        )
    }

    fn unknown(&self, what: &str, found: &str, known: &[&'static str]) -> Problem {
        let problem = self
            .problem(format!("there is no {what} of this name"))
            .found(format!("{found:?}"))
            .expected(format!("one of {}", known.join(", ")));
        match nearest(found, known.iter().copied()) {
            Some(near) => problem.mend(format!("did you mean {near:?}?")),
            None => problem,
        }
    }

    /// The problem that the text of this document is not `gold`, the text that it was labelled in, if that is so: offsets into one mean nothing in the other.
    #[must_use]
    pub fn other_text(&self, gold: &str) -> Option<Problem> {
        let text = self.text().filter(|text| *text != gold)?;
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
            .problem(format!(
                "document {}: its text is not that of the gold",
                self.id()
            ))
            .found(format!("{:?} around character {same}", around(text)))
            .expected(format!("{:?}", around(gold)));
        Some(problem.mend("predict on the text of the gold, or leave the text out where the offsets are those of the gold's text"))
    }

    /// How many characters the smallest text has that holds every offset of a document without one, up to 67,108,864.
    #[must_use]
    pub fn stand_in(&self) -> usize {
        let wire = &self.wire;
        let entities = wire.entities.iter().flatten();
        let entities = entities.flat_map(|entity| {
            entity
                .end
                .into_iter()
                .chain(entity.spans.iter().flatten().map(|span| span[1]))
        });
        let claims = wire.claims.iter().flatten();
        let claims = claims.flat_map(|claim| {
            let content = match &claim.content {
                ContentWire::Spans(spans) => Some(spans),
                ContentWire::Words(_) => None,
            };
            [content, claim.source.as_ref(), claim.cue.as_ref()]
                .into_iter()
                .flatten()
                .flatten()
                .map(|span| span[1])
        });
        let last = entities.chain(claims).max().unwrap_or_default();
        usize::try_from(last)
            .unwrap_or_default()
            .min(MOST_CHARACTERS)
    }
}

/// Looks up the offsets of one document.
struct Resolver<'a> {
    record: &'a Record<'a>,
    /// The entity or claim that is looked at.
    item: (Task, usize),
    /// Whether enough problems were told: the others need no place.
    full: bool,
    /// The items of the line as they are written, read again at the first problem.
    written: OnceCell<Written<'a>>,
    points: CodePoints<'a>,
    text: &'a str,
    unit: Unit,
}

/// The entities and claims of a line as they are written.
#[derive(Debug, Default, Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    entities: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    claims: Option<Vec<&'a RawValue>>,
}

impl Resolver<'_> {
    /// The bytes of the item in its line.
    fn range(&self) -> Range<usize> {
        let line = &self.record.block.text;
        let read = || serde_json::from_str(line).unwrap_or_default();
        let written = self.written.get_or_init(read);
        let (task, at) = self.item;
        let items = match task {
            Task::Entities => &written.entities,
            Task::Claims => &written.claims,
        };
        let item = items.as_ref().and_then(|items| items.get(at));
        let item = item.map(|item| item.get());
        item.map_or(0..line.len(), |item| {
            // The item is a slice of the line.
            let start = item.as_ptr() as usize - line.as_ptr() as usize;
            start..start + item.len()
        })
    }

    fn problem(&self, what: String) -> Problem {
        if self.full {
            return Problem::new(what);
        }
        self.record
            .problem(format!("document {}: {what}", self.record.id()))
            .at(self.record.block.excerpt(self.range()))
    }

    fn mention(&self, at: usize, entity: &EntityWire<'_>) -> Result<Mention, Box<Problem>> {
        let name = || format!("entity {at}");
        let one;
        let spans: &[[i64; 2]] = match (entity.start, entity.end, &entity.spans) {
            (Some(start), Some(end), None) => {
                one = [[start, end]];
                &one
            }
            (None, None, Some(spans)) => spans,
            _ => {
                let problem = self.problem(format!("{} has no place", name()));
                return Err(Box::new(
                    problem.expected("start and end, or spans: [[start, end], ...]"),
                ));
            }
        };
        if entity.label == ALL_LABELS || entity.label.is_empty() {
            let problem = self.problem(format!("{}: {:?} is no label", name(), entity.label));
            return Err(Box::new(problem.expected(
                "a name such as PERSON: the star stands for all labels in every report",
            )));
        }
        Ok(Mention {
            extent: self.extent(&name, spans)?,
            label: Label::Owned(entity.label.clone().into_owned()),
        })
    }

    fn claim(&self, at: usize, claim: &ClaimWire, claims: usize) -> Result<Claim, Box<Problem>> {
        let role = |name: &str, spans: &Option<Vec<[i64; 2]>>| {
            let spans = spans.as_ref().filter(|spans| !spans.is_empty());
            spans
                .map(|spans| self.extent(&|| format!("claim {at}, {name}"), spans))
                .transpose()
        };
        let mut read = Claim::new(self.content(at, &claim.content)?);
        read.source = role("source", &claim.source)?;
        read.cue = role("cue", &claim.cue)?;
        for (key, value) in &claim.attributes {
            let unknown = |known: &[&'static str]| {
                Box::new(
                    self.record
                        .unknown(key, value, known)
                        .at(self.record.block.excerpt(self.range())),
                )
            };
            match (key.as_str(), value.as_str()) {
                ("polarity", "affirmed") => read.polarity = Some(Polarity::Affirmed),
                ("polarity", "denied") => read.polarity = Some(Polarity::Denied),
                ("certainty", "certain") => read.certainty = Some(Certainty::Certain),
                ("certainty", "hedged") => read.certainty = Some(Certainty::Hedged),
                ("polarity", _) => return Err(unknown(&["affirmed", "denied"])),
                ("certainty", _) => return Err(unknown(&["certain", "hedged"])),
                ("type", kind) => read.kind = Some(Label::Owned(kind.to_owned())),
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

    fn content(&self, at: usize, content: &ContentWire) -> Result<Content, Box<Problem>> {
        match content {
            ContentWire::Spans(spans) => {
                let extent = self.extent(&|| format!("claim {at}, content"), spans);
                extent.map(Content::Spans)
            }
            ContentWire::Words(words) if words.trim().is_empty() => {
                let problem = self.problem(format!("claim {at}: its content is no words"));
                Err(Box::new(problem.expected("at least one visible character")))
            }
            ContentWire::Words(words) => Ok(Content::Text(words.clone())),
        }
    }

    fn extent(
        &self,
        name: &dyn Fn() -> String,
        spans: &[[i64; 2]],
    ) -> Result<Extent, Box<Problem>> {
        let refuse = |error: SpanError, found: String| {
            let expected = match error {
                SpanError::Empty | SpanError::NoSpan => "a start and a later end".to_owned(),
                SpanError::Overlapping => "spans that do not share characters".to_owned(),
                SpanError::Outside if self.text.len() == MOST_CHARACTERS => {
                    format!("offsets of at most {MOST_CHARACTERS} where no text is given")
                }
                _ => format!(
                    "offsets within the text, counted in {} from 0",
                    self.unit.name()
                ),
            };
            let problem = self
                .problem(format!("{}: {error}", name()))
                .found(found)
                .expected(expected);
            Box::new(match error {
                SpanError::Outside | SpanError::InsideCharacter => problem.mend("if the offsets count something else, say so: \"offsets\": \"utf16\" or \"byte\" in the line, or --offsets"),
                _ => problem,
            })
        };
        let byte = |at: i64| {
            usize::try_from(at)
                .ok()
                .and_then(|at| self.points.byte_of(at, self.unit))
        };
        let lookup = |&[start, end]: &[i64; 2]| {
            let span = match (byte(start), byte(end)) {
                _ if start >= end => Err(SpanError::Empty),
                (Some(start), Some(end)) => Span::new(self.text, start, end),
                // Within the text, though no boundary: a character is cut.
                _ if start >= 0
                    && usize::try_from(end).is_ok_and(|end| end <= self.points.end(self.unit)) =>
                {
                    Err(SpanError::InsideCharacter)
                }
                _ => Err(SpanError::Outside),
            };
            span.map_err(|error| refuse(error, format!("[{start}, {end}]")))
        };
        // Nearly every extent is one span, which needs no list.
        let extent = match spans {
            [one] => Extent::from(lookup(one)?),
            _ => {
                let found = spans.iter().map(lookup).collect::<Result<_, _>>()?;
                Extent::new(found).map_err(|error| refuse(error, format!("{spans:?}")))?
            }
        };
        let blank = |span: &Span| span.of(self.text).trim().is_empty();
        if extent.spans().iter().all(blank) {
            let problem = self.problem(format!("{}: nothing but white space is annotated", name()));
            return Err(Box::new(problem.expected("at least one visible character")));
        }
        Ok(extent)
    }
}
