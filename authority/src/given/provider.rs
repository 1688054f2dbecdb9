//! The description of a provider as data.

use super::account::Account;
use super::discovery;
use super::path::{Captures, PathTemplate};
use crate::users::User;

/// A provider that is data.
#[derive(Clone, Debug, Default)]
pub struct GivenProvider {
    /// Its name for people.
    pub title: String,
    /// Its endpoints. What discovery must name and none of these is gets a path of its own.
    pub endpoints: Vec<(Endpoint, PathTemplate)>,
    /// Its ID tokens; absent for plain OAuth 2.0.
    pub oidc: Option<GivenOidc>,
    /// `true` if it gives refresh tokens.
    pub refreshes: bool,
    /// The word before the access token in user-info requests, beside `Bearer`.
    pub scheme: String,
    /// The accounts that can sign in.
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

/// The purpose of an endpoint.
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
    /// The user info endpoint.
    UserInfo,
    /// The end-session endpoint.
    EndSession,
    /// A further call, by its name.
    Call(String),
}

impl GivenProvider {
    /// The endpoint of a path, the most literal one first, and what stands for settings in it.
    pub(super) fn find(&self, path: &str) -> Option<(Endpoint, Captures)> {
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
