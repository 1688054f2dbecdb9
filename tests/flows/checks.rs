//! `check`, for a readiness probe: it fetches what a sign-in needs and reads the client's credential.

use authspec::{Code, Stage};
use authspec_authority::{DEFAULT_FEDERATED_SUBJECT, Fault, Reply};
use authspec_tests::{ENTRA, World, setting};
use serde_json::json;

const NAME: &str = "oidc";

#[tokio::test]
async fn a_check_fetches_what_a_sign_in_needs() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc"]) {
        let backend = world.backend(name, &[]);
        let before = (world.requests_to("/openid-configuration"), world.requests_to("/keys"));
        backend.check().await.unwrap();
        let fetched = (before.0 + 1, before.1 + 1);
        let now = || (world.requests_to("/openid-configuration"), world.requests_to("/keys"));
        assert_eq!(now(), fetched, "{name}");
        world.usual_user(name);
        world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(now(), fetched, "{name}: the sign-in finds both at hand");
    }
    assert_eq!(world.requests_to("/token"), ENTRA.len() + 1, "a check spends no code");
}

#[tokio::test]
async fn a_provider_without_documents_is_not_asked() {
    let world = World::start().await;
    world.backend("github", &[]).check().await.unwrap();
    assert_eq!(world.authority.requests().len(), 0);
}

#[tokio::test]
async fn a_check_says_what_a_sign_in_would() {
    let world = World::start().await;
    let html = || Reply::new(500, "text/html", "<html>");
    let issuer = vec![("issuer".to_owned(), Some(json!("https://evil.example")))];
    let keys = Reply::new(200, "application/json", r#"{"keys":[]}"#);
    for (fault, code, parameter) in [
        (Fault::Discovery(html()), Code::Unavailable, None),
        (Fault::DiscoveryMembers(issuer), Code::MalformedResponse, Some("issuer")),
        (Fault::Keys(html()), Code::Unavailable, None),
        (Fault::Keys(keys), Code::MalformedResponse, None),
    ] {
        let backend = world.backend(NAME, &[]);
        world.authority.set_fault(Some(fault.clone()));
        let error = backend.check().await.unwrap_err();
        assert_eq!((error.code(), error.stage()), (code, Stage::Begin), "{fault:?}: {error}");
        assert_eq!(error.parameter(), parameter, "{fault:?}");
        // Its twin, a little later.
        world.authority.set_fault(None);
        world.advance(60);
        assert!(backend.check().await.is_ok(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_check_reads_the_credential() {
    let world = World::start().await;
    let path = std::env::temp_dir().join(format!("authspec-check-{}", std::process::id()));
    let name = ENTRA[3];
    let mut variables = world.settings_without_credential(name);
    variables.push((setting(name, "FEDERATED_TOKEN_FILE"), path.to_str().unwrap().to_owned()));
    let backend = world.backend_with(name, variables).unwrap();
    let error = backend.check().await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::MissingSetting, Stage::Begin));
    // Its twin: the file is there now.
    std::fs::write(&path, world.authority.federated_token(DEFAULT_FEDERATED_SUBJECT)).unwrap();
    let checked = backend.check().await;
    std::fs::remove_file(&path).unwrap();
    assert!(checked.is_ok(), "{checked:?}");
}
