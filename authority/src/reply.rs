//! An HTTP answer as plain data, so that a fault can replace it and the server can send it.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde_json::Value;

use crate::clock::http_date;

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Status code; an impossible one is sent as 500.
    pub status: u16,
    /// Value of the `Content-Type` header; none is sent when empty.
    pub content_type: String,
    /// The body, byte by byte.
    pub body: Vec<u8>,
    /// Further headers; what HTTP does not allow in a header is left out.
    pub headers: Vec<(String, String)>,
    /// The time to wait before answering.
    pub delay_ms: u64,
    /// The way in which the body is sent.
    pub delivery: Delivery,
}

/// The way in which a body is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// At once.
    #[default]
    Whole,
    /// Byte by byte, with this pause in milliseconds after each.
    Dripping(u64),
    /// Without its second half: then the connection breaks.
    Truncated,
    /// Again and again, without an end.
    Endless,
}

impl Reply {
    /// An answer without further headers and without delay.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type: content_type.to_owned(),
            body: body.into(),
            headers: Vec::new(),
            delay_ms: 0,
            delivery: Delivery::Whole,
        }
    }

    /// A JSON answer.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", value.to_string())
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same answer after a delay.
    #[must_use]
    pub fn delayed(mut self, milliseconds: u64) -> Self {
        self.delay_ms = milliseconds;
        self
    }

    /// The same answer, its body sent in this way.
    #[must_use]
    pub fn delivered(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// A redirect that must not be kept by caches.
    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, "", "").with_header("location", location).unstored()
    }

    /// Marks the answer as not to be kept (RFC 6749 section 5.1).
    #[must_use]
    pub(crate) fn unstored(self) -> Self {
        self.with_header("cache-control", "no-store").with_header("pragma", "no-cache")
    }

    /// The answer with its `Date`, unless it has one.
    #[must_use]
    pub(crate) fn dated(self, now: u64) -> Self {
        if self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("date")) {
            return self;
        }
        self.with_header("date", &http_date(now))
    }

    /// The answer as the server sends it.
    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(body(self.body, self.delivery));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if !self.content_type.is_empty()
            && let Ok(value) = HeaderValue::from_str(&self.content_type)
        {
            headers.insert(header::CONTENT_TYPE, value);
        }
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
            {
                headers.append(name, value);
            }
        }
        response
    }
}

/// A body as a stream of pieces.
fn body(bytes: Vec<u8>, delivery: Delivery) -> Body {
    let pieces: BoxStream<'static, io::Result<Vec<u8>>> = match delivery {
        Delivery::Whole => return Body::from(bytes),
        Delivery::Dripping(pause) => stream::iter(bytes)
            .then(move |byte| async move {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                Ok(vec![byte])
            })
            .boxed(),
        Delivery::Truncated => {
            let half = bytes.len() / 2;
            let first = bytes.into_iter().take(half).collect();
            stream::iter([Ok(first), Err(io::ErrorKind::ConnectionAborted.into())]).boxed()
        }
        Delivery::Endless => stream::repeat_with(move || Ok(bytes.clone())).boxed(),
    };
    Body::from_stream(pieces)
}
