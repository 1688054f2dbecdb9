//! Samples: their files are read, their names can be tests', and what they expect exists.

use crate::codes::Code;
use crate::document::{Document, EXPECTED, Reply, Sample};
use crate::load::Loader;
use crate::node::quote;
use crate::provider::CheckedSample;
use crate::report::{Diagnostic, Report};
use crate::suggest::nearest;
use crate::template::is_name;

pub(super) fn check(
    document: &Document,
    loader: &mut Loader,
    report: &Report,
) -> Vec<CheckedSample> {
    document
        .samples
        .iter()
        .enumerate()
        .filter_map(|(index, sample)| {
            check_name(sample, document.samples.get(..index).unwrap_or_default(), report);
            check_expectation(sample, report);
            let json = to_json(sample, loader, report)?;
            Some(CheckedSample { name: sample.name.value.clone(), json })
        })
        .collect()
}

fn check_name(sample: &Sample, before: &[Sample], report: &Report) {
    let name = &sample.name;
    if !is_name(&name.value) {
        let message = format!("`{}` cannot be the name of a test", name.value);
        report.push(
            Diagnostic::new(Code::BadName, name.span.clone(), message)
                .help("use lower-case letters, digits and `_`, beginning with a letter"),
        );
    }
    if let Some(other) = before.iter().find(|other| other.name.value == name.value) {
        let message = format!("there are two samples called `{}`", name.value);
        report.push(
            Diagnostic::new(Code::NameCollision, name.span.clone(), message)
                .also(other.name.span.clone(), "the first one"),
        );
    }
}

fn check_expectation(sample: &Sample, report: &Report) {
    for key in &sample.expected {
        if !EXPECTED.contains(&key.value.as_str()) {
            let message = format!("a user has no `{}`", key.value);
            let help = match nearest(&key.value, EXPECTED.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has: {}", EXPECTED.join(", ")),
            };
            report.push(Diagnostic::new(Code::BadSample, key.span.clone(), message).help(help));
        }
    }
    if !sample.expected.iter().any(|key| key.value == "uid") {
        let message = format!("the sample `{}` expects no `uid`", sample.name.value);
        report.push(
            Diagnostic::new(Code::BadSample, sample.name.span.clone(), message)
                .help("add `uid` to its `expect`"),
        );
    }
}

/// The sample as one JSON object, its files put in.
fn to_json(sample: &Sample, loader: &mut Loader, report: &Report) -> Option<String> {
    let mut text = |reply: &Reply| match reply {
        Reply::File(name) => loader.sample(name, report).map(|text| text.trim().to_owned()),
        Reply::Inline(json, _) => Some(json.clone()),
    };
    let mut members = vec![format!("\"settings\":{}", sample.settings)];
    for (key, reply) in &sample.replies {
        members.push(format!("{}:{}", quote(key), text(reply)?));
    }
    let mut calls = Vec::new();
    for (name, reply) in &sample.calls {
        calls.push(format!("{}:{}", quote(name), text(reply)?));
    }
    members.push(format!("\"calls\":{{{}}}", calls.join(",")));
    members.push(format!("\"expect\":{}", sample.expect));
    Some(format!("{{{}}}", members.join(",")))
}
