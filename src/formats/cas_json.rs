//! UIMA CAS JSON 0.4.

use super::writing::Claims;
use super::{Format, Holds, Layout, Parted, Writer};
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "cas-json",
    title: "UIMA CAS JSON 0.4",
    extensions: &["json"],
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
