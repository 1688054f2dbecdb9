//! The table of attacks, run against every backend that a row applies to. It prints itself:
//! `cargo test -p authspec-tests --test attacks table -- --nocapture`.

use authspec::{BeginRequest, Callback, Error, Identity, Stage};
use authspec_tests::{ENTRA, World, redirect_uri};

use crate::attack::{Attack, Change, Mode, Outcome, word, words};
use crate::requests::{FORM_POST, form_body};
use crate::{conformance, rows};

/// Every row, in the order of the table.
pub fn table() -> Vec<Attack> {
    [
        rows::browser::rows(),
        rows::token_endpoint::rows(),
        rows::jose::rows(),
        rows::claims::rows(),
        rows::documents::rows(),
        conformance::rows(),
        conformance::form_post_rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Each backend has a provider of its own, so that they need not wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_table_holds() {
    let backends = ENTRA.into_iter().chain(["oidc", "github"]);
    let tasks: Vec<_> = backends.map(|name| (name, tokio::spawn(failures_of(name)))).collect();
    let mut failures = Vec::new();
    let mut names = Vec::new();
    for (name, task) in tasks {
        failures.extend(task.await.unwrap());
        names.push(name);
    }
    let mut attacks = 0;
    for row in table() {
        let Attack { id, rule, sends, outcome, mode, .. } = row;
        let sends = if mode == Mode::FormPost {
            format!("{sends}, by form_post")
        } else {
            sends.to_owned()
        };
        let count = names.iter().filter(|name| row.to.includes(name)).count();
        assert_ne!(count, 0, "{id} {sends}: applies to no backend");
        println!("{id:<44} {rule:<34} {sends:<56} {count} × {}", words(outcome));
        attacks += count;
    }
    println!("{} rows, {attacks} attacks, each with its twin", table().len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What does not hold for one backend.
async fn failures_of(name: &'static str) -> Vec<String> {
    let world = World::start().await;
    world.usual_user(name);
    let mut failures = Vec::new();
    for row in table().iter().filter(|row| row.to.includes(name)) {
        let failure = hold(&world, name, row).await.err();
        failures.extend(failure.map(|what| format!("{name} {} {}: {what}", row.id, row.sends)));
    }
    failures
}

/// The change is refused (or taken) as the row says, and its twin signs in; or what happened instead.
async fn hold(world: &World, name: &str, row: &Attack) -> Result<(), String> {
    let (sent_before, asked_before) = (token_requests(world), user_info_requests(world));
    let result = sign_in(world, name, &row.change, row.mode).await;
    match (row.outcome, &result) {
        (Outcome::Accepted, Ok(_)) => {}
        (Outcome::Accepted, Err(error)) => return Err(format!("refused: {error:?}")),
        (Outcome::Refused(..), Ok(_)) => return Err("accepted".to_owned()),
        (Outcome::Refused(code, stage), Err(error)) if word(error) == (code, stage) => {}
        (expected, Err(error)) => return Err(format!("not {}: {error:?}", words(expected))),
    }
    let is_early = matches!(row.outcome, Outcome::Refused(_, Stage::Begin | Stage::Callback));
    if is_early && token_requests(world) != sent_before {
        return Err("the code was sent".to_owned());
    }
    let before_user = [Stage::Begin, Stage::Callback, Stage::TokenExchange, Stage::TokenValidation];
    if matches!(row.outcome, Outcome::Refused(_, stage) if before_user.contains(&stage))
        && user_info_requests(world) != asked_before
    {
        return Err("the user was asked for".to_owned());
    }
    let twin = sign_in(world, name, &row.twin, row.mode).await;
    twin.map(|_| ()).map_err(|error| format!("its twin is refused: {error:?}"))
}

/// How many codes the provider was sent.
fn token_requests(world: &World) -> usize {
    let requests = world.authority.requests();
    requests.iter().filter(|request| request.form_value("grant_type").is_some()).count()
}

/// How often the provider was asked who the user is.
fn user_info_requests(world: &World) -> usize {
    world.requests_to("/userinfo") + world.requests_to("/user")
}

/// A sign-in with one change, by a backend that has seen nothing of the provider yet.
async fn sign_in(
    world: &World,
    name: &str,
    change: &Change,
    mode: Mode,
) -> Result<Identity, Error> {
    let settings = match (change, mode) {
        (Change::Settings(settings), _) => settings,
        (_, Mode::FormPost) => FORM_POST,
        (_, Mode::Query) => &[][..],
    };
    let backend = world.backend(name, settings);
    match change {
        Change::Provider(fault) => world.authority.set_fault(Some(fault.clone())),
        Change::Decline(refusal) => world.authority.decline(refusal.clone()),
        Change::Nothing | Change::Callback(_) | Change::Settings(_) => {}
    }
    let result = async {
        let started = backend.begin(BeginRequest::new(redirect_uri(backend.as_ref()))).await?;
        let callback = match mode {
            Mode::FormPost => {
                let body = form_body(world, &started.authorization_url).await;
                Callback::from_form(&redirect_uri(backend.as_ref()), &body)
            }
            Mode::Query => {
                let callback = world.browse(&started.authorization_url).await;
                Callback::from_url(&match change {
                    Change::Callback(edit) => edit(&callback),
                    _ => callback,
                })
            }
        };
        backend.complete(&started.transaction, callback).await
    };
    let result = result.await;
    world.authority.set_fault(None);
    world.usual_user(name);
    result
}
