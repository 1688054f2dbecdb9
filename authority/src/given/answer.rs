//! Answers to the requests that a provider that is data gets.

use serde_json::{Value, json};

use super::account::Account;
use super::path::Captures;
use super::provider::{Endpoint, GivenProvider};
use crate::authorize::{authorize, resume};
use crate::errors::refusal;
use crate::faulty::{self, Signer};
use crate::grant::Grant;
use crate::id_token::Signing;
use crate::jwks::key_set;
use crate::keys::KeyName;
use crate::logout::logout;
use crate::page;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::route::{Action, Flavour};
use crate::state::Shared;
use crate::token::token;

/// The path to which the sign-in page is posted: below the folder that no spec may use.
pub(crate) const CONTINUE: &str = "/authspec/continue";

/// Answers one request.
pub(crate) fn answer(
    shared: &Shared,
    provider: &GivenProvider,
    incoming: &RecordedRequest,
) -> Reply {
    if incoming.path == CONTINUE {
        return resume(shared, incoming);
    }
    let Some((endpoint, captures)) = provider.find(&incoming.path) else {
        return match incoming.path.as_str() {
            "/" => index(provider),
            _ => page::notice(404, "Not found", "Nothing is served at this address."),
        };
    };
    let flavour = Flavour::Given;
    let action = match &endpoint {
        Endpoint::Discovery => Some(Action::Discovery),
        Endpoint::Keys => Some(Action::Keys),
        Endpoint::Token => Some(Action::Token),
        _ => None,
    };
    if let Some(reply) = action.and_then(|action| faulty::instead(shared, &flavour, action)) {
        return reply;
    }
    match endpoint {
        Endpoint::Authorization => authorize(shared, &flavour, incoming),
        Endpoint::Token => token(shared, &flavour, incoming),
        Endpoint::Discovery => {
            faulty::discovery(shared, provider.document(&shared.origin, &captures))
        }
        Endpoint::Keys => match key_set(&shared.site(), &flavour, shared.generation()) {
            Ok(keys) => faulty::keys(shared, keys),
            Err(error) => refusal(&flavour, &error.into(), &shared.origin, shared.now()),
        },
        Endpoint::UserInfo => {
            user_info(shared, provider, incoming, &captures).unwrap_or_else(|refusal| refusal)
        }
        Endpoint::EndSession => logout(shared, incoming),
        Endpoint::Call(name) => match allowed(shared, provider, incoming) {
            // As `check` has it: a call that a sample leaves out gives nothing.
            Ok((_, account)) => {
                let value = account.calls.get(&name).cloned().unwrap_or_else(|| json!({}));
                Reply::json(200, &value).unstored()
            }
            Err(refusal) => refusal,
        },
    }
}

/// The user-info reply of an account for a valid access token; else the refusal.
fn user_info(
    shared: &Shared,
    provider: &GivenProvider,
    incoming: &RecordedRequest,
    captures: &Captures,
) -> Result<Reply, Reply> {
    let (grant, account) = allowed(shared, provider, incoming)?;
    let claims = match account.user_info_reply() {
        Some(Value::Object(claims)) => claims,
        Some(other) => return Ok(Reply::json(200, &other).unstored()),
        None => {
            let absent = json!({"error": "the sample has no such reply"});
            return Err(Reply::json(404, &absent).unstored());
        }
    };
    let algorithm = provider.oidc.as_ref().map_or("RS256", |oidc| &oidc.algorithm);
    let signer = Signer {
        flavour: &Flavour::Given,
        signing: Signing { key: KeyName::Oidc, algorithm, thumbprint: false },
        issuer: provider.issuer(&shared.origin, captures, Some(account)),
        client_id: &grant.client_id,
    };
    Ok(faulty::user_info(shared, claims, signer))
}

/// The grant of a good access token and its account, or the refusal.
fn allowed<'a>(
    shared: &Shared,
    provider: &'a GivenProvider,
    incoming: &RecordedRequest,
) -> Result<(Grant, &'a Account), Reply> {
    let grant = incoming
        .credential(&["Bearer", &provider.scheme])
        .and_then(|token| shared.access(token))
        .filter(|grant| grant.flavour == Flavour::Given);
    let found = grant.and_then(|grant| {
        let account = provider.account(grant.user)?;
        Some((grant, account))
    });
    found.ok_or_else(|| {
        Reply::json(401, &json!({"error": "invalid_token"}))
            .with_header("www-authenticate", "Bearer error=\"invalid_token\"")
            .unstored()
    })
}

fn index(provider: &GivenProvider) -> Reply {
    let accounts: Vec<&str> =
        provider.accounts.iter().map(|account| account.name.as_str()).collect();
    let text = format!("{}, offline. Accounts: {}.", provider.title, accounts.join(", "));
    page::notice(200, "Offline identity provider", &text)
}
