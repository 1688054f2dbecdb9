//! Registered clients and the rule for redirect addresses.

use url::Url;

use crate::constants::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_FEDERATED_SUBJECT, FEDERATED_AUDIENCE,
    FEDERATED_ISSUER,
};

/// The names of the backends whose callback address at `https://app.example` is registered.
const BACKENDS: [&str; 7] = [
    "azuread-oauth2",
    "azuread-oauth2-v2",
    "azuread-tenant-oauth2",
    "azuread-v2-tenant-oauth2",
    "azuread-b2c-oauth2",
    "oidc",
    "github",
];

/// Addresses that allow any port and any path on loopback.
const ANY_LOOPBACK: [&str; 3] =
    ["http://127.0.0.1:*/*", "http://[::1]:*/*", "http://localhost:*/*"];

/// The group claims in a client's tokens of Entra ID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupMode {
    /// The user's own: a list, the overage claims, or nothing.
    #[default]
    AsUser,
    /// Never any group claim.
    Never,
    /// The overage claims (`_claim_names`, `_claim_sources`) for everybody.
    AlwaysOverage,
}

/// An outside identity that may stand in for the client's secret. All three values must match
/// exactly, case included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FederatedCredential {
    /// The assertion's `iss`.
    pub issuer: String,
    /// The assertion's `sub`.
    pub subject: String,
    /// The assertion's only `aud`.
    pub audience: String,
}

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Client id.
    pub id: String,
    /// Client secret; a client with neither a secret nor a federated credential is public.
    pub secret: Option<String>,
    /// Redirect addresses. They are compared exactly, but an `http` address on `127.0.0.1` or
    /// `localhost` may differ in its port (RFC 8252 section 7.3), and `http://127.0.0.1:*/*` allows
    /// every path there.
    pub redirect_uris: Vec<String>,
    /// The URIs that sign-out may lead to; loopback is always allowed.
    pub post_logout_redirect_uris: Vec<String>,
    /// Federated credentials.
    pub federated: Vec<FederatedCredential>,
    /// Group claims.
    pub groups: GroupMode,
    /// `true` if version 2 ID tokens of Entra ID carry the optional claims too, as an app registration
    /// can ask for them.
    pub optional_claims: bool,
    /// `true` if an authorization request without PKCE is refused (RFC 7636 section 4.4.1). Entra ID's
    /// endpoints and B2C ask only clients without credential for it.
    pub require_pkce: bool,
}

impl Client {
    /// A client without secret and addresses that must use PKCE.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            federated: Vec::new(),
            groups: GroupMode::default(),
            optional_claims: false,
            require_pkce: true,
        }
    }

    /// Returns `true` if the client may be sent back to that address.
    pub(crate) fn allows_redirect(&self, presented: &str) -> bool {
        self.redirect_uris.iter().any(|registered| matches(registered, presented))
    }

    /// Returns `true` if sign-out may lead to that address.
    pub(crate) fn allows_post_logout(&self, presented: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|registered| matches(registered, presented))
    }
}

impl Default for Client {
    /// The client that is registered from the start.
    fn default() -> Self {
        let backends =
            BACKENDS.iter().map(|backend| format!("https://app.example/complete/{backend}/"));
        Self {
            secret: Some(DEFAULT_CLIENT_SECRET.to_owned()),
            redirect_uris: ANY_LOOPBACK
                .iter()
                .map(|address| (*address).to_owned())
                .chain(backends)
                .collect(),
            post_logout_redirect_uris: vec!["https://app.example/".to_owned()],
            federated: vec![FederatedCredential {
                issuer: FEDERATED_ISSUER.to_owned(),
                subject: DEFAULT_FEDERATED_SUBJECT.to_owned(),
                audience: FEDERATED_AUDIENCE.to_owned(),
            }],
            ..Self::new(DEFAULT_CLIENT_ID)
        }
    }
}

/// Returns `true` if an address is plain `http` on this machine, with no user information or fragment.
pub(crate) fn is_loopback(presented: &str) -> bool {
    loopback(presented).is_some()
}

fn loopback(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (url.scheme() == "http" && local && plain).then_some(url)
}

fn matches(registered: &str, presented: &str) -> bool {
    if registered == presented {
        return Url::parse(presented).is_ok();
    }
    let Some(shown) = loopback(presented) else {
        return false;
    };
    if ANY_LOOPBACK.contains(&registered) {
        let host = shown.host_str().unwrap_or_default();
        return registered.starts_with(&format!("http://{host}:"));
    }
    loopback(registered).is_some_and(|known| {
        known.host_str() == shown.host_str()
            && known.path() == shown.path()
            && known.query() == shown.query()
    })
}

#[cfg(test)]
mod tests {
    use super::{Client, matches};

    #[test]
    fn only_the_port_may_differ_and_only_on_loopback() {
        assert!(matches("http://127.0.0.1/cb", "http://127.0.0.1:8000/cb"));
        assert!(!matches("http://127.0.0.1/cb", "http://127.0.0.1:8000/other"));
        assert!(!matches("http://127.0.0.1/cb", "http://localhost:8000/cb"));
        assert!(!matches("https://app.example/cb", "https://app.example:444/cb"));
        assert!(!matches("http://127.0.0.1/cb", "http://127.0.0.1@evil.example/cb"));
    }

    #[test]
    fn the_default_client_allows_every_loopback_path() {
        let client = Client::default();
        assert!(client.allows_redirect("http://localhost:1234/complete/x/"));
        assert!(client.allows_redirect("https://app.example/complete/oidc/"));
        assert!(!client.allows_redirect("https://app.example/complete/oidc"));
        assert!(!client.allows_redirect("http://127.0.0.1:1/#fragment"));
        assert!(!client.allows_redirect("http://*/*"));
    }
}
