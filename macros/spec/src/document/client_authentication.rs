//! `[[client_authentication]]`: how the client proves itself, best way first.

use authspec_descriptor::Algorithm;

use crate::codes::Code;
use crate::language::{Key, Kind, TEXTS, Word, key, required, word, words};
use crate::reader::Reader;
use crate::report::Diagnostic;
use crate::source::{Span, Spanned};
use crate::template::Template;

/// The keys of an entry.
pub const KEYS: &[Key] = &[
    required(
        "method",
        Kind::Word(&words(&METHODS)),
        "How the client authenticates at the token endpoint.",
    ),
    key(
        "setting",
        Kind::Text,
        "The name of the setting that holds the assertion, or the path of the file.",
    ),
    key("assertion_type", Kind::Text, "The name of the setting that holds the assertion's type."),
    key("key_id", Kind::Text, "The name of the setting that holds the `kid` of the private key."),
    key(
        "algorithm",
        Kind::Word(&words(&KEY_ALGORITHMS)),
        "The algorithm of the private key's signatures; RS256 for an RSA key and ES256 for a \
         P-256 key by default.",
    ),
    key(
        "audience",
        Kind::Template,
        "The `aud` of the assertion that the private key signs; the token endpoint by default, \
         and while a setting in the template is absent.",
    ),
    key(
        "env",
        TEXTS,
        "Environment variables that name the assertion file; the first one that is set is used.",
    ),
    key("warning", Kind::Text, "A warning for operators who use this method."),
];

/// One way.
#[derive(Clone, Debug)]
pub struct ClientAuthentication {
    /// Which way.
    pub method: Method,
    /// The setting that holds the assertion, or names the file to read.
    pub setting: Option<Spanned<String>>,
    /// The setting that holds the assertion's type.
    pub assertion_type: Option<Spanned<String>>,
    /// The setting that holds the `kid` of the private key.
    pub key_id: Option<Spanned<String>>,
    /// The algorithm of the private key's signatures.
    pub algorithm: Option<Algorithm>,
    /// The `aud` of what the private key signs.
    pub audience: Option<Spanned<Template>>,
    /// Variables that name the assertion file.
    pub env: Vec<String>,
    /// A warning for operators who use this method.
    pub warning: Option<String>,
    /// The place of the table.
    pub span: Span,
}

/// The ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// No credential: a public client.
    None,
    /// The secret in the body.
    ClientSecretPost,
    /// The secret in a Basic header.
    ClientSecretBasic,
    /// A ready assertion.
    Assertion,
    /// An assertion in a file.
    AssertionFile,
    /// An assertion that a private key signs.
    PrivateKeyJwt,
}

/// The algorithms of private keys, by the word that a spec uses.
pub const KEY_ALGORITHMS: [(Word, Algorithm); 3] = [
    (word("RS256", "RSA with PKCS #1 v1.5."), Algorithm::RS256),
    (
        word("PS256", "RSA with PSS, which Entra ID requires together with `x5t#S256`."),
        Algorithm::PS256,
    ),
    (word("ES256", "ECDSA on the curve P-256."), Algorithm::ES256),
];

/// Every way by its word.
pub const METHODS: [(Word, Method); 6] = [
    (
        word(
            "none",
            "No credential: a public client sends `client_id` and relies on PKCE (RFC 6749 section 2.1).",
        ),
        Method::None,
    ),
    (
        word("client_secret_post", "SECRET in the body (RFC 6749 section 2.3.1)."),
        Method::ClientSecretPost,
    ),
    (
        word("client_secret_basic", "SECRET in a Basic header (RFC 6749 section 2.3.1)."),
        Method::ClientSecretBasic,
    ),
    (word("assertion", "A ready JWT in a setting (RFC 7523 section 2.2)."), Method::Assertion),
    (
        word("assertion_file", "A JWT in a file that another program keeps up to date."),
        Method::AssertionFile,
    ),
    (
        word("private_key_jwt", "A JWT signed with a private key in a PEM file (OIDC Core 9)."),
        Method::PrivateKeyJwt,
    ),
];

pub(super) fn read(document: &Reader<'_>) -> Vec<ClientAuthentication> {
    document
        .tables("client_authentication")
        .into_iter()
        .filter_map(|(table, span)| {
            let title = "[[client_authentication]]";
            let reader = Reader::new(table, title, span.clone(), KEYS, document.report());
            let method = reader.word("method", &METHODS)?;
            match method {
                Method::Assertion | Method::AssertionFile => {
                    need(&reader, "an assertion", &["setting", "assertion_type"]);
                }
                Method::PrivateKeyJwt => need(&reader, "a private key", &["setting"]),
                Method::None | Method::ClientSecretPost | Method::ClientSecretBasic => {}
            }
            let env = reader.texts("env").unwrap_or_default();
            Some(ClientAuthentication {
                method,
                setting: reader.text("setting"),
                assertion_type: reader.text("assertion_type"),
                key_id: reader.text("key_id"),
                algorithm: reader.word("algorithm", &KEY_ALGORITHMS),
                audience: reader.template("audience"),
                env: env.into_iter().map(|name| name.value).collect(),
                warning: reader.text("warning").map(|text| text.value),
                span,
            })
        })
        .collect()
}

/// Checks that the parts of a method are named by the keys that it needs, since their values come from settings.
fn need(reader: &Reader<'_>, what: &str, names: &[&str]) {
    for name in names {
        if reader.node(name).is_none() {
            let message = format!("{what} needs `{name}`");
            reader.report().push(
                Diagnostic::new(Code::MissingKey, reader.span(), message)
                    .help(format!("add `{name} = \"…\"`, the name of a setting")),
            );
        }
    }
}
