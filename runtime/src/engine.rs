//! One backend with its settings, and the one loop that drives its flows.

use std::sync::Arc;
use std::time::Duration;

use crate::descriptor::{Descriptor, Oidc};
use crate::error::{Code, Error, Result, Stage};
use crate::events;
use crate::flow::callback::{self, Callback};
use crate::flow::client_authentication::Credential;
use crate::flow::logout;
use crate::flow::logout_token::{self, LogoutVerdict};
use crate::flow::notice::{self, FrontChannelLogout, LogoutNotice, Receipt};
use crate::flow::token::Form;
use crate::flow::{
    Answer, Context, Grant, Outcome, SameUser, SignIn, Step, Whose, authorization, check_once,
    client_authentication, jws,
};
use crate::identity::{Identity, Refreshed};
use crate::keys::{KeySet, Metadata, Requester};
use crate::request::{BeginRequest, LogoutRequest, RefreshRequest, Started};
use crate::runtime::Runtime;
use crate::secret::Secret;
use crate::settings::{Resolved, SettingIssue};
use crate::single_flight::SingleFlight;
use crate::transaction::{self, Sealing, Transaction};
use crate::transport::{HttpRequest, unread_authorities};

/// One backend with its settings; what [`Client`](crate::Client) and `dyn Backend` stand on.
#[derive(Debug)]
pub(crate) struct Engine {
    context: Arc<Context>,
    sealing: Sealing,
    refreshes: SingleFlight<Result<Arc<Outcome>>>,
    runtime: Runtime,
    /// The requesters of documents: sign-ins, and notices, which anyone can send.
    sign_ins: Requester,
    notices: Requester,
}

impl Engine {
    pub(crate) fn new(
        descriptor: &'static Descriptor,
        settings: Resolved,
        runtime: &Runtime,
    ) -> Result<Arc<Self>> {
        runtime.check_settings(descriptor, &settings)?;
        let settings = settings
            .with_credential(descriptor, runtime.credentials())?
            .with_warning(unread_authorities(runtime.environment()));
        for warning in settings.warnings() {
            tracing::warn!(target: "authspec", setting = warning.parameter, "{}", warning.message);
        }
        let sealing = runtime.sealing()?;
        let context = Arc::new(runtime.context(descriptor, settings)?);
        runtime.registrations().add(&context)?;
        if descriptor.oidc.is_some() && !context.asks_for_id_token() {
            tracing::warn!(
                target: "authspec",
                "`{}` leaves out `openid`: without it there is no ID token",
                context.settings.full_name("scope")
            );
        }
        let refreshes = SingleFlight::default();
        let (sign_ins, notices) = (Requester::new(), Requester::new());
        let runtime = runtime.clone();
        Ok(Arc::new(Self { context, sealing, refreshes, runtime, sign_ins, notices }))
    }

