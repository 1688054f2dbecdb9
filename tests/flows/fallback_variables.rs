//! Variables of other tools (`[variables]` of a spec): `AZURE_CLIENT_ID`, `AZURE_TENANT_ID` and
//! `AZURE_AUTHORITY_HOST` fill what no `SOCIAL_AUTH_…` variable and no program sets.

use authspec::{BeginRequest, Code, ProviderSettings as _};
use authspec_authority::{DEFAULT_CLIENT_ID, FEDERATED_ISSUER};
use authspec_azuread::AzureAdV2TenantOAuth2Settings;
use authspec_tests::{World, setting};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::credentials::TokenFile;

const TENANT: &str = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";
const OTHER: &str = "0a4c2b1e-17f6-4a52-8b5e-6d2f9c3e7a10";
const V2_TENANT: &str = "azuread-v2-tenant-oauth2";

/// The variables that the webhook of Azure Workload Identity sets; its host ends with a slash.
const AZURE: [(&str, &str); 3] = [
    ("AZURE_CLIENT_ID", DEFAULT_CLIENT_ID),
    ("AZURE_TENANT_ID", TENANT),
    ("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/"),
];

fn variables(backend: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut variables: Vec<(String, String)> =
        AZURE.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    variables.push((setting(backend, "SECRET"), "a secret".to_owned()));
    for (name, value) in more {
        variables.retain(|(own, _)| own != name);
        variables.push(((*name).to_owned(), (*value).to_owned()));
    }
    variables
}

/// The authorization URL, up to its query, and the client ID in it.
async fn begin(world: &World, backend: &str, more: &[(&str, &str)]) -> (String, String) {
    let backend = world.backend_with(backend, variables(backend, more)).unwrap();
    let started = backend.begin(BeginRequest::new("https://app.example/cb")).await.unwrap();
    let (path, query) = started.authorization_url.split_once('?').unwrap();
    let client = query.split('&').find_map(|pair| pair.strip_prefix("client_id="));
    (path.to_owned(), client.unwrap().to_owned())
}

#[tokio::test]
async fn they_fill_what_nothing_else_sets() {
    let world = World::start().await;
    for (backend, tenant, version) in [
        ("azuread-oauth2", "common", ""),
        ("azuread-oauth2-v2", "common", "/v2.0"),
        ("azuread-tenant-oauth2", TENANT, ""),
        (V2_TENANT, TENANT, "/v2.0"),
    ] {
        let (url, client) = begin(&world, backend, &[]).await;
        let expected =
            format!("https://login.microsoftonline.us/{tenant}/oauth2{version}/authorize");
        assert_eq!((url.as_str(), client.as_str()), (expected.as_str(), DEFAULT_CLIENT_ID));
        let made = world.backend_with(backend, variables(backend, &[])).unwrap();
        let about_azure =
            |warning: &&authspec::settings::SettingIssue| warning.message.contains("AZURE_");
        assert_eq!(made.warnings().iter().find(about_azure).map(|w| &w.message), None, "{backend}");
    }
}

#[tokio::test]
async fn every_other_source_comes_first() {
    let world = World::start().await;
    let own = setting(V2_TENANT, "TENANT_ID");
    for name in [own.as_str(), "SOCIAL_AUTH_TENANT_ID"] {
        let (url, _) = begin(&world, V2_TENANT, &[(name, OTHER)]).await;
        assert!(url.contains(OTHER), "{name}: {url}");
    }
    let (url, _) = begin(&world, V2_TENANT, &[("AZURE_TENANT_ID", OTHER), (&own, " ")]).await;
    assert!(url.contains(OTHER), "a blank variable is none: {url}");
    let authority = setting(V2_TENANT, "AUTHORITY_URL");
    let whole = format!("https://login.partner.microsoftonline.cn/{OTHER}");
    let (url, _) = begin(&world, V2_TENANT, &[(&authority, &whole)]).await;
    assert!(url.starts_with(&whole), "AUTHORITY_URL is both host and tenant: {url}");

    let runtime = world.runtime(variables(V2_TENANT, &[]));
    let built = AzureAdV2TenantOAuth2Settings::default().tenant_id(OTHER);
    let built = built.or_environment(runtime.environment()).unwrap().resolve().unwrap();
    assert_eq!(built.text("tenant_id"), Some(OTHER));
    assert_eq!(built.text("key"), Some(DEFAULT_CLIENT_ID));
    assert_eq!(built.full_name("key"), "AZURE_CLIENT_ID");
}

