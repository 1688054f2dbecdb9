//! What every step of a flow reads: the descriptor, the settings, and the endpoints they give.

use std::time::Duration;

use crate::descriptor::{Descriptor, Template};
use crate::error::{Code, Error, Result, Stage};
use crate::keys::Metadata;
use crate::settings::Resolved;
use crate::transport::{HttpRequest, Method};

/// Seconds to wait for the provider unless `REQUESTS_TIMEOUT` says otherwise.
const TIMEOUT: u64 = 10;

/// Seconds of clock difference to forgive unless `JWT_LEEWAY` says otherwise.
const LEEWAY: u64 = 60;

/// One backend with its settings.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) descriptor: &'static Descriptor,
    pub(crate) settings: Resolved,
    pub(crate) client_id: String,
    authorization: Option<String>,
    token: Option<String>,
    pub(crate) discovery: Option<String>,
    keys: Option<String>,
    user_info: Option<String>,
    end_session: Option<String>,
    /// The scopes to ask for, joined.
    pub(crate) scopes: String,
    /// The issuer that discovery must state, without a slash at its end.
    pub(crate) issuer: Option<String>,
}

impl Context {
    /// Renders every endpoint once: a setting that overrides it, else the spec.
    pub(crate) fn new(descriptor: &'static Descriptor, settings: Resolved) -> Result<Self> {
        let endpoints = &descriptor.endpoints;
        let endpoint = |setting: &str, template: Option<Template>| {
            let spec = || template.and_then(|template| settings.render_url(template));
            settings.text(setting).map(|url| settings.relocated(url)).or_else(spec)
        };
        let client_id = settings.text("key").map(str::to_owned).ok_or_else(|| {
            let name = settings.full_name("key");
            Error::new(Code::MissingSetting, Stage::Begin, format!("`{name}` is not set."))
                .with_parameter(name)
        })?;
        Ok(Self {
            descriptor,
            client_id,
            authorization: endpoint("authorization_url", endpoints.authorization),
            token: endpoint("access_token_url", endpoints.token),
            discovery: endpoint("openid_configuration_url", endpoints.discovery),
            keys: endpoint("jwks_uri", endpoints.keys),
            user_info: endpoints.user_info.and_then(|template| settings.render_url(template)),
            end_session: endpoints.end_session.and_then(|template| settings.render_url(template)),
            issuer: descriptor
                .oidc
                .and_then(|oidc| oidc.issuer)
                .and_then(|template| settings.render_url(template))
                .map(|issuer| issuer.trim_end_matches('/').to_owned()),
            scopes: super::authorization::scopes(&descriptor.authorization, &settings),
            settings,
        })
    }

    /// Whether the scopes ask for the ID token that `[oidc]` needs.
    pub(crate) fn asks_for_id_token(&self) -> bool {
        let separator = self.descriptor.authorization.scope_separator;
        self.descriptor.oidc.is_none()
            || self.scopes.split(separator).any(|scope| scope == "openid")
    }

    /// Where the browser is sent; `None` when only discovery knows.
    pub(crate) fn authorization_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
    ) -> Option<&'a str> {
        let discovered = || metadata.and_then(|found| found.authorization_endpoint.as_deref());
        self.authorization.as_deref().or_else(discovered)
    }

    /// Where codes and refresh tokens are redeemed.
    pub(crate) fn token_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
        stage: Stage,
    ) -> Result<&'a str> {
        let discovered = || metadata.and_then(|found| found.token_endpoint.as_deref());
        self.token.as_deref().or_else(discovered).ok_or_else(|| lacks("token endpoint", stage))
    }

    pub(crate) fn keys_endpoint<'a>(&'a self, metadata: &'a Metadata) -> Result<&'a str> {
        let discovered = || metadata.jwks_uri.as_deref();
        self.keys
            .as_deref()
            .or_else(discovered)
            .ok_or_else(|| lacks("key set", Stage::TokenValidation))
    }

    pub(crate) fn user_info_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
    ) -> Option<&'a str> {
        let discovered = || metadata.and_then(|found| found.userinfo_endpoint.as_deref());
        self.user_info.as_deref().or_else(discovered)
    }

    pub(crate) fn end_session_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
    ) -> Option<&'a str> {
        let discovered = || metadata.and_then(|found| found.end_session_endpoint.as_deref());
        self.end_session.as_deref().or_else(discovered)
    }

    /// Seconds of clock difference to forgive.
    pub(crate) fn leeway(&self) -> u64 {
        self.settings.integer("jwt_leeway").unwrap_or(LEEWAY)
    }

    /// A request to this provider, asking for JSON.
    pub(crate) fn request(&self, method: Method, url: &str) -> HttpRequest {
        let seconds = self.settings.integer("requests_timeout").unwrap_or(TIMEOUT);
        HttpRequest { method, ..HttpRequest::get(url, Duration::from_secs(seconds)) }
    }
}

fn lacks(what: &str, stage: Stage) -> Error {
    let message = format!("The provider's discovery document names no {what}.");
    Error::new(Code::MalformedResponse, stage, message)
}
