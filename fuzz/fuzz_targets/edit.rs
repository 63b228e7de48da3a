#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| okrsync_fuzz::edit(data));
