//! The claims of a draft, checked against the text: their parts united, their attributes read, their parents linked.

use std::collections::HashSet;

use super::look_up::LookUp;
use super::{ClaimAt, Read, Record, is_wrong};
use crate::annotation::{Certainty, Claim, Content, Label, Polarity};
use crate::error::{Problem, nearest};
use crate::formats::claims::{Assembled, ClaimDraft, Parent};
use crate::formats::{At, Attribute, Target};
use crate::span::{Extent, Span, SpanError};

impl<'a> Record<'a> {
    pub(super) fn read_claims(
        &self,
        look: &mut LookUp<'_, 'a>,
        assembled: &Assembled<'_>,
        read: &mut Read,
    ) {
        self.check_roles(look, assembled);
        // Parts are looked up once each, however many claims they belong to.
        let mut extents: Vec<Option<Option<Extent>>> = vec![None; self.draft.stretches.len()];
        let mut kept: Vec<Option<usize>> = Vec::with_capacity(assembled.claims.len());
        for (at, draft) in assembled.claims.iter().enumerate() {
            let claim = self.claim(look, draft, at, &mut extents);
            kept.push(claim.as_ref().map(|_| read.annotations.claims.len()));
            read.annotations.claims.extend(claim);
            if kept[at].is_some() {
                read.claims_at.push(self.claim_place(draft, at));
            }
        }
        for (at, draft) in assembled.claims.iter().enumerate() {
            self.link_parent(look, draft, at, &kept, read);
        }
        self.refuse_circles(look, assembled, &kept, read);
        read.unread = self.unread(assembled);
        for stretch in &assembled.loose {
            let already = extents[*stretch].is_some();
            if !already {
                let _ = look.extent(*stretch);
            }
            look.remark(|| {
                let label = &self.draft.stretches[*stretch].label;
                let what = format!("{}: this {label} belongs to no claim", self.title(*stretch));
                let remark = self.problem_at(&self.stretch_at(*stretch), what);
                remark.mend("join it with the other parts of its claim, or say with --claims which labels are parts of claims")
            });
        }
    }

