//! Names: of the provider, its settings, its claims; none may collide or fail to be an identifier.

use crate::codes::Code;
use crate::document::Document;
use crate::report::{Diagnostic, Report};
use crate::source::Spanned;
use crate::template::is_name;

/// The settings that every backend has.
pub const COMMON_SETTINGS: &[&str] = &[
    "key",
    "secret",
    "scope",
    "ignore_default_scope",
    "auth_extra_arguments",
    "extra_data",
    "id_key",
    "username_key",
    "email_key",
    "fullname_key",
    "groups_key",
    "whitelisted_domains",
    "whitelisted_emails",
    "whitelisted_may_be_unverified",
    "jwt_leeway",
    "requests_timeout",
    "proxies",
    "jwt_algorithms",
    "trusted_audiences",
    "token_endpoint_auth_method",
    "authority_url",
    "authorization_url",
    "access_token_url",
    "openid_configuration_url",
    "jwks_uri",
    "user_info",
    "endpoint_hosts",
    "redirect_hosts",
    "offline_provider",
];

/// Names that generated code gives to something else, or that python-social-auth reserves.
const TAKEN: &[&str] = &[
    "common",
    "base",
    "from_env",
    "from_raw",
    "from_environment",
    "into_raw",
    "or_environment",
    "resolve",
    "common_mut",
    "read",
    "write",
    "default",
    "clone",
    "pipeline",
];

/// Words that are not even raw identifiers.
const NEVER: &[&str] = &["self", "super", "crate"];

/// Returns `true` if a name can be a Rust identifier, raw if it must.
pub(crate) fn is_identifier(name: &str) -> bool {
    is_name(name) && !NEVER.contains(&name)
}

/// Returns `true` if generated code can have a field of this name beside its own.
pub(crate) fn is_field(name: &str) -> bool {
    is_identifier(name) && !TAKEN.contains(&name) && !COMMON_SETTINGS.contains(&name)
}

pub(super) fn check(document: &Document, report: &Report) {
    let whole = || document.span.clone().filter(|_| !document.is_incomplete(""));
    match (&document.name, whole()) {
        (Some(name), _) => provider_name(name, report),
        (None, Some(span)) => report.push(
            Diagnostic::new(Code::MissingKey, span, "the spec has no `name`")
                .help("add `name = \"…\"`; a file without one can only be extended"),
        ),
        (None, None) => {}
    }
    if let (None, Some(span)) = (&document.title, whole()) {
        report.push(
            Diagnostic::new(Code::MissingKey, span, "the spec has no `title`")
                .help("add `title = \"…\"`, the provider's name for people"),
        );
    }
    for setting in &document.settings {
        setting_name(&setting.name, report);
    }
    for claim in &document.claims {
        if !is_identifier(&claim.field.value) {
            bad_name(&claim.field, "field", report);
        }
    }
    for (index, call) in document.calls.iter().enumerate() {
        if !is_identifier(&call.name.value) {
            bad_name(&call.name, "call", report);
        }
        let twice =
            document.calls.iter().take(index).find(|other| other.name.value == call.name.value);
        let reserved = matches!(call.name.value.as_str(), "token" | "user_info");
        if twice.is_some() || reserved {
            let message = format!("there is already a `${}`", call.name.value);
            report.push(Diagnostic::new(Code::NameCollision, call.name.span.clone(), message));
        }
    }
}

/// Returns `true` if a provider can have this name.
pub fn is_provider_name(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
        })
}

fn provider_name(name: &Spanned<String>, report: &Report) {
    let text = &name.value;
    if !is_provider_name(text) {
        let message = format!("`{text}` cannot be a provider's name");
        report.push(
            Diagnostic::new(Code::BadName, name.span.clone(), message)
                .help("use lower-case letters, digits, `-` and `_`, such as `acme-oauth2`"),
        );
    }
}

fn setting_name(name: &Spanned<String>, report: &Report) {
    if !is_identifier(&name.value) {
        bad_name(name, "setting", report);
    }
    if COMMON_SETTINGS.contains(&name.value.as_str()) {
        let message = format!("every backend has the setting `{}` already", name.value);
        report.push(
            Diagnostic::new(Code::NameCollision, name.span.clone(), message)
                .help("remove this one, or choose another name"),
        );
    }
    if TAKEN.contains(&name.value.as_str()) {
        let message = format!("a setting cannot be called `{}`", name.value);
        report.push(
            Diagnostic::new(Code::NameCollision, name.span.clone(), message)
                .help("generated code uses this name for something else"),
        );
    }
}

pub(super) fn bad_name(name: &Spanned<String>, what: &str, report: &Report) {
    let message = format!("`{}` cannot be the name of a {what}", name.value);
    report.push(
        Diagnostic::new(Code::BadName, name.span.clone(), message)
            .help("use lower-case letters, digits and `_`, beginning with a letter"),
    );
}
