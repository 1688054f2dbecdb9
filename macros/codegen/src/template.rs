//! Templates, as the runtime's constant data.

use authspec_spec::template::{Part, Template};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(template: &Template) -> TokenStream {
    let parts = template.0.iter().map(|part| match part {
        Part::Text(text) => quote! { Part::Text(#text) },
        Part::Setting(name) => quote! { Part::Setting(#name) },
        Part::Origin(name) => quote! { Part::Origin(#name) },
    });
    quote! { template(&[#(#parts),*]) }
}

/// `("name", template)` pairs.
pub(crate) fn pairs(
    pairs: &[(
        authspec_spec::Spanned<String>,
        authspec_spec::Spanned<Template>,
    )],
) -> impl Iterator<Item = TokenStream> {
    pairs.iter().map(|(name, value)| {
        let (name, value) = (&name.value, expand(&value.value));
        quote! { (#name, #value) }
    })
}
