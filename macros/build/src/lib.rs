//! Two doors beside the macro, for backends whose source one wants to see: a build script over a
//! folder of specs, and a whole crate. All three give the same tokens.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), authspec_build::Error> {
//!     authspec_build::specs("specs").write("providers.rs")
//! }
//! ```
//!
//! ```ignore
//! // src/lib.rs
//! include!(concat!(env!("OUT_DIR"), "/providers.rs"));
//! ```
//!
//! The file has a struct for each spec, named after its backend (`acme-login` is `AcmeLogin`), its
//! settings, its claims, its samples as tests, and `ALL`. The script runs again when a spec appears,
//! changes or vanishes, which no macro can notice.

mod backend;
mod error;
mod folder;
mod package;
mod source;

pub use backend::{Backend, camel_case, load};
pub use error::Error;
pub use folder::{Folder, specs};
pub use package::{File, Package};
pub use source::source;

/// The programs of the README, which compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
