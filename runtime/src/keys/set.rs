//! A provider's key set (RFC 7517): every key on its own, so that one odd key spoils nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use serde_json::Value;

use crate::descriptor::Algorithm;
use crate::encode::from_base64url;
use crate::json;

/// Entra's name for its clouds, in keys and in discovery documents.
pub(crate) const CLOUD: &str = "cloud_instance_name";

/// The most keys that are looked at in one set.
const MAX_KEYS: usize = 100;

/// The signing keys of a provider.
#[derive(Debug, Default)]
pub(crate) struct KeySet {
    keys: Vec<Key>,
    /// The `kid` of each key for signatures that cannot be read, or is of a kind or size that is not
    /// supported.
    unusable: Vec<Option<String>>,
}

/// One key that can check signatures.
pub(crate) struct Key {
    kid: Option<String>,
    /// Entra's own member: whose tokens this key signs.
    pub(crate) issuer: Option<String>,
    /// Entra's own member: which cloud this key belongs to.
    pub(crate) cloud: Option<String>,
    /// The algorithm that the key is bound to, if it is.
    algorithm: Option<String>,
    material: Material,
    /// Parsed on first use, once per algorithm.
    parsed: [OnceLock<Option<ParsedPublicKey>>; RSA_ALGORITHMS.len()],
}

#[derive(PartialEq, Eq)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// The sizes of an RSA modulus that the library verifies with (2048 to 8192 bits), in bytes.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

/// The algorithms that one RSA key can serve; other kinds of key serve one.
const RSA_ALGORITHMS: [Algorithm; 6] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];

/// The key for a token, or why there is none.
pub(crate) enum Choice<'a> {
    One(&'a Key),
    /// No key fits: a newer set may have it.
    Unknown,
    /// A key fits, and it cannot be read or is not supported.
    Unusable,
    /// Several keys fit: guessing is refused.
    Ambiguous,
}

impl KeySet {
    /// Reads a set. Keys of unknown kind or shape are skipped (RFC 7517 section 5).
    pub(crate) fn read(body: &[u8]) -> Result<Self, String> {
        let mut document = json::object(body)?;
        let Some(Value::Array(members)) = document.remove("keys") else {
            return Err("`keys` is missing or no list".to_owned());
        };
        let mut set = Self::default();
        for member in members.into_iter().take(MAX_KEYS).filter(is_for_signatures) {
            let kid = member.get("kid").and_then(Value::as_str).map(str::to_owned);
            match Key::read(member) {
                Some(key) => set.keys.push(key),
                None => set.unusable.push(kid),
            }
        }
        if set.keys.is_empty() {
            return Err("there is no key in it that can check a signature".to_owned());
        }
        Ok(set)
    }

    /// The `kid` of every key that has one.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.kid.as_deref())
    }

    /// The number of keys that can check a signature.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of keys that were added and of those that were removed, by `kid`.
    pub(crate) fn changes_since(&self, before: &Self) -> (usize, usize) {
        let ids = |set: &Self| -> BTreeSet<Option<String>> {
            set.keys.iter().map(|key| key.kid.clone()).collect()
        };
        let (now, before) = (ids(self), ids(before));
        (now.difference(&before).count(), before.difference(&now).count())
    }

    /// The one key that fits a token's `kid` and algorithm. A key that is listed twice, or under two ids, is
    /// one key.
    pub(crate) fn choose(&self, kid: Option<&str>, algorithm: Algorithm) -> Choice<'_> {
        let mut fitting = self.keys.iter().filter(|key| {
            key.fits(algorithm) && kid.is_none_or(|kid| key.kid.as_deref() == Some(kid))
        });
        match fitting.next() {
            Some(key) if fitting.all(|other| other.is_same(key)) => Choice::One(key),
            Some(_) => Choice::Ambiguous,
            None if self.has_unusable(kid) => Choice::Unusable,
            None => Choice::Unknown,
        }
    }

    /// Returns `true` if a key that cannot be used has this `kid`, or any has if the token names none.
    fn has_unusable(&self, kid: Option<&str>) -> bool {
        self.unusable.iter().any(|own| kid.is_none() || own.as_deref() == kid)
    }
}

