//! Stage 1, `Document`: what the file says, construct by construct, every value with its place.
//!
//! One file per construct of the language. A construct that is planned and not built yet has its key
//! here already, so that its coming bends nothing: using it says so.

pub mod authorization;
pub mod call;
pub mod claims;
pub mod client_authentication;
pub mod endpoints;
pub mod errors;
pub mod extra_data;
pub mod oidc;
pub mod policy;
pub mod sample;
pub mod settings;
pub mod token;
pub mod user;
pub mod user_info;
pub mod variables;
pub mod when;

pub use authorization::Authorization;
pub use call::Call;
pub use claims::{ClaimField, ClaimKind};
pub use client_authentication::{ClientAuthentication, METHODS, Method};
pub use endpoints::Endpoints;
pub use errors::{ErrorCode, ErrorName};
pub use extra_data::ExtraDatum;
pub use oidc::{Algorithm, IssuerPlaceholder, Oidc};
pub use policy::{Condition, PolicyRule, Test};
pub use sample::EXPECTED;
pub(crate) use sample::{Expect, Reply, Sample, read_evidence};
pub use settings::{Default, DefaultWhen, Setting, SettingKind, SettingRule, variable};
pub use token::TokenRequest;
pub use user::{Email, Trust, User};
pub use user_info::UserInfo;
pub use variables::FallbackVariable;
pub use when::{Is, When, WhenTest};

use crate::claim::Claim;
use crate::codes::Code;
use crate::language::{Key, Kind, TEXTS, key};
use crate::node::Table;
use crate::reader::Reader;
use crate::report::{Diagnostic, Report};
use crate::source::{Span, Spanned};
use crate::suggest::nearest;
use crate::template::Template;

/// The keys of a spec.
pub const KEYS: &[Key] = &[
    key("name", Kind::Text, "Settings prefix, callback path and stored provider name."),
    key("title", Kind::Text, "The provider's name for people."),
    key("doc", Kind::Text, "A sentence or two about this backend."),
    key("aliases", TEXTS, "Other names, such as python-social-auth's class path."),
    key(
        "extends",
        Kind::File,
        "A file beside this one: tables merge, policy rules add up, everything else replaces.",
    ),
    key(
        "settings",
        Kind::Map(&Kind::Table(settings::KEYS)),
        "What an operator may set, beside the common settings.",
    ),
    key(
        "variables",
        Kind::Map(&variables::NAME),
        "Environment variables of other tools: each fills a setting that nothing else sets.",
    ),
    key(
        "endpoints",
        Kind::Table(endpoints::KEYS),
        "Where requests go; what is absent comes from discovery.",
    ),
    key("authorization", Kind::Table(authorization::KEYS), "The authorization request."),
    key("token", Kind::Table(token::KEYS), "The token request."),
    key(
        "refresh",
        Kind::Table(token::KEYS),
        "The refresh request; without it the provider has none.",
    ),
    key(
        "client_authentication",
        Kind::List(&Kind::Table(client_authentication::KEYS)),
        "How the client proves itself, best way first.",
    ),
    key("oidc", Kind::Table(oidc::KEYS), "What makes an ID token good."),
    key("user_info", Kind::Table(user_info::KEYS), "The call that says who signed in."),
    key("call", Kind::List(&Kind::Table(call::KEYS)), "Further calls, read in claims as `$name`."),
    key("user", Kind::Table(user::KEYS), "Which claims make a user."),
    key("claims", Kind::Map(&claims::ENTRY), "The claims that the typed struct has."),
    key("extra_data", Kind::Map(&extra_data::ENTRY), "What is stored beside the user."),
    key(
        "policy",
        Kind::List(&Kind::Table(policy::KEYS)),
        "Sign-ins to refuse although the token is genuine.",
    ),
    key("errors", Kind::Map(&errors::WORD), "The provider's error codes, and ours for them."),
    key(
        "sample",
        Kind::List(&Kind::Table(sample::KEYS)),
        "Replies of the provider, and the user they must give.",
    ),
    key("callback", Kind::Reserved, "Callbacks with parameters of their own are not built yet."),
    key("response", Kind::Reserved, "Replies that are not JSON are not built yet."),
    key("revocation", Kind::Reserved, "Revocation is not built yet."),
    key("signing", Kind::Reserved, "Signed parameters are not built yet."),
    key("token_verification", Kind::Reserved, "JWT access tokens are not built yet."),
];

