//! Templates, in their own words.

use authspec_spec::Spanned;
use authspec_spec::template::Template;
use proc_macro2::TokenStream;
use quote::quote;

/// `("name", "template")` pairs.
pub(crate) fn pairs(
    pairs: &[(Spanned<String>, Spanned<Template>)],
) -> impl Iterator<Item = TokenStream> {
    pairs.iter().map(|(name, value)| {
        let (name, value) = (&name.value, value.value.to_string());
        quote! { (#name, #value) }
    })
}
