//! One backend: a checked provider, and the struct that it becomes.

use std::collections::HashSet;
use std::path::PathBuf;

use authspec_codegen::{Item, expand, tests};
use authspec_spec::{Collection, Provider};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Error;

/// A provider and the struct that it becomes.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The provider.
    pub provider: Provider,
    /// The struct.
    pub item: Item,
}

/// Every backend of these specs and folders of specs.
///
/// # Errors
///
/// [`Error::Specs`] with every mistake of every spec; [`Error::Io`] for a folder that cannot be read;
/// [`Error::Struct`] for two backends whose structs would have one name; [`Error::Empty`] for folders
/// without specs.
pub fn load(paths: &[PathBuf]) -> Result<Vec<Backend>, Error> {
    let collection = Collection::load(paths)?;
    let findings = collection.findings();
    if !findings.is_empty() {
        return Err(Error::Specs(findings));
    }
    let backends: Vec<Backend> = collection
        .providers()
        .map(|(_, provider)| Backend {
            provider: provider.clone(),
            item: Item::public(&camel_case(&provider.name)),
        })
        .collect();
    if backends.is_empty() {
        return Err(Error::Empty);
    }
    let mut seen = HashSet::new();
    for Backend { item, .. } in &backends {
        for name in [item.name.clone(), item.settings(), item.claims()] {
            // In lower case, as the names of tests have it.
            if !seen.insert(name.to_string().to_lowercase()) {
                return Err(Error::Struct(name.to_string()));
            }
        }
    }
    Ok(backends)
}

/// Every file that the specs of these paths are made of.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let collection = Collection::load(paths)?;
    let sources = collection.specs.iter().flat_map(|spec| spec.sources.iter());
    let mut files: Vec<PathBuf> = sources.map(|source| source.path.clone()).collect();
    files.sort();
    files.dedup();
    Ok(files)
}

impl Backend {
    /// The typed backend, and its samples as tests: what the macro emits, but for the tracking of
    /// files.
    pub fn tokens(&self) -> TokenStream {
        let (code, tests) = (expand(&self.provider, &self.item), tests(&self.provider, &self.item));
        quote! { #code #tests }
    }

    /// A module for the backend: its name in snake case.
    pub fn module(&self) -> String {
        let name = self.provider.name.replace('-', "_");
        // `type` and `std` are good names of backends, and no names of modules.
        let is_free =
            syn::parse_str::<syn::Ident>(&name).is_ok() && !TAKEN.contains(&name.as_str());
        if is_free { name } else { format!("{name}_backend") }
    }
}

/// Names that mean something else as a module or its file: to cargo, to the compiler, or in a path.
const TAKEN: &[&str] = &[
    "alloc",
    "authspec",
    "build",
    "clippy",
    "core",
    "gen",
    "lib",
    "main",
    "proc_macro",
    "rustfmt",
    "std",
    "test",
];

/// The struct of a backend by default: `acme-login_v2` is `AcmeLoginV2`.
pub fn camel_case(name: &str) -> String {
    if name == "self" {
        return "SelfBackend".to_owned();
    }
    name.split(['-', '_'])
        .map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
        })
        .collect()
}
