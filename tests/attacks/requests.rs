//! What this side sends: fresh values, the right verifier, one credential in its place.

use std::collections::BTreeSet;

use authspec::{BeginRequest, Callback, Code, Stage};
use authspec_authority::{AuthorizeError, Client, Fault, IdTokenFault, RecordedRequest};
use authspec_tests::{ENTRA, NOW, World, redirect_uri};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::attack::word;

const EVERY: [&str; 7] = [ENTRA[0], ENTRA[1], ENTRA[2], ENTRA[3], ENTRA[4], "oidc", "github"];

fn token_requests(world: &World) -> Vec<RecordedRequest> {
    let requests = world.authority.requests();
    requests.into_iter().filter(|request| request.form_value("grant_type").is_some()).collect()
}

fn authorization_requests(world: &World) -> Vec<RecordedRequest> {
    let requests = world.authority.requests();
    requests.into_iter().filter(|request| request.query_value("response_type").is_some()).collect()
}

#[tokio::test]
async fn every_verifier_fits_its_challenge_and_none_comes_twice() {
    let world = World::start().await;
    for name in EVERY {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        for _ in 0..5 {
            world.sign_in(backend.as_ref()).await.unwrap();
        }
    }
    let (asked, redeemed) = (authorization_requests(&world), token_requests(&world));
    assert_eq!((asked.len(), redeemed.len()), (35, 35));
    let mut seen = BTreeSet::new();
    for (asked, redeemed) in asked.iter().zip(&redeemed) {
        let verifier = redeemed.form_value("code_verifier").unwrap();
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        assert_eq!(asked.query_value("code_challenge"), Some(challenge.as_str()));
        assert_eq!(asked.query_value("code_challenge_method"), Some("S256"));
        assert!((43..=128).contains(&verifier.len()));
        assert_eq!(asked.query_value("redirect_uri"), redeemed.form_value("redirect_uri"));
        let is_github = asked.path.contains("login/oauth");
        assert_eq!(asked.query_value("nonce").is_none(), is_github);
        let fresh = [asked.query_value("state"), asked.query_value("nonce"), Some(verifier)];
        for value in fresh.into_iter().flatten() {
            assert!(value.len() >= 43 && seen.insert(value.to_owned()), "`{value}` came twice");
        }
    }
}

#[tokio::test]
async fn a_secret_is_sent_once_and_never_in_a_url() {
    let world = World::start().await;
    for name in EVERY {
        world.usual_user(name);
        world.sign_in(world.backend(name, &[]).as_ref()).await.unwrap();
    }
    for request in world.authority.requests() {
        for (name, _) in &request.query {
            let secret = ["client_secret", "client_assertion", "access_token", "code_verifier"];
            assert!(!secret.contains(&name.as_str()), "{name} in the query of {}", request.path);
        }
        if request.form_value("grant_type").is_some() {
            let ways = [
                request.form_value("client_secret"),
                request.form_value("client_assertion"),
                request.header("authorization"),
            ];
            assert_eq!(ways.iter().flatten().count(), 1, "{}", request.path);
        }
        if request.path.ends_with("/userinfo") || request.path.starts_with("/user") {
            assert!(request.header("authorization").is_some(), "{}", request.path);
        }
    }
}

#[tokio::test]
async fn odd_secrets_arrive_whole() {
    let world = World::start().await;
    let odd = "a:b+c%/é &=\u{1f511}";
    world.authority.register(Client { secret: Some(odd.to_owned()), ..Client::default() });
    for name in ["oidc", "azuread-oauth2-v2"] {
        let right = world.backend(name, &[("SECRET", odd)]);
        assert!(world.sign_in(right.as_ref()).await.is_ok(), "{name}");
        let wrong = world.backend(name, &[("SECRET", "a:b+c%/é &=")]);
        let error = world.sign_in(wrong.as_ref()).await.unwrap_err();
        assert_eq!(word(&error), (Code::InvalidSetting, Stage::TokenExchange), "{name}");
    }
}

#[tokio::test]
async fn what_was_granted_is_what_the_provider_says() {
    let world = World::start().await;
    let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
    for (sent, seen) in [
        (Some(json!("openid")), Some("openid")),
        (Some(json!("")), Some("")),
        (Some(json!(["openid", "email"])), Some("openid email")),
        (Some(json!(7)), None),
        (None, Some("openid profile email offline_access")),
    ] {
        let fault = Fault::TokenResponse(vec![("scope".to_owned(), sent)]);
        world.authority.set_fault(Some(fault));
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(identity.tokens.scope.as_deref(), seen);
    }
}

