//! Requests that an application receives unasked: a logout at the provider,
//! and a sign-in that a third party starts.

use std::fmt;
use std::time::Duration;

use super::Context;
use super::authorization::web_url;
use super::callback::Callback;
use super::parameters::Parameters;
use super::registered_claims::is_issuer;
use crate::error::{Code, Error, Result, Stage};
use crate::keys::Metadata;
use crate::request::BeginRequest;
use crate::transaction::{Transactions, fingerprint};

/// A back-channel logout: the provider says, signed, that a user signed out there (OpenID Connect
/// Back-Channel Logout 1.0).
///
/// With `sid`, end the sessions that began with an ID token of this `iss` and `sid`; with `sub` alone, all
/// sessions of that user of this `iss`. Then call [`taken`](Self::taken): until that is done, the same notice
/// may come again, so a crash in between loses no logout.
#[derive(Clone)]
#[non_exhaustive]
#[must_use = "end the sessions, then call `taken`"]
pub struct LogoutNotice {
    /// The backend's name.
    pub backend: &'static str,
    /// The issuer.
    pub iss: String,
    /// The user, as in the ID token's `sub`.
    pub sub: Option<String>,
    /// The session at the provider, as in the ID token's `sid`.
    pub sid: Option<String>,
    pub(crate) receipt: Receipt,
}

/// The data by which an accepted logout token is remembered.
#[derive(Clone)]
pub(crate) struct Receipt {
    transactions: Transactions,
    name: String,
    lifetime: Duration,
}

impl Receipt {
    /// Of a token of this name, which expires in `lifetime`.
    pub(crate) fn new(transactions: &Transactions, id: &str, lifetime: Duration) -> Self {
        let name = fingerprint(&format!("logout token\n{id}"));
        Self { transactions: transactions.clone(), name, lifetime }
    }

    /// Returns `true` if the token was taken before.
    pub(crate) async fn is_taken(&self) -> Result<bool> {
        self.transactions.is_used(&self.name, Stage::Disconnect).await
    }
}

impl LogoutNotice {
    /// Remembers that the sessions were ended: the same logout token is refused from now on, by every process
    /// that shares the store of transactions.
    ///
    /// # Errors
    ///
    /// `unavailable` at stage `disconnect`, when the store fails. Let the provider send the notice again then.
    pub async fn taken(&self) -> Result<()> {
        let Receipt { transactions, name, lifetime } = &self.receipt;
        transactions.mark_used(name, *lifetime, Stage::Disconnect).await.map(drop)
    }
}

impl fmt::Debug for LogoutNotice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LogoutNotice({})", self.backend)
    }
}

/// A front-channel logout: a browser says, unsigned, that it was signed out at the provider (OpenID Connect
/// Front-Channel Logout 1.0).
///
/// Anybody who knows an `iss` and a `sid` can send one, so it ends one session at most and never all sessions
/// of a user.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrontChannelLogout {
    /// The backend's name.
    pub backend: &'static str,
    /// The one session to end: that which began with an ID token of this `iss` and `sid`. Without it, the
    /// session of the browser that brought the request.
    pub session: Option<ProviderSession>,
}

/// A session at the provider, as its ID token names it.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ProviderSession {
    /// The issuer.
    pub iss: String,
    /// The session's identifier at the issuer.
    pub sid: String,
}

impl fmt::Debug for FrontChannelLogout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FrontChannelLogout({})", self.backend)
    }
}

impl fmt::Debug for ProviderSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ProviderSession({}, …)", self.iss)
    }
}

/// A front-channel notice: `iss` and `sid`, both or neither (OpenID Connect Front-Channel Logout 1.0
/// section 2).
pub(crate) fn front_channel(
    context: &Context,
    metadata: &Metadata,
    request: &Callback,
) -> Result<FrontChannelLogout> {
    let parameters = Parameters::read(request.parameters(), "logout notice", Stage::Disconnect)?;
    let backend = context.name();
    if parameters.get("iss").is_none() && parameters.get("sid").is_none() {
        return Ok(FrontChannelLogout { backend, session: None });
    }
    let (iss, sid) = (parameters.required("iss")?, parameters.required("sid")?);
    if !is_issuer(iss, metadata) {
        return Err(another_issuer("logout notice", Stage::Disconnect));
    }
    if sid.is_empty() {
        return Err(parameters.wrong("sid", "is empty"));
    }
    let session = ProviderSession { iss: iss.to_owned(), sid: sid.to_owned() };
    Ok(FrontChannelLogout { backend, session: Some(session) })
}

/// A sign-in that the provider or a portal starts (OpenID Connect Core 1.0 section 4).
///
/// `target_link_uri` becomes where to go next, and must be on this application's own origin.
pub(crate) fn initiated_login(
    metadata: &Metadata,
    redirect_uri: &str,
    request: &Callback,
) -> Result<BeginRequest> {
    let parameters = Parameters::read(request.parameters(), "request to sign in", Stage::Begin)?;
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
        let receipt = Receipt::new(&Transactions::in_browser(), "id", Duration::ZERO);
        let sub = Some("sub-1".to_owned());
        let notice = LogoutNotice { backend: "oidc", iss: String::new(), sub, sid: None, receipt };
        assert_eq!(format!("{notice:?}"), "LogoutNotice(oidc)");
        let session =
            ProviderSession { iss: "https://a.example".to_owned(), sid: "sid-1".to_owned() };
        assert_eq!(format!("{session:?}"), "ProviderSession(https://a.example, …)");
        let notice = FrontChannelLogout { backend: "oidc", session: Some(session) };
        assert_eq!(format!("{notice:?}"), "FrontChannelLogout(oidc)");
    }
}
