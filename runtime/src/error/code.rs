//! The words of an error: code, source, stage, recovery.
//!
//! They are the words that python-social-auth 7 publishes, so that an application, a dashboard or a
//! migrating team can match on them, and three of our own where a word was missing.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The error of a text that is not a word of [`Code`], [`Origin`], [`Stage`] or [`Recovery`]. It does not
/// repeat the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord(&'static str);

impl fmt::Display for UnknownWord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the text is not a word of `{}`", self.0)
    }
}

impl std::error::Error for UnknownWord {}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every word of this vocabulary, in the order of its documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word itself.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            /// Reads a word as [`as_str`](Self::as_str) writes it.
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                let mut all = Self::ALL.iter().copied();
                all.find(|known| known.as_str() == word).ok_or(UnknownWord(stringify!($name)))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = Cow::<'_, str>::deserialize(deserializer)?;
                word.parse().map_err(D::Error::custom)
            }
        }
    };
}

words! {
    /// The kind of an error.
    Code {
        /// A setting has no value.
        MissingSetting = "missing_setting",
        /// A setting's value cannot be right.
        InvalidSetting = "invalid_setting",
        /// The provider has no such feature.
        UnsupportedFeature = "unsupported_feature",
        /// No backend of that name.
        BackendMissing = "backend_missing",
        /// A request parameter is absent.
        MissingParameter = "missing_parameter",
        /// A request parameter cannot be right.
        InvalidParameter = "invalid_parameter",
        /// The transaction is absent, expired, tampered with, or another backend's.
        SessionContextMissing = "session_context_missing",
        /// The `state` of the callback is not the transaction's.
        StateMismatch = "state_mismatch",
        /// Another user than the one expected.
        UserMismatch = "user_mismatch",
        /// The provider's reply cannot be understood.
        MalformedResponse = "malformed_response",
        /// A claim is absent.
        MissingClaim = "missing_claim",
        /// A claim is not what it must be.
        InvalidClaim = "invalid_claim",
        /// The ID token's signature, key or algorithm is wrong.
        InvalidSignature = "invalid_signature",
        /// The ID token's nonce is not the transaction's.
        NonceMismatch = "nonce_mismatch",
        /// The ID token has expired.
        ResponseExpired = "response_expired",
        /// The ID token is not valid yet.
        ResponseNotYetValid = "response_not_yet_valid",
        /// A stored expiry cannot be read.
        InvalidExpiry = "invalid_expiry",
        /// The profile has no e-mail address.
        ProfileEmailMissing = "profile_email_missing",
        /// The provider refuses the authorization code.
        AuthorizationCodeRejected = "authorization_code_rejected",
        /// The provider refuses a stored token.
        CredentialRejected = "credential_rejected",
        /// A stored token was revoked.
        TokenRevoked = "token_revoked",
        /// The user must sign in again.
        ReauthenticationRequired = "reauthentication_required",
        /// The e-mail verification was refused.
        EmailVerificationRejected = "email_verification_rejected",
        /// A local rule refuses this user.
        AuthenticationDisallowed = "authentication_disallowed",
        /// The user lacks a membership.
        MembershipRequired = "membership_required",
        /// The account may not be disconnected.
        DisconnectDisallowed = "disconnect_disallowed",
        /// The identity belongs to another account.
        IdentityInUse = "identity_in_use",
        /// The e-mail address belongs to another account.
        EmailInUse = "email_in_use",
        /// The user name belongs to another account.
        UsernameInUse = "username_in_use",
        /// Two accounts claim one identifier.
        IdentifierMigrationConflict = "identifier_migration_conflict",
        /// The provider cannot be reached.
        ConnectionFailed = "connection_failed",
        /// The provider did not answer in time.
        Timeout = "timeout",
        /// The provider's certificate or TLS is wrong.
        TlsError = "tls_error",
        /// The provider asks to slow down.
        RateLimited = "rate_limited",
        /// The provider is out of order.
        Unavailable = "unavailable",
        /// The provider refuses the request.
        HttpError = "http_error",
        /// The user or the provider said no.
        AuthorizationDeclined = "authorization_declined",
        /// Anything else.
        UnknownError = "unknown_error",
        /// The user asked for a password reset (Azure AD B2C, AADB2C90118).
        PasswordResetRequested = "password_reset_requested",
        /// The ID token is not signed (the v1.0 endpoint of Entra may send such).
        UnsignedIdToken = "unsigned_id_token",
        /// The callback names another issuer (RFC 9207).
        IssuerMismatch = "issuer_mismatch",
    }
}

words! {
    /// The step of a sign-in at which an error occurred.
    Stage {
        /// Building the authorization request.
        Begin = "begin",
        /// Reading the callback.
        Callback = "callback",
        /// Redeeming the code.
        TokenExchange = "token_exchange",
        /// Checking the ID token.
        TokenValidation = "token_validation",
        /// Reading the user.
        UserInfo = "user_info",
        /// In the application's own steps after a sign-in.
        Pipeline = "pipeline",
        /// Refreshing tokens.
        Refresh = "refresh",
        /// Disconnecting an account.
        Disconnect = "disconnect",
        /// None of these.
        Unknown = "unknown",
    }
}

