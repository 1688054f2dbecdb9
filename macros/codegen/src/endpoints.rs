//! `[endpoints]`.

use authspec_spec::document::Endpoints;
use proc_macro2::TokenStream;
use quote::quote;

use crate::item;

/// The number of fields.
const ENDPOINTS: usize = 7;

pub(crate) fn expand(endpoints: &Endpoints) -> Option<TokenStream> {
    let urls = endpoints.iter().map(|(name, url)| {
        let (name, url) = (item::field(name), url.value.to_string());
        quote! { #name: url(#url) }
    });
    let hosts = endpoints.hosts.as_ref().map(|hosts| {
        let hosts = hosts.iter().map(|host| &host.value);
        quote! { hosts: Some(&[#(#hosts),*]) }
    });
    let fields: Vec<TokenStream> = urls.chain(hosts).collect();
    (!fields.is_empty()).then(|| {
        let rest = (fields.len() < ENDPOINTS).then(|| quote! { ..Endpoints::EMPTY });
        quote! { endpoints: Endpoints { #(#fields,)* #rest }, }
    })
}
