//! A provider that is data: paths of its endpoints, and accounts whose replies were written down.
//!
//! This is what `authspec serve` runs for a spec: the paths come from its endpoints, the accounts from
//! its samples. Redirect addresses, PKCE, codes, credentials and signatures are checked and made as
//! everywhere in this crate.

mod account;
mod discovery;
mod path;
mod token;

pub use account::Account;
pub use path::{PathPart, PathTemplate};

use serde_json::{Value, json};

use crate::authorize::{authorize, resume};
use crate::errors::refusal;
use crate::jwks::key_set;
use crate::logout::logout;
use crate::page;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::route::Flavour;
use crate::state::Shared;
use crate::token::token;
use crate::users::User;

pub(crate) use path::Captures;
pub(crate) use token::token_response;

/// A provider that is data.
#[derive(Clone, Debug, Default)]
pub struct GivenProvider {
    /// Its name for people.
    pub title: String,
    /// Its endpoints. What discovery must name and none of these is gets a path of its own.
    pub endpoints: Vec<(Endpoint, PathTemplate)>,
    /// Its ID tokens; absent for plain OAuth 2.0.
    pub oidc: Option<GivenOidc>,
    /// Whether it gives refresh tokens.
    pub refreshes: bool,
    /// The word before the access token in user-info requests, beside `Bearer`.
    pub scheme: String,
    /// Who can sign in.
    pub accounts: Vec<Account>,
}

/// The ID tokens of a provider that is data.
#[derive(Clone, Debug, Default)]
pub struct GivenOidc {
    /// The path of its issuer; what stands before `/.well-known` if absent.
    pub issuer: Option<PathTemplate>,
    /// A placeholder that discovery has in the issuer, and the claim that fills it.
    pub placeholder: Option<(String, String)>,
    /// The JWS algorithm that signs: RS256 to RS512, PS256 to PS512.
    pub algorithm: String,
}

/// What an endpoint is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// The authorization endpoint.
    Authorization,
    /// The token endpoint.
    Token,
    /// The discovery document.
    Discovery,
    /// The key set.
    Keys,
    /// Who signed in.
    UserInfo,
    /// The end-session endpoint.
    EndSession,
    /// A further call, by its name.
    Call(String),
}

impl GivenProvider {
    /// The endpoint of a path, the most literal one first, and what stands for settings in it.
    fn find(&self, path: &str) -> Option<(Endpoint, Captures)> {
        let mut fits: Vec<(usize, Endpoint, Captures)> = self
            .endpoints
            .iter()
            .filter_map(|(endpoint, template)| {
                Some((template.literals(), endpoint.clone(), template.captures(path)?))
            })
            .collect();
        fits.sort_by_key(|(literals, ..)| std::cmp::Reverse(*literals));
        discovery::own(path)
            .or_else(|| fits.into_iter().next().map(|(_, endpoint, captures)| (endpoint, captures)))
    }

    pub(crate) fn account(&self, user: &User) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == user.key)
    }
}

/// Answers one request.
pub(crate) fn answer(
    shared: &Shared,
    provider: &GivenProvider,
    incoming: &RecordedRequest,
) -> Reply {
    if incoming.path == "/authorize/continue" {
        return resume(shared, incoming);
    }
    let Some((endpoint, captures)) = provider.find(&incoming.path) else {
        return match incoming.path.as_str() {
            "/" => index(provider),
            _ => page::notice(404, "Not found", "Nothing is served at this address."),
        };
    };
    let flavour = Flavour::Given;
    match endpoint {
        Endpoint::Authorization => authorize(shared, &flavour, incoming),
        Endpoint::Token => token(shared, &flavour, incoming),
        Endpoint::Discovery => Reply::json(200, &provider.document(&shared.origin, &captures)),
        Endpoint::Keys => match key_set(&shared.origin, &flavour, shared.generation()) {
            Ok(keys) => Reply::json(200, &keys),
            Err(error) => refusal(&flavour, &error.into(), &shared.origin, shared.now()),
        },
        Endpoint::UserInfo => reply(shared, provider, incoming, Account::user_info_reply),
        Endpoint::EndSession => logout(shared, incoming),
        Endpoint::Call(name) => {
            reply(shared, provider, incoming, |account| account.calls.get(&name).cloned())
        }
    }
}

/// What an account's replies have, for a good access token.
fn reply(
    shared: &Shared,
    provider: &GivenProvider,
    incoming: &RecordedRequest,
    find: impl FnOnce(&Account) -> Option<Value>,
) -> Reply {
    let grant = incoming
        .credential(&["Bearer", &provider.scheme])
        .and_then(|token| shared.access(token))
        .filter(|grant| grant.flavour == Flavour::Given);
    let Some(account) = grant.and_then(|grant| provider.account(grant.user)) else {
        return Reply::json(401, &json!({"error": "invalid_token"}))
            .with_header("www-authenticate", "Bearer error=\"invalid_token\"")
            .unstored();
    };
    match find(account) {
        Some(value) => Reply::json(200, &value).unstored(),
        None => Reply::json(404, &json!({"error": "the sample has no such reply"})).unstored(),
    }
}

fn index(provider: &GivenProvider) -> Reply {
    let accounts: Vec<&str> =
        provider.accounts.iter().map(|account| account.name.as_str()).collect();
    let text = format!("{} can sign in here: {}.", provider.title, accounts.join(", "));
    page::notice(200, "Offline identity provider", &text)
}
