//! HTTP proxies: the address of one, and which requests go through it.

use std::fmt;
use std::sync::Arc;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::error::{Code, Error, Result, Stage};
use crate::settings::{Environment, Resolved, is_loopback};

/// The variables that name a proxy for `https` requests. The first that is set decides.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The variables that list the hosts to which requests go directly. The first that is set decides.
const EXEMPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The members of PROXIES. `http` is understood and never needed: requests in the clear are for loopback
/// hosts only.
const MEMBERS: [&str; 4] = ["https", "all", "http", "no_proxy"];

/// The address of an HTTP proxy: an `http` or `https` URL, with a user name and a password if it asks for
/// them. `Debug` and `Display` show host and port only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Proxy(Url);

impl Proxy {
    /// Reads `http://proxy.example:3128`, `http://user:password@proxy.example:3128`, or `proxy.example:3128`.
    ///
    /// # Errors
    ///
    /// A sentence that follows the name of what held the text; it does not repeat the text, which may
    /// hold a password.
    pub fn new(address: &str) -> Result<Self, String> {
        let address = address.trim();
        let with_scheme =
            if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        let url = Url::parse(&with_scheme)
            .map_err(|_| "is not the URL of a proxy, such as http://proxy.example:3128")?;
        match url.scheme() {
            "http" | "https" if url.has_host() => Ok(Self(url)),
            "socks" | "socks4" | "socks4a" | "socks5" | "socks5h" => {
                Err("names a SOCKS proxy; only HTTP proxies are supported".to_owned())
            }
            _ => Err("must be an http or https URL, such as http://proxy.example:3128".to_owned()),
        }
    }

    /// The URL with its credentials.
    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.host_str().unwrap_or_default();
        let port = self.0.port_or_known_default().unwrap_or_default();
        write!(formatter, "{host}:{port}")
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Proxy({self})")
    }
}

/// The choice of a proxy for each request.
///
/// Requests to a loopback host never go through one.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Option<Arc<Rule>>);

#[derive(Debug)]
struct Rule {
    proxy: Proxy,
    /// The setting, variable or program that named it.
    source: String,
    /// It intercepts every host but the exempt ones. Its own proxy is never used.
    exempt: Matcher,
}

impl Proxies {
    /// The proxy of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` or `all_proxy`, for every host but those of
    /// `NO_PROXY` or `no_proxy`.
    ///
    /// `NO_PROXY` is a comma-separated list of domains (with all below them), addresses, networks such as
    /// `10.0.0.0/8`, or `*`.
    ///
    /// # Errors
    ///
    /// `invalid_setting` when the variable does not hold the URL of an HTTP proxy.
    pub fn from_environment(environment: &Environment) -> Result<Self> {
        let Some((name, address)) = environment.first_set(&VARIABLES)? else {
            return Ok(Self::default());
        };
        let exempt = environment.first_set(&EXEMPTIONS)?.map_or(String::new(), |(_, hosts)| hosts);
        if exempt.trim() == "*" {
            return Ok(Self::default());
        }
        let proxy = Proxy::new(&address).map_err(|problem| invalid(&name, &problem))?;
        Ok(Self::through(proxy, name, &exempt))
    }

    /// The transport's own proxy, else what the setting PROXIES says, else what the environment does.
    pub(crate) fn resolve(
        own: Option<&Proxy>,
        settings: &Resolved,
        environment: &Environment,
    ) -> Result<Self> {
        if let Some(proxy) = own {
            return Ok(Self::through(proxy.clone(), "the program".to_owned(), ""));
        }
        let Some(members) = settings.map("proxies") else {
            return Self::from_environment(environment);
        };
        let name = settings.full_name("proxies");
        if let Some(unknown) = members.keys().find(|member| !MEMBERS.contains(&member.as_str())) {
            let problem = format!("has the member `{unknown}`; it may have {}", MEMBERS.join(", "));
            return Err(invalid(&name, &problem));
        }
        match members.get("https").or_else(|| members.get("all")).map(|address| address.trim()) {
            None => Self::from_environment(environment),
            // As in Python's requests: this backend goes directly, whatever the environment says.
            Some("") => Ok(Self::default()),
            Some(address) => {
                let proxy = Proxy::new(address).map_err(|problem| invalid(&name, &problem))?;
                let exempt = members.get("no_proxy").map_or("", String::as_str);
                Ok(Self::through(proxy, name, exempt))
            }
        }
    }

    fn through(proxy: Proxy, source: String, exempt: &str) -> Self {
        // `*.corp.example` is how other programs write `.corp.example`.
        let entries = exempt.split([',', ' ', ';']).map(str::trim);
        let entries: Vec<&str> = entries
            .map(|entry| {
                entry.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(entry)
            })
            .collect();
        let exempt = Matcher::builder().all("http://any.invalid").no(entries.join(",")).build();
        Self(Some(Arc::new(Rule { proxy, source, exempt })))
    }

