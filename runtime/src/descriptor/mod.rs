//! The description of a provider as constant data, which a spec is lowered to.
//!
//! The fields stand in the order of the TOML file and carry its words. Generated code fills a
//! [`Descriptor`] in a `const`; every flow of the runtime reads it and nothing else about a provider.

mod claim;
mod lower;
mod policy;
mod setting;
mod template;

pub use authspec_descriptor::{Algorithm, UnknownAlgorithm};

pub use claim::{
    Claim, Function, Piece, Source, Step, Where, claim, function, names, path, reply, token,
};
pub use policy::{
    Condition, PolicyRule, Test, When, equals, equals_ignoring_case, is_present, is_true, is_uuid,
    not_equals, not_starts_with, one_of, policy,
};
pub use setting::{Kind, Setting, SettingRule, setting};
pub use template::{Part, Template};

use crate::error::Code;

/// Everything the runtime knows about one identity provider.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// Settings prefix, `/complete/<name>/`, and the provider name that is stored with a user.
    pub name: &'static str,
    /// The provider's name for people.
    pub title: &'static str,
    /// Other names of this backend, such as python-social-auth's class path.
    pub aliases: &'static [&'static str],
    /// The settings of this provider beside the common ones.
    pub settings: &'static [Setting],
    /// Environment variables of other tools, each a setting and the variable that fills it when nothing
    /// else sets it.
    pub variables: &'static [(&'static str, &'static str)],
    /// The endpoints. An absent one comes from discovery.
    pub endpoints: Endpoints,
    /// The authorization request (RFC 6749 section 4.1.1).
    pub authorization: Authorization,
    /// The access token request (RFC 6749 section 4.1.3).
    pub token: TokenRequest,
    /// The refresh request (RFC 6749 section 6); `None` where the provider has none.
    pub refresh: Option<TokenRequest>,
    /// The client authentication methods. The first one whose setting has a value is used.
    pub client_authentication: &'static [ClientAuthentication],
    /// ID-token rules (OpenID Connect Core 1.0); `None` for plain OAuth 2.0.
    pub oidc: Option<Oidc>,
    /// The user-info request; `None` when the ID token says it all.
    pub user_info: Option<UserInfo>,
    /// Further requests after user info, in order.
    pub calls: &'static [Call],
    /// The claims that a user is read from.
    pub user: User,
    /// Values to store with the user: key and claim.
    pub extra_data: &'static [ExtraDatum],
    /// Sign-ins to refuse although the token is genuine.
    pub policy: &'static [PolicyRule],
    /// The provider's own error codes, and ours for them.
    pub errors: &'static [(&'static str, Code)],
}

impl Descriptor {
    /// A provider that declares nothing; generated code names only what its spec declares.
    pub const EMPTY: Self = Self {
        name: "",
        title: "",
        aliases: &[],
        settings: &[],
        variables: &[],
        endpoints: Endpoints::EMPTY,
        authorization: Authorization::EMPTY,
        token: TokenRequest::EMPTY,
        refresh: None,
        client_authentication: &[],
        oidc: None,
        user_info: None,
        calls: &[],
        user: User::EMPTY,
        extra_data: &[],
        policy: &[],
        errors: &[],
    };

    /// The variable of another tool that fills a setting which nothing else sets. An ignored setting has
    /// none, because such variables are set for all programs of a machine.
    pub fn fallback_variable(&self, setting: &Setting) -> Option<&'static str> {
        let mut entries = self.variables.iter().filter(|_| !setting.is_ignored());
        entries.find(|(name, _)| *name == setting.name).map(|(_, variable)| *variable)
    }

    /// The start of this backend's setting names: `SOCIAL_AUTH_AZUREAD_OAUTH2_`.
    pub fn settings_prefix(&self) -> String {
        format!("SOCIAL_AUTH_{}_", self.name.to_ascii_uppercase().replace('-', "_"))
    }
}

/// `[endpoints]`: a setting that overrides an endpoint comes first, then these, then discovery.
#[derive(Clone, Copy, Debug)]
pub struct Endpoints {
    /// The authorization endpoint (RFC 6749 section 3.1).
    pub authorization: Option<Template>,
    /// The token endpoint (RFC 6749 section 3.2).
    pub token: Option<Template>,
    /// The OpenID Connect Discovery 1.0 document.
    pub discovery: Option<Template>,
    /// The provider's key set (RFC 7517).
    pub keys: Option<Template>,
    /// The user-info endpoint (OpenID Connect Core 1.0 section 5.3) or its OAuth 2.0 cousin.
    pub user_info: Option<Template>,
    /// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).
    pub end_session: Option<Template>,
    /// Hosts that the discovery document may name beside its own; `None` means any public one.
    pub hosts: Option<&'static [&'static str]>,
}

