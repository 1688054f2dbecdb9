//! Microsoft's discovery documents, every one as the service writes it, met by every backend that can
//! meet it: by name here, and through the typed clients in `flows_typed`.

use std::collections::BTreeSet;

use authspec_authority::{Cloud, EXTERNAL_TENANT_DOMAIN, EXTERNAL_TENANT_ID};
use authspec_tests::{World, document, documents, setting};
use serde_json::Value;

/// A document, the backend that meets it, and the settings with which it does. `ORIGIN` stands for the
/// provider's origin.
struct Row {
    document: &'static str,
    cloud: Cloud,
    backend: &'static str,
    settings: &'static [(&'static str, &'static str)],
}

const fn row(
    document: &'static str,
    backend: &'static str,
    settings: &'static [(&'static str, &'static str)],
) -> Row {
    Row { document, cloud: Cloud::Public, backend, settings }
}

const fn row_of(
    cloud: Cloud,
    document: &'static str,
    backend: &'static str,
    settings: &'static [(&'static str, &'static str)],
) -> Row {
    Row { document, cloud, backend, settings }
}

const V1: &str = "azuread-oauth2";
const V1_TENANT: &str = "azuread-tenant-oauth2";
const V2: &str = "azuread-oauth2-v2";
const V2_TENANT: &str = "azuread-v2-tenant-oauth2";
const B2C: &str = "azuread-b2c-oauth2";

const COMMON: (&str, &str) = ("TENANT_ID", "common");

const ROWS: &[Row] = &[
    row("discovery_v1_common", V1, &[]),
    row("discovery_v1_common", V1_TENANT, &[COMMON]),
    row("discovery_v1_tenant", V1_TENANT, &[]),
    row("discovery_v1_tenant", V1_TENANT, &[("TENANT_ID", "contoso.onmicrosoft.com")]),
    row(
        "discovery_v1_tenant",
        V1_TENANT,
        &[(
            "OPENID_CONFIGURATION_URL",
            "ORIGIN/3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734/.well-known/openid-configuration",
        )],
    ),
    row("discovery_v2_common", V2, &[]),
    row("discovery_v2_common", V2_TENANT, &[COMMON]),
    row(
        "discovery_v2_tenant",
        V2_TENANT,
        &[(
            "OPENID_CONFIGURATION_URL",
            "ORIGIN/3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734/v2.0/.well-known/openid-configuration",
        )],
    ),
    row("discovery_v2_tenant_appid", V2_TENANT, &[]),
    row("discovery_v2_tenant_appid", V2_TENANT, &[("TENANT_ID", "contoso.onmicrosoft.com")]),
    row_of(Cloud::UsGovernment, "discovery_v2_usgov_common", V2, &[]),
    row_of(Cloud::UsGovernment, "discovery_v2_usgov_common", V2_TENANT, &[COMMON]),
    row_of(Cloud::China, "discovery_v2_china_legacy_host", V2, &[]),
    row_of(Cloud::China, "discovery_v2_china_legacy_host", V2_TENANT, &[COMMON]),
    row("discovery_ciam", V2_TENANT, &[("TENANT_ID", EXTERNAL_TENANT_ID)]),
    row("discovery_ciam", V2_TENANT, &[("TENANT_ID", EXTERNAL_TENANT_DOMAIN)]),
    row("discovery_b2c_query", B2C, &[]),
    row(
        "discovery_b2c_path_tfp_issuer",
        B2C,
        &[
            (
                "OPENID_CONFIGURATION_URL",
                "ORIGIN/fabrikamb2c.onmicrosoft.com/B2C_1_signupsignin/v2.0/.well-known/openid-configuration",
            ),
            (
                "AUTHORIZATION_URL",
                "ORIGIN/fabrikamb2c.onmicrosoft.com/B2C_1_signupsignin/oauth2/v2.0/authorize",
            ),
            (
                "ACCESS_TOKEN_URL",
                "ORIGIN/fabrikamb2c.onmicrosoft.com/B2C_1_signupsignin/oauth2/v2.0/token",
            ),
        ],
    ),
];

impl Row {
    fn variables(&self, world: &World) -> Vec<(String, String)> {
        let origin = world.authority.origin();
        let mut variables = world.settings(self.backend);
        variables.extend(
            self.settings.iter().map(|(name, value)| {
                (setting(self.backend, name), value.replace("ORIGIN", &origin))
            }),
        );
        variables
    }
}

#[tokio::test]
async fn every_reference_document_signs_in_with_every_backend_that_meets_it() {
    for row in ROWS {
        let world = World::start().await;
        world.authority.set_cloud(row.cloud);
        world.usual_user(row.backend);
        let at = format!("{} at {}", row.backend, row.document);
        let backend = world.backend_with(row.backend, row.variables(&world));
        let signed_in = world.sign_in(backend.expect("settings that work").as_ref()).await;
        assert!(signed_in.is_ok(), "{at}: {:?}", signed_in.err());
        let met = met_document(&world).await;
        let mut expected = document(row.document, &world.authority.origin());
        if let Some(appid) = met.appid {
            // The parameter of the request stands in the address of the keys.
            let bare = expected["jwks_uri"].as_str().unwrap().split("?appid=").next().unwrap();
            expected["jwks_uri"] = Value::from(format!("{bare}?appid={appid}"));
        }
        assert_eq!(met.document, expected, "{at}");
    }
}

struct Met {
    document: Value,
    appid: Option<String>,
}

/// The document that a backend has asked for.
async fn met_document(world: &World) -> Met {
    let requests = world.authority.requests();
    let asked: Vec<_> =
        requests.iter().filter(|request| request.path.contains("/.well-known/")).collect();
    let [asked] = asked.as_slice() else { panic!("{} requests for a document", asked.len()) };
    let mut url = url::Url::parse(&world.authority.origin()).unwrap();
    url.set_path(&asked.path);
    url.query_pairs_mut().extend_pairs(&asked.query);
    let text = world.open(url.as_str()).await;
    Met {
        document: serde_json::from_str(&text).unwrap(),
        appid: asked.query_value("appid").map(str::to_owned),
    }
}

#[test]
fn no_reference_document_is_left_out() {
    let in_table: BTreeSet<&str> = ROWS.iter().map(|row| row.document).collect();
    let in_folder = documents("discovery_");
    assert_eq!(in_table.into_iter().collect::<Vec<_>>(), in_folder);
    assert_eq!(in_folder.len(), 10);
}

/// The endpoints that the Entra backends never ask are on other hosts than the login host, as at the
/// service; the table above would mean less if they were not.
#[test]
fn foreign_hosts_stay_as_they_are() {
    let origin = "http://127.0.0.1:1";
    for (name, member, url) in [
        ("discovery_v1_common", "issuer", "https://sts.windows.net/{tenantid}/"),
        ("discovery_v2_tenant", "userinfo_endpoint", "https://graph.microsoft.com/oidc/userinfo"),
        ("discovery_v2_tenant", "rbac_url", "https://pas.windows.net"),
        (
            "discovery_v2_usgov_common",
            "userinfo_endpoint",
            "https://graph.microsoft.us/oidc/userinfo",
        ),
        (
            "discovery_v2_china_legacy_host",
            "issuer",
            "https://login.partner.microsoftonline.cn/{tenantid}/v2.0",
        ),
        (
            "discovery_ciam",
            "issuer",
            "http://localhost:1/0e5b7a92-6c1d-4f83-a2e4-97d8c6b3f150/v2.0",
        ),
    ] {
        assert_eq!(document(name, origin)[member], url, "{name}");
    }
}
