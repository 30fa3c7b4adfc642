//! brat standoff: text-bounds with fragments, events, attributes, notes; entities and claims from one file.
//!
//! Offsets are code points, end exclusive. Text-bounds of type `Source`, `Cue`, `Content` belong to claims, triggers to their events; every other text-bound is an
//! entity mention. See <https://brat.nlplab.org/standoff.html>.

mod claims;
mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::claims::Draft;
use self::lines::{Line, Record};
use crate::annotation::{ALL_LABELS, Annotations, Gold, Label, Mention};
use crate::error::{Excerpt, Problem};
use crate::offset::CodePoints;
use crate::span::{Extent, Span, SpanError};

/// The type of the events that are claims.
const CLAIM_EVENT: &str = "Attribution";

/// The types of text-bounds that are parts of claims and never mentions.
const CLAIM_PARTS: [&str; 4] = ["Source", "Cue", "Content", CLAIM_EVENT];

/// What was read, and what a person should know about it though it is no error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standoff {
    /// The annotations.
    pub gold: Gold,
    /// Remarks: duplicated mentions and the like, each counted as it stands.
    pub warnings: Vec<Problem>,
}

/// Reads the standoff `source` of the article `text`; `path` is where it came from, for messages.
///
/// # Errors
/// Every problem of the file, in order of line: unreadable lines, offsets that leave the text or cut a character, quoted text that differs, duplicate ids,
/// references to nothing, claims without content.
pub fn read(path: &Path, source: &str, text: &str) -> Result<Standoff, Vec<Problem>> {
    let mut reader = Reader {
        path,
        source,
        text,
        points: CodePoints::new(text),
        ids: BTreeSet::new(),
        bounds: BTreeMap::new(),
        problems: Vec::new(),
        unscored: Vec::new(),
    };
    let (lines, faults) = lines::parse(source);
    for (range, what, expected) in faults {
        let problem = reader.problem(range, what).expected(expected);
        reader.complain(problem.mend("correct the line, or delete it"));
    }
    reader.check_ids(&lines);
    reader.ids = lines.iter().map(|line| line.id).collect();
    for line in &lines {
        reader.read_bound(line);
    }
    let standoff = reader.assemble(&lines);
    if reader.problems.is_empty() {
        Ok(standoff)
    } else {
        Err(reader.problems)
    }
}

/// A text-bound: its type, place and line.
struct Bound<'a> {
    kind: &'a str,
    extent: Option<Extent>,
}

