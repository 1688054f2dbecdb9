//! Faults of connections and of TLS, each over real sockets: each has a word, a sentence and its cause.

use std::time::Duration;

use authspec::transport::{
    HttpRequest, HttpResponse, ReqwestTransport, ReqwestTransportBuilder, Transport as _,
    TransportError, TransportErrorKind as Kind,
};
use authspec::{Code, Recovery};
use authspec_authority::Authority;
use authspec_tests::World;
use authspec_tests::tls::{CompanyAuthority, Validity, speak_tls};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const NAME: &str = "azuread-v2-tenant-oauth2";

async fn get(transport: &ReqwestTransport, url: &str) -> Result<HttpResponse, TransportError> {
    transport.send(HttpRequest::get(url, Duration::from_secs(5))).await
}

async fn kind(transport: &ReqwestTransport, url: &str) -> Kind {
    get(transport, url).await.unwrap_err().kind().clone()
}

/// A server that answers the first bytes with these, and hangs up; it resets the connection if they are
/// none and `resets` is set.
async fn answering(answer: &'static [u8], resets: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            if resets {
                // What was not read when the socket closes makes the system reset the connection.
                _ = stream.readable().await;
                continue;
            }
            let mut hello = [0; 4096];
            _ = stream.read(&mut hello).await;
            _ = stream.write_all(answer).await;
        }
    });
    port
}

#[tokio::test]
async fn faults_of_a_connection_are_told_apart() {
    let transport = ReqwestTransport::new().unwrap();
    let at = |port: u16| format!("https://127.0.0.1:{port}/");
    // The label is longer than DNS allows: no server is asked about it.
    let unknown = format!("://{}.example/", "nowhere".repeat(10));
    for (what, url, expected) in [
        ("a name that DNS does not know", format!("http{unknown}"), Kind::HostNotFound),
        ("a name that no certificate can have", format!("https{unknown}"), Kind::HostNotFound),
        ("a closed port", at(1), Kind::ConnectionRefused),
        ("a reset", at(answering(b"", true).await), Kind::ConnectionLost),
        ("the end", at(answering(b"", false).await), Kind::ConnectionLost),
        ("handshake failure", at(answering(&[21, 3, 3, 0, 2, 2, 40], false).await), Kind::Tls),
        ("protocol version", at(answering(&[21, 3, 3, 0, 2, 2, 70], false).await), Kind::Tls),
        ("unrecognised name", at(answering(&[21, 3, 3, 0, 2, 2, 112], false).await), Kind::Tls),
        ("no TLS", at(answering(b"HTTP/1.1 400 Bad Request\r\n\r\n", false).await), Kind::NoTls),
    ] {
        let error = get(&transport, &url).await.unwrap_err();
        assert_eq!(error.kind(), &expected, "{what}: {error:?}");
        assert!(std::error::Error::source(&error).is_some(), "{what} has a cause");
    }
}

