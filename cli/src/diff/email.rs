//! `[[user.email]]`: the user's address, and the rule by which it counts as verified.

use authspec_spec::document::{Email, Trust};

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, comes_first, is_reordered, pairs};
use super::words::{condition, trust};

pub(super) fn compare(group: &mut Group<'_>, old: &[Email], new: &[Email]) {
    let claims = |emails: &[Email]| emails.iter().map(claim).collect::<Vec<_>>();
    let (before, now) = (claims(old), claims(new));
    for pair in pairs(old, new, claim) {
        match pair {
            Pair::Removed(email) => {
                let reason = "users whose address came from there have none, or another one";
                group.removed(&what(email), verified_by(email), breaking(reason));
            }
            Pair::Added(email) => compare_added(group, email, &before, &now),
            Pair::Both(before, email) => compare_both(group, before, email),
        }
    }
    if is_reordered(&before, &now) {
        let reason = "users with more than one address have another one";
        let what = "the order of e-mail addresses";
        group.changed(what, before.join(", "), now.join(", "), breaking(reason));
    }
}

fn claim(email: &Email) -> String {
    format!("`{}`", email.from.value)
}

fn what(email: &Email) -> String {
    format!("e-mail from {}", claim(email))
}

fn verified_by(email: &Email) -> String {
    format!("verified by {}", trust(&email.verified_by))
}

fn compare_added(group: &mut Group<'_>, email: &Email, old: &[String], new: &[String]) {
    let weight = if comes_first(&claim(email), old, new) {
        breaking("users who have it get this address instead")
    } else if matches!(email.verified_by, Trust::Nothing) {
        notice("only users who had no address get one")
    } else {
        breaking("security: more addresses count as verified, and accounts are linked by those")
    };
    group.added(&what(email), verified_by(email), weight);
}

fn compare_both(group: &mut Group<'_>, old: &Email, new: &Email) {
    // No `..`: a new key must be compared here. The claim is what the two have in common.
    let Email { from: _, verified_by } = old;
    let (before, now) = (trust(verified_by), trust(&new.verified_by));
    if before == now {
        return;
    }
    let weight = if is_raised(verified_by, &new.verified_by) {
        breaking("security: more addresses count as verified, and accounts are linked by those")
    } else {
        breaking("addresses that counted as verified do not any more")
    };
    group.changed(&format!("what verifies {}", what(new)), before, now, weight);
}

/// Returns `true` if some address counts as verified that did not.
fn is_raised(old: &Trust, new: &Trust) -> bool {
    match (old, new) {
        (Trust::Provider, _) | (_, Trust::Nothing) => false,
        // The last: another way to say so may be met by other users.
        (_, Trust::Provider | Trust::Operator(_)) | (Trust::Nothing | Trust::Operator(_), _) => {
            true
        }
        (Trust::Any(old), Trust::Any(new)) => {
            let old: Vec<String> = old.iter().map(condition).collect();
            new.iter().any(|one| !old.contains(&condition(one)))
        }
    }
}
