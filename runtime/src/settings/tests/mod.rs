//! A provider in the small, whose settings are read from an environment: every rule by one change.

mod allow_lists;
mod authority_urls;
mod credentials;
mod fallbacks;
mod levers;
mod warned;

use super::{Environment, Resolved};
use crate::descriptor::{
    Claim, ClientAuthentication, Descriptor, Endpoints, Kind, PolicyRule, SettingRule, Template,
    When, is_uuid, one_of, policy, setting,
};
use crate::error::{Code, Result};

const POLICY: &[PolicyRule] = &[
    policy(is_uuid(Claim::Name("tid"))).when(When::SettingIsUuid("tenant")),
    policy(one_of(Claim::Name("tid"), "tenants")),
    policy(is_uuid(Claim::Name("other"))),
    policy(one_of(Claim::Name("other"), "others")),
    policy(one_of(Claim::Name("plan"), "plans")),
];

/// A provider whose authority is a host and a tenant, with every way for a client to authenticate.
const ACME: &Descriptor = &Descriptor {
    name: "acme",
    settings: &[
        setting("region", Kind::Name).rules(&[SettingRule::Required]),
        setting("host", Kind::Authority).default("{region}.acme.example"),
        setting("tenant", Kind::Tenant).rules(&[SettingRule::Required]),
        setting("old", Kind::Text).rules(&[SettingRule::Ignored("is not used")]),
        setting("tenants", Kind::List),
        setting("others", Kind::List),
        setting("plans", Kind::List),
        setting("assertion", Kind::Secret),
        setting("assertion_type", Kind::Text)
            .default(crate::flow::client_authentication::JWT_BEARER),
        setting("token_file", Kind::Path),
        setting("key_file", Kind::Path),
    ],
    variables: &[
        ("key", "OTHER_CLIENT_ID"),
        ("tenant", "OTHER_TENANT"),
        ("host", "OTHER_HOST"),
        ("old", "OTHER_OLD"),
    ],
    endpoints: Endpoints {
        discovery: Some(Template("https://{host}/{tenant}/configuration")),
        ..Endpoints::EMPTY
    },
    client_authentication: &[
        ClientAuthentication::ClientSecretPost,
        ClientAuthentication::Assertion {
            setting: "assertion",
            assertion_type: "assertion_type",
            warning: None,
        },
        ClientAuthentication::AssertionFile {
            env: &["OTHER_TOKEN_FILE"],
            setting: "token_file",
            assertion_type: "assertion_type",
            warning: None,
        },
        ClientAuthentication::PrivateKey {
            setting: "key_file",
            key_id: None,
            algorithm: None,
            audience: None,
            warning: None,
        },
    ],
    policy: POLICY,
    ..Descriptor::EMPTY
};

/// Variables with which Acme's settings are complete, but for a credential.
const COMPLETE: [(&str, &str); 3] = [("KEY", "client"), ("REGION", "eu"), ("TENANT", "t.example")];

/// An environment of these variables: one in capitals without prefix is a setting of Acme. A later one
/// replaces an earlier one.
fn environment(variables: &[(&str, &str)]) -> Environment {
    let full = |name: &str| {
        let is_whole = ["OTHER_", "SOCIAL_AUTH_"].iter().any(|start| name.starts_with(start));
        if is_whole { name.to_owned() } else { format!("SOCIAL_AUTH_ACME_{name}") }
    };
    Environment::from_pairs(variables.iter().map(|(name, value)| (full(name), *value)))
}

/// Acme's settings with these variables more, its credential looked at.
fn resolve(more: &[(&str, &str)]) -> Result<Resolved> {
    let variables: Vec<(&str, &str)> = COMPLETE.iter().chain(more).copied().collect();
    resolve_only(&variables)
}

/// Acme's settings with these variables alone.
fn resolve_only(variables: &[(&str, &str)]) -> Result<Resolved> {
    let environment = environment(variables);
    let raw = environment.settings_of(ACME);
    Resolved::new(ACME, &raw)?.with_credential(ACME, &environment)
}

/// The code and the variable of a refusal.
fn refusal(result: Result<Resolved>) -> (Code, String) {
    let error = result.expect_err("settings that are refused");
    (error.code(), error.parameter().unwrap_or_default().to_owned())
}

/// The messages of the warnings.
fn warnings(result: Result<Resolved>) -> Vec<String> {
    let settings = result.expect("settings that work");
    settings.warnings().iter().map(|warning| warning.message.clone()).collect()
}