#[tokio::test]
async fn what_is_wrong_in_them_is_an_error_with_their_name() {
    let world = World::start().await;
    for (name, value) in
        [("AZURE_TENANT_ID", "not a tenant"), ("AZURE_AUTHORITY_HOST", "http://login.example")]
    {
        let error = world.backend_with(V2_TENANT, variables(V2_TENANT, &[(name, value)]));
        let error = error.unwrap_err();
        assert_eq!((error.code(), error.parameter()), (Code::InvalidSetting, Some(name)));
    }
}

#[tokio::test]
async fn backends_that_are_not_entra_ids_read_none() {
    let world = World::start().await;
    for backend in ["azuread-b2c-oauth2", "oidc"] {
        let mut settings = world.settings(backend);
        let key = setting(backend, "KEY");
        settings.retain(|(name, _)| *name != key);
        settings.push(("AZURE_CLIENT_ID".to_owned(), DEFAULT_CLIENT_ID.to_owned()));
        let error = world.backend_with(backend, settings.clone()).unwrap_err();
        assert_eq!((error.code(), error.parameter()), (Code::MissingSetting, Some(key.as_str())));
        settings.push((key, DEFAULT_CLIENT_ID.to_owned()));
        assert!(world.backend_with(backend, settings).is_ok(), "{backend}");
    }
}

/// A JWT of this issuer that nobody checks.
fn token_of(issuer: &str) -> String {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(&format!(r#"{{"iss":"{issuer}"}}"#)))
}

#[tokio::test]
async fn the_client_of_a_managed_identity_is_not_the_application() {
    let world = World::start().await;
    let provider = format!("https://login.microsoftonline.us/{TENANT}/v2.0");
    let file = TokenFile::new("fallback-variables", &token_of(&provider));
    let with = |more: &[(&str, &str)]| {
        let mut variables = variables(V2_TENANT, more);
        variables.retain(|(name, _)| *name != setting(V2_TENANT, "SECRET"));
        variables.push(("AZURE_FEDERATED_TOKEN_FILE".to_owned(), file.path()));
        world.backend_with(V2_TENANT, variables)
    };
    let key = setting(V2_TENANT, "KEY");
    let error = with(&[]).unwrap_err();
    assert_eq!((error.code(), error.parameter()), (Code::MissingSetting, Some(key.as_str())));
    assert!(error.message().contains("AZURE_CLIENT_ID"), "{error}");
    assert!(with(&[(&key, DEFAULT_CLIENT_ID)]).is_ok(), "the application by its own variable");
    file.write(&token_of(FEDERATED_ISSUER));
    assert!(with(&[]).is_ok(), "a token of the cluster");
}

#[tokio::test]
async fn a_missing_credential_is_told_with_the_other_mistakes() {
    let world = World::start().await;
    let mut settings = world.settings_without_credential(V2_TENANT);
    settings.push((setting(V2_TENANT, "JWT_LEEWAY"), "long".to_owned()));
    let error = world.backend_with(V2_TENANT, settings.clone()).unwrap_err();
    for name in ["JWT_LEEWAY", "SECRET"] {
        assert!(error.message().contains(&setting(V2_TENANT, name)), "{name}: {error}");
    }
    settings.push((setting(V2_TENANT, "SECRET"), "a secret".to_owned()));
    let error = world.backend_with(V2_TENANT, settings).unwrap_err();
    assert!(!error.message().contains("_SECRET"), "{error}");
}
