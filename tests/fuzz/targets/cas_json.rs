//! Any text as UIMA CAS JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("cas-json", data));
