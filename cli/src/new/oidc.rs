//! A spec of an OpenID provider: from its discovery document, or with its place left to fill in.

use authspec_spec::document::oidc::ALGORITHMS;

use super::discover::Metadata;
use super::{quoted, quoted_list, title};

/// A claim that a spec can start with: its name, the TOML value of a sample, and its doc.
struct Known {
    name: &'static str,
    sample: &'static str,
    doc: &'static str,
}

const fn known(name: &'static str, sample: &'static str, doc: &'static str) -> Known {
    Known { name, sample, doc }
}

/// The claims of OpenID Connect Core 1.0 section 5.1 that make a user, and groups.
const CLAIMS: &[Known] = &[
    known("name", "\"Ana Lima\"", "The display name."),
    known("given_name", "\"Ana\"", "The given name."),
    known("family_name", "\"Lima\"", "The family name."),
    known("preferred_username", "\"ana\"", "A login name that can change."),
    known("email", "\"ana@mail.example\"", "An e-mail address; see `details.email_verified`."),
    known("email_verified", "true", "Whether the provider vouches for the address."),
    known("groups", "[\"staff\"]", "Group names."),
];

/// Fields of `[user]`, and the claims that fill them.
const FIELDS: &[(&str, &str)] = &[
    ("username", "preferred_username"),
    ("fullname", "name"),
    ("first_name", "given_name"),
    ("last_name", "family_name"),
    ("groups", "groups"),
];

/// What is true of the provider, known or guessed.
struct Facts<'m> {
    issuer: &'m str,
    scopes: Vec<&'m str>,
    algorithms: Vec<&'m str>,
    method: &'static str,
    claims: Vec<&'static Known>,
    user_info: bool,
    refreshes: bool,
    /// Claims of the provider that the spec does not use.
    others: Vec<&'m str>,
}

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