#[tokio::test]
async fn faults_of_a_certificate_are_told_apart() {
    let authority = Authority::start().await.unwrap();
    let company = CompanyAuthority::new();
    let serve = async |certificate| {
        format!("https://127.0.0.1:{}/oidc/keys", speak_tls(certificate, &authority.origin()).await)
    };
    let trusting = ReqwestTransport::builder().add_authorities(&company.pem()).unwrap();
    let trusting = trusting.build().unwrap();
    let only = ReqwestTransport::builder().only_authorities(&company.pem()).unwrap();
    let only = only.build().unwrap();
    let system = ReqwestTransport::new().unwrap();

    let good = serve(company.issue("IP:127.0.0.1", Validity::Now)).await;
    for transport in [&trusting, &only] {
        assert_eq!(
            get(transport, &good).await.unwrap().status,
            200,
            "the twin of all that follows"
        );
    }
    assert_eq!(kind(&system, &good).await, Kind::UnknownIssuer);
    let foreign = ReqwestTransport::builder().only_authorities(&CompanyAuthority::new().pem());
    assert_eq!(kind(&foreign.unwrap().build().unwrap(), &good).await, Kind::UnknownIssuer);
    let expired =
        kind(&trusting, &serve(company.issue("IP:127.0.0.1", Validity::Past)).await).await;
    assert!(matches!(expired, Kind::CertificateExpired(Some(_))), "{expired:?}");
    let future = serve(company.issue("IP:127.0.0.1", Validity::Future)).await;
    let future = kind(&trusting, &future).await;
    assert!(matches!(future, Kind::CertificateNotYetValid(Some(_))), "{future:?}");
    let other =
        kind(&trusting, &serve(company.issue("DNS:other.example", Validity::Now)).await).await;
    assert!(matches!(&other, Kind::WrongName(names) if names.len() == 1), "{other:?}");
    // What somebody makes with `openssl req -x509`, and cannot make trusted.
    assert_eq!(kind(&trusting, &serve(company.own()).await).await, Kind::AuthorityAsServer);
}

#[tokio::test]
async fn texts_without_a_certificate_are_no_authorities() {
    for pem in
        ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
    {
        let added = ReqwestTransport::builder().add_authorities(pem.as_bytes());
        let only = ReqwestTransport::builder().only_authorities(pem.as_bytes());
        for builder in [added, only] {
            let error = builder.and_then(ReqwestTransportBuilder::build).unwrap_err();
            assert_eq!(error.kind(), &Kind::NoAuthorities, "{pem}");
        }
    }
}

#[tokio::test]
async fn sentences_say_what_to_change_and_the_log_has_the_cause() {
    let world = World::start().await;
    let company = CompanyAuthority::new();
    let certificate = company.issue("IP:127.0.0.1", Validity::Now);
    let unknown_issuer = speak_tls(certificate, &world.authority.origin()).await;
    let no_tls = answering(b"HTTP/1.1 200 OK\r\n\r\n", false).await;
    let administrator = Recovery::ContactAdministrator;
    for (port, code, recovery, sentence, cause) in [
        (1, Code::ConnectionFailed, Recovery::RetryLater, "refuses connections", "refused"),
        (no_tls, Code::TlsError, administrator, "does not speak TLS", "InvalidContentType"),
        (unknown_issuer, Code::TlsError, administrator, "SSL_CERT_FILE", "UnknownIssuer"),
    ] {
        let host = format!("127.0.0.1:{port}");
        let backend = world.backend(NAME, &[("AUTHORITY_HOST", &format!("https://{host}"))]);
        let error = backend.logout_url(authspec::LogoutRequest::new()).await.unwrap_err();
        assert_eq!((error.code(), error.recovery()), (code, recovery), "{error}");
        assert!(error.message().contains(sentence) && error.message().contains(&host), "{error}");
        assert!(std::error::Error::source(&error).is_some());
        let logged = world.logged();
        let lines = logged.lines().filter(|line| line.contains("no response"));
        let of_host: Vec<&str> = lines.filter(|line| line.contains(&host)).collect();
        assert!(of_host.iter().any(|line| line.contains(cause)), "{cause}: {of_host:?}");
        assert!(of_host.iter().all(|line| !line.contains("https://")), "{of_host:?}");
    }
}

/// A server that speaks TLS with a good certificate and goes away in the middle of an answer.
#[tokio::test]
async fn a_server_that_dies_in_the_middle_is_no_tls_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 4096];
        _ = stream.read(&mut head).await;
        _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await;
    });
    let company = CompanyAuthority::new();
    let port = speak_tls(company.issue("IP:127.0.0.1", Validity::Now), &origin).await;
    let trusting = ReqwestTransport::builder().add_authorities(&company.pem()).unwrap();
    let fault = kind(&trusting.build().unwrap(), &format!("https://127.0.0.1:{port}/")).await;
    assert_eq!(fault, Kind::ConnectionLost);
}
