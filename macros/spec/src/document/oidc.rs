//! `[oidc]`: what makes an ID token good (OpenID Connect Core 1.0 section 3.1.3.7).

use authspec_descriptor::Algorithm;

use crate::codes::Code;
use crate::language::{Key, Kind, TEXTS, key, required};
use crate::reader::Reader;
use crate::report::Diagnostic;
use crate::source::{Span, Spanned};
use crate::template::Template;

/// The keys of the table.
pub const KEYS: &[Key] = &[
    key("algorithms", TEXTS, "The accepted signature algorithms; RS256 by default."),
    key("issuer", Kind::Template, "The issuer that the discovery document must state."),
    key(
        "issuer_placeholder",
        Kind::Table(PLACEHOLDER_KEYS),
        "A placeholder in the issuer that a claim fills.",
    ),
    key(
        "key_issuer",
        Kind::Bool,
        "Compare the `issuer` member of a signing key with the issuer of the token.",
    ),
    key(
        "unsigned_help",
        Kind::Text,
        "Advice for operators whose provider sends unsigned ID tokens.",
    ),
];

const PLACEHOLDER_KEYS: &[Key] = &[
    required("name", Kind::Text, "The name between the braces."),
    required("claim", Kind::Text, "The claim that fills it: a GUID, first in the issuer's path."),
];

/// The rules.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// The accepted signature algorithms.
    pub algorithms: Vec<Algorithm>,
    /// The issuer that the discovery document must state.
    pub issuer: Option<Spanned<Template>>,
    /// The placeholder in the issuer, and the claim that fills it.
    pub issuer_placeholder: Option<IssuerPlaceholder>,
    /// `true` if the `issuer` member of a signing key is compared with the token's.
    pub key_issuer: bool,
    /// Advice for operators whose provider sends unsigned ID tokens.
    pub unsigned_help: Option<String>,
    /// The place of the table.
    pub span: Span,
}

/// A placeholder in the issuer.
#[derive(Clone, Debug)]
pub struct IssuerPlaceholder {
    /// The name between the braces.
    pub name: String,
    /// The claim that fills it.
    pub claim: Spanned<String>,
}

pub(super) fn read(document: &Reader<'_>) -> Option<Oidc> {
    let (table, span) = document.table("oidc")?;
    let reader = Reader::new(table, "[oidc]", span.clone(), KEYS, document.report());
    Some(Oidc {
        algorithms: algorithms(&reader),
        issuer: reader.template("issuer"),
        issuer_placeholder: placeholder(&reader),
        key_issuer: reader.is_on("key_issuer"),
        unsigned_help: reader.text("unsigned_help").map(|text| text.value),
        span,
    })
}

fn algorithms(reader: &Reader<'_>) -> Vec<Algorithm> {
    let Some(names) = reader.texts("algorithms") else {
        return vec![Algorithm::RS256];
    };
    names
        .into_iter()
        .filter_map(|name| {
            let known = name.value.parse().ok();
            if known.is_none() {
                let why = match name.value.as_str() {
                    "none" => "it does not sign at all",
                    "HS256" | "HS384" | "HS512" => {
                        "it is symmetric: anybody who can check a token can forge one"
                    }
                    _ => "it is not known",
                };
                let message = format!("`{}` cannot protect an ID token: {why}", name.value);
                let diagnostic = Diagnostic::new(Code::BadAlgorithm, name.span, message);
                let known = Algorithm::ALL.iter().map(|known| known.as_str());
                let is_weak = name.value == "none" || name.value.starts_with("HS");
                reader.report().push(if is_weak {
                    let known: Vec<&str> = known.collect();
                    diagnostic.help(format!("use one of {}", known.join(", ")))
                } else {
                    diagnostic.among(&name.value, known, "use one of")
                });
            }
            known
        })
        .collect()
}

fn placeholder(document: &Reader<'_>) -> Option<IssuerPlaceholder> {
    let (table, span) = document.table("issuer_placeholder")?;
    let title = "[oidc] issuer_placeholder";
    let reader = Reader::new(table, title, span, PLACEHOLDER_KEYS, document.report());
    let (name, claim) = (reader.text("name"), reader.text("claim"));
    Some(IssuerPlaceholder { name: name?.value, claim: claim? })
}
