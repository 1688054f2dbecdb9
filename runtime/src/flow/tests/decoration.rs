//! Tests of values that a sign-in does not depend on: one that cannot be read is left out.

use std::sync::Arc;

use serde_json::{Value, json};

use super::sign_in::{Replies, USER_INFO, code, drive, reply};
use super::{ACME, NOW, World, claims, object, outcome, over, transaction};
use crate::descriptor::{Claim, Condition, Descriptor, Test, Trust, User, email, stored};
use crate::error::{Code, Error, Result, Stage};
use crate::flow::callback::{Callback, accept};
use crate::flow::{Answer, Grant, Outcome, SignIn, Step, Whose};
use crate::transport::HttpResponse;

/// Lifetimes and times decide nothing: what cannot be read is left out of what is kept, too.
#[test]
fn what_only_decorates_a_token_response_refuses_nothing() {
    const STORING: &Descriptor = &Descriptor {
        extra_data: &[
            stored("expires_in", Claim::Token("expires_in")),
            stored("expires_on", Claim::Token("expires_on")),
        ],
        ..*ACME
    };
    let world = World::new(STORING, &[]);
    let ten_years = 10 * 366 * 24 * 3600_u64;
    for (value, lifetime) in [
        (json!(3600), Some(3600)),
        (json!("3600"), Some(3600)),
        (json!(3599.9), Some(3599)),
        (json!("3599.9"), Some(3599)),
        (json!(ten_years), Some(ten_years)),
        (json!(ten_years + 1), None),
        (json!(-1), None),
        (json!(1e30), None),
        (json!("soon"), None),
        (json!(""), None),
        (json!([]), None),
        (json!({}), None),
        (json!(true), None),
    ] {
        for name in [
            "expires_in",
            "refresh_token_expires_in",
            "ext_expires_in",
            "id_token_expires_in",
            "expires_on",
            "not_before",
        ] {
            let replies = Replies::of(&world, json!({ name: value.clone() }));
            let (_, result) = drive(&world, code(), &replies);
            let outcome = result.unwrap_or_else(|error| panic!("{name} {value}: {error}"));
            if name == "expires_in" {
                assert_eq!(outcome.tokens.expires_in, lifetime, "{value}");
                let kept = if lifetime.is_some() { value.clone() } else { Value::Null };
                assert_eq!(outcome.extra_data["expires_in"], kept);
            }
        }
    }
}

/// Drives a sign-in whose user-info request is answered so.
fn with_user_info(world: &World, answer: Answer) -> Result<Box<Outcome>> {
    let replies = Replies::of(world, json!({}));
    let mut machine = SignIn::new(&world.context, code());
    machine.next(Answer::Start, NOW)?;
    machine.next(Answer::Metadata(Arc::clone(&world.metadata)), NOW)?;
    machine.next(Answer::Keys(Arc::clone(&world.keys)), NOW)?;
    let Step::Send(_) = machine.next(Answer::Response(reply(&replies.token)), NOW)? else {
        panic!("user info is asked for");
    };
    match machine.next(answer, NOW)? {
        Step::Done(outcome) => Ok(outcome),
        _ => panic!("it is done"),
    }
}

