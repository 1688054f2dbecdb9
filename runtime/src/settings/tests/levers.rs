//! Settings that narrow or widen what a backend can do, held against what it can.

use super::*;
use crate::descriptor::{Algorithm, oidc};

const SECRET: (&str, &str) = ("SECRET", "s");

/// Acme with ID tokens of two algorithms.
const OPENID: &Descriptor =
    &Descriptor { title: "Acme", oidc: Some(oidc(&[Algorithm::RS256, Algorithm::ES256])), ..*ACME };

fn read(descriptor: &Descriptor, more: &[(&str, &str)]) -> Result<Resolved> {
    let variables: Vec<(&str, &str)> = COMPLETE.iter().chain(more).copied().collect();
    Resolved::new(descriptor, &environment(&variables).settings_of(descriptor))
}

#[test]
fn algorithms_are_among_the_backends_own() {
    let (own, shared) = ("JWT_ALGORITHMS", "SOCIAL_AUTH_JWT_ALGORITHMS");
    for (name, value, algorithms) in [
        (own, "ES256", &[Algorithm::ES256][..]),
        (own, "ES256,RS256", &[Algorithm::RS256, Algorithm::ES256]),
        (shared, "PS256,ES256", &[Algorithm::ES256]),
    ] {
        let settings = read(OPENID, &[SECRET, (name, value)]).unwrap();
        assert_eq!(settings.algorithms(&OPENID.oidc.unwrap()), algorithms, "{name}={value}");
    }
    for (name, value, sentence) in [
        (own, "ES256,PS256", "lists `PS256`; acme takes RS256, ES256"),
        (own, "HS256", "lists `HS256`"),
        (shared, "HS256,ES256", "lists `HS256`"),
        (shared, "ES257,ES256", "lists `ES257`"),
        (shared, "PS256", "lists none of the algorithms of acme"),
    ] {
        let error = read(OPENID, &[SECRET, (name, value)]).unwrap_err();
        assert_eq!(error.code(), Code::InvalidSetting, "{name}={value}");
        assert!(error.message().contains(sentence), "{name}={value}: {error}");
    }
    assert_eq!(refusal(read(ACME, &[SECRET, (own, "RS256")])).0, Code::InvalidSetting);
    assert!(read(ACME, &[SECRET, (shared, "RS256")]).is_ok(), "it speaks of other backends");
}

#[test]
fn audiences_have_no_wildcards() {
    assert!(read(OPENID, &[SECRET, ("TRUSTED_AUDIENCES", "one,two")]).is_ok());
    let expected = (Code::InvalidSetting, "SOCIAL_AUTH_ACME_TRUSTED_AUDIENCES".to_owned());
    for wrong in ["one,*", "[]"] {
        assert_eq!(refusal(read(OPENID, &[SECRET, ("TRUSTED_AUDIENCES", wrong)])), expected);
    }
}

#[test]
fn a_method_is_one_that_the_backend_has() {
    let only =
        |ways: &'static [ClientAuthentication]| Descriptor { client_authentication: ways, ..*ACME };
    let secret = only(&[ClientAuthentication::ClientSecretBasic]);
    let assertion = only(&[ClientAuthentication::Assertion {
        setting: "assertion",
        assertion_type: "assertion_type",
        warning: None,
    }]);
    let method = |name| ("TOKEN_ENDPOINT_AUTH_METHOD", name);
    for (descriptor, name, is_there) in [
        (&secret, "client_secret_post", true),
        (&secret, "client_secret_basic", true),
        (&secret, "private_key_jwt", false),
        (&assertion, "private_key_jwt", true),
        (&assertion, "client_secret_basic", false),
        (&assertion, "none", true),
        (&secret, "None", true),
        (&secret, "tls_client_auth", false),
    ] {
        assert_eq!(read(descriptor, &[SECRET, method(name)]).is_ok(), is_there, "{name}");
    }
    let error = read(&secret, &[method("client_secret_post")]).unwrap_err();
    assert!(error.message().contains("needs `SOCIAL_AUTH_ACME_SECRET`"), "{error}");
}

#[test]
fn a_secret_that_is_not_used_is_warned_of() {
    let method = |name| ("TOKEN_ENDPOINT_AUTH_METHOD", name);
    let number = |more: &[(&str, &str)]| read(ACME, more).unwrap().warnings().len();
    assert_eq!(number(&[SECRET, method("none")]), 1);
    assert_eq!(number(&[method("none")]), 0);
    assert_eq!(number(&[SECRET, method("client_secret_post")]), 0);
}
