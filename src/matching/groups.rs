//! Connected groups of overlapping annotations, and the best pairing within each.
//!
//! Nearly all annotations overlap one other at most; those couples are kept apart from the real groups, which need an assignment.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use pathfinding::prelude::{Matrix, kuhn_munkres};

use super::Alignment;
use crate::span::Extent;

/// Rows times columns above which a group is paired greedily: the exact assignment takes cubic time, and this is where it begins to take seconds.
const EXACT_LIMIT_CELLS: usize = 640_000;

/// Predictions over one place above which not every overlapping pair is listed: the list would grow with the square of them.
const MOST_OPEN: usize = 2_000;

/// How many pairs of a gold item are listed then, besides as many of the very same extent.
const KEPT_OPEN: usize = 16;

/// Which annotations of two lists overlap, found once; [`Groups`] are made of all of these pairs or of some.
#[derive(Debug)]
pub(super) struct Overlaps {
    /// Indices into the lists by position, the first of equal items only.
    gold_order: Vec<usize>,
    predicted_order: Vec<usize>,
    /// (place in `gold_order`, place in `predicted_order`), in order.
    edges: Vec<(usize, usize)>,
    /// Copies that pair with copies of the same item, and those that pair with nothing.
    copies: Alignment,
    /// Whether some overlapping pairs were left out.
    incomplete: bool,
}

impl Overlaps {
    /// Sweeps two lists, whose items lie at `extent`; items of equal `key` are copies of each other. Items that lie nowhere may pair with any.
    ///
    /// A copy pairs with a copy of the same item on the other side, or with nothing: repeating an item never takes the partner of another.
    pub(super) fn of<'a, T: Ord, K: Ord>(
        gold: &'a [T],
        predicted: &'a [T],
        extent: impl Fn(&'a T) -> Option<&'a Extent>,
        key: impl Fn(&'a T) -> K,
    ) -> Self {
        let (gold_order, gold_copies) = ranked(gold, &extent, &key);
        let (predicted_order, predicted_copies) = ranked(predicted, &extent, &key);
        let places = |list: &'a [T], order: &[usize]| -> Vec<&'a Extent> {
            order.iter().filter_map(|&at| extent(&list[at])).collect()
        };
        let (gold_places, predicted_places) = (
            places(gold, &gold_order),
            places(predicted, &predicted_order),
        );
        let (mut edges, mut incomplete) = overlapping(&gold_places, &predicted_places);
        // Items that lie nowhere come first in the orders.
        let nowhere = (
            gold_order.len() - gold_places.len(),
            predicted_order.len() - predicted_places.len(),
        );
        if nowhere != (0, 0) {
            for edge in &mut edges {
                *edge = (edge.0 + nowhere.0, edge.1 + nowhere.1);
            }
            let (more, all) = anywhere(nowhere, (gold_order.len(), predicted_order.len()));
            edges.extend(more);
            edges.sort_unstable();
            incomplete |= !all;
        }
        Self {
            gold_order,
            predicted_order,
            edges,
            copies: pair_copies(gold_copies, predicted_copies),
            incomplete,
        }
    }

    /// How many gold items stand there again.
    pub(super) fn repeated_gold(&self) -> usize {
        self.copies.pairs.len() + self.copies.missing.len()
    }

    /// The groups that the pairs make which `keep` keeps, given by their indices.
    pub(super) fn groups(&self, keep: impl Fn(usize, usize) -> bool) -> Groups {
        let (gold_order, predicted_order) = (&self.gold_order, &self.predicted_order);
        let edges = self.edges.iter().copied();
        let edges: Vec<(usize, usize)> = edges
            .filter(|&(g, p)| keep(gold_order[g], predicted_order[p]))
            .collect();
        let mut degrees = (
            vec![0_u32; gold_order.len()],
            vec![0_u32; predicted_order.len()],
        );
        for &(g, p) in &edges {
            degrees.0[g] += 1;
            degrees.1[p] += 1;
        }
        let alone = |order: &[usize], degrees: &[u32], copies: &[usize]| {
            let lone = order
                .iter()
                .zip(degrees)
                .filter(|(_, degree)| **degree == 0);
            lone.map(|(index, _)| *index)
                .chain(copies.iter().copied())
                .collect()
        };
        let mut groups = Groups {
            couples: self.copies.pairs.clone(),
            lone_gold: alone(gold_order, &degrees.0, &self.copies.missing),
            lone_predicted: alone(predicted_order, &degrees.1, &self.copies.spurious),
            incomplete: self.incomplete,
            groups: Vec::new(),
        };
        let mut tangled = Vec::new();
        for (g, p) in edges {
            if degrees.0[g] == 1 && degrees.1[p] == 1 {
                groups.couples.push((gold_order[g], predicted_order[p]));
            } else {
                tangled.push((g, p));
            }
        }
        groups.groups = connected(&tangled, gold_order, predicted_order);
        groups
    }
}

/// Annotations of two lists in connected groups, as indices into the lists.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// A gold item and a prediction that overlap each other and nothing else.
    couples: Vec<(usize, usize)>,
    groups: Vec<Group>,
    lone_gold: Vec<usize>,
    lone_predicted: Vec<usize>,
    /// Whether some overlapping pairs were left out.
    incomplete: bool,
}

