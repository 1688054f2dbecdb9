//! The settings that every backend has.

use std::collections::BTreeMap;
use std::fmt;

use super::access::{SettingsReader, SettingsWriter};
use crate::descriptor::{Kind, Setting, SettingRule, setting};
use crate::secret::Secret;

/// The longest leeway that makes sense, in seconds: what Microsoft's own libraries allow.
const MAX_LEEWAY: u64 = 300;

/// The longest wait for a provider that makes sense, in seconds.
const MAX_TIMEOUT: u64 = 300;

/// What an operator may set for every backend.
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
    setting("whitelisted_domains", Kind::List).doc("Domains whose e-mail addresses may sign in."),
    setting("whitelisted_emails", Kind::List).doc("E-mail addresses that may sign in."),
    setting("jwt_leeway", Kind::Integer)
        .doc("Seconds of clock difference to forgive (default 60).")
        .rules(&[SettingRule::Max(MAX_LEEWAY)]),
    setting("requests_timeout", Kind::Integer)
        .doc("Seconds to wait for the provider (default 10).")
        .rules(&[SettingRule::Min(1), SettingRule::Max(MAX_TIMEOUT)]),
    setting("authorization_url", Kind::Url)
        .doc("Authorization endpoint, instead of the provider's."),
    setting("access_token_url", Kind::Url).doc("Token endpoint, instead of the provider's."),
    setting("openid_configuration_url", Kind::Url)
        .doc("Discovery document, instead of the provider's."),
    setting("jwks_uri", Kind::Url).doc("Key set, instead of the one that discovery names."),
    setting("endpoint_hosts", Kind::List)
        .doc("Hosts that the discovery document may name beside its own, private ones too.")
        .rules(&[SettingRule::Hosts]),
    setting("offline_provider", Kind::Authority)
        .doc("Where `authspec serve` runs, instead of the provider's hosts: for development only.")
        .rules(&[SettingRule::Loopback]),
];

/// The settings that every backend has.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CommonSettings {
    /// Client ID of the app registration (`KEY`).
    pub key: Option<String>,
    /// Client secret (`SECRET`). When it is set, no assertion is sent.
    pub secret: Option<Secret>,
    /// Scopes to ask for beside the default ones (`SCOPE`).
    pub scope: Option<Vec<String>>,
    /// Ask for `SCOPE` only (`IGNORE_DEFAULT_SCOPE`).
    pub ignore_default_scope: Option<bool>,
    /// Further parameters of the authorization request (`AUTH_EXTRA_ARGUMENTS`). The parameters
    /// that protect a sign-in cannot be replaced by them.
    pub auth_extra_arguments: Option<BTreeMap<String, String>>,
    /// Further claims to store, `name` or `name:alias` (`EXTRA_DATA`).
    pub extra_data: Option<Vec<String>>,
    /// Claim that is the uid (`ID_KEY`).
    pub id_key: Option<String>,
    /// Domains whose e-mail addresses may sign in (`WHITELISTED_DOMAINS`).
    pub whitelisted_domains: Option<Vec<String>>,
    /// E-mail addresses that may sign in (`WHITELISTED_EMAILS`).
    pub whitelisted_emails: Option<Vec<String>>,
    /// Seconds of clock difference to forgive, at most 300 (`JWT_LEEWAY`, default 60).
    pub jwt_leeway: Option<u64>,
    /// Seconds to wait for the provider (`REQUESTS_TIMEOUT`, default 10).
    pub requests_timeout: Option<u64>,
    /// Authorization endpoint, instead of the provider's (`AUTHORIZATION_URL`).
    pub authorization_url: Option<String>,
    /// Token endpoint, instead of the provider's (`ACCESS_TOKEN_URL`).
    pub access_token_url: Option<String>,
    /// Discovery document, instead of the provider's (`OPENID_CONFIGURATION_URL`).
    pub openid_configuration_url: Option<String>,
    /// Key set, instead of the one that discovery names (`JWKS_URI`).
    pub jwks_uri: Option<String>,
    /// Hosts that the discovery document may name beside its own, private ones too
    /// (`ENDPOINT_HOSTS`). Once there is a list, here or in the spec, it may name no others.
    pub endpoint_hosts: Option<Vec<String>>,
    /// Where `authspec serve` runs, instead of the provider's hosts (`OFFLINE_PROVIDER`): for
    /// development only, and on this machine only.
    pub offline_provider: Option<String>,
}

impl fmt::Debug for CommonSettings {
    /// Nothing: allow-lists hold addresses, extra arguments may hint at them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CommonSettings(…)")
    }
}

impl CommonSettings {
    /// What was given by name; generated code calls this.
    #[doc(hidden)]
    pub fn read(from: &mut SettingsReader) -> Self {
        Self {
            key: from.take("key"),
            secret: from.take("secret"),
            scope: from.take("scope"),
            ignore_default_scope: from.take("ignore_default_scope"),
            auth_extra_arguments: from.take("auth_extra_arguments"),
            extra_data: from.take("extra_data"),
            id_key: from.take("id_key"),
            whitelisted_domains: from.take("whitelisted_domains"),
            whitelisted_emails: from.take("whitelisted_emails"),
            jwt_leeway: from.take("jwt_leeway"),
            requests_timeout: from.take("requests_timeout"),
            authorization_url: from.take("authorization_url"),
            access_token_url: from.take("access_token_url"),
            openid_configuration_url: from.take("openid_configuration_url"),
            jwks_uri: from.take("jwks_uri"),
            endpoint_hosts: from.take("endpoint_hosts"),
            offline_provider: from.take("offline_provider"),
        }
    }

    /// What is there, by name; generated code calls this.
    #[doc(hidden)]
    pub fn write(self, to: &mut SettingsWriter) {
        let Self {
            key,
            secret,
            scope,
            ignore_default_scope,
            auth_extra_arguments,
            extra_data,
            id_key,
            whitelisted_domains,
            whitelisted_emails,
            jwt_leeway,
            requests_timeout,
            authorization_url,
            access_token_url,
            openid_configuration_url,
            jwks_uri,
            endpoint_hosts,
            offline_provider,
        } = self;
        to.put("key", key);
        to.put("secret", secret);
        to.put("scope", scope);
        to.put("ignore_default_scope", ignore_default_scope);
        to.put("auth_extra_arguments", auth_extra_arguments);
        to.put("extra_data", extra_data);
        to.put("id_key", id_key);
        to.put("whitelisted_domains", whitelisted_domains);
        to.put("whitelisted_emails", whitelisted_emails);
        to.put("jwt_leeway", jwt_leeway);
        to.put("requests_timeout", requests_timeout);
        to.put("authorization_url", authorization_url);
        to.put("access_token_url", access_token_url);
        to.put("openid_configuration_url", openid_configuration_url);
        to.put("jwks_uri", jwks_uri);
        to.put("endpoint_hosts", endpoint_hosts);
        to.put("offline_provider", offline_provider);
    }
}
