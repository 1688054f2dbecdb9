//! Many specs at once: found in folders, loaded, and held against each other.
//!
//! The command line and the build script read folders; the macro never does, since the compiler cannot
//! watch one.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{fs, io};

use crate::codes::Code;
use crate::document::KEYS;
use crate::load::{Loaded, load};
use crate::node;
use crate::provider::Provider;
use crate::render::normalize;
use crate::report::{Diagnostic, Report};
use crate::source::{Sources, Span, Spanned};

/// Specs that belong together.
#[derive(Debug, Default)]
pub struct Collection {
    /// Every spec, in the order of the paths.
    pub specs: Vec<Spec>,
}

/// One spec of a collection.
#[derive(Debug)]
pub struct Spec {
    /// The path of the spec.
    pub path: PathBuf,
    /// Its files.
    pub sources: Rc<Sources>,
    /// The provider, or everything that is wrong with it.
    pub result: Result<Provider, Vec<Diagnostic>>,
    /// The warnings.
    pub warnings: Vec<Diagnostic>,
    /// Its name and its aliases, right or wrong.
    names: Vec<Spanned<String>>,
}

/// A mistake, and the files that its places are in.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The mistake.
    pub diagnostic: Diagnostic,
    /// Its files.
    pub sources: Rc<Sources>,
}

/// The role of a TOML file in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    /// A provider's spec: it has a name.
    Spec,
    /// It has no name, and is only there to be extended.
    Base,
    /// Something else, such as a Cargo.toml.
    Other,
}

impl Collection {
    /// Loads files, and the specs of folders and the folders in them.
    ///
    /// A file that has no name is left to the specs that extend it; one that nothing extends is
    /// loaded like a spec, so that its missing name is reported.
    ///
    /// # Errors
    ///
    /// A folder that cannot be read.
    pub fn load(paths: &[PathBuf]) -> io::Result<Self> {
        let mut specs = Vec::new();
        let mut bases = Vec::new();
        let mut folders = HashSet::new();
        for path in paths {
            if path.is_dir() {
                visit(path, &mut folders, &mut specs, &mut bases)?;
            } else if paths.len() > 1 && kind(path) == FileKind::Base {
                bases.push(path.clone());
            } else {
                specs.push(path.clone());
            }
        }
        let mut seen = HashSet::new();
        specs.retain(|path| seen.insert(whole(path)));
        let mut collection = Self { specs: specs.into_iter().map(Spec::load).collect() };
        let files = collection.specs.iter().flat_map(|spec| spec.sources.iter());
        let extended: HashSet<PathBuf> = files.map(|source| whole(&source.path)).collect();
        bases.retain(|path| !extended.contains(&whole(path)));
        // A spec that does not reach its base is told so; the base is not to blame.
        if collection.specs.iter().any(Spec::lacks_a_file) {
            bases.clear();
        }
        collection.specs.extend(bases.into_iter().map(Spec::load));
        Ok(collection)
    }

    /// Every provider without mistakes of its own.
    pub fn providers(&self) -> impl Iterator<Item = (&Spec, &Provider)> {
        self.specs.iter().filter_map(|spec| Some((spec, spec.result.as_ref().ok()?)))
    }

