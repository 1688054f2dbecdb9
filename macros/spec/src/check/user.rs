//! The user: a uid that is there, stays, and reads only replies that come.

use authspec_descriptor::MUTABLE_CLAIMS;

use crate::claim::Claim;
use crate::codes::Code;
use crate::document::{Document, User};
use crate::provider::CheckedUser;
use crate::report::{Diagnostic, Report};
use crate::source::Spanned;
use crate::suggest::nearest;

pub(super) fn check(document: &Document, report: &Report) -> Option<CheckedUser> {
    let User {
        uid,
        mutable_uid,
        legacy_uids,
        pinned_when,
        username,
        email,
        fullname,
        first_name,
        last_name,
        groups,
        groups_overage,
        span,
    } = &document.user;
    let extra_data = document.extra_data.iter().map(|datum| &datum.from);
    let claims = document.user.claims().chain(uid).chain(extra_data);
    for claim in claims {
        check_calls(document, claim, report);
    }
    match uid {
        Some(uid) if uid.value.paths().is_empty() => report.push(
            Diagnostic::new(Code::MissingUid, uid.span.clone(), "this uid reads no claim")
                .help("every user would have the same: name a claim that never changes"),
        ),
        Some(uid) => check_mutable(uid, mutable_uid.is_some(), report),
        None if document.name.is_some() && !document.is_incomplete("user") => {
            let place =
                span.clone().or_else(|| document.name.as_ref().map(|name| name.span.clone()));
            if let Some(place) = place {
                report.push(
                    Diagnostic::new(Code::MissingUid, place, "the user has no `uid`")
                        .help("add `uid = \"sub\"`, or whichever claim never changes"),
                );
            }
        }
        None => {}
    }
    let value = |claim: &Option<Spanned<Claim>>| claim.as_ref().map(|claim| claim.value.clone());
    Some(CheckedUser {
        uid: uid.as_ref()?.value.clone(),
        legacy_uids: legacy_uids
            .iter()
            .map(|(name, claim)| (name.clone(), claim.value.clone()))
            .collect(),
        pinned_when: pinned_when.clone(),
        username: value(username),
        email: email.clone(),
        fullname: value(fullname),
        first_name: value(first_name),
        last_name: value(last_name),
        groups: value(groups),
        groups_overage: groups_overage.clone(),
    })
}

fn check_mutable(uid: &Spanned<Claim>, has_reason: bool, report: &Report) {
    let names = uid.value.names();
    let Some(name) = names.iter().find(|name| MUTABLE_CLAIMS.contains(&name.as_str())) else {
        return;
    };
    if has_reason {
        return;
    }
    let message =
        format!("the uid rests on `{name}`, which can change or be given to another user");
    report.push(Diagnostic::new(Code::MutableUid, uid.span.clone(), message).help(
        "use a claim that stays, such as `sub` or `id`; or add `mutable_uid = \"why\"` to `[user]`",
    ));
}

/// `$name` is the reply to a call of that name.
fn check_calls(document: &Document, claim: &Spanned<Claim>, report: &Report) {
    for name in claim.value.calls() {
        if document.calls.iter().any(|call| call.name.value == name) {
            continue;
        }
        let calls = document.calls.iter().map(|call| call.name.value.as_str());
        let known: Vec<&str> = ["token", "user_info"].into_iter().chain(calls).collect();
        let help = match nearest(&name, known.iter().copied()) {
            Some(near) => format!("did you mean `${near}`?"),
            None => format!("there are: ${}", known.join(", $")),
        };
        let message = format!("there is no `${name}`");
        report.push(Diagnostic::new(Code::BadClaim, claim.span.clone(), message).help(help));
    }
}
