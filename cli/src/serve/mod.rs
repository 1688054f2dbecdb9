//! `serve`: an offline provider for a spec, so that an application works against it at once.

mod path;
mod provider;

pub use self::provider::given;

use authspec_authority::{
    Authority, AuthorityError, Client, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET,
};
use authspec_spec::Provider;
use serde_json::Value;

use crate::arguments::Serve;
use crate::backend::spec;
use crate::failure::Failure;

pub(crate) async fn run(arguments: Serve) -> Result<(), Failure> {
    let provider = spec(&arguments.spec)?;
    let given = given(&provider).map_err(|message| Failure::wrong("invalid_parameter", message))?;
    let accounts: Vec<String> = given.accounts.iter().map(|account| account.name.clone()).collect();
    let mut builder = Authority::builder().port(arguments.port).provider(given);
    match &arguments.account {
        None => builder = builder.interactive(),
        Some(account) if accounts.contains(account) => {}
        Some(account) => {
            let message =
                format!("there is no sample `{account}`; there are: {}", accounts.join(", "));
            return Err(Failure::wrong("invalid_parameter", message));
        }
    }
    let authority = builder.start().await.map_err(|error| taken(error, arguments.port))?;
    if let Some(account) = &arguments.account {
        authority.sign_in_as(account);
    }
    let mut client = authority.client();
    client.redirect_uris.extend(arguments.redirect_uri);
    authority.register(Client { groups: client.groups, ..client });

    let origin = authority.origin();
    println!("{} runs offline at {origin}", provider.title);
    println!("accounts, one for each sample: {}", accounts.join(", "));
    println!("\nsettings of an application that signs in here:\n");
    for (name, value) in settings(&provider, &origin) {
        println!("  export {name}={}", quoted(&value));
    }
    println!("\nCtrl-C ends it.");
    // Without the signal handler Ctrl-C still ends the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    Ok(())
}

fn taken(error: AuthorityError, port: u16) -> Failure {
    match error {
        AuthorityError::Bind(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let message = format!("port {port} is taken; choose another with --port, or 0 for any");
            Failure::wrong("invalid_parameter", message)
        }
        error => error.into(),
    }
}

/// What an application needs: the client, where the provider is, and the first sample's settings, each
/// a variable and its value.
pub fn settings(provider: &Provider, origin: &str) -> Vec<(String, String)> {
    let prefix = provider.name.to_ascii_uppercase().replace('-', "_");
    let variable = |name: &str| format!("SOCIAL_AUTH_{prefix}_{}", name.to_ascii_uppercase());
    let mut settings = vec![
        (variable("key"), DEFAULT_CLIENT_ID.to_owned()),
        (variable("secret"), DEFAULT_CLIENT_SECRET.to_owned()),
        (variable("offline_provider"), origin.to_owned()),
    ];
    let sample = provider.samples.first();
    let json = sample.and_then(|sample| serde_json::from_str::<Value>(&sample.json).ok());
    for (name, value) in
        json.as_ref().and_then(|json| json["settings"].as_object()).into_iter().flatten()
    {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        settings.push((variable(name), value));
    }
    settings
}

/// A value as a shell takes it.
fn quoted(value: &str) -> String {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_./:@".contains(char);
    if value.chars().all(is_plain) && !value.is_empty() {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}
