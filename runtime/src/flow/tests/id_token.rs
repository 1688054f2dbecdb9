//! The ID token's checks, each refused by one change.

use serde_json::{Value, json};

use super::{ACME, ISSUER, NOW, TENANT, TENANTS, World, claims, outcome, over};
use crate::descriptor::Descriptor;
use crate::error::{Code, Result, Stage};
use crate::flow::id_token::{Expected, check, check_alone};
use crate::flow::jws::{self, ID_TOKEN, Verdict};
use crate::secret::Secret;

/// A sign-in's token with these changes; an error too when no key verifies it.
fn checked(world: &World, header: Value, changes: Value) -> Result<()> {
    let token = Secret::new(world.sign(header, &over(claims(), changes)));
    check_alone(&world.context, &world.metadata, &world.keys, "nonce", &token, NOW)
}

#[test]
fn each_claim_is_what_it_must_be() {
    let world = World::new(ACME, &[("plan", "gold")]);
    let good = |changes: Value| {
        let result = checked(&world, json!({}), changes.clone());
        assert!(result.is_ok(), "{changes}: {result:?}");
    };
    let bad = |changes: Value, code: Code, claim: &str| {
        let result = checked(&world, json!({}), changes.clone());
        assert_eq!(outcome(&result), Some((code, Stage::TokenValidation, claim)), "{changes}");
    };
    good(json!({}));
    for claim in ["iss", "aud", "sub", "exp", "iat"] {
        bad(json!({ claim: null }), Code::MissingClaim, claim);
    }
    for claim in ["iss", "aud", "sub", "exp", "iat", "nbf", "azp"] {
        bad(json!({ claim: [7] }), Code::InvalidClaim, claim);
    }
    for issuer in ["https://acme.example/", "https://Acme.example", ""] {
        bad(json!({ "iss": issuer }), Code::InvalidClaim, "iss");
    }
    good(json!({ "aud": ["client"], "azp": "client" }));
    for audience in [json!("clients"), json!([]), json!(["client", "other"]), json!(["other"])] {
        bad(json!({ "aud": audience }), Code::InvalidClaim, "aud");
    }
    bad(json!({ "azp": "other" }), Code::InvalidClaim, "azp");
    // Times, with a leeway of a minute.
    good(json!({ "exp": NOW - 59, "nbf": NOW + 60 }));
    good(json!({ "iat": NOW + 60 }));
    bad(json!({ "exp": NOW - 60 }), Code::ResponseExpired, "exp");
    bad(json!({ "nbf": NOW + 61 }), Code::ResponseNotYetValid, "nbf");
    bad(json!({ "iat": NOW + 61 }), Code::ResponseNotYetValid, "iat");
    good(json!({ "iat": NOW - 24 * 3600 + 1 }));
    bad(json!({ "iat": NOW - 24 * 3600 }), Code::ResponseExpired, "iat");
    for nonce in [json!("another"), json!(7), json!(null)] {
        bad(json!({ "nonce": nonce }), Code::NonceMismatch, "nonce");
    }
    // Fractions and exponents (RFC 7519 section 2), compared as they are.
    let half = |seconds: u64| format!("{seconds}.5").parse::<f64>().unwrap();
    good(json!({ "exp": half(NOW - 60), "nbf": half(NOW + 59), "iat": half(NOW + 59) }));
    good(json!({ "exp": 2.5e11, "iat": 1.795_428e9 }));
    bad(json!({ "exp": half(NOW - 61) }), Code::ResponseExpired, "exp");
    bad(json!({ "nbf": half(NOW + 60) }), Code::ResponseNotYetValid, "nbf");
    bad(json!({ "iat": half(NOW + 60) }), Code::ResponseNotYetValid, "iat");
    for time in [json!(-1), json!(-0.5), json!(NOW.to_string()), json!(true)] {
        for claim in ["exp", "iat", "nbf"] {
            bad(json!({ claim: time }), Code::InvalidClaim, claim);
        }
    }
    for subject in ["x".repeat(255), "a b".to_owned(), "~!|/\\".to_owned()] {
        good(json!({ "sub": subject }));
    }
    let long = "x".repeat(256);
    for subject in [
        "",
        long.as_str(),
        "user\0",
        "user\n",
        "user ",
        " user",
        "\u{fc}ser",
        "us\u{200b}er",
        "us\ter",
    ] {
        bad(json!({ "sub": subject }), Code::InvalidClaim, "sub");
    }
    // A rule of the spec.
    good(json!({ "plan": "gold" }));
    bad(json!({ "plan": "lead" }), Code::InvalidClaim, "plan");
}

#[test]
fn a_rule_needs_its_claim_unless_it_is_optional() {
    const STRICT: &Descriptor = &Descriptor {
        policy: &[crate::descriptor::policy(crate::descriptor::is_present(
            crate::descriptor::Claim::Name("plan"),
        ))],
        ..*ACME
    };
    let world = World::new(STRICT, &[]);
    assert!(checked(&world, json!({}), json!({ "plan": "any" })).is_ok());
    let missing = Some((Code::MissingClaim, Stage::TokenValidation, "plan"));
    assert_eq!(outcome(&checked(&world, json!({}), json!({}))), missing);
}

#[test]
fn a_header_chooses_a_key_and_nothing_else() {
    let world = World::new(ACME, &[]);
    for good in [json!({ "kid": null }), json!({ "typ": "jwt" }), json!({ "jku": "https://x" })] {
        assert!(checked(&world, good.clone(), json!({})).is_ok(), "{good}");
    }
    for (header, code, parameter) in [
        (json!({ "alg": "none" }), Code::UnsignedIdToken, "alg"),
        (json!({ "alg": "RS256" }), Code::InvalidSignature, "alg"),
        (json!({ "kid": 7 }), Code::InvalidSignature, "kid"),
        (json!({ "kid": "two" }), Code::InvalidSignature, "kid"),
        (json!({ "crit": ["exp"] }), Code::InvalidSignature, "crit"),
        (json!({ "typ": "at+jwt" }), Code::InvalidSignature, "typ"),
    ] {
        let result = checked(&world, header.clone(), json!({}));
        let expected = Some((code, Stage::TokenValidation, parameter));
        assert_eq!(outcome(&result), expected, "{header}");
    }
}

