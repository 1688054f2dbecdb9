//! `cargo xtask refresh`: what is generated and checked in, written anew.

use std::process::{Command, ExitCode};

/// One kind of generated files: the variable that makes tests write them, and the tests.
struct Generated {
    about: &'static str,
    variable: (&'static str, &'static str),
    tests: &'static [&'static str],
}

const GENERATED: &[Generated] = &[
    Generated {
        about: "snapshots of generated code, of requests and of diagnostics",
        variable: ("INSTA_UPDATE", "always"),
        tests: &["expansion", "wire", "diagnostics"],
    },
    Generated {
        about: "the schema, the reference documents and the tables of READMEs",
        variable: ("AUTHSPEC_UPDATE", "1"),
        tests: &["upkeep"],
    },
    Generated {
        about: "messages of the compiler",
        variable: ("TRYBUILD", "overwrite"),
        tests: &["ui"],
    },
];

/// Runs the tests that write each kind, and says what to do next.
pub(crate) fn all() -> ExitCode {
    for Generated { about, variable, tests } in GENERATED {
        println!("== {about}");
        let targets = tests.iter().flat_map(|test| ["--test", test]);
        let status = Command::new("cargo")
            .args(["test", "--quiet", "--locked", "-p", "authspec-tests"])
            .args(targets)
            .env(variable.0, variable.1)
            .status();
        if !status.is_ok_and(|status| status.success()) {
            eprintln!("FAILED: {about}");
            return ExitCode::FAILURE;
        }
    }
    println!("read what changed: git diff");
    ExitCode::SUCCESS
}
