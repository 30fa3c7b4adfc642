//! CoNLL-U with entities in brackets, as GUM and CorefUD write them: `Entity=(e1-person` in the last column begins a mention, `e1)` ends it.
//!
//! A document begins at `# newdoc`. Its text is put together from the forms of its tokens: a token of several words counts as written, an empty node has no text. After a
//! token stands what `SpacesAfter` says, nothing where `SpaceAfter=No` says so, else a space. A sentence is followed by a space, by a line end where the next begins with
//! `# newpar` or the document ends, unless its last token says otherwise. The visible characters of `# text` are compared with the tokens'.
//!
//! `# global.Entity` says which field is the type of a mention (`etype`); without it the second is. A mention without type has the label `Entity`. Mentions may nest,
//! cross, lie in several sentences and, numbered `[1/2]`, have several fragments. Offsets are bytes of the text, which goldspan makes itself.

mod brackets;
mod read;
mod spaces;
mod write;

use super::{Format, Head, Parted};
use crate::offset::Unit;

/// What begins a document.
const DOCUMENT: &str = "# newdoc";
/// What declares the fields of entities.
const FIELDS: &str = "# global.Entity";

/// The format.
pub static FORMAT: Format = Format {
    name: "conllu",
    title: "CoNLL-U with Entity brackets",
    extensions: &["conllu"],
    unit: Unit::Byte,
    about_offsets: "the file has no offsets; its text is put together from its tokens",
    parted: Parted::ByMarker(DOCUMENT),
    recognise,
    read: read::read,
    frames: false,
    writer: write::WRITER,
};

/// How many columns a row has.
const COLUMNS: usize = 10;

fn recognise(head: &Head<'_>) -> bool {
    if head.ends("conllu") {
        return true;
    }
    let known = [DOCUMENT, FIELDS, "# sent_id", "# text"];
    let first = head.lines().next().unwrap_or_default();
    let row = head.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    known.iter().any(|known| first.starts_with(known)) && row.split('\t').count() == COLUMNS
}
