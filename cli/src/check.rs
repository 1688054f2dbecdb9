//! `check`: every mistake of every spec.

use std::path::{Path, PathBuf};

use authspec_spec::{Loaded, Provider, load};

use crate::arguments::Check;
use crate::failure::{Failure, show};

pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    let mut specs = Vec::new();
    for path in &arguments.specs {
        let is_base = arguments.specs.len() > 1 && path.is_file() && !has_name(path);
        if is_base {
            // Its mistakes are shown with the specs that extend it.
            eprintln!("{} has no name: it is only there to be extended", path.display());
        } else {
            collect(path, &mut specs)?;
        }
    }
    if specs.is_empty() {
        return Err(Failure::wrong("missing_parameter", "there is no spec in these folders"));
    }
    let mut mistakes = 0;
    let mut wrong = 0;
    for spec in &specs {
        let Loaded { sources, result, .. } = load(spec);
        let diagnostics = match result {
            Ok(provider) => {
                let broken = broken_samples(&provider);
                wrong += usize::from(broken > 0);
                mistakes += broken;
                continue;
            }
            Err(diagnostics) => diagnostics,
        };
        wrong += 1;
        mistakes += diagnostics.len();
        show(&diagnostics, &sources)?;
    }
    if wrong == 0 {
        println!("{} checked, no mistakes", count(specs.len(), "spec"));
        return Ok(());
    }
    let message =
        format!("{} in {} of {}", count(mistakes, "mistake"), wrong, count(specs.len(), "spec"));
    Err(Failure::wrong("invalid_parameter", message))
}

/// How many samples are not JSON; each is named.
fn broken_samples(provider: &Provider) -> usize {
    let broken = provider.samples.iter().filter_map(|sample| {
        let error = serde_json::from_str::<serde_json::Value>(&sample.json).err()?;
        Some((&sample.name, error))
    });
    let lines = broken.map(|(name, error)| {
        eprintln!("error[AS0026]: the sample `{name}` of {} is not JSON: {error}\n", provider.name);
    });
    lines.count()
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A file as it is; a folder's TOML files that have a name (the others are only extended).
fn collect(path: &Path, specs: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        specs.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    for entry in entries {
        let is_toml = entry.extension().is_some_and(|extension| extension == "toml");
        if entry.is_dir() || (is_toml && has_name(&entry)) {
            collect(&entry, specs)?;
        }
    }
    Ok(())
}

/// Whether a line of the file sets its name, before any table begins.
fn has_name(path: &Path) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| {
        text.lines()
            .take_while(|line| !line.trim_start().starts_with('['))
            .any(|line| line.split_once('=').is_some_and(|(key, _)| key.trim() == "name"))
    })
}
