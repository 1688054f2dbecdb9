//! An identity provider that runs on loopback and needs no network: it behaves as Microsoft Entra
//! ID does (version 1, version 2 and B2C endpoints), and next to that as a plain OpenID Connect
//! provider and as a GitHub-like plain OAuth 2.0 provider.
//!
//! It serves tests, demonstrations and the command line. Every rule it applies is applied for
//! real: redirect addresses, PKCE, single-use codes, client secrets and federated assertions are
//! checked, and every token is signed with an RSA key made in this process. A [`Fault`] changes one
//! answer, so that a client's refusals can be tried too.
//!
//! It is not for real users: every request is signed in.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use authspec_authority::Authority;
//!
//! let authority = Authority::start().await?; // ends when it is dropped
//! assert!(authority.origin().starts_with("http://127.0.0.1:"));
//! authority.sign_in_as("guest");
//! assert!(authority.requests().is_empty());
//! # Ok(()) }
//! ```

#![recursion_limit = "256"]

mod access_token;
mod authority;
mod authorize;
mod authorize_error;
mod authorize_request;
mod claims;
mod client;
mod client_assertion;
mod client_authentication;
mod clock;
mod cloud;
mod constants;
mod discovery;
mod errors;
mod fault;
mod faulty;
mod github;
mod given;
mod grant;
mod id_token;
mod jwks;
mod jws;
mod keys;
mod logout;
mod microsoft;
mod page;
mod parameters;
mod problem;
mod random;
mod record;
mod reply;
mod route;
mod server;
mod state;
mod store;
mod token;
mod token_error;
mod token_response;
mod userinfo;
mod users;
mod visit;

pub use authority::{Authority, AuthorityBuilder, AuthorityError};
pub use authorize_error::AuthorizeError;
pub use client::{Client, FederatedCredential, GroupMode};
pub use cloud::Cloud;
pub use constants::{
    B2C_POLICY, B2C_TENANT_ID, B2C_TENANT_NAME, CONSUMER_TENANT_ID, DEFAULT_CLIENT_ID,
    DEFAULT_CLIENT_SECRET, DEFAULT_FEDERATED_SUBJECT, EXTERNAL_TENANT_DOMAIN, EXTERNAL_TENANT_ID,
    FEDERATED_AUDIENCE, FEDERATED_ISSUER, TENANT_DOMAIN, TENANT_ID,
};
pub use fault::{BadSignature, Fault, IdTokenFault, Writing};
pub use given::{Account, Endpoint, GivenOidc, GivenProvider, PathPart, PathTemplate};
pub use keys::KeyName;
pub use record::RecordedRequest;
pub use reply::{Delivery, Reply};
pub use token_error::TokenError;
pub use users::{User, UserKind, users};
pub use visit::Visited;

/// The programs of the README, which compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
