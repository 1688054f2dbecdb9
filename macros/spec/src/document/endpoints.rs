//! `[endpoints]`: where requests go.

use crate::language::{Key, Kind, TEXTS, key};
use crate::reader::Reader;
use crate::source::Spanned;
use crate::template::{Part, Template};

/// The keys of the table.
pub const KEYS: &[Key] = &[
    key("base", Kind::Template, "A common beginning of the endpoints, which name it as `{base}`."),
    key("authorization", Kind::Template, "The authorization endpoint (RFC 6749 section 3.1)."),
    key("token", Kind::Template, "The token endpoint (RFC 6749 section 3.2)."),
    key("discovery", Kind::Template, "The OpenID Connect discovery document."),
    key("keys", Kind::Template, "The provider's key set (RFC 7517)."),
    key(
        "user_info",
        Kind::Template,
        "The user-info endpoint (OpenID Connect Core 1.0 section 5.3, or a similar endpoint of \
         an OAuth 2.0 provider).",
    ),
    key(
        "end_session",
        Kind::Template,
        "The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0).",
    ),
    key(
        "hosts",
        TEXTS,
        "Hosts that the discovery document may name beside its own; `[]` allows none, and \
         without this key every public host is allowed.",
    ),
];

/// The endpoints; `{base}` is filled in already.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// The authorization endpoint (RFC 6749 section 3.1).
    pub authorization: Option<Spanned<Template>>,
    /// The token endpoint (RFC 6749 section 3.2).
    pub token: Option<Spanned<Template>>,
    /// The OpenID Connect discovery document.
    pub discovery: Option<Spanned<Template>>,
    /// The key set (RFC 7517).
    pub keys: Option<Spanned<Template>>,
    /// The user-info endpoint.
    pub user_info: Option<Spanned<Template>>,
    /// The end-session endpoint (RP-initiated logout).
    pub end_session: Option<Spanned<Template>>,
    /// Hosts that the discovery document may name; `None` allows every public host.
    pub hosts: Option<Vec<Spanned<String>>>,
    /// The common beginning of endpoints, as written; in the endpoints themselves it is filled in.
    pub base: Option<Spanned<Template>>,
    /// The names of the endpoints that begin with `{base}`.
    pub based: Vec<&'static str>,
}

impl Endpoints {
    /// Every endpoint that is there, with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Spanned<Template>)> {
        let Self {
            authorization,
            token,
            discovery,
            keys,
            user_info,
            end_session,
            hosts: _,
            base: _,
            based: _,
        } = self;
        [
            ("authorization", authorization),
            ("token", token),
            ("discovery", discovery),
            ("keys", keys),
            ("user_info", user_info),
            ("end_session", end_session),
        ]
        .into_iter()
        .filter_map(|(key, template)| Some((key, template.as_ref()?)))
    }
}

pub(super) fn read(document: &Reader<'_>) -> Endpoints {
    let Some((table, span)) = document.table("endpoints") else {
        return Endpoints::default();
    };
    let reader = Reader::new(table, "[endpoints]", span, KEYS, document.report());
    let base = reader.template("base");
    let mut based = Vec::new();
    let mut endpoint = |name: &'static str| {
        let template = reader.template(name)?;
        if matches!(template.value.0.first(), Some(Part::Setting(first)) if first == "base") {
            based.push(name);
        }
        let base = base.as_ref().map(|base| &base.value);
        Some(template.map(|parts| with_base(parts, base)))
    };
    let (authorization, token) = (endpoint("authorization"), endpoint("token"));
    let (discovery, keys) = (endpoint("discovery"), endpoint("keys"));
    let (user_info, end_session) = (endpoint("user_info"), endpoint("end_session"));
    let hosts = reader.texts("hosts");
    Endpoints { authorization, token, discovery, keys, user_info, end_session, hosts, base, based }
}

/// The template with `{base}` replaced and neighbouring texts joined.
fn with_base(template: Template, base: Option<&Template>) -> Template {
    let mut parts: Vec<Part> = Vec::new();
    let expanded = template.0.into_iter().flat_map(|part| match (&part, base) {
        (Part::Setting(name), Some(base)) if name == "base" => base.0.clone(),
        _ => vec![part],
    });
    for part in expanded {
        match (parts.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => parts.push(part),
        }
    }
    Template(parts)
}
