//! What a sign-in costs without its network, beside the one thing it cannot do without: one RS256
//! verification.
//!
//! The ratios are taken in one run, in short windows that alternate between both sides; each side's
//! best window counts, so that whatever else the machine does falls out. `divan` then shows the
//! distributions.

use std::collections::HashMap;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use authspec::bench::IdTokenCheck;
use authspec::transport::{
    BoxFuture, HttpRequest, HttpResponse, ReqwestTransport, Transport, TransportError,
    TransportErrorKind,
};
use authspec::{
    Backend, BeginRequest, Callback, Client, Environment, Identity, Runtime, Secret, StoreError,
    TransactionStore,
};
use authspec_azuread::{AzureAdV2TenantOAuth2, AzureAdV2TenantOAuth2Settings};
use authspec_tests::{NOW, TestClock, World, root};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tracing::subscriber::NoSubscriber;

const BACKEND: &str = "azuread-v2-tenant-oauth2";

fn main() {
    // The world that the fixture comes from writes every event down; an application chooses its own.
    fixture();
    let _nothing_listens = tracing::subscriber::set_default(NoSubscriber::new());
    ratios();
    divan::main();
}

/// Answers from memory what the authority answered once.
#[derive(Clone, Default)]
struct Replay {
    live: Option<ReqwestTransport>,
    answers: Arc<Mutex<HashMap<String, HttpResponse>>>,
}

impl Transport for Replay {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let url = request.url.clone();
        if let Some(answer) = self.answers.lock().expect("a lock").get(&url) {
            let answer = answer.clone();
            return Box::pin(async move { Ok(answer) });
        }
        Box::pin(async move {
            let live = self.live.as_ref().ok_or(TransportErrorKind::ConnectionLost)?;
            let answer = live.send(request).await?;
            self.answers.lock().expect("a lock").insert(url, answer.clone());
            Ok(answer)
        })
    }
}

/// Lets a sign-in end as often as one likes.
#[derive(Debug, Default)]
struct Again(OnceLock<String>);

impl TransactionStore for Again {
    fn put<'a>(
        &'a self,
        _name: &'a str,
        sealed: &'a str,
        _lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        // The first one is the fixture's.
        _ = self.0.set(sealed.to_owned());
        Box::pin(std::future::ready(Ok(true)))
    }

    fn get<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        Box::pin(std::future::ready(Ok(self.0.get().cloned())))
    }

    fn claim<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(std::future::ready(Ok(true)))
    }

    fn mark_used<'a>(
        &'a self,
        _name: &'a str,
        _lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(std::future::ready(Ok(true)))
    }

    fn is_used<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(std::future::ready(Ok(false)))
    }
}

/// One finished sign-in that can be finished again and again.
struct Fixture {
    client: Client<AzureAdV2TenantOAuth2>,
    backend: Box<dyn Backend>,
    transaction: String,
    callback: Callback,
    check: IdTokenCheck,
    id_token: Secret,
    key: ParsedPublicKey,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

fn fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(record())
    })
}

async fn record() -> Fixture {
    let world = World::start().await;
    let variables = world.settings(BACKEND);
    let transport =
        Replay { live: Some(ReqwestTransport::new().expect("a transport")), ..Replay::default() };
    let environment = Environment::from_pairs(variables);
    let runtime = Runtime::with(transport.clone(), TestClock::at(NOW), environment);
    let runtime = runtime.with_transaction_store(Again::default());
    let descriptor = authspec_tests::descriptor(BACKEND);
    let raw = runtime.environment().settings_of(descriptor);
    let backend = authspec::backend(descriptor, &raw, &runtime).expect("a backend");
    let settings: AzureAdV2TenantOAuth2Settings =
        authspec::ProviderSettings::from_raw(raw.clone()).expect("settings");
    let client = Client::with_runtime(settings, &runtime).expect("a client");

    let (started, callback) = world.to_callback(backend.as_ref()).await.expect("a callback");
    let callback = Callback::from_url(&callback);
    let identity: Identity =
        backend.complete(&started.transaction, callback.clone()).await.expect("an identity");
    let id_token = identity.tokens.id_token.expect("an ID token");
    let nonce = identity.claims["nonce"].as_str().expect("a nonce").to_owned();
    let answers = transport.answers.lock().expect("a lock").clone();
    let answer = |part: &str| {
        let found = answers.iter().find(|(url, _)| url.contains(part));
        found.map(|(url, answer)| (url.clone(), answer.body.clone())).expect("an answer")
    };
    let (metadata_url, metadata) = answer("openid-configuration");
    let (_, keys) = answer("keys");
    let metadata = (metadata_url.as_str(), metadata.as_slice());
    let check = IdTokenCheck::new(descriptor, &raw, metadata, &keys, &nonce, NOW).expect("a check");
    let (key, signed, signature) = bare(id_token.expose(), &keys);
    Fixture {
        client,
        backend,
        transaction: started.transaction,
        callback,
        check,
        id_token,
        key,
        signed,
        signature,
    }
}

