//! The claims of an ID token, which depend on the endpoint.

use serde_json::{Map, Value, json};

use crate::client::{Client, GroupMode};
use crate::cloud::Site;
use crate::constants::PASSWORD_RESET_POLICY;
use crate::discovery::issuer;
use crate::jws::members;
use crate::parameters::has_word;
use crate::route::Flavour;
use crate::users::{User, UserKind};

/// The facts that a token's claims depend on besides the user.
#[derive(Debug)]
pub(crate) struct Occasion<'a> {
    /// The provider's origin and cloud.
    pub(crate) site: &'a Site,
    /// The client the token is for.
    pub(crate) client: &'a Client,
    /// Granted scopes.
    pub(crate) scope: &'a str,
    /// The request's `nonce`.
    pub(crate) nonce: Option<&'a str>,
    /// The time at which the user signed in.
    pub(crate) signed_in_at: u64,
    /// Now.
    pub(crate) now: u64,
}

/// The claims of an id token.
pub(crate) fn claims(
    flavour: &Flavour,
    user: &User,
    occasion: &Occasion<'_>,
) -> Map<String, Value> {
    let mut claims = match flavour {
        Flavour::V1(_) => first_version(user),
        Flavour::V2(_) => second_version(user, occasion),
        Flavour::B2c(policy) => b2c(user, &policy.name, occasion),
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => oidc(user, occasion),
    };
    let life = match flavour {
        Flavour::V1(_) | Flavour::V2(_) if user.kind == UserKind::Personal => 86_400,
        Flavour::V1(_) | Flavour::V2(_) => 3_900,
        Flavour::B2c(_) | Flavour::Oidc | Flavour::GitHub | Flavour::Given => 3_600,
    };
    let issued = occasion.now;
    set(&mut claims, "iss", issuer(occasion.site, flavour, user.tid));
    set(&mut claims, "aud", occasion.client.id.as_str());
    set(&mut claims, "sub", user.sub);
    set(&mut claims, "iat", issued);
    set(&mut claims, "exp", issued.saturating_add(life));
    if *flavour != Flavour::Oidc {
        set(&mut claims, "nbf", issued);
    }
    put(&mut claims, "nonce", occasion.nonce);
    if matches!(flavour, Flavour::V1(_) | Flavour::V2(_)) {
        groups(&mut claims, user, occasion.client.groups);
    }
    claims
}

fn set(claims: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    claims.insert(name.to_owned(), value.into());
}

fn put(claims: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        set(claims, name, value);
    }
}

/// Version 1 ignores scopes: names, object and tenant id always come; `upn` only for members.
fn first_version(user: &User) -> Map<String, Value> {
    let mut claims = members(json!({
        "amr": ["pwd", "mfa"],
        "ipaddr": "203.0.113.24",
        "name": user.name,
        "oid": user.oid,
        "rh": "0.AAAAinvented.",
        "tid": user.tid,
        "unique_name": user.unique_name,
        "uti": "Zk3invented0uti0AAAAAA",
        "ver": "1.0",
    }));
    put(&mut claims, "given_name", user.given_name);
    put(&mut claims, "family_name", user.family_name);
    put(&mut claims, "upn", user.upn);
    if user.idp.is_some() {
        put(&mut claims, "email", user.email());
        put(&mut claims, "idp", user.idp);
    } else {
        set(&mut claims, "onprem_sid", "S-1-5-21-1111111111-222222222-3333333333-4444");
    }
    claims
}

/// Version 2 shows names, object and tenant id with `profile`, and the address with `email`.
fn second_version(user: &User, occasion: &Occasion<'_>) -> Map<String, Value> {
    let mut claims = members(json!({"ver": "2.0"}));
    if user.kind == UserKind::Personal {
        set(&mut claims, "aio", "DWinvented");
    } else {
        set(&mut claims, "rh", "0.AAAAinvented.");
        set(&mut claims, "uti", "b7Rinvented0uti0AAAAAA");
        if user.kind != UserKind::External {
            set(&mut claims, "aio", "AWQAm/8invented");
        }
    }
    if has_word(occasion.scope, "profile") {
        set(&mut claims, "name", user.name);
        set(&mut claims, "preferred_username", user.preferred_username);
        set(&mut claims, "oid", user.oid);
        set(&mut claims, "tid", user.tid);
    }
    if has_word(occasion.scope, "email") {
        put(&mut claims, "email", user.email());
    }
    put(&mut claims, "idp", user.idp);
    if occasion.client.optional_claims {
        claims.extend(optional(user, occasion.signed_in_at));
    }
    claims
}

