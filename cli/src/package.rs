//! `crate`: a complete crate of source for specs.

use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use authspec_build::{Package, load};

use crate::arguments::Crate;
use crate::failure::Failure;

pub(crate) fn run(arguments: Crate) -> Result<(), Failure> {
    let Crate { specs, out, name, authspec } = arguments;
    let folder = std::path::absolute(&out)?;
    let name = name.or_else(|| Some(folder.file_name()?.to_string_lossy().into_owned()));
    let name = name.filter(|name| is_crate_name(name)).ok_or_else(|| {
        let message = "the crate needs a name of letters, digits, `-` and `_`: give it with --name";
        Failure::wrong("invalid_parameter", message)
    })?;
    std::fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let authspec = authspec.map(|path| Ok::<_, Failure>(relative(&path.canonicalize()?, &folder)));
    let authspec = authspec.transpose()?;
    let package = Package { name, backends: load(&specs)?, authspec };
    let mut stdout = std::io::stdout().lock();
    for path in package.write(&folder)? {
        writeln!(stdout, "{}", out.join(path.strip_prefix(&folder).unwrap_or(&path)).display())?;
    }
    Ok(())
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
    name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
