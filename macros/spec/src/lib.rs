//! The authspec spec language: TOML text in, a checked provider or a report of every mistake out.
//!
//! ```text
//! text ──parse──▶ Table ──read──▶ Document ──check──▶ Provider
//!      └────────────┴───────────────┴───────────────▶ Report
//! ```
//!
//! Nothing here writes Rust; that is `authspec-codegen`'s. Nothing here stops at the first mistake.

pub mod check;
pub mod codes;
mod collection;
pub mod document;
mod extend;
mod json;
pub mod language;
mod load;
mod node;
#[doc(hidden)]
pub use node::quote;
pub mod provider;
mod reader;
mod render;
mod report;
mod source;
pub mod template;

pub use authspec_descriptor::claim;
use authspec_descriptor::suggest;

pub use codes::Code;
pub use collection::{Collection, Finding, Spec};
pub use load::{Loaded, Outline, load, load_text};
pub use provider::Provider;
pub use render::{render, shown_path};
pub use report::{Diagnostic, Report, printable};
pub use source::{Source, Sources, Span, Spanned};

/// The programs of the README, which compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
