//! Everything a request can be refused for, with the numbers Entra ID and B2C give it.

use crate::AuthorityError;

/// A reason to refuse a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A parameter is missing.
    Missing(&'static str),
    /// A parameter came twice.
    Repeated(String),
    /// The token endpoint was not asked with POST.
    NotPost,
    /// No such tenant.
    UnknownTenant(String),
    /// Personal accounts at a version 1 endpoint.
    NoPersonalAccounts,
    /// The account is not in the tenant.
    AccountNotInTenant,
    /// No such client.
    UnknownClient(String),
    /// The redirect address is not registered.
    RedirectNotRegistered(String),
    /// Another response type than `code`.
    ResponseType(String),
    /// A response mode that is not served.
    ResponseMode(String),
    /// A scope that is missing or too much.
    Scope,
    /// `resource` at version 2.
    ResourceParameter,
    /// No PKCE challenge.
    ChallengeMissing,
    /// A challenge that is no S256 challenge.
    ChallengeMethod,
    /// `prompt=none` while the user must choose.
    LoginRequired,
    /// B2C without a policy.
    PolicyMissing,
    /// An unknown grant type.
    GrantType(String),
    /// The wrong client secret.
    WrongSecret,
    /// No client credential.
    NoCredential,
    /// More than one client credential.
    SeveralCredentials,
    /// Assertions are not taken here.
    AssertionRefused,
    /// The assertion cannot be read.
    AssertionMalformed,
    /// The assertion's signature is wrong.
    AssertionSignature,
    /// The assertion's issuer is not registered.
    AssertionIssuer(String),
    /// The assertion's subject is not registered.
    AssertionSubject(String),
    /// The assertion's audience is not registered.
    AssertionAudience,
    /// The assertion is too old or too new.
    AssertionTime,
    /// No such code.
    CodeUnknown,
    /// The code was redeemed before.
    CodeUsed,
    /// The code is too old.
    CodeExpired,
    /// The code is for another endpoint.
    CodeElsewhere,
    /// The code or refresh token is another client's.
    OtherClient,
    /// Another redirect address than in the authorization request.
    RedirectDiffers,
    /// The PKCE verifier does not fit.
    Verifier,
    /// No such refresh token.
    RefreshUnknown,
    /// Keys or random numbers failed.
    Cryptography,
}

impl From<AuthorityError> for Problem {
    fn from(_: AuthorityError) -> Self {
        Self::Cryptography
    }
}

/// The facts by which a problem is reported.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The `error` member.
    pub(crate) error: &'static str,
    /// Entra ID's number.
    pub(crate) entra: u32,
    /// B2C's number.
    pub(crate) b2c: u32,
    /// The text for people.
    pub(crate) text: String,
}

impl Problem {
    /// The problem's code words and numbers.
    pub(crate) fn facts(&self) -> Facts {
        let (error, entra, b2c) = self.code();
        Facts { error, entra, b2c, text: self.text() }
    }

