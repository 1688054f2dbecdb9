//! `check`: every mistake of every spec, what looks like one, and whether its samples give the user they expect.

mod github;
mod human;
mod json;

use std::path::PathBuf;
use std::rc::Rc;

use authspec_spec::{Collection, Finding};

use crate::arguments::{Check, Format};
use crate::failure::Failure;
use crate::interpret;
use crate::output::count;

pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    let checked = inspect(&arguments.specs)?;
    if checked.specs == 0 {
        return Err(Failure::wrong("missing_parameter", "there is no spec in these folders"));
    }
    let base = std::env::current_dir()?;
    match arguments.format {
        Format::Human => human::print(&checked, &base)?,
        Format::Json => json::print(&checked, &base)?,
        Format::Github => github::print(&checked, &base)?,
    }
    match checked.findings.len() {
        0 => Ok(()),
        mistakes => {
            let (mistakes, specs) = (count(mistakes, "mistake"), count(checked.specs, "spec"));
            Err(Failure::wrong("invalid_parameter", format!("{mistakes} in {specs}")))
        }
    }
}

/// The findings of `check`.
#[derive(Debug)]
pub struct Checked {
    /// The number of specs.
    pub specs: usize,
    /// The number of samples that were run.
    pub samples: usize,
    /// Every mistake.
    pub findings: Vec<Finding>,
    /// Findings that are valid but may not be intended.
    pub warnings: Vec<Finding>,
}

impl Checked {
    /// Warnings and mistakes, in this order: the last thing that is shown is the worst.
    fn all(&self) -> impl Iterator<Item = &Finding> {
        self.warnings.iter().chain(&self.findings)
    }
}

/// Checks specs and folders of specs.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn inspect(paths: &[PathBuf]) -> std::io::Result<Checked> {
    let collection = Collection::load(paths)?;
    let mut findings = collection.findings();
    let mut samples = 0;
    for (spec, provider) in collection.providers() {
        samples += provider.samples.len();
        let diagnostics = interpret::run_samples(provider, interpret::descriptor(provider));
        findings.extend(
            diagnostics
                .into_iter()
                .map(|diagnostic| Finding { diagnostic, sources: Rc::clone(&spec.sources) }),
        );
    }
    Ok(Checked {
        specs: collection.specs.len(),
        samples,
        findings,
        warnings: collection.warnings(),
    })
}