/// What the provider signs with and a client can check; RS256 if the document does not say.
fn algorithms(metadata: &Metadata, unknown: &mut Vec<String>) -> Vec<&'static str> {
    let signed = metadata.list("id_token_signing_alg_values_supported").unwrap_or(vec!["RS256"]);
    let good: Vec<&str> = ALGORITHMS.iter().copied().filter(|name| signed.contains(name)).collect();
    if good.is_empty() {
        unknown.push(format!(
            "the provider signs ID tokens with {} only, which protects nothing (AS0022): configure \
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
    let ways = ["client_secret_basic", "client_secret_post"];
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

fn write(name: &str, facts: &Facts<'_>) -> String {
    let has = |claim: &str| facts.claims.iter().any(|known| known.name == claim);
    let mut spec = format!(
        "# The backend's name stands in its settings (SOCIAL_AUTH_{}_KEY), in its callback path\n\
         # (/complete/{name}/), and with every stored user: choose it once.\n\
         name  = {}\ntitle = {}\n\n",
        name.to_ascii_uppercase().replace('-', "_"),
        quoted(name),
        quoted(&title(name)),
    );
    spec.push_str(&place(facts));
    spec.push_str(&format!(
        "[authorization]\nscopes = {}\n\n",
        quoted_list(facts.scopes.iter().copied())
    ));
    spec.push_str(&format!(
        "# How the application proves itself with SECRET; some providers want client_secret_post.\n\
         [[client_authentication]]\nmethod = {}\n\n",
        quoted(facts.method)
    ));
    if facts.refreshes {
        spec.push_str("# The provider gives refresh tokens; many want the scope `offline_access`.\n[refresh]\n\n");
    }
    if facts.user_info {
        spec.push_str("# Asks the user-info endpoint after the ID token; what the token says wins.\n[user_info]\n\n");
    }
    spec.push_str(
        "# Which claims make a user. The uid is stored: it must never change or be given to another.\n\
         [user]\nuid        = \"sub\"\n",
    );
    for (field, claim) in FIELDS.iter().filter(|(_, claim)| has(claim)) {
        spec.push_str(&format!("{field:<10} = {}\n", quoted(claim)));
    }
    spec.push('\n');
    if has("email") {
        let trust = if has("email_verified") {
            "[{ claim = \"email_verified\", is = \"true\" }]"
        } else {
            "\"nothing\""
        };
        spec.push_str(&format!(
            "# Who vouches for an address: conditions of which one is enough, \"provider\" or \"nothing\".\n\
             [[user.email]]\nfrom        = \"email\"\nverified_by = {trust}\n\n"
        ));
    }
    spec.push_str("# The claims that the typed struct has.\n[claims]\n");
    let width = facts.claims.iter().map(|claim| claim.name.len()).max().unwrap_or_default();
    let sub = "{ required = true, doc = \"The user at this provider.\" }";
    spec.push_str(&format!("{:<width$} = {sub}\n", "sub"));
    for Known { name, sample, doc } in &facts.claims {
        let kind = match *sample {
            "true" => "bool",
            sample if sample.starts_with('[') => "list",
            _ => "text",
        };
        let entry = match kind {
            "text" => quoted(doc),
            kind => format!("{{ type = \"{kind}\", doc = {} }}", quoted(doc)),
        };
        spec.push_str(&format!("{name:<width$} = {entry}\n"));
    }
    if !facts.others.is_empty() {
        spec.push_str(&format!("# The provider also lists: {}.\n", facts.others.join(", ")));
    }
    spec.push_str(&sample(facts));
    spec
}

/// Where the provider is. An issuer on this machine is not https: it goes into a setting.
fn place(facts: &Facts<'_>) -> String {
    let issuer = facts.issuer;
    let algorithms = if facts.algorithms == ["RS256"] {
        String::new()
    } else {
        format!("algorithms = {}\n", quoted_list(facts.algorithms.iter().copied()))
    };
    let discovery = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    if issuer.starts_with("https://") {
        return format!(
            "# Everything else about endpoints and keys comes from here.\n\
             [endpoints]\ndiscovery = {}\n\n\
             # What makes an ID token good; the discovery document must state this issuer.\n\
             [oidc]\nissuer = {}\n{algorithms}\n",
            quoted(&discovery),
            quoted(issuer)
        );
    }
    format!(
        "[settings.issuer]\ntype    = \"url\"\ndefault = {}\ndoc     = \"The issuer; https anywhere but \
         on this machine.\"\n\n\
         [endpoints]\ndiscovery = \"{{issuer}}/.well-known/openid-configuration\"\n\n\
         [oidc]\nissuer = \"{{issuer}}\"\n{algorithms}\n",
        quoted(issuer)
    )
}

/// A sample with every claim, as the ID token or as both replies.
fn sample(facts: &Facts<'_>) -> String {
    let members: Vec<String> =
        facts.claims.iter().map(|claim| format!("{} = {}", claim.name, claim.sample)).collect();
    let of_user = [vec!["sub = \"user-1\"".to_owned()], members].concat().join(", ");
    let replies = if facts.user_info {
        format!("id_token  = {{ sub = \"user-1\" }}\nuser_info = {{ {of_user} }}\n")
    } else {
        format!("id_token  = {{ {of_user} }}\n")
    };
    let value = |claim: &str| facts.claims.iter().find(|known| known.name == claim);
    let mut expected = vec!["uid = \"user-1\"".to_owned()];
    for (field, claim) in FIELDS {
        expected.extend(value(claim).map(|known| format!("{field} = {}", known.sample)));
    }
    if let Some(email) = value("email") {
        let verified = value("email_verified").is_some();
        expected.push(format!("email = {}, email_verified = {verified}", email.sample));
    }
    format!(
        "\n# A reply of the provider, and the user that it must give: a test, and an account of\n\
         # `authspec serve`. A JSON file beside this one may stand in the place of a table.\n\
         [[sample]]\nname      = \"user\"\n{replies}expect    = {{ {} }}\n",
        expected.join(", ")
    )
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
        assert!(!says(&strong, "only, which protects nothing"));
        assert!(good(&strong).0.contains("algorithms = [\"ES256\"]"));
        let keys = json!({ "issuer": issuer, "token_endpoint_auth_methods_supported": ["private_key_jwt"] });
        assert!(says(&keys, "private_key_jwt only"));
        let email = json!({ "issuer": issuer, "claims_supported": ["email"] });
        assert!(says(&email, "no `email_verified`"));
        assert!(!says(&json!({ "issuer": issuer }), "no `email_verified`"));
    }
}
