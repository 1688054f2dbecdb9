//! The command behind a proxy and a company's certificates, by environment only; and what `doctor` says.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "../../tests/src/connect_proxy.rs"]
#[allow(dead_code, reason = "shared with the workspace's own tests, which use all of it")]
mod connect_proxy;
#[path = "../../tests/src/tls.rs"]
#[allow(dead_code, reason = "shared with the workspace's own tests, which use all of it")]
mod tls;

use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use authspec_authority::{
    Authority, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_FEDERATED_SUBJECT, Fault,
    TENANT_ID,
};
use connect_proxy::{ConnectProxy, Rules};
use serde_json::Value;
use tls::{CompanyAuthority, Validity, speak_tls};

const HOST: &str = "idp.corp.example";
const BACKEND: &str = "azuread-v2-tenant-oauth2";
const HOME: &str = "https://app.example/complete/azuread-v2-tenant-oauth2/";

/// Runs the command with these variables only.
async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authspec"));
    command.args(arguments).env_clear().envs(variables.iter().copied()).stdin(Stdio::null());
    command.env("AUTHSPEC_TRANSACTION_KEY", "0123456789abcdef0123456789abcdef");
    // The servers are tasks of this process.
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn json(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn settings(host: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("SOCIAL_AUTH_KEY", DEFAULT_CLIENT_ID),
        ("SOCIAL_AUTH_SECRET", DEFAULT_CLIENT_SECRET),
        ("SOCIAL_AUTH_AUTHORITY_HOST", host),
        ("SOCIAL_AUTH_TENANT_ID", TENANT_ID),
    ]
}

/// The lines of a report: check, state, message. It never holds the secret.
fn report(output: &Output) -> Vec<(String, String, String)> {
    let text = String::from_utf8_lossy(&output.stdout);
    let printed = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!printed.contains(DEFAULT_CLIENT_SECRET), "the secret is printed: {printed}");
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{printed}"));
    let is_fault = report["state"] == "fault";
    assert_eq!(output.status.code(), Some(i32::from(is_fault)), "{printed}");
    let text = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
    let lines = report["checks"].as_array().unwrap().iter();
    lines.map(|line| (text(line, "check"), text(line, "state"), text(line, "message"))).collect()
}

async fn doctor(variables: &[(&str, &str)]) -> Vec<(String, String, String)> {
    report(&run(&["doctor", BACKEND, "--json"], variables).await)
}

/// The one fault of a report: its check and message.
fn fault(report: &[(String, String, String)]) -> (&str, &str) {
    let faults: Vec<_> = report.iter().filter(|(_, state, _)| state == "fault").collect();
    assert_eq!(faults.len(), 1, "{report:?}");
    (&faults[0].0, &faults[0].2)
}

struct Corporation {
    authority: Authority,
    certificates: CompanyAuthority,
    proxy: ConnectProxy,
}

