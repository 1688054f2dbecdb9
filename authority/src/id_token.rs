//! Signs id tokens, and user information that is signed as they are, with the fault that is set for them.

use aws_lc_rs::hmac;
use serde_json::{Map, Value, json};

use crate::AuthorityError;
use crate::fault::{BadSignature, Fault, IdTokenFault, Writing};
use crate::jws::{decode, edit, encode, header, members, signed, signing_input};
use crate::keys::{Key, KeyName, key};
use crate::route::Flavour;
use crate::state::Shared;
use crate::users::{User, UserKind};

/// The key that signs a user's token at an endpoint.
fn key_name(flavour: &Flavour, user: &User) -> KeyName {
    match flavour {
        Flavour::V1(_) => KeyName::V1,
        Flavour::V2(_) if user.kind == UserKind::Personal => KeyName::V2Consumer,
        Flavour::V2(_) => KeyName::V2Org,
        Flavour::B2c(_) => KeyName::B2c,
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => KeyName::Oidc,
    }
}

/// The signature of an endpoint's good ID tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signing<'a> {
    /// The key that signs.
    pub(crate) key: KeyName,
    /// The JWS algorithm.
    pub(crate) algorithm: &'a str,
    /// `true` if `x5t` stands next to `kid`.
    pub(crate) thumbprint: bool,
}

impl Signing<'_> {
    /// As an endpoint signs for a user: with RS256, and with `x5t` at version 1.
    pub(crate) fn of(flavour: &Flavour, user: &User) -> Self {
        Self {
            key: key_name(flavour, user),
            algorithm: "RS256",
            thumbprint: matches!(flavour, Flavour::V1(_)),
        }
    }
}

/// The ID token with these claims, and with the fault that is set for ID tokens.
pub(crate) fn id_token(
    shared: &Shared,
    signing: Signing<'_>,
    claims: Map<String, Value>,
) -> Result<String, AuthorityError> {
    let fault = match shared.fault() {
        Some(Fault::IdToken(fault)) => Some(fault),
        _ => None,
    };
    sign(shared, signing, claims, fault)
}

/// The signed claims, changed in one way.
pub(crate) fn sign(
    shared: &Shared,
    signing: Signing<'_>,
    mut claims: Map<String, Value>,
    fault: Option<IdTokenFault>,
) -> Result<String, AuthorityError> {
    if fault == Some(IdTokenFault::AfterRotation) {
        shared.rotate_keys();
    }
    let generation = shared.generation();
    let right = key(signing.key, generation)?;
    match fault {
        None | Some(IdTokenFault::AfterRotation) => sign_as(signing, claims, right, right),
        Some(IdTokenFault::Claims(edits)) => {
            edit(&mut claims, &edits);
            sign_as(signing, claims, right, right)
        }
        Some(IdTokenFault::Header(edits)) => {
            let mut header = full_header(signing, right);
            edit(&mut header, &edits);
            signed(header, &text(claims), right)
        }
        Some(IdTokenFault::SignWith(name)) => {
            let signer = key(name, generation)?;
            let named = if name == KeyName::Stranger { right } else { signer };
            sign_as(signing, claims, named, signer)
        }
        Some(IdTokenFault::OwnKey(member)) => {
            let own = key(KeyName::Stranger, generation)?;
            let mut header = full_header(signing, right);
            let brought = match member.as_str() {
                "jwk" => json!({"kty": "RSA", "n": own.n, "e": own.e, "kid": right.kid}),
                _ => json!(format!("{}/impostor/keys", shared.origin)),
            };
            header.insert(member, brought);
            signed(header, &text(claims), own)
        }
        Some(IdTokenFault::Signature(wrong)) => {
            let mut others = claims.clone();
            others.insert("another".to_owned(), json!(true));
            let other = sign_as(signing, others, right, right)?;
            Ok(spoilt(&sign_as(signing, claims, right, right)?, wrong, &other))
        }
        Some(IdTokenFault::Unsigned { alg, with_signature }) => {
            let header = members(json!({"typ": "JWT", "alg": alg}));
            if with_signature {
                return signed(header, &text(claims), right);
            }
            Ok(format!("{}.", signing_input(header, &text(claims))))
        }
        Some(IdTokenFault::AfterPayload(more)) => {
            let input = signing_input(full_header(signing, right), &text(claims)) + &more;
            let signature = right.sign_with(signing.algorithm, input.as_bytes())?;
            Ok(format!("{input}.{}", encode(signature)))
        }
        Some(IdTokenFault::Written(writing)) => {
            Ok(written(&sign_as(signing, claims, right, right)?, writing))
        }
        Some(IdTokenFault::Hs256WithPublicKey) => {
            Ok(hs256(full_header(signing, right), &text(claims), &right.public_pem()?))
        }
        Some(IdTokenFault::Hs256With(secret)) => {
            Ok(hs256(full_header(signing, right), &text(claims), &secret))
        }
        Some(IdTokenFault::RawPayload(raw)) => {
            let good = text(claims);
            let inner = good.get(1..good.len().saturating_sub(1)).unwrap_or_default();
            let payload = raw.replace("{{claims}}", inner);
            signed(full_header(signing, right), &payload, right)
        }
    }
}

