//! The ID token, checked (OpenID Connect Core 1.0 section 3.1.3.7, RFC 8725, and Microsoft's rules).
//!
//! [`check`] is the whole list, in order. Every check is a pure function of the descriptor, the
//! settings, the token, the provider's documents and the time.

use std::str::FromStr as _;

use aws_lc_rs::digest;
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::value::{between, is_uuid, split_placeholder};
use super::{Context, policy};
use crate::descriptor::{IssuerPlaceholder, Oidc};
use crate::encode::{base64url, from_base64url};
use crate::error::{Code, Error, Result, Stage};
use crate::json::{self, Object};
use crate::keys::{Choice, Key, KeySet, Metadata};
use crate::secret::{Secret, same};

/// The longest token that is looked at, in bytes (Microsoft's own libraries stop at 250 KiB).
const MAX_TOKEN: usize = 250 * 1024;

/// The longest subject, in characters (OpenID Connect Core 1.0 section 2).
const MAX_SUBJECT: usize = 255;

/// What a token is held against.
pub(super) struct Expected<'a> {
    pub(super) metadata: &'a Metadata,
    pub(super) keys: &'a KeySet,
    /// The nonce of the authorization request; a refreshed token has none to compare.
    pub(super) nonce: Option<&'a str>,
    pub(super) access_token: Option<&'a Secret>,
    /// Unix seconds.
    pub(super) now: u64,
}

/// What came of a check.
pub(super) enum Verdict {
    /// The token is genuine and meant for this client; these are its claims.
    Good(Object),
    /// No key of the set fits: a newer set may have it.
    UnknownKey,
}

/// Checks an ID token, one rule after the other.
pub(super) fn check(
    context: &Context,
    oidc: &Oidc,
    token: &Secret,
    expected: &Expected<'_>,
) -> Result<Verdict> {
    //  1. three parts of canonical base64url, not too long (RFC 7515 section 7.1)
    let parts = split(token.expose())?;
    //  2. a header without surprises (RFC 7515 section 4.1, RFC 8725 section 3.11)
    let header = header(&parts)?;
    //  3. an algorithm that the spec allows, never one that the token chooses (RFC 8725 section 3.1)
    let algorithm = algorithm(oidc, &header)?;
    //  4. one key that fits (RFC 7517 section 4)
    let kid = kid(&header)?;
    let key = match expected.keys.choose(kid, algorithm) {
        Choice::One(key) => key,
        Choice::Unknown => return Ok(Verdict::UnknownKey),
        Choice::Ambiguous => return Err(bad_signature("several of the provider's keys fit it")),
    };
    //  5. its signature (RFC 7515 section 5.2)
    if !key.verify(algorithm, parts.signed.as_bytes(), &parts.signature) {
        return no_match(kid);
    }
    //  6. claims that each occur once
    let claims = json::object(&parts.payload)
        .map_err(|reason| malformed(&format!("its claims are unusable: {reason}")))?;
    //  7. the issuer, exactly (item 2 of the section)
    issuer(oidc, &claims, expected.metadata, key)?;
    //  8. this client as the one audience (items 3 to 5)
    audience(&claims, &context.client_id)?;
    //  9. the times (items 9 and 10)
    times(&claims, expected.now, context.leeway())?;
    // 10. the nonce (item 11)
    nonce(&claims, expected.nonce)?;
    // 11. a subject
    subject(&claims)?;
    // 12. the access token that came with it (section 3.1.3.8)
    access_token_hash(&claims, algorithm, expected.access_token)?;
    // 13. the rules of the spec
    policy::check(context, &claims, Stage::TokenValidation)?;
    Ok(Verdict::Good(claims))
}

/// The whole check without a sign-in around it.
pub(crate) fn check_alone(
    context: &Context,
    metadata: &Metadata,
    keys: &KeySet,
    nonce: &str,
    token: &Secret,
    now: u64,
) -> Result<()> {
    let Some(oidc) = &context.descriptor.oidc else {
        return Ok(());
    };
    let expected = Expected { metadata, keys, nonce: Some(nonce), access_token: None, now };
    match check(context, oidc, token, &expected)? {
        Verdict::Good(_) => Ok(()),
        Verdict::UnknownKey => Err(unknown_key()),
    }
}

