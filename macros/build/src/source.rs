//! Backends as formatted source.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{Backend, Error};

/// Tokens as `rustfmt` would lay them out.
///
/// # Errors
///
/// [`Error::Source`] if they are no items of a file.
pub fn source(tokens: TokenStream) -> Result<String, Error> {
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}

/// `ALL`: every backend's descriptor, for `authspec::Backends`.
pub(crate) fn all(backends: &[Backend]) -> TokenStream {
    let names = backends.iter().map(|backend| &backend.item.name);
    let krate = backends.first().map(|backend| &backend.item.krate);
    let krate = krate.cloned().unwrap_or_else(|| quote! { ::authspec });
    quote! {
        /// Every backend of this source.
        pub const ALL: &[&#krate::Descriptor] = &[
            #(<#names as #krate::Provider>::DESCRIPTOR,)*
        ];
    }
}