/// What a bare verification needs: the parsed key, the signed text, the signature.
fn bare(token: &str, keys: &[u8]) -> (ParsedPublicKey, Vec<u8>, Vec<u8>) {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let header: serde_json::Value =
        serde_json::from_slice(&decode(signed.split('.').next().expect("a header"))).expect("JSON");
    let keys: serde_json::Value = serde_json::from_slice(keys).expect("JSON");
    let key = keys["keys"]
        .as_array()
        .and_then(|keys| keys.iter().find(|key| key["kid"] == header["kid"]))
        .expect("the key");
    let member = |name: &str| decode(key[name].as_str().expect("a member"));
    let parsed = PublicKeyComponents { n: member("n"), e: member("e") }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .expect("a key");
    (parsed, signed.as_bytes().to_vec(), decode(signature))
}

/// Runs a future that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing in here waits"),
    }
}

fn verify(fixture: &Fixture) {
    fixture.key.verify_sig(black_box(&fixture.signed), &fixture.signature).expect("good");
}

fn check(fixture: &Fixture) {
    fixture.check.check(black_box(&fixture.id_token)).expect("good");
}

fn complete(fixture: &Fixture) {
    let callback = fixture.callback.clone();
    black_box(now(fixture.client.complete(&fixture.transaction, callback)).expect("good"));
}

fn begin(fixture: &Fixture) {
    let request = BeginRequest::new("https://app.example/complete/azuread-v2-tenant-oauth2/");
    black_box(now(fixture.backend.begin(request)).expect("good"));
}

fn expand() {
    let path = root().join("providers/azuread/specs/azuread-v2-tenant-oauth2.toml");
    let provider = authspec_spec::load(&path).result.expect("a good spec");
    black_box(authspec_codegen::expand(&provider, &authspec_codegen::Item::public("Backend")));
}

/// The best time of one call of each, in windows that alternate.
fn best(work: &mut [&mut dyn FnMut()]) -> Vec<Duration> {
    const WINDOWS: usize = 60;
    const CALLS: u32 = 50;
    let mut best = vec![Duration::MAX; work.len()];
    for _ in 0..WINDOWS {
        for (work, best) in work.iter_mut().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..CALLS {
                work();
            }
            *best = (*best).min(start.elapsed() / CALLS);
        }
    }
    best
}

fn ratios() {
    let fixture = fixture();
    // What is compared alternates; the rest would only disturb its caches and its heap.
    let compared =
        best(&mut [&mut || verify(fixture), &mut || check(fixture), &mut || complete(fixture)]);
    let alone = best(&mut [&mut || begin(fixture)]);
    let expansion = best(&mut [&mut expand]);
    let ([verify, check, complete], [begin], [expand]) =
        (&compared[..], &alone[..], &expansion[..])
    else {
        return;
    };
    let ratio = |time: &Duration| time.as_secs_f64() / verify.as_secs_f64();
    println!("bare RS256 verification     {verify:>10.1?}");
    println!("check one ID token          {check:>10.1?}   {:.2} x   (bar: 1.30 x)", ratio(check));
    println!(
        "complete, without network   {complete:>10.1?}   {:.2} x   (bar: 1.40 x)",
        ratio(complete)
    );
    println!("begin, sealed               {begin:>10.1?}             (bar: 5 µs)");
    println!("expand one Entra spec       {expand:>10.1?}             (bar: 2 ms)");
    println!();
}

#[divan::bench(name = "bare RS256 verification")]
fn verify_bench(bencher: divan::Bencher<'_, '_>) {
    let fixture = fixture();
    bencher.bench(|| verify(fixture));
}

#[divan::bench(name = "check one ID token")]
fn check_bench(bencher: divan::Bencher<'_, '_>) {
    let fixture = fixture();
    bencher.bench(|| check(fixture));
}

#[divan::bench(name = "complete, without network")]
fn complete_bench(bencher: divan::Bencher<'_, '_>) {
    let fixture = fixture();
    bencher.bench(|| complete(fixture));
}

#[divan::bench(name = "begin, sealed")]
fn begin_bench(bencher: divan::Bencher<'_, '_>) {
    let fixture = fixture();
    bencher.bench(|| begin(fixture));
}

#[divan::bench(name = "expand one Entra spec")]
fn expand_bench(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(expand);
}
