//! Discovery documents (OpenID Connect Discovery 1.0 section 3) and issuers.

use serde_json::{Value, json};

use crate::cloud::Site;
use crate::microsoft;
use crate::route::Flavour;

/// The issuer of an endpoint's tokens for a tenant id, which may be the literal `{tenantid}`.
pub(crate) fn issuer(site: &Site, flavour: &Flavour, tenant_id: &str) -> String {
    let document = document(site, flavour, None);
    document["issuer"].as_str().unwrap_or_default().replace("{tenantid}", tenant_id)
}

/// The discovery document of an endpoint. `appid` is carried over to the address of the keys.
pub(crate) fn document(site: &Site, flavour: &Flavour, appid: Option<&str>) -> Value {
    match flavour {
        Flavour::V1(tenant) => microsoft::first_version(site, *tenant, appid).into(),
        Flavour::V2(tenant) => microsoft::second_version(site, *tenant, appid).into(),
        Flavour::B2c(policy) => microsoft::b2c(site, policy).into(),
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => oidc(&site.origin),
    }
}

fn oidc(origin: &str) -> Value {
    let base = format!("{origin}/oidc");
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/keys"),
        "end_session_endpoint": format!("{base}/logout"),
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "name", "given_name",
            "family_name", "preferred_username", "email", "email_verified"
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::{document, issuer};
    use crate::cloud::{Cloud, Site};
    use crate::route::{Flavour, Policy, Tenant};

    fn site(cloud: Cloud) -> Site {
        Site { origin: "http://127.0.0.1:1".to_owned(), cloud }
    }

    #[test]
    fn issuers_are_templates_only_where_tenants_vary() {
        let home = document(&site(Cloud::Public), &Flavour::V2(Tenant::Home), Some("a b"));
        assert_eq!(home["issuer"], "http://127.0.0.1:1/3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734/v2.0");
        let keys = home["jwks_uri"].as_str().unwrap_or_default();
        assert!(keys.ends_with("/discovery/v2.0/keys?appid=a+b"));
        for (cloud, flavour, expected) in [
            (Cloud::Public, Flavour::V1(Tenant::Common), "https://sts.windows.net/{tenantid}/"),
            (Cloud::China, Flavour::V1(Tenant::Common), "https://sts.chinacloudapi.cn/{tenantid}/"),
            (
                Cloud::UsGovernment,
                Flavour::V2(Tenant::Home),
                "http://127.0.0.1:1/3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734/v2.0",
            ),
            (
                Cloud::China,
                Flavour::V2(Tenant::Organizations),
                "https://login.partner.microsoftonline.cn/{tenantid}/v2.0",
            ),
        ] {
            assert_eq!(issuer(&site(cloud), &flavour, "{tenantid}"), expected);
        }
    }

    #[test]
    fn the_issuer_of_a_policy_names_it_where_the_path_does() {
        let issuer = |in_path| {
            let policy = Policy { name: "B2C_1_passwordreset".to_owned(), in_path };
            issuer(&site(Cloud::Public), &Flavour::B2c(policy), "")
        };
        let tenant = "d2a90b63-7e41-4b8c-95f6-3c0e1a8d72fb";
        assert_eq!(issuer(false), format!("http://127.0.0.1:1/{tenant}/v2.0/"));
        let in_path = format!("http://127.0.0.1:1/tfp/{tenant}/b2c_1_passwordreset/v2.0/");
        assert_eq!(issuer(true), in_path);
    }
}
