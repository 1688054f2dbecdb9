//! The command as another program sees it: standard output, standard error, exit codes.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use authspec_authority::{
    Authority, B2C_POLICY, B2C_TENANT_NAME, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, TENANT_ID,
};
use serde_json::Value;

/// Runs the command with these settings and nothing else of authspec's in the environment.
fn run(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authspec"));
    for (name, _) in std::env::vars() {
        if ["SOCIAL_AUTH_", "AUTHSPEC_", "AZURE_"].iter().any(|start| name.starts_with(start)) {
            command.env_remove(name);
        }
    }
    let mut child = command
        .args(arguments)
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails early does not read its input.
    _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// The JSON object of a success.
fn json(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Exit code and error object of a failure.
fn failure(output: &Output) -> (i32, Value) {
    assert!(output.stdout.is_empty());
    let errors = String::from_utf8_lossy(&output.stderr);
    let error: Value = serde_json::from_str(errors.lines().last().unwrap()).unwrap();
    (output.status.code().unwrap(), error["error"].clone())
}

fn settings(origin: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("SOCIAL_AUTH_KEY", DEFAULT_CLIENT_ID),
        ("SOCIAL_AUTH_SECRET", DEFAULT_CLIENT_SECRET),
        ("SOCIAL_AUTH_AUTHORITY_HOST", origin),
        ("SOCIAL_AUTH_TENANT_NAME", B2C_TENANT_NAME),
        ("SOCIAL_AUTH_POLICY", B2C_POLICY),
        ("SOCIAL_AUTH_AZUREAD_TENANT_OAUTH2_TENANT_ID", TENANT_ID),
        ("SOCIAL_AUTH_AZUREAD_V2_TENANT_OAUTH2_TENANT_ID", TENANT_ID),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sign_in_may_ask_for_more() {
    let authority = Authority::start().await.unwrap();
    let origin = authority.origin();
    let begin = |more: &[&str]| {
        let plain =
            ["begin", "azuread-v2-tenant-oauth2", "--redirect-uri", "https://app.example/x/"];
        run(&[&plain[..], more].concat(), &settings(&origin), "")
    };
    let claims = r#"{"id_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let started = json(&begin(&[
        "--prompt",
        "login",
        "--max-age",
        "300",
        "--acr-values",
        "a",
        "--acr-values",
        "b",
        "--claims",
        claims,
        "--scope",
        "Calendars.Read",
    ]));
    let url = url::Url::parse(started["authorization_url"].as_str().unwrap()).unwrap();
    let sent: std::collections::HashMap<String, String> = url.query_pairs().into_owned().collect();
    for (name, value) in
        [("prompt", "login"), ("max_age", "300"), ("acr_values", "a b"), ("claims", claims)]
    {
        assert_eq!(sent[name], value);
    }
    assert!(sent["scope"].ends_with(" Calendars.Read"), "{}", sent["scope"]);
    let (code, error) = failure(&begin(&["--claims", "c1"]));
    assert_eq!((code, &error["code"]), (2, &"invalid_parameter".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn begin_complete_refresh_and_logout_are_separate_processes() {
    let authority = Authority::start().await.unwrap();
    let origin = authority.origin();
    let settings = settings(&origin);
    for backend in [
        "azuread-oauth2",
        "azuread-oauth2-v2",
        "azuread-tenant-oauth2",
        "azuread-v2-tenant-oauth2",
        "azuread-b2c-oauth2",
    ] {
        authority.sign_in_as(if backend.contains("b2c") { "b2c" } else { "member" });
        let redirect_uri = format!("https://app.example/complete/{backend}/");
        let begun = json(&run(&["begin", backend, "--redirect-uri", &redirect_uri], &settings, ""));
        let transaction = begun["transaction"].as_str().unwrap();
        assert!(transaction.starts_with("tx2."));
        let callback = authority.visit(begun["authorization_url"].as_str().unwrap()).await.unwrap();
        let arguments =
            ["complete", backend, "--transaction", transaction, "--callback", &callback];
        let output = run(&arguments, &settings, "");
        let identity = json(&output);
        assert_eq!(identity["backend"], backend);
        assert_eq!(identity["uid"], identity["claims"]["sub"]);
        for member in ["username", "email", "email_verified", "fullname", "first_name", "last_name"]
        {
            assert!(identity["details"].get(member).is_some(), "{backend} {member}");
        }
        for member in ["legacy_uids", "groups", "groups_overage", "extra_data", "tokens"] {
            assert!(identity.get(member).is_some(), "{backend} {member}");
        }
        let refresh_token = identity["tokens"]["refresh_token"].as_str().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!errors.contains(refresh_token) && !errors.contains(DEFAULT_CLIENT_SECRET));

        let refreshed = json(&run(&["refresh", backend], &settings, refresh_token));
        assert_ne!(refreshed["tokens"]["refresh_token"], refresh_token);
        let whole = identity["tokens"].to_string();
        let refreshed = json(&run(&["refresh", backend], &settings, &whole));
        assert_eq!(refreshed["extra_data"]["sub"], identity["uid"]);

        let url = json(&run(&["logout-url", backend], &settings, ""));
        assert!(url["url"].as_str().unwrap().starts_with(&origin));
        let back = ["--post-logout-redirect-uri", "https://app.example/", "--state", "s-1"];
        let url = json(&run(&[&["logout-url", backend][..], &back].concat(), &settings, ""));
        assert!(url["url"].as_str().unwrap().ends_with("&state=s-1"), "{url}");

        let (code, error) = failure(&run(&arguments, &settings, ""));
        assert_eq!((code, error["code"].as_str()), (1, Some("authorization_code_rejected")));
        assert_eq!(error["stage"], "token_exchange");
        assert_eq!(error["recovery"], "restart_login");
        assert!(error["provider"]["codes"].is_array());
    }
}

#[test]
fn wrong_settings_exit_with_two_and_name_the_variable() {
    let redirect = "https://app.example/complete/x/";
    let (code, error) =
        failure(&run(&["begin", "azuread-oauth2", "--redirect-uri", redirect], &[], ""));
    assert_eq!((code, error["code"].as_str()), (2, Some("missing_setting")));
    assert_eq!(error["parameter"], "SOCIAL_AUTH_AZUREAD_OAUTH2_KEY");
    assert_eq!(error["recovery"], "contact_administrator");
    let policy = [
        ("SOCIAL_AUTH_KEY", "client"),
        ("SOCIAL_AUTH_AZUREAD_B2C_OAUTH2_TENANT_NAME", "fabrikam"),
        ("SOCIAL_AUTH_AZUREAD_B2C_OAUTH2_POLICY", "signin"),
    ];
    let (code, error) =
        failure(&run(&["begin", "azuread-b2c-oauth2", "--redirect-uri", redirect], &policy, ""));
    assert_eq!((code, error["code"].as_str()), (2, Some("invalid_setting")));
    assert_eq!(error["parameter"], "SOCIAL_AUTH_AZUREAD_B2C_OAUTH2_POLICY");
}

#[test]
fn wrong_usage_exits_with_two_and_repeats_no_value() {
    let key = [("SOCIAL_AUTH_KEY", "client")];
    for arguments in [
        &["begin", "azuread-oauth2"][..],
        &["begin", "azuread-oauth3", "--redirect-uri", "https://app.example/"],
        &["begin", "azuread-oauth2", "--redirect-uri", "/relative"],
        &["begin", "azuread-oauth2", "--redirect-uri", "https://a.example/", "--next", "//evil"],
        &["refresh", "azuread-oauth2"],
        &["nonsense"],
        &["check", "nowhere.toml"],
    ] {
        let (code, error) = failure(&run(arguments, &key, ""));
        assert_eq!(code, 2, "{arguments:?}: {error}");
    }
    let output = run(&["refresh", "azuread-oauth2", "a-refresh-token"], &key, "");
    let (_, error) = failure(&output);
    assert!(!error.to_string().contains("a-refresh-token"));
    for (arguments, meant) in [
        (&["chek"][..], "(did you mean `check`?)"),
        (&["diff", "a", "b", "--exit-cod"], "(did you mean `--exit-code`?)"),
    ] {
        let output = run(arguments, &[], "");
        let (_, error) = failure(&output);
        assert!(error["message"].as_str().unwrap().contains(meant), "{error}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.lines().next().unwrap().ends_with(meant), "{said}");
    }
    let help = run(&["--help"], &[], "");
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("SOCIAL_AUTH_<BACKEND>_<NAME>"));
}

#[test]
fn a_callback_that_is_refused_exits_with_one() {
    let key = [("SOCIAL_AUTH_KEY", "client"), ("SOCIAL_AUTH_SECRET", "secret")];
    let arguments = [
        "complete",
        "azuread-oauth2",
        "--transaction",
        "tx2.x",
        "--callback",
        "https://a/?code=c&state=s",
    ];
    let (code, error) = failure(&run(&arguments, &key, ""));
    assert_eq!((code, error["code"].as_str()), (1, Some("session_context_missing")));
    assert_eq!(error["stage"], "callback");
}

#[test]
fn a_backend_with_a_longer_name_is_not_mistaken() {
    let settings = [
        ("SOCIAL_AUTH_AZUREAD_OAUTH2_KEY", "client"),
        ("SOCIAL_AUTH_AZUREAD_OAUTH2_V2_KEY", "other"),
        ("SOCIAL_AUTH_SECRET", "secret"),
        ("SOCIAL_AUTH_AZUREAD_OAUTH2_SECRT", "x"),
    ];
    let arguments = ["begin", "azuread-oauth2", "--redirect-uri", "https://app.example/"];
    let output = run(&arguments, &settings, "");
    let url = json(&output)["authorization_url"].as_str().unwrap().to_owned();
    assert!(url.contains("client_id=client"), "{url}");
    let warnings = String::from_utf8_lossy(&output.stderr);
    assert!(warnings.contains("SOCIAL_AUTH_AZUREAD_OAUTH2_SECRET"), "{warnings}");
    assert!(!warnings.contains("V2_KEY"), "{warnings}");
}

#[test]
fn backends_and_settings_are_listed() {
    let backends = json(&run(&["backends", "--json"], &[], ""));
    assert_eq!(backends["backends"].as_array().unwrap().len(), 7);
    let settings = json(&run(&["settings", "azuread-b2c-oauth2", "--json"], &[], ""));
    let policy = settings["settings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|setting| setting["name"] == "policy")
        .unwrap();
    assert_eq!(policy["variable"], "SOCIAL_AUTH_AZUREAD_B2C_OAUTH2_POLICY");
    assert_eq!(policy["starts_with"], "b2c_");
    let table = run(&["settings", "github"], &[], "");
    assert!(String::from_utf8_lossy(&table.stdout).contains("SOCIAL_AUTH_GITHUB_API_URL"));
}

#[test]
fn demo_signs_in_through_every_backend() {
    let output = run(&["demo", "--headless"], &[], "");
    let table = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(table.lines().filter(|line| line.starts_with("azuread-")).count(), 5, "{table}");
    for other in ["oidc ", "github "] {
        assert!(table.lines().any(|line| line.starts_with(other)), "{other}: {table}");
    }
}

#[test]
fn check_and_expand_tell_good_specs_from_bad() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let good = run(&["check", &path("providers/azuread/specs")], &[], "");
    assert_eq!(
        String::from_utf8_lossy(&good.stdout),
        "5 specs checked, 12 samples run, no mistakes\n"
    );
    let bad = run(&["check", &path("tests/diagnostics/unknown_keys.toml")], &[], "");
    let (code, _) = failure(&bad);
    assert_eq!(code, 2);
    let drawn = String::from_utf8_lossy(&bad.stderr);
    assert!(drawn.contains("did you mean `authorization`?"), "{drawn}");
    let code = run(&["expand", &path("providers/catalog/specs/github.toml")], &[], "");
    assert!(String::from_utf8_lossy(&code.stdout).contains("pub struct Github;"));
    let (code, _) = failure(&run(&["expand", &path("tests/diagnostics/syntax.toml")], &[], ""));
    assert_eq!(code, 2);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_command_keeps_a_key_of_its_own() {
    use std::os::unix::fs::PermissionsExt as _;
    let state = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("state-of-one-test");
    _ = std::fs::remove_dir_all(&state);
    let authority = Authority::start().await.unwrap();
    let origin = authority.origin();
    let mut settings = settings(&origin);
    settings.push(("XDG_STATE_HOME", state.to_str().unwrap()));
    let (backend, home) = ("azuread-oauth2-v2", "https://app.example/complete/azuread-oauth2-v2/");
    let begin = ["begin", backend, "--redirect-uri", home];
    let begun = json(&run(&begin, &settings, ""));
    let transaction = begun["transaction"].as_str().unwrap();
    let file = state.join("authspec/transaction-key");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    assert_eq!(std::fs::read_to_string(&file).unwrap().len(), 43, "256 random bits");
    assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "and nothing else");
    let callback = authority.visit(begun["authorization_url"].as_str().unwrap()).await.unwrap();
    let complete = ["complete", backend, "--transaction", transaction, "--callback", &callback];
    // The variable comes before the file, and a bad one is an error.
    for (value, code) in [("k".repeat(32), 1), ("short".to_owned(), 2), (String::new(), 2)] {
        let mut other = settings.clone();
        other.push(("AUTHSPEC_TRANSACTION_KEY", &value));
        assert_eq!(failure(&run(&complete, &other, "")).0, code, "{value:?}");
    }
    // A key that others may read is not used.
    let readable = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file, readable).unwrap();
    let (code, error) = failure(&run(&begin, &settings, ""));
    assert_eq!((code, error["code"].as_str()), (2, Some("invalid_setting")));
    assert_eq!(error["parameter"], "AUTHSPEC_TRANSACTION_KEY");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let identity = json(&run(&complete, &settings, ""));
    assert!(identity["issuer"].as_str().unwrap().starts_with(&origin), "{}", identity["issuer"]);
}
