//! Any text as CoNLL-U with Entity brackets.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("conllu", data));
