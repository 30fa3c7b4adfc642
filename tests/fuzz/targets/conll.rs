//! Any text as CoNLL columns parted into documents.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("conll", data));
