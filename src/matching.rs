//! Pairs gold with predictions one-to-one: an [`Alignment`] of indices, optimal for the measure that asks.
//!
//! Only annotations that share at least one character can pair. They fall into connected groups, nearly always of one or two
//! items; within a group the pairing is an exact assignment, so the order of the input never matters. A group too large for
//! that is paired greedily and says so in [`Alignment::approximate`].

use std::cmp::Reverse;
use std::fmt;

use pathfinding::prelude::{Matrix, kuhn_munkres};

use crate::annotation::{Claim, Mention};
use crate::span::{Extent, Span};

/// Rows times columns above which a group of overlapping annotations is paired greedily: the exact assignment takes cubic time, and
/// this is where it begins to take seconds.
const EXACT_LIMIT_CELLS: usize = 640_000;

/// When a pair of entity mentions counts, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityMeasure {
    /// Same extent and same label (the CoNLL convention).
    Strict,
    /// Same extent, whatever the label.
    Exact,
    /// Same extent counts one, any overlap one half, whatever the label.
    Partial,
    /// Any overlap with the same label.
    Type,
}

impl EntityMeasure {
    /// Every measure, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Strict, Self::Exact, Self::Partial, Self::Type];

    /// The name in configuration, tables and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Exact => "exact",
            Self::Partial => "partial",
            Self::Type => "type",
        }
    }

    /// The measure of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// What a pair of overlapping mentions earns.
    #[must_use]
    pub const fn judge(self, same_extent: bool, same_label: bool) -> Judgement {
        let correct = match self {
            Self::Strict => same_extent && same_label,
            Self::Exact => same_extent,
            Self::Partial if !same_extent => return Judgement::Partial,
            Self::Partial => true,
            Self::Type => same_label,
        };
        if correct {
            Judgement::Correct
        } else {
            Judgement::Incorrect
        }
    }
}

impl fmt::Display for EntityMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a pair earns: one, one half, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Full credit.
    Correct,
    /// Half credit.
    Partial,
    /// Paired, but wrong.
    Incorrect,
}

impl Judgement {
    /// The credit in halves.
    const fn halves(self) -> i128 {
        match self {
            Self::Correct => 2,
            Self::Partial => 1,
            Self::Incorrect => 0,
        }
    }
}

/// When two extents of a claim's role count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Every fragment begins and ends at the same byte.
    Exact,
    /// The characters that both cover are at least this share of those that either covers (intersection over union).
    Overlap(Threshold),
}

impl Level {
    /// The two levels that are reported unless others are asked for: `exact` and `overlap:0.5`.
    pub const DEFAULT: [Self; 2] = [
        Self::Exact,
        Self::Overlap(Threshold {
            millionths: 500_000,
        }),
    ];

    /// Reads `exact` or `overlap:t` with `t` above 0 and at most 1, in at most six decimals.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "exact" {
            return Some(Self::Exact);
        }
        Threshold::parse(name.strip_prefix("overlap:")?).map(Self::Overlap)
    }

    /// Whether the two extents of `text` are the same at this level. White space does not count towards an overlap.
    #[must_use]
    pub fn accepts(self, text: &str, gold: &Extent, predicted: &Extent) -> bool {
        match self {
            Self::Exact => gold == predicted,
            Self::Overlap(threshold) => {
                let shared = characters(text, gold.intersection(predicted));
                let union = characters(text, gold.spans().iter().copied())
                    + characters(text, predicted.spans().iter().copied())
                    - shared;
                shared > 0 && shared * 1_000_000 >= u64::from(threshold.millionths) * union
            }
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.pad("exact"),
            Self::Overlap(threshold) => f.pad(&format!("overlap:{threshold}")),
        }
    }
}

/// A share above 0 and at most 1, kept as an integer so that comparing with a ratio of counts is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold {
    millionths: u32,
}

