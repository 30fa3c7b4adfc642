//! What is counted: the measures of entities, the levels and roles of claims, and what a gold set annotates.

use std::fmt;

use crate::annotation::Task;
use crate::matching::{EntityMeasure, Level};

/// Under which rule something was counted: a measure of entities or a level of claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Entity mentions.
    Entity(EntityMeasure),
    /// Claims and their roles.
    Claim(Level),
}

impl Measure {
    /// The task that the measure belongs to.
    #[must_use]
    pub const fn task(self) -> Task {
        match self {
            Self::Entity(_) => Task::Entities,
            Self::Claim(_) => Task::Claims,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entity(measure) => measure.fmt(f),
            Self::Claim(level) => level.fmt(f),
        }
    }
}

/// A part of a claim that is scored by itself, and the claim as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The whole claim: its content and every required role.
    Claim,
    /// What is claimed.
    Content,
    /// Who claims it.
    Source,
    /// The expression that reports it.
    Cue,
}

impl Role {
    /// Every role, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Claim, Self::Content, Self::Source, Self::Cue];

    /// The name in the label column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Content => "content",
            Self::Source => "source",
            Self::Cue => "cue",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// The measures of entities.
    pub entity: Vec<EntityMeasure>,
    /// The levels of claims.
    pub claim: Vec<Level>,
    /// The roles, besides content, that must be right for the whole claim to be right.
    pub require: Vec<Role>,
    /// Whether claims within claims are counted; where not, they are left out on both sides.
    pub nested: bool,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            entity: EntityMeasure::DEFAULT.to_vec(),
            claim: Level::DEFAULT.to_vec(),
            require: vec![Role::Source, Role::Cue],
            nested: true,
        }
    }
}

/// What is to be counted of a document: everything besides the document itself.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The measures.
    pub measures: &'a Measures,
    /// What the gold annotates.
    pub annotated: &'a Annotated,
    /// The tasks that were attempted.
    pub tasks: &'a [Task],
}

impl Rules<'_> {
    /// Whether a task is both annotated and attempted.
    #[must_use]
    pub fn want(&self, task: Task) -> bool {
        self.tasks.contains(&task) && self.annotated.tasks.contains(&task)
    }
}

/// What a gold set annotates; the rest is left out of account, never scored as wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    /// The tasks that are annotated.
    pub tasks: Vec<Task>,
    /// The roles of claims that are annotated.
    pub roles: Vec<Role>,
}

impl Default for Annotated {
    fn default() -> Self {
        Self {
            tasks: Task::ALL.to_vec(),
            roles: Role::ALL.to_vec(),
        }
    }
}
