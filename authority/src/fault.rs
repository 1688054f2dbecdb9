//! Faults: what to change in which answer. A fault is data and stays until it is taken away.

use serde_json::Value;

use crate::keys::KeyName;
use crate::reply::Reply;

/// A change to the provider's answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Every discovery request gets this answer.
    Discovery(Reply),
    /// Every request for a key set gets this answer.
    Keys(Reply),
    /// Every token request gets this answer.
    Token(Reply),
    /// Every request for user information gets this answer (`/oidc/userinfo`, `/user`).
    UserInfo(Reply),
    /// Every request for the e-mail list gets this answer (`/user/emails`).
    Emails(Reply),
    /// Every id token is changed.
    IdToken(IdTokenFault),
    /// Members of a good token answer are set, or removed where there is no value.
    TokenResponse(Vec<(String, Option<Value>)>),
    /// Parameters of the callback are set, or removed where there is no value.
    Redirect(Vec<(String, Option<String>)>),
}

/// A change to an id token.
#[derive(Clone, Debug, PartialEq)]
pub enum IdTokenFault {
    /// Claims are set, or removed where there is no value, before signing.
    Claims(Vec<(String, Option<Value>)>),
    /// Header members are set, or removed where there is no value, before signing.
    Header(Vec<(String, Option<Value>)>),
    /// Another key signs. The header names that key, except for [`KeyName::Stranger`], which signs
    /// under the right key's id as an impostor would.
    SignWith(KeyName),
    /// One bit of the signature is wrong.
    FlipSignature,
    /// `alg` is `none` and the third part is empty (RFC 7515 appendix A.5).
    Unsigned,
    /// `alg` is `HS256` and the secret is the PEM text of the right key's public half.
    Hs256WithPublicKey,
    /// This text is signed instead of the claims. Where it holds `{{claims}}`, that is replaced by
    /// the members of the good claims (without the outer braces), so that a duplicate member can be
    /// put before or behind them.
    RawPayload(String),
}
