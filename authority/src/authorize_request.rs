//! Reads and checks an authorization request.

use url::Url;

use crate::client::Client;
use crate::parameters::{has_word, repeated, value};
use crate::problem::Problem;
use crate::route::Flavour;
use crate::state::Shared;

/// The destination of the answer.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The redirect address, which belongs to the client.
    pub(crate) redirect_uri: Url,
    /// The redirect address as it was written.
    pub(crate) written: String,
    /// The request's `state`.
    pub(crate) state: Option<String>,
    /// `true` if the answer is a form that posts itself (OAuth 2.0 Form Post Response Mode).
    pub(crate) form_post: bool,
}

/// A request that may be granted.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizeRequest {
    /// The endpoint that was asked.
    pub(crate) flavour: Flavour,
    /// Client id.
    pub(crate) client_id: String,
    /// The destination of the answer.
    pub(crate) target: Target,
    /// Scopes, separated by spaces.
    pub(crate) scope: String,
    /// The `nonce`.
    pub(crate) nonce: Option<String>,
    /// The PKCE challenge.
    pub(crate) challenge: Option<String>,
    /// The `resource` of a version 1 request.
    pub(crate) resource: Option<String>,
    /// `true` if `client_info=1` was sent.
    pub(crate) client_info: bool,
    /// `true` if no page may be shown (`prompt=none`).
    pub(crate) silent: bool,
}

/// Finds the client and the address to answer to. Until these are known to belong together, nothing
/// may be redirected (RFC 6749 section 4.1.2.1).
pub(crate) fn target(
    shared: &Shared,
    pairs: &[(String, String)],
) -> Result<(Client, Target), Problem> {
    if let Some(name) = repeated(pairs) {
        return Err(Problem::Repeated(name.to_owned()));
    }
    let id = value(pairs, "client_id").ok_or(Problem::Missing("client_id"))?;
    let client = shared.client(id).ok_or_else(|| Problem::UnknownClient(id.to_owned()))?;
    let written = value(pairs, "redirect_uri").ok_or(Problem::Missing("redirect_uri"))?;
    let refused = || Problem::RedirectNotRegistered(written.to_owned());
    if !client.allows_redirect(written) {
        return Err(refused());
    }
    let target = Target {
        redirect_uri: Url::parse(written).map_err(|_| refused())?,
        written: written.to_owned(),
        state: value(pairs, "state").map(str::to_owned),
        form_post: value(pairs, "response_mode") == Some("form_post"),
    };
    Ok((client, target))
}

/// Checks the rest of the request; what is wrong here is told to the client.
pub(crate) fn check(
    flavour: &Flavour,
    client: &Client,
    target: Target,
    pairs: &[(String, String)],
) -> Result<AuthorizeRequest, Problem> {
    let owned = |name: &str| value(pairs, name).map(str::to_owned);
    if let Some(mode) = value(pairs, "response_mode")
        && !matches!(mode, "query" | "form_post")
    {
        return Err(Problem::ResponseMode(mode.to_owned()));
    }
    match value(pairs, "response_type") {
        Some("code") => {}
        // The GitHub-like provider knows no other type and does not ask for this parameter.
        None if *flavour == Flavour::GitHub => {}
        None => return Err(Problem::Missing("response_type")),
        Some(other) => return Err(Problem::ResponseType(other.to_owned())),
    }
    let scope = owned("scope").unwrap_or_default();
    if flavour.needs_openid() && !has_word(&scope, "openid") {
        return Err(Problem::Scope);
    }
    let resource = owned("resource");
    if resource.is_some() && matches!(flavour, Flavour::V2(_)) {
        return Err(Problem::ResourceParameter);
    }
    Ok(AuthorizeRequest {
        flavour: flavour.clone(),
        client_id: client.id.clone(),
        target,
        scope,
        nonce: owned("nonce"),
        challenge: challenge(flavour, client, pairs)?,
        resource,
        client_info: value(pairs, "client_info") == Some("1"),
        silent: value(pairs, "prompt") == Some("none"),
    })
}

/// The PKCE challenge (RFC 7636 section 4.3): only S256, whose length is fixed. Without a method
/// it would be `plain`.
fn challenge(
    flavour: &Flavour,
    client: &Client,
    pairs: &[(String, String)],
) -> Result<Option<String>, Problem> {
    let Some(challenge) = value(pairs, "code_challenge") else {
        // Entra ID does not ask clients with a credential for it, GitHub no client at all.
        let confidential = client.secret.is_some() || !client.federated.is_empty();
        let required = match flavour {
            Flavour::GitHub => false,
            Flavour::V1(_) | Flavour::V2(_) | Flavour::B2c(_) => {
                client.require_pkce && !confidential
            }
            Flavour::Oidc | Flavour::Given => client.require_pkce,
        };
        return if required { Err(Problem::ChallengeMissing) } else { Ok(None) };
    };
    let is_hash = challenge.len() == 43
        && challenge
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if value(pairs, "code_challenge_method") == Some("S256") && is_hash {
        Ok(Some(challenge.to_owned()))
    } else {
        Err(Problem::ChallengeMethod)
    }
}

#[cfg(test)]
mod tests {
    use super::challenge;
    use crate::client::Client;
    use crate::parameters::decode;
    use crate::problem::Problem;
    use crate::route::Flavour;

    #[test]
    fn only_hashed_challenges_are_taken() {
        let client = Client::new("c");
        let asked = |query: &str| challenge(&Flavour::Oidc, &client, &decode(query.as_bytes()));
        assert_eq!(asked(""), Err(Problem::ChallengeMissing));
        let hash = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(asked(&format!("code_challenge={hash}")), Err(Problem::ChallengeMethod));
        assert_eq!(
            asked(&format!("code_challenge={hash}&code_challenge_method=S256")),
            Ok(Some(hash.to_owned()))
        );
        assert_eq!(
            asked("code_challenge=short&code_challenge_method=S256"),
            Err(Problem::ChallengeMethod)
        );
    }
}
