//! The door to annotation files: each format is a room of its own behind one socket, [`Format`].

mod blocks;
pub mod brat;
mod cas;
pub mod cas_json;
pub mod claims;
mod complaints;
pub mod conll;
pub mod conllu;
pub mod doccano;
mod draft;
pub mod gate;
mod input;
mod json;
pub mod jsonl;
pub mod knowtator;
pub mod label_studio;
mod options;
pub mod prodigy;
pub mod re3d;
mod recognise;
mod record;
pub mod spacy;
pub mod table;
pub mod webanno;
mod writing;
pub mod xmi;
mod xml;

pub use self::blocks::{Block, Blocks, Parted, Piece, stem};
pub use self::draft::{
    At, Attribute, Draft, Frame, Link, Pair, Pairs, Places, Says, Stretch, Target, Use,
};
pub use self::input::{is_compressed, read_text, read_whole};
pub use self::options::{Limits, Options};
pub use self::recognise::{Head, extension, recognise};
pub use self::record::{ClaimAt, Read, Record};
pub use self::writing::{
    Claims, Files, Holds, Layout, Losses, Output, Place, Whole, Writer, read_back, verify,
};

use crate::error::Problem;
use crate::offset::Unit;

/// What a reader makes of a block.
pub type Drafted<'a> = Result<Option<Draft<'a>>, Vec<Problem>>;

/// A format: what it is called, how its files are parted into documents, how a document is read and written.
#[derive(Debug)]
pub struct Format {
    /// The name in flags and configuration.
    pub name: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// The endings of its files, without those of compressed files.
    pub extensions: &'static [&'static str],
    /// What offsets count where neither file nor person says.
    pub unit: Unit,
    /// What a person should know when offsets do not fit.
    pub about_offsets: &'static str,
    /// What parts its files into blocks.
    pub parted: Parted,
    /// Whether the beginning of a file looks like this format.
    pub recognise: fn(&Head<'_>) -> bool,
    /// Reads one block; `None` where the block is left out on purpose, such as a task that an annotator rejected.
    pub read: for<'a> fn(&'a Block, &Options) -> Drafted<'a>,
    /// Who annotated what a block holds, where a file may hold several people's annotations.
    pub annotators: Option<fn(&Block) -> Vec<String>>,
    /// Whether claims are frames: a content that no frame or link uses is then no claim.
    pub frames: bool,
    /// How documents are written.
    pub writer: Writer,
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Format {}

/// Every format, those that are recognised by clearer signs before those that many files could pass for.
pub static FORMATS: [&Format; 15] = [
    &brat::FORMAT,
    &webanno::FORMAT,
    &conllu::FORMAT,
    &xmi::FORMAT,
    &gate::FORMAT,
    &knowtator::FORMAT,
    &cas_json::FORMAT,
    &re3d::FORMAT,
    &label_studio::FORMAT,
    &spacy::FORMAT,
    &prodigy::FORMAT,
    &doccano::FORMAT,
    &jsonl::FORMAT,
    &table::FORMAT,
    &conll::FORMAT,
];

impl Format {
    /// The format of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<&'static Self> {
        FORMATS.into_iter().find(|format| format.name == name)
    }

    /// The names of all formats.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        FORMATS.iter().map(|format| format.name).collect()
    }
}
