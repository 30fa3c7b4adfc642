//! Any text as doccano's JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("doccano", data));
