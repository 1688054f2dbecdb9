//! The state that backends share: transport, clock, environment, store and caches.

use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::descriptor::Descriptor;
use crate::error::{Code, Error, ProviderError, Recovery, Result, Stage, shown};
use crate::events;
use crate::flow::{
    Context, Target, check_untrusted, host_of, no_response, no_response_of_untrusted, not_json,
    redirected, unreadable,
};
use crate::keys::{Cache, Failed, KeySet, Metadata, Question, Requester};
use crate::registrations::Registrations;
use crate::secret::Secret;
use crate::settings::{Environment, Resolved};
use crate::transaction::{self, Sealing, SealingKeys, TransactionStore, Transactions};
use crate::transport::{HttpRequest, HttpResponse, Method, Proxies, ReqwestTransport, Transport};

/// The name of a discovery document in errors.
const DISCOVERY: &str = "discovery document";
const KEYS: &str = "key set";

/// The state that backends share: transport, clock, environment, store and caches.
///
/// Cheap to clone; clones share one connection pool, one set of keys, and one store.
#[derive(Clone)]
pub struct Runtime {
    shared: Arc<Shared>,
    transactions: Transactions,
    transaction_key: Option<Secret>,
    path_prefix: Arc<str>,
    /// The environment whose files hold credentials; empty where issuers are not trusted.
    credentials: Environment,
    has_untrusted_issuers: bool,
}

struct Shared {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    environment: Environment,
    metadata: Cache<Metadata>,
    keys: Cache<KeySet>,
    registrations: Registrations,
}

impl Runtime {
    /// reqwest, the system's clock, and the environment of this process.
    ///
    /// # Errors
    ///
    /// `tls_error` when the system's certificates cannot be loaded.
    pub fn new() -> Result<Self> {
        let transport =
            ReqwestTransport::new().map_err(|error| Error::from(error).with_stage(Stage::Begin))?;
        Ok(Self::with(transport, SystemClock, Environment::process()))
    }

    /// A transport, a clock and an environment of your own.
    pub fn with(transport: impl Transport, clock: impl Clock, environment: Environment) -> Self {
        let credentials = environment.clone();
        let shared = Arc::new(Shared {
            transport: Arc::new(transport),
            clock: Arc::new(clock),
            environment,
            metadata: Cache::default(),
            keys: Cache::default(),
            registrations: Registrations::default(),
        });
        Self {
            shared,
            transactions: Transactions::in_browser(),
            transaction_key: None,
            path_prefix: Arc::from(""),
            credentials,
            has_untrusted_issuers: false,
        }
    }

    /// The same, whose transactions a store keeps; the browser keeps a random ticket. Without a store the
    /// browser keeps the sealed transaction, and the last 65,536 that were used are remembered in this process.
    #[must_use]
    pub fn with_transaction_store(self, store: impl TransactionStore) -> Self {
        Self { transactions: Transactions::in_store(store), ..self }
    }

    /// The same, whose transactions are sealed with this key instead of that of the environment
    /// ([`KEY_VARIABLE`](crate::KEY_VARIABLE)): a random text, the same for all processes of an application.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a key of fewer than 32 characters.
    pub fn with_transaction_key(self, key: impl Into<Secret>) -> Result<Self> {
        let key = transaction::checked_key("transaction key", &key.into())?;
        Ok(Self { transaction_key: Some(key), ..self })
    }

    /// The same behind a proxy that takes this prefix off paths: with `/portal`, a callback that reaches the
    /// application at `/complete/x/` came to `https://app.example/portal/complete/x/`. It concerns callbacks
    /// whose place is a path; a whole URL is the public one.
    ///
    /// # Errors
    ///
    /// `invalid_parameter` for a prefix that is not a path, such as `portal`.
    pub fn with_path_prefix(self, prefix: &str) -> Result<Self> {
        let prefix = prefix.trim_end_matches('/');
        let is_plain = |char: char| char.is_ascii_graphic() && !"?#\\".contains(char);
        if prefix.is_empty() || prefix.starts_with('/') && prefix.chars().all(is_plain) {
            return Ok(Self { path_prefix: Arc::from(prefix), ..self });
        }
        let message = "The path prefix must be a path, such as `/portal`.";
        Err(Error::new(Code::InvalidParameter, Stage::Begin, message).with_parameter("path_prefix"))
    }

