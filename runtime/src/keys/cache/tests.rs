//! The cache of documents, second by second.

use super::*;
use std::future::ready;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

static BACKEND: LazyLock<Requester> = LazyLock::new(Requester::new);

/// A question on behalf of a backend that forces nothing.
fn at(url: &str, now: u64) -> Question<'_> {
    Question { url, network: Network::Any, requester: &BACKEND, now }
}

fn by(requester: &Requester, now: u64) -> Question<'_> {
    Question { requester, ..at("u", now) }
}

fn failed<T>(code: Code) -> Result<T, Failed> {
    Err(Failed::ForAll(Error::new(code, Stage::TokenValidation, "down")))
}

fn down() -> Result<u32, Failed> {
    failed(Code::Unavailable)
}

async fn get(cache: &Cache<u32>, now: u64, outcome: Result<u32, Failed>) -> Option<u32> {
    cache.get(at("u", now), || ready(outcome)).await.ok().map(|found| *found)
}

/// A refresh in place of the document at hand.
async fn refresh(
    cache: &Cache<u32>,
    requester: &Requester,
    now: u64,
    outcome: Result<u32, Failed>,
) -> Option<u32> {
    let question = by(requester, now);
    let lacking = cache.slot(question).current(now).map(|(document, _)| document);
    let lacking = lacking.unwrap_or_default();
    cache.refresh(question, &lacking, || ready(outcome)).await.ok().map(|value| *value)
}

/// Longer than anything here takes, and short enough for a test that fails.
const LONG: Duration = Duration::from_secs(5);

/// Lets what was begun behind the scenes end.
async fn meanwhile() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_day_half_a_day_and_a_week() {
    assert_eq!((LIFETIME, REFRESH_AFTER, STALE), (86_400, 43_200, 604_800));
}

#[tokio::test]
async fn a_document_is_kept_for_a_day_if_it_cannot_be_renewed() {
    let cache = Cache::default();
    assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
    assert_eq!(get(&cache, LIFETIME - 1, down()).await, Some(1));
    meanwhile().await;
    assert_eq!(get(&cache, LIFETIME + RETRY_EVERY - 1, Ok(2)).await, Some(2));
}

#[tokio::test]
async fn after_half_a_day_it_is_renewed_behind_the_scenes() {
    let cache = Cache::default();
    assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
    assert_eq!(get(&cache, REFRESH_AFTER - 1, Ok(2)).await, Some(1));
    meanwhile().await;
    assert_eq!(get(&cache, REFRESH_AFTER, Ok(2)).await, Some(1), "nobody waits for it");
    meanwhile().await;
    assert_eq!(get(&cache, REFRESH_AFTER, Ok(9)).await, Some(2));
    meanwhile().await;
    assert_eq!(get(&cache, REFRESH_AFTER, Ok(9)).await, Some(2), "and that is good for long");
}

#[tokio::test]
async fn what_fails_behind_the_scenes_is_left_for_five_minutes() {
    let cache = Cache::default();
    assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
    let now = REFRESH_AFTER;
    for (now, outcome, then) in
        [(now, down(), 1), (now + RENEW_EVERY - 1, Ok(2), 1), (now + RENEW_EVERY, Ok(3), 3)]
    {
        assert_eq!(get(&cache, now, outcome).await, Some(1));
        meanwhile().await;
        assert_eq!(get(&cache, now, Ok(9)).await, Some(then), "at {now}");
        meanwhile().await;
    }
}

#[tokio::test]
async fn one_renewal_at_a_time() {
    let cache = Cache::default();
    assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
    let (begun, fetches) = (Arc::new(Notify::new()), Arc::new(AtomicU32::new(0)));
    for _ in 0..5 {
        let (begun, fetches) = (Arc::clone(&begun), Arc::clone(&fetches));
        let fetch = || async move {
            fetches.fetch_add(1, Ordering::Relaxed);
            _ = tokio::time::timeout(LONG, begun.notified()).await;
            Ok(2)
        };
        assert_eq!(*cache.get(at("u", REFRESH_AFTER), fetch).await.unwrap(), 1);
        meanwhile().await;
    }
    assert_eq!(fetches.load(Ordering::Relaxed), 1);
    begun.notify_one();
    meanwhile().await;
    assert_eq!(get(&cache, REFRESH_AFTER, Ok(9)).await, Some(2));
}

