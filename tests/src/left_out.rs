//! Tests that a machine cannot run, said aloud.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Reports that something is not tested on this machine, and why.
///
/// The line goes past libtest's capture to standard error, so that it is seen although the test passes, and into the
/// file that `AUTHSPEC_LEFT_OUT` names, which `cargo xtask test` shows at its end.
///
/// # Panics
///
/// If `CI` is `true`, because nothing may be left out there.
pub fn left_out(what: &str, why: &str) {
    let line = format!("{what}: {why}");
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "with CI=true nothing may be left out: {line}"
    );
    _ = writeln!(std::io::stderr(), "\nnot tested: {line}");
    if let Some(file) = std::env::var_os("AUTHSPEC_LEFT_OUT") {
        let file = OpenOptions::new().create(true).append(true).open(file);
        writeln!(file.expect("the file of what is left out"), "{line}").expect("a line");
    }
}
