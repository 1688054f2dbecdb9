//! The context of a flow: the descriptor, the settings, and the endpoints they give.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use super::endpoints::Target;
use super::errors::unreadable;
use super::jws::Signing;
use crate::descriptor::{Algorithm, Claim, Descriptor, Part, Template, UserInfo};
use crate::error::{Code, Error, Result, Stage, shown};
use crate::keys::{CLOUD, Metadata};
use crate::settings::Resolved;
use crate::transaction::{Party, fingerprint};
use crate::transport::{HttpRequest, Method, Network, Proxies};

/// Seconds to wait for the provider unless `REQUESTS_TIMEOUT` says otherwise.
const TIMEOUT: u64 = 10;

/// Seconds of clock difference to forgive unless `JWT_LEEWAY` says otherwise.
const LEEWAY: u64 = 60;

/// The end of a discovery document's URL (OpenID Connect Discovery 1.0 section 4).
const WELL_KNOWN: &str = ".well-known/openid-configuration";

/// The advice for a document whose issuer is a template.
const TEMPLATE_ISSUER: &str = "It is a template for many tenants: use a backend that knows them. For \
                               Microsoft Entra ID those are `azuread-v2-tenant-oauth2` and its kin.";

/// One backend with its settings.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) descriptor: &'static Descriptor,
    pub(crate) settings: Resolved,
    pub(crate) client_id: String,
    pub(super) authorization: Option<String>,
    pub(super) token: Option<String>,
    pub(crate) discovery: Option<String>,
    pub(super) keys: Option<String>,
    pub(super) user_info: Option<String>,
    pub(super) end_session: Option<String>,
    /// The scopes to ask for, joined.
    pub(crate) scopes: String,
    /// The issuer that discovery must state, without a slash at its end.
    pub(crate) issuer: Option<String>,
    /// The fingerprint of the client and the issuer: no other client opens their transactions.
    client: String,
    pub(super) proxies: Proxies,
    /// The networks that hosts of the settings and of the spec may be on.
    pub(super) network: Network,
    /// The algorithms of signed tokens: the operator's choice among those of the spec.
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) user_keys: UserKeys,
    /// Entries of `EXTRA_DATA` that were warned of.
    missing_extra_data: Mutex<BTreeSet<String>>,
}

/// The claims that the operator chose for a user's details, in place of the spec's.
#[derive(Debug)]
pub(crate) struct UserKeys {
    pub(crate) username: Option<Claim>,
    pub(crate) email: Option<Claim>,
    pub(crate) fullname: Option<Claim>,
    pub(crate) groups: Option<Claim>,
}

impl UserKeys {
    fn new(settings: &Resolved) -> Self {
        // What cannot be read was refused when the settings were.
        let claim = |name| settings.text(name).and_then(|text| Claim::of_setting(text).ok());
        Self {
            username: claim("username_key"),
            email: claim("email_key"),
            fullname: claim("fullname_key"),
            groups: claim("groups_key"),
        }
    }
}

impl Context {
    /// Renders every endpoint once: a setting that overrides it, else the spec.
    pub(crate) fn new(descriptor: &'static Descriptor, settings: Resolved) -> Result<Self> {
        super::reserved::check(descriptor)?;
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
        if descriptor.oidc.is_none() && settings.given("user_info") == Some(false) {
            let name = settings.full_name("user_info");
            let message = format!(
                "`{name}` cannot be false: {} has no ID token, so that user info alone says who signed in.",
                descriptor.title
            );
            let error = Error::new(Code::InvalidSetting, Stage::Begin, message);
            return Err(error.with_parameter(name));
        }
        let mut context = Self {
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
            algorithms: descriptor.oidc.map_or(Vec::new(), |oidc| settings.algorithms(&oidc)),
            user_keys: UserKeys::new(&settings),
            missing_extra_data: Mutex::default(),
            scopes: super::authorization::scopes(&descriptor.authorization, &settings),
            settings,
            client: String::new(),
            proxies: Proxies::default(),
            network: Network::Any,
        };
        let token = context.token.as_deref().unwrap_or_default();
        let parts = [&context.client_id, context.authority(), token];
        context.client = fingerprint(&parts.join("\n"));
        Ok(context)
    }