impl Threshold {
    /// Reads a decimal number such as `0.5`, `.75` or `1`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole)
            || !digits(fraction)
            || fraction.len() > 6
            || (whole.is_empty() && fraction.is_empty())
        {
            return None;
        }
        let whole: u32 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let millionths = format!("{fraction:0<6}").parse::<u32>().ok()? + whole.min(2) * 1_000_000;
        (1..=1_000_000)
            .contains(&millionths)
            .then_some(Self { millionths })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.millionths == 1_000_000 {
            return f.write_str("1");
        }
        let digits = format!("{:06}", self.millionths);
        write!(f, "0.{}", digits.trim_end_matches('0'))
    }
}

/// Which gold item pairs with which prediction. Every index of either side stands in exactly one of the three lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alignment {
    /// (gold index, prediction index), in order of gold position.
    pub pairs: Vec<(usize, usize)>,
    /// Gold items without a partner.
    pub missing: Vec<usize>,
    /// Predictions without a partner.
    pub spurious: Vec<usize>,
    /// Whether some group was too large for the exact assignment.
    pub approximate: bool,
}

/// The overlapping pairs of two lists of mentions, found once and then aligned under each measure.
#[derive(Debug)]
pub struct Candidates<'a> {
    gold: &'a [&'a Mention],
    predicted: &'a [&'a Mention],
    groups: Groups,
}

impl<'a> Candidates<'a> {
    /// Finds which mentions overlap which.
    #[must_use]
    pub fn between(gold: &'a [&'a Mention], predicted: &'a [&'a Mention]) -> Self {
        let gold_extents: Vec<&Extent> = gold.iter().map(|mention| &mention.extent).collect();
        let predicted_extents: Vec<&Extent> =
            predicted.iter().map(|mention| &mention.extent).collect();
        let position = |mention: &&'a Mention| *mention;
        let groups = Groups::of(
            &order_by(gold, position),
            &order_by(predicted, position),
            &gold_extents,
            &predicted_extents,
        );
        Self {
            gold,
            predicted,
            groups,
        }
    }

    /// What the pair of gold mention `gold` and prediction `predicted` earns under `measure`.
    #[must_use]
    pub fn judge(&self, measure: EntityMeasure, gold: usize, predicted: usize) -> Judgement {
        let (gold, predicted) = (self.gold[gold], self.predicted[predicted]);
        measure.judge(
            gold.extent == predicted.extent,
            gold.label == predicted.label,
        )
    }

    /// The pairing that maximises credit under `measure`, then the number of pairs, then the bytes shared; ties fall to the earlier position.
    #[must_use]
    pub fn align(&self, measure: EntityMeasure) -> Alignment {
        self.groups.align(|gold, predicted| {
            let shared: usize = self.gold[gold]
                .extent
                .intersection(&self.predicted[predicted].extent)
                .map(|span| span.end() - span.start())
                .sum();
            let credit = self.judge(measure, gold, predicted).halves();
            (credit << 88) + (1 << 56) + shared as i128
        })
    }
}

/// Pairs claims by the F1 of their contents' characters, summed over the document; ties fall to the larger cue overlap, then source overlap, then the
/// earlier position. Claims whose contents share nothing never pair.
#[must_use]
pub fn align_claims(text: &str, gold: &[Claim], predicted: &[Claim]) -> Alignment {
    let contents = |claims: &'_ [Claim]| -> Vec<u64> {
        claims
            .iter()
            .map(|claim| characters(text, claim.content.spans().iter().copied()))
            .collect()
    };
    let (gold_size, predicted_size) = (contents(gold), contents(predicted));
    let gold_extents: Vec<&Extent> = gold.iter().map(|claim| &claim.content).collect();
    let predicted_extents: Vec<&Extent> = predicted.iter().map(|claim| &claim.content).collect();
    let groups = Groups::of(
        &order_by(gold, |claim| claim),
        &order_by(predicted, |claim| claim),
        &gold_extents,
        &predicted_extents,
    );
    let shared = |a: Option<&Extent>, b: Option<&Extent>| -> i128 {
        let (Some(a), Some(b)) = (a, b) else { return 0 };
        i128::from(characters(text, a.intersection(b)).min(1 << 20))
    };
    groups.align(|i, j| {
        let (g, p) = (&gold[i], &predicted[j]);
        let content = characters(text, g.content.intersection(&p.content));
        // A share of white space alone is no overlap: weight 0 never pairs.
        if content == 0 {
            return 0;
        }
        // 2^40 steps: two claims of a million characters each are still told apart.
        let f1 = (i128::from(2 * content) << 40) / i128::from(gold_size[i] + predicted_size[j]);
        (f1 << 72)
            + (shared(g.cue.as_ref(), p.cue.as_ref()) << 36)
            + shared(g.source.as_ref(), p.source.as_ref())
            + 1
    })
}

