//! Rules that both halves of authspec read, without any dependency: the spec language at compile time,
//! and the runtime for what an operator or a descriptor that was written by hand says.

mod algorithm;
pub mod claim;
mod mutable_claims;
pub mod reserved;
pub mod suggest;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use mutable_claims::MUTABLE_CLAIMS;