    fn code(&self) -> (&'static str, u32, u32) {
        match self {
            Self::Missing(_) => ("invalid_request", 900_144, 90_083),
            Self::Repeated(_) => ("invalid_request", 9_000_411, 90_083),
            Self::NotPost => ("invalid_request", 900_561, 90_083),
            Self::UnknownTenant(_) => ("invalid_tenant", 90_002, 90_008),
            Self::NoPersonalAccounts => ("invalid_request", 90_027, 90_008),
            Self::AccountNotInTenant => ("access_denied", 50_020, 90_128),
            Self::UnknownClient(_) => ("unauthorized_client", 700_016, 90_018),
            Self::RedirectNotRegistered(_) => ("invalid_request", 50_011, 90_006),
            Self::ResponseType(_) => ("unsupported_response_type", 700_054, 90_057),
            Self::ResponseMode(_) => ("invalid_request", 90_023, 90_083),
            Self::Scope => ("invalid_scope", 70_011, 90_107),
            Self::ResourceParameter => ("invalid_request", 901_002, 90_117),
            Self::ChallengeMissing => ("invalid_request", 9_002_325, 90_182),
            Self::ChallengeMethod => ("invalid_request", 501_481, 90_184),
            Self::LoginRequired => ("login_required", 50_058, 90_077),
            Self::PolicyMissing => ("invalid_request", 90_023, 90_055),
            Self::GrantType(_) => ("unsupported_grant_type", 70_003, 90_086),
            Self::WrongSecret => ("invalid_client", 7_000_215, 90_081),
            Self::SeveralCredentials => ("invalid_request", 90_023, 90_079),
            Self::NoCredential | Self::AssertionRefused => ("invalid_client", 7_000_218, 90_079),
            Self::AssertionMalformed => ("invalid_client", 50_027, 90_079),
            Self::AssertionSignature => ("invalid_client", 50_012, 90_079),
            Self::AssertionIssuer(_) => ("invalid_client", 700_211, 90_079),
            Self::AssertionSubject(_) => ("invalid_client", 700_213, 90_079),
            Self::AssertionAudience => ("invalid_client", 700_212, 90_079),
            Self::AssertionTime => ("invalid_client", 700_024, 90_079),
            Self::CodeUnknown | Self::OtherClient => ("invalid_grant", 70_000, 90_080),
            Self::CodeUsed => ("invalid_grant", 54_005, 90_080),
            Self::CodeExpired => ("invalid_grant", 70_008, 90_080),
            Self::CodeElsewhere => ("invalid_grant", 700_005, 90_088),
            Self::RedirectDiffers => ("invalid_grant", 500_112, 90_006),
            Self::Verifier => ("invalid_grant", 501_481, 90_183),
            Self::RefreshUnknown => ("invalid_grant", 70_000, 90_129),
            Self::Cryptography => ("server_error", 90_033, 90_035),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Missing(name) => format!("The request must contain the parameter '{name}'."),
            Self::Repeated(name) => format!("The parameter '{name}' comes more than once."),
            Self::UnknownTenant(name) => {
                format!("No tenant '{name}' exists here. Check the tenant id or the domain name.")
            }
            Self::UnknownClient(id) => format!("No application with identifier '{id}' is known."),
            Self::RedirectNotRegistered(address) => {
                format!("The redirect address '{address}' is not registered for the application.")
            }
            Self::ResponseType(found) => format!("The response type '{found}' is not enabled."),
            Self::ResponseMode(found) => format!("The response mode '{found}' is not served."),
            Self::GrantType(found) => format!("The grant type '{found}' is not supported."),
            Self::AssertionIssuer(found) => {
                format!("No federated identity record has the assertion's issuer '{found}'.")
            }
            Self::AssertionSubject(found) => {
                format!("No federated identity record has the assertion's subject '{found}'.")
            }
            _ => self.plain_text().to_owned(),
        }
    }

    fn plain_text(&self) -> &'static str {
        match self {
            Self::NotPost => "The endpoint only accepts POST requests.",
            Self::NoPersonalAccounts => "Personal accounts cannot sign in at this endpoint.",
            Self::AccountNotInTenant => "The account does not exist in this tenant.",
            Self::Scope => "The value of the parameter 'scope' is not valid.",
            Self::ResourceParameter => "The parameter 'resource' is not supported.",
            Self::ChallengeMissing => "Proof Key for Code Exchange is required.",
            Self::ChallengeMethod => "The code challenge must be an S256 challenge.",
            Self::LoginRequired => "A silent sign-in was sent but no user is signed in.",
            Self::PolicyMissing => "The request must name a policy in the parameter 'p'.",
            Self::WrongSecret => {
                "Invalid client secret provided. Send the secret's value, not its identifier."
            }
            Self::NoCredential => "The request must contain 'client_secret' or 'client_assertion'.",
            Self::SeveralCredentials => "Only one client credential may be sent.",
            Self::AssertionRefused => "Client assertions are not accepted here.",
            Self::AssertionMalformed => "The client assertion cannot be read.",
            Self::AssertionSignature => "The client assertion's signature is not valid.",
            Self::AssertionAudience => "No federated identity record has the assertion's audience.",
            Self::AssertionTime => "The client assertion is not within its valid time range.",
            Self::CodeUnknown => "The provided authorization code is malformed or invalid.",
            Self::CodeUsed => "The authorization code was already redeemed.",
            Self::CodeExpired => "The authorization code has expired.",
            Self::CodeElsewhere => "The code is for use at another endpoint.",
            Self::OtherClient => "The provided grant was issued to another application.",
            Self::RedirectDiffers => {
                "The redirect address is not the one of the authorization request."
            }
            Self::Verifier => "The code_verifier does not match the code_challenge.",
            Self::RefreshUnknown => "The provided refresh token is malformed or invalid.",
            Self::Cryptography => "A temporary error occurred.",
            _ => "The request is not valid.",
        }
    }
}
