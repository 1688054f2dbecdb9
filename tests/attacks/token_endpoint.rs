//! The token endpoint and the network: redirects, size, time, garbage, wrong types.

use authspec::{Code, Recovery, Stage};
use authspec_authority::{Authority, Fault, Reply};
use authspec_tests::{ENTRA, World};
use serde_json::{Value, json};

#[tokio::test]
async fn replies_that_are_no_token_responses() {
    let world = World::start().await;
    let html = "text/html";
    let json = "application/json";
    let big = vec![b' '; 1024 * 1024 + 1];
    let cases: Vec<(&str, Reply, Code)> = vec![
        ("an HTML 500", Reply::new(500, html, "<html></html>"), Code::Unavailable),
        ("an empty 502", Reply::new(502, html, ""), Code::Unavailable),
        ("HTML with 200", Reply::new(200, html, "<html></html>"), Code::MalformedResponse),
        ("an empty 200", Reply::new(200, json, ""), Code::MalformedResponse),
        ("a list", Reply::new(200, json, "[]"), Code::MalformedResponse),
        ("HTML with 400", Reply::new(400, html, "<html></html>"), Code::HttpError),
        (
            "an error with 200",
            Reply::new(200, json, r#"{"error":"invalid_grant"}"#),
            Code::AuthorizationCodeRejected,
        ),
        ("an unknown error", Reply::new(400, json, r#"{"error":"strange"}"#), Code::HttpError),
        (
            "busy",
            Reply::new(400, json, r#"{"error":"temporarily_unavailable"}"#),
            Code::Unavailable,
        ),
        (
            "throttled",
            Reply::new(429, json, "{}").with_header("retry-after", "17"),
            Code::RateLimited,
        ),
        ("over 1 MiB", Reply::new(200, json, big), Code::MalformedResponse),
    ];
    for name in ENTRA.into_iter().chain(["oidc", "github"]) {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        for (what, reply, code) in &cases {
            world.authority.set_fault(Some(Fault::Token(reply.clone())));
            let error = world.sign_in(backend.as_ref()).await.unwrap_err();
            assert_eq!(
                (error.code(), error.stage()),
                (*code, Stage::TokenExchange),
                "{name}, {what}: {error}"
            );
            if *code == Code::RateLimited {
                assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(17));
                assert_eq!(error.recovery(), Recovery::RetryLater);
            }
        }
        world.authority.set_fault(None);
        assert!(world.sign_in(backend.as_ref()).await.is_ok(), "{name}: the control");
    }
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let world = World::start().await;
    let trap = Authority::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        let reply = || {
            Reply::new(status, "text/plain", "")
                .with_header("location", &format!("{}/x", trap.origin()))
        };
        for fault in [Fault::Token(reply()), Fault::Discovery(reply()), Fault::Keys(reply())] {
            let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
            world.authority.set_fault(Some(fault));
            let error = world.sign_in(backend.as_ref()).await.unwrap_err();
            assert_eq!(error.code(), Code::HttpError, "{status}");
        }
    }
    assert_eq!(trap.requests().len(), 0, "nothing reached the other host");
}

#[tokio::test]
async fn a_slow_provider_times_out_and_the_code_is_not_sent_again() {
    let world = World::start().await;
    let backend = world.backend("azuread-oauth2-v2", &[("REQUESTS_TIMEOUT", "1")]);
    world.sign_in(backend.as_ref()).await.unwrap();
    let before = world.requests_to("/token");
    world
        .authority
        .set_fault(Some(Fault::Token(Reply::new(200, "application/json", "{}").delayed(3000))));
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::Timeout, Stage::TokenExchange));
    assert_eq!(world.requests_to("/token"), before + 1);
}

#[tokio::test]
async fn nobody_at_home() {
    let world = World::start().await;
    let more = [("AUTHORITY_HOST", "http://127.0.0.1:1")];
    let backend = world.backend("azuread-oauth2-v2", &more);
    let request = authspec::LogoutRequest::new();
    let error = backend.logout_url(request).await.unwrap_err();
    assert_eq!((error.code(), error.recovery()), (Code::ConnectionFailed, Recovery::RetryLater));
}

#[tokio::test]
async fn members_of_the_wrong_type() {
    let world = World::start().await;
    let wrong: Vec<(&str, Option<Value>, bool)> = vec![
        ("access_token", None, false),
        ("access_token", Some(json!(7)), false),
        ("access_token", Some(json!("")), false),
        ("access_token", Some(json!("a\nb")), false),
        ("access_token", Some(json!("plain")), true),
        ("token_type", Some(json!("mac")), false),
        ("token_type", Some(json!("BEARER")), true),
        ("token_type", None, true),
        ("expires_in", Some(json!("3600")), true),
        ("expires_in", None, true),
        ("expires_in", Some(json!(-1)), false),
        ("expires_in", Some(json!(1e30)), false),
        ("expires_in", Some(json!("soon")), false),
        ("expires_in", Some(json!(10 * 366 * 24 * 3600 + 1)), false),
        ("expires_on", Some(json!("1795431600")), true),
        ("expires_on", Some(json!("tomorrow")), false),
        ("not_before", Some(json!(-1)), false),
        ("id_token", None, false),
        ("id_token", Some(json!("not.a.token!")), false),
        ("id_token", Some(json!("a.b")), false),
        ("refresh_token", Some(json!({})), false),
        ("scope", Some(json!(["openid"])), false),
        ("scope", None, true),
    ];
    for name in ["azuread-oauth2", "azuread-v2-tenant-oauth2"] {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        for (member, value, accepted) in &wrong {
            let change = vec![((*member).to_owned(), value.clone())];
            world.authority.set_fault(Some(Fault::TokenResponse(change)));
            let result = world.sign_in(backend.as_ref()).await;
            assert_eq!(result.is_ok(), *accepted, "{name} {member} {value:?}: {:?}", result.err());
            if let Err(error) = result {
                assert_eq!(error.code(), Code::MalformedResponse, "{name} {member} {value:?}");
            }
        }
    }
}

#[tokio::test]
async fn user_info_about_somebody_else() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    for body in [r#"{"sub":"somebody-else"}"#, r#"{"name":"no subject"}"#] {
        let reply = Reply::new(200, "application/json", body);
        world.authority.set_fault(Some(Fault::UserInfo(reply)));
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!((error.code(), error.stage()), (Code::UserMismatch, Stage::UserInfo));
    }
    world.authority.set_fault(None);
    assert!(world.sign_in(backend.as_ref()).await.is_ok());
}
