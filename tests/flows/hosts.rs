//! A token stays with the hosts that the operator named: no endpoint falls back to a default host while
//! another one is set.

use authspec::Descriptor;
use authspec::descriptor::{Kind, Setting, SettingRule, Template};
use authspec::settings::{RawSettings, Resolved};
use url::Url;

/// The spec's endpoints that get a code, a credential or a token.
fn endpoints(descriptor: &Descriptor) -> Vec<(&'static str, Template)> {
    let authspec::descriptor::Endpoints {
        authorization,
        token,
        discovery,
        keys,
        user_info,
        end_session,
        hosts: _,
    } = descriptor.endpoints;
    let named = [
        ("authorization", authorization),
        ("token", token),
        ("discovery", discovery),
        ("keys", keys),
        ("user_info", user_info),
        ("end_session", end_session),
    ];
    let calls = descriptor.calls.iter().map(|call| (call.name, call.url));
    named.into_iter().filter_map(|(name, url)| Some((name, url?))).chain(calls).collect()
}

fn host(descriptor: &Descriptor, set: &[(&str, &str)], template: Template) -> String {
    let mut raw = RawSettings::new();
    raw.insert("key", "client");
    for setting in descriptor.settings.iter().filter(|setting| setting.required()) {
        raw.insert(setting.name, usual(setting));
    }
    for (name, value) in set {
        raw.insert(name, *value);
    }
    let settings = Resolved::new(descriptor, &raw).unwrap();
    let url = Url::parse(&settings.render_url(template).unwrap()).unwrap();
    url.host_str().unwrap().to_owned()
}

/// A value that a required setting may have.
fn usual(setting: &Setting) -> &'static str {
    match setting.kind {
        Kind::Url => "https://accounts.example",
        Kind::Policy => "B2C_1_signin",
        Kind::Tenant => "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734",
        _ => "fabrikam",
    }
}

#[test]
fn no_token_goes_to_a_default_host_while_another_is_set() {
    let shipped: Vec<&Descriptor> =
        authspec_azuread::ALL.iter().chain(authspec_catalog::ALL).copied().collect();
    let mut moved = 0;
    for descriptor in &shipped {
        let authorities = descriptor.settings.iter().filter(|setting| {
            let is_used = !setting.rules.iter().any(|rule| matches!(rule, SettingRule::Ignored(_)));
            setting.kind == Kind::Authority && is_used
        });
        for authority in authorities {
            for (name, template) in endpoints(descriptor) {
                let usual = host(descriptor, &[], template);
                let own = host(descriptor, &[(authority.name, "login.own.example")], template);
                assert_ne!(own, usual, "{} {name} by {}", descriptor.name, authority.name);
                assert!(own.ends_with("own.example"), "{} {name}: {own}", descriptor.name);
                moved += 1;
            }
        }
    }
    assert!(moved > 10, "{moved} endpoints");
}

#[test]
fn githubs_api_follows_its_host() {
    let github = authspec_catalog::ALL.iter().find(|known| known.name == "github").unwrap();
    let user_info = github.endpoints.user_info.unwrap();
    let url = |set: &[(&str, &str)]| {
        let mut raw = RawSettings::new();
        raw.insert("key", "client");
        for (name, value) in set {
            raw.insert(name, *value);
        }
        Resolved::new(github, &raw).unwrap().render_url(user_info).unwrap()
    };
    let public = "https://api.github.com/user";
    assert_eq!(url(&[]), public);
    for same in ["github.com", "https://github.com", "GitHub.com", "https://github.com/"] {
        assert_eq!(url(&[("authority_host", same)]), public, "{same}");
    }
    let own = [("authority_host", "ghe.own.example")];
    assert_eq!(url(&own), "https://ghe.own.example/api/v3/user");
    let port = [("authority_host", "http://127.0.0.1:8080")];
    assert_eq!(url(&port), "http://127.0.0.1:8080/api/v3/user");
    let both = [("authority_host", "ghe.own.example"), ("api_url", "https://api.own.example")];
    assert_eq!(url(&both), "https://api.own.example/user");
}