words! {
    /// The action that can resolve an error.
    Recovery {
        /// Nothing.
        None = "none",
        /// Send the request again, corrected.
        CorrectInput = "correct_input",
        /// Start the sign-in again.
        RestartLogin = "restart_login",
        /// Let the user sign in again.
        Reauthenticate = "reauthenticate",
        /// Try again in a while.
        RetryLater = "retry_later",
        /// Complete the profile at the provider.
        CheckProviderProfile = "check_provider_profile",
        /// Sign in with the account that is there.
        UseExistingAccount = "use_existing_account",
        /// Tell the administrator of this application.
        ContactAdministrator = "contact_administrator",
    }
}

words! {
    /// The party that caused an error.
    Origin {
        /// The operator's settings.
        Configuration = "configuration",
        /// The request that came in.
        Request = "request",
        /// The session it belongs to.
        Session = "session",
        /// The provider's reply.
        ProviderResponse = "provider_response",
        /// The data that the application stored.
        Storage = "storage",
        /// A rule of this application.
        LocalPolicy = "local_policy",
        /// The cause is not known.
        Unknown = "unknown",
    }
}

impl Code {
    /// The party that causes errors of this code.
    pub const fn origin(self) -> Origin {
        use Code as C;
        match self {
            C::MissingSetting | C::InvalidSetting | C::UnsupportedFeature | C::BackendMissing => {
                Origin::Configuration
            }
            C::MissingParameter | C::InvalidParameter | C::EmailVerificationRejected => {
                Origin::Request
            }
            C::SessionContextMissing | C::StateMismatch | C::UserMismatch => Origin::Session,
            C::InvalidExpiry
            | C::ReauthenticationRequired
            | C::IdentityInUse
            | C::EmailInUse
            | C::UsernameInUse
            | C::IdentifierMigrationConflict => Origin::Storage,
            C::AuthenticationDisallowed | C::MembershipRequired | C::DisconnectDisallowed => {
                Origin::LocalPolicy
            }
            C::UnknownError => Origin::Unknown,
            _ => Origin::ProviderResponse,
        }
    }

    /// The action that can resolve an error of this code.
    pub const fn recovery(self) -> Recovery {
        use Code as C;
        match self {
            C::MissingParameter | C::InvalidParameter => Recovery::CorrectInput,
            C::SessionContextMissing
            | C::StateMismatch
            | C::UserMismatch
            | C::NonceMismatch
            | C::ResponseExpired
            | C::AuthorizationCodeRejected
            | C::EmailVerificationRejected
            | C::PasswordResetRequested
            | C::IssuerMismatch => Recovery::RestartLogin,
            C::CredentialRejected | C::TokenRevoked | C::ReauthenticationRequired => {
                Recovery::Reauthenticate
            }
            C::ConnectionFailed | C::Timeout | C::RateLimited | C::Unavailable => {
                Recovery::RetryLater
            }
            C::ProfileEmailMissing => Recovery::CheckProviderProfile,
            C::IdentityInUse | C::EmailInUse | C::UsernameInUse => Recovery::UseExistingAccount,
            C::DisconnectDisallowed | C::AuthorizationDeclined => Recovery::None,
            _ => Recovery::ContactAdministrator,
        }
    }
}

impl Code {
    /// The HTTP status of a page that reports an error of this code (RFC 9110 section 15): 4xx where
    /// the person who signs in can do something about it, 500 where the operator must, 502 to 504
    /// where the provider is at fault.
    ///
    /// 401 is for a user who has to sign in again; RFC 9110 asks for a `WWW-Authenticate` header
    /// beside it.
    pub const fn status(self) -> u16 {
        use Code as C;
        match self {
            C::MissingParameter
            | C::InvalidParameter
            | C::SessionContextMissing
            | C::StateMismatch
            | C::NonceMismatch
            | C::IssuerMismatch
            | C::AuthorizationCodeRejected
            | C::EmailVerificationRejected => 400,
            C::CredentialRejected | C::TokenRevoked | C::ReauthenticationRequired => 401,
            C::UserMismatch
            | C::InvalidClaim
            | C::ProfileEmailMissing
            | C::AuthenticationDisallowed
            | C::MembershipRequired
            | C::DisconnectDisallowed
            | C::AuthorizationDeclined
            | C::PasswordResetRequested => 403,
            C::BackendMissing => 404,
            C::IdentityInUse
            | C::EmailInUse
            | C::UsernameInUse
            | C::IdentifierMigrationConflict => 409,
            C::MissingSetting
            | C::InvalidSetting
            | C::UnsupportedFeature
            | C::InvalidExpiry
            | C::UnknownError => 500,
            C::MalformedResponse
            | C::MissingClaim
            | C::InvalidSignature
            | C::UnsignedIdToken
            | C::ResponseExpired
            | C::ResponseNotYetValid
            | C::ConnectionFailed
            | C::TlsError
            | C::HttpError => 502,
            C::RateLimited | C::Unavailable => 503,
            C::Timeout => 504,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
        }
        assert_eq!("callback".parse(), Ok(Stage::Callback));
        for wrong in ["", "Timeout", "time_out", "a@b.example"] {
            let error = wrong.parse::<Code>().unwrap_err();
            assert_eq!(error.to_string(), "the text is not a word of `Code`");
            assert!(serde_json::from_value::<Code>(wrong.into()).is_err());
        }
    }
}
