//! Settings: where they come from, what is wrong with them, and their checked values.
//!
//! Builder, environment, lookup function and serde all end in [`RawSettings`]; one step,
//! [`Resolved::new`], checks them against the descriptor and reports every mistake at once. The runtime
//! reads [`Resolved`]; a typed settings struct is a view of it.

mod authority;
mod authority_url;
mod common;
mod condition;
mod environment;
mod levers;
mod mistake;
mod parse;
mod raw;
mod resolve;
mod resolved;
mod rules;
mod suggest;
mod typed;
mod value;

pub(crate) use authority::{check_scheme, is_loopback};
pub use common::{COMMON, CommonSettings};
pub use environment::{Environment, Lookup};
pub use mistake::Mistake;
pub(crate) use parse::parse_list;
pub use raw::RawSettings;
pub use resolve::MUTABLE_CLAIMS;
pub use resolved::Resolved;
pub use typed::ProviderSettings;
pub use value::{SettingValue, Value};
