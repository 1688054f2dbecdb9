//! One answer for everybody who asks the same at the same time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::task;

/// Questions under way, by name.
#[derive(Debug)]
pub(crate) struct SingleFlight<T> {
    flights: Mutex<HashMap<String, Weak<Flight<T>>>>,
}

type Flight<T> = tokio::sync::Mutex<Option<T>>;

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self { flights: Mutex::new(HashMap::new()) }
    }
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    /// The answer of whoever asks first; the others wait for it. The question goes on when whoever asked
    /// it gives up: it may have reached its goal already. Nothing is kept once the last one has its
    /// answer. `None` only while the program ends, or when the question panicked.
    pub(crate) async fn ask<F: Future<Output = T> + Send + 'static>(
        &self,
        name: String,
        question: F,
    ) -> Option<T> {
        let mut answer = self.join(name).lock_owned().await;
        if let Some(answer) = answer.as_ref() {
            return Some(answer.clone());
        }
        task::to_its_end(async move { answer.insert(question.await).clone() }).await
    }

    fn join(&self, name: String) -> Arc<Flight<T>> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&name).and_then(Weak::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Arc::new(Flight::default());
        flights.insert(name, Arc::downgrade(&flight));
        flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

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
                tokio::spawn(async move { flights.ask("a".to_owned(), question).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), Some(0));
        }
        // Another name is another question, and so is the same one later.
        assert_eq!(flights.ask("b".to_owned(), question(&asked)).await, Some(1));
        assert_eq!(flights.ask("a".to_owned(), question(&asked)).await, Some(2));
        assert!(flights.flights.lock().unwrap().len() <= 2);
    }

    #[tokio::test]
    async fn a_question_goes_on_when_whoever_asked_gives_up() {
        let flights = SingleFlight::default();
        let (answer, question) = tokio::sync::oneshot::channel::<u8>();
        {
            let asked = flights.ask("a".to_owned(), async { question.await.unwrap() });
            let soon = Duration::from_millis(1);
            assert!(tokio::time::timeout(soon, asked).await.is_err(), "nobody answers yet");
        }
        let second = flights.ask("a".to_owned(), async { unreachable!("it is asked already") });
        let (second, ()) = tokio::join!(second, async { answer.send(7).unwrap() });
        assert_eq!(second, Some(7));
    }
}