impl Endpoints {
    /// No endpoint declared.
    pub const EMPTY: Self = Self {
        authorization: None,
        token: None,
        discovery: None,
        keys: None,
        user_info: None,
        end_session: None,
        hosts: None,
    };
}

/// `[authorization]`.
#[derive(Clone, Copy, Debug)]
pub struct Authorization {
    /// Scopes asked for unless `IGNORE_DEFAULT_SCOPE` is set.
    pub scopes: &'static [&'static str],
    /// The separator between scopes; a space in RFC 6749 section 3.3.
    pub scope_separator: &'static str,
    /// Further parameters and their templates; one whose settings are absent is left out.
    pub params: &'static [(&'static str, &'static str)],
    /// Characters of the PKCE code verifier, 43 to 128 (RFC 7636 section 4.1).
    pub pkce_verifier_length: usize,
}

impl Authorization {
    /// No scopes, no parameters.
    pub const EMPTY: Self = authorization(&[]);

    /// The request with scopes that something else than a space joins.
    #[must_use]
    pub const fn scope_separator(mut self, separator: &'static str) -> Self {
        self.scope_separator = separator;
        self
    }

    /// The request with further parameters, each a name and a template.
    #[must_use]
    pub const fn params(mut self, params: &'static [(&'static str, &'static str)]) -> Self {
        self.params = params;
        self
    }

    /// The request with a PKCE code verifier of this many characters.
    #[must_use]
    pub const fn pkce_verifier_length(mut self, length: usize) -> Self {
        self.pkce_verifier_length = length;
        self
    }
}

/// An authorization request for these scopes.
pub const fn authorization(scopes: &'static [&'static str]) -> Authorization {
    Authorization { scopes, scope_separator: " ", params: &[], pkce_verifier_length: 43 }
}

/// `[token]` and `[refresh]`.
#[derive(Clone, Copy, Debug)]
pub struct TokenRequest {
    /// Further form parameters and their templates; one whose settings are absent is left out.
    pub params: &'static [(&'static str, &'static str)],
    /// `true` if a reply without an access token is fine (Azure AD B2C with `openid` alone).
    pub access_token_optional: bool,
}

impl TokenRequest {
    /// The plain request of RFC 6749.
    pub const EMPTY: Self = Self { params: &[], access_token_optional: false };

    /// The request, content with a reply that has no access token.
    #[must_use]
    pub const fn access_token_optional(mut self) -> Self {
        self.access_token_optional = true;
        self
    }
}

/// A token request with further parameters, each a name and a template.
pub const fn token_request(params: &'static [(&'static str, &'static str)]) -> TokenRequest {
    TokenRequest { params, access_token_optional: false }
}

/// One way for a client to prove itself (`[[client_authentication]]`).
#[derive(Clone, Copy, Debug)]
pub enum ClientAuthentication {
    /// No credential: a public client, known by its `client_id` and protected by PKCE (RFC 6749 section
    /// 2.1).
    None,
    /// SECRET in the request body (RFC 6749 section 2.3.1, second form).
    ClientSecretPost,
    /// SECRET in an `Authorization: Basic` header (RFC 6749 section 2.3.1, first form).
    ClientSecretBasic,
    /// A ready JWT from a setting (RFC 7523 section 2.2).
    Assertion {
        /// The setting that holds the assertion.
        setting: &'static str,
        /// The setting that holds its type.
        assertion_type: &'static str,
        /// A warning for an operator who uses this method although the provider does not document it.
        warning: Option<&'static str>,
    },
    /// A JWT in a file that something else keeps fresh (workload identity federation).
    AssertionFile {
        /// Environment variables that name the file; the first one set and not empty decides.
        env: &'static [&'static str],
        /// The setting that names the file when no variable does.
        setting: &'static str,
        /// The setting that holds the assertion's type.
        assertion_type: &'static str,
        /// A warning for an operator who uses this method although the provider does not document it.
        warning: Option<&'static str>,
    },
    /// A JWT that this client signs (`private_key_jwt`, OpenID Connect Core 1.0 section 9).
    PrivateKey {
        /// The setting that names the PEM file with the key, and perhaps its certificate.
        setting: &'static str,
        /// The setting that holds the key's `kid`.
        key_id: Option<&'static str>,
        /// The signature algorithm; `None` selects the one that fits the key.
        algorithm: Option<Algorithm>,
        /// The assertion's `aud`; the token endpoint when absent, or when a setting in it is.
        audience: Option<Template>,
        /// A warning for an operator who uses this method although the provider does not document it.
        warning: Option<&'static str>,
    },
}

