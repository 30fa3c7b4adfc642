//! What the tags of columns mean: the schemes, the columns they stand in, and what is done with sequences that a scheme does not allow.

use std::fmt;

/// What a tag says of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Begin,
    Inside,
    End,
    Single,
}

/// How many columns the lines of a file have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Every line has as many; another number is a problem.
    Exactly(usize),
    /// Any number: the first cell is the token, the last its tag, and a line of a token alone is outside of everything.
    Ragged,
}

/// What the letters before the types mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// I inside; B only where a mention follows another of its type.
    Iob1,
    /// B begins every mention, I continues it.
    Iob2,
    /// I inside; E only where a mention of the same type follows.
    Ioe1,
    /// E ends every mention, I is before it.
    Ioe2,
    /// B begins, I continues, E ends, S is a mention of one token.
    Iobes,
    /// As IOBES, with L for E and U for S.
    Bilou,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 6] = [
        Self::Iob1,
        Self::Iob2,
        Self::Ioe1,
        Self::Ioe2,
        Self::Iobes,
        Self::Bilou,
    ];

    /// The name in flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iob1 => "iob1",
            Self::Iob2 => "iob2",
            Self::Ioe1 => "ioe1",
            Self::Ioe2 => "ioe2",
            Self::Iobes => "iobes",
            Self::Bilou => "bilou",
        }
    }

    /// The scheme of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// What a letter means in this scheme, `None` where it has no such letter.
    pub(super) const fn place(self, letter: char) -> Option<Place> {
        match (self, letter) {
            (_, 'I') => Some(Place::Inside),
            (Self::Iob1 | Self::Iob2 | Self::Iobes | Self::Bilou, 'B') => Some(Place::Begin),
            (Self::Ioe1 | Self::Ioe2 | Self::Iobes, 'E') | (Self::Bilou, 'L') => Some(Place::End),
            (Self::Iobes, 'S') | (Self::Bilou, 'U') => Some(Place::Single),
            _ => None,
        }
    }

    /// The letters of this scheme besides O.
    pub(super) fn letters(self) -> String {
        let letters = ['B', 'I', 'L', 'E', 'S', 'U']
            .into_iter()
            .filter(|letter| self.place(*letter).is_some());
        letters.map(String::from).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What to do with tags that cannot follow each other in their scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IllFormed {
    /// They are problems.
    Refuse,
    /// As conlleval.pl and seqeval's default mode do: a tag that cannot continue a mention begins one, and every mention ends where it must.
    Conlleval,
    /// As seqeval's strict mode does: they are no mention.
    SeqevalStrict,
}

/// The column of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagColumn {
    /// The last.
    Last,
    /// The one before the last, where the last holds the predictions.
    BeforeLast,
}

/// How a file of columns is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What the letters mean.
    pub scheme: Scheme,
    /// What to do with what the scheme does not allow.
    pub ill_formed: IllFormed,
}
