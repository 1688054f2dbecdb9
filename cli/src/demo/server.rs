//! The demo in a browser: a page with every backend, and who signed in.

use std::net::Ipv4Addr;
use std::sync::Arc;

use authspec::{Backend, BeginRequest, Callback, LogoutRequest};
use authspec_authority::Authority;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;

use super::page;
use crate::failure::Failure;

struct Demo {
    backends: Vec<Box<dyn Backend>>,
    origin: String,
    /// Held so that the authority runs as long as the page.
    _authority: Authority,
}

pub(super) async fn run(port: u16) -> Result<(), Failure> {
    let authority = Authority::builder().interactive().start().await?;
    let listener = match tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => listener,
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            return Err(Failure::port_taken(port));
        }
        Err(error) => return Err(error.into()),
    };
    let origin = format!("http://{}", listener.local_addr()?);
    let backends = super::backends(&authority)?;
    println!("authspec demo: open {origin}/ in a browser");
    println!("offline authority: {}", authority.origin());
    println!("Ctrl-C ends both.");
    let demo = Arc::new(Demo { backends, origin, _authority: authority });
    let app = Router::new()
        .route("/", get(index))
        .route("/login/{backend}", get(login))
        .route("/complete/{backend}/", get(complete))
        .with_state(demo);
    axum::serve(listener, app)
        .with_graceful_shutdown(async {
            // Without the signal handler Ctrl-C still ends the process.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await?;
    Ok(())
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
    match backend.begin(BeginRequest::new(redirect_uri)).await {
        Ok(started) => {
            // The sealed transaction travels in a cookie that only this callback receives.
            let cookie = format!(
                "authspec-transaction={}; Path=/complete/{name}/; HttpOnly; SameSite=Lax; Max-Age={}",
                started.transaction,
                started.lifetime.as_secs(),
            );
            ([(header::SET_COOKIE, cookie)], Redirect::to(&started.authorization_url))
                .into_response()
        }
        Err(error) => (StatusCode::BAD_GATEWAY, Html(page::error(&error))).into_response(),
    }
}

async fn complete(
    State(demo): State<Arc<Demo>>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(backend) = demo.backend(&name) else {
        return not_found();
    };
    let transaction = transaction(&headers).unwrap_or_default();
    let callback = Callback::from_url(&uri.to_string());
    match backend.complete(transaction, callback).await {
        Ok(identity) => {
            let request =
                LogoutRequest::new().post_logout_redirect_uri(format!("{}/", demo.origin));
            let logout = backend.logout_url(request).await.ok();
            let forget =
                format!("authspec-transaction=; Path=/complete/{name}/; HttpOnly; Max-Age=0");
            let page = page::identity(&identity, logout.as_deref());
            ([(header::SET_COOKIE, forget)], Html(page)).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, Html(page::error(&error))).into_response(),
    }
}

fn transaction(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split("; "))
        .find_map(|cookie| cookie.strip_prefix("authspec-transaction="))
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Html(page::not_found())).into_response()
}
