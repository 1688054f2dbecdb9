//! Test vectors: this project's own (`tests/vectors`), the examples of the RFCs, and, where
//! `AUTHSPEC_VECTORS` names a folder that holds them, Wycheproof's JSON Web Signatures, Keys and Crypto.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::jws::{ID_TOKEN, Signed, Signing, payload};
use crate::descriptor::{Algorithm, Oidc, oidc};
use crate::keys::KeySet;

/// The number of this project's vectors that must be accepted.
const GOOD: usize = 44;

/// The number of this project's vectors that must be refused.
const BAD: usize = 741;

/// Every algorithm that a spec can name.
const ALL: Oidc = oidc(&[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
]);

const SYMMETRIC: &str = "symmetric keys of the network are nobody's secret";
const MARKED: &str = "its key is marked for another algorithm (PS256) than its header has (PS384)";
const P521: &str = "no provider of the census signs with P-521";
const ENCRYPTED: &str = "encrypted tokens are not read";
const ALPHABET: &str = "a `?` stands in it, which base64url does not have";
const ROCA: &str = "a weak key that only its owner can replace; the library does not look for it";

/// The vectors with another result than they state, by number, with the reason.
type Exceptions = &'static [(u64, &'static str)];

const SIGNATURE: Exceptions = &[
    (1, SYMMETRIC),
    (346, MARKED),
    (347, P521),
    (348, SYMMETRIC),
    (350, MARKED),
    (351, P521),
    (352, SYMMETRIC),
    (357, SYMMETRIC),
    (358, SYMMETRIC),
    (359, SYMMETRIC),
    (372, ALPHABET),
    (373, ALPHABET),
    (376, SYMMETRIC),
    (377, SYMMETRIC),
];

const KEY: Exceptions =
    &[(2, SYMMETRIC), (7, ROCA), (13, SYMMETRIC), (14, SYMMETRIC), (15, SYMMETRIC)];

const CRYPTO: Exceptions =
    &[(1, SYMMETRIC), (46, ROCA), (48, SYMMETRIC), (50, ENCRYPTED), (67, ENCRYPTED)];

fn read(path: &Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap()
}

/// Returns `true` if a token passes with these keys, as far as its signature goes.
fn passes(keys: &Value, token: &str) -> bool {
    let body = json!({ "keys": keys }).to_string();
    let signing = Signing { algorithms: ALL.algorithms, unsigned_help: None };
    KeySet::read(body.as_bytes()).is_ok_and(|keys| {
        matches!(payload(&ID_TOKEN, signing, token, &keys), Ok(Signed::Genuine { .. }))
    })
}

#[test]
fn own_vectors() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let document = read(&folder.join("../tests/vectors/jws.json"));
    let (mut good, mut bad) = (0, 0);
    let mut wrong = Vec::new();
    for vector in document["vectors"].as_array().unwrap() {
        let keys =
            &document["key_sets"][usize::try_from(vector["keys"].as_u64().unwrap()).unwrap()];
        let valid = vector["valid"].as_bool().unwrap();
        *(if valid { &mut good } else { &mut bad }) += 1;
        if passes(keys, vector["token"].as_str().unwrap()) != valid {
            wrong.push(vector["name"].as_str().unwrap());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!((good, bad), (GOOD, BAD));
}

/// Runs a file. Its exceptions are exactly those of the list, so that none comes unnoticed.
fn run(file: &str, expected: usize, exceptions: Exceptions) {
    let folder = std::env::var("AUTHSPEC_VECTORS").expect("AUTHSPEC_VECTORS names a folder");
    let document = read(&PathBuf::from(folder).join(file));
    let (mut count, mut wrong) = (0, Vec::new());
    for group in document["testGroups"].as_array().unwrap() {
        let key = group.get("public").unwrap_or(&group["private"]);
        let keys = key.get("keys").cloned().unwrap_or_else(|| json!([key]));
        for test in group["tests"].as_array().unwrap() {
            count += 1;
            // `jwe` stands in place of `jws` where something is encrypted; some are JSON.
            let token = test.get("jws").or(test.get("jwe")).unwrap();
            let token = token.as_str().map_or_else(|| token.to_string(), str::to_owned);
            if passes(&keys, &token) != (test["result"] == "valid") {
                println!("{} {} {}", test["tcId"], group["comment"], test["comment"]);
                wrong.push(test["tcId"].as_u64().unwrap());
            }
        }
    }
    println!("{file}: {count} vectors, {} exceptions", wrong.len());
    for (number, reason) in exceptions {
        println!("  {number}: {reason}");
    }
    assert_eq!(count, expected);
    assert_eq!(wrong, exceptions.iter().map(|(number, _)| *number).collect::<Vec<_>>());
}

#[test]
#[ignore = "AUTHSPEC_VECTORS must name a folder with the files"]
fn signatures_of_wycheproof() {
    run("json_web_signature_test.json", 401, SIGNATURE);
}

#[test]
#[ignore = "AUTHSPEC_VECTORS must name a folder with the files"]
fn key_sets_of_wycheproof() {
    run("json_web_key_test.json", 26, KEY);
}

#[test]
#[ignore = "AUTHSPEC_VECTORS must name a folder with the files"]
fn crypto_of_wycheproof() {
    run("json_web_crypto_test.json", 83, CRYPTO);
}

/// RFC 7515 appendix A.2 (RS256) and A.3 (ES256): their keys, and the first token with its payload.
#[test]
fn examples_of_rfc_7515() {
    let rsa = json!([{
        "kty": "RSA",
        "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        "e": "AQAB",
    }]);
    let ec = json!([{
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }]);
    let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let es256 = format!(
        "eyJhbGciOiJFUzI1NiJ9.{claims}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    );
    let rs256 = format!(
        "eyJhbGciOiJSUzI1NiJ9.{claims}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    );
    assert!(passes(&rsa, &rs256) && passes(&ec, &es256));
    // Neither with the other's key, and appendix A.5 is not signed at all.
    assert!(!passes(&ec, &rs256) && !passes(&rsa, &es256));
    assert!(!passes(&rsa, &format!("eyJhbGciOiJub25lIn0.{claims}.")));
}
