//! The GitHub-like provider: its token endpoint, which refuses with status 200, and its user API.

use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::grant::Grant;
use crate::jws::{edit, members};
use crate::parameters::{Pairs, encode};
use crate::problem::Problem;
use crate::random;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::route::Flavour;
use crate::state::Shared;
use crate::token::verify;

/// Seconds a GitHub App's user token lives, and its refresh token
/// (<https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens>).
const APP_TOKEN_LIFE: u64 = 8 * 3600;
const APP_REFRESH_LIFE: u64 = 184 * 24 * 3600;

/// The documentation URL of refusals.
pub(crate) const HELP: &str = "https://docs.github.example/apps/oauth-apps";

/// Answers a token request: JSON when the client accepts it, else a form.
pub(crate) fn token(shared: &Shared, incoming: &RecordedRequest) -> Reply {
    let body = match exchange(shared, incoming) {
        Ok(mut body) => {
            if let Some(Fault::TokenResponse(edits)) = shared.fault() {
                edit(&mut body, &edits);
            }
            body
        }
        Err(problem) => refused(&problem),
    };
    let json =
        incoming.header("accept").is_some_and(|accepted| accepted.contains("application/json"));
    if json {
        return Reply::json(200, &Value::Object(body)).unstored();
    }
    let pairs: Pairs = body
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect();
    let media = "application/x-www-form-urlencoded; charset=utf-8";
    Reply::new(200, media, encode(&pairs)).unstored()
}

fn exchange(shared: &Shared, incoming: &RecordedRequest) -> Result<Map<String, Value>, Problem> {
    if incoming.method != "POST" {
        return Err(Problem::NotPost);
    }
    let client = incoming
        .form_value("client_id")
        .and_then(|id| shared.client(id))
        .ok_or(Problem::WrongSecret)?;
    if client.secret.as_deref() != incoming.form_value("client_secret") {
        return Err(Problem::WrongSecret);
    }
    let grant = match incoming.form_value("grant_type") {
        Some("refresh_token") if is_app(&client.id) => {
            let token = incoming.form_value("refresh_token").ok_or(Problem::RefreshUnknown)?;
            // A refresh token is used once.
            let known = shared.lock().refresh.remove(token);
            known.filter(|grant| grant.client_id == client.id).ok_or(Problem::RefreshUnknown)?
        }
        _ => redeemed(shared, &client.id, incoming)?,
    };
    let mut body = members(json!({
        "scope": words(&grant.scope).collect::<Vec<_>>().join(","),
        "token_type": "bearer",
    }));
    let kind = if is_app(&client.id) { "ghu_" } else { "gho_" };
    let token = shared.issue_access(format!("{kind}{}", random::token()?), grant.clone());
    body.insert("access_token".to_owned(), json!(token));
    if is_app(&client.id) {
        body.insert("expires_in".to_owned(), json!(APP_TOKEN_LIFE));
        body.insert("refresh_token".to_owned(), json!(shared.issue_refresh(grant)?));
        body.insert("refresh_token_expires_in".to_owned(), json!(APP_REFRESH_LIFE));
    }
    Ok(body)
}

/// Returns `true` if a client is a GitHub App, whose tokens end and are refreshed; an OAuth app's do not.
/// The client IDs of apps begin so.
fn is_app(client_id: &str) -> bool {
    client_id.starts_with("Iv")
}

/// The grant behind a code.
fn redeemed(
    shared: &Shared,
    client_id: &str,
    incoming: &RecordedRequest,
) -> Result<Grant, Problem> {
    let code = incoming.form_value("code").ok_or(Problem::CodeUnknown)?;
    let redirect_uri = incoming.form_value("redirect_uri");
    let verifier = incoming.form_value("code_verifier");
    shared.redeem(code, |grant| {
        if grant.client_id != client_id || grant.flavour != Flavour::GitHub {
            return Err(Problem::CodeUnknown);
        }
        if redirect_uri.is_some_and(|address| address != grant.redirect_uri) {
            return Err(Problem::RedirectDiffers);
        }
        // A verifier without a challenge is overlooked here.
        verify(grant.challenge.as_deref(), verifier.filter(|_| grant.challenge.is_some()))
    })
}

