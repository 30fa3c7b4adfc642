//! What UIMA's two file formats share: feature structures in a neutral list, and the rules by which they become mentions, parts of claims and links.
//!
//! Which layers are read: every type of annotation that is not built in (UIMA's own, DKPro's apart from named entities, tokens, sentences and the like), or those
//! that `layer` names. A label is the feature `value`, else `label`, `entity` or `identifier`, else the only text that the annotation has, else the name of its type.

mod layers;
pub(super) mod write;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

pub(super) use self::layers::Types;
use super::claims::{Mapping, role_of};
use super::complaints::Complaints;
use super::{Attribute, Block, Draft, Link, Options, Stretch, Target};
use crate::error::Problem;

/// The name of the view that a document has by default.
const INITIAL_VIEW: &str = "_InitialView";

/// The features that hold a label, the first that has a value before the others.
const LABELS: [&str; 4] = ["value", "label", "entity", "identifier"];

/// The features that say something of a claim, and the name of what they say.
pub(super) const SAID: [(&str, &str); 5] = [
    ("polarity", "Polarity"),
    ("certainty", "Certainty"),
    ("negated", "Negated"),
    ("type", "Type"),
    ("kind", "Type"),
];

/// The value of a feature.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// Text, or in XMI anything: it does not tell references and numbers from text.
    Text(Cow<'a, str>),
    /// A reference.
    Id(i64),
    /// Something else.
    Other,
}

/// The name of a feature, and its value.
pub(super) type Feature<'a> = (Cow<'a, str>, Value<'a>);

/// A feature structure: an annotation, a link, or anything else.
#[derive(Debug)]
pub(super) struct Structure<'a> {
    pub(super) id: Option<i64>,
    /// Its type, by its index in [`Types`].
    pub(super) kind: usize,
    pub(super) sofa: Option<i64>,
    pub(super) begin: Option<i64>,
    pub(super) end: Option<i64>,
    /// Its features, where its type is one that is read.
    pub(super) features: Vec<Feature<'a>>,
    /// What it refers to, where it is an array.
    pub(super) elements: Vec<i64>,
    /// Where it stands.
    pub(super) at: Range<usize>,
}

/// A text that is annotated.
#[derive(Debug)]
pub(super) struct Sofa<'a> {
    pub(super) id: i64,
    pub(super) view: Cow<'a, str>,
    pub(super) text: Option<Cow<'a, str>>,
}

/// All that a file has.
#[derive(Debug, Default)]
pub(super) struct Cas<'a> {
    pub(super) structures: Vec<Structure<'a>>,
    pub(super) sofas: Vec<Sofa<'a>>,
    /// By the id of its text, the members of each view.
    pub(super) views: Vec<(i64, Vec<i64>)>,
    /// Whether text and references are told apart.
    pub(super) typed: bool,
    /// What the file says that goldspan has no place for, and how many.
    pub(super) unread: Vec<(&'static str, u64)>,
}

/// The draft of what a file has.
pub(super) fn draft<'a>(
    block: &'a Block,
    mut cas: Cas<'a>,
    types: &mut Types<'a>,
    options: &Options,
) -> Result<Draft<'a>, Vec<Problem>> {
    let sofa = text_of(block, &mut cas)?;
    let mut draft = Draft {
        id: Cow::Owned(block.stem()),
        text: sofa.text,
        ..Draft::default()
    };
    types
        .check(block, &mut draft)
        .map_err(|problem| vec![problem])?;
    for (what, count) in &cas.unread {
        *draft.unread.entry(Cow::Borrowed(what)).or_default() += count;
    }
    let members = cas.views.iter().find(|(id, _)| *id == sofa.id);
    let members = members.map(|(_, members)| members.iter().copied().collect());
    let mut reader = Reader {
        block,
        types,
        mapping: &options.claims,
        typed: cas.typed,
        sofa: sofa.id,
        members,
        indices: HashMap::with_capacity(cas.structures.len()),
        stretches: vec![None; cas.structures.len()],
        references: 0,
        complaints: Complaints::default(),
        draft,
    };
    reader.index(&cas.structures);
    let mut passed_over = vec![0_u64; types.len()];
    for (at, structure) in cas.structures.iter().enumerate() {
        reader.stretch(at, structure, &mut passed_over);
    }
    for (at, structure) in cas.structures.iter().enumerate() {
        reader.link(at, structure, &cas.structures);
    }
    for (kind, count) in passed_over
        .into_iter()
        .enumerate()
        .filter(|(_, count)| *count > 0)
    {
        let what = format!("{} annotations", types.short(kind));
        *reader.draft.unread.entry(Cow::Owned(what)).or_default() += count;
    }
    reader.complaints.or(block, reader.draft)
}

