//! Every spec's generated code, formatted, and how long it may be.

use authspec_codegen::{Item, expand};
use authspec_spec::load;
use authspec_tests::{root, specs};

/// Lines of generated code, docs not counted: a plain provider, and one of the Entra family.
const PLAIN_BUDGET: usize = 80;
const BUDGET: usize = 220;

fn expansion(path: &std::path::Path, name: &str) -> String {
    let provider = load(path).result.expect("a spec without mistakes");
    let file = syn::parse2(expand(&provider, &Item::public(name))).expect("Rust");
    prettyplease::unparse(&file)
}

fn lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with("///")).count()
}

#[test]
fn snapshots() {
    let _hint =
        authspec_tests::Hint("INSTA_UPDATE=always cargo test -p authspec-tests --test expansion");
    for path in specs() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let code = expansion(&path, "Backend");
        assert!(lines(&code) <= BUDGET, "{name}: {} lines", lines(&code));
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("expansion-{name}"), code);
        });
    }
}

#[test]
fn a_plain_provider_fits_on_a_screen() {
    let code = expansion(&root().join("tests/specs/plain.toml"), "Plain");
    assert!(lines(&code) <= PLAIN_BUDGET, "{} lines:\n{code}", lines(&code));
}

/// Generated code names one crate and the standard library, and holds no path of this machine.
#[test]
fn one_crate_is_named_and_no_path() {
    for path in specs() {
        let code = expansion(&path, "Backend");
        for (position, _) in code.match_indices("::") {
            let before = code[..position].chars().next_back().unwrap_or(' ');
            if before.is_alphanumeric() || before == '_' || before == '>' {
                continue;
            }
            let rest = &code[position + 2..];
            let krate = rest.split("::").next().unwrap();
            assert!(["authspec", "core", "std"].contains(&krate), "{krate} in {}", path.display());
        }
        assert!(!code.contains(root().to_str().unwrap()), "{}", path.display());
    }
}
