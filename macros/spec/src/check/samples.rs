//! Samples: their files are read, their names can be tests', and what they expect exists.

use super::names::bad_name;
use crate::codes::Code;
use crate::document::{Document, EXPECTED, Expect, Reply, Sample, read_inherited};
use crate::load::Loader;
use crate::node::{Node, Value, quote, to_json};
use crate::provider::CheckedSample;
use crate::report::{Diagnostic, Report};
use crate::template::is_name;

/// The replies of the provider in one sample.
#[derive(Debug, Default)]
pub(super) struct Replies {
    /// The claims of the ID token.
    pub(super) id_token: Option<Node>,
    /// The token response.
    pub(super) token: Option<Node>,
    /// The user-info reply.
    pub(super) user_info: Option<Node>,
    /// The replies to calls, by name.
    pub(super) calls: Vec<(String, Node)>,
}

/// The spec's samples, and what they and the samples of the files it extends show.
#[derive(Debug, Default)]
pub(super) struct Samples {
    pub(super) checked: Vec<CheckedSample>,
    pub(super) own: Vec<Replies>,
    pub(super) inherited: Vec<Replies>,
    /// `true` if every sample could be read: what could not would be missed.
    pub(super) is_whole: bool,
}

pub(super) fn check(document: &Document, loader: &mut Loader, report: &Report) -> Samples {
    let mut samples = Samples { is_whole: true, ..Samples::default() };
    for (index, sample) in document.samples.iter().enumerate() {
        check_name(sample, document.samples.get(..index).unwrap_or_default(), report);
        let expect = check_expectation(document, sample, report);
        check_calls(document, sample, report);
        let Some((replies, json)) = read(sample, loader, report) else {
            samples.is_whole = false;
            continue;
        };
        samples.own.push(replies);
        let expected = sample.expect.iter().flat_map(|expect| &expect.members);
        samples.checked.push(CheckedSample {
            name: sample.name.value.clone(),
            json: format!("{{\"settings\":{},{json},{expect}}}", sample.settings),
            expected: expected.map(|(key, span)| (key.value.clone(), span.clone())).collect(),
            span: sample.span.clone(),
        });
    }
    let before = report.len();
    let inherited_samples = read_inherited(loader.inherited_samples(), report);
    // A misspelt key hides a whole reply.
    samples.is_whole &= report.len() == before;
    for sample in inherited_samples {
        let expectation = sample.expect.as_ref().map(|expect| &expect.span);
        let refusal = sample.refused.as_ref().map(|code| &code.span);
        if let Some(span) = expectation.or(refusal) {
            let message = "nothing runs this sample: its file is only there to be extended";
            report.push(
                Diagnostic::new(Code::UselessTable, span.clone(), message)
                    .help("remove what it expects; what the sample contains still counts"),
            );
        }
        match read(&sample, loader, report) {
            Some((replies, _)) => samples.inherited.push(replies),
            None => samples.is_whole = false,
        }
    }
    samples
}

fn check_name(sample: &Sample, before: &[Sample], report: &Report) {
    let name = &sample.name;
    if !is_name(&name.value) {
        bad_name(name, "test", report);
    }
    if let Some(other) = before.iter().find(|other| other.name.value == name.value) {
        let message = format!("there are two samples called `{}`", name.value);
        report.push(
            Diagnostic::new(Code::NameCollision, name.span.clone(), message)
                .also(other.name.span.clone(), "the first one"),
        );
    }
}

/// A reply to a call that is not made would be read by nobody.
fn check_calls(document: &Document, sample: &Sample, report: &Report) {
    let known = document.calls.iter().map(|call| call.name.value.as_str());
    for (name, _) in &sample.calls {
        if !known.clone().any(|known| known == name.value) && !document.is_incomplete("call") {
            let message = format!("there is no call `{}`", name.value);
            let diagnostic = Diagnostic::new(Code::BadSample, name.span.clone(), message);
            report.push(diagnostic.among(&name.value, known.clone(), "there are"));
        }
    }
}

