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
pub use authspec_descriptor::Algorithm;
pub use call::Call;
pub use claims::{ClaimField, ClaimKind};
pub use client_authentication::{ClientAuthentication, METHODS, Method};
pub use endpoints::Endpoints;
pub use errors::{ErrorCode, ErrorName};
pub use extra_data::ExtraDatum;
pub use oidc::{IssuerPlaceholder, Oidc};
pub use policy::{Condition, PolicyRule, Test};
pub use sample::EXPECTED;
pub(crate) use sample::{Expect, Reply, Sample, read_inherited};
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
    key(
        "name",
        Kind::Text,
        "The backend's name: settings begin with it, the callback path ends with it, and users \
         are stored under it.",
    ),
    key("title", Kind::Text, "The provider's name as users read it."),
    key("doc", Kind::Text, "One or two sentences about this backend, for its documentation."),
    key("aliases", TEXTS, "Further names of the backend, such as python-social-auth's class path."),
    key(
        "extends",
        Kind::File,
        "A spec file to build on: its tables are merged with this file's, its policy rules are \
         kept, and any other value is replaced.",
    ),
    key(
        "settings",
        Kind::Map(&Kind::Table(settings::KEYS)),
        "Settings of this backend, beside those that every backend has.",
    ),
    key(
        "variables",
        Kind::Map(&variables::NAME),
        "Environment variables of other tools: each fills a setting that nothing else sets.",
    ),
    key(
        "endpoints",
        Kind::Table(endpoints::KEYS),
        "URLs of the provider; an endpoint that is absent is taken from the discovery document.",
    ),
    key("authorization", Kind::Table(authorization::KEYS), "The authorization request."),
    key("token", Kind::Table(token::KEYS), "The token request."),
    key(
        "refresh",
        Kind::Table(token::KEYS),
        "The refresh request; without this table, tokens are not refreshed.",
    ),
    key(
        "client_authentication",
        Kind::List(&Kind::Table(client_authentication::KEYS)),
        "Methods of client authentication, the preferred one first.",
    ),
    key(
        "oidc",
        Kind::Table(oidc::KEYS),
        "Rules for ID tokens; with this table, the provider is an OpenID provider.",
    ),
    key("user_info", Kind::Table(user_info::KEYS), "The user-info request."),
    key(
        "call",
        Kind::List(&Kind::Table(call::KEYS)),
        "Further requests with the access token; claim expressions read the replies as `$name`.",
    ),
    key(
        "user",
        Kind::Table(user::KEYS),
        "Claim expressions for the user's identifier, names, addresses and groups.",
    ),
    key("claims", Kind::Map(&claims::ENTRY), "Fields of the typed claims struct."),
    key("extra_data", Kind::Map(&extra_data::ENTRY), "Values that are stored with the user."),
    key(
        "policy",
        Kind::List(&Kind::Table(policy::KEYS)),
        "Rules on claims; a sign-in that breaks one is refused, although its token is valid.",
    ),
    key(
        "errors",
        Kind::Map(&errors::WORD),
        "Error codes of the provider, each with the code of ours that it means.",
    ),
    key(
        "sample",
        Kind::List(&Kind::Table(sample::KEYS)),
        "Sample replies of the provider, each with the user that it must give; they run as \
         tests.",
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
    /// The provider's name as users read it.
    pub title: Option<Spanned<String>>,
    /// One or two sentences about this backend.
    pub doc: Option<Spanned<String>>,
    /// Further names of the backend.
    pub aliases: Vec<Spanned<String>>,
    /// `[settings]`: the backend's own settings.
    pub settings: Vec<Setting>,
    /// `[variables]`: variables of other tools that fill settings.
    pub variables: Vec<FallbackVariable>,
    /// `[endpoints]`: the URLs of the provider.
    pub endpoints: Endpoints,
    /// `[authorization]`: the authorization request.
    pub authorization: Authorization,
    /// `[token]`: the token request.
    pub token: TokenRequest,
    /// `[refresh]`: the refresh request, if there is one.
    pub refresh: Option<TokenRequest>,
    /// `[[client_authentication]]`: the methods, the preferred one first.
    pub client_authentication: Vec<ClientAuthentication>,
    /// `[oidc]`: the rules for ID tokens of an OpenID provider.
    pub oidc: Option<Oidc>,
    /// `[user_info]`: the user-info request.
    pub user_info: Option<UserInfo>,
    /// `[[call]]`: further requests, in the order of the file.
    pub calls: Vec<Call>,
    /// `[user]`: the claim expressions of the user's data.
    pub user: User,
    /// `[claims]`: the fields of the typed claims struct.
    pub claims: Vec<ClaimField>,
    /// `[extra_data]`: values that are stored with the user.
    pub extra_data: Vec<ExtraDatum>,
    /// `[[policy]]`: the rules on claims, those of the extended files first.
    pub policy: Vec<PolicyRule>,
    /// `[errors]`: the provider's error codes and ours.
    pub errors: Vec<ErrorCode>,
    /// `[[sample]]`: replies of the provider, each with the user that it must give.
    pub(crate) samples: Vec<Sample>,
    /// The whole file, for mistakes that have no better place.
    pub span: Option<Span>,
    /// The tables of which something could not be read.
    pub(crate) incomplete: Vec<&'static str>,
    /// The settings of which something could not be read.
    pub(crate) incomplete_settings: Vec<String>,
    /// `true` if `extends` is misspelt: then most of the spec is missing.
    pub(crate) lacks_its_base: bool,
}

