//! Which stretches, frames and links of a file are claims, by one small mapping for all formats; and claims as links, for formats that have nothing else.

mod assemble;
mod links;

pub(super) use self::assemble::{Assembled, ClaimDraft, Parent, assemble, part_of, parts_of};
// Formats of labelled spans and relations write claims with these.
pub(super) use self::links::{Linked, as_links};

/// The part of a claim that a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What is claimed.
    Content,
    /// Who claims it.
    Source,
    /// What reports it.
    Cue,
    /// The stretch that stands for a whole claim.
    Event,
}

impl Part {
    /// The name in configuration, flags and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Source => "source",
            Self::Cue => "cue",
            Self::Event => "event",
        }
    }
}

/// Which labels, roles and relations make a claim. Each is a list of names; a role may carry a number, as brat counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Labels of stretches, roles of frames and types of relations that are contents.
    pub content: Vec<String>,
    /// Those that are sources.
    pub source: Vec<String>,
    /// Those that are cues.
    pub cue: Vec<String>,
    /// Types of frames, and labels of stretches, that are claims as a whole.
    pub event: Vec<String>,
    /// Roles and relations that lead from a claim to the one whose content it lies in.
    pub parent: Vec<String>,
    /// Relations that join two fragments of one part.
    pub same: Vec<String>,
    /// Relations that join the parts of a claim; empty for every relation between two parts.
    pub relation: Vec<String>,
}

/// The keys of a mapping, as flags and configuration name them.
pub const KEYS: [&str; 7] = [
    "content", "source", "cue", "event", "parent", "same", "relation",
];

impl Default for Mapping {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Self {
            content: names(&["Content", "content", "CONTENT"]),
            source: names(&["Source", "source", "SOURCE"]),
            cue: names(&["Cue", "cue", "CUE"]),
            event: names(&["Attribution", "Attribution-no-source"]),
            parent: names(&["Parent", "parent", "PARENT"]),
            same: names(&["Same", "same", "SAME"]),
            relation: Vec::new(),
        }
    }
}

impl Mapping {
    /// The mapping under which nothing is a claim.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            content: Vec::new(),
            source: Vec::new(),
            cue: Vec::new(),
            event: Vec::new(),
            parent: Vec::new(),
            same: Vec::new(),
            relation: Vec::new(),
        }
    }

    /// The list of this key; `None` where there is no such key.
    pub fn list_mut(&mut self, key: &str) -> Option<&mut Vec<String>> {
        Some(match key {
            "content" => &mut self.content,
            "source" => &mut self.source,
            "cue" => &mut self.cue,
            "event" => &mut self.event,
            "parent" => &mut self.parent,
            "same" => &mut self.same,
            "relation" => &mut self.relation,
            _ => return None,
        })
    }

    /// The part that a label, a role or a relation of this name means.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<Part> {
        let lists = [
            (Part::Content, &self.content),
            (Part::Source, &self.source),
            (Part::Cue, &self.cue),
            (Part::Event, &self.event),
        ];
        let found = lists.into_iter().find(|(_, list)| holds(list, name));
        found.map(|(part, _)| part)
    }

    /// Whether a role or relation of this name leads to the claim that another lies in.
    #[must_use]
    pub fn is_parent(&self, name: &str) -> bool {
        holds(&self.parent, name)
    }

    /// Whether a relation of this name joins two fragments of one part.
    #[must_use]
    pub fn is_same(&self, name: &str) -> bool {
        holds(&self.same, name)
    }

    /// Whether a relation of this name may join the parts of a claim.
    #[must_use]
    pub fn joins(&self, name: &str) -> bool {
        self.relation.is_empty() || holds(&self.relation, name)
    }
}

fn holds(list: &[String], name: &str) -> bool {
    list.iter().any(|known| known == name)
}

/// A role without the number that tells it from its repetitions: `Content2` is a content.
pub(super) fn role_of(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}
