//! `[user]`: who a user is, and what an application knows about one.

use authspec_spec::claim::Claim;
use authspec_spec::document::{Condition, When};
use authspec_spec::provider::CheckedUser;

use super::change::{Group, Weight, breaking, notice};
use super::email;
use super::pairs::{Pair, pairs};
use super::words::{condition, is_widened, when};

pub(super) fn compare(group: &mut Group<'_>, old: &CheckedUser, new: &CheckedUser) {
    // No `..`: a new field must be compared here.
    let CheckedUser {
        uid,
        legacy_uids,
        pinned_when,
        username,
        email,
        fullname,
        first_name,
        last_name,
        groups,
        groups_overage,
    } = old;
    compare_uid(group, uid, &new.uid);
    compare_legacy_uids(group, legacy_uids, &new.legacy_uids);
    compare_pinned(group, pinned_when, &new.pinned_when);
    let lookup = || breaking("applications that find users by it miss them");
    compare_field(group, "username", username.as_ref(), new.username.as_ref(), lookup);
    email::compare(group, email, &new.email);
    let shown = || notice("users see another name at their next sign-in");
    for (name, before, now) in [
        ("fullname", fullname, &new.fullname),
        ("first_name", first_name, &new.first_name),
        ("last_name", last_name, &new.last_name),
    ] {
        compare_field(group, name, before.as_ref(), now.as_ref(), shown);
    }
    compare_groups(group, groups.as_ref(), new.groups.as_ref());
    compare_overage(group, groups_overage, &new.groups_overage);
}

fn compare_uid(group: &mut Group<'_>, old: &Claim, new: &Claim) {
    if old == new {
        return;
    }
    let weight = if is_widened(old, new) {
        breaking("people without the first may sign in, who were refused")
    } else {
        breaking("stored users no longer match: everybody is a new user, or somebody else")
    };
    group.changed("`uid`", old.to_string(), new.to_string(), weight);
}

fn compare_legacy_uids(group: &mut Group<'_>, old: &[(String, Claim)], new: &[(String, Claim)]) {
    for pair in pairs(old, new, |(name, _)| name.clone()) {
        match pair {
            Pair::Removed((name, claim)) => {
                let reason = "users who are stored under it are not found any more";
                group.removed(&format!("legacy uid `{name}`"), claim.to_string(), breaking(reason));
            }
            Pair::Added((name, claim)) => {
                let reason = "applications can find users by one more identifier";
                group.added(&format!("legacy uid `{name}`"), claim.to_string(), notice(reason));
            }
            Pair::Both((name, before), (_, now)) if before != now => {
                let reason = "users who are stored under it no longer match";
                let what = format!("legacy uid `{name}`");
                group.changed(&what, before.to_string(), now.to_string(), breaking(reason));
            }
            Pair::Both(..) => {}
        }
    }
}

/// A pinned directory opens allow-lists to addresses that are not verified, and gives legacy uids.
fn compare_pinned(group: &mut Group<'_>, old: &[When], new: &[When]) {
    if let (true, false) | (false, true) = (old.is_empty(), new.is_empty()) {
        let reason = "security: who has a legacy uid, and whom allow-lists take";
        group.told("`pinned_when` came or went".to_owned(), breaking(reason));
    }
    for pair in pairs(old, new, when) {
        match pair {
            Pair::Removed(condition) => {
                let reason = "allow-lists refuse unverified addresses, and legacy uids are absent";
                group.removed("a pinned directory", when(condition), breaking(reason));
            }
            Pair::Added(condition) => {
                let reason = "security: looser, allow-lists take unverified addresses";
                group.added("a pinned directory", when(condition), breaking(reason));
            }
            Pair::Both(..) => {}
        }
    }
}

/// A field that only shows or finds a user.
fn compare_field(
    group: &mut Group<'_>,
    name: &str,
    old: Option<&Claim>,
    new: Option<&Claim>,
    weight: impl Fn() -> Weight,
) {
    let what = format!("`{name}`");
    match (old, new) {
        (Some(old), Some(new)) if old != new => {
            let weight = if is_widened(old, new) {
                notice("only users who had none get one")
            } else {
                weight()
            };
            group.changed(&what, old.to_string(), new.to_string(), weight);
        }
        (None, Some(new)) => group.added(&what, new.to_string(), notice("it was always absent")),
        (Some(old), None) => group.removed(&what, old.to_string(), breaking("it is always absent")),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

/// Groups stand for rights.
fn compare_groups(group: &mut Group<'_>, old: Option<&Claim>, new: Option<&Claim>) {
    match (old, new) {
        (Some(old), Some(new)) if old != new => {
            let reason = "security: rights that rest on groups are others";
            group.changed("`groups`", old.to_string(), new.to_string(), breaking(reason));
        }
        (None, Some(new)) => {
            let reason = "applications see groups now, and the rights that rest on them";
            group.added("`groups`", new.to_string(), notice(reason));
        }
        (Some(old), None) => {
            let reason = "rights that rest on groups are lost";
            group.removed("`groups`", old.to_string(), breaking(reason));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn compare_overage(group: &mut Group<'_>, old: &[Condition], new: &[Condition]) {
    for pair in pairs(old, new, condition) {
        match pair {
            Pair::Removed(overage) => {
                let reason = "a list of groups that is not whole counts as whole";
                group.removed("a sign of too many groups", condition(overage), breaking(reason));
            }
            Pair::Added(overage) => {
                let reason = "users whom it fits have no groups, but `groups_overage`";
                group.added("a sign of too many groups", condition(overage), breaking(reason));
            }
            Pair::Both(..) => {}
        }
    }
}
