//! Stage 2, `Provider`: what is true of a provider, with nothing left to doubt.
//!
//! Only [`check`](crate::check) makes one. The constructs keep the types of the document, whose
//! fields were held against each other.

use crate::claim::Claim;
use crate::document::{
    Authorization, Call, ClaimField, ClientAuthentication, Condition, Email, Endpoints, ErrorCode,
    ExtraDatum, FallbackVariable, Oidc, PolicyRule, Setting, TokenRequest, UserInfo, When,
};
use crate::source::{Span, Spanned};

/// A checked provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Settings prefix, callback path and stored provider name.
    pub name: String,
    /// The provider's name for people.
    pub title: String,
    /// A sentence or two about this backend.
    pub doc: Option<String>,
    /// Other names.
    pub aliases: Vec<Spanned<String>>,
    /// The backend's own settings, beside those that every backend has.
    pub settings: Vec<Setting>,
    /// Environment variables of other tools that fill settings.
    pub variables: Vec<FallbackVariable>,
    /// The URLs of the provider.
    pub endpoints: Endpoints,
    /// The authorization request.
    pub authorization: Authorization,
    /// The token request.
    pub token: TokenRequest,
    /// The refresh request.
    pub refresh: Option<TokenRequest>,
    /// The methods of client authentication, the preferred one first.
    pub client_authentication: Vec<ClientAuthentication>,
    /// The rules for ID tokens, if the provider is an OpenID provider.
    pub oidc: Option<Oidc>,
    /// The call that says who signed in.
    pub user_info: Option<UserInfo>,
    /// Further calls.
    pub calls: Vec<Call>,
    /// Which claims make a user.
    pub user: CheckedUser,
    /// The fields of the typed claims.
    pub claims: Vec<ClaimField>,
    /// The values that are stored with the user.
    pub extra_data: Vec<ExtraDatum>,
    /// Sign-ins to refuse.
    pub policy: Vec<PolicyRule>,
    /// The provider's error codes, and ours.
    pub errors: Vec<ErrorCode>,
    /// Replies of the provider, and the user they must give.
    pub samples: Vec<CheckedSample>,
}

/// Which claims make a user; there is a uid.
#[derive(Clone, Debug)]
pub struct CheckedUser {
    /// The identifier that is stored.
    pub uid: Claim,
    /// Identifiers of other libraries' releases.
    pub legacy_uids: Vec<(String, Claim)>,
    /// Conditions of which one means that the operator chose the directory of the users.
    pub pinned_when: Vec<When>,
    /// The login name.
    pub username: Option<Claim>,
    /// The sources of the e-mail address, each with what verifies it.
    pub email: Vec<Email>,
    /// The whole name.
    pub fullname: Option<Claim>,
    /// The given name.
    pub first_name: Option<Claim>,
    /// The family name.
    pub last_name: Option<Claim>,
    /// Group identifiers.
    pub groups: Option<Claim>,
    /// Conditions that mean: more groups than the token holds.
    pub groups_overage: Vec<Condition>,
}

/// A sample whose files were read.
#[derive(Clone, Debug)]
pub struct CheckedSample {
    /// A name that can be a test's.
    pub name: String,
    /// The whole sample as one JSON object.
    pub json: String,
    /// The members of `expect`, each with the place of its value.
    pub expected: Vec<(String, Span)>,
    /// The place of the sample in the spec.
    pub span: Span,
}
