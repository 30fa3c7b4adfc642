//! Any text as WebAnno TSV.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("webanno", data));
