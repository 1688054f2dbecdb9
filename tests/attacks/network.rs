//! Faulty networks: what is slow, endless, broken, compressed, or somebody else's ends in a word.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use authspec::transport::{
    HttpRequest, HttpResponse, Network, ReqwestTransport, Transport, TransportError,
};
use authspec::{Code, Recovery, Stage};
use authspec_authority::{Authority, Delivery, Fault, Reply};
use authspec_tests::{NOW, TestClock, World, descriptor};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

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
        (
            "compressed",
            Reply::new(200, JSON, body).with_header("content-encoding", "gzip"),
            Code::MalformedResponse,
        ),
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

fn get(url: &str) -> HttpRequest {
    HttpRequest::get(url, Duration::from_secs(5))
}

#[tokio::test]
async fn nobody_at_home_and_names_that_mean_nobody() {
    let transport = ReqwestTransport::new().unwrap();
    // The second name is longer than a name can be: it is refused before anybody is asked.
    let long = format!("http://{}.example/", "x".repeat(64));
    for url in ["http://127.0.0.1:1/", long.as_str()] {
        assert_eq!(transport.send(get(url)).await.unwrap_err(), TransportError::Connect, "{url}");
    }
    let world = World::start().await;
    let backend = world.backend(NAME, &[("AUTHORITY_HOST", "http://127.0.0.1:1")]);
    let error = backend.logout_url(authspec::LogoutRequest::new()).await.unwrap_err();
    assert_eq!((error.code(), error.recovery()), (Code::ConnectionFailed, Recovery::RetryLater));
}

/// A server that answers the beginning of TLS with these bytes, and hangs up.
async fn answering(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = [0; 4096];
            _ = stream.read(&mut hello).await;
            _ = stream.write_all(answer).await;
        }
    });
    port
}

#[tokio::test]
async fn what_does_not_speak_tls_is_a_tls_error() {
    let transport = ReqwestTransport::new().unwrap();
    for (what, answer, fault) in [
        ("an alert: handshake failure", &[21, 3, 3, 0, 2, 2, 40][..], TransportError::Tls),
        ("an alert: protocol version", &[21, 3, 3, 0, 2, 2, 70], TransportError::Tls),
        ("an alert: unrecognised name", &[21, 3, 3, 0, 2, 2, 112], TransportError::Tls),
        ("no TLS at all", b"HTTP/1.1 400 Bad Request\r\n\r\n", TransportError::Tls),
        ("nothing", b"", TransportError::Connect),
    ] {
        let url = format!("https://127.0.0.1:{}/", answering(answer).await);
        assert_eq!(transport.send(get(&url)).await.unwrap_err(), fault, "{what}");
    }
    let world = World::start().await;
    let host = format!("https://127.0.0.1:{}", answering(b"HTTP/1.1 200 OK\r\n\r\n").await);
    let backend = world.backend(NAME, &[("AUTHORITY_HOST", &host)]);
    let error = backend.logout_url(authspec::LogoutRequest::new()).await.unwrap_err();
    assert_eq!(error.code(), Code::TlsError);
    assert_eq!(error.recovery(), Recovery::ContactAdministrator);
}

/// A server whose certificate nobody vouches for: the system's own `openssl`.
struct Stranger {
    process: std::process::Child,
    folder: std::path::PathBuf,
    port: u16,
}

impl Stranger {
    /// A server that answers with a page (`-www`), else with what stands on its standard input.
    fn start(name: &str, page: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("authspec-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let openssl = |arguments: &str| {
            let mut command = Command::new("openssl");
            command.args(arguments.split(' ')).current_dir(&folder);
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let made = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 1 \
                    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
                    -addext basicConstraints=critical,CA:FALSE";
        assert!(openssl(made).status().expect("openssl, of the package openssl").success());
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let serve = format!("s_server -quiet -accept {port} -cert cert.pem -key key.pem{page}");
        let process = openssl(&serve).spawn().unwrap();
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "openssl does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { process, folder, port }
    }

    fn url(&self) -> String {
        format!("https://127.0.0.1:{}/", self.port)
    }

    /// A transport for which the certificate is good.
    fn trusting(&self) -> ReqwestTransport {
        let certificate = std::fs::read(self.folder.join("cert.pem")).unwrap();
        ReqwestTransport::trusting(&certificate).unwrap()
    }

    fn answers(&mut self, text: &str) {
        self.process.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_a_tls_error() {
    let stranger = Stranger::start("stranger", " -www");
    let transport = ReqwestTransport::new().unwrap();
    assert_eq!(transport.send(get(&stranger.url())).await.unwrap_err(), TransportError::Tls);
    // Its twin: whoever trusts that certificate is served.
    let trusting = stranger.trusting();
    let answer = trusting.send(get(&stranger.url())).await;
    assert!(answer.is_ok(), "{answer:?}");
    for pem in
        ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
    {
        assert_eq!(ReqwestTransport::trusting(pem.as_bytes()).err(), Some(TransportError::Tls));
    }
}

#[tokio::test]
async fn a_server_that_dies_in_the_middle_is_no_tls_error() {
    let mut stranger = Stranger::start("dying", "");
    let trusting = stranger.trusting();
    stranger.answers("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
    let url = stranger.url();
    let answer = tokio::spawn(async move { trusting.send(get(&url)).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(stranger);
    assert_eq!(answer.await.unwrap().unwrap_err(), TransportError::Connect);
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
        assert_eq!(refused, TransportError::PrivateNetwork, "{host}");
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
struct Recorder(std::sync::Arc<std::sync::Mutex<Vec<(String, Network)>>>);

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
            Some("jwks") => r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#,
            Some("token") => r#"{"access_token":"a","id_token":"e30.e30.e30"}"#,
            _ => return Box::pin(std::future::ready(Err(TransportError::Timeout))),
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
