//! What the token endpoint must never make this side do: follow, or send a code twice.

use authspec::{Code, Recovery, Stage};
use authspec_authority::{Authority, Fault, Reply};
use authspec_tests::World;

#[tokio::test]
async fn redirects_are_never_followed() {
    let world = World::start().await;
    let trap = Authority::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        let reply = || {
            Reply::new(status, "text/plain", "")
                .with_header("location", &format!("{}/x", trap.origin()))
        };
        let (entra, oidc, github) = ("azuread-v2-tenant-oauth2", "oidc", "github");
        for (name, fault, stage) in [
            (entra, Fault::Token(reply()), Stage::TokenExchange),
            (entra, Fault::Discovery(reply()), Stage::TokenExchange),
            (entra, Fault::Keys(reply()), Stage::TokenValidation),
            (oidc, Fault::Discovery(reply()), Stage::Begin),
            (github, Fault::Token(reply()), Stage::TokenExchange),
            (github, Fault::UserInfo(reply()), Stage::UserInfo),
        ] {
            world.usual_user(name);
            let backend = world.backend(name, &[]);
            world.authority.set_fault(Some(fault));
            let error = world.sign_in(backend.as_ref()).await.unwrap_err();
            assert_eq!((error.code(), error.stage()), (Code::HttpError, stage), "{name} {status}");
            world.authority.set_fault(None);
        }
        // A checked ID token is enough, so the sign-in goes on without the user info that would be elsewhere.
        world.usual_user(oidc);
        let backend = world.backend(oidc, &[]);
        world.authority.set_fault(Some(Fault::UserInfo(reply())));
        assert!(world.sign_in(backend.as_ref()).await.is_ok(), "{status}");
        world.authority.set_fault(None);
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
