//! The runtime under another name in Cargo.toml.
#![deny(missing_docs, warnings)]

use gate::ProviderSettings as _;

gate::provider! {
    /// The macro is told where the runtime is.
    #[authspec(crate = ::gate)]
    pub struct Plain from "../../../specs/plain.toml";
}

/// Its settings.
#[must_use]
pub fn settings() -> PlainSettings {
    PlainSettings::default().key("client")
}
