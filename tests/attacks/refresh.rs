//! Refresh tokens: the same user, and one request however many ask.

use std::sync::Arc;

use authspec::{Backend, Code, Error, RefreshRequest, Stage};
use authspec_authority::{DEFAULT_CLIENT_ID, Fault, IdTokenFault};
use authspec_tests::{ENTRA, NOW, World};
use serde_json::{Value, json};

use crate::attack::word;

#[tokio::test]
async fn a_refreshed_token_is_about_the_same_user() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc"]) {
        let scope: &[(&str, &str)] =
            if name == "oidc" { &[("SCOPE", "offline_access")] } else { &[] };
        let backend = world.backend(name, scope);
        world.usual_user(name);
        let time = vec![("auth_time".to_owned(), Some(json!(NOW)))];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(time))));
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        let nonce = identity.claims["nonce"].clone();
        let request = || {
            RefreshRequest::new(identity.tokens.refresh_token.clone().unwrap())
                .previous_id_token(identity.tokens.id_token.clone().unwrap())
        };
        let validation = Stage::TokenValidation;
        for (claim, value, expected) in [
            ("sub", json!("somebody-else"), Some((Code::UserMismatch, Stage::Refresh))),
            ("iss", json!("https://evil.example/"), Some((Code::InvalidClaim, validation))),
            ("aud", json!("another"), Some((Code::InvalidClaim, validation))),
            ("aud", json!([DEFAULT_CLIENT_ID]), None),
            ("azp", json!("another"), Some((Code::InvalidClaim, validation))),
            ("azp", json!(DEFAULT_CLIENT_ID), Some((Code::InvalidClaim, Stage::Refresh))),
            ("exp", json!(1), Some((Code::ResponseExpired, validation))),
            ("nonce", json!("another"), Some((Code::NonceMismatch, Stage::Refresh))),
            ("nonce", nonce.clone(), None),
            ("auth_time", json!(NOW - 1), Some((Code::InvalidClaim, Stage::Refresh))),
            ("auth_time", json!(NOW), None),
        ] {
            let change = vec![(claim.to_owned(), Some(value))];
            world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(change))));
            let result = backend.refresh(request()).await;
            assert_eq!(result.err().as_ref().map(word), expected, "{name} {claim}");
        }
        world.authority.set_fault(None);
        let again = backend.refresh(request()).await;
        assert!(again.is_ok(), "{name}: {:?}", again.err());
    }
}

/// The audiences and the party are those of the sign-in's ID token, also where further audiences are trusted
/// (OpenID Connect Core 1.0 section 12.2).
#[tokio::test]
async fn a_refreshed_token_is_for_the_same_audiences_and_party() {
    let world = World::start().await;
    let both = json!([DEFAULT_CLIENT_ID, "project"]);
    let swapped = json!(["project", DEFAULT_CLIENT_ID]);
    let (alone, listed) = (json!(DEFAULT_CLIENT_ID), json!([DEFAULT_CLIENT_ID]));
    let party = Some(json!(DEFAULT_CLIENT_ID));
    for name in ["azuread-v2-tenant-oauth2", "azuread-oauth2", "oidc"] {
        let trusted = [("SCOPE", "offline_access"), ("TRUSTED_AUDIENCES", "project")];
        let backend = world.backend(name, &trusted);
        world.usual_user(name);
        let set = |aud: &Value, azp: &Option<Value>| {
            let claims =
                vec![("aud".to_owned(), Some(aud.clone())), ("azp".to_owned(), azp.clone())];
            world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(claims))));
        };
        for (before, after, refused) in [
            ((&both, &party), (&both, &party), None),
            ((&both, &party), (&swapped, &party), None),
            ((&alone, &None), (&listed, &None), None),
            ((&alone, &party), (&alone, &party), None),
            ((&both, &party), (&alone, &party), Some("aud")),
            ((&alone, &party), (&both, &party), Some("aud")),
            ((&alone, &party), (&alone, &None), Some("azp")),
            ((&alone, &None), (&alone, &party), Some("azp")),
        ] {
            let case = format!("{name}: {before:?}, then {after:?}");
            set(before.0, before.1);
            let identity = world.sign_in(backend.as_ref()).await.expect(&case);
            set(after.0, after.1);
            let request = RefreshRequest::new(identity.tokens.refresh_token.unwrap());
            let result =
                backend.refresh(request.previous_id_token(identity.tokens.id_token.unwrap())).await;
            let error = result.err();
            assert_eq!(error.as_ref().and_then(Error::parameter), refused, "{case}: {error:?}");
            let expected = refused.map(|_| (Code::InvalidClaim, Stage::Refresh));
            assert_eq!(error.as_ref().map(word), expected, "{case}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_refreshes_are_one_request() {
    let world = World::start().await;
    let name = "azuread-v2-tenant-oauth2";
    let backend: Arc<dyn Backend> = Arc::from(world.backend(name, &[]));
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let old = identity.tokens.refresh_token.unwrap();
    let refreshes = |world: &World| {
        let requests = world.authority.requests();
        requests.iter().filter(|request| request.form_value("refresh_token").is_some()).count()
    };
    // The provider takes its time, so that all of them ask meanwhile.
    world.authority.set_fault(Some(Fault::Slow(500)));
    let barrier = Arc::new(tokio::sync::Barrier::new(50));
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (backend, old, barrier) = (backend.clone(), old.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                backend.refresh(RefreshRequest::new(old)).await.unwrap().tokens.refresh_token
            })
        })
        .collect();
    let mut tokens = Vec::new();
    for task in tasks {
        tokens.push(task.await.unwrap().unwrap());
    }
    assert_eq!(refreshes(&world), 1);
    tokens.sort_by(|a, b| a.expose().cmp(b.expose()));
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "everybody has the same new one");
}

