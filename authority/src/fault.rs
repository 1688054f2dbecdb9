//! Faults: what to change in which answer. A fault is data and stays until it is taken away.

use serde_json::Value;

use crate::keys::KeyName;
use crate::reply::Reply;
use crate::token_error::TokenError;

/// A change to the provider's answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Every discovery request gets this answer.
    Discovery(Reply),
    /// Every request for a key set gets this answer.
    Keys(Reply),
    /// Every token request gets this answer.
    Token(Reply),
    /// Every token request gets this error, in the shape of the endpoint that is asked.
    TokenError(TokenError),
    /// Every request for user information gets this answer (`/oidc/userinfo`, `/user`).
    UserInfo(Reply),
    /// Every request for the e-mail list gets this answer (`/user/emails`).
    Emails(Reply),
    /// Every discovery document, key set, token answer and user information says that it is of this
    /// content type.
    ContentType(String),
    /// Every good answer takes this many milliseconds.
    Slow(u64),
    /// Every id token is changed.
    IdToken(IdTokenFault),
    /// Members of a good token answer are set, or removed where there is no value.
    TokenResponse(Vec<(String, Option<Value>)>),
    /// Members of a good discovery document are set, or removed where there is no value.
    DiscoveryMembers(Vec<(String, Option<Value>)>),
    /// Members of every key of a good set are set, or removed where there is no value.
    KeyMembers(Vec<(String, Option<Value>)>),
    /// These stand in a good key set, before its keys.
    MoreKeys(Vec<Value>),
    /// Members of good user information are set, or removed where there is no value.
    UserInfoMembers(Vec<(String, Option<Value>)>),
    /// Good user information comes as a signed JWT with `iss` and `aud` (OpenID Connect Core section
    /// 5.3.2), which may be changed as an id token.
    SignedUserInfo(Option<IdTokenFault>),
    /// Parameters of the callback are set, or removed where there is no value.
    Redirect(Vec<(String, Option<String>)>),
}

/// A change to an id token, or to signed user information.
#[derive(Clone, Debug, PartialEq)]
pub enum IdTokenFault {
    /// Claims are set, or removed where there is no value, before signing. In a text, and in the texts of
    /// a list, `{{good}}` stands for the text of the good claim.
    Claims(Vec<(String, Option<Value>)>),
    /// Header members are set, or removed where there is no value, before signing; with one of RSA's
    /// algorithms as `alg`, that one signs.
    Header(Vec<(String, Option<Value>)>),
    /// Another key signs. The header names that key, except for [`KeyName::Stranger`], which signs
    /// under the right key's id as an impostor would.
    SignWith(KeyName),
    /// A key of an impostor's own signs, and this header member brings it along: `jwk` the key itself,
    /// another one a URL where it would be.
    OwnKey(String),
    /// The third part is not the signature of the others.
    Signature(BadSignature),
    /// `alg` says that nothing is signed, in this spelling; the third part is empty (RFC 7515 appendix
    /// A.5), or the signature that a good token has.
    Unsigned {
        /// `none`, or how an attacker spells it.
        alg: String,
        /// `true` if there is a third part all the same.
        with_signature: bool,
    },
    /// Behind the second part, before signing, stands this.
    AfterPayload(String),
    /// The finished token is written in another way.
    Written(Writing),
    /// `alg` is `HS256` and the secret is the PEM text of the right key's public half.
    Hs256WithPublicKey,
    /// `alg` is `HS256` and this is the secret.
    Hs256With(String),
    /// Every endpoint has a new key just before it is signed, as if
    /// [`Authority::rotate_keys`](crate::Authority::rotate_keys) were called.
    AfterRotation,
    /// This text is signed instead of the claims. Where it holds `{{claims}}`, that is replaced by
    /// the members of the good claims (without the outer braces), so that a duplicate member can be
    /// put before or behind them.
    RawPayload(String),
}

impl IdTokenFault {
    /// `alg` is `none` and the third part is empty (RFC 7515 appendix A.5).
    pub fn unsigned() -> Self {
        Self::Unsigned { alg: "none".to_owned(), with_signature: false }
    }
}

/// The way in which a signature is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadSignature {
    /// One bit of it is turned.
    OneBit,
    /// Every byte of it is combined with 0x5A, as the OpenID conformance suite does.
    EveryByte,
    /// Its characters are sorted, as the older conformance suite does.
    Sorted,
    /// There is none.
    Empty,
    /// It belongs to another token of the same key.
    OfAnotherToken,
}

/// The way in which a finished token is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing {
    /// With this in front.
    After(String),
    /// With this behind.
    Before(String),
    /// As JSON, with the one signature in a list (RFC 7515 section 7.2.1).
    Json,
    /// Not at all: this stands in its place.
    Replaced(String),
}
