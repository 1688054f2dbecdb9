//! From a path to a checked provider: the file, what it extends, and its samples.

use std::path::{Path, PathBuf};

use crate::check;
use crate::codes::Code;
use crate::document::{self, ClaimField, Setting};
use crate::extend::extend;
use crate::json;
use crate::node::{self, Node, Table, Value};
use crate::provider::Provider;
use crate::render::normalize;
use crate::report::{Diagnostic, Report};
use crate::source::{Sources, Span, Spanned};
use crate::suggest::nearest;

/// The keys that a file does not pass on to the files that extend it.
const OWN_KEYS: &[&str] = &["name", "title", "doc", "aliases", "extends", "sample"];

/// The longest chain of files that extend one another.
const MAX_EXTENDS: usize = 8;

/// The largest file that is read, in bytes.
const MAX_LENGTH: u64 = 1024 * 1024;

/// A spec that was read, well or badly.
#[derive(Debug)]
pub struct Loaded {
    /// Every file that was read, the spec itself first: what it extends, and samples.
    pub sources: Sources,
    /// The names that generated code has, as far as they could be read: stubs are made of these
    /// when the provider is wrong.
    pub outline: Outline,
    /// The provider, or everything that is wrong with it.
    pub result: Result<Provider, Vec<Diagnostic>>,
    /// The warnings.
    pub warnings: Vec<Diagnostic>,
}

/// The names, settings and claims of a spec, right or wrong.
#[derive(Debug, Default)]
pub struct Outline {
    /// Its settings whose names can be fields.
    pub settings: Vec<Setting>,
    /// Its claims whose names can be fields.
    pub claims: Vec<ClaimField>,
    /// Its name and its aliases.
    pub names: Vec<Spanned<String>>,
}

/// Reads and checks the spec at a path.
pub fn load(path: &Path) -> Loaded {
    match read_file(path) {
        Ok(text) => load_text(path, text),
        Err(reason) => {
            let mut sources = Sources::default();
            let file = sources.add(path, String::new());
            let message = format!("{} {reason}", path.display());
            let diagnostic = Diagnostic::new(Code::Unreadable, Span { file, bytes: 0..0 }, message)
                .help(near_file(path).unwrap_or("a spec is a TOML file in UTF-8".to_owned()));
            let outline = Outline::default();
            Loaded { sources, outline, result: Err(vec![diagnostic]), warnings: Vec::new() }
        }
    }
}

/// Checks a spec whose text is at hand; what it extends is read beside `path`.
pub fn load_text(path: &Path, text: String) -> Loaded {
    let report = Report::default();
    let mut loader = Loader {
        sources: Sources::default(),
        inherited_samples: Vec::new(),
        chain: Vec::new(),
        package: package_of(path),
    };
    let table = loader.read(path, text, &report);
    // What could not be read would be missed everywhere below: that helps nobody.
    let broken = [Code::Syntax, Code::ExtendsCycle, Code::OutsidePackage, Code::Unreadable];
    let is_whole = !broken.into_iter().any(|code| report.has(code));
    let document = document::read(&table, 0, &report);
    let has_its_base = is_whole && !document.lacks_its_base;
    let outline = Outline {
        settings: usable(&document.settings, |setting| &setting.name.value, check::is_field),
        claims: usable(&document.claims, |claim| &claim.field.value, check::is_identifier),
        names: document.name.iter().chain(&document.aliases).cloned().collect(),
    };
    let provider = if has_its_base { check::check(document, &mut loader, &report) } else { None };
    let sources = loader.sources;
    let diagnostics = report.into_diagnostics(has_its_base);
    let (warnings, mistakes): (Vec<_>, Vec<_>) =
        diagnostics.into_iter().partition(|diagnostic| diagnostic.code.is_warning());
    let result = match provider {
        Some(provider) if mistakes.is_empty() => Ok(provider),
        _ => Err(mistakes),
    };
    Loaded { sources, outline, result, warnings }
}

/// The entries that can be fields.
fn usable<T: Clone>(
    entries: &[T],
    name: impl Fn(&T) -> &String,
    is_good: impl Fn(&str) -> bool,
) -> Vec<T> {
    entries.iter().filter(|entry| is_good(name(entry))).cloned().collect()
}

/// Reads the files that belong to a spec.
pub(crate) struct Loader {
    sources: Sources,
    /// The `sample` values of the files that the spec extends.
    inherited_samples: Vec<Node>,
    /// The files between the spec and the one that is read now.
    chain: Vec<PathBuf>,
    package: Option<PathBuf>,
}

