//! A provider under strict lints, without the prelude.
#![no_implicit_prelude]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(warnings)]

::authspec::provider! {
    /// An account at Acme.
    pub struct Acme from "good.toml";
}

mod inner {
    //! A wrapper, and visibility.
    macro_rules! provider {
        ($path:literal) => {
            ::authspec::provider! {
                /// The same, through a macro of our own.
                pub(crate) struct Wrapped from $path;
            }
        };
    }
    provider!("good.toml");
}

mod other {
    //! The runtime crate under another name.
    pub(crate) use ::authspec::*;
}

::authspec::provider! {
    /// The same, through another path.
    #[authspec(crate = crate::other)]
    pub struct Renamed from "good.toml";
}

fn main() {
    _ = RenamedSettings::default();
    let settings = AcmeSettings::default().r#type("x");
    ::core::assert!(::core::option::Option::is_some(&settings.r#type));
    _ = inner::WrappedSettings::default();
    _ = <Acme as ::authspec::Provider>::DESCRIPTOR.name;
}

use ::core::default::Default as _;
