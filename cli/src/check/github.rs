//! Mistakes as annotations of a GitHub Actions run (its workflow commands).

use std::io::Write as _;
use std::path::Path;

use authspec_spec::{Finding, shown_path};

use super::Checked;

pub(super) fn print(checked: &Checked, base: &Path) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for finding in checked.all() {
        writeln!(out, "{}", annotation(finding, base))?;
    }
    Ok(())
}

fn annotation(finding: &Finding, base: &Path) -> String {
    let Finding { diagnostic, sources } = finding;
    let mut text = diagnostic.message.clone();
    for (_, label) in diagnostic.labels.iter().filter(|(_, label)| !label.is_empty()) {
        text.push_str(&format!("\n{label}"));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    let place = diagnostic.labels.first().and_then(|(span, _)| {
        let source = sources.get(span.file)?;
        let (line, column) = source.position(span.bytes.start);
        let (end_line, end_column) = source.position(span.bytes.end);
        let file = property(&shown_path(&source.path, base));
        Some(format!(
            "file={file},line={line},col={column},endLine={end_line},endColumn={end_column},"
        ))
    });
    let title = property(&format!("{}: {}", diagnostic.code, diagnostic.code.title()));
    let command = if diagnostic.code.is_warning() { "warning" } else { "error" };
    format!("::{command} {}title={title}::{}", place.unwrap_or_default(), data(&text))
}

/// The text of a command: one line, `%` escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, which ends at `,` and `:` too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
