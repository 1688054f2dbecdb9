//! The discovery document of a provider that is data (OpenID Connect Discovery 1.0 section 3).

use serde_json::{Value, json};

use super::account::Account;
use super::path::Captures;
use super::provider::{Endpoint, GivenProvider};

/// Endpoints that the data leaves to discovery, by the last segment of their path:
/// `/authspec/token`, or `/authspec/VALUES/token` with what stood for settings in the document's path.
const OWN: &[(Endpoint, &str)] = &[
    (Endpoint::Authorization, "authorize"),
    (Endpoint::Token, "token"),
    (Endpoint::Keys, "keys"),
    (Endpoint::UserInfo, "userinfo"),
    (Endpoint::EndSession, "logout"),
];

/// The endpoint of a path that this module made.
pub(super) fn own(path: &str) -> Option<(Endpoint, Captures)> {
    let rest = path.strip_prefix("/authspec/")?;
    let (values, name) = rest.rsplit_once('/').unwrap_or(("", rest));
    let (endpoint, _) = OWN.iter().find(|(_, known)| *known == name)?;
    Some((endpoint.clone(), Captures::decode(values)?))
}

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

impl GivenProvider {
    /// The document that was asked for with these values.
    pub(super) fn document(&self, origin: &str, captures: &Captures) -> Value {
        let url = |endpoint: &Endpoint| format!("{origin}{}", self.path(endpoint, captures));
        let grants: &[&str] = if self.refreshes {
            &["authorization_code", "refresh_token"]
        } else {
            &["authorization_code"]
        };
        let algorithm = self.oidc.as_ref().map_or("RS256", |oidc| oidc.algorithm.as_str());
        json!({
            "issuer": self.issuer(origin, captures, None),
            "authorization_endpoint": url(&Endpoint::Authorization),
            "token_endpoint": url(&Endpoint::Token),
            "jwks_uri": url(&Endpoint::Keys),
            "userinfo_endpoint": url(&Endpoint::UserInfo),
            "end_session_endpoint": url(&Endpoint::EndSession),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": grants,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [algorithm],
            "token_endpoint_auth_methods_supported":
                ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            "code_challenge_methods_supported": ["S256"],
        })
    }

    fn path(&self, endpoint: &Endpoint, captures: &Captures) -> String {
        if let Some((_, template)) = self.endpoints.iter().find(|(known, _)| known == endpoint) {
            return template.render(captures);
        }
        let name = OWN.iter().find(|(known, _)| known == endpoint).map_or("", |(_, name)| *name);
        match captures.encode() {
            None => format!("/authspec/{name}"),
            Some(values) => format!("/authspec/{values}/{name}"),
        }
    }

    /// The issuer; of an account's token the placeholder is filled.
    pub(super) fn issuer(
        &self,
        origin: &str,
        captures: &Captures,
        account: Option<&Account>,
    ) -> String {
        let oidc = self.oidc.as_ref();
        if let Some((name, claim)) = oidc.and_then(|oidc| oidc.placeholder.as_ref()) {
            let template = self.accounts.iter().find_map(|known| placed(known, name, claim));
            if let Some(template) = template {
                let value = account.and_then(|account| account.id_token.as_ref()?.get(claim));
                let path = match value.and_then(Value::as_str) {
                    Some(value) => template.replace(&format!("{{{name}}}"), value),
                    None => template,
                };
                return format!("{origin}{path}");
            }
        }
        let path = match oidc.and_then(|oidc| oidc.issuer.as_ref()) {
            Some(issuer) => issuer.render(captures),
            None => {
                let path = self.path(&Endpoint::Discovery, captures);
                path.strip_suffix(WELL_KNOWN).unwrap_or_default().to_owned()
            }
        };
        format!("{origin}{path}")
    }
}

/// The path of an account's own `iss`, its claim's value made a placeholder.
fn placed(account: &Account, name: &str, claim: &str) -> Option<String> {
    let claims = account.id_token.as_ref()?;
    let (issuer, value) = (claims.get("iss")?.as_str()?, claims.get(claim)?.as_str()?);
    let (_, rest) = issuer.split_once("://")?;
    let path = rest.find('/').and_then(|start| rest.get(start..))?;
    path.contains(value).then(|| path.replace(value, &format!("{{{name}}}")))
}
