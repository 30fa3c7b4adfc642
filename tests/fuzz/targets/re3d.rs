//! Any text as the three files of re3d.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| goldspan_fuzz::format("re3d", data));
