//! A whole crate of source: what `authspec crate` writes.

use std::fs;
use std::path::{Path, PathBuf};

use authspec_codegen::settings_table;
use authspec_spec::document::variable;
use authspec_spec::{Provider, quote as quoted};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::source::all;
use crate::{Backend, Error, source};

/// A crate with one module for each backend. It needs the runtime and no macro.
#[derive(Clone, Debug)]
pub struct Package {
    /// The crate's name.
    pub name: String,
    /// Its backends.
    pub backends: Vec<Backend>,
    /// The runtime as a dependency in Cargo.toml; the published version if absent.
    pub authspec: Option<PathBuf>,
}

/// A file of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the crate.
    pub path: PathBuf,
    /// The text of the file.
    pub text: String,
}

/// The comment at the head of generated source.
const HEAD: &str = "// Written by `authspec crate`. Change the spec and write it again.\n\n";

impl Package {
    /// Every file of the crate.
    ///
    /// # Errors
    ///
    /// [`Error::Source`] if generated source is no Rust.
    pub fn files(&self) -> Result<Vec<File>, Error> {
        let mut files = vec![
            File { path: "Cargo.toml".into(), text: self.manifest() },
            File { path: "README.md".into(), text: self.readme() },
            File { path: "src/lib.rs".into(), text: format!("{HEAD}{}", source(self.root())?) },
        ];
        for backend in &self.backends {
            let path = Path::new("src").join(backend.module()).with_extension("rs");
            files.push(File { path, text: format!("{HEAD}{}", source(backend.tokens())?) });
        }
        Ok(files)
    }

    /// Writes the crate into a folder, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// A file that cannot be written, or one that somebody else has written: nothing that this
    /// function did not write is replaced.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, Error> {
        let files = self.files()?;
        for file in &files {
            let path = folder.join(&file.path);
            if path.is_file() && !is_ours(&fs::read_to_string(&path)?) {
                let message = format!("{} is not a file that this command wrote", path.display());
                return Err(std::io::Error::new(std::io::ErrorKind::AlreadyExists, message).into());
            }
        }
        for file in &files {
            let path = folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, &file.text)?;
        }
        self.remove_stale(folder)?;
        Ok(files.into_iter().map(|file| folder.join(file.path)).collect())
    }

    /// Takes away modules that an earlier call wrote, of backends that are gone.
    fn remove_stale(&self, folder: &Path) -> Result<(), Error> {
        for entry in fs::read_dir(folder.join("src"))? {
            let path = entry?.path();
            let module = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let is_known =
                module == "lib" || self.backends.iter().any(|backend| backend.module() == module);
            let is_rust = path.extension().is_some_and(|extension| extension == "rs");
            let is_ours = || fs::read_to_string(&path).is_ok_and(|text| is_ours(&text));
            if !is_known && is_rust && is_ours() {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn root(&self) -> TokenStream {
        let titles: Vec<&str> =
            self.backends.iter().map(|backend| backend.provider.title.as_str()).collect();
        let doc = format!(" Sign in with {}.", titles.join(", "));
        let modules = self.backends.iter().map(|backend| {
            let module = format_ident!("{}", backend.module());
            let doc = format!(" {}.", backend.provider.title);
            let item = &backend.item;
            let (name, settings, claims) = (&item.name, item.settings(), item.claims());
            quote! {
                #[doc = #doc]
                mod #module;
                pub use #module::{#name, #claims, #settings};
            }
        });
        let all = all(&self.backends);
        quote! {
            #![doc = #doc]
            #(#modules)*
            #all
        }
    }

    fn manifest(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let source = match &self.authspec {
            Some(path) => format!("path = {}", quoted(&path.display().to_string())),
            None => format!("version = \"={version}\""),
        };
        let names: Vec<&str> =
            self.backends.iter().map(|backend| backend.provider.title.as_str()).collect();
        let name = quoted(&self.name);
        let description = quoted(&format!("Sign in with {}", names.join(", ")));
        format!(
            "# Written by `authspec crate`. Change the spec and write it again.\n\n\
             [package]\nname = {name}\ndescription = {description}\nversion = \"0.1.0\"\n\
             edition = \"2024\"\nrust-version = \"1.88\"\n\n\
             [dependencies]\n\
             # Without its default feature: nothing here is expanded by a macro of authspec.\n\
             authspec = {{ {source}, default-features = false }}\n\n\
             # A crate of its own, wherever it lies.\n[workspace]\n"
        )
    }

    fn readme(&self) -> String {
        let mut text = format!(
            "<!-- Written by `authspec crate`. Change the spec and write it again. -->\n\n\
             # {}\n\n",
            self.name
        );
        for backend in &self.backends {
            let (provider, name) = (&backend.provider, &backend.item.name);
            let id = &provider.name;
            let krate = self.name.replace('-', "_");
            let (key, secret) = (variable(id, "key"), variable(id, "secret"));
            text.push_str(&format!("## {}\n\n", provider.title));
            if let Some(doc) = &provider.doc {
                text.push_str(&format!("{}\n\n", doc.trim()));
            }
            text.push_str(&format!(
                "Backend `{id}`, struct `{name}`. Its callback path is `/complete/{id}/`.\n\n\
                 ```rust,ignore\n\
                 // {key} and {secret}\n\
                 let client = authspec::Client::<{krate}::{name}>::from_env()?;\n\
                 let started = client.begin(\"https://app.example/complete/{id}/\").await?;\n```\n\n\
                 {}\n",
                settings(provider)
            ));
        }
        text
    }
}

/// The provider's own settings; the others are authspec's.
fn settings(provider: &Provider) -> String {
    let common =
        "The settings that every backend has (KEY, SECRET, SCOPE, …) come with authspec.\n";
    if provider.settings.is_empty() {
        return format!("It has no settings of its own. {common}");
    }
    format!("{}\n{common}", settings_table(provider))
}

/// Returns `true` if this command wrote a text.
fn is_ours(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains("Written by `authspec crate`"))
}
