//! The end-session endpoint (OpenID Connect RP-Initiated Logout section 2).

use url::Url;

use crate::client::is_loopback;
use crate::page;
use crate::parameters::value;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::state::Shared;

/// Leads back to the application when the address is registered, else shows a plain page.
pub(crate) fn logout(shared: &Shared, incoming: &RecordedRequest) -> Reply {
    let pairs = incoming.parameters();
    let address = value(pairs, "post_logout_redirect_uri").filter(|address| {
        is_loopback(address)
            || match value(pairs, "client_id") {
                Some(id) => {
                    shared.client(id).is_some_and(|client| client.allows_post_logout(address))
                }
                None => {
                    shared.lock().clients.values().any(|client| client.allows_post_logout(address))
                }
            }
    });
    let Some(mut address) = address.and_then(|address| Url::parse(address).ok()) else {
        return page::notice(
            200,
            "You are signed out",
            "It is a good idea to close all browser windows.",
        );
    };
    if let Some(state) = value(pairs, "state") {
        address.query_pairs_mut().append_pair("state", state);
    }
    let status = if incoming.method == "POST" { 303 } else { 302 };
    Reply::redirect(status, address.as_str())
}
