//! The macro door: `provider!` finds the spec, has it checked and expanded, and tracks its files.

#![cfg_attr(
    feature = "nightly-spans",
    feature(proc_macro_diagnostic, proc_macro_expand, proc_macro_span)
)]

mod input;
mod locate;
#[cfg(feature = "nightly-spans")]
mod nightly;
#[cfg(test)]
mod tests;

use std::path::Path;

use authspec_codegen::{expand, stub, tests};
use authspec_spec::{Loaded, Sources, load, render};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::input::Input;

/// Expands a provider's spec into a typed backend.
///
/// ```ignore
/// authspec::provider! {
///     /// Sign in with our own identity provider.
///     pub struct Acme from "acme.toml";
/// }
/// ```
///
/// The path is relative to the file that holds the literal. `Acme` becomes the backend,
/// `AcmeSettings` its typed settings, `AcmeClaims` its typed claims; each `[[sample]]` becomes a test.
/// Every mistake of the spec, and of the specs it extends, is an error of this invocation.
///
/// If the runtime crate has another name, add `#[authspec(crate = ::my_name)]`.
#[proc_macro]
pub fn provider(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match syn::parse::<Input>(input) {
        Ok(input) => {
            let Expansion { tracking, code } = door(&input);
            quote! { #tracking #code }
        }
        Err(error) => error.to_compile_error(),
    }
    .into()
}

/// The expansion of an invocation.
struct Expansion {
    /// The items that make the compiler watch the spec's files, which only the macro emits.
    tracking: TokenStream,
    /// The backend, or the spec's mistakes.
    code: TokenStream,
}

fn door(input: &Input) -> Expansion {
    let Input { item, path } = input;
    let found = match locate::spec(path) {
        Ok(found) => found,
        Err(message) => {
            let error = compile_error(&message, path.span());
            let stub = stub(&authspec_spec::Outline::default(), item);
            return Expansion { tracking: TokenStream::new(), code: quote! { #error #stub } };
        }
    };
    // A macro cannot warn on stable Rust: `authspec check` shows warnings.
    let Loaded { sources, outline, result, warnings: _ } = load(&found);
    let tracking = sources.iter().filter_map(|source| track(&source.path));
    let code = match result {
        Ok(provider) => {
            let (code, tests) = (expand(&provider, item), tests(&provider, item));
            quote! { #code #tests }
        }
        Err(diagnostics) => {
            let errors = errors(&diagnostics, &sources, path.span());
            let stub = stub(&outline, item);
            quote! { #errors #stub }
        }
    };
    Expansion { tracking: tracking.collect(), code }
}

/// Makes the compiler watch a file: an edit expands the macro again.
fn track(path: &Path) -> Option<TokenStream> {
    let path = std::path::absolute(path).ok().filter(|path| path.is_file())?;
    let path = path.to_str()?;
    Some(quote! { const _: &[::core::primitive::u8] = ::core::include_bytes!(#path); })
}

/// One error a mistake, with the spec's own lines in it; at the spec's own lines where the compiler can.
fn errors(diagnostics: &[authspec_spec::Diagnostic], sources: &Sources, span: Span) -> TokenStream {
    #[cfg(feature = "nightly-spans")]
    if proc_macro::is_available() && nightly::report(diagnostics, sources) {
        return TokenStream::new();
    }
    let base = std::env::current_dir().unwrap_or_default();
    diagnostics
        .iter()
        .map(|diagnostic| {
            let text = render(diagnostic, sources, &base);
            // rustc writes its own `error:` before the text.
            compile_error(
                text.strip_prefix("error").unwrap_or(&text).trim_start_matches(": "),
                span,
            )
        })
        .collect()
}

fn compile_error(message: &str, span: Span) -> TokenStream {
    quote_spanned! { span => ::core::compile_error! { #message } }
}
