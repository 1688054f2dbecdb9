//! `login`: signs in for real through the system's browser, prints who it is, and explains a refusal.

mod listener;
mod refusal;

use std::time::Duration;

use authspec::Code;
use url::Url;

use self::listener::{Expected, Listener};
use crate::arguments::Login;
use crate::backend::backend;
use crate::failure::Failure;
use crate::output;

pub(crate) async fn run(arguments: Login) -> Result<(), Failure> {
    let backend = backend(&arguments.backend.backend)?;
    let name = backend.descriptor().name;
    let mut listener = Listener::bind(port(&arguments)?).await?;
    let offline =
        std::env::vars_os().any(|(name, _)| name.to_string_lossy().ends_with("_OFFLINE_PROVIDER"));
    let redirect_uri = arguments
        .redirect_uri
        .clone()
        .unwrap_or_else(|| format!("http://localhost:{}/complete/{name}/", listener.port()));
    eprintln!("redirect URI, which must be registered with the provider: {redirect_uri}");
    let request = arguments.ask.request(redirect_uri.clone());
    let started = match backend.begin(request).await {
        Ok(started) => started,
        Err(error) => {
            refusal::explain(&error, backend.descriptor());
            if offline && error.code() == Code::ConnectionFailed {
                eprintln!("OFFLINE_PROVIDER is set: is `authspec serve` running?\n");
            }
            return Err(error.into());
        }
    };
    let url = &started.authorization_url;
    let opened = !arguments.no_browser && open::that_detached(url).is_ok();
    let what = if opened { "if no browser opens, open" } else { "open in a browser" };
    eprintln!("{what}:\n\n  {url}\n");

    let expected = Expected::new(&redirect_uri, url);
    let waiting = listener.callback(&expected, Duration::from_secs(arguments.timeout));
    let Some((callback, answer)) = waiting.await else {
        return Err(no_callback(arguments.timeout));
    };
    let completed = backend.complete(&started.transaction, callback).await;
    answer.send(match &completed {
        Ok(_) => listener::page("Signed in", "You can close this window."),
        Err(error) => listener::page("Not signed in", error.message()),
    });
    listener.close().await;
    match completed {
        Ok(identity) => output::json(&output::identity(&identity)),
        Err(error) => {
            refusal::explain(&error, backend.descriptor());
            Err(error.into())
        }
    }
}

/// The port to listen at: that of the redirect URI, if one is given.
fn port(arguments: &Login) -> Result<u16, Failure> {
    let Some(text) = &arguments.redirect_uri else {
        return Ok(arguments.port);
    };
    let url = Url::parse(text).ok().filter(|url| {
        let is_local = is_this_machine(url);
        let is_nobody = url.username().is_empty() && url.password().is_none();
        let is_plain = url.query().is_none() && url.fragment().is_none();
        url.scheme() == "http" && is_local && is_nobody && is_plain && url.port() != Some(0)
    });
    let url = url.ok_or_else(|| {
        let message = "the redirect URI must lead to this machine, such as \
                       http://localhost:8000/complete/NAME/; for another one use `begin` and \
                       `complete`";
        Failure::Wrong {
            code: Code::InvalidParameter.as_str(),
            message: message.to_owned(),
            parameter: Some("redirect_uri".to_owned()),
        }
    })?;
    Ok(url.port().unwrap_or(80))
}

/// Returns `true` if a URL leads to this machine by one of the names that browsers trust.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

fn no_callback(seconds: u64) -> Failure {
    Failure::TimedOut(format!(
        "the browser did not come back within {seconds} s. If the provider showed an error \
         page with a code such as AADSTS50011, `authspec explain AADSTS50011` says what to change"
    ))
}
