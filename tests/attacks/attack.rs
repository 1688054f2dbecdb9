//! One attack: what is sent instead of what should be, and what must come of it.

use authspec::{Code, Stage};
use authspec_authority::{AuthorizeError, BadSignature, Fault, IdTokenFault, Reply, Writing};
use authspec_tests::ENTRA;
use serde_json::Value;

/// One row of the table.
pub struct Attack {
    /// The row of `security.md`, or the module of the OpenID conformance suite.
    pub id: &'static str,
    /// Where it is written.
    pub rule: &'static str,
    /// What is sent.
    pub sends: &'static str,
    pub to: For,
    pub mode: Mode,
    pub change: Change,
    /// What differs from the change in one thing, and is good; nothing is the plain sign-in.
    pub twin: Change,
    pub outcome: Outcome,
}

/// What is changed in a good sign-in.
#[derive(Clone)]
pub enum Change {
    Nothing,
    /// The provider answers so.
    Provider(Fault),
    /// The provider refuses the sign-in.
    Decline(AuthorizeError),
    /// The browser comes back so.
    Callback(fn(&str) -> String),
    /// The operator sets this.
    Settings(&'static [(&'static str, &'static str)]),
}

/// How the provider's answer comes back through the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In the query of the redirect URI.
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// What must come of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Refused(Code, Stage),
    Accepted,
}

/// Which backends a row applies to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Every one.
    All,
    /// Those with ID tokens.
    IdTokens,
    /// The Entra family.
    Entra,
    /// Those whose issuer names a tenant.
    Tenants,
    /// Those with a tenant of their own.
    OneTenant,
    V1,
    V2,
    B2c,
    Oidc,
    GitHub,
}

impl For {
    pub fn includes(self, backend: &str) -> bool {
        let entra = ENTRA.contains(&backend);
        match self {
            Self::All => true,
            Self::IdTokens => backend != "github",
            Self::Entra => entra,
            Self::Tenants => entra && !backend.contains("b2c"),
            Self::OneTenant => backend.contains("tenant"),
            Self::V1 => ["azuread-oauth2", "azuread-tenant-oauth2"].contains(&backend),
            Self::V2 => backend.contains("v2"),
            Self::B2c => backend.contains("b2c"),
            Self::Oidc => backend == "oidc",
            Self::GitHub => backend == "github",
        }
    }
}

/// The table: `id, rule, what is sent, backends: change => code stage`; `twin` names a good sign-in that
/// differs in one thing when that is not the plain one; what is not refused is `accepted`.
macro_rules! attacks {
    ($($id:literal, $rule:literal, $sends:literal, $to:ident:
        $change:expr $(, twin $twin:expr)? => $outcome:ident $($stage:ident)?;)*) => {
        vec![$($crate::attack::Attack {
            id: $id,
            rule: $rule,
            sends: $sends,
            to: $crate::attack::For::$to,
            mode: $crate::attack::Mode::Query,
            change: $change,
            twin: $crate::attack::twin!($($twin)?),
            outcome: $crate::attack::outcome!($outcome $($stage)?),
        },)*]
    };
}

macro_rules! twin {
    () => {
        $crate::attack::Change::Nothing
    };
    ($twin:expr) => {
        $twin
    };
}

macro_rules! outcome {
    (accepted) => {
        $crate::attack::Outcome::Accepted
    };
    ($code:ident $stage:ident) => {
        $crate::attack::Outcome::Refused(authspec::Code::$code, authspec::Stage::$stage)
    };
}

pub(crate) use {attacks, outcome, twin};

fn edit(name: &str, value: Option<Value>) -> Vec<(String, Option<Value>)> {
    vec![(name.to_owned(), value)]
}

/// A claim of the ID token is this.
pub fn claim(name: &str, value: impl Into<Value>) -> Change {
    id_token(IdTokenFault::Claims(edit(name, Some(value.into()))))
}

/// A claim of the ID token is missing.
pub fn no_claim(name: &str) -> Change {
    id_token(IdTokenFault::Claims(edit(name, None)))
}

/// A member of the ID token's header is this.
pub fn header(name: &str, value: impl Into<Value>) -> Change {
    id_token(IdTokenFault::Header(edit(name, Some(value.into()))))
}

