//! `serve`: an offline provider for a spec, so that an application works against it at once.

mod path;
mod provider;

pub use self::provider::given;

use std::io::Write as _;

use authspec_authority::{Authority, AuthorityError, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET};
use authspec_spec::document::variable;
use authspec_spec::{Provider, printable};
use url::Url;

use crate::arguments::Serve;
use crate::backend::spec;
use crate::failure::Failure;

pub(crate) async fn run(arguments: Serve) -> Result<(), Failure> {
    let provider = spec(&arguments.spec)?;
    let given = given(&provider).map_err(|message| Failure::wrong("invalid_parameter", message))?;
    let accounts: Vec<String> = given.accounts.iter().map(|account| account.name.clone()).collect();
    if accounts.is_empty() {
        let message = "no sample shows who signs in: there is nobody to be";
        return Err(Failure::wrong("invalid_parameter", message));
    }
    let is_good = |text: &&String| {
        Url::parse(text).is_ok_and(|url| {
            matches!(url.scheme(), "https" | "http") && url.has_host() && url.fragment().is_none()
        })
    };
    if !arguments.redirect_uri.iter().all(|text| is_good(&text)) {
        let message = "a redirect URI is an http(s) URL without fragment";
        return Err(Failure::wrong("invalid_parameter", message));
    }
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
    authority.register(client);

    let origin = authority.origin();
    let mut text = format!(
        "{} runs offline at {origin}\naccounts, one for each sample: {}\n\n\
         settings of an application that signs in here:\n\n",
        printable(provider.title.clone()),
        accounts.join(", ")
    );
    for (name, value) in settings(&provider, &origin) {
        text.push_str(&format!("  export {name}={}\n", quoted(&value)));
    }
    text.push_str("\nCtrl-C ends it.\n");
    // The reader of the settings may close the pipe then; the provider goes on.
    _ = std::io::stdout().write_all(text.as_bytes());
    // Without the signal handler Ctrl-C still ends the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    Ok(())
}

fn taken(error: AuthorityError, port: u16) -> Failure {
    match error {
        AuthorityError::Bind(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Failure::port_taken(port)
        }
        error => error.into(),
    }
}

/// The settings of an application: the client, the provider's origin, and the first sample's settings,
/// each a variable and its value.
pub fn settings(provider: &Provider, origin: &str) -> Vec<(String, String)> {
    let variable = |name: &str| variable(&provider.name, name);
    let mut settings = vec![
        (variable("key"), DEFAULT_CLIENT_ID.to_owned()),
        (variable("secret"), DEFAULT_CLIENT_SECRET.to_owned()),
        (variable("offline_provider"), origin.to_owned()),
    ];
    let json = provider::first_good_sample(provider);
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
