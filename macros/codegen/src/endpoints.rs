//! `[endpoints]`.

use authspec_spec::document::Endpoints;
use proc_macro2::TokenStream;
use quote::quote;

use crate::item;

/// How many endpoints there are to name.
const ENDPOINTS: usize = 6;

pub(crate) fn expand(endpoints: &Endpoints) -> Option<TokenStream> {
    let fields: Vec<TokenStream> = endpoints
        .iter()
        .map(|(name, url)| {
            let (name, url) = (item::field(name), url.value.to_string());
            quote! { #name: url(#url) }
        })
        .collect();
    (!fields.is_empty()).then(|| {
        let rest = (fields.len() < ENDPOINTS).then(|| quote! { ..Endpoints::EMPTY });
        quote! { endpoints: Endpoints { #(#fields,)* #rest }, }
    })
}
