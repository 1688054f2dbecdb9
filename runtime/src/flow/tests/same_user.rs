//! A refresh is held against the user whom the application expects.

use serde_json::{Value, json};

use super::sign_in::{Replies, drive, refresh};
use super::{ACME, ISSUER, NOW, World, claims, outcome, over};
use crate::descriptor::{Claim, Descriptor, stored, token};
use crate::error::{Code, Result, Stage};
use crate::flow::SameUser;
use crate::identity::{Refreshed, UserKey};
use crate::secret::Secret;

const STORING: &Descriptor = &Descriptor {
    extra_data: &[stored("sub", Claim::Name("sub")), stored("expires_in", token("expires_in"))],
    ..*ACME
};

/// A refresh whose ID token has these changes, or none at all.
fn refreshed(world: &World, expected: &SameUser, changes: Option<Value>) -> Result<Refreshed> {
    let id_token =
        changes.map(|changes| world.sign(json!({}), &over(claims(), over(usual(), changes))));
    let replies = Replies::of(world, json!({ "id_token": id_token, "expires_in": 3600 }));
    expected.refreshed(&drive(world, refresh(), &replies).1.unwrap())
}

fn usual() -> Value {
    json!({ "auth_time": NOW })
}

#[test]
fn a_refreshed_token_is_about_the_same_user() {
    let world = World::new(STORING, &[]);
    let sign = |changes| Secret::new(world.sign(json!({}), &over(claims(), changes)));
    let expected = SameUser::new(None, Some(sign(usual())), None).unwrap();
    let none = json!({});
    for good in [none, json!({ "nonce": null }), json!({ "auth_time": null, "iat": NOW - 9 })] {
        assert!(refreshed(&world, &expected, Some(good.clone())).is_ok(), "{good}");
    }
    assert!(refreshed(&world, &expected, None).is_ok(), "without an ID token");
    let silent = SameUser::new(None, Some(sign(json!({}))), None).unwrap();
    assert!(refreshed(&world, &silent, Some(json!({}))).is_ok(), "`auth_time` may be new");
    for (changes, code, claim) in [
        (json!({ "sub": "other" }), Code::UserMismatch, "sub"),
        (json!({ "nonce": "other" }), Code::NonceMismatch, "nonce"),
        (json!({ "auth_time": NOW - 1 }), Code::InvalidClaim, "auth_time"),
    ] {
        let result = refreshed(&world, &expected, Some(changes.clone()));
        assert_eq!(outcome(&result), Some((code, Stage::Refresh, claim)), "{changes}");
    }
    let elsewhere = sign(json!({ "iss": "https://other.example" }));
    let result =
        refreshed(&world, &SameUser::new(None, Some(elsewhere), None).unwrap(), Some(json!({})));
    assert_eq!(outcome(&result), Some((Code::UserMismatch, Stage::Refresh, "iss")));
    let garbage = SameUser::new(None, Some(Secret::new("garbage")), None);
    assert_eq!(outcome(&garbage), Some((Code::MalformedResponse, Stage::Refresh, "id_token")));
}

#[test]
fn audiences_party_and_time_stay_the_same() {
    let world = World::new(STORING, &[("trusted_audiences", "other")]);
    let with = |changes: &Value| over(usual(), changes.clone());
    let before = |changes: Value| {
        let token = world.sign(json!({}), &over(claims(), with(&changes)));
        SameUser::new(None, Some(Secret::new(token)), None).unwrap()
    };
    let party = json!({ "aud": ["client", "other"], "azp": "client" });
    let turned = json!({ "aud": ["other", "client"], "azp": "client" });
    for (first, then, refused) in [
        (json!({}), json!({ "aud": ["client"] }), None),
        (party.clone(), turned, None),
        (party.clone(), json!({}), Some("aud")),
        (json!({}), party, Some("aud")),
        (json!({}), json!({ "azp": "client" }), Some("azp")),
        (json!({}), serde_json::from_str(&format!(r#"{{"auth_time":{NOW}.0}}"#)).unwrap(), None),
        (json!({}), json!({ "auth_time": NOW - 1 }), Some("auth_time")),
    ] {
        let result = refreshed(&world, &before(first.clone()), Some(with(&then)));
        let expected = refused.map(|claim| (Code::InvalidClaim, Stage::Refresh, claim));
        assert_eq!(outcome(&result), expected, "{first} then {then}");
    }
}

#[test]
fn a_subject_that_everybody_has_tells_no_users_apart() {
    let world = World::new(STORING, &[("id_key", "oid")]);
    let before = Secret::new(world.sign(json!({}), &over(claims(), json!({ "oid": "a" }))));
    let expected = SameUser::new(None, Some(before), Some("oid")).unwrap();
    for (oid, refused) in [(json!("a"), false), (json!(null), false), (json!("b"), true)] {
        let result = refreshed(&world, &expected, Some(json!({ "oid": oid })));
        let error = refused.then_some((Code::UserMismatch, Stage::Refresh, "oid"));
        assert_eq!(outcome(&result), error, "{oid}");
    }
}

#[test]
fn a_refresh_is_of_the_user_that_is_expected() {
    let world = World::new(STORING, &[]);
    let of = |issuer: &str, uid: &str| {
        SameUser::new(Some(UserKey::new(issuer, uid)), None, None).unwrap()
    };
    let good = refreshed(&world, &of(ISSUER, "user"), Some(json!({}))).unwrap();
    assert_eq!((&good.claims["sub"], &good.extra_data["sub"]), (&json!("user"), &json!("user")));
    for (expected, parameter) in
        [(of(ISSUER, "other"), "uid"), (of("https://other.example", "user"), "iss")]
    {
        let result = refreshed(&world, &expected, Some(json!({})));
        assert_eq!(outcome(&result), Some((Code::UserMismatch, Stage::Refresh, parameter)));
        let silent = refreshed(&world, &expected, None).unwrap();
        assert!(silent.claims.is_empty(), "without an ID token there is nobody to compare");
    }
}

#[test]
fn nobody_elses_identifiers_are_to_be_stored() {
    let world = World::new(STORING, &[]);
    let nobody = SameUser::new(None, None, None).unwrap();
    let unasked = refreshed(&world, &nobody, Some(json!({ "sub": "somebody" }))).unwrap();
    assert_eq!(unasked.claims["sub"], "somebody", "they are told");
    assert!(!unasked.extra_data.contains_key("sub"), "and not to be stored");
    assert_eq!(unasked.extra_data["expires_in"], 3600, "what is about the tokens is");
    assert_eq!(unasked.extra_data["auth_time"], NOW);
}
