//! `crate`: a complete crate of source for specs.

use std::io::Write as _;

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
    let authspec = authspec.map(std::path::absolute).transpose()?;
    let package = Package { name, backends: load(&specs)?, authspec };
    let mut out = std::io::stdout().lock();
    for path in package.write(&folder)? {
        writeln!(out, "{}", path.display())?;
    }
    Ok(())
}

fn is_crate_name(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
