//! From the literal to the file: beside the file that holds the literal.

use std::path::{Path, PathBuf};

use syn::LitStr;

/// The depth of the search for an editor's spec below a package's folder.
const MAX_DEPTH: usize = 8;

/// The spec that a literal names.
///
/// The literal's own span decides: a `macro_rules` wrapper in another crate does not move it. Some
/// editors do not know the file of a span; for them every folder of the package is tried.
pub(crate) fn spec(literal: &LitStr) -> Result<PathBuf, String> {
    let name = literal.value();
    let path = match file_of(literal) {
        Some(file) => file.parent().unwrap_or(Path::new("")).join(&name),
        None => {
            let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
            let package = package.ok_or("the folder of this file is not known")?;
            search(&package, &name).unwrap_or_else(|| package.join(&name))
        }
    };
    if path.is_file() {
        return Ok(path);
    }
    Err(format!(
        "there is no spec at `{}`; the path is relative to the file that holds it",
        path.display()
    ))
}

/// The file that a literal stands in; unknown where no compiler runs the macro.
fn file_of(literal: &LitStr) -> Option<PathBuf> {
    proc_macro::is_available().then(|| literal.span().unwrap().local_file()).flatten()
}

/// The file that the name leads to from some folder of a package: the nearest one to its root, `src`
/// before others.
fn search(package: &Path, name: &str) -> Option<PathBuf> {
    let mut level = vec![package.join("src"), package.to_owned()];
    for _ in 0..MAX_DEPTH {
        let found = level.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
        if found.is_some() {
            return found;
        }
        level = level.iter().flat_map(|folder| subfolders(folder)).collect();
    }
    None
}

/// The folders that may hold source, in the order of their names.
fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| {
            let name = entry.file_name();
            name != "target" && !name.to_string_lossy().starts_with('.')
        })
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders
}