/// What can be said of a token before any key is at hand: items 1 to 3 of the list.
pub(super) fn check_header(oidc: &Oidc, token: &Secret) -> Result<()> {
    let header = header(&split(token.expose())?)?;
    algorithm(oidc, &header).map(|_| ())
}

/// A wrong signature: without `kid` the provider may have another key by now.
fn no_match(kid: Option<&str>) -> Result<Verdict> {
    match kid {
        None => Ok(Verdict::UnknownKey),
        Some(_) => Err(bad_signature("its signature does not match the provider's key")),
    }
}

fn kid(header: &Object) -> Result<Option<&str>> {
    match header.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) => Ok(Some(kid)),
        Some(_) => Err(bad_signature("its `kid` is not text").with_parameter("kid")),
    }
}

struct Parts<'a> {
    header: Vec<u8>,
    payload: Vec<u8>,
    signature: Vec<u8>,
    /// Header and payload as they were signed.
    signed: &'a str,
}

fn split(token: &str) -> Result<Parts<'_>> {
    if token.len() > MAX_TOKEN {
        return Err(malformed("it is longer than 250 KiB"));
    }
    let parts = || malformed("it does not consist of three base64url parts");
    let (signed, signature) = token.rsplit_once('.').ok_or_else(parts)?;
    let (header, payload) = signed.split_once('.').ok_or_else(parts)?;
    Ok(Parts {
        header: from_base64url(header).ok_or_else(parts)?,
        payload: from_base64url(payload).ok_or_else(parts)?,
        signature: from_base64url(signature).ok_or_else(parts)?,
        signed,
    })
}

fn header(parts: &Parts<'_>) -> Result<Object> {
    let header = json::object(&parts.header)
        .map_err(|reason| malformed(&format!("its header is unusable: {reason}")))?;
    for name in ["crit", "b64", "zip", "cty"] {
        if header.contains_key(name) {
            return Err(bad_signature(&format!("its header has `{name}`")).with_parameter(name));
        }
    }
    let is_jwt = match header.get("typ") {
        None => true,
        Some(Value::String(kind)) => kind.eq_ignore_ascii_case("JWT"),
        Some(_) => false,
    };
    if !is_jwt {
        let what = "its header says that it is another kind of token";
        return Err(bad_signature(what).with_parameter("typ"));
    }
    Ok(header)
}

fn algorithm(oidc: &Oidc, header: &Object) -> Result<Algorithm> {
    let name = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if name.eq_ignore_ascii_case("none") {
        let error = Error::new(
            Code::UnsignedIdToken,
            Stage::TokenValidation,
            "The ID token is not signed, so nothing vouches for it.",
        );
        return Err(error.with_help(oidc.unsigned_help));
    }
    Algorithm::from_str(name)
        .ok()
        .filter(|algorithm| oidc.algorithms.contains(algorithm))
        .ok_or_else(|| {
            bad_signature("its algorithm is not one that this provider signs with")
                .with_parameter("alg")
        })
}

fn issuer(oidc: &Oidc, claims: &Object, metadata: &Metadata, key: &Key) -> Result<()> {
    let issuer = required_text(claims, "iss")?;
    let tenant =
        oidc.issuer_placeholder.map(|placeholder| tenant(claims, placeholder)).transpose()?;
    let fits = |template: &str| match (oidc.issuer_placeholder, tenant) {
        (Some(placeholder), Some(tenant)) => fits(issuer, template, placeholder.name, tenant),
        _ => issuer == template,
    };
    if !fits(&metadata.issuer) {
        let help = "The user may belong to another tenant than the settings name.";
        let help = oidc.issuer_placeholder.map(|_| help);
        return Err(invalid("iss", "is not the provider's issuer").with_help(help));
    }
    if let (Some(placeholder), Some(tenant)) = (oidc.issuer_placeholder, tenant)
        && first_path_segment(issuer) != Some(tenant)
    {
        return Err(invalid(placeholder.claim, "is not the tenant in the issuer"));
    }
    if oidc.key_issuer
        && let Some(key_issuer) = &key.issuer
        && !fits(key_issuer)
    {
        return Err(invalid("iss", "is not the issuer that the signing key vouches for"));
    }
    // A key of another cloud vouches for nobody here (Microsoft's IdentityModel compares them too).
    if let (true, Some(key_cloud), Some(cloud)) = (oidc.key_issuer, &key.cloud, &metadata.cloud)
        && key_cloud != cloud
    {
        return Err(bad_signature("its key belongs to another cloud"));
    }
    Ok(())
}