#[tokio::test]
async fn tokens_of_a_callback_are_nobodys() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let callback = format!("{callback}&id_token=e30.e30.e30&access_token=theirs&token_type=mac");
    let identity =
        backend.complete(&started.transaction, Callback::from_url(&callback)).await.unwrap();
    assert_ne!(identity.tokens.access_token.unwrap().expose(), "theirs");
    assert_ne!(identity.tokens.id_token.unwrap().expose(), "e30.e30.e30");
}

#[tokio::test]
async fn an_age_that_was_asked_for_is_checked() {
    let world = World::start().await;
    let arguments = |json| [("AUTH_EXTRA_ARGUMENTS", json)];
    let young = world.backend("oidc", &arguments(r#"{"max_age":"60"}"#));
    let known = world.backend("oidc", &arguments(r#"{"acr_values":"urn:mfa urn:pwd"}"#));
    let missing = (Code::MissingClaim, Stage::TokenValidation);
    let invalid = (Code::InvalidClaim, Stage::TokenValidation);
    for (backend, claim, value, refusal) in [
        (&young, "auth_time", Some(json!(NOW - 120)), None),
        (&young, "auth_time", Some(json!(NOW - 121)), Some(invalid)),
        (&young, "auth_time", Some(json!("now")), Some(invalid)),
        (&young, "auth_time", None, Some(missing)),
        (&known, "acr", Some(json!("urn:pwd")), None),
        (&known, "acr", Some(json!("urn:pw")), Some(invalid)),
        (&known, "acr", None, Some(missing)),
    ] {
        let change = vec![(claim.to_owned(), value.clone())];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(change))));
        let result = world.sign_in(backend.as_ref()).await;
        assert_eq!(result.err().as_ref().map(word), refusal, "{claim} {value:?}");
    }
}

/// Asks the provider to answer in a form.
pub const FORM_POST: &[(&str, &str)] =
    &[("AUTH_EXTRA_ARGUMENTS", r#"{"response_mode":"form_post"}"#)];

/// The page that posts itself, as a form body.
pub async fn form_body(world: &World, url: &str) -> String {
    let page = world.open(url).await;
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for input in page.split("<input ").skip(1) {
        let attribute = |name: &str| {
            let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap_or_default();
            rest.split('"').next().unwrap_or_default().replace("&amp;", "&")
        };
        if attribute("type") == "hidden" {
            body.append_pair(&attribute("name"), &attribute("value"));
        }
    }
    body.finish()
}

#[tokio::test]
async fn a_form_is_as_good_as_a_query() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc"]) {
        world.usual_user(name);
        let backend = world.backend(name, FORM_POST);
        let request = || BeginRequest::new(redirect_uri(backend.as_ref()));
        let started = backend.begin(request()).await.unwrap();
        let body = form_body(&world, &started.authorization_url).await;
        let posted = |body: &str| Callback::from_form(&redirect_uri(backend.as_ref()), body);
        let identity = backend.complete(&started.transaction, posted(&body)).await;
        assert!(identity.is_ok(), "{name}: {:?}", identity.err());

        // And a refusal, which must be shown.
        let started = backend.begin(request()).await.unwrap();
        world.authority.decline(AuthorizeError::login_required());
        let body = form_body(&world, &started.authorization_url).await;
        let error = backend.complete(&started.transaction, posted(&body)).await.unwrap_err();
        assert_eq!(word(&error), (Code::ReauthenticationRequired, Stage::Callback), "{name}");
    }
}

#[tokio::test]
async fn an_offline_provider_serves_no_application_on_the_web() {
    let world = World::start().await;
    let origin = world.authority.origin();
    for (redirect_uri, is_good) in [
        ("https://app.example/complete/oidc/", false),
        ("https://localhost/complete/oidc/", false),
        ("http://localhost/complete/oidc/", true),
        ("http://127.0.0.1:8000/complete/oidc/", true),
    ] {
        let backend = world.backend("oidc", &[("OFFLINE_PROVIDER", &origin)]);
        let begun = backend.begin(BeginRequest::new(redirect_uri)).await;
        assert_eq!(begun.is_ok(), is_good, "{redirect_uri}: {begun:?}");
        if let Err(error) = begun {
            assert_eq!((error.code(), error.stage()), (Code::InvalidSetting, Stage::Begin));
            assert_eq!(error.parameter(), Some("SOCIAL_AUTH_OIDC_OFFLINE_PROVIDER"));
        }
    }
    // Without the setting the web may ask.
    let backend = world.backend("oidc", &[]);
    assert!(backend.begin(BeginRequest::new("https://app.example/complete/oidc/")).await.is_ok());
}

#[tokio::test]
async fn a_redirect_uri_leads_to_this_application() {
    let world = World::start().await;
    let name = "azuread-oauth2-v2";
    let free = world.backend(name, &[]);
    let listed = world.backend(name, &[("REDIRECT_HOSTS", "app.example,localhost")]);
    for (uri, is_good, is_listed) in [
        ("https://app.example/complete/x/", true, true),
        ("https://APP.example:8443/complete/x/", true, true),
        ("http://localhost:8000/complete/x/", true, true),
        ("http://127.0.0.1:8000/complete/x/", true, false),
        ("https://evil.example/complete/x/", true, false),
        ("https://app.example.evil.example/complete/x/", true, false),
        ("http://app.example/complete/x/", false, false),
        ("http://10.0.0.1/complete/x/", false, false),
        ("https://user:hunter2@app.example/complete/x/", false, false),
        ("https://user@app.example/complete/x/", false, false),
        ("https://app.example/complete/x/#part", false, false),
        ("/complete/x/", false, false),
        ("javascript:alert(1)", false, false),
        ("", false, false),
    ] {
        for (backend, is_good) in [(&free, is_good), (&listed, is_listed)] {
            let result = backend.begin(BeginRequest::new(uri)).await;
            assert_eq!(result.is_ok(), is_good, "{uri}: {result:?}");
            if let Err(error) = result {
                assert_eq!(word(&error), (Code::InvalidParameter, Stage::Begin), "{uri}");
                assert_eq!(error.parameter(), Some("redirect_uri"), "{uri}");
                assert!(!error.message().contains("hunter2"), "no password is shown");
            }
        }
    }
}

#[tokio::test]
async fn a_code_that_was_asked_for_in_a_form_does_not_come_in_a_url() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc"]) {
        world.usual_user(name);
        let backend = world.backend(name, FORM_POST);
        let home = redirect_uri(backend.as_ref());
        let started = backend.begin(BeginRequest::new(home.as_str())).await.unwrap();
        let body = form_body(&world, &started.authorization_url).await;
        let error = backend.complete(&started.transaction, Callback::new(&home, &body)).await;
        let error = error.unwrap_err();
        assert_eq!(word(&error), (Code::InvalidParameter, Stage::Callback), "{name}");
        assert_eq!(error.parameter(), Some("response_mode"), "{name}");
        let posted =
            backend.complete(&started.transaction, Callback::from_form(&home, &body)).await;
        assert!(posted.is_ok(), "{name}: {:?}", posted.err());
        // And the other way round.
        let backend = world.backend(name, &[]);
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let (_, query) = callback.split_once('?').unwrap();
        let form = Callback::from_form(&home, query);
        let error = backend.complete(&started.transaction, form).await.unwrap_err();
        assert_eq!(error.parameter(), Some("response_mode"), "{name}");
        let get = backend.complete(&started.transaction, Callback::from_url(&callback)).await;
        assert!(get.is_ok(), "{name}");
    }
}

/// Discovery, keys, tokens, user information and further calls: a small compressed body could become a
/// large one (RFC 9110 section 12.5.3).
#[tokio::test]
async fn every_request_refuses_compression() {
    let world = World::start().await;
    for name in EVERY {
        world.usual_user(name);
        world.sign_in(world.backend(name, &[]).as_ref()).await.unwrap();
    }
    let requests = world.authority.requests();
    // The browser's own are not this side's.
    let sent: Vec<_> =
        requests.iter().filter(|request| request.query_value("response_type").is_none()).collect();
    for end in ["/openid-configuration", "/keys", "/token", "/userinfo", "/user", "/user/emails"] {
        assert!(sent.iter().any(|request| request.path.ends_with(end)), "{end}");
    }
    for request in sent {
        assert_eq!(request.header("accept-encoding"), Some("identity"), "{}", request.path);
    }
}
