//! Every row of `security.md` and every conformance test that concerns the code flow has a row of the
//! table, a test of its own, or a reason.

mod findings;
mod lists;

use std::collections::BTreeSet;
use std::path::Path;

use authspec_tests::root;

use crate::suite::table;
use findings::{FINDINGS, LAST};
use lists::{CONFORMANCE, GROUPS, OLDER, REASONS, TESTS};

#[test]
fn every_row_has_a_test_or_a_reason() {
    let covered: BTreeSet<&str> = table()
        .iter()
        .map(|row| row.id)
        .chain(TESTS.iter().map(|(id, ..)| *id))
        .chain(REASONS.iter().map(|(id, _)| *id))
        .collect();
    let mut lacking: Vec<String> = GROUPS
        .into_iter()
        .flat_map(|(group, last)| (1..=last).map(move |number| format!("{group}{number:02}")))
        .filter(|id| !covered.contains(id.as_str()))
        .collect();
    let conformance = CONFORMANCE.iter().map(|end| format!("oidcc-client-test{end}"));
    let conformance = conformance.chain(["oidcc-client-formpost-basic".to_owned()]);
    let conformance = conformance.chain(OLDER.map(str::to_owned));
    lacking.extend(conformance.filter(|id| !covered.contains(id.as_str())));
    // The document itself, where it is at hand: a row that is added there must be covered here.
    let document = root().parent().map(|folder| folder.join("shared/reference/security.md"));
    if let Some(text) = document.and_then(|path| std::fs::read_to_string(path).ok()) {
        let ids = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
        let is_row = |id: &&str| {
            id.len() == 3
                && id.starts_with(|c: char| ('A'..='H').contains(&c))
                && id[1..].parse::<u8>().is_ok()
        };
        lacking.extend(ids.filter(is_row).filter(|id| !covered.contains(id)).map(str::to_owned));
    } else {
        println!("security.md is not at hand: its rows are counted from the list of this file");
    }
    assert!(lacking.is_empty(), "no test and no reason: {lacking:?}");
}

#[test]
fn every_finding_has_a_test() {
    let table = table();
    let rows = table.iter().map(|row| row.id);
    let covered: BTreeSet<&str> = FINDINGS.iter().map(|(id, ..)| *id).chain(rows).collect();
    let all = (1..=LAST).map(|number| format!("T2-{number:02}"));
    let lacking: Vec<String> = all.filter(|id| !covered.contains(id.as_str())).collect();
    assert!(lacking.is_empty(), "findings without a test: {lacking:?}");
    for (id, weakness, ..) in FINDINGS {
        println!("{id:<8} {weakness}");
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let findings = FINDINGS.iter().map(|(id, _, file, test)| (id, file, test));
    for (id, file, test) in TESTS.iter().map(|(id, file, test)| (id, file, test)).chain(findings) {
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(text.contains(&format!("fn {test}(")), "{id}: no test `{test}` in {file}");
    }
}

#[test]
fn what_has_a_reason_has_no_test() {
    for (id, reason) in REASONS {
        assert!(!TESTS.iter().any(|(other, ..)| other == id), "{id}: {reason}");
        assert!(!table().iter().any(|row| row.id == *id), "{id}: {reason}");
        println!("{id:<44} does not apply: {reason}");
    }
}

/// The threat model names a test for each property: it is there.
#[test]
fn every_test_of_the_threat_model_exists() {
    let model = std::fs::read_to_string(root().join("docs/threat-model.md")).unwrap();
    let mut code = String::new();
    for folder in ["tests", "runtime/src"] {
        read_code(&root().join(folder), &mut code);
    }
    let quoted = model.split('`').skip(1).step_by(2);
    let is_test = |name: &&str| {
        name.matches('_').count() >= 2 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let named: Vec<&str> = quoted.filter(is_test).collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        assert!(code.contains(&format!("fn {name}(")), "docs/threat-model.md: no test `{name}`");
    }
}

/// Every Rust file below a folder.
fn read_code(folder: &Path, code: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_code(&path, code);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            code.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
