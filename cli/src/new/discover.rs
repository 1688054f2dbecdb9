//! A provider's discovery document (OpenID Connect Discovery 1.0 section 3), fetched as the runtime
//! fetches one: through the operator's proxy, by https, without redirects, at most 1 MiB in 10 seconds.

use std::time::Duration;

use authspec::{Runtime, diagnosis};
use authspec_spec::printable;
use serde_json::{Map, Value};
use url::Url;

use crate::failure::Failure;
use crate::login::is_this_machine;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A discovery document.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// The issuer, as the document states it.
    pub(super) issuer: String,
    members: Map<String, Value>,
}

impl Metadata {
    /// Returns `true` if the document has a text of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(Value::is_string)
    }

    /// A list of words; `None` when the document has none. An entry that is not a word, such as a text
    /// with a line break, has no place in a spec.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let items = self.members.get(name)?.as_array()?.iter().filter_map(Value::as_str);
        Some(items.filter(|item| is_word(item)).take(MAX_ITEMS).collect())
    }
}

/// The number of entries of a list that are read.
const MAX_ITEMS: usize = 200;

/// Returns `true` if a text may be the name of a claim, a scope or an algorithm.
fn is_word(text: &str) -> bool {
    let in_word = |char: char| char.is_ascii_alphanumeric() || "_-.:/#".contains(char);
    !text.is_empty() && text.len() <= 100 && text.chars().all(in_word)
}

/// Asks the issuer for its document.
pub(super) async fn fetch(issuer: &str) -> Result<Metadata, Failure> {
    let issuer = issuer.trim_end_matches('/').trim_end_matches("/.well-known/openid-configuration");
    let is_good = Url::parse(issuer)
        .is_ok_and(|url| is_web(&url, true) && url.query().is_none() && url.fragment().is_none());
    if !is_good {
        let message = "an issuer is an https URL without user name and query, such as https://login.acme.example";
        return Err(Failure::wrong("invalid_parameter", message));
    }
    let url = format!("{issuer}/.well-known/openid-configuration");
    eprintln!("asking {url}");
    let response = diagnosis::get(&Runtime::new()?, &url, TIMEOUT).await?;
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
    let issuer = issuer.filter(|issuer| !issuer.is_empty());
    let issuer = issuer.ok_or("the discovery document states no issuer")?.to_owned();
    if issuer.trim_end_matches('/') != asked {
        let is_shown = issuer.len() <= 200 && Url::parse(&issuer).is_ok() && issuer.is_ascii();
        let other =
            if is_shown { format!(", {}: ask that one", printable(issuer)) } else { String::new() };
        return Err(format!("the discovery document is that of another issuer{other}"));
    }
    for endpoint in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        let url = members.get(endpoint).and_then(Value::as_str);
        let url = url.ok_or_else(|| format!("the discovery document names no {endpoint}"))?;
        check_endpoint(endpoint, url, asked)?;
    }
    for endpoint in ["userinfo_endpoint", "end_session_endpoint"] {
        if let Some(url) = members.get(endpoint).and_then(Value::as_str) {
            check_endpoint(endpoint, url, asked)?;
        }
    }
    Ok(Metadata { issuer, members })
}

/// An endpoint is https, or on this machine as the issuer is.
fn check_endpoint(name: &str, url: &str, asked: &str) -> Result<(), String> {
    let may_be_local = asked.starts_with("http://");
    let is_good = Url::parse(url).is_ok_and(|url| is_web(&url, may_be_local));
    if is_good {
        return Ok(());
    }
    Err(format!("the discovery document's {name} is not an https URL without a user name"))
}

/// Returns `true` if a URL is https, or http on this machine if it may be; without a user name.
fn is_web(url: &Url, may_be_local: bool) -> bool {
    let is_local = may_be_local && is_this_machine(url);
    let is_nobody = url.username().is_empty() && url.password().is_none();
    (url.scheme() == "https" || (url.scheme() == "http" && is_local)) && url.has_host() && is_nobody
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
                r#"{{"issuer":"{issuer}","authorization_endpoint":"https://a.example/a","token_endpoint":"https://a.example/t","jwks_uri":"https://a.example/k"}}"#
            )
        };
        let asked = "https://login.acme.example";
        assert!(read(body(asked).as_bytes(), asked).is_ok());
        assert!(read(body("https://login.acme.example/").as_bytes(), asked).is_ok());
        let error = read(body("https://evil.example").as_bytes(), asked).unwrap_err();
        assert!(error.contains("another issuer"), "{error}");
        let script = body(asked).replace("https://a.example/t", "javascript:x");
        assert!(read(script.as_bytes(), asked).unwrap_err().contains("token_endpoint"));
        assert!(read(b"<html>", asked).is_err());
        assert!(read(br#"{"issuer":"https://login.acme.example"}"#, asked).is_err());
    }
}
