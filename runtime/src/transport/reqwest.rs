//! The transport that ships: reqwest on rustls, with everything off that a token request must not do.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;

use super::{
    BoxFuture, HttpRequest, HttpResponse, MAX_RESPONSE, Method, Transport, TransportError,
};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// HTTP over reqwest: no redirects, no proxies from the environment, bounded in time and size.
#[derive(Clone, Debug)]
pub struct ReqwestTransport(reqwest::Client);

impl ReqwestTransport {
    /// A transport with a connection pool of its own.
    ///
    /// # Errors
    ///
    /// [`TransportError::Tls`] when the system's certificates cannot be loaded.
    pub fn new() -> Result<Self, TransportError> {
        reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("authspec/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .build()
            .map(Self)
            .map_err(|_| TransportError::Tls)
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = self.0.request(method, &request.url).timeout(request.timeout);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value.as_str());
        }
        if let Some(body) = &request.body {
            builder = builder
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.as_bytes().to_vec());
        }
        let mut response = builder.send().await.map_err(|error| classify(&error))?;
        let status = response.status().as_u16();
        let retry_after =
            response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
            if body.len() + chunk.len() > MAX_RESPONSE {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpResponse { status, retry_after, body })
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        return TransportError::Timeout;
    }
    if error.is_builder() {
        return TransportError::Request;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
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
