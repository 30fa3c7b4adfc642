//! Pairs claims on their contents: by the characters that they share, or by how alike their wordings are.

use std::collections::BTreeSet;

use super::chrf::Profile;
use super::groups::Overlaps;
use super::{Alignment, characters};
use crate::annotation::Claim;
use crate::span::Extent;

/// The most steps of the weight between 0 and 1: two claims of a million characters each are still told apart.
const MOST_STEPS: u64 = 1 << 40;

/// Pairs claims by the F1 of their contents' characters, or by chrF2 where either content is words of its own, summed over the document; ties fall to
/// the larger cue overlap, then source overlap, then the same type, then the earlier position. Claims whose contents share nothing never pair.
#[must_use]
pub fn align_claims(text: &str, gold: &[&Claim], predicted: &[&Claim]) -> Alignment {
    let key = |claim: &&Claim| {
        (
            claim.content.clone(),
            claim.source.clone(),
            claim.cue.clone(),
            claim.kind.clone(),
            (claim.polarity, claim.certainty),
        )
    };
    let overlaps = Overlaps::of(gold, predicted, |claim| claim.content.extent(), key);
    let (gold_contents, predicted_contents) = (
        contents(text, gold, predicted),
        contents(text, predicted, gold),
    );
    let weigher = Weigher {
        text,
        steps: steps(&gold_contents, &predicted_contents),
        gold: gold_contents,
        predicted: predicted_contents,
    };
    overlaps.groups(|_, _| true).align(|g, p| {
        let content = weigher.content(g, p);
        // A share of white space alone is no overlap: weight 0 never pairs.
        if content == 0 {
            return 0;
        }
        let (gold, predicted) = (gold[g], predicted[p]);
        // Each term leaves room above the next for the sum over a thousand pairs.
        (content << 68)
            + (shared(text, gold.cue.as_ref(), predicted.cue.as_ref()) << 40)
            + (shared(text, gold.source.as_ref(), predicted.source.as_ref()) << 12)
            + i128::from(gold.kind.is_some() && gold.kind == predicted.kind)
    })
}

/// A content ready to be weighed against others.
struct Weighed<'a> {
    extent: Option<&'a Extent>,
    /// How many visible characters it has.
    characters: u64,
    /// Its n-grams, where a content of words of its own needs them.
    profile: Option<Profile>,
}

struct Weigher<'a> {
    text: &'a str,
    /// How many steps of the weight there are between 0 and 1.
    steps: u64,
    gold: Vec<Weighed<'a>>,
    predicted: Vec<Weighed<'a>>,
}

impl Weigher<'_> {
    /// How alike the contents of two claims are, in steps.
    fn content(&self, gold: usize, predicted: usize) -> i128 {
        let (gold, predicted) = (&self.gold[gold], &self.predicted[predicted]);
        if let (Some(a), Some(b)) = (gold.extent, predicted.extent) {
            let shared = characters(self.text, a.intersection(b));
            // Nothing visible on either side shares nothing.
            let both = i128::from(gold.characters + predicted.characters).max(1);
            return i128::from(2 * shared) * i128::from(self.steps) / both;
        }
        match (&gold.profile, &predicted.profile) {
            (Some(gold), Some(predicted)) => (gold.score(predicted) * self.steps as f64) as i128,
            _ => 0,
        }
    }
}

/// As many steps as make every weight of a document a whole number, so that sums that are equal are found equal; where that would be too many, very many.
fn steps(gold: &[Weighed<'_>], predicted: &[Weighed<'_>]) -> u64 {
    let words = |contents: &[Weighed<'_>]| contents.iter().any(|content| content.extent.is_none());
    if words(gold) || words(predicted) {
        return MOST_STEPS;
    }
    let sizes = |contents: &[Weighed<'_>]| -> BTreeSet<u64> {
        contents.iter().map(|content| content.characters).collect()
    };
    let (gold, predicted) = (sizes(gold), sizes(predicted));
    let mut steps: u64 = 1;
    for gold in &gold {
        for predicted in &predicted {
            let both = (gold + predicted).max(1);
            let multiple = steps / greatest_common_divisor(steps, both);
            steps = multiple.saturating_mul(both);
            if steps > MOST_STEPS {
                return MOST_STEPS;
            }
        }
    }
    steps
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The contents of `claims`; their n-grams too where a content on either side is words of its own.
fn contents<'a>(text: &str, claims: &[&'a Claim], others: &[&Claim]) -> Vec<Weighed<'a>> {
    let wordings = |claims: &[&Claim]| claims.iter().any(|claim| claim.content.extent().is_none());
    let profiles = wordings(claims) || wordings(others);
    let weigh = |claim: &&'a Claim| {
        let extent = claim.content.extent();
        let spans = extent.map_or(&[][..], Extent::spans).iter().copied();
        Weighed {
            extent,
            characters: characters(text, spans),
            profile: profiles.then(|| Profile::new(&claim.content.words(text))),
        }
    };
    claims.iter().map(weigh).collect()
}

/// How many visible characters two roles share, up to 65,536.
fn shared(text: &str, a: Option<&Extent>, b: Option<&Extent>) -> i128 {
    let (Some(a), Some(b)) = (a, b) else { return 0 };
    i128::from(characters(text, a.intersection(b)).min(1 << 16))
}