/// `[oidc]`: what makes an ID token of this provider good.
#[derive(Clone, Copy, Debug)]
pub struct Oidc {
    /// Allowed JWS algorithms (RFC 7518); never taken from the token or from metadata.
    pub algorithms: &'static [Algorithm],
    /// The issuer that discovery must state; absent, the document's own word is taken.
    pub issuer: Option<Template>,
    /// A placeholder in the issuer that a claim of the token fills.
    pub issuer_placeholder: Option<IssuerPlaceholder>,
    /// `true` if a key's own `issuer` member is compared with the token's.
    pub key_issuer: bool,
    /// The advice to an operator whose provider sends unsigned ID tokens.
    pub unsigned_help: Option<&'static str>,
}

/// `{tenantid}` in `https://login.microsoftonline.com/{tenantid}/v2.0`.
#[derive(Clone, Copy, Debug)]
pub struct IssuerPlaceholder {
    /// The name between the braces, in any case.
    pub name: &'static str,
    /// The claim that fills it; it must be a GUID and stand first in the issuer's path.
    pub claim: &'static str,
}

/// `[user_info]`: the call that says who signed in.
#[derive(Clone, Copy, Debug)]
pub struct UserInfo {
    /// The scheme before the access token in `Authorization`; `Bearer` by RFC 6750.
    pub scheme: &'static str,
    /// Further headers.
    pub headers: &'static [(&'static str, &'static str)],
}

/// `[[call]]`: one more request, read in claim expressions as `$name`.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The name by which claim expressions read the reply.
    pub name: &'static str,
    /// The URL of the request.
    pub url: Template,
    /// `true` if a refusal (a 4xx reply) means "no value" instead of a failed sign-in.
    pub optional: bool,
}

/// `[user]`: which claims make a user.
#[derive(Clone, Copy, Debug)]
pub struct User {
    /// The identifier that is stored; missing or null is an error.
    pub uid: Claim,
    /// Identifiers that earlier releases of other libraries stored, by claim name.
    pub legacy_uids: &'static [(&'static str, Claim)],
    /// Conditions on settings of which one means that the operator chose the directory of the users.
    /// Then allow-lists take addresses that are not verified, and `legacy_uids` are given; where
    /// there is no condition, allow-lists take verified ones only, and `legacy_uids` are given.
    pub pinned_when: &'static [When],
    /// The login name.
    pub username: Claim,
    /// E-mail addresses in order of preference, each with the rule by which it counts as verified.
    pub email: &'static [Email],
    /// The whole name.
    pub fullname: Claim,
    /// The given name.
    pub first_name: Claim,
    /// The family name.
    pub last_name: Claim,
    /// Group identifiers.
    pub groups: Claim,
    /// Conditions that mean "there are more groups than fit in the token".
    pub groups_overage: &'static [Condition],
}

impl User {
    /// A user about whom nothing is known.
    pub const EMPTY: Self = Self {
        uid: Claim::NOTHING,
        legacy_uids: &[],
        pinned_when: &[],
        username: Claim::NOTHING,
        email: &[],
        fullname: Claim::NOTHING,
        first_name: Claim::NOTHING,
        last_name: Claim::NOTHING,
        groups: Claim::NOTHING,
        groups_overage: &[],
    };
}

/// One source of an e-mail address and the trust it deserves.
#[derive(Clone, Copy, Debug)]
pub struct Email {
    /// The claim that holds the address.
    pub from: Claim,
    /// The rule by which the address counts as verified.
    pub verified_by: Trust,
}

