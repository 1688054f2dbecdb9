//! The sealed transaction: tampered, expired, replayed, another backend's.

use authspec::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use authspec::{
    Backend, BeginRequest, Callback, Code, Environment, KEY_VARIABLE, LIFETIME, Runtime, Stage,
};
use authspec_authority::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, TENANT_ID};
use authspec_tests::{ENTRA, NOW, TestClock, World, descriptor, redirect_uri, setting};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::attack::word;

const NAME: &str = "azuread-v2-tenant-oauth2";
const REFUSED: (Code, Stage) = (Code::SessionContextMissing, Stage::Callback);

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
        for transaction in ["", "tx1.AAAA", "tx2.", "tx2.AAAA", &changed, &"x".repeat(100_000)] {
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

/// What is sealed by two of these keys differs: one for each character.
fn key(character: char) -> String {
    character.to_string().repeat(32)
}

/// A backend whose transactions are sealed with this key.
fn with_key(world: &World, name: &str, key: &str) -> Box<dyn Backend> {
    let mut variables = world.settings(name);
    variables.push((KEY_VARIABLE.to_owned(), key.to_owned()));
    world.backend_with(name, variables).unwrap()
}

#[tokio::test]
async fn another_key_does_not_open_it() {
    let world = World::start().await;
    let with = |character| with_key(&world, NAME, &key(character));
    let (started, callback) = world.to_callback(with('1').as_ref()).await.unwrap();
    let callback = Callback::from_url(&callback);
    let error = with('2').complete(&started.transaction, callback.clone()).await.unwrap_err();
    assert_eq!(error.code(), Code::SessionContextMissing);
    assert!(with('1').complete(&started.transaction, callback).await.is_ok());
}

/// Seals a text as this edition or the first one did, with a key that somebody knows.
fn forge(prefix: &str, passphrase: &str, transaction: &Value) -> String {
    let salt = match prefix {
        "tx1." => &b"authspec transaction v1"[..],
        _ => b"authspec transaction v2",
    };
    let key = Salt::new(HKDF_SHA256, salt)
        .extract(passphrase.as_bytes())
        .expand(&[b"AES-256-GCM"], &AES_256_GCM)
        .map(|key| LessSafeKey::new(UnboundKey::from(key)))
        .unwrap();
    let mut text = transaction.to_string().into_bytes();
    let nonce = Nonce::assume_unique_for_key([7; 12]);
    key.seal_in_place_append_tag(nonce, Aad::from(prefix.as_bytes()), &mut text).unwrap();
    let sealed = [&[7; 12], text.as_slice()].concat();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(sealed))
}

#[tokio::test]
async fn a_forged_transaction_is_refused() {
    let world = World::start().await;
    let backend = world.backend(NAME, &[]);
    let transaction = |next: &str| {
        json!({
            "b": NAME, "c": client(&world), "s": "S", "n": "N", "v": "v".repeat(43),
            "r": redirect_uri(backend.as_ref()), "t": NOW, "x": next,
        })
    };
    let callback = || Callback::from_url(&format!("/complete/{NAME}/?code=c&state=S"));
    let requests = world.authority.requests().len();
    let public = "authspec: set AUTHSPEC_TRANSACTION_KEY";
    // Neither a constant nor the client secret seals or opens, as they did in the first edition.
    for passphrase in [public, DEFAULT_CLIENT_SECRET, KEY_VARIABLE, ""] {
        for prefix in ["tx1.", "tx2."] {
            let forged = forge(prefix, passphrase, &transaction("https://evil.example/phish"));
            let error = backend.complete(&forged, callback()).await.unwrap_err();
            assert_eq!(word(&error), REFUSED, "{prefix} {passphrase}");
        }
    }
    // Whoever knows the key can make one, and still leads nobody out of the application.
    let known = with_key(&world, NAME, &key('k'));
    let leading_to = |next: &str| forge("tx2.", &key('k'), &transaction(next));
    let error = known.complete(&leading_to("https://evil.example/"), callback()).await.unwrap_err();
    assert_eq!(word(&error), REFUSED);
    assert_eq!(error.next(), None);
    assert_eq!(world.authority.requests().len(), requests, "no request was sent");
    let error = known.complete(&leading_to("/account"), callback()).await.unwrap_err();
    assert_eq!(word(&error), (Code::AuthorizationCodeRejected, Stage::TokenExchange), "{error}");
    assert_eq!(error.next(), Some("/account"), "it opens: only the code is wrong");
}

/// The fingerprint of the client and the issuer.
fn client(world: &World) -> String {
    let tenant = format!("{}/{TENANT_ID}", world.authority.origin());
    let parts = [
        DEFAULT_CLIENT_ID,
        &format!("{tenant}/v2.0/.well-known/openid-configuration"),
        &format!("{tenant}/oauth2/v2.0/token"),
    ];
    let digest = digest(&SHA256, parts.join("\n").as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref())
}

#[tokio::test]
async fn another_issuers_transaction_is_refused() {
    let (one, other) = (World::start().await, World::start().await);
    let shared = |world: &World, client: &str| {
        let mut variables = world.settings("oidc");
        variables.push((KEY_VARIABLE.to_owned(), key('k')));
        variables.push((setting("oidc", "KEY"), client.to_owned()));
        world.backend_with("oidc", variables).unwrap()
    };
    let backend = shared(&one, DEFAULT_CLIENT_ID);
    let (started, callback) = one.to_callback(backend.as_ref()).await.unwrap();
    let callback = Callback::from_url(&callback);
    let requests = one.authority.requests().len();
    // Another customer's provider, and another client at the same one; the name and the key are the same.
    for elsewhere in [shared(&other, DEFAULT_CLIENT_ID), shared(&one, "another-client")] {
        let error = elsewhere.complete(&started.transaction, callback.clone()).await.unwrap_err();
        assert_eq!(word(&error), REFUSED);
        assert!(error.message().contains("another client or at another issuer"), "{error}");
    }
    assert_eq!(other.authority.requests().len(), 0, "no request was sent");
    assert_eq!(one.authority.requests().len(), requests, "no request was sent");
    let twin = shared(&one, DEFAULT_CLIENT_ID);
    assert!(twin.complete(&started.transaction, callback).await.is_ok(), "the same client");
}