    /// The same for issuers that the operator did not choose: those that customers enter into an application
    /// for single sign-on with their own identity provider (`OIDC_ENDPOINT` of the backend `oidc`, for one). With
    /// it, a backend that is made with this runtime
    ///
    /// - sends every request to public addresses ([`Network::Public`](crate::transport::Network::Public)) by
    ///   `https`, also to loopback hosts and to hosts that the spec lists, so that nobody reaches the
    ///   application's own network (server-side request forgery). What a name resolves to is looked at for each
    ///   connection. Proxies are refused, since only they would see the address.
    /// - refuses the settings of operators: endpoints (`AUTHORITY_URL`, `AUTHORIZATION_URL`,
    ///   `ACCESS_TOKEN_URL`, `OPENID_CONFIGURATION_URL`, `JWKS_URI`), networks (`ENDPOINT_HOSTS`, `PROXIES`,
    ///   `OFFLINE_PROVIDER`) and files of this machine (a private key, a token file). Token files that variables of the
    ///   environment name (`AZURE_FEDERATED_TOKEN_FILE`) are not read.
    /// - has one error for every request without a response, `connection_failed`, so that nobody learns
    ///   which hosts and ports answer. Its [`source`](std::error::Error::source), and the log, have the reason.
    ///
    /// A setting that is refused is `invalid_setting` when the backend is made. A clone without this switch may serve the
    /// operator's own issuers beside it:
    ///
    /// ```no_run
    /// # fn example() -> authspec::Result<()> {
    /// let runtime = authspec::Runtime::new()?;
    /// let customers = runtime.clone().with_untrusted_issuers();
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_untrusted_issuers(self) -> Self {
        let credentials = Environment::from_pairs::<String, String>([]);
        Self { credentials, has_untrusted_issuers: true, ..self }
    }

    /// The environment in which settings are looked up.
    pub fn environment(&self) -> &Environment {
        &self.shared.environment
    }

    /// The environment whose variables name files with credentials.
    pub(crate) fn credentials(&self) -> &Environment {
        &self.credentials
    }

    /// Refuses settings that only an operator may set, where the operator did not choose the issuers.
    pub(crate) fn check_settings(&self, of: &Descriptor, settings: &Resolved) -> Result<()> {
        if self.has_untrusted_issuers { check_untrusted(of, settings) } else { Ok(()) }
    }

    /// The context of a backend with these settings.
    pub(crate) fn context(&self, of: &'static Descriptor, settings: Resolved) -> Result<Context> {
        let proxies = Proxies::resolve(self.transport().proxy(), &settings, self.environment())?;
        let context = Context::new(of, settings)?.with_proxies(proxies);
        if self.has_untrusted_issuers { context.of_untrusted_issuer() } else { Ok(context) }
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        self.shared.transport.as_ref()
    }

    pub(crate) fn transactions(&self) -> &Transactions {
        &self.transactions
    }

    pub(crate) fn registrations(&self) -> &Registrations {
        &self.shared.registrations
    }

    /// The path prefix that a reverse proxy removes.
    pub(crate) fn path_prefix(&self) -> &str {
        &self.path_prefix
    }

    /// Seals and opens transactions with this runtime's keys.
    pub(crate) fn sealing(&self) -> Result<Sealing> {
        let keys = SealingKeys::read(self.transaction_key.as_ref(), self.environment())?;
        Sealing::new(&keys, self.environment())
    }

    pub(crate) fn now(&self) -> u64 {
        self.shared.clock.now()
    }

    pub(crate) async fn send(&self, request: HttpRequest, stage: Stage) -> Result<HttpResponse> {
        let (url, proxy) = (request.url.clone(), request.proxy.clone());
        self.transport().send(request).await.map_err(|error| {
            let host = host_of(&url);
            let via = proxy.as_ref().map(ToString::to_string);
            events::no_response(&error, &host, via.as_deref());
            if self.has_untrusted_issuers {
                return no_response_of_untrusted(error, &host, stage);
            }
            no_response(error, &host, via.as_deref(), stage)
        })
    }

    /// Sends a request for a document, and once more where that can help. Nothing is spent by it.
    async fn ask(&self, request: HttpRequest, stage: Stage) -> Result<HttpResponse> {
        let again = request.clone();
        match self.send(request, stage).await {
            Err(error)
                if error.code() == Code::ConnectionFailed
                    && error.recovery() == Recovery::RetryLater =>
            {
                self.send(again, stage).await
            }
            // A provider that says when to come back is not asked before.
            Ok(answer) if answer.status >= 500 && answer.retry_after.is_none() => {
                self.send(again, stage).await
            }
            answer => answer,
        }
    }

    /// A document by GET, read by `read`.
    async fn fetch<T>(
        &self,
        request: HttpRequest,
        stage: Stage,
        what: &'static str,
        read: impl FnOnce(&[u8], &str) -> Result<T, Unusable>,
    ) -> Result<T, Failed> {
        let url = request.url.clone();
        let response = self.ask(request, stage).await.map_err(Failed::ForAll)?;
        Err(Failed::ForAll(match response.status {
            200..300 if !response.may_be_json() => {
                let reason = format!("in its {what}, {}", not_json(&response));
                unreadable(stage, &reason).with_parameter("content-type")
            }
            200..300 => {
                return read(&response.body, &url).map_err(|unusable| match unusable {
                    Unusable::Unreadable(reason) => {
                        Failed::ForAll(unreadable(stage, &format!("in its {what}, {reason}")))
                    }
                    Unusable::Refused(error) => Failed::ByRules(error),
                });
            }
            429 => failed(Code::RateLimited, &response, stage, (what, &url)),
            500.. => failed(Code::Unavailable, &response, stage, (what, &url)),
            _ => failed(Code::HttpError, &response, stage, (what, &url)),
        }))
    }

