//! Tests of endpoints, and of the discovery documents that a backend accepts.

use serde_json::{Value, json};

use super::{ACME, ISSUER, World, outcome};
use crate::descriptor::{Authorization, Descriptor, Endpoints, Oidc, authorization, url};
use crate::error::{Code, Stage};
use crate::flow::Target;
use crate::transport::{Method, Network};

const OWN: Oidc = super::TRUST.issuer(ISSUER);

/// One that names its issuer.
const STRICT: &Descriptor = &Descriptor { oidc: Some(OWN), ..*ACME };

#[test]
fn a_document_has_what_the_backend_needs() {
    const OWN_PAGE: &Descriptor = &Descriptor {
        endpoints: Endpoints { authorization: url("https://acme.example/a"), ..ACME.endpoints },
        ..*ACME
    };
    const PLAIN: &Descriptor = &Descriptor { oidc: None, user_info: None, ..*ACME };
    let private = json!("https://10.0.0.1/");
    for (descriptor, member, value, parameter) in [
        (STRICT, "issuer", json!(ISSUER), ""),
        (STRICT, "issuer", json!("https://acme.example/"), ""),
        (STRICT, "issuer", json!("https://evil.example"), "issuer"),
        (ACME, "issuer", json!("https://anything.example"), ""),
        (ACME, "token_endpoint", Value::Null, "token_endpoint"),
        (ACME, "token_endpoint", private.clone(), "token_endpoint"),
        (ACME, "authorization_endpoint", Value::Null, "authorization_endpoint"),
        (OWN_PAGE, "authorization_endpoint", Value::Null, ""),
        (ACME, "jwks_uri", Value::Null, "jwks_uri"),
        (PLAIN, "jwks_uri", Value::Null, ""),
        (ACME, "userinfo_endpoint", Value::Null, ""),
        (ACME, "userinfo_endpoint", private.clone(), "userinfo_endpoint"),
        (PLAIN, "userinfo_endpoint", private.clone(), ""),
    ] {
        let world = World::of(descriptor, &[], json!({ member: value }), json!({}));
        for stage in [Stage::Begin, Stage::TokenExchange, Stage::Refresh, Stage::Disconnect] {
            let result = world.context.accept(&world.metadata, stage);
            // A refresh sends no browser and asks for no user; a logout checks what it uses itself.
            let is_read = match stage {
                Stage::Disconnect => parameter == "issuer",
                Stage::Refresh => ["issuer", "token_endpoint", "jwks_uri"].contains(&parameter),
                _ => !parameter.is_empty(),
            };
            let expected = is_read.then_some((Code::MalformedResponse, stage, parameter));
            assert_eq!(outcome(&result), expected, "{member} {value} {stage}");
        }
    }
}

#[test]
fn a_document_names_its_own_host_listed_hosts_or_public_ones() {
    const LISTING: &Descriptor = &Descriptor {
        endpoints: Endpoints { hosts: Some(&["keys.example"]), ..ACME.endpoints },
        ..*ACME
    };
    let lists = [("endpoint_hosts", "10.0.0.1,Other.example")];
    for (descriptor, settings, keys, network) in [
        (ACME, &[][..], "https://acme.example/keys", Some(Network::Any)),
        (ACME, &[], "https://keys.example/", Some(Network::Public)),
        (ACME, &[], "https://acme.example:8443/keys", Some(Network::Public)),
        (ACME, &[], "https://10.0.0.1/", None),
        (ACME, &lists, "https://10.0.0.1/", Some(Network::Any)),
        (ACME, &lists, "https://other.example/", Some(Network::Any)),
        (ACME, &lists, "https://keys.example/", None),
        (LISTING, &[], "https://acme.example/keys", Some(Network::Any)),
        (LISTING, &[], "https://KEYS.example/", Some(Network::Any)),
        (LISTING, &[], "https://more.example/", None),
        (LISTING, &lists, "https://other.example/", Some(Network::Any)),
    ] {
        let world = World::of(descriptor, settings, json!({ "jwks_uri": keys }), json!({}));
        let found = world.context.keys_endpoint(Some(&world.metadata), Stage::Begin);
        assert_eq!(found.as_ref().ok().map(|target| target.network), network, "{keys}");
        if let Err(error) = found {
            assert_eq!(error.parameter(), Some("jwks_uri"));
            assert!(error.message().contains("SOCIAL_AUTH_ACME_ENDPOINT_HOSTS"), "{error}");
        }
    }
}

