//! Settings that narrow or widen what a backend can do, held against what it can.

use std::str::FromStr as _;

use super::common::AUTH_METHODS;
use super::issue::SettingIssue;
use super::resolved::{Resolved, Source};
use crate::descriptor::{Algorithm, ClientAuthentication, Descriptor, Oidc};
use crate::error::Code;

impl Resolved {
    /// Checks settings that may not fit the backend.
    pub(super) fn check_levers(
        &mut self,
        descriptor: &Descriptor,
        mistakes: &mut Vec<SettingIssue>,
    ) {
        let problems = [
            ("jwt_algorithms", self.wrong_algorithm(descriptor)),
            ("trusted_audiences", self.wrong_audience()),
            ("token_endpoint_auth_method", self.wrong_method(descriptor)),
        ];
        for (name, problem) in problems {
            if let Some(sentence) = problem {
                let parameter = self.full_name(name);
                let message = format!("`{parameter}` {sentence}");
                mistakes.push(SettingIssue { code: Code::InvalidSetting, parameter, message });
            }
        }
        if self.auth_method() == Some("none") && self.secret("secret").is_some() {
            let (method, secret) =
                (self.full_name("token_endpoint_auth_method"), self.full_name("secret"));
            let message = format!("`{secret}` is not used, because `{method}` is `none`");
            self.warnings.push(SettingIssue::warning(&secret, message));
        }
    }

    /// The algorithms with which a backend's tokens may be signed: those of its spec, among them only
    /// those that this operator lists.
    pub(crate) fn algorithms(&self, oidc: &Oidc) -> Vec<Algorithm> {
        let listed = self.value("jwt_algorithms").map(|_| self.list("jwt_algorithms"));
        let is_listed = |algorithm: &Algorithm| {
            listed.is_none_or(|names| names.iter().any(|name| name == algorithm.as_str()))
        };
        oidc.algorithms.iter().copied().filter(is_listed).collect()
    }

    /// Returns `true` if a value came from a variable that all backends share.
    fn is_shared(&self, name: &str) -> bool {
        let shared = format!("SOCIAL_AUTH_{}", name.to_ascii_uppercase());
        matches!(self.source(name), Some(Source::Variable(variable)) if *variable == shared)
    }

    /// The client authentication method that the operator chose for the token endpoint.
    pub(crate) fn auth_method(&self) -> Option<&'static str> {
        let method = self.text("token_endpoint_auth_method")?;
        AUTH_METHODS.iter().find(|known| known.eq_ignore_ascii_case(method)).copied()
    }

    /// A backend's own list names its algorithms only. A list that all backends share may name others',
    /// as long as one of this backend's remains.
    fn wrong_algorithm(&self, descriptor: &Descriptor) -> Option<String> {
        self.value("jwt_algorithms")?;
        let is_shared = self.is_shared("jwt_algorithms");
        let Some(oidc) = descriptor.oidc else {
            return (!is_shared)
                .then(|| format!("has no effect: {} has no ID tokens", descriptor.title));
        };
        let own: Vec<&str> = oidc.algorithms.iter().copied().map(Algorithm::as_str).collect();
        let may_be_anothers = |name: &str| is_shared && Algorithm::from_str(name).is_ok();
        let listed = self.list("jwt_algorithms");
        let foreign =
            listed.iter().find(|name| !own.contains(&name.as_str()) && !may_be_anothers(name));
        let own = own.join(", ");
        match foreign {
            Some(name) => Some(format!("lists `{name}`; {} takes {own}", descriptor.name)),
            None if self.algorithms(&oidc).is_empty() => {
                Some(format!("lists none of the algorithms of {}: {own}", descriptor.name))
            }
            None => None,
        }
    }

    fn wrong_audience(&self) -> Option<String> {
        self.value("trusted_audiences")?;
        let listed = self.list("trusted_audiences");
        if listed.is_empty() {
            return Some("is an empty list: name the audiences, or unset it".to_owned());
        }
        listed
            .iter()
            .any(|audience| audience.contains('*'))
            .then(|| "has no wildcards: name each audience as it stands in the ID token".to_owned())
    }

    fn wrong_method(&self, descriptor: &Descriptor) -> Option<String> {
        let method = self.auth_method()?;
        let has = |fits: fn(&ClientAuthentication) -> bool| {
            descriptor.client_authentication.iter().any(fits)
        };
        let possible = match method {
            "none" => true,
            "private_key_jwt" => has(ClientAuthentication::is_assertion),
            _ => has(ClientAuthentication::is_secret),
        };
        if !possible {
            return Some(format!("is `{method}`, which {} does not have", descriptor.title));
        }
        let needs_secret = method.starts_with("client_secret");
        (needs_secret && self.secret("secret").is_none())
            .then(|| format!("is `{method}`, which needs `{}`", self.full_name("secret")))
    }
}

impl ClientAuthentication {
    /// Returns `true` if SECRET is the proof.
    pub(crate) fn is_secret(&self) -> bool {
        matches!(self, Self::ClientSecretPost | Self::ClientSecretBasic)
    }

    /// Returns `true` if the operator's `TOKEN_ENDPOINT_AUTH_METHOD`, if there is one, leaves this
    /// method.
    pub(crate) fn fits(&self, method: Option<&str>) -> bool {
        match method {
            None => true,
            Some("private_key_jwt") => self.is_assertion(),
            Some(_) => self.is_secret(),
        }
    }

    /// Returns `true` if an assertion is the proof.
    pub(crate) fn is_assertion(&self) -> bool {
        matches!(
            self,
            Self::Assertion { .. } | Self::AssertionFile { .. } | Self::PrivateKey { .. }
        )
    }
}
