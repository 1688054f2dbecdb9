//! The demo without a browser: signs in through each backend over real HTTP and prints a table.

use authspec::{Backend, BeginRequest, Callback, Identity};
use authspec_authority::Authority;

use crate::failure::Failure;
use crate::output;

pub(super) async fn run() -> Result<(), Failure> {
    let authority = Authority::start().await?;
    let mut rows = Vec::new();
    for backend in super::backends(&authority)? {
        authority.sign_in_as(match backend.descriptor().name {
            "azuread-b2c-oauth2" => "b2c",
            "github" => "octo",
            _ => "member",
        });
        let identity = sign_in(backend.as_ref(), &authority).await?;
        let details = identity.details;
        rows.push(vec![
            identity.backend.to_owned(),
            identity.uid,
            details.fullname.unwrap_or_default(),
            details.email.unwrap_or_default(),
            if details.email_verified == Some(true) { "yes" } else { "no" }.to_owned(),
        ]);
    }
    output::table(&["BACKEND", "UID", "NAME", "E-MAIL", "VERIFIED"], &rows)
}

/// Both legs, with one request between them where a person would look at a page.
async fn sign_in(backend: &dyn Backend, authority: &Authority) -> Result<Identity, Failure> {
    let redirect_uri = format!("http://localhost/complete/{}/", backend.descriptor().name);
    let started = backend.begin(BeginRequest::new(redirect_uri)).await?;
    let callback = authority.visit(&started.authorization_url).await?;
    Ok(backend.complete(&started.transaction, Callback::from_url(&callback)).await?)
}
