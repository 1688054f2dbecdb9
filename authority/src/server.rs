//! The HTTP side: reads a request, finds its endpoint, applies faults and answers.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;

use crate::authorize::{authorize, resume};
use crate::discovery::document;
use crate::errors;
use crate::fault::Fault;
use crate::jwks::key_set;
use crate::logout::logout;
use crate::problem::Problem;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::route::{Action, Flavour, Policy, Route, Tenant, route};
use crate::state::Shared;
use crate::{faulty, github, given, page, token, userinfo};

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
    reply.dated(shared.now()).into_response()
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
    if let Some(reply) = faulty::instead(shared, flavour, action) {
        return reply;
    }
    match action {
        Action::Discovery => {
            let appid = incoming.query_value("appid");
            faulty::discovery(shared, document(&shared.site(), flavour, appid))
        }
        Action::Keys => match key_set(&shared.site(), flavour, shared.generation()) {
            Ok(keys) => faulty::keys(shared, keys),
            Err(error) => refuse(shared, flavour, &error.into()),
        },
        Action::Authorize => authorize(shared, flavour, incoming),
        Action::Token if *flavour == Flavour::GitHub => github::token(shared, incoming),
        Action::Token => token::token(shared, flavour, incoming),
        Action::Logout => logout(shared, incoming),
    }
}
