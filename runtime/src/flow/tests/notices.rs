//! Tests of requests that an application receives unasked: logout tokens, front-channel notices,
//! third-party logins.

use serde_json::{Value, json};

use super::{ACME, ISSUER, NOW, World, claims, outcome, over};
use crate::error::{Code, Error, Result, Stage};
use crate::flow::callback::Callback;
use crate::flow::logout_token::{self, LogoutVerdict};
use crate::flow::notice::{front_channel, initiated_login};
use crate::secret::Secret;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The result of a logout token with these changes: subject, session, token ID and end.
fn notice(world: &World, changes: Value) -> Result<(Option<String>, Option<String>, String, u64)> {
    let good = json!({ "nonce": null, "events": { EVENT: {} }, "sid": "session", "jti": "name" });
    let claims = over(over(claims(), good), changes);
    let token = world.sign(json!({ "typ": "logout+jwt" }), &claims);
    let documents = (&*world.metadata, &*world.keys);
    match logout_token::check(&world.context, &world.oidc(), &token, documents, NOW)? {
        LogoutVerdict::Good { sub, sid, id, ends, .. } => Ok((sub, sid, id, ends)),
        LogoutVerdict::NoKey(error) => Err(error),
    }
}

#[test]
fn a_logout_token_is_about_somebody_and_has_a_name() {
    let world = World::new(ACME, &[]);
    let (sub, sid, id, ends) = notice(&world, json!({})).unwrap();
    assert_eq!((sub.as_deref(), sid.as_deref()), (Some("user"), Some("session")));
    assert_eq!((id.as_str(), ends), ("https://acme.example client name", NOW + 360));
    assert!(notice(&world, json!({ "sub": null })).is_ok());
    assert!(notice(&world, json!({ "sid": null })).is_ok());
    assert!(notice(&world, json!({ "jti": "x".repeat(255) })).is_ok());
    for (changes, code, claim) in [
        (json!({ "sub": null, "sid": null }), Code::MissingClaim, "sub"),
        (json!({ "sub": "" }), Code::InvalidClaim, "sub"),
        (json!({ "sid": 7 }), Code::InvalidClaim, "sid"),
        (json!({ "jti": null }), Code::MissingClaim, "jti"),
        (json!({ "jti": "" }), Code::InvalidClaim, "jti"),
        (json!({ "jti": "x".repeat(256) }), Code::InvalidClaim, "jti"),
        (json!({ "nonce": "nonce" }), Code::InvalidClaim, "nonce"),
        (json!({ "events": null }), Code::MissingClaim, "events"),
        (json!({ "events": { EVENT: true } }), Code::InvalidClaim, "events"),
        (json!({ "events": { "another": {} } }), Code::InvalidClaim, "events"),
        (json!({ "aud": "other" }), Code::InvalidClaim, "aud"),
        (json!({ "exp": NOW - 60 }), Code::ResponseExpired, "exp"),
    ] {
        let result = notice(&world, changes.clone());
        assert_eq!(outcome(&result), Some((code, Stage::Disconnect, claim)), "{changes}");
    }
}

#[test]
fn a_front_channel_notice_has_both_or_neither() {
    let world = World::new(ACME, &[]);
    let notice =
        |query: &str| front_channel(&world.context, &world.metadata, &Callback::new("/", query));
    let nobody = notice("").unwrap();
    assert_eq!(nobody.session, None);
    let session = notice(&format!("iss={ISSUER}&sid=s")).unwrap().session.unwrap();
    assert_eq!((session.iss.as_str(), session.sid.as_str()), (ISSUER, "s"));
    for (query, code, parameter) in [
        (format!("iss={ISSUER}"), Code::MissingParameter, "sid"),
        ("sid=s".to_owned(), Code::MissingParameter, "iss"),
        (format!("iss={ISSUER}/&sid=s"), Code::IssuerMismatch, "iss"),
        (format!("iss={ISSUER}&sid="), Code::InvalidParameter, "sid"),
    ] {
        let result = notice(&query);
        assert_eq!(outcome(&result), Some((code, Stage::Disconnect, parameter)), "{query}");
    }
}

#[test]
fn a_login_that_others_start_stays_in_the_application() {
    let world = World::new(ACME, &[]);
    let home = "https://app.example/complete/acme/";
    let login = |query: &str| initiated_login(&world.metadata, home, &Callback::new("/", query));
    let begin =
        login(&format!("iss={ISSUER}&login_hint=ana&target_link_uri=https://app.example/a?b=c"));
    let begin = begin.unwrap();
    assert_eq!((begin.next.as_deref(), begin.login_hint.as_deref()), (Some("/a?b=c"), Some("ana")));
    assert_eq!(begin.redirect_uri, home);
    for (query, code, parameter) in [
        (String::new(), Code::MissingParameter, "iss"),
        ("iss=https://evil.example".to_owned(), Code::IssuerMismatch, "iss"),
        (
            format!("iss={ISSUER}&target_link_uri=https://evil.example/"),
            Code::InvalidParameter,
            "target_link_uri",
        ),
        (
            format!("iss={ISSUER}&target_link_uri=https://u:p@app.example/"),
            Code::InvalidParameter,
            "target_link_uri",
        ),
        (format!("iss={ISSUER}&target_link_uri=/a"), Code::InvalidParameter, "target_link_uri"),
    ] {
        let result = login(&query);
        assert_eq!(outcome(&result), Some((code, Stage::Begin, parameter)), "{query}");
    }
}

#[test]
fn a_return_from_a_logout_has_its_state() {
    let expected = Secret::new("state");
    let back = |query: &str| Callback::new("/", query).check_logout_state(&expected);
    assert!(back("state=state").is_ok());
    let refused = |query: &str| back(query).map_err(|error: Error| (error.code(), error.stage()));
    assert_eq!(refused("state=other"), Err((Code::StateMismatch, Stage::Disconnect)));
    assert_eq!(refused(""), Err((Code::MissingParameter, Stage::Disconnect)));
    let nothing_expected = Callback::new("/", "state=").check_logout_state(&Secret::new(""));
    assert_eq!(
        outcome(&nothing_expected),
        Some((Code::MissingParameter, Stage::Disconnect, "state"))
    );
}
