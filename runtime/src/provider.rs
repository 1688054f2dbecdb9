//! The traits that generated code implements: a provider and its capabilities.

use crate::claims::Claims;
use crate::descriptor::Descriptor;
use crate::settings::ProviderSettings;

/// An identity provider; generated from its spec by [`provider!`](crate::provider!).
pub trait Provider: 'static {
    /// Its typed settings.
    type Settings: ProviderSettings;
    /// Its typed claims.
    type Claims: Claims;
    /// Everything the runtime knows about it.
    const DESCRIPTOR: &'static Descriptor;
}

/// A provider with refresh tokens (RFC 6749 section 6).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no refresh tokens",
    note = "its spec declares no `[refresh]` table"
)]
pub trait Refresh: Provider {}

/// A provider with RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no logout",
    note = "its spec declares neither `endpoints.discovery` nor `endpoints.end_session`"
)]
pub trait Logout: Provider {}