impl Key {
    fn read(member: Value) -> Option<Self> {
        // What narrows a key and cannot be read must not widen it: such a key is skipped.
        let narrowing = |name: &str| match member.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::String(text)) => Some(Some(text.clone())),
            Some(_) => None,
        };
        let (issuer, cloud) = (narrowing("issuer")?, narrowing(CLOUD)?);
        let algorithm = member.get("alg").and_then(Value::as_str).map(str::to_owned);
        let jwk: Jwk = serde_json::from_value(member).ok()?;
        let signs = jwk.common.public_key_use.is_none_or_sig()
            && jwk
                .common
                .key_operations
                .as_ref()
                .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        if !signs {
            return None;
        }
        Some(Self {
            kid: jwk.common.key_id,
            issuer,
            cloud,
            algorithm,
            material: Material::read(jwk.algorithm)?,
            parsed: Default::default(),
        })
    }

    /// Returns `true` if two entries of a set are one key: the same numbers, under the same limits.
    fn is_same(&self, other: &Self) -> bool {
        self.material == other.material && self.issuer == other.issuer && self.cloud == other.cloud
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        let kind = match self.material {
            Material::Rsa { .. } => RSA_ALGORITHMS.contains(&algorithm),
            Material::P256(_) => algorithm == Algorithm::ES256,
            Material::P384(_) => algorithm == Algorithm::ES384,
            Material::Ed25519(_) => algorithm == Algorithm::EdDSA,
        };
        kind && self.algorithm.as_deref().is_none_or(|own| own == algorithm.as_str())
    }

    /// Verifies a signature; `None` for a key that the library refuses (too short, not on its
    /// curve), which checks none.
    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        let slot = RSA_ALGORITHMS.iter().position(|one| *one == algorithm).unwrap_or(0);
        let parsed = self.parsed.get(slot)?.get_or_init(|| self.material.parse(algorithm));
        Some(parsed.as_ref()?.verify_sig(message, signature).is_ok())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Material {
    fn read(parameters: AlgorithmParameters) -> Option<Self> {
        match parameters {
            AlgorithmParameters::RSA(rsa) => {
                let (n, e) = (integer(&rsa.n)?, integer(&rsa.e)?);
                // An exponent of one would make every message its own signature.
                let is_good = RSA_BYTES.contains(&n.len()) && !e.is_empty() && e != [1];
                is_good.then_some(Self::Rsa { n, e })
            }
            AlgorithmParameters::EllipticCurve(curve) => {
                let (x, y) = (integer(&curve.x)?, integer(&curve.y)?);
                match curve.curve {
                    EllipticCurve::P256 => Some(Self::P256(point::<32>(&x, &y)?)),
                    EllipticCurve::P384 => Some(Self::P384(point::<48>(&x, &y)?)),
                    _ => None,
                }
            }
            AlgorithmParameters::OctetKeyPair(pair) => {
                let key = member_bytes(&pair.x)?;
                (pair.curve == EllipticCurve::Ed25519 && key.len() == 32)
                    .then_some(Self::Ed25519(key))
            }
            // A symmetric key from the network is not secret; other kinds are unknown.
            _ => None,
        }
    }

    fn parse(&self, algorithm: Algorithm) -> Option<ParsedPublicKey> {
        match self {
            Self::Rsa { n, e } => {
                let parameters = match algorithm {
                    Algorithm::RS256 => &RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::RS384 => &RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::RS512 => &RSA_PKCS1_2048_8192_SHA512,
                    Algorithm::PS256 => &RSA_PSS_2048_8192_SHA256,
                    Algorithm::PS384 => &RSA_PSS_2048_8192_SHA384,
                    Algorithm::PS512 => &RSA_PSS_2048_8192_SHA512,
                    _ => return None,
                };
                PublicKeyComponents { n, e }.to_parsed_public_key(parameters).ok()
            }
            Self::P256(point) => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok(),
            Self::P384(point) => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).ok(),
            Self::Ed25519(key) => ParsedPublicKey::new(&ED25519, key).ok(),
        }
    }
}

/// Returns `true` if a member of the set may check signatures by what it says of itself. Symmetric keys
/// never do, and unknown kinds are passed over (RFC 7517 section 5).
fn is_for_signatures(member: &Value) -> bool {
    let text = |name: &str| member.get(name).and_then(Value::as_str);
    let operations = member.get("key_ops").and_then(Value::as_array);
    matches!(text("kty"), Some("RSA" | "EC" | "OKP"))
        && text("use") != Some("enc")
        && operations.is_none_or(|all| all.iter().any(|one| one == "verify"))
}

/// The bytes of a member. Padding, which RFC 7515 section 2 leaves out, changes no number, so it is
/// passed over; in tokens, whose text is signed, it is refused.
fn member_bytes(text: &str) -> Option<Vec<u8>> {
    from_base64url(text.trim_end_matches('='))
}

/// An integer without leading zero bytes (RFC 7518 section 2): a key is its numbers, not their spelling.
fn integer(text: &str) -> Option<Vec<u8>> {
    let mut bytes = member_bytes(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    Some(bytes)
}

/// An uncompressed point (SEC 1 section 2.3.3) whose coordinates take `SIZE` bytes each.
fn point<const SIZE: usize>(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let mut point = vec![4];
    for coordinate in [x, y] {
        let zeros = SIZE.checked_sub(coordinate.len())?;
        point.extend(std::iter::repeat_n(0, zeros));
        point.extend(coordinate);
    }
    Some(point)
}

trait NoneOrSig {
    fn is_none_or_sig(&self) -> bool;
}

impl NoneOrSig for Option<PublicKeyUse> {
    fn is_none_or_sig(&self) -> bool {
        self.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
    }
}

#[cfg(test)]
mod tests;
