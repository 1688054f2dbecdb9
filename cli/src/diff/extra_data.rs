//! `[extra_data]`: what is stored beside a user.

use authspec_spec::document::ExtraDatum;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};
use super::words::is_widened;

pub(super) fn compare(group: &mut Group<'_>, old: &[ExtraDatum], new: &[ExtraDatum]) {
    for pair in pairs(old, new, |datum| datum.key.clone()) {
        match pair {
            Pair::Removed(datum) => {
                let reason = "applications that read it find nothing for new sign-ins";
                group.removed(&what(datum), datum.from.value.to_string(), breaking(reason));
            }
            Pair::Added(datum) => {
                let reason = "one more value is stored";
                group.added(&what(datum), datum.from.value.to_string(), notice(reason));
            }
            Pair::Both(before, datum) => compare_both(group, before, datum),
        }
    }
}

fn what(datum: &ExtraDatum) -> String {
    format!("`{}`", datum.key)
}

fn compare_both(group: &mut Group<'_>, old: &ExtraDatum, new: &ExtraDatum) {
    // No `..`: a new key must be compared here. The key is what the two have in common.
    let ExtraDatum { key: _, from, skip_empty } = old;
    let (before, now) = (&from.value, &new.from.value);
    if before != now {
        let weight = if is_widened(before, now) {
            notice("only users who had none get one")
        } else {
            breaking("applications that read it find another value")
        };
        group.changed(&what(new), before.to_string(), now.to_string(), weight);
    }
    match (*skip_empty, new.skip_empty) {
        (false, true) => {
            let reason = "where there was a null, there is no key";
            group.told(format!("{} is left out when it is absent", what(new)), notice(reason));
        }
        (true, false) => {
            let reason = "where there was no key, there is a null";
            group.told(format!("{} is stored although it is absent", what(new)), notice(reason));
        }
        (true, true) | (false, false) => {}
    }
}
