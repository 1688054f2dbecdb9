//! `crate`: a complete crate of source for specs.

use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use authspec_build::{Package, load};

use crate::arguments::Crate;
use crate::check::inspect;
use crate::failure::Failure;

pub(crate) fn run(arguments: Crate) -> Result<(), Failure> {
    let Crate { specs, out, name, authspec } = arguments;
    let folder = std::path::absolute(&out)?;
    let name = name.or_else(|| Some(folder.file_name()?.to_string_lossy().into_owned()));
    let name = name.filter(|name| is_crate_name(name)).ok_or_else(|| {
        let message = "the crate needs a name of its own, of letters, digits, `-` and `_`, that is no \
                       word of Rust: give it with --name";
        Failure::wrong("invalid_parameter", message)
    })?;
    // Its samples fail here rather than in the crate's tests.
    let checked = inspect(&specs)?;
    if !checked.findings.is_empty() {
        return Err(authspec_build::Error::Specs(checked.findings).into());
    }
    let backends = load(&specs)?;
    if let Some(path) = authspec.as_ref().filter(|path| !is_authspec(path)) {
        let message = format!("{} is not authspec's runtime", path.display());
        return Err(Failure::wrong("invalid_parameter", message));
    }
    if folder.exists() && !folder.is_dir() {
        let message = format!("{} is not a folder", out.display());
        return Err(Failure::wrong("invalid_parameter", message));
    }
    std::fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    let folder = folder.canonicalize()?;
    let authspec = authspec.map(|path| path.canonicalize()).transpose()?;
    let authspec = authspec.map(|path| relative(&path, &folder));
    let package = Package { name, backends, authspec };
    let mut stdout = std::io::stdout().lock();
    for path in package.write(&folder)? {
        writeln!(stdout, "{}", out.join(path.strip_prefix(&folder).unwrap_or(&path)).display())?;
    }
    Ok(())
}

/// Returns `true` if a folder is that of the runtime.
fn is_authspec(path: &Path) -> bool {
    std::fs::read_to_string(path.join("Cargo.toml"))
        .is_ok_and(|text| text.lines().any(|line| line.trim() == "name = \"authspec\""))
}

/// A path as seen from a folder; both are whole and without links.
fn relative(path: &Path, folder: &Path) -> PathBuf {
    let shared =
        path.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    // Nothing in common but the root: another disk, or another tree.
    if shared <= 1 {
        return path.to_owned();
    }
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

fn is_crate_name(name: &str) -> bool {
    const TAKEN: &[&str] = &["alloc", "authspec", "core", "proc_macro", "std", "test"];
    let module = name.replace('-', "_");
    syn::parse_str::<syn::Ident>(&module).is_ok()
        && !TAKEN.contains(&module.as_str())
        && name.len() <= 64
        && name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