/// How many characters (code points) that are not white space the spans cover.
fn characters(text: &str, spans: impl Iterator<Item = Span>) -> u64 {
    spans
        .map(|span| {
            let covered = span.of(text);
            covered.chars().filter(|c| !c.is_whitespace()).count() as u64
        })
        .sum()
}

/// The indices of `items` in order of their keys.
fn order_by<'a, T, K: Ord + 'a>(items: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|&a, &b| key(&items[a]).cmp(&key(&items[b])));
    order
}

/// Connected groups of overlapping annotations, each side in order of position.
#[derive(Debug, Default)]
struct Groups {
    groups: Vec<Group>,
    lone_gold: Vec<usize>,
    lone_predicted: Vec<usize>,
}

/// One connected group: its members on either side, and which overlap which.
#[derive(Debug)]
struct Group {
    gold: Vec<usize>,
    predicted: Vec<usize>,
    /// (index into `gold`, index into `predicted`).
    edges: Vec<(usize, usize)>,
}

impl Groups {
    /// Finds the groups; the orders list indices by position.
    fn of(
        gold_order: &[usize],
        predicted_order: &[usize],
        gold: &[&Extent],
        predicted: &[&Extent],
    ) -> Self {
        let edges = overlapping(gold_order, predicted_order, gold, predicted);
        let offset = gold_order.len();
        let mut sets = DisjointSets::new(offset + predicted_order.len());
        for &(g, p) in &edges {
            sets.join(g, offset + p);
        }
        let mut groups = Self::default();
        let mut group_of_root = vec![usize::MAX; offset + predicted_order.len()];
        let mut place = vec![0; offset + predicted_order.len()];
        for &(g, p) in &edges {
            let root = sets.root(g);
            if group_of_root[root] == usize::MAX {
                group_of_root[root] = groups.groups.len();
                groups.groups.push(Group {
                    gold: Vec::new(),
                    predicted: Vec::new(),
                    edges: Vec::new(),
                });
            }
            groups.groups[group_of_root[root]].edges.push((g, p));
        }
        for (g, &index) in gold_order.iter().enumerate() {
            match group_of_root[sets.root(g)] {
                usize::MAX => groups.lone_gold.push(index),
                group => {
                    place[g] = groups.groups[group].gold.len();
                    groups.groups[group].gold.push(index);
                }
            }
        }
        for (p, &index) in predicted_order.iter().enumerate() {
            match group_of_root[sets.root(offset + p)] {
                usize::MAX => groups.lone_predicted.push(index),
                group => {
                    place[offset + p] = groups.groups[group].predicted.len();
                    groups.groups[group].predicted.push(index);
                }
            }
        }
        for group in &mut groups.groups {
            for (g, p) in &mut group.edges {
                (*g, *p) = (place[*g], place[offset + *p]);
            }
        }
        groups
    }

