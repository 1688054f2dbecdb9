//! `[authorization]`.

use authspec_spec::document::Authorization;
use proc_macro2::TokenStream;
use quote::quote;

use crate::template;

/// The request, or nothing when it is the plain one of RFC 6749.
pub(crate) fn expand(authorization: &Authorization) -> Option<TokenStream> {
    let Authorization { scopes, scope_separator, params } = authorization;
    if scopes.is_empty() && scope_separator.is_none() && params.is_empty() {
        return None;
    }
    let scopes = scopes.iter().map(|scope| &scope.value);
    let separator = scope_separator.as_ref().map(|separator| {
        let separator = &separator.value;
        quote! { .scope_separator(#separator) }
    });
    let params = (!params.is_empty()).then(|| {
        let params = template::pairs(params);
        quote! { .params(&[#(#params),*]) }
    });
    Some(quote! { authorization: authorization(&[#(#scopes),*]) #separator #params, })
}
