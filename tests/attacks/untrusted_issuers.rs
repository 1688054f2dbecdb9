//! Issuers that customers enter into an application: nothing that they type reaches the application's own
//! network, its files, or a map of its ports.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use authspec::transport::{
    BoxFuture, HttpRequest, HttpResponse, Network, Proxy, ReqwestTransport, Transport,
    TransportError, TransportErrorKind,
};
use authspec::{
    Backend, BeginRequest, Callback, Code, Environment, Error, Identity, Recovery, Runtime, Stage,
};
use authspec_authority::{Authority, Fault};
use authspec_tests::{ENTRA, NOW, TestClock, backend_of, redirect_uri, setting};
use serde_json::json;

use crate::attack::word;

/// The public origin of the authority.
const PUBLIC: &str = "https://op.example";

/// The internet, on which the authority is at [`PUBLIC`]; it notes what is asked, and on which networks.
#[derive(Clone)]
struct Internet {
    local: String,
    transport: ReqwestTransport,
    asked: Arc<Mutex<Vec<(String, Network)>>>,
}

impl Transport for Internet {
    fn send(
        &self,
        mut request: HttpRequest,
    ) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.asked.lock().unwrap().push((request.url.clone(), request.network));
        request.url = request.url.replace(PUBLIC, &self.local);
        request.network = Network::Any;
        self.transport.send(request)
    }
}

/// The authority on the internet.
async fn internet() -> (Authority, Internet) {
    let authority = Authority::builder().public_origin(PUBLIC).start().await.unwrap();
    authority.set_clock(Some(NOW));
    let local = authority.local_origin().to_owned();
    let transport = ReqwestTransport::new().unwrap();
    (authority, Internet { local, transport, asked: Arc::default() })
}

/// The backend of an operator, or that of a customer.
fn backend(
    name: &str,
    transport: impl Transport,
    variables: Vec<(String, String)>,
    is_untrusted: bool,
) -> Result<Box<dyn Backend>, Error> {
    let environment = Environment::from_pairs(variables);
    let runtime = Runtime::with(transport, TestClock::at(NOW), environment);
    let runtime = if is_untrusted { runtime.with_untrusted_issuers() } else { runtime };
    backend_of(name, &runtime)
}

async fn sign_in(
    authority: &Authority,
    internet: &Internet,
    backend: &dyn Backend,
) -> Result<Identity, Error> {
    let started = backend.begin(BeginRequest::new(redirect_uri(backend))).await?;
    let url = started.authorization_url.replace(PUBLIC, &internet.local);
    let callback = authority.visit(&url).await.unwrap();
    backend.complete(&started.transaction, Callback::from_url(&callback)).await
}

#[tokio::test]
async fn a_customers_issuer_reaches_no_neighbour() {
    let (authority, internet) = internet().await;
    for name in ENTRA.into_iter().chain(["oidc", "github"]) {
        authority.sign_in_as("member");
        for (is_untrusted, expected) in [(true, Network::Public), (false, Network::Any)] {
            internet.asked.lock().unwrap().clear();
            let settings = authority.settings_for(name).unwrap();
            let backend = backend(name, internet.clone(), settings, is_untrusted).unwrap();
            let result = sign_in(&authority, &internet, backend.as_ref()).await;
            assert!(result.is_ok(), "{name} {is_untrusted}: {result:?}");
            let asked = internet.asked.lock().unwrap().clone();
            assert!(asked.len() > 1, "{name}");
            for (url, network) in asked {
                assert_eq!(network, expected, "{name} {is_untrusted}: {url}");
            }
        }
    }
}

/// The settings of `oidc` at the public authority, with one more or another one.
fn with(authority: &Authority, name: &str, value: &str) -> Vec<(String, String)> {
    let mut settings = authority.settings_for("oidc").unwrap();
    settings.push((setting("oidc", name), value.to_owned()));
    settings
}