/// Reads a file's table, whatever it extends merged in.
pub(crate) fn read(table: &Table, file: usize, report: &Report) -> Document {
    let span = Span { file, bytes: 0..0 };
    let mut incomplete = Incomplete { report, tables: Vec::new() };
    let reader =
        incomplete.of(WHOLE, || Reader::new(table, "the spec", span.clone(), KEYS, report));
    let (settings, incomplete_settings) = incomplete.of("settings", || settings::read(&reader));
    Document {
        name: reader.text("name"),
        title: reader.text("title"),
        doc: reader.text("doc"),
        aliases: reader.texts("aliases").unwrap_or_default(),
        settings,
        incomplete_settings,
        variables: incomplete.of("variables", || variables::read(&reader)),
        endpoints: incomplete.of("endpoints", || endpoints::read(&reader)),
        authorization: incomplete.of("authorization", || authorization::read(&reader)),
        token: incomplete.of("token", || token::read(&reader, "token").unwrap_or_default()),
        refresh: incomplete.of("refresh", || token::read(&reader, "refresh")),
        client_authentication: incomplete
            .of("client_authentication", || client_authentication::read(&reader)),
        oidc: incomplete.of("oidc", || oidc::read(&reader)),
        user_info: incomplete.of("user_info", || user_info::read(&reader)),
        calls: incomplete.of("call", || call::read(&reader)),
        user: incomplete.of("user", || user::read(&reader)),
        claims: incomplete.of("claims", || claims::read(&reader)),
        extra_data: incomplete.of("extra_data", || extra_data::read(&reader)),
        policy: incomplete.of("policy", || policy::read(&reader)),
        errors: incomplete.of("errors", || errors::read(&reader)),
        samples: incomplete.of("sample", || sample::read(&reader)),
        span: Some(span),
        incomplete: incomplete.tables,
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

/// The name of the whole file among incomplete tables.
const WHOLE: &str = "";

/// Collects the names of the tables of which part could not be read.
struct Incomplete<'r> {
    report: &'r Report,
    tables: Vec<&'static str>,
}

impl Incomplete<'_> {
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
    /// Returns `true` if part of a table could not be read. Then a part that seems to be missing is not reported,
    /// because its own mistake is.
    pub(crate) fn is_incomplete(&self, table: &str) -> bool {
        self.incomplete.iter().any(|known| *known == table || *known == WHOLE)
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
                let message = format!("invalid template: {reason}");
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