struct Reader<'a> {
    path: &'a Path,
    source: &'a str,
    text: &'a str,
    points: CodePoints<'a>,
    ids: BTreeSet<&'a str>,
    bounds: BTreeMap<&'a str, Bound<'a>>,
    problems: Vec<Problem>,
    /// Remarks on roles that nothing is made of.
    unscored: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn problem(&self, range: std::ops::Range<usize>, what: impl Into<String>) -> Problem {
        Problem::new(what)
            .in_file(self.path)
            .at(Excerpt::of(self.source, range))
    }

    fn complain(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn check_ids(&mut self, lines: &[Line<'a>]) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for line in lines
            .iter()
            .filter(|line| !line.id.starts_with('#') && line.id != "*")
        {
            if let Some(first) = seen.insert(line.id, line.range.start) {
                let first = self.source[..first].matches('\n').count() + 1;
                let range = line.range.start..line.range.start + line.id.len();
                let problem = self
                    .problem(range, format!("the id {} is used twice", line.id))
                    .found(format!("{} again, first used in line {first}", line.id))
                    .expected("an id of its own for every line")
                    .mend("rename one of the two, and what refers to it");
                self.complain(problem);
            }
        }
    }

    /// Reads a text-bound and checks its offsets and quoted text against the article.
    fn read_bound(&mut self, line: &Line<'a>) {
        let Record::TextBound {
            kind,
            fragments,
            quoted,
        } = &line.record
        else {
            return;
        };
        let extent = match self.extent(line, fragments) {
            Ok(extent) => self.check_quoted(line, extent, quoted),
            Err(problem) => {
                self.complain(*problem);
                None
            }
        };
        self.bounds.insert(line.id, Bound { kind, extent });
    }

    fn extent(
        &self,
        line: &Line<'a>,
        fragments: &[(usize, usize)],
    ) -> Result<Extent, Box<Problem>> {
        let refuse = |error: SpanError, found: String| {
            let expected = match error {
                SpanError::Outside => format!(
                    "offsets up to {}, the length of the article in characters",
                    self.points.len()
                ),
                SpanError::Empty => "an end after the start".to_owned(),
                _ => "fragments that do not share characters".to_owned(),
            };
            let problem = self
                .problem(line.offsets.clone(), format!("{}: {error}", line.id))
                .found(found)
                .expected(expected)
                .mend("brat counts characters (code points) from 0, end exclusive; was the article edited after it was labelled?");
            Box::new(problem)
        };
        let mut spans = Vec::with_capacity(fragments.len());
        for &(start, end) in fragments {
            let bytes = self.points.to_byte(start).zip(self.points.to_byte(end));
            let span = match bytes {
                Some((start, end)) => Span::new(self.text, start, end),
                None if start >= end => Err(SpanError::Empty),
                None => Err(SpanError::Outside),
            };
            spans.push(span.map_err(|error| refuse(error, format!("{start} {end}")))?);
        }
        let shown = || {
            fragments
                .iter()
                .map(|(start, end)| format!("{start} {end}"))
                .collect::<Vec<_>>()
                .join(";")
        };
        Extent::new(spans).map_err(|error| refuse(error, shown()))
    }

    /// The extent, if the text quoted in the file is the text at its offsets. White space is compared loosely: tools write line ends in spans in several ways.
    fn check_quoted(&mut self, line: &Line<'a>, extent: Extent, quoted: &str) -> Option<Extent> {
        let covered = extent.text(self.text);
        if covered.trim().is_empty() {
            let problem = self
                .problem(
                    line.offsets.clone(),
                    format!("{}: nothing but white space is annotated", line.id),
                )
                .expected("at least one visible character")
                .mend("correct the offsets, or delete the line");
            self.complain(problem);
            return None;
        }
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<String>()
        };
        if covered == quoted || words(&covered) == words(quoted) {
            return Some(extent);
        }
        let mend = match self.text.find(quoted).filter(|_| !quoted.is_empty()) {
            Some(byte) => {
                let at = self.points.of_byte(byte);
                format!(
                    "{quoted:?} stands at {at} {}; correct the offsets, or restore the article that was labelled",
                    at + quoted.chars().count()
                )
            }
            None => "restore the article that was labelled, or label this again".to_owned(),
        };
        let problem = self
            .problem(
                line.quoted.clone(),
                format!(
                    "{}: the quoted text is not what the article has there",
                    line.id
                ),
            )
            .found(format!("{quoted:?}"))
            .expected(format!("{covered:?}"))
            .mend(mend);
        self.complain(problem);
        None
    }

    fn assemble(&mut self, lines: &[Line<'a>]) -> Standoff {
        let mut standoff = Standoff::default();
        let mut triggers: BTreeSet<&str> = BTreeSet::new();
        let mut drafts: Vec<Draft<'a>> = Vec::new();
        for line in lines {
            if let Record::Event {
                trigger, arguments, ..
            } = &line.record
            {
                let references = [("the trigger", *trigger)]
                    .into_iter()
                    .chain(arguments.iter().copied());
                self.check_references(line, references);
                triggers.insert(trigger);
                drafts.extend(self.claim(line));
            }
            if let Record::Relation { arguments, .. } = &line.record {
                self.check_references(line, arguments.iter().copied());
            }
        }
        self.read_attributes(lines, &mut drafts);
        self.link_parents(&mut drafts);
        let mentions = self.mentions(lines, &triggers, &mut standoff.warnings);
        standoff.warnings.append(&mut self.unscored);
        standoff.gold = Gold(Annotations {
            mentions,
            claims: drafts.into_iter().map(|draft| draft.claim).collect(),
        });
        standoff
    }

    /// Complains of arguments that name no line of the file.
    fn check_references(
        &mut self,
        line: &Line<'a>,
        references: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        for (role, target) in references {
            if !self.ids.contains(target) {
                let problem = self
                    .problem(
                        line.body.clone(),
                        format!("{}: {role} refers to nothing", line.id),
                    )
                    .found(target)
                    .expected("the id of a line of this file")
                    .mend(format!(
                        "add {target}, or take {role}:{target} out of {}",
                        line.id
                    ));
                self.complain(problem);
            }
        }
    }

    /// The text-bounds that are mentions: those that are neither parts of claims nor triggers of events.
    fn mentions(
        &mut self,
        lines: &[Line<'a>],
        triggers: &BTreeSet<&str>,
        warnings: &mut Vec<Problem>,
    ) -> Vec<Mention> {
        let mut mentions: Vec<Mention> = Vec::new();
        let mut refused: Vec<Problem> = Vec::new();
        let mut seen: BTreeMap<Mention, &str> = BTreeMap::new();
        for line in lines {
            let Some(bound) = self.bounds.get(line.id) else {
                continue;
            };
            if CLAIM_PARTS.contains(&bound.kind) || triggers.contains(line.id) {
                continue;
            }
            let Some(extent) = bound.extent.clone() else {
                continue;
            };
            if bound.kind == ALL_LABELS {
                let problem = self
                    .problem(
                        line.body.clone(),
                        format!("{}: {ALL_LABELS} is no label", line.id),
                    )
                    .expected(
                        "a label such as PERSON: the star stands for all labels in every report",
                    )
                    .mend("rename the label");
                refused.push(problem);
            }
            let mention = Mention {
                extent,
                label: Label::Owned(bound.kind.to_owned()),
            };
            if let Some(first) = seen.insert(mention.clone(), line.id) {
                let warning = self
                    .problem(
                        line.body.clone(),
                        format!("{}: the same mention as {first}", line.id),
                    )
                    .mend("delete one of the two; both are counted as gold");
                warnings.push(warning);
            }
            mentions.push(mention);
        }
        self.problems.append(&mut refused);
        mentions
    }
}
