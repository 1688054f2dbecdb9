//! The input and output of the machine of a sign-in: its grant, its steps, their answers, and the outcome.

use std::sync::Arc;

use super::callback::Accepted;
use super::token::Form;
use super::user::User;
use crate::descriptor::TokenRequest;
use crate::error::Error;
use crate::identity::{Tokens, UserKey};
use crate::json::Object;
use crate::keys::{KeySet, Metadata};
use crate::secret::Secret;
use crate::transaction::Transaction;
use crate::transport::{HttpRequest, HttpResponse};

/// The grant that a sign-in redeems.
pub(crate) enum Grant {
    /// The code of a callback.
    Code { transaction: Box<Transaction>, accepted: Accepted },
    /// A refresh token.
    Refresh { token: Secret, request: TokenRequest },
}

/// The next action that the machine asks of its driver.
pub(crate) enum Step {
    /// The provider's discovery document.
    Discover(String),
    /// A token request; the driver adds the client's credential to the form.
    Redeem(Box<HttpRequest>, Form),
    /// The provider's keys; newer ones than those at hand, if they lack one.
    FetchKeys { lacking: Option<Arc<KeySet>> },
    /// A request.
    Send(Box<HttpRequest>),
    /// The sign-in is done.
    Done(Box<Outcome>),
}

/// The driver's answer to a [`Step`].
pub(crate) enum Answer {
    /// The first call has nothing to answer.
    Start,
    Metadata(Arc<Metadata>),
    Keys(Arc<KeySet>),
    Response(HttpResponse),
    /// The request got no response.
    Failed(Error),
}

/// The result of a sign-in or a refresh.
pub(crate) struct Outcome {
    pub(crate) tokens: Tokens,
    pub(crate) claims: Object,
    /// The claims of the ID token alone.
    pub(crate) signed_claims: Object,
    pub(crate) extra_data: Object,
    pub(crate) whose: Whose,
}

/// The user that the tokens are about.
pub(crate) enum Whose {
    /// Of a sign-in.
    SignedIn { issuer: String, user: Box<User> },
    /// Of a refresh: whose the refreshed ID token is, if one came that has a uid; and what of `extra_data`
    /// holds no claims.
    Refreshed { key: Option<UserKey>, without_claims: Object },
}
