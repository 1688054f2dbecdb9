//! Sign in with any identity provider, each one TOML file.
//!
//! [`provider!`] expands a spec into a typed backend; this crate is the runtime under it. A sign-in has
//! two legs: [`Client::begin`] says where to send the browser, [`Client::complete`] takes what the
//! browser brings back and says who signed in.
//!
//! ```no_run
//! # async fn example() -> authspec::Result<()> {
//! authspec::provider! {
//!     /// Sign in with GitHub.
//!     pub struct GitHub from "../../providers/catalog/specs/github.toml";
//! }
//!
//! // SOCIAL_AUTH_GITHUB_KEY and SOCIAL_AUTH_GITHUB_SECRET
//! let client = authspec::Client::<GitHub>::from_env()?;
//! let started = client.begin("https://app.example/complete/github/").await?;
//! println!("open {}", started.authorization_url);
//!
//! let callback = authspec::Callback::from_url("https://app.example/complete/github/?code=…&state=…");
//! let identity = client.complete(&started.transaction, callback).await?;
//! println!("{} of {}", identity.uid, identity.backend);
//! # Ok(()) }
//! ```
//!
//! Settings come from a builder, the environment (under python-social-auth's names), any lookup
//! function, or serde. Everything that goes wrong is one [`Error`] with a code, a stage, a recovery,
//! and a sentence that says what to change.

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
