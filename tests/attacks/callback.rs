//! The callback: state first, every parameter once, errors as codes of ours.

use authspec::{Backend, Callback, Code, Error, Recovery, Stage};
use authspec_authority::{AuthorizeError, Fault};
use authspec_tests::{ENTRA, World};

async fn complete(backend: &dyn Backend, transaction: &str, callback: &str) -> Error {
    backend.complete(transaction, Callback::from_url(callback)).await.unwrap_err()
}

#[tokio::test]
async fn state_is_checked_before_anything_else() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc", "github"]) {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let token_requests =
            world.authority.requests().iter().filter(|r| r.method == "POST").count();
        let (base, query) = callback.split_once('?').unwrap();
        let without: Vec<&str> =
            query.split('&').filter(|pair| !pair.starts_with("state=")).collect();
        let without = format!("{base}?{}", without.join("&"));
        for (callback, code) in [
            (without.clone(), Code::MissingParameter),
            (format!("{without}&state=forged"), Code::StateMismatch),
            (format!("{without}&state={}", "x".repeat(60_000)), Code::StateMismatch),
            (format!("{base}?error=access_denied&state=forged"), Code::StateMismatch),
            (format!("{base}?error=access_denied"), Code::MissingParameter),
            (format!("{callback}&code=second"), Code::InvalidParameter),
            (format!("{callback}&error=access_denied"), Code::InvalidParameter),
            (format!("{base}?{}", "x".repeat(70_000)), Code::InvalidParameter),
            (String::new(), Code::MissingParameter),
        ] {
            let error = complete(backend.as_ref(), &started.transaction, &callback).await;
            assert_eq!((error.code(), error.stage()), (code, Stage::Callback), "{name}: {error}");
        }
        let now = world.authority.requests().iter().filter(|r| r.method == "POST").count();
        assert_eq!(now, token_requests, "{name}: no token request");
        let good = backend.complete(&started.transaction, Callback::from_url(&callback)).await;
        assert!(good.is_ok(), "{name}: {:?}", good.err());
    }
}

#[tokio::test]
async fn another_issuer_in_the_callback_is_refused() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    for (iss, accepted) in [(Some("https://evil.example"), false), (None, false)] {
        let change = vec![("iss".to_owned(), iss.map(str::to_owned))];
        world.authority.set_fault(Some(Fault::Redirect(change)));
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        world.authority.set_fault(None);
        let before = world.requests_to("/oidc/token");
        let result = backend.complete(&started.transaction, Callback::from_url(&callback)).await;
        assert_eq!(result.is_ok(), accepted);
        assert_eq!(result.unwrap_err().code(), Code::IssuerMismatch);
        assert_eq!(world.requests_to("/oidc/token"), before, "no token request");
    }
    assert!(world.sign_in(backend.as_ref()).await.is_ok());
}

#[tokio::test]
async fn refusals_have_codes_of_their_own() {
    let world = World::start().await;
    let b2c = "azuread-b2c-oauth2";
    let v2 = "azuread-oauth2-v2";
    for (name, refusal, code, recovery) in [
        (v2, AuthorizeError::cancelled(), Code::AuthorizationDeclined, Recovery::None),
        (v2, AuthorizeError::consent_declined(), Code::AuthorizationDeclined, Recovery::None),
        (
            v2,
            AuthorizeError::login_required(),
            Code::ReauthenticationRequired,
            Recovery::Reauthenticate,
        ),
        (
            v2,
            AuthorizeError::new("temporarily_unavailable"),
            Code::Unavailable,
            Recovery::RetryLater,
        ),
        (
            v2,
            AuthorizeError::new("unsupported_response_type"),
            Code::HttpError,
            Recovery::ContactAdministrator,
        ),
        (b2c, AuthorizeError::b2c_cancelled(), Code::AuthorizationDeclined, Recovery::None),
        (
            b2c,
            AuthorizeError::b2c_forgot_password(),
            Code::PasswordResetRequested,
            Recovery::RestartLogin,
        ),
        ("github", AuthorizeError::github_denied(), Code::AuthorizationDeclined, Recovery::None),
    ] {
        world.usual_user(name);
        world.authority.decline(refusal);
        let error = world.sign_in(world.backend(name, &[]).as_ref()).await.unwrap_err();
        assert_eq!((error.code(), error.stage()), (code, Stage::Callback), "{name}");
        assert_eq!(error.recovery(), recovery);
        assert!(error.provider().is_some());
    }
}

#[tokio::test]
async fn what_the_provider_says_is_masked_and_bounded() {
    let world = World::start().await;
    let text = format!("user ana@contoso.example\r\n{}", "x".repeat(5000));
    world.authority.decline(AuthorizeError::new("access_denied").with_description(text));
    let error = world.sign_in(world.backend("azuread-oauth2-v2", &[]).as_ref()).await.unwrap_err();
    let description = error.provider().and_then(|provider| provider.description.clone()).unwrap();
    assert!(!description.contains('@') && description.len() <= 500, "{description}");
    assert!(!error.message().contains("xxx"), "the provider's text is no part of ours");
}
