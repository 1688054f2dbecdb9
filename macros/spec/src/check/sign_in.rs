//! The sign-in as a whole: every request it needs has somewhere to go.

use crate::codes::Code;
use crate::document::authorization::VERIFIER_LENGTHS;
use crate::document::{Document, Method};
use crate::report::{Diagnostic, Report};

pub(super) fn check(document: &Document, report: &Report) {
    // A file that only serves to be extended has no `name`, which `names::check` reports.
    let Some(name) = &document.name else { return };
    let endpoints = &document.endpoints;
    // What could not be read may have been the missing one.
    let discovered = endpoints.discovery.is_some() || document.is_incomplete("endpoints");
    for (key, there) in
        [("authorization", endpoints.authorization.is_some()), ("token", endpoints.token.is_some())]
    {
        if !there && !discovered {
            let message = format!("no `endpoints.{key}`, and no discovery that could name it");
            report.push(
                Diagnostic::new(Code::NoEndpoint, name.span.clone(), message)
                    .help(format!("add `{key}` or `discovery` to `[endpoints]`")),
            );
        }
    }
    match &document.oidc {
        Some(oidc) if !discovered => {
            let message = "`[oidc]` needs `endpoints.discovery`: issuer and keys come from there";
            report.push(Diagnostic::new(Code::NoEndpoint, oidc.span.clone(), message));
        }
        Some(oidc) if oidc.algorithms.is_empty() && !document.is_incomplete("oidc") => {
            let message = "`[oidc]` accepts no algorithm";
            report.push(Diagnostic::new(Code::BadAlgorithm, oidc.span.clone(), message));
        }
        None if document.user_info.is_none() && !document.is_incomplete("user_info") => {
            let message = "neither `[oidc]` nor `[user_info]` says who signed in";
            report.push(
                Diagnostic::new(Code::NoEndpoint, name.span.clone(), message)
                    .help("add `[oidc]` for ID tokens, or `[user_info]` for a call"),
            );
        }
        _ => {}
    }
    if let Some(user_info) = &document.user_info
        && endpoints.user_info.is_none()
        && !discovered
    {
        let message = "`[user_info]` has no `endpoints.user_info` to call";
        report.push(Diagnostic::new(Code::NoEndpoint, user_info.span.clone(), message));
    }
    if let (Some(call), None, false) =
        (document.calls.first(), &document.user_info, document.is_incomplete("user_info"))
    {
        let message = "`[[call]]` needs `[user_info]`, whose headers it shares";
        report.push(Diagnostic::new(Code::UselessTable, call.name.span.clone(), message));
    }
    check_client_authentication(document, report);
    check_verifier(document, report);
}

fn check_verifier(document: &Document, report: &Report) {
    let Some(length) = &document.authorization.pkce_verifier_length else {
        return;
    };
    if !VERIFIER_LENGTHS.contains(&length.value) {
        let message = format!("a code verifier cannot have {} characters", length.value);
        report.push(
            Diagnostic::new(Code::VerifierLength, length.span.clone(), message)
                .help("RFC 7636 asks for 43 to 128; without this key there are 43"),
        );
    }
}

fn check_client_authentication(document: &Document, report: &Report) {
    let Some(name) = &document.name else { return };
    let is_read = !document.is_incomplete("client_authentication");
    if document.client_authentication.is_empty() && is_read {
        let message = "the spec has no `[[client_authentication]]`";
        report.push(
            Diagnostic::new(Code::NoClientAuthentication, name.span.clone(), message)
                .help("add one with `method = \"client_secret_post\"`"),
        );
    }
    let is_secret = |method| matches!(method, Method::ClientSecretPost | Method::ClientSecretBasic);
    let mut secrets = document.client_authentication.iter().filter(|way| is_secret(way.method));
    if let (Some(first), Some(second)) = (secrets.next(), secrets.next()) {
        let message = "the secret is sent one way only: this entry is never reached";
        report.push(
            Diagnostic::new(Code::UselessTable, second.span.clone(), message)
                .also(first.span.clone(), "this one wins"),
        );
    }
    let none = document.client_authentication.iter().position(|way| way.method == Method::None);
    let after = none.and_then(|none| {
        let ways = &document.client_authentication;
        Some((ways.get(none)?, ways.get(none + 1)?))
    });
    if let Some((none, after)) = after {
        let message = "a client that needs no credential never comes to this entry";
        report.push(
            Diagnostic::new(Code::UselessTable, after.span.clone(), message)
                .also(none.span.clone(), "put `none` last"),
        );
    }
}
