//! `[[client_authentication]]`: how the client proves itself, best way first.

use crate::codes::Code;
use crate::language::{Key, Kind, TEXTS, Word, key, required, word, words};
use crate::reader::Reader;
use crate::report::Diagnostic;
use crate::source::{Span, Spanned};

/// The keys of an entry.
pub const KEYS: &[Key] = &[
    required("method", Kind::Word(&words(&METHODS)), "The way."),
    key("setting", Kind::Text, "The setting that holds the assertion, or names its file."),
    key("assertion_type", Kind::Text, "The setting that holds the assertion's type."),
    key("env", TEXTS, "Variables that name the assertion file; the first one set decides."),
    key("warning", Kind::Text, "What an operator must know who uses this way."),
];

/// One way.
#[derive(Clone, Debug)]
pub struct ClientAuthentication {
    /// Which way.
    pub method: Method,
    /// The setting that holds the assertion, or names its file.
    pub setting: Option<Spanned<String>>,
    /// The setting that holds the assertion's type.
    pub assertion_type: Option<Spanned<String>>,
    /// Variables that name the assertion file.
    pub env: Vec<String>,
    /// What an operator must know.
    pub warning: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// The ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The secret in the body.
    ClientSecretPost,
    /// The secret in a Basic header.
    ClientSecretBasic,
    /// A ready assertion.
    Assertion,
    /// An assertion in a file.
    AssertionFile,
}

/// Every way by its word.
pub const METHODS: [(Word, Method); 4] = [
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
        word("assertion_file", "A JWT in a file that something else keeps fresh."),
        Method::AssertionFile,
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
            if matches!(method, Method::Assertion | Method::AssertionFile) {
                check_settings(&reader);
            }
            let env = reader.texts("env").unwrap_or_default();
            Some(ClientAuthentication {
                method,
                setting: reader.text("setting"),
                assertion_type: reader.text("assertion_type"),
                env: env.into_iter().map(|name| name.value).collect(),
                warning: reader.text("warning").map(|text| text.value),
                span,
            })
        })
        .collect()
}

/// An assertion comes from a setting, and so does its type.
fn check_settings(reader: &Reader<'_>) {
    for name in ["setting", "assertion_type"] {
        if reader.node(name).is_none() {
            let message = format!("an assertion needs `{name}`");
            reader.report().push(
                Diagnostic::new(Code::MissingKey, reader.span(), message)
                    .help(format!("add `{name} = \"…\"`, the name of a setting")),
            );
        }
    }
}
