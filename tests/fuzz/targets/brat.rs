//! Any text as an article and its brat standoff.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("brat", data));
