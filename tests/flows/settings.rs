//! Settings: typed, by name, through serde; every mistake at once, before any request.

use authspec::settings::{COMMON, Resolved, SettingIssue};
use authspec::{
    BeginRequest, Client, Code, Environment, Error, Provider as _, ProviderSettings as _,
};
use authspec_azuread::{AzureAdB2cOAuth2, AzureAdB2cOAuth2Settings, AzureAdTenantOAuth2Settings};
use authspec_tests::{World, setting};
use url::Url;

fn refused(world: &World, name: &str, more: &[(&str, &str)]) -> Error {
    let mut variables = world.settings(name);
    variables.extend(more.iter().map(|(key, value)| (setting(name, key), (*value).to_owned())));
    world.backend_with(name, variables).expect_err("settings that are refused")
}

async fn authorization_url(world: &World, name: &str, more: &[(&str, &str)]) -> Url {
    let backend = world.backend(name, more);
    let request = BeginRequest::new("https://app.example/cb");
    Url::parse(&backend.begin(request).await.unwrap().authorization_url).unwrap()
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn defaults_are_microsofts_own_hosts() {
    let world = World::start().await;
    for (name, expected) in [
        ("azuread-oauth2", "https://login.microsoftonline.com/common/oauth2/authorize"),
        ("azuread-oauth2-v2", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"),
        ("azuread-tenant-oauth2", "https://login.microsoftonline.com/common/oauth2/authorize"),
        (
            "azuread-v2-tenant-oauth2",
            "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        ),
        (
            "azuread-b2c-oauth2",
            "https://fabrikamb2c.b2clogin.com/fabrikamb2c.onmicrosoft.com/oauth2/v2.0/authorize",
        ),
    ] {
        let mut variables = vec![
            (setting(name, "KEY"), "client".to_owned()),
            (setting(name, "SECRET"), "secret".to_owned()),
        ];
        if name.contains("tenant") {
            variables.push((setting(name, "TENANT_ID"), "common".to_owned()));
        }
        if name.contains("b2c") {
            variables.push((setting(name, "TENANT_NAME"), "fabrikamb2c".to_owned()));
            variables.push((setting(name, "POLICY"), "B2C_1_flow".to_owned()));
        }
        let backend = world.backend_with(name, variables).unwrap();
        let request = BeginRequest::new("https://app.example/cb");
        let url = backend.begin(request).await.unwrap().authorization_url;
        assert!(url.starts_with(expected), "{url}");
    }
}

#[tokio::test]
async fn clouds_and_spellings_of_the_authority() {
    let world = World::start().await;
    for (value, origin) in [
        ("AZURE_GOVERNMENT", "https://login.microsoftonline.us"),
        ("azure_china", "https://login.partner.microsoftonline.cn"),
        ("login.example", "https://login.example"),
        ("https://login.example/", "https://login.example"),
        ("login.example:8443", "https://login.example:8443"),
        ("http://localhost:1234", "http://localhost:1234"),
    ] {
        let url =
            authorization_url(&world, "azuread-v2-tenant-oauth2", &[("AUTHORITY_HOST", value)])
                .await;
        assert_eq!(url.origin().ascii_serialization(), origin);
    }
    for value in ["http://login.example", "login.example/x", "a@b", "https://u:p@login.example"] {
        let error = refused(&world, "azuread-oauth2", &[("AUTHORITY_HOST", value)]);
        assert_eq!(error.code(), Code::InvalidSetting, "{value}");
        assert_eq!(error.parameter(), Some("SOCIAL_AUTH_AZUREAD_OAUTH2_AUTHORITY_HOST"));
    }
}

#[tokio::test]
async fn a_policy_begins_with_b2c() {
    let world = World::start().await;
    let name = "azuread-b2c-oauth2";
    for good in ["b2c_1_flow", "B2C_1A_CUSTOM", "B2c_x"] {
        authorization_url(&world, name, &[("POLICY", good)]).await;
    }
    for bad in ["flow", "b2c", "1b2c_x", "b2c_a/b", "b2c_a&b"] {
        let error = refused(&world, name, &[("POLICY", bad)]);
        assert_eq!(error.code(), Code::InvalidSetting, "{bad}");
        assert!(error.message().contains("SOCIAL_AUTH_AZUREAD_B2C_OAUTH2_POLICY"), "{error}");
    }
    assert_eq!(world.authority.requests().len(), 0, "no request was sent");
}

#[tokio::test]
async fn resource_on_v2_says_which_scope_to_set() {
    let world = World::start().await;
    for name in ["azuread-oauth2-v2", "azuread-v2-tenant-oauth2"] {
        let error = refused(&world, name, &[("RESOURCE", "https://graph.microsoft.com")]);
        assert_eq!(error.code(), Code::InvalidSetting);
        assert_eq!(error.parameter(), Some(setting(name, "RESOURCE").as_str()));
        assert!(error.message().contains("https://graph.microsoft.com/.default"), "{error}");
        assert!(error.message().contains(&setting(name, "SCOPE")), "{error}");
    }
    for name in ["azuread-oauth2", "azuread-tenant-oauth2", "azuread-b2c-oauth2"] {
        let resource = [("RESOURCE", "https://graph.microsoft.com")];
        let url = authorization_url(&world, name, &resource).await;
        assert_eq!(query(&url, "resource").as_deref(), Some("https://graph.microsoft.com"));
    }
}

#[tokio::test]
async fn tenant_id_on_the_common_backends_is_ignored_with_a_warning() {
    let world = World::start().await;
    for name in ["azuread-oauth2", "azuread-oauth2-v2"] {
        let backend = world.backend(name, &[("TENANT_ID", "contoso.onmicrosoft.com")]);
        let warned: Vec<&str> =
            backend.warnings().iter().map(|warning| warning.parameter.as_str()).collect();
        assert_eq!(warned, [setting(name, "TENANT_ID"), setting(name, "ALLOWED_TENANTS")]);
        assert!(backend.warnings()[1].message.contains("anybody"), "{:?}", backend.warnings());
        let url = authorization_url(&world, name, &[("TENANT_ID", "contoso.example")]).await;
        assert!(url.path().starts_with("/common/"), "{url}");
    }
}

#[tokio::test]
async fn scopes_are_added_or_replaced() {
    let world = World::start().await;
    for (name, scopes) in [
        ("azuread-oauth2", "openid profile user_impersonation email"),
        ("azuread-oauth2-v2", "openid profile email offline_access User.Read"),
        ("azuread-tenant-oauth2", "openid profile user_impersonation email"),
        ("azuread-v2-tenant-oauth2", "openid profile email offline_access"),
        ("azuread-b2c-oauth2", "openid email offline_access"),
    ] {
        let url = authorization_url(&world, name, &[]).await;
        assert_eq!(query(&url, "scope").as_deref(), Some(scopes));
        let url = authorization_url(&world, name, &[("SCOPE", "Mail.Read openid")]).await;
        assert_eq!(query(&url, "scope"), Some(format!("{scopes} Mail.Read")));
        let only = [("SCOPE", r#"["openid"]"#), ("IGNORE_DEFAULT_SCOPE", "1")];
        let url = authorization_url(&world, name, &only).await;
        assert_eq!(query(&url, "scope").as_deref(), Some("openid"));
    }
}

#[tokio::test]
async fn extra_arguments_are_added_and_cannot_weaken() {
    let world = World::start().await;
    let name = "azuread-v2-tenant-oauth2";
    let hint = [("AUTH_EXTRA_ARGUMENTS", r#"{"prompt":"select_account"}"#)];
    let url = authorization_url(&world, name, &hint).await;
    assert_eq!(query(&url, "prompt").as_deref(), Some("select_account"));
    for parameter in ["state", "redirect_uri", "nonce", "code_challenge_method"] {
        let value = format!(r#"{{"{parameter}":"x"}}"#);
        let backend = world.backend(name, &[("AUTH_EXTRA_ARGUMENTS", &value)]);
        let request = BeginRequest::new("https://app.example/cb");
        let error = backend.begin(request).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidSetting, "{parameter}");
    }
}

#[tokio::test]
async fn every_mistake_comes_at_once() {
    let world = World::start().await;
    let name = "azuread-b2c-oauth2";
    let variables = vec![
        (setting(name, "POLICY"), "flow".to_owned()),
        (setting(name, "JWT_LEEWAY"), "301".to_owned()),
    ];
    let error = world.backend_with(name, variables).err().unwrap();
    assert_eq!(error.code(), Code::MissingSetting);
    for wrong in ["KEY", "TENANT_NAME", "POLICY", "JWT_LEEWAY"] {
        assert!(error.message().contains(&setting(name, wrong)), "{wrong} in {error}");
    }
}

#[tokio::test]
async fn leeway_is_bounded() {
    let world = World::start().await;
    let error = refused(&world, "azuread-oauth2", &[("JWT_LEEWAY", "301")]);
    assert_eq!(error.code(), Code::InvalidSetting);
    world.backend("azuread-oauth2", &[("JWT_LEEWAY", "300")]);
}

#[test]
fn typed_settings_come_from_serde_and_a_builder() {
    let json = r#"{"KEY":"client","SECRET":"s3cret","tenant_id":"common","scope":["a"]}"#;
    let settings: AzureAdTenantOAuth2Settings = serde_json::from_str(json).unwrap();
    assert_eq!(settings.common.key.as_deref(), Some("client"));
    assert_eq!(settings.tenant_id.as_deref(), Some("common"));
    assert!(!format!("{settings:?}").contains("s3cret"));
    let built = AzureAdB2cOAuth2Settings::default()
        .key("client")
        .tenant_name("fabrikamb2c")
        .policy("b2c_1_x");
    assert_eq!(built.policy.as_deref(), Some("b2c_1_x"));
    let wrong =
        serde_json::from_str::<AzureAdTenantOAuth2Settings>(r#"{"KEY":"c","tennant_id":"x"}"#);
    assert!(wrong.unwrap_err().to_string().contains("did you mean `tenant_id`?"));
}

authspec::provider! {
    /// A provider whose tenant may be named.
    pub struct NamedTenant from "specs/named-tenant.toml";
}

/// The authorization URL and the warnings of one set of variables: by name, typed from the environment,
/// and typed by serde.
async fn three_ways(variables: &[(&str, &str)]) -> [(String, Vec<String>); 3] {
    let variables = variables.iter().copied().chain([
        ("SOCIAL_AUTH_NAMED_TENANT_KEY", "client"),
        ("SOCIAL_AUTH_NAMED_TENANT_SECRET", "secret"),
    ]);
    let environment = Environment::from_pairs(variables.clone());
    let world = World::start().await;
    let pairs = variables.clone().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let runtime = world.runtime(pairs.collect());
    let raw = environment.settings_of(NamedTenant::DESCRIPTOR);
    let by_name = authspec::backend(NamedTenant::DESCRIPTOR, &raw, &runtime).unwrap();
    let typed = NamedTenantSettings::from_environment(&environment).unwrap();
    let typed = Client::<NamedTenant>::with_runtime(typed, &runtime).unwrap();
    let document: serde_json::Map<String, serde_json::Value> = variables
        .map(|(name, value)| {
            let name = name.trim_start_matches("SOCIAL_AUTH_").trim_start_matches("NAMED_TENANT_");
            (name.to_owned(), value.into())
        })
        .collect();
    let written: NamedTenantSettings = serde_json::from_value(document.into()).unwrap();
    let written = Client::<NamedTenant>::with_runtime(written, &runtime).unwrap();
    let warned =
        |warnings: &[SettingIssue]| warnings.iter().map(|one| one.parameter.clone()).collect();
    let request = || BeginRequest::new("https://app.example/cb");
    let path = |url: String| Url::parse(&url).unwrap().path().to_owned();
    [
        (
            path(by_name.begin(request()).await.unwrap().authorization_url),
            warned(by_name.warnings()),
        ),
        (path(typed.begin(request()).await.unwrap().authorization_url), warned(typed.warnings())),
        (
            path(written.begin(request()).await.unwrap().authorization_url),
            warned(written.warnings()),
        ),
    ]
}

#[tokio::test]
async fn a_named_tenant_is_the_same_by_name_and_typed() {
    for (value, path) in [
        (Some("MAIN_TENANT"), "/contoso.example/authorize"),
        (Some("fabrikam.example"), "/fabrikam.example/authorize"),
        (None, "/common/authorize"),
    ] {
        let variables = value.map(|value| ("SOCIAL_AUTH_NAMED_TENANT_TENANT_ID", value));
        for (url, warnings) in three_ways(variables.as_slice()).await {
            assert_eq!((url.as_str(), warnings.len()), (path, 0), "{value:?}");
        }
    }
}

#[tokio::test]
async fn a_warning_names_the_variable_that_is_set() {
    let variables = [("SOCIAL_AUTH_REGION", "eu"), ("SOCIAL_AUTH_NAMED_TENANT_ID_KEY", "email")];
    let [(_, by_name), (_, typed), (_, written)] = three_ways(&variables).await;
    assert_eq!(by_name, ["SOCIAL_AUTH_REGION", "SOCIAL_AUTH_NAMED_TENANT_ID_KEY"]);
    assert_eq!(typed, by_name);
    let own = ["SOCIAL_AUTH_NAMED_TENANT_REGION", "SOCIAL_AUTH_NAMED_TENANT_ID_KEY"];
    assert_eq!(written, own, "a document has no variables");
    let shared = [("SOCIAL_AUTH_ID_KEY", "email")];
    let [(_, by_name), (_, typed), _] = three_ways(&shared).await;
    assert_eq!((by_name[0].as_str(), typed), ("SOCIAL_AUTH_ID_KEY", by_name.clone()));
}

#[test]
fn a_changed_field_replaces_what_was_read_and_the_others_keep_their_variables() {
    let environment = Environment::from_pairs([
        ("SOCIAL_AUTH_KEY", "client"),
        ("SOCIAL_AUTH_ID_KEY", "email"),
        ("SOCIAL_AUTH_NAMED_TENANT_TENANT_ID", "MAIN_TENANT"),
    ]);
    let settings = NamedTenantSettings::from_environment(&environment).unwrap();
    assert_eq!(settings.tenant_id.as_deref(), Some("contoso.example"));
    let kept = settings.clone().resolve().unwrap();
    assert_eq!(kept.full_name("tenant_id"), "SOCIAL_AUTH_NAMED_TENANT_TENANT_ID");
    let changed = settings.clone().tenant_id("fabrikam.example").resolve().unwrap();
    assert_eq!(changed.text("tenant_id"), Some("fabrikam.example"));
    assert_eq!(changed.full_name("id_key"), "SOCIAL_AUTH_ID_KEY");
    let mut removed = settings;
    removed.tenant_id = None;
    removed.common.id_key = None;
    let removed = removed.resolve().unwrap();
    assert_eq!(removed.text("tenant_id"), Some("common"), "the default again");
    assert!(removed.warnings().is_empty());
}

/// Every value of a backend's settings, as the runtime reads it.
fn values(settings: &Resolved) -> Vec<String> {
    let names = COMMON.iter().chain(AzureAdB2cOAuth2::DESCRIPTOR.settings).map(|one| one.name);
    names
        .map(|name| {
            let text = settings.text(name).or(settings.secret(name).map(authspec::Secret::expose));
            let (list, map, path) = (settings.list(name), settings.map(name), settings.path(name));
            let (number, on) = (settings.integer(name), settings.is_on(name));
            format!("{name}: {text:?} {list:?} {map:?} {path:?} {number:?} {on}")
        })
        .collect()
}

#[test]
fn environment_builder_and_serde_give_the_same_settings() {
    let written = [
        ("KEY", "client"),
        ("SECRET", "a secret"),
        ("SCOPE", "a b, c"),
        ("IGNORE_DEFAULT_SCOPE", "yes"),
        ("AUTH_EXTRA_ARGUMENTS", r#"{"prompt":"login"}"#),
        ("JWT_LEEWAY", "7"),
        ("AUTHORITY_HOST", "https://login.shop.example/"),
        ("TENANT_NAME", "fabrikamb2c"),
        ("POLICY", "B2C_1_flow"),
        ("FEDERATED_TOKEN_FILE", "/run/token"),
    ];
    let variables = written.map(|(name, value)| (setting("azuread-b2c-oauth2", name), value));
    let read = AzureAdB2cOAuth2Settings::from_environment(&Environment::from_pairs(variables));
    let document = serde_json::json!({
        "KEY": "client", "SECRET": "a secret", "SCOPE": ["a b", "c"], "IGNORE_DEFAULT_SCOPE": true,
        "AUTH_EXTRA_ARGUMENTS": {"prompt": "login"}, "JWT_LEEWAY": 7,
        "AUTHORITY_HOST": "login.shop.example", "TENANT_NAME": "fabrikamb2c",
        "POLICY": "B2C_1_flow", "FEDERATED_TOKEN_FILE": "/run/token",
    });
    let deserialized = serde_json::from_value::<AzureAdB2cOAuth2Settings>(document);
    let mut built = AzureAdB2cOAuth2Settings::default()
        .key("client")
        .secret("a secret")
        .scope(["a b", "c"])
        .authority_host("login.shop.example")
        .tenant_name("fabrikamb2c")
        .policy("B2C_1_flow")
        .federated_token_file("/run/token");
    built.common.ignore_default_scope = Some(true);
    built.common.jwt_leeway = Some(7);
    let prompt = ("prompt".to_owned(), "login".to_owned());
    built.common.auth_extra_arguments = Some([prompt].into());
    let built = values(&built.resolve().unwrap());
    assert!(built.iter().any(|one| one.contains(r#"authority_host: Some("https://login.shop"#)));
    assert_eq!(values(&read.unwrap().resolve().unwrap()), built);
    assert_eq!(values(&deserialized.unwrap().resolve().unwrap()), built);
}
