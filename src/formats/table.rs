//! CSV or TSV.

use super::writing::Claims;
use super::{Format, Holds, Layout, Parted, Writer};
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "table",
    title: "CSV or TSV",
    extensions: &["csv"],
    unit: Unit::CodePoint,
    about_offsets: "",
    parted: Parted::ByRows,
    recognise: |_| false,
    read: |_, _| Ok(None),
    frames: false,
    writer: Writer {
        layout: Layout::FilesByDocument,
        holds: Holds {
            overlapping: true,
            repeated: true,
            discontinuous: false,
            claims: Claims::No,
            attributes: false,
            exact_text: true,
            label: |_| true,
        },
        write: |_, _| Vec::new(),
    },
};

/// The columns of a table that mean something, by the words of its header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) document: Option<usize>,
}

impl Columns {
    pub(super) fn of(_: &csv::StringRecord) -> Self {
        Self::default()
    }
}

/// What parts the cells of a table.
pub(super) fn delimiter(_: &str) -> u8 {
    b','
}
