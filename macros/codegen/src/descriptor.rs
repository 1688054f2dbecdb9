//! The const descriptor: every construct in the order of the spec, in its words.

use authspec_spec::Provider;
use proc_macro2::TokenStream;
use quote::quote;

use crate::list::list;
use crate::{
    authorization, call, client_authentication, endpoints, errors, extra_data, oidc, policy,
    settings, token, user, user_info,
};

/// A field of the descriptor; what a spec does not declare is left to `Descriptor::EMPTY`.
pub(crate) fn expand(provider: &Provider) -> TokenStream {
    // No `..`: a new construct must be lowered here.
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
    let aliases = list(
        "aliases",
        aliases.iter().map(|alias| {
            let alias = &alias.value;
            quote! { #alias }
        }),
    );
    let settings = list("settings", settings.iter().map(settings::descriptor));
    let variables = list(
        "variables",
        variables.iter().map(|entry| {
            let (setting, variable) = (&entry.setting.value, &entry.variable.value);
            quote! { (#setting, #variable) }
        }),
    );
    let endpoints = endpoints::expand(endpoints);
    let authorization = authorization::expand(authorization);
    let token = token::expand(token).map(|token| quote! { token: #token, });
    let refresh = refresh.as_ref().map(|refresh| {
        let request = token::expand(refresh).unwrap_or_else(|| quote! { TokenRequest::EMPTY });
        quote! { refresh: Some(#request), }
    });
    let client_authentication = list(
        "client_authentication",
        client_authentication.iter().map(client_authentication::expand),
    );
    let oidc = oidc.as_ref().map(oidc::expand);
    let user_info = user_info.as_ref().map(user_info::expand);
    let calls = list("calls", calls.iter().map(call::expand));
    let user = user::expand(user);
    let extra_data = list("extra_data", extra_data.iter().map(extra_data::expand));
    let policy = list("policy", policy.iter().map(policy::expand));
    let errors = list("errors", errors.iter().map(errors::expand));
    let lists = [
        &aliases,
        &settings,
        &variables,
        &client_authentication,
        &calls,
        &extra_data,
        &policy,
        &errors,
    ];
    let others = [&endpoints, &authorization, &token, &refresh, &oidc, &user_info];
    let is_whole = lists.into_iter().chain(others).all(Option::is_some);
    let rest = (!is_whole).then(|| quote! { ..Descriptor::EMPTY });
    quote! {
        &Descriptor {
            name: #name,
            title: #title,
            #aliases
            #settings
            #variables
            #endpoints
            #authorization
            #token
            #refresh
            #client_authentication
            #oidc
            #user_info
            #calls
            #user
            #extra_data
            #policy
            #errors
            #rest
        }
    }
}
