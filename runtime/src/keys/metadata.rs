//! The provider's discovery document (OpenID Connect Discovery 1.0 section 3).

use serde_json::Value;
use url::Url;

use super::set::CLOUD;
use crate::json;
use crate::settings::{check_scheme, is_loopback};
use crate::transport::is_private_network;

/// The members of a discovery document that a client needs.
///
/// A member that a flow does not read decides nothing, whatever it holds: what is wrong with an endpoint
/// is kept beside it, and told to the flow that asks for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: Member,
    pub(crate) token_endpoint: Member,
    pub(crate) jwks_uri: Member,
    pub(crate) userinfo_endpoint: Member,
    pub(crate) end_session_endpoint: Member,
    /// Entra's own member: which cloud this document belongs to.
    pub(crate) cloud: Option<Value>,
    /// RFC 9207: whether every callback carries `iss`.
    pub(crate) promises_iss: bool,
    /// Empty when the document does not say.
    pub(crate) token_endpoint_auth_methods: Vec<String>,
}

/// An endpoint of a discovery document, or why it cannot be asked; `None` where the document has none.
pub(crate) type Member = Option<Result<Endpoint, String>>;

/// An endpoint that a discovery document names.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// As the document has it.
    pub(crate) url: String,
    pub(crate) host: String,
    /// `true` if the document itself came from that host and port.
    pub(crate) is_home: bool,
    /// `true` if the host is a private address, or a name that only means something nearby.
    pub(crate) is_private_network: bool,
}

impl Metadata {
    /// Returns `true` if this is the document of an issuer, which is given without a slash at its end.
    pub(crate) fn is_of(&self, issuer: &str) -> bool {
        self.issuer.trim_end_matches('/') == issuer
    }

    /// Reads the document that was fetched from `source`.
    pub(crate) fn read(body: &[u8], source: &str) -> Result<Self, String> {
        let document = json::object(body)?;
        let home = Url::parse(source).map_err(|_| "its own address is not a URL")?;
        let present = |name: &str| document.get(name).filter(|value| !value.is_null());
        let endpoint = |name: &str| {
            present(name).map(|value| {
                Endpoint::read(value, &home).map_err(|what| format!("`{name}` {what}"))
            })
        };
        let issuer = match present("issuer") {
            Some(Value::String(issuer)) => issuer.clone(),
            Some(_) => return Err("`issuer` is not text".to_owned()),
            None => return Err("`issuer` is missing".to_owned()),
        };
        Ok(Self {
            issuer,
            authorization_endpoint: endpoint("authorization_endpoint"),
            token_endpoint: endpoint("token_endpoint"),
            jwks_uri: endpoint("jwks_uri"),
            userinfo_endpoint: endpoint("userinfo_endpoint"),
            end_session_endpoint: endpoint("end_session_endpoint"),
            cloud: present(CLOUD).cloned(),
            promises_iss: document.get("authorization_response_iss_parameter_supported")
                == Some(&Value::Bool(true)),
            token_endpoint_auth_methods: document
                .get("token_endpoint_auth_methods_supported")
                .and_then(Value::as_array)
                .map(|methods| {
                    methods.iter().filter_map(|m| m.as_str().map(str::to_owned)).collect()
                })
                .unwrap_or_default(),
        })
    }
}

impl Endpoint {
    /// Reads a member of the document that came from `home`.
    ///
    /// It must be `https`; `http` only when both it and the document are on loopback.
    fn read(value: &Value, home: &Url) -> Result<Self, String> {
        let text = value.as_str().ok_or("is not text")?;
        // `Url` leaves line breaks and tabs out, and a program that passes the text on would not (RFC 3986
        // section 2 has visible ASCII only; RFC 6749 section 3.1 forbids the fragment).
        if text.bytes().any(|byte| !byte.is_ascii_graphic() || b"\\#".contains(&byte)) {
            return Err("has a character that no endpoint's URL may have".to_owned());
        }
        let url = Url::parse(text).map_err(|_| "is not a URL")?;
        check_scheme(&url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("has a user name".to_owned());
        }
        if is_loopback(&url) && !is_loopback(home) {
            return Err("points to a loopback host".to_owned());
        }
        Ok(Self {
            url: text.to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            is_home: url.host() == home.host()
                && url.port_or_known_default() == home.port_or_known_default(),
            is_private_network: is_private_network(&url),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(jwks_uri: &str, source: &str) -> Result<Endpoint, String> {
        let body = serde_json::json!({ "issuer": "https://a.example", "jwks_uri": jwks_uri });
        let metadata = Metadata::read(body.to_string().as_bytes(), source).unwrap();
        metadata.jwks_uri.unwrap()
    }

    #[test]
    fn endpoints_are_https_or_on_the_same_loopback() {
        let remote = "https://a.example/.well-known/openid-configuration";
        let local = "http://127.0.0.1:1/.well-known/openid-configuration";
        assert!(read("https://a.example/keys", remote).is_ok());
        assert!(read("http://127.0.0.1:1/keys", local).is_ok());
        assert!(read("http://a.example/keys", remote).is_err());
        assert!(read("http://127.0.0.1:1/keys", remote).is_err());
        assert!(read("https://127.0.0.1/keys", remote).is_err());
        assert!(read("keys", remote).is_err());
        for user in ["user@", "user:word@", ":word@"] {
            assert!(read(&format!("https://{user}a.example/keys"), remote).is_err(), "{user}");
        }
    }

    #[test]
    fn whose_host_it_is_can_be_told() {
        let source = "https://a.example/.well-known/openid-configuration";
        let told = |jwks_uri: &str| {
            let endpoint = read(jwks_uri, source).unwrap();
            (endpoint.is_home, endpoint.is_private_network)
        };
        assert_eq!(told("https://A.example:443/keys"), (true, false));
        assert_eq!(told("https://a.example:8443/keys"), (false, false));
        assert_eq!(told("https://keys.a.example/keys"), (false, false));
        assert_eq!(told("https://10.0.0.1/keys"), (false, true));
    }

    #[test]
    fn the_text_of_an_endpoint_is_what_a_url_is_written_with() {
        let source = "https://a.example/.well-known/openid-configuration";
        assert!(read("https://a.example/keys?p=%23%20&q=~", source).is_ok());
        for bad in
            ["\r", "\n", "\t", " ", "\0", "\u{7f}", "\u{a0}", "\u{202e}", "\u{e9}", "#", "\\"]
        {
            for url in
                [format!("{bad}https://a.example/k"), format!("https://a.example/k{bad}{bad}k")]
            {
                assert!(read(&url, source).is_err(), "{url:?}");
            }
            assert!(
                read(&format!("https://a.example/k{bad}"), source).is_err(),
                "{bad:?} at the end"
            );
        }
    }

    #[test]
    fn an_issuer_is_needed() {
        for bad in ["{}", r#"{"issuer":null}"#, r#"{"issuer":7}"#] {
            assert!(Metadata::read(bad.as_bytes(), "https://a.example/").is_err(), "{bad}");
        }
        assert!(Metadata::read(b"<html>", "https://a.example/").is_err());
    }
}
