//! `login`: signs in for real through the system's browser, prints who it is, and explains a refusal.

mod advice;
mod listener;
mod refusal;

use std::time::Duration;

use authspec::{BeginRequest, Callback, Code};
use url::Url;

pub(crate) use self::advice::advice;
pub(crate) use self::refusal::text as refusal_text;

use self::listener::Listener;
use crate::arguments::Login;
use crate::backend::backend;
use crate::failure::Failure;
use crate::output;

pub(crate) async fn run(arguments: Login) -> Result<(), Failure> {
    let backend = backend(&arguments.backend.backend)?;
    let name = backend.descriptor().name;
    let listener = Listener::bind(port(&arguments)?).await?;
    let redirect_uri = arguments
        .redirect_uri
        .clone()
        .unwrap_or_else(|| format!("http://localhost:{}/complete/{name}/", listener.port()));
    eprintln!("redirect URI, which must be registered with the provider: {redirect_uri}");
    let started = match backend.begin(BeginRequest::new(redirect_uri)).await {
        Ok(started) => started,
        Err(error) => {
            refusal::explain(&error, backend.descriptor());
            return Err(error.into());
        }
    };
    let url = &started.authorization_url;
    let opened = !arguments.no_browser && open::that_detached(url).is_ok();
    let what = if opened { "if no browser opens, open" } else { "open in a browser" };
    eprintln!("{what}:\n\n  {url}\n");

    let waiting = listener.callback(Duration::from_secs(arguments.timeout));
    let Some((parameters, answer)) = waiting.await else {
        return Err(no_callback(arguments.timeout));
    };
    let completed = backend.complete(&started.transaction, Callback::from_query(&parameters)).await;
    match completed {
        Ok(identity) => {
            answer.send(&listener::page("Signed in", "You can close this window.")).await;
            output::json(&output::identity(&identity))
        }
        Err(error) => {
            answer.send(&listener::page("Not signed in", error.message())).await;
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
        let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.scheme() == "http" && is_local
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

fn no_callback(seconds: u64) -> Failure {
    Failure::TimedOut(format!(
        "the browser did not come back within {seconds} seconds. If the provider showed an error \
         page with a code such as AADSTS50011, `authspec explain AADSTS50011` says what to change"
    ))
}
