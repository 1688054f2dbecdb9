//! Mix-up (RFC 9700 section 4.4): the answer of one provider, sent to another that the application uses too.

use authspec::{Backend, BeginRequest, Callback, Code, Runtime, Stage};
use authspec_authority::Fault;
use authspec_tests::{World, descriptor};

use crate::attack::word;
use crate::rows::browser::with;

const HONEST: &str = "azuread-oauth2-v2";
const SHARED: &str = "http://127.0.0.1:8000/auth/callback";

/// One application: Entra, and a provider of the attacker's, each with an authority of its own.
struct Application {
    entra: Box<dyn Backend>,
    other: Box<dyn Backend>,
}

fn backend(name: &str, runtime: &Runtime) -> Box<dyn Backend> {
    let settings = runtime.environment().settings_of(descriptor(name));
    authspec::backend(descriptor(name), &settings, runtime).unwrap()
}

impl Application {
    fn new(honest: &World, evil: &World) -> Self {
        let mut variables = honest.settings(HONEST);
        variables.extend(evil.settings("oidc"));
        let runtime = honest.runtime(variables);
        Self { entra: backend(HONEST, &runtime), other: backend("oidc", &runtime) }
    }
}

/// The value of a parameter.
fn param<'a>(url: &'a str, name: &str) -> &'a str {
    let (_, rest) = url.split_once(&format!("{name}=")).unwrap();
    rest.split('&').next().unwrap()
}

fn without_iss(evil: &World) {
    let promise = "authorization_response_iss_parameter_supported".to_owned();
    evil.authority.set_fault(Some(Fault::DiscoveryMembers(vec![(promise, None)])));
}

#[tokio::test]
async fn one_redirect_uri_one_issuer() {
    let (honest, evil) = (World::start().await, World::start().await);
    without_iss(&evil);
    let Application { entra, other } = Application::new(&honest, &evil);
    // 1. The attacker begins at Entra.
    let mine = entra.begin(BeginRequest::new(SHARED)).await.unwrap();
    // 2. The victim cannot begin at the attacker's provider with the same redirect URI, in any spelling.
    for spelling in [
        SHARED,
        "http://127.0.0.1:8000/auth/../auth/callback",
        "HTTP://127.0.0.1:8000/auth/callback",
    ] {
        let error = other.begin(BeginRequest::new(spelling)).await.unwrap_err();
        assert_eq!(word(&error), (Code::InvalidSetting, Stage::Begin), "{spelling}");
        assert_eq!(error.parameter(), Some("redirect_uri"));
    }
    assert!(evil.authority.requests().iter().all(|request| request.form_value("code").is_none()));
    // With one of its own it can, also by a query that no callback of the other has.
    for own in ["http://127.0.0.1:8000/auth/other", "https://app.example/auth/callback"] {
        assert!(other.begin(BeginRequest::new(own)).await.is_ok(), "{own}");
    }
    // And Entra goes on with its own.
    let callback = honest.browse(&mine.authorization_url).await;
    assert!(entra.complete(&mine.transaction, Callback::from_url(&callback)).await.is_ok());
}

#[tokio::test]
async fn redirect_uris_may_differ_by_a_parameter() {
    let (honest, evil) = (World::start().await, World::start().await);
    without_iss(&evil);
    let Application { entra, other } = Application::new(&honest, &evil);
    let with = |query: &str| BeginRequest::new(format!("{SHARED}{query}"));
    entra.begin(with("?provider=entra")).await.unwrap();
    assert!(other.begin(with("?provider=other")).await.is_ok(), "one parameter, two values");
    for both in ["", "?other=1", "?provider=entra"] {
        let error = other.begin(with(both)).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidSetting, "a callback may have both: {both}");
    }
}

