//! Any text as UIMA CAS XMI.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("xmi", data));