/// The claim that fills the issuer: a GUID, under one spelling of its name.
fn tenant(claims: &Object, placeholder: IssuerPlaceholder) -> Result<&str> {
    let name = placeholder.claim;
    let spellings = claims.keys().filter(|key| key.eq_ignore_ascii_case(name)).count();
    let tenant = required_text(claims, name)?;
    if spellings != 1 {
        return Err(invalid(name, "occurs under several spellings"));
    }
    if !is_uuid(tenant) {
        return Err(invalid(name, "is not a GUID"));
    }
    Ok(tenant)
}

/// Whether an issuer is a template whose `{name}`, in any case, is this value.
fn fits(issuer: &str, template: &str, name: &str, value: &str) -> bool {
    match split_placeholder(template) {
        Some((before, found, after)) if found.eq_ignore_ascii_case(name) => {
            between(issuer, before, after) == Some(value)
        }
        _ => issuer == template,
    }
}

fn first_path_segment(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    path.split('/').next()
}

fn audience(claims: &Object, client_id: &str) -> Result<()> {
    let audience = claims.get("aud").ok_or_else(|| missing("aud"))?;
    let mine = match audience {
        Value::String(one) => one == client_id,
        Value::Array(list) => {
            list.len() == 1 && list.first().and_then(Value::as_str) == Some(client_id)
        }
        _ => false,
    };
    if !mine {
        return Err(invalid("aud", "is not this client alone"));
    }
    match claims.get("azp") {
        None => Ok(()),
        Some(Value::String(party)) if party == client_id => Ok(()),
        Some(_) => Err(invalid("azp", "is not this client")),
    }
}

fn times(claims: &Object, now: u64, leeway: u64) -> Result<()> {
    let latest = now.saturating_add(leeway);
    let time = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => {
            value.as_u64().map(Some).ok_or_else(|| invalid(name, "is not a time in seconds"))
        }
    };
    let expiry = time("exp")?.ok_or_else(|| missing("exp"))?;
    if now >= expiry.saturating_add(leeway) {
        return Err(timed(Code::ResponseExpired, "exp", "The ID token has expired."));
    }
    let issued = time("iat")?.ok_or_else(|| missing("iat"))?;
    let not_before = time("nbf")?.unwrap_or(0);
    for (name, start) in [("iat", issued), ("nbf", not_before)] {
        if start > latest {
            let message = "The ID token is not valid yet: compare this machine's clock with the \
                           provider's, or raise JWT_LEEWAY.";
            return Err(timed(Code::ResponseNotYetValid, name, message));
        }
    }
    Ok(())
}

fn nonce(claims: &Object, expected: Option<&str>) -> Result<()> {
    let Some(expected) = expected else {
        return Ok(());
    };
    let holds = claims.get("nonce").and_then(Value::as_str).is_some_and(|own| same(own, expected));
    if holds {
        return Ok(());
    }
    let message = "The ID token belongs to another sign-in. Start the sign-in again.";
    Err(timed(Code::NonceMismatch, "nonce", message))
}

fn subject(claims: &Object) -> Result<()> {
    let subject = required_text(claims, "sub")?;
    if subject.is_empty() || subject.chars().count() > MAX_SUBJECT {
        return Err(invalid("sub", "is empty or longer than 255 characters"));
    }
    Ok(())
}

