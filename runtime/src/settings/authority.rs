//! Authority hosts: a cloud name, a bare host, `host:port`, or an origin URL, all made one origin.

use url::{Host, Url};

/// The origin (`https://host[:port]`) that an authority setting means.
///
/// `http` is for loopback hosts only. A path, a query, user information, or anything else that could
/// move a request to another place is refused.
pub(crate) fn origin(value: &str, named: &[(&str, &str)]) -> Result<String, String> {
    let value = value.trim();
    let value = named
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(value))
        .map_or(value, |(_, host)| *host);
    let text = if value.contains("://") { value.to_owned() } else { format!("https://{value}") };
    let url = Url::parse(&text).map_err(|_| expected(named))?;
    if is_one_label(value) {
        return Err(format!("{}; `{value}` is a name without a dot", expected(named)));
    }
    if url.host_str().is_some_and(|host| host.contains('_')) {
        return Err(expected(named));
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() || text.contains(['\\', '@'])
    {
        return Err(format!("{}, without path, query or user name", expected(named)));
    }
    check_scheme(&url)?;
    Ok(url.origin().ascii_serialization())
}

/// Returns `true` if a text is one label without scheme and port: the name of a cloud that this setting
/// does not know, more likely than a host. Loopback is a host, and `https://HOST` says that one is meant.
fn is_one_label(text: &str) -> bool {
    !text.contains(['.', ':', '/', '[']) && !text.eq_ignore_ascii_case("localhost")
}

/// `https` anywhere, `http` on a loopback host.
pub(crate) fn check_scheme(url: &Url) -> Result<(), String> {
    match url.scheme() {
        "https" if url.host().is_some() => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err("must be https; http is for loopback hosts only".to_owned()),
        _ => Err("must be an https URL".to_owned()),
    }
}

/// Returns `true` if a URL stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn expected(named: &[(&str, &str)]) -> String {
    let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
    if names.is_empty() {
        "must be a host, host:port, or https URL".to_owned()
    } else {
        format!("must be one of {}, or a host, host:port, or https URL", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMED: &[(&str, &str)] = &[("AZURE_GOVERNMENT", "login.microsoftonline.us")];

    #[test]
    fn every_spelling_gives_one_origin() {
        for (value, expected) in [
            ("AZURE_GOVERNMENT", "https://login.microsoftonline.us"),
            ("azure_government", "https://login.microsoftonline.us"),
            ("login.microsoftonline.com", "https://login.microsoftonline.com"),
            ("https://login.microsoftonline.com/", "https://login.microsoftonline.com"),
            (" login.example:8443 ", "https://login.example:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://localhost:8080/", "http://localhost:8080"),
            ("http://[::1]:80", "http://[::1]"),
            ("localhost", "https://localhost"),
            ("keycloak:8443", "https://keycloak:8443"),
            ("https://keycloak", "https://keycloak"),
        ] {
            assert_eq!(origin(value, NAMED).as_deref(), Ok(expected), "{value}");
        }
    }

    #[test]
    fn what_could_move_a_request_is_refused() {
        for value in [
            "http://login.microsoftonline.com",
            "login.microsoftonline.com/evil",
            "login.microsoftonline.com@evil.example",
            "login.microsoftonline.com?x",
            "login.microsoftonline.com#x",
            "http://localhost:80@evil.example/",
            "ftp://127.0.0.1",
            "evil.example\\@login.microsoftonline.com",
            "AZURE_GERMANY",
            "AzureGermanCloud",
            "keycloak",
            "",
        ] {
            assert!(origin(value, NAMED).is_err(), "{value}");
        }
    }
}