/// A spec as written.
#[derive(Debug, Default)]
pub struct Document {
    /// Absent in a file that is only there to be extended.
    pub name: Option<Spanned<String>>,
    /// See [`KEYS`].
    pub title: Option<Spanned<String>>,
    /// See [`KEYS`].
    pub doc: Option<Spanned<String>>,
    /// See [`KEYS`].
    pub aliases: Vec<Spanned<String>>,
    /// See [`KEYS`].
    pub settings: Vec<Setting>,
    /// See [`KEYS`].
    pub variables: Vec<FallbackVariable>,
    /// See [`KEYS`].
    pub endpoints: Endpoints,
    /// See [`KEYS`].
    pub authorization: Authorization,
    /// See [`KEYS`].
    pub token: TokenRequest,
    /// See [`KEYS`].
    pub refresh: Option<TokenRequest>,
    /// See [`KEYS`].
    pub client_authentication: Vec<ClientAuthentication>,
    /// See [`KEYS`].
    pub oidc: Option<Oidc>,
    /// See [`KEYS`].
    pub user_info: Option<UserInfo>,
    /// See [`KEYS`].
    pub calls: Vec<Call>,
    /// See [`KEYS`].
    pub user: User,
    /// See [`KEYS`].
    pub claims: Vec<ClaimField>,
    /// See [`KEYS`].
    pub extra_data: Vec<ExtraDatum>,
    /// See [`KEYS`].
    pub policy: Vec<PolicyRule>,
    /// See [`KEYS`].
    pub errors: Vec<ErrorCode>,
    /// See [`KEYS`].
    pub(crate) samples: Vec<Sample>,
    /// The whole file, for mistakes that have no better place.
    pub span: Option<Span>,
    /// The tables of which something could not be read.
    pub(crate) doubtful: Vec<&'static str>,
    /// The settings of which something could not be read.
    pub(crate) doubtful_settings: Vec<String>,
    /// Whether `extends` is misspelt: then most of the spec is missing.
    pub(crate) lacks_its_base: bool,
}

/// Reads a file's table, whatever it extends merged in.
pub(crate) fn read(table: &Table, file: usize, report: &Report) -> Document {
    let span = Span { file, bytes: 0..0 };
    let mut doubt = Doubt { report, tables: Vec::new() };
    let reader = doubt.of(WHOLE, || Reader::new(table, "the spec", span.clone(), KEYS, report));
    let (settings, doubtful_settings) = doubt.of("settings", || settings::read(&reader));
    Document {
        name: reader.text("name"),
        title: reader.text("title"),
        doc: reader.text("doc"),
        aliases: reader.texts("aliases").unwrap_or_default(),
        settings,
        doubtful_settings,
        variables: doubt.of("variables", || variables::read(&reader)),
        endpoints: doubt.of("endpoints", || endpoints::read(&reader)),
        authorization: doubt.of("authorization", || authorization::read(&reader)),
        token: doubt.of("token", || token::read(&reader, "token").unwrap_or_default()),
        refresh: doubt.of("refresh", || token::read(&reader, "refresh")),
        client_authentication: doubt
            .of("client_authentication", || client_authentication::read(&reader)),
        oidc: doubt.of("oidc", || oidc::read(&reader)),
        user_info: doubt.of("user_info", || user_info::read(&reader)),
        calls: doubt.of("call", || call::read(&reader)),
        user: doubt.of("user", || user::read(&reader)),
        claims: doubt.of("claims", || claims::read(&reader)),
        extra_data: doubt.of("extra_data", || extra_data::read(&reader)),
        policy: doubt.of("policy", || policy::read(&reader)),
        errors: doubt.of("errors", || errors::read(&reader)),
        samples: doubt.of("sample", || sample::read(&reader)),
        span: Some(span),
        doubtful: doubt.tables,
        lacks_its_base: lacks_its_base(table),
    }
}

