//! The stores of transactions: a sign-in is used once, by whoever holds its ticket, in each of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use authspec::transport::BoxFuture;

use authspec::{
    Backend, BeginRequest, Callback, Code, Error, MemoryStore, Stage, StoreError, TransactionStore,
};
use authspec_authority::{Fault, Reply};
use authspec_redis::RedisStore;
use authspec_tests::{RedisServer, World, redirect_uri};
use base64::Engine as _;

const NAME: &str = "azuread-v2-tenant-oauth2";

/// How many callbacks race.
const RACERS: usize = 50;

fn backend(world: &World, store: impl TransactionStore) -> Arc<dyn Backend> {
    Arc::from(world.backend_with_store(NAME, &[], store))
}

/// Each store under its name, with the server that the last one needs.
async fn stores(world: &World) -> (Vec<(&'static str, Arc<dyn Backend>)>, Option<RedisServer>) {
    let mut stores = vec![
        ("sealed in the browser", Arc::from(world.backend(NAME, &[]))),
        ("memory", backend(world, MemoryStore::new())),
    ];
    let server = RedisServer::start();
    if let Some(server) = &server {
        let store = RedisStore::connect(&server.url()).await.unwrap();
        stores.push(("redis", backend(world, store)));
    }
    (stores, server)
}

/// The name under which a store knows a ticket.
fn digest(ticket: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, ticket.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest.as_ref())
}

/// A store that anybody may read and write.
#[derive(Clone, Debug, Default)]
struct Open(Arc<Mutex<BTreeMap<String, String>>>);

impl TransactionStore for Open {
    fn put<'a>(
        &'a self,
        name: &'a str,
        sealed: &'a str,
        _lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.0.lock().unwrap().insert(name.to_owned(), sealed.to_owned());
        Box::pin(std::future::ready(Ok(true)))
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        Box::pin(std::future::ready(Ok(self.0.lock().unwrap().get(name).cloned())))
    }

    fn claim<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        let taken = self.0.lock().unwrap().remove(name).is_some();
        Box::pin(std::future::ready(Ok(taken)))
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

fn word(error: &Error) -> (Code, Stage) {
    (error.code(), error.stage())
}

const REFUSED: (Code, Stage) = (Code::SessionContextMissing, Stage::Callback);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_callbacks_at_once_exactly_one_signs_in() {
    let world = World::start().await;
    let (stores, _server) = stores(&world).await;
    for (store, backend) in stores {
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let token_requests = world.requests_to("/token");
        let racers: Vec<_> = (0..RACERS)
            .map(|_| {
                let (backend, ticket) = (backend.clone(), started.transaction.clone());
                let callback = Callback::from_url(&callback);
                tokio::spawn(async move { backend.complete(&ticket, callback).await })
            })
            .collect();
        let mut signed_in = 0;
        for racer in racers {
            match racer.await.unwrap() {
                Ok(_) => signed_in += 1,
                Err(error) => assert_eq!(word(&error), REFUSED, "{store}"),
            }
        }
        assert_eq!(signed_in, 1, "{store}");
        assert_eq!(world.requests_to("/token"), token_requests + 1, "{store}: one token request");

        // And afterwards nobody any more.
        let again = backend.complete(&started.transaction, Callback::from_url(&callback)).await;
        assert_eq!(word(&again.unwrap_err()), REFUSED, "{store}");
    }
}

#[tokio::test]
async fn two_processes_share_what_redis_keeps() {
    let world = World::start().await;
    let Some(server) = RedisServer::start() else {
        return;
    };
    let one = backend(&world, RedisStore::connect(&server.url()).await.unwrap());
    let other = backend(&world, RedisStore::connect(&server.url()).await.unwrap());
    let (started, callback) = world.to_callback(one.as_ref()).await.unwrap();
    let keys = server.ask(&["keys", "*"]);
    assert_eq!(keys, format!("authspec:transaction:{}", digest(&started.transaction)));
    let seconds: u64 = server.ask(&["ttl", &keys]).parse().unwrap();
    assert!((1790..=1800).contains(&seconds), "{seconds}");
    assert!(server.ask(&["get", &keys]).starts_with("tx2."), "what Redis keeps is sealed");

    let url = Callback::from_url(&callback);
    let (left, right) = tokio::join!(
        one.complete(&started.transaction, url.clone()),
        other.complete(&started.transaction, url)
    );
    assert!(left.is_ok() != right.is_ok(), "exactly one: {left:?} {right:?}");
    assert_eq!(server.ask(&["keys", "*"]), "", "nothing is left behind");
}

