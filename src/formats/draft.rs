//! A document as its file has it, before anything is looked up: labelled stretches with offsets in the file's unit, what links them, and what the file says
//! besides. Every reader makes drafts; one room checks them against the text ([`Record`](super::Record)).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::annotation::Task;
use crate::error::Problem;
use crate::offset::Unit;

/// How many problems of one document are told one by one.
pub(super) const MOST_PROBLEMS: usize = 100;

/// A place in the source of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct At {
    /// 0 is the block itself, `n` its companion `n - 1`.
    pub part: usize,
    /// The bytes there; empty where the reader did not keep them ([`Draft::locate`] finds them).
    pub range: Range<usize>,
}

impl From<Range<usize>> for At {
    fn from(range: Range<usize>) -> Self {
        Self { part: 0, range }
    }
}

/// A pair of offsets in the file's unit: start, end; as they are written, so perhaps nonsense.
pub type Pair = [i64; 2];

/// The offsets of a stretch. Nearly every one is a single pair, which needs no allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pairs {
    /// One pair.
    One(Pair),
    /// Several, in the order of the file; or none at all.
    Many(Vec<Pair>),
}

impl Pairs {
    /// The pairs, in the order of the file.
    #[must_use]
    pub fn as_slice(&self) -> &[Pair] {
        match self {
            Self::One(pair) => std::slice::from_ref(pair),
            Self::Many(pairs) => pairs,
        }
    }
}

impl From<Vec<Pair>> for Pairs {
    fn from(pairs: Vec<Pair>) -> Self {
        match pairs.as_slice() {
            [one] => Self::One(*one),
            _ => Self::Many(pairs),
        }
    }
}

/// What a stretch is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Use {
    /// Its label decides: the labels of the claim mapping are parts of claims, every other is an entity mention.
    #[default]
    ByLabel,
    /// An entity mention, whatever its label.
    Mention,
    /// A part of a claim and no mention, whatever its label.
    Part,
    /// A predicted mention without a place, whose words are its quoted text.
    Unplaced,
}

/// A labelled stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// Its id in the file; empty where it has none.
    pub name: Cow<'a, str>,
    /// Its label.
    pub label: Cow<'a, str>,
    /// Where it lies.
    pub pairs: Pairs,
    /// The text that the file quotes for it, fragments joined in the file's way.
    pub quoted: Option<Cow<'a, str>>,
    /// Mention or part of a claim.
    pub used: Use,
    /// Where its offsets stand.
    pub at: At,
    /// Where its quoted text stands.
    pub quoted_at: At,
}

impl<'a> Stretch<'a> {
    /// A stretch from `start` to `end` with no id, no quoted text and no place, whose label decides what it is.
    #[must_use]
    pub fn new(label: impl Into<Cow<'a, str>>, start: i64, end: i64) -> Self {
        Self {
            name: Cow::Borrowed(""),
            label: label.into(),
            pairs: Pairs::One([start, end]),
            quoted: None,
            used: Use::ByLabel,
            at: At::default(),
            quoted_at: At::default(),
        }
    }
}

/// What an argument of a frame, or the end of a link, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A stretch, by its index in [`Draft::stretches`].
    Stretch(usize),
    /// A frame, by its index in [`Draft::frames`].
    Frame(usize),
}

/// A thing with a type and named arguments: a brat event, a claim of goldspan JSON Lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its id in the file; empty where it has none.
    pub name: Cow<'a, str>,
    /// Its type.
    pub kind: Cow<'a, str>,
    /// The stretch that stands for it, by index, where there is one.
    pub trigger: Option<usize>,
    /// Its arguments: role, and what fills it. Roles may repeat; a number after a role is the file's counting.
    pub arguments: Vec<(Cow<'a, str>, Target)>,
    /// A content in words of its own, where it has no stretch.
    pub words: Option<Cow<'a, str>>,
    /// What is said of it: name, value (empty where the name says it all).
    pub attributes: Vec<Attribute<'a>>,
    /// Where it stands.
    pub at: At,
}

/// One thing that is said of a frame or a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// What is said, such as `Polarity`.
    pub name: Cow<'a, str>,
    /// Its value; empty where the name says it all.
    pub value: Cow<'a, str>,
    /// Its id in the file; empty where it has none.
    pub id: Cow<'a, str>,
    /// Where it stands.
    pub at: At,
}

/// A relation between two stretches or frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link<'a> {
    /// Its type.
    pub kind: Cow<'a, str>,
    /// Where it begins.
    pub from: Target,
    /// Where it leads.
    pub to: Target,
    /// Where it stands.
    pub at: At,
}

/// Whether a document says something about a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Says {
    /// It does, though what it says may be that nothing is there.
    Yes,
    /// It does not.
    No,
    /// The format has no way to say: it does if any document beside it has such an annotation.
    #[default]
    Perhaps,
}

/// The bytes of the stretches, and those of the frames, in their order.
pub type Places = (Vec<Range<usize>>, Vec<Range<usize>>);

/// One document as its file has it.
#[derive(Debug, Clone, Default)]
pub struct Draft<'a> {
    /// Its id.
    pub id: Cow<'a, str>,
    /// Its text, where the file or its companion has it: exactly, nothing normalised.
    pub text: Option<Cow<'a, str>>,
    /// What offsets count, where the file says so itself.
    pub unit: Option<Unit>,
    /// Whether it says something about entities, and about claims.
    pub says: [Says; 2],
    /// The labelled stretches.
    pub stretches: Vec<Stretch<'a>>,
    /// The frames.
    pub frames: Vec<Frame<'a>>,
    /// Whether the format says claims as such, so that no mapping of labels applies.
    pub plain_claims: bool,
    /// The relations.
    pub links: Vec<Link<'a>>,
    /// What is said of single stretches, by index.
    pub attributes: Vec<(usize, Attribute<'a>)>,
    /// Why nothing was predicted, where the file says that an extractor failed.
    pub failure: Option<Cow<'a, str>>,
    /// Why the document is left out on purpose, such as a task that its annotator rejected.
    pub left_out: Option<Cow<'static, str>>,
    /// Who annotated it, where the file says so.
    pub annotator: Option<Cow<'a, str>>,
    /// What else is known about the document: keys and values that a corpus's manifest would have.
    pub metadata: BTreeMap<String, String>,
    /// What the file says that goldspan has no place for: what it is ("notes", "normalisations"), and how many.
    pub unread: BTreeMap<Cow<'static, str>, u64>,
    /// What is wrong with single parts; the others are checked all the same, so that all is told at once.
    pub problems: Vec<Problem>,
    /// How many problems more there are, which were counted and not told.
    pub more: u64,
    /// What a person should know though it is no error.
    pub remarks: Vec<Problem>,
    /// Finds the places of the stretches, then of the frames, in the block's text, where the reader did not keep them; called only when something is wrong.
    pub locate: Option<fn(&str) -> Places>,
}

impl Draft<'_> {
    /// Whether the document says something about this task.
    #[must_use]
    pub const fn says(&self, task: Task) -> Says {
        match task {
            Task::Entities => self.says[0],
            Task::Claims => self.says[1],
        }
    }

    /// Adds a problem, or counts it where enough were told: each costs a look for its line, and a file may hold a million of one kind.
    pub fn complain(&mut self, problem: impl FnOnce() -> Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem());
        } else {
            self.more += 1;
        }
    }

    /// Counts one more thing that goldspan has no place for.
    pub fn pass_over(&mut self, what: impl Into<Cow<'static, str>>) {
        *self.unread.entry(what.into()).or_default() += 1;
    }
}