    /// Relations, events and attributes that no claim has.
    fn unread(&self, assembled: &Assembled<'_>) -> Vec<(&'static str, u64)> {
        let claims = assembled.claims.iter();
        let taken: HashSet<*const Attribute<'_>> = claims
            .flat_map(|claim| {
                claim
                    .attributes
                    .iter()
                    .map(|found| std::ptr::from_ref(*found))
            })
            .collect();
        let own = self.draft.attributes.iter();
        let loose = own.filter(|(_, found)| !taken.contains(&std::ptr::from_ref(found)));
        let unread = [
            (
                "relations that are no part of claims",
                assembled.other_links,
            ),
            ("events that are no claims", assembled.other_frames),
            ("attributes of what is no claim", loose.count() as u64),
        ];
        unread.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// What a claim is called in messages.
    fn claim_title(&self, draft: &ClaimDraft<'_>, at: usize) -> String {
        if draft.name.is_empty() {
            self.named(&format!("claim {at}"))
        } else {
            self.named(draft.name)
        }
    }

    fn claim_place(&self, draft: &ClaimDraft<'_>, at: usize) -> ClaimAt {
        if draft.at.range.is_empty() && at < self.draft.frames.len() {
            return ClaimAt::Frame(at);
        }
        ClaimAt::Place(draft.at.clone())
    }

    fn place_of(&self, draft: &ClaimDraft<'_>, at: usize) -> At {
        self.claim_at(&self.claim_place(draft, at))
    }

    fn claim(
        &self,
        look: &mut LookUp<'_, 'a>,
        draft: &ClaimDraft<'_>,
        at: usize,
        extents: &mut [Option<Option<Extent>>],
    ) -> Option<Claim> {
        if draft.content.is_empty() && draft.words.is_none() && !draft.broken {
            look.complain(|| {
                let title = self.claim_title(draft, at);
                self.problem_at(
                    &self.place_of(draft, at),
                    format!("{title}: a claim without content"),
                )
                .expected("a content, such as an argument Content:Tn")
                .mend("add the content, or delete the claim")
            });
        }
        let mut role = |stretches: &[usize]| self.united(look, draft, at, stretches, extents);
        let (content, source, cue) = (role(&draft.content), role(&draft.source), role(&draft.cue));
        let (polarity, certainty, kind) = self.attributes(look, draft, at);
        let content = match draft.words {
            Some(words) if words.trim().is_empty() => {
                look.complain(|| {
                    let title = self.claim_title(draft, at);
                    let what = format!("{title}: its content is no words");
                    let problem = self.problem_at(&self.place_of(draft, at), what);
                    problem.expected("at least one visible character")
                });
                return None;
            }
            Some(words) => Content::Text(words.into()),
            None => Content::Spans(content?),
        };
        Some(Claim {
            source,
            cue,
            polarity,
            certainty,
            kind,
            ..Claim::new(content)
        })
    }

    /// One extent of all the stretches of a role; `None` where there are none, or they overlap, which is complained of.
    fn united(
        &self,
        look: &mut LookUp<'_, 'a>,
        draft: &ClaimDraft<'_>,
        at: usize,
        stretches: &[usize],
        extents: &mut [Option<Option<Extent>>],
    ) -> Option<Extent> {
        let mut spans: Vec<Span> = Vec::with_capacity(stretches.len());
        for stretch in stretches {
            let extent = extents[*stretch].get_or_insert_with(|| look.extent(*stretch));
            spans.extend(extent.iter().flat_map(Extent::spans));
        }
        match Extent::new(spans) {
            Ok(extent) => Some(extent),
            Err(SpanError::NoSpan) => None,
            Err(error) => {
                look.complain(|| {
                    let title = self.claim_title(draft, at);
                    self.problem_at(&self.place_of(draft, at), format!("{title}: {error}"))
                        .expected("texts of one role that do not share characters")
                        .mend("take one of them out")
                });
                None
            }
        }
    }

    fn attributes(
        &self,
        look: &mut LookUp<'_, 'a>,
        draft: &ClaimDraft<'_>,
        at: usize,
    ) -> (Option<Polarity>, Option<Certainty>, Option<Label>) {
        let (mut polarity, mut certainty, mut kind) = (None, None, None);
        for attribute in &draft.attributes {
            let (name, value) = (attribute.name.to_lowercase(), attribute.value.as_ref());
            let known = match (name.as_str(), value) {
                ("polarity", "affirmed") => set(&mut polarity, Polarity::Affirmed),
                ("polarity", "denied") | ("negated", "" | "true") => {
                    set(&mut polarity, Polarity::Denied)
                }
                ("negated", "false") => set(&mut polarity, Polarity::Affirmed),
                ("certainty", "certain") => set(&mut certainty, Certainty::Certain),
                ("certainty", "hedged") => set(&mut certainty, Certainty::Hedged),
                ("type", kind_of) if !kind_of.is_empty() => {
                    set(&mut kind, Label::Owned(kind_of.to_owned()))
                }
                ("polarity" | "certainty" | "negated" | "type", _) => false,
                // Attributes of other schemas mean nothing to the scores.
                _ => {
                    look.other_attributes += 1;
                    true
                }
            };
            if !known {
                look.complain(|| self.unreadable_attribute(draft, at, attribute));
            }
        }
        (polarity, certainty, kind)
    }

    fn unreadable_attribute(
        &self,
        draft: &ClaimDraft<'_>,
        claim: usize,
        attribute: &Attribute<'_>,
    ) -> Problem {
        let at = if attribute.at.range.is_empty() {
            self.place_of(draft, claim)
        } else {
            attribute.at.clone()
        };
        let (name, value) = (attribute.name.as_ref(), attribute.value.as_ref());
        let known: &[&'static str] = match name {
            "polarity" => &["affirmed", "denied"],
            "certainty" => &["certain", "hedged"],
            _ => &[],
        };
        if attribute.id.is_empty() && !known.is_empty() {
            return self.unknown(&at, name, value, known);
        }
        let expected = match name.to_lowercase().as_str() {
            "polarity" => "one Polarity: affirmed or denied",
            "certainty" => "one Certainty: certain or hedged",
            "type" => "one Type with a name, such as Type T1 opinion",
            _ => "one Negated, without a value",
        };
        let title = if attribute.id.is_empty() {
            self.claim_title(draft, claim)
        } else {
            attribute.id.to_string()
        };
        self.problem_at(&at, format!("{title}: this attribute cannot be read"))
            .found(format!("{name} {value}").trim_end())
            .expected(expected)
            .mend("correct the value, or take the repeated one out")
    }

    fn check_roles(&self, look: &mut LookUp<'_, 'a>, assembled: &Assembled<'_>) {
        for (frame, role) in &assembled.unknown_roles {
            look.remark(|| {
                let title = self.frame_title(*frame);
                let what = format!("{title}: the role {role} is not scored");
                let remark = self.problem_at(&self.frame_at(*frame), what);
                let remark = remark.expected("Content, Source, Cue or Parent");
                let known = ["Content", "Source", "Cue", "Parent"];
                match nearest(role, known) {
                    Some(near) => remark.mend(format!("did you mean {near}?")),
                    None => remark,
                }
            });
        }
        for (frame, role, target) in &assembled.not_a_text {
            let name = match target {
                Target::Frame(at) => self.draft.frames[*at].name.as_ref(),
                Target::Stretch(at) => self.draft.stretches[*at].name.as_ref(),
            };
            look.complain(|| {
                let title = self.frame_title(*frame);
                self.problem_at(&self.frame_at(*frame), format!("{title}: {role} is no text"))
                    .found(format!("{role}:{name}"))
                    .expected("the id of a text-bound (T)")
                    .mend("name the text; where the content of this claim holds another claim, give the other one Parent")
            });
        }
    }

    fn frame_title(&self, frame: usize) -> String {
        let name = &self.draft.frames[frame].name;
        if name.is_empty() {
            self.named(&format!("claim {frame}"))
        } else {
            self.named(name)
        }
    }

    fn link_parent(
        &self,
        look: &mut LookUp<'_, 'a>,
        draft: &ClaimDraft<'_>,
        at: usize,
        kept: &[Option<usize>],
        read: &mut Read,
    ) {
        if let (Parent::Claim(parent), Some(own)) = (draft.parent, kept[at]) {
            // A parent that was refused has been complained of.
            read.annotations.claims[own].parent = kept[parent];
        }
        if is_wrong(draft.parent) {
            look.complain(|| {
                let title = self.claim_title(draft, at);
                let what = format!("{title}: its parent is no other claim");
                self.problem_at(&self.place_of(draft, at), what)
                    .expected("another claim of this document")
                    .mend("name the claim whose content holds this one, or take the parent out")
            });
        }
    }

    /// Complains of claims that are, over some steps, their own parents.
    fn refuse_circles(
        &self,
        look: &mut LookUp<'_, 'a>,
        assembled: &Assembled<'_>,
        kept: &[Option<usize>],
        read: &Read,
    ) {
        let claims = &read.annotations.claims;
        let parents: Vec<Option<usize>> = claims.iter().map(|claim| claim.parent).collect();
        let circled = circled(&parents);
        for (number, draft) in assembled.claims.iter().enumerate() {
            if kept[number].is_some_and(|at| circled[at]) {
                look.complain(|| {
                    let title = self.claim_title(draft, number);
                    let what = format!("{title}: its parents lead back to it");
                    self.problem_at(&self.place_of(draft, number), what)
                        .expected("parents that end at a claim without one")
                        .mend("take the parent out of the outermost claim")
                });
            }
        }
    }
}

/// Which claims their parents lead back to. Each chain is followed once, however many claims join it.
fn circled(parents: &[Option<usize>]) -> Vec<bool> {
    let mut circled = vec![false; parents.len()];
    // The walk on which each claim was first met.
    let mut met: Vec<Option<usize>> = vec![None; parents.len()];
    for begin in 0..parents.len() {
        let mut next = Some(begin);
        while let Some(at) = next.filter(|at| met[*at].is_none()) {
            met[at] = Some(begin);
            next = parents[at];
        }
        // What is met twice on one walk lies on a circle, and so does all that follows it.
        while let Some(at) = next.filter(|at| met[*at] == Some(begin) && !circled[*at]) {
            circled[at] = true;
            next = parents[at];
        }
    }
    circled
}

/// Sets a value that must not have been set.
fn set<T>(place: &mut Option<T>, value: T) -> bool {
    place.replace(value).is_none()
}

#[cfg(test)]
mod tests {
    use super::circled;

    #[test]
    fn only_claims_on_a_circle_are_circled_and_long_chains_are_followed_once() {
        let parents = [Some(1), Some(2), Some(1), None, Some(4), Some(3), Some(0)];
        let expected = [false, true, true, false, true, false, false];
        assert_eq!(circled(&parents), expected);
        let chain: Vec<Option<usize>> = (0..1_000_000).map(|at| Some(at + 1)).collect();
        let chain = [chain, vec![None]].concat();
        assert!(!circled(&chain).contains(&true));
    }
}
