//! Mistakes as rustc draws them, on standard error; a sentence on standard output if there are none.

use std::io::Write as _;
use std::path::Path;

use authspec_spec::{Diagnostic, Finding, render};

use super::Checked;
use crate::output::count;

pub(super) fn print(checked: &Checked, base: &Path) -> std::io::Result<()> {
    let mut errors = std::io::stderr().lock();
    for Finding { diagnostic, sources } in checked.all() {
        writeln!(errors, "{}\n", render(diagnostic, sources, base))?;
    }
    if let Some(first) = checked.findings.first().or(checked.warnings.first()) {
        let (code, what) = (first.diagnostic.code, kind(&first.diagnostic));
        writeln!(errors, "for more about a {what}, try `authspec explain {code}`")?;
    }
    if !checked.findings.is_empty() {
        return Ok(());
    }
    let (specs, samples) = (count(checked.specs, "spec"), count(checked.samples, "sample"));
    let warnings = match checked.warnings.len() {
        0 => String::new(),
        number => format!(", {}", count(number, "warning")),
    };
    writeln!(std::io::stdout(), "{specs} checked, {samples} run, no mistakes{warnings}")
}

fn kind(diagnostic: &Diagnostic) -> &'static str {
    if diagnostic.code.is_warning() { "warning" } else { "mistake" }
}
