//! The transport that ships: reqwest on rustls, with everything off that a token request must not do.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use reqwest::Certificate;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION,
    RETRY_AFTER, WWW_AUTHENTICATE,
};
use reqwest::redirect::Policy;
use url::Url;

use super::network::{is_nearby, is_public};
use super::{
    BoxFuture, HttpRequest, HttpResponse, MAX_RESPONSE, Method, Network, Transport, TransportError,
};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a provider may be silent in the middle of a response. The whole has a time of its own.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// HTTP over reqwest: no redirects, no proxies from the environment, no compression, bounded in time
/// and size. Requests to [`Network::Public`] reach public addresses only.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    any: reqwest::Client,
    /// Made when it is first needed: every client reads the system's certificates.
    public: Arc<OnceLock<Option<reqwest::Client>>>,
    /// Trusted beside the system's.
    certificates: Vec<Certificate>,
    lookup: Lookup,
}

/// How the addresses of a host are found.
type Lookup = fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

impl ReqwestTransport {
    /// A transport with a connection pool of its own.
    ///
    /// # Errors
    ///
    /// [`TransportError::Tls`] when the system's certificates cannot be loaded.
    pub fn new() -> Result<Self, TransportError> {
        Self::with(Vec::new())
    }

    /// A transport that trusts further certificate authorities beside the system's, such as a company's
    /// own: the certificates of a PEM text.
    ///
    /// # Errors
    ///
    /// [`TransportError::Tls`] when the text is no PEM, or the system's certificates cannot be loaded.
    pub fn trusting(pem: &[u8]) -> Result<Self, TransportError> {
        let certificates = Certificate::from_pem_bundle(pem).unwrap_or_default();
        if certificates.is_empty() {
            return Err(TransportError::Tls);
        }
        Self::with(certificates)
    }

    fn with(certificates: Vec<Certificate>) -> Result<Self, TransportError> {
        let any = builder(&certificates).build().map_err(|_| TransportError::Tls)?;
        Ok(Self { any, public: Arc::default(), certificates, lookup: system_lookup })
    }

    fn public(&self) -> Result<&reqwest::Client, TransportError> {
        let resolver = Arc::new(PublicOnly(self.lookup));
        let build = || builder(&self.certificates).dns_resolver(resolver).build().ok();
        self.public.get_or_init(build).as_ref().ok_or(TransportError::Tls)
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let client = match request.network {
            Network::Any => &self.any,
            Network::Public => {
                let url = Url::parse(&request.url).map_err(|_| TransportError::Request)?;
                // Addresses are not resolved, so the resolver does not see them.
                if is_nearby(&url) {
                    return Err(TransportError::PrivateNetwork);
                }
                self.public()?
            }
        };
        let mut builder = client.request(method, &request.url).timeout(request.timeout);
        for (name, value) in &request.headers {
            let mut value = HeaderValue::from_str(value).map_err(|_| TransportError::Request)?;
            value.set_sensitive(*name == "authorization");
            builder = builder.header(*name, value);
        }
        if let Some(body) = &request.body {
            builder = builder
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.as_bytes().to_vec());
        }
        let response = builder.send().await.map_err(|error| classify(&error))?;
        read(response).await
    }
}

/// What every client here has. Compression stays off whatever features the application gives reqwest:
/// a small body could become a large one.
fn builder(certificates: &[Certificate]) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_certs_merge(certificates.iter().cloned())
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("authspec/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .retry(reqwest::retry::never())
}

async fn read(mut response: reqwest::Response) -> Result<HttpResponse, TransportError> {
    let encoding = text(response.headers(), &CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Err(TransportError::Compressed);
    }
    let mut answer = HttpResponse {
        status: response.status().as_u16(),
        retry_after: retry_after(response.headers()),
        content_type: text(response.headers(), &CONTENT_TYPE),
        location: text(response.headers(), &LOCATION),
        www_authenticate: text(response.headers(), &WWW_AUTHENTICATE),
        body: Vec::new(),
    };
    // Between pieces only: how long the first one takes is for the request's own time to bound.
    let next = async |response: &mut reqwest::Response| {
        let chunk = tokio::time::timeout(IDLE_TIMEOUT, response.chunk()).await;
        chunk.map_err(|_| TransportError::Timeout)?.map_err(|error| classify(&error))
    };
    while let Some(chunk) = next(&mut response).await? {
        if answer.body.len() + chunk.len() > MAX_RESPONSE {
            return Err(TransportError::TooLarge);
        }
        answer.body.extend_from_slice(&chunk);
    }
    Ok(answer)
}

/// Seconds to wait (RFC 9110 section 10.2.3). A date is held against the `Date` of the same response,
/// so that the clocks of two machines need not agree.
fn retry_after(headers: &HeaderMap) -> Option<String> {
    let header = text(headers, &RETRY_AFTER)?;
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let Some(until) = date(&header) else {
        return Some(header);
    };
    let now = text(headers, &DATE).as_deref().and_then(date).unwrap_or_else(SystemTime::now);
    let wait = until.duration_since(now).unwrap_or_default();
    Some(wait.as_secs().to_string())
}

/// A header as text; one that is no text counts as the text that fits nothing.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?").to_owned())
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

fn system_lookup(name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
}

/// Resolves names, and keeps the public addresses.
#[derive(Debug)]
struct PublicOnly(Lookup);

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.0)(name.as_str().to_owned());
        Box::pin(async move {
            let mut public = found.await?;
            public.retain(|address| is_public(address.ip()));
            if public.is_empty() {
                return Err(Box::new(NoPublicAddress) as Box<dyn StdError + Send + Sync>);
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// A name resolves to private addresses only.
#[derive(Debug)]
struct NoPublicAddress;

impl fmt::Display for NoPublicAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no public address")
    }
}

impl StdError for NoPublicAddress {}

fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        return TransportError::Timeout;
    }
    if error.is_builder() {
        return TransportError::Request;
    }
    let causes = || std::iter::successors(error.source(), |cause| next_cause(*cause));
    if causes().any(<dyn StdError>::is::<NoPublicAddress>) {
        TransportError::PrivateNetwork
    } else if causes().any(<dyn StdError>::is::<rustls::Error>) {
        TransportError::Tls
    } else {
        // Also a peer that goes away without the farewell of TLS: it broke, and nothing is wrong with
        // its certificate.
        TransportError::Connect
    }
}

/// What is behind an error. An I/O error that was made of another one does not give it as its source.
fn next_cause<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| cause.source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_of_this_machine_has_no_public_address() {
        let refused = PublicOnly(system_lookup).resolve("localhost".parse().unwrap()).await;
        assert!(refused.is_err_and(|error| error.is::<NoPublicAddress>()));
    }

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
        assert_eq!(refused, TransportError::PrivateNetwork);
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
