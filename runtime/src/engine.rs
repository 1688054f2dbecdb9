//! The one loop that drives every flow: it awaits, reads the clock, and asks the caches.

use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::descriptor::Descriptor;
use crate::error::{Code, Error, ProviderError, Result, Stage};
use crate::flow::callback::{self, Callback};
use crate::flow::client_authentication::Credential;
use crate::flow::logout::{self, LogoutRequest};
use crate::flow::token::Form;
use crate::flow::{
    Answer, Context, Grant, Outcome, Previous, SignIn, Step, authorization, client_authentication,
    transport_error, unreadable,
};
use crate::identity::{Identity, Refreshed};
use crate::keys::{Cache, Found, KeySet, Metadata};
use crate::request::{BeginRequest, RefreshRequest, Started};
use crate::secret::Secret;
use crate::settings::{Environment, Mistake, RawSettings, Resolved};
use crate::transaction::{KEY_VARIABLE, TransactionKey};
use crate::transport::{
    HttpRequest, HttpResponse, Method, ReqwestTransport, Transport, TransportError,
};

/// What the documents of a provider are called in errors.
const DISCOVERY: &str = "discovery document,";
const KEYS: &str = "key set,";

/// What backends share: the transport, the clock, the environment, and the caches.
///
/// Cheap to clone; clones share one connection pool and one set of keys.
#[derive(Clone)]
pub struct Runtime(Arc<Shared>);

struct Shared {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    environment: Environment,
    metadata: Cache<Metadata>,
    keys: Cache<KeySet>,
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
        Self(Arc::new(Shared {
            transport: Arc::new(transport),
            clock: Arc::new(clock),
            environment,
            metadata: Cache::default(),
            keys: Cache::default(),
        }))
    }

    /// Where settings are looked up.
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    fn now(&self) -> u64 {
        self.0.clock.now()
    }

    async fn send(&self, request: HttpRequest, stage: Stage) -> Result<HttpResponse> {
        self.0.transport.send(request).await.map_err(|error| transport_error(error, stage))
    }

    /// A document by GET, read by `read`.
    async fn fetch<T>(
        self,
        request: HttpRequest,
        stage: Stage,
        what: &str,
        read: impl FnOnce(&[u8], &str) -> Result<T, String>,
    ) -> Result<T> {
        let url = request.url.clone();
        let response = self.send(request, stage).await?;
        match response.status {
            200..300 => read(&response.body, &url)
                .map_err(|reason| unreadable(stage, &format!("in its {what} {reason}"))),
            429 => Err(failed(Code::RateLimited, &response, stage)),
            500.. => Err(failed(Code::Unavailable, &response, stage)),
            _ => Err(failed(Code::HttpError, &response, stage)),
        }
    }

    async fn discover(&self, context: &Context, url: &str, stage: Stage) -> Result<Arc<Metadata>> {
        let now = self.now();
        let request = context.request(Method::Get, url);
        let fetch = || self.clone().fetch(request.clone(), stage, DISCOVERY, Metadata::read);
        let Found { document: metadata, ageing } = self.0.metadata.get(url, now, fetch).await?;
        if ageing {
            let (this, url, request) = (self.clone(), url.to_owned(), request);
            in_background(async move {
                let fetch = || this.clone().fetch(request, stage, DISCOVERY, Metadata::read);
                this.0.metadata.renew(&url, now, fetch).await;
            });
        }
        if let Some(expected) = &context.issuer
            && metadata.issuer.trim_end_matches('/') != expected
        {
            let message = "The discovery document is another issuer's than the settings name.";
            return Err(
                Error::new(Code::MalformedResponse, stage, message).with_parameter("issuer")
            );
        }
        Ok(metadata)
    }

    async fn keys(&self, context: &Context, url: &str, lacks_one: bool) -> Result<Arc<KeySet>> {
        let now = self.now();
        let stage = Stage::TokenValidation;
        let request = context.request(Method::Get, url);
        let read = |body: &[u8], _: &str| KeySet::read(body);
        let fetch = || self.clone().fetch(request.clone(), stage, KEYS, read);
        if lacks_one {
            return self.0.keys.refresh(url, now, fetch).await;
        }
        let Found { document: keys, ageing } = self.0.keys.get(url, now, fetch).await?;
        if ageing {
            let (this, url) = (self.clone(), url.to_owned());
            in_background(async move {
                this.0
                    .keys
                    .renew(&url, now, || this.clone().fetch(request, stage, KEYS, read))
                    .await;
            });
        }
        Ok(keys)
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Runtime(…)")
    }
}

