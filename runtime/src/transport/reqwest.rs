//! The transport that ships: reqwest on rustls, with everything off that a token request must not do.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::Certificate;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION,
    RETRY_AFTER, WWW_AUTHENTICATE,
};
use reqwest::redirect::Policy;
use url::Url;

use super::body::Body;
use super::classify::classify;
use super::network::is_private_network;
use super::resolve::{Lookup, Resolver, system_lookup};
use super::{
    BoxFuture, HttpRequest, HttpResponse, Method, Network, Proxy, Transport, TransportError,
    TransportErrorKind as Kind,
};
use crate::settings::is_loopback;

/// The time limit for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The longest pause between two parts of a response. The whole request has a time limit of its own.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// HTTP over reqwest: no redirects, no compression, bounded in time and size. Requests to
/// [`Network::Public`] reach public addresses only.
///
/// It trusts the certificate authorities of the system; with `SSL_CERT_FILE` (a PEM file) or `SSL_CERT_DIR`
/// (a folder of them) in the environment of the process, the authorities of these instead.
#[derive(Clone)]
pub struct ReqwestTransport {
    settings: Arc<ReqwestTransportBuilder>,
    lookup: Lookup,
    /// Made when they are first needed: each reads the system's certificates.
    clients: Arc<Mutex<HashMap<Route, reqwest::Client>>>,
}

/// The route that an HTTP client is made for.
type Route = (Network, Option<Proxy>);

/// Makes a [`ReqwestTransport`].
///
/// ```no_run
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use authspec::transport::{Proxy, ReqwestTransport};
///
/// let transport = ReqwestTransport::builder()
///     .proxy(Proxy::new("http://proxy.corp.example:3128")?)
///     .add_authorities(&std::fs::read("/etc/ssl/corp.pem")?)?
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ReqwestTransportBuilder {
    proxy: Option<Proxy>,
    authorities: Vec<Certificate>,
    /// `true` if the system's authorities are not trusted.
    is_exclusive: bool,
}

impl ReqwestTransportBuilder {
    /// Sends every request through this proxy, but those to loopback hosts. The settings and variables
    /// that name a proxy are not read then.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Trusts further certificate authorities beside the system's, such as a company's own: the
    /// certificates of a PEM text.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::NoAuthorities`](Kind::NoAuthorities) when the text holds no certificate.
    pub fn add_authorities(mut self, pem: &[u8]) -> Result<Self, TransportError> {
        let authorities = Certificate::from_pem_bundle(pem);
        let authorities =
            authorities.map_err(|error| TransportError::new(Kind::NoAuthorities, error))?;
        if authorities.is_empty() {
            return Err(TransportError::new(Kind::NoAuthorities, "the PEM holds no certificate"));
        }
        self.authorities.extend(authorities);
        Ok(self)
    }

    /// Trusts these certificate authorities and no others, not even the system's.
    ///
    /// # Errors
    ///
    /// As [`add_authorities`](Self::add_authorities).
    pub fn only_authorities(self, pem: &[u8]) -> Result<Self, TransportError> {
        Ok(Self { is_exclusive: true, ..self.add_authorities(pem)? })
    }

    /// The transport, with a connection pool of its own.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::NoAuthorities`](Kind::NoAuthorities) when an authority's certificate cannot be
    /// read, or the system's cannot be loaded and there is no other.
    pub fn build(self) -> Result<ReqwestTransport, TransportError> {
        let transport = ReqwestTransport {
            settings: Arc::new(self),
            lookup: system_lookup,
            clients: Arc::default(),
        };
        transport.client((Network::Any, None))?;
        Ok(transport)
    }
}