    /// Every mistake of every spec, each once although several specs may extend its file, and every
    /// name that two of them have.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.each_once(|spec| spec.result.as_ref().err().map(Vec::as_slice));
        findings.extend(self.duplicates());
        findings
    }

    /// Every warning of every spec, each once although several specs may extend its file.
    pub fn warnings(&self) -> Vec<Finding> {
        self.each_once(|spec| Some(&spec.warnings))
    }

    fn each_once(&self, of: impl Fn(&Spec) -> Option<&[Diagnostic]>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut seen = HashSet::new();
        for spec in &self.specs {
            for diagnostic in of(spec).into_iter().flatten() {
                let place = diagnostic.labels.first().and_then(|(span, _)| {
                    let path = normalize(&spec.sources.get(span.file)?.path);
                    Some((path, span.bytes.start))
                });
                if seen.insert((place, diagnostic.code, diagnostic.message.clone())) {
                    let sources = Rc::clone(&spec.sources);
                    findings.push(Finding { diagnostic: diagnostic.clone(), sources });
                }
            }
        }
        findings
    }

    /// Backends that would share settings, callback paths and stored users.
    fn duplicates(&self) -> Vec<Finding> {
        let named: Vec<(&Spec, String, &Span)> = self
            .specs
            .iter()
            .flat_map(|spec| {
                let names = spec.names.iter();
                // Both spell the same in a setting: SOCIAL_AUTH_A_B_KEY.
                names.map(move |name| (spec, name.value.replace('-', "_"), &name.span))
            })
            .collect();
        let mut findings = Vec::new();
        for (index, (spec, name, span)) in named.iter().enumerate() {
            let earlier = named.get(..index).unwrap_or_default().iter();
            let mut others = earlier.filter(|(other, ..)| !std::ptr::eq(*other, *spec));
            if let Some((other, _, first)) = others.find(|(_, other, _)| other == name) {
                findings.push(duplicate(name, (spec, span), (other, first)));
            }
        }
        findings
    }
}

/// A path by which one file is one file.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| normalize(path))
}

impl Spec {
    /// Returns `true` if a file that the spec is made of cannot be had.
    fn lacks_a_file(&self) -> bool {
        let codes = [Code::Syntax, Code::Unreadable, Code::ExtendsCycle, Code::OutsidePackage];
        let mut mistakes = self.result.as_ref().err().into_iter().flatten();
        mistakes.any(|mistake| codes.contains(&mistake.code))
    }

    fn load(path: PathBuf) -> Self {
        let Loaded { sources, outline, result, warnings } = load(&path);
        Self { path, sources: Rc::new(sources), result, warnings, names: outline.names }
    }
}

fn duplicate(name: &str, here: (&Spec, &Span), first: (&Spec, &Span)) -> Finding {
    let mut sources = Sources::default();
    let mut place = |(spec, span): (&Spec, &Span)| {
        let source = spec.sources.get(span.file)?;
        let file = sources.add(&source.path, source.text.clone());
        Some(Span { file, bytes: span.bytes.clone() })
    };
    let whole = Span { file: 0, bytes: 0..0 };
    let (here, first) = (place(here).unwrap_or_else(|| whole.clone()), place(first));
    let message = format!("there are two backends called `{name}`");
    let diagnostic = Diagnostic::new(Code::DuplicateBackend, here, message)
        .also(first.unwrap_or(whole), "the first one")
        .help("rename one: they would share settings, callback paths and stored users");
    Finding { diagnostic, sources: Rc::new(sources) }
}

fn visit(
    folder: &Path,
    seen: &mut HashSet<PathBuf>,
    specs: &mut Vec<PathBuf>,
    bases: &mut Vec<PathBuf>,
) -> io::Result<()> {
    // A link may lead back to where it stands.
    if !seen.insert(folder.canonicalize()?) {
        return Ok(());
    }
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if name != "target" && name != "node_modules" && !name.starts_with('.') {
                visit(&path, seen, specs, bases)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            match kind(&path) {
                FileKind::Spec => specs.push(path),
                FileKind::Base => bases.push(path),
                FileKind::Other => {}
            }
        }
    }
    Ok(())
}

/// A file that cannot be read counts as a spec: loading it says why.
fn kind(path: &Path) -> FileKind {
    let text = path.is_file().then(|| fs::read_to_string(path).ok()).flatten();
    let Some(text) = text else {
        return FileKind::Spec;
    };
    let table = node::parse(&text, 0, &Report::default());
    // A name alone is no sign: other tools' files have one.
    let is_ours = |key: &str| key != "name" && KEYS.iter().any(|known| known.name == key);
    let has_ours = table.0.iter().any(|(key, _)| is_ours(&key.value));
    match (table.get("name").is_some(), has_ours) {
        (true, true) => FileKind::Spec,
        (false, true) => FileKind::Base,
        (_, false) => FileKind::Other,
    }
}
