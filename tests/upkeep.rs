//! What is generated and checked in is fresh; `AUTHSPEC_UPDATE=1 cargo test -p authspec-tests` mends it.

use std::path::Path;

use authspec_spec::load;
use authspec_tests::{known, root, specs};

/// The text between two markers of a file is this, or becomes it when asked.
fn keep(file: &str, begin: &str, end: &str, fresh: &str) {
    let path = root().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find(begin).unwrap_or_else(|| panic!("{file} has no `{begin}`"));
    let start = start + text[start..].find('\n').unwrap() + 1;
    let stop = start + text[start..].find(end).unwrap_or_else(|| panic!("{file} has no `{end}`"));
    if text[start..stop].trim() == fresh.trim() {
        return;
    }
    assert!(
        std::env::var_os("AUTHSPEC_UPDATE").is_some(),
        "{file} is stale; run `AUTHSPEC_UPDATE=1 cargo test -p authspec-tests --test upkeep`"
    );
    let mended = format!("{}\n{}\n\n{}", &text[..start], fresh.trim(), &text[stop..]);
    std::fs::write(path, mended).unwrap();
}

/// A file that is made whole is this, or becomes it when asked.
fn keep_file(file: &str, fresh: &str) {
    let path = root().join(file);
    if std::fs::read_to_string(&path).is_ok_and(|text| text == fresh) {
        return;
    }
    assert!(
        std::env::var_os("AUTHSPEC_UPDATE").is_some(),
        "{file} is stale; run `AUTHSPEC_UPDATE=1 cargo test -p authspec-tests --test upkeep`"
    );
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, fresh).unwrap();
}

#[test]
fn the_schema_and_the_reference_are_fresh() {
    keep_file("authspec.schema.json", &authspec_cli::schema::text());
    keep_file("docs/spec-language.md", &authspec_cli::reference::language());
    keep_file("docs/diagnostics.md", &authspec_cli::reference::diagnostics());
    keep_file("docs/errors.md", &authspec_cli::reference::errors());
}

#[test]
fn the_table_of_wrong_settings_is_fresh() {
    let table = authspec_tests::wrong_settings::table();
    keep("docs/settings.md", "<!-- wrong settings -->", "<!-- end -->", &table);
}

#[test]
fn the_readmes_of_providers_list_every_setting() {
    let mut common = String::from("### Every backend\n\n");
    common.push_str("| variable ends in | type | meaning |\n|---|---|---|\n");
    for setting in authspec::settings::COMMON {
        let name = setting.name.to_ascii_uppercase();
        common.push_str(&format!("| `{name}` | {} | {} |\n", setting.kind.describe(), setting.doc));
    }
    for entry in std::fs::read_dir(root().join("providers")).unwrap() {
        let krate = entry.unwrap().file_name().into_string().unwrap();
        let folder = format!("{krate}/specs");
        let mut fresh = if krate == "azuread" { common.clone() } else { String::new() };
        for path in specs().iter().filter(|path| path.to_string_lossy().contains(&folder)) {
            let provider = load(path).result.unwrap();
            fresh.push_str(&format!("\n### `{}`\n\n", provider.name));
            fresh.push_str(&authspec_codegen::settings_table(&provider));
        }
        let readme = format!("providers/{krate}/README.md");
        keep(&readme, "<!-- settings:", "<!-- /settings -->", &fresh);
    }
}

#[test]
fn the_readme_lists_every_backend() {
    let mut fresh =
        String::from("| backend | provider | python-social-auth class |\n|---|---|---|\n");
    for backend in known().known() {
        let aliases = backend.aliases.join(", ");
        fresh.push_str(&format!("| `{}` | {} | `{aliases}` |\n", backend.name, backend.title));
    }
    keep("README.md", "<!-- backends:", "<!-- /backends -->", &fresh);
}

/// README shows the example as it is.
#[test]
fn the_readme_shows_the_example() {
    let example = |file: &str| {
        std::fs::read_to_string(root().join("examples/own-provider/src").join(file)).unwrap()
    };
    for (marker, language, file) in
        [("<!-- example spec:", "toml", "acme.toml"), ("<!-- example program:", "rust", "main.rs")]
    {
        let fresh = format!("```{language}\n{}\n```", example(file).trim());
        keep("README.md", marker, "<!-- /example -->", &fresh);
    }
}

/// The Kubernetes example is YAML whose token is projected as Kubernetes reads it.
#[test]
fn the_kubernetes_example_is_valid() {
    let text = std::fs::read_to_string(root().join("providers/azuread/README.md")).unwrap();
    let blocks: Vec<&str> =
        text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(!blocks.is_empty());
    let mut tokens = 0;
    for block in blocks {
        for document in serde_norway::Deserializer::from_str(block) {
            let value = <serde_json::Value as serde::Deserialize>::deserialize(document).unwrap();
            find(&value, "serviceAccountToken", &mut |token| {
                assert_eq!(token["audience"], "api://AzureADTokenExchange");
                assert!(token["path"].is_string());
                assert!(token["expirationSeconds"].as_u64().is_some_and(|seconds| seconds >= 600));
                tokens += 1;
            });
        }
    }
    assert!(tokens > 0, "no projected token in the example");
}

fn find(value: &serde_json::Value, key: &str, found: &mut dyn FnMut(&serde_json::Value)) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                if name == key {
                    found(value);
                }
                find(value, key, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| find(item, key, found)),
        _ => {}
    }
}

/// The compiler and the runtime speak of the same settings and error codes.
#[test]
fn both_sides_know_the_same_words() {
    let common: Vec<&str> = authspec::settings::COMMON.iter().map(|setting| setting.name).collect();
    assert_eq!(common, authspec_spec::check::COMMON_SETTINGS);
    for (word, name) in authspec_spec::document::errors::WORDS {
        let code = authspec::Code::ALL.iter().find(|code| code.as_str() == word.name);
        assert_eq!(code.map(|code| format!("{code:?}")).as_deref(), Some(name));
    }
}

/// A source file is one thought.
#[test]
fn files_stay_short() {
    const LONGEST: usize = 400;
    /// Longer, each for its reason.
    const EXCEPTIONS: &[&str] = &[
        // One list of constants and constructors in the order of the spec.
        "runtime/src/descriptor/mod.rs",
        // A table of changes, one edit each.
        "cli/tests/diff.rs",
    ];
    let mut long = Vec::new();
    visit(&root(), &mut |path| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let lines = std::fs::read_to_string(path).unwrap().lines().count();
        if lines > LONGEST && !EXCEPTIONS.contains(&name.as_str()) {
            long.push(format!("{name}: {lines} lines"));
        }
    });
    assert_eq!(long, Vec::<String>::new());
}

/// Cold builds of the macro stay cheap: none of the heavy crates is among its dependencies.
#[test]
fn the_macro_depends_on_nothing_heavy() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", "authspec-macros", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let mut crates: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    crates.sort_unstable();
    crates.dedup();
    for heavy in ["serde", "serde_derive", "reqwest", "regex", "darling", "tokio", "prettyplease"] {
        assert!(!crates.contains(&heavy), "{heavy} in {crates:?}");
    }
    assert!(crates.contains(&"toml") && crates.len() <= 20, "{crates:?}");
}

fn visit(folder: &Path, found: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                visit(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found(&path);
        }
    }
}
