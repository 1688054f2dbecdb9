//! `[oidc]`.

use authspec_spec::document::{IssuerPlaceholder, Oidc};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::client_authentication::optional;
use crate::template;

pub(crate) fn expand(oidc: &Oidc) -> TokenStream {
    let Oidc {
        algorithms,
        issuer,
        issuer_placeholder,
        key_issuer,
        unsigned_help,
        span: _,
    } = oidc;
    let algorithms = algorithms.iter().map(|name| {
        let name = format_ident!("{name}");
        quote! { Algorithm::#name }
    });
    let issuer = match issuer {
        Some(issuer) => {
            let issuer = template::expand(&issuer.value);
            quote! { Some(#issuer) }
        }
        None => quote! { None },
    };
    let placeholder = match issuer_placeholder {
        Some(IssuerPlaceholder { name, claim }) => {
            quote! { Some(IssuerPlaceholder { name: #name, claim: #claim }) }
        }
        None => quote! { None },
    };
    let unsigned_help = optional(unsigned_help.as_deref());
    quote! {
        oidc: Some(Oidc {
            algorithms: &[#(#algorithms),*],
            issuer: #issuer,
            issuer_placeholder: #placeholder,
            key_issuer: #key_issuer,
            unsigned_help: #unsigned_help,
        }),
    }
}
