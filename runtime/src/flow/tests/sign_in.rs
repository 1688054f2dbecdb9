//! The machine, driven by hand: what it asks for in which order, and what it makes of the answers.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{ACME, NOW, World, claims, object, outcome, over, transaction};
use crate::descriptor::{
    Call, Claim, Descriptor, Endpoints, Template, TokenRequest, authorization, stored,
    token_request, url,
};
use crate::error::{Code, Result, Stage};
use crate::flow::callback::{Callback, accept};
use crate::flow::token;
use crate::flow::{Answer, Grant, Outcome, SignIn, Step, Whose};
use crate::secret::Secret;
use crate::transport::HttpResponse;

pub(super) fn code() -> Grant {
    let callback = Callback::new("/complete/acme/", "state=state&code=code");
    let context = World::new(ACME, &[]).context;
    let accepted = accept(&context, &transaction(), &callback, "").unwrap();
    Grant::Code { transaction: Box::new(transaction()), accepted }
}

pub(super) fn refresh() -> Grant {
    Grant::Refresh { token: Secret::new("old"), request: TokenRequest::EMPTY }
}

/// The provider's replies.
pub(super) struct Replies {
    pub(super) token: Value,
    pub(super) user_info: Value,
    /// The set that a newer fetch gives.
    newer: Option<Arc<crate::keys::KeySet>>,
}

impl Replies {
    pub(super) fn of(world: &World, changes: Value) -> Self {
        let id_token = world.sign(json!({}), &claims());
        Self {
            token: over(json!({ "access_token": "access", "id_token": id_token }), changes),
            user_info: json!({ "sub": "user", "name": "Ana" }),
            newer: None,
        }
    }
}

/// The issuer and the uid of a sign-in.
fn user(outcome: &Outcome) -> (&str, &str) {
    match &outcome.whose {
        Whose::SignedIn { issuer, user } => (issuer, &user.uid),
        Whose::Refreshed { .. } => panic!("a refresh"),
    }
}

/// Drives a sign-in to its end; says what it asked for.
pub(super) fn drive(
    world: &World,
    grant: Grant,
    replies: &Replies,
) -> (Vec<String>, Result<Box<Outcome>>) {
    let mut machine = SignIn::new(&world.context, grant);
    let (mut answer, mut asked) = (Answer::Start, Vec::new());
    loop {
        assert!(asked.len() < 10, "it goes round in circles: {asked:?}");
        let step = match machine.next(answer, NOW) {
            Ok(step) => step,
            Err(error) => return (asked, Err(error)),
        };
        answer = match step {
            Step::Discover(url) => {
                asked.push(url);
                Answer::Metadata(Arc::clone(&world.metadata))
            }
            Step::FetchKeys { lacking } => {
                asked.push(format!("keys{}", if lacking.is_some() { " again" } else { "" }));
                let newer = replies.newer.as_ref().filter(|_| lacking.is_some());
                Answer::Keys(Arc::clone(newer.unwrap_or(&world.keys)))
            }
            Step::Redeem(request, form) => {
                asked.push(format!("{} {}", request.url, form.into_body().as_str()));
                Answer::Response(reply(&replies.token))
            }
            Step::Send(request) => {
                let header = |name: &str| {
                    request.headers.iter().find(|(own, _)| *own == name).unwrap().1.as_str()
                };
                asked.push(format!(
                    "{} {} {}",
                    request.url,
                    header("authorization"),
                    header("accept")
                ));
                Answer::Response(reply(&replies.user_info))
            }
            Step::Done(outcome) => return (asked, Ok(outcome)),
        };
    }
}

pub(super) fn reply(body: &Value) -> HttpResponse {
    HttpResponse::new(200, body.to_string())
}

const DISCOVERY: &str = "https://acme.example/.well-known/openid-configuration";
pub(super) const USER_INFO: &str =
    "https://acme.example/userinfo Bearer access application/acme+json";

