//! The typed client: one provider, known at compile time.

use std::fmt;
use std::marker::PhantomData;

use crate::error::Result;
use crate::flow::callback::Callback;
use crate::flow::notice::{FrontChannelLogout, LogoutNotice};
use crate::identity::{Identity, Refreshed};
use crate::observed::Observed;
use crate::provider::{Logout, Provider, Refresh};
use crate::request::{BeginRequest, LogoutRequest, RefreshRequest, Started};
use crate::runtime::Runtime;
use crate::settings::{ProviderSettings, Resolved, SettingIssue};

/// Signs users in with provider `P`. A clone is cheap, and is the same client.
///
/// A capability that the provider lacks does not compile: [`refresh`](Self::refresh) and
/// [`logout_url`](Self::logout_url) ask for the capability.
pub struct Client<P> {
    engine: Observed,
    provider: PhantomData<fn() -> P>,
}

impl<P> Clone for Client<P> {
    /// A handle to the same client; `P` need not be `Clone`.
    fn clone(&self) -> Self {
        Self { engine: self.engine.clone(), provider: PhantomData }
    }
}

impl<P: Provider> Client<P> {
    /// A client with these settings and a runtime of its own.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`, every mistake in one error.
    pub fn new(settings: P::Settings) -> Result<Self> {
        Self::with_runtime(settings, &Runtime::new()?)
    }

    /// A client with the settings of this process's environment.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`, every mistake in one error.
    pub fn from_env() -> Result<Self> {
        let runtime = Runtime::new()?;
        Self::with_runtime(P::Settings::from_environment(runtime.environment())?, &runtime)
    }

    /// A client that shares connections and keys with others.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`, every mistake in one error.
    pub fn with_runtime(settings: P::Settings, runtime: &Runtime) -> Result<Self> {
        let engine = Observed::new(P::DESCRIPTOR, settings.resolve()?, runtime)?;
        Ok(Self { engine, provider: PhantomData })
    }

    /// A client for one of several instances of the provider, with the runtime's environment: the instance
    /// `customer-a` reads `SOCIAL_AUTH_CUSTOMER_A_KEY` and so on (see
    /// [`Descriptor::instance`](crate::Descriptor::instance)).
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`, every mistake in one error.
    pub fn instance(name: &str, runtime: &Runtime) -> Result<Self> {
        let descriptor = P::DESCRIPTOR.instance(name)?;
        let settings = runtime.environment().settings_of(descriptor);
        let settings = Resolved::new(descriptor, &settings)?;
        let engine = Observed::new(descriptor, settings, runtime)?;
        Ok(Self { engine, provider: PhantomData })
    }

    /// Warnings about settings that are valid but may not be intended.
    pub fn warnings(&self) -> &[SettingIssue] {
        self.engine.warnings()
    }

    /// Checks that sign-ins can work now: fetches the discovery document and the keys, holds them against
    /// the settings, and looks whether the client's credential can be read. For a readiness check, and to
    /// have the documents at hand before the first user comes.
    ///
    /// # Errors
    ///
    /// Returns the error that a sign-in would give, at stage `begin`.
    pub async fn check(&self) -> Result<()> {
        self.engine.check().await
    }

    /// The first leg: where to send the browser, and what to keep until it comes back.
    ///
    /// # Errors
    ///
    /// At stage `begin`: a setting, the redirect URI, or a discovery document that is needed.
    pub async fn begin(&self, request: impl Into<BeginRequest>) -> Result<Started> {
        self.engine.begin(&request.into()).await
    }

    /// The second leg: the callback that the browser brings back, and who signed in.
    ///
    /// # Errors
    ///
    /// At any stage from `callback` to `user_info`.
    pub async fn complete(
        &self,
        transaction: &str,
        callback: Callback,
    ) -> Result<Identity<P::Claims>> {
        self.engine.complete(transaction, &callback, Identity::typed).await
    }

    /// New tokens for a refresh token.
    ///
    /// # Errors
    ///
    /// At stage `refresh`.
    pub async fn refresh(&self, request: RefreshRequest) -> Result<Refreshed>
    where
        P: Refresh,
    {
        self.engine.refresh(request).await
    }

    /// The URL that signs a user out at the provider.
    ///
    /// # Errors
    ///
    /// At stage `disconnect`.
    pub async fn logout_url(&self, request: LogoutRequest) -> Result<String>
    where
        P: Logout,
    {
        self.engine.logout_url(&request).await
    }

    /// A back-channel notice: the `logout_token` of the form that the provider posted (OpenID Connect
    /// Back-Channel Logout 1.0). Answer 200 when this is good and 400 when it is not, both with
    /// `Cache-Control: no-store`. End the sessions, then call [`LogoutNotice::taken`]: a token that was taken is
    /// refused from then on.
    ///
    /// # Errors
    ///
    /// At stage `disconnect`, when the token is not genuine, not for this client, or came before.
    pub async fn back_channel_logout(&self, logout_token: &str) -> Result<LogoutNotice>
    where
        P: Logout,
    {
        self.engine.back_channel_logout(logout_token).await
    }

    /// A front-channel notice: the query with which the provider loads the logout URL in the browser
    /// (OpenID Connect Front-Channel Logout 1.0).
    ///
    /// # Errors
    ///
    /// At stage `disconnect`, when it comes from another issuer or has only one of `iss` and `sid`.
    pub async fn front_channel_logout(&self, request: Callback) -> Result<FrontChannelLogout>
    where
        P: Logout,
    {
        self.engine.front_channel_logout(&request).await
    }

    /// A sign-in that the provider or a portal starts (OpenID Connect Core 1.0 section 4): what to
    /// [`begin`](Self::begin) with. `target_link_uri` becomes where to go next.
    ///
    /// # Errors
    ///
    /// At stage `begin`, when it names another issuer, or leads out of this application.
    pub async fn initiated_login(
        &self,
        redirect_uri: &str,
        request: Callback,
    ) -> Result<BeginRequest> {
        self.engine.initiated_login(redirect_uri, &request).await
    }
}

impl<P: Provider> fmt::Debug for Client<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Client({})", P::DESCRIPTOR.name)
    }
}
