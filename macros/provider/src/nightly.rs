//! Real places in the TOML files, for compilers that have them (feature `nightly-spans`).
//!
//! `include_str!` of a file, expanded here, gives a literal whose parts have places in that file. All
//! that is unstable is in this module.

use std::collections::HashMap;

use authspec_spec::{Diagnostic, Sources, Span};
use proc_macro::{Level, Literal, TokenStream, TokenTree};
use quote::quote;

/// The files of a spec as literals, each expanded once.
struct Files<'s> {
    sources: &'s Sources,
    literals: HashMap<usize, Option<Literal>>,
}

/// Reports mistakes at their own places; says whether all of them could be.
pub(crate) fn report(diagnostics: &[Diagnostic], sources: &Sources) -> bool {
    let mut files = Files { sources, literals: HashMap::new() };
    let placed: Option<Vec<_>> =
        diagnostics.iter().map(|diagnostic| files.place(diagnostic)).collect();
    let Some(placed) = placed else {
        return false;
    };
    for diagnostic in placed {
        diagnostic.emit();
    }
    true
}

impl Files<'_> {
    fn place(&mut self, diagnostic: &Diagnostic) -> Option<proc_macro::Diagnostic> {
        let message = format!("[{}]: {}", diagnostic.code, diagnostic.message);
        let (main, label) = diagnostic.labels.first()?;
        let mut placed = proc_macro::Diagnostic::spanned(self.span(main)?, Level::Error, message);
        if !label.is_empty() {
            placed = placed.note(label.as_str());
        }
        for (span, label) in diagnostic.labels.iter().skip(1) {
            placed = placed.span_note(self.span(span)?, label.as_str());
        }
        Some(match &diagnostic.help {
            Some(help) => placed.help(help.as_str()),
            None => placed,
        })
    }

    fn span(&mut self, span: &Span) -> Option<proc_macro::Span> {
        let literal = match self.literals.get(&span.file) {
            Some(known) => known.as_ref(),
            None => {
                let literal = self.literal(span.file);
                self.literals.entry(span.file).or_insert(literal).as_ref()
            }
        };
        let text = &self.sources.get(span.file)?.text;
        literal?.subspan(place(text, span.bytes.start)..place(text, span.bytes.end))
    }

    /// The file as the literal that `include_str!` gives.
    fn literal(&self, file: usize) -> Option<Literal> {
        let path = std::path::absolute(&self.sources.get(file)?.path).ok()?;
        let path = path.to_str()?;
        let call: TokenStream = quote! { ::core::include_str!(#path) }.into();
        match call.expand_expr().ok()?.into_iter().next()? {
            TokenTree::Literal(literal) => Some(literal),
            _ => None,
        }
    }
}

/// A byte of a file as the compiler counts it: without a byte order mark, and a line end as one byte.
fn place(text: &str, byte: usize) -> usize {
    let before = text.get(..byte).unwrap_or(text);
    let mark = if before.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    byte - mark - before.matches("\r\n").count()
}
