//! The ID token, checked (OpenID Connect Core 1.0 section 3.1.3.7, RFC 8725, and Microsoft's rules).
//!
//! [`check`] is the whole list, in order. Every check is a pure function of the descriptor, the
//! settings, the token, the provider's documents and the time.

use aws_lc_rs::digest;

use super::asked::Asked;
use super::jws::{self, ID_TOKEN, Signed, Verdict};
use super::registered_claims::{audience, issuer, times};
use super::{Context, policy};
use crate::descriptor::{Algorithm, Oidc};
use crate::encode::base64url;
use crate::error::{Code, Recovery, Result, Stage};
use crate::json::Object;
use crate::keys::{KeySet, Metadata};
use crate::secret::{Secret, same};

/// The longest subject, in characters (OpenID Connect Core 1.0 section 2).
const MAX_SUBJECT: usize = 255;

/// The values that a token is compared with.
pub(super) struct Expected<'a> {
    pub(super) metadata: &'a Metadata,
    pub(super) keys: &'a KeySet,
    /// The nonce of the authorization request; a refreshed token has none to compare.
    pub(super) nonce: Option<&'a str>,
    /// The requirements of the authorization request; a refresh has none.
    pub(super) asked: Option<&'a Asked>,
    pub(super) access_token: Option<&'a Secret>,
    /// Unix seconds.
    pub(super) now: u64,
}

/// Checks an ID token, one rule after the other.
pub(super) fn check(
    context: &Context,
    oidc: &Oidc,
    token: &Secret,
    expected: &Expected<'_>,
) -> Result<Verdict> {
    //  1. to 6. its shape, header, algorithm, key and signature; claims that each occur once
    let (claims, algorithm, key) =
        match jws::verify(&ID_TOKEN, context.signing(), token.expose(), expected.keys)? {
            Signed::Genuine { content, algorithm, key } => (content, algorithm, key),
            Signed::NoKey(error) => return Ok(Verdict::NoKey(error)),
        };
    //  7. the issuer, exactly (item 2 of the section)
    issuer(&ID_TOKEN, oidc, &claims, expected.metadata, key)?;
    //  8. this client as the one audience, or beside trusted ones (items 3 to 5)
    audience(&ID_TOKEN, &claims, context)?;
    //  9. the times (items 9 and 10)
    times(&ID_TOKEN, &claims, expected.now, context.leeway())?;
    // 10. the nonce (item 11)
    nonce(&claims, expected.nonce)?;
    // 11. a subject
    subject(&claims)?;
    // 12. the access token that came with it (section 3.1.3.8)
    access_token_hash(&claims, algorithm, expected.access_token)?;
    // 13. how and when the user signed in, if the request asked for it (items 12 and 13); a refreshed
    //     token keeps the time of the sign-in, and may leave `acr` out (section 12.2)
    if let Some(asked) = expected.asked {
        asked.check(context, &claims, expected.now)?;
    }
    // 14. the rules of the spec
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
    let asked = Asked::default();
    let expected = Expected {
        metadata,
        keys,
        nonce: Some(nonce),
        asked: Some(&asked),
        access_token: None,
        now,
    };
    match check(context, oidc, token, &expected)? {
        Verdict::Good(_) => Ok(()),
        Verdict::NoKey(error) => Err(error),
    }
}

fn nonce(claims: &Object, expected: Option<&str>) -> Result<()> {
    let Some(expected) = expected else {
        return Ok(());
    };
    let own = claims.get("nonce").and_then(serde_json::Value::as_str);
    if own.is_some_and(|own| same(own, expected)) {
        return Ok(());
    }
    if own.is_none() {
        let message = "has no `nonce`, although the request had one. The provider must return it \
                       (OpenID Connect Core section 2); a new start does not change that.";
        let error = ID_TOKEN.timed(Code::NonceMismatch, "nonce", message);
        return Err(error.with_recovery(Recovery::ContactAdministrator));
    }
    let message = "belongs to another sign-in. Start the sign-in again.";
    Err(ID_TOKEN.timed(Code::NonceMismatch, "nonce", message))
}

fn subject(claims: &Object) -> Result<()> {
    let subject = ID_TOKEN.required_text(claims, "sub")?;
    // Databases read some of these as one: what differs by a space or a zero byte is not another user there.
    let is_plain = subject.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if subject.is_empty() || subject.len() > MAX_SUBJECT || !is_plain || subject.trim() != subject {
        let what = "is not 1 to 255 printable ASCII characters without a space at either end";
        return Err(ID_TOKEN.invalid("sub", what));
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
    Err(ID_TOKEN.invalid("at_hash", "does not fit the access token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The token is the example of OpenID Connect Core 1.0 appendix A.3; the longer hashes are `hashlib`'s.
    #[test]
    fn at_hash_is_half_the_hash_of_the_algorithm() {
        let token = Secret::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        let check = |hash: &str, algorithm| {
            let mut claims = Object::new();
            claims.insert("at_hash".to_owned(), hash.into());
            access_token_hash(&claims, algorithm, Some(&token)).map_err(|error| error.code())
        };
        for (hash, algorithms) in [
            ("77QmUPtjPfzWtF2AnpK9RQ", &[Algorithm::RS256, Algorithm::PS256, Algorithm::ES256][..]),
            (
                "jtAeDp945y1dDqU3nkIVGNZP1HjH_MFs",
                &[Algorithm::RS384, Algorithm::PS384, Algorithm::ES384],
            ),
            (
                "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM",
                &[Algorithm::RS512, Algorithm::PS512, Algorithm::EdDSA],
            ),
        ] {
            for algorithm in algorithms {
                assert_eq!(check(hash, *algorithm), Ok(()), "{algorithm:?}");
                let changed = hash.to_ascii_uppercase();
                assert_eq!(check(&changed, *algorithm), Err(Code::InvalidClaim), "{algorithm:?}");
            }
        }
    }
}
