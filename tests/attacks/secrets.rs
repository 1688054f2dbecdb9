//! No secret, token or address in an error, a `Debug`, a log line, or a URL.

use authspec::{BeginRequest, Callback};
use authspec_authority::{
    DEFAULT_CLIENT_SECRET, DEFAULT_FEDERATED_SUBJECT, Fault, IdTokenFault, Reply,
};
use authspec_tests::{ENTRA, World, setting};
use serde_json::json;

#[tokio::test]
async fn nothing_secret_is_printed() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc", "github"]) {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let request = BeginRequest::new(authspec_tests::redirect_uri(backend.as_ref()));
        let started = backend.begin(request).await.unwrap();
        assert!(!started.authorization_url.contains(DEFAULT_CLIENT_SECRET), "{name}");
        let callback = world.browse(&started.authorization_url).await;
        let callback = Callback::from_url(&callback);
        let mut printed = format!("{backend:?} {backend:#?} {started:?} {callback:?}");
        let identity = backend.complete(&started.transaction, callback.clone()).await.unwrap();
        printed.push_str(&format!("{identity:?} {:?} {:?}", identity.details, identity.tokens));
        let replayed = backend.complete(&started.transaction, callback).await.unwrap_err();
        printed.push_str(&format!("{replayed:?} {replayed}"));
        let fault = vec![("iss".to_owned(), Some(json!("https://ana@contoso.example/")))];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(fault))));
        if let Err(error) = world.sign_in(backend.as_ref()).await {
            printed
                .push_str(&format!("{error:?} {error} {}", serde_json::to_string(&error).unwrap()));
        }
        world.authority.set_fault(None);
        let tokens = identity.tokens;
        let secrets = [tokens.access_token, tokens.refresh_token, tokens.id_token]
            .into_iter()
            .flatten()
            .map(|token| token.expose().to_owned())
            .chain([DEFAULT_CLIENT_SECRET.to_owned()])
            .chain(identity.details.email)
            .chain(["@".to_owned()]);
        let logged = world.logged();
        for secret in secrets {
            assert!(!printed.contains(&secret), "{name}: `{secret}` in {printed}");
            assert!(!logged.contains(&secret), "{name}: `{secret}` was logged");
        }
    }

    // A provider that echoes what it was sent.
    let name = "azuread-v2-tenant-oauth2";
    let backend = world.backend(name, &[]);
    world.usual_user(name);
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let code = callback.split_once("code=").unwrap().1.split('&').next().unwrap();
    let body = serde_json::json!({
        "error": code,
        "error_description": format!("{code} {DEFAULT_CLIENT_SECRET} ana@contoso.example"),
        "trace_id": code,
        "correlation_id": DEFAULT_CLIENT_SECRET,
    });
    world.authority.set_fault(Some(Fault::Token(Reply::json(400, &body))));
    let callback = Callback::from_url(&callback);
    let error = backend.complete(&started.transaction, callback).await.unwrap_err();
    world.authority.set_fault(None);
    let printed = format!("{error:?} {error} {}", serde_json::to_string(&error).unwrap());
    for secret in [code, DEFAULT_CLIENT_SECRET, "ana@", "contoso"] {
        assert!(!printed.contains(secret), "`{secret}` in {printed}");
    }

    // An operator who uses an assertion on B2C is warned; the assertion itself is not logged.
    let name = "azuread-b2c-oauth2";
    let assertion = world.authority.federated_token(DEFAULT_FEDERATED_SUBJECT);
    let mut variables = world.settings_without_credential(name);
    variables.push((setting(name, "CLIENT_ASSERTION"), assertion.clone()));
    world.usual_user(name);
    let backend = world.backend_with(name, variables).unwrap();
    assert!(world.sign_in(backend.as_ref()).await.is_err());
    let logged = world.logged();
    assert!(logged.contains("does not promise that Azure AD B2C takes client assertions"));
    assert!(!logged.contains(&assertion));
}

/// What every test looks for when its world ends is found when it is there.
#[tokio::test]
async fn a_secret_that_is_logged_is_found() {
    for is_logged in [false, true] {
        let world = World::start().await;
        let backend = world.backend("oidc", &[]);
        // A sign-in that is refused: its tokens are secret all the same.
        let fault = vec![("iss".to_owned(), Some(json!("https://evil.example")))];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(fault))));
        world.sign_in(backend.as_ref()).await.unwrap_err();
        assert!(world.logged().contains("reqwest"), "lines of other crates are seen too");
        let secret = world.authority.issued().pop().unwrap();
        if is_logged {
            tracing::trace!(target: "some_crate", "token={secret}");
        }
        let ends = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(world)));
        assert_eq!(ends.is_err(), is_logged);
    }
}
