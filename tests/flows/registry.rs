//! Backends chosen by `SOCIAL_AUTH_AUTHENTICATION_BACKENDS`.

use authspec::{BACKENDS_VARIABLE, Code};
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
    assert_eq!(backends.warnings().len(), 1, "Django's own is a warning");
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
    variables.push((BACKENDS_VARIABLE.to_owned(), "azuread-oauth2,azuread-oauth2-v2".to_owned()));
    let backends = known().build(&world.runtime(variables)).unwrap();
    let warned: Vec<&str> =
        backends.warnings().iter().map(|warning| warning.parameter.as_str()).collect();
    assert_eq!(warned, [setting("azuread-oauth2", "PIPELINE")]);
}
