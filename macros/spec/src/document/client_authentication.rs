//! `[[client_authentication]]`: how the client proves itself, best way first.

use crate::codes::Code;
use crate::reader::{Key, Kind, Reader, key};
use crate::report::Diagnostic;
use crate::source::{Span, Spanned};

/// The keys of an entry.
pub const KEYS: &[Key] = &[
    key("method", Kind::Text, "The way: a secret, a ready assertion, or an assertion file."),
    key("setting", Kind::Text, "The setting that holds the assertion, or names its file."),
    key("assertion_type", Kind::Text, "The setting that holds the assertion's type."),
    key("env", Kind::Texts, "Variables that name the assertion file; the first one set decides."),
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
pub const METHODS: &[(&str, Method)] = &[
    ("client_secret_post", Method::ClientSecretPost),
    ("client_secret_basic", Method::ClientSecretBasic),
    ("assertion", Method::Assertion),
    ("assertion_file", Method::AssertionFile),
];

/// Ways that are planned and not built yet.
const RESERVED_METHODS: &[&str] = &["private_key_jwt"];

fn method(reader: &Reader<'_>) -> Option<Method> {
    let text = reader.text("method")?;
    if RESERVED_METHODS.contains(&text.value.as_str()) {
        let message = format!("`{}` is planned and not built yet", text.value);
        reader.report().push(
            Diagnostic::new(Code::Reserved, text.span, message)
                .help("a key with a certificate has its place here; use an assertion until then"),
        );
        return None;
    }
    reader.word("method", METHODS).map(|method| method.value)
}

pub(super) fn read(document: &Reader<'_>) -> Vec<ClientAuthentication> {
    document
        .tables("client_authentication")
        .into_iter()
        .filter_map(|(table, span)| {
            let title = "[[client_authentication]]";
            let reader = Reader::new(table, title, span.clone(), KEYS, document.report());
            if reader.node("method").is_none() {
                reader.missing("method");
            }
            let method = method(&reader)?;
            if matches!(method, Method::Assertion | Method::AssertionFile) {
                for name in ["setting", "assertion_type"] {
                    if reader.node(name).is_none() {
                        reader.missing(name);
                    }
                }
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
