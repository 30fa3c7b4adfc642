//! Every item that went wrong, with its place and words: what a person reads to learn why a score is what it is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::annotation::{Annotations, Claim, Gold, Label, Mention, Prediction, Task};
use crate::counts::{Annotated, Attribute, Role, Rules, scored};
use crate::document::Document;
use crate::matching::{Candidates, EntityMeasure, Judgement, Level, align_claims};
use crate::offset::CodePoints;
use crate::span::Extent;

/// How an item went wrong. A claim that says the opposite of gold comes first wherever mistakes are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A denial taken for an affirmation, or the other way round.
    Flipped,
    /// Gold has it, the prediction does not.
    Missed,
    /// The prediction has it, gold does not.
    Spurious,
    /// The same extent under another label; or another value of an attribute.
    Mistyped,
    /// The same label over another extent.
    Misbounded,
    /// Another label over another extent that overlaps.
    MistypedAndMisbounded,
    /// A content that says it in other words.
    Reworded,
}

impl Kind {
    /// Every kind, in the order in which mistakes are listed.
    pub const ALL: [Self; 7] = [
        Self::Flipped,
        Self::Missed,
        Self::Spurious,
        Self::Mistyped,
        Self::Misbounded,
        Self::MistypedAndMisbounded,
        Self::Reworded,
    ];

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flipped => "flipped",
            Self::Missed => "missed",
            Self::Spurious => "spurious",
            Self::Mistyped => "mistyped",
            Self::Misbounded => "misbounded",
            Self::MistypedAndMisbounded => "mistyped-and-misbounded",
            Self::Reworded => "reworded",
        }
    }
}

/// One side of a mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
    /// Where it lies, in code points of the text; nowhere where its words are not the article's.
    pub spans: Box<[(usize, usize)]>,
    /// The entity label, or the value of an attribute; empty for the parts of claims.
    pub label: Label,
    /// Its words, white space running together; `None` where the text is not known.
    pub words: Option<Box<str>>,
}

/// One item that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// How.
    pub kind: Kind,
    /// The document's id.
    pub document: Box<str>,
    /// The line of the document's file that it begins in, from 1.
    pub line: usize,
    /// Of an entity or a claim.
    pub task: Task,
    /// The role or the attribute of a claim; empty for entities.
    pub part: &'static str,
    /// What gold has.
    pub gold: Option<Side>,
    /// What was predicted.
    pub predicted: Option<Side>,
}

/// Mistakes of many documents, on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The mistakes, by document.
    pub kept: Vec<Mistake>,
    /// Whether there may be more, because the list was full.
    pub cut: bool,
}

/// Mistakes of many documents, in the order in which they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// Each mistake with how often its surface form goes wrong: flipped claims first, then by that number, then by form, document and place.
    pub mistakes: Vec<(u64, Mistake)>,
    /// Whether there may be more, because the list was full.
    pub cut: bool,
}

impl Listed {
    /// Adds mistakes until the list has `most`.
    pub fn extend(&mut self, mistakes: Vec<Mistake>, most: usize) {
        let room = most.saturating_sub(self.kept.len());
        self.cut |= mistakes.len() > room;
        self.kept.extend(mistakes.into_iter().take(room));
    }

    /// Puts the mistakes in the order in which they are told.
    #[must_use]
    pub fn ranked(self) -> Ranked {
        // For each form how often it goes wrong, and its place among the forms: numbers are compared faster than words.
        let mut forms: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
        for mistake in &self.kept {
            forms.entry(mistake.form()).or_default().0 += 1;
        }
        for (place, form) in forms.values_mut().enumerate() {
            form.1 = place;
        }
        // Forms that are not known are not the same form.
        if let Some(unknown) = forms.get_mut("") {
            unknown.0 = 1;
        }
        let form = |mistake: &Mistake| forms.get(mistake.form()).copied().unwrap_or_default();
        let keys: Vec<(u64, usize)> = self.kept.iter().map(form).collect();
        let mut keyed: Vec<((u64, usize), Mistake)> = keys.into_iter().zip(self.kept).collect();
        keyed.sort_unstable_by(|((a, a_form), left), ((b, b_form), right)| {
            let flipped = |mistake: &Mistake| mistake.kind != Kind::Flipped;
            flipped(left)
                .cmp(&flipped(right))
                .then(b.cmp(a))
                .then(a_form.cmp(b_form))
                .then_with(|| left.document.cmp(&right.document))
                .then_with(|| left.line.cmp(&right.line))
                .then_with(|| left.cmp(right))
        });
        let mistakes = keyed.into_iter();
        let mistakes = mistakes
            .map(|((times, _), mistake)| (times, mistake))
            .collect();
        Ranked {
            mistakes,
            cut: self.cut,
        }
    }
}

