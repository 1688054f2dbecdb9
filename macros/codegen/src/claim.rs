//! Claim expressions, as the runtime's constant data.

use authspec_spec::claim::{Claim, FUNCTIONS, Function, Piece, Source, Step, Where};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(expression: &Claim) -> TokenStream {
    match expression {
        Claim::Name(name) => quote! { claim(#name) },
        Claim::Path(source, steps) => {
            if let (Source::Token, [Step::Key(name)]) = (source, steps.as_slice()) {
                return quote! { token(#name) };
            }
            let steps = steps.iter().map(expand_step);
            match source {
                Source::Claims => quote! { path(&[#(#steps),*]) },
                Source::Token => quote! { Claim::Path(Source::Token, &[#(#steps),*]) },
                Source::UserInfo => quote! { Claim::Path(Source::UserInfo, &[#(#steps),*]) },
                Source::Call(name) => quote! { reply(#name, &[#(#steps),*]) },
            }
        }
        Claim::Any(claims) => {
            if let Some(names) = all_names(claims) {
                return quote! { names(&[#(#names),*]) };
            }
            let claims = claims.iter().map(expand);
            quote! { Claim::Any(&[#(#claims),*]) }
        }
        Claim::Text(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Literal(text) => quote! { Piece::Literal(#text) },
                Piece::Value(value) => {
                    let value = expand(value);
                    quote! { Piece::Value(#value) }
                }
            });
            quote! { Claim::Text(&[#(#pieces),*]) }
        }
        Claim::Call(function, arguments) => {
            let function = expand_function(*function);
            let arguments = arguments.iter().map(expand);
            quote! { function(#function, &[#(#arguments),*]) }
        }
    }
}

/// The names, when every alternative is one.
fn all_names(claims: &[Claim]) -> Option<Vec<&str>> {
    claims
        .iter()
        .map(|claim| match claim {
            Claim::Name(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}

fn expand_step(step: &Step) -> TokenStream {
    match step {
        Step::Key(name) => quote! { Step::Key(#name) },
        Step::Index(index) => quote! { Step::Index(#index) },
        Step::Where(tests) => {
            let tests = tests.iter().map(|test| match test {
                Where::True(name) => quote! { Where::True(#name) },
                Where::Equals(name, text) => quote! { Where::Equals(#name, #text) },
            });
            quote! { Step::Where(&[#(#tests),*]) }
        }
    }
}

fn expand_function(function: Function) -> TokenStream {
    debug_assert!(FUNCTIONS.iter().any(|(_, known, _)| *known == function));
    match function {
        Function::FirstWord => quote! { Function::FirstWord },
        Function::RestWords => quote! { Function::RestWords },
        Function::Join => quote! { Function::Join },
        Function::LocalPart => quote! { Function::LocalPart },
        Function::Address => quote! { Function::Address },
    }
}
