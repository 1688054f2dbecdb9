//! A message about two public values shows both, and nothing that is absent is told as another.

use authspec::{BeginRequest, Callback, Code, Error, Recovery};
use authspec_authority::{DEFAULT_CLIENT_ID, Fault, IdTokenFault, Reply};
use authspec_tests::{World, redirect_uri};
use serde_json::{Value, json};

/// The message of a sign-in whose provider answers so.
async fn message(world: &World, name: &str, fault: Fault) -> String {
    let backend = world.backend(name, &[]);
    world.usual_user(name);
    world.authority.set_fault(Some(fault));
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    world.authority.set_fault(None);
    error.message().to_owned()
}

fn claim(name: &str, value: Option<Value>) -> Fault {
    Fault::IdToken(IdTokenFault::Claims([(name.to_owned(), value)].into()))
}

#[tokio::test]
async fn both_sides_of_a_comparison_are_shown() {
    let world = World::start().await;
    let (origin, entra) = (world.authority.origin(), "azuread-v2-tenant-oauth2");
    let moved = || {
        Reply::new(301, "text/plain", "")
            .with_header("location", "https://moved.example/document?secret=1")
    };
    for (name, fault, parts) in [
        (
            "oidc",
            claim("aud", Some(json!([DEFAULT_CLIENT_ID, "172839405612345678"]))),
            &["`172839405612345678`", DEFAULT_CLIENT_ID, "expected"][..],
        ),
        ("oidc", claim("azp", Some(json!("other"))), &["`other`", DEFAULT_CLIENT_ID]),
        (
            "oidc",
            claim("iss", Some(json!("https://other.example"))),
            &["`https://other.example`", &format!("`{origin}/oidc`")],
        ),
        (
            "oidc",
            Fault::Token(Reply::new(200, "text/html; charset=utf-8", "<html>")),
            &["`text/html; charset=utf-8`", "expected `application/json`"],
        ),
        (
            "oidc",
            Fault::Keys(Reply::new(200, "application/octet-stream", "{}")),
            &["`application/octet-stream`", "key set"],
        ),
        (
            "oidc",
            Fault::Discovery(moved()),
            &[
                "HTTP 301",
                "discovery document",
                &origin,
                "`https://moved.example/document`",
                "not followed",
            ],
        ),
        (entra, Fault::Keys(Reply::new(404, "text/plain", "")), &["HTTP 404", "key set", &origin]),
        ("github", Fault::Token(moved()), &["HTTP 301", "`https://moved.example/document`"]),
    ] {
        let message = message(&world, name, fault).await;
        for part in parts {
            assert!(message.contains(part), "{part}: {message}");
        }
        assert!(!message.contains("secret=1") && !message.contains("authority host"), "{message}");
    }
}

/// Which settings lead to an address is said in the names of this backend.
#[tokio::test]
async fn the_settings_that_gave_an_address_are_named() {
    let world = World::start().await;
    let gone = || Reply::new(404, "text/plain", "");
    for (name, fault, parts) in [
        ("oidc", Fault::Discovery(gone()), &["`SOCIAL_AUTH_OIDC_OIDC_ENDPOINT`"][..]),
        (
            "azuread-v2-tenant-oauth2",
            Fault::Discovery(gone()),
            &["V2_TENANT_OAUTH2_AUTHORITY_HOST`", "V2_TENANT_OAUTH2_TENANT_ID`"],
        ),
        ("oidc", Fault::Keys(gone()), &["`jwks_uri`"]),
    ] {
        let message = message(&world, name, fault).await;
        for part in parts {
            assert!(message.contains(part), "{part}: {message}");
        }
        assert_eq!(message.contains("TENANT"), name != "oidc", "{message}");
    }
    let origin = world.authority.origin();
    let refused = async |endpoint: String| {
        let backend = world.backend("oidc", &[("OIDC_ENDPOINT", &endpoint)]);
        world.sign_in(backend.as_ref()).await.unwrap_err().message().to_owned()
    };
    let pasted = refused(format!("{origin}/oidc/.well-known/openid-configuration")).await;
    assert!(pasted.contains("the issuer alone, without"), "{pasted}");
    let template = refused(format!("{origin}/common/v2.0")).await;
    assert!(template.contains("azuread-v2-tenant-oauth2"), "{template}");
    for part in ["`issuer` is `", "{tenantid}", &format!("expected `{origin}/common/v2.0`")] {
        assert!(template.contains(part), "{part}: {template}");
    }
}

/// A rule about a tenant shows both; one about a person shows neither.
#[tokio::test]
async fn a_rule_shows_public_claims_alone() {
    let world = World::start().await;
    let tenant = "00000000-0000-4000-8000-000000000000";
    let backend = world.backend("azuread-oauth2-v2", &[("ALLOWED_TENANTS", tenant)]);
    world.usual_user("azuread-oauth2-v2");
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(error.parameter(), Some("tid"));
    for part in [tenant, authspec_authority::TENANT_ID] {
        assert!(error.message().contains(part), "{error}");
    }
}

