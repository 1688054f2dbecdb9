//! Rules for issuers that the operator did not choose, such as those that an application's customers enter
//! for single sign-on with their own identity provider.

use url::Url;

use super::Context;
use crate::descriptor::{Descriptor, Kind, Part, Template};
use crate::error::{Code, Error, Result, Stage, shown};
use crate::settings::{Resolved, SettingIssue, combine};
use crate::transport::{Network, is_private_network};

/// Settings by which requests, or the network that they may reach, would be chosen beside the issuer.
const OF_OPERATORS: [&str; 8] = [
    "offline_provider",
    "authority_url",
    "authorization_url",
    "access_token_url",
    "openid_configuration_url",
    "jwks_uri",
    "endpoint_hosts",
    "proxies",
];

/// Refuses the settings that belong to operators: endpoints, networks, and files of this machine, whose
/// content would be sent to the issuer.
pub(crate) fn check_settings(descriptor: &Descriptor, settings: &Resolved) -> Result<()> {
    let files = descriptor.settings.iter().filter(|setting| matches!(setting.kind, Kind::Path));
    let names = OF_OPERATORS.into_iter().chain(files.map(|setting| setting.name));
    let mistakes: Vec<SettingIssue> = names
        .filter(|name| settings.is_given(name))
        .map(|name| {
            let parameter = settings.full_name(name);
            let message = format!(
                "`{parameter}` is set, and this runtime serves issuers that are not trusted \
                 (`Runtime::with_untrusted_issuers`): only an operator may set it. Unset it"
            );
            SettingIssue { code: Code::InvalidSetting, parameter, message }
        })
        .collect();
    if mistakes.is_empty() { Ok(()) } else { Err(combine(mistakes)) }
}

impl Context {
    /// The same for an issuer that is not trusted: every request goes to the public internet.
    ///
    /// # Errors
    ///
    /// `invalid_setting` when an endpoint is not `https`, is on a private network, or would be asked through
    /// a proxy, which alone would see the address.
    pub(crate) fn of_untrusted_issuer(mut self) -> Result<Self> {
        let endpoints = &self.descriptor.endpoints;
        let own = [
            endpoints.authorization,
            endpoints.token,
            endpoints.discovery,
            endpoints.keys,
            endpoints.user_info,
            endpoints.end_session,
        ];
        let calls = self.descriptor.calls.iter().map(|call| call.url);
        for template in own.into_iter().flatten().chain(calls) {
            if let Some(url) = self.settings.render_url(template) {
                self.check_public(template, &url)?;
            }
        }
        self.network = Network::Public;
        Ok(self)
    }

    fn check_public(&self, template: Template, url: &str) -> Result<()> {
        let parsed = Url::parse(url).ok();
        let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
        let proxy = self.proxies.source().filter(|_| self.proxies.of(url).is_some());
        let setting = template.parts().find_map(|part| match part {
            Part::Setting(name) if name != "key" => Some(self.settings.full_name(name)),
            _ => None,
        });
        let (parameter, problem) = match (&parsed, proxy) {
            (Some(url), None) if url.scheme() == "https" && !is_private_network(url) => {
                return Ok(());
            }
            (Some(url), Some(source)) if url.scheme() == "https" && !is_private_network(url) => {
                let problem = format!(
                    "names a proxy, so that only the proxy would see the address of {}, which must be a \
                     public one",
                    shown(host)
                );
                (Some(source.to_owned()), problem)
            }
            (Some(url), _) if url.scheme() != "https" => {
                (setting, format!("leads to an {} URL, expected https", url.scheme()))
            }
            _ => (setting, format!("leads to {}, expected a public host", shown(host))),
        };
        let name = parameter.unwrap_or_else(|| self.settings.full_name("key"));
        let message = format!(
            "`{name}` {problem}: this runtime serves issuers that are not trusted \
             (`Runtime::with_untrusted_issuers`)."
        );
        Err(Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(name))
    }
}