/// Claims that an app registration can add
/// (<https://learn.microsoft.com/entra/identity-platform/optional-claims-reference>).
fn optional(user: &User, signed_in_at: u64) -> Map<String, Value> {
    let is_guest = user.kind == UserKind::Guest;
    let mut claims = members(json!({
        "acct": u8::from(is_guest),
        "auth_time": signed_in_at,
        "email": user.email(),
        "ipaddr": "203.0.113.24",
        "login_hint": "O.CiRinvented",
        "sid": "005f1b2a-invented",
        "verified_primary_email": user.emails.get(..1),
        "verified_secondary_email": user.emails.get(1..),
        // Its type varies: a boolean, a number or a text.
        "xms_edov": if is_guest { json!("1") } else { json!(true) },
        "roles": ["Task.Approver"],
        "wids": ["62e90394-69f5-4237-9190-012177145e10"],
    }));
    put(&mut claims, "given_name", user.given_name);
    put(&mut claims, "family_name", user.family_name);
    put(&mut claims, "upn", user.upn);
    claims
}

/// B2C says version 1.0 on version 2 addresses and has no tenant id. User flows name themselves as `tfp`
/// and list addresses as `emails`; custom policies (`B2C_1A_…`) have an older shape with `acr`.
fn b2c(user: &User, policy: &str, occasion: &Occasion<'_>) -> Map<String, Value> {
    let mut claims = members(json!({
        "ver": "1.0",
        "auth_time": occasion.signed_in_at,
        "name": user.name,
    }));
    put(&mut claims, "given_name", user.given_name);
    put(&mut claims, "family_name", user.family_name);
    let lower = policy.to_ascii_lowercase();
    if lower.starts_with("b2c_1a_") {
        set(&mut claims, "acr", lower);
        set(&mut claims, "idp", "google.com");
        put(&mut claims, "email", user.email());
        set(&mut claims, "extension_LoyaltyNumber", "LN-20417");
        return claims;
    }
    set(&mut claims, "emails", json!(user.emails));
    set(&mut claims, "tfp", policy);
    if policy == PASSWORD_RESET_POLICY {
        set(&mut claims, "isForgotPassword", true);
    }
    claims
}

fn oidc(user: &User, occasion: &Occasion<'_>) -> Map<String, Value> {
    let mut claims = standard(user, occasion.scope);
    set(&mut claims, "auth_time", occasion.signed_in_at);
    claims
}

/// The standard claims that scopes ask for (OpenID Connect Core section 5.4), with the subject.
pub(crate) fn standard(user: &User, scope: &str) -> Map<String, Value> {
    let mut claims = members(json!({"sub": user.sub}));
    if has_word(scope, "profile") {
        set(&mut claims, "name", user.name);
        set(&mut claims, "preferred_username", user.preferred_username);
        put(&mut claims, "given_name", user.given_name);
        put(&mut claims, "family_name", user.family_name);
    }
    if has_word(scope, "email") {
        put(&mut claims, "email", user.email());
        set(&mut claims, "email_verified", true);
    }
    claims
}

/// A list of groups, or the pointer that replaces it when there are too many.
fn groups(claims: &mut Map<String, Value>, user: &User, mode: GroupMode) {
    let overage = match mode {
        GroupMode::Never => return,
        GroupMode::AsUser => user.group_overage,
        GroupMode::AlwaysOverage => true,
    };
    if overage {
        let endpoint =
            format!("https://graph.windows.net/{}/users/{}/getMemberObjects", user.tid, user.oid);
        set(claims, "_claim_names", json!({"groups": "src1"}));
        set(claims, "_claim_sources", json!({"src1": {"endpoint": endpoint}}));
    } else if !user.groups.is_empty() {
        set(claims, "groups", json!(user.groups));
    }
}

#[cfg(test)]
mod tests {
    use super::{Occasion, claims};
    use crate::client::Client;
    use crate::cloud::{Cloud, Site};
    use crate::route::{Flavour, Policy, Tenant};
    use crate::users::user_for;

    fn of(flavour: &Flavour, key: &str, scope: &str) -> serde_json::Map<String, serde_json::Value> {
        let client = Client::default();
        let site = Site { origin: "http://h".to_owned(), cloud: Cloud::Public };
        let occasion = Occasion {
            site: &site,
            client: &client,
            scope,
            nonce: Some("n"),
            signed_in_at: 1,
            now: 2,
        };
        claims(flavour, user_for(flavour, key), &occasion)
    }

    #[test]
    fn endpoints_differ_in_their_claims() {
        let first = of(&Flavour::V1(Tenant::Common), "guest", "openid");
        assert!(!first.contains_key("upn"));
        assert_eq!(first["idp"], "live.com");
        let second = of(&Flavour::V2(Tenant::Common), "member", "openid profile");
        assert_eq!(second["ver"], "2.0");
        assert!(!second.contains_key("email"));
        assert!(!second.contains_key("upn"));
        let policy = Policy { name: "B2C_1_signupsignin".to_owned(), in_path: false };
        let b2c = of(&Flavour::B2c(policy), "b2c", "openid");
        assert_eq!(b2c["tfp"], "B2C_1_signupsignin");
        assert!(!b2c.contains_key("tid"));
        let many = of(&Flavour::V2(Tenant::Home), "many-groups", "openid profile");
        assert!(many.contains_key("_claim_names") && !many.contains_key("groups"));
    }
}
