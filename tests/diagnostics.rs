//! Every mistake that a spec can have, drawn as a person sees it: one file a case.
//!
//! The positions that matter stand in the snapshots; the user-interface tests strip them.

use std::path::{Path, PathBuf};

use authspec_cli::check::inspect;
use authspec_spec::{Code, Finding, render};
use authspec_tests::root;

fn folder() -> PathBuf {
    root().join("tests/diagnostics")
}

fn findings(paths: &[PathBuf]) -> Vec<Finding> {
    inspect(paths).expect("files that can be read").findings
}

fn drawn(findings: &[Finding]) -> String {
    let drawn: Vec<String> = findings
        .iter()
        .map(|finding| render(&finding.diagnostic, &finding.sources, &folder()))
        .collect();
    assert!(!drawn.is_empty(), "a spec with mistakes");
    drawn.join("\n\n")
}

/// Two backends with one name, and with one name in settings.
fn namesakes() -> Vec<PathBuf> {
    vec![folder().join("namesakes")]
}

#[test]
fn cases() {
    let _hint =
        authspec_tests::Hint("INSTA_UPDATE=always cargo test -p authspec-tests --test diagnostics");
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        omit_expression => true,
        snapshot_path => "diagnostics/snapshots",
    }, {
        insta::glob!("diagnostics/*.toml", |path| {
            insta::assert_snapshot!(drawn(&findings(&[path.to_owned()])));
        });
        insta::assert_snapshot!("namesakes", drawn(&findings(&namesakes())));
    });
}

/// A code that no case shows is a code that nobody has seen.
#[test]
fn every_code_has_a_case() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let cases = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let found = cases.map(|path| findings(&[path])).chain([findings(&namesakes())]);
    let shown: Vec<Code> = found.flatten().map(|finding| finding.diagnostic.code).collect();
    let missing: Vec<&str> =
        Code::ALL.iter().filter(|code| !shown.contains(code)).map(|code| code.as_str()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

proptest::proptest! {
    /// Any text gives a report, and whatever is accepted expands to Rust.
    #[test]
    fn any_text_gives_a_report(text in "[a-z\\[\\]={}\"'|$.\n #{}]{0,200}") {
        check(text);
    }

    /// A good spec with one line changed to anything gives a report or a provider.
    #[test]
    fn any_line_may_be_wrong(line in 0usize..40, text in "[ -~]{0,60}") {
        let plain = include_str!("specs/plain.toml");
        let changed: Vec<&str> = plain
            .lines()
            .enumerate()
            .map(|(number, old)| if number == line { text.as_str() } else { old })
            .collect();
        check(changed.join("\n"));
    }
}

fn check(text: String) {
    let loaded = authspec_spec::load_text(Path::new("case.toml"), text);
    match loaded.result {
        Ok(provider) => {
            let item = authspec_codegen::Item::public("Backend");
            syn::parse2::<syn::File>(authspec_codegen::expand(&provider, &item)).expect("Rust");
        }
        Err(diagnostics) => {
            for diagnostic in diagnostics {
                render(&diagnostic, &loaded.sources, Path::new(""));
            }
        }
    }
}
