//! Any text as goldspan's JSON Lines.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("jsonl", data));