/// The text of the view that is read: the initial one, or the only one.
fn text_of<'a>(block: &Block, cas: &mut Cas<'a>) -> Result<Sofa<'a>, Vec<Problem>> {
    let initial = cas.sofas.iter().position(|sofa| sofa.view == INITIAL_VIEW);
    let only = (cas.sofas.len() == 1).then_some(0);
    let Some(at) = initial.or(only) else {
        let names: Vec<&str> = cas.sofas.iter().map(|sofa| sofa.view.as_ref()).collect();
        let problem = block.problem(0..block.first_line(), "this CAS has no text");
        let problem = if names.is_empty() {
            problem
        } else {
            problem.found(format!("the views {}", names.join(", ")))
        };
        let expected = format!("a Sofa with a sofaString in the view {INITIAL_VIEW}");
        return Err(vec![
            problem
                .expected(expected)
                .mend("export the document again, with its text"),
        ]);
    };
    let sofa = cas.sofas.swap_remove(at);
    if sofa.text.is_none() {
        let problem = block.problem(0..block.first_line(), "the Sofa of this CAS has no text");
        let problem = problem.expected("a sofaString; texts elsewhere are not read");
        return Err(vec![
            problem.mend("export the document again, with its text"),
        ]);
    }
    Ok(sofa)
}

/// Arrays that many annotations share could make a small file an endless one, so no more than this is looked at behind references.
const MOST_REFERENCES: usize = 10_000_000;

/// How the ends of a relation are called: where it begins, and where it leads.
const ENDS: [[&str; 2]; 2] = [["governor", "dependent"], ["source", "target"]];

struct Reader<'a, 'r> {
    block: &'a Block,
    types: &'r Types<'a>,
    mapping: &'r Mapping,
    typed: bool,
    sofa: i64,
    members: Option<HashSet<i64>>,
    /// The structure of each id.
    indices: HashMap<i64, usize>,
    /// The stretch that each structure became.
    stretches: Vec<Option<usize>>,
    /// How many features behind references were looked at.
    references: usize,
    complaints: Complaints,
    draft: Draft<'a>,
}