impl Mistake {
    /// The surface form that went wrong: the words of gold, or of the prediction where gold has none.
    #[must_use]
    pub fn form(&self) -> &str {
        let side = self.gold.as_ref().or(self.predicted.as_ref());
        side.and_then(|side| side.words.as_deref())
            .unwrap_or_default()
    }
}

/// The mistakes of one document. Entities are paired under `strict`; parts of claims are right only where they are exact. What gold does not annotate,
/// and what was not attempted, is no mistake.
#[must_use]
pub fn of(
    document: &Document,
    gold: &Gold,
    prediction: &Prediction,
    rules: Rules<'_>,
) -> Vec<Mistake> {
    let mut list = List {
        document,
        points: CodePoints::new(document.text()),
        mistakes: Vec::new(),
    };
    let (gold, prediction) = (&gold.0, &prediction.0);
    if rules.want(Task::Entities) {
        list.entities(&gold.mentions, prediction);
    }
    if rules.want(Task::Claims) {
        let (gold, predicted) = (
            scored(&gold.claims, rules.measures.nested),
            scored(&prediction.claims, rules.measures.nested),
        );
        list.claims(rules.annotated, &gold, &predicted);
    }
    list.mistakes
}

/// The mistakes of a document on the way.
struct List<'a> {
    document: &'a Document,
    points: CodePoints<'a>,
    mistakes: Vec<Mistake>,
}

