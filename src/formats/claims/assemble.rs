//! Makes claims of the frames and links of a draft: which stretches are the content, the source and the cue of each, and which claim lies in which.

use std::collections::{BTreeMap, HashMap};

use super::{Mapping, Part, role_of};
use crate::formats::draft::{At, Attribute, Draft, Stretch, Target, Use};

/// A claim whose parts are known and not yet looked up.
#[derive(Debug, Default)]
pub(in crate::formats) struct ClaimDraft<'d> {
    /// The id of the frame, or of the stretch that the claim hangs on; perhaps empty.
    pub(in crate::formats) name: &'d str,
    /// The stretches of its content, source and cue.
    pub(in crate::formats) content: Vec<usize>,
    pub(in crate::formats) source: Vec<usize>,
    pub(in crate::formats) cue: Vec<usize>,
    /// A content in words of its own.
    pub(in crate::formats) words: Option<&'d str>,
    pub(in crate::formats) attributes: Vec<&'d Attribute<'d>>,
    pub(in crate::formats) parent: Parent,
    /// Whether a part of it is no text, which is told of by itself.
    pub(in crate::formats) broken: bool,
    /// Where it stands.
    pub(in crate::formats) at: At,
}

/// The claim that another lies in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Parent {
    #[default]
    None,
    /// The claim of this index.
    Claim(usize),
    /// Something was named that is no other claim.
    Wrong,
}

/// What the claims of a draft are made of, and what was left over.
#[derive(Debug, Default)]
pub(in crate::formats) struct Assembled<'d> {
    pub(in crate::formats) claims: Vec<ClaimDraft<'d>>,
    /// Stretches that are parts of claims by their labels and that no claim has.
    pub(in crate::formats) loose: Vec<usize>,
    /// Arguments of claims whose roles mean nothing: the frame and the role.
    pub(in crate::formats) unknown_roles: Vec<(usize, &'d str)>,
    /// Arguments that are no text though their role needs one: the frame, the role, and what fills it.
    pub(in crate::formats) not_a_text: Vec<(usize, &'d str, Target)>,
    /// How many links join nothing that is part of a claim.
    pub(in crate::formats) other_links: u64,
    /// How many frames are no claims.
    pub(in crate::formats) other_frames: u64,
}

/// The part that a stretch is by its label.
pub(in crate::formats) fn part_of(draft: &Draft<'_>, mapping: &Mapping, at: usize) -> Option<Part> {
    let stretch = &draft.stretches[at];
    match stretch.used {
        Use::Mention | Use::Unplaced => None,
        Use::Part | Use::ByLabel => mapping.part(&stretch.label),
    }
}

/// The parts that the stretches of a draft are by their labels. Labels repeat, so that most are those of the stretch before.
pub(in crate::formats) fn parts_of<'d>(
    draft: &'d Draft<'_>,
    mapping: &Mapping,
) -> Vec<Option<Part>> {
    let mut last: (&str, Option<Part>) = ("", mapping.part(""));
    let mut part = |stretch: &'d Stretch<'_>| {
        if matches!(stretch.used, Use::Mention | Use::Unplaced) {
            return None;
        }
        if last.0 != stretch.label {
            last = (&stretch.label, mapping.part(&stretch.label));
        }
        last.1
    };
    draft.stretches.iter().map(&mut part).collect()
}

/// The claims of a draft: those of its frames, and those of its links. `parts` are those of its stretches.
pub(in crate::formats) fn assemble<'d>(
    draft: &'d Draft<'d>,
    mapping: &Mapping,
    parts: &[Option<Part>],
    by_frames: bool,
) -> Assembled<'d> {
    let mut assembled = Assembled::default();
    let mut used = vec![false; draft.stretches.len()];
    from_frames(draft, mapping, parts, &mut assembled, &mut used);
    let any = parts
        .iter()
        .zip(&used)
        .any(|(part, used)| !used && part.is_some());
    if any || !draft.links.is_empty() {
        Linking::new(draft, mapping, parts, &used).claims(&mut assembled, &mut used, by_frames);
    }
    let loose = (0..draft.stretches.len()).filter(|at| !used[*at] && parts[*at].is_some());
    assembled.loose = loose.collect();
    assembled
}