fn failed(code: Code, response: &HttpResponse, stage: Stage) -> Error {
    let status = response.status;
    let message = format!(
        "The provider answered HTTP {status} for its discovery document or keys. Check the \
         authority host and the tenant."
    );
    let provider = ProviderError::default().with_retry_after(response.retry_after.as_deref());
    Error::new(code, stage, message).with_provider(provider)
}

/// Starts work that nobody waits for; without a tokio runtime it is left undone.
fn in_background(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(work);
    }
}

/// One backend with its settings; what [`Client`](crate::Client) and `dyn Backend` stand on.
#[derive(Debug)]
pub(crate) struct Engine {
    context: Context,
    transaction_key: TransactionKey,
    /// Neither a key nor a secret is set: anybody can make a transaction.
    sealed_for_everybody: bool,
    runtime: Runtime,
}

impl Engine {
    pub(crate) fn new(
        descriptor: &'static Descriptor,
        raw: &RawSettings,
        runtime: &Runtime,
    ) -> Result<Self> {
        let settings = Resolved::new(descriptor, raw)?;
        for warning in settings.warnings() {
            tracing::warn!(target: "authspec", setting = warning.parameter, "{}", warning.message);
        }
        let sealing_key = runtime.environment().var(KEY_VARIABLE);
        let sealed_for_everybody = sealing_key.is_none() && settings.secret("secret").is_none();
        let transaction_key = TransactionKey::choose(sealing_key, settings.secret("secret"))?;
        let context = Context::new(descriptor, settings)?;
        if !context.asks_for_id_token() {
            tracing::warn!(
                target: "authspec",
                "`{}` leaves out `openid`: without it there is no ID token",
                context.settings.full_name("scope")
            );
        }
        Ok(Self { context, transaction_key, sealed_for_everybody, runtime: runtime.clone() })
    }