/// A connected group of three or more: its members on either side by position, and which overlap which.
#[derive(Debug, Default)]
struct Group {
    gold: Vec<usize>,
    predicted: Vec<usize>,
    /// (place in `gold`, place in `predicted`).
    edges: Vec<(usize, usize)>,
}

impl Groups {
    /// The pairing of greatest total weight; a weight of 0 forbids a pair. Ties fall to the earlier position.
    pub(super) fn align(&self, weight: impl Fn(usize, usize) -> i128) -> Alignment {
        let mut alignment = Alignment {
            pairs: Vec::with_capacity(self.couples.len() + self.groups.len()),
            missing: self.lone_gold.clone(),
            spurious: self.lone_predicted.clone(),
            approximate: self.incomplete,
        };
        for &(g, p) in &self.couples {
            if weight(g, p) > 0 {
                alignment.pairs.push((g, p));
            } else {
                alignment.missing.push(g);
                alignment.spurious.push(p);
            }
        }
        for group in &self.groups {
            group.align(&weight, &mut alignment);
        }
        alignment
    }
}

/// The second, third, ... of equal items: their key and rank, and their index.
type Copies<K> = BTreeMap<(K, usize), usize>;

/// Couples the copies of an item on one side with those on the other, first with first.
fn pair_copies<K: Ord>(gold: Copies<K>, mut predicted: Copies<K>) -> Alignment {
    let mut copies = Alignment::default();
    for (copy, g) in gold {
        match predicted.remove(&copy) {
            Some(p) => copies.pairs.push((g, p)),
            None => copies.missing.push(g),
        }
    }
    copies.spurious.extend(predicted.into_values());
    copies
}

/// The indices of `items` by position, the first of equal ones only, and the rest.
fn ranked<'a, T: Ord, K: Ord>(
    items: &'a [T],
    extent: &impl Fn(&'a T) -> Option<&'a Extent>,
    key: &impl Fn(&'a T) -> K,
) -> (Vec<usize>, Copies<K>) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    let place = |at: usize| extent(&items[at]);
    // Most files are flat and in order: then nothing needs to be sorted, and nothing stands twice.
    let in_order = |pair: &[usize]| place(pair[0]) < place(pair[1]);
    if order.windows(2).all(in_order) {
        return (order, Copies::new());
    }
    let position = |at: usize| (place(at), key(&items[at]), &items[at]);
    order.sort_by(|&a, &b| {
        place(a)
            .cmp(&place(b))
            .then_with(|| position(a).cmp(&position(b)))
    });
    let mut copies = Copies::new();
    let mut rank = 0;
    let mut firsts: Vec<usize> = Vec::with_capacity(order.len());
    for index in order {
        let last = firsts.last().copied();
        let copy = last.is_some_and(|last| {
            place(last) == place(index) && key(&items[last]) == key(&items[index])
        });
        if copy {
            rank += 1;
            copies.insert((key(&items[index]), rank), index);
        } else {
            rank = 0;
            firsts.push(index);
        }
    }
    (firsts, copies)
}

/// The pairs of places of which one lies nowhere, and whether these are all. Where they would be too many they are those of like rank: items that lie nowhere
/// come in the order of their words, so equal ones are near each other.
fn anywhere(nowhere: (usize, usize), all: (usize, usize)) -> (Vec<(usize, usize)>, bool) {
    let complete = all.0.saturating_mul(all.1) <= EXACT_LIMIT_CELLS;
    let band = if complete {
        all.1
    } else {
        EXACT_LIMIT_CELLS / all.0.max(1) + 1
    };
    let pairs = (0..all.0).flat_map(|g| {
        let last = if g < nowhere.0 { all.1 } else { nowhere.1 };
        let middle = if complete { 0 } else { g * all.1 / all.0 };
        let from = middle.saturating_sub(band / 2).min(last);
        (from..last.min(from + band)).map(move |p| (g, p))
    });
    (pairs.collect(), complete)
}

