//! What goes over the wire, for every backend and every way of proving the client.

use std::fmt::Write as _;

use authspec::RefreshRequest;
use authspec_authority::DEFAULT_FEDERATED_SUBJECT;
use authspec_tests::{ENTRA, World, setting};

/// A query or form, one parameter a line; what differs from run to run is named instead.
fn show(pairs: &[(String, String)], out: &mut String) {
    for (name, value) in pairs {
        let value = match name.as_str() {
            "state" | "nonce" | "code" | "code_challenge" | "code_verifier" | "refresh_token"
            | "client_assertion" => format!("<{name}>"),
            _ => value.clone(),
        };
        writeln!(out, "    {name} = {value}").unwrap();
    }
}

async fn transcript(world: &World, backend: &str, variables: Vec<(String, String)>) -> String {
    let backend = world.backend_with(backend, variables).unwrap();
    world.usual_user(backend.descriptor().name);
    let before = world.authority.requests().len();
    let mut out = String::new();
    let identity = match world.sign_in(backend.as_ref()).await {
        Ok(identity) => Some(identity),
        Err(error) => {
            writeln!(out, "({}: {})", error.code(), error.message()).unwrap();
            None
        }
    };
    if let Some(token) = identity.and_then(|identity| identity.tokens.refresh_token) {
        backend.refresh(RefreshRequest::new(token)).await.unwrap();
    }
    for request in &world.authority.requests()[before..] {
        writeln!(out, "{} {}", request.method, request.path).unwrap();
        show(&request.query, &mut out);
        if let Some(value) = request.header("authorization") {
            let scheme = value.split(' ').next().unwrap_or_default();
            writeln!(out, "    Authorization: {scheme} <credential>").unwrap();
        }
        if !request.form.is_empty() {
            out.push_str("  form\n");
            show(&request.form, &mut out);
        }
    }
    out
}

fn assert(name: &str, transcript: String) {
    let _hint =
        authspec_tests::Hint("INSTA_UPDATE=always cargo test -p authspec-tests --test wire");
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        omit_expression => true,
        filters => vec![(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT")],
    }, {
        insta::assert_snapshot!(name, transcript);
    });
}

#[tokio::test]
async fn secrets() {
    let world = World::start().await;
    for backend in ENTRA.into_iter().chain(["oidc", "github"]) {
        assert(
            &format!("wire-{backend}-secret"),
            transcript(&world, backend, world.settings(backend)).await,
        );
    }
}

#[tokio::test]
async fn assertions() {
    let world = World::start().await;
    let assertion = world.authority.federated_token(DEFAULT_FEDERATED_SUBJECT);
    for backend in ENTRA {
        let mut variables = world.settings_without_credential(backend);
        variables.push((setting(backend, "CLIENT_ASSERTION"), assertion.clone()));
        assert(&format!("wire-{backend}-assertion"), transcript(&world, backend, variables).await);
    }
}

#[tokio::test]
async fn resource_is_sent_where_it_means_something() {
    let world = World::start().await;
    for backend in ["azuread-oauth2", "azuread-tenant-oauth2", "azuread-b2c-oauth2"] {
        let mut variables = world.settings(backend);
        variables.push((setting(backend, "RESOURCE"), "https://graph.microsoft.com".to_owned()));
        assert(&format!("wire-{backend}-resource"), transcript(&world, backend, variables).await);
    }
}
