//! Claims from the events of a standoff file: their roles, attributes and parents.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::lines::{Line, Record};
use super::{CLAIM_EVENT, Reader};
use crate::annotation::{Certainty, Claim, Label, Polarity};
use crate::error::{Problem, nearest};
use crate::span::{Extent, Span, SpanError};

/// The roles of a claim that are read.
const SCORED_ROLES: [&str; 3] = ["Content", "Source", "Cue"];

/// The event that a claim names as its parent, and the bytes of the line that names it.
type Parent<'a> = Option<(&'a str, Range<usize>)>;

/// What attributes say of a claim: polarity, certainty, type.
type Attributes<'a> = (Option<Polarity>, Option<Certainty>, Option<&'a str>);

/// A claim on the way: which event is its parent is known only when all events are.
pub(super) struct Draft<'a> {
    pub(super) event: &'a str,
    pub(super) claim: Claim,
    pub(super) parent: Parent<'a>,
}

impl<'a> Reader<'a> {
    /// The claim of an `Attribution` event; several texts in one role are united.
    pub(super) fn claim(&mut self, line: &Line<'a>) -> Option<Draft<'a>> {
        let Record::Event {
            kind,
            trigger,
            arguments,
        } = &line.record
        else {
            return None;
        };
        if *kind != CLAIM_EVENT {
            return None;
        }
        let (mut parts, parent) = self.roles(line, arguments);
        if !parts.contains_key("Cue")
            && self
                .bounds
                .get(trigger)
                .is_some_and(|bound| bound.kind == "Cue")
        {
            parts.insert("Cue", self.spans(trigger));
        }
        if !parts.contains_key("Content") {
            let problem = self
                .problem(
                    line.body.clone(),
                    format!("{}: a claim without content", line.id),
                )
                .expected("an argument Content:Tn")
                .mend("add the content, or delete the event");
            self.complain(problem);
        }
        let mut role = |name: &str| parts.remove(name).and_then(|spans| self.unite(line, spans));
        let (content, source, cue) = (role("Content")?, role("Source"), role("Cue"));
        let claim = Claim {
            source,
            cue,
            ..Claim::new(content)
        };
        Some(Draft {
            event: line.id,
            claim,
            parent,
        })
    }

    /// The spans of each role that is read, and the parent; what is wrong with the roles is complained of.
    fn roles(
        &mut self,
        line: &Line<'a>,
        arguments: &[(&'a str, &'a str)],
    ) -> (BTreeMap<&'a str, Vec<Span>>, Parent<'a>) {
        let mut parts: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        let mut parent = None;
        for &(role, target) in arguments {
            // brat numbers a repeated role: Content, Content2.
            let name = role.trim_end_matches(|c: char| c.is_ascii_digit());
            if name == "Parent" {
                parent = Some((target, line.body.clone()));
            } else if SCORED_ROLES.contains(&name) {
                if self.ids.contains(target) && !self.bounds.contains_key(target) {
                    let problem = self.not_a_text(line, role, target);
                    self.complain(problem);
                }
                let spans = self.spans(target);
                parts.entry(name).or_default().extend(spans);
            } else {
                let remark = self.unscored_role(line, role);
                self.unscored.push(remark);
            }
        }
        (parts, parent)
    }

    /// The spans of a text-bound; none where it was refused, which has been complained of already.
    fn spans(&self, target: &str) -> Vec<Span> {
        let extent = self
            .bounds
            .get(target)
            .and_then(|bound| bound.extent.as_ref());
        extent.map_or_else(Vec::new, |extent| extent.spans().to_vec())
    }

    fn unscored_role(&self, line: &Line<'a>, role: &str) -> Problem {
        let known = SCORED_ROLES.into_iter().chain(["Parent"]);
        let problem = self
            .problem(
                line.body.clone(),
                format!("{}: the role {role} is not scored", line.id),
            )
            .expected("Content, Source, Cue or Parent");
        match nearest(role, known) {
            Some(near) => problem.mend(format!("did you mean {near}?")),
            None => problem,
        }
    }

    fn not_a_text(&self, line: &Line<'a>, role: &str, target: &str) -> Problem {
        self.problem(line.body.clone(), format!("{}: {role} is no text", line.id))
            .found(format!("{role}:{target}"))
            .expected("the id of a text-bound (T)")
            .mend("name the text; where the content of this claim holds another claim, give the other one Parent")
    }

    /// One extent of all the spans of a role; `None` where there are none, or they overlap, which is complained of.
    fn unite(&mut self, line: &Line<'a>, spans: Vec<Span>) -> Option<Extent> {
        match Extent::new(spans) {
            Ok(extent) => Some(extent),
            Err(SpanError::NoSpan) => None,
            Err(error) => {
                let problem = self
                    .problem(line.body.clone(), format!("{}: {error}", line.id))
                    .expected("texts of one role that do not share characters")
                    .mend("take one of them out");
                self.complain(problem);
                None
            }
        }
    }

    /// Gives the claims their attributes. Those of a claim that was refused are checked all the same.
    pub(super) fn read_attributes(&mut self, lines: &[Line<'a>], drafts: &mut [Draft<'a>]) {
        let claims: BTreeSet<&str> = lines
            .iter()
            .filter(|line| line.is_event(CLAIM_EVENT))
            .map(|line| line.id)
            .collect();
        let mut found: BTreeMap<&str, Attributes<'_>> = BTreeMap::new();
        for line in lines {
            let Record::Attribute {
                name,
                target,
                value,
            } = &line.record
            else {
                continue;
            };
            self.check_references(line, [(*name, *target)].into_iter());
            if !claims.contains(target) {
                continue;
            }
            let (polarity, certainty, kind) = found.entry(target).or_default();
            let known = match (*name, *value) {
                ("Polarity", "affirmed") => polarity.replace(Polarity::Affirmed).is_none(),
                ("Polarity", "denied") | ("Negated", "" | "true") => {
                    polarity.replace(Polarity::Denied).is_none()
                }
                ("Certainty", "certain") => certainty.replace(Certainty::Certain).is_none(),
                ("Certainty", "hedged") => certainty.replace(Certainty::Hedged).is_none(),
                ("Type", value) if !value.is_empty() => kind.replace(value).is_none(),
                ("Polarity" | "Certainty" | "Negated" | "Type", _) => false,
                // Attributes of other schemas mean nothing to the scores.
                _ => true,
            };
            if !known {
                let problem = self.unreadable_attribute(line, name, value);
                self.complain(problem);
            }
        }
        for draft in drafts {
            let (polarity, certainty, kind) = found.remove(draft.event).unwrap_or_default();
            draft.claim.polarity = polarity;
            draft.claim.certainty = certainty;
            draft.claim.kind = kind.map(|kind| Label::Owned(kind.to_owned()));
        }
    }

    fn unreadable_attribute(&self, line: &Line<'a>, name: &str, value: &str) -> Problem {
        let expected = match name {
            "Polarity" => "one Polarity: affirmed or denied",
            "Certainty" => "one Certainty: certain or hedged",
            "Type" => "one Type with a name, such as Type T1 opinion",
            _ => "one Negated, without a value",
        };
        self.problem(
            line.body.clone(),
            format!("{}: this attribute cannot be read", line.id),
        )
        .found(format!("{name} {value}").trim_end())
        .expected(expected)
        .mend("correct the value, or take the repeated one out")
    }

    pub(super) fn link_parents(&mut self, drafts: &mut [Draft<'a>]) {
        let events: BTreeMap<&str, usize> = drafts
            .iter()
            .enumerate()
            .map(|(at, draft)| (draft.event, at))
            .collect();
        for (at, draft) in drafts.iter_mut().enumerate() {
            let Some((parent, range)) = draft.parent.clone() else {
                continue;
            };
            let index = events.get(parent).copied().filter(|index| *index != at);
            draft.claim.parent = index;
            if index.is_none() {
                let problem = self
                    .problem(
                        range,
                        format!("{}: its parent is no other claim", draft.event),
                    )
                    .found(parent)
                    .expected(format!("the id of another {CLAIM_EVENT} event"))
                    .mend("name the event whose content holds this claim, or take Parent out");
                self.complain(problem);
            }
        }
        self.refuse_circles(drafts);
    }

    /// Complains of claims that are, over some steps, their own parents.
    fn refuse_circles(&mut self, drafts: &[Draft<'a>]) {
        for draft in drafts {
            let above = |claim: &Claim| claim.parent.map(|parent| &drafts[parent].claim);
            let chain = std::iter::successors(above(&draft.claim), |claim| above(claim));
            // A chain longer than the list of claims goes round in a circle.
            if chain.take(drafts.len() + 1).count() <= drafts.len() {
                continue;
            }
            let Some((parent, range)) = draft.parent.clone() else {
                continue;
            };
            let problem = self
                .problem(
                    range,
                    format!("{}: its parents lead back to it", draft.event),
                )
                .found(format!("Parent:{parent}"))
                .expected("parents that end at a claim without one")
                .mend("take Parent out of the outermost claim");
            self.complain(problem);
        }
    }
}
