//! `[claims]`: the typed struct.

use authspec_spec::document::{ClaimField, ClaimKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::item::{Item, field};

/// The struct; what every claims struct has is the runtime's.
pub(crate) fn expand(claims: &[ClaimField], title: &str, item: &Item) -> TokenStream {
    let Item { visibility, krate, .. } = item;
    let name = item.claims();
    let summary = format!(" What {title} claims about a user. `Debug` shows none of it.");
    let fields: Vec<Ident> = claims.iter().map(|claim| field(&claim.field.value)).collect();
    let docs = claims.iter().map(doc);
    let types = claims.iter().map(|claim| value_type(claim, krate));
    let names = claims.iter().map(|claim| &claim.name);
    quote! {
        #[doc = #summary]
        #[derive(::core::clone::Clone)]
        #[non_exhaustive]
        #visibility struct #name {
            #(
                #[doc = #docs]
                pub #fields: #types,
            )*
        }

        #krate::__private::claims!(#name { #(#fields = #names),* });
    }
}

fn doc(claim: &ClaimField) -> String {
    let ClaimField { name, doc, .. } = claim;
    if doc.is_empty() { format!(" `{name}`") } else { format!(" `{name}`: {doc}") }
}

fn value_type(claim: &ClaimField, krate: &TokenStream) -> TokenStream {
    let kind = match claim.kind {
        ClaimKind::Text => quote! { ::std::string::String },
        ClaimKind::Integer => quote! { ::core::primitive::u64 },
        ClaimKind::Bool => quote! { ::core::primitive::bool },
        ClaimKind::List => quote! { ::std::vec::Vec<::std::string::String> },
        ClaimKind::Json => quote! { #krate::__private::Json },
    };
    if claim.required {
        kind
    } else {
        quote! { ::core::option::Option<#kind> }
    }
}
