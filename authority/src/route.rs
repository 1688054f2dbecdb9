//! The endpoint that a path names.
//!
//! The first path segment may be a tenant or a fixed word, so paths are matched here instead of in
//! a router. Version 1 has no `organizations` of its own and takes it as `common`.

use crate::constants::{
    B2C_POLICY, B2C_TENANT_ID, B2C_TENANT_NAME, CONSUMER_TENANT_ID, EXTERNAL_TENANT_DOMAIN,
    EXTERNAL_TENANT_ID, OTHER_POLICIES, TENANT_DOMAIN, TENANT_ID,
};

/// A tenant segment of Entra ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tenant {
    /// All accounts.
    Common,
    /// Work accounts of all tenants.
    Organizations,
    /// Personal accounts.
    Consumers,
    /// The one work tenant.
    Home,
    /// The external tenant (External ID), at version 2 only.
    External,
}

impl Tenant {
    /// Reads a path segment; the domain of the work tenant is as good as its identifier.
    fn parse(segment: &str) -> Option<Self> {
        let known = [
            ("common", Self::Common),
            ("organizations", Self::Organizations),
            ("consumers", Self::Consumers),
            (CONSUMER_TENANT_ID, Self::Consumers),
            (TENANT_ID, Self::Home),
            (TENANT_DOMAIN, Self::Home),
            (EXTERNAL_TENANT_ID, Self::External),
            (EXTERNAL_TENANT_DOMAIN, Self::External),
        ];
        known
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(segment))
            .map(|(_, tenant)| tenant)
    }

    /// The segment that addresses in documents use.
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Organizations => "organizations",
            Self::Consumers => "consumers",
            Self::Home => TENANT_ID,
            Self::External => EXTERNAL_TENANT_ID,
        }
    }

    /// The identifier in the issuer of a discovery document; a template where tenants vary.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Common | Self::Organizations => "{tenantid}",
            Self::Consumers => CONSUMER_TENANT_ID,
            Self::Home => TENANT_ID,
            Self::External => EXTERNAL_TENANT_ID,
        }
    }
}

/// A policy of B2C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Its name in its own spelling.
    pub(crate) name: String,
    /// `true` if it stands in the path instead of the parameter `p`. The issuer then names it too.
    pub(crate) in_path: bool,
}

/// The provider that an endpoint behaves as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// Entra ID, version 1 endpoints.
    V1(Tenant),
    /// Entra ID, version 2 endpoints.
    V2(Tenant),
    /// A policy of B2C.
    B2c(Policy),
    /// The plain OpenID provider.
    Oidc,
    /// The GitHub-like provider.
    GitHub,
    /// A provider that is data.
    Given,
}

impl Flavour {
    /// Returns `true` if a code issued by `self` may be redeemed at `other`: the same tenant segment, and
    /// the same policy whatever its case.
    pub(crate) fn same_endpoint(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::B2c(mine), Self::B2c(theirs)) => mine.name.eq_ignore_ascii_case(&theirs.name),
            _ => self == other,
        }
    }

    /// Returns `true` if scopes decide about an id token (OpenID Connect Core section 3.1.2.1).
    pub(crate) fn needs_openid(&self) -> bool {
        matches!(self, Self::V2(_) | Self::B2c(_) | Self::Oidc)
    }

    /// The provider's name for people.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::V1(_) => "Microsoft Entra ID (v1)",
            Self::V2(_) => "Microsoft Entra ID (v2)",
            Self::B2c(_) => "Azure AD B2C",
            Self::Oidc => "OpenID provider",
            Self::GitHub => "GitHub-like provider",
            Self::Given => "Offline provider",
        }
    }
}

/// The purpose of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The discovery document.
    Discovery,
    /// The key set.
    Keys,
    /// The authorization endpoint.
    Authorize,
    /// The token endpoint.
    Token,
    /// The end-session endpoint.
    Logout,
}

/// The destination of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The page that lists the endpoints.
    Index,
    /// A protocol endpoint.
    Endpoint(Action, Flavour),
    /// The answer to the sign-in page.
    Continue,
    /// The OpenID user information endpoint.
    UserInfo,
    /// The GitHub-like user.
    GitHubUser,
    /// The GitHub-like e-mail list.
    GitHubEmails,
    /// A tenant that does not exist.
    UnknownTenant(String),
    /// Personal accounts at version 1.
    NoPersonalAccounts,
    /// B2C without a usable policy.
    MissingPolicy,
    /// Anything else.
    NotFound,
}

/// Finds the endpoint of a path. `policy` is the `p` parameter, which only B2C reads.
pub(crate) fn route(path: &str, policy: Option<&str>) -> Route {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match segments.as_slice() {
        [] | [""] => Route::Index,
        ["authorize", "continue"] => Route::Continue,
        ["login", "oauth", "authorize"] => Route::Endpoint(Action::Authorize, Flavour::GitHub),
        ["login", "oauth", "access_token"] => Route::Endpoint(Action::Token, Flavour::GitHub),
        ["user"] => Route::GitHubUser,
        ["user", "emails"] => Route::GitHubEmails,
        ["oidc", rest @ ..] => oidc(rest),
        [tenant, rest @ ..] => of_tenant(tenant, rest, policy),
    }
}

