//! `[authorization]`.

use authspec_spec::document::Authorization;
use proc_macro2::TokenStream;
use quote::quote;

use crate::template;

/// The request, or nothing when it is the plain one of RFC 6749.
pub(crate) fn expand(authorization: &Authorization) -> Option<TokenStream> {
    let Authorization { scopes, scope_separator, params, pkce_verifier_length } = authorization;
    let options = [scope_separator.is_some(), !params.is_empty(), pkce_verifier_length.is_some()];
    if scopes.is_empty() && !options.contains(&true) {
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
    let verifier = pkce_verifier_length.as_ref().map(|length| {
        let length = proc_macro2::Literal::u64_unsuffixed(length.value);
        quote! { .pkce_verifier_length(#length) }
    });
    Some(quote! { authorization: authorization(&[#(#scopes),*]) #separator #params #verifier, })
}
