//! User info as a signed JWT, where a network would only be in the way: keys that cannot be had, and tenants.

use std::sync::Arc;

use serde_json::{Value, json};

use super::sign_in::{code, reply};
use super::{ACME, ISSUER, NOW, TENANT, TENANTS, World, claims, outcome, over};
use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result, Stage};
use crate::flow::{Answer, Outcome, SignIn, Step};
use crate::transport::HttpResponse;

/// Claims of user info.
fn user(changes: Value) -> Value {
    over(json!({ "iss": ISSUER, "aud": "client", "sub": "user", "name": "Ana" }), changes)
}

/// Drives a sign-in with this ID token whose user info is this JWT; newer keys are answered so.
fn sign_in(world: &World, id_token: &str, jwt: &str, newer: Answer) -> Result<Box<Outcome>> {
    let tokens = json!({ "access_token": "access", "id_token": id_token });
    let mut user_info = HttpResponse::new(200, format!("{jwt}\n"));
    user_info.content_type = Some("Application/JWT; charset=UTF-8".to_owned());
    let mut machine = SignIn::new(&world.context, code());
    machine.next(Answer::Start, NOW)?;
    machine.next(Answer::Metadata(Arc::clone(&world.metadata)), NOW)?;
    machine.next(Answer::Keys(Arc::clone(&world.keys)), NOW)?;
    machine.next(Answer::Response(reply(&tokens)), NOW)?;
    let step = match machine.next(Answer::Response(user_info), NOW)? {
        Step::FetchKeys { lacking: Some(_) } => machine.next(newer, NOW)?,
        step => step,
    };
    match step {
        Step::Done(outcome) => Ok(outcome),
        _ => panic!("it is done"),
    }
}

#[test]
fn newer_keys_that_cannot_be_had_leave_user_info_out() {
    let (world, newer) = (World::new(ACME, &[]), World::new(ACME, &[]));
    let id_token = world.sign(json!({}), &claims());
    let sign_in = |signer: &World, keys| {
        sign_in(&world, &id_token, &signer.sign(json!({}), &user(json!({}))), keys)
    };
    let no_keys = || Answer::Failed(Error::new(Code::Timeout, Stage::TokenValidation, ""));
    let keys = |of: &World| Answer::Keys(Arc::clone(&of.keys));
    assert_eq!(sign_in(&world, no_keys()).unwrap().claims["name"], "Ana", "keys at hand");
    assert_eq!(sign_in(&newer, keys(&newer)).unwrap().claims["name"], "Ana", "newer keys");
    assert!(!sign_in(&newer, no_keys()).unwrap().claims.contains_key("name"), "no answer");
    let refused = sign_in(&newer, keys(&world));
    assert_eq!(outcome(&refused), Some((Code::InvalidSignature, Stage::UserInfo, "")));
}

/// Two tenants may have one subject each of the same name.
#[test]
fn the_issuer_is_that_of_the_id_token() {
    let other = "aaaaaaaa-8a4b-4c59-9d07-5be2a1f0c734";
    let template = "https://acme.example/{tenantid}/v2.0";
    let world = World::of(TENANTS, &[], json!({ "issuer": template }), json!({}));
    let of = |tenant: &str| json!({ "iss": template.replace("{tenantid}", tenant), "tid": tenant });
    let id_token = world.sign(json!({}), &over(claims(), of(TENANT)));
    let sign_in = |claims: Value| {
        let jwt = world.sign(json!({}), &user(claims));
        sign_in(&world, &id_token, &jwt, Answer::Start)
    };
    assert_eq!(sign_in(of(TENANT)).unwrap().claims["name"], "Ana");
    let refused = sign_in(of(other));
    assert_eq!(outcome(&refused), Some((Code::UserMismatch, Stage::UserInfo, "iss")));
}

#[test]
fn the_id_token_wins_over_signed_user_info() {
    let world = World::new(ACME, &[]);
    let id_token = world.sign(json!({}), &over(claims(), json!({ "name": "Bea" })));
    let jwt = world.sign(json!({}), &user(json!({ "acr": "high", "nickname": "An" })));
    let claims = sign_in(&world, &id_token, &jwt, Answer::Start).unwrap().claims;
    assert_eq!((&claims["name"], &claims["nickname"]), (&json!("Bea"), &json!("An")));
    assert!(!claims.contains_key("acr"), "an ID token alone says how the user signed in");
}

#[test]
fn a_backend_without_id_tokens_cannot_check_it() {
    const PLAIN: &Descriptor = &Descriptor { oidc: None, ..*ACME };
    let world = World::new(PLAIN, &[]);
    let mut machine = SignIn::new(&world.context, code());
    machine.next(Answer::Start, NOW).unwrap();
    machine.next(Answer::Metadata(Arc::clone(&world.metadata)), NOW).unwrap();
    let tokens = json!({ "access_token": "access" });
    machine.next(Answer::Response(reply(&tokens)), NOW).unwrap();
    let mut user_info = HttpResponse::new(200, world.sign(json!({}), &user(json!({}))));
    user_info.content_type = Some("application/jwt".to_owned());
    let result = machine.next(Answer::Response(user_info), NOW);
    let expected = Some((Code::UnsupportedFeature, Stage::UserInfo, "content-type"));
    assert_eq!(outcome(&result), expected);
}
