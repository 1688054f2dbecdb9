//! Who somebody is: never an address, never what is not signed.

use authspec::{Code, Stage};
use authspec_authority::{Fault, IdTokenFault, TENANT_ID};
use authspec_tests::{ENTRA, World};
use serde_json::{Value, json};

use crate::attack::word;

fn claims(changes: &[(&str, Value)]) -> Fault {
    let changes = changes.iter().map(|(name, value)| ((*name).to_owned(), Some(value.clone())));
    Fault::IdToken(IdTokenFault::Claims(changes.collect()))
}

#[tokio::test]
async fn an_address_is_no_identity() {
    let world = World::start().await;
    for name in ENTRA {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let honest = world.sign_in(backend.as_ref()).await.unwrap();
        // Somebody else writes the victim's address into an account of their own (nOAuth).
        let email = honest.details.email.clone().unwrap();
        world.authority.set_fault(Some(claims(&[
            ("sub", json!("attacker")),
            ("email", json!(email)),
            ("upn", json!(email)),
            ("preferred_username", json!(email)),
            ("emails", json!([email])),
        ])));
        let attacker = world.sign_in(backend.as_ref()).await.unwrap();
        assert_ne!(attacker.uid, honest.uid, "{name}");
        assert_ne!(attacker.details.email_verified, Some(true), "{name}");
        world.authority.set_fault(None);
    }
}

/// The settings under which a listed address may be one that nobody verified: the tenant is the
/// operator's choice, or the operator says so.
const OPEN: [(&str, &[(&str, &str)]); 4] = [
    ("azuread", &[("ALLOWED_TENANTS", TENANT_ID)]),
    ("tenant-oauth2", &[("TENANT_ID", TENANT_ID)]),
    ("tenant-oauth2", &[("TENANT_ID", "contoso.onmicrosoft.com")]),
    ("", &[("WHITELISTED_MAY_BE_UNVERIFIED", "true")]),
];

/// Settings under which anybody may have an account at the provider.
fn any_tenant(name: &str) -> &'static [(&'static str, &'static str)] {
    if name.contains("tenant") { &[("TENANT_ID", "common")] } else { &[] }
}

#[tokio::test]
async fn an_allow_list_takes_verified_addresses_only() {
    let world = World::start().await;
    let mut twins = 0;
    for name in ENTRA.into_iter().chain(["oidc"]) {
        world.usual_user(name);
        let verified_by = if name == "oidc" { "email_verified" } else { "xms_edov" };
        let address = |verified: Value| {
            let address = json!("ceo@contoso.example");
            claims(&[
                ("email", address.clone()),
                ("upn", address.clone()),
                ("preferred_username", address.clone()),
                ("emails", json!([])),
                (verified_by, verified),
            ])
        };
        let login_name_only = claims(&[
            ("email", json!(null)),
            ("emails", json!(null)),
            ("upn", json!(null)),
            ("preferred_username", json!("ceo@contoso.example")),
        ]);
        let typed = [json!(false), json!("false"), json!(null), json!(0)].map(address);
        for list in [
            ("WHITELISTED_DOMAINS", "contoso.example"),
            ("WHITELISTED_EMAILS", "ceo@contoso.example"),
        ] {
            let with = |more: &[(&str, &str)]| {
                let settings = [any_tenant(name), &[list], more].concat();
                world.backend(name, &settings)
            };
            // OpenID providers have no address but the claim `email`.
            let login_name = (name != "oidc").then_some(&login_name_only);
            for fault in typed.iter().chain(login_name) {
                world.authority.set_fault(Some(fault.clone()));
                let error = world.sign_in(with(&[]).as_ref()).await.unwrap_err();
                let refusal = (Code::AuthenticationDisallowed, Stage::UserInfo);
                assert_eq!(word(&error), refusal, "{name} {list:?} {fault:?}");
                for (family, more) in OPEN.into_iter().filter(|(family, _)| name.contains(family)) {
                    if family == "azuread" && name.contains("b2c") {
                        continue;
                    }
                    let twin = world.sign_in(with(more).as_ref()).await;
                    twin.unwrap_or_else(|error| panic!("{name} {list:?} {more:?}: {error}"));
                    twins += 1;
                }
            }
            world.authority.set_fault(Some(address(json!(true))));
            if !name.contains("b2c") {
                world.sign_in(with(&[]).as_ref()).await.unwrap();
            }
        }
        world.authority.set_fault(None);
    }
    assert!(twins > 50, "{twins} twins");
}

