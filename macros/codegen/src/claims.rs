//! `[claims]`: the typed struct.

use authspec_spec::document::{ClaimField, ClaimKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::item::{Item, field};

pub(crate) fn expand(claims: &[ClaimField], title: &str, item: &Item) -> TokenStream {
    let Item {
        visibility, krate, ..
    } = item;
    let name = item.claims();
    let summary = format!("What {title} claims about a user. `Debug` shows none of it.");
    let fields: Vec<Ident> = claims
        .iter()
        .map(|claim| field(&claim.field.value))
        .collect();
    let docs = claims.iter().map(doc);
    let types = claims.iter().map(|claim| {
        let kind = value_type(claim.kind, krate);
        if claim.required {
            kind
        } else {
            quote! { ::core::option::Option<#kind> }
        }
    });
    let names = claims.iter().map(|claim| &claim.name);
    let readers = claims.iter().map(|claim| {
        if claim.required {
            quote! { required }
        } else {
            quote! { optional }
        }
    });
    let from = if claims.is_empty() {
        quote! { _ }
    } else {
        quote! { from }
    };
    let debug_name = name.to_string();
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

        impl #krate::Claims for #name {
            fn read(#from: &#krate::Object) -> #krate::Result<Self> {
                ::core::result::Result::Ok(Self {
                    #(#fields: #krate::__private::#readers(from, #names)?,)*
                })
            }
        }

        impl ::core::fmt::Debug for #name {
            fn fmt(&self, to: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                to.write_str(#debug_name)
            }
        }
    }
}

fn doc(claim: &ClaimField) -> String {
    let name = &claim.name;
    match claim.doc.as_str() {
        "" => format!("`{name}`"),
        doc => format!("`{name}`: {doc}"),
    }
}

fn value_type(kind: ClaimKind, krate: &TokenStream) -> TokenStream {
    match kind {
        ClaimKind::Text => quote! { ::std::string::String },
        ClaimKind::Integer => quote! { ::core::primitive::u64 },
        ClaimKind::Bool => quote! { ::core::primitive::bool },
        ClaimKind::List => quote! { ::std::vec::Vec<::std::string::String> },
        ClaimKind::Json => quote! { #krate::__private::Json },
    }
}
