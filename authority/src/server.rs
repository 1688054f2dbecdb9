//! The HTTP side: reads a request, finds its endpoint, applies faults and answers.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value;

use crate::authorize::{authorize, resume};
use crate::discovery::document;
use crate::errors;
use crate::fault::Fault;
use crate::jwks::key_set;
use crate::jws::{edit, members};
use crate::logout::logout;
use crate::problem::Problem;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::route::{Action, Flavour, Policy, Route, Tenant, route};
use crate::state::Shared;
use crate::{github, given, page, token, userinfo};

/// The longest request body that is read.
const BODY_LIMIT: usize = 256 * 1024;

/// Answers one request.
pub(crate) async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return Reply::new(413, "text/plain", "The body is too long.\n").into_response();
    };
    let incoming = RecordedRequest::read(&parts, &body);
    shared.record(incoming.clone());
    let mut reply = dispatch(&shared, &incoming);
    match shared.fault() {
        Some(Fault::ContentType(kind)) if reply.content_type.starts_with("application/json") => {
            reply.content_type = kind;
        }
        Some(Fault::Slow(milliseconds)) => reply.delay_ms = milliseconds,
        _ => {}
    }
    if reply.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(reply.delay_ms)).await;
    }
    reply.into_response()
}

fn dispatch(shared: &Shared, incoming: &RecordedRequest) -> Reply {
    if let Some(provider) = &shared.given {
        return given::answer(shared, provider, incoming);
    }
    let policy = incoming.query_value("p").or_else(|| incoming.form_value("p"));
    match route(&incoming.path, policy) {
        Route::Index => page::index(),
        Route::Endpoint(action, flavour) => endpoint(shared, incoming, action, &flavour),
        Route::Continue => resume(shared, incoming),
        Route::UserInfo => userinfo::userinfo(shared, incoming),
        Route::GitHubUser => github::user(shared, incoming),
        Route::GitHubEmails => github::emails(shared, incoming),
        Route::UnknownTenant(tenant) => {
            refuse(shared, &Flavour::V2(Tenant::Common), &Problem::UnknownTenant(tenant))
        }
        Route::NoPersonalAccounts => {
            refuse(shared, &Flavour::V1(Tenant::Common), &Problem::NoPersonalAccounts)
        }
        Route::MissingPolicy => refuse(
            shared,
            &Flavour::B2c(Policy { name: String::new(), in_path: false }),
            &Problem::PolicyMissing,
        ),
        Route::NotFound => page::notice(404, "Not found", "Nothing is served at this address."),
    }
}

fn refuse(shared: &Shared, flavour: &Flavour, problem: &Problem) -> Reply {
    errors::refusal(flavour, problem, &shared.origin, shared.now())
}

fn endpoint(
    shared: &Shared,
    incoming: &RecordedRequest,
    action: Action,
    flavour: &Flavour,
) -> Reply {
    match (action, shared.fault()) {
        (Action::Discovery, Some(Fault::Discovery(reply)))
        | (Action::Keys, Some(Fault::Keys(reply)))
        | (Action::Token, Some(Fault::Token(reply))) => return reply,
        (Action::Token, Some(Fault::TokenError(error))) => {
            return errors::token_error(flavour, &error, &shared.origin, shared.now());
        }
        _ => {}
    }
    match action {
        Action::Discovery => {
            let appid = incoming.query_value("appid");
            let mut document = members(document(&shared.site(), flavour, appid));
            if let Some(Fault::DiscoveryMembers(edits)) = shared.fault() {
                edit(&mut document, &edits);
            }
            cached(Reply::json(200, &Value::Object(document)))
        }
        Action::Keys => match key_set(&shared.site(), flavour, shared.generation()) {
            Ok(keys) => cached(Reply::json(200, &changed(keys, shared.fault()))),
            Err(error) => refuse(shared, flavour, &error.into()),
        },
        Action::Authorize => authorize(shared, flavour, incoming),
        Action::Token if *flavour == Flavour::GitHub => github::token(shared, incoming),
        Action::Token => token::token(shared, flavour, incoming),
        Action::Logout => logout(shared, incoming),
    }
}

/// The key set with its fault.
fn changed(mut set: Value, fault: Option<Fault>) -> Value {
    let Some(keys) = set.get_mut("keys").and_then(Value::as_array_mut) else {
        return set;
    };
    match fault {
        Some(Fault::KeyMembers(edits)) => {
            for key in keys.iter_mut().filter_map(Value::as_object_mut) {
                edit(key, &edits);
            }
        }
        Some(Fault::MoreKeys(more)) => {
            keys.splice(0..0, more);
        }
        _ => {}
    }
    set
}

/// Documents and keys may be kept for a day, as the real service says.
fn cached(reply: Reply) -> Reply {
    reply.with_header("cache-control", "max-age=86400, private")
}
