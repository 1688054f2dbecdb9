//! The operations of a backend, each in its span and with its event.

use std::sync::Arc;

use crate::descriptor::Descriptor;
use crate::engine::Engine;
use crate::error::Result;
use crate::events::{Operation, observe};
use crate::flow::callback::Callback;
use crate::flow::notice::{FrontChannelLogout, LogoutNotice};
use crate::identity::{Identity, Refreshed};
use crate::request::{BeginRequest, LogoutRequest, RefreshRequest, Started};
use crate::runtime::Runtime;
use crate::settings::{Resolved, SettingIssue};

/// An [`Engine`] that tells `tracing` what it does; [`Client`](crate::Client) and `dyn Backend` stand on it.
#[derive(Clone, Debug)]
pub(crate) struct Observed(Arc<Engine>);

impl Observed {
    pub(crate) fn new(
        descriptor: &'static Descriptor,
        settings: Resolved,
        runtime: &Runtime,
    ) -> Result<Self> {
        Engine::new(descriptor, settings, runtime).map(Self)
    }

    pub(crate) fn descriptor(&self) -> &'static Descriptor {
        self.0.descriptor()
    }

    pub(crate) fn warnings(&self) -> &[SettingIssue] {
        self.0.warnings()
    }

    fn name(&self) -> &'static str {
        self.descriptor().name
    }

    pub(crate) async fn check(&self) -> Result<()> {
        self.0.check().await
    }

    pub(crate) async fn begin(&self, request: &BeginRequest) -> Result<Started> {
        observe(Operation::Begin, self.name(), self.0.begin(request)).await
    }

    /// The second leg, with the identity as `typed` reads it: its failure refuses the sign-in too.
    pub(crate) async fn complete<T>(
        &self,
        ticket: &str,
        callback: &Callback,
        typed: fn(Identity) -> Result<T>,
    ) -> Result<T> {
        let complete = async { typed(self.0.complete(ticket, callback).await?) };
        observe(Operation::Complete, self.name(), complete).await
    }

    pub(crate) async fn refresh(&self, request: RefreshRequest) -> Result<Refreshed> {
        Box::pin(observe(Operation::Refresh, self.name(), self.0.refresh(request))).await
    }

    pub(crate) async fn logout_url(&self, request: &LogoutRequest) -> Result<String> {
        observe(Operation::Logout, self.name(), self.0.logout_url(request)).await
    }

    pub(crate) async fn back_channel_logout(&self, token: &str) -> Result<LogoutNotice> {
        observe(Operation::Logout, self.name(), self.0.back_channel_logout(token)).await
    }

    pub(crate) async fn front_channel_logout(
        &self,
        request: &Callback,
    ) -> Result<FrontChannelLogout> {
        observe(Operation::Logout, self.name(), self.0.front_channel_logout(request)).await
    }

    pub(crate) async fn initiated_login(
        &self,
        redirect_uri: &str,
        request: &Callback,
    ) -> Result<BeginRequest> {
        let call = self.0.initiated_login(redirect_uri, request);
        observe(Operation::Begin, self.name(), call).await
    }
}
