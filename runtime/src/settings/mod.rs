//! Settings: where they come from, what is wrong with them, and their checked values.
//!
//! Builder, environment, lookup function and serde all end in [`RawSettings`]; one step,
//! [`Resolved::new`], checks them against the descriptor and reports every mistake at once. The runtime
//! reads [`Resolved`]; a typed settings struct is a view of it.

mod allow_list;
mod authority;
mod authority_url;
mod common;
mod condition;
mod credential;
mod environment;
mod issue;
mod levers;
mod parse;
mod quotes;
mod raw;
mod resolve;
mod resolved;
mod rules;
#[cfg(test)]
mod tests;
mod typed;
mod value;
mod warnings;

pub(crate) use allow_list::ANYBODY;
pub(crate) use authority::{check_scheme, is_loopback};
pub use common::{COMMON, CommonSettings};
pub(crate) use credential::is_jwt;
pub use environment::{Environment, Lookup};
pub use issue::SettingIssue;
pub(crate) use issue::combine;
pub(crate) use parse::parse_list;
pub use raw::RawSettings;
pub use resolved::Resolved;
pub use typed::ProviderSettings;
pub use value::{SettingValue, Value};
