//! What fuzzing runs: one function for each thing that reads what others wrote. A function takes any
//! bytes and panics when a property does not hold.
//!
//! `tests/fuzz/main.rs` feeds them for some time on a stable compiler, `tests/fuzz/long` with a fuzzer
//! that watches the code's branches.

mod settings;

use std::path::Path;
use std::sync::OnceLock;

use authspec::bench::IdTokenCheck;
use authspec::transport::{
    BoxFuture, HttpRequest, HttpResponse, Method, Transport, TransportError, TransportErrorKind,
};
use authspec::{Backend, BeginRequest, Callback, Code, Environment, Runtime, Secret};
use authspec_authority::{Authority, DEFAULT_CLIENT_ID, KeyName, TENANT_ID};
use authspec_spec::claim::Claim;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{NOW, TestClock, descriptor, setting};
use settings::{settings, settings_seeds};

/// A target: its name, good inputs to start from, and the function.
pub type Target = (&'static str, fn() -> Vec<Vec<u8>>, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 9] = [
    ("spec", spec_seeds, spec),
    ("claim", claim_seeds, claim),
    ("callback", callback_seeds, callback),
    ("id_token", id_token_seeds, id_token),
    ("claims", claims_seeds, claims),
    ("documents", document_seeds, documents),
    ("token_response", token_response_seeds, token_response),
    ("transaction", transaction_seeds, transaction),
    ("settings", settings_seeds, settings),
];

const BACKEND: &str = "azuread-v2-tenant-oauth2";
const REDIRECT_URI: &str = "https://app.example/complete/x/";
const SECRET: &str = "the-clients-own-secret";

fn texts(seeds: &[&str]) -> Vec<Vec<u8>> {
    seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect()
}

fn spec_seeds() -> Vec<Vec<u8>> {
    texts(&[include_str!("../specs/plain.toml"), include_str!("../specs/everything.toml")])
}

/// Any text is a report or a provider, and whatever is accepted expands to Rust.
pub fn spec(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let loaded = authspec_spec::load_text(Path::new("case.toml"), text);
    let item = authspec_codegen::Item::public("Backend");
    let code = match &loaded.result {
        Ok(provider) => authspec_codegen::expand(provider, &item),
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty(), "a refusal without a reason");
            for diagnostic in diagnostics {
                authspec_spec::render(diagnostic, &loaded.sources, Path::new(""));
            }
            authspec_codegen::stub(&loaded.outline, &item)
        }
    };
    syn::parse2::<syn::File>(code).expect("what is generated is Rust");
}

fn claim_seeds() -> Vec<Vec<u8>> {
    texts(&[
        "email | upn",
        "emails[primary].email",
        "first_word(name)",
        "$token.scope",
        "groups[0].id | address(upn)",
        "join(\" \", given_name, family_name)",
    ])
}

/// What reads well is written so that it reads the same again.
pub fn claim(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(claim) = Claim::parse(&text) {
        let written = claim.to_string();
        let again = Claim::parse(&written).expect("what was written reads well");
        assert_eq!(claim, again, "`{text}` was written `{written}`");
    }
}

/// Answers nobody.
#[derive(Debug)]
struct Nobody;

impl Transport for Nobody {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(std::future::ready(Err(TransportErrorKind::Timeout.into())))
    }
}

fn backend(name: &str, transport: impl Transport) -> Box<dyn Backend> {
    let variables = [("KEY", DEFAULT_CLIENT_ID), ("SECRET", SECRET), ("TENANT_ID", TENANT_ID)];
    let variables = variables.map(|(key, value)| (setting(name, key), value));
    let runtime = Runtime::with(transport, TestClock::at(NOW), Environment::from_pairs(variables));
    let settings = runtime.environment().settings_of(descriptor(name));
    authspec::backend(descriptor(name), &settings, &runtime).expect("a backend")
}

/// Runs what needs no reactor.
fn run<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(1).enable_all().build().expect("a runtime")
        })
        .block_on(future)
}

/// A sign-in that has begun: backend, state, sealed transaction.
struct Begun {
    backend: Box<dyn Backend>,
    state: String,
    transaction: String,
}

fn begun() -> &'static Begun {
    static BEGUN: OnceLock<Begun> = OnceLock::new();
    BEGUN.get_or_init(|| {
        let backend = backend(BACKEND, Nobody);
        let started = run(backend.begin(BeginRequest::new(REDIRECT_URI))).expect("it begins");
        let (_, rest) = started.authorization_url.split_once("&state=").expect("a state");
        let state = rest.split('&').next().expect("its value").to_owned();
        Begun { backend, state, transaction: started.transaction }
    })
}

