//! Members of a discovery document that a backend reads, and those that it does not: each with values of
//! another type, scheme, or host.

use authspec::Code;
use authspec_authority::Fault;
use authspec_tests::{ENTRA, World};
use serde_json::{Value, json};

/// Members of Discovery 1.0, RFC 8414, RFC 8628, RFC 9126, logout, and Microsoft's own.
const ENDPOINTS: [&str; 12] = [
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "check_session_iframe",
    "registration_endpoint",
    "revocation_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "kerberos_endpoint",
    "msgraph_host",
];

const OTHERS: [&str; 8] = [
    "scopes_supported",
    "response_types_supported",
    "id_token_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
    "claims_supported",
    "request_uri_parameter_supported",
    "rbac_url",
    "http_logout_supported",
];

/// The endpoints that a sign-in with this backend asks by the document.
fn asked(backend: &str) -> &'static [&'static str] {
    match backend {
        "oidc" => &["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"],
        _ => &["jwks_uri"],
    }
}

/// Values that are no endpoint.
fn odd() -> Vec<Value> {
    let texts = [
        "",
        "not a url",
        "/keys",
        "http://login.example/x",
        "ftp://login.example/x",
        "javascript:alert(1)",
        "https://10.0.0.1/x",
        "https://[fd00::1]/x",
        "https://printer/x",
        "https://localhost/x",
        "https://user@login.example/x",
        "https://login.example/x#y",
        "https://login.example/x\r\nset-cookie: session=attackers",
        "https://login.example/x\ty",
        "https://login.example/\u{202e}x",
    ];
    let others = [json!(7), json!(1.5), json!(true), json!([]), json!({"a": [null]})];
    others.into_iter().chain(texts.map(Value::from)).collect()
}

fn member(name: &str, value: Value) -> Fault {
    Fault::DiscoveryMembers(vec![(name.to_owned(), Some(value))])
}

/// What does not hold for one backend.
async fn failures_of(name: &'static str) -> Vec<String> {
    let world = World::start().await;
    world.usual_user(name);
    let mut failures = Vec::new();
    let graph = json!("https://graph.microsoft.com/oidc/userinfo");
    for member_name in ENDPOINTS.into_iter().chain(OTHERS) {
        let is_asked = asked(name).contains(&member_name);
        for value in odd().into_iter().chain([graph.clone()]) {
            // A public host of somebody else is for the spec's list alone to refuse.
            if value == graph && is_asked {
                continue;
            }
            world.authority.set_fault(Some(member(member_name, value.clone())));
            let backend = world.backend(name, &[]);
            let before = world.requests_to("/token");
            let result = world.sign_in(backend.as_ref()).await;
            let spent = world.requests_to("/token") != before;
            let holds = match (is_asked, &result) {
                (false, Ok(_)) => true,
                (true, Err(error)) => {
                    let parameter = error.parameter() == Some(member_name);
                    error.code() == Code::MalformedResponse && parameter && !spent
                }
                _ => false,
            };
            if !holds {
                failures.push(format!("{name} {member_name} {value}: {:?}", result.err()));
            }
            world.authority.set_fault(None);
        }
        let twin = world.sign_in(world.backend(name, &[]).as_ref()).await;
        failures
            .extend(twin.err().map(|error| format!("{name} {member_name}, unchanged: {error}")));
    }
    failures
}

#[tokio::test(flavor = "multi_thread")]
async fn members_that_a_backend_does_not_read_decide_nothing() {
    let tasks: Vec<_> =
        ENTRA.into_iter().chain(["oidc"]).map(|name| tokio::spawn(failures_of(name))).collect();
    let mut failures = Vec::new();
    for task in tasks {
        failures.extend(task.await.unwrap());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn what_says_whose_document_it_is_is_read_by_all() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc"]) {
        world.usual_user(name);
        for value in [json!(7), json!({}), Value::Null] {
            world.authority.set_fault(Some(member("issuer", value.clone())));
            let before = world.requests_to("/token");
            let error = world.sign_in(world.backend(name, &[]).as_ref()).await.unwrap_err();
            assert_eq!(error.code(), Code::MalformedResponse, "{name} {value}");
            assert_eq!(world.requests_to("/token"), before, "{name} {value}: the code is kept");
        }
        world.authority.set_fault(None);
        assert!(world.sign_in(world.backend(name, &[]).as_ref()).await.is_ok(), "{name}");
    }
    // The cloud is compared with that of the signing key, where a spec says so.
    for (name, is_read) in
        [("azuread-v2-tenant-oauth2", true), ("azuread-b2c-oauth2", true), ("oidc", false)]
    {
        world.usual_user(name);
        world.authority.set_fault(Some(member("cloud_instance_name", json!(["a"]))));
        let before = world.requests_to("/token");
        let result = world.sign_in(world.backend(name, &[]).as_ref()).await;
        assert_eq!(result.is_err(), is_read, "{name}: {:?}", result.err());
        assert_eq!(world.requests_to("/token") == before, is_read, "{name}");
    }
}

/// A logout asks one endpoint, so that no other can stand in its way; and what it fetched does not take
/// the place of a document that sign-ins can use.
#[tokio::test]
async fn each_flow_is_held_up_by_its_own_endpoints_alone() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let private = json!("https://10.0.0.1/x");
    for name in ["token_endpoint", "jwks_uri", "authorization_endpoint", "userinfo_endpoint"] {
        let fresh = world.backend("oidc", &[]);
        world.authority.set_fault(Some(member(name, private.clone())));
        assert!(fresh.logout_url(authspec::LogoutRequest::default()).await.is_ok(), "{name}");
        world.authority.set_fault(None);
    }
    world.authority.set_fault(Some(member("end_session_endpoint", private)));
    let fresh = world.backend("oidc", &[]);
    let error = fresh.logout_url(authspec::LogoutRequest::default()).await.unwrap_err();
    assert_eq!(error.parameter(), Some("end_session_endpoint"));
    world.authority.set_fault(None);

    world.sign_in(backend.as_ref()).await.unwrap();
    world.advance(25 * 3600);
    world.authority.set_fault(Some(member("token_endpoint", json!(7))));
    let before = world.requests_to("openid-configuration");
    assert!(backend.logout_url(authspec::LogoutRequest::default()).await.is_ok());
    assert_eq!(world.requests_to("openid-configuration"), before + 1);
    assert!(world.sign_in(backend.as_ref()).await.is_ok(), "the good document serves on");
}
