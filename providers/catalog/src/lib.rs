//! Sign in with any OpenID provider, with GitHub, and with others to come.
//!
//! Every backend is a spec and one macro call; this crate holds no logic.

authspec::provider! {
    /// Any OpenID provider, by discovery.
    pub struct OpenIdConnect from "../specs/oidc.toml";
}

authspec::provider! {
    /// GitHub.
    pub struct GitHub from "../specs/github.toml";
}

/// Every backend of this crate, for [`authspec::Backends`].
pub const ALL: &[&authspec::Descriptor] = &[
    <OpenIdConnect as authspec::Provider>::DESCRIPTOR,
    <GitHub as authspec::Provider>::DESCRIPTOR,
];
