//! C. The JOSE layer of the ID token: algorithm, key, signature, encoding.

use authspec_authority::{BadSignature, IdTokenFault, KeyName, Writing};
use serde_json::json;

use crate::attack::{
    Attack, attacks, header, id_token, keys, more_keys, no_header, payload, signature, unsigned,
    written,
};

/// A modulus of 1024 bits.
fn short_modulus() -> String {
    "v".repeat(170) + "w"
}

/// An impostor signs, and brings the key along.
fn own_key(member: &str) -> crate::attack::Change {
    id_token(IdTokenFault::OwnKey(member.to_owned()))
}

#[rustfmt::skip]
pub fn rows() -> Vec<Attack> {
    attacks! {
        "C01", "RFC 8725 3.1", "alg none", IdTokens: unsigned("none", false) => UnsignedIdToken TokenValidation;
        "C01", "RFC 8725 3.1", "alg none with a signature", IdTokens: unsigned("none", true) => UnsignedIdToken TokenValidation;
        "C01", "RFC 8725 3.1", "alg None", IdTokens: unsigned("None", false) => UnsignedIdToken TokenValidation;
        "C01", "RFC 8725 3.1", "alg NONE", IdTokens: unsigned("NONE", false) => UnsignedIdToken TokenValidation;
        "C01", "RFC 8725 3.1", "alg nOnE with a signature", IdTokens: unsigned("nOnE", true) => UnsignedIdToken TokenValidation;
        "C01", "RFC 8725 3.1", "alg None with a signature", IdTokens: unsigned("None", true) => UnsignedIdToken TokenValidation;
        "C01", "RFC 8725 3.1", "alg NONE with a signature", IdTokens: unsigned("NONE", true) => UnsignedIdToken TokenValidation;
        "C01", "RFC 8725 3.1", "alg nOnE", IdTokens: unsigned("nOnE", false) => UnsignedIdToken TokenValidation;
        "C01", "RFC 8725 3.1", "alg RS256 and an empty signature", IdTokens: signature(BadSignature::Empty) => InvalidSignature TokenValidation;
        "C02", "RFC 8725 3.1", "alg HS256 in the header only", IdTokens: header("alg", "HS256") => InvalidSignature TokenValidation;
        "C02", "RFC 8725 3.1", "alg RS384 where the spec has RS256", Entra: header("alg", "RS384") => InvalidSignature TokenValidation;
        "C02", "RFC 8725 3.1", "alg PS256 where the spec has RS256, signed so", Entra: header("alg", "PS256"), twin header("alg", "RS256") => InvalidSignature TokenValidation;
        "C02", "RFC 8725 3.1", "alg rs256", IdTokens: header("alg", "rs256") => InvalidSignature TokenValidation;
        "C02", "RFC 8725 3.1", "no alg", IdTokens: no_header("alg") => InvalidSignature TokenValidation;
        "C02", "RFC 8725 3.1", "alg a number", IdTokens: header("alg", 256) => InvalidSignature TokenValidation;
        "C03", "RFC 8725 2.1", "HS256 with the public key as its secret", IdTokens: id_token(IdTokenFault::Hs256WithPublicKey) => InvalidSignature TokenValidation;
        "C04", "RFC 7515 5.2", "one bit of the signature turned", IdTokens: signature(BadSignature::OneBit) => InvalidSignature TokenValidation;
        "C04", "RFC 7515 5.2", "every byte of the signature turned", IdTokens: signature(BadSignature::EveryByte) => InvalidSignature TokenValidation;
        "C04", "RFC 7515 5.2", "the signature of another token", IdTokens: signature(BadSignature::OfAnotherToken) => InvalidSignature TokenValidation;
        "C04", "RFC 7515 5.2", "the signature of another key", IdTokens: id_token(IdTokenFault::SignWith(KeyName::Stranger)) => InvalidSignature TokenValidation;
        "C05", "RFC 7515 4.1.4", "an unknown kid", IdTokens: header("kid", "unknown") => InvalidSignature TokenValidation;
        "C05", "RFC 7515 4.1.4", "a kid that is a number", IdTokens: header("kid", 7) => InvalidSignature TokenValidation;
        "C06", "OIDC Core 10.1", "no kid, and one key", B2c: no_header("kid") => accepted;
        "C06", "OIDC Core 10.1", "no kid, and one key", Oidc: no_header("kid") => accepted;
        "C07", "OIDC Core 10.1", "no kid, and two keys", V1: no_header("kid") => InvalidSignature TokenValidation;
        "C07", "OIDC Core 10.1", "no kid, and two keys", V2: no_header("kid") => InvalidSignature TokenValidation;
        "C09", "RFC 7517 4.2", "keys for encryption", IdTokens: keys("use", "enc"), twin keys("use", "sig") => MalformedResponse TokenValidation;
        "C09", "RFC 7517 4.3", "keys that do not verify", IdTokens: keys("key_ops", json!(["encrypt"])), twin keys("key_ops", json!(["verify"])) => MalformedResponse TokenValidation;
        "C09", "RFC 7517 4.4", "keys of another algorithm", IdTokens: keys("alg", "RS512"), twin keys("alg", "RS256") => InvalidSignature TokenValidation;
        "C09", "RFC 7517 4.1", "RSA keys that say EC", IdTokens: keys("kty", "EC"), twin keys("kty", "RSA") => MalformedResponse TokenValidation;
        "C10", "RFC 7518 3.3", "keys of 1024 bits", IdTokens: keys("n", short_modulus()) => MalformedResponse TokenValidation;
        "C10", "RFC 8017 3.1", "keys with exponent one", IdTokens: keys("e", "AQ"), twin keys("e", "AQAB") => MalformedResponse TokenValidation;
        "C11", "RFC 8725 2.1", "a symmetric key in the set", IdTokens: more_keys(json!([{"kty": "oct", "k": "AAAA", "kid": "s", "alg": "HS256"}])) => accepted;
        "C11", "RFC 8725 2.1", "symmetric keys alone", IdTokens: keys("kty", "oct") => MalformedResponse TokenValidation;
        "C12", "RFC 8725 3.10, CVE-2018-0114", "an impostor's key in jwk", IdTokens: own_key("jwk") => InvalidSignature TokenValidation;
        "C12", "RFC 8725 3.10, CVE-2018-0114", "an impostor's key by jku", IdTokens: own_key("jku") => InvalidSignature TokenValidation;
        "C12", "RFC 8725 3.10, CVE-2018-0114", "an impostor's key by x5u", IdTokens: own_key("x5u") => InvalidSignature TokenValidation;
        "C13", "RFC 7515 4.1.11", "crit", IdTokens: header("crit", json!(["exp"])), twin header("more", json!(["exp"])) => InvalidSignature TokenValidation;
        "C13", "RFC 7797 3", "b64 false", IdTokens: header("b64", false) => InvalidSignature TokenValidation;
        "C14", "RFC 8725 3.11", "typ at+jwt", IdTokens: header("typ", "at+jwt"), twin header("typ", "jwt") => InvalidSignature TokenValidation;
        "C14", "RFC 8725 3.11", "typ logout+jwt", IdTokens: header("typ", "logout+jwt"), twin no_header("typ") => InvalidSignature TokenValidation;
        "C14", "RFC 8725 3.11", "typ dpop+jwt", IdTokens: header("typ", "dpop+jwt") => InvalidSignature TokenValidation;
        "C14", "RFC 8725 3.11", "typ a number", IdTokens: header("typ", 7) => InvalidSignature TokenValidation;
        "C14", "RFC 7519 5.2", "cty JWT", IdTokens: header("cty", "JWT") => InvalidSignature TokenValidation;
        "C14", "RFC 7516 4.1.3", "zip DEF", IdTokens: header("zip", "DEF") => InvalidSignature TokenValidation;
        "C14", "RFC 7516 7.1", "five parts, as an encrypted token has", IdTokens: written(Writing::Replaced("e30.e30.e30.e30.e30".into())) => MalformedResponse TokenValidation;
        "C15", "RFC 7515 2", "padding behind the payload, signed", IdTokens: id_token(IdTokenFault::AfterPayload("=".into())), twin id_token(IdTokenFault::AfterPayload(String::new())) => MalformedResponse TokenValidation;
        "C15", "RFC 7515 2", "a line feed behind the payload, signed", IdTokens: id_token(IdTokenFault::AfterPayload("\n".into())) => MalformedResponse TokenExchange;
        "C15", "RFC 7515 2", "a sign of the other alphabet, signed", IdTokens: id_token(IdTokenFault::AfterPayload("+".into())) => MalformedResponse TokenValidation;
        "C15", "RFC 7515 2", "padding behind the signature", IdTokens: written(Writing::Before("==".into())) => MalformedResponse TokenValidation;
        "C15", "RFC 7515 2", "a space in front", IdTokens: written(Writing::After(" ".into())) => MalformedResponse TokenExchange;
        "C16", "RFC 7515 7.2", "JSON serialization", IdTokens: written(Writing::Json) => MalformedResponse TokenValidation;
        "C16", "RFC 7515 7.1", "a fourth part", IdTokens: written(Writing::Before(".AAAA".into())) => MalformedResponse TokenValidation;
        "C16", "RFC 7515 7.1", "two parts", IdTokens: written(Writing::Replaced("e30.e30".into())) => MalformedResponse TokenValidation;
        "C16", "CVE-2025-27144", "250,000 dots", IdTokens: written(Writing::Replaced(".".repeat(250_000))) => MalformedResponse TokenValidation;
        "C17", "RFC 8725 2.4", "sub twice", IdTokens: payload(r#"{{{claims}},"sub":"x"}"#), twin payload(r#"{{{claims}},"more":"x"}"#) => MalformedResponse TokenValidation;
        "C17", "RFC 8725 2.4", "sub twice, the bad one first", IdTokens: payload(r#"{"sub":"x",{{claims}}}"#) => MalformedResponse TokenValidation;
        "C17", "RFC 8725 2.4", "an inner member twice", IdTokens: payload(r#"{{{claims}},"more":{"a":1,"a":2}}"#), twin payload(r#"{{{claims}},"more":{"a":1,"b":2}}"#) => MalformedResponse TokenValidation;
        "C17", "IdentityModel", "TID beside tid", Tenants: payload(r#"{{{claims}},"TID":"3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734"}"#) => InvalidClaim TokenValidation;
        "C18", "RFC 8725 3.10", "a token over 250 KiB", IdTokens: payload(&format!(r#"{{{{{{claims}}}},"more":"{}"}}"#, "x".repeat(195_000))), twin payload(&format!(r#"{{{{{{claims}}}},"more":"{}"}}"#, "x".repeat(185_000))) => MalformedResponse TokenValidation;
        "C18", "RFC 8725 3.10", "claims 200 lists deep", IdTokens: payload(&format!(r#"{{{{{{claims}}}},"more":{}{}}}"#, "[".repeat(200), "]".repeat(200))), twin payload(&format!(r#"{{{{{{claims}}}},"more":{}{}}}"#, "[".repeat(100), "]".repeat(100))) => MalformedResponse TokenValidation;
        "C18", "RFC 7519 7.2", "claims that are a list", IdTokens: payload("[]") => MalformedResponse TokenValidation;
        "C19", "RFC 7517 5", "keys that nobody knows, and what is no key", IdTokens: more_keys(json!([{"kty": "AKP", "kid": 5}, null, 7, "x", [], {"kty": "RSA", "n": 5}, {"kty": "EC", "crv": "P-999"}])) => accepted;
    }
}
