//! `[[sample]]`: replies of the provider, and the user they must give.

use super::errors;
use crate::language::{Key, Kind, key, required};
use crate::node::{Node, Table, Value, table_to_json};
use crate::reader::Reader;
use crate::report::Report;
use crate::source::{Span, Spanned};

/// A reply: a JSON file, or a table.
const REPLY: Kind = Kind::OneOf(&[Kind::File, Kind::Object]);

/// The keys of an entry.
pub const KEYS: &[Key] = &[
    required("name", Kind::Text, "The name of the sample and of its test."),
    key("settings", Kind::Object, "Settings of the sign-in that the sample belongs to."),
    key("id_token", REPLY, "The decoded ID token: a JSON file beside the spec, or a table."),
    key("token", REPLY, "The token response: a JSON file, or a table."),
    key("user_info", REPLY, "The user-info reply: a JSON file, or a table."),
    key(
        "calls",
        Kind::Map(&Kind::OneOf(&[Kind::File, Kind::Any])),
        "The replies to `[[call]]`s by their names: a JSON file, a table or a list each.",
    ),
    key(
        "expect",
        Kind::Object,
        "The expected user: uid, username, email, email_verified and so on.",
    ),
    key("refused", errors::WORD, "The error code of a refused sign-in, in place of `expect`."),
];

/// The keys of `expect`.
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
pub(crate) struct Sample {
    /// The name of the sample.
    pub(crate) name: Spanned<String>,
    /// `settings`, as JSON.
    pub(crate) settings: String,
    /// Replies by their key.
    pub(crate) replies: Vec<(&'static str, Reply)>,
    /// Replies to calls by their name.
    pub(crate) calls: Vec<(Spanned<String>, Reply)>,
    /// `expect`; absent in a file that is only there to be extended.
    pub(crate) expect: Option<Expect>,
    /// The error code of a sign-in that must be refused.
    pub(crate) refused: Option<Spanned<String>>,
    /// The place in the spec.
    pub(crate) span: Span,
}

/// The user that a sample must give.
#[derive(Clone, Debug)]
pub(crate) struct Expect {
    /// All of it, as JSON.
    pub(crate) json: String,
    /// Its members, each with the place of its value.
    pub(crate) members: Vec<(Spanned<String>, Span)>,
    /// The place in the spec.
    pub(crate) span: Span,
}

/// A reply of the provider.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A JSON file.
    File(Spanned<String>),
    /// A value of the spec.
    Inline(Node),
}

pub(super) fn read(document: &Reader<'_>) -> Vec<Sample> {
    let entries = document.tables("sample").into_iter();
    entries.filter_map(|(table, span)| read_one(table, span, document.report())).collect()
}

/// The samples of a file that is extended: they show which claims there are.
pub(crate) fn read_inherited(nodes: &[Node], report: &Report) -> Vec<Sample> {
    let items = nodes.iter().filter_map(|node| match &node.value {
        Value::List(items) => Some(items),
        _ => None,
    });
    items
        .flatten()
        .filter_map(|item| match &item.value {
            Value::Table(table) => read_one(table, item.span.clone(), report),
            _ => None,
        })
        .collect()
}

fn read_one(table: &Table, span: Span, report: &Report) -> Option<Sample> {
    let reader = Reader::new(table, "[[sample]]", span.clone(), KEYS, report);
    let settings = reader.table("settings").map(|(table, _)| table_to_json(table));
    let replies = ["id_token", "token", "user_info"]
        .into_iter()
        .filter_map(|key| Some((key, reply(reader.node(key)?))))
        .collect();
    let calls = reader.entries("calls").iter();
    Some(Sample {
        settings: settings.unwrap_or_else(|| "{}".to_owned()),
        replies,
        calls: calls.map(|(name, node)| (name.clone(), reply(node))).collect(),
        expect: reader.table("expect").map(|(table, span)| expect(table, span)),
        refused: reader.text("refused"),
        name: reader.text("name")?,
        span,
    })
}

fn expect(table: &Table, span: Span) -> Expect {
    let members = table.0.iter().map(|(key, value)| (key.clone(), value.span.clone()));
    Expect { json: table_to_json(table), members: members.collect(), span }
}

fn reply(node: &Node) -> Reply {
    node.text().map_or_else(|| Reply::Inline(node.clone()), Reply::File)
}
