//! `[errors]`: which error of ours a code of the provider is.

use authspec_spec::document::ErrorCode;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, is_reordered, pairs};
use super::words;

pub(super) fn compare(group: &mut Group<'_>, old: &[ErrorCode], new: &[ErrorCode]) {
    for pair in pairs(old, new, theirs) {
        match pair {
            Pair::Removed(code) => {
                let reason = "applications that handle our code miss it";
                group.removed(&what(code), words::error(code.ours), breaking(reason));
            }
            Pair::Added(code) => {
                let reason = "applications that handle the general code miss it";
                group.added(&what(code), words::error(code.ours), breaking(reason));
            }
            Pair::Both(before, code) => compare_both(group, before, code),
        }
    }
    let all = |codes: &[ErrorCode]| codes.iter().map(theirs).collect::<Vec<_>>();
    if is_reordered(&all(old), &all(new)) {
        let reason = "a reply with two of these codes gives another error";
        group.told("the order of the codes changed", notice(reason));
    }
}

fn theirs(code: &ErrorCode) -> String {
    code.theirs.clone()
}

fn what(code: &ErrorCode) -> String {
    format!("`{}`", code.theirs)
}

fn compare_both(group: &mut Group<'_>, old: &ErrorCode, new: &ErrorCode) {
    // No `..`: a new key must be compared here. Their code is what the two have in common.
    let ErrorCode { theirs: _, ours } = old;
    let (before, now) = (words::error(ours), words::error(new.ours));
    if before != now {
        let reason = "applications that handle the old code miss it";
        group.changed(&what(new), before, now, breaking(reason));
    }
}
