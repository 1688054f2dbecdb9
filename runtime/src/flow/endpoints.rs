//! The endpoints of a backend: those of the settings, of the spec, and of the discovery document.

use super::Context;
use super::errors::unreadable;
use crate::error::{Code, Error, Result, Stage, shown, shown_list};
use crate::keys::{Endpoint, Metadata};
use crate::transport::Network;

/// The URL of a request, and the networks on which its host may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) url: &'a str,
    pub(crate) network: Network,
}

impl Context {
    /// The target that a setting or the spec named.
    pub(crate) fn named<'a>(&self, url: &'a str) -> Target<'a> {
        Target { url, network: self.network }
    }

    /// The authorization endpoint.
    pub(crate) fn authorization_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
    ) -> Result<&'a str> {
        let name = "authorization_endpoint";
        let found = metadata.and_then(|found| found.authorization_endpoint.as_ref());
        let target = self.endpoint(self.authorization.as_deref(), name, found, Stage::Begin)?;
        target.map(|target| target.url).ok_or_else(|| lacks(name, Stage::Begin))
    }

    /// The token endpoint.
    pub(crate) fn token_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
        stage: Stage,
    ) -> Result<Target<'a>> {
        let found = metadata.and_then(|found| found.token_endpoint.as_ref());
        self.endpoint(self.token.as_deref(), "token_endpoint", found, stage)?
            .ok_or_else(|| lacks("token_endpoint", stage))
    }

    pub(crate) fn keys_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
        stage: Stage,
    ) -> Result<Target<'a>> {
        let found = metadata.and_then(|found| found.jwks_uri.as_ref());
        self.endpoint(self.keys.as_deref(), "jwks_uri", found, stage)?
            .ok_or_else(|| lacks("jwks_uri", stage))
    }

    pub(crate) fn user_info_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
        stage: Stage,
    ) -> Result<Option<Target<'a>>> {
        let found = metadata.and_then(|found| found.userinfo_endpoint.as_ref());
        self.endpoint(self.user_info.as_deref(), "userinfo_endpoint", found, stage)
    }

    pub(crate) fn end_session_endpoint<'a>(
        &'a self,
        metadata: Option<&'a Metadata>,
    ) -> Result<Option<&'a str>> {
        let found = metadata.and_then(|found| found.end_session_endpoint.as_ref());
        let own = self.end_session.as_deref();
        let target = self.endpoint(own, "end_session_endpoint", found, Stage::Disconnect)?;
        Ok(target.map(|target| target.url))
    }

    /// The operator's or the spec's endpoint; else the one that discovery names, if it may.
    fn endpoint<'a>(
        &self,
        own: Option<&'a str>,
        name: &str,
        discovered: Option<&'a Result<Endpoint, String>>,
        stage: Stage,
    ) -> Result<Option<Target<'a>>> {
        match (own, discovered) {
            (Some(url), _) => Ok(Some(self.named(url))),
            (None, None) => Ok(None),
            (None, Some(Err(what))) => {
                let reason = format!("in its discovery document, {what}");
                Err(unreadable(stage, &reason).with_parameter(name))
            }
            (None, Some(Ok(endpoint))) => {
                let network = self.network_of(name, endpoint, stage)?;
                Ok(Some(Target { url: &endpoint.url, network }))
            }
        }
    }

    /// A discovery document may name its own host, and the hosts that the spec or `ENDPOINT_HOSTS` list;
    /// without such a list, any public host. It must not send requests to this machine's neighbours, not even
    /// to one of those hosts if the issuer is not trusted.
    fn network_of(&self, name: &str, endpoint: &Endpoint, stage: Stage) -> Result<Network> {
        let (listed, more) =
            (self.descriptor.endpoints.hosts, self.settings.list("endpoint_hosts"));
        let own = listed.unwrap_or_default().iter().copied();
        let allowed: Vec<&str> = own.chain(more.iter().map(String::as_str)).collect();
        let is_listed = allowed.iter().any(|host| host.eq_ignore_ascii_case(&endpoint.host));
        let is_expected = endpoint.is_home || is_listed;
        let is_trusted = self.network == Network::Any;
        if is_expected && is_trusted {
            return Ok(Network::Any);
        }
        let host = shown(&endpoint.host);
        let why = if !is_expected && (listed.is_some() || !more.is_empty()) {
            let others = if allowed.is_empty() {
                String::new()
            } else {
                format!(" or one of {}", shown_list(allowed))
            };
            format!("on {host}, expected the document's own host{others}")
        } else if endpoint.is_private_network {
            format!("on {host}, which is on a private network")
        } else if self.proxies.of(&endpoint.url).is_some() {
            // Only the proxy would see whether the host's address is a private one.
            format!("on {host}, which a proxy would resolve")
        } else {
            return Ok(Network::Public);
        };
        let message = format!("The discovery document has its `{name}` {why}.");
        let error = Error::new(Code::MalformedResponse, stage, message).with_parameter(name);
        let setting = self.settings.full_name("endpoint_hosts");
        let help = format!("If that is right, name the host in `{setting}`.");
        Err(error.with_help(is_trusted.then_some(help.as_str())))
    }
}

fn lacks(name: &str, stage: Stage) -> Error {
    let message = format!("The provider's discovery document names no `{name}`.");
    Error::new(Code::MalformedResponse, stage, message).with_parameter(name)
}
