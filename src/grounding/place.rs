//! Gives the quotations of one document their places: which occurrence is meant where there are several.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::{Found, Grounded, Grounder, QuotedClaim, QuotedMention, Tally};
use crate::annotation::{Claim, Content, Label, Mention, Unplaced};
use crate::document::Document;
use crate::span::{Extent, Span};

/// How many remarks on one document are told one by one.
const MOST_REMARKS: usize = 100;

/// How many bytes between a cue and its source count: a source far away says nothing of where its cue is.
const MOST_TO_SOURCE: usize = 64;

/// How many characters of a quotation are shown.
const SHOWN_CHARACTERS: usize = 120;

/// Finds the places of what was quoted from a document. Where its text is not known everything is nowhere.
#[must_use]
pub fn ground(
    document: &Document,
    mentions: &[QuotedMention<'_>],
    claims: &[QuotedClaim<'_>],
) -> Grounded {
    let text = if document.is_stand_in() {
        ""
    } else {
        document.text()
    };
    let mut work = Work {
        text,
        grounder: Grounder::new(text),
        found: HashMap::new(),
        grounded: Grounded::default(),
        more: 0,
    };
    work.mentions(mentions);
    work.claims(claims);
    let mut grounded = work.grounded;
    if work.more > 0 {
        grounded.remarks.push(format!("and {} more", work.more));
    }
    grounded
}

/// The work on one document. Quotations have no white space around them here.
struct Work<'a> {
    text: &'a str,
    grounder: Grounder<'a>,
    /// What was looked for already, and whether as a content.
    found: HashMap<(&'a str, bool), Found>,
    grounded: Grounded,
    more: u64,
}

/// The occurrences that some quotations have taken, and for each of those how many it has passed.
#[derive(Default)]
struct Taken<'a> {
    spans: HashSet<Span>,
    passed: HashMap<&'a str, usize>,
}

impl<'a> Taken<'a> {
    /// The first of the places that is not taken.
    fn take(&mut self, words: &'a str, places: &[Span]) -> Option<Span> {
        let passed = self.passed.entry(words).or_default();
        while let Some(span) = places.get(*passed) {
            *passed += 1;
            if self.spans.insert(*span) {
                return Some(*span);
            }
        }
        None
    }
}

impl Tally {
    /// Counts a quotation that got a place; `chosen` says that others would have done.
    fn add(&mut self, found: &Found, chosen: bool) {
        let count = match found {
            Found::Ambiguous { .. } if chosen => &mut self.ambiguous,
            Found::Exact(_) | Found::Ambiguous { exact: true, .. } => &mut self.exact,
            Found::Normalised(_) | Found::Ambiguous { .. } => &mut self.normalised,
            Found::Fuzzy { .. } => &mut self.fuzzy,
            Found::Nowhere => &mut self.nowhere,
        };
        *count += 1;
    }
}

impl<'a> Work<'a> {
    fn mentions<'q: 'a>(&mut self, mentions: &'q [QuotedMention<'q>]) {
        let mut listed: HashMap<(&str, &str), usize> = HashMap::new();
        for mention in mentions {
            *listed
                .entry((mention.words.trim(), mention.label))
                .or_default() += 1;
        }
        let mut taken: HashMap<&str, Taken<'a>> = HashMap::new();
        for mention in mentions {
            let (words, label) = (mention.words.trim(), mention.label);
            let title = || format!("the mention {} ({label})", shown(words));
            let found = self.look(words, false);
            let places = found.spans();
            let own = Label::Owned(label.to_owned());
            match taken.entry(label).or_default().take(words, places) {
                Some(span) => {
                    let chosen = listed[&(words, label)] < places.len();
                    self.grounded.tally.add(&found, chosen);
                    let extent = Extent::from(span);
                    let mention = Mention { extent, label: own };
                    self.grounded.annotations.mentions.push(mention);
                    self.differs(&found, title);
                }
                None => {
                    self.grounded.tally.nowhere += 1;
                    let unplaced = Unplaced {
                        label: own,
                        words: words.into(),
                    };
                    self.grounded.annotations.unplaced.push(unplaced);
                    match places.len() {
                        0 => self.remark(|| format!("{} is nowhere", title())),
                        times => self.remark(|| {
                            let title = title();
                            format!("{title} is listed more often than it occurs, which is {times}")
                        }),
                    }
                }
            }
            self.give_back(words, false, found);
        }
    }

    fn claims<'q: 'a>(&mut self, claims: &'q [QuotedClaim<'q>]) {
        let mut listed: HashMap<&str, usize> = HashMap::new();
        for claim in claims {
            *listed.entry(claim.content.trim()).or_default() += 1;
        }
        let mut taken = Taken::default();
        for claim in claims {
            let words = claim.content.trim();
            let found = self.look(words, true);
            let places = found.spans();
            let span = taken
                .take(words, places)
                .or_else(|| places.first().copied());
            let chosen = listed[words] < places.len();
            self.grounded.tally.add(&found, chosen);
            self.tell(&found, "content", words);
            self.give_back(words, true, found);
            let content = match span {
                Some(span) => Content::Spans(Extent::from(span)),
                None => Content::Text(words.into()),
            };
            let source = self.role("source", claim.source, span, None);
            let cue = self.role("cue", claim.cue, span, source);
            let (source, cue) = (source.map(Extent::from), cue.map(Extent::from));
            self.grounded.annotations.claims.push(Claim {
                source,
                cue,
                polarity: claim.polarity,
                certainty: claim.certainty,
                kind: claim.kind.map(|kind| Label::Owned(kind.to_owned())),
                ..Claim::new(content)
            });
        }
    }

    /// The place of a source or cue, by that of its content, and of a cue by that of its source too.
    fn role(
        &mut self,
        role: &str,
        words: Option<&'a str>,
        content: Option<Span>,
        source: Option<Span>,
    ) -> Option<Span> {
        let words = words.map(str::trim).filter(|words| !words.is_empty())?;
        let found = self.look(words, false);
        let places = found.spans().iter().copied();
        let span = places.min_by_key(|span| content.map(|content| farness(content, source, *span)));
        self.grounded.tally.add(&found, true);
        self.tell(&found, role, words);
        self.give_back(words, false, found);
        span
    }

    /// What was found of some words; to be given back, so that the same is not looked for again.
    fn look(&mut self, words: &'a str, content: bool) -> Found {
        match self.found.entry((words, content)) {
            Entry::Occupied(mut found) => std::mem::replace(found.get_mut(), Found::Nowhere),
            Entry::Vacant(_) if content => self.grounder.find_content(words),
            Entry::Vacant(_) => self.grounder.find(words),
        }
    }

    fn give_back(&mut self, words: &'a str, content: bool, found: Found) {
        self.found.insert((words, content), found);
    }

    /// Remarks on a part of a claim that is nowhere, or not in these words.
    fn tell(&mut self, found: &Found, part: &str, words: &str) {
        let title = || format!("the {part} {}", shown(words));
        if *found == Found::Nowhere {
            self.remark(|| format!("{} is nowhere", title()));
        } else {
            self.differs(found, title);
        }
    }

    /// Remarks on what stands there in nearly the same words.
    fn differs(&mut self, found: &Found, title: impl Fn() -> String) {
        if let Found::Fuzzy { span, alike } = found {
            let text = self.text;
            self.remark(|| {
                let there = shown(span.of(text));
                format!(
                    "{} stands there as {there}, alike to {alike} in 1000",
                    title()
                )
            });
        }
    }

    fn remark(&mut self, remark: impl FnOnce() -> String) {
        if self.grounded.remarks.len() < MOST_REMARKS {
            self.grounded.remarks.push(remark());
        } else {
            self.more += 1;
        }
    }
}

/// How far an occurrence lies from its content: those within it last, then by the bytes between and those to the source, then those before it first.
fn farness(content: Span, source: Option<Span>, span: Span) -> (bool, usize, bool, usize) {
    let within = content.intersection(span).is_some();
    let to_source = source.map_or(0, |source| between(source, span).min(MOST_TO_SOURCE));
    let follows = span.start() >= content.start();
    let far = between(content, span) + to_source;
    (within, far, follows, span.start())
}

/// The bytes between two spans.
fn between(a: Span, b: Span) -> usize {
    let gap = |a: Span, b: Span| b.start().saturating_sub(a.end());
    gap(a, b).max(gap(b, a))
}

/// Words in quotation marks, cut where they are many.
fn shown(words: &str) -> String {
    let mut shown: String = words.chars().take(SHOWN_CHARACTERS).collect();
    if shown.len() < words.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}
