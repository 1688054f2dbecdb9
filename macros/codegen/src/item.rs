//! What the caller chose: the name of the backend, its visibility, attributes, and this crate's path.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

/// The struct that a spec becomes.
#[derive(Clone, Debug)]
pub struct Item {
    /// Attributes, such as docs.
    pub attributes: TokenStream,
    /// `pub`, or nothing.
    pub visibility: TokenStream,
    /// The struct.
    pub name: Ident,
    /// The path of the runtime crate, `::authspec` unless it was renamed.
    pub krate: TokenStream,
}

impl Item {
    /// A public struct of this name, without attributes.
    pub fn public(name: &str) -> Self {
        Self {
            attributes: TokenStream::new(),
            visibility: quote! { pub },
            name: Ident::new(name, Span::call_site()),
            krate: quote! { ::authspec },
        }
    }

    /// The typed settings.
    pub fn settings(&self) -> Ident {
        format_ident!("{}Settings", self.name)
    }

    /// The typed claims.
    pub fn claims(&self) -> Ident {
        format_ident!("{}Claims", self.name)
    }
}

/// The struct, and what it is a provider of.
pub(crate) fn marker(item: &Item, docs: &[String], descriptor: &TokenStream) -> TokenStream {
    let Item { attributes, visibility, name, krate } = item;
    let (settings, claims) = (item.settings(), item.claims());
    // The empty line parts them from whatever the caller wrote.
    let docs = if attributes.is_empty() { docs.get(1..).unwrap_or_default() } else { docs };
    quote! {
        #attributes
        #(#[doc = #docs])*
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #visibility struct #name;

        impl #krate::Provider for #name {
            type Settings = #settings;
            type Claims = #claims;
            const DESCRIPTOR: &'static #krate::Descriptor = {
                use #krate::__private::prelude::*;
                #descriptor
            };
        }
    }
}

/// A field or method: raw if the name is a keyword.
pub(crate) fn field(name: &str) -> Ident {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in",
        "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
        "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe",
        "unsized", "use", "virtual", "where", "while", "yield",
    ];
    if KEYWORDS.contains(&name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}
