//! Two families that are not Microsoft's: any OpenID provider, and plain OAuth 2.0.

use authspec::{Callback, Client, Code, ProviderSettings as _, Stage};
use authspec_authority::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Fault, Reply};
use authspec_catalog::{GitHub, GitHubSettings, OpenIdConnect, OpenIdConnectSettings};
use authspec_tests::World;

#[tokio::test]
async fn an_openid_provider_by_discovery_alone() {
    let world = World::start().await;
    let origin = world.authority.origin();
    let settings = OpenIdConnectSettings::default()
        .key(DEFAULT_CLIENT_ID)
        .secret(DEFAULT_CLIENT_SECRET)
        .oidc_endpoint(format!("{origin}/oidc"));
    let client = Client::<OpenIdConnect>::with_runtime(settings, &world.runtime(vec![])).unwrap();
    let started = client.begin("https://app.example/complete/oidc/").await.unwrap();
    let callback = world.browse(&started.authorization_url).await;
    let identity =
        client.complete(&started.transaction, Callback::from_url(&callback)).await.unwrap();
    assert_eq!(identity.uid, identity.claims.sub);
    assert_eq!(identity.claims.iss, format!("{origin}/oidc"));
    assert_eq!(identity.details.email_verified, identity.claims.email_verified);
    assert!(identity.details.email.is_some());
    let token_request = world
        .authority
        .requests()
        .into_iter()
        .find(|request| request.path == "/oidc/token")
        .unwrap();
    assert!(token_request.header("authorization").unwrap().starts_with("Basic "));
    assert_eq!(token_request.form_value("client_secret"), None);
}

#[tokio::test]
async fn another_issuer_than_the_configured_one_is_refused_before_anything_is_sent() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    assert!(world.sign_in(backend.as_ref()).await.is_ok());
    let body =
        r#"{"issuer":"https://evil.example","authorization_endpoint":"https://evil.example/a"}"#;
    world.authority.set_fault(Some(Fault::Discovery(Reply::new(200, "application/json", body))));
    let backend = world.backend("oidc", &[]);
    let error = world.to_callback(backend.as_ref()).await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::MalformedResponse, Stage::Begin));
    assert_eq!(error.parameter(), Some("issuer"));
}

#[tokio::test]
async fn github_asks_for_the_verified_address() {
    let world = World::start().await;
    world.authority.sign_in_as("octo");
    let origin = world.authority.origin();
    let settings = GitHubSettings::default()
        .key(DEFAULT_CLIENT_ID)
        .secret(DEFAULT_CLIENT_SECRET)
        .authority_host(&origin)
        .api_url(&origin);
    let client = Client::<GitHub>::with_runtime(settings, &world.runtime(vec![])).unwrap();
    let started = client.begin("https://app.example/complete/github/").await.unwrap();
    let callback = world.browse(&started.authorization_url).await;
    let identity =
        client.complete(&started.transaction, Callback::from_url(&callback)).await.unwrap();
    assert_eq!(identity.uid, "583231");
    assert_eq!(identity.claims.id, 583_231);
    assert_eq!(identity.details.email.as_deref(), Some("octo@mail.example"));
    assert_eq!(identity.details.email_verified, Some(true));
    assert_eq!(identity.details.first_name.as_deref(), Some("Octo"));
    assert_eq!(identity.details.last_name.as_deref(), Some("Cat Smith"));
}

#[tokio::test]
async fn github_without_the_scope_for_addresses_still_signs_in() {
    let world = World::start().await;
    world.authority.sign_in_as("octo");
    let backend =
        world.backend("github", &[("SCOPE", "read:user"), ("IGNORE_DEFAULT_SCOPE", "true")]);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    assert_eq!(identity.details.email, None);
    assert_eq!(identity.details.email_verified, None);
}

#[tokio::test]
async fn github_says_errors_with_status_200() {
    let world = World::start().await;
    world.authority.sign_in_as("octo");
    let backend = world.backend("github", &[]);
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let callback = Callback::from_url(&callback);
    assert!(backend.complete(&started.transaction, callback.clone()).await.is_ok());
    // Another process has not seen the sign-in, the provider has seen its code.
    let elsewhere = world.backend("github", &[]);
    let error = elsewhere.complete(&started.transaction, callback).await.unwrap_err();
    assert_eq!(
        (error.code(), error.stage()),
        (Code::AuthorizationCodeRejected, Stage::TokenExchange)
    );
}
