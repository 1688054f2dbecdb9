//! The provider's discovery document (OpenID Connect Discovery 1.0 section 3).

use url::Url;

use super::set::CLOUD;
use crate::json;
use crate::settings::{check_scheme, is_loopback};
use crate::transport::is_nearby;

/// What a discovery document says, as far as a client needs it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: Option<Endpoint>,
    pub(crate) token_endpoint: Option<Endpoint>,
    pub(crate) jwks_uri: Option<Endpoint>,
    pub(crate) userinfo_endpoint: Option<Endpoint>,
    pub(crate) end_session_endpoint: Option<Endpoint>,
    /// Entra's own member: which cloud this document belongs to.
    pub(crate) cloud: Option<String>,
    /// RFC 9207: whether every callback carries `iss`.
    pub(crate) promises_iss: bool,
    /// Empty when the document does not say.
    pub(crate) token_endpoint_auth_methods: Vec<String>,
}

/// An endpoint that a discovery document names.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// As the document has it.
    pub(crate) url: String,
    pub(crate) host: String,
    /// Whether the document itself came from that host and port.
    pub(crate) is_home: bool,
    /// Whether the host is a private address, or a name that only means something nearby.
    pub(crate) is_nearby: bool,
}

impl Metadata {
    /// Whether this is the document of an issuer, which is given without a slash at its end.
    pub(crate) fn is_of(&self, issuer: &str) -> bool {
        self.issuer.trim_end_matches('/') == issuer
    }

    /// Reads the document that was fetched from `source`.
    ///
    /// Its endpoints must be `https`; `http` only when both they and the document are on loopback.
    pub(crate) fn read(body: &[u8], source: &str) -> Result<Self, String> {
        let document = json::object(body)?;
        let text = |name: &str| document.get(name).and_then(serde_json::Value::as_str);
        let home = Url::parse(source).map_err(|_| "its own address is not a URL")?;
        let local = is_loopback(&home);
        let endpoint = |name: &str| -> Result<Option<Endpoint>, String> {
            let Some(value) = text(name) else {
                return Ok(None);
            };
            let url = Url::parse(value).map_err(|_| format!("`{name}` is not a URL"))?;
            check_scheme(&url).map_err(|sentence| format!("`{name}` {sentence}"))?;
            if !url.username().is_empty() || url.password().is_some() {
                return Err(format!("`{name}` has a user name"));
            }
            if is_loopback(&url) && !local {
                return Err(format!("`{name}` points to a loopback host"));
            }
            Ok(Some(Endpoint {
                url: value.to_owned(),
                host: url.host_str().unwrap_or_default().to_owned(),
                is_home: url.host() == home.host()
                    && url.port_or_known_default() == home.port_or_known_default(),
                is_nearby: is_nearby(&url),
            }))
        };
        Ok(Self {
            issuer: text("issuer").ok_or("`issuer` is missing")?.to_owned(),
            authorization_endpoint: endpoint("authorization_endpoint")?,
            token_endpoint: endpoint("token_endpoint")?,
            jwks_uri: endpoint("jwks_uri")?,
            // Sign-ins can do without these two: a bad one is as good as none.
            userinfo_endpoint: endpoint("userinfo_endpoint").unwrap_or_default(),
            end_session_endpoint: endpoint("end_session_endpoint").unwrap_or_default(),
            cloud: text(CLOUD).map(str::to_owned),
            promises_iss: document.get("authorization_response_iss_parameter_supported")
                == Some(&serde_json::Value::Bool(true)),
            token_endpoint_auth_methods: document
                .get("token_endpoint_auth_methods_supported")
                .and_then(serde_json::Value::as_array)
                .map(|methods| {
                    methods.iter().filter_map(|m| m.as_str().map(str::to_owned)).collect()
                })
                .unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(jwks_uri: &str, source: &str) -> Result<Metadata, String> {
        let body = format!(r#"{{"issuer":"https://a.example","jwks_uri":"{jwks_uri}"}}"#);
        Metadata::read(body.as_bytes(), source)
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
            let endpoint = read(jwks_uri, source).unwrap().jwks_uri.unwrap();
            (endpoint.is_home, endpoint.is_nearby)
        };
        assert_eq!(told("https://A.example:443/keys"), (true, false));
        assert_eq!(told("https://a.example:8443/keys"), (false, false));
        assert_eq!(told("https://keys.a.example/keys"), (false, false));
        assert_eq!(told("https://10.0.0.1/keys"), (false, true));
    }

    #[test]
    fn an_issuer_is_needed() {
        assert!(Metadata::read(b"{}", "https://a.example/").is_err());
        assert!(Metadata::read(b"<html>", "https://a.example/").is_err());
    }
}
