//! One answer for everybody who asks the same at the same time.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::task;

/// The time for which an answer that no caller received is kept for the next caller.
const KEPT: Duration = Duration::from_secs(60);

/// Questions under way, by name.
pub(crate) struct SingleFlight<T> {
    flights: Arc<Mutex<HashMap<String, Entry<T>>>>,
}

/// A question that a caller waits for, or whose answer waits for a caller.
struct Entry<T> {
    flight: Weak<Flight<T>>,
    /// Holds an answer that no caller took yet.
    kept: Option<Arc<Flight<T>>>,
}

struct Flight<T> {
    answer: watch::Receiver<Option<T>>,
    /// Notified when a caller has the answer.
    taken: Arc<Notify>,
}

impl<T> fmt::Debug for SingleFlight<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SingleFlight(…)")
    }
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self { flights: Arc::default() }
    }
}

impl<T> Clone for SingleFlight<T> {
    fn clone(&self) -> Self {
        Self { flights: Arc::clone(&self.flights) }
    }
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    /// The answer to the question of the first caller; the others wait for it. The question goes on when
    /// its asker gives up, since it may have reached its goal already. An answer that no caller took is
    /// kept for a minute if it is worth keeping; otherwise nothing is kept once the last one has it.
    /// `None` only while the program ends, or when the question panicked.
    pub(crate) async fn ask<F: Future<Output = T> + Send + 'static>(
        &self,
        name: String,
        question: F,
        is_worth_keeping: fn(&T) -> bool,
    ) -> Option<T> {
        let (flight, sender) = self.join(&name);
        if let Some(sender) = sender {
            let (flights, name, flight) = (self.clone(), name.clone(), Arc::clone(&flight));
            task::start(async move {
                let answer = question.await;
                if is_worth_keeping(&answer) {
                    flights.keep(name, flight);
                } else {
                    drop(flight);
                }
                // All of them may have given up.
                _ = sender.send(Some(answer));
            })
            .await;
        }
        let mut answer = flight.answer.clone();
        let answer = answer.wait_for(Option::is_some).await.ok()?.clone();
        self.let_go(&name, &flight);
        answer
    }

    /// The flight of a name; with the end that its answer goes into when it is a new one.
    fn join(&self, name: &str) -> (Arc<Flight<T>>, Option<watch::Sender<Option<T>>>) {
        let mut flights = self.table();
        if let Some(flight) = flights.get(name).and_then(|entry| entry.flight.upgrade()) {
            return (flight, None);
        }
        flights.retain(|_, entry| entry.flight.strong_count() > 0);
        let (sender, answer) = watch::channel(None);
        let flight = Arc::new(Flight { answer, taken: Arc::default() });
        let entry = Entry { flight: Arc::downgrade(&flight), kept: None };
        flights.insert(name.to_owned(), entry);
        (flight, Some(sender))
    }

    /// Keeps an answer until a caller takes it, for a minute at most.
    fn keep(&self, name: String, flight: Arc<Flight<T>>) {
        let taken = Arc::clone(&flight.taken);
        let weak = Arc::downgrade(&flight);
        if let Some(entry) = self.table().get_mut(&name) {
            entry.kept = Some(flight);
        }
        let flights = self.clone();
        task::in_background(async move {
            if tokio::time::timeout(KEPT, taken.notified()).await.is_err()
                && let Some(flight) = weak.upgrade()
            {
                flights.let_go(&name, &flight);
            }
        });
    }

    /// Keeps the answer no longer: only those who wait for it still have it.
    fn let_go(&self, name: &str, flight: &Arc<Flight<T>>) {
        flight.taken.notify_one();
        if let Some(entry) = self.table().get_mut(name)
            && entry.kept.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, flight))
        {
            entry.kept = None;
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const NEVER: fn(&usize) -> bool = |_| false;
    const ALWAYS: fn(&usize) -> bool = |_| true;

    /// Lets every task that can go on do so.
    async fn settle() {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn whoever_asks_at_the_same_time_shares_the_answer() {
        let flights = Arc::new(SingleFlight::default());
        let asked = Arc::new(AtomicUsize::new(0));
        let question = |asked: &Arc<AtomicUsize>| {
            let asked = Arc::clone(asked);
            async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                asked.fetch_add(1, Ordering::SeqCst)
            }
        };
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (flights, question) = (Arc::clone(&flights), question(&asked));
                tokio::spawn(async move { flights.ask("a".to_owned(), question, ALWAYS).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), Some(0));
        }
        // Another name is another question, and so is the same one later.
        assert_eq!(flights.ask("b".to_owned(), question(&asked), ALWAYS).await, Some(1));
        assert_eq!(flights.ask("a".to_owned(), question(&asked), ALWAYS).await, Some(2));
        assert!(flights.table().len() <= 2);
    }

    #[tokio::test]
    async fn a_question_goes_on_when_whoever_asked_gives_up() {
        let flights = SingleFlight::default();
        let (answer, question) = tokio::sync::oneshot::channel::<usize>();
        {
            let asked = flights.ask("a".to_owned(), async { question.await.unwrap() }, NEVER);
            let soon = Duration::from_millis(1);
            assert!(tokio::time::timeout(soon, asked).await.is_err(), "nobody answers yet");
        }
        let unasked = async { unreachable!("it is asked already") };
        let second = flights.ask("a".to_owned(), unasked, NEVER);
        let (second, ()) = tokio::join!(second, async { answer.send(7).unwrap() });
        assert_eq!(second, Some(7));
    }

    /// Asks and gives up; the answer comes when no caller waits.
    async fn give_up(flights: &SingleFlight<usize>, is_worth_keeping: fn(&usize) -> bool) {
        let (answer, question) = tokio::sync::oneshot::channel::<usize>();
        let asked =
            flights.ask("a".to_owned(), async { question.await.unwrap() }, is_worth_keeping);
        assert!(tokio::time::timeout(Duration::from_millis(1), asked).await.is_err());
        answer.send(7).unwrap();
        settle().await;
    }

    #[tokio::test]
    async fn an_answer_that_nobody_took_is_kept_for_the_next() {
        let flights = SingleFlight::default();
        give_up(&flights, ALWAYS).await;
        assert_eq!(flights.ask("a".to_owned(), async { 8 }, ALWAYS).await, Some(7));
        assert_eq!(flights.ask("a".to_owned(), async { 9 }, ALWAYS).await, Some(9), "taken once");
        give_up(&flights, NEVER).await;
        assert_eq!(flights.ask("a".to_owned(), async { 10 }, ALWAYS).await, Some(10));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_kept_for_a_minute() {
        let flights = SingleFlight::default();
        give_up(&flights, ALWAYS).await;
        tokio::time::advance(KEPT.saturating_sub(Duration::from_secs(1))).await;
        settle().await;
        assert!(flights.table()["a"].kept.is_some());
        tokio::time::advance(Duration::from_secs(2)).await;
        settle().await;
        assert!(flights.table()["a"].kept.is_none(), "no token stays in memory");
        assert_eq!(flights.ask("a".to_owned(), async { 8 }, ALWAYS).await, Some(8));
    }

    #[tokio::test]
    async fn a_question_that_panics_has_no_answer() {
        let flights = SingleFlight::<usize>::default();
        let asked = flights.ask("a".to_owned(), async { panic!("on purpose") }, ALWAYS).await;
        assert_eq!(asked, None);
        assert_eq!(flights.ask("a".to_owned(), async { 1 }, ALWAYS).await, Some(1));
    }
}