/// The claims of frames, one for each frame of the right type, in their order.
fn from_frames<'d>(
    draft: &'d Draft<'d>,
    mapping: &Mapping,
    parts: &[Option<Part>],
    assembled: &mut Assembled<'d>,
    used: &mut [bool],
) {
    let is_claim = |frame: usize| mapping.part(&draft.frames[frame].kind) == Some(Part::Event);
    let frames: Vec<usize> = (0..draft.frames.len()).filter(|at| is_claim(*at)).collect();
    assembled.other_frames = (draft.frames.len() - frames.len()) as u64;
    for &at in &frames {
        let frame = &draft.frames[at];
        let mut claim = ClaimDraft {
            name: &frame.name,
            words: frame.words.as_deref(),
            attributes: frame.attributes.iter().collect(),
            at: frame.at.clone(),
            ..ClaimDraft::default()
        };
        for (role, target) in &frame.arguments {
            let name = role_of(role);
            if mapping.is_parent(name) {
                let parent = match target {
                    Target::Frame(parent) if *parent != at => frames.binary_search(parent).ok(),
                    _ => None,
                };
                claim.parent = parent.map_or(Parent::Wrong, Parent::Claim);
                continue;
            }
            let part = mapping.part(name).filter(|part| *part != Part::Event);
            match (part, target) {
                (Some(part), Target::Stretch(stretch)) => {
                    used[*stretch] = true;
                    claim.part_mut(part).push(*stretch);
                }
                (Some(_), Target::Frame(_)) => {
                    claim.broken = true;
                    assembled.not_a_text.push((at, role, *target));
                }
                (None, _) => assembled.unknown_roles.push((at, role)),
            }
        }
        if let Some(trigger) = frame.trigger {
            used[trigger] = true;
            let is_cue = parts[trigger] == Some(Part::Cue);
            if claim.cue.is_empty() && is_cue {
                claim.cue.push(trigger);
            }
        }
        assembled.claims.push(claim);
    }
}

impl ClaimDraft<'_> {
    fn part_mut(&mut self, part: Part) -> &mut Vec<usize> {
        match part {
            Part::Source => &mut self.source,
            Part::Cue => &mut self.cue,
            Part::Content | Part::Event => &mut self.content,
        }
    }
}

/// The links between the stretches of a draft, as claims see them.
struct Linking<'d> {
    draft: &'d Draft<'d>,
    /// The part that each stretch is, by label or because a link says so.
    parts: Vec<Option<Part>>,
    /// The first fragment of the part that each stretch is a fragment of.
    heads: Vec<usize>,
    /// What each head is joined with, in both directions: head, and the part that it has there.
    joined: Vec<Vec<(usize, Part)>>,
    /// The fragments of each head, itself first.
    members: Vec<Vec<usize>>,
    /// From stretch to stretch: the claim of the one lies in the claim of the other.
    parents: Vec<(usize, usize)>,
    /// What is said of each stretch.
    said: HashMap<usize, Vec<&'d Attribute<'d>>>,
    other: u64,
}

