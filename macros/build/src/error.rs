//! Why no source was written.

use std::fmt;
use std::io;

use authspec_spec::{Finding, render};

/// Why no source was written. `Debug` draws every mistake, since that is what cargo shows of a build
/// script that fails.
pub enum Error {
    /// The specs have mistakes.
    Specs(Vec<Finding>),
    /// There is no spec.
    Empty,
    /// Two backends would have one struct.
    Struct(String),
    /// A file or folder cannot be read or written.
    Io(io::Error),
    /// Cargo's variables are not there.
    NotABuildScript,
    /// Generated source is no Rust: a mistake of authspec.
    Source(syn::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Specs(findings) => {
                let base = std::env::current_dir().unwrap_or_default();
                for Finding { diagnostic, sources } in findings {
                    write!(formatter, "\n{}\n", render(diagnostic, sources, &base))?;
                }
                Ok(())
            }
            Self::Empty => formatter.write_str("there is no spec in these folders"),
            Self::Struct(name) => write!(
                formatter,
                "two backends would both need the struct `{name}`: give one of them another name"
            ),
            Self::Io(error) => write!(formatter, "{error}"),
            Self::NotABuildScript => {
                formatter.write_str("OUT_DIR is not set: call this from a build script (build.rs)")
            }
            Self::Source(error) => write!(formatter, "the generated source is no Rust: {error}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Source(error) => Some(error),
            Self::Specs(_) | Self::Empty | Self::Struct(_) | Self::NotABuildScript => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<syn::Error> for Error {
    fn from(error: syn::Error) -> Self {
        Self::Source(error)
    }
}
