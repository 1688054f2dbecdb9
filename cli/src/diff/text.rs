//! Changes as a person reads them: by backend, by construct, and counted at the end.

use std::io::Write;

use super::change::{Change, Changes, Severity};

/// The longest line that holds a change together with its values.
const WIDTH: usize = 100;

pub(super) fn print(backends: &[Changes], out: &mut impl Write) -> std::io::Result<()> {
    let changed: Vec<&Changes> =
        backends.iter().filter(|changes| !changes.list.is_empty()).collect();
    if changed.is_empty() {
        return writeln!(out, "no change for users");
    }
    for changes in &changed {
        writeln!(out, "{}", changes.backend)?;
        let mut construct = "";
        for change in &changes.list {
            if change.construct != construct {
                construct = change.construct;
                writeln!(out, "  {construct}")?;
            }
            print_change(change, out)?;
        }
        writeln!(out)?;
    }
    let count = |severity| {
        let all = changed.iter().flat_map(|changes| &changes.list);
        all.filter(|change| change.severity == severity).count()
    };
    writeln!(
        out,
        "{} breaking, {} to notice, {} cosmetic",
        count(Severity::Breaking),
        count(Severity::Notice),
        count(Severity::Cosmetic)
    )
}

/// One line; the values have a second one when the first would be too long.
fn print_change(change: &Change, out: &mut impl Write) -> std::io::Result<()> {
    let Change { construct: _, what, old: _, new: _, severity, reason } = change;
    let start = format!("    {:<8}  {what}", severity.word());
    let short = format!("{start}: {reason}");
    let Some(values) = values(change) else {
        return writeln!(out, "{short}");
    };
    let whole = format!("{start} ({values}): {reason}");
    if whole.chars().count() <= WIDTH {
        return writeln!(out, "{whole}");
    }
    writeln!(out, "{short}")?;
    writeln!(out, "{:14}{values}", "")
}

/// The old and the new value on one line; `None` if the sentence has them already.
fn values(change: &Change) -> Option<String> {
    let text = match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (Some(value), None) | (None, Some(value)) if !change.what.contains(value) => value.clone(),
        _ => return None,
    };
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::change::{breaking, notice};
    use super::*;

    fn printed(changes: Changes) -> String {
        let mut out = Vec::new();
        print(&[changes], &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn nothing_changed() {
        assert_eq!(printed(Changes::of("acme")), "no change for users\n");
    }

    #[test]
    fn constructs_stand_once_and_long_values_below() {
        let mut changes = Changes::of("acme");
        changes.group("name").changed("the name", "a", "b", breaking("everything"));
        let long = "x".repeat(80);
        let mut user = changes.group("user");
        user.changed("`uid`", "sub", long.as_str(), breaking("stored users no longer match"));
        user.added("legacy uid `sub`", "sub", notice("one more"));
        let expected = format!(
            "acme\n  name\n    breaking  the name changed (a → b): everything\n  user\n    breaking  \
             `uid` changed: stored users no longer match\n              sub → {long}\n    notice    \
             legacy uid `sub` added: one more\n\n2 breaking, 1 to notice, 0 cosmetic\n"
        );
        assert_eq!(printed(changes), expected);
    }
}
