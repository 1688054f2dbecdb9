//! A checked provider as the runtime's descriptor, without compiling: `check` runs samples with it,
//! and any command takes a spec where it takes a backend.
//!
//! This says a second time what `authspec-codegen` says in tokens; a test holds both equal for every
//! spec of this repository. Descriptors are `'static`, so what is made here is never freed: it is for
//! a command that ends, not for a server that reads specs all day.

mod claim;
mod policy;
mod request;
mod samples;
mod setting;
mod user;

use authspec::Descriptor;
use authspec::descriptor::{Endpoints, Template};
use authspec_spec::{Provider, Spanned};

pub use samples::run as run_samples;

/// The provider as the runtime knows it.
pub fn descriptor(provider: &Provider) -> &'static Descriptor {
    // No `..`: a new construct must be carried over here.
    let Provider {
        name,
        title,
        doc: _,
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
        user,
        claims: _,
        extra_data,
        policy,
        errors,
        samples: _,
    } = provider;
    let endpoint = |url: &Option<Spanned<authspec_spec::template::Template>>| {
        url.as_ref().map(|url| Template(text(&url.value)))
    };
    let descriptor = Descriptor {
        name: text(name),
        title: text(title),
        aliases: list(aliases, |alias| text(&alias.value)),
        settings: list(settings, setting::setting),
        variables: list(variables, |entry| {
            (text(&entry.setting.value), text(&entry.variable.value))
        }),
        endpoints: Endpoints {
            authorization: endpoint(&endpoints.authorization),
            token: endpoint(&endpoints.token),
            discovery: endpoint(&endpoints.discovery),
            keys: endpoint(&endpoints.keys),
            user_info: endpoint(&endpoints.user_info),
            end_session: endpoint(&endpoints.end_session),
            hosts: endpoints.hosts.as_ref().map(|hosts| list(hosts, |host| text(&host.value))),
        },
        authorization: request::authorization(authorization),
        token: request::token(token),
        refresh: refresh.as_ref().map(request::token),
        client_authentication: list(client_authentication, request::client_authentication),
        oidc: oidc.as_ref().map(request::oidc),
        user_info: user_info.as_ref().map(request::user_info),
        calls: list(calls, request::call),
        user: user::user(user),
        extra_data: list(extra_data, user::extra_datum),
        policy: list(policy, policy::rule),
        errors: list(errors, |error| (text(&error.theirs), policy::code(error.ours))),
    };
    Box::leak(Box::new(descriptor))
}

fn text(text: &impl ToString) -> &'static str {
    text.to_string().leak()
}

fn texts(texts: &[String]) -> &'static [&'static str] {
    list(texts, text)
}

fn list<T, U>(items: &[T], change: impl FnMut(&T) -> U) -> &'static [U] {
    items.iter().map(change).collect::<Vec<U>>().leak()
}
