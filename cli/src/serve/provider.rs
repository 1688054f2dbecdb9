//! A spec as the authority's data: endpoints become paths, samples become accounts.

use std::collections::BTreeMap;

use authspec_authority::{Account, Endpoint, GivenOidc, GivenProvider, PathPart, PathTemplate};
use authspec_spec::Provider;
use authspec_spec::document::{Algorithm, Oidc};
use authspec_spec::provider::CheckedSample;
use serde_json::{Map, Value};

use super::path::{Settings, path};

/// The folder of the offline provider's own pages and endpoints.
const OWN_FOLDER: &str = "/authspec/";

/// The algorithms that the offline provider can sign with: its keys are RSA keys.
const SIGNED: [Algorithm; 6] = [
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS384,
    Algorithm::PS512,
];

/// The offline provider of a spec.
///
/// # Errors
///
/// Returns a sentence if there can be none: two endpoints that only their hosts tell apart, or algorithms
/// that no RSA key has.
pub fn given(provider: &Provider) -> Result<GivenProvider, String> {
    let of_sample =
        first_good_sample(provider).and_then(|mut json| object(json["settings"].take()));
    let settings =
        Settings { declared: &provider.settings, of_sample: of_sample.unwrap_or_default() };
    Ok(GivenProvider {
        title: provider.title.clone(),
        endpoints: endpoints(provider, &settings)?,
        oidc: provider.oidc.as_ref().map(|rules| oidc(rules, &settings)).transpose()?,
        refreshes: provider.refresh.is_some(),
        scheme: provider
            .user_info
            .as_ref()
            .map(|info| info.scheme.value.clone())
            .unwrap_or_default(),
        accounts: provider.samples.iter().filter_map(account).collect(),
    })
}

/// The first sample that expects a user, as JSON; else the first.
pub(super) fn first_good_sample(provider: &Provider) -> Option<Value> {
    let samples = provider.samples.iter();
    let samples: Vec<Value> =
        samples.filter_map(|sample| serde_json::from_str(&sample.json).ok()).collect();
    let good = samples.iter().find(|sample| sample.get("expect").is_some());
    good.or(samples.first()).cloned()
}

fn endpoints(
    provider: &Provider,
    settings: &Settings<'_>,
) -> Result<Vec<(Endpoint, PathTemplate)>, String> {
    let named = provider.endpoints.iter().map(|(key, url)| {
        let endpoint = match key {
            "authorization" => Endpoint::Authorization,
            "token" => Endpoint::Token,
            "discovery" => Endpoint::Discovery,
            "keys" => Endpoint::Keys,
            "user_info" => Endpoint::UserInfo,
            _ => Endpoint::EndSession,
        };
        (endpoint, &url.value)
    });
    let calls = provider.calls.iter();
    let calls = calls.map(|call| (Endpoint::Call(call.name.value.clone()), &call.url.value));
    let mut found: Vec<(Endpoint, PathTemplate)> = Vec::new();
    for (endpoint, url) in named.chain(calls) {
        let path = path(url, settings);
        if matches!(path.0.first(), Some(PathPart::Text(text)) if text.starts_with(OWN_FOLDER)) {
            return Err(format!(
                "the path of {endpoint:?} is below `{OWN_FOLDER}`, which the offline provider needs \
                 itself"
            ));
        }
        if let Some((other, _)) = found.iter().find(|(_, known)| *known == path) {
            return Err(format!(
                "{endpoint:?} and {other:?} have one path once their hosts are gone: an offline \
                 provider, which has one host, cannot tell them apart"
            ));
        }
        found.push((endpoint, path));
    }
    Ok(found)
}

fn oidc(oidc: &Oidc, settings: &Settings<'_>) -> Result<GivenOidc, String> {
    let algorithm = SIGNED.iter().find(|name| oidc.algorithms.contains(name)).ok_or_else(|| {
        let accepted: Vec<&str> = oidc.algorithms.iter().map(|known| known.as_str()).collect();
        format!(
            "the offline provider signs with RSA keys, and the spec accepts {} only",
            accepted.join(", ")
        )
    })?;
    let placeholder = oidc.issuer_placeholder.as_ref();
    Ok(GivenOidc {
        issuer: oidc.issuer.as_ref().map(|issuer| trimmed(path(&issuer.value, settings))),
        placeholder: placeholder.map(|found| (found.name.clone(), found.claim.value.clone())),
        algorithm: algorithm.to_string(),
    })
}

/// An issuer without a path has none, not even a slash.
fn trimmed(path: PathTemplate) -> PathTemplate {
    let is_root = path == PathTemplate(vec![PathPart::Text("/".to_owned())]);
    if is_root { PathTemplate::default() } else { path }
}

/// A sample as an account, if it can sign in: a reply says who it is.
fn account(sample: &CheckedSample) -> Option<Account> {
    let mut json: Map<String, Value> = serde_json::from_str(&sample.json).ok()?;
    let id_token = json.remove("id_token").and_then(payload);
    let user_info = json.remove("user_info");
    let calls = json.remove("calls");
    (id_token.is_some() || user_info.is_some()).then(|| Account {
        name: sample.name.clone(),
        id_token,
        token: json.remove("token").and_then(object).unwrap_or_default(),
        user_info,
        calls: calls.and_then(object).map(BTreeMap::from_iter).unwrap_or_default(),
    })
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// A decoded token is written with its header or as its claims alone.
fn payload(token: Value) -> Option<Map<String, Value>> {
    let mut members = object(token)?;
    if members.contains_key("header") {
        return members.remove("payload").and_then(object);
    }
    Some(members)
}
