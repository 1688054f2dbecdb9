//! Faulty networks: what is slow, endless, broken, compressed, or somebody else's ends in a word.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use authspec::transport::{
    HttpRequest, HttpResponse, Network, ReqwestTransport, Transport, TransportError,
    TransportErrorKind,
};
use authspec::{Code, Recovery, Stage};
use authspec_authority::{Authority, Delivery, Fault, Reply};
use authspec_tests::{NOW, TestClock, World, descriptor};
use tokio::net::{TcpListener, TcpStream};

use crate::attack::word;

const JSON: &str = "application/json";
const NAME: &str = "azuread-v2-tenant-oauth2";

#[tokio::test]
async fn slow_endless_and_broken_replies_end() {
    let world = World::start().await;
    let body = r#"{"error":"invalid_grant"}"#;
    let big = vec![b' '; 1024 * 1024 + 1];
    for (what, reply, code) in [
        (
            "a byte each second",
            Reply::new(200, JSON, body).delivered(Delivery::Dripping(900)),
            Code::Timeout,
        ),
        (
            "no end",
            Reply::new(200, JSON, vec![b' '; 4096]).delivered(Delivery::Endless),
            Code::MalformedResponse,
        ),
        ("more than 1 MiB", Reply::new(200, JSON, big), Code::MalformedResponse),
        (
            "half of it",
            Reply::new(200, JSON, body).delivered(Delivery::Truncated),
            Code::ConnectionFailed,
        ),
        ("silence", Reply::new(200, JSON, body).delayed(5000), Code::Timeout),
    ] {
        let backend = world.backend(NAME, &[("REQUESTS_TIMEOUT", "2")]);
        world.sign_in(backend.as_ref()).await.unwrap();
        let before = world.requests_to("/token");
        world.authority.set_fault(Some(Fault::Token(reply)));
        let started = Instant::now();
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!(word(&error), (code, Stage::TokenExchange), "{what}: {error}");
        assert!(started.elapsed() < Duration::from_secs(10), "{what}");
        assert_eq!(world.requests_to("/token"), before + 1, "{what}: a code is sent once");
        world.authority.set_fault(None);
    }
    // Its twin: the same reply, whole and in time.
    let backend = world.backend(NAME, &[("REQUESTS_TIMEOUT", "2")]);
    let plain = Reply::new(200, JSON, body).with_header("content-encoding", "identity");
    world.authority.set_fault(Some(Fault::Token(plain.delayed(200))));
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(word(&error), (Code::AuthorizationCodeRejected, Stage::TokenExchange));
}

/// `{}` as gzip.
const GZIP: &[u8] =
    &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xab, 0xae, 5, 0, 0x43, 0xbf, 0xa6, 0xa3, 2, 0, 0, 0];

#[tokio::test]
async fn a_compressed_reply_is_refused_by_that_name() {
    let world = World::start().await;
    let gzip = || Reply::new(200, JSON, GZIP).with_header("content-encoding", "gzip");
    let plain = || Reply::new(200, JSON, "{}").with_header("content-encoding", "identity");
    for (name, fault, twin) in [
        ("oidc", Fault::Discovery(gzip()), Fault::Discovery(plain())),
        ("oidc", Fault::Keys(gzip()), Fault::Keys(plain())),
        ("oidc", Fault::Token(gzip()), Fault::Token(plain())),
        ("github", Fault::UserInfo(gzip()), Fault::UserInfo(plain())),
    ] {
        world.usual_user(name);
        let refusal = async |fault: &Fault| {
            let backend = world.backend(name, &[]);
            world.authority.set_fault(Some(fault.clone()));
            let error = world.sign_in(backend.as_ref()).await.unwrap_err();
            (error.code(), error.message().to_owned())
        };
        let host = world.authority.origin().replace("http://", "");
        let sentence = format!(
            "The reply of `{host}` is compressed, although the request allows no compression."
        );
        assert_eq!(refusal(&fault).await, (Code::MalformedResponse, sentence), "{fault:?}");
        let (_, message) = refusal(&twin).await;
        assert!(!message.contains("compress"), "{twin:?}: {message}");
    }
}

/// A server that takes connections and, while it is silent, answers none of them; else it hands them on.
async fn silent_server(listener: TcpListener, behind: String, is_silent: Arc<AtomicBool>) {
    let mut held = Vec::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        if is_silent.load(Ordering::SeqCst) {
            held.push(stream);
            continue;
        }
        let mut server = TcpStream::connect(&behind).await.unwrap();
        tokio::spawn(async move { tokio::io::copy_bidirectional(&mut stream, &mut server).await });
    }
}

