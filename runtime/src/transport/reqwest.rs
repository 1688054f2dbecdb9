//! The transport that ships: reqwest on rustls, with everything off that a token request must not do.

use std::error::Error as StdError;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
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
}

impl ReqwestTransport {
    /// A transport with a connection pool of its own.
    ///
    /// # Errors
    ///
    /// [`TransportError::Tls`] when the system's certificates cannot be loaded.
    pub fn new() -> Result<Self, TransportError> {
        let any = builder().build().map_err(|_| TransportError::Tls)?;
        Ok(Self { any, public: Arc::default() })
    }

    fn public(&self) -> Result<&reqwest::Client, TransportError> {
        let build = || builder().dns_resolver(Arc::new(PublicOnly)).build().ok();
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
            builder = builder.header(*name, value.as_str());
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
fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
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

/// Resolves names as the system does, and keeps the public addresses.
#[derive(Debug)]
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|found| is_public(found.ip())).collect();
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
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<NoPublicAddress>() {
            return TransportError::PrivateNetwork;
        }
        // rustls reports certificate and protocol faults inside an I/O error; its type is not part
        // of our dependencies, its wording names what failed.
        let text = inner.to_string().to_ascii_lowercase();
        if ["certificate", "tls", "handshake"].iter().any(|word| text.contains(word)) {
            return TransportError::Tls;
        }
        cause = inner.source();
    }
    TransportError::Connect
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_of_this_machine_has_no_public_address() {
        let refused = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert!(refused.is_err_and(|error| error.is::<NoPublicAddress>()));
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
