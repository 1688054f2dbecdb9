//! The typed client as a backend, so that every test can drive either of the two.
//!
//! A test program says by its name which one its worlds use: `flows` and `attacks` make backends by name;
//! `flows_typed` and `attacks_typed` run the same tests through `Client<P>`, with typed settings from the
//! environment and with typed claims.

use std::fmt;
use std::marker::PhantomData;

use authspec::settings::SettingIssue;
use authspec::transport::BoxFuture;
use authspec::{
    Backend, BeginRequest, Callback, Claims, Client, Descriptor, FrontChannelLogout, Identity,
    Logout, LogoutNotice, LogoutRequest, Object, Provider, ProviderSettings as _, Refresh,
    RefreshRequest, Refreshed, Result, Runtime, Started,
};
use authspec_azuread::{
    AzureAdB2cOAuth2, AzureAdOAuth2, AzureAdOAuth2V2, AzureAdTenantOAuth2, AzureAdV2TenantOAuth2,
};
use authspec_catalog::{GitHub, OpenIdConnect};

/// Whether the worlds of this program use typed clients.
pub fn is_typed() -> bool {
    let program = std::env::current_exe().expect("a program");
    program.file_name().is_some_and(|name| name.to_string_lossy().contains("_typed"))
}

/// The typed client of a backend, with the settings of the runtime's environment.
pub(crate) fn backend(name: &str, runtime: &Runtime) -> Result<Box<dyn Backend>> {
    match name {
        "azuread-oauth2" => full::<AzureAdOAuth2>(runtime),
        "azuread-oauth2-v2" => full::<AzureAdOAuth2V2>(runtime),
        "azuread-tenant-oauth2" => full::<AzureAdTenantOAuth2>(runtime),
        "azuread-v2-tenant-oauth2" => full::<AzureAdV2TenantOAuth2>(runtime),
        "azuread-b2c-oauth2" => full::<AzureAdB2cOAuth2>(runtime),
        "oidc" => full::<OpenIdConnect>(runtime),
        "github" => plain::<GitHub>(runtime),
        other => panic!("tests/src/typed.rs has no typed client of {other}"),
    }
}

/// A provider with refresh tokens and logout.
fn full<P: Refresh + Logout>(runtime: &Runtime) -> Result<Box<dyn Backend>> {
    let settings = P::Settings::from_environment(runtime.environment())?;
    let client = Client::<Kept<P>>::with_runtime(settings, runtime)?;
    Ok(Box::new(Full(client)))
}

/// A provider with neither: what its typed client lacks, the backend by name refuses.
fn plain<P: Provider>(runtime: &Runtime) -> Result<Box<dyn Backend>> {
    let raw = runtime.environment().settings_of(P::DESCRIPTOR);
    let by_name = authspec::backend(P::DESCRIPTOR, &raw, runtime)?;
    let settings = P::Settings::from_environment(runtime.environment())?;
    let client = Client::<Kept<P>>::with_runtime(settings, runtime)?;
    Ok(Box::new(Plain { client, by_name }))
}

/// The provider `P`, whose typed claims keep the JSON that they were read from: tests look at that.
struct Kept<P>(PhantomData<fn() -> P>);

impl<P: Provider> Provider for Kept<P> {
    type Settings = P::Settings;
    type Claims = KeptClaims<P::Claims>;
    const DESCRIPTOR: &'static Descriptor = P::DESCRIPTOR;
}

impl<P: Refresh> Refresh for Kept<P> {}

impl<P: Logout> Logout for Kept<P> {}

/// Typed claims that were read, and the JSON that they were read from.
struct KeptClaims<C> {
    json: Object,
    _typed: C,
}

impl<C: Claims> Claims for KeptClaims<C> {
    fn read(claims: &Object) -> Result<Self> {
        Ok(Self { _typed: C::read(claims)?, json: claims.clone() })
    }
}

/// The typed client of a provider with refresh tokens and logout.
struct Full<P>(Client<Kept<P>>);

/// The typed client of a provider without them.
struct Plain<P> {
    client: Client<Kept<P>>,
    by_name: Box<dyn Backend>,
}

/// What every typed client has.
macro_rules! common {
    ($($client:tt)+) => {
        fn descriptor(&self) -> &'static Descriptor {
            P::DESCRIPTOR
        }

        fn warnings(&self) -> &[SettingIssue] {
            self.$($client)+.warnings()
        }

        fn check(&self) -> BoxFuture<'_, Result<()>> {
            Box::pin(self.$($client)+.check())
        }

        fn begin(&self, request: BeginRequest) -> BoxFuture<'_, Result<Started>> {
            Box::pin(self.$($client)+.begin(request))
        }

        fn complete<'a>(
            &'a self,
            transaction: &'a str,
            callback: Callback,
        ) -> BoxFuture<'a, Result<Identity>> {
            Box::pin(async move {
                let identity = self.$($client)+.complete(transaction, callback).await?;
                Ok(identity.map_claims(|claims| claims.json))
            })
        }

        fn initiated_login<'a>(
            &'a self,
            redirect_uri: &'a str,
            request: Callback,
        ) -> BoxFuture<'a, Result<BeginRequest>> {
            Box::pin(self.$($client)+.initiated_login(redirect_uri, request))
        }
    };
}

/// What only some have: asked of this field.
macro_rules! capabilities {
    ($($client:tt)+) => {
        fn refresh(&self, request: RefreshRequest) -> BoxFuture<'_, Result<Refreshed>> {
            Box::pin(self.$($client)+.refresh(request))
        }

        fn logout_url(&self, request: LogoutRequest) -> BoxFuture<'_, Result<String>> {
            Box::pin(self.$($client)+.logout_url(request))
        }

        fn back_channel_logout<'a>(
            &'a self,
            logout_token: &'a str,
        ) -> BoxFuture<'a, Result<LogoutNotice>> {
            Box::pin(self.$($client)+.back_channel_logout(logout_token))
        }

        fn front_channel_logout(&self, request: Callback) -> BoxFuture<'_, Result<FrontChannelLogout>> {
            Box::pin(self.$($client)+.front_channel_logout(request))
        }
    };
}

impl<P: Refresh + Logout> Backend for Full<P> {
    common!(0);
    capabilities!(0);
}

impl<P: Provider> Backend for Plain<P> {
    common!(client);
    capabilities!(by_name);
}

impl<P: Provider> fmt::Debug for Full<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<P: Provider> fmt::Debug for Plain<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(formatter)
    }
}
