//! A user's grant to a client: the content of codes, refresh tokens and access tokens.

use crate::route::Flavour;
use crate::users::User;

/// A grant. Codes and tokens are random words that lead to one.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// The endpoint at which it was granted.
    pub(crate) flavour: Flavour,
    /// Client id.
    pub(crate) client_id: String,
    /// The redirect address of the authorization request.
    pub(crate) redirect_uri: String,
    /// Granted scopes, separated by spaces.
    pub(crate) scope: String,
    /// The request's `nonce`.
    pub(crate) nonce: Option<String>,
    /// The PKCE challenge (RFC 7636 section 4.3).
    pub(crate) challenge: Option<String>,
    /// The `resource` of a version 1 request.
    pub(crate) resource: Option<String>,
    /// `true` if `client_info=1` was asked for.
    pub(crate) client_info: bool,
    /// The user who granted it.
    pub(crate) user: &'static User,
    /// The time at which it was granted.
    pub(crate) granted_at: u64,
    /// `true` if the code was redeemed.
    pub(crate) used: bool,
}
