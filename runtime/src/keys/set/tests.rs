//! Every kind of key, real ones, against every algorithm.

use super::*;
use crate::encode::base64url;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use serde_json::json;

const MESSAGE: &[u8] = b"message";

/// A public key and its signatures of one message, by algorithm.
type Signer = (Value, Vec<(Algorithm, Vec<u8>)>);

fn rsa() -> Signer {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    // RFC 8017 appendix A.1.1: a sequence of two integers, the second of three bytes.
    let der = pair.public_key().as_ref();
    let (modulus, exponent) = (&der[der.len() - 5 - 256..der.len() - 5], &der[der.len() - 3..]);
    let encodings: [&'static dyn RsaEncoding; 6] = [
        &RSA_PKCS1_SHA256,
        &RSA_PKCS1_SHA384,
        &RSA_PKCS1_SHA512,
        &RSA_PSS_SHA256,
        &RSA_PSS_SHA384,
        &RSA_PSS_SHA512,
    ];
    let signatures = RSA_ALGORITHMS.into_iter().zip(encodings).map(|(algorithm, encoding)| {
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), MESSAGE, &mut signature).unwrap();
        (algorithm, signature)
    });
    let key = json!({"kty": "RSA", "n": base64url(modulus), "e": base64url(exponent)});
    (key, signatures.collect())
}

fn curve(name: &str, signing: &'static EcdsaSigningAlgorithm, algorithm: Algorithm) -> Signer {
    let pair = EcdsaKeyPair::generate(signing).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(pair.public_key().as_ref().len() / 2);
    let signature = pair.sign(&SystemRandom::new(), MESSAGE).unwrap().as_ref().to_vec();
    let key = json!({"kty": "EC", "crv": name, "x": base64url(x), "y": base64url(y)});
    (key, vec![(algorithm, signature)])
}

fn edwards() -> Signer {
    let pair = Ed25519KeyPair::generate().unwrap();
    let key = json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(pair.public_key().as_ref())});
    (key, vec![(Algorithm::EdDSA, pair.sign(MESSAGE).as_ref().to_vec())])
}

fn signers() -> [Signer; 4] {
    [
        rsa(),
        curve("P-256", &ECDSA_P256_SHA256_FIXED_SIGNING, Algorithm::ES256),
        curve("P-384", &ECDSA_P384_SHA384_FIXED_SIGNING, Algorithm::ES384),
        edwards(),
    ]
}

fn with(mut key: Value, name: &str, value: impl Into<Value>) -> Value {
    key[name] = value.into();
    key
}

fn set(keys: &[Value]) -> Option<KeySet> {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).ok()
}

/// Whether the one key that is chosen verifies.
fn passes(keys: &KeySet, kid: Option<&str>, algorithm: Algorithm, signature: &[u8]) -> bool {
    match keys.choose(kid, algorithm) {
        Choice::One(key) => key.verify(algorithm, MESSAGE, signature),
        Choice::Unknown | Choice::Ambiguous => false,
    }
}

#[test]
fn each_key_checks_its_own_algorithms_and_no_others() {
    let signers = signers();
    let keys: Vec<Value> = signers.iter().map(|(key, _)| key.clone()).collect();
    let all = set(&keys).unwrap();
    for (key, signatures) in &signers {
        let alone = set(std::slice::from_ref(key)).unwrap();
        for (algorithm, signature) in signatures {
            assert!(passes(&alone, None, *algorithm, signature), "{algorithm:?}");
            assert!(passes(&all, None, *algorithm, signature), "{algorithm:?} among others");
            let mut changed = signature.clone();
            changed[10] ^= 1;
            assert!(!passes(&alone, None, *algorithm, &changed), "{algorithm:?}");
            for (_, others) in &signers {
                for (other, _) in others.iter().filter(|(other, _)| other != algorithm) {
                    assert!(!passes(&alone, None, *other, signature), "{algorithm:?} {other:?}");
                }
            }
            // A key may be bound to its algorithm, by its exact name, and then serves no other.
            let bound = set(&[with(key.clone(), "alg", format!("{algorithm:?}"))]).unwrap();
            assert!(passes(&bound, None, *algorithm, signature), "{algorithm:?}");
            let elsewhere = set(&[with(key.clone(), "alg", "RSA-OAEP")]);
            let held = elsewhere.is_some_and(|keys| passes(&keys, None, *algorithm, signature));
            assert!(!held, "{algorithm:?} by a key of another");
        }
    }
    let keys = set(&[with(rsa().0, "kid", "one")]).unwrap();
    assert_eq!(format!("{:?}", keys.keys), "[Key { kid: Some(\"one\"), .. }]");
}

#[test]
fn a_kid_chooses_and_without_one_only_one_key_may_fit() {
    let (first, signatures) = rsa();
    let (second, _) = rsa();
    let (algorithm, signature) = &signatures[0];
    let two = set(&[with(first.clone(), "kid", "a"), with(second.clone(), "kid", "b")]).unwrap();
    assert!(passes(&two, Some("a"), *algorithm, signature));
    assert!(!passes(&two, Some("b"), *algorithm, signature));
    assert!(matches!(two.choose(Some("c"), *algorithm), Choice::Unknown));
    assert!(matches!(two.choose(None, *algorithm), Choice::Ambiguous));
    assert!(matches!(two.choose(None, Algorithm::ES256), Choice::Unknown));
    let same = set(&[with(first.clone(), "kid", "a"), with(second, "kid", "a")]).unwrap();
    assert!(matches!(same.choose(Some("a"), *algorithm), Choice::Ambiguous));
    let nameless = set(&[first]).unwrap();
    assert!(matches!(nameless.choose(Some("a"), *algorithm), Choice::Unknown));
}

#[test]
fn keys_for_something_else_and_weak_keys_are_left_out() {
    let (key, signatures) = rsa();
    let (algorithm, signature) = &signatures[0];
    for (name, value, good) in [
        ("use", json!("sig"), true),
        ("use", json!("enc"), false),
        ("key_ops", json!(["verify"]), true),
        ("key_ops", json!(["sign", "verify"]), true),
        ("key_ops", json!(["encrypt"]), false),
        ("key_ops", json!([]), false),
        ("e", json!("AQ"), false),
        ("kty", json!("oct"), false),
        ("kid", json!(7), false),
    ] {
        let keys = set(&[with(key.clone(), name, value.clone())]);
        let held = keys.is_some_and(|keys| passes(&keys, None, *algorithm, signature));
        assert_eq!(held, good, "{name} {value}");
    }
    for key in [
        json!({"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}),
        json!({"kty": "OKP", "crv": "X25519", "x": base64url(&[9; 32])}),
        json!({"kty": "oct", "k": "AAAA"}),
    ] {
        assert!(set(std::slice::from_ref(&key)).is_none(), "{key}");
    }
    assert!(
        set(&vec![json!({}); 99].into_iter().chain([key.clone()]).collect::<Vec<_>>()).is_some()
    );
    assert!(set(&vec![json!({}); 100].into_iter().chain([key]).collect::<Vec<_>>()).is_none());
}

#[test]
fn what_microsoft_adds_to_a_key_is_kept() {
    let key = with(with(edwards().0, "issuer", "https://a.example"), CLOUD, "cloud");
    let keys = set(&[key]).unwrap();
    let Choice::One(key) = keys.choose(None, Algorithm::EdDSA) else { panic!("one key") };
    assert_eq!(
        (key.issuer.as_deref(), key.cloud.as_deref()),
        (Some("https://a.example"), Some("cloud"))
    );
}