#[tokio::test]
async fn addresses_of_b2c_are_verified_when_the_operator_says_so() {
    let world = World::start().await;
    let name = "azuread-b2c-oauth2";
    world.usual_user(name);
    let list = ("WHITELISTED_DOMAINS", "shop.example");
    let error = world.sign_in(world.backend(name, &[list]).as_ref()).await.unwrap_err();
    assert_eq!(word(&error), (Code::AuthenticationDisallowed, Stage::UserInfo));
    let said = [list, ("EMAILS_ARE_VERIFIED", "true")];
    let identity = world.sign_in(world.backend(name, &said).as_ref()).await.unwrap();
    assert_eq!(identity.details.email_verified, Some(true));
}

#[tokio::test]
async fn an_unverified_allow_list_is_warned_of_at_start() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc", "github"]) {
        let warned = |value: &str| {
            let setting = [("WHITELISTED_MAY_BE_UNVERIFIED", value)];
            let backend = world.backend(name, &setting);
            let mut warnings = backend.warnings().iter();
            warnings.any(|warning| warning.parameter.ends_with("_WHITELISTED_MAY_BE_UNVERIFIED"))
        };
        assert!(warned("true"), "{name}");
        assert!(!warned("false"), "{name}");
    }
}

#[tokio::test]
async fn another_tenants_login_name_is_no_earlier_identifier() {
    let world = World::start().await;
    for (name, key) in [
        ("azuread-oauth2", "upn"),
        ("azuread-oauth2-v2", "upn"),
        ("azuread-v2-tenant-oauth2", "preferred_username"),
    ] {
        world.authority.set_fault(Some(claims(&[(key, json!("adaeze@contoso.example"))])));
        let with = |more: &[(&str, &str)]| world.backend(name, &[any_tenant(name), more].concat());
        let identity = world.sign_in(with(&[]).as_ref()).await.unwrap();
        assert!(identity.legacy_uids.is_empty(), "{name}: {:?}", identity.legacy_uids);
        let listed = with(&[("ALLOWED_TENANTS", TENANT_ID)]);
        let identity = world.sign_in(listed.as_ref()).await.unwrap();
        assert_eq!(identity.legacy_uids[key], "adaeze@contoso.example", "{name}");
    }
}

#[tokio::test]
async fn an_address_has_one_at_sign() {
    let world = World::start().await;
    let name = "azuread-v2-tenant-oauth2";
    let backend = world.backend(name, &[("WHITELISTED_DOMAINS", "corp.example")]);
    for (address, accepted) in [
        ("ana@corp.example", true),
        ("ana@evil.example@corp.example", false),
        ("ana@corp.example@evil.example", false),
        ("ana@corp.example.evil.example", false),
        ("ana@evilcorp.example", false),
        ("@corp.example", false),
        ("ana@c\u{43e}rp.example", false),
    ] {
        let mine = [("email", json!(address)), ("preferred_username", json!(address))];
        world.authority.set_fault(Some(claims(&mine)));
        let result = world.sign_in(backend.as_ref()).await;
        let refusal = (Code::AuthenticationDisallowed, Stage::UserInfo);
        let expected = (!accepted).then_some(refusal);
        assert_eq!(result.err().as_ref().map(word), expected, "{address}");
    }
}

