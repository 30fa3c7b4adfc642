//! GATE XML.

use super::writing::Claims;
use super::{Format, Holds, Layout, Parted, Writer};
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "gate",
    title: "GATE XML",
    extensions: &["xml"],
    unit: Unit::Utf16,
    about_offsets: "",
    parted: Parted::Not,
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