#[tokio::test]
async fn without_its_ticket_a_callback_is_worth_nothing() {
    let world = World::start().await;
    let (stores, _server) = stores(&world).await;
    for (store, backend) in stores {
        let (mine, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let (other, _) = world.to_callback(backend.as_ref()).await.unwrap();
        let url = Callback::from_url(&callback);
        let requests = world.authority.requests().len();
        // The victim's browser has a sign-in of its own; the attacker's callback does not fit it.
        let error = backend.complete(&other.transaction, url.clone()).await.unwrap_err();
        assert_eq!(word(&error), (Code::StateMismatch, Stage::Callback), "{store}");
        for ticket in ["", "unknown", "*", "../x", &"x".repeat(1_000_000)] {
            let error = backend.complete(ticket, url.clone()).await.unwrap_err();
            assert_eq!(word(&error), REFUSED, "{store} {ticket:.10}");
        }
        assert_eq!(world.authority.requests().len(), requests, "{store}: no request was sent");
        // None of this used the sign-in up.
        assert!(backend.complete(&mine.transaction, url).await.is_ok(), "{store}");
    }
}

#[tokio::test]
async fn a_sign_in_ends_in_the_browser_that_began_it() {
    let world = World::start().await;
    let (stores, _server) = stores(&world).await;
    for (store, backend) in stores {
        let request = BeginRequest::new(redirect_uri(backend.as_ref())).browser("jar A");
        let started = backend.begin(request).await.unwrap();
        let callback = Callback::from_url(&world.browse(&started.authorization_url).await);
        for wrong in [callback.clone(), callback.clone().browser("jar B")] {
            let error = backend.complete(&started.transaction, wrong).await.unwrap_err();
            assert_eq!(word(&error), REFUSED, "{store}");
        }
        let right = callback.browser("jar A");
        assert!(backend.complete(&started.transaction, right).await.is_ok(), "{store}");

        // A sign-in that was bound to no browser does not become one's own by naming one.
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let callback = Callback::from_url(&callback);
        let named = callback.clone().browser("jar A");
        let error = backend.complete(&started.transaction, named).await.unwrap_err();
        assert_eq!(word(&error), REFUSED, "{store}");
        assert!(backend.complete(&started.transaction, callback).await.is_ok(), "{store}");

        // A cookie that is not there must not become a secret that every browser has.
        let request = BeginRequest::new(redirect_uri(backend.as_ref())).browser("");
        let error = backend.begin(request).await.unwrap_err();
        assert_eq!(word(&error), (Code::InvalidParameter, Stage::Begin), "{store}");
    }
}

#[tokio::test]
async fn a_store_knows_no_ticket() {
    let world = World::start().await;
    let store = Open::default();
    let backend = backend(&world, store.clone());
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let kept = store.0.lock().unwrap().clone();
    assert_eq!(kept.keys().collect::<Vec<_>>(), [&digest(&started.transaction)]);
    assert!(!format!("{kept:?}").contains(&started.transaction));
    // Nothing that stands in the store completes the sign-in.
    let callback = Callback::from_url(&callback);
    for (name, sealed) in &kept {
        for read in [name, sealed] {
            let error = backend.complete(read, callback.clone()).await.unwrap_err();
            assert_eq!(word(&error), REFUSED);
        }
    }
    assert!(backend.complete(&started.transaction, callback).await.is_ok());
}

#[tokio::test]
async fn exchanged_sign_ins_do_not_open() {
    let world = World::start().await;
    let store = Open::default();
    let backend = backend(&world, store.clone());
    let (attackers, attackers_callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let (victims, victims_callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let before = store.0.lock().unwrap().clone();
    // The attacker's sign-in under the victim's ticket would sign the victim in as the attacker.
    let sealed = before[&digest(&attackers.transaction)].clone();
    store.0.lock().unwrap().insert(digest(&victims.transaction), sealed);
    let callback = Callback::from_url(&attackers_callback);
    let error = backend.complete(&victims.transaction, callback).await.unwrap_err();
    assert_eq!(word(&error), REFUSED);
    // In their own places both are good.
    *store.0.lock().unwrap() = before;
    for (started, callback) in [(victims, victims_callback), (attackers, attackers_callback)] {
        let callback = Callback::from_url(&callback);
        assert!(backend.complete(&started.transaction, callback).await.is_ok());
    }
}

#[tokio::test]
async fn a_browser_may_be_given_its_secret_by_begin() {
    let world = World::start().await;
    let (stores, _server) = stores(&world).await;
    for (store, backend) in stores {
        let request = BeginRequest::new(redirect_uri(backend.as_ref())).fresh_browser();
        let started = backend.begin(request).await.unwrap();
        let secret = started.browser.clone().unwrap();
        assert_eq!(secret.expose().len(), 43, "256 random bits");
        let state = format!("state={}", started.state);
        assert!(started.authorization_url.contains(&state), "{store}");
        let callback = Callback::from_url(&world.browse(&started.authorization_url).await);
        let error = backend.complete(&started.transaction, callback.clone()).await.unwrap_err();
        assert_eq!(word(&error), REFUSED, "{store}");
        let identity = backend.complete(&started.transaction, callback.browser(secret)).await;
        assert!(identity.is_ok(), "{store}");
    }
}

#[tokio::test]
async fn two_tabs_end_in_any_order() {
    let world = World::start().await;
    let (stores, _server) = stores(&world).await;
    for (store, backend) in stores {
        let (first, first_callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let (second, second_callback) = world.to_callback(backend.as_ref()).await.unwrap();
        for (started, callback) in [(second, second_callback), (first, first_callback)] {
            let identity =
                backend.complete(&started.transaction, Callback::from_url(&callback)).await;
            assert!(identity.is_ok(), "{store}: {:?}", identity.err());
        }
    }
}

#[tokio::test]
async fn a_failure_before_the_code_is_sent_uses_nothing_up() {
    let world = World::start().await;
    let (stores, _server) = stores(&world).await;
    let down = Reply::new(503, "text/plain", "").with_header("retry-after", "1");
    for (store, backend) in stores {
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        let callback = Callback::from_url(&callback);
        world.authority.set_fault(Some(Fault::Discovery(down.clone())));
        let error = backend.complete(&started.transaction, callback.clone()).await.unwrap_err();
        assert_eq!(error.code(), Code::Unavailable, "{store}");
        world.authority.set_fault(None);
        world.advance(2);
        assert!(backend.complete(&started.transaction, callback).await.is_ok(), "{store}");
    }
}

#[tokio::test]
async fn a_store_in_memory_is_bounded_and_forgets_the_oldest() {
    let world = World::start().await;
    let backend = backend(&world, MemoryStore::with_capacity(2));
    let (oldest, oldest_callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let (kept, kept_callback) = world.to_callback(backend.as_ref()).await.unwrap();
    _ = world.to_callback(backend.as_ref()).await.unwrap();
    let gone = backend.complete(&oldest.transaction, Callback::from_url(&oldest_callback)).await;
    assert_eq!(word(&gone.unwrap_err()), REFUSED);
    let kept = backend.complete(&kept.transaction, Callback::from_url(&kept_callback)).await;
    assert!(kept.is_ok(), "{:?}", kept.err());
}

/// Anybody can begin sign-ins: in the browser they take no room that others need.
#[tokio::test]
async fn a_flood_of_sign_ins_pushes_out_nobody_who_keeps_the_transaction() {
    let world = World::start().await;
    let small = backend(&world, MemoryStore::with_capacity(10));
    for (backend, is_kept) in [(small, false), (Arc::from(world.backend(NAME, &[])), true)] {
        let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
        for _ in 0..20 {
            backend.begin(BeginRequest::new(redirect_uri(backend.as_ref()))).await.unwrap();
        }
        let callback = Callback::from_url(&callback);
        let result = backend.complete(&started.transaction, callback).await;
        assert_eq!(result.err().as_ref().map(word), (!is_kept).then_some(REFUSED));
    }
}

#[tokio::test]
async fn applications_with_prefixes_of_their_own_share_a_redis() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let store = RedisStore::connect(&server.url()).await.unwrap();
    assert_eq!(format!("{store:?}"), "RedisStore(…)");
    let one = store.clone().with_prefix("one:");
    let minute = Duration::from_secs(60);
    assert!(one.put("name", "sealed", minute).await.unwrap());
    assert_eq!(store.get("name").await.unwrap(), None);
    assert!(!store.claim("name").await.unwrap());
    assert_eq!(one.get("name").await.unwrap().as_deref(), Some("sealed"));
    assert!(!one.put("name", "other", minute).await.unwrap(), "a name comes once");
    assert!(one.claim("name").await.unwrap());
    assert!(!one.claim("name").await.unwrap());
    assert!(one.mark_used("name", minute).await.unwrap());
    assert!(!one.mark_used("name", minute).await.unwrap());
    assert!(one.is_used("name").await.unwrap() && !store.is_used("name").await.unwrap());
}

#[tokio::test]
async fn a_store_that_is_down_says_so_and_nobody_goes_on() {
    let world = World::start().await;
    let Some(mut server) = RedisServer::start() else {
        return;
    };
    let backend = backend(&world, RedisStore::connect(&server.url()).await.unwrap());
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    server.kill();
    let requests = world.authority.requests().len();
    let error =
        backend.complete(&started.transaction, Callback::from_url(&callback)).await.unwrap_err();
    assert_eq!(word(&error), (Code::Unavailable, Stage::Callback));
    assert_eq!(error.recovery(), authspec::Recovery::RetryLater);
    let error = world.to_callback(backend.as_ref()).await.unwrap_err();
    assert_eq!(word(&error), (Code::Unavailable, Stage::Begin));
    assert_eq!(world.authority.requests().len(), requests, "no request was sent");
    let nobody = RedisStore::connect("redis://:hunter2@127.0.0.1:1/").await.unwrap_err();
    assert!(!format!("{nobody} {nobody:?}").contains("hunter2"));
}
