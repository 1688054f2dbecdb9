//! Discovery documents and key sets under stress: floods, changes in the middle, callers who give up.

use std::sync::Arc;
use std::time::Duration;

use authspec::transport::{
    BoxFuture, HttpRequest, HttpResponse, Network, ReqwestTransport, Transport, TransportError,
    TransportErrorKind,
};
use authspec::{Backend, Callback, Code, Environment, Runtime, Stage};
use authspec_authority::{Authority, Fault, IdTokenFault, Reply};
use authspec_tests::{NOW, TestClock, World, setting};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::attack::word;

const NAME: &str = "azuread-v2-tenant-oauth2";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_sign_ins_fetch_each_document_once() {
    let world = Arc::new(World::start().await);
    // A thousand at once take a small machine longer than one of them may take elsewhere.
    let patient = [("REQUESTS_TIMEOUT", "60")];
    let backend: Arc<dyn Backend> = Arc::from(world.backend(NAME, &patient));
    // So many at the same time: a small machine does not take a thousand connections at once.
    let places = Arc::new(Semaphore::new(250));
    let sign_ins: Vec<_> = (0..1000)
        .map(|_| {
            let (world, backend) = (world.clone(), backend.clone());
            let place = places.clone();
            tokio::spawn(async move {
                let _place = place.acquire().await.expect("it is never closed");
                world.sign_in(backend.as_ref()).await
            })
        })
        .collect();
    for sign_in in sign_ins {
        sign_in.await.unwrap().unwrap();
    }
    assert_eq!(world.requests_to("openid-configuration"), 1);
    assert_eq!(world.requests_to("keys"), 1);
    assert_eq!(world.requests_to("/token"), 1000);
}

#[tokio::test]
async fn a_flood_of_unknown_keys_is_four_requests() {
    let world = World::start().await;
    let backend = world.backend(NAME, &[]);
    for number in 0..200 {
        let kid = vec![("kid".to_owned(), Some(json!(format!("invented-{number}"))))];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Header(kid))));
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!(word(&error), (Code::InvalidSignature, Stage::TokenValidation));
    }
    world.authority.set_fault(None);
    assert_eq!(world.requests_to("keys"), 4, "the first, and three for all that were invented");
    assert!(world.sign_in(backend.as_ref()).await.is_ok());
}

/// A logout token whose key id is invented: anybody can send one.
fn strangers_logout_token(number: usize) -> String {
    let header = format!(r#"{{"alg":"RS256","typ":"logout+jwt","kid":"invented-{number}"}}"#);
    format!("{}.e30.AAAA", URL_SAFE_NO_PAD.encode(header))
}

#[tokio::test]
async fn a_strangers_logout_token_delays_no_key() {
    let world = World::start().await;
    for name in [NAME, "oidc"] {
        let backend = world.backend(name, &[]);
        world.sign_in(backend.as_ref()).await.unwrap();
        let before = world.requests_to("keys");
        for number in 0..20 {
            let token = strangers_logout_token(number);
            let error = backend.back_channel_logout(&token).await.unwrap_err();
            assert_eq!(word(&error), (Code::InvalidSignature, Stage::Disconnect));
        }
        assert_eq!(
            world.requests_to("keys"),
            before + 3,
            "{name}: notices have their own allowance"
        );
        for _ in 0..2 {
            world.authority.rotate_keys();
            let identity = world.sign_in(backend.as_ref()).await;
            assert!(identity.is_ok(), "{name}: {:?}", identity.err());
        }
    }
}

#[tokio::test]
async fn a_long_retry_after_is_no_outage() {
    let world = World::start().await;
    let busy = || Reply::new(503, "text/html", "").with_header("retry-after", "86400");
    let backend = world.backend(NAME, &[]);
    world.sign_in(backend.as_ref()).await.unwrap();
    // Keys change while the key set cannot be had: the keys at hand are no good.
    world.authority.rotate_keys();
    world.authority.set_fault(Some(Fault::Keys(busy())));
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(word(&error), (Code::Unavailable, Stage::TokenValidation));
    world.authority.set_fault(None);
    world.advance(59);
    assert!(world.sign_in(backend.as_ref()).await.is_err(), "it is left alone for a minute");
    world.advance(1);
    assert!(world.sign_in(backend.as_ref()).await.is_ok());
    // Without any document.
    for fault in [Fault::Keys(busy()), Fault::Discovery(busy())] {
        let backend = world.backend(NAME, &[]);
        world.authority.set_fault(Some(fault));
        assert!(world.sign_in(backend.as_ref()).await.is_err());
        world.authority.set_fault(None);
        world.advance(60);
        assert!(world.sign_in(backend.as_ref()).await.is_ok());
    }
}

/// A network on which a public name leads to a private address, where the keys are.
struct PrivateKeys {
    inner: ReqwestTransport,
    name: &'static str,
    keys: String,
}

impl Transport for PrivateKeys {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let mut request = request;
        if request.url == self.name {
            if request.network == Network::Public {
                return Box::pin(async { Err(TransportErrorKind::PrivateNetwork.into()) });
            }
            request.url.clone_from(&self.keys);
        }
        self.inner.send(request)
    }
}

