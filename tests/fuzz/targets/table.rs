//! Any text as a CSV or TSV table and an article.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("table", data));
