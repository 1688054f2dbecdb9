//! An assertion that this client signs with its own key (RFC 7523 section 3, OpenID Connect Core 1.0
//! section 9), with the certificate's thumbprint where Microsoft Entra asks for it.

use std::path::Path;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;

use super::named_file;
use crate::descriptor::Algorithm;
use crate::encode::base64url;
use crate::error::{Code, Error, Result, Stage};
use crate::secret::Secret;
use crate::transaction::random_text;

/// The lifetime of an assertion in seconds. It is sent at once; Entra takes ten minutes at most.
const LIFETIME: u64 = 300;

/// A private key, ready to sign.
pub(super) struct SigningKey {
    pair: Pair,
    algorithm: Algorithm,
    /// The SHA-256 thumbprint of its certificate, if the file has one.
    thumbprint: Option<String>,
}

enum Pair {
    Rsa(KeyPair),
    P256(EcdsaKeyPair),
}

impl SigningKey {
    /// Reads a PEM file, each time: whatever renews the key may have replaced it.
    ///
    /// # Errors
    ///
    /// `missing_setting` when the file cannot be read, holds no key, or one that does not fit.
    pub(super) fn read(
        name: &str,
        path: &Path,
        algorithm: Option<Algorithm>,
        stage: Stage,
    ) -> Result<Self> {
        let wrong = |problem: &str| named_file::unusable("private key", name, path, problem, stage);
        let text = named_file::read("private key", name, path, stage)?;
        let pem = text.as_bytes();
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| wrong("holds no private key in PEM form, or an encrypted one"))?;
        let pair = Pair::read(&key)
            .ok_or_else(|| wrong("is no RSA key of 2048 bits or more, and no P-256 key"))?;
        let algorithm = algorithm.unwrap_or(match pair {
            Pair::Rsa(_) => Algorithm::RS256,
            Pair::P256(_) => Algorithm::ES256,
        });
        if matches!(pair, Pair::P256(_)) != (algorithm == Algorithm::ES256) {
            let wanted = algorithm.as_str();
            return Err(wrong(&format!("does not fit {wanted}, which this backend signs with")));
        }
        let thumbprint = CertificateDer::from_pem_slice(pem).ok().map(|certificate| {
            base64url(digest::digest(&digest::SHA256, certificate.as_ref()).as_ref())
        });
        Ok(Self { pair, algorithm, thumbprint })
    }

    /// A new assertion of the client for this audience. `now` is in Unix seconds.
    ///
    /// # Errors
    ///
    /// `unknown_error` when the cryptographic library fails.
    pub(super) fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        key_id: Option<&str>,
        now: u64,
        stage: Stage,
    ) -> Result<Secret> {
        let mut header = json!({ "alg": self.algorithm.as_str(), "typ": "JWT" });
        for (name, value) in [("kid", key_id), ("x5t#S256", self.thumbprint.as_deref())] {
            if let Some(value) = value {
                header[name] = value.into();
            }
        }
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": audience, "jti": random_text()?,
            "iat": now, "exp": now.saturating_add(LIFETIME),
        });
        let part = |value: serde_json::Value| base64url(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.sign(signed.as_bytes()).ok_or_else(|| {
            Error::new(Code::UnknownError, stage, "The cryptographic library failed.")
        })?;
        Ok(Secret::new(format!("{signed}.{}", base64url(&signature))))
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::P256(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let padding = match self.algorithm {
                    Algorithm::PS256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

impl Pair {
    /// PKCS #8 (`PRIVATE KEY`), or PKCS #1 (`RSA PRIVATE KEY`).
    fn read(key: &PrivateKeyDer<'_>) -> Option<Self> {
        let rsa = match key {
            PrivateKeyDer::Pkcs8(key) => KeyPair::from_pkcs8(key.secret_pkcs8_der()).ok(),
            PrivateKeyDer::Pkcs1(key) => KeyPair::from_der(key.secret_pkcs1_der()).ok(),
            _ => None,
        };
        if let Some(pair) = rsa {
            return (pair.public_modulus_len() >= 256).then_some(Self::Rsa(pair));
        }
        let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = match key {
            PrivateKeyDer::Pkcs8(key) => EcdsaKeyPair::from_pkcs8(curve, key.secret_pkcs8_der()),
            PrivateKeyDer::Sec1(key) => {
                EcdsaKeyPair::from_private_key_der(curve, key.secret_sec1_der())
            }
            _ => return None,
        };
        pair.ok().map(Self::P256)
    }
}