impl<'a> Reader<'a, '_> {
    fn index(&mut self, structures: &[Structure<'a>]) {
        for (at, structure) in structures.iter().enumerate() {
            let Some(id) = structure.id else { continue };
            if self.indices.insert(id, at).is_some() {
                let block = self.block;
                self.complaints.add(|| {
                    let problem = block.problem(structure.at.clone(), "two structures have one id");
                    let problem = problem.found(format!("the id {id} again"));
                    let problem = problem.expected("an id of its own for every structure");
                    problem.mend("export the file again")
                });
            }
        }
    }

    /// Why an annotation is none of the view that is read.
    fn elsewhere(&self, structure: &Structure<'a>) -> Option<&'static str> {
        if structure.sofa.is_some_and(|sofa| sofa != self.sofa) {
            return Some("annotations of other views");
        }
        let indexed = |members: &HashSet<i64>| structure.id.is_some_and(|id| members.contains(&id));
        let belongs = self.members.as_ref().is_none_or(indexed);
        (!belongs).then_some("annotations that belong to no view")
    }

    /// Makes the stretch of an annotation, if it is one that is read.
    fn stretch(&mut self, at: usize, structure: &Structure<'a>, passed_over: &mut [u64]) {
        let (Some(begin), Some(end)) = (structure.begin, structure.end) else {
            let slot = structure.features.iter().any(|(name, _)| name == "target");
            if !slot && structure.elements.is_empty() {
                self.draft.pass_over("structures that are no annotations");
            }
            return;
        };
        if let Some(elsewhere) = self.elsewhere(structure) {
            self.draft.pass_over(elsewhere);
            return;
        }
        if !self.types.is_read(structure.kind) {
            passed_over[structure.kind] += 1;
            return;
        }
        if self.ends(structure).is_some() {
            return;
        }
        let (label, used) = self.label(structure);
        let part = self.mapping.part(&label).is_some();
        if !part && !self.types.is_mention(structure.kind) {
            passed_over[structure.kind] += 1;
            return;
        }
        // UIMA allows it, and nothing could be scored.
        if begin == end {
            self.draft.pass_over("annotations of no characters");
            return;
        }
        let stretch = self.draft.stretches.len();
        self.stretches[at] = Some(stretch);
        for (place, (name, value)) in structure.features.iter().enumerate() {
            if Some(place) == used {
                continue;
            }
            let said = SAID
                .iter()
                .find(|(known, _)| part && name.eq_ignore_ascii_case(known));
            match (said, value) {
                (Some((_, name)), Value::Text(value)) if !value.is_empty() => {
                    let attribute = Attribute {
                        name: Cow::Borrowed(*name),
                        value: value.clone(),
                        id: Cow::Borrowed(""),
                        at: structure.at.clone().into(),
                    };
                    self.draft.attributes.push((stretch, attribute));
                }
                _ if self.refers(value) => {}
                _ => self.draft.pass_over("features"),
            }
        }
        let id = structure.id.map(|id| Cow::Owned(id.to_string()));
        self.draft.stretches.push(Stretch {
            name: id.unwrap_or_default(),
            at: structure.at.clone().into(),
            ..Stretch::new(label, begin, end)
        });
    }

    /// The label of an annotation, and the feature that it was taken from.
    fn label(&self, structure: &Structure<'a>) -> (Cow<'a, str>, Option<usize>) {
        let short = self.types.short(structure.kind);
        if self.mapping.part(short).is_some() {
            return (Cow::Borrowed(short), None);
        }
        let features = || structure.features.iter().enumerate();
        let text = |value: &Value<'a>| match value {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        for wanted in LABELS {
            let found = features().find(|(_, (name, _))| name == wanted);
            if let Some((at, (_, value))) = found
                && let Some(label) = text(value)
            {
                return (label, Some(at));
            }
        }
        let said = |name: &str| ["polarity", "certainty", "negated"].contains(&name);
        // Not by parsing alone: `inf` and `nan` are numbers too, and may be labels.
        let number =
            |text: &str| !text.starts_with(char::is_alphabetic) && text.parse::<f64>().is_ok();
        let word = |text: &str| !number(text) && !matches!(text, "true" | "false");
        let mut texts = features().filter_map(|(at, (name, value))| {
            let label = text(value).filter(|label| word(label) && !said(name))?;
            Some((label, Some(at)))
        });
        match (texts.next(), texts.next()) {
            (Some(only), None) => only,
            _ => (Cow::Borrowed(short), None),
        }
    }

    /// What a value refers to.
    fn reference(&self, value: &Value<'_>) -> Option<i64> {
        match value {
            Value::Id(id) => Some(*id),
            Value::Text(text) if !self.typed => text.parse().ok(),
            Value::Text(_) | Value::Other => None,
        }
    }

    /// Whether a value refers to structures of the file, so that it is no feature that was passed over.
    fn refers(&self, value: &Value<'_>) -> bool {
        match value {
            Value::Id(_) => true,
            Value::Text(text) if !self.typed => {
                let mut ids = text.split(' ').map(str::parse);
                ids.all(|id| id.is_ok_and(|id: i64| self.indices.contains_key(&id)))
            }
            Value::Text(_) | Value::Other => false,
        }
    }

    /// The names and the references of both ends, where a structure is a relation; 0 is a reference to nothing.
    fn ends(&self, structure: &Structure<'a>) -> Option<[(&'static str, i64); 2]> {
        for [from, to] in ENDS {
            let end = |wanted: &'static str| {
                let mut features = structure.features.iter();
                let found = features.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                Some((wanted, self.reference(&found?.1)?))
            };
            match (end(from), end(to)) {
                (Some(from), Some(to)) => return Some([from, to]),
                (Some(from), None) if from.0 == ENDS[0][0] => return Some([from, (to, 0)]),
                (None, Some(to)) if to.0 == ENDS[0][1] => return Some([(from, 0), to]),
                _ => {}
            }
        }
        None
    }

    /// Makes the links of a relation, or of the slots of an annotation.
    fn link(&mut self, at: usize, structure: &Structure<'a>, all: &[Structure<'a>]) {
        if let Some(host) = self.stretches[at] {
            for feature in &structure.features {
                let value = &feature.1;
                if let Value::Text(text) = value
                    && !self.typed
                {
                    // An array that belongs to one structure only stands there as a list.
                    let list = text
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || byte == b' ');
                    for id in text
                        .split(' ')
                        .filter(|_| list)
                        .filter_map(|id| id.parse().ok())
                    {
                        self.slot(host, feature, id, all);
                    }
                } else if let Some(id) = self.reference(value) {
                    self.slot(host, feature, id, all);
                }
            }
            return;
        }
        let is_read = structure.begin.is_some() && self.types.is_read(structure.kind);
        if !is_read || self.elsewhere(structure).is_some() {
            return;
        }
        let Some([from, to]) = self.ends(structure) else {
            return;
        };
        let targets = [from, to].map(|(name, id)| self.target(structure, name, id));
        if let [Some(from), Some(to)] = targets {
            let (kind, used) = self.label(structure);
            for _ in 0..structure
                .features
                .len()
                .saturating_sub(2 + usize::from(used.is_some()))
            {
                self.draft.pass_over("features of relations");
            }
            self.push_link(kind, from, to, &structure.at);
        } else if targets.iter().any(Option::is_none) {
            self.draft
                .pass_over("relations of annotations that are not read");
        }
    }

    fn push_link(&mut self, kind: Cow<'a, str>, from: usize, to: usize, at: &Range<usize>) {
        self.draft.links.push(Link {
            kind,
            from: Target::Stretch(from),
            to: Target::Stretch(to),
            at: at.clone().into(),
        });
    }

    /// The stretch that a relation refers to; that there is nothing at all is complained of.
    fn target(&mut self, structure: &Structure<'a>, name: &str, id: i64) -> Option<usize> {
        if id == 0 {
            return None;
        }
        if let Some(at) = self.indices.get(&id) {
            return self.stretches[*at];
        }
        let short = self.types.short(structure.kind);
        let block = self.block;
        self.complaints.add(|| {
            let own = structure.id.map_or_else(String::new, |id| format!(" {id}"));
            let what = format!("the {name} of the {short}{own} refers to nothing");
            dangling(block, structure.at.clone(), what, id)
        });
        None
    }

    /// Makes the links of what one feature of an annotation refers to: slots with roles, or another annotation where the feature is named as a part of a claim is.
    fn slot(&mut self, host: usize, feature: &Feature<'a>, id: i64, all: &[Structure<'a>]) {
        let Some(&at) = self.indices.get(&id) else {
            if self.typed && id != 0 {
                let (block, place) = (self.block, &self.draft.stretches[host].at.range);
                let what = || format!("the feature {} refers to nothing", feature.0);
                self.complaints
                    .add(|| dangling(block, place.clone(), what(), id));
            }
            return;
        };
        // What is referred to must be searched for its target.
        let elements = all[at]
            .elements
            .iter()
            .filter_map(|id| self.indices.get(id));
        let looks = |at: usize| 1 + all[at].features.len();
        let looks = looks(at) + elements.map(|at| looks(*at)).sum::<usize>();
        let before = self.references;
        self.references = before.saturating_add(looks);
        if self.references > MOST_REFERENCES {
            if before <= MOST_REFERENCES {
                let problem = self
                    .block
                    .problem(all[at].at.clone(), "this CAS has too many references");
                let expected = format!("at most {MOST_REFERENCES} features of what is referred to");
                self.complaints.add(|| problem.expected(expected));
            }
            return;
        }
        for element in &all[at].elements {
            if let Some(&at) = self.indices.get(element) {
                self.slot_of(host, feature, at, all);
            }
        }
        self.slot_of(host, feature, at, all);
    }

    fn slot_of(&mut self, host: usize, feature: &Feature<'a>, at: usize, all: &[Structure<'a>]) {
        let slot = &all[at];
        if let Some(stretch) = self.stretches[at] {
            let role = role_of(&feature.0);
            let known = self.mapping.part(role).is_some()
                || self.mapping.is_parent(role)
                || self.mapping.is_same(role);
            if known {
                self.push_link(feature.0.clone(), host, stretch, &slot.at);
            } else {
                self.draft.pass_over("features");
            }
            return;
        }
        let target = slot.features.iter().find(|(name, _)| name == "target");
        let Some(id) = target.and_then(|(_, value)| self.reference(value)) else {
            return;
        };
        if slot.begin.is_some() {
            return;
        }
        let role = slot.features.iter().find(|(name, _)| name == "role");
        let kind = match role {
            Some((_, Value::Text(role))) if !role.is_empty() => role.clone(),
            _ => feature.0.clone(),
        };
        match self.target(slot, "target", id) {
            Some(target) => self.push_link(kind, host, target, &slot.at),
            None => self
                .draft
                .pass_over("relations of annotations that are not read"),
        }
    }
}

/// The problem of a reference to nothing.
fn dangling(block: &Block, at: Range<usize>, what: String, id: i64) -> Problem {
    let problem = block.problem(at, what).found(format!("the id {id}"));
    let problem = problem.expected("the id of a structure of this file");
    problem.mend("export the file again, or delete what refers to it")
}
