//! The token endpoint of Entra ID, B2C and the plain OpenID provider.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::client_authentication::authenticate;
use crate::errors::refusal;
use crate::fault::Fault;
use crate::given;
use crate::grant::Grant;
use crate::jws::{edit, encode};
use crate::parameters::{has_word, repeated};
use crate::problem::Problem;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::route::Flavour;
use crate::state::Shared;
use crate::token_response::token_response;

/// Answers a token request (RFC 6749 sections 4.1.3 and 6).
pub(crate) fn token(shared: &Shared, flavour: &Flavour, incoming: &RecordedRequest) -> Reply {
    match exchange(shared, flavour, incoming) {
        Ok(mut body) => {
            if let Some(Fault::TokenResponse(edits)) = shared.fault() {
                edit(&mut body, &edits);
            }
            Reply::json(200, &Value::Object(body)).unstored()
        }
        Err(problem) => refusal(flavour, &problem, &shared.origin, shared.now()),
    }
}

fn exchange(
    shared: &Shared,
    flavour: &Flavour,
    incoming: &RecordedRequest,
) -> Result<Map<String, Value>, Problem> {
    if incoming.method != "POST" {
        return Err(Problem::NotPost);
    }
    if let Some(name) = repeated(&incoming.form) {
        return Err(Problem::Repeated(name.to_owned()));
    }
    let grant_type = incoming.form_value("grant_type").ok_or(Problem::Missing("grant_type"))?;
    if !matches!(grant_type, "authorization_code" | "refresh_token") {
        return Err(Problem::GrantType(grant_type.to_owned()));
    }
    if matches!(flavour, Flavour::V2(_)) && incoming.form_value("resource").is_some() {
        return Err(Problem::ResourceParameter);
    }
    let client = authenticate(shared, flavour, incoming)?;
    let renewed = grant_type == "refresh_token";
    let mut grant = if renewed {
        refreshed(shared, flavour, &client, incoming)?
    } else {
        redeemed(shared, flavour, &client, incoming)?
    };
    if let Some(resource) = incoming.form_value("resource") {
        grant.resource = Some(resource.to_owned());
    }
    grant.client_info |= incoming.form_value("client_info") == Some("1");
    match &shared.given {
        Some(given) => given::token_response(shared, given, &client, &grant, &incoming.path),
        None => token_response(shared, &client, &grant, renewed),
    }
}

fn redeemed(
    shared: &Shared,
    flavour: &Flavour,
    client: &Client,
    incoming: &RecordedRequest,
) -> Result<Grant, Problem> {
    let code = incoming.form_value("code").ok_or(Problem::Missing("code"))?;
    let redirect_uri =
        incoming.form_value("redirect_uri").ok_or(Problem::Missing("redirect_uri"))?;
    let verifier = incoming.form_value("code_verifier");
    shared.redeem(code, |grant| {
        if grant.client_id != client.id {
            return Err(Problem::OtherClient);
        }
        if !grant.flavour.same_endpoint(flavour) {
            return Err(Problem::CodeElsewhere);
        }
        if grant.redirect_uri != redirect_uri {
            return Err(Problem::RedirectDiffers);
        }
        verify(grant.challenge.as_deref(), verifier)
    })
}

/// Compares the PKCE verifier with the challenge (RFC 7636 section 4.6). A verifier without a
/// challenge is refused too (RFC 9700 section 2.1.1).
pub(crate) fn verify(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), Problem> {
    let fits = match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let allowed = (43..=128).contains(&verifier.len())
                && verifier
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
            allowed && encode(digest(&SHA256, verifier.as_bytes())) == challenge
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(Problem::Verifier) }
}

/// A refreshed grant has no nonce any more (OpenID Connect Core section 12.2).
fn refreshed(
    shared: &Shared,
    flavour: &Flavour,
    client: &Client,
    incoming: &RecordedRequest,
) -> Result<Grant, Problem> {
    let token = incoming.form_value("refresh_token").ok_or(Problem::Missing("refresh_token"))?;
    let known = shared.lock().refresh.get(token).cloned();
    let mut grant = known.ok_or(Problem::RefreshUnknown)?;
    if grant.client_id != client.id {
        return Err(Problem::OtherClient);
    }
    if !grant.flavour.same_endpoint(flavour) {
        return Err(Problem::CodeElsewhere);
    }
    grant.nonce = None;
    if let Some(scope) = incoming.form_value("scope")
        && !matches!(flavour, Flavour::V1(_))
    {
        // RFC 6749 section 6; Entra ID is more generous.
        let wider = scope.split_ascii_whitespace().any(|word| !has_word(&grant.scope, word));
        if wider && *flavour == Flavour::Oidc {
            return Err(Problem::Scope);
        }
        scope.clone_into(&mut grant.scope);
    }
    Ok(grant)
}

#[cfg(test)]
mod tests {
    use super::verify;
    use crate::problem::Problem;

    #[test]
    fn the_verifier_is_the_one_of_the_specification() {
        let challenge = Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let verifier = Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verify(challenge, verifier), Ok(()));
        assert_eq!(verify(challenge, None), Err(Problem::Verifier));
        assert_eq!(verify(None, verifier), Err(Problem::Verifier));
        assert_eq!(verify(None, None), Ok(()));
    }
}
