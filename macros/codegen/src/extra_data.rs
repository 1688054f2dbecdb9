//! `[extra_data]`.

use authspec_spec::document::ExtraDatum;
use proc_macro2::TokenStream;
use quote::quote;

use crate::claim;

pub(crate) fn expand(datum: &ExtraDatum) -> TokenStream {
    let ExtraDatum { key, from, skip_empty } = datum;
    let from = claim::expand(&from.value);
    let constructor = if *skip_empty {
        quote! { stored_if_any }
    } else {
        quote! { stored }
    };
    quote! { #constructor(#key, #from) }
}