impl List<'_> {
    fn entities(&mut self, gold: &[Mention], prediction: &Annotations) {
        let predicted = &prediction.mentions;
        let candidates = Candidates::between(self.document.text(), gold, predicted);
        let alignment = candidates.align(EntityMeasure::Strict);
        for (g, p) in alignment.pairs {
            let (gold, predicted) = (&gold[g], &predicted[p]);
            let kind = match (
                gold.extent == predicted.extent,
                gold.label == predicted.label,
            ) {
                (true, true) => continue,
                (true, false) => Kind::Mistyped,
                (false, true) => Kind::Misbounded,
                (false, false) => Kind::MistypedAndMisbounded,
            };
            let (gold, predicted) = (self.mention(gold), self.mention(predicted));
            self.add(kind, Task::Entities, "", Some(gold), Some(predicted));
        }
        for g in alignment.missing {
            let side = self.mention(&gold[g]);
            self.add(Kind::Missed, Task::Entities, "", Some(side), None);
        }
        for p in alignment.spurious {
            let side = self.mention(&predicted[p]);
            self.add(Kind::Spurious, Task::Entities, "", None, Some(side));
        }
        for unplaced in &prediction.unplaced {
            let side = Side {
                spans: Box::default(),
                label: unplaced.label.clone(),
                words: Some(spaced(&unplaced.words)),
            };
            self.add(Kind::Spurious, Task::Entities, "", None, Some(side));
        }
    }

    fn claims(&mut self, annotated: &Annotated, gold: &[&Claim], predicted: &[&Claim]) {
        let alignment = align_claims(self.document.text(), gold, predicted);
        let claim = Role::Claim.name();
        for (g, p) in alignment.pairs {
            let (gold, predicted) = (gold[g], predicted[p]);
            let same = Level::Exact.judge_contents(
                self.document.text(),
                &gold.content,
                &predicted.content,
            );
            if annotated.roles.contains(&Role::Content) && same != Judgement::Correct {
                let kind = match (gold.content.extent(), predicted.content.extent()) {
                    (Some(_), Some(_)) => Kind::Misbounded,
                    _ => Kind::Reworded,
                };
                let (gold, predicted) = (self.content(gold), self.content(predicted));
                let part = Role::Content.name();
                self.add(kind, Task::Claims, part, Some(gold), Some(predicted));
            }
            for (role, a, b) in [
                (Role::Source, &gold.source, &predicted.source),
                (Role::Cue, &gold.cue, &predicted.cue),
            ] {
                if annotated.roles.contains(&role) {
                    self.role(role, a.as_ref(), b.as_ref());
                }
            }
            self.attributes(gold, predicted);
        }
        for g in alignment.missing {
            let side = self.content(gold[g]);
            self.add(Kind::Missed, Task::Claims, claim, Some(side), None);
        }
        for p in alignment.spurious {
            let side = self.content(predicted[p]);
            self.add(Kind::Spurious, Task::Claims, claim, None, Some(side));
        }
    }

    fn role(&mut self, role: Role, gold: Option<&Extent>, predicted: Option<&Extent>) {
        let kind = match (gold, predicted) {
            (a, b) if a == b => return,
            (Some(_), None) => Kind::Missed,
            (None, _) => Kind::Spurious,
            _ => Kind::Misbounded,
        };
        let side = |extent: &Extent| self.side(extent, Cow::Borrowed(""));
        let (gold, predicted) = (gold.map(side), predicted.map(side));
        self.add(kind, Task::Claims, role.name(), gold, predicted);
    }

    fn attributes(&mut self, gold: &Claim, predicted: &Claim) {
        for attribute in Attribute::ALL {
            let (a, b) = (attribute.of(gold), attribute.of(predicted));
            let Some(value) = a.filter(|value| Some(value) != b.as_ref()) else {
                continue;
            };
            let kind = match (attribute, &b) {
                (Attribute::Polarity, Some(_)) => Kind::Flipped,
                (_, Some(_)) => Kind::Mistyped,
                (_, None) => Kind::Missed,
            };
            let with = |claim: &Claim, label: Label| Side {
                label,
                ..self.content(claim)
            };
            let gold = with(gold, value);
            let predicted = b.map(|label| with(predicted, label));
            self.add(kind, Task::Claims, attribute.name(), Some(gold), predicted);
        }
    }

    fn mention(&self, mention: &Mention) -> Side {
        self.side(&mention.extent, mention.label.clone())
    }

    fn content(&self, claim: &Claim) -> Side {
        Side {
            spans: self.places(claim.content.extent()),
            label: Cow::Borrowed(""),
            words: self.words(&claim.content.words(self.document.text())),
        }
    }

    fn side(&self, extent: &Extent, label: Label) -> Side {
        Side {
            spans: self.places(Some(extent)),
            label,
            words: self.words(&extent.text(self.document.text())),
        }
    }

    fn places(&self, extent: Option<&Extent>) -> Box<[(usize, usize)]> {
        let spans = extent.map_or(&[][..], Extent::spans).iter();
        let point = |byte| self.points.of_byte(byte);
        spans
            .map(|span| (point(span.start()), point(span.end())))
            .collect()
    }

    /// The words with single spaces; nothing where the text only stands in for one that is not known.
    fn words(&self, words: &str) -> Option<Box<str>> {
        let known = !self.document.is_stand_in();
        known.then(|| spaced(words))
    }

    fn add(
        &mut self,
        kind: Kind,
        task: Task,
        part: &'static str,
        gold: Option<Side>,
        predicted: Option<Side>,
    ) {
        let start = |side: &Option<Side>| side.as_ref()?.spans.first().map(|span| span.0);
        let point = start(&gold).or(start(&predicted)).unwrap_or_default();
        let at = self.points.to_byte(point).unwrap_or_default();
        self.mistakes.push(Mistake {
            kind,
            document: self.document.id().into(),
            line: self.document.line_of(at),
            task,
            part,
            gold,
            predicted,
        });
    }
}

/// The words with single spaces.
fn spaced(words: &str) -> Box<str> {
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").into()
}