fn lacks_its_base(table: &Table) -> bool {
    let is_known = |key: &str| KEYS.iter().any(|known| known.name == key);
    let known = || KEYS.iter().map(|key| key.name);
    let mut unknown =
        table.0.iter().map(|(key, _)| key.value.as_str()).filter(|key| !is_known(key));
    unknown.any(|key| nearest(key, known()) == Some("extends"))
}

/// The name of the whole file among doubtful tables.
const WHOLE: &str = "";

/// Notes which tables have something that could not be read.
struct Doubt<'r> {
    report: &'r Report,
    tables: Vec<&'static str>,
}

impl Doubt<'_> {
    fn of<T>(&mut self, table: &'static str, read: impl FnOnce() -> T) -> T {
        let before = self.report.len();
        let value = read();
        if self.report.len() > before {
            self.tables.push(table);
        }
        value
    }
}

impl Document {
    /// Whether a table lacks something only because it could not be read: then that is no mistake of
    /// its own.
    pub(crate) fn is_doubtful(&self, table: &str) -> bool {
        self.doubtful.iter().any(|known| *known == table || *known == WHOLE)
    }
}

impl Reader<'_> {
    fn template(&self, name: &str) -> Option<Spanned<Template>> {
        self.text(name).and_then(|text| self.parse_template(text))
    }

    fn parse_template(&self, text: Spanned<String>) -> Option<Spanned<Template>> {
        match Template::parse(&text.value) {
            Ok(template) => Some(Spanned::new(template, text.span)),
            Err(reason) => {
                let message = format!("this is no template: {reason}");
                self.report().push(
                    Diagnostic::new(Code::BadTemplate, text.span, message)
                        .help("write `{setting}` for the value of a setting"),
                );
                None
            }
        }
    }

    fn templates(&self, name: &str) -> Vec<(Spanned<String>, Spanned<Template>)> {
        self.map(name)
            .into_iter()
            .filter_map(|(key, text)| Some((key, self.parse_template(text)?)))
            .collect()
    }

    fn claim(&self, name: &str) -> Option<Spanned<Claim>> {
        self.text(name).and_then(|text| self.parse_claim(text))
    }

    fn parse_claim(&self, text: Spanned<String>) -> Option<Spanned<Claim>> {
        match Claim::parse(&text.value) {
            Ok(claim) => Some(Spanned::new(claim, text.span)),
            Err(error) => {
                let message = format!("the claim expression is wrong: {}", error.message);
                let span = inside(&text, error.at);
                self.report().push(Diagnostic::new(Code::BadClaim, span, message).help(
                    "for example `email | upn`, `emails[0]`, `first_word(name)`, `'{a} {b}'`",
                ));
                None
            }
        }
    }
}

/// The place of a byte inside a text: exact when the file spells the text without escapes.
fn inside(text: &Spanned<String>, at: usize) -> Span {
    let Span { file, bytes } = &text.span;
    let quotes = bytes.len().saturating_sub(text.value.len());
    if quotes == 2 {
        let start = bytes.start + 1 + at;
        let length = text.value.get(at..).and_then(|rest| rest.chars().next());
        return Span { file: *file, bytes: start..start + length.map_or(1, char::len_utf8) };
    }
    text.span.clone()
}

/// Every type of a setting by its word.
pub fn setting_types() -> impl Iterator<Item = (&'static str, SettingKind)> {
    settings::TYPES.iter().map(|(word, kind)| (word.name, *kind))
}
