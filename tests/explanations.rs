//! Every explanation of a mistake holds: its wrong example has that mistake, its right one has none.
//!
//! An example is a fragment. It becomes a file as the explanations' reader would write it: over a base
//! that has the rest, with a name, a title and a sample where it has none of its own.

use std::fs;
use std::path::{Path, PathBuf};

use authspec_cli::check::inspect;
use authspec_spec::Code;
use authspec_tests::root;

/// The fenced block after a line, and whether it is a whole file.
fn example<'t>(explanation: &'t str, marker: &str) -> (&'t str, bool) {
    let (_, after) = explanation.split_once(&format!("{marker}\n\n```toml")).expect(marker);
    let (info, rest) = after.split_once('\n').unwrap();
    let (block, _) = rest.split_once("\n```").unwrap();
    (block, info.trim() == "whole")
}

/// The file that a fragment stands for.
fn file(block: &str) -> String {
    let mut text = String::new();
    let top = block.lines().take_while(|line| !line.starts_with('['));
    let top: Vec<&str> = top.filter_map(|line| line.split('=').next()).map(str::trim).collect();
    for (key, value) in [("name", "acme"), ("title", "Acme"), ("extends", "base.toml")] {
        if !top.contains(&key) {
            text.push_str(&format!("{key} = \"{value}\"\n"));
        }
    }
    text.push_str(block);
    if !block.contains("[[sample]]") {
        text.push('\n');
        text.push_str(include_str!("explanations/sample.toml"));
    }
    text
}

/// The codes of the mistakes of an example, each once.
fn codes(code: Code, name: &str, (block, is_whole): (&str, bool)) -> Vec<Code> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{code}-{name}"));
    copy(&root().join("tests/explanations/package"), &folder);
    let spec = folder.join("acme.toml");
    fs::write(&spec, if is_whole { block.to_owned() } else { file(block) }).unwrap();
    let mut paths = vec![spec];
    if code == Code::DuplicateBackend {
        paths.push(folder.join("other.toml"));
    }
    let checked = inspect(&paths).unwrap();
    // An example is a fragment over a base, and both together may look suspicious.
    let warnings = checked.warnings.iter().filter(|_| code.is_warning());
    let mut codes: Vec<Code> =
        checked.findings.iter().chain(warnings).map(|finding| finding.diagnostic.code).collect();
    codes.dedup();
    codes
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

#[test]
fn wrong_examples_are_wrong_and_right_ones_right() {
    for code in Code::ALL {
        let explanation = code.explanation_source();
        let wrong = codes(*code, "wrong", example(explanation, "Wrong:"));
        assert_eq!(wrong, [*code], "{code}: the wrong example");
        let right = codes(*code, "right", example(explanation, "Right:"));
        assert_eq!(right, [], "{code}: the right example");
    }
}
