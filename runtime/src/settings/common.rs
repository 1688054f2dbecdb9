//! The settings that every backend has.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::raw::RawSettings;
use super::resolved::Resolved;
use super::typed::Origin;
use crate::descriptor::{Kind, Setting, SettingRule, setting};
use crate::secret::Secret;

/// The longest leeway that makes sense, in seconds: what Microsoft's own libraries allow.
const MAX_LEEWAY: u64 = 300;

/// The longest wait for a provider that makes sense, in seconds.
const MAX_TIMEOUT: u64 = 300;

/// The settings that every backend has.
pub const COMMON: &[Setting] = &[
    setting("key", Kind::ClientId)
        .doc("Client ID of the app registration.")
        .rules(&[SettingRule::Required]),
    setting("secret", Kind::Secret).doc("Client secret. When it is set, no assertion is sent."),
    setting("scope", Kind::List).doc("Scopes to ask for beside the default ones."),
    setting("ignore_default_scope", Kind::Bool)
        .doc("Ask for SCOPE only, without the default scopes."),
    setting("auth_extra_arguments", Kind::Map)
        .doc("Further parameters of the authorization request."),
    setting("extra_data", Kind::List).doc("Further claims to store, `name` or `name:alias`."),
    setting("id_key", Kind::Text).doc("Claim that is the uid, instead of the provider's default."),
    claim_setting("username_key").doc("Claim expression of the user name, such as `nickname`."),
    claim_setting("email_key").doc(
        "Claim expression of the e-mail address. What it takes counts as unverified, unless it is the \
         claim that the backend itself reads and knows how to verify.",
    ),
    claim_setting("fullname_key").doc("Claim expression of the full name."),
    claim_setting("groups_key").doc(
        "Claim expression of the groups, such as `realm_access.roles` or `cognito:groups`. It changes \
         no rule about who may sign in.",
    ),
    setting("whitelisted_domains", Kind::List).doc("Domains whose e-mail addresses may sign in."),
    setting("whitelisted_emails", Kind::List).doc("E-mail addresses that may sign in."),
    setting("whitelisted_may_be_unverified", Kind::Bool).doc(
        "Take listed addresses that are not verified: anybody who may type an address at the provider can \
         sign in.",
    ),
    setting("jwt_leeway", Kind::Integer)
        .doc("Seconds of clock difference to forgive (default 60).")
        .rules(&[SettingRule::Max(MAX_LEEWAY)]),
    setting("requests_timeout", Kind::Integer)
        .doc("Seconds to wait for the provider (default 10).")
        .rules(&[SettingRule::Min(1), SettingRule::Max(MAX_TIMEOUT)]),
    setting("proxies", Kind::Map).doc(
        "HTTP proxy of this backend, `{\"https\": \"http://proxy:3128\"}`, instead of HTTPS_PROXY's.",
    ),
    setting("jwt_algorithms", Kind::List).doc(
        "Algorithms with which ID tokens, logout tokens and user info may be signed, among those of the \
         backend; all of these without it.",
    ),
    setting("trusted_audiences", Kind::List).doc(
        "Further audiences that an ID token may name beside this client. Its `azp` must be this client.",
    ),
    setting("token_endpoint_auth_method", Kind::Text)
        .doc(
            "How this client authenticates at the token endpoint: client_secret_basic, \
             client_secret_post, private_key_jwt, or none for a public client (PKCE only).",
        )
        .rules(&[SettingRule::OneOf(AUTH_METHODS)]),
    setting("authority_url", Kind::Url).doc(
        "The authority with its tenant, `https://HOST/TENANT`, in place of host and tenant settings \
         (the Entra family).",
    ),
    setting("authorization_url", Kind::Url)
        .doc("Authorization endpoint, instead of the provider's."),
    setting("access_token_url", Kind::Url).doc("Token endpoint, instead of the provider's."),
    setting("openid_configuration_url", Kind::Url)
        .doc("Discovery document, instead of the provider's."),
    setting("jwks_uri", Kind::Url).doc("Key set, instead of the one that discovery names."),
    setting("user_info", Kind::Bool).doc(
        "Ask for user info (default true). With false, the ID token alone says who signed in; for OpenID \
         providers only.",
    ),
    setting("endpoint_hosts", Kind::List)
        .doc("Hosts that the discovery document may name beside its own, private ones too.")
        .rules(&[SettingRule::Hosts]),
    setting("redirect_hosts", Kind::List)
        .doc("Hosts that a redirect URI may be on, for applications that build it from requests.")
        .rules(&[SettingRule::Hosts]),
    setting("offline_provider", Kind::Authority)
        .doc("Where `authspec serve` runs, instead of the provider's hosts: for development only.")
        .rules(&[SettingRule::Loopback]),
];