#[test]
fn documents_come_before_the_code_and_the_user_at_the_end() {
    let world = World::new(ACME, &[]);
    let (asked, outcome) = drive(&world, code(), &Replies::of(&world, json!({})));
    let redeem = "https://acme.example/token grant_type=authorization_code&code=code&redirect_uri=\
                  https%3A%2F%2Fapp.example%2Fcomplete%2Facme%2F&code_verifier=verifier";
    assert_eq!(asked, [DISCOVERY, "keys", redeem, USER_INFO]);
    let outcome = outcome.unwrap();
    assert_eq!(user(&outcome), (super::ISSUER, "user"));
    assert_eq!(outcome.claims["name"], "Ana");
    assert_eq!(outcome.claims["nonce"], "nonce");
    assert_eq!(outcome.tokens.access_token.unwrap().expose(), "access");
    assert!(outcome.tokens.refresh_token.is_none());
}

#[test]
fn a_token_that_no_key_vouches_for_is_held_against_newer_keys_once() {
    let (world, newer) = (World::new(ACME, &[]), World::new(ACME, &[]));
    let mut replies = Replies::of(&newer, json!({}));
    replies.newer = Some(Arc::clone(&newer.keys));
    let (asked, result) = drive(&world, code(), &replies);
    assert!(result.is_ok());
    assert_eq!(asked.iter().filter(|asked| asked.starts_with("keys")).count(), 2);
    replies.newer = None;
    let (asked, result) = drive(&world, code(), &replies);
    assert_eq!(outcome(&result), Some((Code::InvalidSignature, Stage::TokenValidation, "")));
    assert_eq!(asked.last().map(String::as_str), Some("keys again"));
}

#[test]
fn user_information_is_about_the_same_subject_and_signed_claims_win() {
    let world = World::new(ACME, &[]);
    let mut replies = Replies::of(&world, json!({}));
    for (user_info, expected) in [
        (json!({ "sub": "user", "iss": "https://evil.example" }), None),
        (json!({ "sub": "another" }), Some((Code::UserMismatch, Stage::UserInfo, "sub"))),
    ] {
        replies.user_info = user_info;
        let (_, result) = drive(&world, code(), &replies);
        assert_eq!(outcome(&result), expected);
        if let Ok(outcome) = result {
            assert_eq!(outcome.claims["iss"], super::ISSUER);
        }
    }
}

#[test]
fn each_member_of_the_token_response_is_what_it_must_be() {
    let world = World::new(ACME, &[]);
    for good in [
        json!({ "token_type": "bEARER", "expires_in": "3600", "expires_on": "1", "scope": "" }),
        json!({ "refresh_token": "r", "ext_expires_in": 0, "not_before": 1 }),
        json!({ "token_type": "" }),
        json!({ "token_type": " Bearer\t" }),
    ] {
        let (_, result) = drive(&world, code(), &Replies::of(&world, good.clone()));
        assert!(result.is_ok(), "{good}: {:?}", result.err());
    }
    for (changes, parameter) in [
        (json!({ "access_token": null }), "access_token"),
        (json!({ "access_token": "a b" }), "access_token"),
        (json!({ "id_token": null }), "id_token"),
        (json!({ "id_token": 7 }), "id_token"),
        (json!({ "refresh_token": [] }), "refresh_token"),
        (json!({ "token_type": "mac" }), "token_type"),
        (json!({ "token_type": "JWT" }), "token_type"),
        (json!({ "token_type": ["Bearer"] }), "token_type"),
    ] {
        let (_, result) = drive(&world, code(), &Replies::of(&world, changes.clone()));
        let expected = Some((Code::MalformedResponse, Stage::TokenExchange, parameter));
        assert_eq!(outcome(&result), expected, "{changes}");
    }
}

#[test]
fn what_was_granted_is_what_the_provider_says_or_what_was_asked_for() {
    let world = World::new(ACME, &[]);
    for (changes, scope) in [
        (json!({}), Some("openid")),
        (json!({ "scope": "" }), Some("")),
        (json!({ "scope": "a b" }), Some("a b")),
        (json!({ "scope": ["a", "b"] }), Some("a b")),
        (json!({ "scope": [] }), Some("")),
        (json!({ "scope": ["a", 7] }), None),
        (json!({ "scope": 7 }), None),
        (json!({ "scope": { "a": true } }), None),
    ] {
        let (_, result) = drive(&world, code(), &Replies::of(&world, changes.clone()));
        assert_eq!(result.unwrap().tokens.scope.as_deref(), scope, "{changes}");
    }
    let silent = World::new(ACME, &[("ignore_default_scope", "true")]);
    let mut response = object(json!({ "access_token": "a" }));
    let tokens = token::read(&silent.context, &TokenRequest::EMPTY, &mut response, Stage::Refresh);
    assert_eq!(tokens.unwrap().scope, None, "nothing was asked for");
}

