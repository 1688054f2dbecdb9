//! The callback's end on this machine: waits for the one request that brings the browser back.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::failure::Failure;
use crate::html;

/// The longest form that a provider may post (OAuth 2.0 Form Post Response Mode).
const MAX_FORM: usize = 64 * 1024;

/// How long a browser may take to fetch the last page.
const LAST_PAGE: Duration = Duration::from_millis(300);

/// Listens on both loopback addresses, since `localhost` may be either.
pub(super) struct Listener {
    port: u16,
    callbacks: mpsc::Receiver<(String, oneshot::Sender<String>)>,
}

/// Where the browser waits for its page.
pub(super) struct Answer(oneshot::Sender<String>);

impl Listener {
    pub(super) async fn bind(port: u16) -> Result<Self, Failure> {
        let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
            let taken = error.kind() == std::io::ErrorKind::AddrInUse;
            if !taken {
                return Failure::Io(error);
            }
            let message = format!("port {port} is taken; choose another with --port, or 0 for any");
            Failure::wrong("invalid_parameter", message)
        })?;
        let port = four.local_addr()?.port();
        let (sender, callbacks) = mpsc::channel(1);
        let router = Router::new().fallback(receive).with_state(sender);
        // A machine without IPv6 has one loopback address.
        if let Ok(six) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            tokio::spawn(axum::serve(six, router.clone()).into_future());
        }
        tokio::spawn(axum::serve(four, router).into_future());
        Ok(Self { port, callbacks })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The parameters of the first callback, and where its page goes.
    pub(super) async fn callback(mut self, wait: Duration) -> Option<(String, Answer)> {
        let received = tokio::time::timeout(wait, self.callbacks.recv()).await.ok()??;
        Some((received.0, Answer(received.1)))
    }
}

impl Answer {
    /// Shows the page; waits until the browser had time to fetch it.
    pub(super) async fn send(self, page: &str) {
        if self.0.send(page.to_owned()).is_ok() {
            tokio::time::sleep(LAST_PAGE).await;
        }
    }
}

/// Takes a request with parameters of a callback; a browser asks for icons too.
async fn receive(
    State(callbacks): State<mpsc::Sender<(String, oneshot::Sender<String>)>>,
    request: Request,
) -> Response {
    let parameters = if request.method() == Method::POST {
        let body = to_bytes(request.into_body(), MAX_FORM).await.unwrap_or_default();
        String::from_utf8_lossy(&body).into_owned()
    } else {
        request.uri().query().unwrap_or_default().to_owned()
    };
    let is_callback = parameters.split('&').any(|pair| pair.starts_with("state="));
    let (sender, page) = oneshot::channel();
    if !is_callback || callbacks.send((parameters, sender)).await.is_err() {
        return StatusCode::NOT_FOUND.into_response();
    }
    match page.await {
        Ok(page) => Html(page).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The page that the browser is left with.
pub(super) fn page(title: &str, text: &str) -> String {
    let text = html::escape(text);
    html::page(&format!("{title} – authspec"), &format!("<h1>{title}</h1><p>{text}</p>"))
}
