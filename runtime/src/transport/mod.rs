//! HTTP transport: the [`Transport`] trait, and its implementation by reqwest.

mod authorities;
mod body;
mod classify;
mod error;
mod network;
mod proxy;
mod reqwest;
mod resolve;

pub use self::authorities::unread_authorities;
pub use self::error::{TransportError, TransportErrorKind};
pub use self::network::Network;
pub(crate) use self::network::is_private_network;
pub use self::proxy::{Proxies, Proxy};
pub use self::reqwest::{ReqwestTransport, ReqwestTransportBuilder};

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use zeroize::{Zeroize as _, Zeroizing};

/// The most that is read of a response, in bytes.
pub const MAX_RESPONSE: usize = 1024 * 1024;

/// A future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and reads one response.
///
/// An implementation must not follow redirects (they would carry the client secret to another host),
/// must stop reading after [`MAX_RESPONSE`] bytes, must keep to the request's timeout, must send the
/// request through its [`proxy`](HttpRequest::proxy) if it has one, and must not connect to an address
/// that is not public for a request to [`Network::Public`].
pub trait Transport: Send + Sync + 'static {
    /// Sends a request.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;

    /// The proxy that the transport was made with. It is used instead of the one that settings or the
    /// environment name.
    fn proxy(&self) -> Option<&Proxy> {
        None
    }
}

/// A request to the provider.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, Zeroizing<String>)>,
    /// A form (`application/x-www-form-urlencoded`).
    pub body: Option<Zeroizing<String>>,
    /// From the first byte sent to the last byte read.
    pub timeout: Duration,
    /// The networks on which the host may be.
    pub network: Network,
    /// The proxy to go through.
    pub proxy: Option<Proxy>,
}

impl HttpRequest {
    /// A request for JSON, uncompressed: without `accept-encoding` any coding would be acceptable (RFC 9110
    /// section 12.5.3), and none is read.
    pub fn get(url: impl Into<String>, timeout: Duration) -> Self {
        let header = |name, value: &str| (name, value.to_owned().into());
        let headers =
            vec![header("accept", "application/json"), header("accept-encoding", "identity")];
        Self {
            method: Method::Get,
            url: url.into(),
            headers,
            body: None,
            timeout,
            network: Network::Any,
            proxy: None,
        }
    }
}

impl fmt::Debug for HttpRequest {
    /// Headers and body carry secrets, queries may: only the method and where it goes.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.url.split(['?', '#']).next().unwrap_or_default();
        write!(formatter, "HttpRequest({:?} {place})", self.method)
    }
}

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A request that changes nothing.
    Get,
    /// A request with a form.
    Post,
}

/// A response of the provider.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The `Retry-After` header, in seconds. The transport converts a date to seconds when it reads the
    /// response.
    pub retry_after: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Location` header, which is shown and never followed.
    pub location: Option<String>,
    /// The `WWW-Authenticate` header (RFC 9110 section 11.6.1).
    pub www_authenticate: Option<String>,
    /// The `Date` header, in Unix seconds: the clock of the provider.
    pub date: Option<u64>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response with this status and body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let mut response = Self::default();
        response.status = status;
        response.body = body.into();
        response
    }

    /// Returns `true` if the body may be JSON: it says so, or it says nothing (RFC 6839 section 3.1).
    pub(crate) fn may_be_json(&self) -> bool {
        self.media_type().is_none_or(|kind| {
            kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
        })
    }

    /// The content type without its parameters, in lower case.
    pub(crate) fn media_type(&self) -> Option<String> {
        let kind = self.content_type.as_deref()?.split(';').next().unwrap_or_default();
        Some(kind.trim().to_ascii_lowercase())
    }
}

impl Drop for HttpResponse {
    /// The body may hold tokens.
    fn drop(&mut self) {
        self.body.zeroize();
    }
}

impl fmt::Debug for HttpResponse {
    /// The body may hold tokens: only the status and the length.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}
