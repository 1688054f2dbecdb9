//! Settings: from where they come, what is wrong with them, and what they are in the end.
//!
//! Builder, environment, lookup function and serde all end in [`RawSettings`]; one step,
//! [`Resolved::new`], checks them against the descriptor and reports every mistake at once.

mod access;
mod authority;
mod common;
mod environment;
mod parse;
mod raw;
mod resolve;
mod typed;

pub use access::{SettingValue, SettingsReader, SettingsWriter};
pub(crate) use authority::{check_scheme, is_loopback};
pub use common::{COMMON, CommonSettings};
pub use environment::{Environment, Lookup, unknown_variables};
pub use parse::Value;
pub(crate) use parse::parse_list;
pub use raw::RawSettings;
pub use resolve::{MUTABLE_CLAIMS, Mistake, Resolved};
pub use typed::ProviderSettings;
