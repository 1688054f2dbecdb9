//! The demo's cookies: one for each sign-in that is under way, and one for the last outcome.
//!
//! An application that is served by `https` adds `Secure` and the prefix `__Host-`, as SECURITY.md says.

use authspec::{Secret, Started};
use axum::http::{HeaderMap, header};

/// The number of characters of the `state` in a cookie's name: enough to tell the tabs of one browser
/// apart.
const STATE_PREFIX: usize = 12;

/// The cookie of the last outcome.
const OUTCOME: &str = "authspec-outcome";

/// A sign-in's cookie, as the browser sent it.
pub(super) struct Transaction {
    pub(super) name: String,
    pub(super) ticket: String,
    pub(super) browser: String,
}

/// Sets the cookie of a sign-in, which only its callback receives.
pub(super) fn transaction(started: &Started, backend: &str) -> String {
    let name = name(&started.state).unwrap_or_default();
    let browser = started.browser.as_ref().map(Secret::expose).unwrap_or_default();
    format!(
        "{name}={}~{browser}; Path=/complete/{backend}/; HttpOnly; SameSite=Lax; Max-Age={}",
        started.transaction,
        started.lifetime.as_secs()
    )
}

/// The cookie of the sign-in whose `state` a callback repeats.
pub(super) fn transaction_of(headers: &HeaderMap, query: &str) -> Option<Transaction> {
    let (_, state) =
        url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "state")?;
    let name = name(&state)?;
    let (ticket, browser) = find(headers, &name)?.split_once('~')?;
    Some(Transaction { ticket: ticket.to_owned(), browser: browser.to_owned(), name })
}

/// Takes a sign-in's cookie away.
pub(super) fn forget(name: &str, backend: &str) -> String {
    format!("{name}=; Path=/complete/{backend}/; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Sets the cookie that shows the outcome to the browser of the sign-in alone.
pub(super) fn outcome(browser: &str) -> String {
    format!("{OUTCOME}={browser}; Path=/; HttpOnly; SameSite=Lax")
}

/// The value of that cookie.
pub(super) fn outcome_of(headers: &HeaderMap) -> Option<&str> {
    find(headers, OUTCOME)
}

/// A cookie's name for a `state`, whose characters are those of base64url.
fn name(state: &str) -> Option<String> {
    let start = state.get(..STATE_PREFIX)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    start.bytes().all(is_plain).then(|| format!("authspec-{start}"))
}

fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split("; "))
        .filter_map(|cookie| cookie.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}