/// A member of the ID token's header is missing.
pub fn no_header(name: &str) -> Change {
    id_token(IdTokenFault::Header(edit(name, None)))
}

pub fn id_token(fault: IdTokenFault) -> Change {
    Change::Provider(Fault::IdToken(fault))
}

pub fn signature(wrong: BadSignature) -> Change {
    id_token(IdTokenFault::Signature(wrong))
}

pub fn unsigned(alg: &str, with_signature: bool) -> Change {
    id_token(IdTokenFault::Unsigned { alg: alg.to_owned(), with_signature })
}

/// The ID token's claims are this text; `{{claims}}` stands for the good ones.
pub fn payload(text: &str) -> Change {
    id_token(IdTokenFault::RawPayload(text.to_owned()))
}

pub fn written(writing: Writing) -> Change {
    id_token(IdTokenFault::Written(writing))
}

/// A member of the token answer is this.
pub fn token(name: &str, value: impl Into<Value>) -> Change {
    Change::Provider(Fault::TokenResponse(edit(name, Some(value.into()))))
}

/// A member of the token answer is missing.
pub fn no_token(name: &str) -> Change {
    Change::Provider(Fault::TokenResponse(edit(name, None)))
}

/// A member of the discovery document is this.
pub fn discovery(name: &str, value: impl Into<Value>) -> Change {
    Change::Provider(Fault::DiscoveryMembers(edit(name, Some(value.into()))))
}

/// A member of the discovery document is missing.
pub fn no_discovery(name: &str) -> Change {
    Change::Provider(Fault::DiscoveryMembers(edit(name, None)))
}

/// A member of every key is this.
pub fn keys(name: &str, value: impl Into<Value>) -> Change {
    Change::Provider(Fault::KeyMembers(edit(name, Some(value.into()))))
}

/// Further keys stand in the set.
pub fn more_keys(keys: Value) -> Change {
    let keys = keys.as_array().cloned().unwrap_or_default();
    Change::Provider(Fault::MoreKeys(keys))
}

/// A member of the user information is this.
pub fn user_info(name: &str, value: impl Into<Value>) -> Change {
    Change::Provider(Fault::UserInfoMembers(edit(name, Some(value.into()))))
}

/// A member of the user information is missing.
pub fn no_user_info(name: &str) -> Change {
    Change::Provider(Fault::UserInfoMembers(edit(name, None)))
}

/// A parameter of the callback is this, set by the provider.
pub fn redirect(name: &str, value: &str) -> Change {
    Change::Provider(Fault::Redirect(vec![(name.to_owned(), Some(value.to_owned()))]))
}

/// A parameter of the callback is missing.
pub fn no_redirect(name: &str) -> Change {
    Change::Provider(Fault::Redirect(vec![(name.to_owned(), None)]))
}

/// The token request gets this answer.
pub fn token_reply(status: u16, content_type: &str, body: &str) -> Change {
    Change::Provider(Fault::Token(Reply::new(status, content_type, body)))
}

/// The user information is this answer.
pub fn user_info_reply(status: u16, content_type: &str, body: &str) -> Change {
    Change::Provider(Fault::UserInfo(Reply::new(status, content_type, body)))
}

/// The user information comes as a signed JWT.
pub fn signed_user_info(change: Option<IdTokenFault>) -> Change {
    Change::Provider(Fault::SignedUserInfo(change))
}

/// A claim of signed user information is this, or is missing.
pub fn signed_user_info_claim(name: &str, value: impl Into<Option<Value>>) -> Change {
    signed_user_info(Some(IdTokenFault::Claims(edit(name, value.into()))))
}

/// All JSON of the provider comes as this content type.
pub fn content_type(kind: &str) -> Change {
    Change::Provider(Fault::ContentType(kind.to_owned()))
}

/// How a row is shown.
pub fn words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused(code, stage) => format!("{code} at {stage}"),
        Outcome::Accepted => "accepted".to_owned(),
    }
}

/// A code and a stage, to compare with.
pub fn word(error: &authspec::Error) -> (Code, Stage) {
    (error.code(), error.stage())
}
