//! Any text as spaCy's JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("spacy", data));
