//! What is annotated - mentions and claims - and who said so: gold or a prediction.

use std::borrow::Cow;
use std::fmt;

use crate::span::Extent;

/// The name of an entity class, such as `PERSON`.
pub type Label = Cow<'static, str>;

/// What stands for all labels together in reports; no label may have this name.
pub const ALL_LABELS: &str = "*";

/// The two kinds of annotation that goldspan scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Entity mentions.
    Entities,
    /// Attributed claims.
    Claims,
}

impl Task {
    /// Every task, in the order in which reports show them.
    pub const ALL: [Self; 2] = [Self::Entities, Self::Claims];

    /// The name in configuration, tables and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entities => "entities",
            Self::Claims => "claims",
        }
    }

    /// The task of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name() == name)
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One entity mention: a stretch of text and its class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mention {
    /// Where it lies.
    pub extent: Extent,
    /// Its class.
    pub label: Label,
}

/// Whether the source of a claim holds it to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Polarity {
    /// The source says that it is so.
    Affirmed,
    /// The source rejects it.
    Denied,
}

impl Polarity {
    /// The name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Affirmed => "affirmed",
            Self::Denied => "denied",
        }
    }
}

/// How sure the source of a claim is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Presented as a fact.
    Certain,
    /// Presented as possible, likely, feared, expected or asked.
    Hedged,
}

impl Certainty {
    /// The name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Hedged => "hedged",
        }
    }
}

/// What a claim says: a stretch of the article, or words of the extractor's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// Quoted from the article; interrupted where its cue interrupts it.
    Spans(Extent),
    /// In other words than the article's, or not found in it.
    Text(Box<str>),
}

impl Content {
    /// Where the content lies in the article; `None` where it is words of its own.
    #[must_use]
    pub const fn extent(&self) -> Option<&Extent> {
        match self {
            Self::Spans(extent) => Some(extent),
            Self::Text(_) => None,
        }
    }

    /// The words of the content; fragments are joined by one space. `text` is the article's.
    #[must_use]
    pub fn words<'a>(&'a self, text: &str) -> Cow<'a, str> {
        match self {
            Self::Spans(extent) => Cow::Owned(extent.text(text)),
            Self::Text(words) => Cow::Borrowed(words),
        }
    }
}

impl From<Extent> for Content {
    fn from(extent: Extent) -> Self {
        Self::Spans(extent)
    }
}

/// One attributed claim: what somebody is reported to have said, written or held to be true.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Claim {
    /// What is claimed.
    pub content: Content,
    /// Who is said to claim it; `None` where nobody is named.
    pub source: Option<Extent>,
    /// The expression that reports it; `None` where a quotation stands alone.
    pub cue: Option<Extent>,
    /// Whether the source affirms it; `None` where that is not annotated.
    pub polarity: Option<Polarity>,
    /// How sure the source is; `None` where that is not annotated.
    pub certainty: Option<Certainty>,
    /// What kind of claim it is, in the words of the gold's schema; `None` where that is not annotated.
    pub kind: Option<Label>,
    /// The claim in whose content this one lies, as an index into the same [`Annotations::claims`].
    pub parent: Option<usize>,
}

impl Claim {
    /// The claim with this content and nothing else known about it.
    #[must_use]
    pub fn new(content: impl Into<Content>) -> Self {
        Self {
            content: content.into(),
            source: None,
            cue: None,
            polarity: None,
            certainty: None,
            kind: None,
            parent: None,
        }
    }
}

/// A predicted mention whose words are nowhere in the text: it stays a prediction, and is spurious in every measure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unplaced {
    /// Its class.
    pub label: Label,
    /// The words that were given for it.
    pub words: Box<str>,
}

/// The mentions and claims of one document, in no particular order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annotations {
    /// Entity mentions.
    pub mentions: Vec<Mention>,
    /// Predicted mentions without a place. Gold has none: its readers refuse them.
    pub unplaced: Vec<Unplaced>,
    /// Attributed claims.
    pub claims: Vec<Claim>,
}

/// What people labelled. A type of its own, so that gold and prediction cannot be swapped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gold(pub Annotations);

/// What an extractor found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prediction(pub Annotations);

impl Annotations {
    /// The blake3 digest of what is annotated, in hexadecimal: the same whatever the format of the file and the order in it.
    #[must_use]
    pub fn digest(&self) -> String {
        let mentions = self
            .mentions
            .iter()
            .map(|mention| format!("mention {:?} {}", mention.label, places(&mention.extent)));
        let unplaced = self
            .unplaced
            .iter()
            .map(|unplaced| format!("unplaced {:?} {:?}", unplaced.label, unplaced.words));
        let claims = self.claims.iter().map(|claim| self.claim_line(claim));
        let mut lines: Vec<String> = mentions.chain(unplaced).chain(claims).collect();
        lines.sort();
        blake3::hash(lines.join("\n").as_bytes())
            .to_hex()
            .to_string()
    }

    /// Everything that is known of a claim; a parent is named by its content, since an index says nothing in another order.
    fn claim_line(&self, claim: &Claim) -> String {
        let role = |extent: &Option<Extent>| extent.as_ref().map(places);
        let parent = claim.parent.and_then(|parent| self.claims.get(parent));
        format!(
            "claim {} source {:?} cue {:?} {:?} {:?} {:?} in {:?}",
            content(&claim.content),
            role(&claim.source),
            role(&claim.cue),
            claim.polarity.map(Polarity::name),
            claim.certainty.map(Certainty::name),
            claim.kind,
            parent.map(|parent| content(&parent.content)),
        )
    }
}

fn content(of: &Content) -> String {
    match of {
        Content::Spans(extent) => places(extent),
        Content::Text(words) => format!("{words:?}"),
    }
}

fn places(extent: &Extent) -> String {
    let spans = extent.spans().iter();
    let places: Vec<String> = spans
        .map(|span| format!("{}-{}", span.start(), span.end()))
        .collect();
    places.join(",")
}
