//! A callback's checks, each refused by one change.

use serde_json::json;

use super::{ACME, ISSUER, World, outcome, transaction};
use crate::error::{Code, Result, Stage};
use crate::flow::callback::{Accepted, Callback, accept};
use crate::secret::Secret;
use crate::transaction::{Transaction, fingerprint};

/// A callback to the redirect URI, with this query.
fn back(query: &str) -> Callback {
    Callback::new("/complete/acme/", query)
}

fn accepted(callback: &Callback, transaction: &Transaction) -> Result<Accepted> {
    accept(&World::new(ACME, &[]).context, transaction, callback, "")
}

#[test]
fn state_comes_first_then_the_error_then_the_code() {
    let longest = format!("state=state&code={}", "x".repeat(16 * 1024));
    for good in ["state=state&code=c", "state=state&code=a%20b~", longest.as_str()] {
        assert!(accepted(&back(good), &transaction()).is_ok(), "{good}");
    }
    let longer = format!("{longest}x");
    for (query, code, parameter) in [
        ("code=c", Code::MissingParameter, "state"),
        ("state=other&code=c", Code::StateMismatch, "state"),
        ("state=other&error=access_denied", Code::StateMismatch, "state"),
        ("state=state&error=access_denied", Code::AuthorizationDeclined, ""),
        ("state=state&error=access_denied&code=c", Code::InvalidParameter, "error"),
        ("state=state", Code::MissingParameter, "code"),
        ("state=state&code=", Code::InvalidParameter, "code"),
        ("state=state&code=a%0Ab", Code::InvalidParameter, "code"),
        ("state=state&code=a%C3%A9", Code::InvalidParameter, "code"),
        (longer.as_str(), Code::InvalidParameter, "code"),
    ] {
        let result = accepted(&back(query), &transaction());
        assert_eq!(outcome(&result), Some((code, Stage::Callback, parameter)), "{query}");
    }
}

#[test]
fn it_comes_to_the_redirect_uri_in_the_browser_that_began() {
    let to = |place: &str| Callback::from_url(&format!("{place}?state=state&code=c"));
    let elsewhere = Some((Code::StateMismatch, Stage::Callback, "redirect_uri"));
    let home = to("https://app.example/complete/acme/");
    assert!(accepted(&home, &transaction()).is_ok());
    assert_eq!(outcome(&accepted(&to("/complete/other/"), &transaction())), elsewhere);

    let bound = Transaction { browser: Some(fingerprint("mine")), ..transaction() };
    let another = Some((Code::SessionContextMissing, Stage::Callback, ""));
    assert!(accepted(&home.clone().browser(Secret::new("mine")), &bound).is_ok());
    assert_eq!(outcome(&accepted(&home.clone().browser(Secret::new("yours")), &bound)), another);
    assert_eq!(outcome(&accepted(&home, &bound)), another);
}

#[test]
fn a_code_comes_as_it_was_asked_for() {
    let by_form = Callback::from_form("/complete/acme/", "state=state&code=c");
    let by_query = back("state=state&code=c");
    let form_post = Transaction { form_post: true, ..transaction() };
    assert!(accepted(&by_form, &form_post).is_ok());
    assert!(accepted(&by_query, &transaction()).is_ok());
    let refused = Some((Code::InvalidParameter, Stage::Callback, "response_mode"));
    assert_eq!(outcome(&accepted(&by_query, &form_post)), refused);
    assert_eq!(outcome(&accepted(&by_form, &transaction())), refused);
    // A refusal may come either way: there is nothing in it to protect.
    let declined = Some((Code::AuthorizationDeclined, Stage::Callback, ""));
    let by_query = accepted(&back("state=state&error=access_denied"), &form_post);
    assert_eq!(outcome(&by_query), declined);
    // A form beside another query is read alone.
    let both = Callback::from_form("/complete/acme/?code=q&state=q", "state=state&code=c");
    assert_eq!(accepted(&both, &form_post).unwrap().code.expose(), "c");
}

#[test]
fn an_issuer_is_the_one_that_was_asked() {
    let promise = json!({ "authorization_response_iss_parameter_supported": true });
    let silent = World::new(ACME, &[]);
    let promising = World::of(ACME, &[], promise, json!({}));
    let with = |iss: &str| {
        let callback = back(&format!("state=state&code=c{iss}"));
        accepted(&callback, &transaction()).unwrap()
    };
    let mismatch = Some((Code::IssuerMismatch, Stage::Callback, "iss"));
    for (world, absent) in [(&silent, None), (&promising, mismatch)] {
        let check = |iss: &str| with(iss).check_issuer(&world.metadata);
        assert!(check(&format!("&iss={ISSUER}")).is_ok());
        assert_eq!(outcome(&check("&iss=https://evil.example")), mismatch);
        assert_eq!(outcome(&check("")), absent);
    }
}
