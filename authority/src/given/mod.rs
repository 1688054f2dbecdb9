//! A provider that is data: paths of its endpoints, and accounts whose replies were written down.
//!
//! This is what `authspec serve` runs for a spec: the paths come from its endpoints, the accounts from
//! its samples. Redirect addresses, PKCE, codes, credentials and signatures are checked and made as
//! everywhere in this crate.

mod account;
mod answer;
mod discovery;
mod path;
mod provider;
mod token;

pub use account::Account;
pub use path::{PathPart, PathTemplate};
pub use provider::{Endpoint, GivenOidc, GivenProvider};

pub(crate) use answer::{CONTINUE, answer};
pub(crate) use token::token_response;
