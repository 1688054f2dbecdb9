//! From the literal to the file: beside the file that holds the literal.

use std::path::PathBuf;

use syn::LitStr;

/// The spec that a literal names.
///
/// The literal's own span decides: a `macro_rules` wrapper in another crate does not move it. Where
/// the compiler does not know the file (some editors), the package's folder stands in.
pub(crate) fn spec(literal: &LitStr) -> Result<PathBuf, String> {
    let name = literal.value();
    let beside = file_of(literal).and_then(|file| file.parent().map(|folder| folder.join(&name)));
    let package =
        || std::env::var_os("CARGO_MANIFEST_DIR").map(|folder| PathBuf::from(folder).join(&name));
    let path = match beside {
        Some(path) if path.is_file() => return Ok(path),
        Some(path) => path,
        None => package().ok_or("the folder of this file is not known")?,
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
