//! A signed token of the provider (RFC 7515), up to its claims: shape, header, algorithm, key,
//! signature. What the claims must be is for each kind of token to say.

use std::str::FromStr as _;

use serde_json::Value;

use crate::descriptor::Algorithm;
use crate::encode::from_base64url;
use crate::error::{Code, Error, Result, Stage, shown, shown_list};
use crate::json::{self, Object};
use crate::keys::{Choice, Key, KeySet};

/// The longest token that is looked at, in bytes (Microsoft's own libraries stop at 250 KiB).
const MAX_TOKEN: usize = 250 * 1024;

/// A kind of token: what its header may say that it is, and how errors speak of it.
pub(crate) struct Kind {
    /// As in "The ID token …".
    pub(super) name: &'static str,
    /// The parameter that it came in.
    pub(super) parameter: &'static str,
    pub(super) stage: Stage,
    /// The values of `typ` beside none at all, in any case (RFC 8725 section 3.11).
    types: &'static [&'static str],
    /// `true` if a token with further audiences must say by `azp` that it was issued to this client.
    pub(super) needs_party: bool,
    /// The code of the error when it has no signature.
    unsigned: Code,
}

/// The rules for the header of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signing<'a> {
    /// The algorithms that are accepted, never chosen by a token (RFC 8725 section 3.1).
    pub(super) algorithms: &'a [Algorithm],
    /// The advice to an operator whose provider sends unsigned tokens.
    pub(super) unsigned_help: Option<&'static str>,
}

/// The ID token (OpenID Connect Core 1.0 section 2).
pub(crate) const ID_TOKEN: Kind = Kind {
    name: "ID token",
    parameter: "id_token",
    stage: Stage::TokenValidation,
    types: &["JWT"],
    needs_party: true,
    unsigned: Code::UnsignedIdToken,
};

/// User info as a signed JWT (OpenID Connect Core 1.0 section 5.3.2). An access token (`at+jwt`) and a logout
/// token are other types.
pub(crate) const USER_INFO: Kind = Kind {
    name: "user-info JWT",
    parameter: "user_info",
    stage: Stage::UserInfo,
    types: &["JWT", "userinfo+jwt"],
    needs_party: false,
    unsigned: Code::InvalidSignature,
};

/// The logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4).
pub(crate) const LOGOUT_TOKEN: Kind = Kind {
    name: "logout token",
    parameter: "logout_token",
    stage: Stage::Disconnect,
    types: &["logout+jwt", "JWT"],
    needs_party: false,
    unsigned: Code::InvalidSignature,
};

/// The outcome of the check of a token.
pub(super) enum Verdict {
    /// The token is genuine and meant for this client; these are its claims.
    Good(Object),
    /// No key of the set verifies it; one of a newer set may. The error if none does.
    NoKey(Error),
}

/// The outcome of checking a signature over `T`.
pub(super) enum Signed<'a, T> {
    /// It is genuine; the signed value, and the key that signed it.
    Genuine { content: T, algorithm: Algorithm, key: &'a Key },
    /// No key of the set verifies it; one of a newer set may. The error if none does.
    NoKey(Error),
}

/// Checks everything about a token but its claims.
pub(super) fn verify<'a>(
    kind: &Kind,
    signing: Signing<'_>,
    token: &str,
    keys: &'a KeySet,
) -> Result<Signed<'a, Object>> {
    Ok(match payload(kind, signing, token, keys)? {
        Signed::NoKey(error) => Signed::NoKey(error),
        Signed::Genuine { content, algorithm, key } => {
            // 6. claims that each occur once
            let claims = json::object(&content)
                .map_err(|reason| kind.malformed(&format!("its claims are unusable: {reason}")))?;
            Signed::Genuine { content: claims, algorithm, key }
        }
    })
}