#[test]
fn an_id_token_signs_in_when_user_info_cannot_be_had() {
    let world = World::new(ACME, &[]);
    let status = |status, body: &str| Answer::Response(HttpResponse::new(status, body));
    for answer in [
        status(401, ""),
        status(403, r#"{"error":"insufficient_scope"}"#),
        status(404, "<html>"),
        status(429, ""),
        status(500, ""),
        status(302, ""),
        status(200, "no json"),
        status(200, "[]"),
        status(200, r#"{"error":"invalid_token"}"#),
        status(200, r#"{"name":"Eve"}"#),
        status(200, r#"{"sub":1,"name":"Eve"}"#),
        status(200, r#"{"sub":null,"name":"Eve"}"#),
        status(200, r#"{"sub":["user"],"name":"Eve"}"#),
        Answer::Failed(Error::new(Code::Timeout, Stage::UserInfo, "")),
        Answer::Failed(Error::new(Code::ConnectionFailed, Stage::UserInfo, "")),
    ] {
        let outcome = with_user_info(&world, answer).unwrap();
        assert_eq!(user(&outcome).uid, "user");
        assert!(!outcome.claims.contains_key("name"), "nothing of it is used");
    }
    for (body, code) in [
        (r#"{"sub":"another"}"#, Code::UserMismatch),
        (r#"{"sub":""}"#, Code::UserMismatch),
        (r#"{"sub":"USER"}"#, Code::UserMismatch),
    ] {
        let result = with_user_info(&world, status(200, body));
        assert_eq!(outcome(&result), Some((code, Stage::UserInfo, "sub")), "{body}");
    }
    let twin = with_user_info(&world, status(200, r#"{"sub":"user","name":"Ana"}"#)).unwrap();
    assert_eq!(twin.claims["name"], "Ana");
}

#[test]
fn an_operator_may_leave_user_info_out() {
    for (setting, asks) in [("true", true), ("false", false)] {
        let world = World::new(ACME, &[("user_info", setting)]);
        let (asked, result) = drive(&world, code(), &Replies::of(&world, json!({})));
        assert_eq!(user(&result.unwrap()).uid, "user");
        assert_eq!(asked.contains(&USER_INFO.to_owned()), asks, "{asked:?}");
    }
    // An address of it that could not be asked decides nothing then.
    let private = json!({ "userinfo_endpoint": "https://10.0.0.1/" });
    let world = World::of(ACME, &[("user_info", "false")], private, json!({}));
    assert!(world.context.accept(&world.metadata, Stage::TokenExchange).is_ok());
    let (_, result) = drive(&world, code(), &Replies::of(&world, json!({})));
    assert!(result.is_ok());
}

#[test]
fn user_info_states_nothing_about_the_token() {
    let world = World::new(ACME, &[]);
    let mut replies = Replies::of(&world, json!({}));
    let of_the_token = json!({
        "aud": "x", "exp": 1, "iat": 1, "nbf": 1, "at_hash": "x", "auth_time": 1, "acr": "urn:mfa",
        "amr": ["mfa"], "azp": "x", "sid": "x", "tid": "x", "oid": "x", "ver": "x", "nonce": "x",
        "iss": "x",
    });
    replies.user_info = over(of_the_token.clone(), json!({ "sub": "user", "groups": ["staff"] }));
    let (_, result) = drive(&world, code(), &replies);
    let claims = result.unwrap().claims;
    let signed = super::claims();
    for (name, unsigned) in object(of_the_token) {
        assert_eq!(claims.get(&name), signed.get(&name), "{name}");
        assert_ne!(claims.get(&name), Some(&unsigned), "{name}");
    }
    assert_eq!(claims["groups"], json!(["staff"]));
}

/// `email` and `email_verified`, each absent, true or false in each document.
#[test]
fn an_address_and_its_truth_come_from_one_document() {
    const VERIFYING: &Descriptor = &Descriptor {
        user: User {
            email: &[email(
                Claim::Name("email"),
                Trust::Any(&[Condition { claim: Claim::Name("email_verified"), test: Test::True }]),
            )],
            ..ACME.user
        },
        ..*ACME
    };
    let world = World::new(VERIFYING, &[]);
    let flags = [None, Some(true), Some(false)];
    let document = |address: Option<&str>, flag: Option<bool>| json!({ "email": address, "email_verified": flag });
    for signed_address in [None, Some("signed@corp.example")] {
        for unsigned_address in [None, Some("unsigned@corp.example")] {
            for signed in flags {
                for unsigned in flags {
                    let id_token = over(claims(), document(signed_address, signed));
                    let mut replies = Replies::of(&world, json!({}));
                    replies.token["id_token"] = world.sign(json!({}), &id_token).into();
                    replies.user_info =
                        over(json!({ "sub": "user" }), document(unsigned_address, unsigned));
                    let (_, result) = drive(&world, code(), &replies);
                    let outcome = result.unwrap();
                    let details = &user(&outcome).details;
                    let flag = |flag: Option<bool>| Some(flag == Some(true));
                    let expected = match (signed_address, unsigned_address) {
                        (Some(address), _) => (Some(address), flag(signed)),
                        (None, Some(address)) => (Some(address), flag(unsigned)),
                        (None, None) => (None, None),
                    };
                    let found = (details.email.as_deref(), details.email_verified);
                    assert_eq!(found, expected, "{id_token} {}", replies.user_info);
                }
            }
        }
    }
}

#[test]
fn the_issuer_of_the_callback_is_that_of_the_id_token() {
    let template = json!({ "issuer": "https://acme.example/{tenantid}/v2.0" });
    let world = World::of(super::TENANTS, &[], template, json!({}));
    let issuer = |tenant: &str| format!("https://acme.example/{tenant}/v2.0");
    let other = "00000000-8a4b-4c59-9d07-5be2a1f0c734";
    for (iss, expected) in [
        (None, None),
        (Some(issuer(super::TENANT)), None),
        (Some(issuer(other)), Some((Code::IssuerMismatch, Stage::TokenValidation, "iss"))),
    ] {
        let query = iss.map(|iss| format!("&iss={iss}")).unwrap_or_default();
        let callback = Callback::new("/complete/acme/", &format!("state=state&code=code{query}"));
        let accepted = accept(&world.context, &transaction(), &callback, "").unwrap();
        let grant = Grant::Code { transaction: Box::new(transaction()), accepted };
        let own = json!({ "iss": issuer(super::TENANT), "tid": super::TENANT });
        let id_token = world.sign(json!({}), &over(claims(), own));
        let (_, result) =
            drive(&world, grant, &Replies::of(&world, json!({ "id_token": id_token })));
        assert_eq!(outcome(&result), expected);
    }
}

fn user(outcome: &Outcome) -> &crate::flow::user::User {
    match &outcome.whose {
        Whose::SignedIn { user, .. } => user,
        Whose::Refreshed { .. } => panic!("a sign-in"),
    }
}
