//! Settings that cannot be right say so when they are read: the table of docs/settings.md.

use authspec::{BeginRequest, Code, Stage};
use authspec_tests::wrong_settings::{BACKEND, Outcome, ROWS};
use authspec_tests::{World, setting};

const CREDENTIALS: [&str; 3] =
    ["CLIENT_ASSERTION", "FEDERATED_TOKEN_FILE", "AZURE_FEDERATED_TOKEN_FILE"];

#[tokio::test]
async fn the_table_holds() {
    let world = World::start().await;
    for (what, variable, value, outcome) in ROWS {
        let is_whole = ["AZURE_", "SOCIAL_AUTH_", "REQUESTS_CA_", "CURL_CA_"];
        let is_whole = is_whole.iter().any(|start| variable.starts_with(start));
        let name = if is_whole { (*variable).to_owned() } else { setting(BACKEND, variable) };
        let mut variables = if CREDENTIALS.contains(variable) {
            world.settings_without_credential(BACKEND)
        } else {
            world.settings(BACKEND)
        };
        variables.retain(|(own, _)| *own != name);
        variables.extend(value.map(|value| (name.clone(), value.to_owned())));
        let code = match (world.backend_with(BACKEND, variables), outcome) {
            (Ok(backend), Outcome::Fine) => {
                assert_eq!(backend.warnings().len(), 0, "{what}: {:?}", backend.warnings());
                continue;
            }
            (Ok(backend), Outcome::Warning) => {
                let warnings = backend.warnings();
                assert_eq!(warnings.len(), 1, "{what}: {warnings:?}");
                let about = &warnings[0].message;
                assert!(about.contains(&name), "{what}: {about}");
                continue;
            }
            (Err(error), Outcome::Missing | Outcome::Invalid) => {
                assert_eq!(error.stage(), Stage::Begin, "{what}");
                assert!(error.message().contains(&name), "{what}: {error}");
                error.code()
            }
            (result, _) => {
                panic!("{what}: {:?}", result.map(|backend| backend.warnings().to_vec()))
            }
        };
        let expected = match outcome {
            Outcome::Missing => Code::MissingSetting,
            _ => Code::InvalidSetting,
        };
        assert_eq!(code, expected, "{what}");
    }
    assert_eq!(world.authority.requests().len(), 0, "no request was sent");
}

#[tokio::test]
async fn an_entry_of_a_list_is_not_shown() {
    let world = World::start().await;
    let mut variables = world.settings(BACKEND);
    variables.push((setting(BACKEND, "WHITELISTED_DOMAINS"), "ana@contoso.example".to_owned()));
    let error = world.backend_with(BACKEND, variables).unwrap_err();
    assert!(!format!("{error:?}").contains("ana@"), "{error}");
}

#[tokio::test]
async fn a_domain_with_an_at_sign_lets_its_users_in() {
    let world = World::start().await;
    world.usual_user(BACKEND);
    let verified = ("WHITELISTED_MAY_BE_UNVERIFIED", "true");
    for (domain, is_in) in [("*@contoso.example", true), ("@fabrikam.example", false), ("*", true)]
    {
        let backend = world.backend(BACKEND, &[("WHITELISTED_DOMAINS", domain), verified]);
        assert_eq!(world.sign_in(backend.as_ref()).await.is_ok(), is_in, "{domain}");
    }
}

#[tokio::test]
async fn every_cloud_goes_to_its_own_host() {
    let world = World::start().await;
    for (names, host) in [
        ("AzureCloud AzurePublicCloud public AZURE_PUBLIC_CLOUD", "login.microsoftonline.com"),
        ("AzureUSGovernment AzureUSGovernmentCloud usgovernment", "login.microsoftonline.us"),
        ("AzureChinaCloud china AZURE_CHINA", "login.partner.microsoftonline.cn"),
    ] {
        for name in names.split(' ').flat_map(|name| [name.to_owned(), name.to_uppercase()]) {
            let backend = world.backend(BACKEND, &[("AUTHORITY_HOST", &name)]);
            let request = BeginRequest::new("https://app.example/cb");
            let url = backend.begin(request).await.unwrap().authorization_url;
            assert!(url.starts_with(&format!("https://{host}/")), "{name}: {url}");
        }
    }
}
