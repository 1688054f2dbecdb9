//! The claims that every signed token of a provider has (RFC 7519 section 4.1): who issued it, for
//! whom, and when. Pure functions of the claims, the provider's documents and the time.

use serde_json::Value;

use super::Context;
use super::jws::Kind;
use super::numeric_date;
use super::value::{between, is_uuid, split_placeholder};
use crate::descriptor::{IssuerPlaceholder, Oidc};
use crate::error::{Code, Result, shown, shown_list};
use crate::json::Object;
use crate::keys::{Key, Metadata};

/// The greatest age of an ID token in seconds, because a provider answers with a new one.
const MAX_AGE: u64 = 24 * 3600;

/// The issuer is the provider's, exactly; where it names a tenant, the token's own, and the key's.
pub(super) fn issuer(
    kind: &Kind,
    oidc: &Oidc,
    claims: &Object,
    metadata: &Metadata,
    key: &Key,
) -> Result<()> {
    let issuer = kind.required_text(claims, "iss")?;
    let tenant =
        oidc.issuer_placeholder.map(|placeholder| tenant(kind, claims, placeholder)).transpose()?;
    let fits = |template: &str| match (oidc.issuer_placeholder, tenant) {
        (Some(placeholder), Some(tenant)) => fits(issuer, template, placeholder.name, tenant),
        _ => issuer == template,
    };
    if !fits(&metadata.issuer) {
        let help = "The user may belong to another tenant than the settings name.";
        let help = oidc.issuer_placeholder.map(|_| help);
        let what = differs(issuer, &metadata.issuer);
        return Err(kind.invalid("iss", &what).with_help(help));
    }
    if let (Some(placeholder), Some(tenant)) = (oidc.issuer_placeholder, tenant)
        && first_path_segment(issuer) != Some(tenant)
    {
        let what = differs(tenant, first_path_segment(issuer).unwrap_or_default());
        let what = format!("{what}, the tenant in the issuer");
        return Err(kind.invalid(placeholder.claim, &what));
    }
    if oidc.key_issuer
        && let Some(key_issuer) = &key.issuer
        && !fits(key_issuer)
    {
        let what = differs(issuer, key_issuer);
        return Err(kind.invalid("iss", &format!("{what}, the issuer of the signing key")));
    }
    // A key of another cloud verifies no token here (Microsoft's IdentityModel compares them too).
    if let (true, Some(key_cloud), Some(cloud)) = (oidc.key_issuer, &key.cloud, &metadata.cloud)
        && cloud != key_cloud.as_str()
    {
        let what = format!(
            "its key belongs to the cloud {}, expected {}",
            shown(key_cloud),
            shown(cloud.as_str().unwrap_or_default())
        );
        return Err(kind.bad_signature(&what));
    }
    Ok(())
}

/// Both sides of a comparison, as a sentence goes on after a claim's name.
fn differs(found: &str, expected: &str) -> String {
    format!("is {}, expected {}", shown(found), shown(expected))
}

/// The claim that fills the issuer: a GUID, under one spelling of its name.
fn tenant<'a>(kind: &Kind, claims: &'a Object, placeholder: IssuerPlaceholder) -> Result<&'a str> {
    let name = placeholder.claim;
    let spellings = claims.keys().filter(|key| key.eq_ignore_ascii_case(name)).count();
    let tenant = kind.required_text(claims, name)?;
    if spellings != 1 {
        return Err(kind.invalid(name, "occurs under several spellings"));
    }
    if !is_uuid(tenant) {
        return Err(kind.invalid(name, "is not a GUID"));
    }
    Ok(tenant)
}

/// Returns `true` if an issuer is a template whose `{name}`, in any case, is this value.
fn fits(issuer: &str, template: &str, name: &str, value: &str) -> bool {
    match split_placeholder(template) {
        Some((before, found, after)) if found.eq_ignore_ascii_case(name) => {
            between(issuer, before, after) == Some(value)
        }
        _ => issuer == template,
    }
}

/// Returns `true` if an issuer that came without a token is the provider's; a placeholder stands for any
/// GUID.
pub(super) fn is_issuer(iss: &str, metadata: &Metadata) -> bool {
    match split_placeholder(&metadata.issuer) {
        Some((before, _, after)) => between(iss, before, after).is_some_and(is_uuid),
        None => iss == metadata.issuer,
    }
}

