//! Finds the stretch of a text that is most like a quotation: seeds of four characters that both have, the diagonals where seeds gather, and the edit distance there.

use std::cmp::Reverse;
use std::ops::RangeInclusive;

use rapidfuzz::distance::levenshtein::BatchComparator;

use super::fold::Folded;
use super::search::joined;

/// How many characters a quotation has that is looked for.
pub(super) const LENGTHS: RangeInclusive<usize> = 12..=4_000;

/// How like it a stretch must be, in thousandths.
const LEAST_ALIKE: usize = 850;

/// How many characters a seed has. Of twelve characters with two edits one seed of four is left, and more of longer quotations.
const SEED: usize = 4;

/// How many seeds of a quotation are looked at, the rarest first.
const MOST_SEEDS: usize = 1 << 15;

/// How far from where the seeds lead the edges of words are looked for, and how many of them to either side.
const REACH: usize = 64;
const MOST_EDGES: usize = 2;

/// The characters of a normalised text, and where each four of them stand.
#[derive(Debug)]
pub(super) struct Grams {
    chars: Vec<char>,
    /// The byte of each character, and of the end.
    bytes: Vec<usize>,
    /// Whether a place may begin or end before the character, and at the end.
    edges: Vec<bool>,
    /// Where the list of each hash value begins in `places`, and where the last ends.
    lists: Vec<usize>,
    places: Vec<usize>,
    shift: u32,
}

/// The bytes of the normalised text that are most like the quotation, and how like, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) alike: u16,
}

/// Four characters of the quotation that the text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seed {
    /// Where the quotation would begin if nothing differed, moved so that none is negative.
    diagonal: usize,
    /// Where it stands in the quotation.
    own: usize,
    /// Where it stands in the text.
    place: usize,
}

/// The characters of a stretch, and how like it is.
type Stretch = (usize, usize, usize);

impl Grams {
    /// The index of a normalised text; linear time, by counting.
    pub(super) fn of(folded: &Folded) -> Self {
        let chars: Vec<char> = folded.text().chars().collect();
        let starts = folded.text().char_indices().map(|(at, _)| at);
        let bytes = starts.chain([folded.text().len()]).collect();
        let before = |at: usize| at.checked_sub(1).map(|at| chars[at]);
        let edges = (0..=chars.len())
            .map(|at| folded.parts(at) && !joined(before(at), chars.get(at).copied()));
        let edges = edges.collect();
        let bits = chars.len().max(2).ilog2().min(20);
        let shift = u64::BITS - bits;
        let mut lists = vec![0; (1 << bits) + 1];
        for gram in chars.windows(SEED) {
            lists[hash(gram, shift) + 1] += 1;
        }
        for at in 1..lists.len() {
            lists[at] += lists[at - 1];
        }
        let mut next = lists.clone();
        let mut places = vec![0; chars.len().saturating_sub(SEED - 1)];
        for (place, gram) in chars.windows(SEED).enumerate() {
            let slot = &mut next[hash(gram, shift)];
            places[*slot] = place;
            *slot += 1;
        }
        Self {
            chars,
            bytes,
            edges,
            lists,
            places,
            shift,
        }
    }

    /// The stretch most like these words, if any is like enough.
    pub(super) fn nearest(&self, words: &[char]) -> Option<Near> {
        let seeds = self.seeds(words);
        // More edits than that, and nothing is like enough.
        let drift = words.len() * (1000 - LEAST_ALIKE) / LEAST_ALIKE + 1;
        let comparator = BatchComparator::new(words.iter().copied());
        let alike = |start: usize, end: usize| {
            let distance = comparator.distance(self.chars[start..end].iter().copied());
            let longer = words.len().max(end - start);
            longer.saturating_sub(distance) * 1000 / longer
        };
        let gathered = gathered(&seeds, drift, (2_000 / words.len()).clamp(2, 8));
        let found = gathered
            .into_iter()
            .filter_map(|seeds| self.best(seeds, words.len(), alike));
        let best = found.max_by_key(|&(start, end, alike)| (alike, Reverse((start, end))));
        let (start, end, alike) = best.filter(|(_, _, alike)| *alike >= LEAST_ALIKE)?;
        Some(Near {
            start: self.bytes[start],
            end: self.bytes[end],
            alike: u16::try_from(alike).unwrap_or(1000),
        })
    }

