//! `[oidc]`.

use authspec_spec::document::{IssuerPlaceholder, Oidc};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

pub(crate) fn expand(oidc: &Oidc) -> TokenStream {
    let Oidc { algorithms, issuer, issuer_placeholder, key_issuer, unsigned_help, span: _ } = oidc;
    let algorithms = algorithms.iter().map(|algorithm| {
        let name = format_ident!("{}", algorithm.as_str());
        quote! { Algorithm::#name }
    });
    let issuer = issuer.as_ref().map(|issuer| {
        let issuer = issuer.value.to_string();
        quote! { .issuer(#issuer) }
    });
    let placeholder = issuer_placeholder.as_ref().map(|placeholder| {
        let IssuerPlaceholder { name, claim } = placeholder;
        let claim = &claim.value;
        quote! { .issuer_placeholder(#name, #claim) }
    });
    let key_issuer = key_issuer.then(|| quote! { .key_issuer() });
    let help = unsigned_help.as_ref().map(|help| quote! { .unsigned_help(#help) });
    quote! { oidc: Some(oidc(&[#(#algorithms),*]) #issuer #placeholder #key_issuer #help), }
}