#[tokio::test]
async fn one_providers_document_spoils_no_others_keys() {
    let honest = World::start().await;
    let keys = format!("{}/oidc/keys", honest.authority.origin());
    let name = "https://keys.op.example/oidc/keys";
    let inner = ReqwestTransport::new().unwrap();
    let transport = PrivateKeys { inner, name, keys };
    let mut variables = honest.settings("oidc");
    variables.push((setting("oidc", "JWKS_URI"), name.to_owned()));
    let evil = World::start().await;
    evil.authority
        .set_fault(Some(Fault::DiscoveryMembers(vec![("jwks_uri".to_owned(), Some(json!(name)))])));
    let runtime =
        Runtime::with(transport, TestClock::at(NOW), Environment::from_pairs::<String, String>([]));
    let descriptor = authspec_tests::descriptor("oidc");
    let backend = |name: &str, variables: Vec<(String, String)>| {
        let settings = Environment::from_pairs(variables).settings_of(descriptor);
        authspec::backend(descriptor.instance(name).unwrap(), &settings, &runtime).unwrap()
    };
    let (other, own) = (backend("other", evil.settings("oidc")), backend("own", variables));
    let error = other.back_channel_logout(&strangers_logout_token(0)).await.unwrap_err();
    assert_eq!(word(&error), (Code::MalformedResponse, Stage::Disconnect), "{error}");
    let identity = honest.sign_in(own.as_ref()).await;
    assert!(identity.is_ok(), "{:?}", identity.err());
    let error = other.back_channel_logout(&strangers_logout_token(1)).await.unwrap_err();
    assert_eq!(word(&error), (Code::MalformedResponse, Stage::Disconnect), "{error}");
}

#[tokio::test]
async fn keys_may_change_between_callback_and_token() {
    let world = World::start().await;
    for name in [NAME, "oidc"] {
        let backend = world.backend(name, &[]);
        world.sign_in(backend.as_ref()).await.unwrap();
        world.advance(300);
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        world.authority.rotate_keys();
        let identity = backend.complete(&started.transaction, Callback::from_url(&callback)).await;
        assert!(identity.is_ok(), "{name}: {:?}", identity.err());
    }
}

#[tokio::test]
async fn while_the_provider_hangs_or_lies_the_last_good_keys_serve_for_a_week() {
    let world = World::start().await;
    let backend = world.backend(NAME, &[("REQUESTS_TIMEOUT", "1")]);
    world.sign_in(backend.as_ref()).await.unwrap();
    world.advance(24 * 3600);
    let garbage = Reply::new(200, "application/json", "{\"keys\":[null]}");
    for fault in [
        Fault::Keys(Reply::new(500, "text/html", "")),
        Fault::Keys(Reply::new(200, "application/json", "{}").delayed(1500)),
        Fault::Keys(garbage.clone()),
    ] {
        world.authority.set_fault(Some(fault));
        world.advance(60);
        let identity = world.sign_in(backend.as_ref()).await;
        assert!(identity.is_ok(), "{:?}", identity.err());
    }
    world.authority.set_fault(Some(Fault::Keys(garbage)));
    world.advance(6 * 24 * 3600);
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(word(&error), (Code::MalformedResponse, Stage::TokenValidation), "after a week");
    world.authority.set_fault(None);
    world.advance(2);
    assert!(world.sign_in(backend.as_ref()).await.is_ok(), "it tries again after a moment");
}

#[tokio::test]
async fn a_document_that_could_not_be_used_replaces_no_good_one() {
    let world = World::start().await;
    for (backend, member, value) in [
        ("oidc", "issuer", Some(json!("https://evil.example"))),
        ("oidc", "authorization_endpoint", None),
        ("oidc", "token_endpoint", Some(json!("https://10.0.0.1/token"))),
        (NAME, "jwks_uri", None),
        (NAME, "jwks_uri", Some(json!("https://keys.example/"))),
    ] {
        let backend = world.backend(backend, &[]);
        world.sign_in(backend.as_ref()).await.unwrap();
        world.advance(25 * 3600);
        let change = vec![(member.to_owned(), value)];
        world.authority.set_fault(Some(Fault::DiscoveryMembers(change)));
        let before = world.requests_to("openid-configuration");
        assert!(world.sign_in(backend.as_ref()).await.is_ok(), "{member}");
        assert_eq!(world.requests_to("openid-configuration"), before + 1, "{member}: it was asked");
        // Without a good one, the bad one is told.
        world.advance(7 * 24 * 3600);
        assert!(world.sign_in(backend.as_ref()).await.is_err(), "{member}");
        world.authority.set_fault(None);
    }
}