    /// The backend's name in routes, transactions and accounts.
    pub(crate) fn name(&self) -> &'static str {
        self.descriptor.name
    }

    /// The party that may open this backend's transactions.
    pub(crate) fn party(&self) -> Party<'_> {
        Party { backend: self.name(), client: &self.client }
    }

    /// The URL that stands for the issuer before anything was asked: the discovery document's, else the token
    /// endpoint's. Their queries name clients and policies, which do not make another issuer.
    pub(crate) fn authority(&self) -> &str {
        let url = self.discovery.as_deref().or(self.token.as_deref()).unwrap_or_default();
        url.split('?').next().unwrap_or_default()
    }

    /// The origin of the token endpoint: the issuer of a provider that has no ID tokens.
    pub(crate) fn origin(&self, metadata: Option<&Metadata>, stage: Stage) -> Result<String> {
        let url = self.token_endpoint(metadata, stage)?.url;
        let origin = Url::parse(url).map(|url| url.origin().ascii_serialization());
        origin.map_err(|_| unreadable(stage, "its token endpoint is not a URL"))
    }

    /// Returns `true` if the provider is asked to answer by a form that the browser posts (OAuth 2.0 Form
    /// Post Response Mode).
    pub(crate) fn asks_for_form_post(&self) -> bool {
        self.authorization_param("response_mode").as_deref() == Some("form_post")
    }

    /// The same, with requests through these proxies.
    pub(crate) fn with_proxies(self, proxies: Proxies) -> Self {
        Self { proxies, ..self }
    }

    pub(crate) fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// Returns `true` if the provider has ID tokens and the scopes ask for one.
    pub(crate) fn asks_for_id_token(&self) -> bool {
        let separator = self.descriptor.authorization.scope_separator;
        self.descriptor.oidc.is_some()
            && self.scopes.split(separator).any(|scope| scope == "openid")
    }

    /// The user info request, if this client sends one.
    pub(crate) fn user_info(&self) -> Option<&'static UserInfo> {
        let is_asked = self.settings.given("user_info") != Some(false);
        self.descriptor.user_info.as_ref().filter(|_| is_asked)
    }

    /// The discovery document's URL, if only that document names the authorization endpoint.
    pub(crate) fn discovers_authorization(&self) -> Option<&str> {
        self.discovery.as_deref().filter(|_| self.authorization.is_none())
    }

    /// The discovery document's URL, if only that document names the end session endpoint.
    pub(crate) fn discovers_end_session(&self) -> Option<&str> {
        self.discovery.as_deref().filter(|_| self.end_session.is_none())
    }

    /// Holds a discovery document against what a flow needs of it: its issuer, and endpoints that may be
    /// asked. What a sign-in will need later is refused before its code is spent; members that it does
    /// not read decide nothing.
    ///
    /// `stage` says which flow it is. A logout spends nothing, so its endpoints are checked where they
    /// are used.
    pub(crate) fn accept(&self, metadata: &Metadata, stage: Stage) -> Result<()> {
        if let Some(expected) = &self.issuer
            && !metadata.is_of(expected)
        {
            let reason = format!(
                "in its discovery document, `issuer` is {}, expected {}",
                shown(&metadata.issuer),
                shown(expected)
            );
            let help = if metadata.issuer.contains('{') {
                Some(TEMPLATE_ISSUER.to_owned())
            } else {
                self.origin_of_issuer()
            };
            let error = unreadable(stage, &reason).with_parameter("issuer");
            return Err(error.with_help(help.as_deref()));
        }
        match stage {
            Stage::Disconnect => Ok(()),
            Stage::Refresh => self.accept_tokens(metadata, stage),
            _ => self.accept_sign_in(metadata, stage),
        }
    }

    /// The same for a document that is to replace one that sign-ins can use: it must be as good.
    pub(crate) fn accept_in_place_of(
        &self,
        known: &Metadata,
        metadata: &Metadata,
        stage: Stage,
    ) -> Result<()> {
        self.accept(metadata, stage)?;
        match self.accept_sign_in(known, stage) {
            Ok(()) => self.accept_sign_in(metadata, stage),
            Err(_) => Ok(()),
        }
    }

    /// Checks the members that both legs of a sign-in read.
    fn accept_sign_in(&self, metadata: &Metadata, stage: Stage) -> Result<()> {
        if self.discovers_authorization().is_some() {
            self.authorization_endpoint(Some(metadata)).map_err(|error| error.with_stage(stage))?;
        }
        self.accept_tokens(metadata, stage)?;
        if self.user_info().is_some() {
            self.user_info_endpoint(Some(metadata), stage)?;
        }
        Ok(())
    }

    /// Checks the members that a token request and the check of its ID token read.
    fn accept_tokens(&self, metadata: &Metadata, stage: Stage) -> Result<()> {
        self.token_endpoint(Some(metadata), stage)?;
        let Some(oidc) = self.descriptor.oidc else {
            return Ok(());
        };
        self.keys_endpoint(Some(metadata), stage)?;
        // A cloud that cannot be compared must not count as none.
        if oidc.key_issuer && metadata.cloud.as_ref().is_some_and(|cloud| !cloud.is_string()) {
            let reason = format!("in its discovery document, `{CLOUD}` is not text");
            return Err(unreadable(stage, &reason).with_parameter(CLOUD));
        }
        Ok(())
    }

    /// A sentence that names the settings from which the discovery document's URL is made.
    pub(crate) fn origin_of_discovery(&self) -> Option<String> {
        let own = "openid_configuration_url";
        let settings = if self.settings.text(own).is_some() {
            format!("`{}`", self.settings.full_name(own))
        } else {
            self.settings_in(self.descriptor.endpoints.discovery?)?
        };
        let twice = self.discovery.as_ref().is_some_and(|url| url.matches(WELL_KNOWN).count() > 1);
        let sentence = format!("Its address comes from {settings}.");
        Some(if twice {
            format!("{sentence} That is the issuer alone, without `/{WELL_KNOWN}`.")
        } else {
            sentence
        })
    }

    /// The same for the issuer that the document must state.
    fn origin_of_issuer(&self) -> Option<String> {
        let settings = self.settings_in(self.descriptor.oidc?.issuer?)?;
        let own = self.settings.full_name("openid_configuration_url");
        Some(format!(
            "The expected one comes from {settings}: set it to what the document says, if the \
             document is the right one. One at another place than below its issuer is named in `{own}`."
        ))
    }

    /// The same for the address of the key set.
    pub(crate) fn origin_of_keys(&self) -> String {
        match &self.keys {
            Some(_) => format!("Its address comes from `{}`.", self.settings.full_name("jwks_uri")),
            None => "Its address comes from the discovery document (`jwks_uri`).".to_owned(),
        }
    }

    /// The settings of a template by their full names. KEY, which some addresses carry, is none that
    /// decides where they lead.
    fn settings_in(&self, template: Template) -> Option<String> {
        let mut names: Vec<String> = Vec::new();
        for part in template.parts() {
            if let Part::Setting(name) = part
                && name != "key"
            {
                let name = format!("`{}`", self.settings.full_name(name));
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        (!names.is_empty()).then(|| names.join(" and "))
    }

    /// A further parameter of the authorization request: the operator's, else the spec's.
    pub(crate) fn authorization_param(&self, name: &str) -> Option<String> {
        let extra = self.settings.map("auth_extra_arguments");
        let own = extra.and_then(|extra| extra.get(name)).cloned();
        own.or_else(|| {
            let params = self.descriptor.authorization.params;
            let (_, template) = params.iter().find(|(known, _)| *known == name)?;
            self.settings.render(Template(template))
        })
    }

    /// Says once that an entry of `EXTRA_DATA` led nowhere.
    pub(crate) fn warn_of_extra_data(&self, name: &str) {
        let mut known = self.missing_extra_data.lock().unwrap_or_else(PoisonError::into_inner);
        if known.insert(name.to_owned()) {
            let setting = self.settings.full_name("extra_data");
            tracing::warn!(
                target: "authspec",
                backend = self.descriptor.name,
                "`{setting}` lists `{name}`, which the provider did not send; null is stored"
            );
        }
    }

    /// The rules for the header of a signed token.
    pub(crate) fn signing(&self) -> Signing<'_> {
        let unsigned_help = self.descriptor.oidc.and_then(|oidc| oidc.unsigned_help);
        Signing { algorithms: &self.algorithms, unsigned_help }
    }

    /// Seconds of clock difference to forgive.
    pub(crate) fn leeway(&self) -> u64 {
        self.settings.integer("jwt_leeway").unwrap_or(LEEWAY)
    }

    /// A request to this provider, asking for JSON.
    pub(crate) fn request(&self, method: Method, target: Target<'_>) -> HttpRequest {
        let Target { url, network } = target;
        let seconds = self.settings.integer("requests_timeout").unwrap_or(TIMEOUT);
        let proxy = self.proxies.of(url).cloned();
        let request = HttpRequest::get(url, Duration::from_secs(seconds));
        HttpRequest { method, network, proxy, ..request }
    }
}
