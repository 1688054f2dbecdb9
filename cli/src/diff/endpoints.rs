//! `[endpoints]`: where requests and browsers go, and what else rests on that: logout.

use authspec_spec::Spanned;
use authspec_spec::document::Endpoints;
use authspec_spec::template::Template;

use super::change::{Group, Weight, breaking, notice};

pub(super) fn compare(group: &mut Group<'_>, old: &Endpoints, new: &Endpoints) {
    // No `..`: a new endpoint must be compared here.
    let Endpoints {
        authorization,
        token,
        discovery,
        keys,
        user_info,
        end_session,
        hosts,
        // The others have it filled in.
        base: _,
        based: _,
    } = old;
    let discovered = (discovery.is_some(), new.discovery.is_some());
    for (name, before, now, elsewhere) in [
        (
            "authorization",
            authorization,
            &new.authorization,
            "browsers are sent to another host, which must know client and redirect URI",
        ),
        ("token", token, &new.token, "codes and secrets go to another host; firewalls must let it"),
        (
            "discovery",
            discovery,
            &new.discovery,
            "another host says which issuer and keys are good; firewalls must let it",
        ),
        ("keys", keys, &new.keys, "the keys of another host sign users in"),
        ("user_info", user_info, &new.user_info, "another host says who signed in"),
        ("end_session", end_session, &new.end_session, "browsers sign out at another host"),
    ] {
        let what = format!("`{name}`");
        match (before, now) {
            (Some(before), Some(now)) => {
                compare_url(group, &what, &before.value, &now.value, elsewhere);
            }
            (None, Some(now)) => {
                group.added(&what, now.value.to_string(), added(name, discovered.0, elsewhere));
            }
            (Some(before), None) => {
                group.removed(
                    &what,
                    before.value.to_string(),
                    removed(name, discovered.1, elsewhere),
                );
            }
            (None, None) => {}
        }
    }
    compare_hosts(group, hosts.as_deref(), new.hosts.as_deref());
    compare_logout(group, has_logout(old), has_logout(new));
}

/// The list as a whole: whether there is one matters most.
fn compare_hosts(
    group: &mut Group<'_>,
    old: Option<&[Spanned<String>]>,
    new: Option<&[Spanned<String>]>,
) {
    let texts = |hosts: &[Spanned<String>]| {
        let mut texts: Vec<String> = hosts.iter().map(|host| host.value.clone()).collect();
        texts.sort();
        texts
    };
    let (before, now) = (old.map(texts), new.map(texts));
    if before == now {
        return;
    }
    let is_narrower = match (&before, &now) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(now)) => before.iter().any(|host| !now.contains(host)),
    };
    let weight = if is_narrower {
        breaking("a discovery document that names another host is refused")
    } else {
        notice("discovery documents may name more hosts")
    };
    let text = |hosts: &Option<Vec<String>>| match hosts.as_deref() {
        None => "any public host".to_owned(),
        Some([]) => "the document's own".to_owned(),
        Some(hosts) => hosts.join(", "),
    };
    group.changed("the hosts of discovered endpoints", text(&before), text(&now), weight);
}

/// An endpoint of the spec outranks discovery: which host discovery named cannot be seen from here.
fn added(name: &str, was_discovered: bool, elsewhere: &str) -> Weight {
    if was_discovered && name != "discovery" {
        breaking(format!("discovery named it before; if that was another host, {elsewhere}"))
    } else {
        notice("nothing went there before")
    }
}

fn removed(name: &str, is_discovered: bool, elsewhere: &str) -> Weight {
    match name {
        "discovery" => breaking("what only discovery named is not found any more"),
        _ if is_discovered => {
            breaking(format!("discovery names it now; if that is another host, {elsewhere}"))
        }
        _ => notice("nothing goes there any more"),
    }
}

/// Another host is a change for firewalls and registrations; another setting, for the operator who set
/// it.
pub(super) fn compare_url(
    group: &mut Group<'_>,
    what: &str,
    old: &Template,
    new: &Template,
    elsewhere: &str,
) {
    if old == new {
        return;
    }
    let (before, now) = (old.to_string(), new.to_string());
    let forgotten = old.settings().find(|name| new.settings().all(|other| other != *name));
    let weight = if host(&before) != host(&now) {
        breaking(elsewhere)
    } else if let Some(name) = forgotten {
        let name = name.to_ascii_uppercase();
        breaking(format!("{name} decides no more where that is, so other people may sign in"))
    } else {
        notice("the host is the same")
    };
    group.changed(what, before, now, weight);
}

/// The part before the path: a host, or the setting that holds it.
fn host(url: &str) -> &str {
    let rest = url.strip_prefix("https://").unwrap_or(url);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// The rule by which `authspec::Logout` is implemented.
fn has_logout(endpoints: &Endpoints) -> bool {
    endpoints.end_session.is_some() || endpoints.discovery.is_some()
}

fn compare_logout(group: &mut Group<'_>, old: bool, new: bool) {
    if old && !new {
        let reason = "`logout_url` does not compile any more, and users stay signed in there";
        group.told("logout lost", breaking(reason));
    }
    if new && !old {
        group.told("logout gained", notice("`logout_url` signs users out at the provider"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_ends_where_the_path_begins() {
        for (url, expected) in [
            ("https://acme.example/a", "acme.example"),
            ("https://{tenant}.acme.example?p=1", "{tenant}.acme.example"),
            ("{api_url}/user", "{api_url}"),
            ("https://{host}", "{host}"),
        ] {
            assert_eq!(host(url), expected);
        }
    }
}