#[test]
fn what_an_operator_names_comes_first_and_goes_anywhere() {
    let world = World::new(ACME, &[("jwks_uri", "https://10.0.0.1/keys")]);
    let target = world.context.keys_endpoint(Some(&world.metadata), Stage::Begin).unwrap();
    assert_eq!((target.url, target.network), ("https://10.0.0.1/keys", Network::Any));
    assert_eq!(world.context.discovers_authorization(), world.context.discovery.as_deref());
    assert_eq!(world.context.discovers_end_session(), world.context.discovery.as_deref());
    let own = World::new(ACME, &[("authorization_url", "https://acme.example/a")]);
    assert_eq!(own.context.discovers_authorization(), None);
    assert_eq!(own.context.authorization_endpoint(None).unwrap(), "https://acme.example/a");
    // A member that is not named is missing, or is none.
    assert!(world.context.token_endpoint(None, Stage::Begin).is_err());
    assert!(world.context.user_info_endpoint(None, Stage::Begin).unwrap().is_none());
    assert!(world.context.end_session_endpoint(Some(&world.metadata)).unwrap().is_none());
    let end = json!({ "end_session_endpoint": "https://acme.example/end" });
    let ending = World::of(ACME, &[], end, json!({}));
    let found = ending.context.end_session_endpoint(Some(&ending.metadata)).unwrap();
    assert_eq!(found, Some("https://acme.example/end"));
}

#[test]
fn scopes_say_whether_an_id_token_will_come() {
    const COMMAS: Authorization = authorization(&["a", "openid"]).scope_separator(",");
    const WITH: &Descriptor = &Descriptor { authorization: COMMAS, ..*ACME };
    const WITHOUT: &Descriptor =
        &Descriptor { authorization: authorization(&["openids"]), ..*ACME };
    const PLAIN: &Descriptor = &Descriptor { oidc: None, ..*ACME };
    for (descriptor, expected) in [(ACME, true), (WITH, true), (WITHOUT, false), (PLAIN, false)] {
        assert_eq!(World::new(descriptor, &[]).context.asks_for_id_token(), expected);
    }
}

#[test]
fn parameters_and_times_are_the_operators_or_the_usual_ones() {
    const PROMPTING: &Descriptor = &Descriptor {
        authorization: authorization(&["openid"]).params(&[("prompt", "{plan}"), ("ui", "en")]),
        ..*ACME
    };
    let world = World::new(PROMPTING, &[("auth_extra_arguments", r#"{"ui":"de"}"#)]);
    let parameter = |name| world.context.authorization_param(name);
    assert_eq!(parameter("ui").as_deref(), Some("de"));
    assert_eq!((parameter("prompt"), parameter("max_age")), (None, None));
    let usual = World::new(PROMPTING, &[("plan", "login")]);
    assert_eq!(usual.context.authorization_param("prompt").as_deref(), Some("login"));
    assert_eq!(usual.context.leeway(), 60);
    let target = Target { url: "https://acme.example/", network: Network::Any };
    assert_eq!(usual.context.request(Method::Get, target).timeout.as_secs(), 10);
    let own = World::new(ACME, &[("jwt_leeway", "5"), ("requests_timeout", "3")]);
    assert_eq!(own.context.leeway(), 5);
    let request = own.context.request(Method::Post, target);
    assert_eq!((request.timeout.as_secs(), request.method), (3, Method::Post));
    assert_eq!(request.network, Network::Any);
    let discovered = Target { network: Network::Public, ..target };
    assert_eq!(own.context.request(Method::Get, discovered).network, Network::Public);
}
