//! `[endpoints]`: where requests go.

use crate::language::{Key, Kind, key};
use crate::reader::Reader;
use crate::source::Spanned;
use crate::template::{Part, Template};

/// The keys of the table.
pub const KEYS: &[Key] = &[
    key("base", Kind::Template, "What the other endpoints may begin with, as `{base}`."),
    key("authorization", Kind::Template, "Where the browser is sent (RFC 6749 section 3.1)."),
    key("token", Kind::Template, "Where codes are redeemed (RFC 6749 section 3.2)."),
    key("discovery", Kind::Template, "The OpenID Connect discovery document."),
    key("keys", Kind::Template, "The provider's key set (RFC 7517)."),
    key("user_info", Kind::Template, "Who signed in."),
    key("end_session", Kind::Template, "RP-initiated logout."),
];

/// The endpoints; `{base}` is filled in already.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// See [`KEYS`].
    pub authorization: Option<Spanned<Template>>,
    /// See [`KEYS`].
    pub token: Option<Spanned<Template>>,
    /// See [`KEYS`].
    pub discovery: Option<Spanned<Template>>,
    /// See [`KEYS`].
    pub keys: Option<Spanned<Template>>,
    /// See [`KEYS`].
    pub user_info: Option<Spanned<Template>>,
    /// See [`KEYS`].
    pub end_session: Option<Spanned<Template>>,
}

impl Endpoints {
    /// Every endpoint that is there, with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Spanned<Template>)> {
        let Self { authorization, token, discovery, keys, user_info, end_session } = self;
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
    let base = reader.template("base").map(|base| base.value);
    let endpoint = |name: &str| {
        reader.template(name).map(|template| template.map(|parts| with_base(parts, base.as_ref())))
    };
    Endpoints {
        authorization: endpoint("authorization"),
        token: endpoint("token"),
        discovery: endpoint("discovery"),
        keys: endpoint("keys"),
        user_info: endpoint("user_info"),
        end_session: endpoint("end_session"),
    }
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
