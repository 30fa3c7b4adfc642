//! Counts the claims of one document: one pairing on content, then every role inside its pairs at every level, and the attributes.

use super::{AttributeCell, CountTable, Counts, Role, Rules};
use crate::annotation::{Claim, Content, Label};
use crate::matching::{Alignment, Judgement, Level, align_claims, characters};
use crate::span::{Extent, Span};

/// What is known about a claim besides its places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// Affirmed or denied.
    Polarity,
    /// Certain or hedged.
    Certainty,
    /// What kind of claim it is.
    Type,
}

impl Attribute {
    /// Every attribute, in the order of reports: a denial that was taken for an affirmation is the worst of mistakes.
    pub const ALL: [Self; 3] = [Self::Polarity, Self::Certainty, Self::Type];

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Polarity => "polarity",
            Self::Certainty => "certainty",
            Self::Type => "type",
        }
    }

    /// The value that a claim has, if any.
    #[must_use]
    pub fn of(self, claim: &Claim) -> Option<Label> {
        match self {
            Self::Polarity => claim.polarity.map(|value| Label::Borrowed(value.name())),
            Self::Certainty => claim.certainty.map(|value| Label::Borrowed(value.name())),
            Self::Type => claim.kind.clone(),
        }
    }
}

/// The claims that are scored: all of them, or, unless `nested` is asked for, those that are not within another. A claim is within another where it has a
/// parent, or where its content lies inside the larger content of another.
#[must_use]
pub fn scored(claims: &[Claim], nested: bool) -> Vec<&Claim> {
    let inside = |claim: &Claim| {
        let Some(own) = claim.content.extent() else {
            return false;
        };
        let bytes = |spans: &mut dyn Iterator<Item = Span>| -> usize {
            spans.map(|span| span.end() - span.start()).sum()
        };
        let size = |extent: &Extent| bytes(&mut extent.spans().iter().copied());
        let holds = |outer: &Extent| {
            size(outer) > size(own) && bytes(&mut outer.intersection(own)) == size(own)
        };
        let mut outers = claims.iter().filter_map(|claim| claim.content.extent());
        outers.any(holds)
    };
    let wanted = |claim: &&Claim| nested || (claim.parent.is_none() && !inside(claim));
    claims.iter().filter(wanted).collect()
}

/// Adds a document at every level.
pub(super) fn count(
    table: &mut CountTable,
    text: &str,
    rules: Rules<'_>,
    gold: &[&Claim],
    predicted: &[&Claim],
) {
    let Rules {
        measures,
        annotated,
        ..
    } = rules;
    let alignment = align_claims(text, gold, predicted);
    table.approximate += u64::from(alignment.approximate);
    let worded = |claim: &&&Claim| claim.content.extent().is_none();
    table.predictions += predicted.len() as u64;
    table.ungrounded += predicted.iter().filter(worded).count() as u64;
    for &level in &measures.claim {
        for role in Role::ALL {
            if !annotated.roles.contains(&role) {
                continue;
            }
            let counts = match (level, role) {
                // The characters of a whole claim are those of its parts.
                (Level::Characters, Role::Claim) => continue,
                (Level::Characters, _) => count_characters(text, role, &alignment, gold, predicted),
                _ => {
                    let judge = |gold: &Claim, predicted: &Claim| {
                        judge(level, role, text, rules, gold, predicted)
                    };
                    count_pairs(&alignment, gold, predicted, judge)
                }
            };
            table.add_claims(level, role, counts);
        }
    }
    for &(g, p) in &alignment.pairs {
        for attribute in Attribute::ALL {
            // What gold does not say can be neither right nor wrong.
            if let Some(value) = attribute.of(gold[g]) {
                table.add_attribute(AttributeCell {
                    attribute,
                    gold: value,
                    predicted: attribute.of(predicted[p]),
                });
            }
        }
    }
}

fn count_pairs(
    alignment: &Alignment,
    gold: &[&Claim],
    predicted: &[&Claim],
    judge: impl Fn(&Claim, &Claim) -> Judgement,
) -> Counts {
    let mut counts = Counts {
        missing: alignment.missing.len() as u64,
        spurious: alignment.spurious.len() as u64,
        ..Counts::default()
    };
    for &(g, p) in &alignment.pairs {
        counts.add_pair(judge(gold[g], predicted[p]));
    }
    debug_assert_eq!(counts.possible(), gold.len() as u64);
    debug_assert_eq!(counts.actual(), predicted.len() as u64);
    counts
}

/// Shared, missing and spurious visible characters of a role: what pairs share is correct, all else of either side is not. A content that is words of its
/// own has no characters in the article.
fn count_characters(
    text: &str,
    role: Role,
    alignment: &Alignment,
    gold: &[&Claim],
    predicted: &[&Claim],
) -> Counts {
    let extent = |claim: &Claim| -> Option<Extent> {
        match role {
            Role::Claim | Role::Content => claim.content.extent().cloned(),
            Role::Source => claim.source.clone(),
            Role::Cue => claim.cue.clone(),
        }
    };
    let all = |claims: &[&Claim]| -> u64 {
        let extents = claims.iter().filter_map(|claim| extent(claim));
        extents
            .map(|extent| characters(text, extent.spans().iter().copied()))
            .sum()
    };
    let shared = |&(g, p): &(usize, usize)| {
        let (gold, predicted) = (extent(gold[g])?, extent(predicted[p])?);
        Some(characters(text, gold.intersection(&predicted)))
    };
    let correct = alignment.pairs.iter().filter_map(shared).sum();
    Counts {
        correct,
        missing: all(gold) - correct,
        spurious: all(predicted) - correct,
        ..Counts::default()
    }
}

/// What one role of a pair of claims earns at this level. That there is no source (or cue) is a value: right when both sides have none. A whole claim earns
/// what the worst of its content and required roles does.
fn judge(
    level: Level,
    role: Role,
    text: &str,
    rules: Rules<'_>,
    gold: &Claim,
    predicted: &Claim,
) -> Judgement {
    let same = |a: Option<&Extent>, b: Option<&Extent>| match (a, b) {
        (None, None) => Judgement::Correct,
        (Some(a), Some(b)) => level.judge(text, a, b),
        _ => Judgement::Incorrect,
    };
    let content = |gold: &Content, predicted: &Content| level.judge_contents(text, gold, predicted);
    let judge = |role: Role| match role {
        Role::Content | Role::Claim => content(&gold.content, &predicted.content),
        Role::Source => same(gold.source.as_ref(), predicted.source.as_ref()),
        Role::Cue => same(gold.cue.as_ref(), predicted.cue.as_ref()),
    };
    match role {
        Role::Claim => {
            let required = rules.measures.require.iter().copied();
            let required = required.filter(|role| rules.annotated.roles.contains(role));
            required
                .map(judge)
                .fold(judge(Role::Content), Judgement::worse)
        }
        _ => judge(role),
    }
}