fn first_path_segment(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    path.split('/').next()
}

/// This client is the audience, alone or beside those of `TRUSTED_AUDIENCES`, and the one party that may
/// use the token.
pub(super) fn audience(kind: &Kind, claims: &Object, context: &Context) -> Result<()> {
    let client_id = context.client_id.as_str();
    let audience = claims.get("aud").ok_or_else(|| kind.missing("aud"))?;
    let members = match audience {
        Value::String(_) => std::slice::from_ref(audience),
        Value::Array(list) => list.as_slice(),
        _ => &[],
    };
    let trusted = context.settings.list("trusted_audiences");
    let is_client = |one: &Value| one.as_str() == Some(client_id);
    let is_trusted =
        |one: &Value| one.as_str().is_some_and(|one| trusted.iter().any(|own| own == one));
    let mine = members.iter().any(is_client);
    if !mine || !members.iter().all(|one| is_client(one) || is_trusted(one)) {
        let found = shown_list(members.iter().map(|one| one.as_str().unwrap_or("no text")));
        let what = if mine {
            format!(
                "is {found}, expected {} alone, or beside audiences that `{}` names",
                shown(client_id),
                context.settings.full_name("trusted_audiences")
            )
        } else {
            format!("is {found}, expected {}", shown(client_id))
        };
        return Err(kind.invalid("aud", &what));
    }
    match claims.get("azp") {
        None if members.len() > 1 && kind.needs_party => Err(kind.missing("azp")),
        None => Ok(()),
        Some(Value::String(party)) if party == client_id => Ok(()),
        Some(party) => {
            let found = party.as_str().unwrap_or("no text");
            Err(kind.invalid("azp", &differs(found, client_id)))
        }
    }
}

/// The token is in force, and has the times that say so; gives its end in Unix seconds, leeway included.
pub(super) fn times(kind: &Kind, claims: &Object, now: u64, leeway: u64) -> Result<u64> {
    let ends = times_given(kind, claims, now, leeway)?.ok_or_else(|| kind.missing("exp"))?;
    if claims.contains_key("iat") { Ok(ends) } else { Err(kind.missing("iat")) }
}

/// The times that a token has do not say that it is not in force; gives its end, if it has one, in Unix
/// seconds, leeway included.
pub(super) fn times_given(
    kind: &Kind,
    claims: &Object,
    now: u64,
    leeway: u64,
) -> Result<Option<u64>> {
    let latest = now.saturating_add(leeway);
    let time = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => {
            let time = numeric_date::read(value).map(|time| Some(time.ceil));
            time.ok_or_else(|| kind.invalid(name, "is not a time in seconds"))
        }
    };
    let ends = time("exp")?.map(|ends| ends.saturating_add(leeway));
    if ends.is_some_and(|ends| now >= ends) {
        return Err(kind.timed(Code::ResponseExpired, "exp", "has expired."));
    }
    let issued = time("iat")?;
    for (name, start) in [("iat", issued), ("nbf", time("nbf")?)] {
        if start.is_some_and(|start| start > latest) {
            let message = "is not valid yet: compare this machine's clock with the provider's, or \
                           raise JWT_LEEWAY.";
            return Err(kind.timed(Code::ResponseNotYetValid, name, message));
        }
    }
    if issued.is_some_and(|issued| now >= issued.saturating_add(MAX_AGE)) {
        return Err(kind.timed(Code::ResponseExpired, "iat", "was issued more than a day ago."));
    }
    Ok(ends)
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
    fn an_issuer_without_a_token_names_any_guid() {
        let with = |issuer: &str| Metadata { issuer: issuer.to_owned(), ..Metadata::default() };
        let template = with("https://login.example/{tenantid}/v2.0");
        let tenant = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";
        assert!(is_issuer(&format!("https://login.example/{tenant}/v2.0"), &template));
        assert!(!is_issuer("https://evil.example", &template));
        assert!(!is_issuer("https://login.example/evil/v2.0", &template));
        assert!(is_issuer("https://a.example", &with("https://a.example")));
        assert!(!is_issuer("https://a.example/", &with("https://a.example")));
    }
}
