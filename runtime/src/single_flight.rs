//! One answer for everybody who asks the same at the same time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, Weak};

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

impl<T: Clone> SingleFlight<T> {
    /// The answer of whoever asks first; the others wait for it. When the first one is cancelled, the
    /// next one asks. Nothing is kept once the last one has its answer.
    pub(crate) async fn ask<F: Future<Output = T>>(
        &self,
        name: String,
        question: impl FnOnce() -> F,
    ) -> T {
        let flight = self.join(name);
        let mut answer = flight.lock().await;
        if let Some(answer) = answer.as_ref() {
            return answer.clone();
        }
        answer.insert(question().await).clone()
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
        let question = |asked: Arc<AtomicUsize>| async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            asked.fetch_add(1, Ordering::SeqCst)
        };
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (flights, asked) = (Arc::clone(&flights), Arc::clone(&asked));
                tokio::spawn(async move { flights.ask("a".to_owned(), || question(asked)).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), 0);
        }
        // Another name is another question, and so is the same one later.
        assert_eq!(flights.ask("b".to_owned(), || question(Arc::clone(&asked))).await, 1);
        assert_eq!(flights.ask("a".to_owned(), || question(Arc::clone(&asked))).await, 2);
        assert!(flights.flights.lock().unwrap().len() <= 2);
    }

    #[tokio::test]
    async fn when_the_first_is_cancelled_the_next_one_asks() {
        let flights = SingleFlight::default();
        let hanging = flights.ask("a".to_owned(), std::future::pending::<u8>);
        assert!(tokio::time::timeout(Duration::from_millis(1), hanging).await.is_err());
        assert_eq!(flights.ask("a".to_owned(), || std::future::ready(7)).await, 7);
    }
}