/// The expected user, as members of a JSON object.
fn check_expectation(document: &Document, sample: &Sample, report: &Report) -> String {
    match (&sample.expect, &sample.refused) {
        (Some(expect), None) => {
            check_user(sample, expect, report);
            format!("\"expect\":{}", expect.json)
        }
        (None, Some(code)) => format!("\"refused\":{}", quote(&code.value)),
        (Some(expect), Some(code)) => {
            let message =
                format!("the sample `{}` expects a user and a refusal", sample.name.value);
            report.push(
                Diagnostic::new(Code::BadSample, code.span.clone(), message)
                    .also(expect.span.clone(), "this expects a user")
                    .help("remove `expect` or `refused`"),
            );
            String::new()
        }
        (None, None) => {
            if document.name.is_some() && !document.is_incomplete("sample") {
                let message = format!("the sample `{}` lacks `expect`", sample.name.value);
                report.push(Diagnostic::new(Code::MissingKey, sample.span.clone(), message).help(
                    "add `expect = { uid = \"…\" }`, the user that it must give; or `refused = \
                         \"…\"`, the error code of a refusal",
                ));
            }
            String::new()
        }
    }
}

fn check_user(sample: &Sample, expect: &Expect, report: &Report) {
    for (key, _) in &expect.members {
        if !EXPECTED.contains(&key.value.as_str()) {
            let message = format!("a user has no `{}`", key.value);
            report.push(Diagnostic::new(Code::BadSample, key.span.clone(), message).among(
                &key.value,
                EXPECTED.iter().copied(),
                "it has",
            ));
        }
    }
    if !expect.members.iter().any(|(key, _)| key.value == "uid") {
        let message = format!("the sample `{}` expects no `uid`", sample.name.value);
        report.push(
            Diagnostic::new(Code::BadSample, sample.name.span.clone(), message)
                .help("add `uid` to its `expect`"),
        );
    }
}

/// The replies, and the same as members of a JSON object.
fn read(sample: &Sample, loader: &mut Loader, report: &Report) -> Option<(Replies, String)> {
    let mut found = Replies::default();
    let mut members = Vec::new();
    for (key, reply) in &sample.replies {
        let (node, json) = read_reply(reply, false, loader, report)?;
        members.push(format!("{}:{json}", quote(key)));
        match *key {
            "id_token" => found.id_token = Some(payload(node)),
            "token" => found.token = Some(node),
            _ => found.user_info = Some(node),
        }
    }
    let mut calls = Vec::new();
    for (name, reply) in &sample.calls {
        let (node, json) = read_reply(reply, true, loader, report)?;
        calls.push(format!("{}:{json}", quote(&name.value)));
        found.calls.push((name.value.clone(), node));
    }
    members.push(format!("\"calls\":{{{}}}", calls.join(",")));
    Some((found, members.join(",")))
}

/// A reply; those to calls may be lists.
fn read_reply(
    reply: &Reply,
    may_be_list: bool,
    loader: &mut Loader,
    report: &Report,
) -> Option<(Node, String)> {
    match reply {
        Reply::Inline(node) => Some((node.clone(), to_json(node))),
        Reply::File(name) => {
            let node = loader.sample(name, report)?;
            if may_be_list || matches!(node.value, Value::Table(_)) {
                let json = to_json(&node);
                return Some((node, json));
            }
            let message = format!("`{}` must hold a JSON object", name.value);
            report.push(
                Diagnostic::new(Code::BadSample, node.span, message)
                    .label(format!("this is {}", node.value.describe())),
            );
            None
        }
    }
}

/// A decoded token is written with its header (`{"header", "payload"}`) or as its claims alone.
fn payload(node: Node) -> Node {
    match &node.value {
        Value::Table(table) if table.get("header").is_some() => {
            table.get("payload").cloned().unwrap_or(node)
        }
        _ => node,
    }
}