fn callback_seeds() -> Vec<Vec<u8>> {
    let state = &begun().state;
    texts(&[
        &format!("{REDIRECT_URI}?code=abc&state={state}&session_state=x"),
        &format!("/complete/x/?state={state}&error=access_denied&error_description=AADB2C90118"),
        &format!("code=abc&state={state}&iss=https%3A%2F%2Fa.example"),
    ])
}

/// Only a callback with this sign-in's state, once, and one code gets as far as the provider.
pub fn callback(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Begun { backend, state, transaction } = begun();
    let place = "/complete/x/";
    for callback in
        [Callback::from_url(&text), Callback::new(place, &text), Callback::from_form(place, &text)]
    {
        let error = run(backend.complete(transaction, callback)).expect_err("nobody answers");
        assert!(!error.message().contains(state), "the state is in the message");
        if error.code() != Code::Timeout {
            continue;
        }
        let query = text.split('#').next().unwrap_or_default();
        let query = query.split_once('?').map_or(&*text, |(_, query)| query);
        let count = |query: &str, name: &str| {
            form_urlencoded::parse(query.as_bytes()).filter(|(own, _)| own == name).count()
        };
        let is_mine = |query: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.any(|(name, value)| name == "state" && value == state.as_str())
                && count(query, "state") == 1
                && count(query, "code") == 1
                && count(query, "error") == 0
        };
        assert!(is_mine(query) || is_mine(&text), "`{text}` got as far as the provider");
    }
}

/// Good documents of the provider, and a token that is good with them.
struct Documents {
    metadata_url: String,
    metadata: Vec<u8>,
    keys: Vec<u8>,
    claims: Value,
    token: String,
    check: IdTokenCheck,
    authority: Authority,
}

const NONCE: &str = "the-nonce-of-the-sign-in";

fn good() -> &'static Documents {
    static GOOD: OnceLock<Documents> = OnceLock::new();
    GOOD.get_or_init(|| {
        run(async {
            let authority = Authority::start().await.expect("an authority");
            authority.set_clock(Some(NOW));
            let origin = authority.origin();
            let metadata_url =
                format!("{origin}/{TENANT_ID}/v2.0/.well-known/openid-configuration");
            let get = async |url: &str| {
                reqwest::get(url).await.expect("a reply").bytes().await.expect("a body").to_vec()
            };
            let metadata = get(&metadata_url).await;
            let keys = get(&format!("{origin}/{TENANT_ID}/discovery/v2.0/keys")).await;
            let claims = json!({
                "iss": format!("{origin}/{TENANT_ID}/v2.0"), "aud": DEFAULT_CLIENT_ID,
                "tid": TENANT_ID, "sub": "s", "oid": "o", "ver": "2.0", "nonce": NONCE,
                "iat": NOW, "nbf": NOW, "exp": NOW + 3600,
            });
            let token = authority.sign(KeyName::V2Org, json!({}), claims.clone());
            let check = check(&metadata_url, &metadata, &keys).expect("good documents");
            check.check(&Secret::new(token.clone())).expect("a good token");
            Documents { metadata_url, metadata, keys, claims, token, check, authority }
        })
    })
}

fn check(url: &str, metadata: &[u8], keys: &[u8]) -> authspec::Result<IdTokenCheck> {
    let variables = [("KEY", DEFAULT_CLIENT_ID), ("SECRET", SECRET), ("TENANT_ID", TENANT_ID)];
    let variables = variables.map(|(key, value)| (setting(BACKEND, key), value));
    let settings = Environment::from_pairs(variables).settings_of(descriptor(BACKEND));
    IdTokenCheck::new(descriptor(BACKEND), &settings, (url, metadata), keys, NONCE, NOW)
}

fn id_token_seeds() -> Vec<Vec<u8>> {
    texts(&[&good().token])
}

/// No token but the one that the provider signed is good.
pub fn id_token(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Documents { token, check, .. } = good();
    if check.check(&Secret::new(text.as_ref())).is_ok() {
        assert_eq!(text, token.as_str(), "another token passed");
    }
}

fn claims_seeds() -> Vec<Vec<u8>> {
    let mut more = good().claims.clone();
    more["azp"] = json!(DEFAULT_CLIENT_ID);
    more["aud"] = json!([DEFAULT_CLIENT_ID]);
    more["groups"] = json!(["a", { "b": [1] }]);
    vec![good().claims.to_string().into_bytes(), more.to_string().into_bytes()]
}

