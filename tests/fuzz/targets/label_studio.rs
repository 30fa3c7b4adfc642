//! Any text as a Label Studio export.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("label-studio", data));
