//! Macros for typed settings and claims structs: builder, environment, serde, readers.
//!
//! Generated code declares the structs; these macros give them their behaviour, once for all providers.

/// Builder, environment, serde and names of a settings struct.
#[doc(hidden)]
#[macro_export]
macro_rules! __settings {
    ($name:ident of $provider:ident { $($field:ident: $type:ty),* $(,)? }) => {
        impl $name {
            /// The settings in the environment of this process, every mistake in one error.
            ///
            /// # Errors
            ///
            /// `missing_setting` or `invalid_setting`.
            pub fn from_env() -> $crate::Result<Self> {
                $crate::ProviderSettings::from_environment(&$crate::Environment::process())
            }

            $(
                #[doc = ::core::concat!("Sets [`", ::core::stringify!($field), "`](Self::", ::core::stringify!($field), ").")]
                #[must_use]
                pub fn $field(mut self, value: impl ::core::convert::Into<$type>) -> Self {
                    self.$field = $crate::__private::Some(value.into());
                    self
                }
            )*
        }

        impl $crate::ProviderSettings for $name {
            const DESCRIPTOR: &'static $crate::Descriptor =
                <$provider as $crate::Provider>::DESCRIPTOR;

            fn read(from: &$crate::__private::Resolved) -> Self {
                Self {
                    common: $crate::CommonSettings::read(from),
                    $($field: from.given(::core::stringify!($field)),)*
                }
            }

            fn write(self, to: &mut $crate::__private::RawSettings) {
                self.common.write(to);
                $(to.put(::core::stringify!($field), self.$field);)*
            }

            fn common_mut(&mut self) -> &mut $crate::CommonSettings {
                &mut self.common
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize(from)
            }
        }
    };
}

/// The reader of a claims struct, and a `Debug` that shows nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __claims {
    ($name:ident { $($field:ident = $claim:literal),* $(,)? }) => {
        impl $crate::Claims for $name {
            fn read(_from: &$crate::Object) -> $crate::Result<Self> {
                ::core::result::Result::Ok(Self {
                    $($field: $crate::__private::field(_from, $claim)?,)*
                })
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, to: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                to.write_str(::core::stringify!($name))
            }
        }
    };
}
