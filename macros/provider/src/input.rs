//! What stands between the braces: `#[doc = …] pub struct Acme from "acme.toml";`
//!
//! syn is built without its syntax tree, which would cost every user's build seconds: attributes and
//! visibility are passed on as tokens.

use authspec_codegen::Item;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token, bracketed, parenthesized, token};

/// The struct, and the path of its spec.
pub(crate) struct Input {
    pub(crate) item: Item,
    pub(crate) path: LitStr,
}

mod keyword {
    syn::custom_keyword!(authspec);
    syn::custom_keyword!(from);
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (attributes, krate) = attributes(input)?;
        let visibility = visibility(input)?;
        input.parse::<Token![struct]>()?;
        let name: Ident = input.parse()?;
        input.parse::<keyword::from>()?;
        let path: LitStr = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![;]>()?;
        }
        if !input.is_empty() {
            return Err(input.error("one `provider!` holds one struct"));
        }
        Ok(Self { item: Item { attributes, visibility, name, krate }, path })
    }
}

/// The caller's attributes, and the path of the runtime crate if one of them says it.
fn attributes(input: ParseStream<'_>) -> syn::Result<(TokenStream, TokenStream)> {
    let mut kept = TokenStream::new();
    let mut krate = quote! { ::authspec };
    while input.peek(Token![#]) {
        input.parse::<Token![#]>()?;
        let content;
        bracketed!(content in input);
        if content.peek(keyword::authspec) {
            content.parse::<keyword::authspec>()?;
            let arguments;
            parenthesized!(arguments in content);
            arguments.parse::<Token![crate]>()?;
            arguments.parse::<Token![=]>()?;
            krate = arguments.parse()?;
        } else {
            let tokens: TokenStream = content.parse()?;
            kept.extend(quote! { #[#tokens] });
        }
    }
    Ok((kept, krate))
}

/// Nothing, `pub`, or `pub(…)`.
fn visibility(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if !input.peek(Token![pub]) {
        return Ok(TokenStream::new());
    }
    input.parse::<Token![pub]>()?;
    if !input.peek(token::Paren) {
        return Ok(quote! { pub });
    }
    let content;
    parenthesized!(content in input);
    let tokens: TokenStream = content.parse()?;
    Ok(quote! { pub(#tokens) })
}