#[tokio::test]
async fn settings_of_operators_are_not_a_customers() {
    let (authority, internet) = internet().await;
    let file = std::env::temp_dir().join("authspec-no-such-key.pem");
    for (name, value) in [
        ("OIDC_ENDPOINT", "http://127.0.0.1:8400/oidc"),
        ("OIDC_ENDPOINT", "https://127.0.0.1/oidc"),
        ("OIDC_ENDPOINT", "https://10.0.0.1"),
        ("OIDC_ENDPOINT", "https://169.254.169.254/latest/meta-data"),
        ("OIDC_ENDPOINT", "https://[::1]:8443"),
        ("OIDC_ENDPOINT", "https://2130706433"),
        ("OIDC_ENDPOINT", "https://keycloak"),
        ("OIDC_ENDPOINT", "https://metadata.google.internal"),
        ("AUTHORIZATION_URL", "https://op.example/a"),
        ("ACCESS_TOKEN_URL", "https://op.example/t"),
        ("OPENID_CONFIGURATION_URL", "https://op.example/d"),
        ("JWKS_URI", "https://op.example/k"),
        ("ENDPOINT_HOSTS", "keys.example"),
        ("OFFLINE_PROVIDER", "http://127.0.0.1:8400"),
        ("PROXIES", r#"{"https":"http://10.0.0.1:3128"}"#),
        ("PRIVATE_KEY_FILE", file.to_str().unwrap()),
    ] {
        let settings = || with(&authority, name, value);
        let error = backend("oidc", internet.clone(), settings(), true).expect_err(value);
        assert_eq!(word(&error), (Code::InvalidSetting, Stage::Begin), "{name}={value}: {error}");
        assert_eq!(error.parameter(), Some(setting("oidc", name).as_str()), "{value}");
        // Its twin: an operator set it.
        let operators = backend("oidc", internet.clone(), settings(), false);
        assert!(operators.is_ok(), "{name}={value}: {:?}", operators.err());
    }
    assert!(internet.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_operators_files_and_proxies_serve_no_customer() {
    let (authority, internet) = internet().await;
    let name = "azuread-v2-tenant-oauth2";
    let file = std::env::temp_dir().join(format!("authspec-token-{}", std::process::id()));
    std::fs::write(&file, authority.federated_token("system:serviceaccount:web:login")).unwrap();
    let mut settings = authority.settings_for(name).unwrap();
    settings.retain(|(variable, _)| *variable != setting(name, "SECRET"));
    let path = file.to_str().unwrap().to_owned();
    settings.push(("AZURE_FEDERATED_TOKEN_FILE".to_owned(), path));
    let error = backend(name, internet.clone(), settings.clone(), true).err().unwrap();
    assert_eq!(word(&error), (Code::MissingSetting, Stage::Begin), "{error}");
    let operators = backend(name, internet.clone(), settings, false);
    std::fs::remove_file(&file).unwrap();
    assert!(operators.is_ok(), "{:?}", operators.err());

    let mut settings = authority.settings_for("oidc").unwrap();
    settings.push(("HTTPS_PROXY".to_owned(), "http://proxy.example:3128".to_owned()));
    let error = backend("oidc", internet.clone(), settings.clone(), true).err().unwrap();
    assert_eq!(word(&error), (Code::InvalidSetting, Stage::Begin), "{error}");
    assert_eq!(error.parameter(), Some("HTTPS_PROXY"));
    assert!(backend("oidc", internet.clone(), settings.clone(), false).is_ok());
    settings.push(("NO_PROXY".to_owned(), "op.example".to_owned()));
    assert!(backend("oidc", internet, settings, true).is_ok(), "no proxy sees that host");

    let proxy = Proxy::new("http://proxy.example:3128").unwrap();
    let transport = || ReqwestTransport::builder().proxy(proxy.clone()).build().unwrap();
    let settings = || authority.settings_for("oidc").unwrap();
    assert!(backend("oidc", transport(), settings(), true).is_err());
    assert!(backend("oidc", transport(), settings(), false).is_ok());
}

#[tokio::test]
async fn a_customers_document_names_public_hosts_only() {
    let (authority, internet) = internet().await;
    for (host, is_public) in [("keys.example", true), ("10.0.0.1", false), ("keycloak", false)] {
        let keys = format!("https://{host}/oidc/keys");
        let members = vec![("jwks_uri".to_owned(), Some(json!(keys)))];
        authority.set_fault(Some(Fault::DiscoveryMembers(members)));
        let settings = authority.settings_for("oidc").unwrap();
        let backend = backend("oidc", internet.clone(), settings, true).unwrap();
        let begun = backend.begin(BeginRequest::new(redirect_uri(backend.as_ref()))).await;
        assert_eq!(begun.is_ok(), is_public, "{host}: {begun:?}");
        if let Err(error) = begun {
            assert_eq!(word(&error), (Code::MalformedResponse, Stage::Begin));
            assert!(!error.message().contains("ENDPOINT_HOSTS"), "no way out is offered: {error}");
        }
    }
}

/// No request gets a response, for this reason.
struct Broken(TransportErrorKind);

impl Transport for Broken {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(std::future::ready(Err(self.0.clone().into())))
    }
}

#[tokio::test]
async fn no_error_tells_a_customer_which_ports_are_open() {
    use TransportErrorKind as Kind;
    let authority = Authority::builder().public_origin(PUBLIC).start().await.unwrap();
    for (is_untrusted, different) in [(true, 1), (false, 8)] {
        let mut errors = BTreeSet::new();
        for kind in [
            Kind::HostNotFound,
            Kind::PrivateNetwork,
            Kind::ConnectionRefused,
            Kind::Unreachable,
            Kind::ConnectionLost,
            Kind::ConnectTimeout,
            Kind::NoTls,
            Kind::UnknownIssuer,
        ] {
            let settings = authority.settings_for("oidc").unwrap();
            let backend = backend("oidc", Broken(kind), settings, is_untrusted).unwrap();
            let request = BeginRequest::new(redirect_uri(backend.as_ref()));
            let error = backend.begin(request).await.unwrap_err();
            if is_untrusted {
                assert_eq!(word(&error), (Code::ConnectionFailed, Stage::Begin));
                assert_eq!(error.recovery(), Recovery::ContactAdministrator);
                assert!(std::error::Error::source(&error).is_some(), "the log has the reason");
            }
            errors.insert(serde_json::to_string(&error).unwrap());
        }
        assert_eq!(errors.len(), different, "{errors:?}");
    }
}