    pub(crate) fn descriptor(&self) -> &'static Descriptor {
        self.context.descriptor
    }

    pub(crate) fn warnings(&self) -> &[SettingIssue] {
        self.context.settings.warnings()
    }

    pub(crate) async fn begin(&self, request: &BeginRequest) -> Result<Started> {
        let redirect_uri = authorization::check_redirect_uri(&self.context, &request.redirect_uri)?;
        self.refuse_offline_in_production(&request.redirect_uri)?;
        let metadata = match self.context.discovers_authorization() {
            Some(url) => Some(self.discover(url, &self.sign_ins, Stage::Begin).await?),
            None => None,
        };
        let promises_iss = metadata.as_ref().is_some_and(|metadata| metadata.promises_iss);
        let registrations = self.runtime.registrations();
        registrations.take_redirect_uri(&self.context, &redirect_uri, promises_iss)?;
        let (browser, now) = (request.browser.secret()?, self.runtime.now());
        let (authorization_url, transaction) = authorization::begin(
            &self.context,
            metadata.as_deref(),
            request,
            browser.as_ref(),
            now,
        )?;
        let ticket = self.runtime.transactions().put(&self.sealing, &transaction).await?;
        let state = transaction.state.to_string();
        let lifetime = self.sealing.lifetime();
        Ok(Started { authorization_url, transaction: ticket, state, browser, lifetime })
    }

    pub(crate) async fn complete(&self, ticket: &str, callback: &Callback) -> Result<Identity> {
        callback::check_shape(callback, ticket)?;
        let (party, now) = (self.context.party(), self.runtime.now());
        let opening = self.runtime.transactions().open(&self.sealing, ticket, party, now);
        let mut transaction = opening.await?;
        let (next, data) = (transaction.next.take(), transaction.data.take());
        match self.redeem(ticket, transaction, callback).await {
            Ok(identity) => Ok(Identity { next, data, ..identity }),
            Err(error) => Err(error.with_resumption(next, data)),
        }
    }

    /// The identity of a callback to this transaction.
    async fn redeem(
        &self,
        ticket: &str,
        transaction: Transaction,
        callback: &Callback,
    ) -> Result<Identity> {
        let prefix = self.runtime.path_prefix();
        let accepted =
            callback::accept(&self.context, &transaction, callback, prefix).map_err(|error| {
                error.without(&[&transaction.state, &transaction.nonce, &transaction.verifier])
            })?;
        let grant = Grant::Code { transaction: Box::new(transaction), accepted };
        let Outcome { tokens, claims, signed_claims, extra_data, whose } =
            *self.drive(grant, Some(ticket)).await?;
        let Whose::SignedIn { issuer, user } = whose else {
            let message = "The sign-in ended without a user.";
            return Err(Error::new(Code::UnknownError, Stage::UserInfo, message));
        };
        Ok(Identity {
            backend: self.context.name(),
            issuer,
            uid: user.uid,
            legacy_uids: user.legacy_uids,
            details: user.details,
            groups: user.groups,
            groups_overage: user.groups_overage,
            claims,
            signed_claims,
            tokens,
            extra_data,
            next: None,
            data: None,
        })
    }

    /// An offline provider signs anybody in: an application that the web reaches must not ask it.
    fn refuse_offline_in_production(&self, redirect_uri: &str) -> Result<()> {
        let settings = &self.context.settings;
        if settings.is_offline() && redirect_uri.starts_with("https:") {
            let name = settings.full_name("offline_provider");
            let message = format!(
                "`{name}` is set, and an offline provider signs anybody in: it takes no https redirect \
                 URI. Unset it, or sign in at `http://localhost`."
            );
            return Err(
                Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(name)
            );
        }
        Ok(())
    }

    pub(crate) async fn refresh(self: &Arc<Self>, request: RefreshRequest) -> Result<Refreshed> {
        let token_request = self.descriptor().refresh.ok_or_else(|| {
            let title = self.descriptor().title;
            let message =
                format!("The spec of {title} has no `[refresh]`: its tokens are not refreshed.");
            Error::new(Code::UnsupportedFeature, Stage::Refresh, message)
        })?;
        let expected = SameUser::new(
            request.user,
            request.previous_id_token,
            self.context.settings.text("id_key"),
        )?;
        // Many requests of one session may find its access token expired at once. A provider that
        // gives each refresh token one use must see one of them.
        let name = transaction::fingerprint(request.refresh_token.expose());
        let grant = Grant::Refresh { token: request.refresh_token, request: token_request };
        let engine = Arc::clone(self);
        let refresh = async move { engine.drive(grant, None).await.map(Arc::from) };
        let outcome =
            self.refreshes.ask(name, refresh, Result::is_ok).await.unwrap_or_else(|| {
                let message = "The refresh was given up. Try again.";
                Err(Error::new(Code::UnknownError, Stage::Refresh, message))
            })?;
        expected.refreshed(&outcome)
    }

    pub(crate) async fn logout_url(&self, request: &LogoutRequest) -> Result<String> {
        let metadata = match self.context.discovers_end_session() {
            Some(url) => Some(self.discover(url, &self.sign_ins, Stage::Disconnect).await?),
            None => None,
        };
        logout::url(&self.context, metadata.as_deref(), request)
    }

    pub(crate) async fn back_channel_logout(&self, token: &str) -> Result<LogoutNotice> {
        let (oidc, url) = self.oidc(Stage::Disconnect)?;
        jws::check_header(&jws::LOGOUT_TOKEN, self.context.signing(), token)?;
        let requester = &self.notices;
        let metadata = self.discover(url, requester, Stage::Disconnect).await?;
        let mut lacking = None;
        loop {
            let keys =
                self.keys(Some(&metadata), requester, lacking.as_ref(), Stage::Disconnect).await?;
            let (documents, now) = ((&*metadata, &*keys), self.runtime.now());
            match logout_token::check(&self.context, &oidc, token, documents, now)? {
                LogoutVerdict::NoKey(error) if lacking.is_some() => return Err(error),
                LogoutVerdict::NoKey(_) => lacking = Some(keys),
                LogoutVerdict::Good { iss, sub, sid, id, ends } => {
                    let lifetime = Duration::from_secs(ends.saturating_sub(now));
                    let receipt = Receipt::new(self.runtime.transactions(), &id, lifetime);
                    if receipt.is_taken().await? {
                        events::replay("a logout token");
                        return Err(jws::LOGOUT_TOKEN.invalid("jti", "was used before"));
                    }
                    let backend = self.context.name();
                    return Ok(LogoutNotice { backend, iss, sub, sid, receipt });
                }
            }
        }
    }

    pub(crate) async fn front_channel_logout(
        &self,
        request: &Callback,
    ) -> Result<FrontChannelLogout> {
        let (_, url) = self.oidc(Stage::Disconnect)?;
        let metadata = self.discover(url, &self.notices, Stage::Disconnect).await?;
        notice::front_channel(&self.context, &metadata, request)
    }

    pub(crate) async fn initiated_login(
        &self,
        redirect_uri: &str,
        request: &Callback,
    ) -> Result<BeginRequest> {
        let (_, url) = self.oidc(Stage::Begin)?;
        let metadata = self.discover(url, &self.notices, Stage::Begin).await?;
        notice::initiated_login(&metadata, redirect_uri, request)
    }

    /// Fetches the documents that sign-ins need, holds them against the settings, and looks whether the
    /// client's credential can be read.
    pub(crate) async fn check(&self) -> Result<()> {
        let (requester, stage) = (&self.sign_ins, Stage::Begin);
        let metadata = match &self.context.discovery {
            Some(url) => Some(self.discover(url, requester, stage).await?),
            None => None,
        };
        if metadata.is_some() && self.context.asks_for_id_token() {
            self.keys(metadata.as_deref(), requester, None, stage).await?;
        }
        let endpoint = self.context.token_endpoint(metadata.as_deref(), stage)?.url;
        let (environment, to) = (self.runtime.credentials(), (endpoint, self.runtime.now()));
        client_authentication::credential(
            &self.context,
            metadata.as_deref(),
            environment,
            to,
            stage,
        )?;
        Ok(())
    }

    /// The parts of the descriptor that only an OpenID provider has.
    fn oidc(&self, stage: Stage) -> Result<(Oidc, &str)> {
        let unsupported = || {
            let message = format!("{} is no OpenID provider.", self.descriptor().title);
            Error::new(Code::UnsupportedFeature, stage, message)
        };
        let oidc = self.descriptor().oidc.ok_or_else(unsupported)?;
        Ok((oidc, self.context.discovery.as_deref().ok_or_else(unsupported)?))
    }

    /// Answers the machine until it is done. A code is sent only by the call that claims its ticket.
    async fn drive(&self, grant: Grant, ticket: Option<&str>) -> Result<Box<Outcome>> {
        let mut machine = SignIn::new(&self.context, grant);
        let mut answer = Answer::Start;
        let mut warning = None;
        let mut sent = Vec::new();
        loop {
            let step = machine.next(answer, self.runtime.now()).map_err(|error| {
                let mut secrets = machine.secrets();
                secrets.extend(sent.iter().map(Secret::expose));
                let error = error.without(&secrets);
                // A refusal of a credential that the provider never promised to take says so.
                let help = warning.take().filter(|_| error.provider().is_some());
                error.with_help(help)
            })?;
            answer = match step {
                Step::Done(outcome) => return Ok(outcome),
                Step::Discover(url) => {
                    let requester = &self.sign_ins;
                    Answer::Metadata(self.discover(&url, requester, machine.stage()).await?)
                }
                Step::FetchKeys { lacking } => {
                    let (metadata, stage) = (machine.metadata(), Stage::TokenValidation);
                    let requester = &self.sign_ins;
                    let keys = self.keys(metadata, requester, lacking.as_ref(), stage).await;
                    keys.map_or_else(Answer::Failed, Answer::Keys)
                }
                Step::Send(request) => {
                    let response = self.runtime.send(*request, Stage::UserInfo).await;
                    response.map_or_else(Answer::Failed, Answer::Response)
                }
                Step::Redeem(request, form) => {
                    let credential = self.credential(&machine, &request.url)?;
                    warning = credential.warning();
                    sent = credential.secrets(&self.context.client_id);
                    let request = self.authenticate(credential, *request, form);
                    let form = request.body.as_ref().map_or("", |form| form.as_str());
                    check_once(&request.url, form, machine.stage())?;
                    if let Some(ticket) = ticket {
                        let lifetime = self.sealing.lifetime();
                        self.runtime.transactions().claim(ticket, lifetime).await?;
                    }
                    Answer::Response(self.runtime.send(request, machine.stage()).await?)
                }
            };
        }
    }

    async fn discover(
        &self,
        url: &str,
        requester: &Requester,
        stage: Stage,
    ) -> Result<Arc<Metadata>> {
        self.runtime.discover(&self.context, url, requester, stage).await
    }

    /// The provider's keys; newer ones, if the set at hand lacks one.
    async fn keys(
        &self,
        metadata: Option<&Metadata>,
        requester: &Requester,
        lacking: Option<&Arc<KeySet>>,
        stage: Stage,
    ) -> Result<Arc<KeySet>> {
        let target = self.context.keys_endpoint(metadata, stage)?;
        self.runtime.keys(&self.context, target, requester, lacking, stage).await
    }

    fn credential(&self, machine: &SignIn<'_>, token_endpoint: &str) -> Result<Credential> {
        let environment = self.runtime.credentials();
        let stage = machine.stage();
        let credential = client_authentication::credential(
            &self.context,
            machine.metadata(),
            environment,
            (token_endpoint, self.runtime.now()),
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
