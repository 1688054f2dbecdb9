//! `AUTHORITY_URL` in place of host and tenant.

use super::*;

const SECRET: (&str, &str) = ("SECRET", "s");
const URL: (&str, &str) = ("AUTHORITY_URL", "https://login.own.example/own.example");

#[test]
fn it_is_host_and_tenant() {
    let settings = resolve_only(&[("KEY", "client"), SECRET, URL]).unwrap();
    assert_eq!(settings.text("host"), Some("https://login.own.example"));
    assert_eq!(settings.text("tenant"), Some("own.example"));
    for name in ["REGION", "TENANT"] {
        let without: Vec<(&str, &str)> =
            COMPLETE.into_iter().filter(|(own, _)| *own != name).chain([SECRET]).collect();
        let variable = format!("SOCIAL_AUTH_ACME_{name}");
        assert_eq!(refusal(resolve_only(&without)), (Code::MissingSetting, variable));
    }
    let keyless = resolve_only(&[SECRET, URL]);
    assert_eq!(refusal(keyless), (Code::MissingSetting, "SOCIAL_AUTH_ACME_KEY".to_owned()));
}

#[test]
fn a_setting_that_differs_is_a_mistake() {
    let with = |name, value| resolve_only(&[("KEY", "client"), SECRET, URL, (name, value)]);
    assert!(with("TENANT", "own.example").is_ok());
    assert!(with("HOST", "login.own.example").is_ok());
    for (name, value) in [("TENANT", "other.example"), ("HOST", "login.other.example")] {
        let expected = (Code::InvalidSetting, format!("SOCIAL_AUTH_ACME_{name}"));
        assert_eq!(refusal(with(name, value)), expected);
    }
    for (name, value) in [("OTHER_TENANT", "other.example"), ("OTHER_HOST", "login.other.example")]
    {
        let settings = with(name, value).unwrap();
        assert_eq!(settings.text("tenant"), Some("own.example"), "{name}");
        assert_eq!(settings.text("host"), Some("https://login.own.example"), "{name}");
    }
}

#[test]
fn it_is_for_an_authority_of_host_and_tenant() {
    for discovery in [
        None,
        Some("https://acme.example/{tenant}/configuration"),
        Some("https://{tenant}/{host}/configuration"),
        Some("https://{host}/{region}/configuration"),
        Some("https://{host}.acme.example/{tenant}/configuration"),
    ] {
        let endpoints = Endpoints { discovery: discovery.map(Template), ..Endpoints::EMPTY };
        let descriptor = Descriptor { endpoints, ..*ACME };
        let read = |more: &[(&str, &str)]| {
            let variables: Vec<(&str, &str)> = COMPLETE.iter().chain(more).copied().collect();
            Resolved::new(&descriptor, &environment(&variables).settings_of(&descriptor))
        };
        assert!(read(&[SECRET]).is_ok(), "{discovery:?}");
        let expected = (Code::InvalidSetting, "SOCIAL_AUTH_ACME_AUTHORITY_URL".to_owned());
        assert_eq!(refusal(read(&[SECRET, URL])), expected, "{discovery:?}");
    }
}

#[test]
fn it_has_exactly_one_segment() {
    for wrong in [
        "https://login.own.example",
        "https://login.own.example/a/b",
        "https://login.own.example/a b",
    ] {
        let result = resolve_only(&[("KEY", "client"), SECRET, ("AUTHORITY_URL", wrong)]);
        assert_eq!(refusal(result).0, Code::InvalidSetting, "{wrong}");
    }
}
