//! Client authentication at the token endpoint (RFC 6749 section 2.3, RFC 7523 section 2.2).

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::Context;
use super::named_file::{read, unusable};
use super::signing_key::SigningKey;
use super::token::Form;
use crate::descriptor::{ClientAuthentication, Descriptor};
use crate::encode::{base64, form_value};
use crate::error::{Code, Error, Result, Stage};
use crate::keys::Metadata;
use crate::secret::Secret;
use crate::settings::{Environment, Resolved, is_jwt};
use crate::transport::HttpRequest;

/// The type of a JWT assertion (RFC 7523 section 2.2).
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A credential, ready to be sent.
pub(crate) enum Credential {
    /// A public client has none.
    None,
    Post(Secret),
    Basic(Secret),
    Assertion {
        assertion: Secret,
        assertion_type: String,
        warning: Option<&'static str>,
    },
}

/// The credential of this token request: the first way of the spec whose setting is there.
///
/// A token file is read now, each time: whatever keeps it fresh may have replaced it.
///
/// # Errors
///
/// `missing_setting` when no way is configured, or when the token file that is named is missing,
/// unreadable or empty; nothing falls through from a named file to another way.
pub(crate) fn credential(
    context: &Context,
    metadata: Option<&Metadata>,
    environment: &Environment,
    (token_endpoint, now): (&str, u64),
    stage: Stage,
) -> Result<Credential> {
    let settings = &context.settings;
    let method = settings.auth_method();
    if method == Some("none") {
        return Ok(Credential::None);
    }
    let methods = context.descriptor.client_authentication.iter();
    for way in methods.filter(|way| way.fits(method)) {
        match way {
            ClientAuthentication::None => return Ok(Credential::None),
            ClientAuthentication::ClientSecretPost | ClientAuthentication::ClientSecretBasic => {
                if let Some(secret) = settings.secret("secret").cloned() {
                    return Ok(match (method, way) {
                        (Some("client_secret_post"), _)
                        | (None, ClientAuthentication::ClientSecretPost) => {
                            Credential::Post(secret)
                        }
                        (Some(_), _) => Credential::Basic(secret),
                        (None, _) => basic_or_post(secret, metadata),
                    });
                }
            }
            ClientAuthentication::Assertion { setting, assertion_type, warning } => {
                if let Some(assertion) = settings.secret(setting) {
                    return Ok(Credential::Assertion {
                        assertion: assertion.clone(),
                        assertion_type: type_of(context, assertion_type),
                        warning: *warning,
                    });
                }
            }
            ClientAuthentication::AssertionFile { env, setting, assertion_type, warning } => {
                if let Some((name, path)) = token_file(settings, env, setting, environment)? {
                    return Ok(Credential::Assertion {
                        assertion: read_token_file(&name, &path, stage)?,
                        assertion_type: type_of(context, assertion_type),
                        warning: *warning,
                    });
                }
            }
            ClientAuthentication::PrivateKey { setting, key_id, algorithm, audience, warning } => {
                if let Some(path) = settings.path(setting) {
                    let name = settings.full_name(setting);
                    let key = SigningKey::read(&name, path, *algorithm, stage)?;
                    let key_id = key_id.and_then(|setting| settings.text(setting));
                    let audience = audience.and_then(|template| settings.render(template));
                    let to = audience.as_deref().unwrap_or(token_endpoint);
                    return Ok(Credential::Assertion {
                        assertion: key.assertion(&context.client_id, to, key_id, now, stage)?,
                        assertion_type: JWT_BEARER.to_owned(),
                        warning: *warning,
                    });
                }
            }
        }
    }
    Err(none_configured(context.descriptor, settings, stage))
}

/// Basic unless the provider's metadata lists methods without it (OpenID Connect Discovery 1.0).
fn basic_or_post(secret: Secret, metadata: Option<&Metadata>) -> Credential {
    let methods = metadata.map_or(&[][..], |found| &found.token_endpoint_auth_methods);
    let post_only = methods.iter().any(|method| method == "client_secret_post")
        && !methods.iter().any(|method| method == "client_secret_basic");
    if post_only { Credential::Post(secret) } else { Credential::Basic(secret) }
}

fn type_of(context: &Context, setting: &str) -> String {
    context.settings.text(setting).unwrap_or(JWT_BEARER).to_owned()
}

