//! Discovery documents (OpenID Connect Discovery section 3) as the endpoints really write them.

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::constants::{B2C_TENANT_ID, B2C_TENANT_NAME};
use crate::route::{Flavour, Tenant};

/// The issuer of an endpoint for a tenant id, which may be the literal `{tenantid}`.
///
/// Version 1 has its issuer on another host (`sts.windows.net`); here the same origin stands for
/// that host, so that the tenant id stays the first path segment.
pub(crate) fn issuer(origin: &str, flavour: &Flavour, tenant_id: &str) -> String {
    match flavour {
        Flavour::V1(_) => format!("{origin}/{tenant_id}/"),
        Flavour::V2(_) => format!("{origin}/{tenant_id}/v2.0"),
        Flavour::B2c(_) => format!("{origin}/{B2C_TENANT_ID}/v2.0/"),
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => format!("{origin}/oidc"),
    }
}

/// The discovery document of an endpoint. `appid` is carried over to the address of the keys.
pub(crate) fn document(origin: &str, flavour: &Flavour, appid: Option<&str>) -> Value {
    match flavour {
        Flavour::V1(tenant) => first_version(origin, flavour, *tenant, appid),
        Flavour::V2(tenant) => second_version(origin, flavour, *tenant, appid),
        Flavour::B2c(policy) => b2c(origin, flavour, policy),
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => oidc(origin),
    }
}

/// The query that carries `appid` on.
fn appid_query(appid: Option<&str>) -> String {
    appid.map_or_else(String::new, |appid| {
        let encoded: String = form_urlencoded::byte_serialize(appid.as_bytes()).collect();
        format!("?appid={encoded}")
    })
}

fn region(tenant: Tenant) -> Value {
    if tenant == Tenant::Home { json!("EU") } else { Value::Null }
}

fn first_version(origin: &str, flavour: &Flavour, tenant: Tenant, appid: Option<&str>) -> Value {
    let base = format!("{origin}/{}", tenant.segment());
    json!({
        "token_endpoint": format!("{base}/oauth2/token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{origin}/common/discovery/keys{}", appid_query(appid)),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported":
            ["code", "id_token", "code id_token", "token id_token", "token"],
        "scopes_supported": ["openid"],
        "issuer": issuer(origin, flavour, tenant.id()),
        "microsoft_multi_refresh_token": true,
        "authorization_endpoint": format!("{base}/oauth2/authorize"),
        "device_authorization_endpoint": format!("{base}/oauth2/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/oauth2/logout"),
        "claims_supported": [
            "sub", "iss", "cloud_instance_name", "cloud_instance_host_name",
            "cloud_graph_host_name", "msgraph_host", "aud", "exp", "iat", "auth_time", "acr",
            "amr", "nonce", "email", "given_name", "family_name", "nickname"
        ],
        "check_session_iframe": format!("{base}/oauth2/checksession"),
        "userinfo_endpoint": format!("{base}/openid/userinfo"),
        "kerberos_endpoint": format!("{base}/kerberos"),
        "tenant_region_scope": region(tenant),
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net"
    })
}

fn second_version(origin: &str, flavour: &Flavour, tenant: Tenant, appid: Option<&str>) -> Value {
    let base = format!("{origin}/{}", tenant.segment());
    json!({
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{base}/discovery/v2.0/keys{}", appid_query(appid)),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer(origin, flavour, tenant.id()),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{origin}/graph/oidc/userinfo"),
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
        "claims_supported": [
            "sub", "iss", "cloud_instance_name", "cloud_instance_host_name",
            "cloud_graph_host_name", "msgraph_host", "aud", "exp", "iat", "auth_time", "acr",
            "nonce", "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email"
        ],
        "kerberos_endpoint": format!("{base}/kerberos"),
        "tenant_region_scope": region(tenant),
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net"
    })
}

fn b2c(origin: &str, flavour: &Flavour, policy: &str) -> Value {
    let base = format!("{origin}/{B2C_TENANT_NAME}.onmicrosoft.com");
    let policy = policy.to_ascii_lowercase();
    json!({
        "issuer": issuer(origin, flavour, B2C_TENANT_ID),
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize?p={policy}"),
        "token_endpoint": format!("{base}/oauth2/v2.0/token?p={policy}"),
        "end_session_endpoint": format!("{base}/oauth2/v2.0/logout?p={policy}"),
        "jwks_uri": format!("{base}/discovery/v2.0/keys?p={policy}"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": [
            "code", "code id_token", "code token", "code id_token token", "id_token",
            "id_token token", "token", "token id_token"
        ],
        "scopes_supported": ["openid"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": [
            "name", "given_name", "family_name", "emails", "idp", "sub", "tfp", "iss", "iat",
            "exp", "aud", "acr", "nonce", "auth_time"
        ]
    })
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
    use super::document;
    use crate::route::{Flavour, Tenant};

    #[test]
    fn issuers_are_templates_only_where_tenants_vary() {
        let common = document("http://h", &Flavour::V1(Tenant::Common), None);
        assert_eq!(common["issuer"], "http://h/{tenantid}/");
        let home = document("http://h", &Flavour::V2(Tenant::Home), Some("a b"));
        assert_eq!(home["issuer"], "http://h/3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734/v2.0");
        let keys = home["jwks_uri"].as_str().unwrap_or_default();
        assert!(keys.ends_with("/discovery/v2.0/keys?appid=a+b"));
    }
}
