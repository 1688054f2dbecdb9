//! Claim expressions, as the runtime's constant data.

use authspec_spec::claim::{Claim, FUNCTIONS, Function, Piece, Source, Step, Where};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(expression: &Claim) -> TokenStream {
    match expression {
        Claim::Name(name) => quote! { claim(#name) },
        Claim::Path(source, steps) => {
            let (source, steps) = (expand_source(source), steps.iter().map(expand_step));
            quote! { of(#source, &[#(#steps),*]) }
        }
        Claim::Any(claims) => {
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
            quote! { Claim::Call(#function, &[#(#arguments),*]) }
        }
    }
}

fn expand_source(source: &Source) -> TokenStream {
    match source {
        Source::Claims => quote! { Source::Claims },
        Source::Token => quote! { Source::Token },
        Source::UserInfo => quote! { Source::UserInfo },
        Source::Call(name) => quote! { Source::Call(#name) },
    }
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
