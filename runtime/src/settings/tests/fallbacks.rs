//! Variables of other tools, which fill what nothing else sets.

use super::*;
use crate::encode::base64url;

const SECRET: (&str, &str) = ("SECRET", "s");

#[test]
fn they_come_last_and_are_named() {
    let other = [("OTHER_CLIENT_ID", "theirs"), ("OTHER_TENANT", "their.example")];
    let settings =
        resolve_only(&[SECRET, ("REGION", "eu"), other[0], other[1]]).expect("settings that work");
    assert_eq!(settings.text("key"), Some("theirs"));
    assert_eq!(settings.text("tenant"), Some("their.example"));
    assert_eq!(settings.full_name("key"), "OTHER_CLIENT_ID");
    let own = resolve(&[SECRET, other[0], other[1]]).unwrap();
    assert_eq!((own.text("key"), own.text("tenant")), (Some("client"), Some("t.example")));
    let blank = resolve_only(&[SECRET, ("REGION", "eu"), other[1], ("OTHER_CLIENT_ID", " ")]);
    assert_eq!(refusal(blank), (Code::MissingSetting, "SOCIAL_AUTH_ACME_KEY".to_owned()));
}

#[test]
fn a_setting_that_is_ignored_takes_none() {
    let own = warnings(resolve(&[SECRET, ("OLD", "x")]));
    assert_eq!(own, ["`SOCIAL_AUTH_ACME_OLD` is not used"]);
    assert_eq!(warnings(resolve(&[SECRET, ("OTHER_OLD", "x")])), Vec::<String>::new());
}

#[test]
fn beside_the_providers_own_token_their_client_is_none() {
    let token = |issuer: &str| {
        let claims = format!(r#"{{"iss":"{issuer}"}}"#);
        format!("{}.{}.c2ln", base64url(br#"{"alg":"RS256"}"#), base64url(claims.as_bytes()))
    };
    let read = |issuer: &str, key: (&str, &str)| {
        resolve_only(&[("REGION", "eu"), ("TENANT", "t"), key, ("ASSERTION", &token(issuer))])
    };
    let (theirs, own) = (("OTHER_CLIENT_ID", "theirs"), ("KEY", "client"));
    let provider = "https://eu.acme.example/t/v2.0";
    let expected = (Code::MissingSetting, "SOCIAL_AUTH_ACME_KEY".to_owned());
    assert_eq!(refusal(read(provider, theirs)), expected);
    assert!(read(provider, own).is_ok(), "the client by its own variable");
    for issuer in ["https://cluster.example/t", "", "cluster"] {
        assert!(read(issuer, theirs).is_ok(), "{issuer}");
    }
}
