//! The callback's end on this machine: waits for the one request that brings the browser back.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use url::{Url, form_urlencoded};

use crate::failure::Failure;
use crate::html;

/// The longest form that a provider may post (OAuth 2.0 Form Post Response Mode).
const MAX_FORM: usize = 64 * 1024;

/// How long a browser may take to fetch the last page.
const LAST_PAGE: Duration = Duration::from_millis(300);

/// Listens on both loopback addresses, since `localhost` may be either.
pub(super) struct Listener {
    port: u16,
    callbacks: mpsc::Receiver<Received>,
}

/// A request that may be the callback.
struct Received {
    path: String,
    parameters: String,
    answer: oneshot::Sender<String>,
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

    /// The parameters of the callback that is waited for, and where its page goes. Whoever else asks,
    /// such as a page that tries its luck with this port, is told so and ends nothing.
    pub(super) async fn callback(
        mut self,
        expected: &Expected,
        wait: Duration,
    ) -> Option<(String, Answer)> {
        let deadline = Instant::now().checked_add(wait);
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let received = tokio::time::timeout(left.unwrap_or(wait), self.callbacks.recv());
            let Received { path, parameters, answer } = received.await.ok()??;
            if path == expected.path && expected.is_state_of(&parameters) {
                return Some((parameters, Answer(answer)));
            }
            // Whoever asked may be gone.
            _ = answer.send(page("Not the sign-in", "This window waits for another sign-in."));
        }
    }
}

/// What the callback looks like that is waited for.
pub(super) struct Expected {
    path: String,
    state: String,
}

impl Expected {
    pub(super) fn new(redirect_uri: &str, authorization_url: &str) -> Self {
        let path = Url::parse(redirect_uri).map(|url| url.path().to_owned()).unwrap_or_default();
        let state = Url::parse(authorization_url).ok().and_then(|url| {
            url.query_pairs().find(|(name, _)| name == "state").map(|(_, state)| state.into_owned())
        });
        Self { path, state: state.unwrap_or_default() }
    }

    fn is_state_of(&self, parameters: &str) -> bool {
        form_urlencoded::parse(parameters.as_bytes())
            .any(|(name, value)| name == "state" && value == self.state)
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
async fn receive(State(callbacks): State<mpsc::Sender<Received>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let parameters = if request.method() == Method::POST {
        let body = to_bytes(request.into_body(), MAX_FORM).await.unwrap_or_default();
        String::from_utf8_lossy(&body).into_owned()
    } else {
        request.uri().query().unwrap_or_default().to_owned()
    };
    let is_callback = parameters.split('&').any(|pair| pair.starts_with("state="));
    let (answer, page) = oneshot::channel();
    if !is_callback || callbacks.send(Received { path, parameters, answer }).await.is_err() {
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
