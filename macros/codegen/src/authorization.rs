//! `[authorization]`.

use authspec_spec::document::Authorization;
use proc_macro2::TokenStream;
use quote::quote;

use crate::descriptor::list;
use crate::template;

pub(crate) fn expand(authorization: &Authorization) -> Option<TokenStream> {
    let Authorization {
        scopes,
        scope_separator,
        params,
    } = authorization;
    let scopes = list(
        "scopes",
        scopes.iter().map(|scope| {
            let scope = &scope.value;
            quote! { #scope }
        }),
    );
    let separator = scope_separator.as_ref().map(|separator| {
        let separator = &separator.value;
        quote! { scope_separator: #separator, }
    });
    let params = list("params", template::pairs(params));
    let empty = scopes.is_none() && separator.is_none() && params.is_none();
    (!empty).then(|| {
        quote! { authorization: Authorization { #scopes #separator #params ..Authorization::EMPTY }, }
    })
}
