//! The rules about texts that are the same, or nearly the same, under two ids or in two splits.
//!
//! A text is remembered by the smallest hashes of its runs of five words (Broder 1997, "On the resemblance and containment of documents"): two texts whose
//! resemblance - the share of runs that both have among those that either has - is at least 0.8 by that estimate are told.

use std::collections::{BTreeMap, HashMap};

use unicode_segmentation::UnicodeSegmentation;

use super::{Finding, Rule};
use crate::error::Problem;

/// How many words a run has.
const RUN_WORDS: usize = 5;

/// How many of the smallest hashes are kept.
const KEPT: usize = 64;

/// How many of the very smallest must be shared for two texts to be compared at all: near duplicates share nearly all of them.
const PROBED: usize = 6;

/// The resemblance from which two texts are told.
const RESEMBLANCE: f64 = 0.8;

/// What is remembered of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// The digest of the whole text.
    digest: [u8; 16],
    /// The smallest hashes of its runs of words, in order.
    smallest: Vec<u64>,
}

/// What is remembered of the text of a document.
#[must_use]
pub fn sketch(text: &str) -> Sketch {
    let mut digest = [0; 16];
    digest.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
    let words: Vec<u64> = text.unicode_words().map(hash).collect();
    let run = |run: &[u64]| run.iter().fold(FNV_OFFSET, |sum, word| mix(sum ^ word));
    let mut hashes: Vec<u64> = words.windows(RUN_WORDS).map(run).collect();
    if hashes.len() > KEPT {
        hashes.select_nth_unstable(KEPT);
        // Runs may repeat: enough are kept for most to be different.
        hashes.truncate(KEPT);
    }
    hashes.sort_unstable();
    hashes.dedup();
    Sketch {
        digest,
        smallest: hashes,
    }
}

/// FNV-1a's start and factor: a hash that is the same on every machine.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_FACTOR: u64 = 0x0100_0000_01b3;

fn hash(word: &str) -> u64 {
    let lower = word.bytes().map(|byte| byte.to_ascii_lowercase());
    lower.fold(FNV_OFFSET, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(FNV_FACTOR)
    })
}

/// The finaliser of splitmix64, so that the smallest hashes are a fair draw.
const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The share of runs that both texts have, by their smallest hashes.
fn resemblance(a: &Sketch, b: &Sketch) -> f64 {
    let (mut i, mut j, mut shared, mut all) = (0, 0, 0_u32, 0_u32);
    while all < KEPT as u32 {
        match (a.smallest.get(i), b.smallest.get(j)) {
            (Some(x), Some(y)) if x == y => {
                shared += 1;
                (i, j) = (i + 1, j + 1);
            }
            (Some(x), Some(y)) if x < y => i += 1,
            (Some(_), Some(_)) | (None, Some(_)) => j += 1,
            (Some(_), None) => i += 1,
            (None, None) => break,
        }
        all += 1;
    }
    if all == 0 {
        0.0
    } else {
        f64::from(shared) / f64::from(all)
    }
}

/// The texts that were seen, in the order of their documents.
#[derive(Debug, Default)]
pub struct Alike {
    texts: Vec<(Sketch, Seen)>,
}

/// A document whose text was seen.
#[derive(Debug)]
struct Seen {
    id: String,
    split: String,
    place: Problem,
}

impl Alike {
    /// Remembers a text: the document's id, its split (empty where there is none) and the problem that points at it.
    pub fn add(&mut self, sketch: Sketch, id: &str, split: &str, place: Problem) {
        let seen = Seen {
            id: id.to_owned(),
            split: split.to_owned(),
            place,
        };
        self.texts.push((sketch, seen));
    }

    /// The texts that are the same or nearly the same as one before them.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut by_digest: HashMap<[u8; 16], usize> = HashMap::new();
        let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
        let mut findings = Vec::new();
        for (at, (sketch, seen)) in self.texts.iter().enumerate() {
            if let Some(first) = by_digest.get(&sketch.digest) {
                findings.push(self.same(*first, seen));
                continue;
            }
            by_digest.insert(sketch.digest, at);
            let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
            for hash in sketch.smallest.iter().take(PROBED) {
                let others = by_hash.entry(*hash).or_default();
                for other in others.iter() {
                    *shared.entry(*other).or_default() += 1;
                }
                // A run that very many texts have is boilerplate, and tells nothing of two of them.
                if others.len() < 50 {
                    others.push(at);
                }
            }
            let near = shared.into_keys().find_map(|other| {
                let share = resemblance(&self.texts[other].0, sketch);
                (share >= RESEMBLANCE).then_some((other, share))
            });
            findings.extend(near.map(|(other, share)| self.near(other, seen, share)));
        }
        findings
    }

    fn same(&self, first: usize, seen: &Seen) -> Finding {
        let first = &self.texts[first].1;
        let mut problem = seen.place.clone();
        let (rule, what) = if first.split == seen.split {
            (Rule::SameText, "its text stands under another id too")
        } else {
            (Rule::SplitOverlap, "its text is in another split too")
        };
        problem.what = format!("document {}: {what}", seen.id);
        let mend = match rule {
            Rule::SplitOverlap => {
                "take one of the two out: what was seen in training makes scores better than they are"
            }
            _ => "take one of the two out: what stands twice counts twice",
        };
        Finding::new(
            rule,
            problem
                .found(first.described())
                .expected("a text of its own")
                .mend(mend),
        )
    }

    fn near(&self, other: usize, seen: &Seen, share: f64) -> Finding {
        let other = &self.texts[other].1;
        let mut problem = seen.place.clone();
        problem.what = format!("document {}: its text is nearly that of another", seen.id);
        let found = format!(
            "{} of the runs of five words shared with {}",
            // Rounded down, so that no near duplicate is called a whole one.
            format_args!("{} %", (share * 100.0).floor()),
            other.described()
        );
        let mend = if other.split == seen.split {
            "take one of the two out, or count them as one cluster"
        } else {
            "put both in one split: what was seen in training makes scores better than they are"
        };
        Finding::new(
            Rule::NearDuplicate,
            problem
                .found(found)
                .expected("a text of its own")
                .mend(mend),
        )
    }
}

impl Seen {
    fn described(&self) -> String {
        if self.split.is_empty() {
            format!("document {}", self.id)
        } else {
            format!("document {} of {}", self.id, self.split)
        }
    }
}
