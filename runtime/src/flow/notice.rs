//! What reaches an application by itself, not as the answer to a sign-in: a logout at the provider,
//! and a sign-in that somebody else starts.

use std::fmt;

use super::Context;
use super::authorization::web_url;
use super::callback::Callback;
use super::parameters::Parameters;
use super::registered_claims::is_issuer;
use crate::error::{Code, Error, Result, Stage};
use crate::keys::Metadata;
use crate::request::BeginRequest;

/// The provider says that a user signed out there: end the sessions here.
///
/// With `sid`, end the sessions that began with an ID token of that `sid`; with `sub` alone, all
/// sessions of that user; with neither, the session of the browser that brought the notice.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutNotice {
    /// The backend's name.
    pub backend: &'static str,
    /// The issuer.
    pub iss: Option<String>,
    /// The user, as in the ID token's `sub`.
    pub sub: Option<String>,
    /// The session at the provider, as in the ID token's `sid`.
    pub sid: Option<String>,
}

impl fmt::Debug for LogoutNotice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LogoutNotice({})", self.backend)
    }
}

/// A front-channel notice: `iss` and `sid`, both or neither (OpenID Connect Front-Channel Logout 1.0
/// section 2).
pub(crate) fn front_channel(
    context: &Context,
    metadata: &Metadata,
    request: &Callback,
) -> Result<LogoutNotice> {
    let parameters = Parameters::read(&request.query, "logout notice", Stage::Disconnect)?;
    let backend = context.descriptor.name;
    let (iss, sid) = (parameters.get("iss"), parameters.get("sid"));
    if iss.is_none() && sid.is_none() {
        return Ok(LogoutNotice { backend, iss: None, sub: None, sid: None });
    }
    let (iss, sid) = (parameters.required("iss")?, parameters.required("sid")?);
    if !is_issuer(iss, metadata) {
        return Err(another_issuer("logout notice", Stage::Disconnect));
    }
    if sid.is_empty() {
        return Err(parameters.wrong("sid", "is empty"));
    }
    Ok(LogoutNotice { backend, iss: Some(iss.to_owned()), sub: None, sid: Some(sid.to_owned()) })
}

/// A sign-in that the provider or a portal starts (OpenID Connect Core 1.0 section 4).
///
/// `target_link_uri` becomes where to go next, and must be on this application's own origin.
pub(crate) fn initiated_login(
    metadata: &Metadata,
    redirect_uri: &str,
    request: &Callback,
) -> Result<BeginRequest> {
    let parameters = Parameters::read(&request.query, "request to sign in", Stage::Begin)?;
    if !is_issuer(parameters.required("iss")?, metadata) {
        return Err(another_issuer("request to sign in", Stage::Begin));
    }
    let mut begin = BeginRequest::new(redirect_uri);
    begin.login_hint = parameters.get("login_hint").map(str::to_owned);
    if let Some(target) = parameters.get("target_link_uri") {
        let elsewhere = || parameters.wrong("target_link_uri", "leads out of this application");
        let target = web_url(target).ok_or_else(elsewhere)?;
        let home = web_url(redirect_uri).ok_or_else(elsewhere)?;
        if target.origin() != home.origin() || target.password().is_some() {
            return Err(elsewhere());
        }
        let query = target.query().map(|query| format!("?{query}")).unwrap_or_default();
        begin.next = Some(format!("{}{query}", target.path()));
    }
    Ok(begin)
}

fn another_issuer(what: &str, stage: Stage) -> Error {
    let message = format!("The {what} comes from another issuer.");
    Error::new(Code::IssuerMismatch, stage, message).with_parameter("iss")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_user() {
        let sub = Some("sub-1".to_owned());
        let notice = LogoutNotice { backend: "oidc", iss: None, sub, sid: None };
        assert_eq!(format!("{notice:?}"), "LogoutNotice(oidc)");
    }
}