/// GitHub separates scopes with spaces or commas.
fn words(scope: &str) -> impl Iterator<Item = &str> {
    scope.split([' ', ',']).filter(|word| !word.is_empty())
}

fn refused(problem: &Problem) -> Map<String, Value> {
    let (error, text) = match problem {
        Problem::WrongSecret => (
            "incorrect_client_credentials",
            "The client_id and/or client_secret passed are incorrect.",
        ),
        Problem::RedirectDiffers => (
            "redirect_uri_mismatch",
            "The redirect_uri must match the registered callback address.",
        ),
        Problem::RefreshUnknown => {
            ("bad_refresh_token", "The refresh token passed is incorrect or expired.")
        }
        _ => ("bad_verification_code", "The code passed is incorrect or expired."),
    };
    members(json!({"error": error, "error_description": text, "error_uri": HELP}))
}

/// The grant of a request to the user API, or the answer that refuses it.
fn allowed(shared: &Shared, incoming: &RecordedRequest) -> Result<Grant, Reply> {
    if incoming.header("user-agent").is_none() {
        return Err(Reply::new(
            403,
            "text/plain; charset=utf-8",
            "Request forbidden by administrative rules. Send a User-Agent header.\n",
        ));
    }
    incoming
        .credential(&["Bearer", "token"])
        .and_then(|token| shared.access(token))
        .filter(|grant| grant.flavour == Flavour::GitHub)
        .ok_or_else(|| message(401, "Bad credentials"))
}

fn message(status: u16, text: &str) -> Reply {
    Reply::json(
        status,
        &json!({"message": text, "documentation_url": HELP, "status": status.to_string()}),
    )
}

/// The signed-in user. The address is hidden, as it is unless the user publishes it.
pub(crate) fn user(shared: &Shared, incoming: &RecordedRequest) -> Reply {
    if let Some(Fault::UserInfo(reply)) = shared.fault() {
        return reply;
    }
    match allowed(shared, incoming) {
        Ok(grant) => {
            let login = grant.user.preferred_username;
            let body = json!({
                "id": grant.user.oid.parse::<u64>().unwrap_or_default(),
                "login": login,
                "node_id": "MDQ6VXNlcjU4MzIzMQ==",
                "name": grant.user.name,
                "email": null,
                "avatar_url": format!("{}/avatars/{login}.png", shared.origin),
                "html_url": format!("{}/{login}", shared.origin),
                "type": "User",
                "site_admin": false,
            });
            scoped(Reply::json(200, &body), &grant)
        }
        Err(refusal) => refusal,
    }
}

/// The user's addresses; they need the scope `user:email` or `user`.
pub(crate) fn emails(shared: &Shared, incoming: &RecordedRequest) -> Reply {
    if let Some(Fault::Emails(reply)) = shared.fault() {
        return reply;
    }
    match allowed(shared, incoming) {
        Ok(grant) if words(&grant.scope).any(|word| matches!(word, "user" | "user:email")) => {
            let body = json!([
                {"email": "octo@users.noreply.example", "primary": false, "verified": true,
                 "visibility": null},
                {"email": "octo@mail.example", "primary": true, "verified": true,
                 "visibility": "private"},
            ]);
            scoped(Reply::json(200, &body), &grant)
        }
        Ok(grant) => scoped(message(404, "Not Found"), &grant),
        Err(refusal) => refusal,
    }
}

fn scoped(reply: Reply, grant: &Grant) -> Reply {
    let scope: Vec<&str> = words(&grant.scope).collect();
    reply.with_header("x-oauth-scopes", &scope.join(", "))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn scopes_are_separated_by_spaces_or_commas() {
        let found: Vec<&str> = words("read:user,user:email repo").collect();
        assert_eq!(found, ["read:user", "user:email", "repo"]);
    }
}
