//! The client's credential, looked at when settings are read: one that is missing, or can never be taken,
//! must not be found out at the end of a user's sign-in.

use std::path::Path;

use serde_json::Value;
use url::Url;

use super::environment::Environment;
use super::issue::{SettingIssue, combine};
use super::raw::RawSettings;
use super::resolved::{Resolved, Source};
use crate::descriptor::{ClientAuthentication, Descriptor};
use crate::error::{Code, Error, Result, Stage, shown};
use crate::flow::client_authentication::{self, JWT_BEARER};
use crate::flow::jws;
use crate::secret::Secret;

/// The base64url alphabet (RFC 4648 section 5), which the parts of a JWT are written in.
fn is_base64url(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Returns `true` if a text has the shape of a signed JWT: three parts in base64url (RFC 7515 section
/// 3.1).
pub(crate) fn is_jwt(text: &str) -> bool {
    text.split('.').count() == 3 && text.split('.').all(is_base64url)
}

impl Resolved {
    /// These settings, whose credential was looked at.
    ///
    /// # Errors
    ///
    /// `missing_setting` without a credential, `invalid_setting` for one that can never be taken.
    pub(crate) fn with_credential(
        mut self,
        descriptor: &Descriptor,
        environment: &Environment,
    ) -> Result<Self> {
        match check(descriptor, &mut self, environment) {
            Ok(()) => Ok(self),
            Err(mistake) => Err(combine(vec![mistake])),
        }
    }
}

/// Looks at the credential that a token request would carry: the first way of the spec whose setting is
/// there. What is not used is not looked at.
pub(super) fn check(
    descriptor: &Descriptor,
    settings: &mut Resolved,
    environment: &Environment,
) -> std::result::Result<(), SettingIssue> {
    let method = settings.auth_method().map(str::to_owned);
    if method.as_deref() == Some("none") {
        return Ok(());
    }
    let methods = descriptor.client_authentication.iter();
    for way in methods.filter(|way| way.fits(method.as_deref())) {
        match way {
            ClientAuthentication::None => return Ok(()),
            ClientAuthentication::ClientSecretPost | ClientAuthentication::ClientSecretBasic => {
                if settings.secret("secret").is_some() {
                    return Ok(());
                }
            }
            ClientAuthentication::Assertion { setting, assertion_type, .. } => {
                if let Some(assertion) = settings.secret(setting) {
                    if is_bearer(settings, assertion_type) && !is_jwt(assertion.expose()) {
                        return Err(no_jwt(settings, setting));
                    }
                    return check_client(descriptor, settings, assertion);
                }
            }
            ClientAuthentication::AssertionFile { env, setting, .. } => {
                let file = client_authentication::token_file(settings, env, setting, environment);
                if let Some((variable, path)) = file.map_err(|error| mistake(&error))? {
                    return match check_token_file(settings, &variable, &path)? {
                        Some(token) => check_client(descriptor, settings, &token),
                        None => Ok(()),
                    };
                }
            }
            ClientAuthentication::PrivateKey { setting, .. } => {
                if let Some(path) = settings.path(setting).map(Path::to_owned) {
                    let variable = settings.full_name(setting);
                    warn_if_absent(settings, "private key", &variable, &path);
                    return Ok(());
                }
            }
        }
    }
    if descriptor.client_authentication.is_empty() {
        return Ok(());
    }
    let error = client_authentication::none_configured(descriptor, settings, Stage::Begin);
    Err(mistake(&error))
}

/// Returns `true` if a setting of the credential was written, right or wrong.
pub(super) fn is_given(descriptor: &Descriptor, raw: &RawSettings) -> bool {
    let settings = descriptor.client_authentication.iter().filter_map(|way| match way {
        ClientAuthentication::None => None,
        ClientAuthentication::ClientSecretPost | ClientAuthentication::ClientSecretBasic => {
            Some("secret")
        }
        ClientAuthentication::Assertion { setting, .. }
        | ClientAuthentication::AssertionFile { setting, .. }
        | ClientAuthentication::PrivateKey { setting, .. } => Some(*setting),
    });
    settings.chain(["token_endpoint_auth_method"]).any(|name| raw.get(name).is_some())
}

fn mistake(error: &Error) -> SettingIssue {
    let parameter = error.parameter().unwrap_or_default().to_owned();
    SettingIssue { code: error.code(), parameter, message: error.message().to_owned() }
}

/// Refuses a client ID of another tool's variable beside a token that the provider itself issued. Such a
/// token is a managed identity's, and then `AZURE_CLIENT_ID` names that identity instead of the app
/// registration (Microsoft, "Configure an application to trust a managed identity").
fn check_client(
    descriptor: &Descriptor,
    settings: &Resolved,
    assertion: &Secret,
) -> std::result::Result<(), SettingIssue> {
    let Some(Source::Variable(variable)) = settings.source("key") else {
        return Ok(());
    };
    let is_fallback = descriptor.variables.iter().any(|(_, fallback)| fallback == variable);
    let own = descriptor.endpoints.discovery.and_then(|url| settings.url(url));
    let claims = jws::unchecked_claims(&jws::ID_TOKEN, assertion.expose()).unwrap_or_default();
    let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or_default();
    if !is_fallback || host(issuer).is_none() || host(issuer) != own.as_deref().and_then(host) {
        return Ok(());
    }
    let parameter = settings.own_variable("key");
    let message = format!(
        "`{parameter}` is not set, and `{variable}` is not read in its place: the client's proof is a \
         managed identity's token, issued by {}, so `{variable}` may name that identity. Set the client ID \
         of the app registration",
        shown(issuer)
    );
    Err(SettingIssue { code: Code::MissingSetting, parameter, message })
}

fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

fn is_bearer(settings: &Resolved, assertion_type: &str) -> bool {
    settings.text(assertion_type).is_none_or(|own| own == JWT_BEARER)
}

fn no_jwt(settings: &Resolved, setting: &str) -> SettingIssue {
    let parameter = settings.full_name(setting);
    let message = format!(
        "`{parameter}` is not a JWT: expected three base64url parts with dots between, as \
         {JWT_BEARER} says"
    );
    SettingIssue { code: Code::InvalidSetting, parameter, message }
}

/// A file that another program writes may not be there yet; one that is there holds a JWT.
fn check_token_file(
    settings: &mut Resolved,
    variable: &str,
    path: &Path,
) -> std::result::Result<Option<Secret>, SettingIssue> {
    warn_if_absent(settings, "token file", variable, path);
    if !path.exists() {
        return Ok(None);
    }
    let token = client_authentication::read_token_file(variable, path, Stage::Begin);
    token
        .map(Some)
        .map_err(|error| SettingIssue { parameter: variable.to_owned(), ..mistake(&error) })
}

fn warn_if_absent(settings: &mut Resolved, what: &str, variable: &str, path: &Path) {
    if !path.exists() {
        let message = format!(
            "the {what} that `{variable}` names does not exist yet: until it does, nobody can \
             complete a sign-in"
        );
        settings.warnings.push(SettingIssue::warning(variable, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jwt_has_three_parts_in_base64url() {
        assert!(is_jwt("eyJhbGciOiJSUzI1NiJ9.e30.c2ln-_"));
        for wrong in [
            "",
            "changeme",
            "a.b",
            "a.b.",
            "a..c",
            "a.b.c.d",
            "a.b.c=",
            "\"a.b.c\"",
            "a.b c.d",
            "ä.b.c",
        ] {
            assert!(!is_jwt(wrong), "{wrong}");
        }
    }
}