#[tokio::test]
async fn a_refresh_goes_on_when_whoever_asked_gives_up() {
    let world = World::start().await;
    let name = "azuread-v2-tenant-oauth2";
    let backend = world.backend(name, &[]);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let old = identity.tokens.refresh_token.unwrap();
    world.authority.set_fault(Some(Fault::Slow(300)));
    let first = backend.refresh(RefreshRequest::new(old.clone()));
    let gone = tokio::time::timeout(std::time::Duration::from_millis(100), first).await;
    assert!(gone.is_err(), "whoever asked is gone");
    assert!(backend.refresh(RefreshRequest::new(old)).await.is_ok());
    let requests = world.authority.requests();
    let sent = requests.iter().filter(|request| request.form_value("refresh_token").is_some());
    assert_eq!(sent.count(), 1, "the second shares the answer to the first");
}

#[tokio::test]
async fn a_refreshed_token_keeps_the_time_of_its_sign_in() {
    let world = World::start().await;
    let arguments = [("AUTH_EXTRA_ARGUMENTS", r#"{"max_age":"60"}"#), ("SCOPE", "offline_access")];
    let backend = world.backend("oidc", &arguments);
    let fault = |seconds: u64| {
        let time = vec![("auth_time".to_owned(), Some(json!(seconds)))];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(time))));
    };
    fault(NOW);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    world.advance(3600);
    let request = RefreshRequest::new(identity.tokens.refresh_token.unwrap());
    assert!(backend.refresh(request).await.is_ok(), "an old time is right in a refreshed token");
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(
        word(&error),
        (Code::InvalidClaim, Stage::TokenValidation),
        "and wrong in a new one"
    );
}

#[tokio::test]
async fn whoever_hangs_up_spends_no_refresh_token_twice() {
    let world = World::start().await;
    let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let old = identity.tokens.refresh_token.unwrap();
    let sent = || {
        let requests = world.authority.requests();
        requests.iter().filter(|request| request.form_value("refresh_token").is_some()).count()
    };
    world.authority.set_fault(Some(Fault::Slow(300)));
    let first = backend.refresh(RefreshRequest::new(old.clone()));
    let gone = tokio::time::timeout(std::time::Duration::from_millis(100), first).await;
    assert!(gone.is_err(), "whoever asked is gone");
    while sent() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // The answer comes when nobody waits for it.
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    world.authority.set_fault(None);
    let refreshed = backend.refresh(RefreshRequest::new(old.clone())).await.unwrap();
    assert_eq!(sent(), 1, "the kept answer is given");
    assert_ne!(refreshed.tokens.refresh_token.unwrap(), old);
    // Taken once: the next one asks again.
    _ = backend.refresh(RefreshRequest::new(old)).await;
    assert_eq!(sent(), 2);
}

#[tokio::test]
async fn nobody_elses_identifiers_are_stored() {
    let world = World::start().await;
    let somebody = || {
        let claims = [("sub", "somebody-else"), ("oid", "dddddddd-2b6f-49d3-8e75-1f3b0c9d6a28")];
        let claims = claims.map(|(name, value)| (name.to_owned(), Some(json!(value))));
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(claims.into()))));
    };
    for name in ENTRA {
        let backend = world.backend(name, &[]);
        world.usual_user(name);
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        let request = || RefreshRequest::new(identity.tokens.refresh_token.clone().unwrap());
        let good = backend.refresh(request().user(identity.key())).await.unwrap();
        assert_eq!(good.extra_data["sub"], identity.extra_data["sub"], "{name}");
        somebody();
        let error = backend.refresh(request().user(identity.key())).await.unwrap_err();
        assert_eq!(word(&error), (Code::UserMismatch, Stage::Refresh), "{name}");
        assert_eq!(error.parameter(), Some("uid"), "{name}");
        let unasked = backend.refresh(request()).await.unwrap();
        assert_eq!(unasked.claims["sub"], "somebody-else", "{name}: it is told");
        for claim in ["sub", "oid", "tid", "first_name"] {
            assert!(
                !unasked.extra_data.contains_key(claim),
                "{name}: `{claim}` is not to be stored"
            );
        }
        assert!(unasked.extra_data.contains_key("id_token"), "{name}");
        world.authority.set_fault(None);
    }
}