#[test]
fn a_provider_may_do_without_an_access_token_where_the_spec_says_so() {
    const ALONE: &Descriptor = &Descriptor {
        token: TokenRequest::EMPTY.access_token_optional(),
        user_info: None,
        ..*ACME
    };
    const WITH_USER_INFO: &Descriptor =
        &Descriptor { token: TokenRequest::EMPTY.access_token_optional(), ..*ACME };
    const PLAIN: &Descriptor = &Descriptor {
        endpoints: Endpoints {
            token: url("https://acme.example/token"),
            user_info: url("https://acme.example/userinfo"),
            ..Endpoints::EMPTY
        },
        oidc: None,
        ..*WITH_USER_INFO
    };
    let world = World::new(ALONE, &[]);
    let (_, result) = drive(&world, code(), &Replies::of(&world, json!({ "access_token": null })));
    assert!(result.unwrap().tokens.access_token.is_none());
    // But user information cannot be asked for without one.
    let world = World::new(WITH_USER_INFO, &[]);
    let (_, result) = drive(&world, code(), &Replies::of(&world, json!({ "access_token": null })));
    assert!(!result.unwrap().claims.contains_key("name"), "the ID token alone signs in");
    let world = World::new(PLAIN, &[]);
    let nothing = json!({ "access_token": null, "id_token": null });
    let (_, result) = drive(&world, code(), &Replies::of(&world, nothing));
    let expected = Some((Code::MalformedResponse, Stage::UserInfo, "access_token"));
    assert_eq!(outcome(&result), expected);
}

#[test]
fn a_refresh_asks_for_no_user_and_keeps_the_old_token() {
    let world = World::new(ACME, &[]);
    let nonce = json!({ "nonce": "of its own" });
    let id_token = world.sign(json!({}), &over(claims(), nonce));
    let replies = Replies::of(&world, json!({ "id_token": id_token }));
    let (asked, result) = drive(&world, refresh(), &replies);
    let redeem = "https://acme.example/token grant_type=refresh_token&refresh_token=old";
    assert_eq!(asked, [DISCOVERY, "keys", redeem]);
    let outcome = result.unwrap();
    assert_eq!(outcome.tokens.refresh_token.unwrap().expose(), "old");
    assert!(matches!(outcome.whose, Whose::Refreshed { .. }));

    let (_, result) = drive(
        &world,
        refresh(),
        &Replies::of(&world, json!({ "refresh_token": "new", "id_token": null })),
    );
    assert_eq!(result.unwrap().tokens.refresh_token.unwrap().expose(), "new");
}

#[test]
fn a_token_request_has_the_parameters_of_the_spec() {
    const MORE: &Descriptor = &Descriptor {
        token: token_request(&[("plan", "{plan}"), ("api", "v2")]),
        user_info: None,
        ..*ACME
    };
    for (settings, parameters) in
        [(&[("plan", "gold")][..], "&plan=gold&api=v2"), (&[][..], "&api=v2")]
    {
        let world = World::new(MORE, settings);
        let (asked, _) = drive(&world, code(), &Replies::of(&world, json!({})));
        assert!(asked[2].ends_with(&format!("code_verifier=verifier{parameters}")), "{asked:?}");
    }
}

#[test]
fn a_refresh_stores_nothing_over_what_its_reply_leaves_out() {
    const STORING: &Descriptor = &Descriptor {
        extra_data: &[
            stored("refresh_token", Claim::Token("refresh_token")),
            stored("access_token", Claim::Token("access_token")),
            stored("plan", Claim::Name("plan")),
        ],
        ..*ACME
    };
    let world = World::new(STORING, &[]);
    for (changes, refresh_token) in [(json!({}), "old"), (json!({ "refresh_token": "new" }), "new")]
    {
        let (_, result) = drive(
            &world,
            refresh(),
            &Replies::of(&world, over(changes, json!({ "id_token": null }))),
        );
        let stored = json!({
            "auth_time": NOW, "refresh_token": refresh_token, "access_token": "access",
        });
        assert_eq!(Value::Object(result.unwrap().extra_data), stored);
    }
    // A sign-in says all of it.
    let (_, result) = drive(&world, code(), &Replies::of(&world, json!({})));
    let stored = json!({
        "auth_time": NOW, "refresh_token": null, "access_token": "access", "plan": null,
    });
    assert_eq!(Value::Object(result.unwrap().extra_data), stored);
}

