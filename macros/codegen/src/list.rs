//! A field that is a list.

use proc_macro2::TokenStream;
use quote::quote;

/// `name: &[…],`, or nothing for an empty list.
pub(crate) fn list(name: &str, items: impl Iterator<Item = TokenStream>) -> Option<TokenStream> {
    let items: Vec<TokenStream> = items.collect();
    let name = crate::item::field(name);
    (!items.is_empty()).then(|| quote! { #name: &[#(#items),*], })
}
