//! The authorization endpoint and the answer to its sign-in page.

use crate::authorize_error::AuthorizeError;
use crate::authorize_request::{AuthorizeRequest, Target, check, target};
use crate::errors::{description, error_page};
use crate::fault::Fault;
use crate::grant::Grant;
use crate::page;
use crate::parameters::{Pairs, edit};
use crate::problem::Problem;
use crate::random;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::route::{Flavour, Tenant};
use crate::state::{Decision, Shared};
use crate::users::{User, UserKind};

/// Answers an authorization request (RFC 6749 section 4.1.1; GET or POST, OpenID Connect Core
/// section 3.1.2.1).
pub(crate) fn authorize(shared: &Shared, flavour: &Flavour, incoming: &RecordedRequest) -> Reply {
    let pairs = incoming.parameters();
    let (client, target) = match target(shared, pairs) {
        Ok(found) => found,
        Err(problem) => return error_page(flavour, &problem, shared.now()),
    };
    let status = after(incoming);
    let request = match check(flavour, &client, target.clone(), pairs) {
        Ok(request) => request,
        Err(problem) => return refuse(shared, flavour, &target, &problem, status),
    };
    if shared.interactive {
        return if request.silent {
            refuse(shared, flavour, &target, &Problem::LoginRequired, status)
        } else {
            ask(shared, request)
        };
    }
    let decision = shared.lock().decision.clone();
    match decision {
        Decision::SignIn(key) => sign_in(shared, &request, shared.user(flavour, &key), status),
        Decision::Decline(error) => {
            deliver(shared, flavour, &request.target, error.parameters(), status)
        }
    }
}

/// Answers the sign-in page: the chosen user, or one of the ways not to sign in.
pub(crate) fn resume(shared: &Shared, incoming: &RecordedRequest) -> Reply {
    let request = (incoming.method == "POST")
        .then(|| incoming.form_value("request"))
        .flatten()
        .and_then(|id| shared.lock().pending.remove(id));
    let Some(request) = request else {
        return page::notice(
            400,
            "This page has expired",
            "The sign-in was finished or given up before. Start again at the application.",
        );
    };
    let flavour = request.flavour.clone();
    let error = if incoming.form_value("forgot").is_some() {
        AuthorizeError::b2c_forgot_password()
    } else if let Some(key) = incoming.form_value("user") {
        if !shared.users(&flavour).iter().any(|user| user.key == key) {
            return page::notice(400, "Nobody of that name", "This account is not on the page.");
        }
        return sign_in(shared, &request, shared.user(&flavour, key), 303);
    } else {
        match flavour {
            Flavour::V1(_) | Flavour::V2(_) => AuthorizeError::cancelled(),
            Flavour::B2c(_) => AuthorizeError::b2c_cancelled(),
            Flavour::Oidc | Flavour::Given => {
                AuthorizeError::new("access_denied").with_description("The user did not sign in.")
            }
            Flavour::GitHub => AuthorizeError::github_denied(),
        }
    };
    deliver(shared, &flavour, &request.target, error.parameters(), 303)
}

/// The status that makes a browser follow with GET (RFC 9700 section 4.12 advises 303 after POST).
fn after(incoming: &RecordedRequest) -> u16 {
    if incoming.method == "POST" { 303 } else { 302 }
}

/// Shows the sign-in page.
fn ask(shared: &Shared, request: AuthorizeRequest) -> Reply {
    let Ok(id) = random::token() else {
        return error_page(&request.flavour, &Problem::Cryptography, shared.now());
    };
    let (flavour, client) = (&request.flavour, &request.client_id);
    let title = shared.given.as_ref().map_or(flavour.title(), |given| given.title.as_str());
    let reply = page::sign_in(flavour, title, &shared.users(flavour), client, &id);
    shared.lock().pending.insert(id, request);
    reply
}

/// Grants the request to a user, or says why the account is not welcome.
fn sign_in(shared: &Shared, request: &AuthorizeRequest, user: &'static User, status: u16) -> Reply {
    let flavour = &request.flavour;
    if let Some(problem) = unwelcome(flavour, user) {
        return refuse(shared, flavour, &request.target, &problem, status);
    }
    let grant = Grant {
        flavour: flavour.clone(),
        client_id: request.client_id.clone(),
        redirect_uri: request.target.written.clone(),
        scope: request.scope.clone(),
        nonce: request.nonce.clone(),
        challenge: request.challenge.clone(),
        resource: request.resource.clone(),
        client_info: request.client_info,
        user,
        granted_at: shared.now(),
        used: false,
    };
    match shared.issue_code(grant) {
        Ok(code) => {
            let mut params = vec![("code".to_owned(), code)];
            if matches!(flavour, Flavour::V1(_) | Flavour::V2(_)) {
                params.push(("session_state".to_owned(), random::guid()));
            }
            deliver(shared, flavour, &request.target, params, status)
        }
        Err(error) => refuse(shared, flavour, &request.target, &error.into(), status),
    }
}

/// The reason why an account cannot sign in at a tenant of Entra ID.
fn unwelcome(flavour: &Flavour, user: &User) -> Option<Problem> {
    let personal = user.kind == UserKind::Personal;
    match flavour {
        Flavour::V1(_) if personal => Some(Problem::NoPersonalAccounts),
        Flavour::V2(Tenant::Home | Tenant::Organizations) if personal => {
            Some(Problem::AccountNotInTenant)
        }
        Flavour::V2(Tenant::Consumers) if !personal => Some(Problem::AccountNotInTenant),
        _ => None,
    }
}

fn refuse(
    shared: &Shared,
    flavour: &Flavour,
    target: &Target,
    problem: &Problem,
    status: u16,
) -> Reply {
    let params = vec![
        ("error".to_owned(), problem.facts().error.to_owned()),
        ("error_description".to_owned(), description(flavour, problem, shared.now())),
    ];
    deliver(shared, flavour, target, params, status)
}

/// Sends parameters to the client's address, with `state` and, where announced, `iss` (RFC 9207).
fn deliver(
    shared: &Shared,
    flavour: &Flavour,
    target: &Target,
    mut params: Pairs,
    status: u16,
) -> Reply {
    if let Some(state) = &target.state {
        params.push(("state".to_owned(), state.clone()));
    }
    if *flavour == Flavour::Oidc {
        params.push(("iss".to_owned(), format!("{}/oidc", shared.origin)));
    }
    if let Some(Fault::Redirect(edits)) = shared.fault() {
        edit(&mut params, &edits);
    }
    if target.form_post {
        return page::form_post(&target.written, &params);
    }
    let mut address = target.redirect_uri.clone();
    address.query_pairs_mut().extend_pairs(&params);
    Reply::redirect(status, address.as_str())
}