impl Group {
    fn align(&self, weight: &impl Fn(usize, usize) -> i128, alignment: &mut Alignment) {
        let weigh = |&(g, p): &(usize, usize)| (g, p, weight(self.gold[g], self.predicted[p]));
        let weighted: Vec<(usize, usize, i128)> = self
            .edges
            .iter()
            .map(weigh)
            .filter(|edge| edge.2 > 0)
            .collect();
        let (rows, columns) = (self.gold.len(), self.predicted.len());
        let partners = if rows == 1 || columns == 1 {
            greedy(weighted, rows, columns)
        } else if rows.saturating_mul(columns) <= EXACT_LIMIT_CELLS {
            optimal(&weighted, rows, columns)
        } else {
            alignment.approximate = true;
            greedy(weighted, rows, columns)
        };
        let mut free = vec![true; columns];
        for (g, partner) in partners.into_iter().enumerate() {
            match partner {
                Some(p) => {
                    free[p] = false;
                    alignment.pairs.push((self.gold[g], self.predicted[p]));
                }
                None => alignment.missing.push(self.gold[g]),
            }
        }
        let spurious = self.predicted.iter().zip(free).filter(|(_, free)| *free);
        alignment.spurious.extend(spurious.map(|(index, _)| *index));
    }
}

/// The connected groups of the edges, given by places in the orders; groups and members come by position.
fn connected(
    edges: &[(usize, usize)],
    gold_order: &[usize],
    predicted_order: &[usize],
) -> Vec<Group> {
    if edges.is_empty() {
        return Vec::new();
    }
    let offset = gold_order.len();
    let mut sets = DisjointSets::new(offset + predicted_order.len());
    for &(g, p) in edges {
        sets.join(g, offset + p);
    }
    const NONE: usize = usize::MAX;
    let mut group_of_root = vec![NONE; offset + predicted_order.len()];
    let mut place = vec![NONE; offset + predicted_order.len()];
    let mut groups: Vec<Group> = Vec::new();
    // Edges come by gold position, so gold members do; predictions are put in order below.
    for &(g, p) in edges {
        let root = sets.root(g);
        if group_of_root[root] == NONE {
            group_of_root[root] = groups.len();
            groups.push(Group::default());
        }
        let group = &mut groups[group_of_root[root]];
        if place[g] == NONE {
            place[g] = group.gold.len();
            group.gold.push(gold_order[g]);
        }
        group.edges.push((place[g], p));
        place[offset + p] = group_of_root[root];
    }
    for p in 0..predicted_order.len() {
        if place[offset + p] != NONE {
            let group = &mut groups[place[offset + p]];
            place[offset + p] = group.predicted.len();
            group.predicted.push(predicted_order[p]);
        }
    }
    for group in &mut groups {
        for edge in &mut group.edges {
            edge.1 = place[offset + edge.1];
        }
    }
    groups
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

/// The pairs (place, place) that share a character, by one sweep over both sides, which come by position; and whether some were left out, because too many
/// predictions lie over one place to list them all.
fn overlapping(gold: &[&Extent], predicted: &[&Extent]) -> (Vec<(usize, usize)>, bool) {
    let mut pairs = Vec::new();
    let mut left_out = false;
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for (g, extent) in gold.iter().enumerate() {
        // Gold comes by start, so what ends before this one ends before all that follow.
        open.retain(|&p| predicted[p].end() > extent.start());
        while next < predicted.len() && predicted[next].start() < extent.end() {
            if predicted[next].end() > extent.start() {
                open.push(next);
            }
            next += 1;
        }
        let overlaps = |p: &usize| predicted[*p].overlaps(extent);
        if open.len() <= MOST_OPEN {
            pairs.extend(open.iter().copied().filter(overlaps).map(|p| (g, p)));
        } else {
            left_out = true;
            let same = same_extent(gold, predicted, g);
            let others = open.iter().rev().copied().filter(overlaps);
            let others = others.filter(|p| !same.contains(p)).take(KEPT_OPEN);
            pairs.extend(same.clone().chain(others).map(|p| (g, p)));
        }
    }
    (pairs, left_out)
}

/// Some predictions with exactly the extent of gold item `g`; where both sides repeat it, each gold item gets others.
fn same_extent(gold: &[&Extent], predicted: &[&Extent], g: usize) -> Range<usize> {
    let rank = g - gold.partition_point(|extent| *extent < gold[g]);
    let start = predicted.partition_point(|extent| *extent < gold[g]);
    let end = predicted.partition_point(|extent| *extent <= gold[g]);
    let from = (start + rank).min(end);
    from..end.min(from + KEPT_OPEN)
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
