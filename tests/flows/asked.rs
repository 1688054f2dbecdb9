//! What one sign-in asks of the provider: sent, and held against the ID token.

use authspec::{Backend, BeginRequest, Callback, Code, Error, Identity, Stage};
use authspec_authority::{Fault, IdTokenFault};
use authspec_tests::{NOW, World, redirect_uri};
use serde_json::{Value, json};

/// A sign-in that asks for more, whose ID token has these claims too.
async fn sign_in(
    world: &World,
    backend: &dyn Backend,
    ask: impl Fn(BeginRequest) -> BeginRequest,
    claims: Value,
) -> Result<Identity, Error> {
    let claims = claims.as_object().unwrap().clone();
    let claims = claims.into_iter().map(|(name, value)| (name, Some(value))).collect();
    world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(claims))));
    let started = backend.begin(ask(BeginRequest::new(redirect_uri(backend)))).await?;
    let callback = world.browse(&started.authorization_url).await;
    backend.complete(&started.transaction, Callback::from_url(&callback)).await
}

async fn url(backend: &dyn Backend, request: BeginRequest) -> Vec<(String, String)> {
    let started = backend.begin(request).await.unwrap();
    let url = url::Url::parse(&started.authorization_url).unwrap();
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

#[tokio::test]
async fn what_is_asked_is_sent_once() {
    let world = World::start().await;
    let arguments = r#"{"prompt":"consent","max_age":"600","acr_values":"low","hd":"x"}"#;
    let backend = world.backend("oidc", &[("AUTH_EXTRA_ARGUMENTS", arguments)]);
    let claims = r#"{"access_token":{"acrs":{"essential":true}}}"#;
    let request = BeginRequest::new(redirect_uri(backend.as_ref()))
        .prompt("select_account login")
        .max_age(3600)
        .acr_values(["gold", "silver"])
        .claims(claims)
        .scope("calendar")
        .scope("openid");
    let sent = url(backend.as_ref(), request).await;
    let values = |name: &str| -> Vec<&str> {
        sent.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect()
    };
    assert_eq!(values("prompt"), ["select_account login"]);
    assert_eq!(values("max_age"), ["600"], "the smaller one");
    assert_eq!(values("acr_values"), ["gold silver"]);
    assert_eq!((values("claims"), values("hd")), (vec![claims], vec!["x"]));
    let scopes: Vec<&str> = values("scope")[0].split(' ').collect();
    assert_eq!(scopes.iter().filter(|scope| **scope == "openid").count(), 1);
    assert_eq!(scopes.last(), Some(&"calendar"));
}

#[tokio::test]
async fn what_is_asked_is_held_against_the_id_token() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let backend = backend.as_ref();
    let age = |request: BeginRequest| request.max_age(60);
    let acr = |request: BeginRequest| request.acr_values(["gold", "silver"]);
    let claims = |request: BeginRequest| {
        request.claims(r#"{"id_token":{"acrs":{"essential":true,"value":"c1"},"nickname":null}}"#)
    };
    let plain = |request: BeginRequest| request;
    let old = json!({ "auth_time": NOW - 300 });
    assert!(sign_in(&world, backend, plain, old.clone()).await.is_ok());
    assert!(sign_in(&world, backend, age, json!({ "auth_time": NOW - 30 })).await.is_ok());
    let error = sign_in(&world, backend, age, old).await.unwrap_err();
    assert_eq!((error.code(), error.parameter()), (Code::InvalidClaim, Some("auth_time")));
    assert!(sign_in(&world, backend, acr, json!({ "acr": "silver" })).await.is_ok());
    let error = sign_in(&world, backend, acr, json!({ "acr": "bronze" })).await.unwrap_err();
    assert_eq!((error.code(), error.parameter()), (Code::InvalidClaim, Some("acr")));
    assert!(error.message().contains("is `bronze`, expected one of `gold`, `silver`"), "{error}");
    assert!(sign_in(&world, backend, claims, json!({ "acrs": ["c0", "c1"] })).await.is_ok());
    let error = sign_in(&world, backend, claims, json!({ "acrs": ["c0"] })).await.unwrap_err();
    assert_eq!((error.code(), error.parameter()), (Code::InvalidClaim, Some("acrs")));
    let error = sign_in(&world, backend, claims, json!({})).await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::MissingClaim, Stage::TokenValidation));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_at_begin() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let plain = || BeginRequest::new(redirect_uri(backend.as_ref()));
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(5000));
    for (request, parameter) in [
        (plain().prompt("none login"), "prompt"),
        (plain().prompt("login&x=1"), "prompt"),
        (plain().prompt(""), "prompt"),
        (plain().claims("[]"), "claims"),
        (plain().claims("c1"), "claims"),
        (plain().claims(long), "claims"),
        (plain().scope("two scopes"), "scope"),
        (plain().scope(""), "scope"),
        (plain().acr_values(["a b"]), "acr_values"),
    ] {
        let error = backend.begin(request).await.unwrap_err();
        let found = (error.code(), error.stage(), error.parameter());
        assert_eq!(found, (Code::InvalidParameter, Stage::Begin, Some(parameter)));
    }
    assert!(backend.begin(plain().prompt("none").claims("{}").scope("a:b")).await.is_ok());
    let github = world.backend("github", &[]);
    let plain = || BeginRequest::new(redirect_uri(github.as_ref()));
    assert!(github.begin(plain().prompt("select_account").scope("repo")).await.is_ok());
    for request in [plain().max_age(1), plain().acr_values(["x"]), plain().claims("{}")] {
        let error = github.begin(request).await.unwrap_err();
        assert_eq!(error.code(), Code::UnsupportedFeature);
    }
}
