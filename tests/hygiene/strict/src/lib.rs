//! No prelude, every name shadowed, every lint denied, several providers in one module, wrappers.
#![no_implicit_prelude]
#![deny(
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    single_use_lifetimes,
    trivial_casts,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![deny(warnings)]
#![forbid(unsafe_code)]
// Said of whatever a spec has as its title.
#![allow(clippy::doc_markdown)]

/// Whoever writes `core::…` without `::` gets this.
pub mod core {}
/// The same of `std`.
pub mod std {}
/// The same of the runtime.
pub mod authspec {}

macro_rules! shadow {
    ($($name:ident)*) => { $(
        /// Nothing that generated code could use.
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy)]
        pub struct $name;
    )* };
}
shadow!(Option Result String Vec Box Some None Ok Err Default Clone Copy Debug Iterator ToString);
shadow!(Provider Descriptor Settings Claims Template Claim Code Secret);

/// Nothing of these is what it seems either.
#[macro_export]
macro_rules! assert_eq { ($($token:tt)*) => { ::core::compile_error!("shadowed") }; }
/// The same.
#[macro_export]
macro_rules! vec { ($($token:tt)*) => { ::core::compile_error!("shadowed") }; }
/// The same.
#[macro_export]
macro_rules! concat { ($($token:tt)*) => { ::core::compile_error!("shadowed") }; }
/// The same.
#[macro_export]
macro_rules! include_bytes { ($($token:tt)*) => { ::core::compile_error!("shadowed") }; }

::authspec::provider! {
    /// Everything that the language has.
    pub struct Everything from "../../../specs/everything.toml";
}

::authspec::provider! {
    /// A second one in the same module.
    pub struct Plain from "../../../specs/plain.toml";
}

::authspec::provider! {
    /// The same spec once more under another name.
    pub(crate) struct Again from "../../../specs/plain.toml";
}

mod wrapped {
    //! A macro of one's own around the macro, with the path and the name handed through.

    macro_rules! wrapper {
        ($(#[$attribute:meta])* $visibility:vis $name:ident, $path:literal) => {
            ::authspec::provider! {
                $(#[$attribute])*
                $visibility struct $name from $path;
            }
        };
    }

    wrapper! {
        /// Through a wrapper.
        pub(super) Wrapped, "../../../specs/plain.toml"
    }
}

/// Names of every backend here, so that all of them are used.
#[must_use]
pub const fn names() -> [&'static str; 4] {
    [
        <Everything as ::authspec::Provider>::DESCRIPTOR.name,
        <Plain as ::authspec::Provider>::DESCRIPTOR.name,
        <Again as ::authspec::Provider>::DESCRIPTOR.name,
        <wrapped::Wrapped as ::authspec::Provider>::DESCRIPTOR.name,
    ]
}
