//! Discovery documents of Microsoft's services: the files of `documents/`, which have every member that
//! the services write, for the tenant or policy that is asked for.

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::cloud::{Cloud, Site};
use crate::jws::members;
use crate::route::{Policy, Tenant};

/// A JSON object.
type Document = Map<String, Value>;

const V1_COMMON: &str = include_str!("../documents/discovery_v1_common.json");
const V1_TENANT: &str = include_str!("../documents/discovery_v1_tenant.json");
const V2_COMMON: &str = include_str!("../documents/discovery_v2_common.json");
const V2_TENANT: &str = include_str!("../documents/discovery_v2_tenant.json");
const V2_US_GOVERNMENT: &str = include_str!("../documents/discovery_v2_usgov_common.json");
const V2_CHINA: &str = include_str!("../documents/discovery_v2_china_legacy_host.json");
const EXTERNAL: &str = include_str!("../documents/discovery_ciam.json");
const B2C_QUERY: &str = include_str!("../documents/discovery_b2c_query.json");
const B2C_PATH: &str = include_str!("../documents/discovery_b2c_path_tfp_issuer.json");

/// The policy of the B2C files.
const B2C_POLICY: &str = "b2c_1_signupsignin";

/// Members that tell a cloud from another.
const OF_THE_CLOUD: [&str; 4] =
    ["cloud_instance_name", "cloud_graph_host_name", "msgraph_host", "rbac_url"];

/// The document of a v1.0 endpoint. The files show the public cloud; another one has its own hosts.
pub(crate) fn first_version(site: &Site, tenant: Tenant, appid: Option<&str>) -> Document {
    let mut document = read(if tenant == Tenant::Home { V1_TENANT } else { V1_COMMON });
    if site.cloud != Cloud::Public {
        let mut cloud = read(common(site.cloud));
        for name in OF_THE_CLOUD {
            document.insert(name.to_owned(), cloud.remove(name).unwrap_or_default());
        }
    }
    if site.cloud == Cloud::China {
        replace(&mut document, "https://sts.windows.net/", "https://sts.chinacloudapi.cn/");
    }
    finish(site, document, appid)
}

/// The document of a v2.0 endpoint.
pub(crate) fn second_version(site: &Site, tenant: Tenant, appid: Option<&str>) -> Document {
    let document = match (tenant, site.cloud) {
        (Tenant::External, _) => read(EXTERNAL),
        (Tenant::Home, Cloud::Public) => read(V2_TENANT),
        (_, cloud) => {
            let mut document = read(common(cloud));
            replace(&mut document, "/common/", &format!("/{}/", tenant.segment()));
            replace(&mut document, "{tenantid}", tenant.id());
            document
        }
    };
    finish(site, document, appid)
}

/// The document of a B2C policy: with the policy as parameter `p`, or in the path and in the issuer.
pub(crate) fn b2c(site: &Site, policy: &Policy) -> Document {
    let mut document = read(if policy.in_path { B2C_PATH } else { B2C_QUERY });
    replace(&mut document, B2C_POLICY, &policy.name.to_ascii_lowercase());
    finish(site, document, None)
}

/// The name of the cloud as documents and keys have it.
pub(crate) fn cloud_name(cloud: Cloud) -> Value {
    read(common(cloud)).remove("cloud_instance_name").unwrap_or_default()
}

fn common(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Public => V2_COMMON,
        Cloud::UsGovernment => V2_US_GOVERNMENT,
        Cloud::China => V2_CHINA,
    }
}

/// A file without its note.
fn read(text: &str) -> Document {
    let mut document = members(serde_json::from_str(text).unwrap_or_default());
    document.remove("_note");
    document
}

/// Replaces a part of every URL.
fn replace(document: &mut Document, part: &str, by: &str) {
    for value in document.values_mut() {
        if let Value::String(text) = value {
            *text = text.replace(part, by);
        }
    }
}

/// Moves the hosts that are asked, and carries `appid` over to the address of the keys.
fn finish(site: &Site, mut document: Document, appid: Option<&str>) -> Document {
    for value in document.values_mut() {
        if let Value::String(text) = value {
            *text = site.relocated(text);
        }
    }
    if let (Some(appid), Some(keys)) = (appid, document.get_mut("jwks_uri")) {
        let encoded: String = form_urlencoded::byte_serialize(appid.as_bytes()).collect();
        *keys = json!(format!("{}?appid={encoded}", keys.as_str().unwrap_or_default()));
    }
    document
}
