//! Mistakes as rustc draws them. Macro, command line and snapshots share this one renderer.

use std::path::{Component, Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use crate::report::{Diagnostic, printable};
use crate::source::Sources;

/// The text of one mistake: code, message, file, line, column, source line, carets, help.
///
/// Paths are shown relative to `base`.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, base: &Path) -> String {
    let level = if diagnostic.code.is_warning() { Level::WARNING } else { Level::ERROR };
    let mut group = Group::with_title(
        level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str()),
    );
    // One excerpt a file, the main place's file first.
    let mut files: Vec<usize> = Vec::new();
    for (span, _) in &diagnostic.labels {
        if !files.contains(&span.file) {
            files.push(span.file);
        }
    }
    for file in files {
        let Some(source) = sources.get(file) else {
            continue;
        };
        let mut snippet =
            Snippet::source(source.text.as_str()).path(shown_path(&source.path, base)).fold(true);
        for (index, (span, label)) in diagnostic.labels.iter().enumerate() {
            if span.file == file {
                let kind =
                    if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                let end = span.bytes.end.min(source.text.len());
                let annotation = kind.span(span.bytes.start.min(end)..end);
                snippet = snippet.annotation(if label.is_empty() {
                    annotation
                } else {
                    annotation.label(label.as_str())
                });
            }
        }
        group = group.element(snippet);
    }
    match &diagnostic.help {
        Some(help) if diagnostic.is_drawn => {
            let change = change(help, diagnostic, sources, base);
            Renderer::plain().render(&[group, change])
        }
        Some(help) => {
            Renderer::plain().render(&[group.element(Level::HELP.message(help.as_str()))])
        }
        None => Renderer::plain().render(&[group]),
    }
}

/// The change that would mend it, as a diff.
fn change<'a>(
    help: &'a str,
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    base: &Path,
) -> Group<'a> {
    let group = Group::with_title(Level::HELP.secondary_title(help));
    let file = diagnostic.replacements.first().map(|(span, _)| span.file);
    let Some(source) = file.and_then(|file| sources.get(file)) else {
        return group;
    };
    let here = diagnostic.replacements.iter().filter(|(span, _)| Some(span.file) == file);
    let patches = here.map(|(span, text)| Patch::new(span.bytes.clone(), text.as_str()));
    group.element(
        Snippet::source(source.text.as_str())
            .path(shown_path(&source.path, base))
            .patches(patches.collect::<Vec<_>>()),
    )
}

/// A path relative to a folder, with `/` between its parts.
pub fn shown_path(path: &Path, base: &Path) -> String {
    let path = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<String> = normalize(path)
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into())
        .collect();
    printable(if path.has_root() { path.display().to_string() } else { parts.join("/") })
}

/// A path without `.` and without `..` where that can be said from the path alone.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(normal.components().next_back(), Some(Component::Normal(_))) =>
            {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