#[tokio::test]
async fn a_connection_that_is_never_answered_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let public = format!("http://{}", listener.local_addr().unwrap());
    let authority = Authority::builder().public_origin(&public).start().await.unwrap();
    authority.set_clock(Some(NOW));
    let is_silent = Arc::new(AtomicBool::new(true));
    let behind = authority.local_origin().replace("http://", "");
    tokio::spawn(silent_server(listener, behind, is_silent.clone()));

    let mut variables = authority.settings_for("oidc").unwrap();
    variables.push(("SOCIAL_AUTH_OIDC_REQUESTS_TIMEOUT".to_owned(), "1".to_owned()));
    let environment = authspec::Environment::from_pairs(variables);
    let begin = async || {
        let transport = ReqwestTransport::new().unwrap();
        let runtime = authspec::Runtime::with(transport, TestClock::at(NOW), environment.clone());
        let settings = runtime.environment().settings_of(descriptor("oidc"));
        let backend = authspec::backend(descriptor("oidc"), &settings, &runtime).unwrap();
        let request = authspec::BeginRequest::new("https://app.example/complete/oidc/");
        // So that the test ends, too, should the request not.
        tokio::time::timeout(Duration::from_secs(60), backend.begin(request)).await.unwrap()
    };
    let error = begin().await.unwrap_err();
    assert_eq!(word(&error), (Code::Timeout, Stage::Begin));
    assert_eq!(error.recovery(), Recovery::RetryLater);
    let host = public.replace("http://", "");
    let sentence = format!("`{host}` did not answer in time. Try again later.");
    assert_eq!(error.message(), sentence);
    // Its twin: the same server speaks.
    is_silent.store(false, Ordering::SeqCst);
    let begun = begin().await;
    assert!(begun.is_ok(), "{begun:?}");
}

fn get(url: &str) -> HttpRequest {
    HttpRequest::get(url, Duration::from_secs(5))
}

#[tokio::test]
async fn requests_to_the_public_internet_reach_no_neighbour() {
    let trap = Authority::start().await.unwrap();
    let port = trap.origin().rsplit(':').next().unwrap().to_owned();
    let transport = ReqwestTransport::new().unwrap();
    for host in ["127.0.0.1", "[::1]", "localhost", "2130706433"] {
        let url = format!("http://{host}:{port}/oidc/keys");
        let mut request = get(&url);
        request.network = Network::Public;
        let refused = transport.send(request).await.unwrap_err();
        assert_eq!(refused.kind(), &TransportErrorKind::PrivateNetwork, "{host}");
    }
    assert_eq!(trap.requests().len(), 0);
    // Its twin: the operator named the host.
    assert!(transport.send(get(&format!("http://127.0.0.1:{port}/oidc/keys"))).await.is_ok());
}

#[tokio::test]
async fn a_listed_host_may_be_a_neighbour() {
    let world = World::start().await;
    // The authority under another name of the same machine than the settings have.
    let other = world.authority.origin().replace("127.0.0.1", "localhost");
    let keys = vec![("jwks_uri".to_owned(), Some(format!("{other}/oidc/keys").into()))];
    world.authority.set_fault(Some(Fault::DiscoveryMembers(keys)));
    let error = world.sign_in(world.backend("oidc", &[]).as_ref()).await.unwrap_err();
    assert_eq!(word(&error), (Code::MalformedResponse, Stage::Begin));
    assert_eq!(error.parameter(), Some("jwks_uri"));
    assert!(error.message().contains("SOCIAL_AUTH_OIDC_ENDPOINT_HOSTS"), "{error}");
    let listed = world.backend("oidc", &[("ENDPOINT_HOSTS", "localhost")]);
    assert!(world.sign_in(listed.as_ref()).await.is_ok());
}

#[tokio::test]
async fn a_provider_that_says_when_to_come_back_is_believed() {
    let world = World::start().await;
    let backend = world.backend(NAME, &[]);
    for (status, after, seconds) in [
        (429, "17", Some(17)),
        (503, "99999", Some(3600)),
        (429, "-1", None),
        (503, "soon", None),
        (429, "Tue, 24 Nov 2099 02:00:00 GMT", Some(3600)),
        (503, "Wed, 24 Nov 1999 02:00:00 GMT", Some(0)),
        (503, "Tue, 24 Nov 1999 02:00:00 GMT", None), // that day was a Wednesday
    ] {
        let reply = Reply::new(status, JSON, "{}").with_header("retry-after", after);
        world.authority.set_fault(Some(Fault::Token(reply)));
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        let code = if status == 429 { Code::RateLimited } else { Code::Unavailable };
        assert_eq!((error.code(), error.recovery()), (code, Recovery::RetryLater), "{after}");
        assert_eq!(error.retry_after(), seconds.map(Duration::from_secs), "{after}");
    }
}

