//! One backend's settings and network step by step, for `authspec doctor` and `authspec new`. Not a stable interface.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::descriptor::Descriptor;
use crate::error::{Result, Stage};
use crate::flow::client_authentication::{Credential, credential};
pub use crate::flow::host_of;
use crate::flow::{Context, jws, no_response};
use crate::json::Object;
use crate::keys::{Metadata, Requester};
use crate::runtime::Runtime;
use crate::settings::{RawSettings, Resolved, SettingIssue};
pub use crate::transport::unread_authorities;
use crate::transport::{HttpRequest, HttpResponse, Method, Proxies, Proxy};

/// A backend that is looked at step by step.
#[derive(Debug)]
pub struct Diagnosis {
    context: Arc<Context>,
    runtime: Runtime,
    requester: Requester,
}

/// The content of a discovery document.
#[derive(Clone, Debug)]
pub struct Discovered {
    /// Its issuer.
    pub issuer: String,
    /// The endpoints that this backend asks, by their names in the document, and their URLs.
    pub endpoints: Vec<(&'static str, String)>,
    metadata: Arc<Metadata>,
}

/// The client's credential.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Proof {
    /// A client secret; whether it has the form of a GUID, as the ID of a secret does.
    Secret {
        /// `true` if it is a GUID.
        is_guid: bool,
    },
    /// A client assertion that is a JWT, with its claims; `None` when it is none.
    Assertion(Option<Object>),
    /// Nothing: a public client.
    None,
}

impl Diagnosis {
    /// A backend with these settings.
    ///
    /// # Errors
    ///
    /// Returns the error that creating the backend would give.
    pub fn new(
        descriptor: &'static Descriptor,
        raw: &RawSettings,
        runtime: &Runtime,
    ) -> Result<Self> {
        let settings = Resolved::new(descriptor, raw)?;
        runtime.check_settings(descriptor, &settings)?;
        let context = runtime.context(descriptor, settings)?;
        let (context, requester) = (Arc::new(context), Requester::new());
        Ok(Self { context, runtime: runtime.clone(), requester })
    }

    /// Warnings about settings that are valid but may not be intended.
    pub fn warnings(&self) -> &[SettingIssue] {
        self.context.settings.warnings()
    }

    /// The client identifier.
    pub fn client_id(&self) -> &str {
        &self.context.client_id
    }

    /// The clock of this machine, in Unix seconds.
    pub fn now(&self) -> u64 {
        self.runtime.now()
    }

    /// Seconds of clock difference that are forgiven.
    pub fn leeway(&self) -> u64 {
        self.context.leeway()
    }

    /// The discovery document's URL, where the provider has one.
    pub fn discovery(&self) -> Option<&str> {
        self.context.discovery.as_deref()
    }

    /// The proxy of requests to this URL, and the setting or variable that names it.
    pub fn proxy(&self, url: &str) -> Option<(&Proxy, &str)> {
        let proxies = self.context.proxies();
        Some((proxies.of(url)?, proxies.source().unwrap_or_default()))
    }

    /// Asks a URL as a sign-in would, whatever the status of its answer.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response.
    pub async fn ask(&self, url: &str) -> Result<HttpResponse> {
        let request = self.context.request(Method::Get, self.context.named(url));
        let proxy = request.proxy.as_ref().map(ToString::to_string);
        let answer = self.runtime.transport().send(request).await;
        answer.map_err(|error| no_response(error, &host_of(url), proxy.as_deref(), Stage::Begin))
    }

    /// The discovery document, held against the settings; nothing where the provider has none.
    ///
    /// # Errors
    ///
    /// Returns the error that a sign-in would give.
    pub async fn discover(&self) -> Result<Option<Discovered>> {
        let Some(url) = self.discovery() else {
            return Ok(None);
        };
        let metadata =
            self.runtime.discover(&self.context, url, &self.requester, Stage::Begin).await?;
        let endpoints = self.endpoints_of(Some(&metadata));
        Ok(Some(Discovered { issuer: metadata.issuer.clone(), endpoints, metadata }))
    }

    /// The endpoints that this backend asks and that settings or the spec name.
    pub fn endpoints(&self) -> Vec<(&'static str, String)> {
        self.endpoints_of(None)
    }

    fn endpoints_of(&self, metadata: Option<&Metadata>) -> Vec<(&'static str, String)> {
        let (context, stage) = (&self.context, Stage::Begin);
        let token = context.token_endpoint(metadata, stage).ok();
        let keys = context.keys_endpoint(metadata, stage).ok();
        let keys = keys.filter(|_| context.descriptor.oidc.is_some());
        let user_info = context.user_info_endpoint(metadata, stage).ok().flatten();
        let user_info = user_info.filter(|_| context.descriptor.user_info.is_some());
        [("token_endpoint", token), ("jwks_uri", keys), ("userinfo_endpoint", user_info)]
            .into_iter()
            .filter_map(|(name, target)| Some((name, target?.url.to_owned())))
            .collect()
    }

    /// The number of the provider's keys that can check a signature; `None` without ID tokens.
    ///
    /// # Errors
    ///
    /// Returns the error that a sign-in would give.
    pub async fn keys(&self, discovered: &Discovered) -> Result<Option<usize>> {
        if !self.context.asks_for_id_token() {
            return Ok(None);
        }
        let target = self.context.keys_endpoint(Some(&discovered.metadata), Stage::Begin)?;
        let keys =
            self.runtime.keys(&self.context, target, &self.requester, None, Stage::Begin).await?;
        Ok(Some(keys.len()))
    }

    /// The credential of a token request that would be sent now.
    ///
    /// # Errors
    ///
    /// `missing_setting` when there is none, or its file cannot be used.
    pub fn proof(&self) -> Result<Proof> {
        let endpoints = self.endpoints();
        let endpoint = endpoints.iter().find(|(name, _)| *name == "token_endpoint");
        let to = (endpoint.map_or("", |(_, url)| url), self.runtime.now());
        let environment = self.runtime.credentials();
        let found = credential(&self.context, None, environment, to, Stage::TokenExchange)?;
        Ok(match found {
            Credential::None => Proof::None,
            Credential::Post(secret) | Credential::Basic(secret) => {
                Proof::Secret { is_guid: is_guid(secret.expose()) }
            }
            Credential::Assertion { assertion, .. } => {
                Proof::Assertion(jws::unchecked_claims(&jws::ID_TOKEN, assertion.expose()).ok())
            }
        })
    }
}

/// Fetches a URL that belongs to no backend, through the proxy that the environment names.
///
/// # Errors
///
/// `invalid_setting` for a proxy that cannot be used, or the error of a request without a response.
pub async fn get(runtime: &Runtime, url: &str, timeout: Duration) -> Result<HttpResponse> {
    let mut request = HttpRequest::get(url, timeout);
    request.proxy = Proxies::from_environment(runtime.environment())?.of(url).cloned();
    runtime.send(request, Stage::Begin).await
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().chars().all(|char| char.is_ascii_hexdigit())
}

/// A claim of a JWT as text.
pub fn claim(claims: &Object, name: &str) -> Option<String> {
    match claims.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.iter().find_map(Value::as_str).map(str::to_owned),
        _ => None,
    }
}
