//! The sealed transaction: tampered, expired, replayed, another backend's.

use authspec::{Callback, Code, LIFETIME, Stage};
use authspec_tests::{ENTRA, World};

#[tokio::test]
async fn a_changed_transaction_is_refused_before_any_request() {
    let world = World::start().await;
    for name in ENTRA {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let callback = Callback::from_url(&callback);
        let requests = world.authority.requests().len();
        let middle = started.transaction.len() / 2;
        let mut changed = started.transaction.clone();
        let other = if changed.as_bytes()[middle] == b'A' { "B" } else { "A" };
        changed.replace_range(middle..=middle, other);
        for transaction in ["", "tx1.", "tx1.AAAA", "tx2.AAAA", &changed, &"x".repeat(100_000)] {
            let error = backend.complete(transaction, callback.clone()).await.unwrap_err();
            assert_eq!(
                (error.code(), error.stage()),
                (Code::SessionContextMissing, Stage::Callback)
            );
        }
        assert_eq!(world.authority.requests().len(), requests, "{name}: no request was sent");
        assert!(backend.complete(&started.transaction, callback).await.is_ok());
    }
}

#[tokio::test]
async fn it_lasts_thirty_minutes() {
    let world = World::start().await;
    let backend = world.backend("azuread-oauth2-v2", &[]);
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let callback = Callback::from_url(&callback);
    world.drift(i64::try_from(LIFETIME).unwrap());
    let error = backend.complete(&started.transaction, callback.clone()).await.unwrap_err();
    assert_eq!(error.code(), Code::SessionContextMissing);
    world.drift(-i64::try_from(LIFETIME).unwrap());
    assert!(backend.complete(&started.transaction, callback).await.is_ok());
}

#[tokio::test]
async fn another_backends_transaction_is_refused() {
    let world = World::start().await;
    let one = world.backend("azuread-oauth2-v2", &[]);
    let other = world.backend("azuread-v2-tenant-oauth2", &[]);
    let (started, callback) = world.to_callback(one.as_ref()).await.unwrap();
    let callback = Callback::from_url(&callback);
    let error = other.complete(&started.transaction, callback.clone()).await.unwrap_err();
    assert_eq!(error.code(), Code::SessionContextMissing);
    assert!(one.complete(&started.transaction, callback).await.is_ok());
}

#[tokio::test]
async fn another_key_does_not_open_it() {
    let world = World::start().await;
    let name = "azuread-oauth2-v2";
    let with_key = |key: &str| {
        let mut variables = world.settings(name);
        variables.push(("AUTHSPEC_TRANSACTION_KEY".to_owned(), key.to_owned()));
        world.backend_with(name, variables).unwrap()
    };
    let (started, callback) = world.to_callback(with_key("one").as_ref()).await.unwrap();
    let callback = Callback::from_url(&callback);
    let error =
        with_key("other").complete(&started.transaction, callback.clone()).await.unwrap_err();
    assert_eq!(error.code(), Code::SessionContextMissing);
    assert!(with_key("one").complete(&started.transaction, callback).await.is_ok());
}

#[tokio::test]
async fn a_replayed_callback_is_refused_here_and_else_by_the_provider() {
    let world = World::start().await;
    for name in ENTRA {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let callback = Callback::from_url(&callback);
        assert!(backend.complete(&started.transaction, callback.clone()).await.is_ok());
        let error = backend.complete(&started.transaction, callback.clone()).await.unwrap_err();
        assert_eq!(
            (error.code(), error.stage()),
            (Code::SessionContextMissing, Stage::Callback),
            "{name}"
        );
        // Another process has not seen it; the provider has.
        let elsewhere = world.backend(name, &[]);
        let error = elsewhere.complete(&started.transaction, callback).await.unwrap_err();
        assert_eq!(
            (error.code(), error.stage()),
            (Code::AuthorizationCodeRejected, Stage::TokenExchange),
            "{name}"
        );
    }
}

#[tokio::test]
async fn state_nonce_and_verifier_are_fresh_each_time() {
    let world = World::start().await;
    let backend = world.backend("azuread-oauth2-v2", &[]);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let request = authspec::BeginRequest::new("https://app.example/cb");
        let url = backend.begin(request).await.unwrap().authorization_url;
        for name in ["state=", "nonce=", "code_challenge="] {
            let (_, rest) = url.split_once(name).unwrap();
            let value = rest.split('&').next().unwrap();
            assert!(value.len() >= 43, "{name}{value}");
            assert!(seen.insert(value.to_owned()), "{name} came twice");
        }
    }
}
