//! `[[sample]]`: replies of the provider, and the user they must give.

use crate::node::{Node, Value, table_to_json, to_json};
use crate::reader::{Key, Kind, Reader, key};
use crate::source::{Span, Spanned};

/// The keys of an entry.
pub const KEYS: &[Key] = &[
    key("name", Kind::Text, "What the sample shows; its test is called so."),
    key("settings", Kind::Map, "Settings of the sign-in."),
    key("id_token", Kind::Any, "The decoded ID token: a JSON file beside the spec, or a table."),
    key("token", Kind::Any, "The token response: a JSON file, or a table."),
    key("user_info", Kind::Any, "The user-info reply: a JSON file, or a table."),
    key("calls", Kind::Map, "The replies to `[[call]]`s: a JSON file, a table or a list each."),
    key("expect", Kind::Map, "The user: uid, username, email, email_verified, and so on."),
];

/// What `expect` may name.
pub const EXPECTED: &[&str] = &[
    "uid",
    "username",
    "email",
    "email_verified",
    "fullname",
    "first_name",
    "last_name",
    "groups",
    "groups_overage",
    "legacy_uids",
];

/// One sample.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What it shows.
    pub name: Spanned<String>,
    /// `settings`, as JSON.
    pub settings: String,
    /// Replies by their key.
    pub replies: Vec<(&'static str, Reply)>,
    /// Replies to calls by their name.
    pub calls: Vec<(String, Reply)>,
    /// `expect`, as JSON.
    pub expect: String,
    /// What `expect` names.
    pub expected: Vec<Spanned<String>>,
}

/// A reply of the provider.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A JSON file.
    File(Spanned<String>),
    /// JSON text.
    Inline(String, Span),
}

pub(super) fn read(document: &Reader<'_>) -> Vec<Sample> {
    document
        .tables("sample")
        .into_iter()
        .filter_map(|(table, span)| {
            let reader = Reader::new(table, "[[sample]]", span, KEYS, document.report());
            let name = reader.required_text("name");
            if reader.node("expect").is_none() {
                reader.missing("expect");
            }
            let expect = reader.table("expect")?.0;
            let replies = ["id_token", "token", "user_info"]
                .into_iter()
                .filter_map(|key| Some((key, reply(reader.node(key)?))))
                .collect();
            let calls = reader.table("calls").map(|(table, _)| table);
            Some(Sample {
                name: name?,
                settings: reader
                    .table("settings")
                    .map_or_else(|| "{}".to_owned(), |(table, _)| table_to_json(table)),
                replies,
                calls: calls
                    .into_iter()
                    .flat_map(|table| &table.0)
                    .map(|(name, node)| (name.value.clone(), reply(node)))
                    .collect(),
                expect: table_to_json(expect),
                expected: expect.0.iter().map(|(key, _)| key.clone()).collect(),
            })
        })
        .collect()
}

fn reply(node: &Node) -> Reply {
    match &node.value {
        Value::Text(file) => Reply::File(Spanned::new(file.clone(), node.span.clone())),
        _ => Reply::Inline(to_json(node), node.span.clone()),
    }
}
