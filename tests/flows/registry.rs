//! Backends chosen by `SOCIAL_AUTH_AUTHENTICATION_BACKENDS`.

use authspec::{BACKENDS_VARIABLE, BeginRequest, Callback, Code};
use authspec_tests::{ENTRA, World, known, setting};

#[tokio::test]
async fn names_and_class_paths_choose_backends() {
    let world = World::start().await;
    let mut variables: Vec<(String, String)> =
        ENTRA.into_iter().flat_map(|name| world.settings(name)).collect();
    variables.push((
        BACKENDS_VARIABLE.to_owned(),
        "('azuread-oauth2', 'social_core.backends.azuread_b2c.AzureADB2COAuth2', \
         'django.contrib.auth.backends.ModelBackend')"
            .to_owned(),
    ));
    let backends = known().build(&world.runtime(variables)).unwrap();
    let names: Vec<&str> = backends.iter().map(|backend| backend.descriptor().name).collect();
    assert_eq!(names, ["azuread-b2c-oauth2", "azuread-oauth2"]);
    let warned: Vec<&str> =
        backends.warnings().iter().map(|warning| warning.parameter.as_str()).collect();
    // Django's own, and that anybody may sign in.
    assert_eq!(warned, [BACKENDS_VARIABLE, &setting("azuread-oauth2", "ALLOWED_TENANTS")]);
    assert!(world.sign_in(backends.get("azuread-oauth2").unwrap()).await.is_ok());
    let error = backends.get("github").unwrap_err();
    assert_eq!(error.code(), Code::BackendMissing);
    assert!(error.message().contains("azuread-oauth2"), "{error}");
}

#[tokio::test]
async fn an_unknown_entry_lists_the_known_ones() {
    let world = World::start().await;
    let variables = vec![(BACKENDS_VARIABLE.to_owned(), "azuread-oauth3".to_owned())];
    let error = known().build(&world.runtime(variables)).unwrap_err();
    assert_eq!(error.code(), Code::BackendMissing);
    assert_eq!(error.parameter(), Some(BACKENDS_VARIABLE));
    assert!(error.message().contains("azuread-oauth2-v2"), "{error}");
    let error = known().build(&world.runtime(vec![])).unwrap_err();
    assert_eq!(error.code(), Code::MissingSetting);
}

#[tokio::test]
async fn mistakes_of_every_backend_come_at_once() {
    let world = World::start().await;
    let variables = vec![(BACKENDS_VARIABLE.to_owned(), "azuread-oauth2,github".to_owned())];
    let error = known().build(&world.runtime(variables)).unwrap_err();
    assert_eq!(error.code(), Code::MissingSetting);
    for name in ["azuread-oauth2", "github"] {
        assert!(error.message().contains(&setting(name, "KEY")), "{error}");
    }
}

#[tokio::test]
async fn one_prefix_may_begin_another() {
    let world = World::start().await;
    let mut variables = world.settings("azuread-oauth2");
    variables.extend(world.settings("azuread-oauth2-v2"));
    variables.push((setting("azuread-oauth2", "PIPELINE"), "x".to_owned()));
    for name in ["azuread-oauth2", "azuread-oauth2-v2"] {
        variables.push((setting(name, "ALLOWED_TENANTS"), "*".to_owned()));
    }
    variables.push((BACKENDS_VARIABLE.to_owned(), "azuread-oauth2,azuread-oauth2-v2".to_owned()));
    let backends = known().build(&world.runtime(variables)).unwrap();
    let warned: Vec<&str> =
        backends.warnings().iter().map(|warning| warning.parameter.as_str()).collect();
    assert_eq!(warned, [setting("azuread-oauth2", "PIPELINE")]);
}

