//! Checks a federated assertion: an outside token that stands in for a client secret (RFC 7523
//! section 3, and Entra ID's rules for workload identity federation).

use serde_json::Value;

use crate::client::Client;
use crate::jws::decode;
use crate::keys::{KeyName, key};
use crate::problem::Problem;

/// The tolerated difference of clocks, in seconds.
const LEEWAY: u64 = 300;

/// Checks issuer, subject and audience against the client's federated credentials, then the time,
/// then the signature. All federated issuers sign with the same key here.
pub(crate) fn check(client: &Client, assertion: &str, now: u64) -> Result<(), Problem> {
    let (input, signature) = assertion.rsplit_once('.').ok_or(Problem::AssertionMalformed)?;
    let (header, payload) = input.split_once('.').ok_or(Problem::AssertionMalformed)?;
    let header = object(header)?;
    let claims = object(payload)?;
    let signature = decode(signature).ok_or(Problem::AssertionMalformed)?;
    if header["alg"] != "RS256" {
        return Err(Problem::AssertionSignature);
    }
    matching(client, &claims)?;
    in_time(&claims, now)?;
    let key = key(KeyName::Federated, 0)?;
    if key.verifies(input.as_bytes(), &signature) {
        Ok(())
    } else {
        Err(Problem::AssertionSignature)
    }
}

fn object(part: &str) -> Result<Value, Problem> {
    decode(part)
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .filter(Value::is_object)
        .ok_or(Problem::AssertionMalformed)
}

/// Looks for a credential; tells the first of the three values that no credential has.
fn matching(client: &Client, claims: &Value) -> Result<(), Problem> {
    let issuer = claims["iss"].as_str().unwrap_or_default();
    let subject = claims["sub"].as_str().unwrap_or_default();
    let audience = match &claims["aud"] {
        Value::String(one) => one.as_str(),
        Value::Array(list) => match list.as_slice() {
            [Value::String(one)] => one.as_str(),
            _ => "",
        },
        _ => "",
    };
    let known = &client.federated;
    if !known.iter().any(|known| known.issuer == issuer) {
        return Err(Problem::AssertionIssuer(issuer.to_owned()));
    }
    let fits =
        |known: &&crate::FederatedCredential| known.issuer == issuer && known.subject == subject;
    if !known.iter().any(|known| fits(&known)) {
        return Err(Problem::AssertionSubject(subject.to_owned()));
    }
    if known.iter().filter(fits).any(|known| known.audience == audience) {
        Ok(())
    } else {
        Err(Problem::AssertionAudience)
    }
}

/// `exp` must be there and lie ahead; `nbf` may lie ahead a little.
fn in_time(claims: &Value, now: u64) -> Result<(), Problem> {
    let expires = claims["exp"].as_u64().ok_or(Problem::AssertionTime)?;
    let begins = claims["nbf"].as_u64().unwrap_or(0);
    if expires > now && begins <= now.saturating_add(LEEWAY) {
        Ok(())
    } else {
        Err(Problem::AssertionTime)
    }
}

#[cfg(test)]
mod tests {
    use super::{in_time, matching};
    use crate::client::Client;
    use crate::problem::Problem;
    use crate::{DEFAULT_FEDERATED_SUBJECT, FEDERATED_AUDIENCE, FEDERATED_ISSUER};
    use serde_json::json;

    #[test]
    fn the_first_wrong_value_is_named() {
        let client = Client::default();
        let claims = |issuer: &str, subject: &str, audience: &str| {
            matching(&client, &json!({"iss": issuer, "sub": subject, "aud": [audience]}))
        };
        let right = (FEDERATED_ISSUER, DEFAULT_FEDERATED_SUBJECT, FEDERATED_AUDIENCE);
        assert_eq!(claims(right.0, right.1, right.2), Ok(()));
        assert!(matches!(
            claims(right.0.trim_end_matches('/'), right.1, right.2),
            Err(Problem::AssertionIssuer(_))
        ));
        assert!(matches!(claims(right.0, "other", right.2), Err(Problem::AssertionSubject(_))));
        assert_eq!(claims(right.0, right.1, "other"), Err(Problem::AssertionAudience));
    }

    #[test]
    fn an_assertion_needs_an_end() {
        assert_eq!(in_time(&json!({}), 1), Err(Problem::AssertionTime));
        assert_eq!(in_time(&json!({"exp": 2}), 1), Ok(()));
        assert_eq!(in_time(&json!({"exp": 1}), 1), Err(Problem::AssertionTime));
    }
}