/// Claims that the provider did sign are good only if they are about this sign-in: what the rules say,
/// in other words than the runtime's.
pub fn claims(data: &[u8]) {
    let Ok(claims @ Value::Object(_)) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let Documents { check, authority, claims: right, .. } = good();
    let token = authority.sign(KeyName::V2Org, json!({}), claims.clone());
    // With fractions: 53 bits hold every whole second of these years, and halves of them.
    let time = |name: &str| claims[name].as_f64().filter(|time| *time >= 0.0);
    let [expired, oldest, latest] =
        [NOW - 60, NOW - 86_400, NOW + 60].map(|time| json!(time).as_f64().unwrap_or_default());
    let is_subject = |sub: &str| {
        (1..=255).contains(&sub.len())
            && sub.chars().all(|char| (' '..='~').contains(&char))
            && !sub.starts_with(' ')
            && !sub.ends_with(' ')
    };
    let is_ours = claims["iss"] == right["iss"]
        && [json!(DEFAULT_CLIENT_ID), json!([DEFAULT_CLIENT_ID])].contains(&claims["aud"])
        && [Value::Null, json!(DEFAULT_CLIENT_ID)].contains(&claims["azp"])
        && claims["nonce"] == NONCE
        && claims["tid"] == TENANT_ID
        && claims["sub"].as_str().is_some_and(is_subject)
        && time("exp").is_some_and(|exp| exp > expired)
        && time("iat").is_some_and(|iat| iat > oldest && iat <= latest)
        && (claims.get("nbf").is_none() || time("nbf").is_some_and(|nbf| nbf <= latest));
    let result = check.check(&Secret::new(token));
    assert!(result.is_err() || is_ours, "signed claims of something else passed: {claims}");
}

fn document_seeds() -> Vec<Vec<u8>> {
    vec![good().metadata.clone(), good().keys.clone()]
}

/// Any document is read or refused, and the token is checked with it or not, without a panic.
pub fn documents(data: &[u8]) {
    let Documents { metadata_url, metadata, keys, token, .. } = good();
    for (metadata, keys) in [(data, keys.as_slice()), (metadata.as_slice(), data)] {
        if let Ok(check) = check(metadata_url, metadata, keys) {
            _ = check.check(&Secret::new(token.as_str()));
        }
    }
}

/// Answers every token request with these bytes, and nothing else.
struct Answer(Vec<u8>);

impl Transport for Answer {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let answer = match request.method {
            Method::Post => Ok(HttpResponse::new(200, self.0.clone())),
            Method::Get => Err(TransportErrorKind::Timeout.into()),
        };
        Box::pin(std::future::ready(answer))
    }
}

fn token_response_seeds() -> Vec<Vec<u8>> {
    texts(&[
        r#"{"access_token":"a","token_type":"Bearer","expires_in":"3600","scope":"openid"}"#,
        r#"{"error":"invalid_grant","error_description":"AADSTS54005: x\r\nTrace ID: t","error_codes":[54005]}"#,
        r#"{"error":"{code}","error_description":"{code} and {secret}","trace_id":"{secret}"}"#,
    ])
}

/// No token answer alone signs anybody in, and none is shown, nor what it echoes: `{code}` and `{secret}`
/// stand for what was sent.
pub fn token_response(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let text = text.replace("{code}", "abc-the-code").replace("{secret}", SECRET);
    let data = text.as_bytes();
    let backend = backend("github", Answer(data.to_vec()));
    let started = run(backend.begin(BeginRequest::new(REDIRECT_URI))).expect("it begins");
    let (_, rest) = started.authorization_url.split_once("&state=").expect("a state");
    let state = rest.split('&').next().expect("its value");
    let callback = Callback::from_url(&format!("{REDIRECT_URI}?code=abc-the-code&state={state}"));
    let error = run(backend.complete(&started.transaction, callback)).expect_err("nobody answers");
    let printed = format!("{error} {error:?} {}", serde_json::to_string(&error).expect("JSON"));
    assert!(!printed.contains(SECRET) && !printed.contains("abc-the-code"), "{printed}");
    if let Ok(Value::Object(answer)) = serde_json::from_slice(data) {
        let token = answer.get("access_token").and_then(Value::as_str).unwrap_or_default();
        assert!(token.len() < 12 || !printed.contains(token), "the access token is in the error");
    }
}

fn transaction_seeds() -> Vec<Vec<u8>> {
    texts(&[&begun().transaction, "tx2.", "tx2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
}

/// Only what was sealed opens.
pub fn transaction(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Begun { backend, state, transaction } = begun();
    let callback = Callback::from_url(&format!("{REDIRECT_URI}?code=c&state={state}"));
    let error = run(backend.complete(&text, callback)).expect_err("nobody answers");
    if error.code() != Code::SessionContextMissing {
        assert_eq!(text, transaction.as_str(), "another text opened: {error}");
    }
}
