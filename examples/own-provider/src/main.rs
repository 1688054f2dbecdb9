//! An identity provider of one's own: `acme.toml` beside this file, and a sign-in with it.

use authspec::{Callback, Client, ProviderSettings as _};
use authspec_authority::{Authority, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET};

authspec::provider! {
    /// Sign in with Acme.
    pub struct Acme from "acme.toml";
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let authority = Authority::start().await?; // stands in for Acme, on this machine
    let settings = AcmeSettings::default()
        .key(DEFAULT_CLIENT_ID)
        .secret(DEFAULT_CLIENT_SECRET)
        .host(authority.origin());
    let client = Client::<Acme>::new(settings)?;

    let started = client.begin("http://127.0.0.1:8000/complete/acme/").await?;
    let callback = authority.visit(&started.authorization_url).await?; // a browser does this
    let identity = client.complete(&started.transaction, Callback::from_url(&callback)).await?;

    println!("{} is {}", identity.uid, identity.claims.name.unwrap_or_default());
    Ok(())
}
