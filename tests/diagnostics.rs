//! Every mistake that a spec can have, drawn as a person sees it: one file a case.
//!
//! The positions that matter stand in the snapshots; the user-interface tests strip them.

use authspec_spec::{Code, load, render};
use authspec_tests::root;

#[test]
fn cases() {
    let folder = root().join("tests/diagnostics");
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        omit_expression => true,
        snapshot_path => "diagnostics/snapshots",
    }, {
        insta::glob!("diagnostics/*.toml", |path| {
            let loaded = load(path);
            let diagnostics = loaded.result.expect_err("a spec with mistakes");
            let drawn: Vec<String> = diagnostics
                .iter()
                .map(|diagnostic| render(diagnostic, &loaded.sources, &folder))
                .collect();
            insta::assert_snapshot!(drawn.join("\n\n"));
        });
    });
}

/// A code that no case shows is a code that nobody has seen.
#[test]
fn every_code_has_a_case() {
    let folder = root().join("tests/diagnostics");
    let mut shown: Vec<Code> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml")
            && let Err(diagnostics) = load(&path).result
        {
            shown.extend(diagnostics.iter().map(|diagnostic| diagnostic.code));
        }
    }
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
    let loaded = authspec_spec::load_text(std::path::Path::new("case.toml"), text);
    match loaded.result {
        Ok(provider) => {
            let item = authspec_codegen::Item::public("Backend");
            syn::parse2::<syn::File>(authspec_codegen::expand(&provider, &item)).expect("Rust");
        }
        Err(diagnostics) => {
            for diagnostic in diagnostics {
                render(&diagnostic, &loaded.sources, std::path::Path::new(""));
            }
        }
    }
}
