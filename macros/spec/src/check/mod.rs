//! `Document` to `Provider`: the only place that rejects what reads well by itself.
//!
//! The groups in their order: names, settings, endpoints, the sign-in as a whole,
//! the user, policy, samples, and that samples cover every claim.

mod coverage;
mod endpoints;
mod names;
mod origins;
mod policy;
mod reserved;
mod samples;
mod setting_rules;
mod settings;
mod sign_in;
mod user;
mod variables;

pub use names::{COMMON_SETTINGS, is_provider_name};
pub(crate) use names::{is_field, is_identifier};

use crate::document::Document;
use crate::load::Loader;
use crate::provider::Provider;
use crate::report::Report;

/// Checks a document; `None` when too little of it is right to go on.
pub(crate) fn check(document: Document, loader: &mut Loader, report: &Report) -> Option<Provider> {
    names::check(&document, report);
    settings::check(&document, loader.sources(), report);
    setting_rules::check(&document, report);
    variables::check(&document, report);
    reserved::check(&document, report);
    endpoints::check(&document, report);
    sign_in::check(&document, report);
    let user = user::check(&document, report);
    policy::check(&document, report);
    let samples = samples::check(&document, loader, report);
    coverage::check(&document, &samples, loader.sources(), report);
    // A mistake has more to say than a warning about the same place.
    if report.len() == 0 {
        origins::check(&document, report);
    }
    let Document {
        name,
        title,
        doc,
        aliases,
        settings,
        variables,
        endpoints,
        authorization,
        token,
        refresh,
        client_authentication,
        oidc,
        user_info,
        calls,
        user: _,
        claims,
        extra_data,
        policy,
        errors,
        samples: _,
        span: _,
        incomplete: _,
        incomplete_settings: _,
        lacks_its_base: _,
    } = document;
    let name = name?;
    Some(Provider {
        name: name.value,
        title: title?.value,
        doc: doc.map(|doc| doc.value),
        aliases,
        settings,
        variables,
        endpoints,
        authorization,
        token,
        refresh,
        client_authentication,
        oidc,
        user_info,
        calls,
        user: user?,
        claims,
        extra_data,
        policy,
        errors,
        samples: samples.checked,
    })
}