#[test]
fn keys_are_asked_for_where_an_id_token_will_come() {
    const ANY: &Descriptor = &Descriptor { authorization: authorization(&["profile"]), ..*ACME };
    let world = World::new(ANY, &[]);
    let (asked, _) = drive(&world, refresh(), &Replies::of(&world, json!({ "id_token": null })));
    assert!(!asked.contains(&"keys".to_owned()), "nobody asked for `openid`: {asked:?}");
    let (asked, result) = drive(&world, code(), &Replies::of(&world, json!({})));
    assert!(result.is_ok());
    assert_eq!(asked.iter().position(|asked| asked == "keys"), Some(2), "one came all the same");
}

#[test]
fn a_provider_without_openid_is_asked_for_no_documents() {
    const PLAIN: &Descriptor = &Descriptor {
        endpoints: Endpoints {
            token: url("https://acme.example/token"),
            user_info: url("https://acme.example/userinfo"),
            ..Endpoints::EMPTY
        },
        oidc: None,
        calls: &[Call {
            name: "more",
            url: Template("https://acme.example/more"),
            optional: false,
        }],
        ..*ACME
    };
    let world = World::new(PLAIN, &[("plan", "gold")]);
    let mut replies = Replies::of(&world, json!({ "id_token": null }));
    let (asked, result) = drive(&world, code(), &replies);
    assert!(asked[0].starts_with("https://acme.example/token "), "{asked:?}");
    assert_eq!(asked[1..], [USER_INFO, &USER_INFO.replace("userinfo", "more")]);
    // A provider without ID tokens has no issuer but the origin of its token endpoint.
    assert_eq!(user(&result.unwrap()), ("https://acme.example", "user"));
    // Its rules are held against the user information.
    replies.user_info = json!({ "sub": "user", "plan": "lead" });
    let (_, result) = drive(&world, code(), &replies);
    assert_eq!(outcome(&result), Some((Code::InvalidClaim, Stage::UserInfo, "plan")));
}

#[test]
fn an_id_token_without_documents_is_refused() {
    const BLIND: &Descriptor = &Descriptor {
        endpoints: Endpoints { token: url("https://acme.example/token"), ..Endpoints::EMPTY },
        ..*ACME
    };
    let world = World::new(BLIND, &[]);
    let (_, result) = drive(&world, code(), &Replies::of(&world, json!({})));
    assert_eq!(outcome(&result), Some((Code::UnsupportedFeature, Stage::TokenValidation, "")));
}

#[test]
fn an_answer_out_of_turn_is_an_error() {
    let world = World::new(ACME, &[]);
    let mut machine = SignIn::new(&world.context, code());
    assert!(machine.next(Answer::Start, NOW).is_ok());
    let early = machine.next(Answer::Response(reply(&json!({}))), NOW);
    assert_eq!(outcome(&early), Some((Code::UnknownError, Stage::TokenExchange, "")));
}

#[test]
fn what_a_sign_in_holds_is_secret() {
    let world = World::new(ACME, &[]);
    let of = |grant| {
        let machine = SignIn::new(&world.context, grant);
        machine.secrets().iter().map(|secret| (*secret).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(code()), ["code", "verifier", "nonce"]);
    assert_eq!(of(refresh()), ["old"]);
    let mut machine = SignIn::new(&world.context, refresh());
    assert_eq!(machine.stage(), Stage::Refresh);
    machine.next(Answer::Start, NOW).unwrap();
    machine.next(Answer::Metadata(Arc::clone(&world.metadata)), NOW).unwrap();
    assert_eq!(machine.metadata().unwrap().issuer, super::ISSUER);
    machine.next(Answer::Keys(Arc::clone(&world.keys)), NOW).unwrap();
    let reply = reply(&json!({ "access_token": "a", "refresh_token": "r", "id_token": "i" }));
    assert!(machine.next(Answer::Response(reply), NOW).is_err());
    assert_eq!(machine.secrets(), ["old", "a", "r", "i"]);
}