    fn list(&self, gram: &[char]) -> &[usize] {
        let hash = hash(gram, self.shift);
        &self.places[self.lists[hash]..self.lists[hash + 1]]
    }

    /// The seeds of some words, the rarest, in order of their diagonals.
    fn seeds(&self, words: &[char]) -> Vec<Seed> {
        let grams = words.windows(SEED).enumerate();
        let mut rarest: Vec<(usize, usize)> = grams
            .map(|(own, gram)| (self.list(gram).len(), own))
            .collect();
        rarest.sort_unstable();
        let mut seeds = Vec::new();
        let mut looked = 0;
        for (count, own) in rarest {
            looked += count;
            if looked > MOST_SEEDS {
                break;
            }
            let gram = &words[own..own + SEED];
            let places = self.list(gram).iter();
            let places = places.filter(|&&place| self.chars[place..place + SEED] == *gram);
            seeds.extend(places.map(|&place| Seed {
                diagonal: place + words.len() - own,
                own,
                place,
            }));
        }
        seeds.sort_unstable();
        seeds
    }

    /// The stretch most like the words around some seeds.
    fn best(
        &self,
        seeds: &[Seed],
        len: usize,
        alike: impl Fn(usize, usize) -> usize,
    ) -> Option<Stretch> {
        let first = seeds.iter().min_by_key(|seed| (seed.own, seed.place))?;
        let last = seeds.iter().max_by_key(|seed| (seed.own, seed.place))?;
        let start = first.place.saturating_sub(first.own);
        let end = (last.place + len - last.own).min(self.chars.len());
        let visible = |at: usize| self.chars.get(at).is_some_and(|c| *c != ' ');
        let starts = near(start, self.chars.len(), |at| self.edges[at] && visible(at));
        let ends = near(end, self.chars.len(), |at| {
            self.edges[at] && at.checked_sub(1).is_some_and(visible)
        });
        let guess = *ends.first()?;
        let of = |start: usize, end: usize| (start < end).then(|| (start, end, alike(start, end)));
        let best = |found: &mut dyn Iterator<Item = Stretch>| {
            found.max_by_key(|&(start, end, alike)| (alike, Reverse((start, end))))
        };
        let (start, ..) = best(&mut starts.into_iter().filter_map(|start| of(start, guess)))?;
        best(&mut ends.into_iter().filter_map(|end| of(start, end)))
    }
}

/// The edges nearest to `at`, the nearest first.
fn near(at: usize, last: usize, is_edge: impl Fn(usize) -> bool) -> Vec<usize> {
    let before = (at.saturating_sub(REACH)..=at).rev();
    let after = at + 1..=last.min(at.saturating_add(REACH));
    let before = before.filter(|at| is_edge(*at)).take(MOST_EDGES + 1);
    let after = after.filter(|at| is_edge(*at)).take(MOST_EDGES);
    let mut found: Vec<usize> = before.chain(after).collect();
    found.sort_unstable_by_key(|edge| (edge.abs_diff(at), *edge));
    found
}

/// Where most seeds gather within `drift` diagonals, the most first; at most `most` places that share no seed.
fn gathered(seeds: &[Seed], drift: usize, most: usize) -> Vec<&[Seed]> {
    let mut places: Vec<(Reverse<usize>, usize)> = Vec::with_capacity(seeds.len());
    let mut end = 0;
    for (begin, seed) in seeds.iter().enumerate() {
        while seeds
            .get(end)
            .is_some_and(|next| next.diagonal <= seed.diagonal + drift)
        {
            end += 1;
        }
        places.push((Reverse(end - begin), begin));
    }
    places.sort_unstable();
    let mut chosen: Vec<(usize, usize)> = Vec::new();
    for (Reverse(count), begin) in places {
        if chosen.len() == most {
            break;
        }
        let end = begin + count;
        if chosen
            .iter()
            .all(|(other, other_end)| end <= *other || begin >= *other_end)
        {
            chosen.push((begin, end));
        }
    }
    chosen
        .into_iter()
        .map(|(begin, end)| &seeds[begin..end])
        .collect()
}

/// The hash value of a few characters; the same on every machine.
fn hash(gram: &[char], shift: u32) -> usize {
    let mixed = gram.iter().fold(0_u64, |hash, c| {
        (hash.rotate_left(21) ^ u64::from(*c)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    usize::try_from(mixed >> shift).unwrap_or_default()
}
