//! How requests leave this process: one small trait, and reqwest behind it.

mod reqwest;

pub use self::reqwest::ReqwestTransport;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use zeroize::Zeroizing;

/// The most that is read of a response, in bytes.
pub const MAX_RESPONSE: usize = 1024 * 1024;

/// A future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and reads one response.
///
/// An implementation must not follow redirects (they would carry the client secret to another host),
/// must stop reading after [`MAX_RESPONSE`] bytes, and must keep to the request's timeout.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
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
}

impl HttpRequest {
    /// A request for JSON.
    pub fn get(url: impl Into<String>, timeout: Duration) -> Self {
        let headers = vec![("accept", "application/json".to_owned().into())];
        Self { method: Method::Get, url: url.into(), headers, body: None, timeout }
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

/// What the provider answered.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The `Retry-After` header.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response with this status and body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, retry_after: None, body: body.into() }
    }
}

impl fmt::Debug for HttpResponse {
    /// The body may hold tokens: only the status and the length.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why there was no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection, or it broke.
    Connect,
    /// The provider did not answer in time.
    Timeout,
    /// The certificate or TLS is wrong.
    Tls,
    /// The response is larger than [`MAX_RESPONSE`].
    TooLarge,
    /// The request could not be made: a URL or header that HTTP does not allow.
    Request,
}