#[tokio::test]
async fn what_is_absent_is_told_so() {
    let world = World::start().await;
    let absent = message(&world, "oidc", claim("nonce", None)).await;
    assert!(absent.contains("has no `nonce`"), "{absent}");
    let other = message(&world, "oidc", claim("nonce", Some(json!("other")))).await;
    assert!(other.contains("another sign-in"), "{other}");
    let backend = world.backend("oidc", &[]);
    world.authority.set_fault(Some(claim("nonce", None)));
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    let found = (error.code(), error.recovery());
    assert_eq!(found, (Code::NonceMismatch, Recovery::ContactAdministrator), "no restart mends it");
}

#[tokio::test]
async fn only_a_provider_that_may_recover_is_waited_for() {
    let world = World::start().await;
    for (status, waits) in [(404, false), (403, false), (500, true), (503, true), (429, true)] {
        let fault = Fault::Discovery(Reply::new(status, "text/plain", ""));
        let message = message(&world, "oidc", fault).await;
        assert_eq!(message.contains("Try again later"), waits, "{status}: {message}");
    }
}

#[tokio::test]
async fn a_callback_that_no_sign_in_asked_for_is_named() {
    let world = World::start().await;
    let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let place = "https://app.example/complete/azuread-v2-tenant-oauth2/";
    let state = callback.split(['?', '&']).find(|pair| pair.starts_with("state=")).unwrap();
    for (query, part, parameter) in [
        ("?admin_consent=True&tenant=3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734", "consent", "state"),
        (&format!("?admin_consent=True&{state}"), "consent", "code"),
        ("?code=x", "lacks `state`", "state"),
        ("?session_state=1", "lacks `state`", "state"),
        ("", "no parameters", "state"),
        (&format!("?{state}"), "lacks `code`", "code"),
    ] {
        for transaction in [started.transaction.as_str(), ""] {
            let error =
                backend.complete(transaction, Callback::from_url(&format!("{place}{query}")));
            let error = error.await.unwrap_err();
            let has_state = query.contains("?state=") || query.contains("&state=");
            if transaction.is_empty() && (has_state || !query.contains("admin_consent")) {
                assert_eq!(error.code(), Code::SessionContextMissing, "{query}");
                assert_eq!(error.recovery(), Recovery::RestartLogin);
                let part = if has_state { "No transaction came" } else { part };
                assert!(error.message().contains(part), "{query}: {error}");
                continue;
            }
            assert_eq!(
                (error.code(), error.recovery()),
                (Code::MissingParameter, Recovery::RestartLogin)
            );
            assert!(error.message().contains(part), "{query}: {error}");
            assert_eq!(error.parameter(), Some(parameter), "{query}");
        }
    }
    assert!(backend.complete(&started.transaction, Callback::from_url(&callback)).await.is_ok());
}

#[tokio::test]
async fn a_lost_transaction_is_told_with_its_causes() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    for empty in ["", " \n"] {
        let error = backend.complete(empty, Callback::from_url(&callback)).await.unwrap_err();
        assert_eq!(
            (error.code(), error.recovery()),
            (Code::SessionContextMissing, Recovery::RestartLogin)
        );
        for part in ["SameSite=Lax", "None for form_post", "Secure", "Path", "one host", "Max-Age"]
        {
            assert!(error.message().contains(part), "{part}: {error}");
        }
    }
    assert!(backend.complete(&started.transaction, Callback::from_url(&callback)).await.is_ok());
}

#[tokio::test]
async fn a_browser_secret_that_one_leg_forgot_is_named() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let backend = backend.as_ref();
    let ends = async |begun: Option<&str>, ended: Option<&str>| -> Result<(), Error> {
        let mut request = BeginRequest::new(redirect_uri(backend));
        if let Some(secret) = begun {
            request = request.browser(secret);
        }
        let started = backend.begin(request).await?;
        let callback = world.browse(&started.authorization_url).await;
        let callback = Callback::from_url(&callback);
        let callback = match ended {
            Some(secret) => callback.browser(secret),
            None => callback,
        };
        backend.complete(&started.transaction, callback).await.map(|_| ())
    };
    let (one, other) = (Some("of-one-browser"), Some("of-another-one"));
    assert!(ends(one, one).await.is_ok() && ends(None, None).await.is_ok());
    for (begun, ended, part) in [
        (one, None, "the callback has no `Callback::browser`"),
        (None, one, "begun without `BeginRequest::browser`"),
        (one, other, "started in another browser"),
    ] {
        let error = ends(begun, ended).await.unwrap_err();
        assert_eq!(error.code(), Code::SessionContextMissing);
        assert!(error.message().contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_callback_at_another_address_shows_both() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let elsewhere = callback.replace("https://app.example/", "http://10.0.0.1:8000/");
    let error = backend.complete(&started.transaction, Callback::from_url(&elsewhere)).await;
    let error = error.unwrap_err();
    for part in ["`http://10.0.0.1:8000/complete/oidc/`", "`https://app.example/complete/oidc/`"] {
        assert!(error.message().contains(part), "{error}");
    }
    assert!(!error.message().contains("code="), "{error}");
    assert!(backend.complete(&started.transaction, Callback::from_url(&callback)).await.is_ok());
}
