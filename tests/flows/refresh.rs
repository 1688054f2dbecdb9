//! Refresh: new tokens, the old token where no other comes, the same user.

use authspec::{Code, RefreshRequest, Stage};
use authspec_authority::{Client, Fault, IdTokenFault};
use authspec_tests::{ENTRA, World};
use serde_json::json;

#[tokio::test]
async fn every_entra_backend_refreshes() {
    let world = World::start().await;
    for name in ENTRA {
        let backend = world.backend(name, &[]);
        world.usual_user(name);
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        let old = identity.tokens.refresh_token.unwrap();
        let request =
            RefreshRequest::new(old.clone()).previous_id_token(identity.tokens.id_token.unwrap());
        let refreshed = backend.refresh(request).await.unwrap();
        let new = refreshed.tokens.refresh_token.unwrap();
        assert_ne!(new, old, "{name}");
        assert_eq!(refreshed.extra_data["refresh_token"], new.expose());
        assert_eq!(refreshed.extra_data["sub"].as_str(), Some(identity.uid.as_str()));
    }
}

#[tokio::test]
async fn without_a_new_refresh_token_the_old_one_goes_on() {
    let world = World::start().await;
    let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let old = identity.tokens.refresh_token.unwrap();
    let without = [("refresh_token".to_owned(), None), ("id_token".to_owned(), None)];
    world.authority.set_fault(Some(Fault::TokenResponse(without.into())));
    let refreshed = backend.refresh(RefreshRequest::new(old.clone())).await.unwrap();
    assert_eq!(refreshed.tokens.refresh_token.unwrap(), old);
    assert_eq!(refreshed.extra_data["refresh_token"], old.expose());
    assert!(refreshed.tokens.id_token.is_none());
}

#[tokio::test]
async fn a_refreshed_id_token_about_somebody_else_is_refused() {
    let world = World::start().await;
    let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let request = || {
        RefreshRequest::new(identity.tokens.refresh_token.clone().unwrap())
            .previous_id_token(identity.tokens.id_token.clone().unwrap())
    };
    assert!(backend.refresh(request()).await.is_ok());
    let other = [("sub".to_owned(), Some(json!("somebody-else")))];
    world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(other.into()))));
    let error = backend.refresh(request()).await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::UserMismatch, Stage::Refresh));
}

#[tokio::test]
async fn a_dead_refresh_token_asks_for_a_new_sign_in() {
    let world = World::start().await;
    for name in ENTRA {
        let backend = world.backend(name, &[]);
        let error = backend.refresh(RefreshRequest::new("dead")).await.unwrap_err();
        assert_eq!((error.code(), error.stage()), (Code::ReauthenticationRequired, Stage::Refresh));
        assert_eq!(error.recovery(), authspec::Recovery::Reauthenticate);
    }
}

/// A GitHub App's tokens end after eight hours; its client ID begins with `Iv`.
#[tokio::test]
async fn a_github_apps_tokens_are_refreshed() {
    let world = World::start().await;
    world.authority.sign_in_as("octo");
    let app = "Iv23liOfflineApp";
    world.authority.register(Client { id: app.to_owned(), ..world.authority.client() });
    let backend = world.backend("github", &[("KEY", app)]);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    assert_eq!(identity.extra_data["expires_in"], 28_800);
    let old = identity.tokens.refresh_token.unwrap();
    let refreshed = backend.refresh(RefreshRequest::new(old.clone())).await.unwrap();
    let new = refreshed.tokens.refresh_token.unwrap();
    assert_ne!(new, old);
    assert_eq!(refreshed.extra_data["refresh_token"], new.expose());
    let again = backend.refresh(RefreshRequest::new(old)).await.unwrap_err();
    assert_eq!(again.stage(), Stage::Refresh);
    assert!(backend.refresh(RefreshRequest::new(new)).await.is_ok());
    // An OAuth app's tokens do not end, and have no refresh token.
    let identity = world.sign_in(world.backend("github", &[]).as_ref()).await.unwrap();
    assert!(identity.tokens.refresh_token.is_none());
}