/// The rule by which an e-mail address counts as verified.
#[derive(Clone, Copy, Debug)]
pub enum Trust {
    /// The address never counts as verified: it may be shown, and must not be a key.
    Nothing,
    /// The provider gives out verified addresses only.
    Provider,
    /// One of these conditions on the claims.
    Any(&'static [Condition]),
    /// The operator, by this setting.
    Operator(&'static str),
}

/// One entry of `[extra_data]`.
#[derive(Clone, Copy, Debug)]
pub struct ExtraDatum {
    /// The key that is stored.
    pub key: &'static str,
    /// The claim that holds its value.
    pub from: Claim,
    /// `true` if an absent or empty value is left out instead of stored as null.
    pub skip_empty: bool,
}

/// A value that is stored, as null when it is absent.
pub const fn stored(key: &'static str, from: Claim) -> ExtraDatum {
    ExtraDatum { key, from, skip_empty: false }
}

/// A value that is stored unless it is absent.
pub const fn stored_if_any(key: &'static str, from: Claim) -> ExtraDatum {
    ExtraDatum { key, from, skip_empty: true }
}

/// An address, and the rule by which it counts as verified.
pub const fn email(from: Claim, verified_by: Trust) -> Email {
    Email { from, verified_by }
}

/// A ready assertion in a setting.
pub const fn assertion(
    setting: &'static str,
    assertion_type: &'static str,
) -> ClientAuthentication {
    ClientAuthentication::Assertion { setting, assertion_type, warning: None }
}

/// An assertion in a file that a variable or a setting names.
pub const fn assertion_file(
    env: &'static [&'static str],
    setting: &'static str,
    assertion_type: &'static str,
) -> ClientAuthentication {
    ClientAuthentication::AssertionFile { env, setting, assertion_type, warning: None }
}

/// An assertion that the private key in a file signs.
pub const fn private_key(setting: &'static str) -> ClientAuthentication {
    ClientAuthentication::PrivateKey {
        setting,
        key_id: None,
        algorithm: None,
        audience: None,
        warning: None,
    }
}

impl ClientAuthentication {
    /// The private key with the setting that holds its `kid`.
    #[must_use]
    pub const fn key_id(mut self, name: &'static str) -> Self {
        if let Self::PrivateKey { key_id, .. } = &mut self {
            *key_id = Some(name);
        }
        self
    }

    /// The private key with what it signs with.
    #[must_use]
    pub const fn algorithm(mut self, name: Algorithm) -> Self {
        if let Self::PrivateKey { algorithm, .. } = &mut self {
            *algorithm = Some(name);
        }
        self
    }

    /// The private key with what its assertions have as `aud`.
    #[must_use]
    pub const fn audience(mut self, template: &'static str) -> Self {
        if let Self::PrivateKey { audience, .. } = &mut self {
            *audience = Some(Template(template));
        }
        self
    }

    /// The way with what an operator must know who uses it.
    #[must_use]
    pub const fn warning(mut self, text: &'static str) -> Self {
        if let Self::Assertion { warning, .. }
        | Self::AssertionFile { warning, .. }
        | Self::PrivateKey { warning, .. } = &mut self
        {
            *warning = Some(text);
        }
        self
    }
}

/// ID tokens that these algorithms sign.
pub const fn oidc(algorithms: &'static [Algorithm]) -> Oidc {
    Oidc {
        algorithms,
        issuer: None,
        issuer_placeholder: None,
        key_issuer: false,
        unsigned_help: None,
    }
}

impl Oidc {
    /// The issuer that discovery must state.
    #[must_use]
    pub const fn issuer(mut self, template: &'static str) -> Self {
        self.issuer = Some(Template(template));
        self
    }

    /// A placeholder in the issuer, and the claim that fills it.
    #[must_use]
    pub const fn issuer_placeholder(mut self, name: &'static str, claim: &'static str) -> Self {
        self.issuer_placeholder = Some(IssuerPlaceholder { name, claim });
        self
    }

    /// A key's own `issuer` is compared with the token's.
    #[must_use]
    pub const fn key_issuer(mut self) -> Self {
        self.key_issuer = true;
        self
    }

    /// The advice to an operator whose provider sends unsigned ID tokens.
    #[must_use]
    pub const fn unsigned_help(mut self, help: &'static str) -> Self {
        self.unsigned_help = Some(help);
        self
    }
}

/// An endpoint that the spec names.
pub const fn url(template: &'static str) -> Option<Template> {
    Some(Template(template))
}

/// Conditions of which one is enough to trust an address.
pub const fn any(conditions: &'static [Condition]) -> Trust {
    Trust::Any(conditions)
}