#[tokio::test]
async fn two_tenants_never_share_a_document() {
    let world = World::start().await;
    let variables = world.settings(NAME);
    let runtime = world.runtime(variables);
    let home = runtime.environment().settings_of(authspec_tests::descriptor(NAME));
    let common = {
        let mut settings = world.settings(NAME);
        settings.push((setting(NAME, "TENANT_ID"), "common".to_owned()));
        Environment::from_pairs(settings).settings_of(authspec_tests::descriptor(NAME))
    };
    for settings in [home, common] {
        let backend =
            authspec::backend(authspec_tests::descriptor(NAME), &settings, &runtime).unwrap();
        world.sign_in(backend.as_ref()).await.unwrap();
        world.sign_in(backend.as_ref()).await.unwrap();
    }
    assert_eq!(world.requests_to("openid-configuration"), 2, "one for each tenant");
    assert_eq!(world.requests_to("keys"), 2);
}

/// Waits until the provider was asked for a document this often.
async fn asked(world: &World, end: &str, times: usize) {
    let seen = async {
        while world.requests_to(end) < times {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), seen).await.expect("the provider is asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_gives_up_leaves_nothing_stuck() {
    let world = Arc::new(World::start().await);
    for (document, fault) in
        [("openid-configuration", Fault::Discovery as fn(Reply) -> Fault), ("keys", Fault::Keys)]
    {
        let backend: Arc<dyn Backend> = Arc::from(world.backend(NAME, &[]));
        let before = world.requests_to(document);
        world.authority.set_fault(Some(fault(Reply::new(503, "", "").delayed(1500))));
        let sign_in = |world: &Arc<World>| {
            let (world, backend) = (Arc::clone(world), Arc::clone(&backend));
            tokio::spawn(async move { world.sign_in(backend.as_ref()).await })
        };
        let leader = sign_in(&world);
        asked(&world, document, before + 1).await;
        let waiters: Vec<_> = (0..20).map(|_| sign_in(&world)).collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        leader.abort();
        for waiter in waiters {
            let ended = tokio::time::timeout(Duration::from_secs(10), waiter).await;
            let error = ended.expect("nothing is stuck").unwrap().unwrap_err();
            assert_eq!(error.code(), Code::Unavailable, "they share what the fetch gave");
        }
        // One fetch, which is one request and one more where that can help.
        assert_eq!(world.requests_to(document), before + 2, "{document}");
        world.authority.set_fault(None);
        world.advance(2);
        assert!(world.sign_in(backend.as_ref()).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_gives_up_again_and_again_is_no_flood() {
    let world = World::start().await;
    let backend = world.backend(NAME, &[]);
    world.sign_in(backend.as_ref()).await.unwrap();
    let before = world.requests_to("keys");
    // Anybody can send notices with keys of their own invention, and hang up.
    world.authority.set_fault(Some(Fault::Slow(3000)));
    for number in 0..20 {
        let token = strangers_logout_token(number);
        let notice = backend.back_channel_logout(&token);
        assert!(tokio::time::timeout(Duration::from_millis(50), notice).await.is_err());
    }
    assert_eq!(world.requests_to("keys"), before + 1);
}

#[tokio::test]
async fn addresses_in_a_header_are_never_asked() {
    let world = World::start().await;
    let trap = Authority::start().await.unwrap();
    let backend = world.backend(NAME, &[]);
    for name in ["jku", "x5u", "jwk", "x5c"] {
        let address = json!(format!("{}/oidc/keys", trap.origin()));
        let header = vec![(name.to_owned(), Some(address))];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Header(header))));
        assert!(world.sign_in(backend.as_ref()).await.is_ok(), "{name} is not read");
    }
    assert_eq!(trap.requests().len(), 0);
}

#[tokio::test]
async fn a_document_is_asked_for_once_more_and_a_busy_provider_is_not() {
    let world = World::start().await;
    for (reply, asked) in [
        (Reply::new(500, "text/html", ""), 2),
        (Reply::new(503, "text/html", "").with_header("retry-after", "30"), 1),
        (Reply::new(429, "text/html", "").with_header("retry-after", "30"), 1),
        (Reply::new(404, "text/html", ""), 1),
    ] {
        let backend = world.backend(NAME, &[]);
        let before = world.requests_to("keys");
        let waits = reply.headers.len();
        world.authority.set_fault(Some(Fault::Keys(reply.clone())));
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!(world.requests_to("keys"), before + asked, "{}", reply.status);
        let wait = (waits == 1).then_some(Duration::from_secs(30));
        assert_eq!(error.retry_after(), wait, "{}", reply.status);
        // As long as it asked for, and for a moment in any case, nobody asks it again.
        for (seconds, more) in [(0, 0), (1, 0), (1, if waits == 1 { 0 } else { asked })] {
            world.advance(seconds);
            let again = world.sign_in(backend.as_ref()).await.unwrap_err();
            assert_eq!(word(&again), word(&error));
            assert_eq!(world.requests_to("keys"), before + asked + more, "{}", reply.status);
        }
        world.authority.set_fault(None);
        world.advance(30);
        assert!(world.sign_in(backend.as_ref()).await.is_ok(), "{}", reply.status);
    }
}
