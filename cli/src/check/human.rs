//! Mistakes as rustc draws them, on standard error; a sentence on standard output if there are none.

use std::io::Write as _;
use std::path::Path;

use authspec_spec::{Finding, render};

use super::Checked;
use crate::output::count;

pub(super) fn print(checked: &Checked, base: &Path) -> std::io::Result<()> {
    let mut errors = std::io::stderr().lock();
    for Finding { diagnostic, sources } in &checked.findings {
        writeln!(errors, "{}\n", render(diagnostic, sources, base))?;
    }
    if let Some(first) = checked.findings.first() {
        let code = first.diagnostic.code;
        return writeln!(errors, "for more about a mistake, try `authspec explain {code}`");
    }
    let (specs, samples) = (count(checked.specs, "spec"), count(checked.samples, "sample"));
    writeln!(std::io::stdout(), "{specs} checked, {samples} run, no mistakes")
}
