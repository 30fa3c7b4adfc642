//! A value of the cache: a prediction as a packed line, with its digest, the time at which it was made, and whose it is.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};

/// How hard values are packed: the least, which is nearly as small.
const LEVEL: i32 = 1;

/// A value, taken apart: digest of the rest (16 bytes), time (8), length of the extractor's name (1), the name, the packed line.
pub(super) struct Value<'a> {
    pub(super) made: u64,
    pub(super) extractor: &'a str,
    packed: &'a [u8],
}

/// How many bytes of a digest a value has.
const DIGEST: usize = 16;

/// The longest line that is believed: longer than any that a host accepts.
const LONGEST_LINE: usize = 1 << 30;

impl<'a> Value<'a> {
    /// The parts of a value; `None` where it is damaged.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (digest, rest) = bytes.split_at_checked(DIGEST)?;
        if blake3::hash(rest).as_bytes().get(..DIGEST)? != digest {
            return None;
        }
        let (made, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first()?;
        let (name, packed) = rest.split_at_checked(usize::from(*length))?;
        Some(Self {
            made: u64::from_le_bytes(*made),
            extractor: str::from_utf8(name).ok()?,
            packed,
        })
    }

    pub(super) fn line(&self) -> Option<String> {
        let size = zstd::zstd_safe::get_frame_content_size(self.packed).ok()??;
        let size = usize::try_from(size)
            .ok()
            .filter(|size| *size <= LONGEST_LINE)?;
        // A context costs more to make than a line costs to unpack.
        thread_local! {
            static CONTEXT: RefCell<Option<Decompressor<'static>>> = RefCell::new(Decompressor::new().ok());
        }
        let line = CONTEXT.with_borrow_mut(|context| {
            let context = context.as_mut()?;
            context.decompress(self.packed, size).ok()
        })?;
        String::from_utf8(line).ok()
    }

    pub(super) fn write(made: u64, extractor: &str, line: &str) -> Option<Vec<u8>> {
        thread_local! {
            static CONTEXT: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(LEVEL).ok());
        }
        let packed = CONTEXT.with_borrow_mut(|context| {
            let context = context.as_mut()?;
            context.compress(line.as_bytes()).ok()
        })?;
        let name = kept_name(extractor);
        let mut rest = made.to_le_bytes().to_vec();
        rest.push(u8::try_from(name.len()).ok()?);
        rest.extend(name.as_bytes());
        rest.extend(packed);
        let mut bytes = blake3::hash(&rest).as_bytes()[..DIGEST].to_vec();
        bytes.extend(rest);
        Some(bytes)
    }
}

/// What is kept of an extractor's name: its length has one byte.
pub(super) fn kept_name(name: &str) -> &str {
    &name[..name.floor_char_boundary(usize::from(u8::MAX))]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"{"id":"d","entities":[{"start":0,"end":3,"label":"PERSON"}],"claims":[]}"#;

    #[test]
    fn a_damaged_value_is_no_value_and_is_counted() {
        let bytes = Value::write(7, "names", LINE).unwrap();
        let value = Value::read(&bytes).unwrap();
        assert_eq!((value.made, value.extractor), (7, "names"));
        assert_eq!(value.line().unwrap(), LINE);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(Value::read(&damaged).is_none(), "byte {at}");
        }
        assert!(Value::read(&[]).is_none());
    }
}
