//! Mistakes in the shape of cargo's messages, one JSON object a line, so that an editor that runs
//! cargo (rust-analyzer's `check.overrideCommand`) shows them in the TOML.
//!
//! The members are those of `cargo --message-format=json` and rustc's `--error-format=json`.

use std::io::Write as _;
use std::path::Path;

use authspec_spec::{Diagnostic, Finding, Source, Sources, Span, render, shown_path};
use serde_json::{Value, json};

use super::Checked;

pub(super) fn print(checked: &Checked, base: &Path) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for finding in checked.all() {
        writeln!(out, "{}", message(finding, base))?;
    }
    let finished = json!({ "reason": "build-finished", "success": checked.findings.is_empty() });
    writeln!(out, "{finished}")
}

fn message(finding: &Finding, base: &Path) -> Value {
    let Finding { diagnostic, sources } = finding;
    let path = sources.get(0).map(|source| shown_path(&source.path, base)).unwrap_or_default();
    json!({
        "reason": "compiler-message",
        "package_id": format!("authspec-spec {path}"),
        "manifest_path": path,
        "target": {
            "kind": ["lib"],
            "crate_types": ["lib"],
            "name": path,
            "src_path": path,
            "edition": "2024",
            "doc": false,
            "doctest": false,
            "test": false,
        },
        "message": {
            "$message_type": "diagnostic",
            "message": diagnostic.message,
            "code": {
                "code": diagnostic.code.as_str(),
                "explanation": diagnostic.code.explanation(),
            },
            "level": if diagnostic.code.is_warning() { "warning" } else { "error" },
            "spans": spans(diagnostic, sources, base),
            "children": help(diagnostic, sources, base),
            "rendered": format!("{}\n\n", render(diagnostic, sources, base)),
        },
    })
}

fn spans(diagnostic: &Diagnostic, sources: &Sources, base: &Path) -> Vec<Value> {
    let labels = diagnostic.labels.iter().enumerate();
    labels
        .filter_map(|(index, (place, label))| {
            let mut span = span(place, sources, base)?;
            span["is_primary"] = (index == 0).into();
            span["label"] = if label.is_empty() { Value::Null } else { label.as_str().into() };
            Some(span)
        })
        .collect()
}

/// The help, with the change that would mend it: editors offer it as a quick fix.
fn help(diagnostic: &Diagnostic, sources: &Sources, base: &Path) -> Vec<Value> {
    let spans: Vec<Value> = diagnostic
        .replacements
        .iter()
        .filter_map(|(place, text)| {
            let mut span = span(place, sources, base)?;
            span["is_primary"] = true.into();
            span["suggested_replacement"] = text.as_str().into();
            span["suggestion_applicability"] = "MaybeIncorrect".into();
            Some(span)
        })
        .collect();
    let child = diagnostic.help.as_ref().map(|help| {
        json!({
            "children": [],
            "code": null,
            "level": "help",
            "message": help,
            "rendered": null,
            "spans": spans,
        })
    });
    child.into_iter().collect()
}

fn span(place: &Span, sources: &Sources, base: &Path) -> Option<Value> {
    let source = sources.get(place.file)?;
    let end = place.bytes.end.min(source.text.len());
    let start = place.bytes.start.min(end);
    let (line_start, column_start) = source.position(start);
    let (line_end, column_end) = source.position(end);
    Some(json!({
        "file_name": shown_path(&source.path, base),
        "byte_start": start,
        "byte_end": end,
        "line_start": line_start,
        "line_end": line_end,
        "column_start": column_start,
        "column_end": column_end,
        "is_primary": false,
        "text": lines(source, (line_start, column_start), (line_end, column_end)),
        "label": null,
        "suggested_replacement": null,
        "suggestion_applicability": null,
        "expansion": null,
    }))
}

/// The source lines of a place, each with the columns that belong to it.
fn lines(source: &Source, start: (usize, usize), end: (usize, usize)) -> Vec<Value> {
    let lines = source.text.lines().enumerate().map(|(index, text)| (index + 1, text));
    let inside = lines.filter(|(line, _)| (start.0..=end.0).contains(line));
    inside
        .map(|(line, text)| {
            let last = text.chars().count() + 1;
            json!({
                "text": text,
                "highlight_start": if line == start.0 { start.1 } else { 1 },
                "highlight_end": if line == end.0 { end.1 } else { last },
            })
        })
        .collect()
}
