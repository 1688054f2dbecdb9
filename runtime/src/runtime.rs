//! What backends share: the transport, the clock, the environment, the store, and the caches.

use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::{Clock, SystemClock};
use crate::error::{Code, Error, ProviderError, Result, Stage, shown};
use crate::flow::{Context, Target, not_json, redirected, transport_error, unreadable};
use crate::keys::{Cache, Failed, KeySet, Metadata, Question, Requester};
use crate::settings::Environment;
use crate::transaction::{Expiring, SealedCookie, TransactionStore};
use crate::transport::{HttpRequest, HttpResponse, Method, Network, ReqwestTransport, Transport};

/// What the documents of a provider are called in errors.
const DISCOVERY: &str = "discovery document,";
const KEYS: &str = "key set,";

/// How many logout tokens are remembered, so that none is taken twice.
const MAX_LOGOUT_TOKENS: usize = 65_536;

/// What backends share: the transport, the clock, the environment, and the caches.
///
/// Cheap to clone; clones share one connection pool, one set of keys, and one store.
#[derive(Clone)]
pub struct Runtime {
    shared: Arc<Shared>,
    transactions: Arc<dyn TransactionStore>,
}

struct Shared {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    environment: Environment,
    metadata: Cache<Metadata>,
    keys: Cache<KeySet>,
    /// Logout tokens that were taken, by issuer and `jti`.
    logout_tokens: Mutex<Expiring<()>>,
}

impl Runtime {
    /// reqwest, the system's clock, and the environment of this process.
    ///
    /// # Errors
    ///
    /// `tls_error` when the system's certificates cannot be loaded.
    pub fn new() -> Result<Self> {
        let transport =
            ReqwestTransport::new().map_err(|error| transport_error(error, Stage::Begin))?;
        Ok(Self::with(transport, SystemClock, Environment::process()))
    }

    /// A transport, a clock and an environment of your own.
    pub fn with(transport: impl Transport, clock: impl Clock, environment: Environment) -> Self {
        let shared = Arc::new(Shared {
            transport: Arc::new(transport),
            clock: Arc::new(clock),
            environment,
            metadata: Cache::default(),
            keys: Cache::default(),
            logout_tokens: Mutex::new(Expiring::new(MAX_LOGOUT_TOKENS)),
        });
        Self { shared, transactions: Arc::new(SealedCookie::new()) }
    }

    /// The same with another store of transactions than [`SealedCookie`].
    #[must_use]
    pub fn with_transaction_store(self, store: impl TransactionStore) -> Self {
        Self { transactions: Arc::new(store), ..self }
    }

    /// Where settings are looked up.
    pub fn environment(&self) -> &Environment {
        &self.shared.environment
    }

    pub(crate) fn transactions(&self) -> &dyn TransactionStore {
        self.transactions.as_ref()
    }

    pub(crate) fn now(&self) -> u64 {
        self.shared.clock.now()
    }

    /// Whether a logout token comes for the first time; it is remembered until it has expired.
    pub(crate) fn is_new_logout_token(&self, name: String, ends: u64) -> bool {
        let mut tokens = self.shared.logout_tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.insert(name, (), ends, self.now())
    }

    pub(crate) async fn send(&self, request: HttpRequest, stage: Stage) -> Result<HttpResponse> {
        self.shared.transport.send(request).await.map_err(|error| transport_error(error, stage))
    }

    /// Sends a request for a document, and once more where that can help. Nothing is spent by it.
    async fn ask(&self, request: HttpRequest, stage: Stage) -> Result<HttpResponse> {
        let again = request.clone();
        match self.send(request, stage).await {
            Err(error) if error.code() == Code::ConnectionFailed => self.send(again, stage).await,
            // A provider that says when to come back is not asked before.
            Ok(answer) if answer.status >= 500 && answer.retry_after.is_none() => {
                self.send(again, stage).await
            }
            answer => answer,
        }
    }

    /// A document by GET, read by `read`.
    async fn fetch<T>(
        self,
        request: HttpRequest,
        stage: Stage,
        what: &'static str,
        read: impl FnOnce(&[u8], &str) -> Result<T, Unusable>,
    ) -> Result<T, Failed> {
        let url = request.url.clone();
        let response = self.ask(request, stage).await.map_err(Failed::ForAll)?;
        Err(Failed::ForAll(match response.status {
            200..300 if !response.may_be_json() => {
                let reason = format!("in its {what} {}", not_json(&response));
                unreadable(stage, &reason).with_parameter("content-type")
            }
            200..300 => {
                return read(&response.body, &url).map_err(|unusable| match unusable {
                    Unusable::Unreadable(reason) => {
                        Failed::ForAll(unreadable(stage, &format!("in its {what} {reason}")))
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
        let target = Target::named(url);
        let request = context.request(Method::Get, target);
        let (this, cached, reader) = (self.clone(), self.clone(), Arc::clone(context));
        let read = move |body: &[u8], url: &str| {
            let metadata = Metadata::read(body, url)?;
            // What this backend could not use never replaces what it can use.
            match cached.shared.metadata.peek((url, Network::Any), cached.now()) {
                Some(known) => reader.accept_in_place_of(&known, &metadata, stage)?,
                None => reader.accept(&metadata, stage)?,
            }
            Ok(metadata)
        };
        // In a box: most who ask find the document at hand.
        let fetch = move || Box::pin(this.fetch(request, stage, DISCOVERY, read));
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
        let fetch = move || Box::pin(this.fetch(request, stage, KEYS, read));
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

/// Why a document is not used.
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
