//! The kind of fault behind an error of reqwest.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};

use rustls::CertificateError;
use rustls::pki_types::{InvalidDnsNameError, UnixTime};

use super::error::next_cause;
use super::resolve::Unresolved;
use super::{TransportError, TransportErrorKind as Kind};

/// The fault, with the error as its cause. Its URL is left out: it may have a query.
pub(super) fn classify(error: reqwest::Error, is_proxied: bool) -> TransportError {
    let kind = kind(&error, is_proxied);
    TransportError::new(kind, error.without_url())
}

fn kind(error: &reqwest::Error, is_proxied: bool) -> Kind {
    if error.is_builder() {
        return Kind::Request;
    }
    let causes: Vec<&(dyn StdError + 'static)> =
        std::iter::successors(error.source(), |cause| next_cause(*cause)).collect();
    if let Some(kind) = is_proxied.then(|| of_proxy(&causes)).flatten() {
        return kind;
    }
    if let Some(unresolved) = causes.iter().find_map(|cause| cause.downcast_ref::<Unresolved>()) {
        return match unresolved {
            Unresolved::Unknown(_) => Kind::HostNotFound,
            Unresolved::Private => Kind::PrivateNetwork,
        };
    }
    if causes.iter().any(|cause| cause.is::<InvalidDnsNameError>()) {
        return Kind::HostNotFound;
    }
    if let Some(tls) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return of_tls(tls);
    }
    if error.is_timeout() {
        return if error.is_connect() { Kind::ConnectTimeout } else { Kind::Timeout };
    }
    // The innermost says most.
    let io = causes.iter().rev().find_map(|cause| cause.downcast_ref::<io::Error>());
    match io.map(io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => Kind::ConnectionRefused,
        Some(
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown,
        ) => Kind::Unreachable,
        Some(ErrorKind::TimedOut) if error.is_connect() => Kind::ConnectTimeout,
        // Also a peer that goes away without the farewell of TLS: nothing is wrong with its certificate.
        _ => Kind::ConnectionLost,
    }
}

/// The fault of a proxy, as hyper-util words it: its type of these errors is private.
fn of_proxy(causes: &[&(dyn StdError + 'static)]) -> Option<Kind> {
    let text = causes
        .iter()
        .find_map(|cause| cause.to_string().strip_prefix("tunnel error: ").map(str::to_owned));
    match text.as_deref()? {
        "proxy authorization required" => Some(Kind::ProxyAuthentication),
        "failed to create underlying connection" => Some(Kind::ProxyUnreachable),
        _ => Some(Kind::ProxyRefused),
    }
}

fn of_tls(error: &rustls::Error) -> Kind {
    match error {
        rustls::Error::InvalidCertificate(fault) => of_certificate(fault),
        rustls::Error::InvalidMessage(_) => Kind::NoTls,
        _ => Kind::Tls,
    }
}

fn of_certificate(fault: &CertificateError) -> Kind {
    match fault {
        CertificateError::UnknownIssuer => Kind::UnknownIssuer,
        CertificateError::Expired => Kind::CertificateExpired(None),
        CertificateError::ExpiredContext { not_after, .. } => {
            Kind::CertificateExpired(Some(seconds(*not_after)))
        }
        CertificateError::NotValidYet => Kind::CertificateNotYetValid(None),
        CertificateError::NotValidYetContext { not_before, .. } => {
            Kind::CertificateNotYetValid(Some(seconds(*not_before)))
        }
        CertificateError::NotValidForName => Kind::WrongName(Vec::new()),
        CertificateError::NotValidForNameContext { presented, .. } => {
            Kind::WrongName(presented.clone())
        }
        // The library below tells it by its words only.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            Kind::AuthorityAsServer
        }
        _ => Kind::InvalidCertificate,
    }
}

fn seconds(time: UnixTime) -> u64 {
    time.as_secs()
}
