//! `[variables]`: which variables of other tools fill a setting.

use authspec_spec::document::FallbackVariable;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};

pub(super) fn compare(group: &mut Group<'_>, old: &[FallbackVariable], new: &[FallbackVariable]) {
    for pair in pairs(old, new, |entry| entry.setting.value.clone()) {
        match pair {
            Pair::Removed(entry) => {
                let reason = "operators who rely on it must set the backend's own variable";
                group.removed(&what(entry), &entry.variable.value, breaking(reason));
            }
            Pair::Added(entry) => {
                let reason =
                    "a variable that is set for another tool decides where nothing else does";
                group.added(&what(entry), &entry.variable.value, notice(reason));
            }
            Pair::Both(before, entry) => compare_both(group, before, entry),
        }
    }
}

fn what(entry: &FallbackVariable) -> String {
    format!("the variable of another tool for `{}`", entry.setting.value)
}

fn compare_both(group: &mut Group<'_>, old: &FallbackVariable, new: &FallbackVariable) {
    // No `..`: a new key must be compared here. The setting is what the two have in common.
    let FallbackVariable { setting: _, variable } = old;
    if variable.value != new.variable.value {
        let reason = "the old one is no longer read";
        group.changed(&what(new), &variable.value, &new.variable.value, breaking(reason));
    }
}