impl<'d> Linking<'d> {
    fn new(draft: &'d Draft<'d>, mapping: &Mapping, parts: &[Option<Part>], used: &[bool]) -> Self {
        let count = draft.stretches.len();
        let part = |at: usize| parts[at].filter(|_| !used[at]);
        let mut linking = Self {
            draft,
            parts: (0..count).map(part).collect(),
            heads: (0..count).collect(),
            joined: vec![Vec::new(); count],
            members: vec![Vec::new(); count],
            parents: Vec::new(),
            said: HashMap::new(),
            other: 0,
        };
        for (at, attribute) in &draft.attributes {
            linking.said.entry(*at).or_default().push(attribute);
        }
        let ends = |link: &crate::formats::draft::Link<'_>| match (link.from, link.to) {
            (Target::Stretch(from), Target::Stretch(to)) if from != to => Some((from, to)),
            _ => None,
        };
        // Fragments first: what is said of one of them is said of the whole.
        for link in draft
            .links
            .iter()
            .filter(|link| mapping.is_same(&link.kind))
        {
            match ends(link) {
                Some((from, to)) if linking.parts[from].is_some() => linking.unite(from, to),
                _ => linking.other += 1,
            }
        }
        for at in 0..count {
            let head = linking.head(at);
            linking.members[head].push(at);
        }
        for link in draft
            .links
            .iter()
            .filter(|link| !mapping.is_same(&link.kind))
        {
            match ends(link) {
                Some((from, to)) if mapping.is_parent(&link.kind) => {
                    linking.parents.push((from, to));
                }
                Some((from, to)) => linking.join(mapping, &link.kind, from, to),
                None => linking.other += 1,
            }
        }
        linking
    }

    /// The first fragment of the part that a stretch belongs to; the way there is made shorter for the next who asks.
    fn head(&mut self, mut at: usize) -> usize {
        while self.heads[at] != at {
            self.heads[at] = self.heads[self.heads[at]];
            at = self.heads[at];
        }
        at
    }

    fn unite(&mut self, from: usize, to: usize) {
        let (from, to) = (self.head(from), self.head(to));
        let (first, later) = (from.min(to), from.max(to));
        self.heads[later] = first;
        if self.parts[first].is_none() {
            self.parts[first] = self.parts[later];
        }
    }

    /// Takes a link: its type may say what it leads to, else the labels of both ends do.
    fn join(&mut self, mapping: &Mapping, kind: &str, from: usize, to: usize) {
        let said = mapping
            .part(role_of(kind))
            .filter(|part| *part != Part::Event);
        let (from, to) = (self.head(from), self.head(to));
        let (begins, ends) = (self.parts[from], said.or(self.parts[to]));
        let wanted = said.is_some() || mapping.joins(kind);
        match (begins, ends) {
            (Some(begins), Some(ends)) if wanted => {
                self.joined[from].push((to, ends));
                self.joined[to].push((from, begins));
            }
            _ => self.other += 1,
        }
    }

    /// The heads that are joined with this one and have this part there.
    fn neighbours(&self, head: usize, part: Part) -> impl Iterator<Item = usize> {
        let joined = self.joined[head].iter();
        joined
            .filter(move |(_, found)| *found == part)
            .map(|(at, _)| *at)
    }

    /// One claim for each event or cue that a content is joined with, and one for each content that is joined with neither.
    fn claims(self, assembled: &mut Assembled<'d>, used: &mut [bool], by_frames: bool) {
        let mut claim_of: BTreeMap<usize, usize> = BTreeMap::new();
        let heads = || (0..self.heads.len()).filter(|at| self.heads[*at] == *at);
        let mut anchors: Vec<usize> = Vec::new();
        for head in heads() {
            match self.parts[head] {
                Some(Part::Event) => anchors.push(head),
                Some(Part::Cue) => {
                    let under_event = self.neighbours(head, Part::Event).next().is_some();
                    let has_content = self.neighbours(head, Part::Content).next().is_some();
                    anchors.extend((!under_event && has_content).then_some(head));
                }
                Some(Part::Content) => {
                    let mut above = [Part::Event, Part::Cue].into_iter();
                    let held = above.any(|part| self.neighbours(head, part).next().is_some());
                    let alone = by_frames && self.joined[head].is_empty();
                    anchors.extend((!held && !alone).then_some(head));
                }
                Some(Part::Source) | None => {}
            }
        }
        for anchor in anchors {
            let claim = self.claim(anchor);
            let at = assembled.claims.len();
            for stretch in claim.content.iter().chain(&claim.source).chain(&claim.cue) {
                used[*stretch] = true;
                claim_of.entry(*stretch).or_insert(at);
            }
            for fragment in &self.members[anchor] {
                used[*fragment] = true;
                claim_of.insert(*fragment, at);
            }
            assembled.claims.push(claim);
        }
        for (from, to) in &self.parents {
            let (own, parent) = (claim_of.get(from), claim_of.get(to));
            if let Some(&own) = own {
                let other = parent.filter(|parent| **parent != own);
                let parent = other.map_or(Parent::Wrong, |parent| Parent::Claim(*parent));
                assembled.claims[own].parent = parent;
            }
        }
        assembled.other_links = self.other;
    }

    /// The claim that hangs on this stretch.
    fn claim(&self, anchor: usize) -> ClaimDraft<'d> {
        let mut contents: Vec<usize> = match self.parts[anchor] {
            Some(Part::Content) => vec![anchor],
            _ => self.neighbours(anchor, Part::Content).collect(),
        };
        contents.sort_unstable();
        contents.dedup();
        let around = |part: Part| {
            let near = [anchor].into_iter().chain(contents.iter().copied());
            let mut found: Vec<usize> = near.flat_map(|at| self.neighbours(at, part)).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let cues = match self.parts[anchor] {
            Some(Part::Cue) => vec![anchor],
            _ => around(Part::Cue),
        };
        let sources = around(Part::Source);
        let all = |heads: &[usize]| -> Vec<usize> {
            let members = heads.iter().flat_map(|head| &self.members[*head]);
            members.copied().collect()
        };
        let mut held: Vec<usize> = [anchor]
            .into_iter()
            .chain(contents.iter().copied())
            .collect();
        held.dedup();
        let said = held.iter().filter_map(|at| self.said.get(at));
        ClaimDraft {
            name: &self.draft.stretches[anchor].name,
            attributes: said.flatten().copied().collect(),
            content: all(&contents),
            source: all(&sources),
            cue: all(&cues),
            at: self.draft.stretches[anchor].at.clone(),
            ..ClaimDraft::default()
        }
    }
}
