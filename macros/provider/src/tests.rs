//! The macro, a build script and `authspec crate` give the same tokens.

use std::path::{Path, PathBuf};

use authspec_build::{Backend, Package, load, source};

use crate::door;
use crate::input::Input;

/// Folders of specs, relative to this crate.
const FOLDERS: [&str; 3] =
    ["../../providers/azuread/specs", "../../providers/catalog/specs", "../../tests/specs"];

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The source that the macro gives for every spec of a folder, by the path of each.
fn by_macro(folder: &str, backends: &[Backend]) -> Vec<String> {
    let files = std::fs::read_dir(root(folder)).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    let expand = |backend: &Backend| {
        let line = format!("= \"{}\"", backend.provider.name);
        let is_spec = |path: &&PathBuf| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines().any(|text| text.starts_with("name") && text.ends_with(&line))
        };
        let file = files.iter().find(is_spec).unwrap().file_name().unwrap();
        let path = format!("{folder}/{}", file.to_string_lossy());
        let input = format!("pub struct {} from {path:?};", backend.item.name);
        source(door(&syn::parse_str::<Input>(&input).unwrap()).code).unwrap()
    };
    backends.iter().map(expand).collect()
}

#[test]
fn all_doors_give_the_same_tokens() {
    for folder in FOLDERS {
        let backends = load(&[root(folder)]).unwrap();
        assert!(!backends.is_empty());
        let by_macro = by_macro(folder, &backends);

        let by_script = authspec_build::specs(root(folder)).source().unwrap();
        assert!(by_script.starts_with(&by_macro.concat()), "{folder}: the build script");

        let package = Package { name: "x".to_owned(), backends: backends.clone(), authspec: None };
        let files = package.files().unwrap();
        for (backend, expected) in backends.iter().zip(&by_macro) {
            let path = format!("src/{}.rs", backend.module());
            let file = files.iter().find(|file| file.path == Path::new(&path)).unwrap();
            let (_, text) = file.text.split_once("\n\n").unwrap();
            assert_eq!(text, expected, "{path}");
        }
    }
}

/// Only the macro watches files from within the source; the others leave it to cargo.
#[test]
fn only_the_macro_tracks_files() {
    let path = format!("{}/azuread-oauth2.toml", FOLDERS[0]);
    let input = format!("pub struct Entra from {path:?};");
    let expansion = door(&syn::parse_str::<Input>(&input).unwrap());
    let tracking = expansion.tracking.to_string();
    for file in
        ["azuread-oauth2.toml", "entra-tenants.toml", "entra.toml", "idtoken_v1_member.json"]
    {
        assert!(tracking.contains(file), "{file}");
    }
    assert!(!expansion.code.to_string().contains("include_bytes"));
}

/// Some editors do not say which file a literal stands in: the spec is found all the same.
#[test]
fn a_spec_is_found_where_the_file_is_not_known() {
    let input =
        |path: &str| syn::parse_str::<Input>(&format!("pub struct X from {path:?};")).unwrap();
    // This package has `src`, from which this path leads to a spec; its own folder is one level higher.
    let found = crate::locate::spec(&input("../../../tests/specs/plain.toml").path).unwrap();
    assert!(found.ends_with("src/../../../tests/specs/plain.toml"), "{}", found.display());
    let missing = crate::locate::spec(&input("nowhere.toml").path).unwrap_err();
    assert!(missing.contains("nowhere.toml"), "{missing}");
}
