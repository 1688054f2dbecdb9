//! What an application asks of a backend, and what the first leg gives back.

use std::fmt;
use std::time::Duration;

use crate::secret::Secret;

/// Where a sign-in comes back to, and where it goes on.
#[derive(Clone)]
#[non_exhaustive]
pub struct BeginRequest {
    /// The redirect URI, exactly as it is registered with the provider. Take it from configuration,
    /// never from a request's `Host` header.
    pub redirect_uri: String,
    /// A path of the application to go to afterwards, such as `/account`.
    pub next: Option<String>,
    /// What only this browser knows, such as the value of a session cookie of its own. The sign-in
    /// then ends in no other browser; see [`Callback::browser`](crate::Callback::browser).
    pub browser: Option<Secret>,
    /// Who is about to sign in, as the provider knows them (OpenID Connect Core 1.0 section
    /// 3.1.2.1).
    pub login_hint: Option<String>,
    /// Whether the provider asks the user again: `login`, `consent`, `select_account`, with spaces
    /// between, or `none` alone (OpenID Connect Core 1.0 section 3.1.2.1).
    pub prompt: Option<String>,
    /// Seconds since the user last signed in at the provider, at most; the ID token's `auth_time` is
    /// held against it. Of this and the settings' `max_age`, the smaller one counts.
    pub max_age: Option<u64>,
    /// The ways of signing in of which one is asked for; the ID token's `acr` must be one of them.
    pub acr_values: Vec<String>,
    /// A claims request, or the claims challenge of an earlier error
    /// ([`Error::claims_challenge`](crate::Error::claims_challenge)): a JSON object, at most 4096 bytes
    /// (OpenID Connect Core 1.0 section 5.5). Essential claims of the ID token are checked.
    pub claims: Option<String>,
    /// Scopes for this sign-in, beside those of the spec and of SCOPE.
    pub scopes: Vec<String>,
}

impl BeginRequest {
    /// A sign-in that comes back to this redirect URI.
    pub fn new(redirect_uri: impl Into<String>) -> Self {
        Self {
            redirect_uri: redirect_uri.into(),
            next: None,
            browser: None,
            login_hint: None,
            prompt: None,
            max_age: None,
            acr_values: Vec::new(),
            claims: None,
            scopes: Vec::new(),
        }
    }

    /// And goes on to this path of the application.
    #[must_use]
    pub fn next(mut self, path: impl Into<String>) -> Self {
        self.next = Some(path.into());
        self
    }

    /// And ends in this browser only.
    #[must_use]
    pub fn browser(mut self, secret: impl Into<Secret>) -> Self {
        self.browser = Some(secret.into());
        self
    }

    /// And suggests who signs in.
    #[must_use]
    pub fn login_hint(mut self, hint: impl Into<String>) -> Self {
        self.login_hint = Some(hint.into());
        self
    }

    /// And lets the provider ask the user again, such as `login` or `select_account`.
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// And asks for a sign-in at most this many seconds ago.
    #[must_use]
    pub fn max_age(mut self, seconds: u64) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// And asks for one of these ways of signing in.
    #[must_use]
    pub fn acr_values<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.acr_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// And carries a claims request or a claims challenge, a JSON object.
    #[must_use]
    pub fn claims(mut self, claims: impl Into<String>) -> Self {
        self.claims = Some(claims.into());
        self
    }

    /// And asks for one more scope.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }
}

impl fmt::Debug for BeginRequest {
    /// A hint is a person's address, mostly.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BeginRequest({})", self.redirect_uri)
    }
}

impl From<&str> for BeginRequest {
    fn from(redirect_uri: &str) -> Self {
        Self::new(redirect_uri)
    }
}

/// A sign-in that has begun.
#[derive(Clone, serde::Serialize)]
#[non_exhaustive]
pub struct Started {
    /// Send the browser here.
    pub authorization_url: String,
    /// Keep this for the browser until it comes back: in a cookie, or in a session. It is sealed, or
    /// the ticket of a store.
    pub transaction: String,
    /// How long the browser has to come back: the `Max-Age` of the cookie.
    #[serde(skip)]
    pub lifetime: Duration,
}

impl fmt::Debug for Started {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Started(…)")
    }
}

/// What to refresh.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefreshRequest {
    /// The refresh token.
    pub refresh_token: Secret,
    /// The ID token of the sign-in: a refreshed one must then be about the same user.
    pub previous_id_token: Option<Secret>,
}

impl RefreshRequest {
    /// Refreshes with this token.
    pub fn new(refresh_token: impl Into<Secret>) -> Self {
        Self { refresh_token: refresh_token.into(), previous_id_token: None }
    }

    /// The ID token of the sign-in, to compare the refreshed one with.
    #[must_use]
    pub fn previous_id_token(mut self, id_token: impl Into<Secret>) -> Self {
        self.previous_id_token = Some(id_token.into());
        self
    }
}

/// What a logout URL may carry.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// The ID token of the sign-in that ends; providers skip their question for it.
    pub id_token_hint: Option<Secret>,
    /// Where the browser goes afterwards; it must be registered with the provider.
    pub post_logout_redirect_uri: Option<String>,
    /// Comes back with the browser.
    pub state: Option<String>,
}

impl fmt::Debug for LogoutRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LogoutRequest(…)")
    }
}

impl LogoutRequest {
    /// A logout that only ends the provider's session.
    pub fn new() -> Self {
        Self::default()
    }

    /// The ID token of the sign-in that ends.
    #[must_use]
    pub fn id_token_hint(mut self, id_token: impl Into<Secret>) -> Self {
        self.id_token_hint = Some(id_token.into());
        self
    }

    /// Where the browser goes afterwards.
    #[must_use]
    pub fn post_logout_redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.post_logout_redirect_uri = Some(uri.into());
        self
    }
}
