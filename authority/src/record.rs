//! A request as plain data: what the handlers read and what tests look at afterwards.

use axum::http::request::Parts;

use crate::parameters::{Pairs, decode, value};

/// Headers that are kept; cookies and the rest are not.
const KEPT: [&str; 5] =
    ["authorization", "accept", "accept-encoding", "content-type", "user-agent"];

/// One request that reached the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRequest {
    /// The method, in capitals.
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The decoded query, in order.
    pub query: Vec<(String, String)>,
    /// The decoded form body, in order; empty when the body was no form.
    pub form: Vec<(String, String)>,
    /// The headers `authorization`, `accept`, `accept-encoding`, `content-type` and `user-agent` that were sent.
    pub headers: Vec<(String, String)>,
}

impl RecordedRequest {
    /// Takes over what the handlers need from a request.
    pub(crate) fn read(parts: &Parts, body: &[u8]) -> Self {
        let headers: Pairs = KEPT
            .iter()
            .filter_map(|name| {
                let value = parts.headers.get(*name)?.to_str().ok()?;
                Some(((*name).to_owned(), value.to_owned()))
            })
            .collect();
        let is_form = value(&headers, "content-type").is_some_and(|found| {
            let media = found.split(';').next().unwrap_or_default().trim();
            media.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: decode(parts.uri.query().unwrap_or_default().as_bytes()),
            form: if is_form { decode(body) } else { Vec::new() },
            headers,
        }
    }

    /// The first non-empty query value of that name.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        value(&self.query, name)
    }

    /// The first non-empty form value of that name.
    pub fn form_value(&self, name: &str) -> Option<&str> {
        value(&self.form, name)
    }

    /// The value of a kept header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        value(&self.headers, name)
    }

    /// The pairs of the part that carries parameters: the form of a POST, else the query.
    pub(crate) fn parameters(&self) -> &[(String, String)] {
        if self.method == "POST" { &self.form } else { &self.query }
    }

    /// The token of an `Authorization` header with one of these schemes (RFC 6750 section 2.1).
    pub(crate) fn credential(&self, schemes: &[&str]) -> Option<&str> {
        let (scheme, credential) = self.header("authorization")?.split_once(' ')?;
        schemes
            .iter()
            .any(|accepted| accepted.eq_ignore_ascii_case(scheme))
            .then(|| credential.trim())
    }
}
