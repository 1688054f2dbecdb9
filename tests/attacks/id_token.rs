//! The ID token: signature, key, algorithm, issuer, audience, tenant, times, nonce, policy.

use authspec::{Code, Stage};
use authspec_authority::{CONSUMER_TENANT_ID, Fault, IdTokenFault, Reply, TENANT_ID};
use authspec_tests::{ENTRA, World};
use serde_json::{Value, json};

use crate::attack::word;

const OTHER_TENANT: &str = "aaaaaaaa-8a4b-4c59-9d07-5be2a1f0c734";

fn claims(changes: &[(&str, Option<Value>)]) -> IdTokenFault {
    IdTokenFault::Claims(
        changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
    )
}

#[tokio::test]
async fn an_unsigned_v1_token_names_the_way_out() {
    let world = World::start().await;
    for (name, way_out) in [
        ("azuread-oauth2", "azuread-oauth2-v2"),
        ("azuread-tenant-oauth2", "azuread-v2-tenant-oauth2"),
    ] {
        let backend = world.backend(name, &[]);
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::unsigned())));
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!(error.code(), Code::UnsignedIdToken);
        assert!(error.message().contains(way_out), "{error}");
    }
}

#[tokio::test]
async fn kinds_of_accounts_are_kept_apart() {
    let world = World::start().await;
    let name = "azuread-v2-tenant-oauth2";
    let organizations = world.backend(name, &[("TENANT_ID", "organizations")]);
    let consumers = world.backend(name, &[("TENANT_ID", "consumers")]);
    world.authority.sign_in_as("member");
    assert!(world.sign_in(organizations.as_ref()).await.is_ok());
    // The provider refuses by itself; a token that gets through all the same is refused here.
    let personal = claims(&[
        ("tid", Some(json!(CONSUMER_TENANT_ID))),
        ("iss", Some(json!(format!("{}/{CONSUMER_TENANT_ID}/v2.0", world.authority.origin())))),
    ]);
    world.authority.set_fault(Some(Fault::IdToken(personal)));
    let error = world.sign_in(organizations.as_ref()).await.unwrap_err();
    assert_eq!((error.code(), error.parameter()), (Code::InvalidClaim, Some("tid")));
    world.authority.set_fault(None);
    world.authority.sign_in_as("personal");
    assert!(world.sign_in(consumers.as_ref()).await.is_ok());
}

#[tokio::test]
async fn another_tenants_member_is_refused_by_tenant_id() {
    let world = World::start().await;
    let other = OTHER_TENANT.to_owned();
    for (name, issuer) in [
        ("azuread-tenant-oauth2", format!("https://sts.windows.net/{other}/")),
        ("azuread-v2-tenant-oauth2", format!("{}/{other}/v2.0", world.authority.origin())),
    ] {
        // The issuer of `common` takes any tenant; only the rule on TENANT_ID stands in between.
        let discovery = match name {
            "azuread-tenant-oauth2" => "common/.well-known/openid-configuration",
            _ => "common/v2.0/.well-known/openid-configuration",
        };
        let discovery = format!("{}/{discovery}", world.authority.origin());
        let strict = world.backend(name, &[("OPENID_CONFIGURATION_URL", &discovery)]);
        let open = world.backend(name, &[("TENANT_ID", "common")]);
        let fault = claims(&[("tid", Some(json!(other))), ("iss", Some(json!(issuer)))]);
        world.authority.set_fault(Some(Fault::IdToken(fault)));
        let error = world.sign_in(strict.as_ref()).await.unwrap_err();
        assert_eq!((error.code(), error.parameter()), (Code::InvalidClaim, Some("tid")), "{name}");
        assert!(error.message().contains("TENANT_ID"), "{error}");
        assert!(world.sign_in(open.as_ref()).await.is_ok(), "{name}: the control");
        world.authority.set_fault(None);
    }
}

#[tokio::test]
async fn clocks_may_differ_by_the_leeway() {
    let world = World::start().await;
    let backend = world.backend("azuread-oauth2-v2", &[]);
    world.drift(-60);
    assert!(world.sign_in(backend.as_ref()).await.is_ok());
    world.drift(-1);
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(error.code(), Code::ResponseNotYetValid);
    let lenient = world.backend("azuread-oauth2-v2", &[("JWT_LEEWAY", "61")]);
    assert!(world.sign_in(lenient.as_ref()).await.is_ok());
}

#[tokio::test]
async fn a_key_of_another_cloud_vouches_for_nobody() {
    let world = World::start().await;
    let backend = || world.backend("azuread-v2-tenant-oauth2", &[]);
    let url = format!("{}/common/discovery/v2.0/keys", world.authority.origin());
    let body = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    let mut keys: Value = serde_json::from_slice(&body).unwrap();
    for (cloud, accepted) in [("microsoftonline.com", true), ("microsoftonline.us", false)] {
        for key in keys["keys"].as_array_mut().unwrap() {
            key["cloud_instance_name"] = json!(cloud);
        }
        world.authority.set_fault(Some(Fault::Keys(Reply::json(200, &keys))));
        let result = world.sign_in(backend().as_ref()).await;
        assert_eq!(result.is_ok(), accepted, "{cloud}: {:?}", result.err());
        if let Err(error) = result {
            assert_eq!(
                (error.code(), error.stage()),
                (Code::InvalidSignature, Stage::TokenValidation)
            );
        }
    }
}

#[tokio::test]
async fn tenants_that_are_not_listed_are_refused() {
    let world = World::start().await;
    for name in ENTRA.into_iter().filter(|name| !name.contains("b2c")) {
        world.usual_user(name);
        let own = TENANT_ID.to_ascii_uppercase();
        for (listed, refused) in [
            (format!("{OTHER_TENANT},{own}"), false),
            (format!(r#"["{TENANT_ID}"]"#), false),
            (OTHER_TENANT.to_owned(), true),
            ("*".to_owned(), false),
        ] {
            let backend = world.backend(name, &[("ALLOWED_TENANTS", &listed)]);
            let result = world.sign_in(backend.as_ref()).await;
            let expected =
                refused.then_some((Code::AuthenticationDisallowed, Stage::TokenValidation));
            assert_eq!(result.as_ref().err().map(word), expected, "{name} {listed}");
            if let Err(error) = result {
                assert_eq!(error.parameter(), Some("tid"));
                assert!(error.message().contains("ALLOWED_TENANTS"), "{error}");
            }
        }
    }
}
