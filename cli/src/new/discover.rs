//! A provider's discovery document (OpenID Connect Discovery 1.0 section 3), under the runtime's limits:
//! https, no redirects, 1 MiB, 10 seconds.

use std::time::Duration;

use authspec::transport::{HttpRequest, ReqwestTransport, Transport as _};
use serde_json::{Map, Value};
use url::Url;

use crate::failure::Failure;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A discovery document.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// The issuer, as the document states it.
    pub(super) issuer: String,
    members: Map<String, Value>,
}

impl Metadata {
    /// Whether the document has a text of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(Value::is_string)
    }

    /// A list of texts; nothing when the document does not say.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.members.get(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
    }
}

/// Asks the issuer for its document.
pub(super) async fn fetch(issuer: &str) -> Result<Metadata, Failure> {
    let issuer = issuer.trim_end_matches('/').trim_end_matches("/.well-known/openid-configuration");
    let is_good = Url::parse(issuer).is_ok_and(|url| {
        let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        (url.scheme() == "https" || (url.scheme() == "http" && is_local)) && url.query().is_none()
    });
    if !is_good {
        let message = "an issuer is an https URL without query, such as https://login.acme.example";
        return Err(Failure::wrong("invalid_parameter", message));
    }
    let url = format!("{issuer}/.well-known/openid-configuration");
    eprintln!("asking {url}");
    let transport = ReqwestTransport::new().map_err(authspec::Error::from)?;
    let response =
        transport.send(HttpRequest::get(&url, TIMEOUT)).await.map_err(authspec::Error::from)?;
    if response.status != 200 {
        let hint = match response.status {
            300..400 => "it redirects, which is not followed; give the issuer that it leads to",
            404 => "there is no discovery document; is this the issuer?",
            _ => "the document cannot be had now",
        };
        let message = format!("{url} answers with status {}: {hint}", response.status);
        return Err(Failure::Refused { code: "http_error", message });
    }
    read(&response.body, issuer)
        .map_err(|message| Failure::Refused { code: "malformed_response", message })
}

/// The document states the issuer that was asked, exactly (section 4.3); a slash at the end is forgiven
/// here, since the spec takes the document's word.
fn read(body: &[u8], asked: &str) -> Result<Metadata, String> {
    let members: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| "the discovery document is not a JSON object".to_owned())?;
    let issuer = members.get("issuer").and_then(Value::as_str);
    let issuer = issuer.ok_or("the discovery document states no issuer")?.to_owned();
    if issuer.trim_end_matches('/') != asked {
        return Err(format!(
            "the discovery document is that of another issuer, {issuer}: ask that one"
        ));
    }
    for endpoint in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        if members.get(endpoint).and_then(Value::as_str).is_none() {
            return Err(format!("the discovery document names no {endpoint}"));
        }
    }
    Ok(Metadata { issuer, members })
}

#[cfg(test)]
pub(super) fn document(members: &Value) -> Metadata {
    let members = members.as_object().cloned().unwrap_or_default();
    let issuer = members.get("issuer").and_then(Value::as_str).unwrap_or_default().to_owned();
    Metadata { issuer, members }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_the_issuers_own() {
        let body = |issuer: &str| {
            format!(
                r#"{{"issuer":"{issuer}","authorization_endpoint":"a","token_endpoint":"t","jwks_uri":"k"}}"#
            )
        };
        let asked = "https://login.acme.example";
        assert!(read(body(asked).as_bytes(), asked).is_ok());
        assert!(read(body("https://login.acme.example/").as_bytes(), asked).is_ok());
        let error = read(body("https://evil.example").as_bytes(), asked).unwrap_err();
        assert!(error.contains("another issuer"), "{error}");
        assert!(read(b"<html>", asked).is_err());
        assert!(read(br#"{"issuer":"https://login.acme.example"}"#, asked).is_err());
    }
}
