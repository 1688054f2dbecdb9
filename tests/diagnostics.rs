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
    let checked = inspect(paths).expect("files that can be read");
    checked.warnings.into_iter().chain(checked.findings).collect()
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

/// Good specs to begin with: the plain core, and every construct.
const GOOD: [&str; 2] = [include_str!("specs/plain.toml"), include_str!("specs/everything.toml")];

proptest::proptest! {
    /// Any text gives a report, and whatever is accepted expands to Rust.
    #[test]
    fn any_text_gives_a_report(text in "\\PC{0,200}") {
        check(text);
    }

    /// The same for text that looks like TOML.
    #[test]
    fn any_toml_gives_a_report(text in "[a-z\\[\\]={}\"'|$.\n #{}]{0,200}") {
        check(text);
    }

    /// A good spec with one line changed to anything gives a report or a provider.
    #[test]
    fn any_line_may_be_wrong(which in 0..GOOD.len(), line in 0usize..230, text in "\\PC{0,60}") {
        check(with_line(GOOD[which], line, |_| text));
    }

    /// The same with one character of a line changed, which leaves most of it good.
    #[test]
    fn any_character_may_be_wrong(
        which in 0..GOOD.len(), line in 0usize..230, place in 0usize..80, text in "\\PC{0,2}",
    ) {
        check(with_line(GOOD[which], line, |old| {
            let chars: Vec<char> = old.chars().collect();
            let place = place.min(chars.len());
            let rest = chars.iter().skip(place + 1);
            chars.iter().take(place).copied().chain(text.chars()).chain(rest.copied()).collect()
        }));
    }
}

/// A text with one of its lines changed.
fn with_line(text: &str, line: usize, change: impl FnOnce(&str) -> String) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let line = line % lines.len();
    lines[line] = change(&lines[line]);
    lines.join("\n")
}

fn check(text: String) {
    let loaded = authspec_spec::load_text(Path::new("case.toml"), text);
    match loaded.result {
        Ok(provider) => {
            let item = authspec_codegen::Item::public("Backend");
            let code = authspec_codegen::expand(&provider, &item);
            let tests = authspec_codegen::tests(&provider, &item);
            for tokens in [code, tests] {
                syn::parse2::<syn::File>(tokens).expect("Rust");
            }
            authspec_cli::interpret::descriptor(&provider);
        }
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty(), "a refusal without a reason");
            let item = authspec_codegen::Item::public("Backend");
            let stub = authspec_codegen::stub(&loaded.outline, &item);
            syn::parse2::<syn::File>(stub).expect("Rust");
            for diagnostic in diagnostics {
                render(&diagnostic, &loaded.sources, Path::new(""));
            }
        }
    }
}