/// The payload of a token whose signature is good.
pub(super) fn payload<'a>(
    kind: &Kind,
    signing: Signing<'_>,
    token: &str,
    keys: &'a KeySet,
) -> Result<Signed<'a, Vec<u8>>> {
    // 1. three parts of canonical base64url, not too long (RFC 7515 section 7.1)
    let parts = split(kind, token)?;
    // 2. a header without surprises (RFC 7515 section 4.1, RFC 8725 section 3.11)
    let header = header(kind, &parts)?;
    // 3. an algorithm that the spec allows, never one that the token chooses (RFC 8725 section 3.1)
    let algorithm = algorithm(kind, signing, &header)?;
    // 4. one key that fits (RFC 7517 section 4)
    let kid = kid(kind, &header)?;
    let key = match keys.choose(kid, algorithm) {
        Choice::One(key) => key,
        Choice::Unknown => return Ok(Signed::NoKey(kind.unknown_key(kid, keys))),
        Choice::Unusable => return Ok(Signed::NoKey(kind.unusable_key(kid))),
        Choice::Ambiguous => {
            let what = "it names no `kid`, and several of the provider's keys fit it";
            return Err(kind.bad_signature(if kid.is_none() {
                what
            } else {
                "several of the provider's keys have its `kid`"
            }));
        }
    };
    // 5. its signature (RFC 7515 section 5.2)
    Ok(match key.verify(algorithm, parts.signed.as_bytes(), &parts.signature) {
        Some(true) => Signed::Genuine { content: parts.payload, algorithm, key },
        // The provider may have another key by now, under the same name or without one.
        Some(false) => {
            Signed::NoKey(kind.bad_signature("its signature does not match the provider's key"))
        }
        None => Signed::NoKey(kind.unusable_key(kid)),
    })
}

/// Checks a token as far as that is possible without a key: items 1 to 3 of the list.
pub(crate) fn check_header(kind: &Kind, signing: Signing<'_>, token: &str) -> Result<()> {
    let header = header(kind, &split(kind, token)?)?;
    algorithm(kind, signing, &header).map(|_| ())
}

/// Claims of a token that is not checked at all: of this client's own earlier tokens only.
pub(crate) fn unchecked_claims(kind: &Kind, token: &str) -> Result<Object> {
    json::object(&split(kind, token)?.payload).map_err(|reason| kind.malformed(&reason))
}

struct Parts<'a> {
    header: Vec<u8>,
    payload: Vec<u8>,
    signature: Vec<u8>,
    /// Header and payload as they were signed.
    signed: &'a str,
}

fn split<'a>(kind: &Kind, token: &'a str) -> Result<Parts<'a>> {
    if token.len() > MAX_TOKEN {
        return Err(kind.malformed("it is longer than 250 KiB"));
    }
    let parts = || match token.split('.').count() {
        // RFC 7516 section 7.1
        5 => kind.malformed(
            "it is encrypted (five parts, a JWE), and only signed tokens are read. Switch its \
             encryption off at the provider",
        ),
        found => kind
            .malformed(&format!("it has {found} parts between dots, expected three of base64url")),
    };
    let (signed, signature) = token.rsplit_once('.').ok_or_else(parts)?;
    let (header, payload) = signed.split_once('.').ok_or_else(parts)?;
    Ok(Parts {
        header: from_base64url(header).ok_or_else(parts)?,
        payload: from_base64url(payload).ok_or_else(parts)?,
        signature: from_base64url(signature).ok_or_else(parts)?,
        signed,
    })
}

fn header(kind: &Kind, parts: &Parts<'_>) -> Result<Object> {
    let header = json::object(&parts.header)
        .map_err(|reason| kind.malformed(&format!("its header is unusable: {reason}")))?;
    for name in ["crit", "b64", "zip", "cty"] {
        if header.contains_key(name) {
            return Err(kind
                .bad_signature(&format!("its header has `{name}`"))
                .with_parameter(name));
        }
    }
    let fits = match header.get("typ") {
        None => true,
        Some(Value::String(own)) => kind.types.iter().any(|one| own.eq_ignore_ascii_case(one)),
        Some(_) => false,
    };
    if !fits {
        let found = header.get("typ").and_then(Value::as_str).unwrap_or("no text");
        let what = format!(
            "its header has `typ` {}, expected {}",
            shown(found),
            shown_list(kind.types.iter().copied())
        );
        return Err(kind.bad_signature(&what).with_parameter("typ"));
    }
    Ok(header)
}

fn algorithm(kind: &Kind, signing: Signing<'_>, header: &Object) -> Result<Algorithm> {
    let name = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if name.eq_ignore_ascii_case("none") {
        let message = format!("The {} is not signed, so nothing proves who issued it.", kind.name);
        let help = signing.unsigned_help.filter(|_| kind.unsigned == Code::UnsignedIdToken);
        let error = Error::new(kind.unsigned, kind.stage, message).with_parameter("alg");
        return Err(error.with_help(help));
    }
    let known = Algorithm::from_str(name).ok();
    known.filter(|algorithm| signing.algorithms.contains(algorithm)).ok_or_else(|| {
        let expected = signing.algorithms.iter().copied().map(Algorithm::as_str);
        let what =
            format!("its algorithm is {}, expected {}", shown(name), shown_list(expected));
        // A symmetric key is the client secret, which the provider must not need to share.
        let help = format!(
            "Let the provider sign each {} with a key pair (RS256 or ES256): that is a setting of the \
             application there.",
            kind.name
        );
        let help = name.starts_with("HS").then_some(help.as_str());
        kind.bad_signature(&what).with_parameter("alg").with_help(help)
    })
}