    pub(crate) async fn discover(
        &self,
        context: &Arc<Context>,
        url: &str,
        requester: &Requester,
        stage: Stage,
    ) -> Result<Arc<Metadata>> {
        let target = context.named(url);
        let request = context.request(Method::Get, target);
        let network = target.network;
        let (this, cached, reader) = (self.clone(), self.clone(), Arc::clone(context));
        let read = move |body: &[u8], url: &str| {
            let metadata = Metadata::read(body, url)?;
            // What this backend could not use never replaces what it can use.
            match cached.shared.metadata.peek((url, network), cached.now()) {
                Some((known, _)) => reader.accept_in_place_of(&known, &metadata, stage)?,
                None => reader.accept(&metadata, stage)?,
            }
            Ok(metadata)
        };
        // In a box: most who ask find the document at hand.
        let fetch = move || {
            Box::pin(async move {
                let last = this.shared.metadata.peek((&request.url, request.network), this.now());
                let url = request.url.clone();
                let fetched = this.fetch(request, stage, DISCOVERY, read).await;
                told(DISCOVERY, &url, last.map(|(_, age)| age), fetched)
            })
        };
        let metadata = self.shared.metadata.get(self.question(target, requester), fetch).await;
        let metadata = metadata.map_err(|error| {
            let help = Some(error.code()).filter(|code| *code == Code::HttpError);
            let help = help.and_then(|_| context.origin_of_discovery());
            error.with_stage(stage).with_help(help.as_deref())
        })?;
        // Another backend may have fetched it.
        context.accept(&metadata, stage)?;
        Ok(metadata)
    }

    /// The provider's keys; newer ones, if the set at hand lacks one.
    pub(crate) async fn keys(
        &self,
        context: &Context,
        target: Target<'_>,
        requester: &Requester,
        lacking: Option<&Arc<KeySet>>,
        stage: Stage,
    ) -> Result<Arc<KeySet>> {
        let question = self.question(target, requester);
        let (this, request) = (self.clone(), context.request(Method::Get, target));
        let read = |body: &[u8], _: &str| Ok(KeySet::read(body)?);
        let fetch = move || {
            Box::pin(async move {
                let last = this.shared.keys.peek((&request.url, request.network), this.now());
                let url = request.url.clone();
                let fetched = this.fetch(request, stage, KEYS, read).await;
                if let (Ok(keys), Some((before, _))) = (&fetched, &last) {
                    let (added, removed) = keys.changes_since(before);
                    if added + removed > 0 {
                        events::keys_changed(&url, added, removed);
                    }
                }
                told(KEYS, &url, last.map(|(_, age)| age), fetched)
            })
        };
        let keys = match lacking {
            Some(lacking) => self.shared.keys.refresh(question, lacking, fetch).await,
            None => self.shared.keys.get(question, fetch).await,
        };
        keys.map_err(|error| {
            let help = (error.code() == Code::HttpError).then(|| context.origin_of_keys());
            error.with_stage(stage).with_help(help.as_deref())
        })
    }

    fn question<'a>(&self, target: Target<'a>, requester: &'a Requester) -> Question<'a> {
        Question { url: target.url, network: target.network, requester, now: self.now() }
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Runtime(…)")
    }
}

/// Emits the event of a fetch, and returns its result. `age` is that of the cached document.
fn told<T>(
    what: &str,
    url: &str,
    age: Option<u64>,
    fetched: Result<T, Failed>,
) -> Result<T, Failed> {
    match (&fetched, age) {
        (Ok(_), _) => events::fetched(what, url),
        (Err(Failed::ForAll(error) | Failed::ByRules(error)), Some(age)) => {
            events::stale(what, url, age, error);
        }
        // The refusal of the call that asked reports it.
        (Err(_), None) => {}
    }
    fetched
}

/// The reason why a document is not used.
enum Unusable {
    Unreadable(String),
    Refused(Error),
}

impl From<String> for Unusable {
    fn from(reason: String) -> Self {
        Self::Unreadable(reason)
    }
}

impl From<Error> for Unusable {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// The error of a document that the provider does not give out: which one, at which host, and where
/// it is instead. Several backends may share it, so that it names no setting of one.
fn failed(code: Code, response: &HttpResponse, stage: Stage, (what, url): (&str, &str)) -> Error {
    let status = response.status;
    let (what, host) = (what.trim_end_matches(','), host(url));
    let message = format!("The provider answered HTTP {status} for its {what} at {host}.");
    let provider = ProviderError::default().with_retry_after(response.retry_after.as_deref());
    let error = Error::new(code, stage, message).with_provider(provider);
    match code {
        Code::RateLimited | Code::Unavailable => error.with_help(Some("Try again later.")),
        _ => error.with_help(redirected(response).as_deref()),
    }
}

/// The host and port of a URL, quoted.
fn host(url: &str) -> String {
    let origin = url::Url::parse(url).map(|url| url.origin().ascii_serialization());
    shown(&origin.unwrap_or_default())
}
