//! Sign in with any identity provider, each one TOML file.
//!
//! The macro [`provider!`] expands a spec, which is a TOML file, into a typed backend; this crate is the runtime
//! under it. Backends that are ready are in other crates: `authspec-azuread` for Microsoft Entra ID and
//! Azure AD B2C, `authspec-catalog` for every OpenID provider and for GitHub.
//!
//! # A sign-in
//!
//! A sign-in has two legs. [`Client::begin`] gives the URL to send the browser to, and a transaction to keep
//! until the browser comes back; [`Client::complete`] takes both and gives the [`Identity`].
//!
//! ```no_run
//! # async fn example() -> authspec::Result<()> {
//! authspec::provider! {
//!     /// Sign in with Acme.
//!     pub struct Acme from "../acme.toml";
//! }
//!
//! // SOCIAL_AUTH_ACME_KEY and SOCIAL_AUTH_ACME_SECRET
//! let client = authspec::Client::<Acme>::from_env()?;
//! let started = client.begin("https://app.example/complete/acme/").await?;
//! println!("open {}", started.authorization_url);
//!
//! let callback = authspec::Callback::from_url("https://app.example/complete/acme/?code=…&state=…");
//! let identity = client.complete(&started.transaction, callback).await?;
//! println!("{} of {}", identity.uid, identity.backend);
//! # Ok(()) }
//! ```
//!
//! In a web application the first leg answers a request with a redirect and a cookie, the second reads the
//! cookie and starts a session:
//!
//! ```no_run
//! # use authspec::{Backend, BeginRequest, Callback, Result, UserKey};
//! /// GET /login/acme: the URL to redirect to, and the cookie to set (HttpOnly, Secure, SameSite=Lax).
//! async fn login(backend: &dyn Backend) -> Result<(String, String)> {
//!     let request = BeginRequest::new("https://app.example/complete/acme/").next("/account");
//!     let started = backend.begin(request).await?;
//!     Ok((started.authorization_url, started.transaction))
//! }
//!
//! /// GET /complete/acme/: the account to start a session for, and the path to redirect to.
//! async fn complete(backend: &dyn Backend, url: &str, cookie: &str) -> Result<(UserKey, String)> {
//!     let identity = backend.complete(cookie, Callback::from_url(url)).await?;
//!     let user = identity.key();
//!     Ok((user, identity.next.unwrap_or_else(|| "/".to_owned())))
//! }
//! ```
//!
//! # Where to go on
//!
//! | to | see |
//! |---|---|
//! | choose backends by a setting, by name | [`Backends`] |
//! | share connections, keys and a transaction store | [`Runtime`], [`TransactionStore`] |
//! | refresh tokens, log out, take notices of logouts | [`Client::refresh`], [`Client::logout_url`], [`LogoutNotice`] |
//! | read settings from a builder, the environment, a lookup function or serde | [`ProviderSettings`], [`Environment`] |
//! | handle a failure: code, stage, recovery, HTTP status, sentences for operators and visitors | [`Error`] |
//! | see what happens in logs | [`events`] |
//! | serve issuers that customers enter | [`Runtime::with_untrusted_issuers`] |

mod backend;
#[doc(hidden)]
pub mod bench;
mod claims;
mod client;
mod clock;
pub mod descriptor;
#[doc(hidden)]
pub mod diagnosis;
mod encode;
mod engine;
mod error;
pub mod events;
mod flow;
mod identity;
mod instance;
mod json;
mod keys;
mod observed;
mod pkce;
mod provider;
mod registrations;
mod registry;
mod request;
mod runtime;
pub mod sample;
mod secret;
pub mod settings;
mod single_flight;
mod task;
mod transaction;
pub mod transport;
mod typed;

#[cfg(feature = "macros")]
pub use authspec_macros::provider;
pub use backend::{Backend, backend};
pub use claims::Claims;
pub use client::Client;
pub use clock::{Clock, SystemClock};
pub use descriptor::Descriptor;
pub use error::{
    Code, Error, Explanation, Origin, ProviderError, Recovery, Result, Stage, UnknownWord,
};
pub use flow::callback::Callback;
pub use flow::notice::{FrontChannelLogout, LogoutNotice, ProviderSession};
pub use identity::{Details, Identity, Refreshed, Tokens, UserKey};
pub use json::Object;
pub use provider::{Logout, Provider, Refresh};
pub use registry::{BACKENDS_VARIABLE, Backends, BackendsBuilder};
pub use request::{BeginRequest, Binding, LogoutRequest, RefreshRequest, Started};
pub use runtime::Runtime;
pub use secret::Secret;
pub use settings::{CommonSettings, Environment, ProviderSettings};
pub use transaction::{
    KEY_FALLBACKS_VARIABLE, KEY_VARIABLE, LIFETIME, LIFETIME_VARIABLE, MemoryStore, StoreError,
    TransactionStore,
};

/// Items that generated code names. Not a stable interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::claims::{Claims, field};
    pub use crate::error::{Error, Result};
    pub use crate::json::Object;
    pub use crate::sample::{Mismatch, check as check_sample};
    pub use crate::settings::{
        CommonSettings, Environment, ProviderSettings, RawSettings, Resolved,
    };
    pub use crate::{__claims as claims, __settings as settings};
    pub use serde::{Deserialize, Deserializer};
    pub use serde_json::Value as Json;
    pub use std::option::Option::{self, None, Some};

    /// The items that a descriptor is written with. Lints that forbid `*` in imports make an exception
    /// for modules of this name.
    pub mod prelude {
        pub use crate::descriptor::*;
        pub use crate::error::Code;
        pub use std::option::Option::{self, None, Some};
    }

    /// Reads typed settings from any serde format, every mistake in one error.
    pub fn deserialize<'de, S, D>(deserializer: D) -> std::result::Result<S, D::Error>
    where
        S: ProviderSettings,
        D: Deserializer<'de>,
    {
        S::from_raw(RawSettings::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
