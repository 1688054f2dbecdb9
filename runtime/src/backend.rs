//! A backend whose provider is known at run time only.

use std::fmt;

use crate::descriptor::Descriptor;
use crate::error::Result;
use crate::flow::callback::Callback;
use crate::flow::notice::{FrontChannelLogout, LogoutNotice};
use crate::identity::{Identity, Refreshed};
use crate::observed::Observed;
use crate::request::{BeginRequest, LogoutRequest, RefreshRequest, Started};
use crate::runtime::Runtime;
use crate::settings::{RawSettings, Resolved, SettingIssue};
use crate::transport::BoxFuture;

/// Signs users in with one provider. It drives the same machine as the typed
/// [`Client`](crate::Client).
pub trait Backend: fmt::Debug + Send + Sync {
    /// The provider's descriptor.
    fn descriptor(&self) -> &'static Descriptor;

    /// Warnings about settings that are valid but may not be intended.
    fn warnings(&self) -> &[SettingIssue];

    /// Checks that sign-ins can work now: fetches the discovery document and the keys, holds them against
    /// the settings, and looks whether the client's credential can be read. For a readiness check, and to
    /// have the documents at hand before the first user comes.
    ///
    /// # Errors
    ///
    /// Returns the error that a sign-in would give, at stage `begin`.
    fn check(&self) -> BoxFuture<'_, Result<()>>;

    /// The first leg: where to send the browser.
    ///
    /// # Errors
    ///
    /// At stage `begin`: a setting, the redirect URI, or a discovery document that is needed.
    fn begin(&self, request: BeginRequest) -> BoxFuture<'_, Result<Started>>;

    /// The second leg: the callback that the browser brings back, and who signed in.
    ///
    /// # Errors
    ///
    /// At any stage from `callback` to `user_info`.
    fn complete<'a>(
        &'a self,
        transaction: &'a str,
        callback: Callback,
    ) -> BoxFuture<'a, Result<Identity>>;

    /// New tokens for a refresh token.
    ///
    /// # Errors
    ///
    /// At stage `refresh`; `unsupported_feature` where the provider has none.
    fn refresh(&self, request: RefreshRequest) -> BoxFuture<'_, Result<Refreshed>>;

    /// The URL that signs a user out at the provider.
    ///
    /// # Errors
    ///
    /// At stage `disconnect`; `unsupported_feature` where the provider has none.
    fn logout_url(&self, request: LogoutRequest) -> BoxFuture<'_, Result<String>>;

    /// A back-channel notice: the `logout_token` of the form that the provider posted (OpenID Connect
    /// Back-Channel Logout 1.0). Answer 200 when this is good and 400 when it is not, both with
    /// `Cache-Control: no-store`. End the sessions, then call [`LogoutNotice::taken`]: a token that was taken is
    /// refused from then on.
    ///
    /// # Errors
    ///
    /// At stage `disconnect`, when the token is not genuine, not for this client, or came before.
    fn back_channel_logout<'a>(
        &'a self,
        logout_token: &'a str,
    ) -> BoxFuture<'a, Result<LogoutNotice>>;

    /// A front-channel notice: the query with which the provider loads the logout URL in the browser
    /// (OpenID Connect Front-Channel Logout 1.0).
    ///
    /// # Errors
    ///
    /// At stage `disconnect`, when it comes from another issuer or has only one of `iss` and `sid`.
    fn front_channel_logout(&self, request: Callback) -> BoxFuture<'_, Result<FrontChannelLogout>>;

    /// A sign-in that the provider or a portal starts (OpenID Connect Core 1.0 section 4): what to
    /// [`begin`](Self::begin) with. `target_link_uri` becomes where to go next.
    ///
    /// # Errors
    ///
    /// At stage `begin`, when it names another issuer, or leads out of this application.
    fn initiated_login<'a>(
        &'a self,
        redirect_uri: &'a str,
        request: Callback,
    ) -> BoxFuture<'a, Result<BeginRequest>>;
}

/// The backend of a descriptor.
///
/// # Errors
///
/// `missing_setting` or `invalid_setting`, every mistake in one error.
pub fn backend(
    descriptor: &'static Descriptor,
    settings: &RawSettings,
    runtime: &Runtime,
) -> Result<Box<dyn Backend>> {
    Ok(Box::new(Observed::new(descriptor, Resolved::new(descriptor, settings)?, runtime)?))
}

impl Backend for Observed {
    fn descriptor(&self) -> &'static Descriptor {
        Observed::descriptor(self)
    }

    fn warnings(&self) -> &[SettingIssue] {
        Observed::warnings(self)
    }

    fn check(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(Observed::check(self))
    }

    fn begin(&self, request: BeginRequest) -> BoxFuture<'_, Result<Started>> {
        Box::pin(async move { Observed::begin(self, &request).await })
    }

    fn complete<'a>(
        &'a self,
        transaction: &'a str,
        callback: Callback,
    ) -> BoxFuture<'a, Result<Identity>> {
        Box::pin(async move { Observed::complete(self, transaction, &callback, Ok).await })
    }

    fn refresh(&self, request: RefreshRequest) -> BoxFuture<'_, Result<Refreshed>> {
        Box::pin(Observed::refresh(self, request))
    }

    fn logout_url(&self, request: LogoutRequest) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move { Observed::logout_url(self, &request).await })
    }
    fn back_channel_logout<'a>(
        &'a self,
        logout_token: &'a str,
    ) -> BoxFuture<'a, Result<LogoutNotice>> {
        Box::pin(Observed::back_channel_logout(self, logout_token))
    }

    fn front_channel_logout(&self, request: Callback) -> BoxFuture<'_, Result<FrontChannelLogout>> {
        Box::pin(async move { Observed::front_channel_logout(self, &request).await })
    }

    fn initiated_login<'a>(
        &'a self,
        redirect_uri: &'a str,
        request: Callback,
    ) -> BoxFuture<'a, Result<BeginRequest>> {
        Box::pin(async move { Observed::initiated_login(self, redirect_uri, &request).await })
    }
}