fn oidc(rest: &[&str]) -> Route {
    let action = match rest {
        [".well-known", "openid-configuration"] => Action::Discovery,
        ["keys"] => Action::Keys,
        ["authorize"] => Action::Authorize,
        ["token"] => Action::Token,
        ["logout"] => Action::Logout,
        ["userinfo"] => return Route::UserInfo,
        _ => return Route::NotFound,
    };
    Route::Endpoint(action, Flavour::Oidc)
}

/// B2C takes its policy from the path too, behind the tenant.
fn of_tenant(tenant: &str, rest: &[&str], policy: Option<&str>) -> Route {
    let b2c_domain = format!("{B2C_TENANT_NAME}.onmicrosoft.com");
    let is_b2c =
        tenant.eq_ignore_ascii_case(&b2c_domain) || tenant.eq_ignore_ascii_case(B2C_TENANT_ID);
    let (rest, policy, in_path) = match rest {
        [first, rest @ ..] if is_b2c && canonical_policy(first).is_some() => {
            (rest, Some(*first), true)
        }
        rest => (rest, policy, false),
    };
    let (second_version, action) = match rest {
        [".well-known", "openid-configuration"] => (false, Action::Discovery),
        ["discovery", "keys"] => (false, Action::Keys),
        ["oauth2", "authorize"] => (false, Action::Authorize),
        ["oauth2", "token"] => (false, Action::Token),
        ["oauth2", "logout"] => (false, Action::Logout),
        ["v2.0", ".well-known", "openid-configuration"] => (true, Action::Discovery),
        ["discovery", "v2.0", "keys"] => (true, Action::Keys),
        ["oauth2", "v2.0", "authorize"] => (true, Action::Authorize),
        ["oauth2", "v2.0", "token"] => (true, Action::Token),
        ["oauth2", "v2.0", "logout"] => (true, Action::Logout),
        ["openid", "userinfo"] if Tenant::parse(tenant).is_some() => return Route::UserInfo,
        _ => return Route::NotFound,
    };
    if second_version && is_b2c {
        return policy.and_then(canonical_policy).map_or(Route::MissingPolicy, |name| {
            Route::Endpoint(action, Flavour::B2c(Policy { name, in_path }))
        });
    }
    match Tenant::parse(tenant) {
        None => Route::UnknownTenant(tenant.to_owned()),
        Some(Tenant::External) if !second_version => Route::UnknownTenant(tenant.to_owned()),
        Some(tenant) if second_version => Route::Endpoint(action, Flavour::V2(tenant)),
        Some(Tenant::Consumers) => Route::NoPersonalAccounts,
        Some(Tenant::Organizations) => Route::Endpoint(action, Flavour::V1(Tenant::Common)),
        Some(tenant) => Route::Endpoint(action, Flavour::V1(tenant)),
    }
}

/// The spelling of a policy that tokens show: its own for a known one, else as given. Policy names
/// start with `b2c_1` and hold letters, digits, `_`, `.` and `-`.
fn canonical_policy(given: &str) -> Option<String> {
    let known = std::iter::once(B2C_POLICY)
        .chain(OTHER_POLICIES)
        .find(|known| known.eq_ignore_ascii_case(given));
    if let Some(known) = known {
        return Some(known.to_owned());
    }
    let usable = given.to_ascii_lowercase().starts_with("b2c_1")
        && given.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    usable.then(|| given.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Action, Flavour, Policy, Route, Tenant, route};
    use crate::constants::TENANT_ID;

    #[test]
    fn paths_lead_to_their_endpoints() {
        assert_eq!(
            route("/common/oauth2/token", None),
            Route::Endpoint(Action::Token, Flavour::V1(Tenant::Common))
        );
        assert_eq!(
            route("/contoso.onmicrosoft.com/oauth2/v2.0/authorize", None),
            Route::Endpoint(Action::Authorize, Flavour::V2(Tenant::Home))
        );
        assert_eq!(
            route(&format!("/{TENANT_ID}/v2.0/.well-known/openid-configuration"), None),
            Route::Endpoint(Action::Discovery, Flavour::V2(Tenant::Home))
        );
        assert_eq!(
            route("/elsewhere/oauth2/v2.0/token", None),
            Route::UnknownTenant("elsewhere".to_owned())
        );
        assert_eq!(route("/elsewhere/else", None), Route::NotFound);
    }

    #[test]
    fn a_policy_gets_its_own_spelling() {
        let policy =
            |in_path| Flavour::B2c(Policy { name: "B2C_1_signupsignin".to_owned(), in_path });
        let path = "/fabrikamb2c.onmicrosoft.com/oauth2/v2.0/token";
        assert_eq!(
            route(path, Some("b2c_1_SIGNUPSIGNIN")),
            Route::Endpoint(Action::Token, policy(false))
        );
        assert_eq!(route(path, None), Route::MissingPolicy);
        let in_path = "/fabrikamb2c.onmicrosoft.com/b2c_1_signupsignin/oauth2/v2.0/token";
        assert_eq!(route(in_path, None), Route::Endpoint(Action::Token, policy(true)));
        assert_eq!(route(path, Some("signin")), Route::MissingPolicy);
    }
}
