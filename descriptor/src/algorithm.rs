//! The signature algorithms of ID tokens, logout tokens and client assertions.

use std::fmt;
use std::str::FromStr;

/// Declares the algorithms, each with its name in JOSE headers.
macro_rules! algorithms {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A signature algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1): the asymmetric ones that this
        /// crate can verify.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Algorithm { $($(#[$doc])* $name,)* }

        impl Algorithm {
            /// Every algorithm.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in JOSE headers, such as `RS256`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

algorithms! {
    /// RSA with PKCS #1 v1.5 and SHA-256.
    RS256,
    /// RSA with PKCS #1 v1.5 and SHA-384.
    RS384,
    /// RSA with PKCS #1 v1.5 and SHA-512.
    RS512,
    /// RSA with PSS and SHA-256.
    PS256,
    /// RSA with PSS and SHA-384.
    PS384,
    /// RSA with PSS and SHA-512.
    PS512,
    /// ECDSA on the curve P-256 with SHA-256.
    ES256,
    /// ECDSA on the curve P-384 with SHA-384.
    ES384,
    /// Ed25519.
    EdDSA,
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The error of a name that is not an [`Algorithm`], which includes `none` and the symmetric ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAlgorithm;

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the text is not the name of a supported signature algorithm")
    }
}

impl std::error::Error for UnknownAlgorithm {}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads a name as JOSE headers have it, in its own case.
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL.iter().copied().find(|known| known.as_str() == name).ok_or(UnknownAlgorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_jose_headers() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.as_str().parse(), Ok(*algorithm));
            assert_eq!(algorithm.to_string(), algorithm.as_str());
        }
        for wrong in ["none", "HS256", "rs256", "EDDSA", "ES512", ""] {
            assert_eq!(wrong.parse::<Algorithm>(), Err(UnknownAlgorithm), "{wrong}");
        }
    }
}