#[test]
fn a_length_is_bounded() {
    let world = World::new(ACME, &[]);
    let sized = |length: usize| {
        let with = |more: usize| {
            let changes = json!({ "more": "x".repeat(more) });
            world.sign(json!({}), &over(claims(), changes))
        };
        // Three bytes become four characters.
        let more = (length - with(0).len()) / 4 * 3;
        (0..4).map(|step| with(more + step)).find(|token| token.len() >= length).unwrap()
    };
    let check = |token: &str| jws::check_header(&ID_TOKEN, world.context.signing(), token);
    let (most, over) = (sized(250 * 1024), sized(250 * 1024 + 1));
    assert_eq!((most.len(), over.len()), (256_000, 256_002));
    assert!(check(&most).is_ok());
    let refused = Some((Code::MalformedResponse, Stage::TokenValidation, "id_token"));
    assert_eq!(outcome(&check(&over)), refused);
}

#[test]
fn another_key_under_the_same_name_may_be_in_a_newer_set() {
    let (world, other) = (World::new(ACME, &[]), World::new(ACME, &[]));
    for header in [json!({}), json!({ "kid": null })] {
        let token = Secret::new(other.sign(header, &claims()));
        let expected = Expected {
            metadata: &world.metadata,
            keys: &world.keys,
            nonce: Some("nonce"),
            asked: None,
            access_token: None,
            now: NOW,
        };
        let verdict = check(&world.context, &world.oidc(), &token, &expected).unwrap();
        let Verdict::NoKey(error) = verdict else { panic!("another key vouched for it") };
        assert_eq!(error.code(), Code::InvalidSignature);
        assert!(error.message().contains("signature does not match"), "{error}");
    }
}

#[test]
fn how_and_when_the_user_signed_in_is_what_was_asked_for() {
    let asked = r#"{"max_age":"60","acr_values":"gold silver"}"#;
    let world = World::new(ACME, &[("auth_extra_arguments", asked)]);
    let of = |changes| {
        checked(&world, json!({}), over(json!({ "auth_time": NOW, "acr": "silver" }), changes))
    };
    assert!(of(json!({})).is_ok());
    assert!(of(json!({ "auth_time": NOW - 120, "acr": "gold" })).is_ok());
    for (changes, code, claim) in [
        (json!({ "auth_time": NOW - 121 }), Code::InvalidClaim, "auth_time"),
        (json!({ "auth_time": "now" }), Code::InvalidClaim, "auth_time"),
        (json!({ "auth_time": null }), Code::MissingClaim, "auth_time"),
        (json!({ "acr": "gold silver" }), Code::InvalidClaim, "acr"),
        (json!({ "acr": null }), Code::MissingClaim, "acr"),
    ] {
        let result = of(changes.clone());
        assert_eq!(outcome(&result), Some((code, Stage::TokenValidation, claim)), "{changes}");
    }
}

#[test]
fn a_token_is_its_tenants_and_its_keys() {
    let issuer = "https://acme.example/{tenantid}/v2.0";
    let own = format!("https://acme.example/{TENANT}/v2.0");
    let metadata = json!({ "issuer": issuer, "cloud_instance_name": "cloud" });
    let world = |of_key| World::of(TENANTS, &[], metadata.clone(), of_key);
    let token = |world: &World, changes| {
        let tenant = json!({ "iss": own, "tid": TENANT });
        checked(world, json!({}), over(tenant, changes))
    };
    for good in [
        json!({}),
        json!({ "issuer": issuer }),
        json!({ "issuer": own }),
        json!({ "cloud_instance_name": "cloud" }),
    ] {
        assert!(token(&world(good.clone()), json!({})).is_ok(), "{good}");
    }
    let other = "https://acme.example/aaaaaaaa-8a4b-4c59-9d07-5be2a1f0c734/v2.0";
    for (of_key, changes, code, parameter) in [
        (json!({}), json!({ "tid": null }), Code::MissingClaim, "tid"),
        (
            json!({}),
            json!({ "tid": "common", "iss": "https://acme.example/common/v2.0" }),
            Code::InvalidClaim,
            "tid",
        ),
        (json!({}), json!({ "TID": TENANT }), Code::InvalidClaim, "tid"),
        (json!({}), json!({ "iss": other }), Code::InvalidClaim, "iss"),
        (json!({ "issuer": other }), json!({}), Code::InvalidClaim, "iss"),
        (json!({ "cloud_instance_name": "another" }), json!({}), Code::InvalidSignature, ""),
    ] {
        let world = world(of_key.clone());
        let result = token(&world, changes.clone());
        let expected = Some((code, Stage::TokenValidation, parameter));
        assert_eq!(outcome(&result), expected, "{of_key} {changes}");
    }
    // Where the document names one tenant, the token's must be that one, wherever it stands.
    let fixed =
        World::of(TENANTS, &[], json!({ "issuer": format!("{ISSUER}/v2.0/{TENANT}") }), json!({}));
    let result = token(&fixed, json!({ "iss": format!("{ISSUER}/v2.0/{TENANT}") }));
    let expected = Some((Code::InvalidClaim, Stage::TokenValidation, "tid"));
    assert_eq!(outcome(&result), expected, "the tenant stands first in the path");
}
