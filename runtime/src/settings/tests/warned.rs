//! Warnings about settings that are valid but may not be intended.

use super::*;

const SECRET: (&str, &str) = ("SECRET", "s");

#[test]
fn each_is_told_once() {
    let guid = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";
    for (set, expected) in [
        (&[][..], None),
        (&[("ID_KEY", "email")], Some("makes `email` the uid")),
        (&[("ID_KEY", "oid")], None),
        (&[("OFFLINE_PROVIDER", "http://127.0.0.1:1")], Some("sign-ins go to an offline provider")),
        (&[("WHITELISTED_MAY_BE_UNVERIFIED", "true")], Some("nobody verified")),
        (&[("WHITELISTED_MAY_BE_UNVERIFIED", "false")], None),
        (&[("TENANT", "common")], Some("anybody with an account")),
        (&[("TENANT", guid)], None),
        (&[("TENANT", "common"), ("TENANTS", guid), ("OTHERS", "x"), ("PLANS", "x")], None),
        (&[("PIPELINE", "[]")], Some("pipelines are not run")),
        (&[("SOCIAL_AUTH_PIPELINE", "[]")], Some("pipelines are not run")),
        (&[("SOCIAL_AUTH_OFFLINE_PROVIDER", "http://127.0.0.1:1")], Some("it names no backend")),
        (&[("SECRT", "x")], Some("did you mean `SOCIAL_AUTH_ACME_SECRET`?")),
        (&[("SECRET", "\"s\"")], Some("quotation marks")),
    ] {
        let set: Vec<(&str, &str)> = [SECRET].iter().chain(set).copied().collect();
        let found = warnings(resolve(&set));
        assert_eq!(found.len(), usize::from(expected.is_some()), "{set:?}: {found:?}");
        if let (Some(expected), Some(found)) = (expected, found.first()) {
            assert!(found.contains(expected), "{set:?}: {found}");
        }
    }
}

#[test]
fn debug_shows_no_value() {
    assert_eq!(format!("{:?}", environment(&[SECRET])), "Environment(…)");
    assert!(!format!("{:?}", resolve(&[("SECRET", "hidden")]).unwrap()).contains("hidden"));
    assert_eq!(format!("{:?}", super::super::CommonSettings::default()), "CommonSettings(…)");
}
