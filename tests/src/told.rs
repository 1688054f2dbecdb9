//! Counts what the library tells `tracing`: one event for each call that ends, and no personal data.

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use authspec::events::{ENDED, REFUSED, SECURITY};
use authspec::{Error, Result};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Instrument as _, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// The target of the spans in which watched calls run.
const WATCHED: &str = "authspec_tests::watched";

static EVENTS: Mutex<Vec<Told>> = Mutex::new(Vec::new());

/// One event of the library.
#[derive(Clone, Debug)]
pub struct Told {
    /// The watched calls in which it was told, the innermost first.
    calls: Vec<u64>,
    /// Its name.
    pub name: &'static str,
    /// Its target.
    pub target: String,
    /// Its fields and its message.
    pub text: String,
}

/// Keeps every event of the library.
pub(crate) struct Listener;

/// The number of a watched call, kept with its span.
struct Call(u64);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Listener {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().target() != WATCHED {
            return;
        }
        let mut number = Number(0);
        attributes.record(&mut number);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Call(number.0));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let is_ours =
            metadata.target() == "authspec" || metadata.target().starts_with("authspec::");
        if !is_ours {
            return;
        }
        let calls = context.event_scope(event).into_iter().flatten();
        let calls = calls.filter_map(|span| span.extensions().get::<Call>().map(|call| call.0));
        let mut text = Text(String::new());
        event.record(&mut text);
        let told = Told {
            calls: calls.collect(),
            name: metadata.name(),
            target: metadata.target().to_owned(),
            text: text.0,
        };
        EVENTS.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }
}

struct Number(u64);

impl Visit for Number {
    fn record_u64(&mut self, _: &Field, value: u64) {
        self.0 = value;
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        _ = write!(self.0, "{field}={value:?} ");
    }
}

/// How many events there are so far.
pub(crate) fn count() -> usize {
    EVENTS.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// The events since then, of every call.
pub(crate) fn since(start: usize) -> Vec<Told> {
    let events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    events.get(start..).unwrap_or_default().to_vec()
}

/// Runs a call; its result, and the events that were told in it.
pub async fn watched<T>(call: impl Future<Output = T>) -> (T, Vec<Told>) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let start = count();
    let span = tracing::info_span!(target: WATCHED, "watched", call = number);
    let result = call.instrument(span).await;
    (result, since(start).into_iter().filter(|told| told.calls.contains(&number)).collect())
}

/// What a call is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It only begins a sign-in: a success is no end.
    Begins,
    /// It ends a sign-in, a refresh or a logout.
    Ends,
}

/// Runs a call, and holds that its end was told once.
pub(crate) async fn once<T>(kind: Kind, call: impl Future<Output = Result<T>>) -> Result<T> {
    let (result, told) = watched(call).await;
    let ends: Vec<&Told> =
        told.iter().filter(|told| [ENDED, REFUSED].contains(&told.name)).collect();
    match (&result, kind) {
        (Err(error), _) => {
            assert_eq!(ends.len(), 1, "each refusal is told once: {told:?}");
            assert!(ends.iter().all(|told| is_refusal(told, error)), "{error:?}: {ends:?}");
        }
        (Ok(_), Kind::Ends) => {
            assert_eq!(ends.len(), 1, "each end is told once: {told:?}");
            assert_eq!(ends.first().map(|told| told.name), Some(ENDED));
        }
        (Ok(_), Kind::Begins) => assert!(ends.is_empty(), "nothing ended: {ends:?}"),
    }
    result
}

/// Whether an event tells this refusal.
fn is_refusal(told: &Told, error: &Error) -> bool {
    let has = |field: &str, value: &str| told.text.contains(&format!("{field}=\"{value}\" "));
    told.name == REFUSED
        && has("code", error.code().as_str())
        && has("stage", error.stage().as_str())
        && has("recovery", error.recovery().as_str())
}

impl Told {
    /// Whether it has the target of attacks.
    pub fn looks_like_an_attack(&self) -> bool {
        self.target == SECURITY
    }
}
