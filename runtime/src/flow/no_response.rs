//! The error of a request that got no response: what failed, at which host, and what to do about it.

use std::time::{Duration, UNIX_EPOCH};

use url::Url;

use crate::error::{Code, Error, Recovery, Stage};
use crate::transport::{MAX_RESPONSE, TransportError, TransportErrorKind as Kind};

/// The host of a URL, with its port if that is not the usual one: all that errors and logs show of it.
pub fn host_of(url: &str) -> String {
    let Ok(url) = Url::parse(url) else {
        return "the provider".to_owned();
    };
    let host = url.host_str().unwrap_or("the provider");
    url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"))
}

/// The error of a request to `host`, through `proxy` if there is one.
pub(crate) fn no_response(
    error: TransportError,
    host: &str,
    proxy: Option<&str>,
    stage: Stage,
) -> Error {
    let (code, recovery) = code_of(error.kind());
    let message = message_of(error.kind(), host, proxy);
    Error::new(code, stage, message).with_recovery(recovery).with_source(error)
}

/// The error of a request to an issuer that is not trusted: the same for every fault before the response,
/// because a difference would tell which hosts and ports of a network answer.
pub(crate) fn no_response_of_untrusted(error: TransportError, host: &str, stage: Stage) -> Error {
    if matches!(error.kind(), Kind::TooLarge | Kind::Compressed | Kind::NoAuthorities) {
        return no_response(error, host, None, stage);
    }
    let message = format!(
        "`{host}` cannot be asked: expected a host on the public internet that answers by https with a \
         certificate of a public authority. Check the issuer."
    );
    let error = Error::new(Code::ConnectionFailed, stage, message).with_source(error);
    error.with_recovery(Recovery::ContactAdministrator)
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        no_response(error, "the provider", None, Stage::Unknown)
    }
}

fn code_of(kind: &Kind) -> (Code, Recovery) {
    let administrator = Recovery::ContactAdministrator;
    match kind {
        Kind::ConnectionRefused | Kind::Unreachable | Kind::ConnectionLost => {
            (Code::ConnectionFailed, Recovery::RetryLater)
        }
        Kind::ConnectTimeout | Kind::Timeout => (Code::Timeout, Recovery::RetryLater),
        Kind::HostNotFound
        | Kind::ProxyUnreachable
        | Kind::ProxyRefused
        | Kind::ProxyAuthentication => (Code::ConnectionFailed, administrator),
        Kind::UnknownIssuer
        | Kind::AuthorityAsServer
        | Kind::CertificateExpired(_)
        | Kind::CertificateNotYetValid(_)
        | Kind::WrongName(_)
        | Kind::InvalidCertificate
        | Kind::NoTls
        | Kind::Tls
        | Kind::NoAuthorities => (Code::TlsError, administrator),
        Kind::TooLarge | Kind::Compressed | Kind::PrivateNetwork => {
            (Code::MalformedResponse, administrator)
        }
        Kind::Request => (Code::HttpError, administrator),
    }
}

fn message_of(kind: &Kind, host: &str, proxy: Option<&str>) -> String {
    let via = proxy.map(|proxy| format!(" through the proxy `{proxy}`")).unwrap_or_default();
    // The commonest cause in a company's network.
    let hint = match proxy {
        None => " No proxy is used: if this network has one, name it in HTTPS_PROXY.",
        Some(_) => "",
    };
    let proxy = proxy.unwrap_or("of this network");
    match kind {
        Kind::HostNotFound => format!(
            "The host `{host}` is unknown to DNS. Check the host in the settings, and the DNS servers \
             of this machine.{hint}"
        ),
        Kind::ConnectionRefused => format!(
            "`{host}` refuses connections: nothing listens at that port, or a firewall answers in its \
             place. Check host and port, or try again later.{hint}"
        ),
        Kind::Unreachable => {
            format!("No route leads to `{host}`. Check this machine's network, or try again later.{hint}")
        }
        Kind::ConnectionLost => {
            format!("The connection to `{host}`{via} was lost before the answer was there. Try again later.")
        }
        Kind::ConnectTimeout => format!(
            "`{host}` accepts no connection{via} in time: it is down, or a firewall drops what is sent to \
             it. Try again later.{hint}"
        ),
        Kind::Timeout => format!("`{host}` did not answer{via} in time. Try again later."),
        Kind::ProxyUnreachable => format!(
            "The proxy `{proxy}` cannot be reached. Check its host and port in HTTPS_PROXY or PROXIES."
        ),
        Kind::ProxyRefused => format!(
            "The proxy `{proxy}` did not connect to `{host}`: its rules do not allow the host, or it \
             cannot reach it. Allow the host in the proxy, or exempt it with NO_PROXY."
        ),
        Kind::ProxyAuthentication => format!(
            "The proxy `{proxy}` asks for a user name and a password. Put them into its URL, \
             `http://USER:PASSWORD@{proxy}`, in HTTPS_PROXY or PROXIES."
        ),
        Kind::UnknownIssuer => format!(
            "The certificate of `{host}` was issued by an authority that this machine does not trust. If \
             it is your company's own, or a proxy opens TLS, install that authority on this machine, or \
             name a PEM file with it in SSL_CERT_FILE."
        ),
        Kind::AuthorityAsServer => format!(
            "The certificate of `{host}` is a certificate authority's own (CA:TRUE), which no server may \
             use. Issue a certificate for the server, signed by that authority."
        ),
        Kind::CertificateExpired(end) => format!(
            "The certificate of `{host}` expired{}. It must be renewed there; if it was, check this \
             machine's clock.",
            date(" on ", *end)
        ),
        Kind::CertificateNotYetValid(begin) => format!(
            "The certificate of `{host}` is not valid yet{}. Check this machine's clock.",
            date(", before ", *begin)
        ),
        Kind::WrongName(names) if names.is_empty() => format!(
            "The certificate is not for the host `{host}`. Check the host in the settings."
        ),
        Kind::WrongName(names) => format!(
            "The certificate is not for the host `{host}`: it is for {}. Check the host in the settings.",
            names.join(", ")
        ),
        Kind::InvalidCertificate => format!(
            "The certificate of `{host}` is not valid. The log has the reason that the TLS library gives."
        ),
        Kind::NoTls => format!(
            "`{host}` does not speak TLS at that port: what answers is not an https server. Check host \
             and port in the settings."
        ),
        Kind::Tls => format!(
            "TLS with `{host}` failed: the two sides found no version or algorithm that both take, or \
             the server refused this client. The log has the reason that the TLS library gives."
        ),
        Kind::NoAuthorities => "There is no certificate authority to trust. Check the file and the folder \
             that SSL_CERT_FILE and SSL_CERT_DIR name, or install the system's certificates (on Debian, \
             the package ca-certificates)."
            .to_owned(),
        Kind::TooLarge => {
            format!("The reply of `{host}` is larger than {} KiB.", MAX_RESPONSE / 1024)
        }
        Kind::Compressed => {
            format!("The reply of `{host}` is compressed, although the request allows no compression.")
        }
        Kind::PrivateNetwork => format!(
            "The discovery document names the host `{host}`, which is on a private network, or only a \
             proxy would resolve it. If that is right, name the host in ENDPOINT_HOSTS."
        ),
        Kind::Request => {
            format!("The request to `{host}` has a URL or a header that HTTP does not allow.")
        }
    }
}

fn date(before: &str, time: Option<u64>) -> String {
    let format = |seconds| httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
    time.map(|seconds| format!("{before}{}", format(seconds))).unwrap_or_default()
}
