//! The identity of a user who signed in.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::claims::Claims;
use crate::error::{Code, Error, Result, Stage};
use crate::json::Object;
use crate::secret::Secret;

/// A user who signed in, and the tokens that the provider issued.
///
/// `C` is the provider's typed claims; `dyn` users get the claims as a JSON [`Object`]. `Debug` shows
/// no name, no address and no token.
#[derive(Clone)]
#[non_exhaustive]
pub struct Identity<C = Object> {
    /// The backend's name.
    pub backend: &'static str,
    /// The issuer: `iss` of the ID token that was checked. For plain OAuth 2.0, which has none, the origin of
    /// the token endpoint, such as `https://github.com`.
    pub issuer: String,
    /// The user's identifier at the issuer; never empty. Two issuers may give the same one to two people:
    /// store [`key`](Self::key).
    pub uid: String,
    /// Identifiers that earlier releases of other libraries stored, by claim name: look these up
    /// when `uid` is not found, then store `uid`. They are login names, which the provider may give to
    /// another user: stop looking once your users are moved. Where a provider has many directories,
    /// such as the tenants of Entra ID, there are none unless the operator chose the directory (see
    /// `pinned_when` in the spec).
    pub legacy_uids: BTreeMap<String, String>,
    /// The user's name and address.
    pub details: Details,
    /// Group identifiers; `None` when the token has none, or too many.
    pub groups: Option<Vec<String>>,
    /// `true` if the user has more groups than the token holds.
    pub groups_overage: bool,
    /// The provider's claims about the user: those of the ID token, with those of user info that it lacks. What
    /// must be signed is in [`signed_claims`](Self::signed_claims).
    pub claims: C,
    pub(crate) signed_claims: Object,
    /// The provider's tokens.
    pub tokens: Tokens,
    /// Values to store with the user. They include tokens where the spec says so.
    pub extra_data: Object,
    /// The path of the application to continue at.
    pub next: Option<String>,
    /// The application's own data: of [`BeginRequest::data`](crate::BeginRequest::data). Read it with
    /// [`data_as`](Self::data_as).
    pub data: Option<Value>,
}

impl<C> Identity<C> {
    /// The key by which an application recognizes this user, together with the backend's name.
    pub fn key(&self) -> UserKey {
        UserKey { issuer: self.issuer.clone(), uid: self.uid.clone() }
    }

    /// The claims of the ID token, whose signature and claims were checked, without those of user info; empty
    /// for a provider that has no ID tokens.
    ///
    /// Read here what a decision about access needs, such as the authentication context `acr` or the groups:
    /// [`claims`](Self::claims) also holds what came as plain JSON, and what user info signs.
    pub fn signed_claims(&self) -> &Object {
        &self.signed_claims
    }

    /// The application's own data, as its type; `None` when the sign-in began without data.
    ///
    /// # Errors
    ///
    /// `invalid_parameter` when the data is of another type.
    pub fn data_as<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        self.data.as_ref().map(T::deserialize).transpose().map_err(|_| {
            let message = "The sign-in's data is not of the type that was asked for.";
            Error::new(Code::InvalidParameter, Stage::Pipeline, message).with_parameter("data")
        })
    }
}

impl Identity {
    /// The same identity with typed claims.
    ///
    /// # Errors
    ///
    /// `missing_claim` or `invalid_claim` when the claims do not have the types of the spec.
    pub fn typed<C: Claims>(self) -> Result<Identity<C>> {
        let claims = C::read(&self.claims)?;
        Ok(self.map_claims(|_| claims))
    }
}

impl<C> Identity<C> {
    /// The same identity with claims of another type.
    pub fn map_claims<D>(self, claims: impl FnOnce(C) -> D) -> Identity<D> {
        Identity {
            claims: claims(self.claims),
            signed_claims: self.signed_claims,
            backend: self.backend,
            issuer: self.issuer,
            uid: self.uid,
            legacy_uids: self.legacy_uids,
            details: self.details,
            groups: self.groups,
            groups_overage: self.groups_overage,
            tokens: self.tokens,
            extra_data: self.extra_data,
            next: self.next,
            data: self.data,
        }
    }
}

impl<C> fmt::Debug for Identity<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Identity").field("backend", &self.backend).finish_non_exhaustive()
    }
}

/// The key of a user: the issuer, and the user's identifier there. Only both together are unique (OpenID
/// Connect Core 1.0 section 5.7).
///
/// `Debug` shows the issuer only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserKey {
    /// [`Identity::issuer`].
    pub issuer: String,
    /// [`Identity::uid`].
    pub uid: String,
}

impl UserKey {
    /// The key of this user at this issuer.
    pub fn new(issuer: impl Into<String>, uid: impl Into<String>) -> Self {
        Self { issuer: issuer.into(), uid: uid.into() }
    }
}

impl fmt::Debug for UserKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UserKey({}, …)", self.issuer)
    }
}

/// A user's name and address, as the provider tells them; none of them is a key.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Details {
    /// The login name.
    pub username: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// `Some(true)` if the address counts as verified; `None` without an address.
    pub email_verified: Option<bool>,
    /// The whole name.
    pub fullname: Option<String>,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
}

impl fmt::Debug for Details {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Details(…)")
    }
}

/// The tokens of a sign-in or a refresh.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tokens {
    /// For the provider's APIs; opaque to this client.
    pub access_token: Option<Secret>,
    /// For new tokens without the user.
    pub refresh_token: Option<Secret>,
    /// The ID token as it was sent.
    pub id_token: Option<Secret>,
    /// `Bearer`, as the provider spells it.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: Option<u64>,
    /// The granted scope, or the requested one if the provider does not send it.
    pub scope: Option<String>,
}

/// The result of a refresh.
#[derive(Clone)]
#[non_exhaustive]
pub struct Refreshed {
    /// The new tokens; the refresh token is the old one when the provider sent no other.
    pub tokens: Tokens,
    /// The claims of the refreshed ID token, whose signature was checked; empty when none came.
    pub claims: Object,
    /// Values to store with the user from now on. Values of claims are among it only when the request
    /// said which user to expect, by [`RefreshRequest::user`](crate::RefreshRequest::user) or
    /// [`RefreshRequest::previous_id_token`](crate::RefreshRequest::previous_id_token).
    pub extra_data: Object,
}

impl fmt::Debug for Refreshed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Refreshed").finish_non_exhaustive()
    }
}
