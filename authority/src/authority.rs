//! The handle that starts the provider, steers it and stops it.

use std::sync::Arc;
use std::{error, fmt, io};

use axum::Router;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::authorize_error::AuthorizeError;
use crate::client::Client;
use crate::cloud::Cloud;
use crate::constants::{
    B2C_POLICY, B2C_TENANT_NAME, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, FEDERATED_AUDIENCE,
    FEDERATED_ISSUER, TENANT_ID,
};
use crate::fault::Fault;
use crate::given::GivenProvider;
use crate::jws::{header, members, signed};
use crate::keys::{KeyName, key};
use crate::record::RecordedRequest;
use crate::server::answer;
use crate::state::{Decision, Shared};
use crate::users::{User, users};
use crate::visit::Visited;

/// The error of a provider that could not start.
#[derive(Debug)]
pub enum AuthorityError {
    /// The loopback address could not be taken.
    Bind(io::Error),
    /// The system refused to make a key or random numbers.
    Cryptography,
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind(error) => write!(formatter, "cannot listen on 127.0.0.1: {error}"),
            Self::Cryptography => formatter.write_str("cannot make keys or random numbers"),
        }
    }
}

impl error::Error for AuthorityError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Bind(error) => Some(error),
            Self::Cryptography => None,
        }
    }
}

/// Settings for starting the provider.
#[derive(Clone, Debug, Default)]
pub struct AuthorityBuilder {
    port: u16,
    interactive: bool,
    given: Option<GivenProvider>,
    public_origin: Option<String>,
}

impl AuthorityBuilder {
    /// Listens on this port of 127.0.0.1 instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Shows a sign-in page instead of signing in by itself.
    #[must_use]
    pub fn interactive(mut self) -> Self {
        self.interactive = true;
        self
    }

    /// Serves this provider instead of the usual ones.
    #[must_use]
    pub fn provider(mut self, provider: GivenProvider) -> Self {
        self.given = Some(provider);
        self
    }

    /// Names this origin in its documents and tokens: that of a server in front of it, such as one that
    /// speaks TLS.
    #[must_use]
    pub fn public_origin(mut self, origin: &str) -> Self {
        self.public_origin = Some(origin.to_owned());
        self
    }

    /// Starts the provider. It runs on the caller's tokio runtime, which needs input, output and
    /// time enabled.
    ///
    /// # Errors
    ///
    /// Returns an error if the address cannot be bound.
    pub async fn start(self) -> Result<Authority, AuthorityError> {
        let listener =
            TcpListener::bind(("127.0.0.1", self.port)).await.map_err(AuthorityError::Bind)?;
        let address = listener.local_addr().map_err(AuthorityError::Bind)?;
        let local_origin = format!("http://{address}");
        let origin = self.public_origin.unwrap_or_else(|| local_origin.clone());
        let shared = Arc::new(Shared::new(origin, self.interactive, self.given));
        let router: Router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let until = async move {
                // An error means that the handle is gone, which is the signal.
                let _ = stopped.await;
            };
            let _ = axum::serve(listener, router).with_graceful_shutdown(until).await;
        });
        Ok(Authority { shared, local_origin, _stop: stop })
    }
}

/// A running provider. Dropping it stops the server.
#[derive(Debug)]
pub struct Authority {
    shared: Arc<Shared>,
    local_origin: String,
    _stop: oneshot::Sender<()>,
}

impl Authority {
    /// Starts on a free port of 127.0.0.1 and signs in the user `member` without asking.
    ///
    /// # Errors
    ///
    /// Returns an error if no port can be bound.
    pub async fn start() -> Result<Self, AuthorityError> {
        Self::builder().start().await
    }

    /// Settings to start with.
    pub fn builder() -> AuthorityBuilder {
        AuthorityBuilder::default()
    }