/// The five steps of the attack, by an application that gives each provider a redirect URI and picks the
/// backend by its cookie, wherever the callback came to.
#[tokio::test]
async fn a_mixed_up_code_stays_at_home() {
    let (honest, evil) = (World::start().await, World::start().await);
    without_iss(&evil);
    let Application { entra, other } = Application::new(&honest, &evil);
    let home = |backend: &dyn Backend| {
        BeginRequest::new(format!("http://127.0.0.1:8000/complete/{}/", backend.descriptor().name))
    };
    // 1. The attacker begins at Entra; 2. the victim begins at the attacker's provider,
    let mine = entra.begin(home(entra.as_ref())).await.unwrap();
    let theirs = other.begin(home(other.as_ref())).await.unwrap();
    // 3. which sends the victim's browser on to Entra, with the attacker's challenge and the victim's state.
    let (place, query) = mine.authorization_url.split_once('?').unwrap();
    let on = with(&format!("{place}?{query}"), "state", param(&theirs.authorization_url, "state"));
    let callback = honest.browse(&on).await;
    // 4. The application completes the victim's sign-in, however it hands the callback on.
    let (url, query) = callback.split_once('?').unwrap();
    let path = url.strip_prefix("http://127.0.0.1:8000").unwrap();
    for callback in [
        Callback::from_url(&callback),
        Callback::from_url(&format!("{path}?{query}")),
        Callback::new(path, query),
    ] {
        let error = other.complete(&theirs.transaction, callback).await.unwrap_err();
        assert_eq!(word(&error), (Code::StateMismatch, Stage::Callback));
        assert_eq!(error.parameter(), Some("redirect_uri"));
    }
    for nowhere in [query.to_owned(), format!("?{query}")] {
        let callback = Callback::from_url(&nowhere);
        let error = other.complete(&theirs.transaction, callback).await.unwrap_err();
        assert_eq!(word(&error), (Code::InvalidParameter, Stage::Callback));
    }
    let by_path = entra.complete(&theirs.transaction, Callback::from_url(&callback)).await;
    assert_eq!(by_path.unwrap_err().code(), Code::SessionContextMissing);
    // 5. The attacker was sent no code to bring to a sign-in of their own.
    assert!(evil.authority.requests().iter().all(|request| request.form_value("code").is_none()));
}

#[tokio::test]
async fn providers_that_name_themselves_may_share_a_redirect_uri() {
    let (one, other) = (World::start().await, World::start().await);
    // One runtime with two issuers: as two instances.
    let mut variables = one.settings("oidc");
    let authority = other
        .settings("oidc")
        .into_iter()
        .map(|(name, value)| (name.replace("SOCIAL_AUTH_OIDC_", "SOCIAL_AUTH_TWIN_"), value));
    variables.extend(authority);
    let runtime = one.runtime(variables);
    let (first, second) = (backend("oidc", &runtime), twin(&runtime));
    let started = first.begin(BeginRequest::new(SHARED)).await.unwrap();
    let callback = one.browse(&started.authorization_url).await;
    let theirs = second.begin(BeginRequest::new(SHARED)).await.unwrap();
    // RFC 9207 tells their answers apart.
    let mixed_up = with(&callback, "state", param(&theirs.authorization_url, "state"));
    let error = second.complete(&theirs.transaction, Callback::from_url(&mixed_up)).await;
    assert_eq!(word(&error.unwrap_err()), (Code::IssuerMismatch, Stage::Callback));
    assert!(first.complete(&started.transaction, Callback::from_url(&callback)).await.is_ok());
}

/// The OpenID backend under another name.
fn twin(runtime: &Runtime) -> Box<dyn Backend> {
    let twin = descriptor("oidc").instance("twin").unwrap();
    let settings = runtime.environment().settings_of(twin);
    authspec::backend(twin, &settings, runtime).unwrap()
}

#[tokio::test]
async fn one_name_one_issuer() {
    let (one, other) = (World::start().await, World::start().await);
    let runtime = one.runtime(one.settings("oidc"));
    let first = backend("oidc", &runtime);
    let same = backend("oidc", &runtime);
    let mut settings = runtime.environment().settings_of(descriptor("oidc"));
    let elsewhere = format!("{}/oidc", other.authority.origin());
    settings.insert("oidc_endpoint", elsewhere.clone());
    let error = authspec::backend(descriptor("oidc"), &settings, &runtime).map(|_| ()).unwrap_err();
    assert_eq!(word(&error), (Code::InvalidSetting, Stage::Begin));
    assert!(error.message().contains(&elsewhere), "both issuers are named: {error}");
    // Once the first is gone, the name is free: settings may be read again.
    drop((first, same));
    assert!(authspec::backend(descriptor("oidc"), &settings, &runtime).is_ok());
}