/// Says what was asked for, and on which networks that may be.
#[derive(Clone, Default)]
struct Recorder(Arc<std::sync::Mutex<Vec<(String, Network)>>>);

impl Transport for Recorder {
    fn send(
        &self,
        request: HttpRequest,
    ) -> authspec::transport::BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.0.lock().unwrap().push((request.url.clone(), request.network));
        let body = match request.url.rsplit('/').next() {
            Some("openid-configuration") => {
                r#"{"issuer":"https://op.example","authorization_endpoint":"https://op.example/a",
                    "token_endpoint":"https://op.example/token","jwks_uri":"https://keys.example/jwks"}"#
            }
            // The base point of P-256: a key that can be used, and that signed nothing.
            Some("jwks") => {
                r#"{"keys":[{"kty":"EC","crv":"P-256","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
                    "y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]}"#
            }
            Some("token") => r#"{"access_token":"a","id_token":"e30.e30.e30"}"#,
            _ => return Box::pin(std::future::ready(Err(TransportErrorKind::Timeout.into()))),
        };
        Box::pin(std::future::ready(Ok(HttpResponse::new(200, body))))
    }
}

#[tokio::test]
async fn hosts_that_only_a_document_names_must_be_public() {
    for (hosts, network) in [("", Network::Public), ("keys.example", Network::Any)] {
        let recorder = Recorder::default();
        let variables = [
            ("SOCIAL_AUTH_OIDC_KEY", "k"),
            ("SOCIAL_AUTH_OIDC_SECRET", "s"),
            ("SOCIAL_AUTH_OIDC_OIDC_ENDPOINT", "https://op.example"),
            ("SOCIAL_AUTH_OIDC_ENDPOINT_HOSTS", hosts),
        ];
        let environment = authspec::Environment::from_pairs(variables);
        let runtime = authspec::Runtime::with(recorder.clone(), TestClock::at(NOW), environment);
        let settings = runtime.environment().settings_of(descriptor("oidc"));
        let backend = authspec::backend(descriptor("oidc"), &settings, &runtime).unwrap();
        let home = "https://app.example/complete/oidc/";
        let started = backend.begin(authspec::BeginRequest::new(home)).await.unwrap();
        let (_, state) = started.authorization_url.split_once("&state=").unwrap();
        let query = format!("code=c&state={}", state.split('&').next().unwrap());
        let callback = authspec::Callback::new(home, &query);
        let error = backend.complete(&started.transaction, callback).await.unwrap_err();
        assert_eq!(word(&error), (Code::InvalidSignature, Stage::TokenValidation));
        let asked = recorder.0.lock().unwrap().clone();
        let of = |url: &str| asked.iter().find(|(own, _)| own == url).unwrap().1;
        assert_eq!(of("https://keys.example/jwks"), network, "{hosts}");
        assert_eq!(of("https://op.example/token"), Network::Any, "the document's own host");
    }
}

#[tokio::test]
async fn a_listed_host_is_a_host() {
    let world = World::start().await;
    for (hosts, good) in [
        ("keys.example,[::1],10.0.0.1", true),
        ("https://keys.example", false),
        ("keys.example:8443", false),
        ("keys.example/", false),
        ("::1", false),
    ] {
        let mut variables = world.settings("oidc");
        variables.push(("SOCIAL_AUTH_OIDC_ENDPOINT_HOSTS".to_owned(), hosts.to_owned()));
        let error = world.backend_with("oidc", variables).err();
        assert_eq!(error.is_none(), good, "{hosts}");
        if let Some(error) = error {
            assert_eq!(error.code(), Code::InvalidSetting);
        }
    }
}

#[tokio::test]
async fn a_provider_may_think_longer_than_it_may_be_silent() {
    let world = World::start().await;
    let backend = world.backend(NAME, &[("REQUESTS_TIMEOUT", "30")]);
    world.authority.set_fault(Some(Fault::Slow(5500)));
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    world.authority.set_fault(None);
    world.sign_in(backend.as_ref()).await.unwrap();
    world.authority.set_fault(Some(Fault::Slow(5500)));
    let callback = authspec::Callback::from_url(&callback);
    assert!(backend.complete(&started.transaction, callback).await.is_ok());
    // In the middle of an answer, five seconds of nothing are enough.
    let dripping = Reply::new(200, JSON, "{}").delivered(Delivery::Dripping(6000));
    world.authority.set_fault(Some(Fault::Token(dripping)));
    let begun = Instant::now();
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(error.code(), Code::Timeout);
    assert!(begun.elapsed() < Duration::from_secs(15));
}
