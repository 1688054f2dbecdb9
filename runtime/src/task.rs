//! Work that outlives the call that asked for it.

/// Does work to its end, also when the waiting call is dropped. `None` only while the program ends, or
/// when the work panicked. Without a tokio runtime it is done in place.
pub(crate) async fn run_detached<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => runtime.spawn(work).await.ok(),
        Err(_) => Some(work.await),
    }
}

/// Starts work that goes on by itself; without a tokio runtime it is done in place.
pub(crate) async fn start(work: impl Future<Output = ()> + Send + 'static) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(work)),
        Err(_) => work.await,
    }
}

/// Starts work without waiting for it; without a tokio runtime it is left undone.
pub(crate) fn in_background(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(work);
    }
}
