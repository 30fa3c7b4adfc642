//! Any text as an article and its Knowtator XML.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("knowtator", data));