/// Entra sends no `at_hash` from its token endpoint; one that is there must be right.
fn access_token_hash(
    claims: &Object,
    algorithm: Algorithm,
    access_token: Option<&Secret>,
) -> Result<()> {
    let (Some(claim), Some(token)) = (claims.get("at_hash"), access_token) else {
        return Ok(());
    };
    let hash = match algorithm {
        Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256 => &digest::SHA256,
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => &digest::SHA384,
        _ => &digest::SHA512,
    };
    let digest = digest::digest(hash, token.expose().as_bytes());
    let half = digest.as_ref().get(..digest.as_ref().len() / 2).unwrap_or_default();
    if claim.as_str().is_some_and(|claim| same(claim, &base64url(half))) {
        return Ok(());
    }
    Err(invalid("at_hash", "does not fit the access token"))
}

fn required_text<'a>(claims: &'a Object, name: &str) -> Result<&'a str> {
    match claims.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(invalid(name, "is not text")),
        None => Err(missing(name)),
    }
}

fn missing(claim: &str) -> Error {
    let message = format!("The ID token lacks `{claim}`.");
    Error::new(Code::MissingClaim, Stage::TokenValidation, message).with_parameter(claim)
}

fn invalid(claim: &str, what: &str) -> Error {
    let message = format!("The ID token's `{claim}` {what}.");
    Error::new(Code::InvalidClaim, Stage::TokenValidation, message).with_parameter(claim)
}

fn timed(code: Code, claim: &str, message: &str) -> Error {
    Error::new(code, Stage::TokenValidation, message).with_parameter(claim)
}

fn bad_signature(what: &str) -> Error {
    let message = format!("The ID token is refused: {what}.");
    Error::new(Code::InvalidSignature, Stage::TokenValidation, message)
}

/// The error of a token that no key of a fresh set fits.
pub(super) fn unknown_key() -> Error {
    bad_signature("none of the provider's keys signed it").with_parameter("kid")
}

fn malformed(what: &str) -> Error {
    let message = format!("The ID token cannot be read: {what}.");
    Error::new(Code::MalformedResponse, Stage::TokenValidation, message).with_parameter("id_token")
}

/// Claims of a token that is not checked at all: of this client's own earlier tokens only.
pub(super) fn claims_of(token: &Secret) -> Result<Object> {
    let parts = split(token.expose())?;
    json::object(&parts.payload).map_err(|reason| malformed(&reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stand_for_one_value() {
        let issuer = "https://login.example/t/v2.0";
        for template in
            ["https://login.example/{tenantid}/v2.0", "https://login.example/{TenantId}/v2.0"]
        {
            assert!(fits(issuer, template, "tenantid", "t"));
            assert!(!fits(issuer, template, "tenantid", "u"));
            assert!(!fits("https://login.example/t/v1.0", template, "tenantid", "t"));
        }
        assert!(fits(issuer, issuer, "tenantid", "u"), "a concrete issuer is compared as it is");
        assert!(!fits("https://a/t", "https://a/{x}", "tenantid", "t"));
    }

    #[test]
    fn at_hash_of_openid_connect_core() {
        let token = Secret::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        let check = |hash: &str| {
            let mut claims = Object::new();
            claims.insert("at_hash".to_owned(), hash.into());
            access_token_hash(&claims, Algorithm::RS256, Some(&token))
        };
        assert!(check("77QmUPtjPfzWtF2AnpK9RQ").is_ok());
        assert_eq!(check("77QmUPtjPfzWtF2AnpK9RR").unwrap_err().code(), Code::InvalidClaim);
    }

    #[test]
    fn parts_are_three_and_canonical() {
        assert!(split("e30.e30.").is_ok());
        for bad in ["", ".", "e30.e30", "e30.e30.e30.e30", "e30=.e30.", "e3 0.e30.", "e31.e30."] {
            assert!(split(bad).is_err(), "{bad}");
        }
        assert!(split(&".".repeat(1_000_000)).is_err());
    }
}
