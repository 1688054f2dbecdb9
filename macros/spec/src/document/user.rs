//! `[user]`: which claims make a user.

use super::policy::{CONDITION, Condition, read_condition};
use super::when::{self, When};
use crate::claim::Claim;
use crate::language::{Key, Kind, Word, key, required, word};
use crate::node::Value;
use crate::reader::Reader;
use crate::source::{Span, Spanned};

/// The keys of the table.
pub const KEYS: &[Key] = &[
    key("uid", Kind::Claim, "The identifier that is stored; it must never change or be reused."),
    key("mutable_uid", Kind::Text, "The reason for a uid that its owner can change."),
    key(
        "legacy_uids",
        Kind::Map(&Kind::Claim),
        "Identifiers that earlier releases of other libraries stored, by name.",
    ),
    key(
        "pinned_when",
        Kind::List(&Kind::Table(when::KEYS)),
        "Conditions on settings of which one means that the operator chose the directory of the users: \
         whoever runs it typed their addresses and login names, so that allow-lists take an address \
         that is not verified, and `legacy_uids` are given. Without the key, allow-lists take verified \
         addresses only, and `legacy_uids` are always given.",
    ),
    key("username", Kind::Claim, "The login name."),
    key(
        "email",
        Kind::List(&Kind::Table(EMAIL_KEYS)),
        "Sources of the e-mail address, the preferred one first, each with what verifies it.",
    ),
    key("fullname", Kind::Claim, "The full name."),
    key("first_name", Kind::Claim, "The given name."),
    key("last_name", Kind::Claim, "The family name."),
    key("groups", Kind::Claim, "The identifiers of the user's groups."),
    key(
        "groups_overage",
        Kind::List(&CONDITION),
        "Conditions on claims of which one means that the token leaves out groups.",
    ),
];

const EMAIL_KEYS: &[Key] = &[
    required("from", Kind::Claim, "The claim expression of the address."),
    required(
        "verified_by",
        Kind::OneOf(&[Kind::Word(VOUCHERS), Kind::List(&CONDITION), Kind::Table(OPERATOR_KEYS)]),
        "What makes the address verified: `provider` (always), `nothing` (never), conditions on \
         claims of which one must hold, or a setting of the operator: `{ setting = \"…\" }`.",
    ),
];

const OPERATOR_KEYS: &[Key] = &[required(
    "setting",
    Kind::Text,
    "The setting of type `bool` by which the operator says that the addresses are verified.",
)];

const VOUCHERS: &[Word] = &[
    word("provider", "The provider gives out verified addresses only."),
    word("nothing", "Nobody: the address is a hint for people, never a key."),
];

/// A user.
#[derive(Clone, Debug, Default)]
pub struct User {
    /// The identifier that is stored.
    pub uid: Option<Spanned<Claim>>,
    /// The reason for a uid that its owner can change.
    pub mutable_uid: Option<Spanned<String>>,
    /// Identifiers that earlier releases of other libraries stored, by name.
    pub legacy_uids: Vec<(String, Spanned<Claim>)>,
    /// Conditions of which one means that the operator chose the directory of the users.
    pub pinned_when: Vec<When>,
    /// The login name.
    pub username: Option<Spanned<Claim>>,
    /// The sources of the e-mail address, the preferred one first.
    pub email: Vec<Email>,
    /// The full name.
    pub fullname: Option<Spanned<Claim>>,
    /// The given name.
    pub first_name: Option<Spanned<Claim>>,
    /// The family name.
    pub last_name: Option<Spanned<Claim>>,
    /// The identifiers of the user's groups.
    pub groups: Option<Spanned<Claim>>,
    /// Conditions of which one means that the token leaves out groups.
    pub groups_overage: Vec<Condition>,
    /// The place of the table, if there is one.
    pub span: Option<Span>,
}

impl User {
    /// Every condition on claims: those that mean too many groups, and those that verify an address.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let verifying = self.email.iter().flat_map(|email| match &email.verified_by {
            Trust::Any(conditions) => conditions.as_slice(),
            Trust::Nothing | Trust::Provider | Trust::Operator(_) => &[],
        });
        self.groups_overage.iter().chain(verifying)
    }

    /// Every claim expression but the uid, those of conditions included.
    pub(crate) fn claims(&self) -> impl Iterator<Item = &Spanned<Claim>> {
        [&self.username, &self.fullname, &self.first_name, &self.last_name, &self.groups]
            .into_iter()
            .flatten()
            .chain(self.legacy_uids.iter().map(|(_, claim)| claim))
            .chain(self.email.iter().map(|email| &email.from))
            .chain(self.conditions().map(|condition| &condition.claim))
    }
}

/// One source of an address.
#[derive(Clone, Debug)]
pub struct Email {
    /// The claim expression of the address.
    pub from: Spanned<Claim>,
    /// The conditions under which the address is verified.
    pub verified_by: Trust,
}

/// The conditions under which an address is verified.
#[derive(Clone, Debug)]
pub enum Trust {
    /// Nobody.
    Nothing,
    /// The provider, always.
    Provider,
    /// One of these conditions.
    Any(Vec<Condition>),
    /// The operator, by this setting of type `bool`.
    Operator(Spanned<String>),
}

pub(super) fn read(document: &Reader<'_>) -> User {
    let Some((table, span)) = document.table("user") else {
        return User::default();
    };
    let reader = Reader::new(table, "[user]", span.clone(), KEYS, document.report());
    User {
        uid: reader.claim("uid"),
        mutable_uid: reader.text("mutable_uid"),
        legacy_uids: reader
            .map("legacy_uids")
            .into_iter()
            .filter_map(|(name, text)| Some((name.value, reader.parse_claim(text)?)))
            .collect(),
        pinned_when: reader
            .tables("pinned_when")
            .into_iter()
            .filter_map(|(table, span)| when::read_table(table, span, reader.report()))
            .collect(),
        username: reader.claim("username"),
        email: emails(&reader),
        fullname: reader.claim("fullname"),
        first_name: reader.claim("first_name"),
        last_name: reader.claim("last_name"),
        groups: reader.claim("groups"),
        groups_overage: reader
            .tables("groups_overage")
            .into_iter()
            .filter_map(|(table, span)| read_condition(table, span, reader.report()))
            .collect(),
        span: Some(span),
    }
}

fn emails(user: &Reader<'_>) -> Vec<Email> {
    user.tables("email")
        .into_iter()
        .filter_map(|(table, span)| {
            let reader = Reader::new(table, "[[user.email]]", span, EMAIL_KEYS, user.report());
            let verified_by = trust(&reader);
            Some(Email { from: reader.claim("from")?, verified_by: verified_by? })
        })
        .collect()
}

fn trust(reader: &Reader<'_>) -> Option<Trust> {
    let node = reader.node("verified_by")?;
    match &node.value {
        Value::Text(word) if word == "provider" => Some(Trust::Provider),
        Value::Text(word) if word == "nothing" => Some(Trust::Nothing),
        Value::List(_) => Some(Trust::Any(
            reader
                .tables("verified_by")
                .into_iter()
                .filter_map(|(table, span)| read_condition(table, span, reader.report()))
                .collect(),
        )),
        Value::Table(_) => {
            let (table, span) = reader.table("verified_by")?;
            let keys = OPERATOR_KEYS;
            let reader = Reader::new(table, "verified_by", span, keys, reader.report());
            reader.text("setting").map(Trust::Operator)
        }
        _ => None,
    }
}
