//! The fixed names of this provider: tenants, the registered client, the federated issuer.

/// Client id of the client that is registered from the start.
pub const DEFAULT_CLIENT_ID: &str = "6d0f2b47-91ce-4e38-b5a9-2c7f8e13d065";

/// Secret of the client that is registered from the start.
pub const DEFAULT_CLIENT_SECRET: &str = "offline-secret";

/// Identifier of the one work tenant.
pub const TENANT_ID: &str = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";

/// Domain of the work tenant; documents asked for by this name answer with [`TENANT_ID`].
pub const TENANT_DOMAIN: &str = "contoso.onmicrosoft.com";

/// The tenant that stands for all personal Microsoft accounts (the same in the real service).
pub const CONSUMER_TENANT_ID: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Identifier of the external tenant (External ID), whose users are customers.
pub const EXTERNAL_TENANT_ID: &str = "0e5b7a92-6c1d-4f83-a2e4-97d8c6b3f150";

/// Domain of the external tenant; documents asked for by this name answer with [`EXTERNAL_TENANT_ID`].
pub const EXTERNAL_TENANT_DOMAIN: &str = "fabrikamcust.onmicrosoft.com";

/// Name of the B2C tenant, without `.onmicrosoft.com`.
pub const B2C_TENANT_NAME: &str = "fabrikamb2c";

/// Identifier of the B2C tenant; it appears in the issuer of its tokens.
pub const B2C_TENANT_ID: &str = "d2a90b63-7e41-4b8c-95f6-3c0e1a8d72fb";

/// The B2C user flow for signing in, in its original case.
pub const B2C_POLICY: &str = "B2C_1_signupsignin";

/// Subject of the federated credential of the default client (a Kubernetes service account).
pub const DEFAULT_FEDERATED_SUBJECT: &str = "system:serviceaccount:web:login";

/// Issuer of the tokens [`crate::Authority::federated_token`] makes; its last slash counts.
pub const FEDERATED_ISSUER: &str = "https://cluster.example/3f6c1d2e/9a17c0b4/";

/// Audience that a federated credential of the public cloud demands.
pub const FEDERATED_AUDIENCE: &str = "api://AzureADTokenExchange";

/// The user flow of the B2C tenant that resets a password.
pub(crate) const PASSWORD_RESET_POLICY: &str = "B2C_1_passwordreset";

/// Other user flows of the B2C tenant whose spelling is known.
pub(crate) const OTHER_POLICIES: [&str; 2] = [PASSWORD_RESET_POLICY, "B2C_1_profileedit"];

/// Seconds an authorization code may be redeemed for (RFC 6749 section 4.1.2 recommends ten minutes
/// at most, and that is what Entra ID allows).
pub(crate) const CODE_LIFETIME: u64 = 600;

/// The number of codes, tokens, pages and requests that are remembered before the oldest is dropped.
pub(crate) const STORE_LIMIT: usize = 10_000;