/// A fetch that gives how many there were before it, a moment later.
fn counted(fetches: &Arc<AtomicU32>) -> impl Future<Output = Result<u32, Failed>> + Send + use<> {
    let fetches = Arc::clone(fetches);
    async move {
        let count = fetches.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok(count)
    }
}

#[tokio::test]
async fn who_waited_for_a_fetch_takes_what_it_gave() {
    let cache = Cache::default();
    let fetches = Arc::default();
    let get = async || *cache.get(at("u", 0), || counted(&fetches)).await.unwrap();
    assert_eq!(tokio::join!(get(), get(), get()), (0, 0, 0));
    assert_eq!(fetches.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_fetch_goes_on_when_whoever_asked_gives_up() {
    let cache = Arc::new(Cache::<u32>::default());
    let fetches = Arc::default();
    for _ in 0..5 {
        let asked = cache.get(at("u", 0), || counted(&fetches));
        assert!(tokio::time::timeout(Duration::from_millis(1), asked).await.is_err());
    }
    assert_eq!(*cache.get(at("u", 0), || counted(&fetches)).await.unwrap(), 0);
    assert_eq!(fetches.load(Ordering::Relaxed), 1);

    // A forced refresh counts, whether anybody waits for it or not.
    let requester = Requester::new();
    let lacking = cache.get(at("u", 0), || counted(&fetches)).await.unwrap();
    for _ in 0..5 {
        let asked = cache.refresh(by(&requester, 10), &lacking, || counted(&fetches));
        assert!(tokio::time::timeout(Duration::from_millis(1), asked).await.is_err());
    }
    let asked = cache.refresh(by(&requester, 10), &lacking, || counted(&fetches));
    assert_eq!(*asked.await.unwrap(), 1);
    assert_eq!(fetches.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn while_somebody_fetches_an_old_document_serves() {
    let cache = Arc::new(Cache::<u32>::default());
    assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
    let leader = tokio::spawn({
        let cache = Arc::clone(&cache);
        let hanging = || async {
            tokio::time::sleep(LONG).await;
            down()
        };
        async move { cache.get(at("u", LIFETIME), hanging).await }
    });
    meanwhile().await;
    assert_eq!(get(&cache, LIFETIME, Ok(2)).await, Some(1));
    leader.abort();
}

#[tokio::test]
async fn the_last_good_document_outlives_a_failing_provider_for_a_week() {
    let cache = Cache::default();
    assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
    assert_eq!(get(&cache, LIFETIME, down()).await, Some(1));
    assert_eq!(get(&cache, LIFETIME + RETRY_EVERY - 1, Ok(2)).await, Some(1));
    assert_eq!(get(&cache, STALE - 1, down()).await, Some(1));
    assert_eq!(get(&cache, STALE, down()).await, None);
    assert_eq!(get(&cache, STALE + RETRY_EVERY, down()).await, None);
    assert_eq!(get(&cache, STALE + 2 * RETRY_EVERY, Ok(2)).await, Some(2));
}

#[tokio::test]
async fn without_a_document_a_failure_stands_for_a_moment() {
    let cache = Cache::default();
    assert_eq!(get(&cache, 100, down()).await, None);
    assert_eq!(get(&cache, 100 + PAUSE - 1, Ok(1)).await, None);
    assert_eq!(get(&cache, 100 + PAUSE, Ok(1)).await, Some(1));
}

#[tokio::test]
async fn refreshes_are_forced_three_times_in_five_minutes() {
    let (cache, requester) = (Cache::default(), Requester::new());
    assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
    assert_eq!(refresh(&cache, &requester, 10, Ok(2)).await, Some(2));
    assert_eq!(refresh(&cache, &requester, 20, Ok(3)).await, Some(3));
    // One that fails says so, because the document at hand is known to lack what is asked for.
    assert_eq!(refresh(&cache, &requester, 30, down()).await, None);
    assert_eq!(refresh(&cache, &requester, 309, Ok(4)).await, None, "three were forced");
    assert_eq!(get(&cache, 309, down()).await, Some(3), "others are served");
    assert_eq!(refresh(&cache, &requester, 310, Ok(4)).await, Some(4), "the first is forgotten");
    assert_eq!(refresh(&cache, &requester, 319, Ok(5)).await, Some(4), "which lacks it still");
    // Each requester has an allowance of its own.
    assert_eq!(refresh(&cache, &Requester::new(), 319, Ok(5)).await, Some(5));
}

#[tokio::test]
async fn a_newer_document_at_hand_costs_no_refresh() {
    let (cache, requester) = (Cache::default(), Requester::new());
    let old = cache.get(at("u", 0), || ready(Ok(1))).await.unwrap();
    assert_eq!(refresh(&cache, &requester, 10, Ok(2)).await, Some(2));
    for now in 10..20 {
        let newer = cache.refresh(by(&requester, now), &old, || ready(Ok(9))).await.unwrap();
        assert_eq!(*newer, 2);
    }
    assert_eq!(refresh(&cache, &requester, 20, Ok(3)).await, Some(3), "the second of three");
}

fn busy(seconds: &str) -> Result<u32, Failed> {
    let provider = crate::ProviderError::default().with_retry_after(Some(seconds));
    let error = Error::new(Code::RateLimited, Stage::TokenValidation, "busy");
    Err(Failed::ForAll(error.with_provider(provider)))
}

#[tokio::test]
async fn a_provider_that_asks_to_wait_is_left_alone() {
    let (cache, requester) = (Cache::default(), Requester::new());
    assert_eq!(get(&cache, 0, busy("7")).await, None);
    let later = cache.get(at("u", 6), || ready(Ok(1))).await.unwrap_err();
    assert_eq!(later.retry_after(), Some(Duration::from_secs(1)), "the rest of it");
    assert_eq!(get(&cache, 7, Ok(1)).await, Some(1));
    assert_eq!(refresh(&cache, &requester, 10, busy("30")).await, None);
    assert_eq!(refresh(&cache, &requester, 39, Ok(2)).await, None);
    assert_eq!(refresh(&cache, &requester, 40, Ok(2)).await, Some(2));
}

#[tokio::test]
async fn a_long_wait_is_believed_for_a_minute_while_nothing_serves() {
    let (cache, requester) = (Cache::default(), Requester::new());
    assert_eq!(get(&cache, 0, busy("99999")).await, None);
    assert_eq!(get(&cache, MAX_WAIT - 1, Ok(1)).await, None);
    assert_eq!(get(&cache, MAX_WAIT, Ok(1)).await, Some(1));
    // Keys at hand that lack one serve no better than none.
    assert_eq!(refresh(&cache, &requester, 100, busy("99999")).await, None);
    assert_eq!(refresh(&cache, &requester, 100 + MAX_WAIT - 1, Ok(2)).await, None);
    assert_eq!(refresh(&cache, &requester, 100 + MAX_WAIT, Ok(2)).await, Some(2));
    // An old document serves as long as the provider asked for, at most an hour.
    let old = LIFETIME + 200;
    assert_eq!(get(&cache, old, busy("99999")).await, Some(2));
    assert_eq!(get(&cache, old + 3599, Ok(3)).await, Some(2));
    assert_eq!(get(&cache, old + 3600, Ok(3)).await, Some(3));
}

#[tokio::test]
async fn networks_share_nothing() {
    let cache = Cache::default();
    let on = |network| Question { network, ..at("u", 0) };
    let refused = cache.get(on(Network::Public), || ready(down())).await;
    assert!(refused.is_err());
    assert_eq!(*cache.get(on(Network::Any), || ready(Ok(1))).await.unwrap(), 1);
}

#[tokio::test]
async fn a_refusal_by_its_own_rules_concerns_one_requester() {
    let (cache, other) = (Cache::default(), Requester::new());
    let by_rules = || {
        let error = Error::new(Code::MalformedResponse, Stage::Begin, "another issuer");
        ready(Err::<u32, _>(Failed::ByRules(error)))
    };
    assert!(cache.get(at("u", 0), by_rules).await.is_err());
    assert_eq!(get(&cache, 1, Ok(1)).await, None, "it is left for a moment");
    assert_eq!(*cache.get(by(&other, 1), || ready(Ok(2))).await.unwrap(), 2);
    assert_eq!(get(&cache, 1, down()).await, Some(2));
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_nothing_immortal() {
    let (cache, requester) = (Cache::default(), Requester::new());
    assert_eq!(get(&cache, 1_000_000, Ok(1)).await, Some(1));
    assert_eq!(get(&cache, 0, Ok(2)).await, Some(2), "what is from the future is fetched again");
    for _ in 0..3 {
        assert_eq!(refresh(&cache, &requester, 1_000_000, down()).await, None);
    }
    assert_eq!(refresh(&cache, &requester, 0, Ok(3)).await, Some(3), "and nothing is waited for");
}

#[tokio::test]
async fn of_many_documents_the_least_used_goes() {
    let cache = Cache::default();
    let url = |number: usize| format!("https://tenant-{number}.example/keys");
    let get = async |number: usize, value: usize| {
        *cache.get(at(&url(number), 0), || ready(Ok(value))).await.unwrap()
    };
    for number in 0..MAX_DOCUMENTS {
        get(number, number).await;
    }
    assert_eq!(get(0, 7).await, 0);
    for number in MAX_DOCUMENTS..MAX_DOCUMENTS + 10 {
        get(number, number).await;
    }
    assert_eq!(cache.slots.lock().unwrap().len(), MAX_DOCUMENTS);
    assert_eq!(get(0, 7).await, 0, "in use");
    assert_eq!(get(1, 7).await, 7, "it went");
}

#[tokio::test]
async fn what_somebody_waits_for_does_not_go() {
    let cache = Arc::new(Cache::<u32>::default());
    let (answer, answered) = oneshot::channel();
    let waiting = tokio::spawn({
        let cache = Arc::clone(&cache);
        let answered = || async { tokio::time::timeout(LONG, answered).await.unwrap().unwrap() };
        async move { cache.get(at("u", 0), answered).await }
    });
    meanwhile().await;
    for number in 0..=MAX_DOCUMENTS {
        cache.get(at(&number.to_string(), 0), || ready(Ok(7))).await.unwrap();
    }
    assert_eq!(cache.slots.lock().unwrap().len(), MAX_DOCUMENTS);
    answer.send(Ok(1)).unwrap();
    assert_eq!(*waiting.await.unwrap().unwrap(), 1);
    assert_eq!(get(&cache, 0, Ok(9)).await, Some(1), "it was kept");
}

#[tokio::test]
async fn whoever_waited_for_a_failed_fetch_shares_its_error() {
    let cache = Arc::new(Cache::<u32>::default());
    let fetches = Arc::new(AtomicU32::new(0));
    let waiters: Vec<_> = (0..20)
        .map(|number| {
            let (cache, fetches) = (Arc::clone(&cache), Arc::clone(&fetches));
            tokio::spawn(async move {
                let fetch = || async move {
                    fetches.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    down()
                };
                // Seconds apart: it is not the pause that spares the provider.
                cache.get(at("u", number * PAUSE), fetch).await.is_err()
            })
        })
        .collect();
    for waiter in waiters {
        assert!(waiter.await.unwrap());
    }
    assert_eq!(fetches.load(Ordering::Relaxed), 1);
}
