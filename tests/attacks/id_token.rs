//! The ID token: signature, key, algorithm, issuer, audience, tenant, times, nonce, policy.

use authspec::{Code, Stage};
use authspec_authority::{
    CONSUMER_TENANT_ID, DEFAULT_CLIENT_ID, Fault, IdTokenFault, KeyName, Reply, TENANT_ID,
};
use authspec_tests::{ENTRA, NOW, World};
use serde_json::{Value, json};

const OTHER_TENANT: &str = "aaaaaaaa-8a4b-4c59-9d07-5be2a1f0c734";

/// Which backends a row applies to.
#[derive(Clone, Copy)]
enum For {
    All,
    /// Those whose issuer names a tenant.
    Tenants,
    /// Those with a tenant of their own.
    OneTenant,
    V2,
    B2c,
}

impl For {
    fn includes(self, backend: &str) -> bool {
        match self {
            Self::All => true,
            Self::Tenants => ENTRA.contains(&backend) && !backend.contains("b2c"),
            Self::OneTenant => backend.contains("tenant"),
            Self::V2 => backend.contains("v2"),
            Self::B2c => backend.contains("b2c"),
        }
    }
}

struct Row {
    id: &'static str,
    what: &'static str,
    whom: For,
    fault: IdTokenFault,
    code: Code,
}

fn claims(changes: &[(&str, Option<Value>)]) -> IdTokenFault {
    IdTokenFault::Claims(
        changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
    )
}

fn header(name: &str, value: Option<Value>) -> IdTokenFault {
    IdTokenFault::Header(vec![(name.to_owned(), value)])
}

fn row(id: &'static str, what: &'static str, whom: For, fault: IdTokenFault, code: Code) -> Row {
    Row { id, what, whom, fault, code }
}

/// What must be refused.
fn refused() -> Vec<Row> {
    use Code::{
        InvalidClaim, InvalidSignature, MalformedResponse, MissingClaim, NonceMismatch,
        ResponseExpired, ResponseNotYetValid, UnsignedIdToken,
    };
    use For::{All, B2c, OneTenant, Tenants, V2};
    let set = |name, value: Value| claims(&[(name, Some(value))]);
    let remove = |name| claims(&[(name, None)]);
    vec![
        row("C01", "no signature", All, IdTokenFault::Unsigned, UnsignedIdToken),
        row(
            "C02",
            "alg HS256 in the header only",
            All,
            header("alg", Some(json!("HS256"))),
            InvalidSignature,
        ),
        row("C02", "alg missing", All, header("alg", None), InvalidSignature),
        row(
            "C02",
            "alg none in capitals",
            All,
            header("alg", Some(json!("NONE"))),
            UnsignedIdToken,
        ),
        row(
            "C03",
            "HS256 with the public key",
            All,
            IdTokenFault::Hs256WithPublicKey,
            InvalidSignature,
        ),
        row("C04", "signature changed", All, IdTokenFault::FlipSignature, InvalidSignature),
        row(
            "C04",
            "signed by a stranger",
            All,
            IdTokenFault::SignWith(KeyName::Stranger),
            InvalidSignature,
        ),
        row("C05", "unknown kid", All, header("kid", Some(json!("unknown"))), InvalidSignature),
        row("C07", "no kid, several keys", V2, header("kid", None), InvalidSignature),
        row("C13", "crit", All, header("crit", Some(json!(["exp"]))), InvalidSignature),
        row("C13", "b64 false", All, header("b64", Some(json!(false))), InvalidSignature),
        row("C14", "typ at+jwt", All, header("typ", Some(json!("at+jwt"))), InvalidSignature),
        row(
            "C14",
            "typ logout+jwt",
            All,
            header("typ", Some(json!("logout+jwt"))),
            InvalidSignature,
        ),
        row("C14", "cty JWT", All, header("cty", Some(json!("JWT"))), InvalidSignature),
        row(
            "C17",
            "sub twice",
            All,
            IdTokenFault::RawPayload(r#"{{{claims}},"sub":"x"}"#.into()),
            MalformedResponse,
        ),
        row("C17", "TID beside tid", Tenants, set("TID", json!(TENANT_ID)), InvalidClaim),
        row("D01", "another issuer", All, set("iss", json!("https://evil.example/")), InvalidClaim),
        row(
            "D01",
            "issuer a list",
            All,
            set("iss", json!(["https://evil.example/"])),
            InvalidClaim,
        ),
        row("D01", "issuer missing", All, remove("iss"), MissingClaim),
        row("D02", "another audience", All, set("aud", json!("another")), InvalidClaim),
        row("D02", "audience missing", All, remove("aud"), MissingClaim),
        row("D02", "audience empty", All, set("aud", json!([])), InvalidClaim),
        row(
            "D03",
            "one more audience",
            All,
            set("aud", json!([DEFAULT_CLIENT_ID, "another"])),
            InvalidClaim,
        ),
        row("D05", "another party", All, set("azp", json!("another")), InvalidClaim),
        row("D06", "expired", All, set("exp", json!(NOW - 60)), ResponseExpired),
        row("D06", "no expiry", All, remove("exp"), MissingClaim),
        row("D06", "expiry a text", All, set("exp", json!("soon")), InvalidClaim),
        row("D06", "expiry a fraction", All, set("exp", json!(1e30)), InvalidClaim),
        row("D06", "expiry negative", All, set("exp", json!(-1)), InvalidClaim),
        row("D07", "no time of issue", All, remove("iat"), MissingClaim),
        row("D07", "issued in the future", All, set("iat", json!(NOW + 61)), ResponseNotYetValid),
        row("D08", "not valid yet", All, set("nbf", json!(NOW + 61)), ResponseNotYetValid),
        row("D08", "nbf a text", All, set("nbf", json!("now")), InvalidClaim),
        row("D09", "another nonce", All, set("nonce", json!("another")), NonceMismatch),
        row("D09", "no nonce", All, remove("nonce"), NonceMismatch),
        row("D10", "no subject", All, remove("sub"), MissingClaim),
        row("D10", "empty subject", All, set("sub", json!("")), InvalidClaim),
        row("D10", "subject a number", All, set("sub", json!(7)), InvalidClaim),
        row("D10", "subject too long", All, set("sub", json!("x".repeat(256))), InvalidClaim),
        row(
            "D11",
            "at_hash of another token",
            V2,
            set("at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ")),
            InvalidClaim,
        ),
        row("D13", "tenant missing", Tenants, remove("tid"), MissingClaim),
        row("D13", "tenant no GUID", Tenants, set("tid", json!("../evil")), InvalidClaim),
        row(
            "D13",
            "another tenant than the issuer's",
            Tenants,
            set("tid", json!(OTHER_TENANT)),
            InvalidClaim,
        ),
        row(
            "D15",
            "a key of the consumer tenant",
            V2,
            IdTokenFault::SignWith(KeyName::V2Consumer),
            InvalidClaim,
        ),
        row("D17", "another version", Tenants, set("iss", json!("swap")), InvalidClaim),
        row(
            "D13",
            "the consumer tenant's claims",
            OneTenant,
            set("tid", json!(CONSUMER_TENANT_ID)),
            InvalidClaim,
        ),
        row("D22", "another policy", B2c, set("tfp", json!("B2C_1_passwordreset")), InvalidClaim),
        row("D22", "no policy", B2c, claims(&[("tfp", None), ("acr", None)]), MissingClaim),
        row(
            "D22",
            "a subject for everybody",
            B2c,
            set("sub", json!("Not supported currently. Use oid claim.")),
            InvalidClaim,
        ),
        row(
            "D22",
            "a subject for everybody, shorter",
            B2c,
            set("sub", json!("Not supported currently")),
            InvalidClaim,
        ),
    ]
}

