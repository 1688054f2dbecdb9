//! A backend's name and its aliases.

use authspec_spec::Spanned;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};

pub(super) fn compare_name(group: &mut Group<'_>, old: &str, new: &str) {
    if old != new {
        let reason = "every setting's variable, the callback path, and the name that is stored \
                      with each user";
        group.changed("the name", old, new, breaking(reason));
    }
}

pub(super) fn compare_aliases(
    group: &mut Group<'_>,
    old: &[Spanned<String>],
    new: &[Spanned<String>],
    name: &str,
) {
    let values = |aliases: &[Spanned<String>]| -> Vec<String> {
        aliases.iter().map(|alias| alias.value.clone()).collect()
    };
    for pair in pairs(&values(old), &values(new), String::clone) {
        match pair {
            // The list of backends finds it still.
            Pair::Removed(alias) if alias == name => {}
            Pair::Removed(alias) => {
                let reason = "an AUTHENTICATION_BACKENDS that names it finds no backend";
                group.removed(&format!("alias `{alias}`"), alias, breaking(reason));
            }
            Pair::Added(alias) => {
                group.added(&format!("alias `{alias}`"), alias, notice("one more name"));
            }
            Pair::Both(..) => {}
        }
    }
}
