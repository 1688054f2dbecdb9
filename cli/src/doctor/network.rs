//! The way to the provider: proxy, DNS, connection and TLS.

use std::net::IpAddr;

use authspec::diagnosis::{Diagnosis, host_of, unread_authorities};
use authspec::transport::{HttpResponse, TransportError, TransportErrorKind as Kind};
use authspec::{Environment, Error};
use url::{Host, Url};

use super::report::Report;

/// Says which proxy requests go through, and which certificates are trusted.
pub(super) fn check_proxy(
    diagnosis: &Diagnosis,
    url: &str,
    environment: &Environment,
    report: &mut Report,
) {
    match diagnosis.proxy(url) {
        Some((proxy, source)) => {
            report.ok("proxy", format!("requests go through {proxy}, which {source} names"));
        }
        None => report.ok("proxy", "none for this provider"),
    }
    let own = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| (name, environment.var(name)));
    let own: Vec<String> =
        own.into_iter().filter_map(|(name, path)| Some(format!("{name}={}", path?))).collect();
    match unread_authorities(environment) {
        Some(warning) => report.warning("trust", warning.message),
        None if own.is_empty() => report.ok("trust", "the system's authorities"),
        None => report.ok("trust", format!("the authorities of {}", own.join(" and "))),
    }
}

/// Resolves the host of a URL and asks the URL; the answer, if there is one, whatever its status.
pub(super) async fn check_host(
    diagnosis: &Diagnosis,
    url: &str,
    report: &mut Report,
) -> Option<HttpResponse> {
    let parsed = Url::parse(url).ok()?;
    let host = host_of(url);
    let name = match parsed.host() {
        Some(Host::Domain(name)) => Some(name.to_owned()),
        _ => None,
    };
    let proxy = diagnosis.proxy(url).map(|(proxy, _)| proxy.to_string());
    match (&proxy, name) {
        (Some(proxy), _) => report.ok("dns", format!("{host}: left to the proxy {proxy}")),
        (None, None) => report.ok("dns", format!("{host}: an address needs none")),
        (None, Some(name)) => resolve(&name, report).await?,
    }
    match diagnosis.ask(url).await {
        Ok(answer) => {
            report.ok("connection", format!("{host} answers"));
            let tls = match parsed.scheme() {
                "https" => format!("{host}: the certificate is trusted"),
                _ => format!("{host}: not used on this machine"),
            };
            report.ok("tls", tls);
            Some(answer)
        }
        Err(error) => {
            fault(&host, &error, report);
            None
        }
    }
}

async fn resolve(name: &str, report: &mut Report) -> Option<()> {
    let found = tokio::net::lookup_host((name, 0)).await;
    let addresses: Vec<IpAddr> =
        found.map(|all| all.map(|address| address.ip()).collect()).unwrap_or_default();
    if addresses.is_empty() {
        report.fault(
            "dns",
            format!(
                "{name} is unknown: check the host in the settings and the DNS servers of this \
                 machine; if this network has a proxy, name it in HTTPS_PROXY"
            ),
        );
        return None;
    }
    let shown: Vec<String> = addresses.iter().take(4).map(ToString::to_string).collect();
    report.ok("dns", format!("{name}: {}", shown.join(", ")));
    Some(())
}

/// A failed request, at the step that it failed in.
fn fault(host: &str, error: &Error, report: &mut Report) {
    let kind = std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<TransportError>())
        .map(TransportError::kind);
    let check = match kind {
        Some(Kind::HostNotFound) => "dns",
        Some(Kind::ProxyUnreachable | Kind::ProxyRefused | Kind::ProxyAuthentication) => "proxy",
        Some(
            Kind::UnknownIssuer
            | Kind::AuthorityAsServer
            | Kind::CertificateExpired(_)
            | Kind::CertificateNotYetValid(_)
            | Kind::WrongName(_)
            | Kind::InvalidCertificate
            | Kind::NoTls
            | Kind::Tls
            | Kind::NoAuthorities,
        ) => {
            report.ok("connection", format!("{host} takes connections"));
            "tls"
        }
        _ => "connection",
    };
    report.fault(check, error.message());
}
