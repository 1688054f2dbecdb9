//! A build script over folders of specs.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::backend::files;
use crate::source::all;
use crate::{Backend, Error, load, source};

/// Specs that a build script turns into one source file.
#[derive(Clone, Debug)]
pub struct Folder {
    paths: Vec<PathBuf>,
    krate: Option<String>,
}

/// The specs of a folder and the folders in it, relative to the package; a file is fine too.
pub fn specs(path: impl AsRef<Path>) -> Folder {
    Folder { paths: vec![path.as_ref().to_owned()], krate: None }
}

impl Folder {
    /// The specs of one more folder.
    #[must_use]
    pub fn and(mut self, path: impl AsRef<Path>) -> Self {
        self.paths.push(path.as_ref().to_owned());
        self
    }

    /// The path of the runtime crate where it has another name: `::my_name`.
    #[must_use]
    pub fn krate(mut self, path: &str) -> Self {
        self.krate = Some(path.to_owned());
        self
    }

    /// The source file's text.
    ///
    /// # Errors
    ///
    /// Every mistake of every spec.
    pub fn source(&self) -> Result<String, Error> {
        let mut backends = load(&self.paths)?;
        if let Some(krate) = &self.krate {
            let path: proc_macro2::TokenStream = krate.parse().map_err(syn::Error::from)?;
            for backend in &mut backends {
                backend.item.krate = path.clone();
            }
        }
        let tokens = backends.iter().map(Backend::tokens).chain([all(&backends)]);
        source(tokens.collect())
    }

    /// Writes the source file into cargo's `OUT_DIR`, and has cargo watch folders and files.
    ///
    /// # Errors
    ///
    /// Every mistake of every spec, drawn; a folder that cannot be read.
    pub fn write(self, name: &str) -> Result<(), Error> {
        // First, so that a mended spec is noticed after a failure.
        for path in &self.paths {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        for file in files(&self.paths)? {
            println!("cargo::rerun-if-changed={}", file.display());
        }
        let folder = env::var_os("OUT_DIR").ok_or(Error::NotABuildScript)?;
        fs::write(PathBuf::from(folder).join(name), self.source()?)?;
        Ok(())
    }
}
