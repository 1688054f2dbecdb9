//! Client authentication at the token endpoint (RFC 6749 section 2.3, RFC 7523 section 2.2).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::form_urlencoded;

use crate::client::Client;
use crate::client_assertion;
use crate::problem::Problem;
use crate::record::RecordedRequest;
use crate::route::Flavour;
use crate::state::Shared;

/// The only assertion type that is known (RFC 7523 section 8.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Finds out which client asks and checks its credential. At most one credential may be sent.
pub(crate) fn authenticate(
    shared: &Shared,
    flavour: &Flavour,
    incoming: &RecordedRequest,
) -> Result<Client, Problem> {
    let basic = incoming.credential(&["Basic"]);
    let posted = incoming.form_value("client_secret");
    let assertion = incoming.form_value("client_assertion");
    let sent = [basic, posted, assertion];
    if sent.iter().flatten().count() > 1 {
        return Err(Problem::SeveralCredentials);
    }
    let basic = match basic {
        Some(encoded) => Some(decode_basic(encoded).ok_or(Problem::WrongSecret)?),
        None => None,
    };
    let body_id = incoming.form_value("client_id");
    let id = match (&basic, body_id) {
        (Some((id, _)), Some(other)) if id != other => return Err(Problem::SeveralCredentials),
        (Some((id, _)), _) => id.as_str(),
        (None, Some(id)) => id,
        (None, None) => return Err(Problem::Missing("client_id")),
    };
    let client = shared.client(id).ok_or_else(|| Problem::UnknownClient(id.to_owned()))?;
    if let Some(assertion) = assertion {
        if !matches!(flavour, Flavour::V1(_) | Flavour::V2(_) | Flavour::Given) {
            return Err(Problem::AssertionRefused);
        }
        if incoming.form_value("client_assertion_type") != Some(JWT_BEARER) {
            return Err(Problem::Missing("client_assertion_type"));
        }
        client_assertion::check(&client, assertion, shared.now())?;
        return Ok(client);
    }
    let secret = basic.as_ref().map(|(_, secret)| secret.as_str()).or(posted);
    match (&client.secret, secret) {
        (Some(known), Some(secret)) if known == secret => {}
        (None, None) if client.federated.is_empty() => {}
        (_, None) => return Err(Problem::NoCredential),
        (_, Some(_)) => return Err(Problem::WrongSecret),
    }
    Ok(client)
}

/// Id and secret of a Basic credential; both are form-encoded first (RFC 6749 section 2.3.1).
fn decode_basic(encoded: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decode(id), form_decode(secret)))
}

fn form_decode(text: &str) -> String {
    let pair = format!("x={}", text.replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::form_decode;

    #[test]
    fn credentials_are_form_decoded() {
        assert_eq!(form_decode("a%3Ab+c%25"), "a:b c%");
        assert_eq!(form_decode("a=b&c"), "a=b&c");
    }
}
