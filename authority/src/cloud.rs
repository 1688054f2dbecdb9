//! Microsoft's clouds, and where this provider stands for one.

use crate::constants::EXTERNAL_TENANT_ID;

/// A cloud of Microsoft. Each has its own login host, Graph and issuers
/// (<https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cloud {
    /// The public cloud: `login.microsoftonline.com`.
    #[default]
    Public,
    /// The US Government's cloud: `login.microsoftonline.us`.
    UsGovernment,
    /// China's cloud by its older login host, `login.chinacloudapi.cn`, whose documents name the issuer
    /// on `login.partner.microsoftonline.cn`.
    China,
}

/// The provider's origin, and the cloud that it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    /// The cloud.
    pub(crate) cloud: Cloud,
}

/// Hosts that a client asks. The provider's own origin stands for each of them.
const ASKED: [&str; 5] = [
    "https://login.microsoftonline.com",
    "https://login.microsoftonline.us",
    "https://login.chinacloudapi.cn",
    "https://fabrikamcust.ciamlogin.com",
    "https://fabrikamb2c.b2clogin.com",
];

impl Site {
    /// A URL of one of Microsoft's documents: with an origin on loopback if a client asks its host, else
    /// as it is.
    ///
    /// External ID has two hosts, one with the tenant's name and one with its identifier. The latter,
    /// which its issuer names, becomes `localhost`, so that the two stay different hosts.
    pub(crate) fn relocated(&self, url: &str) -> String {
        let by_identifier = format!("https://{EXTERNAL_TENANT_ID}.ciamlogin.com");
        let other = self.origin.replacen("127.0.0.1", "localhost", 1);
        let asked = ASKED.iter().map(|host| (*host, &self.origin));
        asked
            .chain([(by_identifier.as_str(), &other)])
            .find_map(|(host, origin)| {
                let rest = url.strip_prefix(host)?;
                rest.starts_with('/').then(|| format!("{origin}{rest}"))
            })
            .unwrap_or_else(|| url.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Cloud, Site};

    #[test]
    fn only_hosts_that_are_asked_move() {
        let site = Site { origin: "http://127.0.0.1:1".to_owned(), cloud: Cloud::Public };
        let moved = |url: &str| site.relocated(url);
        assert_eq!(moved("https://login.microsoftonline.us/a"), "http://127.0.0.1:1/a");
        assert_eq!(
            moved("https://0e5b7a92-6c1d-4f83-a2e4-97d8c6b3f150.ciamlogin.com/a"),
            "http://localhost:1/a"
        );
        for url in [
            "https://sts.windows.net/a/",
            "https://graph.microsoft.com/oidc/userinfo",
            "https://login.microsoftonline.com.evil.example/",
        ] {
            assert_eq!(moved(url), url);
        }
    }
}