impl ReqwestTransport {
    /// A transport that trusts the system's authorities, with a connection pool of its own.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::NoAuthorities`](Kind::NoAuthorities) when they cannot be loaded.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// A transport with a proxy or certificate authorities of your own.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
    }

    /// The client for this route, made at its first use.
    fn client(&self, route: Route) -> Result<reqwest::Client, TransportError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&route) {
            return Ok(client.clone());
        }
        let client = self.new_client(&route)?;
        clients.insert(route, client.clone());
        Ok(client)
    }

    /// Compression stays off whatever features the application gives reqwest: a small body could become a
    /// large one.
    fn new_client(&self, (network, proxy): &Route) -> Result<reqwest::Client, TransportError> {
        let authorities = self.settings.authorities.iter().cloned();
        let resolver = Resolver { lookup: self.lookup, network: *network };
        let builder = reqwest::Client::builder()
            .dns_resolver(Arc::new(resolver))
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("authspec/", env!("CARGO_PKG_VERSION")))
            // What the environment says was read before, with the other settings.
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .retry(reqwest::retry::never());
        let builder = if self.settings.is_exclusive {
            builder.tls_certs_only(authorities)
        } else {
            builder.tls_certs_merge(authorities)
        };
        let builder = match proxy {
            Some(proxy) => {
                let all = reqwest::Proxy::all(proxy.url().clone());
                builder.proxy(all.map_err(|error| TransportError::new(Kind::Request, error))?)
            }
            None => builder,
        };
        builder.build().map_err(|error| TransportError::new(Kind::NoAuthorities, error))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let url = Url::parse(&request.url).map_err(|_| Kind::Request)?;
        // Neither a resolver nor a proxy sees an address that stands in the URL itself. What a name
        // resolves to, only the proxy would see.
        let own = || self.settings.proxy.clone().filter(|_| !is_loopback(&url));
        let proxy = request.proxy.clone().or_else(own);
        let is_proxied = proxy.is_some();
        if request.network == Network::Public && (is_private_network(&url) || is_proxied) {
            return Err(Kind::PrivateNetwork.into());
        }
        let client = self.client((request.network, proxy))?;
        let mut builder = client.request(method, url).timeout(request.timeout);
        for (name, value) in &request.headers {
            let mut value = HeaderValue::from_str(value).map_err(|_| Kind::Request)?;
            value.set_sensitive(*name == "authorization");
            builder = builder.header(*name, value);
        }
        if let Some(body) = &request.body {
            builder = builder
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.as_bytes().to_vec());
        }
        let response = builder.send().await.map_err(|error| classify(error, is_proxied))?;
        read(response).await
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        write!(
            formatter,
            "ReqwestTransport(proxy: {:?}, own authorities: {}, exclusive: {})",
            settings.proxy,
            settings.authorities.len(),
            settings.is_exclusive
        )
    }
}

async fn read(mut response: reqwest::Response) -> Result<HttpResponse, TransportError> {
    let encoding = text(response.headers(), &CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Err(Kind::Compressed.into());
    }
    let mut answer = HttpResponse {
        status: response.status().as_u16(),
        retry_after: retry_after(response.headers()),
        content_type: text(response.headers(), &CONTENT_TYPE),
        location: text(response.headers(), &LOCATION),
        www_authenticate: text(response.headers(), &WWW_AUTHENTICATE),
        date: date(response.headers()),
        body: Vec::new(),
    };
    let mut body = Body::new(response.content_length());
    // Between pieces only: how long the first one takes is for the request's own time to bound.
    let next = async |response: &mut reqwest::Response| {
        let chunk = tokio::time::timeout(IDLE_TIMEOUT, response.chunk()).await;
        chunk.map_err(|_| Kind::Timeout)?.map_err(|error| classify(error, false))
    };
    while let Some(chunk) = next(&mut response).await? {
        body.append(&chunk)?;
    }
    answer.body = body.into_bytes();
    Ok(answer)
}

/// Seconds to wait (RFC 9110 section 10.2.3). A date is held against the `Date` of the same response,
/// so that the clocks of two machines need not agree.
fn retry_after(headers: &HeaderMap) -> Option<String> {
    let header = text(headers, &RETRY_AFTER)?;
    let Some(until) = unix_seconds(&header) else {
        return Some(header);
    };
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Some(until.saturating_sub(date(headers).unwrap_or_else(now)).to_string())
}

/// The `Date` of a response, in Unix seconds.
fn date(headers: &HeaderMap) -> Option<u64> {
    unix_seconds(&text(headers, &DATE)?)
}

/// A date of HTTP (RFC 9110 section 5.6.7), in Unix seconds.
fn unix_seconds(text: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(text).ok()?;
    Some(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

/// A header as text; one that is not text becomes `?`.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?").to_owned())
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn proxy(&self) -> Option<&Proxy> {
        self.settings.proxy.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_public_name_does_not_lead_to_a_private_address() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let rebinding: Lookup = |_| {
            let addresses = ["127.0.0.1:0", "10.0.0.5:0", "[::1]:0"];
            Box::pin(std::future::ready(Ok(addresses.map(|one| one.parse().unwrap()).into())))
        };
        let transport = ReqwestTransport { lookup: rebinding, ..ReqwestTransport::new().unwrap() };
        let url = format!("http://op.example:{port}/keys");
        let mut request = HttpRequest::get(url, Duration::from_secs(5));
        request.network = Network::Public;
        let refused = transport.send(request).await.unwrap_err();
        assert_eq!(refused.kind(), &Kind::PrivateNetwork);
        let nobody = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
        assert!(nobody.is_err(), "nobody came");
    }

    #[test]
    fn a_date_becomes_seconds() {
        let wait = |date: Option<&'static str>, after: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, after.parse().unwrap());
            if let Some(date) = date {
                headers.insert(DATE, date.parse().unwrap());
            }
            retry_after(&headers).unwrap()
        };
        let date = Some("Tue, 24 Nov 2026 02:00:00 GMT");
        assert_eq!(wait(date, "Tue, 24 Nov 2026 02:01:30 GMT"), "90");
        assert_eq!(wait(date, "Tue, 24 Nov 2026 01:59:00 GMT"), "0", "it is over");
        assert_eq!(wait(None, "Tue, 01 Jan 2019 00:00:00 GMT"), "0");
        assert_eq!((wait(date, "17").as_str(), wait(date, "soon").as_str()), ("17", "soon"));
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