fn kid<'a>(kind: &Kind, header: &'a Object) -> Result<Option<&'a str>> {
    match header.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) => Ok(Some(kid)),
        Some(_) => Err(kind.bad_signature("its `kid` is not text").with_parameter("kid")),
    }
}

impl Kind {
    pub(super) fn required_text<'a>(&self, claims: &'a Object, name: &str) -> Result<&'a str> {
        match claims.get(name) {
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(self.invalid(name, "is not text")),
            None => Err(self.missing(name)),
        }
    }

    pub(super) fn missing(&self, claim: &str) -> Error {
        let message = format!("The {} lacks `{claim}`.", self.name);
        Error::new(Code::MissingClaim, self.stage, message).with_parameter(claim)
    }

    pub(crate) fn invalid(&self, claim: &str, what: &str) -> Error {
        let message = format!("The {}'s `{claim}` {what}.", self.name);
        Error::new(Code::InvalidClaim, self.stage, message).with_parameter(claim)
    }

    /// A time or a nonce that does not fit, with a sentence that goes on after the token's name.
    pub(super) fn timed(&self, code: Code, claim: &str, message: &str) -> Error {
        let message = format!("The {} {message}", self.name);
        Error::new(code, self.stage, message).with_parameter(claim)
    }

    /// The error of a token that no key fits.
    fn unknown_key(&self, kid: Option<&str>, keys: &KeySet) -> Error {
        let named = kid.map_or("no `kid`".to_owned(), |kid| format!("`kid` {}", shown(kid)));
        let what = format!(
            "its header has {named}, and none of the provider's keys fits that and its algorithm \
             (the key set has {})",
            shown_list(keys.ids())
        );
        self.bad_signature(&what).with_parameter("kid")
    }

    /// The error of a token whose key is listed and cannot be read, or is not supported. It says nothing
    /// about the signature.
    fn unusable_key(&self, kid: Option<&str>) -> Error {
        let named = kid.map_or(String::new(), |kid| format!(" {}", shown(kid)));
        let message = format!(
            "The {} cannot be checked: the key{named} of the provider's key set is malformed, or of a \
             kind or size that is not supported.",
            self.name
        );
        Error::new(Code::MalformedResponse, self.stage, message).with_parameter("jwks_uri")
    }

    pub(super) fn bad_signature(&self, what: &str) -> Error {
        let message = format!("The {} is refused: {what}.", self.name);
        Error::new(Code::InvalidSignature, self.stage, message)
    }

    fn malformed(&self, what: &str) -> Error {
        let message = format!("The {} cannot be read: {what}.", self.name);
        Error::new(Code::MalformedResponse, self.stage, message).with_parameter(self.parameter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_token_is_called_so() {
        let message = |token: &str| split(&ID_TOKEN, token).err().unwrap().message().to_owned();
        assert!(message("e30.e30.e30.e30.e30").contains("it is encrypted"));
        assert!(message("e30....").contains("it is encrypted"));
        assert!(!message("e30.e30.e30.e30").contains("encrypted"));
    }

    #[test]
    fn a_message_names_the_algorithm_and_those_allowed() {
        let signing =
            Signing { algorithms: &[Algorithm::RS256, Algorithm::ES256], unsigned_help: None };
        let message = |alg: &str| {
            let header = json::object(format!(r#"{{"alg":"{alg}"}}"#).as_bytes()).unwrap();
            algorithm(&ID_TOKEN, signing, &header).unwrap_err().message().to_owned()
        };
        for alg in ["HS256", "ES512", "RS384"] {
            let parts = [alg, "RS256", "ES256"];
            assert!(parts.iter().all(|part| message(alg).contains(part)), "{}", message(alg));
        }
        assert!(message("HS256").contains("key pair"));
        assert!(!message("a@b.example").contains('@'));
    }

    #[test]
    fn parts_are_three_and_canonical() {
        let split = |token: &str| split(&ID_TOKEN, token).is_ok();
        assert!(split("e30.e30."));
        for bad in ["", ".", "e30.e30", "e30.e30.e30.e30", "e30=.e30.", "e3 0.e30.", "e31.e30."] {
            assert!(!split(bad), "{bad}");
        }
        assert!(!split(&".".repeat(1_000_000)));
    }
}
