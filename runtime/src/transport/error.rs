//! The faults of a request that got no response.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The kind of a [`TransportError`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The host's name does not resolve to an address.
    HostNotFound,
    /// The host's port takes no connections.
    ConnectionRefused,
    /// No route leads to the host.
    Unreachable,
    /// The connection was reset, or ended before the response did.
    ConnectionLost,
    /// The host did not accept a connection in time.
    ConnectTimeout,
    /// The host accepted a connection, and did not answer in time.
    Timeout,
    /// The proxy itself cannot be reached.
    ProxyUnreachable,
    /// The proxy did not connect to the host (an answer to CONNECT other than 200).
    ProxyRefused,
    /// The proxy asks for a user name and a password (status 407).
    ProxyAuthentication,
    /// The certificate's issuer is not a trusted authority.
    UnknownIssuer,
    /// A certificate authority's own certificate is used as the server's.
    AuthorityAsServer,
    /// The certificate has expired; the end of its validity in Unix seconds, where it is known.
    CertificateExpired(Option<u64>),
    /// The certificate is not valid yet; the begin of its validity in Unix seconds, where it is known.
    CertificateNotYetValid(Option<u64>),
    /// The certificate is for these names, not for the host.
    WrongName(Vec<String>),
    /// Another fault of the certificate.
    InvalidCertificate,
    /// The port does not speak TLS.
    NoTls,
    /// The two sides did not agree on TLS.
    Tls,
    /// There are no certificate authorities to trust: the system has none, or a text holds none.
    NoAuthorities,
    /// The response is larger than [`MAX_RESPONSE`](super::MAX_RESPONSE).
    TooLarge,
    /// The response is compressed, which the request did not allow.
    Compressed,
    /// The host of a request to [`Network::Public`](super::Network::Public) is on a private network, or
    /// only a proxy would know.
    PrivateNetwork,
    /// The request cannot be made: a URL, header or proxy that HTTP does not allow.
    Request,
}

impl TransportErrorKind {
    /// The kind in one word, for logs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::HostNotFound => "host_not_found",
            Self::ConnectionRefused => "connection_refused",
            Self::Unreachable => "unreachable",
            Self::ConnectionLost => "connection_lost",
            Self::ConnectTimeout => "connect_timeout",
            Self::Timeout => "timeout",
            Self::ProxyUnreachable => "proxy_unreachable",
            Self::ProxyRefused => "proxy_refused",
            Self::ProxyAuthentication => "proxy_authentication",
            Self::UnknownIssuer => "unknown_issuer",
            Self::AuthorityAsServer => "authority_as_server",
            Self::CertificateExpired(_) => "certificate_expired",
            Self::CertificateNotYetValid(_) => "certificate_not_yet_valid",
            Self::WrongName(_) => "wrong_name",
            Self::InvalidCertificate => "invalid_certificate",
            Self::NoTls => "no_tls",
            Self::Tls => "tls",
            Self::NoAuthorities => "no_authorities",
            Self::TooLarge => "too_large",
            Self::Compressed => "compressed",
            Self::PrivateNetwork => "private_network",
            Self::Request => "request",
        }
    }
}

/// The error of a request without a response: its kind, and the cause that the HTTP library gave.
#[derive(Clone, Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error with its cause. The cause is logged: it must hold no secret and no URL with a query.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, source: Some(Arc::from(source.into())) }
    }

    /// The kind.
    pub fn kind(&self) -> &TransportErrorKind {
        &self.kind
    }

    /// The cause and what is behind it, from the outside to the inside; each text once.
    pub(crate) fn causes(&self) -> String {
        let first = self.source.as_deref().map(|source| source as &(dyn StdError + 'static));
        let mut texts: Vec<String> = Vec::new();
        for cause in std::iter::successors(first, |cause| next_cause(*cause)) {
            let text = cause.to_string();
            if !texts.last().is_some_and(|last| last.contains(&text)) {
                texts.push(text);
            }
        }
        texts.join(": ")
    }
}

/// The source of an error. An I/O error that was made of another one does not give it as its source.
pub(super) fn next_cause<'a>(
    cause: &'a (dyn StdError + 'static),
) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    wrapped.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| cause.source())
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.kind.as_str().replace('_', " "))
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
