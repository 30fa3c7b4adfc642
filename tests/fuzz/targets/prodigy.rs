//! Any text as Prodigy's JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("prodigy", data));
