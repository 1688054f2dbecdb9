//! The demo's web application: a page with every backend, and another for the outcome of a sign-in.
//!
//! The application is at `http://localhost`, the authority at `http://127.0.0.1`: two sites, as in production, so that
//! a cookie whose `SameSite` attribute is wrong is lost here too.

use std::sync::Arc;

use authspec::{Backend, BeginRequest, Callback, Error, LogoutRequest};
use authspec_authority::Authority;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;

use super::cookies;
use super::outcomes::Outcomes;
use super::page;
use crate::failure::Failure;
use crate::loopback;

/// The port of the application, unless another program has it.
const PORT: u16 = 8573;

struct Demo {
    backends: Vec<Box<dyn Backend>>,
    origin: String,
    outcomes: Outcomes,
    /// Held so that the authority runs as long as the application.
    _authority: Authority,
}

pub(super) async fn run(port: Option<u16>) -> Result<(), Failure> {
    let authority = Authority::builder().interactive().start().await?;
    let (listeners, port) = match (port, loopback::listen(port.unwrap_or(PORT)).await) {
        (None, Err(_)) => {
            println!("port {PORT} is taken: the demo uses another one");
            loopback::listen(0).await?
        }
        (_, listening) => listening?,
    };
    let origin = format!("http://localhost:{port}");
    let backends = super::backends(&authority)?;
    println!("authspec demo: open {origin}/ in a browser");
    println!("offline authority: {}", authority.origin());
    println!("Ctrl-C ends both.");
    let outcomes = Outcomes::default();
    let demo = Arc::new(Demo { backends, origin, outcomes, _authority: authority });
    let app = Router::new()
        .route("/", get(index))
        .route("/login/{backend}", get(login))
        .route("/complete/{backend}/", get(complete))
        .route("/outcome", get(outcome))
        .layer(middleware::from_fn_with_state(Arc::clone(&demo), at_origin))
        .with_state(demo);
    let servers: Vec<_> = listeners
        .into_iter()
        .map(|listener| axum::serve(listener, app.clone()).with_graceful_shutdown(interrupt()))
        .map(|server| tokio::spawn(server.into_future()))
        .collect();
    for server in servers {
        server.await.map_err(std::io::Error::other)??;
    }
    Ok(())
}

/// Ends with Ctrl-C.
async fn interrupt() {
    // Without the signal handler Ctrl-C still ends the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl Demo {
    fn backend(&self, name: &str) -> Option<&dyn Backend> {
        self.backends.iter().find(|backend| backend.descriptor().name == name).map(AsRef::as_ref)
    }
}

async fn index(State(demo): State<Arc<Demo>>) -> Html<String> {
    let backends: Vec<_> = demo.backends.iter().map(|backend| backend.descriptor()).collect();
    Html(page::index(&backends))
}

async fn login(State(demo): State<Arc<Demo>>, Path(name): Path<String>) -> Response {
    let Some(backend) = demo.backend(&name) else {
        return not_found();
    };
    let redirect_uri = format!("{}/complete/{name}/", demo.origin);
    match backend.begin(BeginRequest::new(redirect_uri).fresh_browser()).await {
        Ok(started) => {
            let cookie = cookies::transaction(&started, &name);
            ([(header::SET_COOKIE, cookie)], Redirect::to(&started.authorization_url))
                .into_response()
        }
        Err(error) => (status(&error), Html(page::error(&error))).into_response(),
    }
}

/// The redirect URI. It answers with a redirect to the outcome, so that no code stays in the address bar and a reload
/// does not send the code again.
async fn complete(
    State(demo): State<Arc<Demo>>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(backend) = demo.backend(&name) else {
        return not_found();
    };
    let callback = Callback::from_url(&uri.to_string());
    let Some(cookie) = cookies::transaction_of(&headers, uri.query().unwrap_or_default()) else {
        // Without a ticket `complete` says that it is missing, and why that may be.
        return match backend.complete("", callback).await {
            Ok(_) => not_found(),
            Err(error) => (status(&error), Html(page::error(&error))).into_response(),
        };
    };
    let callback = callback.browser(cookie.browser.as_str());
    let page = match backend.complete(&cookie.ticket, callback).await {
        Ok(identity) => {
            let request =
                LogoutRequest::new().post_logout_redirect_uri(format!("{}/", demo.origin));
            let logout = backend.logout_url(request).await.ok();
            page::identity(&identity, logout.as_deref())
        }
        Err(error) => page::error(&error),
    };
    demo.outcomes.keep(&cookie.browser, page);
    let set = [
        (header::SET_COOKIE, cookies::forget(&cookie.name, &name)),
        (header::SET_COOKIE, cookies::outcome(&cookie.browser)),
    ];
    (axum::response::AppendHeaders(set), Redirect::to("/outcome")).into_response()
}

/// The outcome of this browser's last sign-in, however often it is reloaded.
async fn outcome(State(demo): State<Arc<Demo>>, headers: HeaderMap) -> Response {
    let page = cookies::outcome_of(&headers).and_then(|key| demo.outcomes.find(key));
    match page {
        Some(page) => Html(page).into_response(),
        None => Redirect::to("/").into_response(),
    }
}

/// Leads a browser that opened another name of this machine to the one that the redirect URIs have: a
/// cookie of one host does not come to the other.
async fn at_origin(State(demo): State<Arc<Demo>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_none_or(|host| demo.origin.strip_prefix("http://") == Some(host)) {
        return next.run(request).await;
    }
    Redirect::temporary(&format!("{}{}", demo.origin, request.uri())).into_response()
}

fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Html(page::not_found())).into_response()
}
