//! `[endpoints]`.

use authspec_spec::document::Endpoints;
use proc_macro2::TokenStream;
use quote::quote;

use crate::item;

pub(crate) fn expand(endpoints: &Endpoints) -> Option<TokenStream> {
    let fields: Vec<TokenStream> = endpoints
        .iter()
        .map(|(name, url)| {
            let (name, url) = (item::field(name), url.value.to_string());
            quote! { #name: url(#url) }
        })
        .collect();
    (!fields.is_empty()).then(|| {
        quote! { endpoints: Endpoints { #(#fields,)* ..Endpoints::EMPTY }, }
    })
}