fn text(claims: Map<String, Value>) -> String {
    Value::Object(claims).to_string()
}

fn full_header(signing: Signing<'_>, key: &Key) -> Map<String, Value> {
    let mut header = header(key);
    header.insert("alg".to_owned(), json!(signing.algorithm));
    if signing.thumbprint {
        header.insert("x5t".to_owned(), json!(key.kid));
    }
    header
}

fn hs256(mut header: Map<String, Value>, payload: &str, secret: &str) -> String {
    header.insert("alg".to_owned(), json!("HS256"));
    let input = signing_input(header, payload);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), input.as_bytes());
    format!("{input}.{}", encode(tag))
}

/// Signs with `signer` under the name of `named`.
fn sign_as(
    signing: Signing<'_>,
    claims: Map<String, Value>,
    named: &Key,
    signer: &Key,
) -> Result<String, AuthorityError> {
    signed(full_header(signing, named), &text(claims), signer)
}

/// The token with a signature that is not its own.
fn spoilt(token: &str, wrong: BadSignature, other: &str) -> String {
    let Some((input, signature)) = token.rsplit_once('.') else {
        return token.to_owned();
    };
    let mut bytes = decode(signature).unwrap_or_default();
    let signature = match wrong {
        BadSignature::OneBit => {
            if let Some(first) = bytes.first_mut() {
                *first ^= 1;
            }
            encode(bytes)
        }
        BadSignature::EveryByte => {
            for byte in &mut bytes {
                *byte ^= 0x5a;
            }
            encode(bytes)
        }
        BadSignature::Sorted => {
            let mut characters: Vec<char> = signature.chars().collect();
            characters.sort_unstable();
            characters.into_iter().collect()
        }
        BadSignature::Empty => String::new(),
        BadSignature::OfAnotherToken => {
            other.rsplit_once('.').map_or_else(String::new, |(_, theirs)| theirs.to_owned())
        }
    };
    format!("{input}.{signature}")
}

/// The token, written in another way.
fn written(token: &str, writing: Writing) -> String {
    let mut parts = token.split('.');
    let mut part = || parts.next().unwrap_or_default();
    match writing {
        Writing::After(text) => format!("{text}{token}"),
        Writing::Before(text) => format!("{token}{text}"),
        Writing::Replaced(text) => text,
        Writing::Json => {
            let (protected, payload, signature) = (part(), part(), part());
            let signatures = [json!({"protected": protected, "signature": signature})];
            json!({"payload": payload, "signatures": signatures}).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{spoilt, written};
    use crate::fault::{BadSignature, Writing};

    #[test]
    fn only_the_signature_is_spoilt() {
        for (wrong, expected) in [
            (BadSignature::OneBit, "a.b.AQAC"),
            (BadSignature::EveryByte, "a.b.WlpY"),
            (BadSignature::Sorted, "a.b.AAAC"),
            (BadSignature::Empty, "a.b."),
            (BadSignature::OfAnotherToken, "a.b.z"),
        ] {
            assert_eq!(spoilt("a.b.AAAC", wrong, "x.y.z"), expected);
        }
    }

    #[test]
    fn a_token_can_be_written_as_json() {
        let expected = r#"{"payload":"b","signatures":[{"protected":"a","signature":"c"}]}"#;
        assert_eq!(written("a.b.c", Writing::Json), expected);
    }
}
