//! `[user_info]`.

use authspec_spec::document::UserInfo;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(user_info: &UserInfo) -> TokenStream {
    let UserInfo { scheme, headers, span: _ } = user_info;
    let scheme = &scheme.value;
    let headers = headers.iter().map(|(name, value)| {
        let (name, value) = (&name.value, &value.value);
        quote! { (#name, #value) }
    });
    quote! { user_info: Some(UserInfo { scheme: #scheme, headers: &[#(#headers),*] }), }
}