#[tokio::test]
async fn too_many_groups_are_not_no_groups() {
    let world = World::start().await;
    let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
    let honest = world.sign_in(backend.as_ref()).await.unwrap();
    assert!(!honest.groups_overage);
    for overage in [
        claims(&[("hasgroups", json!(true)), ("groups", json!(null))]),
        claims(&[("_claim_names", json!({"groups": "src1"})), ("groups", json!(null))]),
    ] {
        world.authority.set_fault(Some(overage));
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!((identity.groups, identity.groups_overage), (None, true));
    }
}

#[tokio::test]
async fn a_verified_address_is_true_and_nothing_else() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    for (value, expected) in [
        (json!(true), true),
        (json!(false), false),
        (json!("false"), false),
        (json!("yes"), false),
        (json!(null), false),
        (json!([true]), false),
        (json!({}), false),
        (json!(2), false),
    ] {
        world.authority.set_fault(Some(claims(&[("email_verified", value.clone())])));
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(identity.details.email_verified == Some(true), expected, "{value}");
    }
}

#[tokio::test]
async fn what_is_signed_wins_over_user_information() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let honest = world.sign_in(backend.as_ref()).await.unwrap();
    let forged = ["iss", "aud", "nonce", "exp"];
    let changes = forged.map(|name| (name.to_owned(), Some(json!("forged"))));
    world.authority.set_fault(Some(Fault::UserInfoMembers(changes.into())));
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    for name in forged {
        assert_ne!(identity.claims[name], "forged", "{name}");
    }
    assert_eq!(identity.uid, honest.uid);
}

#[tokio::test]
async fn signed_claims_are_those_of_the_id_token() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let more = [("team", json!("of-user-info")), ("acr", json!("urn:mfa"))];
    let more = more.map(|(name, value)| (name.to_owned(), Some(value)));
    world.authority.set_fault(Some(Fault::UserInfoMembers(more.into())));
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let signed = identity.signed_claims();
    assert_eq!(identity.claims["team"], "of-user-info");
    assert_eq!((signed.get("team"), signed.get("acr")), (None, None));
    assert_eq!(
        (&signed["sub"], &signed["iss"]),
        (&identity.claims["sub"], &identity.claims["iss"])
    );
    // Its twin: the ID token has them.
    world
        .authority
        .set_fault(Some(claims(&[("team", json!("signed")), ("acr", json!("urn:mfa"))])));
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let signed = identity.signed_claims();
    assert_eq!((&signed["team"], &signed["acr"]), (&json!("signed"), &json!("urn:mfa")));
    // Without user info both are the same; a provider without ID tokens signs nothing.
    let backend = world.backend("oidc", &[("USER_INFO", "false")]);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    assert_eq!(*identity.signed_claims(), identity.claims);
    world.usual_user("github");
    let identity = world.sign_in(world.backend("github", &[]).as_ref()).await.unwrap();
    assert!(identity.signed_claims().is_empty() && !identity.claims.is_empty());
}

#[tokio::test]
async fn two_issuers_never_give_one_key() {
    let (one, other) = (World::start().await, World::start().await);
    for name in ENTRA.into_iter().chain(["oidc", "github"]) {
        one.usual_user(name);
        other.usual_user(name);
        let mine = one.sign_in(one.backend(name, &[]).as_ref()).await.unwrap();
        let theirs = other.sign_in(other.backend(name, &[]).as_ref()).await.unwrap();
        assert_eq!((mine.backend, &mine.uid), (theirs.backend, &theirs.uid), "the same by name");
        // The issuer of v1.0 is Microsoft's own, whatever the authority; all others are two.
        let is_one_issuer = mine.issuer.starts_with("https://sts.windows.net/");
        assert_eq!(mine.key() == theirs.key(), is_one_issuer, "{name}");
        let again = one.sign_in(one.backend(name, &[]).as_ref()).await.unwrap();
        assert_eq!(mine.key(), again.key(), "{name}");
        match mine.claims.get("iss") {
            Some(iss) => assert_eq!(*iss, mine.issuer, "{name}: the issuer of the checked token"),
            None => assert_eq!(mine.issuer, one.authority.origin(), "{name}"),
        }
        assert!(!format!("{:?}", mine.key()).contains(&mine.uid), "a uid is a person");
    }
}