    pub(crate) fn descriptor(&self) -> &'static Descriptor {
        self.context.descriptor
    }

    pub(crate) fn warnings(&self) -> &[Mistake] {
        self.context.settings.warnings()
    }

    pub(crate) async fn begin(&self, request: &BeginRequest) -> Result<Started> {
        if self.sealed_for_everybody {
            tracing::warn!(
                target: "authspec",
                "neither {KEY_VARIABLE} nor SECRET is set: the transaction is sealed with a key \
                 that everybody knows"
            );
        }
        authorization::check_redirect_uri(&request.redirect_uri)?;
        let metadata = match &self.context.discovery {
            Some(url) if self.context.authorization_endpoint(None).is_none() => {
                Some(self.runtime.discover(&self.context, url, Stage::Begin).await?)
            }
            _ => None,
        };
        let (authorization_url, transaction) = authorization::begin(
            &self.context,
            metadata.as_deref(),
            &request.redirect_uri,
            request.next.as_deref(),
            self.runtime.now(),
        )?;
        let transaction = self.transaction_key.seal(&transaction)?;
        Ok(Started { authorization_url, transaction })
    }

    pub(crate) async fn complete(&self, sealed: &str, callback: &Callback) -> Result<Identity> {
        let descriptor = self.descriptor();
        let transaction = self
            .transaction_key
            .open(sealed, descriptor.name, self.runtime.now())
            .map_err(|error| self.missing_credential(sealed).unwrap_or(error))?;
        let accepted = callback::accept(&self.context, &transaction, callback)?;
        let grant = Grant::Code { transaction: Box::new(transaction), accepted };
        let Outcome { tokens, claims, extra_data, user, next } = *self.drive(grant).await?;
        let user = user.ok_or_else(|| {
            Error::new(Code::UnknownError, Stage::UserInfo, "The sign-in ended without a user.")
        })?;
        Ok(Identity {
            backend: descriptor.name,
            uid: user.uid,
            legacy_uids: user.legacy_uids,
            details: user.details,
            groups: user.groups,
            groups_overage: user.groups_overage,
            claims,
            tokens,
            extra_data,
            next,
        })
    }

    /// A transaction that SECRET sealed does not open without it: the missing setting is the news.
    fn missing_credential(&self, sealed: &str) -> Option<Error> {
        if !TransactionKey::may_have_sealed(sealed) {
            return None;
        }
        let environment = self.runtime.environment();
        let stage = Stage::TokenExchange;
        client_authentication::credential(&self.context, None, environment, stage).err()
    }

    pub(crate) async fn refresh(&self, request: RefreshRequest) -> Result<Refreshed> {
        let token_request = self.descriptor().refresh.ok_or_else(|| {
            let message = format!("{} has no refresh tokens.", self.descriptor().title);
            Error::new(Code::UnsupportedFeature, Stage::Refresh, message)
        })?;
        let previous = request
            .previous_id_token
            .as_ref()
            .map(Previous::of)
            .transpose()
            .map_err(|error| error.with_stage(Stage::Refresh))?;
        let grant =
            Grant::Refresh { token: request.refresh_token, request: token_request, previous };
        let Outcome { tokens, extra_data, .. } = *self.drive(grant).await?;
        Ok(Refreshed { tokens, extra_data })
    }

    pub(crate) async fn logout_url(&self, request: &LogoutRequest) -> Result<String> {
        let metadata = match &self.context.discovery {
            Some(url) if self.context.end_session_endpoint(None).is_none() => {
                Some(self.runtime.discover(&self.context, url, Stage::Disconnect).await?)
            }
            _ => None,
        };
        logout::url(&self.context, metadata.as_deref(), request)
    }

    /// Answers the machine until it is done.
    async fn drive(&self, grant: Grant) -> Result<Box<Outcome>> {
        let mut machine = SignIn::new(&self.context, grant);
        let mut answer = Answer::Start;
        let mut warning = None;
        let mut sent = None;
        loop {
            let step = machine.next(answer, self.runtime.now()).map_err(|error| {
                let mut secrets = machine.secrets();
                secrets.extend(sent.as_ref().map(Secret::expose));
                let error = error.without(&secrets);
                // A refusal of a credential that the provider never promised to take says so.
                let help = warning.take().filter(|_| error.provider().is_some());
                error.with_help(help)
            })?;
            answer = match step {
                Step::Done(outcome) => return Ok(outcome),
                Step::Discover(url) => Answer::Metadata(
                    self.runtime.discover(&self.context, &url, machine.stage()).await?,
                ),
                Step::FetchKeys { url, lacks_one } => {
                    Answer::Keys(self.runtime.keys(&self.context, &url, lacks_one).await?)
                }
                Step::Send(request) => {
                    Answer::Response(self.runtime.send(*request, Stage::UserInfo).await?)
                }
                Step::Redeem(request, form) => {
                    let credential = self.credential(&machine)?;
                    warning = credential.warning();
                    sent = Some(credential.secret().clone());
                    let request = self.authenticate(credential, *request, form);
                    Answer::Response(self.runtime.send(request, machine.stage()).await?)
                }
            };
        }
    }

    fn credential(&self, machine: &SignIn<'_>) -> Result<Credential> {
        let environment = self.runtime.environment();
        let stage = machine.stage();
        let credential = client_authentication::credential(
            &self.context,
            machine.metadata(),
            environment,
            stage,
        )?;
        if let Some(warning) = credential.warning() {
            tracing::warn!(target: "authspec", backend = self.descriptor().name, "{warning}");
        }
        Ok(credential)
    }

    /// The token request with the client's credential in it.
    fn authenticate(
        &self,
        credential: Credential,
        mut request: HttpRequest,
        mut form: Form,
    ) -> HttpRequest {
        credential.attach(&self.context.client_id, &mut form, &mut request);
        request.body = Some(form.into_body());
        request
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        transport_error(error, Stage::Unknown)
    }
}
