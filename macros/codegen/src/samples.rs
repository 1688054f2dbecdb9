//! `[[sample]]`: each one a test of the crate that invokes the macro.

use authspec_spec::Provider;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::Item;

pub(crate) fn expand(provider: &Provider, item: &Item) -> TokenStream {
    let Item { krate, name, .. } = item;
    // One spec may be two structs, and both have tests.
    let prefix = name.to_string().to_ascii_lowercase();
    let tests = provider.samples.iter().map(|sample| {
        let test = format_ident!("{prefix}_sample_{}", sample.name);
        let json = &sample.json;
        quote! {
            #[cfg(test)]
            #[::core::prelude::v1::test]
            fn #test() -> ::core::result::Result<(), #krate::__private::Mismatch> {
                #krate::__private::check_sample(<#name as #krate::Provider>::DESCRIPTOR, #json)
            }
        }
    });
    quote! { #(#tests)* }
}
