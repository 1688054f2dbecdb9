//! A checked provider to the tokens of a typed backend. Only this crate writes Rust.
//!
//! The macro, the command line and a build script call [`expand`]; it emits no tracking and no paths,
//! so that all of them give the same tokens.

mod authorization;
mod call;
mod claim;
mod claims;
mod client_authentication;
mod descriptor;
mod docs;
mod endpoints;
mod errors;
mod extra_data;
mod item;
mod list;
mod oidc;
mod policy;
mod samples;
mod settings;
mod template;
mod token;
mod user;
mod user_info;

pub use docs::settings_table;
pub use item::Item;

use authspec_spec::{Outline, Provider};
use proc_macro2::TokenStream;
use quote::quote;

/// The typed backend of a provider.
pub fn expand(provider: &Provider, item: &Item) -> TokenStream {
    let marker = item::marker(item, &docs::provider(provider), &descriptor::expand(provider));
    let capabilities = capabilities(provider, item);
    let settings = settings::expand(&provider.settings, &docs::settings(provider), item);
    let claims = claims::expand(&provider.claims, &provider.title, item);
    quote! { #marker #capabilities #settings #claims }
}

/// The capabilities of a provider, one `impl` each.
fn capabilities(provider: &Provider, item: &Item) -> TokenStream {
    let Item { krate, name, .. } = item;
    let refresh = provider.refresh.iter().map(|_| quote! { impl #krate::Refresh for #name {} });
    let endpoints = &provider.endpoints;
    let logout = endpoints.end_session.as_ref().or(endpoints.discovery.as_ref());
    let logout = logout.iter().map(|_| quote! { impl #krate::Logout for #name {} });
    quote! { #(#refresh)* #(#logout)* }
}

/// The same names without content, for a spec that is wrong: code that uses them sees the spec's
/// mistakes and nothing else.
pub fn stub(outline: &Outline, item: &Item) -> TokenStream {
    let Item { krate, name, .. } = item;
    let marker = item::marker(item, &[], &quote! { &Descriptor::EMPTY });
    let settings = settings::expand(&outline.settings, &[], item);
    let claims = claims::expand(&outline.claims, "", item);
    quote! {
        #marker
        impl #krate::Refresh for #name {}
        impl #krate::Logout for #name {}
        #settings
        #claims
    }
}

/// The samples of a provider as tests, under `cfg(test)`.
pub fn tests(provider: &Provider, item: &Item) -> TokenStream {
    samples::expand(provider, item)
}