impl Corporation {
    async fn new(validity: Validity) -> Self {
        let public = format!("https://{HOST}");
        let authority = Authority::builder().public_origin(&public).start().await.unwrap();
        let certificates = CompanyAuthority::new();
        let certificate = certificates.issue(&format!("DNS:{HOST}"), validity);
        let port = speak_tls(certificate, authority.local_origin()).await;
        let rules = Rules { host: (format!("{HOST}:443"), port), authorization: None };
        Self { authority, certificates, proxy: ConnectProxy::start(rules).await }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_and_a_private_authority_by_environment_only() {
    let corporation = Corporation::new(Validity::Now).await;
    let proxy = format!("http://127.0.0.1:{}", corporation.proxy.port);
    let file = corporation.certificates.file();
    // `openssl rehash` names the file of an authority by the hash of its subject, as SSL_CERT_DIR needs.
    let folder = corporation.certificates.rehashed();
    for (name, trust) in [("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", &folder)] {
        let mut variables = settings(HOST);
        variables.extend([("HTTPS_PROXY", proxy.as_str()), (name, trust.to_str().unwrap())]);
        let begun = json(&run(&["begin", BACKEND, "--redirect-uri", HOME], &variables).await);
        let url = begun["authorization_url"].as_str().unwrap();
        let local = url.replace(&format!("https://{HOST}"), corporation.authority.local_origin());
        let callback = corporation.authority.visit(&local).await.unwrap();
        let transaction = begun["transaction"].as_str().unwrap();
        let arguments =
            ["complete", BACKEND, "--transaction", transaction, "--callback", &callback];
        let identity = json(&run(&arguments, &variables).await);
        assert_eq!(identity["uid"], identity["claims"]["sub"], "{name}");
        assert!(!corporation.proxy.requests().is_empty());

        let report = doctor(&variables).await;
        assert!(report.iter().all(|(_, state, _)| state == "ok"), "{name}: {report:?}");
        let checks: Vec<&str> = report.iter().map(|(check, ..)| check.as_str()).collect();
        for check in [
            "settings",
            "credential",
            "proxy",
            "trust",
            "dns",
            "connection",
            "tls",
            "clock",
            "discovery",
            "issuer",
            "endpoints",
            "keys",
        ] {
            assert!(checks.contains(&check), "{check}: {checks:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_the_step_that_fails() {
    let good = Corporation::new(Validity::Now).await;
    let expired = Corporation::new(Validity::Past).await;
    let address =
        |corporation: &Corporation| format!("http://127.0.0.1:{}", corporation.proxy.port);
    let (through_good, through_expired) = (address(&good), address(&expired));
    let file =
        |corporation: &Corporation| corporation.certificates.file().to_str().unwrap().to_owned();
    let (trust_good, trust_expired) = (file(&good), file(&expired));
    let other = [("HTTPS_PROXY", through_good.as_str()), ("SSL_CERT_FILE", &trust_good)];
    for (host, more, step, sentence) in [
        (
            HOST,
            &[("HTTPS_PROXY", through_good.as_str()), ("SSL_CERT_FILE", &trust_expired)][..],
            "tls",
            "SSL_CERT_FILE",
        ),
        (
            HOST,
            &[("HTTPS_PROXY", &through_expired), ("SSL_CERT_FILE", &trust_expired)],
            "tls",
            "expired",
        ),
        (HOST, &[("HTTPS_PROXY", "http://127.0.0.1:1")], "proxy", "cannot be reached"),
        (HOST, &[("HTTPS_PROXY", "socks5://127.0.0.1:1")], "settings", "SOCKS"),
        ("other.example", &other, "proxy", "did not connect to `other.example`"),
        ("https://127.0.0.1:1", &[], "connection", "refuses connections"),
    ] {
        let mut variables = settings(host);
        variables.extend(more);
        let report = doctor(&variables).await;
        let (check, message) = fault(&report);
        assert_eq!(check, step, "{report:?}");
        assert!(message.contains(sentence), "{message}");
    }
    // Their twin is the test before this one.
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_looks_into_token_files_and_at_the_clock() {
    let authority = Authority::start().await.unwrap();
    let origin = authority.origin();
    let folder = CompanyAuthority::new();
    let path = folder.folder().join("token");
    let token = authority.federated_token(DEFAULT_FEDERATED_SUBJECT);
    let variables: Vec<(&str, &str)> = settings(&origin)
        .into_iter()
        .filter(|(name, _)| *name != "SOCIAL_AUTH_SECRET")
        .chain([("AZURE_FEDERATED_TOKEN_FILE", path.to_str().unwrap())])
        .collect();
    std::fs::write(&path, &token).unwrap();
    let output = run(&["doctor", BACKEND, "--json"], &variables).await;
    assert!(!String::from_utf8_lossy(&output.stdout).contains(&token));
    let lines = report(&output);
    let of = |lines: &[(String, String, String)], check: &str| {
        lines.iter().find(|(name, ..)| name == check).unwrap().clone()
    };
    let (_, state, message) = of(&lines, "credential");
    assert_eq!(state, "ok", "{message}");
    assert!(
        message.contains(DEFAULT_FEDERATED_SUBJECT) && message.contains("audience"),
        "{message}"
    );
    assert_eq!(of(&lines, "clock").1, "ok");

    // A token from the past: the file is there, and nobody renews it.
    authority.set_clock(Some(1_600_000_000));
    std::fs::write(&path, authority.federated_token(DEFAULT_FEDERATED_SUBJECT)).unwrap();
    let lines = doctor(&variables).await;
    let (_, state, message) = of(&lines, "credential");
    assert_eq!(state, "fault");
    assert!(message.contains("expired"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rust_log_is_honoured_and_warnings_are_the_default() {
    let authority = Authority::start().await.unwrap();
    let origin = authority.origin();
    let plain = settings(&origin);
    let quiet = run(&["logout-url", BACKEND], &plain).await;
    assert!(!String::from_utf8_lossy(&quiet.stderr).contains("fetched"));
    let mut variables = plain.clone();
    variables.push(("RUST_LOG", "authspec=info"));
    let told = String::from_utf8_lossy(&run(&["logout-url", BACKEND], &variables).await.stderr)
        .into_owned();
    assert!(told.contains("fetched") && told.contains("logout"), "{told}");
    let wrong = [("RUST_LOG", "authspec=loud")];
    let variables: Vec<_> = plain.into_iter().chain(wrong).collect();
    let told = run(&["logout-url", BACKEND], &variables).await;
    assert!(String::from_utf8_lossy(&told.stderr).contains("RUST_LOG"));
    assert_eq!(told.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_prints_a_line_for_each_check_and_takes_a_spec() {
    let authority = Authority::start().await.unwrap();
    let origin = authority.origin();
    let spec = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../providers/azuread/specs/azuread-v2-tenant-oauth2.toml"
    );
    let by_path = run(&["doctor", spec], &settings(&origin)).await;
    let by_name = run(&["doctor", BACKEND], &settings(&origin)).await;
    assert_eq!(by_path.stdout, by_name.stdout, "{}", String::from_utf8_lossy(&by_path.stdout));
    let text = String::from_utf8_lossy(&by_name.stdout);
    assert_eq!(by_name.status.code(), Some(0), "{text}");
    assert!(
        text.lines().all(|line| line.starts_with("ok ") || line.starts_with("warning ")),
        "{text}"
    );
    assert!(text.contains("discovery") && text.contains("keys"), "{text}");
    let nobody = run(&["doctor", "azuread-oauth3"], &[]).await;
    assert_eq!(nobody.status.code(), Some(2));
    let help = run(&["doctor", "--help"], &[]).await;
    assert!(String::from_utf8_lossy(&help.stdout).contains("Exit 0: no fault; 1: a fault."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discovery_document_is_fetched_through_the_proxy() {
    let corporation = Corporation::new(Validity::Now).await;
    let proxy = format!("http://127.0.0.1:{}", corporation.proxy.port);
    let nobody = "http://127.0.0.1:1";
    let trust = corporation.certificates.file();
    let folder = corporation.certificates.folder().to_str().unwrap().to_owned();
    let new = async |name: &str, variables: &[(&str, &str)]| {
        let issuer = format!("https://{HOST}/oidc");
        let arguments = ["new", name, "--discover", &issuer, "--out", &folder];
        let mut all = vec![("SSL_CERT_FILE", trust.to_str().unwrap())];
        all.extend(variables);
        let output = run(&arguments, &all).await;
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, told) = new("acme", &[("HTTPS_PROXY", &proxy)]).await;
    assert_eq!(code, Some(0), "{told}");
    let asked = corporation.proxy.requests();
    assert_eq!(
        asked.iter().map(|one| one.target.as_str()).collect::<Vec<_>>(),
        ["idp.corp.example:443"]
    );
    let spec = std::fs::read_to_string(format!("{folder}/acme.toml")).unwrap();
    assert!(spec.contains(HOST), "{spec}");
    for (variables, sentence) in [
        (&[("HTTPS_PROXY", nobody)][..], "The proxy `127.0.0.1:1` cannot be reached"),
        (
            &[("HTTPS_PROXY", proxy.as_str()), ("NO_PROXY", HOST)],
            "`idp.corp.example` is unknown to DNS",
        ),
        (&[], "`idp.corp.example` is unknown to DNS"),
    ] {
        let (code, told) = new("other", variables).await;
        assert_eq!(code, Some(1), "{told}");
        assert!(
            told.contains(r#""code":"connection_failed""#) && told.contains(sentence),
            "{told}"
        );
    }
    assert_eq!(corporation.proxy.requests().len(), 1);
}

/// The state and message of a check.
fn line<'r>(report: &'r [(String, String, String)], check: &str) -> (&'r str, &'r str) {
    let found = report.iter().find(|(name, ..)| name == check);
    let (_, state, message) = found.unwrap_or_else(|| panic!("{check}: {report:?}"));
    (state, message)
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_compares_the_clocks() {
    let authority = Authority::start().await.unwrap();
    let origin = authority.origin();
    let host = origin.replace("http://", "");
    let variables = settings(&origin);
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let report = doctor(&variables).await;
    assert_eq!(line(&report, "clock").0, "ok", "{report:?}");
    // JWT_LEEWAY forgives a minute unless it is set, and never more than five.
    for (ahead, state, direction) in [
        (30, "ok", "behind"),
        (150, "warning", "behind"),
        (-150, "warning", "ahead of"),
        (1000, "fault", "behind"),
        (-1000, "fault", "ahead of"),
    ] {
        authority.set_clock(now().checked_add_signed(ahead));
        let report = doctor(&variables).await;
        let (found, message) = line(&report, "clock");
        assert_eq!(found, state, "{ahead}: {report:?}");
        assert!(message.contains(&format!("seconds {direction} {host}")), "{ahead}: {message}");
        assert_eq!(message.contains("NTP"), state != "ok", "{ahead}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_compares_the_issuers() {
    let authority = Authority::start().await.unwrap();
    let origin = authority.origin();
    let settings = authority.settings_for("oidc").unwrap();
    let variables: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let look = async || report(&run(&["doctor", "oidc", "--json"], &variables).await);
    let good = look().await;
    assert_eq!(line(&good, "issuer"), ("ok", format!("{origin}/oidc").as_str()));
    let other = vec![("issuer".to_owned(), Some("https://evil.example/oidc".into()))];
    authority.set_fault(Some(Fault::DiscoveryMembers(other)));
    let bad = look().await;
    let (check, message) = fault(&bad);
    assert_eq!(check, "issuer", "{bad:?}");
    // Both sides of the comparison, and the setting to change.
    for part in ["https://evil.example/oidc", &format!("{origin}/oidc"), "OIDC_ENDPOINT"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}