    /// The pairing of greatest total weight; a weight of 0 forbids a pair.
    fn align(&self, weight: impl Fn(usize, usize) -> i128) -> Alignment {
        let mut alignment = Alignment {
            missing: self.lone_gold.clone(),
            spurious: self.lone_predicted.clone(),
            ..Alignment::default()
        };
        for group in &self.groups {
            let weighted: Vec<(usize, usize, i128)> = group
                .edges
                .iter()
                .map(|&(g, p)| (g, p, weight(group.gold[g], group.predicted[p])))
                .filter(|edge| edge.2 > 0)
                .collect();
            let chosen = if group.gold.len() == 1 || group.predicted.len() == 1 {
                greedy(weighted, group.gold.len(), group.predicted.len())
            } else if group.gold.len() * group.predicted.len() <= EXACT_LIMIT_CELLS {
                optimal(&weighted, group.gold.len(), group.predicted.len())
            } else {
                alignment.approximate = true;
                greedy(weighted, group.gold.len(), group.predicted.len())
            };
            for (g, partner) in chosen.iter().enumerate() {
                match partner {
                    Some(p) => alignment.pairs.push((group.gold[g], group.predicted[*p])),
                    None => alignment.missing.push(group.gold[g]),
                }
            }
            let taken: Vec<usize> = chosen.into_iter().flatten().collect();
            let free = (0..group.predicted.len()).filter(|p| !taken.contains(p));
            alignment.spurious.extend(free.map(|p| group.predicted[p]));
        }
        alignment
    }
}

/// For each gold item its partner, by taking the heaviest edges first. Exact where one side has a single item.
fn greedy(
    mut edges: Vec<(usize, usize, i128)>,
    gold: usize,
    predicted: usize,
) -> Vec<Option<usize>> {
    edges.sort_by_key(|&(g, p, weight)| (Reverse(weight), g, p));
    let mut partner = vec![None; gold];
    let mut taken = vec![false; predicted];
    for (g, p, _) in edges {
        if partner[g].is_none() && !taken[p] {
            partner[g] = Some(p);
            taken[p] = true;
        }
    }
    partner
}

/// For each gold item its partner in the assignment of greatest total weight (Kuhn and Munkres).
fn optimal(edges: &[(usize, usize, i128)], gold: usize, predicted: usize) -> Vec<Option<usize>> {
    // The assignment wants no more rows than columns.
    let flip = gold > predicted;
    let (rows, columns) = if flip {
        (predicted, gold)
    } else {
        (gold, predicted)
    };
    let mut weights = Matrix::new(rows, columns, 0_i128);
    for &(g, p, weight) in edges {
        weights[if flip { (p, g) } else { (g, p) }] = weight;
    }
    let (_, assignment) = kuhn_munkres(&weights);
    let mut partner = vec![None; gold];
    for (row, column) in assignment.into_iter().enumerate() {
        if weights[(row, column)] > 0 {
            let (g, p) = if flip { (column, row) } else { (row, column) };
            partner[g] = Some(p);
        }
    }
    partner
}

/// The pairs (place in gold order, place in prediction order) that share a character, by one sweep over both sides.
fn overlapping(
    gold_order: &[usize],
    predicted_order: &[usize],
    gold: &[&Extent],
    predicted: &[&Extent],
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for (g, &gold_index) in gold_order.iter().enumerate() {
        let extent = gold[gold_index];
        // Gold comes by start, so what ends before this one ends before all that follow.
        open.retain(|&p| predicted[predicted_order[p]].end() > extent.start());
        while next < predicted_order.len()
            && predicted[predicted_order[next]].start() < extent.end()
        {
            if predicted[predicted_order[next]].end() > extent.start() {
                open.push(next);
            }
            next += 1;
        }
        for &p in &open {
            if predicted[predicted_order[p]].overlaps(extent) {
                pairs.push((g, p));
            }
        }
    }
    pairs
}

/// Union-find with path halving.
struct DisjointSets(Vec<usize>);

impl DisjointSets {
    fn new(len: usize) -> Self {
        Self((0..len).collect())
    }

    fn root(&mut self, mut item: usize) -> usize {
        while self.0[item] != item {
            self.0[item] = self.0[self.0[item]];
            item = self.0[item];
        }
        item
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
    }
}
