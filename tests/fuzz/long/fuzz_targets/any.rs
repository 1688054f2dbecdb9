//! Runs the target that AUTHSPEC_FUZZ_TARGET names.
#![no_main]

use std::sync::OnceLock;

use authspec_tests::fuzz::TARGETS;
use libfuzzer_sys::fuzz_target;

static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let target = TARGET.get_or_init(|| {
        let wanted = std::env::var("AUTHSPEC_FUZZ_TARGET").unwrap_or_default();
        let found = TARGETS.iter().find(|(name, ..)| *name == wanted);
        found.expect("AUTHSPEC_FUZZ_TARGET names no target").2
    });
    target(data);
});
