//! Signs id tokens, with the fault that is set for them.

use aws_lc_rs::hmac;
use serde_json::{Map, Value, json};

use crate::AuthorityError;
use crate::fault::{Fault, IdTokenFault};
use crate::jws::{decode, edit, encode, header, members, signed, signing_input};
use crate::keys::{Key, KeyName, key};
use crate::route::Flavour;
use crate::state::Shared;
use crate::users::{User, UserKind};

/// Which key signs a user's token at an endpoint.
pub(crate) fn key_name(flavour: &Flavour, user: &User) -> KeyName {
    match flavour {
        Flavour::V1(_) => KeyName::V1,
        Flavour::V2(_) if user.kind == UserKind::Personal => KeyName::V2Consumer,
        Flavour::V2(_) => KeyName::V2Org,
        Flavour::B2c(_) => KeyName::B2c,
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => KeyName::Oidc,
    }
}

/// The id token with these claims. Version 1 tokens carry `x5t` next to `kid`.
pub(crate) fn id_token(
    shared: &Shared,
    flavour: &Flavour,
    user: &User,
    mut claims: Map<String, Value>,
) -> Result<String, AuthorityError> {
    let generation = shared.generation();
    let right = key(key_name(flavour, user), generation)?;
    let fault = match shared.fault() {
        Some(Fault::IdToken(fault)) => Some(fault),
        _ => None,
    };
    match fault {
        None => sign_as(flavour, claims, right, right),
        Some(IdTokenFault::Claims(edits)) => {
            edit(&mut claims, &edits);
            sign_as(flavour, claims, right, right)
        }
        Some(IdTokenFault::Header(edits)) => {
            let mut header = full_header(flavour, right);
            edit(&mut header, &edits);
            signed(header, &text(claims), right)
        }
        Some(IdTokenFault::SignWith(name)) => {
            let signer = key(name, generation)?;
            let named = if name == KeyName::Stranger { right } else { signer };
            sign_as(flavour, claims, named, signer)
        }
        Some(IdTokenFault::FlipSignature) => Ok(flip(&sign_as(flavour, claims, right, right)?)),
        Some(IdTokenFault::Unsigned) => {
            let header = members(json!({"typ": "JWT", "alg": "none"}));
            Ok(format!("{}.", signing_input(header, &text(claims))))
        }
        Some(IdTokenFault::Hs256WithPublicKey) => {
            let mut header = full_header(flavour, right);
            header.insert("alg".to_owned(), json!("HS256"));
            let input = signing_input(header, &text(claims));
            let secret = hmac::Key::new(hmac::HMAC_SHA256, right.public_pem()?.as_bytes());
            let tag = hmac::sign(&secret, input.as_bytes());
            Ok(format!("{input}.{}", encode(tag)))
        }
        Some(IdTokenFault::RawPayload(raw)) => {
            let good = text(claims);
            let inner = good.get(1..good.len().saturating_sub(1)).unwrap_or_default();
            let payload = raw.replace("{{claims}}", inner);
            signed(full_header(flavour, right), &payload, right)
        }
    }
}

fn text(claims: Map<String, Value>) -> String {
    Value::Object(claims).to_string()
}

fn full_header(flavour: &Flavour, key: &Key) -> Map<String, Value> {
    let mut header = header(key);
    if matches!(flavour, Flavour::V1(_)) {
        header.insert("x5t".to_owned(), json!(key.kid));
    }
    header
}

/// Signs with `signer` under the name of `named`.
fn sign_as(
    flavour: &Flavour,
    claims: Map<String, Value>,
    named: &Key,
    signer: &Key,
) -> Result<String, AuthorityError> {
    signed(full_header(flavour, named), &text(claims), signer)
}

/// The token with one bit of its signature turned.
fn flip(token: &str) -> String {
    let Some((input, signature)) = token.rsplit_once('.') else {
        return token.to_owned();
    };
    let mut bytes = decode(signature).unwrap_or_default();
    if let Some(first) = bytes.first_mut() {
        *first ^= 1;
    }
    format!("{input}.{}", encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::flip;

    #[test]
    fn flipping_changes_only_the_signature() {
        assert_eq!(flip("a.b.AAAA"), "a.b.AQAA");
    }
}
