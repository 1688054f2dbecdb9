//! The client's credential, looked at when settings are read: one that is missing, or can never be taken,
//! must not be found out at the end of a user's sign-in.

use std::path::Path;

use super::environment::Environment;
use super::mistake::{Mistake, combine};
use super::resolved::Resolved;
use crate::descriptor::{ClientAuthentication, Descriptor};
use crate::error::{Code, Result, Stage};
use crate::flow::client_authentication::{self, JWT_BEARER};

/// The base64url alphabet (RFC 4648 section 5), which the parts of a JWT are written in.
fn is_base64url(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether a text has the shape of a signed JWT: three parts in base64url (RFC 7515 section 3.1).
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
fn check(
    descriptor: &Descriptor,
    settings: &mut Resolved,
    environment: &Environment,
) -> std::result::Result<(), Mistake> {
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
                    let is_wrong =
                        is_bearer(settings, assertion_type) && !is_jwt(assertion.expose());
                    return if is_wrong { Err(no_jwt(settings, setting)) } else { Ok(()) };
                }
            }
            ClientAuthentication::AssertionFile { env, setting, .. } => {
                let file = client_authentication::token_file(settings, env, setting, environment);
                if let Some((variable, path)) = file {
                    return check_token_file(settings, &variable, &path);
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
    let parameter = error.parameter().unwrap_or_default().to_owned();
    Err(Mistake { code: Code::MissingSetting, parameter, message: error.message().to_owned() })
}

fn is_bearer(settings: &Resolved, assertion_type: &str) -> bool {
    settings.text(assertion_type).is_none_or(|own| own == JWT_BEARER)
}

fn no_jwt(settings: &Resolved, setting: &str) -> Mistake {
    let parameter = settings.full_name(setting);
    let message = format!(
        "`{parameter}` is not a JWT: expected three base64url parts with dots between, as \
         {JWT_BEARER} says"
    );
    Mistake { code: Code::InvalidSetting, parameter, message }
}

/// A file that another program writes may not be there yet; one that is there holds a JWT.
fn check_token_file(
    settings: &mut Resolved,
    variable: &str,
    path: &Path,
) -> std::result::Result<(), Mistake> {
    warn_if_absent(settings, "token file", variable, path);
    if !path.exists() {
        return Ok(());
    }
    client_authentication::read_token_file(variable, path, Stage::Begin).map(|_| ()).map_err(
        |error| Mistake {
            code: error.code(),
            parameter: variable.to_owned(),
            message: error.message().to_owned(),
        },
    )
}

fn warn_if_absent(settings: &mut Resolved, what: &str, variable: &str, path: &Path) {
    if !path.exists() {
        let message = format!(
            "the {what} that `{variable}` names does not exist yet: until it does, nobody can \
             complete a sign-in"
        );
        settings.warnings.push(Mistake::warning(variable, message));
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