    /// The provider's origin: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn origin(&self) -> String {
        self.shared.origin.clone()
    }

    /// The origin on which it listens. It is the same as [`origin`](Self::origin) unless
    /// [`public_origin`](AuthorityBuilder::public_origin) was set.
    pub fn local_origin(&self) -> &str {
        &self.local_origin
    }

    /// Signs in as a browser would in automatic mode: opens an authorization URL and says where the
    /// answer redirects to, which is the callback that the client waits for.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not on loopback, or the authority does not redirect: it shows a
    /// page, or a form that is to be posted, which [`Self::visit_any`] reads.
    pub async fn visit(&self, authorization_url: &str) -> io::Result<String> {
        match self.visit_any(authorization_url).await? {
            Visited::Redirect(url) => Ok(url),
            Visited::Form { .. } => Err(io::Error::other(
                "the authority answered with a form that is to be posted: use `visit_any`",
            )),
        }
    }

    /// The same for requests with `response_mode=form_post` too, which are answered by a form.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not on loopback, or the authority answers with a page for people.
    pub async fn visit_any(&self, authorization_url: &str) -> io::Result<Visited> {
        crate::visit::visit(authorization_url).await
    }

    /// Environment variables with which a backend signs in here: the default client's, and where this
    /// provider is. For a provider that is data, every backend is the one that it was made from.
    ///
    /// `None` when this provider stands for no such backend.
    pub fn settings_for(&self, backend: &str) -> Option<Vec<(String, String)>> {
        let origin = self.origin();
        let place: &[(&str, String)] = match backend {
            _ if self.shared.given.is_some() => &[("OFFLINE_PROVIDER", origin)],
            "azuread-oauth2" | "azuread-oauth2-v2" => &[("AUTHORITY_HOST", origin)],
            "azuread-tenant-oauth2" | "azuread-v2-tenant-oauth2" => {
                &[("AUTHORITY_HOST", origin), ("TENANT_ID", TENANT_ID.to_owned())]
            }
            "azuread-b2c-oauth2" => &[
                ("AUTHORITY_HOST", origin),
                ("TENANT_NAME", B2C_TENANT_NAME.to_owned()),
                ("POLICY", B2C_POLICY.to_owned()),
            ],
            "oidc" => &[("OIDC_ENDPOINT", format!("{origin}/oidc"))],
            "github" => &[("AUTHORITY_HOST", origin.clone()), ("API_URL", origin)],
            _ => return None,
        };
        let client = [("KEY", DEFAULT_CLIENT_ID), ("SECRET", DEFAULT_CLIENT_SECRET)];
        let client = client.map(|(name, value)| (name, value.to_owned()));
        let prefix = format!("SOCIAL_AUTH_{}_", backend.to_ascii_uppercase().replace('-', "_"));
        let all = client.into_iter().chain(place.iter().cloned());
        Some(all.map(|(name, value)| (format!("{prefix}{name}"), value)).collect())
    }

    /// Everybody who can sign in.
    pub fn users() -> &'static [User] {
        users()
    }

    /// The default client, as it is registered now.
    pub fn client(&self) -> Client {
        self.shared.client(DEFAULT_CLIENT_ID).unwrap_or_default()
    }

    /// Adds a client, or replaces the one with the same id.
    pub fn register(&self, client: Client) {
        let mut inner = self.shared.lock();
        inner.clients.insert(client.id.clone(), client);
    }

    /// Whom authorization requests sign in from now on, by [`User::key`]. An endpoint that does not
    /// know the account signs in its usual user: `b2c` at B2C, `customer` at External ID, `octo` at the
    /// GitHub-like provider, `member` elsewhere.
    pub fn sign_in_as(&self, user: &str) {
        self.shared.lock().decision = Decision::SignIn(user.to_owned());
    }

    /// Answers authorization requests with this error, until [`Self::sign_in_as`] is called. Both count
    /// only where no sign-in page is shown.
    pub fn decline(&self, error: AuthorizeError) {
        self.shared.lock().decision = Decision::Decline(error);
    }

    /// A token of the federated issuer, as Kubernetes would mount it: audience
    /// [`FEDERATED_AUDIENCE`], valid for an hour. The default client trusts the subject
    /// [`crate::DEFAULT_FEDERATED_SUBJECT`].
    pub fn federated_token(&self, subject: &str) -> String {
        let now = self.shared.now();
        let claims = json!({
            "aud": [FEDERATED_AUDIENCE],
            "iss": FEDERATED_ISSUER,
            "sub": subject,
            "iat": now,
            "nbf": now,
            "exp": now.saturating_add(3_600),
            "kubernetes.io": {
                "namespace": "web",
                "serviceaccount": {"name": "login", "uid": "e7d61b95-20c4-4f38-a8b1-5c9d0e3f7a26"},
            },
        });
        self.sign(KeyName::Federated, json!({}), claims)
    }

    /// Every request so far, in order; of very many, the last 10,000.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.lock().requests.iter().cloned().collect()
    }

    /// Every code and token that was given out so far, faulty ones too, in order; of very many, the last
    /// 10,000.
    pub fn issued(&self) -> Vec<String> {
        self.shared.issued()
    }

    /// Makes the documents, keys and tokens of Entra ID those of this cloud.
    pub fn set_cloud(&self, cloud: Cloud) {
        self.shared.lock().cloud = cloud;
    }

    /// Sets the time, in seconds since 1970; `None` is the system's clock. Documents, tokens and the `Date`
    /// of every answer follow it.
    pub fn set_clock(&self, unix_seconds: Option<u64>) {
        self.shared.lock().clock = unix_seconds;
    }

    /// Sets the fault, or takes it away.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.shared.lock().fault = fault;
    }

    /// Gives every endpoint a new key with a new id and drops the old one from the key sets. After
    /// four rotations the first key comes back.
    pub fn rotate_keys(&self) {
        self.shared.rotate_keys();
    }

    /// A token signed with RS256. Members of `header` replace those of
    /// `{"typ":"JWT","alg":"RS256","kid":…}`; a JSON string as `claims` is signed as it is, so that
    /// a payload need not be JSON. Empty when the system cannot make the key.
    pub fn sign(&self, key_name: KeyName, header_members: Value, claims: Value) -> String {
        let generation = self.shared.generation();
        let payload = match claims {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let made = key(key_name, generation).and_then(|key| {
            let mut header = header(key);
            header.extend(members(header_members));
            signed(header, &payload, key)
        });
        made.unwrap_or_default()
    }
}