    /// The proxy of a request to this URL; none when the request goes directly.
    pub fn of(&self, url: &str) -> Option<&Proxy> {
        let rule = self.0.as_deref()?;
        let parsed = Url::parse(url).ok().filter(|url| !is_loopback(url))?;
        let destination = format!("https://{}/", parsed.host_str()?).parse().ok()?;
        rule.exempt.intercept(&destination).map(|_| &rule.proxy)
    }

    /// The full name of the setting or variable that named the proxy.
    pub fn source(&self) -> Option<&str> {
        self.0.as_deref().map(|rule| rule.source.as_str())
    }
}

fn invalid(name: &str, problem: &str) -> Error {
    Error::new(Code::InvalidSetting, Stage::Begin, format!("`{name}` {problem}."))
        .with_parameter(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        Proxies::from_environment(&Environment::from_pairs(variables.to_vec())).unwrap()
    }

    fn through(variables: &[(&str, &str)], url: &str) -> Option<String> {
        proxies(variables).of(url).map(Proxy::to_string)
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let url = "https://login.example/token";
        for (variables, proxy) in [
            (&[][..], None),
            (&[("HTTPS_PROXY", "http://a.example:3128")], Some("a.example:3128")),
            (&[("https_proxy", "a.example:3128")], Some("a.example:3128")),
            (&[("ALL_PROXY", "http://a.example")], Some("a.example:80")),
            (&[("all_proxy", "https://a.example")], Some("a.example:443")),
            (
                &[("ALL_PROXY", "http://b.example"), ("https_proxy", "http://a.example")],
                Some("a.example:80"),
            ),
            (&[("HTTPS_PROXY", " "), ("ALL_PROXY", "http://a.example")], Some("a.example:80")),
            (&[("HTTP_PROXY", "http://a.example")], None),
        ] {
            assert_eq!(through(variables, url).as_deref(), proxy, "{variables:?}");
        }
    }

    #[test]
    fn exempt_hosts_and_loopback_are_reached_directly() {
        let with = |exempt| [("HTTPS_PROXY", "http://proxy.example:3128"), ("NO_PROXY", exempt)];
        for (exempt, direct, proxied) in [
            ("login.example", "https://login.example/", "https://other.example/"),
            (".corp.example", "https://op.corp.example/", "https://notcorp.example/"),
            ("*.corp.example", "https://op.corp.example/", "https://corp.example.org/"),
            ("CORP.example", "https://op.corp.EXAMPLE/", "https://op.corp.example.org/"),
            ("a.example, 10.0.0.0/8", "https://10.1.2.3/", "https://11.1.2.3/"),
            ("a.example b.example", "https://b.example:8443/", "https://c.example/"),
            ("*", "https://login.example/", ""),
            ("", "https://127.0.0.1/", "https://login.example/"),
            ("", "http://localhost:8400/", "https://login.example/"),
            ("", "https://[::1]/", "https://[2620:fe::fe]/"),
        ] {
            assert_eq!(through(&with(exempt), direct), None, "{exempt}: {direct}");
            if !proxied.is_empty() {
                let found = through(&with(exempt), proxied);
                assert_eq!(found.as_deref(), Some("proxy.example:3128"), "{exempt}: {proxied}");
            }
        }
        let lower = [("https_proxy", "http://p.example"), ("no_proxy", "login.example")];
        assert_eq!(through(&lower, "https://login.example/"), None);
    }

    #[test]
    fn what_is_no_http_proxy_is_refused_and_not_repeated() {
        for address in
            ["socks5://u:hidden@p.example:1080", "http://", "ftp://u:hidden@p.example", "a b"]
        {
            let environment = Environment::from_pairs([("ALL_PROXY", address)]);
            let error = Proxies::from_environment(&environment).unwrap_err();
            assert_eq!(
                (error.code(), error.parameter()),
                (Code::InvalidSetting, Some("ALL_PROXY"))
            );
            assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        }
        // Its twin, in which nothing needs the proxy.
        let none = proxies(&[("ALL_PROXY", "socks5://p.example"), ("NO_PROXY", "*")]);
        assert!(none.source().is_none());
    }

    #[test]
    fn credentials_are_not_printed() {
        let proxies = proxies(&[("HTTPS_PROXY", "http://operator:hidden@proxy.example:3128")]);
        let proxy = proxies.of("https://login.example/").unwrap();
        let printed = format!("{proxy} {proxy:?} {proxies:?} {proxies:#?}");
        assert!(!printed.contains("hidden") && !printed.contains("operator"), "{printed}");
        assert_eq!(proxy.url().password(), Some("hidden"));
    }
}
