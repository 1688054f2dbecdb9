//! A spec of an OpenID provider: from its discovery document, or with its place left to fill in.

use authspec_spec::document::Algorithm;

use super::discover::Metadata;
use super::facts::{CLAIMS, Facts, Known, write};

/// A spec whose provider is to be filled in.
pub(super) fn plain(name: &str) -> (String, Vec<String>) {
    let issuer = format!("https://login.{}.example", name.replace('_', "-"));
    let facts = Facts {
        issuer: &issuer,
        scopes: vec!["openid", "profile", "email"],
        algorithms: vec!["RS256"],
        method: "client_secret_basic",
        claims: CLAIMS.iter().filter(|claim| claim.name != "groups").collect(),
        user_info: false,
        refreshes: false,
        others: Vec::new(),
    };
    let unknown = vec![
        format!(
            "{issuer} is made up: put the issuer in its place (twice), or run \
                 `authspec new {name} --discover ISSUER --force`"
        ),
        SAMPLE.to_owned(),
    ];
    (write(name, &facts), unknown)
}

const SAMPLE: &str =
    "the sample is made up: replace its values with what the provider's documentation shows";

/// A spec of the provider that a discovery document describes, and what the document does not say.
pub(super) fn from_metadata(name: &str, metadata: &Metadata) -> (String, Vec<String>) {
    let mut unknown = Vec::new();
    let named = metadata.list("claims_supported");
    let has_claim = |claim: &str| named.as_ref().is_none_or(|named| named.contains(&claim));
    if named.is_none() {
        unknown.push(
            "the document does not list its claims: the usual ones stand in the spec, look whether \
             they come"
                .to_owned(),
        );
    }
    let claims: Vec<&Known> = CLAIMS
        .iter()
        .filter(|claim| has_claim(claim.name) && (named.is_some() || claim.name != "groups"))
        .collect();
    if claims.iter().any(|claim| claim.name == "email") && !has_claim("email_verified") {
        unknown.push(
            "the document lists `email` and no `email_verified`: if the provider gives out verified \
             addresses only, write `verified_by = \"provider\"`"
                .to_owned(),
        );
    }
    let facts = Facts {
        issuer: &metadata.issuer,
        scopes: scopes(metadata),
        algorithms: algorithms(metadata, &mut unknown),
        method: method(metadata, &mut unknown),
        user_info: metadata.has("userinfo_endpoint"),
        refreshes: metadata
            .list("grant_types_supported")
            .is_some_and(|grants| grants.contains(&"refresh_token")),
        others: named
            .iter()
            .flatten()
            .copied()
            .filter(|name| !claims.iter().any(|claim| claim.name == *name))
            .filter(|name| !OF_EVERY_TOKEN.contains(name))
            .take(MAX_OTHERS)
            .collect(),
        claims,
    };
    if facts.user_info {
        unknown.push(
            "the provider has a user-info endpoint, so the spec asks it: if the ID token says as \
             much, remove `[user_info]` and save a request"
                .to_owned(),
        );
    }
    if metadata
        .list("code_challenge_methods_supported")
        .is_none_or(|methods| !methods.contains(&"S256"))
    {
        unknown.push(
            "the document does not promise PKCE with S256; it is sent all the same (RFC 7636)"
                .to_owned(),
        );
    }
    unknown.push("whether `sub` is never given to another user: its documentation says".to_owned());
    unknown.push(SAMPLE.to_owned());
    (write(name, &facts), unknown)
}

/// The number of further claims that are mentioned.
const MAX_OTHERS: usize = 40;

/// Claims that need no mention (OpenID Connect Core 1.0 section 2).
const OF_EVERY_TOKEN: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "nonce",
    "azp",
    "at_hash",
    "c_hash",
    "auth_time",
];

fn scopes(metadata: &Metadata) -> Vec<&'static str> {
    let usual = ["openid", "profile", "email"];
    let supported = metadata.list("scopes_supported");
    let is_there = |scope: &&str| {
        *scope == "openid" || supported.as_ref().is_none_or(|known| known.contains(scope))
    };
    usual.into_iter().filter(is_there).collect()
}

