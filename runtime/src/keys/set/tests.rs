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

/// Returns `true` if the one key that is chosen verifies.
fn passes(keys: &KeySet, kid: Option<&str>, algorithm: Algorithm, signature: &[u8]) -> bool {
    match keys.choose(kid, algorithm) {
        Choice::One(key) => key.verify(algorithm, MESSAGE, signature) == Some(true),
        Choice::Unknown | Choice::Unusable | Choice::Ambiguous => false,
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
        json!({"kty": "EC", "crv": "P-256", "x": base64url(&[1; 33]), "y": "AQ"}),
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

/// The same key with its members written in another way.
fn rewritten(key: &Value, members: &[&str], write: fn(Vec<u8>) -> String) -> Value {
    members.iter().fold(key.clone(), |key, name| {
        let bytes = from_base64url(key[*name].as_str().unwrap()).unwrap();
        with(key, name, write(bytes))
    })
}

#[test]
fn a_key_is_its_numbers_and_not_their_spelling() {
    let zeros = |bytes: Vec<u8>| base64url(&[vec![0, 0], bytes].concat());
    let padded = |bytes: Vec<u8>| format!("{}==", base64url(&bytes));
    let short = |mut bytes: Vec<u8>| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        base64url(&bytes.split_off(zeros))
    };
    for (key, signatures) in signers() {
        let members: &[&str] = match key["kty"].as_str().unwrap() {
            "RSA" => &["n", "e"],
            "EC" => &["x", "y"],
            // Octets and no integer: each byte counts.
            _ => &[],
        };
        let (algorithm, signature) = &signatures[0];
        for write in [zeros, padded, short] as [fn(Vec<u8>) -> String; 3] {
            let other = rewritten(&key, members, write);
            let alone = set(std::slice::from_ref(&other)).unwrap();
            assert!(passes(&alone, None, *algorithm, signature), "{algorithm:?}");
            let twice = set(&[with(key.clone(), "kid", "a"), with(other, "kid", "b")]).unwrap();
            assert!(passes(&twice, None, *algorithm, signature), "{algorithm:?} under two ids");
            assert!(passes(&twice, Some("b"), *algorithm, signature), "{algorithm:?}");
        }
    }
    // A coordinate that begins with a zero byte is written one byte short by some.
    let (key, signature) = (0..4096)
        .map(|_| curve("P-256", &ECDSA_P256_SHA256_FIXED_SIGNING, Algorithm::ES256))
        .find(|(key, _)| from_base64url(key["x"].as_str().unwrap()).unwrap()[0] == 0)
        .map(|(key, signatures)| (key, signatures[0].1.clone()))
        .unwrap();
    let written_short = rewritten(&key, &["x"], short);
    assert_ne!(written_short, key);
    assert!(passes(&set(&[written_short]).unwrap(), None, Algorithm::ES256, &signature));
    // What is longer than its curve is not a coordinate of it, even where the sum of both fits.
    let mut wrong = rewritten(&key, &["x"], short);
    wrong["y"] = base64url(&[1; 33]).into();
    assert!(set(&[wrong]).is_none());
}

#[test]
fn a_key_listed_twice_is_one_key_under_the_same_limits() {
    let (key, signatures) = rsa();
    let (algorithm, signature) = &signatures[0];
    let named = with(key.clone(), "kid", "a");
    for (first, second, one) in [
        (key.clone(), key.clone(), true),
        (named.clone(), named.clone(), true),
        (named.clone(), with(named.clone(), "alg", "RS256"), true),
        (named.clone(), with(named.clone(), "issuer", "https://a.example"), false),
        (named.clone(), with(named, CLOUD, "cloud"), false),
    ] {
        let twice = set(&[first, second]).unwrap();
        assert_eq!(passes(&twice, None, *algorithm, signature), one);
    }
}

#[test]
fn a_key_that_cannot_be_used_is_told_from_one_that_is_not_there() {
    let good = with(edwards().0, "kid", "good");
    for bad in [
        json!({"kty": "RSA", "n": "", "e": "AQAB", "kid": "bad"}),
        json!({"kty": "RSA", "n": "+/", "e": "AQAB", "kid": "bad"}),
        json!({"kty": "RSA", "n": "AQAB", "e": "AA", "kid": "bad"}),
        json!({"kty": "RSA", "kid": "bad"}),
        json!({"kty": "RSA", "n": base64url(&[0xff; 128]), "e": "AQAB", "kid": "bad"}),
        json!({"kty": "EC", "crv": "P-521", "x": "AQ", "y": "AQ", "kid": "bad"}),
        json!({"kty": "EC", "crv": "P-256", "x": 7, "y": "AQ", "kid": "bad"}),
    ] {
        let keys = set(&[bad.clone(), good.clone()]).unwrap();
        assert!(matches!(keys.choose(Some("bad"), Algorithm::RS256), Choice::Unusable), "{bad}");
        assert!(matches!(keys.choose(None, Algorithm::RS256), Choice::Unusable), "{bad}");
        assert!(matches!(keys.choose(Some("other"), Algorithm::RS256), Choice::Unknown), "{bad}");
        assert!(matches!(keys.choose(Some("good"), Algorithm::EdDSA), Choice::One(_)), "{bad}");
    }
    let enc = json!({"kty": "RSA", "n": "", "e": "AQAB", "kid": "bad", "use": "enc"});
    let keys = set(&[enc, good]).unwrap();
    assert!(matches!(keys.choose(Some("bad"), Algorithm::RS256), Choice::Unknown));
    // Not on its curve: found when it is first used.
    let lost = set(&[json!({"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"})]).unwrap();
    let Choice::One(key) = lost.choose(None, Algorithm::ES256) else { panic!("one key") };
    assert_eq!(key.verify(Algorithm::ES256, MESSAGE, &[0; 64]), None);
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
