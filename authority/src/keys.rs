//! Signing keys: a pool shared by the whole process, filled when a key is first needed.

use std::sync::{Mutex, OnceLock, PoisonError};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, UnparsedPublicKey,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use rcgen::{CertificateParams, DistinguishedName, DnType, PKCS_RSA_SHA256};
use rustls_pki_types::PrivatePkcs8KeyDer;

use crate::AuthorityError;

/// The number of keys of a name; rotation then comes back to the first one.
const GENERATIONS: usize = 4;

/// The number of names.
const NAMES: usize = 8;

/// The name of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyName {
    /// Entra ID, version 1.
    V1,
    /// Entra ID version 2, work tenants.
    V2Org,
    /// Entra ID version 2, personal accounts.
    V2Consumer,
    /// A further key in the sets of Entra ID, which signs nothing.
    Spare,
    /// The B2C tenant.
    B2c,
    /// The plain OpenID provider.
    Oidc,
    /// The federated issuer whose tokens stand in for a client secret.
    Federated,
    /// A key that no key set ever shows.
    Stranger,
}

/// An RSA key with what a key set says about it.
#[derive(Debug)]
pub(crate) struct Key {
    pair: KeyPair,
    /// Its certificate, base64 of DER (RFC 7517 section 4.7), signed by itself as Entra ID's are.
    pub(crate) certificate: String,
    /// Key id: the SHA-1 thumbprint of the certificate, base64url, as at Entra ID.
    pub(crate) kid: String,
    /// Modulus, base64url.
    pub(crate) n: String,
    /// Exponent, base64url.
    pub(crate) e: String,
}

static POOL: [[OnceLock<Key>; GENERATIONS]; NAMES] =
    [const { [const { OnceLock::new() }; GENERATIONS] }; NAMES];

/// Held while a key is made, so that no other thread makes the same one.
static MAKING: Mutex<()> = Mutex::new(());

/// The key of that name; `generation` counts the rotations. The federated and the strange key never
/// rotate.
pub(crate) fn key(name: KeyName, generation: usize) -> Result<&'static Key, AuthorityError> {
    let generation = match name {
        KeyName::Federated | KeyName::Stranger => 0,
        _ => generation % GENERATIONS,
    };
    let slot = &POOL[name as usize][generation];
    if let Some(key) = slot.get() {
        return Ok(key);
    }
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = slot.get() {
        return Ok(key);
    }
    let made = Key::generate()?;
    Ok(slot.get_or_init(|| made))
}

impl Key {
    fn generate() -> Result<Self, AuthorityError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| AuthorityError::Cryptography)?;
        let public: &[u8] = pair.public_key().as_ref();
        let (modulus, exponent) =
            modulus_and_exponent(public).ok_or(AuthorityError::Cryptography)?;
        let certificate = certificate(&pair)?;
        let kid = URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate));
        let (n, e) = (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent));
        Ok(Self { certificate: STANDARD.encode(certificate), pair, kid, n, e })
    }

    /// A signature by one of RSA's algorithms (RFC 7518 sections 3.3 and 3.5); RS256 for any other name.
    pub(crate) fn sign_with(
        &self,
        algorithm: &str,
        message: &[u8],
    ) -> Result<Vec<u8>, AuthorityError> {
        let padding: &'static dyn RsaEncoding = match algorithm {
            "RS384" => &RSA_PKCS1_SHA384,
            "RS512" => &RSA_PKCS1_SHA512,
            "PS256" => &RSA_PSS_SHA256,
            "PS384" => &RSA_PSS_SHA384,
            "PS512" => &RSA_PSS_SHA512,
            _ => &RSA_PKCS1_SHA256,
        };
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(padding, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| AuthorityError::Cryptography)?;
        Ok(signature)
    }

    /// Returns `true` if an RS256 signature is this key's.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let public: &[u8] = self.pair.public_key().as_ref();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(message, signature)
            .is_ok()
    }

    /// The public key as a PEM file (RFC 7468 section 13), the text that a forger would use as an
    /// HMAC secret.
    pub(crate) fn public_pem(&self) -> Result<String, AuthorityError> {
        let der: PublicKeyX509Der<'_> =
            self.pair.public_key().as_der().map_err(|_| AuthorityError::Cryptography)?;
        let bytes: &[u8] = der.as_ref();
        let text = STANDARD.encode(bytes);
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, left) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = left;
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        Ok(pem)
    }
}

/// A certificate that the key signs for itself, in DER.
fn certificate(pair: &KeyPair) -> Result<Vec<u8>, AuthorityError> {
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| AuthorityError::Cryptography)?;
    let private = PrivatePkcs8KeyDer::from(private.as_ref());
    let signer = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&private, &PKCS_RSA_SHA256);
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "accounts.accesscontrol.windows.net");
    params.distinguished_name = name;
    let signed = signer.and_then(|signer| params.self_signed(&signer));
    let signed = signed.map_err(|_| AuthorityError::Cryptography)?;
    Ok(signed.der().to_vec())
}

/// The two numbers of an `RSAPublicKey` structure (RFC 8017 appendix A.1.1).
fn modulus_and_exponent(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(der, 0x30)?;
    let (modulus, rest) = element(sequence, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    Some((without_sign(modulus), without_sign(exponent)))
}

/// The content of a DER element with that tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    if first < 0x80 {
        return rest.split_at_checked(usize::from(first));
    }
    let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    let length = bytes.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
    rest.split_at_checked(length)
}

/// A positive DER integer without the zero byte that keeps it positive.
fn without_sign(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0_u8]).unwrap_or(integer)
}

#[cfg(test)]
mod tests {
    use super::modulus_and_exponent;

    #[test]
    fn reads_both_numbers_of_a_public_key() {
        let der = [0x30, 9, 0x02, 2, 0, 0x81, 0x02, 3, 1, 0, 1];
        assert_eq!(modulus_and_exponent(&der), Some((&[0x81][..], &[1, 0, 1][..])));
        assert_eq!(modulus_and_exponent(&der[..6]), None);
        assert_eq!(modulus_and_exponent(&[0x02, 0]), None);
    }
}
