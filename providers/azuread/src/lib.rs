//! Sign in with Microsoft Entra ID (Azure AD) and Azure AD B2C.
//!
//! The five backends are specs; this crate holds no logic. Their settings, the clouds, and every way
//! for a client to prove itself stand in the crate's README.

authspec::provider! {
    /// Work and school accounts of any tenant, v1.0 endpoint.
    pub struct AzureAdOAuth2 from "../specs/azuread-oauth2.toml";
}

authspec::provider! {
    /// Work, school and personal accounts, v2.0 endpoint.
    pub struct AzureAdOAuth2V2 from "../specs/azuread-oauth2-v2.toml";
}

authspec::provider! {
    /// Accounts of one tenant, v1.0 endpoint.
    pub struct AzureAdTenantOAuth2 from "../specs/azuread-tenant-oauth2.toml";
}

authspec::provider! {
    /// Accounts of one tenant, v2.0 endpoint.
    pub struct AzureAdV2TenantOAuth2 from "../specs/azuread-v2-tenant-oauth2.toml";
}

authspec::provider! {
    /// Customers of an Azure AD B2C tenant.
    pub struct AzureAdB2cOAuth2 from "../specs/azuread-b2c-oauth2.toml";
}

/// Every backend of this crate, for [`authspec::Backends`].
pub const ALL: &[&authspec::Descriptor] = &[
    <AzureAdOAuth2 as authspec::Provider>::DESCRIPTOR,
    <AzureAdOAuth2V2 as authspec::Provider>::DESCRIPTOR,
    <AzureAdTenantOAuth2 as authspec::Provider>::DESCRIPTOR,
    <AzureAdV2TenantOAuth2 as authspec::Provider>::DESCRIPTOR,
    <AzureAdB2cOAuth2 as authspec::Provider>::DESCRIPTOR,
];

/// The README's programs compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
