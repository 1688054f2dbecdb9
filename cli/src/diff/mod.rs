//! `diff`: what a changed spec changes for users, in words.
//!
//! ```text
//! paths ──load──▶ Providers ──compare──▶ Changes ──print──▶ text, or one JSON object
//! ```
//!
//! One file per construct of the language says what its changes mean, and for whom.

mod authorization;
mod call;
mod change;
mod claims;
mod client_authentication;
mod compare;
mod email;
mod endpoints;
mod errors;
mod extra_data;
mod identity;
mod oidc;
mod pairs;
mod policy;
mod rules;
mod settings;
mod text;
mod token;
mod user;
mod user_info;
mod variables;
mod words;

use std::path::Path;
use std::process::ExitCode;

use authspec_spec::{Collection, Provider};
use serde_json::{Value, json};

use self::change::{Changes, breaking, notice};
use self::compare::compare;
use self::pairs::{Pair, pairs};
use crate::arguments::{Diff, DiffFormat};
use crate::backend::spec;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Diff) -> Result<ExitCode, Failure> {
    let Diff { old, new, format, exit_code } = arguments;
    let changes = match (old.is_dir(), new.is_dir()) {
        _ if !old.exists() || !new.exists() => {
            let missing = if old.exists() { new } else { old };
            let message = format!("{} is not there", missing.display());
            return Err(Failure::wrong("invalid_parameter", message));
        }
        (false, false) => vec![compare(&spec(old)?, &spec(new)?)],
        (true, true) => compare_all(&load_folder(old)?, &load_folder(new)?),
        (true, false) | (false, true) => {
            let message = "compare two specs, or two folders of specs";
            return Err(Failure::wrong("invalid_parameter", message));
        }
    };
    match format {
        DiffFormat::Text => text::print(&changes, &mut std::io::stdout().lock())?,
        DiffFormat::Json => output::json(&to_json(&changes, old.is_dir()))?,
    }
    let fails = *exit_code && changes.iter().any(Changes::is_breaking);
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn load_folder(path: &Path) -> Result<Vec<Provider>, Failure> {
    let collection = Collection::load(&[path.to_owned()])?;
    let findings = collection.findings();
    if !findings.is_empty() {
        return Err(authspec_build::Error::Specs(findings).into());
    }
    if collection.specs.is_empty() {
        let message = format!("there is no spec in {}", path.display());
        return Err(Failure::wrong("missing_parameter", message));
    }
    Ok(collection.providers().map(|(_, provider)| provider.clone()).collect())
}

/// Backends matched by name; one that went is as breaking as a change can be.
fn compare_all(old: &[Provider], new: &[Provider]) -> Vec<Changes> {
    pairs(old, new, |provider| provider.name.clone())
        .into_iter()
        .map(|pair| match pair {
            Pair::Removed(provider) => {
                let mut changes = Changes::of(&provider.name);
                let reason = "operators who list it find no backend, and its users cannot sign in";
                changes.group("backend").removed("the backend", &provider.title, breaking(reason));
                changes
            }
            Pair::Added(provider) => {
                let mut changes = Changes::of(&provider.name);
                let reason = "nobody has to use it";
                changes.group("backend").added("the backend", &provider.title, notice(reason));
                changes
            }
            Pair::Both(before, provider) => compare(before, provider),
        })
        .collect()
}

/// Two specs give one object; two folders one that holds an object for each backend.
fn to_json(changes: &[Changes], of_folders: bool) -> Value {
    let backends: Vec<Value> = changes.iter().map(Changes::to_json).collect();
    if of_folders {
        let is_breaking = changes.iter().any(Changes::is_breaking);
        return json!({ "backends": backends, "breaking": is_breaking });
    }
    backends.into_iter().next().unwrap_or_default()
}
