//! `[errors]`.

use authspec_spec::document::ErrorCode;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

pub(crate) fn expand(code: &ErrorCode) -> TokenStream {
    let ErrorCode { theirs, ours: name } = code;
    let name = format_ident!("{name}");
    quote! { (#theirs, Code::#name) }
}
