//! Discovery and keys: fetched once, again when a key is new, kept while the provider fails.

use authspec::{Code, Stage};
use authspec_authority::{Fault, IdTokenFault, Reply};
use authspec_tests::{ENTRA, World};
use serde_json::json;

#[tokio::test]
async fn many_sign_ins_fetch_discovery_and_keys_once() {
    let world = std::sync::Arc::new(World::start().await);
    let backend: std::sync::Arc<dyn authspec::Backend> =
        std::sync::Arc::from(world.backend("azuread-v2-tenant-oauth2", &[]));
    let sign_ins: Vec<_> = (0..50)
        .map(|_| {
            let (world, backend) = (world.clone(), backend.clone());
            tokio::spawn(async move { world.sign_in(backend.as_ref()).await.map(|i| i.uid) })
        })
        .collect();
    for sign_in in sign_ins {
        assert!(sign_in.await.unwrap().is_ok());
    }
    assert_eq!(world.requests_to("openid-configuration"), 1);
    assert_eq!(world.requests_to("keys"), 1);
}

#[tokio::test]
async fn new_keys_are_fetched_three_times_in_five_minutes() {
    let world = World::start().await;
    for name in ENTRA {
        let backend = world.backend(name, &[]);
        world.usual_user(name);
        world.sign_in(backend.as_ref()).await.unwrap();
        let before = world.requests_to("keys");
        for changes in 1..=2 {
            world.authority.rotate_keys();
            world.sign_in(backend.as_ref()).await.unwrap();
            assert_eq!(world.requests_to("keys"), before + changes, "{name}: the new key");
        }

        let strange = vec![("kid".to_owned(), Some(json!("strange")))];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Header(strange))));
        for _ in 0..5 {
            let error = world.sign_in(backend.as_ref()).await.unwrap_err();
            assert_eq!(error.code(), Code::InvalidSignature, "{name}");
        }
        assert_eq!(world.requests_to("keys"), before + 3, "{name}: one fetch for strange keys");
        world.advance(300);
        assert!(world.sign_in(backend.as_ref()).await.is_err());
        assert_eq!(world.requests_to("keys"), before + 4, "{name}: more after five minutes");
        world.authority.set_fault(None);
    }
}

#[tokio::test]
async fn the_last_good_keys_serve_while_the_provider_fails() {
    let world = World::start().await;
    let name = "azuread-oauth2-v2";
    let backend = world.backend(name, &[]);
    world.sign_in(backend.as_ref()).await.unwrap();
    world.advance(25 * 3600);
    for fault in [
        Fault::Keys(Reply::new(500, "text/html", "<html>Service unavailable</html>")),
        Fault::Keys(Reply::new(200, "application/json", r#"{"keys":[]}"#)),
        Fault::Discovery(Reply::new(200, "text/html", "<html></html>")),
    ] {
        world.authority.set_fault(Some(fault));
        world.advance(60);
        let identity = world.sign_in(backend.as_ref()).await;
        assert!(identity.is_ok(), "{:?}", identity.err());
    }
}

#[tokio::test]
async fn without_any_keys_a_failing_provider_is_unavailable() {
    let world = World::start().await;
    let reply = || Reply::new(500, "text/html", "<html>adaeze@contoso.example</html>");
    for (fault, stage) in [
        (Fault::Discovery(reply()), Stage::TokenExchange),
        (Fault::Keys(reply()), Stage::TokenValidation),
        (Fault::Token(reply()), Stage::TokenExchange),
    ] {
        let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
        world.authority.set_fault(Some(fault));
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!((error.code(), error.stage()), (Code::Unavailable, stage));
        assert_eq!(error.recovery(), authspec::Recovery::RetryLater);
        assert!(!format!("{error:?}").contains('@'));
    }
}
