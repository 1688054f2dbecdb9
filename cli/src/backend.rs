//! The backend of a command: the name or alias of one that this command knows, or a spec.

use std::path::Path;

use authspec::{Backend, BackendsBuilder, Code, Descriptor, Runtime};
use authspec_spec::{Loaded, Provider, load};

use crate::failure::{Failure, show};
use crate::interpret;
use crate::transaction_key;

/// Every backend that this command knows.
pub(crate) fn known() -> BackendsBuilder {
    authspec::Backends::builder().with(authspec_azuread::ALL).with(authspec_catalog::ALL)
}

/// The descriptor of a backend by name or alias, or of a spec by its path; `NAME=BACKEND` is an instance of it.
pub(crate) fn descriptor(name: &str) -> Result<&'static Descriptor, Failure> {
    match name.split_once('=') {
        // The path of a spec may have a `=` in it.
        Some((instance, backend)) if !is_spec(name) => {
            if is_spec(backend) {
                Ok(descriptor(backend)?.instance(instance)?)
            } else {
                Ok(known().entry(name)?)
            }
        }
        _ => plain_descriptor(name),
    }
}

fn plain_descriptor(name: &str) -> Result<&'static Descriptor, Failure> {
    if let Some(known) = known().find(name) {
        return Ok(known);
    }
    if is_spec(name) {
        return Ok(interpret::descriptor(&spec(Path::new(name))?));
    }
    let known = known();
    let names: Vec<&str> = known.known().iter().map(|known| known.name).collect();
    let message = format!(
        "there is no backend `{name}`; there are: {}; or give the path of a spec",
        names.join(", ")
    );
    let code = Code::BackendMissing.as_str();
    Err(Failure::Wrong { code, message, parameter: Some("backend".to_owned()) })
}

/// Returns `true` if a backend's name is the path of a file.
fn is_spec(name: &str) -> bool {
    let path = Path::new(name);
    path.extension().is_some_and(|extension| extension == "toml") || path.exists()
}

/// The provider of a spec; its mistakes are shown.
pub(crate) fn spec(path: &Path) -> Result<Provider, Failure> {
    if path.is_dir() {
        let message = format!("{} is a folder: name the spec in it", path.display());
        return Err(Failure::wrong(Code::InvalidParameter.as_str(), message));
    }
    if !path.exists() && path.extension().is_none() {
        let message =
            format!("{} is not a spec: this command takes the path of one", path.display());
        return Err(Failure::wrong(Code::InvalidParameter.as_str(), message));
    }
    let Loaded { sources, result, .. } = load(path);
    result.or_else(|mistakes| {
        show(&mistakes, &sources)?;
        let message = format!("{} is wrong: `authspec check` says how", path.display());
        Err(Failure::wrong(Code::InvalidParameter.as_str(), message))
    })
}

/// A backend with the settings of the environment.
pub(crate) fn backend(name: &str) -> Result<Box<dyn Backend>, Failure> {
    with_runtime(name, &transaction_key::with_own_key(Runtime::new()?)?)
}

/// The same, for a sign-in that one run of this command begins and another completes.
pub(crate) fn backend_between_runs(name: &str) -> Result<Box<dyn Backend>, Failure> {
    with_runtime(name, &transaction_key::with_kept_key(Runtime::new()?)?)
}

fn with_runtime(name: &str, runtime: &Runtime) -> Result<Box<dyn Backend>, Failure> {
    let descriptor = descriptor(name)?;
    let settings = runtime.environment().settings_among(descriptor, known().known());
    Ok(authspec::backend(descriptor, &settings, runtime)?)
}
