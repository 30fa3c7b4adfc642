//! WebAnno TSV 3.0 to 3.3, as WebAnno and INCEpTION export it: tokens in rows, layers in columns, one document in a file.
//!
//! Offsets are UTF-16 code units, end exclusive. The text is put together from the `#Text=` lines, each sentence standing where its first token begins. What stands
//! between two sentences is not stored in such files: a gap of one unit is read as a line end, a wider one as a line end and spaces, one before the first sentence as
//! spaces, and nothing is added after the last sentence. Every token is checked against the text at its offsets.
//!
//! An annotation is all units of a layer that share one number in brackets, or a single unit without. Its label is the first of the features `value`, `label`, `entity`,
//! `identifier` that has a value, else the first feature that has one, else the layer's short name. All span layers are read but DKPro's own for parts of speech, lemmas,
//! syntax and the like; `layer` chooses one of all. Relations lead from the unit in their last column to the annotation in whose row they stand; slots lead from their
//! annotation to their targets.

mod article;
mod cells;
mod links;
mod read;
mod schema;
mod write;

use super::{Format, Head, Parted};
use crate::offset::Unit;

/// What every file begins with; the version follows.
const BEGIN: &str = "#FORMAT=WebAnno TSV ";
const SPAN: &str = "#T_SP=";
const CHAIN: &str = "#T_CH=";
const RELATION: &str = "#T_RL=";
const TEXT: &str = "#Text=";

/// The layers that are written: DKPro's for named entities, and those of claims.
const NAMED_ENTITY: &str = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";
const CLAIM_PART: &str = "webanno.custom.ClaimPart";
const CLAIM_RELATION: &str = "webanno.custom.ClaimRelation";

/// The format.
pub static FORMAT: Format = Format {
    name: "webanno",
    title: "WebAnno TSV 3",
    extensions: &["tsv"],
    unit: Unit::Utf16,
    about_offsets: "WebAnno counts UTF-16 code units from 0, end exclusive; a character beyond U+FFFF, such as most emoji, counts as two",
    parted: Parted::Not,
    recognise,
    read: read::read,
    frames: false,
    writer: write::WRITER,
};

fn recognise(head: &Head<'_>) -> bool {
    head.text.starts_with(BEGIN)
}
