//! Checks of the provider: its discovery document, issuer, endpoints and keys.

use authspec::diagnosis::{Diagnosis, host_of};
use authspec::{Code, Error};

use super::network;
use super::report::Report;

pub(super) async fn check(diagnosis: &Diagnosis, first: &str, report: &mut Report) {
    let discovered = match diagnosis.discover().await {
        Ok(Some(discovered)) => discovered,
        Ok(None) => {
            report.ok("discovery", "not used: the spec and the settings name every endpoint");
            check_hosts(diagnosis, first, &diagnosis.endpoints(), report).await;
            return;
        }
        Err(error) => {
            report.fault(step_of(&error), error.message());
            return;
        }
    };
    report.ok("discovery", diagnosis.discovery().unwrap_or_default());
    report.ok("issuer", discovered.issuer.clone());
    check_hosts(diagnosis, first, &discovered.endpoints, report).await;
    match diagnosis.keys(&discovered).await {
        Ok(Some(number)) => report.ok("keys", format!("{number} that can check a signature")),
        Ok(None) => report.ok("keys", "not used: there are no ID tokens"),
        Err(error) => report.fault("keys", error.message()),
    }
}

/// The step that an error of the discovery document belongs to.
fn step_of(error: &Error) -> &'static str {
    match (error.code(), error.parameter()) {
        (_, Some("issuer")) | (Code::IssuerMismatch, _) => "issuer",
        (_, Some(name)) if name.ends_with("_endpoint") || name == "jwks_uri" => "endpoints",
        _ => "discovery",
    }
}

/// The endpoints, and the way to those of their hosts that were not tried yet.
async fn check_hosts(
    diagnosis: &Diagnosis,
    first: &str,
    endpoints: &[(&'static str, String)],
    report: &mut Report,
) {
    let mut hosts = vec![host_of(first)];
    for (_, url) in endpoints {
        let host = host_of(url);
        if !hosts.contains(&host) {
            hosts.push(host);
            network::check_host(diagnosis, url, report).await;
        }
    }
    let names: Vec<&str> = endpoints.iter().map(|(name, _)| *name).collect();
    report.ok("endpoints", format!("{} at {}", names.join(", "), hosts.join(", ")));
}
