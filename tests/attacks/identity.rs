//! Who somebody is: never an address, never what is not signed.

use authspec::{Code, Stage};
use authspec_authority::{Fault, IdTokenFault};
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
        ])));
        let attacker = world.sign_in(backend.as_ref()).await.unwrap();
        assert_ne!(attacker.uid, honest.uid, "{name}");
        if !name.contains("b2c") {
            assert_ne!(attacker.details.email_verified, Some(true), "{name}");
        }
        world.authority.set_fault(None);
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