/// The token file: the first variable that is set decides, then the setting.
///
/// # Errors
///
/// `invalid_setting` for a variable that is not UTF-8.
pub(crate) fn token_file(
    settings: &Resolved,
    env: &[&str],
    setting: &str,
    environment: &Environment,
) -> Result<Option<(String, PathBuf)>> {
    if let Some((name, path)) = environment.first_set(env)? {
        return Ok(Some((name, PathBuf::from(path.trim()))));
    }
    let path = settings.path(setting);
    Ok(path.map(|path| (settings.full_name(setting), path.to_owned())))
}

/// The token in a file, without the byte order mark and the line end that editors write.
pub(crate) fn read_token_file(name: &str, path: &Path, stage: Stage) -> Result<Secret> {
    let text = read("token file", name, path, stage)?;
    let token = text.trim_start_matches('\u{feff}').trim();
    let problem = if token.is_empty() {
        "is empty"
    } else if token.chars().any(|char| char.is_whitespace() || char.is_control()) {
        "holds more than one token"
    } else if !is_jwt(token) {
        "does not hold a JWT: expected three base64url parts with dots between, without quotation marks"
    } else {
        return Ok(Secret::new(token));
    };
    Err(unusable("token file", name, path, problem, stage))
}

/// Names every way that was tried, so that an operator can choose one.
pub(crate) fn none_configured(descriptor: &Descriptor, settings: &Resolved, stage: Stage) -> Error {
    let mut tried: Vec<String> = Vec::new();
    for way in descriptor.client_authentication {
        match way {
            ClientAuthentication::None => {}
            ClientAuthentication::ClientSecretPost | ClientAuthentication::ClientSecretBasic => {
                tried.push(settings.full_name("secret"));
            }
            ClientAuthentication::Assertion { setting, .. }
            | ClientAuthentication::PrivateKey { setting, .. } => {
                tried.push(settings.full_name(setting));
            }
            ClientAuthentication::AssertionFile { env, setting, .. } => {
                tried.extend(env.iter().map(|name| (*name).to_owned()));
                tried.push(settings.full_name(setting));
            }
        }
    }
    let message = format!(
        "This client has no credential: set one of {}, or {}=none for a public client.",
        tried.join(", "),
        settings.full_name("token_endpoint_auth_method")
    );
    Error::new(Code::MissingSetting, stage, message).with_parameter(settings.full_name("secret"))
}

/// Client and secret for HTTP Basic authentication: both are form-encoded first (RFC 6749 section 2.3.1).
fn basic_pair(client_id: &str, secret: &Secret) -> Secret {
    let pair = format!("{}:{}", form_value(client_id), form_value(secret.expose()));
    Secret::new(base64(Zeroizing::new(pair).as_bytes()))
}

impl Credential {
    /// Puts the credential into a token request.
    pub(crate) fn attach(self, client_id: &str, form: &mut Form, request: &mut HttpRequest) {
        match self {
            Self::None => form.push("client_id", client_id),
            Self::Post(secret) => {
                form.push("client_id", client_id);
                form.push("client_secret", secret.expose());
            }
            Self::Basic(secret) => {
                let value = format!("Basic {}", basic_pair(client_id, &secret).expose());
                request.headers.push(("authorization", value.into()));
            }
            Self::Assertion { assertion, assertion_type, .. } => {
                form.push("client_id", client_id);
                form.push("client_assertion_type", &assertion_type);
                form.push("client_assertion", assertion.expose());
            }
        }
    }

    /// The secrets in it, in the encodings in which they are sent.
    pub(crate) fn secrets(&self, client_id: &str) -> Vec<Secret> {
        match self {
            Self::None => Vec::new(),
            Self::Post(secret) => vec![secret.clone()],
            Self::Basic(secret) => vec![secret.clone(), basic_pair(client_id, secret)],
            Self::Assertion { assertion, .. } => vec![assertion.clone()],
        }
    }

    /// The warning about this credential, if there is one.
    pub(crate) fn warning(&self) -> Option<&'static str> {
        match self {
            Self::Assertion { warning, .. } => *warning,
            Self::None | Self::Post(_) | Self::Basic(_) => None,
        }
    }
}
