//! Errors that the token endpoint answers with.

use crate::problem::Problem;
use crate::route::Flavour;

/// An error answer of the token endpoint (RFC 6749 section 5.2).
///
/// Each endpoint writes it in its own shape: Entra ID with `error_codes`, `timestamp`, `trace_id`,
/// `correlation_id` and `error_uri`, B2C with `error` and `error_description` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// The HTTP status.
    pub status: u16,
    /// The `error` member.
    pub error: String,
    /// The number that follows `AADSTS` at Entra ID and `AADB2C` at B2C. Other endpoints have none.
    pub number: u32,
    /// The sentence of `error_description`.
    pub text: String,
    /// The `suberror` member, which only Entra ID has.
    pub suberror: Option<String>,
    /// The claims challenge: a JSON object as text, which only Entra ID sends. The next authorization
    /// request repeats it as the parameter `claims`.
    pub claims: Option<String>,
    /// Seconds of the `Retry-After` header.
    pub retry_after: Option<u64>,
}

impl TokenError {
    /// An error with the status that RFC 6749 section 5.2 gives it: 401 for `invalid_client`, 500 for
    /// `server_error`, else 400.
    pub fn new(error: impl Into<String>, number: u32, text: impl Into<String>) -> Self {
        let error = error.into();
        let status = match error.as_str() {
            "invalid_client" => 401,
            "server_error" => 500,
            _ => 400,
        };
        Self {
            status,
            error,
            number,
            text: text.into(),
            suberror: None,
            claims: None,
            retry_after: None,
        }
    }

    /// The same error with a `suberror`.
    #[must_use]
    pub fn with_suberror(mut self, suberror: impl Into<String>) -> Self {
        self.suberror = Some(suberror.into());
        self
    }

    /// The same error with a claims challenge.
    #[must_use]
    pub fn with_claims(mut self, claims: impl Into<String>) -> Self {
        self.claims = Some(claims.into());
        self
    }

    /// Conditional Access of Entra ID wants a second factor: AADSTS50076 with a claims challenge.
    pub fn claims_challenge() -> Self {
        let challenge = r#"{"access_token":{"capolids":{"essential":true,"values":["c1f0a4d2-5b37-4e96-8a0d-2f6e9b7c3d18"]}}}"#;
        Self::new("interaction_required", 50_076, "Multi-factor authentication is required.")
            .with_suberror("basic_action")
            .with_claims(challenge)
    }

    /// The refresh token was not used for too long: AADSTS700082.
    pub fn refresh_token_expired() -> Self {
        let text = "The refresh token has expired due to inactivity.";
        Self::new("invalid_grant", 700_082, text).with_suberror("token_expired")
    }

    /// The same client asked too often in a row: AADSTS50196, which a retry makes worse.
    pub fn loop_detected() -> Self {
        let text =
            "The server terminated an operation because it encountered a client request loop.";
        Self::new("invalid_grant", 50_196, text)
    }

    /// Too many requests: status 429 with `Retry-After` in seconds.
    pub fn throttled(seconds: u64) -> Self {
        Self {
            status: 429,
            retry_after: Some(seconds),
            ..Self::new("temporarily_unavailable", 90_055, "Too many requests.")
        }
    }

    /// A problem as this endpoint numbers it.
    pub(crate) fn of(flavour: &Flavour, problem: &Problem) -> Self {
        let facts = problem.facts();
        let number = if matches!(flavour, Flavour::B2c(_)) { facts.b2c } else { facts.entra };
        Self::new(facts.error, number, facts.text)
    }
}
