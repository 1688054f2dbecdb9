//! The callback's end on this machine: waits for the one request that brings the browser back.

use std::time::{Duration, Instant};

use authspec::Callback;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use url::{Url, form_urlencoded};

use crate::failure::Failure;
use crate::html;
use crate::loopback;

/// The longest form that a provider may post (OAuth 2.0 Form Post Response Mode).
const MAX_FORM: usize = 64 * 1024;

/// The time limit for a browser to fetch the last page.
const LAST_PAGE: Duration = Duration::from_secs(2);

/// Listens on both loopback addresses, since `localhost` may be either.
pub(super) struct Listener {
    port: u16,
    callbacks: mpsc::Receiver<Received>,
    servers: Servers,
}

/// A request that may be the callback.
struct Received {
    path: String,
    parameters: String,
    callback: Callback,
    answer: oneshot::Sender<String>,
}

/// The connection on which the browser waits for its page.
pub(super) struct Answer(oneshot::Sender<String>);

impl Listener {
    pub(super) async fn bind(port: u16) -> Result<Self, Failure> {
        let (listeners, port) = loopback::listen(port).await?;
        let (sender, callbacks) = mpsc::channel(1);
        let router = Router::new().fallback(receive).with_state(sender);
        let mut servers = Servers::default();
        for listener in listeners {
            servers.start(listener, router.clone());
        }
        Ok(Self { port, callbacks, servers })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The callback that is waited for, and the connection for its page. Any other request,
    /// such as a page that tries its luck with this port, is told so and ends nothing.
    pub(super) async fn callback(
        &mut self,
        expected: &Expected,
        wait: Duration,
    ) -> Option<(Callback, Answer)> {
        let deadline = Instant::now().checked_add(wait);
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let received = tokio::time::timeout(left.unwrap_or(wait), self.callbacks.recv());
            let Received { path, parameters, callback, answer } = received.await.ok()??;
            let text = match (path == expected.path, expected.is_state_of(&parameters)) {
                (true, true) => return Some((callback, Answer(answer))),
                (false, true) => "The provider came back to another path than the redirect URI's.",
                (true, false) => "The provider came back without the state of this sign-in.",
                (false, false) => "This window belongs to another sign-in.",
            };
            eprintln!("not the callback that is waited for: {text}");
            // The browser may be gone.
            _ = answer.send(page("Not signed in", text));
        }
    }

    /// Ends the servers when the browser has its page.
    pub(super) async fn close(self) {
        self.servers.close().await;
    }
}

/// The servers, and what ends them.
#[derive(Default)]
struct Servers(Vec<(oneshot::Sender<()>, JoinHandle<()>)>);

impl Servers {
    fn start(&mut self, listener: TcpListener, router: Router) {
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let until = async move {
                // An error means that the command ends, which is the signal.
                _ = stopped.await;
            };
            // A server that fails cannot be reached: the wait for the callback ends in time.
            _ = axum::serve(listener, router).with_graceful_shutdown(until).await;
        });
        self.0.push((stop, task));
    }

    async fn close(self) {
        for (stop, task) in self.0 {
            drop(stop);
            // A browser that keeps its connection open must not keep the command.
            _ = tokio::time::timeout(LAST_PAGE, task).await;
        }
    }
}

/// The shape of the callback that is waited for.
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
    /// Shows the page.
    pub(super) fn send(self, page: String) {
        // A browser that is gone needs no page.
        _ = self.0.send(page);
    }
}

/// Takes a request with parameters of a callback; a browser asks for icons too.
async fn receive(State(callbacks): State<mpsc::Sender<Received>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let url = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let (parameters, callback) = if request.method() == Method::POST {
        let body = to_bytes(request.into_body(), MAX_FORM).await.unwrap_or_default();
        let body = String::from_utf8_lossy(&body).into_owned();
        let callback = Callback::from_form(&url, &body);
        (body, callback)
    } else {
        (request.uri().query().unwrap_or_default().to_owned(), Callback::from_url(&url))
    };
    // A browser asks for icons too; every callback has one of these (RFC 6749 section 4.1.2).
    let is_callback = parameters
        .split('&')
        .any(|pair| ["state=", "code=", "error="].iter().any(|name| pair.starts_with(name)));
    let (answer, page) = oneshot::channel();
    let received = Received { path, parameters, callback, answer };
    if !is_callback || callbacks.send(received).await.is_err() {
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