/// The client authentication methods of the token endpoint (OpenID Connect Core 1.0 section 9).
pub(crate) const AUTH_METHODS: &[&str] =
    &["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

/// A setting that holds a claim expression.
const fn claim_setting(name: &'static str) -> Setting {
    setting(name, Kind::Text).rules(&[SettingRule::ClaimExpression])
}

/// Declares the typed settings: each field is read from a setting of its name and written to it.
macro_rules! common_settings {
    ($($(#[$doc:meta])* $field:ident: $type:ty,)*) => {
        /// The settings that every backend has.
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct CommonSettings {
            $($(#[$doc])* pub $field: Option<$type>,)*
            /// The source of these settings, so that an unchanged field keeps the variable that it came
            /// from.
            pub(super) origin: Option<Arc<Origin>>,
        }

        impl CommonSettings {
            /// Reads the fields that were given by name; generated code calls this.
            #[doc(hidden)]
            pub fn read(from: &Resolved) -> Self {
                Self { $($field: from.given(stringify!($field)),)* origin: None }
            }

            /// Writes the fields by name; generated code calls this.
            #[doc(hidden)]
            pub fn write(self, to: &mut RawSettings) {
                $(to.put(stringify!($field), self.$field);)*
            }
        }
    };
}

common_settings! {
    /// Client ID of the app registration (`KEY`).
    key: String,
    /// Client secret (`SECRET`). When it is set, no assertion is sent.
    secret: Secret,
    /// Scopes to ask for beside the default ones (`SCOPE`).
    scope: Vec<String>,
    /// Ask for `SCOPE` only (`IGNORE_DEFAULT_SCOPE`).
    ignore_default_scope: bool,
    /// Further parameters of the authorization request (`AUTH_EXTRA_ARGUMENTS`). The parameters
    /// that protect a sign-in cannot be replaced by them.
    auth_extra_arguments: BTreeMap<String, String>,
    /// Further claims to store, `name` or `name:alias` (`EXTRA_DATA`).
    extra_data: Vec<String>,
    /// Claim that is the uid (`ID_KEY`).
    id_key: String,
    /// Claim expression of the user name (`USERNAME_KEY`).
    username_key: String,
    /// Claim expression of the e-mail address (`EMAIL_KEY`). What it takes counts as unverified, unless
    /// it is the claim that the backend itself reads and knows how to verify.
    email_key: String,
    /// Claim expression of the full name (`FULLNAME_KEY`).
    fullname_key: String,
    /// Claim expression of the groups (`GROUPS_KEY`). It changes no rule about who may sign in.
    groups_key: String,
    /// Domains whose e-mail addresses may sign in (`WHITELISTED_DOMAINS`).
    whitelisted_domains: Vec<String>,
    /// E-mail addresses that may sign in (`WHITELISTED_EMAILS`).
    whitelisted_emails: Vec<String>,
    /// Accept listed addresses that are not verified (`WHITELISTED_MAY_BE_UNVERIFIED`): anybody who may type
    /// an address at the provider can sign in.
    whitelisted_may_be_unverified: bool,
    /// Seconds of clock difference to forgive, at most 300 (`JWT_LEEWAY`, default 60).
    jwt_leeway: u64,
    /// Seconds to wait for the provider (`REQUESTS_TIMEOUT`, default 10).
    requests_timeout: u64,
    /// HTTP proxy of this backend (`PROXIES`, a name of python-social-auth): `https` or `all` with the
    /// proxy's URL, or an empty text for none; `no_proxy` with hosts to reach directly. Without it,
    /// `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` of the environment count.
    proxies: BTreeMap<String, String>,
    /// Algorithms with which ID tokens, logout tokens and user info may be signed, among those of the
    /// backend (`JWT_ALGORITHMS`).
    jwt_algorithms: Vec<String>,
    /// Further audiences that an ID token may name beside this client (`TRUSTED_AUDIENCES`).
    trusted_audiences: Vec<String>,
    /// The client authentication method at the token endpoint (`TOKEN_ENDPOINT_AUTH_METHOD`):
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt`, or `none` for a public client.
    token_endpoint_auth_method: String,
    /// The authority with its tenant, `https://HOST/TENANT` (`AUTHORITY_URL`).
    authority_url: String,
    /// Authorization endpoint, instead of the provider's (`AUTHORIZATION_URL`).
    authorization_url: String,
    /// Token endpoint, instead of the provider's (`ACCESS_TOKEN_URL`).
    access_token_url: String,
    /// Discovery document, instead of the provider's (`OPENID_CONFIGURATION_URL`).
    openid_configuration_url: String,
    /// Key set, instead of the one that discovery names (`JWKS_URI`).
    jwks_uri: String,
    /// Ask for user info (`USER_INFO`, default true). With false, the ID token alone says who signed in;
    /// for `OpenID` providers only.
    user_info: bool,
    /// Hosts that the discovery document may name beside its own, private ones too
    /// (`ENDPOINT_HOSTS`). Once there is a list, here or in the spec, it may name no others.
    endpoint_hosts: Vec<String>,
    /// Hosts that a redirect URI may be on (`REDIRECT_HOSTS`), for applications that build it from
    /// requests. Without it any host may be.
    redirect_hosts: Vec<String>,
    /// The origin of `authspec serve`, used in place of the provider's hosts (`OFFLINE_PROVIDER`): for
    /// development only, and on this machine only.
    offline_provider: String,
}

impl fmt::Debug for CommonSettings {
    /// Nothing: allow-lists hold addresses, extra arguments may hint at them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CommonSettings(…)")
    }
}
