//! Answers to the requests that a provider that is data gets.

use serde_json::{Value, json};

use super::account::Account;
use super::provider::{Endpoint, GivenProvider};
use crate::authorize::{authorize, resume};
use crate::errors::refusal;
use crate::faulty;
use crate::jwks::key_set;
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
        Endpoint::UserInfo => match reply(shared, provider, incoming, Account::user_info_reply) {
            Ok(Value::Object(claims)) => faulty::user_info(shared, claims),
            Ok(other) => Reply::json(200, &other).unstored(),
            Err(refusal) => refusal,
        },
        Endpoint::EndSession => logout(shared, incoming),
        Endpoint::Call(name) => {
            // As `check` has it: a call that a sample leaves out gives nothing.
            let nothing = || json!({});
            let found = reply(shared, provider, incoming, |account| {
                Some(account.calls.get(&name).cloned().unwrap_or_else(nothing))
            });
            found.map_or_else(|refusal| refusal, |value| Reply::json(200, &value).unstored())
        }
    }
}

/// The reply of an account for a valid access token; else the refusal.
fn reply(
    shared: &Shared,
    provider: &GivenProvider,
    incoming: &RecordedRequest,
    find: impl FnOnce(&Account) -> Option<Value>,
) -> Result<Value, Reply> {
    let grant = incoming
        .credential(&["Bearer", &provider.scheme])
        .and_then(|token| shared.access(token))
        .filter(|grant| grant.flavour == Flavour::Given);
    let Some(account) = grant.and_then(|grant| provider.account(grant.user)) else {
        let refusal = Reply::json(401, &json!({"error": "invalid_token"}));
        return Err(refusal
            .with_header("www-authenticate", "Bearer error=\"invalid_token\"")
            .unstored());
    };
    find(account).ok_or_else(|| {
        Reply::json(404, &json!({"error": "the sample has no such reply"})).unstored()
    })
}

fn index(provider: &GivenProvider) -> Reply {
    let accounts: Vec<&str> =
        provider.accounts.iter().map(|account| account.name.as_str()).collect();
    let text = format!("{}, offline. Accounts: {}.", provider.title, accounts.join(", "));
    page::notice(200, "Offline identity provider", &text)
}
