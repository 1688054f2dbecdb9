//! `[token]` and `[refresh]`.

use authspec_spec::document::TokenRequest;
use proc_macro2::TokenStream;
use quote::quote;

use crate::template;

/// The request, or nothing when it is the plain one of RFC 6749.
pub(crate) fn expand(token: &TokenRequest) -> Option<TokenStream> {
    let TokenRequest { params, access_token_optional } = token;
    if params.is_empty() && !access_token_optional {
        return None;
    }
    let params = template::pairs(params);
    let optional = access_token_optional.then(|| quote! { .access_token_optional() });
    Some(quote! { token_request(&[#(#params),*]) #optional })
}
