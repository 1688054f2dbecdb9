//! `[[call]]`: further calls of a sign-in.

use authspec_spec::document::Call;

use super::change::{Group, breaking, notice};
use super::endpoints::compare_url;
use super::pairs::{Pair, pairs};

pub(super) fn compare(group: &mut Group<'_>, old: &[Call], new: &[Call]) {
    for pair in pairs(old, new, |call| call.name.value.clone()) {
        match pair {
            Pair::Removed(call) => {
                let reason = "what was read from its reply is missing";
                group.removed(&what(call), call.url.value.to_string(), breaking(reason));
            }
            Pair::Added(call) if call.optional => {
                let reason = "one more request, which may fail";
                group.added(&what(call), call.url.value.to_string(), notice(reason));
            }
            Pair::Added(call) => {
                let reason = "a sign-in fails now when this call does; firewalls must let it";
                group.added(&what(call), call.url.value.to_string(), breaking(reason));
            }
            Pair::Both(before, call) => compare_both(group, before, call),
        }
    }
}

fn compare_both(group: &mut Group<'_>, old: &Call, new: &Call) {
    // No `..`: a new key must be compared here. The name is what the two have in common.
    let Call { name: _, url, optional } = old;
    compare_url(
        group,
        &format!("the URL of {}", what(new)),
        &url.value,
        &new.url.value,
        "the access token goes to another host; firewalls must let it",
    );
    match (*optional, new.optional) {
        (true, false) => {
            let reason = "a sign-in fails now when it is refused";
            group.told(format!("{} must succeed", what(new)), breaking(reason));
        }
        (false, true) => {
            let reason = "what is read from its reply may be absent";
            group.told(format!("{} may be refused", what(new)), notice(reason));
        }
        (true, true) | (false, false) => {}
    }
}

fn what(call: &Call) -> String {
    format!("`${}`", call.name.value)
}