impl Loader {
    fn read(&mut self, path: &Path, text: String, report: &Report) -> Table {
        let table = node::parse(&text, self.sources.next(), report);
        self.sources.add(path, text);
        self.chain.push(normalize(path));
        let base = self.base(&table, report);
        self.chain.pop();
        match base {
            Some(base) => extend(table, base, report),
            None => table,
        }
    }

    /// The table of the file that `extends` names.
    fn base(&mut self, table: &Table, report: &Report) -> Option<Table> {
        let node = table.get("extends")?;
        let Value::Text(name) = &node.value else {
            return None;
        };
        let (path, text) = self.file(name, &node.span, report)?;
        let is_circle = self.chain.contains(&path);
        if is_circle || self.chain.len() >= MAX_EXTENDS {
            let (message, help) = if is_circle {
                let help = "remove one of the `extends` keys of the circle".to_owned();
                (format!("`{name}` extends itself"), help)
            } else {
                let help = format!("at most {MAX_EXTENDS} files may extend one another");
                (format!("`{name}` is one file too many"), help)
            };
            let diagnostic = Diagnostic::new(Code::ExtendsCycle, node.span.clone(), message);
            report.push(diagnostic.help(help));
            return None;
        }
        let mut base = self.read(&path, text, report);
        self.inherited_samples.extend(base.get("sample").cloned());
        base.0.retain(|(key, _)| !OWN_KEYS.contains(&key.value.as_str()));
        Some(base)
    }

    /// A sample file's JSON.
    pub(crate) fn sample(&mut self, name: &Spanned<String>, report: &Report) -> Option<Node> {
        let (path, text) = self.file(&name.value, &name.span, report)?;
        let file =
            self.sources.number(&path).unwrap_or_else(|| self.sources.add(&path, text.clone()));
        json::parse(&text, file, report)
    }

    /// Every file that was read so far.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The samples of the files that the spec extends.
    pub(crate) fn inherited_samples(&self) -> &[Node] {
        &self.inherited_samples
    }

    /// A file beside the one whose text names it; it must be in the same package.
    fn file(&self, name: &str, span: &Span, report: &Report) -> Option<(PathBuf, String)> {
        let beside = self.sources.get(span.file)?.path.parent()?;
        let path = normalize(&beside.join(name));
        if path.file_name().is_none() || path == normalize(beside) {
            let message = format!("`{name}` is not a file name");
            report.push(
                Diagnostic::new(Code::Unreadable, span.clone(), message)
                    .help("the path is relative to the file that names it"),
            );
            return None;
        }
        let outside = Path::new(name).is_absolute()
            || self.package.as_ref().is_some_and(|package| !absolute(&path).starts_with(package));
        if outside {
            let message = format!("`{name}` lies outside this package");
            report.push(
                Diagnostic::new(Code::OutsidePackage, span.clone(), message)
                    .help("a published crate must contain every file that its specs name"),
            );
            return None;
        }
        match read_file(&path) {
            Ok(text) => Some((path, text)),
            Err(reason) => {
                let relative = || "the path is relative to the file that names it".to_owned();
                report.push(
                    Diagnostic::new(Code::Unreadable, span.clone(), format!("`{name}` {reason}"))
                        .help(near_file(&path).unwrap_or_else(relative)),
                );
                None
            }
        }
    }
}

/// A file's text; why not, in words that follow its name.
fn read_file(path: &Path) -> Result<String, String> {
    let found = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "is not there".to_owned(),
        _ => format!("cannot be read: {error}"),
    })?;
    if !found.is_file() {
        return Err("is not a file".to_owned());
    }
    if found.len() > MAX_LENGTH {
        return Err(format!("is larger than {} KiB", MAX_LENGTH / 1024));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8: save it so".to_owned())
}

/// A file beside it whose name is nearly the same.
fn near_file(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    if path.exists() {
        return None;
    }
    let entries = std::fs::read_dir(
        path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")),
    )
    .ok()?;
    let names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let near = nearest(name, names.iter().map(String::as_str))?;
    Some(format!("did you mean `{near}`?"))
}

/// The nearest folder above a file that has a Cargo.toml, else the file's own folder.
fn package_of(path: &Path) -> Option<PathBuf> {
    let path = absolute(path);
    let above = path.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").is_file());
    above.or(path.parent()).map(Path::to_owned)
}

/// A path from the root, without `.` and `..`.
fn absolute(path: &Path) -> PathBuf {
    normalize(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}
