//! `demo`: the offline authority, and a sign-in through every backend that ships.

mod cookies;
mod headless;
mod outcomes;
mod page;
mod server;

use authspec::{Backend, Environment, Runtime, Secret, SystemClock, transport::ReqwestTransport};
use authspec_authority::{
    Authority, AuthorityError, B2C_POLICY, B2C_TENANT_NAME, DEFAULT_CLIENT_ID,
    DEFAULT_CLIENT_SECRET, TENANT_ID,
};

use crate::arguments::Demo;
use crate::failure::Failure;

pub(crate) async fn run(arguments: Demo) -> Result<(), Failure> {
    if arguments.headless { headless::run().await } else { server::run(arguments.port).await }
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        Self::Io(std::io::Error::other(error.to_string()))
    }
}

/// The backends, with settings that point them at the authority.
fn backends(authority: &Authority) -> Result<Vec<Box<dyn Backend>>, Failure> {
    let tenant_id = |backend: &str| format!("SOCIAL_AUTH_{backend}_TENANT_ID");
    let settings = [
        ("SOCIAL_AUTH_KEY".to_owned(), DEFAULT_CLIENT_ID.to_owned()),
        ("SOCIAL_AUTH_SECRET".to_owned(), DEFAULT_CLIENT_SECRET.to_owned()),
        ("SOCIAL_AUTH_AUTHORITY_HOST".to_owned(), authority.origin()),
        ("SOCIAL_AUTH_TENANT_NAME".to_owned(), B2C_TENANT_NAME.to_owned()),
        ("SOCIAL_AUTH_POLICY".to_owned(), B2C_POLICY.to_owned()),
        ("SOCIAL_AUTH_OIDC_OIDC_ENDPOINT".to_owned(), format!("{}/oidc", authority.origin())),
        ("SOCIAL_AUTH_GITHUB_API_URL".to_owned(), authority.origin()),
        (tenant_id("AZUREAD_TENANT_OAUTH2"), TENANT_ID.to_owned()),
        (tenant_id("AZUREAD_V2_TENANT_OAUTH2"), TENANT_ID.to_owned()),
    ];
    let transport = ReqwestTransport::new().map_err(authspec::Error::from)?;
    // A sign-in ends with the demo, so its key need not outlive it.
    let runtime = Runtime::with(transport, SystemClock, Environment::from_pairs(settings))
        .with_transaction_key(Secret::random()?)?;
    authspec_azuread::ALL
        .iter()
        .chain(authspec_catalog::ALL)
        .map(|descriptor| {
            let settings = runtime.environment().settings_of(descriptor);
            Ok(authspec::backend(descriptor, &settings, &runtime)?)
        })
        .collect()
}