/// The provider's signature algorithms that a client can check; RS256 if the document names none.
fn algorithms(metadata: &Metadata, unknown: &mut Vec<String>) -> Vec<&'static str> {
    let signed = metadata.list("id_token_signing_alg_values_supported").unwrap_or_default();
    if signed.is_empty() {
        return vec!["RS256"];
    }
    let known = Algorithm::ALL.iter().map(|known| known.as_str());
    let good: Vec<&str> = known.filter(|name| signed.contains(name)).collect();
    if good.is_empty() {
        unknown.push(format!(
            "the provider signs ID tokens with {} only, which is not accepted (AS0022): configure \
             RS256 or ES256 there",
            signed.join(", ")
        ));
        return vec!["RS256"];
    }
    good
}

/// The best way that both know (RFC 8414 section 2: Basic if the document does not say).
fn method(metadata: &Metadata, unknown: &mut Vec<String>) -> &'static str {
    let methods = metadata
        .list("token_endpoint_auth_methods_supported")
        .unwrap_or(vec!["client_secret_basic"]);
    let ways = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    let found = ways.into_iter().find(|way| methods.contains(way));
    found.unwrap_or_else(|| {
        unknown.push(format!(
            "the provider takes clients by {} only, which this version does not send: ask it for \
             client_secret_basic",
            methods.join(", ")
        ));
        "client_secret_basic"
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use authspec_spec::load_text;
    use serde_json::{Value, json};

    use super::super::discover::document;
    use super::*;
    use crate::interpret;

    /// The spec of a document passes `check`, samples included.
    fn good(document_: &Value) -> (String, Vec<String>) {
        let (spec, unknown) = from_metadata("acme", &document(document_));
        let provider = match load_text(Path::new("acme.toml"), spec.clone()).result {
            Ok(provider) => provider,
            Err(mistakes) => panic!("{mistakes:#?}\n{spec}"),
        };
        let failures = interpret::run_samples(&provider, interpret::descriptor(&provider));
        assert!(failures.is_empty(), "{failures:#?}\n{spec}");
        (spec, unknown)
    }

    #[test]
    fn every_document_gives_a_spec_that_passes_check() {
        let issuer = "https://login.acme.example/oidc";
        let claims = [
            "sub",
            "name",
            "given_name",
            "family_name",
            "preferred_username",
            "email",
            "email_verified",
            "groups",
            "picture",
        ];
        // Every set of the claims, with and without the rest.
        for set in 0..1_u32 << claims.len() {
            let chosen: Vec<&str> = claims
                .iter()
                .enumerate()
                .filter(|(index, _)| set & (1 << index) != 0)
                .map(|(_, claim)| *claim)
                .collect();
            let mut metadata = json!({ "issuer": issuer, "claims_supported": chosen });
            good(&metadata);
            metadata["userinfo_endpoint"] = "https://login.acme.example/me".into();
            metadata["grant_types_supported"] = json!(["refresh_token"]);
            good(&metadata);
        }
        good(&json!({ "issuer": issuer }));
        let hostile =
            ["sub", "x\n\n[token]\nparams = { a = \"b\" }\n# ", "\u{202e}", "a\u{0}b", ""];
        let (spec, _) = good(&json!({ "issuer": issuer, "claims_supported": hostile }));
        assert!(!spec.contains("[token]") && spec.is_ascii(), "{spec}");
        good(&json!({ "issuer": "http://127.0.0.1:8400" }));
    }

    #[test]
    fn what_is_not_known_is_said() {
        let says = |document: &Value, part: &str| {
            let (_, unknown) = good(document);
            unknown.iter().any(|sentence| sentence.contains(part))
        };
        let issuer = "https://login.acme.example";
        let weak = json!({ "issuer": issuer, "id_token_signing_alg_values_supported": ["HS256"] });
        assert!(says(&weak, "HS256 only"));
        let strong = json!({ "issuer": issuer, "id_token_signing_alg_values_supported": ["HS256", "ES256"] });
        assert!(!says(&strong, "which is not accepted"));
        assert!(good(&strong).0.contains("algorithms = [\"ES256\"]"));
        let only = |method: &str| json!({ "issuer": issuer, "token_endpoint_auth_methods_supported": [method] });
        assert!(says(&only("tls_client_auth"), "tls_client_auth only"));
        assert!(!says(&only("private_key_jwt"), "private_key_jwt only"));
        assert!(!says(&only("none"), "none only"));
        assert!(good(&only("none")).0.contains("method = \"none\""));
        let email = json!({ "issuer": issuer, "claims_supported": ["email"] });
        assert!(says(&email, "no `email_verified`"));
        assert!(!says(&json!({ "issuer": issuer }), "no `email_verified`"));
    }
}
