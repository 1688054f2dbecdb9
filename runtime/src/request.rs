//! The requests that an application makes of a backend, and the result of the first leg.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Code, Error, Result, Stage};
use crate::identity::UserKey;
use crate::secret::Secret;
use crate::transaction::random_text;

/// A request to begin a sign-in.
#[derive(Clone)]
#[non_exhaustive]
pub struct BeginRequest {
    /// The redirect URI, exactly as it is registered with the provider. Take it from configuration,
    /// never from a request's `Host` header.
    pub redirect_uri: String,
    /// A path of the application to go to afterwards, such as `/account`.
    pub next: Option<String>,
    /// The secret that the sign-in is bound to, known to this browser only. The sign-in then ends in no other
    /// browser; see [`Callback::browser`](crate::Callback::browser).
    pub browser: Binding,
    /// The login identifier of the user who is about to sign in (OpenID Connect Core 1.0 section
    /// 3.1.2.1).
    pub login_hint: Option<String>,
    /// The prompts that the provider must show: `login`, `consent`, `select_account`, with spaces
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
    /// The application's own data, or why it is not JSON.
    data: Option<Result<Value, String>>,
}

/// The browser that a sign-in is bound to.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Binding {
    /// The one that has the ticket, and no other secret.
    #[default]
    Ticket,
    /// The one that knows this secret too, such as the value of a session cookie of its own.
    Secret(Secret),
    /// The one that is given a fresh secret: [`Started::browser`].
    Fresh,
}

impl Binding {
    /// The secret that only the browser knows.
    ///
    /// # Errors
    ///
    /// `invalid_parameter` for an empty one: the cookie it comes from was not there, and every browser
    /// without that cookie would have the same secret.
    pub(crate) fn secret(&self) -> Result<Option<Secret>> {
        match self {
            Self::Ticket => Ok(None),
            Self::Fresh => random_text().map(|text| Some(Secret::new(text))),
            Self::Secret(secret) if !secret.expose().is_empty() => Ok(Some(secret.clone())),
            Self::Secret(_) => {
                let message = "The browser's secret must not be empty: give the browser one first.";
                Err(Error::new(Code::InvalidParameter, Stage::Begin, message)
                    .with_parameter("browser"))
            }
        }
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ticket => "Ticket",
            Self::Secret(_) => "Secret(…)",
            Self::Fresh => "Fresh",
        })
    }
}

impl BeginRequest {
    /// A sign-in that comes back to this redirect URI.
    pub fn new(redirect_uri: impl Into<String>) -> Self {
        Self {
            redirect_uri: redirect_uri.into(),
            next: None,
            browser: Binding::Ticket,
            login_hint: None,
            prompt: None,
            max_age: None,
            acr_values: Vec::new(),
            claims: None,
            scopes: Vec::new(),
            data: None,
        }
    }

    /// And goes on to this path of the application.
    #[must_use]
    pub fn next(mut self, path: impl Into<String>) -> Self {
        self.next = Some(path.into());
        self
    }

    /// And ends only in the browser that knows this secret.
    #[must_use]
    pub fn browser(mut self, secret: impl Into<Secret>) -> Self {
        self.browser = Binding::Secret(secret.into());
        self
    }

    /// And ends only in the browser that is given [`Started::browser`], 32 random bytes.
    #[must_use]
    pub fn fresh_browser(mut self) -> Self {
        self.browser = Binding::Fresh;
        self
    }

    /// And carries data of the application's own, such as the account that is being linked. It is sealed, and
    /// comes back with [`Identity::data`](crate::Identity::data), or with
    /// [`Error::data`](crate::Error::data) when the sign-in is refused.
    ///
    /// With [`next`](Self::next) it may have about 2 KB: a cookie must hold both. With `form_post` the
    /// browser sends no `SameSite=Lax` cookie along, so this is the way to remember what a session would.
    /// [`begin`](crate::Client::begin) refuses data that is not JSON.
    #[must_use]
    pub fn data(mut self, data: impl Serialize) -> Self {
        self.data = Some(serde_json::to_value(data).map_err(|error| error.to_string()));
        self
    }

    /// The application's own data as JSON.
    ///
    /// # Errors
    ///
    /// `invalid_parameter` when it cannot be written as JSON.
    pub(crate) fn json_data(&self) -> Result<Option<Value>> {
        match &self.data {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value.clone())),
            Some(Err(reason)) => {
                let message = format!("The sign-in's data cannot be written as JSON: {reason}.");
                Err(Error::new(Code::InvalidParameter, Stage::Begin, message)
                    .with_parameter("data"))
            }
        }
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
    /// The `state` of the authorization request, which the callback repeats: it tells the sign-ins of several
    /// tabs apart.
    #[serde(skip)]
    pub state: String,
    /// The secret that the sign-in is bound to, for a cookie of this browser; `None` unless the request had
    /// [`BeginRequest::browser`] or [`BeginRequest::fresh_browser`]. Give it to
    /// [`Callback::browser`](crate::Callback::browser) when the browser comes back.
    #[serde(skip)]
    pub browser: Option<Secret>,
    /// The lifetime of the sign-in, which is the `Max-Age` of its cookie.
    #[serde(skip)]
    pub lifetime: Duration,
}

impl fmt::Debug for Started {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Started(…)")
    }
}

/// A request to refresh tokens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefreshRequest {
    /// The refresh token.
    pub refresh_token: Secret,
    /// The ID token of the sign-in: a refreshed one must then be about the same user.
    pub previous_id_token: Option<Secret>,
    /// The user whose refresh token it is: a refreshed ID token must then be about this user.
    pub user: Option<UserKey>,
}

impl RefreshRequest {
    /// Refreshes with this token. Say whose it is with [`user`](Self::user) or
    /// [`previous_id_token`](Self::previous_id_token): without either, nothing is compared, and
    /// [`Refreshed::extra_data`](crate::Refreshed::extra_data) has no values of claims.
    pub fn new(refresh_token: impl Into<Secret>) -> Self {
        Self { refresh_token: refresh_token.into(), previous_id_token: None, user: None }
    }

    /// The user whose refresh token it is: [`Identity::key`](crate::Identity::key) of the sign-in.
    #[must_use]
    pub fn user(mut self, user: UserKey) -> Self {
        self.user = Some(user);
        self
    }

    /// The ID token of the sign-in, to compare the refreshed one with.
    #[must_use]
    pub fn previous_id_token(mut self, id_token: impl Into<Secret>) -> Self {
        self.previous_id_token = Some(id_token.into());
        self
    }
}

/// A request for a logout URL.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// The ID token of the sign-in that ends; providers skip their question for it.
    pub id_token_hint: Option<Secret>,
    /// The URI that the browser returns to; it must be registered with the provider.
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

    /// Sets the URI that the browser returns to.
    #[must_use]
    pub fn post_logout_redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.post_logout_redirect_uri = Some(uri.into());
        self
    }

    /// A text that comes back with the browser, which
    /// [`Callback::check_logout_state`](crate::Callback::check_logout_state) compares (OpenID Connect RP-Initiated
    /// Logout 1.0 section 2). Make it random, and keep it for this browser.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }
}