#[tokio::test]
async fn a_variable_that_concerns_every_backend_is_warned_of_once() {
    let world = World::start().await;
    for (more, warned) in [(None, vec!["REQUESTS_CA_BUNDLE"]), (Some("SSL_CERT_FILE"), vec![])] {
        let mut variables = world.settings("oidc");
        variables.extend(world.settings("github"));
        variables.push((BACKENDS_VARIABLE.to_owned(), "oidc,github".to_owned()));
        variables.push(("REQUESTS_CA_BUNDLE".to_owned(), "/corp.pem".to_owned()));
        variables.extend(more.map(|name| (name.to_owned(), "/corp.pem".to_owned())));
        let backends = known().build(&world.runtime(variables)).unwrap();
        let found: Vec<&str> =
            backends.warnings().iter().map(|warning| warning.parameter.as_str()).collect();
        assert_eq!(found, warned, "{more:?}");
    }
}

/// Two customers' providers behind one backend.
fn two_customers(world: &World, other: &World) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for (instance, world) in [("customer-a", world), ("customer-b", other)] {
        let prefix = format!("SOCIAL_AUTH_{}_", instance.to_ascii_uppercase().replace('-', "_"));
        for (name, value) in world.settings("oidc") {
            variables.push((name.replace("SOCIAL_AUTH_OIDC_", &prefix), value));
        }
    }
    variables
}

#[tokio::test]
async fn instances_have_names_and_settings_of_their_own() {
    let (world, other) = (World::start().await, World::start().await);
    let mut variables = two_customers(&world, &other);
    let list = "customer-a=oidc, customer-b=social_core.backends.open_id_connect.OpenIdConnectAuth";
    variables.push((BACKENDS_VARIABLE.to_owned(), list.to_owned()));
    let runtime = world.runtime(variables);
    let backends = known().build(&runtime).unwrap();
    assert_eq!(backends.warnings().len(), 0, "{:?}", backends.warnings());
    let to_callback = async |name: &str, provider: &World| {
        let redirect_uri = format!("http://localhost/complete/{name}/");
        let started = backends.get(name).unwrap().begin(BeginRequest::new(redirect_uri)).await;
        let started = started.unwrap();
        let callback = provider.browse(&started.authorization_url).await;
        (started.transaction, Callback::from_url(&callback))
    };
    for (name, provider) in [("customer-a", &world), ("customer-b", &other)] {
        let (transaction, callback) = to_callback(name, provider).await;
        let identity = backends.get(name).unwrap().complete(&transaction, callback).await.unwrap();
        assert_eq!(identity.backend, name);
        assert_eq!(provider.requests_to("/token"), 1, "its own provider was asked");
    }
    // A sign-in of one instance does not end at the other.
    let (transaction, callback) = to_callback("customer-a", &world).await;
    let elsewhere = backends.get("customer-b").unwrap();
    let error = elsewhere.complete(&transaction, callback).await.unwrap_err();
    assert_eq!(error.code(), Code::SessionContextMissing);
    // The typed client has the same instances.
    let typed =
        authspec::Client::<authspec_catalog::OpenIdConnect>::instance("customer-b", &runtime)
            .unwrap();
    let started = typed.begin("https://app.example/complete/customer-b/").await.unwrap();
    assert!(started.authorization_url.starts_with(&other.authority.origin()));
}

#[tokio::test]
async fn an_instance_is_named_as_a_path_segment_and_as_no_other_backend() {
    let world = World::start().await;
    for (list, code) in [
        ("Customer=oidc", Code::InvalidSetting),
        ("github=oidc", Code::InvalidSetting),
        ("a=oidc,a=github", Code::InvalidSetting),
        ("a=nobody", Code::BackendMissing),
    ] {
        let mut variables = two_customers(&world, &world);
        variables.push((BACKENDS_VARIABLE.to_owned(), list.to_owned()));
        let error = known().build(&world.runtime(variables)).unwrap_err();
        assert_eq!((error.code(), error.parameter()), (code, Some(BACKENDS_VARIABLE)), "{list}");
    }
}