#[tokio::test]
async fn a_transaction_key_is_long_and_set() {
    let world = World::start().await;
    let with = |name: &str, value: &str| {
        let mut variables = world.settings(NAME);
        variables.push((name.to_owned(), value.to_owned()));
        world.backend_with(NAME, variables).map(|_| ())
    };
    assert!(with(KEY_VARIABLE, &key('k')).is_ok());
    for value in ["", "   ", "k", &"k".repeat(31)] {
        let error = with(KEY_VARIABLE, value).unwrap_err();
        assert_eq!(word(&error), (Code::InvalidSetting, Stage::Begin), "{value:?}");
        assert_eq!(error.parameter(), Some(KEY_VARIABLE));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_made_up_ticket_reads_no_file() {
    // Whoever opens this file waits for somebody who writes into it.
    let folder = std::env::temp_dir().join(format!("authspec-fifo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("key.pem");
    let made = std::process::Command::new("mkfifo").arg(&file).status().unwrap();
    assert!(made.success());
    let world = World::start().await;
    let mut variables = world.settings_without_credential("oidc");
    let name = setting("oidc", "PRIVATE_KEY_FILE");
    variables.push((name, file.to_str().unwrap().to_owned()));
    // The watch over what is printed would read the file.
    let runtime =
        Runtime::with(NoTransport, TestClock::at(NOW), Environment::from_pairs(variables));
    let settings = runtime.environment().settings_of(descriptor("oidc"));
    let backend = authspec::backend(descriptor("oidc"), &settings, &runtime).unwrap();
    for ticket in [format!("tx2.{}", URL_SAFE_NO_PAD.encode([0; 64])), "tx2.AAAA".to_owned()] {
        let callback = Callback::from_url("/complete/oidc/?code=c&state=s");
        let error = backend.complete(&ticket, callback).await.unwrap_err();
        assert_eq!(word(&error), REFUSED);
        assert!(!error.message().contains("key.pem"), "a stranger is told no path");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

struct NoTransport;

impl Transport for NoTransport {
    fn send(&self, _request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(std::future::ready(Err(
            authspec::transport::TransportErrorKind::ConnectionLost.into()
        )))
    }
}

#[derive(Debug, PartialEq, serde::Deserialize, serde::Serialize)]
struct Link {
    account: u64,
    invited_by: String,
}

#[tokio::test]
async fn the_applications_data_comes_back_with_identity_and_error() {
    let world = World::start().await;
    let link = || Link { account: 7, invited_by: "ana@contoso.example".to_owned() };
    for name in ["azuread-v2-tenant-oauth2", "oidc", "github"] {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let home = redirect_uri(backend.as_ref());
        let request = || BeginRequest::new(home.clone()).next("/account").data(link());
        let started = backend.begin(request()).await.unwrap();
        assert!(!started.transaction.contains("ana") && !started.authorization_url.contains("ana"));
        let callback = world.browse(&started.authorization_url).await;
        // A refusal gives it back, so that the application can start again.
        let wrong = Callback::from_url(&callback.replace("state=", "state=x"));
        let error = backend.complete(&started.transaction, wrong).await.unwrap_err();
        assert_eq!((error.code(), error.next()), (Code::StateMismatch, Some("/account")));
        assert_eq!(Link::deserialize(error.data().unwrap()).unwrap(), link());
        let printed = format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
        assert!(!printed.contains("ana@"), "{printed}");
        let identity =
            backend.complete(&started.transaction, Callback::from_url(&callback)).await.unwrap();
        assert_eq!(identity.data_as::<Link>().unwrap(), Some(link()), "{name}");
        assert!(identity.data_as::<u64>().is_err());
        assert_eq!(identity.next.as_deref(), Some("/account"));
        // A ticket that does not open gives nothing back.
        let error = backend.complete("tx2.x", Callback::from_url(&callback)).await.unwrap_err();
        assert_eq!((error.next(), error.data()), (None, None));
        // What is no JSON, or more than a cookie holds, is refused when it begins.
        let wrong = [(1.5, 1), (2.5, 2)].map(|(name, value)| (format!("{name:?}"), value));
        let map: std::collections::HashMap<(String, i32), i32> =
            wrong.into_iter().map(|key| (key, 0)).collect();
        for bad in [BeginRequest::new(home.clone()).data(map), request().data("x".repeat(4000))] {
            let error = backend.begin(bad).await.unwrap_err();
            assert_eq!(word(&error), (Code::InvalidParameter, Stage::Begin));
            assert_eq!(error.parameter(), Some("data"));
        }
    }
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
        let request = BeginRequest::new("https://app.example/cb");
        let url = backend.begin(request).await.unwrap().authorization_url;
        for name in ["state=", "nonce=", "code_challenge="] {
            let (_, rest) = url.split_once(name).unwrap();
            let value = rest.split('&').next().unwrap();
            assert!(value.len() >= 43, "{name}{value}");
            assert!(seen.insert(value.to_owned()), "{name} came twice");
        }
    }
}