#[tokio::test]
async fn refusals() {
    let world = World::start().await;
    let mut count = 0;
    for name in ENTRA.into_iter().chain(["oidc"]) {
        world.usual_user(name);
        for Row { id, what, whom, fault, code } in refused() {
            if !whom.includes(name) {
                continue;
            }
            let backend = world.backend(name, &[]);
            world.authority.set_fault(Some(Fault::IdToken(fault)));
            let error = world.sign_in(backend.as_ref()).await;
            world.authority.set_fault(None);
            let error = error.err().unwrap_or_else(|| panic!("{name} {id} {what}: accepted"));
            assert_eq!(
                (error.code(), error.stage()),
                (code, Stage::TokenValidation),
                "{name} {id} {what}: {error}"
            );
            // The control: the same sign-in without the fault.
            let control = world.sign_in(backend.as_ref()).await;
            assert!(control.is_ok(), "{name} {id} {what}: {:?}", control.err());
            count += 1;
        }
    }
    println!("{count} refusals, each with its control");
}

/// Twins of refused tokens that differ in one thing and are good.
#[tokio::test]
async fn twins_that_are_accepted() {
    let world = World::start().await;
    let twins = [
        ("D04", claims(&[("aud", Some(json!([DEFAULT_CLIENT_ID])))])),
        ("D05", claims(&[("azp", Some(json!(DEFAULT_CLIENT_ID)))])),
        ("D06", claims(&[("exp", Some(json!(NOW - 59)))])),
        ("D07", claims(&[("iat", Some(json!(NOW + 60)))])),
        ("D08", claims(&[("nbf", Some(json!(NOW + 60)))])),
        ("D08", claims(&[("nbf", None)])),
        ("D10", claims(&[("sub", Some(json!("x".repeat(255))))])),
        ("C14", header("typ", None)),
        ("C17", IdTokenFault::RawPayload(r#"{{{claims}},"another":"x"}"#.into())),
    ];
    for name in ENTRA.into_iter().chain(["oidc"]) {
        world.usual_user(name);
        for (id, fault) in &twins {
            // The provider's user info keeps the old subject, and must then be refused.
            if name == "oidc" && *id == "D10" {
                continue;
            }
            let backend = world.backend(name, &[]);
            world.authority.set_fault(Some(Fault::IdToken(fault.clone())));
            let identity = world.sign_in(backend.as_ref()).await;
            assert!(identity.is_ok(), "{name} {id}: {:?}", identity.err());
        }
    }
    world.authority.set_fault(None);
}

#[tokio::test]
async fn one_key_without_kid_is_enough() {
    let world = World::start().await;
    for name in ["azuread-oauth2", "azuread-b2c-oauth2", "oidc"] {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        world.authority.set_fault(Some(Fault::IdToken(header("kid", None))));
        let identity = world.sign_in(backend.as_ref()).await;
        assert!(identity.is_ok(), "{name}: {:?}", identity.err());
    }
}

#[tokio::test]
async fn an_unsigned_v1_token_names_the_way_out() {
    let world = World::start().await;
    for (name, way_out) in [
        ("azuread-oauth2", "azuread-oauth2-v2"),
        ("azuread-tenant-oauth2", "azuread-v2-tenant-oauth2"),
    ] {
        let backend = world.backend(name, &[]);
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Unsigned)));
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
        ("azuread-tenant-oauth2", format!("{}/{other}/", world.authority.origin())),
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
